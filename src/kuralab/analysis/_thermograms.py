"""From a thermogram to protons per formula unit on each plateau: blank, buoyancy, dry reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._atmosphere import Atmosphere
from kuralab.analysis._perovskite import DryOxide
from kuralab.analysis._protonic_details import PlateauDetails, ThermogramDetails
from kuralab.errors import InputError, ScienceError, UnitError
from kuralab.model import Kind, Measurement
from kuralab.science.protonics import (
    Plateau,
    find_plateaus,
    gas_density,
    mass_at,
    protons_of,
    subtract_baseline,
)
from kuralab.units import Quantity, dimension_of

Floats = NDArray[np.float64]

KELVIN: Final = 273.15
_DRY: Final = 3e-5
"""atm of water below which a gas counts as dry."""
_SAME: Final = 8.0
"""K between a dry reference and the temperature that was named."""


@dataclass(frozen=True)
class ThermogramSettings:
    """What a thermogram is analysed with; masses in mg, volume in mm^3, temperatures in K."""

    baseline: Measurement | None = None
    oxide: DryOxide | None = None
    dry_reference: Quantity | None = None
    atmosphere: Atmosphere | None = None
    sample_mass: float | None = None
    mass_std: float = 0.005
    volume: float | None = None
    at: tuple[float, ...] = ()
    shortest: float = 900.0


@dataclass(frozen=True)
class Uptake:
    """A thermogram as it was analysed. total: change from start to end in wt% with its standard
    uncertainty; offset_std: protons per formula unit, common to all plateaus."""

    details: ThermogramDetails
    total: float
    total_std: float
    change_offset_std: float
    offset_std: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    time: Floats
    temperature: Floats
    change: Floats
    water: Floats | None
    mass: float


def dry_reference_from(given: Any) -> Any:
    """A temperature, a time or a mass from text."""
    if not isinstance(given, str | Quantity):
        return given
    try:
        found = Quantity.parse(given) if isinstance(given, str) else given
        dimension = dimension_of(found.unit)
    except UnitError as error:
        raise ValueError(str(error)) from None
    units = {"temperature": "K", "time": "s", "mass": "mg"}
    if dimension not in units:
        raise ValueError(f"{given} is no temperature, time or mass")
    return found.to(units[dimension])


def uptake_of(measurement: Measurement, settings: ThermogramSettings) -> Uptake:
    """Mass changes and protons of one thermogram.

    Raises
    ------
    InputError
        No thermogram, no sample mass, a baseline of another programme, a dry reference that the run does
        not have.
    """
    name = measurement.raw.name
    run = _run(measurement, settings.sample_mass)
    warnings = [f"{name}: {text}" for text in measurement.warnings]
    measured = run.change
    blank = None
    if settings.baseline is not None:
        blank = _blank(run, settings.baseline, name)
        run = _changed(run, run.change - blank)
        warnings += _other_gas(measurement, settings.baseline)
    if settings.volume is not None:
        if settings.atmosphere is None:
            raise InputError(
                "buoyancy needs the gas", field="atmosphere", hint='Give it: --atmosphere "N2".'
            )
        run = _changed(run, run.change - _buoyancy(run, settings.atmosphere, settings.volume))
    plateaus = _plateaus(run, settings, name)
    zero, zero_std, reference, dry = _zero(run, plateaus, settings, name)
    whole = run.mass + zero
    if not whole > 0.0:
        raise InputError(
            "the sample's mass falls to nothing", file=name, hint="Give it: --sample-mass, in mg."
        )
    scale = 100.0 / whole
    oxide = settings.oxide
    found = tuple(
        _details(p, run, settings, zero=zero, scale=scale, oxide=oxide, dry=dry) for p in plateaus
    )
    warnings += [
        f"{name}: at {p.plateau.temperature - KELVIN:.0f} degC the mass still drifts "
        f"({1e3 * p.plateau.drift:.2g} ug over the last third): no equilibrium, left out of the fit"
        for p in found
        if not p.plateau.settled
    ]
    offset = scale * float(np.hypot(zero_std, settings.mass_std))
    return Uptake(
        details=ThermogramDetails(
            label=name,
            time=run.time,
            temperature=run.temperature,
            change=scale * (run.change - zero),
            measured=scale * (measured - zero),
            blank=None if blank is None else scale * blank,
            plateaus=found,
            reference=reference,
            dry=dry,
        ),
        total=float(scale * (np.mean(run.change[-5:]) - np.mean(run.change[:5]))),
        total_std=scale * settings.mass_std * float(np.sqrt(2.0)),
        change_offset_std=offset,
        offset_std=0.0 if oxide is None else float(protons_of(0.01 * offset, dry_mass=oxide.mass)),
        warnings=tuple(warnings),
    )


def _changed(run: _Run, change: Floats) -> _Run:
    return _Run(run.time, run.temperature, change - change[0], run.water, run.mass)


def _run(measurement: Measurement, stated: float | None) -> _Run:
    name = measurement.raw.name
    if measurement.kind is not Kind.THERMOGRAM:
        raise InputError(
            f"holds a {measurement.kind.value}, no thermogram",
            file=name,
            hint="Name a file with time, temperature and mass.",
        )
    time = measurement.values("time", unit="s")
    rising = np.concatenate([[True], np.diff(time) > 0.0])
    names = {column.name for column in measurement.columns}
    mass = stated if stated is not None else _stated_mass(measurement)
    if "mass" in names:
        values = measurement.values("mass", unit="mg")
        # The balance's own first reading is as good as a mass that was noted.
        mass = mass if mass is not None else float(values[0])
        change = values - values[0]
    elif "mass_change" in names:
        change = measurement.values("mass_change", unit="mg")
        change = change - change[0]
    else:
        percent = measurement.values("mass_percent", unit="%")
        change = 0.01 * (percent - percent[0]) * (mass or 0.0)
    if mass is None or not mass > 0.0:
        raise InputError(
            "the sample's mass is not known",
            file=name,
            field="sample_mass",
            hint='Give it: --sample-mass "100 mg".',
        )
    water = measurement.values("water_pressure", unit="atm") if "water_pressure" in names else None
    if np.count_nonzero(rising) < 10:
        raise InputError(
            "a thermogram needs ten rows whose time increases", file=name, hint="Export it again."
        )
    return _Run(
        time=time[rising],
        temperature=measurement.values("temperature", unit="K")[rising],
        change=change[rising],
        water=None if water is None else water[rising],
        mass=mass,
    )


def _stated_mass(measurement: Measurement) -> float | None:
    text = measurement.metadata.get("sample_mass")
    if text is None:
        return None
    try:
        return Quantity.parse(text).to("mg").value
    except UnitError:
        return None


def _blank(run: _Run, baseline: Measurement, name: str) -> Floats:
    if baseline.kind is not Kind.THERMOGRAM:
        raise InputError(
            f"holds a {baseline.kind.value}, no thermogram",
            file=baseline.raw.name,
            field="baseline",
            hint="Name the run of the empty crucible.",
        )
    names = {column.name for column in baseline.columns}
    if "mass_percent" in names:
        raise InputError(
            "a baseline in % of an empty crucible says nothing",
            file=baseline.raw.name,
            field="baseline",
            hint="Export it in mg.",
        )
    empty = _run(baseline, 1.0)
    try:
        corrected = subtract_baseline(
            run.time,
            run.temperature,
            run.change,
            base_time=empty.time,
            base_temperature=empty.temperature,
            base_mass=empty.change,
        )
    except ScienceError as error:
        raise InputError(
            str(error),
            file=name,
            field="baseline",
            hint="Measure the empty crucible with the same programme and gases.",
        ) from None
    return run.change - corrected


def _buoyancy(run: _Run, gas: Atmosphere, volume: float) -> Floats:
    """Apparent gain (n,) in mg; where the run has its own water, that takes the place of the gas'."""
    density = gas_density(run.temperature, gas.pressures)
    if run.water is not None and gas.total > gas.water:
        carrier = {name: p for name, p in gas.pressures.items() if name != "H2O"}
        steam = gas_density(run.temperature, {"H2O": 1.0})
        left = (gas.total - run.water) / (gas.total - gas.water)
        density = left * gas_density(run.temperature, carrier) + run.water * steam
    # g/cm^3 times mm^3 is mg.
    return np.asarray(volume * (density[0] - density))


