"""The prior that hidden truths are drawn from, each with a generator of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from numpy.random import Generator

from kuralab.instruments.twins._sample import Faces
from kuralab.science.numerics import parameters_from_file


@cache
def prior() -> Mapping[str, Mapping[str, float]]:
    """The values of ``prior.yaml``, where each one has its source."""
    return parameters_from_file(package="kuralab.instruments.twins", file="prior.yaml")


def draw_faces(generator: Generator) -> Faces:
    """How one pellet meets its electrodes."""
    values = prior()["faces"]

    def uniform(name: str) -> float:
        return float(generator.uniform(values[f"{name}_low"], values[f"{name}_high"]))

    def log_uniform(name: str) -> float:
        low, high = math.log(values[f"{name}_low"]), math.log(values[f"{name}_high"])
        return math.exp(generator.uniform(low, high))

    return Faces(
        boundary_share=uniform("boundary_share"),
        boundary_energy=float(
            generator.normal(values["boundary_energy_mean"], values["boundary_energy_scatter"])
        ),
        bulk_width=uniform("bulk_width"),
        boundary_width=uniform("boundary_width"),
        permittivity=uniform("permittivity"),
        boundary_capacitance=log_uniform("boundary_capacitance"),
        blocking_q=log_uniform("blocking_q"),
        blocking_n=uniform("blocking_n"),
    )
