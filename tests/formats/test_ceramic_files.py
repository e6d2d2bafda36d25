"""Files of proton-conducting ceramics: NETZSCH's own, and tables as people write them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.formats import FORMATS, read
from kuralab.model import Kind, Measurement

DOUGLAS = "Douglas_Fir_STA_10K_250730_R13.ngb-ss3"
PARITY = {"temperature": "sample_temperature", "mass_change": "mass", "channel_31": "31"}


@pytest.fixture(scope="session")
def tga(shared_data: Path) -> Path:
    return shared_data / "tga"


def test_every_channel_of_the_archive_is_the_reference(tga: Path) -> None:
    """Bytes of all ten channels by the SHA-256 that pyngb's golden file states."""
    (found,) = read(tga / DOUGLAS)
    known = json.loads((tga / f"{DOUGLAS}.parity.json").read_text("utf-8"))
    assert found.kind is Kind.THERMOGRAM
    assert found.n_rows == known["num_rows"] == 9190
    assert len(found.columns) == len(known["columns"])
    for column in found.columns:
        digest = hashlib.sha256(column.values.astype("<f8").tobytes()).hexdigest()
        assert digest == known["column_sha256"][PARITY.get(column.name, column.name)], column.name


def test_what_the_archive_says_of_the_measurement(tga: Path) -> None:
    (found,) = read(tga / DOUGLAS)
    known = json.loads((tga / f"{DOUGLAS}.parity.json").read_text("utf-8"))["metadata"]
    assert found.metadata["sample_mass"] == "4.026 mg"
    assert found.metadata["crucible_mass"] == "253.514 mg"
    assert found.metadata["instrument"] == known["instrument"]
    assert found.metadata["crucible"] == known["crucible_type"]
    assert found.metadata["purge_gas_1"] == known["purge_1_mfc_gas"]
    assert found.metadata["correction_file"] == known["correction_file_path"]
    assert found.metadata["programme"] == (
        "26 degC; 30 min at 26 degC; 10 K/min to 825 degC; 30 min at 825 degC"
    )
    assert found.started is not None
    assert found.started.isoformat() == known["date_performed"]
    (blank,) = read(tga / "Douglas_Fir_STA_Baseline_10K_250730_R13.ngb-bs3")
    assert blank.n_rows == 9191
    assert "sample_mass" not in blank.metadata


@pytest.mark.parametrize(
    ("name", "sample", "mass", "first", "last"),
    [
        ("netzsch_example_file.txt", "AlPyr", "8.91 mg", 99.98948, 19.39108),
        ("netzsch2_example_file.txt", "BAN-1-32 Co L-asp bpe", "13.1 mg", 99.99434, 25.54136),
    ],
)
def test_text_exports(tga: Path, name: str, sample: str, mass: str, first: float, last: float) -> None:
    (found,) = read(tga / name)
    assert (found.format, found.kind, found.n_rows) == ("netzsch-text", Kind.THERMOGRAM, 270)
    assert found.metadata["sample"] == sample
    assert found.metadata["sample_mass"] == mass
    assert found.metadata["crucible"] == "Al2O3 85 µl, open"
    percent = found.values("mass_percent")
    assert (percent[0], percent[-1]) == (first, last)
    assert found.values("time")[-1] == pytest.approx(60 * 133.95164, rel=1e-3)
    assert found.started is not None
    assert found.started.year == 2021


HEAD = (
    "#EXPORTTYPE:DATA SINGLE\n#FORMAT:NETZSCH5\n#DECIMAL:{decimal}\n#SEPARATOR:{mark}\n"
    "#SAMPLE MASS /mg:{mass}\n"
)


@pytest.mark.parametrize(
    ("decimal", "mark", "line", "row"),
    [
        ("POINT", "SEMICOLON", "##Temp./°C;Time/min;Mass/mg", "{}.5;{}.0;{}.25"),
        ("COMMA", "SEMICOLON", "##Temp./°C;Time/min;Mass/mg", "{},5;{},0;{},25"),
        ("POINT", "TAB", "##Temp./°C\tTime/min\tMass/mg", "{}.5\t{}.0\t{}.25"),
    ],
)
def test_text_exports_in_mg(
    write: Callable[..., Path], decimal: str, mark: str, line: str, row: str
) -> None:
    rows = "\n".join(row.format(25 + i, i, 100 + i) for i in range(12))
    text = HEAD.format(decimal=decimal, mark=mark, mass="100,5" if decimal == "COMMA" else "100.5")
    (found,) = read(write(f"{text}{line}\n{rows}\n", encoding="latin-1"))
    assert found.values("mass", unit="mg")[:2] == pytest.approx([100.25, 101.25])
    assert found.values("temperature")[0] == 25.5
    # A column in mg that does not start at the sample's mass is the change.
    small = "\n".join(row.format(25 + i, i, i) for i in range(12))
    (found,) = read(write(f"{text}{line}\n{small}\n", encoding="latin-1"))
    assert found.values("mass_change")[0] == pytest.approx(0.25)