def _other_gas(measurement: Measurement, baseline: Measurement) -> list[str]:
    """A warning where flows of the two runs differ by more than 5 %."""
    found = []
    for column in measurement.columns:
        if not column.name.endswith(("_flow_1", "_flow_2", "_flow")):
            continue
        other = next((c for c in baseline.columns if c.name == column.name), None)
        if other is None:
            continue
        one, two = float(np.median(column.values)), float(np.median(other.values))
        if abs(one - two) > 0.05 * max(abs(one), abs(two), 1.0):
            found.append(
                f"{column.name.replace('_', ' ')} is {one:g} {column.unit}, in the baseline {two:g}"
            )
    return found


def _plateaus(run: _Run, settings: ThermogramSettings, name: str) -> tuple[Plateau, ...]:
    try:
        if settings.at:
            return mass_at(run.time, run.temperature, run.change, settings.at, water=run.water)
        return find_plateaus(
            run.time,
            run.temperature,
            run.change,
            water=run.water,
            shortest=settings.shortest,
            resolution=settings.mass_std,
        )
    except ScienceError as error:
        raise InputError(str(error), file=name, hint="Check --temperatures and the file.") from None


def _zero(
    run: _Run, plateaus: Sequence[Plateau], settings: ThermogramSettings, name: str
) -> tuple[float, float, str, bool]:
    """Change in mg at which the oxide is dry, its standard uncertainty, words, and whether it is."""
    wanted = settings.dry_reference
    if wanted is None:
        known = [p for p in plateaus if p.water is not None and p.water <= _DRY]
        if not known:
            return 0.0, 0.0, "the start of the run, which need not be dry", False
        hottest = max(known, key=lambda p: p.temperature)
        text = f"{hottest.temperature - KELVIN:.0f} degC in gas without water"
        return hottest.mass, hottest.mass_std, text, True
    if wanted.unit == "mg":
        if abs(wanted.value - run.mass) > 0.5 * run.mass:
            raise InputError(
                f"a dry mass of {wanted.value:g} mg does not fit a sample of {run.mass:g} mg",
                field="dry_reference",
                hint="Correct --dry-reference or --sample-mass.",
            )
        return wanted.value - run.mass, wanted.uncertainty or 0.0, f"{wanted.value:g} mg", True
    if wanted.unit == "s":
        inside = [p for p in plateaus if p.start <= wanted.value + run.time[0] <= p.end]
        if inside:
            return inside[0].mass, inside[0].mass_std, _when(wanted), True
        near = np.abs(run.time - run.time[0] - wanted.value) <= 120.0
        if near.sum() < 2:
            raise InputError(
                f"the run has no points at {_when(wanted)}", file=name, field="dry_reference", hint=_RUN
            )
        spread = float(run.change[near].std(ddof=1) / np.sqrt(near.sum()))
        return float(run.change[near].mean()), spread, _when(wanted), True
    return _at_temperature(run, plateaus, wanted.value, name)


