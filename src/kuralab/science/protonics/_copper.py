"""BaZr0.4Ce0.4Y0.1Yb0.1O3 fired with CuO: what dissolves, what is driven out, how dense it becomes.

Synthetic: rates and energies are assumed (``copper.yaml``), so that the observations of T. Unaki et al.,
J. Mater. Chem. A 2025, doi:10.1039/d5ta03169a come out. CuO dissolves between the sites, next to Ba, and
drives Ba to the grain boundary; with what is left a liquid forms above 1000 degC.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.numerics import parameters_from_file
from kuralab.science.protonics._hydration import GAS
from kuralab.science.protonics._transport import ProtonConductor

Floats = NDArray[np.float64]

KELVIN: Final = 273.15
CATIONS: Final = {"Zr": 0.4, "Ce": 0.4, "Y": 0.1, "Yb": 0.1}
"""Per formula unit, beside one Ba."""


@cache
def copper_system() -> Mapping[str, Mapping[str, float]]:
    """The values of ``copper.yaml``, where each one has its source."""
    return parameters_from_file(package="kuralab.science.protonics", file="copper.yaml")


@final
@dataclass(frozen=True)
class Body:
    """A powder or a body of it. copper: CuO that was added, dissolved: Cu in the grains, wear: Zr that
    milling added, each per formula unit; unreacted: share of the precursors; grain: um;
    relative_density: of a pressed body."""

    copper: float
    dissolved: float = 0.0
    wear: float = 0.0
    unreacted: float = 1.0
    grain: float = 1.5
    relative_density: float = 0.53


@final
@dataclass(frozen=True)
class Firing:
    """The body at the end; relative density (n,) and precursors left (n,) along the programme."""

    body: Body
    relative_density: Floats
    unreacted: Floats


def copper_at_equilibrium(added: float) -> float:
    """Cu per formula unit that grains dissolve of CuO per formula unit.

        y = y_m x / (x + x_h)

    Raises
    ------
    ScienceError
        A negative amount.

    Examples
    --------
    >>> round(copper_at_equilibrium(0.03), 4)
    0.02
    """
    if not added >= 0.0:
        raise ScienceError(f"{added:g} CuO per formula unit is negative")
    values = copper_system()["solution"]
    return values["most"] * added / (added + values["half"]) if added else 0.0


def barium_left(dissolved: float) -> float:
    """Ba per formula unit that stays in grains with dissolved Cu.

    Examples
    --------
    >>> round(barium_left(0.02), 2)
    0.81
    """
    return max(1.0 - copper_system()["solution"]["barium"] * dissolved, 0.0)


def liquid_amount(added: float, temperature: float) -> float:
    """CuO per formula unit that is molten at a temperature in K: none at 900 degC, all well above 1000
    degC.

    Examples
    --------
    >>> liquid_amount(0.03, 1173.15) < 1e-6, round(liquid_amount(0.03, 1373.15), 4)
    (True, 0.03)
    """
    values = copper_system()["liquid"]
    above = (temperature - KELVIN - values["onset"]) / values["width"]
    return added / (1.0 + math.exp(-above)) if above > -500.0 else 0.0


def conductor_with_copper(dissolved: float) -> ProtonConductor:
    """Defects of the grains: copper makes up for acceptors, oxide ions and holes become quicker.

    Examples
    --------
    >>> round(conductor_with_copper(0.02).acceptor, 2)
    0.16
    """
    values = copper_system()["defects"]
    return ProtonConductor(
        acceptor=max(values["acceptor"] - values["compensated"] * dissolved, 1e-3),
        hydration_enthalpy=1e3 * values["hydration_enthalpy"],
        hydration_entropy=values["hydration_entropy"],
        log_proton=values["log_proton"],
        proton_energy=1e3 * values["proton_energy"],
        log_oxide=values["log_oxide"] + values["oxide_rise"] * dissolved,
        oxide_energy=1e3 * values["oxide_energy"],
        log_hole=values["log_hole"] + values["hole_rise"] * dissolved,
        hole_energy=1e3 * values["hole_energy"],
    )


def green_density(pressure: float) -> float:
    """Relative density of a pressed powder; pressure in MPa.

    Raises
    ------
    ScienceError
        A pressure that is not positive.

    Examples
    --------
    >>> green_density(200.0)
    0.53
    """
    if not pressure > 0.0:
        raise ScienceError(f"a pressure of {pressure:g} MPa presses nothing")
    values = copper_system()["powder"]
    return values["green"] + values["green_rise"] * math.log(pressure / values["green_pressure"])


def milled_body(body: Body, *, duration: float, speed: float) -> Body:
    """A finer powder with some Zr of the balls; duration in h, speed in rpm.

    G = G_f + (G_0 - G_f) exp(-r t (w / w_0)^3)
    """
    values = copper_system()["powder"]
    work = duration * (speed / values["speed"]) ** 3
    finest = min(values["finest"], body.grain)
    return Body(
        copper=body.copper,
        dissolved=body.dissolved,
        wear=body.wear + values["wear"] * work,
        unreacted=body.unreacted,
        grain=finest + (body.grain - finest) * math.exp(-values["rate"] * work),
        relative_density=body.relative_density,
    )


def fired_body(body: Body, *, time: Floats, temperature: Floats, pressed: bool = True) -> Firing:
    """A body after a programme of temperatures (n,) K at times (n,) s.

        d(rho)/dt = k (rho_m - rho) sqrt((rho_m - rho) / (rho_m - rho_0))
        k         = (1 - u) [k_s (G_f/G)^2 + k_l L G_f/G]
        d(G^3)/dt = 3 g (1 + c L)
        dy/dt     = k_d (y_eq - y),   du/dt = -k_r u

    rho: relative density, G: grain size, L: liquid, y: dissolved Cu, u: precursors left; every rate has
    an activation energy. Closed pores with liquid bloat. A powder (not ``pressed``) does not densify.

    Raises
    ------
    ScienceError
        Times that do not increase, or another number of temperatures.

    Examples
    --------
    Ten hours at 900 and at 1250 degC, 3 mol% CuO:

    >>> time = np.linspace(0.0, 36000.0, 600)
    >>> body = Body(copper=0.03, unreacted=0.0, grain=0.3)
    >>> cold, hot = (
    ...     fired_body(body, time=time, temperature=np.full(600, t + 273.15)) for t in (900.0, 1250.0)
    ... )
    >>> round(cold.body.relative_density, 2), hot.body.relative_density > 0.94
    (0.53, True)
    >>> round(cold.body.dissolved, 3)
    0.02
    """
    if time.shape != temperature.shape or time.size < 2 or not (np.diff(time) > 0.0).all():
        raise ScienceError("a programme needs a temperature for each of its increasing times")
    values = copper_system()
    step = np.diff(time)
    middle = 0.5 * (temperature[1:] + temperature[:-1])
    rates = {
        name: np.asarray(_rate(values[name], middle))
        for name in ("reaction", "solution", "solid", "liquid", "growth", "bloating")
    }
    liquid = [liquid_amount(body.copper, float(T)) for T in middle]
    # Dissolution and reaction do not depend on the rest.
    dissolved_share = math.exp(-float(rates["solution"] @ step))
    target = copper_at_equilibrium(body.copper)
    left = body.unreacted * np.exp(-np.cumsum(rates["reaction"] * step))
    density, grain = body.relative_density, body.grain
    course = np.empty(time.size)
    course[0] = density
    finest, densest = values["powder"]["finest"], values["solid"]["densest"]
    first = max(densest - values["powder"]["green"], 1e-3)
    for i, dt in enumerate(step):
        L = liquid[i]
        growth = rates["growth"][i] * (1.0 + values["growth"]["liquid"] * L)
        grain = (grain**3 + 3.0 * growth * dt) ** (1.0 / 3.0)
        if pressed:
            fine = finest / grain
            rate = (rates["solid"][i] * fine**2 + L * rates["liquid"][i] * fine) * (1.0 - left[i])
            gap = max(densest - density, 0.0)
            density += gap * (1.0 - math.exp(-rate * math.sqrt(gap / first) * dt))
            closed = max(density - values["bloating"]["closed"], 0.0)
            density -= closed * (1.0 - math.exp(-L * rates["bloating"][i] * dt))
        course[i + 1] = density
    after = Body(
        copper=body.copper,
        dissolved=target + (body.dissolved - target) * dissolved_share,
        wear=body.wear,
        unreacted=float(left[-1]),
        grain=float(grain),
        relative_density=float(density),
    )
    return Firing(after, course, np.concatenate([[body.unreacted], left]))


def _rate(values: Mapping[str, float], temperature: Floats) -> Floats:
    """Arrhenius from the rate at one temperature."""
    inverse = 1.0 / temperature - 1.0 / (values["temperature"] + KELVIN)
    return np.asarray(values["rate"] * np.exp(-1e3 * values["energy"] / GAS * inverse))