THERMOGRAM = (
    "# sample mass: 102.3 mg\n# p(O2): 1e-4 atm\n"
    "time (min),temperature (degC),mass (mg),p(H2O) (mbar)\n"
    "0,25,102.3,0\n1,26,102.2,20\n2,27,102.25,20\n"
)


def _one(path: Path, kind: Kind) -> Measurement:
    (found,) = read(path)
    assert found.kind is kind
    return found


def test_tables_of_a_balance(write: Callable[..., Path]) -> None:
    found = _one(write(THERMOGRAM, "a.csv"), Kind.THERMOGRAM)
    assert found.values("time").tolist() == [0.0, 60.0, 120.0]
    assert found.values("water_pressure")[1] == pytest.approx(0.019738, rel=1e-4)
    assert found.values("oxygen_pressure").tolist() == [1e-4] * 3
    assert found.metadata["sample_mass"] == "102.3 mg"
    percent = _one(
        write("時間 (h)\t温度 (℃)\t質量 (%)\n0\t25\t100\n1\t500\t99,1\n", "b.txt", "cp932"),
        Kind.THERMOGRAM,
    )
    assert percent.values("mass_percent").tolist() == [100.0, 99.1]
    change = _one(write("t/s;T/K;dm/%\n0;300;0\n10;310;-0.5\n", "c.csv"), Kind.THERMOGRAM)
    assert change.values("mass_percent").tolist() == [100.0, 99.5]
    assert change.values("temperature")[0] == pytest.approx(26.85)


def test_tables_of_voltages(write: Callable[..., Path]) -> None:
    text = (
        "# total pressure: 1 atm\n"
        "T / degC; E / mV; p(H2O) I / atm; p(H2O) II / atm; pO2 I / atm; pO2 II/atm; u(E) / mV\n"
        "600;-50,1;0,006;0,031;0,21;0,205;0,3\n600;-25;0,006;0,015;0,21;0,205;0,3\n"
    )
    found = _one(write(text, "emf.csv"), Kind.CELL_VOLTAGE)
    assert found.values("voltage") == pytest.approx([-0.0501, -0.025])
    assert found.values("voltage_uncertainty") == pytest.approx([3e-4, 3e-4])
    assert found.values("water_two").tolist() == [0.031, 0.015]
    assert found.values("oxygen_one").tolist() == [0.21, 0.21]
    alone = _one(write("temperature (degC),EMF (mV)\n600,-50\n", "e.csv"), Kind.CELL_VOLTAGE)
    assert [column.name for column in alone.columns] == ["temperature", "voltage"]