_RUN: Final = "Name a temperature, a time since the start, or the dry mass."


def _when(wanted: Quantity) -> str:
    return f"{wanted.value / 60.0:.4g} min after the start"


def _at_temperature(
    run: _Run, plateaus: Sequence[Plateau], wanted: float, name: str
) -> tuple[float, float, str, bool]:
    text = f"{wanted - KELVIN:.4g} degC"
    near = [p for p in plateaus if abs(p.temperature - wanted) <= _SAME]
    # The driest first; of those alike, or where the gas is not known, the first in time.
    near.sort(key=lambda p: (p.water or 0.0, p.start))
    if near:
        return near[0].mass, near[0].mass_std, text, True
    at = np.flatnonzero(np.abs(run.temperature - wanted) <= _SAME)
    if at.size < 3:
        raise InputError(
            f"the run is never at {text} (it goes from {run.temperature.min() - KELVIN:.0f} to "
            f"{run.temperature.max() - KELVIN:.0f} degC)",
            file=name,
            field="dry_reference",
            hint=_RUN,
        )
    breaks = np.flatnonzero(np.diff(at) > 1)
    first = at[: breaks[0] + 1] if breaks.size else at
    spread = float(run.change[first].std()) if first.size > 1 else 0.0
    return float(run.change[first].mean()), spread, text, True


def _details(
    plateau: Plateau,
    run: _Run,
    settings: ThermogramSettings,
    *,
    zero: float,
    scale: float,
    oxide: DryOxide | None,
    dry: bool,
) -> PlateauDetails:
    water = plateau.water
    if water is None and settings.atmosphere is not None:
        water = settings.atmosphere.water
    role: Literal["dry", "wet", "unknown"] = "unknown"
    if water is not None:
        role = "dry" if water <= _DRY else "wet"
    if dry and plateau.mass == zero:
        role = "dry"
    change = scale * (plateau.mass - zero)
    std = scale * float(np.hypot(plateau.mass_std, settings.mass_std))
    return PlateauDetails(
        plateau=plateau,
        role=role,
        change=change,
        change_std=std,
        protons=None if oxide is None else float(protons_of(0.01 * change, dry_mass=oxide.mass)),
        protons_std=None if oxide is None else float(protons_of(0.01 * std, dry_mass=oxide.mass)),
        water=water,
        used=role == "wet" and plateau.settled,
    )
