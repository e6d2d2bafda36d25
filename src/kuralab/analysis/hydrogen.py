"""Hydrogen at high pressure: chemical potential, fugacity, volume and phase at given states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._hydrogen_details import HydrogenCurve, HydrogenDetails
from kuralab.analysis._parameters import InUnit, Parameters
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Flag, Result
from kuralab.science.hydrogen import (
    HIGHEST_HYDROGEN_PRESSURE,
    JOIN_END,
    HydrogenState,
    Isotope,
    hydrogen_state,
    ideal_chemical_potential,
    ideal_gibbs_energy,
    melting_pressure,
)
from kuralab.units import Quantity, convert

Floats = NDArray[np.float64]

MOST_STATES: Final = 500
MOST_CURVES: Final = 7
LOWEST_ABSOLUTE: Final = 200.0
"""K; colder gas has no one ratio of ortho- to parahydrogen."""

_LOWEST_DRAWN: Final = 1e-4
_POINTS: Final = 121

_METHOD: Final = (
    "reference equation of state below {start:g} GPa, Hemmes, Driessen and Griessen (1986) above "
    "{end:g} GPa, joined with continuous volume"
)
_NAMES: Final = {"H2": "hydrogen", "D2": "deuterium"}
_SOLID: Final = "; solid at 300 K: Loubeyre et al. (1996)"
_ABSOLUTE: Final = (
    "; ideal gas: NIST-JANAF entropy at 298.15 K with the heat capacity of the reference equation"
)
_ROWS: Final[tuple[tuple[str, str, Flag], ...]] = (
    ("hydrogen_chemical_potential", "kJ/mol", "censored_below"),
    ("hydrogen_gibbs_energy", "kJ/mol", "censored_below"),
    ("log10_fugacity", "", "censored_below"),
    ("molar_volume", "cm^3/mol", "censored_below"),
    ("hydrogen_density", "kg/m^3", "censored_above"),
)
"""Each value, with its unit and which limit it is where the state is an upper bound."""


def _listed(unit: str, least: float, most: float | None) -> BeforeValidator:
    """Text such as "0.1 GPa, 1 GPa" as quantities of one dimension within bounds."""

    def read(given: object) -> object:
        parts = given.split(",") if isinstance(given, str) else given
        parts = [parts] if isinstance(parts, Quantity) else parts
        if not isinstance(parts, tuple | list) or not parts:
            return given
        found = []
        for part in parts:
            # Checked in one unit, kept as written.
            there = InUnit(unit)(part)
            written = Quantity.parse(part) if isinstance(part, str) else part
            if isinstance(there, Quantity) and not there.value > least:
                raise ValueError(f"{written} must be more than {least:g} {unit}")
            if isinstance(there, Quantity) and most is not None and there.value > most:
                raise ValueError(f"{written} is beyond {most:g} {unit}, where the equation ends")
            found.append(written)
        return tuple(found)

    return BeforeValidator(read)


class HydrogenParameters(Parameters):
    """Options of ``calc hydrogen``."""

    pressure: Annotated[tuple[Quantity, ...], _listed("GPa", 0.0, HIGHEST_HYDROGEN_PRESSURE)] = Field(
        description='One pressure or several, such as "0.1 GPa, 6 GPa +- 0.2 GPa"; at most 20 GPa.',
        examples=["6 GPa"],
    )
    temperature: Annotated[tuple[Quantity, ...], _listed("K", 0.0, None)] = Field(
        description='One temperature or several, such as "25 degC, 800 degC"; at most 2000 K.',
        examples=["800 degC"],
    )
    isotope: Isotope = Field(default="H2", description="Ordinary hydrogen or deuterium.")


def calculate_hydrogen(parameters: HydrogenParameters) -> Outcome:
    """Chemical potential, fugacity, volume, density and phase at each temperature and pressure.

    An uncertainty that is given with a pressure or a temperature is carried over to the results: half
    of the difference between the states at its two ends, added in quadrature.

    Returns
    -------
    Outcome
        Flag ``extrapolated`` beyond an equation's range in temperature (deuterium: also in pressure);
        ``outside_validity`` with ``censored_below`` (density: ``censored_above``) where the solid is
        not known and the fluid's value is a bound. The record's warnings say why. No absolute value
        below 200 K.

    Raises
    ------
    InputError
        A state is not known: above 2000 K, below the triple point, solid below 100 K; or there are more
        than 500 states.
    """
    pressures, temperatures = parameters.pressure, parameters.temperature
    if len(pressures) * len(temperatures) > MOST_STATES:
        raise InputError(
            f"{len(pressures) * len(temperatures)} states are more than {MOST_STATES}",
            field="pressure",
            hint="Ask for fewer pressures or temperatures at once.",
        )
    results: list[Result] = []
    warnings: list[str] = []
    curves: list[HydrogenCurve] = []
    notes: list[str] = []
    for temperature in sorted(temperatures, key=lambda t: _value(t, "K")):
        kelvin = _value(temperature, "K")
        states = []
        for pressure in pressures:
            state = _state(_value(pressure, "GPa"), kelvin, parameters.isotope)
            states.append(state)
            results += _results(state, pressure, temperature, parameters.isotope)
            warnings += [f"{pressure}, {temperature}: {reason}" for reason in state.reasons]
        freezing = melting_pressure(kelvin)
        if kelvin < LOWEST_ABSOLUTE:
            notes.append(f"At {temperature} an absolute value would need the ortho-para ratio.")
        if freezing <= HIGHEST_HYDROGEN_PRESSURE:
            notes.append(f"At {temperature} {_NAMES[parameters.isotope]} freezes at {freezing:.3g} GPa.")
        if len(curves) < MOST_CURVES:
            curves.append(_curve(kelvin, parameters.isotope, pressures, states))
    return Outcome(
        record=AnalysisRecord(
            technique="calc hydrogen",
            input=(),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            warnings=tuple(warnings),
        ),
        hydrogen=HydrogenDetails(parameters.isotope, tuple(curves)),
        notes=tuple(notes),
    )


def _value(quantity: Quantity, unit: str) -> float:
    return float(convert(quantity.value, unit=quantity.unit, to=unit))


def _state(pressure: float, kelvin: float, isotope: Isotope) -> HydrogenState:
    try:
        return hydrogen_state(pressure=pressure, temperature=kelvin, isotope=isotope)
    except ScienceError as error:
        raise InputError(str(error).rstrip("."), field="temperature") from None


def _results(
    state: HydrogenState, pressure: Quantity, temperature: Quantity, isotope: Isotope
) -> list[Result]:
    """One result for each value of a state."""
    flags: list[Flag] = ["extrapolated"] if state.extrapolated else []
    if state.outside_validity:
        flags.append("outside_validity")
    values = _values(state, _value(temperature, "K"), isotope)
    std = np.hypot(_std_of_equations(state), _std_of_state(values, pressure, temperature, isotope))
    return [
        Result(
            quantity=quantity,
            value=float(value),
            uncertainty=float(u),
            unit=unit,
            flags=(*flags, bound) if state.outside_validity else tuple(flags),
            method=_method(state, isotope, absolute=quantity == "hydrogen_gibbs_energy"),
            conditions={
                "temperature": temperature,
                "pressure": pressure,
                "isotope": isotope,
                "phase": state.phase,
            },
        )
        for (quantity, unit, bound), value, u in zip(_ROWS, values, std, strict=True)
        if np.isfinite(value)
    ]


def _method(state: HydrogenState, isotope: Isotope, *, absolute: bool) -> str:
    end = JOIN_END[isotope]
    text = _METHOD.format(start=0.5 * end, end=end)
    if state.phase == "solid" and not state.outside_validity:
        text += _SOLID
    return text + _ABSOLUTE if absolute else text


def _values(state: HydrogenState, kelvin: float, isotope: Isotope) -> Floats:
    """In the order of the rows; the absolute one is not a number where the gas is not tabulated."""
    try:
        standard = ideal_gibbs_energy(temperature=kelvin, isotope=isotope)
    except ScienceError:
        standard = np.nan
    mu = state.chemical_potential
    return np.array([mu, mu + standard, state.log10_fugacity, state.molar_volume, state.density])


def _std_of_equations(state: HydrogenState) -> Floats:
    mu = state.chemical_potential_std
    return np.array([mu, mu, state.log10_fugacity_std, state.molar_volume_std, state.density_std])


def _std_of_state(values: Floats, pressure: Quantity, temperature: Quantity, isotope: Isotope) -> Floats:
    """What the uncertainties of pressure and temperature, where given, do to the values."""
    total = np.zeros(values.size)
    for which, quantity in enumerate((pressure, temperature)):
        if not quantity.uncertainty:
            continue
        ends = []
        for value in (quantity.value - quantity.uncertainty, quantity.value + quantity.uncertainty):
            moved = Quantity(value=value, unit=quantity.unit)
            p, t = (moved, temperature) if which == 0 else (pressure, moved)
            try:
                found = hydrogen_state(
                    pressure=_value(p, "GPa"), temperature=_value(t, "K"), isotope=isotope
                )
            except ScienceError:
                # One end lies where nothing is known: the other one stands for both.
                continue
            ends.append(_values(found, _value(t, "K"), isotope))
        if not ends:
            raise InputError(
                f"nothing is known within the uncertainty of {quantity}",
                field="pressure" if which == 0 else "temperature",
                hint="Give a smaller uncertainty.",
            )
        half = 0.5 * (ends[1] - ends[0]) if len(ends) == 2 else ends[0] - values
        total = np.hypot(total, half)
    return total


def _curve(
    kelvin: float, isotope: Isotope, asked: Sequence[Quantity], states: Sequence[HydrogenState]
) -> HydrogenCurve:
    """The isotherm from 1 bar to 20 GPa, or to where it is not known any more."""
    freezing = melting_pressure(kelvin)
    pressures, found = [], []
    for pressure in map(float, np.geomspace(_LOWEST_DRAWN, HIGHEST_HYDROGEN_PRESSURE, _POINTS)):
        try:
            found.append(hydrogen_state(pressure=pressure, temperature=kelvin, isotope=isotope))
        except ScienceError:
            break
        pressures.append(pressure)
    p = np.array(pressures)
    return HydrogenCurve(
        temperature=kelvin,
        pressure=p,
        chemical_potential=np.array([state.chemical_potential for state in found]),
        std=np.array([state.chemical_potential_std for state in found]),
        ideal=ideal_chemical_potential(pressure=p, temperature=kelvin),
        known=np.array([not state.outside_validity for state in found], dtype=np.bool_),
        freezing=freezing if freezing <= HIGHEST_HYDROGEN_PRESSURE else None,
        asked_pressure=np.array([_value(pressure, "GPa") for pressure in asked]),
        asked=np.array([state.chemical_potential for state in states]),
    )
