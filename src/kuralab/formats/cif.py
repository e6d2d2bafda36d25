"""CIF, the file of crystal structures: reading them, and writing a refined one.

Tags: core CIF dictionary (S. R. Hall, B. McMahon (eds.), International Tables for Crystallography G);
the syntax is read by gemmi (M. Wojdyr, J. Open Source Softw. 7 (2022) 4200, doi:10.21105/joss.04200).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kuralab.formats._cif_block import Block, cif_blocks
from kuralab.formats._cif_sites import sites_of
from kuralab.formats._cif_symmetry import space_group_of
from kuralab.formats._source import load_source

if TYPE_CHECKING:
    from kuralab.model import Cell, Crystal

_EDGES: Final = ("a", "b", "c")
_ANGLES: Final = ("alpha", "beta", "gamma")
_GLOBAL: Final = ("", "global", "i")
"""Names of blocks that name nothing."""


def read_crystals(path: str | Path) -> tuple[Crystal, ...]:
    """The structures of a CIF, one for each data block that has a cell, named after the block.

    Raises
    ------
    InputError
        No CIF, no cell or symmetry, an unknown element, an occupancy above 1, or a cell that the space
        group does not allow; with the line and the tag where they are known.
    """
    source = load_source(Path(path))
    blocks = cif_blocks(source)
    with_cell = [block for block in blocks if any(block.has(f"_cell_length_{e}") for e in _EDGES)]
    if not with_cell:
        raise source.error(
            "no unit cell is in this file",
            hint="A structure needs _cell_length_a and the other lengths and angles.",
        )
    crystals = tuple(_crystal(block) for block in with_cell)
    names = [crystal.name for crystal in crystals]
    for name in names:
        if names.count(name) > 1:
            raise source.error(f"two structures are named {name!r}", hint="Rename a data block.")
    return crystals


def _crystal(block: Block) -> Crystal:
    from kuralab.model import Crystal

    cell = _cell(block)
    has_sites = block.loop("_atom_site_fract_x") is not None
    group = space_group_of(block, cell, has_sites=has_sites)
    name = block.name.strip()
    if name.lower() in _GLOBAL:
        name = block.source.path.stem or "phase"
    return Crystal(name=name, cell=cell, space_group=group, sites=sites_of(block, cell, group))


def _cell(block: Block) -> Cell:
    from kuralab.model import Cell

    values: dict[str, float] = {}
    for name, tag in [(n, f"_cell_length_{n}") for n in _EDGES] + [
        (n, f"_cell_angle_{n}") for n in _ANGLES
    ]:
        value = block.number(tag)
        if value is None and name in _EDGES:
            raise block.error(f"the cell has no length {name}", tag="", hint=f"Add {tag} in angstrom.")
        # The dictionary's own default.
        value = 90.0 if value is None else value
        upper = 1000.0 if name in _EDGES else 180.0
        if not 0.0 < value < upper:
            unit = "angstrom" if name in _EDGES else "deg"
            raise block.error(
                f"{name} = {value:g} {unit} is no {'length' if name in _EDGES else 'angle'} of a cell",
                tag=tag,
                hint=f"It lies between 0 and {upper:g} {unit}.",
            )
        values[name] = value
    cell = Cell(**values)
    if not _closes(cell):
        raise block.error(
            "the three angles make no cell", tag="_cell_angle_alpha", hint="Correct the angles."
        )
    return cell


def _closes(cell: Cell) -> bool:
    from math import cos, radians

    a, b, c = (cos(radians(angle)) for angle in (cell.alpha, cell.beta, cell.gamma))
    return 1.0 - a * a - b * b - c * c + 2.0 * a * b * c > 1e-9


def write_crystal(crystal: Crystal, *, uncertainties: Mapping[str, float] | None = None) -> str:
    """The text of a CIF; a standard uncertainty stands in parentheses behind its value.

    uncertainties : by name, "a" and "gamma" for the cell, "La.x", "O1.b_iso" and "D1.occupancy" for
        sites. An edge that symmetry ties to a or b takes over its uncertainty.

    Source
    ------
    Number of digits: uncertainties from 2 to 19 in the last place (IUCr, Notes for authors, Acta
    Cryst. C).
    """
    from kuralab.formats._cif_text import crystal_text

    return crystal_text(crystal, uncertainties or {})
