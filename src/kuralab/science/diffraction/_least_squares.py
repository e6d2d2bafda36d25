"""Damped least squares over the active parameters of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array

from kuralab.science.diffraction._le_bail import (
    few_enough,
    intensities,
    intensity_gradient,
    put_intensities,
    renew_intensities,
)
from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

_SMALL: Final = 1e-5
"""Relative fall of chi squared below which a fit has arrived."""
_LARGEST_DAMPING: Final = 1e8
_MOST_PASSES: Final = 4
_MOST_AT_ONCE: Final = 0.03
"""Fraction of an edge that a coordinate moves in one step."""
_MOST_OF_AN_EDGE: Final = 0.003
_NOTHING: Final = 0.1
"""Of the small fall of chi squared: what promises less is not worth a step."""


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
    responds: Callable[[str, float], bool],
    small: float = _SMALL,
    in_turns: bool = False,
) -> Descent:
    """Levenberg's and Marquardt's method with the damping of each parameter in its own scale.

    Free intensities are fitted together with the active parameters, or in turns with them (Le Bail)
    where there are too many or with ``in_turns``, as is safer far from the end. ``responds`` says of a
    parameter, with the length of its gradient over the uncertainties, whether it can be fitted at all.
    Marquardt, J. SIAM 11 (1963) 431, doi:10.1137/0111030.
    """
    index = np.array([model.index(name) for name in active])
    low, high = (np.array(side) for side in zip(*(bounds(name) for name in active), strict=True))
    most = np.array([_most_at_once(model, name, values[model.index(name)]) for name in active])
    together = few_enough(model) and not in_turns
    turns = not together and len(intensities(model)) > 0
    damping, evaluations, settled = 1e-3, 0, False
    current = model.tied(values)
    chi = np.inf
    for _ in range(cycles):
        if turns:
            renew_intensities(model, current, rounds=2)
        linear = _linear(model, current, active, together=together)
        evaluations += 1
        before, chi = chi, linear.chi
        if turns and abs(before - chi) < small * chi:
            settled = True
            break
        held = intensities(model)
        ends = np.maximum(low, current[index] - most), np.minimum(high, current[index] + most)
        room = _room(current[index], *ends, held if together else None) * linear.scale
        still = [not responds(one, slope) for one, slope in zip(active, linear.scale, strict=False)]
        room[:, : len(index)][:, still] = 0.0
        settled = True
        while damping < _LARGEST_DAMPING:
            step = _bounded(linear.unit, linear.push, damping, room)
            promised = float(2.0 * linear.push @ step - step @ linear.unit @ step)
            if promised < _NOTHING * small * chi:
                break
            trial = current.copy()
            moved = current[index] + (step / linear.scale)[: len(index)]
            trial[index] = np.clip(moved, low, high)
            trial = model.tied(trial)
            if together:
                put_intensities(model, held + (step / linear.scale)[len(index) :])
            rest = model.residuals(trial)[0]
            evaluations += 1
            found = float(rest @ rest)
            if np.isfinite(found) and found <= chi:
                settled = False
                break
            damping = max(damping, 1e-6) * 8.0
        if settled:
            if together:
                put_intensities(model, held)
            break
        gain = chi - found
        current, damping = trial, damping * _change(gain / promised)
        if not turns:
            chi = found
            if gain < small * found:
                settled = True
                break
    return Descent(current, chi, evaluations, settled)


@final
@dataclass(frozen=True)
class _Linear:
    """The model in the neighbourhood of its values: chi squared, normal matrix (k, k) with a diagonal of
    1, right side (k,), and the scale (k,) of both."""

    chi: float
    unit: Floats
    push: Floats
    scale: Floats


def _linear(model: Model, values: Floats, active: Sequence[str], *, together: bool) -> _Linear:
    rest, gradient = model.residuals(values, active)
    normal, push = gradient.T @ gradient, gradient.T @ rest
    if together:
        # A reflection reaches few of the points.
        shapes = csr_array(intensity_gradient(model, values))
        beside = shapes.T @ gradient
        normal = np.block([[normal, beside.T], [beside, (shapes.T @ shapes).toarray()]])
        push = np.concatenate([push, shapes.T @ rest])
    scale = np.sqrt(np.maximum(np.diag(normal), 1e-300))
    return _Linear(
        chi=float(rest @ rest),
        unit=normal / np.outer(scale, scale),
        push=push / scale,
        scale=scale,
    )


def _most_at_once(model: Model, name: str, value: float) -> float:
    """How far a parameter may go in one step: beyond, lines change places with their neighbours."""
    if is_coordinate(name):
        return _MOST_AT_ONCE
    edges = {f"{phase.name}.{edge}" for phase in model.phases for edge in "abc"}
    return _MOST_OF_AN_EDGE * value if name in edges else np.inf


def _change(ratio: float) -> float:
    """Of the damping, after a step that gained a ratio of what a linear model promised."""
    if ratio > 0.75:
        return 0.125
    return 1.0 if ratio > 0.25 else 4.0


def _room(values: Floats, low: Floats, high: Floats, held: Floats | None) -> Floats:
    """(2, k) how far down and up the parameters, and intensities ``held`` (p,), may go."""
    down, up = low - values, high - values
    if held is not None:
        down = np.concatenate([down, -held])
        up = np.concatenate([up, np.full(len(held), np.inf)])
    return np.stack([down, up])


def _bounded(unit: Floats, push: Floats, damping: float, room: Floats) -> Floats:
    """The damped step (k,) within its room (2, k).

    A parameter that would leave stops at its bound, and the others are solved for again: clipped alone,
    it would leave them where they fit a value that it cannot have.
    """
    step, stopped = np.zeros(len(push)), np.zeros(len(push), dtype=bool)
    for _ in range(_MOST_PASSES):
        free = ~stopped
        if not free.any():
            break
        rest = push[free] - unit[np.ix_(free, stopped)] @ step[stopped]
        step[free] = _solved(unit[np.ix_(free, free)], rest, damping)
        leaving = free & ((step < room[0]) | (step > room[1]))
        if not leaving.any():
            break
        step[leaving] = np.clip(step, *room)[leaving]
        stopped |= leaving
    return np.clip(step, *room)


def _solved(unit: Floats, push: Floats, damping: float) -> Floats:
    """The damped step; the diagonal of ``unit`` is 1."""
    try:
        damped = unit + max(damping, 1e-12) * np.eye(len(unit))
        return np.asarray(cho_solve(cho_factor(damped), push))
    except LinAlgError:
        return np.asarray(np.linalg.lstsq(unit + damping * np.eye(len(unit)), push, rcond=1e-13)[0])


def is_coordinate(name: str) -> bool:
    """Whether a parameter is a coordinate of a site: "lbco.O.x", not "width.x"."""
    return name.endswith((".x", ".y", ".z")) and name.count(".") > 1


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
        "absorption": (0.0, 1.0),
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
