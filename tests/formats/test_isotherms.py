"""Isotherms: the toolbox's files, and tables as people write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind, Measurement
from kuralab.units import Quantity

ROWS = "0.1,0.5\n0.5,1.0\n1.0,1.1\n1.4,9.0\n"


@pytest.fixture
def hydrides(shared_data: Path) -> Path:
    """The folder of the toolbox's files."""
    return shared_data / "hydrides"


def _one(path: Path) -> Measurement:
    (found,) = read(path)
    assert found.kind is Kind.HYDROGEN_ISOTHERM
    return found


@pytest.mark.parametrize(
    ("file", "branches", "rows"),
    [
        ("La1Ni5_PCI.csv", 10, 122),
        ("Ce1Ni5_PCI.csv", 6, 60),
        ("Ca1Ni5_PCI.csv", 5, 94),
        ("La1Ni4.8Sn0.2_PCI.csv", 7, 107),
        ("La1Ni4.9Sn0.1_PCI.csv", 2, 27),
    ],
)
def test_toolbox_files(hydrides: Path, file: str, branches: int, rows: int) -> None:
    found = read(hydrides / file)
    assert len(found) == branches
    assert sum(m.n_rows for m in found) == rows
    assert [m.sweep for m in found] == list(range(1, branches + 1))
    for m in found:
        assert m.kind is Kind.HYDROGEN_ISOTHERM
        assert [(c.name, c.unit) for c in m.columns] == [
            ("pressure", "bar"),
            ("hydrogen_mass_fraction", "wt%"),
        ]
        assert m.metadata["branch"] in ("absorption", "desorption")
        assert "DOI 10.1016/" in m.metadata["source"]
        assert m.temperature is not None
        assert m.warnings == ()


def test_a_toolbox_branch_has_its_own_points(hydrides: Path) -> None:
    fourth = read(hydrides / "La1Ni5_PCI.csv")[3]
    assert fourth.temperature == Quantity(value=262.0, unit="K")
    assert fourth.metadata["branch"] == "desorption"
    assert fourth.values("pressure")[:3].tolist() == [0.157, 0.195, 0.271]
    assert fourth.values("hydrogen_mass_fraction")[-1] == 1.405
    shifted = read(hydrides / "Ca1Ni5_PCI.csv")[0]
    assert "shifted by 0.18 mass%" in shifted.metadata["note"]


@pytest.mark.parametrize(
    ("file", "composition", "enthalpies"),
    [
        ("La1Ni5.mh", "LaNi5", [-32.151, -31.168]),
        ("Ce1Ni5.mh", "CeNi5", [-19.77, -13.164]),
        ("La1Ni4.8Sn0.2.mh", "LaNi4.8Sn0.2", [-34.56]),
    ],
)
def test_toolbox_alloys(hydrides: Path, file: str, composition: str, enthalpies: list[float]) -> None:
    (found,) = read(hydrides / file)
    assert found.kind is Kind.HYDRIDE_DATA
    assert found.metadata["composition"] == composition
    assert found.values("enthalpy", unit="kJ/mol") == pytest.approx(enthalpies)
    assert len(found.metadata["branch"].split(", ")) == len(enthalpies)
    assert found.metadata["source"].startswith("10.1016/")


@pytest.mark.parametrize(
    ("header", "column", "pressure", "content"),
    [
        ("hydrogen content (wt%),pressure (bar)", "hydrogen_mass_fraction", 1.1, 1.0),
        ("wt% H,P [MPa]", "hydrogen_mass_fraction", 11.0, 1.0),
        ("mass %,eq. pressure (atm)", "hydrogen_mass_fraction", 1.1 * 1.01325, 1.0),
        ("H/M,p / kPa", "hydrogen_per_metal", 0.011, 1.0),
        ("hydrogen content [H/M],equilibrium pressure [Torr]", "hydrogen_per_metal", 1.1 / 750.062, 1.0),
        ("H content (H/f.u.),pressure_bar", "hydrogen_per_formula", 1.1, 1.0),
        ("hydrogen amount (mmol H2),pressure (bar abs)", "hydrogen_amount", 1.1, 1e-3),
        ("hydrogen amount (mmol H),pressure (bara)", "hydrogen_amount", 1.1, 0.5e-3),
        ("hydrogen uptake / mg,P(H2) (bar)", "hydrogen_mass", 1.1, 1e-3),
        ("水素吸蔵量 (mass%),平衡圧 (MPa)", "hydrogen_mass_fraction", 11.0, 1.0),
    ],
)
def test_headers_of_people(
    write: Callable[..., Path], header: str, column: str, pressure: float, content: float
) -> None:
    found = _one(write(f"# branch: absorption\n# temperature: 298 K\n{header}\n{ROWS}", "a.csv"))
    assert found.values("pressure", unit="bar")[2] == pytest.approx(pressure, rel=1e-5)
    assert found.values(column)[2] == pytest.approx(content)
    assert found.temperature == Quantity(value=298.0, unit="K")
    assert found.metadata["branch"] == "absorption"
    assert found.warnings == ()


