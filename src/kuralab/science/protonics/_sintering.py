"""Shrinkage of a pressed body: by the solid alone, and faster where an aid has formed a liquid.

    d rho / dt = (rho_full - rho) [k_s(T) + k_l(T) f(x, T)]

k_s, k_l: activated rates of solid and liquid-phase sintering; f: share of wetted contacts, zero below
the solidus of CuO with BaO. As the rates depend on temperature only, density follows from the integral
of the rates over the programme, a master sintering curve.
H. Su, D. L. Johnson, J. Am. Ceram. Soc. 79 (1996) 3211, doi:10.1111/j.1151-2916.1996.tb08097.x.
Departure: a first-order curve instead of a fitted one, and two rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.numerics import parameters_from_file
from kuralab.science.protonics._hydration import GAS

Floats = NDArray[np.float64]

_SUBSTEPS: Final = 8


@final
@dataclass(frozen=True)
class SinteringKinetics:
    """full: highest relative density. Rates in 1/s at their reference temperatures (K), energies in
    J/mol; addition: aid per formula unit at which the liquid's rate holds; half: aid that wets half of
    the contacts; solidus, liquidus K; expansion 1/K."""

    full: float
    solid_rate: float
    solid_reference: float
    solid_energy: float
    liquid_rate: float
    liquid_reference: float
    liquid_energy: float
    addition: float
    half: float
    solidus: float
    liquidus: float
    expansion: float


@cache
def sintering_kinetics() -> SinteringKinetics:
    """The values of ``sintering.yaml``, each with its source there."""
    found = parameters_from_file(package="kuralab.science.protonics", file="sintering.yaml")
    solid, liquid = found["solid"], found["liquid"]
    return SinteringKinetics(
        full=found["density"]["full"],
        solid_rate=solid["rate"],
        solid_reference=solid["reference"],
        solid_energy=1e3 * solid["energy"],
        liquid_rate=liquid["rate"],
        liquid_reference=liquid["reference"],
        liquid_energy=1e3 * liquid["energy"],
        addition=liquid["addition"],
        half=liquid["half"],
        solidus=liquid["solidus"],
        liquidus=liquid["liquidus"],
        expansion=found["body"]["expansion"],
    )


def liquid_share(
    temperature: ArrayLike, *, addition: float, kinetics: SinteringKinetics | None = None
) -> Floats:
    """(n,) wetting at temperature (n,) K with ``addition`` CuO per formula unit; 1 at the reference
    addition above the liquidus, 0 below the solidus.

    Examples
    --------
    >>> [round(float(x), 2) for x in liquid_share([1173.15, 1273.15], addition=0.03)]
    [0.0, 1.0]
    """
    k = kinetics or sintering_kinetics()
    T = np.asarray(temperature, dtype=float)
    wetted = addition / (addition + k.half) * (k.addition + k.half) / k.addition
    molten = np.clip((T - k.solidus) / (k.liquidus - k.solidus), 0.0, 1.0)
    return np.asarray(wetted * molten * molten * (3.0 - 2.0 * molten))


def sintering_rate(
    temperature: ArrayLike, *, addition: float = 0.0, kinetics: SinteringKinetics | None = None
) -> Floats:
    """(n,) 1/s at temperature (n,) K."""
    k = kinetics or sintering_kinetics()
    T = np.asarray(temperature, dtype=float)
    solid = k.solid_rate * np.exp(-k.solid_energy / GAS * (1.0 / T - 1.0 / k.solid_reference))
    liquid = k.liquid_rate * np.exp(-k.liquid_energy / GAS * (1.0 / T - 1.0 / k.liquid_reference))
    return np.asarray(solid + liquid * liquid_share(T, addition=addition, kinetics=k))


def relative_density(
    time: ArrayLike,
    temperature: ArrayLike,
    *,
    green: float,
    addition: float = 0.0,
    kinetics: SinteringKinetics | None = None,
) -> Floats:
    """Relative density (n,) along a programme: time (n,) s, temperature (n,) K, straight in between.

    green: relative density at the start; addition: CuO per formula unit.

    Raises
    ------
    ScienceError
        Time decreases, a temperature is not positive, or a green density outside (0, full).

    Examples
    --------
    Five hours at 900, 1000 and 1100 degC with 3 mol% CuO:

    >>> [
    ...     round(float(relative_density([0, 18000], [T, T], green=0.55, addition=0.03)[-1]), 2)
    ...     for T in (1173.15, 1273.15, 1373.15)
    ... ]
    [0.55, 0.8, 0.95]
    """
    k = kinetics or sintering_kinetics()
    t, T = np.asarray(time, dtype=float), np.asarray(temperature, dtype=float)
    if t.size < 2 or t.shape != T.shape or (np.diff(t) < 0.0).any() or not (T > 0.0).all():
        raise ScienceError("a programme needs times that do not decrease and temperatures above 0 K")
    if not 0.0 < green < k.full:
        raise ScienceError(f"a green density of {green:g} is not between 0 and {k.full:g}")
    places = np.linspace(0.0, 1.0, _SUBSTEPS + 1)
    inner = T[:-1, None] + places * np.diff(T)[:, None]
    rate = sintering_rate(inner, addition=addition, kinetics=k)
    mean = 0.5 * (rate[:, :-1] + rate[:, 1:]).mean(axis=1)
    work = np.concatenate([[0.0], np.cumsum(mean * np.diff(t))])
    return np.asarray(k.full - (k.full - green) * np.exp(-work))


def density_of_shrinkage(shrinkage: ArrayLike, *, green: float) -> Floats:
    """Relative density (n,) of linear shrinkage (n,), alike in all directions and without loss of mass.

    Raises
    ------
    ScienceError
        A shrinkage of 1 or more.

    Examples
    --------
    >>> round(float(density_of_shrinkage(0.17, green=0.55)), 3)
    0.962
    """
    s = np.asarray(shrinkage, dtype=float)
    if not (s < 1.0).all():
        raise ScienceError("nothing shrinks to no length")
    return np.asarray(green / (1.0 - s) ** 3)


def shrinkage_of_density(density: ArrayLike, *, green: float) -> Floats:
    """Linear shrinkage (n,) of relative density (n,); the inverse of ``density_of_shrinkage``.

    Raises
    ------
    ScienceError
        A density that is not positive.
    """
    rho = np.asarray(density, dtype=float)
    if not (rho > 0.0).all() or not green > 0.0:
        raise ScienceError("densities have to be above zero")
    return np.asarray(1.0 - (green / rho) ** (1.0 / 3.0))


def length_change(
    time: ArrayLike,
    temperature: ArrayLike,
    *,
    green: float,
    addition: float = 0.0,
    kinetics: SinteringKinetics | None = None,
) -> Floats:
    """dL/L_0 (n,) as a dilatometer sees it, with thermal expansion; arguments as ``relative_density``.

    Raises
    ------
    ScienceError
        As ``relative_density``.
    """
    k = kinetics or sintering_kinetics()
    T = np.asarray(temperature, dtype=float)
    rho = relative_density(time, T, green=green, addition=addition, kinetics=k)
    left = 1.0 - shrinkage_of_density(rho, green=green)
    return np.asarray(left * (1.0 + k.expansion * (T - T[0])) - 1.0)
