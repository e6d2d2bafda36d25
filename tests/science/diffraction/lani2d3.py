"""LaNi2D3.08 with LaNi5 beside it: truths by chance, their patterns, and what a refinement starts from.

The cell and the space group are T. Sato's (abstract book of the E-IMR workshop, 4 December 2025). Z = 2
and the sites are inferred from volume, density and distances: nobody has published them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kuralab.model import Cell, Crystal, Line, PowderInstrument, Resolution, Site
from kuralab.science.diffraction import Pattern, pattern_of
from tests.science.diffraction.another_profile import Beam, Sample, counts

Floats = NDArray[np.float64]

A, C = 4.50651, 8.69841
"""Angstrom."""
CU = ((1.540593, 1.0), (1.544427, 0.5))
NEUTRON = 1.7959
X_RAYS = PowderInstrument(
    radiation="xray", lines=tuple(Line(wavelength=length, weight=weight) for length, weight in CU)
)
NEUTRONS = PowderInstrument(
    radiation="neutron",
    lines=(Line(wavelength=NEUTRON),),
    resolution=Resolution(u=0.2, v=-0.25, w=0.25),
)
EXCESS = 0.16 / 12.0
"""Occupancy of a general position by the deuterium beyond D6, which no refinement here knows of."""


@dataclass(frozen=True)
class Truth:
    """a, c in angstrom and the deuterium's x of the hydride; mass fraction of LaNi5."""

    a: float
    c: float
    x: float
    lani5: float
    hydride: Sample
    impurity: Sample
    x_ray: Beam
    neutron: Beam


def truth(random: np.random.Generator) -> Truth:
    """Cell, deuterium, displacements, grains, strain, alignment, background by chance."""
    between = random.uniform
    a, c = A * (1.0 + between(-1.5e-3, 1.5e-3)), C * (1.0 + between(-1.5e-3, 1.5e-3))
    x, share = between(0.298, 0.328), between(0.06, 0.14)
    hydride = Sample(
        space_group="P -3 c 1",
        cell=(a, a, c, 90.0, 90.0, 120.0),
        atoms=(
            ("La", (0.0, 0.0, 0.0), 1.0, between(0.3, 0.8)),
            ("Ni", (1.0 / 3.0, 2.0 / 3.0, 0.25), 1.0, between(0.3, 0.8)),
            ("D", (x, 0.0, 0.25), 1.0, between(1.0, 2.0)),
            ("D", (0.36, 0.10, 0.02), EXCESS, 2.0),
        ),
        mass=1.0 - share,
        diameter=between(250.0, 700.0),
        spread=between(0.3, 0.5),
        strain=between(0.3e-3, 1.2e-3),
        along_c=between(-0.5, 1.5),
    )
    edge = 1.0 + between(-1e-3, 1e-3)
    impurity = Sample(
        space_group="P 6/m m m",
        cell=(5.017 * edge, 5.017 * edge, 3.987 * edge, 90.0, 90.0, 120.0),
        atoms=(
            ("La", (0.0, 0.0, 0.0), 1.0, 0.6),
            ("Ni", (1.0 / 3.0, 2.0 / 3.0, 0.0), 1.0, 0.5),
            ("Ni", (0.5, 0.0, 0.5), 1.0, 0.5),
        ),
        mass=share,
        diameter=between(200.0, 500.0),
        strain=between(0.5e-3, 1.5e-3),
        along_c=0.0,
    )
    x_ray = Beam(
        radiation="xray",
        lines=CU,
        u=0.004,
        v=-0.002,
        w=0.0035,
        axial=0.015,
        displacement=between(-0.08, 0.08),
        hump=between(30.0, 120.0),
    )
    neutron = Beam(
        radiation="neutron",
        lines=((NEUTRON, 1.0),),
        u=0.2,
        v=-0.25,
        w=0.25,
        axial=0.06,
        zero=between(-0.1, 0.1),
        peak=3000.0,
        background=200.0,
        hump=between(10.0, 40.0),
    )
    return Truth(a, c, x, share, hydride, impurity, x_ray, neutron)


def x_ray_pattern(true: Truth, random: np.random.Generator | None, x: Floats | None = None) -> Pattern:
    """Counts of a tube; 2theta from 15 to 110 deg unless x (n,) says otherwise."""
    x = np.arange(15.0, 110.0, 0.03) if x is None else x
    y = counts(x, (true.hydride, true.impurity), true.x_ray, random)
    return pattern_of(x, y, X_RAYS, label="xray")


def neutron_pattern(true: Truth, random: np.random.Generator | None) -> Pattern:
    """Counts of neutrons of one wavelength, 2theta from 10 to 150 deg."""
    x = np.arange(10.0, 150.0, 0.1)
    y = counts(x, (true.hydride, true.impurity), true.neutron, random)
    return pattern_of(x, y, NEUTRONS, label="neutron")


def hydride(x: float = 0.313) -> Crystal:
    """The structure that a refinement starts from."""
    return Crystal(
        name="LaNi2D3",
        cell=Cell(a=A, b=A, c=C, gamma=120.0),
        space_group="P -3 c 1",
        sites=(
            Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0)),
            Site(label="Ni", scatterer="Ni", position=(1.0 / 3.0, 2.0 / 3.0, 0.25)),
            Site(label="D", scatterer="D", position=(x, 0.0, 0.25), b_iso=1.0),
        ),
    )


def lani5() -> Crystal:
    """CaCu5 type, textbook values."""
    return Crystal(
        name="LaNi5",
        cell=Cell(a=5.017, b=5.017, c=3.987, gamma=120.0),
        space_group="P 6/m m m",
        sites=(
            Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0)),
            Site(label="Ni1", scatterer="Ni", position=(1.0 / 3.0, 2.0 / 3.0, 0.0)),
            Site(label="Ni2", scatterer="Ni", position=(0.5, 0.0, 0.5)),
        ),
    )


def example_patterns() -> dict[str, str]:
    """The texts of the synthetic patterns in ``examples/lani2d3``, by file name."""
    random = np.random.default_rng(20251204)
    true = truth(random)
    patterns = {
        "xray.xye": x_ray_pattern(true, random, x=np.arange(15.0, 105.0, 0.04)),
        "neutron.xye": neutron_pattern(true, random),
    }
    return {
        name: "# synthetic: LaNi2D3.08 with LaNi5, calculated; 2theta (deg), counts, uncertainty\n"
        + "".join(
            f"{x:.2f} {y:.0f} {sigma:.2f}\n"
            for x, y, sigma in zip(pattern.x, pattern.intensity, pattern.uncertainty, strict=True)
        )
        for name, pattern in patterns.items()
    }
