"""Results of one sample's isotherms: what a record says of plateaus, lines and formation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._hydride_details import VantHoffLine
from kuralab.analysis._hydrides import Branch
from kuralab.errors import InputError, ScienceError
from kuralab.model import Covariance, Flag, Result
from kuralab.science.hydrogen import (
    HIGHEST_FORMATION_PRESSURE,
    Formation,
    Isotope,
    Plateau,
    VantHoff,
    fit_vant_hoff,
    formation_pressure,
    hysteresis,
)
from kuralab.units import Quantity

Floats = NDArray[np.float64]

_CURVED: Final = 0.01
_FEW: Final = 3
SAME_TEMPERATURE: Final = 0.5
"""K; plateaus this near to one another are at one temperature."""
_GPA_PER_BAR: Final = 1e-4
_GAS_CONSTANT_KJ: Final = 8.31446261815324e-3


@dataclass(frozen=True)
class Settings:
    """What the results of every sample share; shares and K, temperatures in K, volumes in cm3/mol."""

    named: bool
    isotope: Isotope
    fugacity: bool
    equal: bool
    range_text: str
    content_std: float
    temperature_std: float
    formation_temperature: float | None
    volume_change: tuple[float, float]


def weights(std: Floats, *, equal: bool) -> Floats:
    """Standard uncertainties (n,) for a line: their own, or their quadratic mean for each.

    The part that a plateau's slope has in them is common to all temperatures of a sample, so that it
    says little of which plateau is the better one; the line's uncertainty rests on it all the same.
    """
    return np.full(std.shape, np.sqrt(np.mean(std**2))) if equal else std


class HydrideResults:
    """Makes the results of one sample; ``first`` is the index of the first one in the record."""

    def __init__(
        self,
        sample: str,
        branches: Sequence[Branch],
        plateaus: Sequence[Plateau | None],
        lines: Sequence[VantHoffLine],
        settings: Settings,
        *,
        first: int,
    ) -> None:
        self._sample = sample
        self._branches = branches
        self._plateaus = plateaus
        self._lines = lines
        self._settings = settings
        self._first = first
        self._results: list[Result] = []
        self.covariance: list[Covariance] = []
        self.warnings: list[str] = []
        self.notes: list[str] = []

    def results(self) -> list[Result]:
        """Plateaus, hysteresis, capacity, enthalpies and entropies, formation pressure."""
        for branch, plateau in zip(self._branches, self._plateaus, strict=True):
            self._results.append(self._plateau(branch, plateau))
        self._hysteresis()
        self._results.append(self._capacity())
        for line in self._lines:
            self._enthalpy_and_entropy(line)
        if self._settings.formation_temperature is not None:
            self._results.append(self._formation(self._settings.formation_temperature))
        return self._results

    def _conditions(self, **more: Quantity | str) -> dict[str, Quantity | str]:
        return {**({"sample": self._sample} if self._settings.named else {}), **more}

    def _sources(self, branch: str | None = None) -> tuple[int, ...]:
        wanted = [b.source for b in self._branches if branch in (None, b.isotherm.branch)]
        return tuple(dict.fromkeys(wanted))

    def _plateau(self, branch: Branch, plateau: Plateau | None) -> Result:
        method = (
            f"mean of ln p over {self._settings.range_text} of the branch's largest content; "
            "uncertainty of scatter, slope and reading"
        )
        conditions = self._conditions(branch=branch.isotherm.branch, temperature=branch.temperature)
        flags: list[Flag] = []
        if plateau is None:
            flags.append("not_identifiable")
        else:
            conditions["plateau_rise"] = Quantity(value=float(f"{plateau.rise:.2g}"), unit="")
            if plateau.n_points < _FEW:
                flags.append("few_points")
        value = None if plateau is None else plateau.pressure
        return Result(
            quantity="plateau_pressure",
            value=value,
            uncertainty=None if plateau is None else plateau.pressure * plateau.log_pressure_std,
            unit="bar",
            flags=tuple(flags),
            method=method,
            conditions=conditions,
            input=(branch.source,),
        )

    def _hysteresis(self) -> None:
        """At each temperature at which both branches have a plateau."""
        known = [
            (branch, plateau)
            for branch, plateau in zip(self._branches, self._plateaus, strict=True)
            if plateau is not None
        ]
        for up, above in known:
            if up.isotherm.branch != "absorption":
                continue
            for down, below in known:
                apart = abs(down.isotherm.temperature - up.isotherm.temperature)
                if down.isotherm.branch == "desorption" and apart <= SAME_TEMPERATURE:
                    self._results.append(self._hysteresis_of(up, above, down, below))
                    break

    def _hysteresis_of(self, up: Branch, above: Plateau, down: Branch, below: Plateau) -> Result:
        value, std = hysteresis(
            absorption=(above.log_fugacity, above.log_fugacity_std),
            desorption=(below.log_fugacity, below.log_fugacity_std),
        )
        flags: list[Flag] = []
        if min(above.n_points, below.n_points) < _FEW:
            flags.append("few_points")
        if value < -2.0 * std:
            flags.append("outside_validity")
            self.warnings.append(
                f"{down.name}: the plateau lies above that of absorption; are the branches exchanged?"
            )
        return Result(
            quantity="hysteresis",
            value=value,
            uncertainty=std,
            unit="",
            flags=tuple(flags),
            method="ln(f_abs / f_des) of the plateaus at one temperature",
            conditions=self._conditions(temperature=up.temperature),
            input=tuple(dict.fromkeys((up.source, down.source))),
        )

    def _capacity(self) -> Result:
        known = [b for b in self._branches if b.largest_mass_percent is not None]
        if not known:
            return Result(
                quantity="hydrogen_capacity",
                value=None,
                uncertainty=None,
                unit="wt%",
                flags=("not_identifiable",),
                method="the content is in atoms: give --composition for wt%",
                conditions=self._conditions(),
                input=self._sources(),
            )
        best = max(known, key=lambda branch: branch.largest_mass_percent or 0.0)
        value = best.largest_mass_percent or 0.0
        return Result(
            quantity="hydrogen_capacity",
            value=value,
            uncertainty=value * self._settings.content_std,
            unit="wt%",
            method="largest content reached, mass of hydrogen over mass of the hydride",
            conditions=self._conditions(
                branch=best.isotherm.branch,
                temperature=best.temperature,
                pressure=Quantity(value=float(f"{best.isotherm.pressure[-1]:.4g}"), unit="bar"),
            ),
            input=(best.source,),
        )

    def _enthalpy_and_entropy(self, line: VantHoffLine) -> None:
        fit = line.fit
        used = "f" if line.fugacity else "p"
        weight = "equal weights" if self._settings.equal else "weighted by uncertainty"
        method = (
            f"line of ln {used} against 1/T, {weight}; offset of all temperatures "
            f"{self._settings.temperature_std:g} K"
        )
        flags = _line_flags(line)
        conditions = self._conditions()
        if line.temperature.size:
            ends = float(line.temperature[0]), float(line.temperature[-1])
            if _different(line) > 1:
                conditions["temperature_lowest"] = Quantity(value=ends[0], unit="K")
                conditions["temperature_highest"] = Quantity(value=ends[1], unit="K")
            else:
                conditions["temperature"] = Quantity(value=ends[0], unit="K")
        for name, unit in (("enthalpy", "kJ/mol"), ("entropy", "J/K/mol")):
            value: float | None = None
            std: float | None = None
            if fit is not None:
                value = fit.enthalpy if name == "enthalpy" else fit.entropy
                std = fit.enthalpy_std if name == "enthalpy" else fit.entropy_std
            self._results.append(
                Result(
                    quantity=f"{name}_{line.branch}",
                    value=value,
                    uncertainty=std,
                    unit=unit,
                    flags=flags,
                    method=method if fit is not None else "fewer than two temperatures with a plateau",
                    conditions=conditions,
                    input=self._sources(line.branch),
                )
            )
        if fit is not None:
            entropy = self._first + len(self._results) - 1
            self.covariance.append(
                Covariance(results=(entropy - 1, entropy), value=float(fit.covariance[0, 1]))
            )

    def _formation(self, temperature: float) -> Result:
        """From absorption, which is what forming is; from desorption where there is no other."""
        line = next((line for line in self._lines if line.fit is not None), None)
        volume = Quantity(
            value=self._settings.volume_change[0],
            uncertainty=self._settings.volume_change[1] or None,
            unit="cm^3/mol",
        )
        conditions = self._conditions(
            temperature=Quantity(value=temperature, unit="K"), volume_change=volume
        )
        if line is None:
            return Result(
                quantity="formation_pressure",
                value=None,
                uncertainty=None,
                unit="GPa",
                flags=("not_identifiable",),
                method="no enthalpy: fewer than two temperatures with a plateau",
                conditions=conditions,
                input=self._sources(),
            )
        conditions["branch"] = line.branch
        try:
            found = formation_pressure(
                vant_hoff=self._without_volume_work(line),
                temperature=temperature,
                volume_change=self._settings.volume_change,
                mean_temperature=float(1.0 / np.mean(1.0 / line.temperature)),
                isotope=self._settings.isotope,
            )
        except ScienceError as error:
            raise InputError(
                str(error), field="formation_temperature", hint="Give a temperature of the gas phase."
            ) from None
        self._note_formation(found, temperature)
        flags = _formation_flags(found, line, temperature)
        return Result(
            quantity="formation_pressure",
            value=HIGHEST_FORMATION_PRESSURE if found.pressure is None else found.pressure,
            uncertainty=found.std,
            unit="GPa",
            flags=flags,
            method="mu(H2) = dH - T dS + dV P, constant dH and dS; uncertainty of dH and dS with their "
            "covariance, of a heat capacity of formation, of dV and of mu",
            conditions=conditions,
            input=self._sources(line.branch),
        )

    def _without_volume_work(self, line: VantHoffLine) -> VantHoff:
        """dH and dS at zero pressure: the volume work at the plateaus themselves taken out.

        With pressures in the line, fugacities stand here all the same, as chemical potentials need.
        """
        rows = [
            (branch.isotherm.temperature, plateau)
            for branch, plateau in zip(self._branches, self._plateaus, strict=True)
            if plateau is not None and branch.isotherm.branch == line.branch
        ]
        temperature = np.array([t for t, _ in rows])
        work = np.array([self._settings.volume_change[0] * p.pressure * _GPA_PER_BAR for _, p in rows])
        values = np.array([p.log_fugacity for _, p in rows])
        return fit_vant_hoff(
            temperature=temperature,
            log_fugacity=values - work / (_GAS_CONSTANT_KJ * temperature),
            std=weights(np.array([p.log_fugacity_std for _, p in rows]), equal=self._settings.equal),
            temperature_std=self._settings.temperature_std,
        )

    def _note_formation(self, found: Formation, temperature: float) -> None:
        of = f"{self._sample}: " if self._settings.named else ""
        if found.pressure is None:
            self.notes.append(
                f"{of}none below {HIGHEST_FORMATION_PRESSURE:g} GPa forms the hydride at "
                f"{temperature:g} K; {found.excess:.2g} kJ/mol of H2 are missing."
            )
        self.warnings += [f"{of}formation pressure: {reason}" for reason in found.reasons]


def _line_flags(line: VantHoffLine) -> tuple[Flag, ...]:
    if line.fit is None:
        return ("not_identifiable",)
    flags: list[Flag] = []
    if _different(line) < _FEW:
        flags.append("few_points")
    p_value = line.fit.curvature_p_value
    if p_value is not None and p_value < _CURVED:
        flags.append("model_inadequate")
    return tuple(flags)


def _different(line: VantHoffLine) -> int:
    """How many temperatures differ."""
    return int(np.count_nonzero(np.diff(line.temperature) > SAME_TEMPERATURE)) + 1


def _formation_flags(found: Formation, line: VantHoffLine, temperature: float) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if found.pressure is None:
        flags.append("censored_above")
    inside = line.temperature[0] - 1.0 <= temperature <= line.temperature[-1] + 1.0
    if found.extrapolated or not inside:
        flags.append("extrapolated")
    if found.outside_validity:
        flags.append("outside_validity")
    if "few_points" in _line_flags(line):
        flags.append("few_points")
    return tuple(flags)
