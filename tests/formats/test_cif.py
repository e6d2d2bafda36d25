"""Crystal structures: dialects, settings of space groups, what is refused, and writing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.formats import read_crystals, write_crystal
from kuralab.formats._cif_text import with_uncertainty
from kuralab.model import Cell, Crystal, Site

Write = Callable[..., Path]
HEXAGONAL = (5.0, 5.0, 7.0, 90.0, 90.0, 120.0)
CUBIC = (5.0, 5.0, 5.0, 90.0, 90.0, 90.0)
OBLIQUE = (5.0, 6.0, 7.0, 90.0, 100.0, 90.0)


def cif(
    symbol: str = "",
    cell: tuple[float, ...] = CUBIC,
    sites: str = "A1 Si 0 0 0 1",
    extra: str = "",
    tags: str = "label type_symbol fract_x fract_y fract_z occupancy",
) -> str:
    """A CIF in the old dialect."""
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = ["data_x", *(f"_cell_{name} {value}" for name, value in zip(names, cell, strict=True))]
    if symbol:
        lines.append(f"_symmetry_space_group_name_H-M '{symbol}'")
    lines += [extra, "loop_", *(f"_atom_site_{tag}" for tag in tags.split()), sites]
    return "\n".join(lines) + "\n"


def _read(text: str, write: Write) -> Crystal:
    (found,) = read_crystals(write(text, "x.cif"))
    return found


@pytest.mark.parametrize(
    ("file", "group", "a", "n"),
    [
        ("lbco.cif", "P m -3 m", 3.88, 4),
        ("si.cif", "F d -3 m:2", 5.43146, 1),
        ("pbso4_start.cif", "P n m a", 8.4774, 5),
        ("PbSO4-Wyckoff.cif", "P n m a", 8.48, 5),
        ("co2sio4.cif", "P n m a", 10.31, 6),
        ("ho2ti2o7.cif", "F d -3 m:2", 10.267, 4),
    ],
)
def test_shared_structures(shared_data: Path, file: str, group: str, a: float, n: int) -> None:
    (found,) = read_crystals(shared_data / "diffraction" / file)
    assert (found.space_group, found.cell.a, len(found.sites)) == (group, a, n)


def test_displacements_are_b(shared_data: Path) -> None:
    (pbso4,) = read_crystals(shared_data / "diffraction" / "pbso4_start.cif")
    assert pbso4.sites[0].b_iso == pytest.approx(8 * np.pi**2 * 0.01692)
    (lbco,) = read_crystals(shared_data / "diffraction" / "lbco_adp.cif")
    assert [site.b_iso for site in lbco.sites] == [0.4958, 0.4943, 0.2567, 1.4041]
    assert [site.occupancy for site in lbco.sites] == [0.5, 0.5, 1.0, 1.0]
    (ho,) = read_crystals(shared_data / "diffraction" / "ho2ti2o7.cif")
    assert [site.scatterer for site in ho.sites] == ["Ho3+", "Ti3+", "O2-", "O2-"]


def test_values_with_uncertainties_and_tensors(write: Write) -> None:
    text = cif(
        "P 1",
        (8.4774, 5.396, 6.957, 90.0, 91.0, 92.0),
        sites="O1 O2- 0.908(3) 0.25 0.5950(12) 0.98(1) Uani .",
        tags="label type_symbol fract_x fract_y fract_z occupancy adp_type U_iso_or_equiv",
        extra="loop_\n_atom_site_aniso_label\n"
        + "\n".join(f"_atom_site_aniso_B_{p}" for p in ("11", "22", "33", "12", "13", "23"))
        + "\nO1 0.8(1) 0.7 0.6 0.1 0.0 -0.1\n",
    ).replace("_cell_length_a 8.4774", "_cell_length_a 8.4774(3)")
    found = _read(text, write)
    site = found.sites[0]
    assert found.cell.a == 8.4774
    assert site.position == (0.908, 0.25, 0.595)
    assert site.u_aniso is not None
    assert site.u_aniso == pytest.approx(np.array([0.8, 0.7, 0.6, 0.1, 0.0, -0.1]) / (8 * np.pi**2))
    assert site.b_iso == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("symbol", "cell", "extra", "expected"),
    [
        ("F d -3 m S", CUBIC, "", "F d -3 m:1"),
        ("F d -3 m Z", CUBIC, "", "F d -3 m:2"),
        ("Fd-3m:1", CUBIC, "", "F d -3 m:1"),
        ("F d -3 m", CUBIC, "_space_group_IT_coordinate_system_code 1", "F d -3 m:1"),
        ("R -3 m", HEXAGONAL, "", "R -3 m:H"),
        ("R -3 m H", HEXAGONAL, "", "R -3 m:H"),
        ("R -3 m", (5.0, 5.0, 5.0, 60.0, 60.0, 60.0), "", "R -3 m:R"),
        ("P 21/m", OBLIQUE, "", "P 1 21/m 1"),
        ("P 21/m", (5.0, 6.0, 7.0, 90.0, 90.0, 100.0), "", "P 1 1 21/m"),
        ("P b n m", (5.0, 6.0, 7.0, 90.0, 90.0, 90.0), "", "P b n m"),
        ("P -3 c 1", (4.50651, 4.50651, 8.69841, 90.0, 90.0, 120.0), "", "P -3 c 1"),
        ("", CUBIC, "_symmetry_Int_Tables_number 225", "F m -3 m"),
        ("", (5.0, 5.0, 5.0, 60.0, 60.0, 60.0), "_space_group_IT_number 166", "R -3 m:R"),
        ("", OBLIQUE, "_space_group_name_Hall '-P 2yn'", "P 1 21/n 1"),
        ("", OBLIQUE, "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n", "P -1"),
    ],
)
def test_settings(symbol: str, cell: tuple[float, ...], extra: str, expected: str, write: Write) -> None:
    assert _read(cif(symbol, cell, extra=extra), write).space_group == expected


def test_beside_operations_a_symbol_may_be_of_any_style(write: Write) -> None:
    extra = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n"
    assert _read(cif("P -1 (No. 2)", OBLIQUE, extra=extra), write).space_group == "P -1"


def test_operations_decide_the_origin(write: Write) -> None:
    import gemmi

    for setting in ("F d -3 m:1", "F d -3 m:2", "P 4/n m m:2", "I 41/a m d:1"):
        group = gemmi.find_spacegroup_by_name(setting)
        loop = "\n".join(f"'{operation.triplet()}'" for operation in group.operations())
        extra = f"loop_\n_space_group_symop_operation_xyz\n{loop}\n"
        cell = CUBIC if group.number == 227 else (5.0, 5.0, 7.0, 90.0, 90.0, 90.0)
        assert _read(cif(group.hm, cell, extra=extra), write).space_group == setting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pb1 . 0 0 0 1", ["Pb"]),
        ("OW1 . 0 0 0 1\nD1 . .5 .5 .5 1", ["O", "D"]),
        ("H2 2H 0 0 0 1\nL 7Li .5 .5 0 1", ["D", "7Li"]),
        ("A PB2+ 0 0 0 1\nB O-2 .5 0 0 1", ["Pb2+", "O2-"]),
        ("A Fe0 0 0 0 1\nB Nb4.5+ .5 0 0 1", ["Fe", "Nb"]),
    ],
)
def test_scatterers(text: str, expected: list[str], write: Write) -> None:
    assert [site.scatterer for site in _read(cif("P m -3 m", sites=text), write).sites] == expected


def test_blocks_and_their_names(write: Write) -> None:
    one = cif("P m -3 m")
    found = read_crystals(write(one + one.replace("data_x", "data_y") + "data_notes\n_a 1\n", "z.cif"))
    assert [crystal.name for crystal in found] == ["x", "y"]
    (alone,) = read_crystals(write(one.replace("data_x", "data_global"), "LaNi5.cif"))
    assert alone.name == "LaNi5"


def test_a_cell_without_atoms_is_enough_for_le_bail(write: Write) -> None:
    text = cif("F d -3 m")
    (found,) = read_crystals(write(text[: text.index("loop_")], "x.cif"))
    assert found.sites == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (cif(), None, "no symmetry"),
        (cif("P n m x"), 8, "no space group"),
        (cif("F d -3 m"), 8, "two origins"),
        (cif("P m -3 m", (5.0, 5.0, 6.0, 90.0, 90.0, 90.0)), 2, "is cubic, but the cell is 5, 5, 6"),
        (cif("P 4/m m m", (5.0, 5.1, 6.0, 90.0, 90.0, 90.0)), 2, "tetragonal"),
        (cif("R -3 m:R", HEXAGONAL), 2, "trigonal"),
        (cif("P n m a", OBLIQUE), 2, "orthorhombic"),
        (cif("P 1", (5.0, 5.0, 5.0, 60.0, 60.0, 170.0)), 5, "three angles"),
        (cif("P m -3 m", (5.0, 5.0, -5.0, 90.0, 90.0, 90.0)), 4, "no length of a cell"),
        (cif("P 1", extra="_space_group_IT_number 300").replace("P 1", "?"), 9, "number 300"),
        (cif("P m -3 m", sites="A Xq 0 0 0 1"), 10, "no element"),
        (cif("P m -3 m", sites="A 9Li 0 0 0 1"), None, ""),
        (cif("P m -3 m", sites="A 99Li 0 0 0 1"), 10, "no element, isotope"),
        (cif("P m -3 m", sites="PB1 ? 0 0 0 1"), 10, "may mean Pb or P"),
        (cif("P m -3 m", sites="A Si 0 0 0 1.2"), 10, "occupancy is 1.2"),
        (cif("P m -3 m", sites="A Si 0 0 0 0.7\nB Al 1 0 0 0.5"), 10, "add up to 1.2"),
        (cif("P m -3 m", sites="A Si .5 0 0 1\nB Si 0 .5 0 1"), 10, "add up to 2"),
        (cif("P m -3 m", sites="A Si 0 0 0 1\nA Si .5 0 0 1"), 10, "several sites: A"),
        (cif("P m -3 m", sites="A Si 0 ? 0 1"), 10, "position is not given"),
        (cif("P m -3 m", sites="A Si 0 q 0 1"), 10, "'q' is no number"),
        (
            cif("P 1", extra="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n"),
            8,
            "are those of P -1",
        ),
        (cif(extra="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,q\n"), 8, "not understood"),
        (
            cif(extra="loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x,z\n"),
            8,
            "no space group in a known",
        ),
        (cif("P 1").replace("_cell_length_b 5.0", "_cell_length_b five"), 3, "'five' is no number"),
        (cif("P 1").replace("_cell_length_b 5.0", ""), None, "no length b"),
        ("data_x\n_b 1\n", None, "no unit cell"),
        ("hello", 1, "not a readable CIF"),
        ("data_x\n_cell_length_a 1 2\n", 2, "not a readable CIF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None, "no text"),
    ],
)
def test_refused(text: str | bytes, line: int | None, message: str, write: Write) -> None:
    path = write(text, "x.cif")
    if not message:
        assert read_crystals(path)
        return
    with pytest.raises(InputError, match=message) as caught:
        read_crystals(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert caught.value.hint


def _near(one: Crystal, other: Crystal, tolerance: float) -> None:
    assert (one.name, one.space_group) == (other.name, other.space_group)
    assert one.cell.as_tuple() == pytest.approx(other.cell.as_tuple(), rel=tolerance)
    for a, b in zip(one.sites, other.sites, strict=True):
        assert (a.label, a.scatterer) == (b.label, b.scatterer)
        assert a.position == pytest.approx(b.position, abs=tolerance)
        assert a.occupancy == pytest.approx(b.occupancy, abs=tolerance)
        assert a.b_iso == pytest.approx(b.b_iso, rel=1e-6, abs=tolerance)
        assert (a.u_aniso is None) == (b.u_aniso is None)
        if a.u_aniso is not None and b.u_aniso is not None:
            assert a.u_aniso == pytest.approx(b.u_aniso, abs=tolerance)


def test_round_trip(shared_data: Path, write: Write) -> None:
    for file in ("lbco", "si", "pbso4_start", "co2sio4", "ho2ti2o7"):
        (first,) = read_crystals(shared_data / "diffraction" / f"{file}.cif")
        (second,) = read_crystals(write(write_crystal(first), "again.cif"))
        _near(second, first, 1e-8)


def test_round_trip_with_everything(write: Write) -> None:
    first = Crystal(
        name="LaNi2D3.08 refined",
        cell=Cell(a=4.50651, b=4.50651, c=8.69841, gamma=120.0),
        space_group="P -3 c 1",
        sites=(
            Site(label="La 1", scatterer="La3+", position=(0.0, 0.0, 0.25), b_iso=-0.1),
            Site(
                label="D'1",
                scatterer="D",
                position=(1 / 3, 2 / 3, 0.123456789),
                occupancy=0.77,
                b_iso=8 * np.pi**2 * 0.02,
                u_aniso=(0.01, 0.02, 0.03, 0.004, 0.0, -0.001),
            ),
        ),
    )
    (second,) = read_crystals(write(write_crystal(first), "x.cif"))
    assert second.name == "LaNi2D3.08_refined"
    _near(second.model_copy(update={"name": first.name}), first, 1e-8)


def test_uncertainties_stand_in_parentheses(shared_data: Path, write: Write) -> None:
    (lbco,) = read_crystals(shared_data / "diffraction" / "lbco.cif")
    text = write_crystal(
        lbco, uncertainties={"a": 0.00004, "O.b_iso": 0.012, "Co.occupancy": 0.2, "La.x": float("nan")}
    )
    for length in "abc":
        assert f"_cell_length_{length}          3.88000(4)" in text
    assert "O O 0 0.5 0.5 1 Biso 0.100(12)" in text
    assert "Co Co 0.5 0.5 0.5 1.0(2) Biso 0.1" in text
    (again,) = read_crystals(write(text, "x.cif"))
    assert again.cell.a == 3.88


@given(st.floats(-1e4, 1e4), st.floats(1e-9, 1e5))
def test_a_value_is_written_to_the_digits_it_has(value: float, std: float) -> None:
    text = with_uncertainty(value, std)
    number, _, rest = text.partition("(")
    assert abs(float(number) - value) <= 0.51 * std
    if rest:
        decimals = len(number.partition(".")[2])
        assert float(rest[:-1]) * 10.0**-decimals == pytest.approx(std, rel=0.27)
