"""ESR files: real Bruker pairs, every byte order and number format, text tables, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind
from tests.formats.bruker import descriptor, signal, write_bes3t, write_esp


@pytest.mark.parametrize(
    ("name", "points", "low", "high", "frequency", "harmonic"),
    [
        ("010_cutpp_10kfs.DSC", 1024, 10580.0, 12178.4375, 34.008163, "0"),
        ("strong1.dsc", 1024, 3375.0, 3425.0, 9.58667, "1"),
        ("E580_Xepr26b6_cwX_WillMyers.DSC", 1024, 3280.0, 3480.0, 9.487074, "1"),
        ("tempo.DSC", 2048, 3259.75, 3389.886426, 9.327654, "1"),
        ("EMX_field1d.par", 1024, 3410.0, 3550.0, 9.702, "1"),
    ],
)
def test_real_pairs_either_file_named(
    shared_data: Path,
    name: str,
    points: int,
    low: float,
    high: float,
    frequency: float,
    harmonic: str,
) -> None:
    path = shared_data / "esr" / name
    (found,) = read(path)
    assert found.kind is Kind.ESR_SPECTRUM
    assert found.n_rows == points
    field = found.values("magnetic_field", unit="G")
    assert (field[0], field[-1]) == pytest.approx((low, high))
    assert float(found.metadata["frequency"].removesuffix(" GHz")) == pytest.approx(frequency)
    assert found.metadata["harmonic"] == harmonic
    other = {".dsc": ".dta", ".par": ".spc"}[path.suffix.lower()]
    data = next(p for p in path.parent.iterdir() if p.name.lower() == path.stem.lower() + other)
    (again,) = read(data)
    assert again == found
    # The data are the raw file; the descriptor's hash is kept as text.
    assert found.raw.sha256 == hashlib.sha256(data.read_bytes()).hexdigest()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in found.metadata["descriptor"]


def test_real_values(shared_data: Path) -> None:
    """The extremes that the spectrometer itself wrote into its parameters."""
    (found,) = read(shared_data / "esr" / "EMX_field1d.spc")
    y = found.values("intensity")
    assert (y.min(), y.max()) == pytest.approx((-2728.380859, 3063.619141), rel=1e-9)
    assert found.metadata["scans"] == "10"
    (echo,) = read(shared_data / "esr" / "010_cutpp_10kfs.DTA")
    assert echo.values("intensity_imaginary").min() == -1182.0
    assert "modulation_amplitude" not in echo.metadata
    (cold,) = read(shared_data / "esr" / "E580_Xepr26b6_cwX_WillMyers.DSC")
    assert cold.temperature is not None
    assert str(cold.temperature) == "50 K"
    assert cold.metadata["power"] == "0.01988 mW"
    assert cold.metadata["modulation_amplitude"] == "0.05 mT"


@pytest.mark.parametrize("order", ["BIG", "LIT"])
@pytest.mark.parametrize("item", ["C", "S", "I", "F", "D"])
def test_every_byte_order_and_number_format(tmp_path: Path, order: str, item: str) -> None:
    (found,) = read(write_bes3t(tmp_path, BSEQ=order, IRFMT=item))
    assert found.values("intensity") == pytest.approx(signal())
    assert found.values("magnetic_field", unit="mT")[[0, -1]] == pytest.approx([300.0, 363.0])


def test_what_a_descriptor_says(tmp_path: Path) -> None:
    (found,) = read(write_bes3t(tmp_path))
    assert found.metadata["title"] == "a line"
    assert found.metadata["power"] == "2 mW"
    assert found.metadata["modulation_amplitude"] == "0.1 mT"
    assert found.metadata["gain"] == "100"
    assert found.metadata["scans"] == "4"
    assert str(found.temperature) == "77 K"
    assert found.started is not None
    assert found.started.isoformat() == "2014-11-29T12:30:03+00:00"


def test_complex_and_several_values(tmp_path: Path) -> None:
    y = signal() + 0.5j * signal()
    (found,) = read(write_bes3t(tmp_path, values=y, IKKF="CPLX"))
    assert found.values("intensity_imaginary") == pytest.approx(0.5 * signal())
    (several,) = read(write_bes3t(tmp_path, IKKF="REAL,REAL", IRFMT="D,D"))
    assert several.values("intensity") == pytest.approx(signal())
    assert "each point has 2 values" in several.warnings[0]


def test_an_axis_of_its_own(tmp_path: Path) -> None:
    path = write_bes3t(tmp_path, XTYP="IGD", XFMT="D")
    axis = 3000.0 + np.linspace(0.0, 25.0, 64) ** 2
    path.with_suffix(".XGF").write_bytes(axis.astype(">f8").tobytes())
    (found,) = read(path)
    assert found.values("magnetic_field", unit="G") == pytest.approx(axis)


@pytest.mark.parametrize("unit", ["mT", "T", "G"])
def test_units_of_the_field(tmp_path: Path, unit: str) -> None:
    scale = {"mT": 0.1, "T": 1e-4, "G": 1.0}[unit]
    path = write_bes3t(tmp_path, XUNI=f"'{unit}'", XMIN=f"{3000 * scale}", XWID=f"{630 * scale}")
    assert read(path)[0].values("magnetic_field", unit="mT")[-1] == pytest.approx(363.0)


@pytest.mark.parametrize("dos", [True, False])
def test_esp_and_winepr(tmp_path: Path, dos: bool) -> None:
    (found,) = read(write_esp(tmp_path, dos=dos))
    assert found.values("intensity") == pytest.approx(signal())
    assert found.metadata["frequency"] == "9.7 GHz"
    assert found.metadata["modulation_amplitude"] == "0.2 mT"
    (centred,) = read(write_esp(tmp_path, dos=dos, GST=None, GSI=None, HCF="3315.0", HSW="630.0"))
    assert centred.values("magnetic_field") == pytest.approx(found.values("magnetic_field"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"YTYP": "IDX", "YPTS": "16"}, "second dimension"),
        ({"XWID": "-630.0"}, "does not rise"),
        ({"XWID": "0"}, "does not rise"),
        ({"XWID": "abc"}, "field axis is missing"),
        ({"XMIN": None}, "field axis is missing"),
        ({"XPTS": None}, "number of points"),
        ({"XPTS": "-4"}, "number of points"),
        ({"XPTS": "63"}, "announces 504"),
        ({"XNAM": "'Time'", "XUNI": "'ns'"}, "Time in ns"),
        ({"IRFMT": "A"}, "not read"),
        ({"IKKF": "QUAT"}, "unknown"),
        ({"BSEQ": "MID"}, "byte order"),
        ({"XMIN": "-100"}, "not positive"),
    ],
)
def test_descriptors_that_do_not_fit(
    tmp_path: Path, changes: dict[str, str | None], message: str
) -> None:
    path = write_bes3t(tmp_path)
    path.write_text(descriptor(**changes), "utf-8")
    with pytest.raises(InputError, match=message):
        read(path)


def test_half_a_pair(tmp_path: Path) -> None:
    path = write_bes3t(tmp_path)
    data = path.with_suffix(".DTA")
    content = data.read_bytes()
    data.unlink()
    with pytest.raises(InputError, match=r"data file line\.DTA is missing beside it"):
        read(path)
    path.unlink()
    data.write_bytes(content)
    with pytest.raises(InputError, match=r"descriptor line\.DSC is missing beside it"):
        read(data)
    parameters = write_esp(tmp_path, name="other").with_suffix(".par")
    parameters.with_suffix(".spc").unlink()
    with pytest.raises(InputError, match="data file"):
        read(parameters)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"JSS": "4096"}, "two dimensions"),
        ({"GST": None}, "field range is missing"),
        ({"GSI": "-5"}, "does not rise"),
        ({"JUN": "s"}, "in s"),
        ({"ANZ": "70"}, "announce 70"),
    ],
)
def test_parameters_that_do_not_fit(
    tmp_path: Path, changes: dict[str, str | None], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(write_esp(tmp_path, **changes))


def _table(text: str, folder: Path, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


ROWS = "".join(f"{300 + i},{y:g}\n" for i, y in enumerate(signal()))


@pytest.mark.parametrize(
    "header",
    [
        "field [mT],intensity",
        "Magnetic Field (mT),Intensity (a.u.)",
        "磁場 [mT],強度",
        "B0/mT,signal",
        "B [mT],dchi/dB",
    ],
)
def test_tables(tmp_path: Path, header: str) -> None:
    head = "# frequency: 9.5 GHz\n# power: 2 mW\n# harmonic: 1\n# temperature: 77 K\n"
    (found,) = read(_table(f"{head}{header}\n{ROWS}", tmp_path))
    assert found.format == "esr-table"
    assert found.values("intensity") == pytest.approx(signal())
    assert found.metadata["frequency"] == "9.5 GHz"
    assert found.metadata["power"] == "2 mW"
    assert found.metadata["harmonic"] == "1"
    assert str(found.temperature) == "77 K"


def test_an_export_of_xepr_with_an_index(tmp_path: Path) -> None:
    rows = "".join(f"{i} {3000 + i:.3f} {y:.6e}\n" for i, y in enumerate(signal()))
    (found,) = read(_table(f"index Field [G] Intensity []\n{rows}", tmp_path, "line.txt"))
    assert found.values("magnetic_field", unit="mT")[0] == pytest.approx(300.0)
    assert "harmonic" not in found.metadata


def test_tables_with_two_channels(tmp_path: Path) -> None:
    rows = "".join(f"{300 + i};{y:g};{2 * y:g}\n" for i, y in enumerate(signal()))
    (found,) = read(_table(f"field [mT];real;imaginary\n{rows}", tmp_path))
    assert found.values("intensity_imaginary") == pytest.approx(2.0 * signal())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"field,intensity\n{ROWS}", "has no unit"),
        (f"field [nm],intensity\n{ROWS}", "no unit of the magnetic field"),
        ("field [mT],intensity\n", "no rows"),
        (f"field [mT],intensity\n{ROWS}400,abc\n", "expected a number"),
        (f"field [mT],intensity\n{ROWS}400\n", "1 cells"),
        ("field [mT],intensity\n3,1\n2,1\n1,1\n", "falls from point to point"),
        ("field [mT],intensity\n3,1\n5,1\n4,1\n", "does not rise"),
        ("field [mT],intensity\n-3,1\n5,1\n", "not positive"),
        (f"# frequency: 9.5\nfield [mT],intensity\n{ROWS}", "no unit"),
        (f"# frequency: 9.5 kg\nfield [mT],intensity\n{ROWS}", "mass"),
        (f"# harmonic: 2\nfield [mT],intensity\n{ROWS}", "harmonic is '2'"),
        ("field [mT],intensity\nnan,1\n3,nan\n", "no point"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(_table(text, tmp_path))


def test_rows_without_a_number_are_left_out_and_said(tmp_path: Path) -> None:
    (found,) = read(_table(f"field [mT],intensity\n{ROWS}400,nan\n", tmp_path))
    assert found.n_rows == 64
    assert found.warnings == ("1 point left out: a number is missing",)
