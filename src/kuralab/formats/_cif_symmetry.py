"""The space group of a CIF block, in a setting that is beyond doubt; and whether the cell obeys it.

Operations decide, then the Hall symbol, the Hermann-Mauguin symbol, the number. Tables by gemmi
(International Tables A). Tags: core CIF dictionary, International Tables G.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kuralab.errors import InputError
from kuralab.formats._cif_block import Block, says_nothing

if TYPE_CHECKING:
    from kuralab.model import Cell

_OPERATIONS: Final = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_symmetry_equiv_pos_xyz",
)
_HALL: Final = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_SYMBOL: Final = (
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_full",
    "_space_group_name_h-m_ref",
    "_symmetry_space_group_name_h-m_alt",
)
_NUMBER: Final = (
    "_space_group_it_number",
    "_symmetry_int_tables_number",
    "_symmetry_space_group_it_number",
)
_CODE: Final = "_space_group_it_coordinate_system_code"
_ORIGIN: Final = re.compile(r"(?P<symbol>.+?)\s*[:\s]\s*(?P<code>[12SZHRszhr])$")
_EXTENSIONS: Final = {"S": "1", "Z": "2", "h": "H", "r": "R", "s": "1", "z": "2"}
_MOST_OPERATIONS: Final = 400
_METRIC: Final = 2e-3
"""Relative: edges that differ by more than 0.1 %, or angles by more than 0.1 deg, are not the same."""
_RULES: Final = {
    "cubic": "a = b = c, and all angles 90 deg",
    "hexagonal": "a = b, alpha = beta = 90 deg and gamma = 120 deg",
    "tetragonal": "a = b, and all angles 90 deg",
    "orthorhombic": "all angles 90 deg",
    "monoclinic": "two angles of 90 deg, those at the unique axis",
}
_STATE: Final = "State _space_group_name_H-M_alt, such as 'P n m a', or the symmetry operations."


def space_group_of(block: Block, cell: Cell, *, has_sites: bool) -> str:
    """The extended Hermann-Mauguin symbol, such as "P n m a", "F d -3 m:2" or "R -3 m:H".

    Raises
    ------
    InputError
        No symmetry is stated, it is unknown, ambiguous or contradicts itself, or the cell does not
        have it.
    """
    group = _by_operations(block)
    try:
        named = _by_symbol(block, cell)
    except InputError:
        # Beside operations a symbol may be of any style.
        if group is None:
            raise
        named = None
    if group is None:
        group = named
        if group is None:
            raise block.error("the structure has no symmetry", hint=_STATE)
        _refuse_open_origin(block, group, has_sites=has_sites)
    elif named is not None and named.number != group.number:
        raise block.error(
            f"the operations are those of {group.xhm()}, the symbol is {named.xhm()}",
            tag=_first(block, _SYMBOL + _NUMBER),
            hint="Correct one of them, or delete the wrong one.",
        )
    _check_cell(block, group, cell)
    return str(group.xhm())


def _by_operations(block: Block) -> Any | None:
    """The group of listed operations or of a Hall symbol."""
    import gemmi

    for tag in _OPERATIONS:
        loop = block.loop(tag)
        texts = loop.columns[tag] if loop is not None else [block.text(tag)]
        texts = [text for text in texts if not says_nothing(text)]
        if not texts:
            continue
        if len(texts) > _MOST_OPERATIONS:
            raise block.error(f"{len(texts)} symmetry operations are too many", tag=tag, hint=_STATE)
        try:
            found: Any = gemmi.find_spacegroup_by_ops(gemmi.GroupOps([gemmi.Op(text) for text in texts]))
        except (RuntimeError, ValueError) as error:
            raise block.error(
                f"a symmetry operation is not understood ({str(error)[:80]})",
                tag=tag,
                hint="Write them as x,y,z.",
            ) from None
        if found is None:
            raise block.error(
                f"the {len(texts)} symmetry operations make no space group in a known setting",
                tag=tag,
                hint="List all operations, or transform the structure into a usual setting.",
            )
        return found
    hall = block.text(*_HALL)
    if not hall:
        return None
    try:
        of_hall: Any = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
    except (RuntimeError, ValueError):
        of_hall = None
    if of_hall is None:
        raise block.error(
            f"{hall[:60]!r} is no Hall symbol of a known setting", tag=_first(block, _HALL), hint=_STATE
        )
    return of_hall


def _by_symbol(block: Block, cell: Cell) -> Any | None:
    import gemmi

    symbol = block.text(*_SYMBOL)
    code = block.text(_CODE)
    if symbol:
        symbol, extension = _split(symbol.replace("_", "").strip())
        extension = extension or _extension_of(code)
        base: Any = gemmi.find_spacegroup_by_name(symbol, cell.alpha, cell.gamma)
        if base is None:
            raise block.error(
                f"{symbol[:60]!r} is no space group",
                tag=_first(block, _SYMBOL),
                hint="Write it with blanks, such as 'P 63/m m c'.",
            )
        short = len(symbol.split()) == 2
        return _setting(base, extension, code, cell, free_axis=short)
    number = block.number(*_NUMBER)
    if number is None:
        return None
    base = gemmi.find_spacegroup_by_number(int(number)) if 1 <= number <= 230 else None
    if base is None:
        raise block.error(
            f"there is no space group number {number:g}",
            tag=_first(block, _NUMBER),
            hint="They go from 1 to 230.",
        )
    return _setting(base, _extension_of(code), code, cell, free_axis=True)


def _split(symbol: str) -> tuple[str, str]:
    """A symbol and what follows it: origin 1 or 2 (also S, Z), axes H or R."""
    import gemmi

    found = _ORIGIN.fullmatch(symbol)
    if found is None:
        return symbol, ""
    whole = ":" not in symbol and gemmi.find_spacegroup_by_name(symbol) is not None
    if whole and found["code"] not in "HRhr":
        return symbol, ""
    return found["symbol"], _EXTENSIONS.get(found["code"], found["code"])


def _extension_of(code: str) -> str:
    """What a coordinate system code says about origin or axes: "2", "1cab" and "h" do."""
    if code[:1] in ("1", "2"):
        return code[0]
    return code.upper() if code in ("h", "r", "H", "R") else ""


def _setting(base: Any, extension: str, code: str, cell: Cell, *, free_axis: bool) -> Any:
    """Of the settings that one symbol may mean, the one that extension, code or cell choose."""
    import gemmi

    same = [g for g in gemmi.spacegroup_table() if g.number == base.number and g.hm == base.hm]
    for group in same:
        if extension and group.ext == extension:
            return group
    if base.ext in ("H", "R") and not extension:
        return next((group for group in same if _obeys(group, cell)), base)
    if base.crystal_system_str() == "monoclinic" and free_axis:
        own = [g for g in gemmi.spacegroup_table() if g.number == base.number]
        coded = [g for g in own if code and g.qualifier == code]
        alike = [g for g in own if _core(g.hm) == _core(base.hm)]
        fitting = [g for g in [*coded, base, *alike] if _obeys(g, cell)]
        return fitting[0] if fitting else base
    return base


def _core(symbol: str) -> list[str]:
    return [part for part in symbol.split() if part != "1"]


def _refuse_open_origin(block: Block, group: Any, *, has_sites: bool) -> None:
    """Two origins are told apart by a code or suffix; positions mean nothing without."""
    if group.ext not in ("1", "2") or not has_sites:
        return
    symbol = block.text(*_SYMBOL)
    if _split(symbol.strip())[1] or _extension_of(block.text(_CODE)):
        return
    raise block.error(
        f"{group.hm} has two origins, and the file does not say which",
        tag=_first(block, _SYMBOL + _NUMBER),
        hint=f"Write '{group.hm}:1' or '{group.hm}:2' (at the inversion centre), "
        "or list the symmetry operations.",
    )


def _first(block: Block, tags: tuple[str, ...]) -> str:
    return next((tag for tag in tags if block.has(tag)), "")


def _check_cell(block: Block, group: Any, cell: Cell) -> None:
    if _obeys(group, cell):
        return
    system = group.crystal_system_str()
    rule = _RULES.get(system, "a = b = c with equal angles (R), or those of a hexagonal cell (H)")
    given = ", ".join(f"{value:g}" for value in cell.as_tuple())
    raise block.error(
        f"{group.xhm()} is {system}, but the cell is {given}",
        tag="_cell_length_a",
        hint=f"It needs {rule}. Correct the cell or the space group.",
    )


def _obeys(group: Any, cell: Cell) -> bool:
    """Whether every rotation of the group leaves the metric of the cell as it is."""
    import gemmi

    edges = np.array(cell.as_tuple()[:3])
    ca, cb, cg = np.cos(np.radians(cell.as_tuple()[3:]))
    cosines = np.array([[1.0, cg, cb], [cg, 1.0, ca], [cb, ca, 1.0]])
    metric = np.outer(edges, edges) * cosines
    rotations = np.array([op.rot for op in group.operations().sym_ops], dtype=float) / gemmi.Op.DEN
    turned = np.einsum("nji,jk,nkl->nil", rotations, metric, rotations)
    return bool(np.all(np.abs(turned - metric) <= _METRIC * np.outer(edges, edges)))
