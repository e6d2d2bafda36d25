"""Whether the kernels are compiled, and compiling them when the caller likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kuralab.model import Cell, Crystal, FlightTime, Line, PowderInstrument, Site
from kuralab.science.diffraction import _kernel, _structure_factor
from kuralab.science.diffraction._le_bail import renew_intensities
from kuralab.science.diffraction._model import model_of
from kuralab.science.diffraction._pattern import pattern_of
from kuralab.science.diffraction._phase import phase_of


def is_compiled() -> bool:
    """Whether the kernels lie ready in the cache, so that the first refinement does not compile them."""
    return all(
        _is_cached(function)
        for function in (_kernel.add_voigt_with_gradient, _structure_factor.squared_with_gradient)
    )


def _is_cached(function: object) -> bool:
    stats = getattr(function, "stats", None)
    if stats is None:
        return True
    source = Path(function.__code__.co_filename)  # type: ignore[attr-defined]
    found = Path(stats.cache_path).glob(f"{source.stem}.{function.__name__}-*.nbi")  # type: ignore[attr-defined]
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)


def compile_kernels() -> None:
    """Compile what refinements at constant wavelength and of flight times call."""
    cell = Cell(a=4.0, b=4.0, c=4.0)
    crystal = Crystal(
        name="x",
        cell=cell,
        space_group="P m -3 m",
        sites=(Site(label="A", scatterer="Si", position=(0.0, 0.0, 0.0)),),
    )
    for instrument, x in (
        (
            PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.5),)),
            np.linspace(20.0, 60.0, 50),
        ),
        (PowderInstrument(radiation="tof", flight=FlightTime(difc=5e3)), np.linspace(5e3, 2e4, 50)),
    ):
        for free in (False, True):
            phase = phase_of(crystal, intensities_free=free)
            model = model_of([pattern_of(x, np.ones(50), instrument)], [phase], background=1)
            model.residuals(model.start)
            model.residuals(model.start, [name for name in model.names if name != "absorption"])
            renew_intensities(model, model.start)