def test_other_tables(write: Callable[..., Path]) -> None:
    sigma = _one(write("T (K),σ (mS/cm),pH2O (atm)\n873,3.2,0.02\n", "c.csv"), Kind.CONDUCTIVITY)
    assert sigma.values("conductivity")[0] == pytest.approx(3.2e-3)
    analysis = _one(
        write("element,concentration,uncertainty (%)\n,mg/L,\nBa,55.6,2\n91Zr,18.2,3\n", "d.csv"),
        Kind.COMPOSITION,
    )
    assert analysis.values("atomic_number").tolist() == [56.0, 40.0]
    assert analysis.values("amount_uncertainty") == pytest.approx([1.112, 0.546])
    by_row = _one(write("element;amount;unit\nBa;0,5;mol\nZr;0,5;mol\n", "e.csv"), Kind.COMPOSITION)
    assert by_row.columns[1].unit == "mol"
    fraction = _one(write("Temp (degC),dL/L0\n25,0\n1200,-0.12\n", "f.csv"), Kind.DILATOGRAM)
    assert fraction.values("length_change_percent").tolist() == [0.0, -12.0]
    absolute = _one(
        write("# L0: 5.02 mm\ntime (min),T (degC),dL (um)\n0,25,0\n9,900,-20\n", "g.csv"),
        Kind.DILATOGRAM,
    )
    assert absolute.metadata["length"] == "5.02 mm"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,temperature,mass\n0,25,1\n1,26,1\n", "the time has no unit"),
        ("time (s),temperature (degC),mass (kPa)\n0,25,1\n1,26,1\n", "'kPa' does not fit a mass"),
        ("time (s),temperature (degC),mass (mg)\n0,25,1\n5,26,1\n3,27,1\n", "the time decreases"),
        ("time (s),temperature (degC),mass (mg)\n0,25,one\n1,26,1\n", "expected a number"),
        ("time (s),temperature (degC),mass (mg)\n", "no rows"),
        ("time (s),temperature (degC),mass (mg)\n0,-300,1\n1,1,1\n", "-300 degC is impossible"),
        (
            "T (degC),EMF (mV),p(H2O) I (atm),p(H2O) II (atm),total (atm)\n600,-5,0.01,1.3,1\n",
            "add up to 1.3 atm, more than the total pressure of 1 atm",
        ),
        ("T (degC),EMF (mV),p(H2O) I (atm)\n600,-5,-0.01\n", "water pressure of electrode I of -0.01"),
        ("T (degC),EMF,p(H2O) I (atm)\n600,-5,0.01\n", "the voltage has no unit"),
        ("element,amount\nBa,1\nZr,1\n", "the amounts have no unit"),
        ("element,amount (at%)\nBa,50\nZr,30\n", "add up to 80 at%, not 100 at%"),
        ("element,amount (wt%)\nBa,80\nZr,40\n", "add up to 120 wt%"),
        ("element,amount (mol)\nBa,1\nBa,1\n", "Ba stands twice"),
        ("element,amount (mol)\nBa,1\nQq,1\n", "'Qq' is no element"),
        ("element,amount (mol)\nBa,-1\nZr,1\n", "negative or missing"),
        ("element,amount (V)\nBa,1\nZr,1\n", "none of an amount"),
        ("T (degC),dL/L0\n25,0\n900,-12\n", "impossible"),
        ("T (degC),dL/L0 (mm)\n25,0\n900,-12\n", "does not fit a relative change"),
    ],
)
def test_bad_tables(write: Callable[..., Path], text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read(write(text, "bad.csv"))
    assert message in raised.value.message
    assert raised.value.hint


def test_damaged_archives(write: Callable[..., Path], tga: Path, tmp_path: Path) -> None:
    content = (tga / DOUGLAS).read_bytes()
    with pytest.raises(InputError, match="damaged"):
        read(write(content[: len(content) // 2], DOUGLAS))
    empty = tmp_path / "empty.ngb-ss3"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("Streams/stream_1.table", b"")
    with pytest.raises(InputError, match="stream_2"):
        read(empty)
    cut = tmp_path / "cut.ngb-ss3"
    with zipfile.ZipFile(tga / DOUGLAS) as whole, zipfile.ZipFile(cut, "w") as archive:
        for name in whole.namelist():
            stream = whole.read(name)
            archive.writestr(name, stream[:60_000] if name.endswith("stream_2.table") else stream)
    with pytest.raises(InputError, match=r"damaged|no mass_change|no temperature"):
        read(cut)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("time (s),voltage (V),current (A)\n0,1,0\n1,1,0\n", "delimited"),
        ("time (s),voltage (V),temperature (degC)\n0,1,25\n1,1,25\n", "delimited"),
        (
            "2theta,intensity\n" + "".join(f"{10 + 0.1 * i:.1f},9\n" for i in range(60)),
            "pattern-columns",
        ),
        ("T (K),hydrogen content (wt%),pressure (bar)\n298,0.1,1\n298,0.2,1.1\n", "isotherm-table"),
    ],
)
def test_no_file_of_others_is_taken(write: Callable[..., Path], text: str, format: str) -> None:
    assert read(write(text, "other.csv"))[0].format == format


def test_formats_are_registered() -> None:
    names = {known.name for known in FORMATS}
    assert {"netzsch-ngb", "netzsch-text", "thermogram-table", "cell-voltage-table"} <= names
    assert {"conductivity-table", "composition-table", "dilatometer-table"} <= names