@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "   "])
def test_separators_and_decimal_commas(write: Callable[..., Path], delimiter: str) -> None:
    comma = delimiter == ";"
    rows = "\n".join(delimiter.join([f"{c}", f"{p}"]) for c, p in ((0.1, 0.5), (1.0, 1.1)))
    text = f"branch: des\nwt%{delimiter}pressure (bar)\n{rows.replace('.', ',') if comma else rows}\n"
    found = _one(write(text, "a_25degC.txt"))
    assert found.values("pressure").tolist() == [0.5, 1.1]
    assert found.metadata["branch"] == "desorption"
    assert found.temperature == Quantity(value=25.0, unit="degC")


def test_columns_of_temperature_and_branch_part_the_rows(write: Callable[..., Path]) -> None:
    text = "T (degC),branch,H/M,pressure (bar)\n"
    for kelvin, branch, shift in ((25, "abs", 1.0), (25, "des", 0.8), (50, "abs", 3.0)):
        # The thermometer wanders by less than a kelvin.
        text += "".join(
            f"{kelvin + 0.1 * i},{branch},{0.2 * i},{shift + 0.1 * i}\n" for i in range(1, 6)
        )
    found = read(write(text, "LaNi5.csv"))
    assert [(m.metadata["branch"], round(m.temperature.value)) for m in found if m.temperature] == [
        ("absorption", 25),
        ("desorption", 25),
        ("absorption", 50),
    ]
    assert [m.n_rows for m in found] == [5, 5, 5]


def test_without_a_branch_the_pressure_tells_it_with_a_warning(write: Callable[..., Path]) -> None:
    text = "wt%,pressure (bar)\n0.1,1\n0.5,2\n1.0,3\n1.2,9\n0.9,2.5\n0.4,1.5\n0.1,0.5\n"
    up, down = read(write(text, "a_300K.csv"))
    assert (up.n_rows, down.n_rows) == (4, 3)
    assert "taken as absorption" in up.warnings[0]
    only = read(write("wt%,pressure (bar)\n1.2,9\n0.9,2.5\n0.4,1.5\n", "b_300K.csv"))
    assert [m.metadata["branch"] for m in only] == ["desorption"]


