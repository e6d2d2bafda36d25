"""Density of a sintered body from its mass and dimensions."""

from __future__ import annotations

import math

from kuralab.errors import InputError
from kuralab.model import Flag, Result
from kuralab.units import Quantity


def relative_density_of_body(
    *, mass: Quantity, thickness: Quantity, diameter: Quantity, crystal_density: Quantity
) -> Result:
    """Relative density of a round body, with the uncertainties of all four.

        rho = 4 m / (pi d^2 L rho_x)

    Unlike the density that a dilatometer's shrinkage gives, it needs no shrinkage that is alike in all
    directions, and knows of a loss of mass.

    Returns
    -------
    Result
        ``relative_density`` in %; flag ``outside_validity`` above 100 % by two standard uncertainties.

    Raises
    ------
    InputError
        A quantity that is not above zero.

    Examples
    --------
    >>> found = relative_density_of_body(
    ...     mass=Quantity(value=4.12, uncertainty=0.0002, unit="g"),
    ...     thickness=Quantity(value=3.66, uncertainty=0.005, unit="mm"),
    ...     diameter=Quantity(value=15.77, uncertainty=0.005, unit="mm"),
    ...     crystal_density=Quantity(value=6.2, uncertainty=0.03, unit="g/cm^3"),
    ... )
    >>> round(found.value, 1), round(found.uncertainty, 1)
    (93.0, 0.5)
    """
    parts = {
        "mass": (mass.to("g"), 1.0),
        "thickness": (thickness.to("cm"), 1.0),
        "diameter": (diameter.to("cm"), 2.0),
        "crystal density": (crystal_density.to("g/cm^3"), 1.0),
    }
    for name, (quantity, _) in parts.items():
        if not quantity.value > 0.0:
            raise InputError(f"a {name} of {quantity} belongs to no body", field=name)
    m, length, d, crystal = (quantity.value for quantity, _ in parts.values())
    density = 4.0 * m / (math.pi * d**2 * length * crystal)
    std = density * math.sqrt(
        sum(((power * (q.uncertainty or 0.0)) / q.value) ** 2 for q, power in parts.values())
    )
    flags: tuple[Flag, ...] = ("outside_validity",) if density > 1.0 + 2.0 * std else ()
    return Result(
        quantity="relative_density",
        value=100.0 * density,
        uncertainty=100.0 * std,
        unit="%",
        flags=flags,
        method=f"mass over volume of a round body, over {crystal_density} of the crystal",
        conditions={},
        input=(0,),
    )
