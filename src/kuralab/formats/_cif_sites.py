"""The sites of a CIF block: scatterers, positions, occupancies, displacements."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._cif_block import Block, Loop, number_from_cif, says_nothing
from kuralab.model import Cell, Site

_LABEL: Final = "_atom_site_label"
_TYPE: Final = "_atom_site_type_symbol"
_FRACTIONS: Final = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
_OCCUPANCY: Final = "_atom_site_occupancy"
_U_ISO: Final = "_atom_site_u_iso_or_equiv"
_B_ISO: Final = "_atom_site_b_iso_or_equiv"
_KIND: Final = ("_atom_site_adp_type", "_atom_site_thermal_displace_type")
_ANISO_LABEL: Final = "_atom_site_aniso_label"
_PARTS: Final = ("11", "22", "33", "12", "13", "23")
B_OF_U: Final = 8.0 * np.pi**2

_SCATTERER: Final = re.compile(
    r"\(?(?P<mass>\d{0,3})\)?(?P<element>[A-Za-z]{1,2})(?P<charge>\d?[+-]|[+-]\d|[\d.]*[+-]?)"
)
_CHARGE: Final = re.compile(r"(\d)([+-])|([+-])(\d)|([+-])")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
MOST_SITES: Final = 1000
_SAME: Final = 0.05
"""Angstrom: sites that are nearer to each other share one position."""
_TOLERANCE: Final = 0.005
"""By which occupancies may exceed 1, being rounded."""


def sites_of(block: Block, cell: Cell, space_group: str) -> tuple[Site, ...]:
    """The sites of the asymmetric unit; none where the block lists none.

    Raises
    ------
    InputError
        An unknown element, a position or occupancy that is none, more than one atom on a position.
    """
    loop = block.loop(*_FRACTIONS)
    if loop is None:
        missing = block.loop(_LABEL)
        if missing is not None and any(tag in missing.columns for tag in _FRACTIONS):
            raise block.error("x, y and z belong together", tag=_LABEL, hint="Add the missing ones.")
        return ()
    if loop.n_rows > MOST_SITES:
        raise block.error(
            f"{loop.n_rows} sites are too many for a powder pattern (at most {MOST_SITES})",
            tag=_FRACTIONS[0],
        )
    labels = loop.texts(_LABEL) if _LABEL in loop.columns else loop.texts(_TYPE)
    aniso = _aniso_rows(block)
    found = []
    for row, label in enumerate(labels):
        if says_nothing(label):
            raise block.error(f"site {row + 1} has no label", tag=_FRACTIONS[0], hint="Name it.")
        if loop.texts("_atom_site_calc_flag")[row].lower() == "dum":
            continue
        found.append(_site(block, loop, row, label[:40], aniso.get(label), cell))
    _check_labels(block, [site.label for site in found])
    _check_positions(block, found, cell, space_group)
    return tuple(found)


def _site(
    block: Block, loop: Loop, row: int, label: str, aniso: dict[str, str] | None, cell: Cell
) -> Site:
    x, y, z = (_number(block, loop, tag, row, label) for tag in _FRACTIONS)
    if x is None or y is None or z is None:
        raise block.error("the position is not given", tag=_FRACTIONS[0], what=label, hint="Add it.")
    if max(abs(x), abs(y), abs(z)) > 100.0:
        raise block.error(
            "the position is far from the cell", tag=_FRACTIONS[0], what=label, hint="Give fractions."
        )
    occupancy = _number(block, loop, _OCCUPANCY, row, label)
    occupancy = 1.0 if occupancy is None else occupancy
    if not -1e-9 <= occupancy <= 1.0 + _TOLERANCE:
        raise block.error(
            f"the occupancy is {occupancy:g}",
            tag=_OCCUPANCY,
            what=label,
            hint="It lies between 0 and 1.",
        )
    b_iso = _number(block, loop, _B_ISO, row, label)
    if b_iso is None:
        u_iso = _number(block, loop, _U_ISO, row, label)
        b_iso = None if u_iso is None else B_OF_U * u_iso
    kinds = [loop.texts(tag)[row].lower() for tag in _KIND if tag in loop.columns]
    tensor = None
    if aniso is not None and not any(kind.endswith("iso") for kind in kinds):
        tensor = _tensor(block, aniso, label)
    if tensor is not None and b_iso is None:
        b_iso = B_OF_U * sum(tensor[:3]) / 3.0
    given = {} if b_iso is None else {"b_iso": b_iso}
    return Site(
        label=label,
        scatterer=_scatterer(block, loop.texts(_TYPE)[row], label),
        position=(x, y, z),
        occupancy=min(max(occupancy, 0.0), 1.0),
        u_aniso=tensor,
        **given,
    )


def _number(block: Block, loop: Loop, tag: str, row: int, label: str) -> float | None:
    text = loop.texts(tag)[row]
    if says_nothing(text):
        return None
    value = number_from_cif(text)
    if value is None:
        raise block.error(f"{text[:40]!r} is no number", tag=tag, what=label, hint="Correct the value.")
    return value


def _aniso_rows(block: Block) -> dict[str, dict[str, str]]:
    """By label: the values of U_11 to B_23, as texts."""
    rows: dict[str, dict[str, str]] = {}
    for loop in block.loops:
        label_tag = _ANISO_LABEL if _ANISO_LABEL in loop.columns else _LABEL
        names = [f"{kind}_{part}" for kind in ("u", "b") for part in _PARTS]
        present = [name for name in names if f"_atom_site_aniso_{name}" in loop.columns]
        if not present or label_tag not in loop.columns:
            continue
        for row, label in enumerate(loop.columns[label_tag]):
            texts = {name: loop.columns[f"_atom_site_aniso_{name}"][row] for name in present}
            if not all(map(says_nothing, texts.values())):
                rows.setdefault(label, texts)
    return rows


def _tensor(
    block: Block, texts: dict[str, str], label: str
) -> tuple[float, float, float, float, float, float] | None:
    for kind, scale in (("u", 1.0), ("b", 1.0 / B_OF_U)):
        given = [texts.get(f"{kind}_{part}", "") for part in _PARTS]
        if all(map(says_nothing, given)):
            continue
        numbers = [number_from_cif(text) for text in given]
        for part, number in zip(_PARTS, numbers, strict=True):
            if number is None:
                raise block.error(
                    f"{kind.upper()}{part} is no number",
                    tag=_ANISO_LABEL if block.has(_ANISO_LABEL) else _LABEL,
                    what=label,
                    hint="Give all six.",
                )
        u11, u22, u33, u12, u13, u23 = (scale * (number or 0.0) for number in numbers)
        return u11, u22, u33, u12, u13, u23
    return None


def _scatterer(block: Block, type_symbol: str, label: str) -> str:
    """Element, isotope or ion, from the type symbol or else from the label."""
    if not says_nothing(type_symbol):
        found = scatterer_from_text(type_symbol)
        if found is None:
            raise block.error(
                f"{type_symbol[:20]!r} is no element, isotope or ion",
                tag=_TYPE,
                what=label,
                hint="Write it as O, D, 7Li or Pb2+.",
            )
        return found
    letters = _LETTERS.match(label)
    text = letters[0] if letters else ""
    both, first = _element(text[:2]) if len(text) > 1 else None, _element(text[:1])
    if both is not None and (text[1:2].islower() or first is None):
        return both
    if both is not None:
        raise block.error(
            f"the label {label!r} may mean {both} or {first}",
            tag=_LABEL,
            hint="Add _atom_site_type_symbol.",
        )
    if first is None:
        raise block.error(
            f"the label {label!r} names no element", tag=_LABEL, hint="Add _atom_site_type_symbol."
        )
    return first


def scatterer_from_text(text: str) -> str | None:
    """The usual spelling of an element, isotope or ion; None when it is none.

    Examples
    --------
    >>> [scatterer_from_text(t) for t in ("PB2+", "O-2", "D", "7Li", "Fe0", "Xq")]
    ['Pb2+', 'O2-', 'D', '7Li', 'Fe', None]
    """
    match = _SCATTERER.fullmatch(text.strip())
    element = _element(match["element"]) if match else None
    if match is None or element is None:
        return None
    mass = match["mass"]
    if mass and not _has_isotope(element, int(mass)):
        return None
    if element == "H" and mass in ("2", "3"):
        element, mass = ("D" if mass == "2" else "T"), ""
    charge = _CHARGE.fullmatch(match["charge"])
    if charge is None:
        # Without sign, or no whole number: its form factor is that of the neutral atom.
        return f"{mass}{element}"
    number = charge[1] or charge[4] or "1"
    sign = charge[2] or charge[3] or charge[5]
    return f"{mass}{element}" if number == "0" else f"{mass}{element}{number}{sign}"


def _element(text: str) -> str | None:
    import gemmi

    text = text.capitalize()
    if text in ("D", "T"):
        return text
    return text if text and gemmi.Element(text).name == text and text != "X" else None


def _has_isotope(element: str, mass: int) -> bool:
    import periodictable

    if element in ("D", "T"):
        return False
    return mass in periodictable.elements.symbol(element).isotopes


def _check_labels(block: Block, labels: list[str]) -> None:
    repeated = sorted({label for label in labels if labels.count(label) > 1})
    if repeated:
        raise block.error(
            f"labels stand for several sites: {', '.join(repeated)[:100]}",
            tag=_LABEL if block.has(_LABEL) else _FRACTIONS[0],
            hint="Give each site a label of its own, such as O1 and O2.",
        )


def _check_positions(block: Block, sites: list[Site], cell: Cell, space_group: str) -> None:
    """The occupancies of all sites on one position add up to 1 at most."""
    import gemmi

    group = gemmi.find_spacegroup_by_name(space_group)
    box = gemmi.UnitCell(*cell.as_tuple())
    to_angstrom = np.array(box.orth.mat.tolist())
    positions = np.array([site.position for site in sites]).reshape(-1, 3)
    operations = list(group.operations())
    rotations = np.array([op.rot for op in operations], dtype=float) / gemmi.Op.DEN
    shifts = np.array([op.tran for op in operations], dtype=float) / gemmi.Op.DEN
    for i, site in enumerate(sites):
        images = np.einsum("nij,j->ni", rotations, positions[i]) + shifts
        # (later sites, images): the nearest image decides.
        gaps = images[None, :, :] - positions[i:, None, :]
        gaps -= np.round(gaps)
        near = (np.linalg.norm(gaps @ to_angstrom.T, axis=2) < _SAME).any(axis=1)
        there = [sites[i + int(j)] for j in np.flatnonzero(near)]
        total = sum(other.occupancy for other in there)
        if len(there) > 1 and total > 1.0 + _TOLERANCE:
            names = ", ".join(other.label for other in there)
            raise block.error(
                f"{names[:80]} share one position, with occupancies that add up to {total:g}",
                tag=_OCCUPANCY if block.has(_OCCUPANCY) else _FRACTIONS[0],
                what=site.label,
                hint="They add up to 1 at most; list each atom once, symmetry makes the others.",
            )
