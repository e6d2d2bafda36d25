"""From branches as a file has them to measurements: units settled, bad rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._isotherm_labels import (
    MASS_PERCENT,
    PER_FORMULA,
    PER_METAL,
    IsothermLabel,
    Role,
)
from kuralab.model import Column, Kind, Measurement
from kuralab.units import Quantity, convert, dimension_of

if TYPE_CHECKING:
    from kuralab.formats._source import Source

Floats = NDArray[np.float64]

_HINTS: Final = {
    Role.PRESSURE: "Write it in the header, absolute and not gauge: 'pressure (bar)', (MPa), (atm).",
    Role.CONTENT: "Write it in the header: 'hydrogen content (wt%)', 'H/M' (per metal atom), 'H/f.u.' "
    "(per formula unit), or an amount such as 'hydrogen amount (mmol H2)'.",
    Role.TEMPERATURE: "Write it in the header: 'temperature (K)' or 'temperature (degC)'.",
}
_COLUMNS: Final = {
    MASS_PERCENT: "hydrogen_mass_fraction",
    PER_METAL: "hydrogen_per_metal",
    PER_FORMULA: "hydrogen_per_formula",
}
_LARGEST: Final = {MASS_PERCENT: 100.0, PER_METAL: 20.0, PER_FORMULA: 1000.0}
_LOWEST_KELVIN, _HIGHEST_KELVIN = 1.0, 5000.0


@dataclass(frozen=True)
class Branch:
    """One branch at one temperature: content and pressure (n,) in the header's units.

    ``lines`` are the lines of the rows in the file.
    """

    branch: str
    temperature: Quantity | None
    content: Floats
    pressure: Floats
    content_label: IsothermLabel
    pressure_label: IsothermLabel
    lines: Sequence[int]
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def isotherm_measurements(
    source: Source, branches: Sequence[Branch], *, format: str
) -> tuple[Measurement, ...]:
    """One measurement for each branch that has points.

    Raises
    ------
    InputError
        A unit is missing or does not fit, a pressure is negative, a temperature or a content is
        impossible, or no row is left.
    """
    found = [m for branch in branches if (m := _measurement(source, branch, format)) is not None]
    if not found:
        raise source.error(
            "no row has both a pressure and a hydrogen content",
            hint="Export the isotherm again when it is finished.",
        )
    return tuple(m.model_copy(update={"sweep": i}) for i, m in enumerate(found, start=1))


def check_label(source: Source, label: IsothermLabel, *, line: int | None) -> str:
    """The unit of a header cell.

    Raises
    ------
    InputError
        There is none, or it does not fit.
    """
    if label.unit is not None:
        return label.unit
    if label.unknown:
        message = f"the unit {label.unknown[:40]!r} does not fit a {label.role.value}"
    else:
        message = f"the {label.role.value} has no unit"
    raise source.error(message, line=line, field=label.text[:60], hint=_HINTS[label.role])


def _measurement(source: Source, branch: Branch, format: str) -> Measurement | None:
    known = np.isfinite(branch.content) & np.isfinite(branch.pressure)
    negative = np.flatnonzero(known & (branch.pressure < 0))
    if negative.size:
        raise source.error(
            f"the pressure is negative ({branch.pressure[negative[0]]:g})",
            line=branch.lines[int(negative[0])],
            field=branch.pressure_label.text[:60],
            hint="Correct or delete the row; a gauge pressure needs the atmosphere added.",
        )
    # Nothing is known at zero pressure: an empty vessel, or a gauge below its resolution.
    keep = known & (branch.pressure > 0)
    if not keep.any():
        return None
    _check_temperature(source, branch)
    name, unit, content = _content(source, branch, keep)
    written = branch.pressure_label.unit or ""
    pressure = np.asarray(convert(branch.pressure[keep], unit=written, to="bar"))
    dropped = int(np.count_nonzero(~keep & (np.isfinite(branch.content) | np.isfinite(branch.pressure))))
    warnings = list(branch.warnings)
    if dropped:
        plural = "s" if dropped > 1 else ""
        warnings.append(f"{dropped} row{plural} left out: pressure 0 or a missing number")
    return Measurement(
        kind=Kind.HYDROGEN_ISOTHERM,
        format=format,
        raw=source.raw,
        columns=(
            Column(name="pressure", unit="bar", values=pressure),
            Column(name=name, unit=unit, values=content),
        ),
        temperature=branch.temperature,
        metadata={"branch": branch.branch, "source": source.raw.name, **branch.metadata},
        warnings=tuple(warnings),
    )


def _check_temperature(source: Source, branch: Branch) -> None:
    if branch.temperature is None:
        return
    kelvin = branch.temperature.to("K").value
    if not _LOWEST_KELVIN <= kelvin <= _HIGHEST_KELVIN:
        raise source.error(
            f"no isotherm is measured at {branch.temperature}",
            field="temperature",
            hint="Correct the temperature or its unit.",
        )


def _content(source: Source, branch: Branch, keep: NDArray[np.bool_]) -> tuple[str, str, Floats]:
    """Name and unit of the column, and its values."""
    label = branch.content_label
    unit = label.unit or ""
    content = branch.content[keep]
    if not content.max() > 0:
        raise source.error(
            "no hydrogen content is above zero",
            field=label.text[:60],
            hint="Check which column the header calls hydrogen content.",
        )
    if unit in _LARGEST and content.max() > _LARGEST[unit]:
        worst = int(np.flatnonzero(keep)[int(np.argmax(content))])
        raise source.error(
            f"a hydrogen content of {content.max():g} {unit} is impossible",
            line=branch.lines[worst],
            field=label.text[:60],
            hint="Correct the row, or the unit in the header.",
        )
    if unit in _COLUMNS:
        return _COLUMNS[unit], "wt%" if unit == MASS_PERCENT else "", content
    if dimension_of(unit) == "mass":
        return "hydrogen_mass", "g", np.asarray(convert(content, unit=unit, to="g"))
    molecules = 0.5 if label.atoms else 1.0
    return "hydrogen_amount", "mol", molecules * np.asarray(convert(content, unit=unit, to="mol"))
