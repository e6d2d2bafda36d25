"""Small known phases, and patterns of their mixtures with counting noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kuralab.model import Cell, Crystal, Line, PowderInstrument, Resolution, Site
from kuralab.science.diffraction import (
    Pattern,
    cell_volume,
    pattern_of,
    phase_mass,
    phase_of,
    simulate_pattern,
)

LAB = PowderInstrument(
    radiation="xray",
    lines=(Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5)),
    resolution=Resolution(u=0.01, v=-0.005, w=0.008, x=0.02, y=0.02, s_l=0.01, h_l=0.01),
)
NEUTRONS = PowderInstrument(
    radiation="neutron", lines=(Line(wavelength=1.8),), resolution=Resolution(u=0.1, v=-0.2, w=0.2)
)
ANGLES = {"xray": np.arange(15.0, 100.0, 0.02), "neutron": np.arange(10.0, 150.0, 0.05)}


def _cubic(name: str, group: str, a: float, *sites: tuple[str, tuple[float, float, float]]) -> Crystal:
    return Crystal(
        name=name,
        cell=Cell(a=a, b=a, c=a),
        space_group=group,
        sites=tuple(Site(label=what, scatterer=what, position=at) for what, at in sites),
    )


# Textbook structures; cells as in R. W. G. Wyckoff, Crystal Structures (1963), LaNi5 rounded.
PHASES: dict[str, Crystal] = {
    crystal.name: crystal
    for crystal in (
        _cubic("Ni", "F m -3 m", 3.524, ("Ni", (0.0, 0.0, 0.0))),
        _cubic("NaCl", "F m -3 m", 5.6402, ("Na", (0.0, 0.0, 0.0)), ("Cl", (0.5, 0.5, 0.5))),
        _cubic("MgO", "F m -3 m", 4.2112, ("Mg", (0.0, 0.0, 0.0)), ("O", (0.5, 0.5, 0.5))),
        _cubic("V", "I m -3 m", 3.03, ("V", (0.0, 0.0, 0.0))),
        _cubic("Si", "F d -3 m:2", 5.4309, ("Si", (0.125, 0.125, 0.125))),
        Crystal(
            name="LaNi5",
            cell=Cell(a=5.015, b=5.015, c=3.982, gamma=120.0),
            space_group="P 6/m m m",
            sites=(
                Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0)),
                Site(label="Ni1", scatterer="Ni", position=(1 / 3, 2 / 3, 0.0)),
                Site(label="Ni2", scatterer="Ni", position=(0.5, 0.0, 0.5)),
            ),
        ),
        Crystal(
            name="Co2SiO4",
            cell=Cell(a=10.31, b=6.0045, c=4.7872),
            space_group="P n m a",
            sites=(
                Site(label="Co1", scatterer="Co", position=(0.0, 0.0, 0.0)),
                Site(label="Co2", scatterer="Co", position=(0.279, 0.25, 0.985)),
                Site(label="Si", scatterer="Si", position=(0.094, 0.25, 0.429)),
                Site(label="O1", scatterer="O", position=(0.091, 0.25, 0.771)),
                Site(label="O2", scatterer="O", position=(0.448, 0.25, 0.217)),
                Site(label="O3", scatterer="O", position=(0.164, 0.032, 0.28)),
            ),
        ),
    )
}


def mixture(
    parts: Mapping[str, float],
    instrument: PowderInstrument,
    *,
    seed: int,
    counts: float = 3000.0,
    background: float = 100.0,
    zero: float = 0.0,
    strain: Mapping[str, float] | None = None,
) -> Pattern:
    """Counts of a mixture of mass fractions; the highest peak has ``counts`` above the background."""
    phases, scales = [], {}
    for name, fraction in parts.items():
        crystal, change = PHASES[name], 1.0 + (strain or {}).get(name, 0.0)
        edges = {edge: change * getattr(crystal.cell, edge) for edge in "abc"}
        phases.append(
            phase_of(crystal.model_copy(update={"cell": crystal.cell.model_copy(update=edges)}))
        )
        scales[f"{name}.scale"] = fraction / (phase_mass(crystal) * cell_volume(crystal.cell))
    x: NDArray[np.float64] = ANGLES[instrument.radiation]
    y = simulate_pattern(x, phases, instrument, parameters=scales | {"zero": zero})
    rate = counts * y / y.max() + background * (1.0 + np.exp(-x / 20.0))
    noisy = np.random.default_rng(seed).poisson(rate).astype(float)
    return pattern_of(x, noisy, instrument)
