"""A crystal as CIF text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from kuralab.errors import InputError
from kuralab.formats._cif_sites import B_OF_U
from kuralab.model import Crystal, Site

_TIED: Final = {
    "cubic": {"b": "a", "c": "a"},
    "tetragonal": {"b": "a"},
    "hexagonal": {"b": "a"},
    "trigonal": {"b": "a"},
}
_RHOMBOHEDRAL: Final = {"b": "a", "c": "a", "beta": "alpha", "gamma": "alpha"}
_PARTS: Final = ("11", "22", "33", "12", "13", "23")


def crystal_text(crystal: Crystal, uncertainties: Mapping[str, float]) -> str:
    """The text of one data block.

    Raises
    ------
    InputError
        There is no such space group.
    """
    import gemmi

    group = gemmi.find_spacegroup_by_name(crystal.space_group)
    if group is None:
        raise InputError(f"there is no space group {crystal.space_group!r}")
    tied = _RHOMBOHEDRAL if group.ext == "R" else _TIED.get(group.crystal_system_str(), {})
    lines = [f"data_{_block_name(crystal.name)}", ""]
    names = ("a", "b", "c", "alpha", "beta", "gamma")
    for name, value in zip(names, crystal.cell.as_tuple(), strict=True):
        what = "length" if len(name) == 1 else "angle"
        std = uncertainties.get(name, uncertainties.get(tied.get(name, ""), 0.0))
        lines.append(f"{f'_cell_{what}_{name}':24}{with_uncertainty(value, std)}")
    lines += [
        "",
        f"_space_group_name_H-M_alt  '{group.xhm()}'",
        f"_space_group_IT_number     {group.number}",
        "",
        "loop_",
        "_space_group_symop_operation_xyz",
        *(f"'{operation.triplet()}'" for operation in group.operations()),
    ]
    if crystal.sites:
        lines += ["", *_site_lines(crystal.sites, uncertainties)]
    aniso = [site for site in crystal.sites if site.u_aniso is not None]
    if aniso:
        lines += ["", "loop_", "_atom_site_aniso_label"]
        lines += [f"_atom_site_aniso_U_{part}" for part in _PARTS]
        for site in aniso:
            values = " ".join(with_uncertainty(value) for value in site.u_aniso or ())
            lines.append(f"{_word(site.label)} {values}")
    return "\n".join(lines) + "\n"


def _site_lines(sites: tuple[Site, ...], uncertainties: Mapping[str, float]) -> list[str]:
    lines = ["loop_"]
    lines += [
        f"_atom_site_{tag}"
        for tag in (
            "label",
            "type_symbol",
            "fract_x",
            "fract_y",
            "fract_z",
            "occupancy",
            "adp_type",
            "B_iso_or_equiv",
        )
    ]
    for site in sites:
        b_iso = site.b_iso if site.u_aniso is None else B_OF_U * sum(site.u_aniso[:3]) / 3.0
        values = [*zip("xyz", site.position, strict=True), ("occupancy", site.occupancy)]
        cells = [_word(site.label), site.scatterer]
        cells += [
            with_uncertainty(value, uncertainties.get(f"{site.label}.{name}", 0.0))
            for name, value in values
        ]
        cells += [
            "Biso" if site.u_aniso is None else "Uani",
            with_uncertainty(b_iso, uncertainties.get(f"{site.label}.b_iso", 0.0)),
        ]
        lines.append(" ".join(cells))
    return lines


def with_uncertainty(value: float, std: float = 0.0) -> str:
    """A number with its standard uncertainty in units of its last place, 2 to 19.

    Examples
    --------
    >>> with_uncertainty(3.890872, 0.000043), with_uncertainty(0.25), with_uncertainty(101.3, 14.0)
    ('3.89087(4)', '0.25', '101(14)')
    """
    if not (math.isfinite(std) and std > 0.0) or std > 1e6:
        return f"{value:.9g}"
    places = -math.floor(math.log10(std))
    if std * 10.0**places < 1.95:
        places += 1
    places = min(max(places, 0), 12)
    last = round(std * 10.0**places)
    # An uncertainty far below what a double holds rounds to zero.
    return f"{value:.{places}f}({last})" if last > 0 else f"{value:.9g}"


def _block_name(name: str) -> str:
    return re.sub(r"[^!-~]", "_", name)[:70] or "phase"


def _word(text: str) -> str:
    from gemmi import cif

    return str(cif.quote(text))