def test_rows_without_a_number_or_pressure_are_left_out(write: Callable[..., Path]) -> None:
    text = "branch: abs\nwt%,pressure (bar)\n0.0,0\n0.1,\n0.5,2\n1.0,3\n"
    found = _one(write(text, "a_300K.csv"))
    assert found.n_rows == 2
    assert "2 rows left out" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hydrogen content,pressure (bar)\n" + ROWS, "the hydrogen content has no unit"),
        ("hydrogen content (wt%),pressure\n" + ROWS, "the pressure has no unit"),
        ("hydrogen content (mol%),pressure (bar)\n" + ROWS, "'mol%' does not fit a hydrogen content"),
        ("hydrogen content (wt%),pressure (psi)\n" + ROWS, "'psi' does not fit a pressure"),
        ("hydrogen content (wt%),pressure (barg)\n" + ROWS, "'barg' does not fit a pressure"),
        ("hydrogen content (wt%),pressure (K)\n" + ROWS, "'K' does not fit a pressure"),
        ("T,wt%,pressure (bar)\n1,1,1\n", "the temperature has no unit"),
        ("wt%,pressure (bar)\n", "no rows"),
        ("wt%,pressure (bar)\n0.1,-1\n", "the pressure is negative"),
        ("wt%,pressure (bar)\n0.1,one\n", "expected a number"),
        ("wt%,pressure (bar)\n0.1\n", "this row has 1 cells"),
        ("wt%,pressure (bar)\n150,1\n", "a hydrogen content of 150 wt% is impossible"),
        ("wt%,pressure (bar)\n0,1\n0,2\n", "no hydrogen content is above zero"),
        ("wt%,pressure (bar)\n,\n,1\n", "no row has both"),
        ("branch,wt%,pressure (bar)\nsideways,1,1\n", "neither absorption nor desorption"),
        ("T (K),wt%,pressure (bar)\n-5,1,1\n", "no isotherm is measured at"),
        ("T (K),wt%,pressure (bar)\n,1,1\n", "this row has no temperature"),
    ],
)
def test_what_is_wrong_is_said(write: Callable[..., Path], text: str, says: str) -> None:
    path = write(text, "a.csv")
    with pytest.raises(InputError, match=says) as caught:
        read(path)
    assert caught.value.file == str(path)
    assert caught.value.hint


def _toolbox(**changed: str) -> str:
    lines = {
        "author": "Author,Luo,,,",
        "branch": "Abs/Des,Abs,,Des,",
        "temperature": "Temp (K),298,,298,",
        "names": ",mass %,P (bar),mass %,P (bar)",
        "row": ",0.1,1,0.1,0.9",
        "more": ",1.0,2,1.0,1.8",
    }
    return "\n".join((lines | changed).values())


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"branch": "Abs/Des,sideways,,Des,"}, "neither Abs nor Des"),
        ({"temperature": "Temp (K),,,298,"}, "column 2 has no temperature"),
        ({"temperature": "Temp (bar),298,,298,"}, "'bar' does not fit a temperature"),
        ({"names": ",mass %,P,mass %,P (bar)"}, "the pressure has no unit"),
        ({"names": ",mass %,P (wt%),mass %,P (bar)"}, "does not fit a pressure"),
        ({"names": ",mass %,mass %,mass %,P (bar)"}, "belong together"),
        ({"names": ",volume,P (bar),mass %,P (bar)"}, "'volume'"),
        ({"row": ",0.1,x,0.1,0.9"}, "expected a number"),
    ],
)
def test_a_damaged_toolbox_file_is_explained(
    write: Callable[..., Path], changed: dict[str, str], says: str
) -> None:
    assert len(read(write(_toolbox(), "whole.csv"))) == 2
    with pytest.raises(InputError, match=says):
        read(write(_toolbox(**changed), "a.csv"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Elements: [La: 1]\nThermodynamics\n{\n", "does not close"),
        ("Elements: [La: 1]\nThermodynamics\n{\n}\n}\n", "was not opened"),
        ("Elements: [La: 1]\nThermodynamics\n{\n}\n", "no branch has both"),
        (
            "Elements: [La: x]\nThermodynamics\n{\nHydriding\n{\nDH: -1\nDS: -1\n}\n}\n",
            "elements cannot be understood",
        ),
        (
            "Elements: [La: 1]\nThermodynamics\n{\nHydriding\n{\nDH: low\nDS: -1\n}\n}\n",
            "'low' is no enthalpy",
        ),
    ],
)
def test_a_damaged_alloy_is_explained(write: Callable[..., Path], text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(write(text, "a.mh"))


def test_a_spectrum_is_not_taken_for_an_isotherm(write: Callable[..., Path]) -> None:
    (found,) = read(write("frequency (Hz),Z' (ohm),Z'' (ohm)\n" + "10,1,-1\n5,2,-2\n1,3,-3\n" * 2))
    assert found.kind is Kind.IMPEDANCE


def test_json_and_back(hydrides: Path) -> None:
    for measurement in read(hydrides / "Ce1Ni5_PCI.csv"):
        again = Measurement.from_json(measurement.model_dump_json())
        assert again == measurement
        assert np.array_equal(again.values("pressure"), measurement.values("pressure"))
