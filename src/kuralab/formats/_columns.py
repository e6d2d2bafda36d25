"""From labelled fields to kuralab's columns: units, signs, |Z| and phase to Re and Im."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._labels import UNITS, Label, Meaning, scale_between, slug_of
from kuralab.formats._table import Field, Table
from kuralab.model import Kind

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]

_SPECTRUM = (Meaning.FREQUENCY, Meaning.REAL, Meaning.IMAGINARY)
_POLAR = (Meaning.FREQUENCY, Meaning.MODULUS, Meaning.PHASE)
_SERIES = (Meaning.TIME, Meaning.VOLTAGE, Meaning.CURRENT)
# Beyond this no phase in radians goes: a spectrum's phase stays within a half turn.
_LARGEST_RADIAN = 3.2


@dataclass
class Settled:
    """Columns with kuralab's names and units, in order."""

    kind: Kind
    columns: dict[str, tuple[str, Floats]] = field(default_factory=dict)
    cycle: Floats | None = None
    warnings: list[str] = field(default_factory=list)


def kind_of_labels(labels: list[Label]) -> Kind | None:
    """What a table with these labels holds, or None when kuralab cannot use it."""
    has = {label.meaning for label in labels}
    if has.issuperset(_SPECTRUM) or has.issuperset(_POLAR):
        return Kind.IMPEDANCE
    if Meaning.TIME in has and has & {Meaning.VOLTAGE, Meaning.CURRENT}:
        return Kind.TIME_SERIES
    return None


def settle_columns(source: Source, table: Table, *, vendor: bool) -> Settled:
    """Settle units and signs.

    ``vendor``: the file's own documentation fixes sign and units. Otherwise a unit that the header
    does not name is assumed with a warning, and so is the sign of a mostly inductive spectrum.

    Raises
    ------
    InputError
        The table is neither a spectrum nor a time series, or a unit has the wrong dimension.
    """
    kind = kind_of_labels([f.label for f in table.fields])
    if kind is None:
        raise source.error(
            "the table has neither frequency with impedance nor time with voltage or current",
            hint=f"Its columns are {_list_labels(table)}.",
        )
    first = _first_of_each(table)
    settled = Settled(kind)
    if kind is Kind.TIME_SERIES:
        leading = [m for m in _SERIES if m in first]
    else:
        leading = list(_SPECTRUM if first.keys() >= set(_SPECTRUM) else _POLAR)
    assumed = []
    for meaning in leading:
        unit, values = _in_unit(source, first[meaning], meaning)
        if first[meaning].label.unit is None:
            radian = meaning is Meaning.PHASE and _seems_radian(first[meaning].values)
            assumed.append(f"{first[meaning].label.text} in {'rad' if radian else unit}")
        settled.columns[meaning.value] = (unit, values)
    if assumed and not vendor:
        settled.warnings.append(f"the header names no unit, so it was taken: {', '.join(assumed)}")
    if Meaning.PHASE in leading:
        _from_polar(settled)
    if kind is Kind.IMPEDANCE and not vendor:
        _doubt_sign(settled, first)
    if Meaning.CYCLE in first:
        settled.cycle = first[Meaning.CYCLE].values
    _add_others(settled, table, {id(first[m]) for m in leading})
    return settled


def _list_labels(table: Table) -> str:
    return ", ".join(f.label.text for f in table.fields)[:200] or "not named"


def _first_of_each(table: Table) -> dict[Meaning, Field]:
    """The first field of each meaning; one with a unit that fits goes before one without."""
    first: dict[Meaning, Field] = {}
    for candidate in table.fields:
        if candidate.label.meaning is not None:
            first.setdefault(candidate.label.meaning, candidate)
    return first


def _in_unit(source: Source, found: Field, meaning: Meaning) -> tuple[str, Floats]:
    """A needed column in kuralab's unit, its sign settled."""
    label, target = found.label, UNITS[meaning]
    factor = 1.0 if label.unit is None else scale_between(label.unit, target)
    if meaning is Meaning.PHASE and label.unit is None and _seems_radian(found.values):
        factor = float(np.degrees(1.0))
    if label.unknown or factor is None:
        raise source.error(
            f"the unit {label.unknown or label.unit!r} does not fit, {target} or a multiple is needed",
            field=label.text[:60],
            hint=f"Write the unit as in '{meaning.value} [{target}]'.",
        )
    return target, found.values * (-factor if label.negated else factor)


def _seems_radian(values: Floats) -> bool:
    finite = np.abs(values[np.isfinite(values)])
    return bool(finite.size and finite.max() <= _LARGEST_RADIAN)


def _from_polar(settled: Settled) -> None:
    """Re and Im from |Z| and phase, which stay as columns after them."""
    _, modulus = settled.columns.pop(Meaning.MODULUS)
    _, phase = settled.columns.pop(Meaning.PHASE)
    with np.errstate(invalid="ignore"):
        settled.columns[Meaning.REAL.value] = ("ohm", modulus * np.cos(np.radians(phase)))
        settled.columns[Meaning.IMAGINARY.value] = ("ohm", modulus * np.sin(np.radians(phase)))
    settled.columns[Meaning.MODULUS.value] = ("ohm", modulus)
    settled.columns[Meaning.PHASE.value] = ("deg", phase)


def _doubt_sign(settled: Settled, first: dict[Meaning, Field]) -> None:
    """Warn where a label without a sign makes most of a spectrum inductive."""
    source = first.get(Meaning.IMAGINARY) or first[Meaning.PHASE]
    if source.label.negated:
        return
    imaginary = settled.columns[Meaning.IMAGINARY][1]
    finite = imaginary[np.isfinite(imaginary)]
    if not finite.size or np.count_nonzero(finite > 0) <= 0.5 * finite.size:
        return
    text = f"{source.label.text}: most of the spectrum is inductive with the sign as the header has it"
    phase = first.get(Meaning.PHASE)
    if phase is not None and phase is not source:
        sign = -1.0 if phase.label.negated else 1.0
        if np.nanmedian(sign * phase.values) < 0:
            text += ", and the phase column says capacitive"
    settled.warnings.append(f"{text}; if it is -Im, name the column -Z''")


def _add_others(settled: Settled, table: Table, used: set[int]) -> None:
    """Every other column whose unit is known; cycle and step need none."""
    for other in table.fields:
        label = other.label
        if id(other) in used:
            continue
        unit, values, name = label.unit, other.values, slug_of(label.name)
        if label.meaning in (Meaning.CYCLE, Meaning.STEP):
            unit, name = "", label.meaning.value
        elif unit is None:
            continue
        elif label.meaning is not None:
            name = label.meaning.value
            factor = scale_between(unit, UNITS[label.meaning])
            if label.meaning is not Meaning.TEMPERATURE and factor is not None:
                unit, values = UNITS[label.meaning], values * (-factor if label.negated else factor)
        settled.columns[_free_name(name, settled.columns)] = (unit, values)


def _free_name(name: str, taken: dict[str, tuple[str, Floats]]) -> str:
    """The name, with a number where it is taken."""
    if name not in taken:
        return name
    return next(f"{name}_{i}" for i in range(2, len(taken) + 3) if f"{name}_{i}" not in taken)
