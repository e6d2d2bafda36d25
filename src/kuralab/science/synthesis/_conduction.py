"""Conductivity of the glass against its iodide, and of a pellet against its phases and pores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from kuralab.errors import ScienceError
from kuralab.science.synthesis._air import conductivity_with_shell
from kuralab.science.synthesis._parameters import GlassConduction, GlassSystem
from kuralab.science.synthesis._phases import Phases

BOLTZMANN_EV: Final = 8.617333262145179e-5
ROOM_TEMPERATURE: Final = 298.15
_NARROW: Final = 1e-12


def glass_activation_energy(*, iodide: float, glass: GlassConduction) -> float:
    """Activation energy of the glass in eV.

        E(x) = E_min + (E_0 - E_min) (1 - x / x_best)^2

    Iodide widens the ways of the ions, until too few sulfide tetrahedra hold the glass together:
    an empirical parabola with its minimum at x_best (mol% of LiI).
    """
    fall = glass.energy_without_iodide - glass.energy_minimum
    return glass.energy_minimum + fall * (1.0 - iodide / glass.best_share) ** 2


def glass_conductivity(
    *, iodide: float, temperature: float, glass: GlassConduction, energy_shift: float = 0.0
) -> float:
    """Conductivity of dense (100-x)Li3PS4-xLiI glass.

        sigma = (A / T) exp(-E(x) / (k_B T))

    Parameters
    ----------
    iodide : x, mol% dissolved in the glass; temperature : K; energy_shift : eV, added to E at a
        conductivity that stays the same at 25 degC (how one sample differs from another)

    Returns
    -------
    float, S/cm

    Source
    ------
    Form: hopping conduction, A. R. West, Solid State Chemistry and its Applications, 2nd ed.
    (2014), chapter 8. Values: ``li3ps4_lii.yaml``.
    """
    if not temperature > 0:
        raise ScienceError(f"a temperature of {temperature:g} K is not above absolute zero.")
    energy = glass_activation_energy(iodide=iodide, glass=glass)
    room = math.exp(glass.log_prefactor - energy / (BOLTZMANN_EV * ROOM_TEMPERATURE)) / ROOM_TEMPERATURE
    return hopping_conductivity(room=room, energy=energy + energy_shift, temperature=temperature)


def hopping_conductivity(*, room: float, energy: float, temperature: float) -> float:
    """Conductivity at a temperature, from the one at 25 degC.

        sigma T = const exp(-E / (k_B T))

    Parameters
    ----------
    room : S/cm at 298.15 K; energy : E, eV; temperature : K

    Returns
    -------
    float, S/cm
    """
    exponent = -(energy / BOLTZMANN_EV) * (1.0 / temperature - 1.0 / ROOM_TEMPERATURE)
    return room * ROOM_TEMPERATURE / temperature * math.exp(exponent)


def effective_conductivity(*, volume: Mapping[str, float], conductivity: Mapping[str, float]) -> float:
    """Conductivity of a mixture of grains.

        sum_i v_i (s_i - s) / (s_i + 2 s) = 0

    v_i: volume fractions summing to one, s_i: conductivities (pores: 0). A conductor among
    insulators percolates from a third of the volume on; 10 % of pores cost 15 %.

    Parameters
    ----------
    volume, conductivity : by phase, 1 and S/cm

    Returns
    -------
    float, S/cm

    Source
    ------
    D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935), DOI 10.1002/andp.19354160705.

    Examples
    --------
    >>> mixture = {"glass": 0.9, "pores": 0.1}
    >>> s = effective_conductivity(volume=mixture, conductivity={"glass": 1e-3, "pores": 0.0})
    >>> round(s, 6)
    0.00085
    """
    parts = [(v, conductivity[name]) for name, v in volume.items() if v > 0]
    high = max(s for _, s in parts)
    low = high * _NARROW
    # The sum falls with s, so bisection in the logarithm cannot miss; 60 halvings of 28 are exact.
    for _ in range(60):
        middle = math.sqrt(low * high)
        if sum(v * (s - middle) / (s + 2.0 * middle) for v, s in parts) > 0:
            low = middle
        else:
            high = middle
    return high


def pellet_conductivity(
    *,
    phases: Phases,
    relative_density: float,
    hydrolysed: float,
    temperature: float,
    system: GlassSystem,
    factor: float = 1.0,
    energy_shift: float = 0.0,
) -> float:
    """Conductivity of a pressed pellet, all its phases and pores together.

    Every conducting phase carries the sample's factor and energy shift; hydrolysis lays a shell
    around the grains, and the pores come last.

    Parameters
    ----------
    relative_density : 0 to 1; hydrolysed : 0 to 1; temperature : K; factor : 1, by which this
        sample conducts better at 25 degC; energy_shift : eV

    Returns
    -------
    float, S/cm
    """
    values = system.phases
    conductivity = {
        "glass": factor
        * glass_conductivity(
            iodide=phases.iodide_in_glass,
            temperature=temperature,
            glass=system.glass,
            energy_shift=energy_shift,
        ),
        "alpha": hopping_conductivity(
            room=factor * values.alpha_conductivity,
            energy=values.alpha_energy + energy_shift,
            temperature=temperature,
        ),
        "beta": hopping_conductivity(
            room=factor * values.beta_conductivity,
            energy=values.beta_energy + energy_shift,
            temperature=temperature,
        ),
        "lithium_iodide": hopping_conductivity(
            room=values.lithium_iodide_conductivity,
            energy=values.lithium_iodide_energy,
            temperature=temperature,
        ),
        "precursors": hopping_conductivity(
            room=values.precursors_conductivity,
            energy=values.precursors_energy,
            temperature=temperature,
        ),
    }
    solid = effective_conductivity(volume=phases.volume, conductivity=conductivity)
    grains = conductivity_with_shell(
        core=solid, shell=system.air.shell_conductivity, hydrolysed=hydrolysed
    )
    return effective_conductivity(
        volume={"solid": relative_density, "pores": 1.0 - relative_density},
        conductivity={"solid": grains, "pores": 0.0},
    )
