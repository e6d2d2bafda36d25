"""A calculated powder pattern of known phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import PowderInstrument
from kuralab.science.diffraction._model import model_of
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._phase import Phase

Floats = NDArray[np.float64]


def simulate_pattern(
    x: Floats,
    phases: Sequence[Phase],
    instrument: PowderInstrument,
    *,
    parameters: Mapping[str, float] | None = None,
) -> Floats:
    """(n,) intensity at 2theta (deg) or time of flight (us) x (n,), in the unit that the scales give.

    parameters : by name as in a refinement ("lbco.scale", "zero", "background.0", "lbco.strain"); what
        is not given is 1 for scales, as the instrument's description says, or 0

    Raises
    ------
    ScienceError
        A name that no parameter has, x that does not rise, or too many reflections.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 1 or x.size < 2 or not (np.diff(x) > 0.0).all():
        raise ScienceError("the positions do not rise from point to point")
    pattern = Pattern(x=x, intensity=np.ones_like(x), uncertainty=np.ones_like(x), instrument=instrument)
    orders = [
        int(name.split(".", 1)[1]) + 1 for name in parameters or {} if name.startswith("background.")
    ]
    model = model_of([pattern], phases, background=max([1, *orders]))
    values = model.start.copy()
    for name, value in (parameters or {}).items():
        if name not in model.names:
            raise ScienceError(f"there is no parameter {name!r}")
        values[model.index(name)] = value
    return model.calculate(0, values)[0]
