"""Lines of ln(sigma T) against 1/T through a series: one for each part that conducts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._conduction import Conduction, InSeries
from kuralab.analysis._departures import SIGNIFICANT, Departures, departures_from_line
from kuralab.analysis._details import ArrheniusLine, Part
from kuralab.analysis._pellet import CellConstant
from kuralab.model import Flag
from kuralab.science.kinetics import BOLTZMANN_EV, ArrheniusFit, fit_arrhenius

Floats = NDArray[np.float64]

FEW_POINTS: Final = 4
PARTS_OF_LINES: Final[tuple[Part, ...]] = ("total", "bulk", "grain_boundary")


@dataclass(frozen=True)
class ConductionLine:
    """A line and what its points say about it.

    spectra: which spectrum of the series each point is; temperature_std: K, common to all of them;
    claimed (n,): relative standard uncertainty of each conductivity with all that is common.
    """

    line: ArrheniusLine
    spectra: tuple[int, ...]
    temperature_std: float
    claimed: Floats
    departures: Departures

    @property
    def part(self) -> Part:
        return self.line.part

    def flags(self, *, curved: bool) -> tuple[Flag, ...]:
        """Of a number that is read from the line; ``curved``: whether the bend changes it."""
        flags: list[Flag] = []
        if np.unique(self.line.temperature).size < FEW_POINTS:
            flags.append("few_points")
        if self.departures.outliers:
            flags.append("outlier")
        if self.departures.scattered or curved:
            flags.append("model_inadequate")
        return tuple(flags)

    @property
    def is_curved(self) -> bool:
        """Whether the activation energy within the range leaves its standard uncertainty."""
        return self.departures.bend > self.line.activation_energy_std

    def offset_at(self, temperature: float) -> float:
        """Relative change of the conductivity by the uncertainty of a temperature in K."""
        return float(_offset(self.line.fit, np.array([temperature]), self.temperature_std)[0])

    def point_flags(self, spectrum: int) -> tuple[Flag, ...]:
        """Of the conductivity at one temperature.

        Where points disagree and none can be blamed, every one of them may be wrong. A bend is no
        disagreement: each point then holds for its own temperature.
        """
        if spectrum not in self.spectra:
            return ()
        point = self.spectra.index(spectrum)
        if point in self.departures.outliers:
            return ("outlier",)
        unexplained = self.departures.scattered and not self.departures.bend
        wide = self.departures.scatter > self.claimed[point]
        return ("model_inadequate",) if unexplained and wide else ()

    def warnings(self) -> list[str]:
        """What a reader must know of the line, in words."""
        found = self.departures
        name = f"{self.part.replace('_', '-')} conduction"
        at = [f"{t:.6g} K" for t in self.line.temperature]
        said = [
            f"{name} at {at[i]}: {_percent(found.deviation[i])} off the line through the others; "
            "the line still contains it. Look at the contact, and measure again"
            for i in found.outliers
        ]
        if found.scattered:
            kept = [i for i in range(len(at)) if i not in found.outliers]
            worst = max(kept, key=lambda i: abs(found.deviation[i]))
            said.append(
                f"{name}: the points scatter by {100 * found.scatter:.2g} % about the line, more "
                f"than their uncertainties explain (p < {SIGNIFICANT}); most at {at[worst]}, "
                f"{_percent(found.deviation[worst])}"
            )
        if self.is_curved:
            said.append(
                f"{name}: the line is curved (p < {SIGNIFICANT}); within the range the activation "
                f"energy differs by up to {found.bend:.2g} eV"
            )
        return said


def conduction_lines(
    conductions: Sequence[Conduction],
    *,
    temperature: Sequence[float],
    cells: Sequence[CellConstant | None],
    weighted: bool,
    temperature_std: float,
) -> tuple[list[ConductionLine], list[Part]]:
    """A line for each part with two temperatures or more, and the parts that have fewer.

    Parameters
    ----------
    temperature : (n,) K; cells : without all of them the lines are of the conductance, in S;
    weighted : each point by its uncertainty, or all alike; temperature_std : K, of an offset common
        to all temperatures
    """
    lines: list[ConductionLine] = []
    skipped: list[Part] = []
    known = [cell for cell in cells if cell is not None]
    has_geometry = len(known) == len(cells)
    for part in PARTS_OF_LINES:
        if not any(part in conduction.parts for conduction in conductions):
            continue
        where = [i for i, c in enumerate(conductions) if c.identifiable.get(part, False)]
        if len({temperature[i] for i in where}) < 2:
            skipped.append(part)
            continue
        resistance = np.array([conductions[i].value[part] for i in where])
        relative = np.array([conductions[i].std[part] for i in where]) / resistance
        constant = np.array([known[i].value if has_geometry else 1.0 for i in where])
        geometry = np.array([known[i].relative_std if has_geometry else 0.0 for i in where])
        line = _line(
            part,
            np.array([temperature[i] for i in where]),
            constant / resistance,
            relative,
            unit="S/cm" if has_geometry else "S",
            weighted=weighted,
            temperature_std=temperature_std,
        )
        offset = _offset(line.fit, line.temperature, temperature_std)
        claimed = np.sqrt(relative**2 + geometry**2 + offset**2)
        departures = departures_from_line(line, claimed=claimed, weighted=weighted)
        lines.append(ConductionLine(line, tuple(where), temperature_std, claimed, departures))
    return lines, skipped


def in_series(lines: Sequence[ConductionLine], spectrum: int, *, temperature: float) -> InSeries:
    """What the lines tell of one spectrum at a temperature in K.

    A part without a line of its own is taken to depend on temperature as the first line does.
    """
    own = {line.part: line for line in lines}
    return InSeries(
        offset={
            part: own.get(part, lines[0]).offset_at(temperature) for part in PARTS_OF_LINES if lines
        },
        flags={part: line.point_flags(spectrum) for part, line in own.items()},
    )


def _line(
    part: Part,
    temperature: Floats,
    conductivity: Floats,
    relative: Floats,
    *,
    unit: Literal["S/cm", "S"],
    weighted: bool,
    temperature_std: float,
) -> ArrheniusLine:
    std = relative * conductivity
    fit, shifted = (
        fit_arrhenius(
            temperature=temperature + offset,
            conductivity=conductivity,
            std=std if weighted else None,
        )
        for offset in (0.0, temperature_std)
    )
    shift = shifted.activation_energy - fit.activation_energy
    return ArrheniusLine(
        part=part,
        temperature=temperature,
        conductivity=conductivity,
        std=std,
        unit=unit,
        fit=fit,
        shifted=shifted,
        activation_energy_std=float(np.hypot(fit.activation_energy_std, shift)),
    )


def _offset(fit: ArrheniusFit, temperature: Floats, std: float) -> Floats:
    """Relative change of the conductivity when the temperature (n,) in K is ``std`` higher.

    d ln(sigma) / dT = E_a / (k_B T^2) - 1/T
    """
    slope = fit.activation_energy / (BOLTZMANN_EV * temperature**2) - 1.0 / temperature
    return np.asarray(slope * std)


def _percent(relative: float) -> str:
    return f"{100.0 * relative:+.2g} %"
