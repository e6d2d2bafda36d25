"""Tables of a refinement, as a paper prints them: cells, sites, fractions, agreement, stages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.science.diffraction import Phase, Refinement

Text = tuple[str, str]
"""English and Japanese."""

_CELL: Final = ("a", "b", "c", "alpha", "beta", "gamma")
_PHASE: Final = ("Phase", "相")
_PATTERN: Final = ("Pattern", "パターン")


class PageTable(NamedTuple):
    """A table for a report: heading, column heads, rows of cells, a line below."""

    title: Text
    heads: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    note: Text = ("", "")


def refinement_tables(outcome: Outcome) -> tuple[PageTable, ...]:
    """The tables of an outcome with a refinement; none without one.

    Values carry their standard uncertainty in parentheses, in units of the last digit; a site's value
    without one was held fixed, and one that the patterns do not determine is a dash.
    """
    refinement = outcome.refinement
    if refinement is None:
        return ()
    tables = [_cells(refinement)]
    if any(phase.atoms is not None for phase in refinement.model.phases):
        tables.append(_sites(refinement, lost_parameters(outcome)))
    if len(refinement.model.phases) > 1 and all(p.atoms is not None for p in refinement.model.phases):
        tables.append(_fractions(refinement))
    return (*tables, _agreement(refinement), _stages(refinement))


def with_esd(value: float, std: float | None) -> str:
    """A number with its standard uncertainty in units of its last digit, 2 to 19.

    Examples
    --------
    >>> with_esd(3.890872, 0.000043), with_esd(-0.0912, 0.00132), with_esd(152.99, 13.4)
    ('3.89087(4)', '−0.0912(13)', '153(13)')
    >>> with_esd(0.25, None)
    '0.25'
    """
    if std is None or not math.isfinite(std) or std <= 0.0:
        return f"{value:.6g}".replace("-", "−")
    places = -math.floor(math.log10(std))
    if std * 10.0**places < 1.95:
        places += 1
    places = min(places, 12)
    last = std * 10.0**places if places > 0 else std
    text = f"{value:.{max(places, 0)}f}({last:.0f})"
    return text.replace("-", "−")


def _cells(refinement: Refinement) -> PageTable:
    rows = []
    for phase in refinement.model.phases:
        numbers, covariance = refinement.cell(phase.name)
        std = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        cells = [
            with_esd(float(value), float(width) or None)
            for value, width in zip(numbers, std, strict=True)
        ]
        rows.append((phase.name, phase.crystal.space_group, *cells))
    return PageTable(
        ("Cells", "格子定数"),
        (
            _PHASE,
            ("Space group", "空間群"),
            *(_same(f"{axis} / Å") for axis in "abc"),
            *(_same(f"{angle} / °") for angle in "αβγ"),
            _same("V / Å³"),
        ),
        tuple(rows),
    )


def _sites(refinement: Refinement, lost: frozenset[tuple[str, str, str]]) -> PageTable:
    rows = []
    for phase, crystal in zip(refinement.model.phases, refinement.crystals, strict=True):
        if phase.atoms is None:
            continue
        symmetries = phase.atoms.symmetries
        for row, (site, symmetry) in enumerate(zip(crystal.sites, symmetries, strict=True)):
            uncertain = _site_stds(refinement, phase, row)
            cells = []
            values = (*site.position, site.b_iso, site.occupancy)
            for kind, value in zip(("x", "y", "z", "b_iso", "occupancy"), values, strict=True):
                unknown = (phase.name, site.label, kind) in lost
                is_tensor = kind == "b_iso" and site.u_aniso is not None
                shown = with_esd(value, uncertain[kind])
                cells.append("—" if unknown else "U" if is_tensor else shown)
            rows.append((phase.name, site.label, site.scatterer, str(symmetry.multiplicity), *cells))
    return PageTable(
        ("Sites", "原子サイト"),
        (
            _PHASE,
            ("Site", "サイト"),
            ("Scatterer", "散乱体"),
            ("Multiplicity", "多重度"),
            *(_same(axis) for axis in "xyz"),
            _same("B / Å²"),
            ("Occupancy", "占有率"),
        ),
        tuple(rows),
        (
            "Without parentheses: held fixed, or by symmetry. —: the patterns do not determine it."
            if lost
            else "Without parentheses: held fixed, or by symmetry.",
            "括弧のない値: 固定、または対称性による。—: パターンからは決まらない。"
            if lost
            else "括弧のない値: 固定、または対称性による。",
        ),
    )


def _site_stds(refinement: Refinement, phase: Phase, row: int) -> dict[str, float | None]:
    """Standard uncertainties of x, y, z, B and occupancy of one site, through what moves them."""
    variances = np.zeros(5)
    for name, direction in zip(phase.names[phase.n_cell :], phase.site_directions, strict=True):
        std = refinement.std(f"{phase.name}.{name}")
        if std is not None:
            # Parameters of one site move different numbers of it, or all along one direction.
            variances += (direction[row] * std) ** 2
    kinds = ("x", "y", "z", "b_iso", "occupancy")
    return {
        kind: float(np.sqrt(variance)) if variance > 0.0 else None
        for kind, variance in zip(kinds, variances, strict=True)
    }


def lost_parameters(outcome: Outcome) -> frozenset[tuple[str, str, str]]:
    """Phase, site and parameter of what is not identifiable, or ran into a bound."""
    kinds = {"displacement_b_iso": "b_iso", "site_occupancy": "occupancy"}
    refinement = outcome.refinement
    assert refinement is not None
    let_go = {name for stage in refinement.stages for name in stage.added} - set(refinement.active)
    stopped = {
        (phase.name, name.rpartition(".")[0], name.rpartition(".")[2])
        for phase in refinement.model.phases
        for name in phase.names[phase.n_cell :]
        if f"{phase.name}.{name}" in let_go
    }
    return frozenset(stopped) | frozenset(
        (
            str(result.conditions.get("phase", "")),
            str(result.conditions["site"]),
            kinds.get(result.quantity, str(result.conditions.get("axis", ""))),
        )
        for result in outcome.record.results
        if "not_identifiable" in result.flags and "site" in result.conditions
    )


def _fractions(refinement: Refinement) -> PageTable:
    rows = []
    for number, fit in enumerate(refinement.patterns):
        shares, covariance = refinement.fractions(number)
        for place, phase in enumerate(refinement.model.phases):
            std = float(np.sqrt(max(covariance[place, place], 0.0)))
            rows.append((fit.pattern.label, phase.name, with_esd(100.0 * shares[place], 100.0 * std)))
    return PageTable(
        ("Mass fractions", "質量分率"),
        (_PATTERN, _PHASE, ("Fraction / wt%", "分率 / wt%")),
        tuple(rows),
        (
            "Of the crystalline phases in the refinement; microabsorption is not in the uncertainty.",
            "精密化に含めた結晶相の中での分率。微小吸収の影響は不確かさに含まない。",
        ),
    )


def _agreement(refinement: Refinement) -> PageTable:
    rows = []
    for fit in refinement.patterns:
        found = fit.agreement
        bragg = ", ".join(f"{name} {r:.2f}" for name, r in found.r_bragg.items() if r is not None)
        rows.append(
            (
                fit.pattern.label,
                str(len(fit.pattern.x)),
                *(f"{r:.2f}" for r in (found.r_wp, found.r_p, found.r_exp, found.r_wp_peaks)),
                f"{found.goodness_of_fit:.3f}",
                f"{found.durbin_watson:.2f}",
                bragg or "—",
            )
        )
    return PageTable(
        ("Agreement", "一致度"),
        (
            _PATTERN,
            ("Points", "点数"),
            *(_same(f"{name} / %") for name in ("R_wp", "R_p", "R_exp")),
            ("R_wp without background / %", "R_wp（バックグラウンド除く） / %"),
            _same("S = R_wp / R_exp"),
            _same("Durbin–Watson"),
            _same("R_Bragg / %"),
        ),
        tuple(rows),
    )


def _stages(refinement: Refinement) -> PageTable:
    return PageTable(
        ("Turn-on order", "パラメータを開放した順序"),
        (
            ("Stage", "段階"),
            ("Parameters added", "加えたパラメータ"),
            ("R_wp of all patterns / %", "全パターンの R_wp / %"),
        ),
        tuple((stage.name, _listed(stage.added), f"{stage.r_wp:.2f}") for stage in refinement.stages),
    )


def _listed(names: Iterable[str]) -> str:
    """Names, with coefficients of one background together."""
    parts: dict[str, list[str]] = {}
    for name in names:
        head, _, last = name.rpartition(".")
        key = f"{head}.*" if head.endswith("background") and last.isdigit() else name
        parts.setdefault(key, []).append(last)
    return ", ".join(
        f"{key[:-1]}{found[0]}–{found[-1]}" if key.endswith("*") and len(found) > 1 else key
        for key, found in parts.items()
    )


def _same(text: str) -> Text:
    return text, text
