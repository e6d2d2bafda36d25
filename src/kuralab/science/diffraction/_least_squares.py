"""Damped least squares over the active parameters of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

_SMALL: Final = 1e-5
"""Relative fall of chi squared below which a fit has arrived."""
_LARGEST_DAMPING: Final = 1e8


@final
@dataclass(frozen=True)
class Descent:
    """Where a fit arrived: values of all parameters, chi squared, evaluations, whether it settled."""

    values: Floats
    chi_squared: float
    evaluations: int
    settled: bool


def descend(
    model: Model,
    values: Floats,
    active: Sequence[str],
    *,
    bounds: Callable[[str], tuple[float, float]],
    cycles: int,
    between: Callable[[Floats], None] | None = None,
    small: float = _SMALL,
) -> Descent:
    """Levenberg's and Marquardt's method with the damping of each parameter in its own scale.

    ``between`` is called with the values before every cycle (Le Bail's intensities are renewed there).
    Marquardt, J. SIAM 11 (1963) 431, doi:10.1137/0111030.
    """
    index = [model.index(name) for name in active]
    low, high = (np.array(side) for side in zip(*(bounds(name) for name in active), strict=True))
    damping, evaluations, settled = 1e-3, 0, False
    current = model.tied(values)
    chi = np.inf
    for _ in range(cycles):
        if between is not None:
            between(current)
        rest, gradient = model.residuals(current, active)
        evaluations += 1
        before, chi = chi, float(rest @ rest)
        if between is not None and abs(before - chi) < small * chi:
            settled = True
            break
        normal, slope = gradient.T @ gradient, gradient.T @ rest
        scale = np.sqrt(np.maximum(np.diag(normal), 1e-300))
        unit, push = normal / np.outer(scale, scale), slope / scale
        while damping < _LARGEST_DAMPING:
            step = np.linalg.lstsq(unit + damping * np.eye(len(index)), push, rcond=1e-13)[0] / scale
            trial = current.copy()
            trial[index] = np.clip(current[index] + step, low, high)
            trial = model.tied(trial)
            moved = model.residuals(trial)[0]
            evaluations += 1
            found = float(moved @ moved)
            if np.isfinite(found) and found <= chi:
                break
            damping = max(damping, 1e-6) * 8.0
        else:
            settled = True
            break
        gain = chi - found
        current, damping = trial, damping / 8.0
        chi = found if between is None else chi
        if between is None and gain < small * found:
            settled = True
            break
    return Descent(current, chi, evaluations, settled)


def usual_bounds(
    name: str, given: Mapping[str, tuple[float, float]] | None = None
) -> tuple[float, float]:
    """Where a parameter may go; wide, so that only nonsense is shut out."""
    local = name.rsplit("/", 1)[-1]
    last = local.rsplit(".", 1)[-1]
    if given and name in given:
        return given[name]
    return {
        "b_iso": (-3.0, 25.0),
        "occupancy": (0.0, 1.5),
        "scale": (0.0, np.inf),
        "inverse_size": (0.0, 0.1),
        "strain": (0.0, 0.1),
        "orientation": (0.2, 5.0),
        "s_l": (1e-4, 0.15),
        "h_l": (1e-4, 0.15),
        "x": (0.0, 20.0) if local == "width.x" else (-np.inf, np.inf),
        "y": (0.0, 20.0) if local == "width.y" else (-np.inf, np.inf),
        "w": (1e-4, 20.0),
        "u": (-5.0, 50.0),
        "v": (-50.0, 10.0),
        "alpha0": (0.0, 10.0),
        "alpha1": (1e-4, 10.0),
        "beta0": (1e-5, 10.0),
        "gamma0": (0.0, 1e4),
        "gamma1": (0.0, 1e4),
        "gamma2": (0.0, 1e4),
        "sigma0": (0.0, 1e6),
    }.get(last, (-np.inf, np.inf))
