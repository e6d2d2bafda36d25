"""Crystals of the tests, textbook values unless said otherwise."""

from __future__ import annotations

from kuralab.model import Cell, Crystal, Site

THIRD = 1.0 / 3.0

LBCO = Crystal(
    name="lbco",
    cell=Cell(a=3.88, b=3.88, c=3.88),
    space_group="P m -3 m",
    sites=(
        Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0), occupancy=0.5, b_iso=0.1),
        Site(label="Ba", scatterer="Ba", position=(0.0, 0.0, 0.0), occupancy=0.5, b_iso=0.1),
        Site(label="Co", scatterer="Co", position=(0.5, 0.5, 0.5), b_iso=0.1),
        Site(label="O", scatterer="O", position=(0.0, 0.5, 0.5), b_iso=0.1),
    ),
)
PBSO4 = Crystal(
    # R. J. Hill, J. Appl. Cryst. 25 (1992) 589: the round robin's sample, rounded.
    name="pbso4",
    cell=Cell(a=8.48, b=5.398, c=6.958),
    space_group="P n m a",
    sites=(
        Site(label="Pb", scatterer="Pb", position=(0.188, 0.25, 0.167), b_iso=0.8),
        Site(label="S", scatterer="S", position=(0.063, 0.25, 0.686), b_iso=0.8),
        Site(label="O1", scatterer="O", position=(-0.095, 0.25, 0.6), b_iso=0.8),
        Site(label="O2", scatterer="O", position=(0.181, 0.25, 0.543), b_iso=0.8),
        Site(label="O3", scatterer="O", position=(0.085, 0.026, 0.806), b_iso=0.8),
    ),
)
CO2SIO4 = Crystal(
    name="co2sio4",
    cell=Cell(a=10.31, b=6.0045, c=4.7872),
    space_group="P n m a",
    sites=(
        Site(label="Co1", scatterer="Co", position=(0.0, 0.0, 0.0), b_iso=0.3),
        Site(label="Co2", scatterer="Co", position=(0.279, 0.25, 0.985), b_iso=0.5),
        Site(label="Si", scatterer="Si", position=(0.094, 0.25, 0.429), b_iso=0.4),
        Site(label="O1", scatterer="O", position=(0.091, 0.25, 0.771), b_iso=0.6),
        Site(label="O2", scatterer="O", position=(0.448, 0.25, 0.217), b_iso=0.6),
        Site(label="O3", scatterer="O", position=(0.164, 0.032, 0.28), b_iso=0.9),
    ),
)
SILICON = Crystal(
    name="si",
    cell=Cell(a=5.43146, b=5.43146, c=5.43146),
    space_group="F d -3 m:2",
    sites=(Site(label="Si", scatterer="Si", position=(0.125, 0.125, 0.125), b_iso=0.5),),
)
LANI5 = Crystal(
    name="lani5",
    cell=Cell(a=5.017, b=5.017, c=3.987, gamma=120.0),
    space_group="P 6/m m m",
    sites=(
        Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0)),
        Site(label="Ni1", scatterer="Ni", position=(THIRD, 2.0 * THIRD, 0.0)),
        Site(label="Ni2", scatterer="Ni", position=(0.5, 0.0, 0.5)),
    ),
)
LANI2D3 = Crystal(
    name="lani2d3",
    cell=Cell(a=4.50651, b=4.50651, c=8.69841, gamma=120.0),
    space_group="P -3 c 1",
    sites=(
        Site(label="La", scatterer="La", position=(0.0, 0.0, 0.0)),
        Site(label="Ni", scatterer="Ni", position=(THIRD, 2.0 * THIRD, 0.25)),
        Site(label="D", scatterer="D", position=(0.313, 0.0, 0.25), b_iso=1.5),
    ),
)
WURTZITE = Crystal(
    # Without a centre of symmetry.
    name="zns",
    cell=Cell(a=3.8227, b=3.8227, c=6.2607, gamma=120.0),
    space_group="P 63 m c",
    sites=(
        Site(label="Zn", scatterer="Zn", position=(THIRD, 2.0 * THIRD, 0.0)),
        Site(label="S", scatterer="S", position=(THIRD, 2.0 * THIRD, 0.375)),
    ),
)
QUARTZ = Crystal(
    # Without a centre of symmetry, and with anisotropic displacements.
    name="quartz",
    cell=Cell(a=4.9134, b=4.9134, c=5.4052, gamma=120.0),
    space_group="P 32 2 1",
    sites=(
        Site(
            label="Si",
            scatterer="Si",
            position=(0.4697, 0.0, 2.0 * THIRD),
            u_aniso=(0.0071, 0.0056, 0.0066, 0.0028, -0.0002, -0.0004),
        ),
        Site(
            label="O",
            scatterer="O",
            position=(0.4135, 0.2669, 0.7858),
            u_aniso=(0.0158, 0.0116, 0.0122, 0.0088, -0.0026, -0.0037),
        ),
    ),
)
MONOCLINIC = Crystal(
    # Invented: a centred monoclinic cell with a partly filled general position.
    name="monoclinic",
    cell=Cell(a=9.1, b=5.3, c=7.4, beta=104.0),
    space_group="C 1 2/c 1",
    sites=(
        Site(label="Ti", scatterer="Ti", position=(0.0, 0.13, 0.25), b_iso=0.4),
        Site(label="O", scatterer="O", position=(0.21, 0.33, 0.07), occupancy=0.8, b_iso=0.7),
        Site(label="D", scatterer="D", position=(0.37, 0.08, 0.41), occupancy=0.6, b_iso=2.0),
    ),
)
ALL = (LBCO, PBSO4, SILICON, LANI5, LANI2D3, WURTZITE, QUARTZ, MONOCLINIC)
