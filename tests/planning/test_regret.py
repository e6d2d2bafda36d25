"""The stopping rule: a bound on the regret that holds, and widens where the model was too sure."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.planning._gaussian_process import GaussianProcess, Hyperparameters
from kuralab.planning._regret import regret
from kuralab.planning._surrogate import Surrogate

GIVEN = Hyperparameters(np.array([0.2]), signal=1.0, noise=1e-6, mean=np.array([0.5]))
CANDIDATES = np.linspace(0.0, 1.0, 80)[:, None]
ONES = np.ones((80, 1))


def _functions(count: int) -> np.ndarray:
    """(count, 80) draws from the prior."""
    flat = GaussianProcess(
        CANDIDATES, np.zeros(80), given=GIVEN, noise=np.ones(80), basis=np.ones((80, 1))
    )
    covariance = flat.prior_covariance(CANDIDATES, ONES, CANDIDATES, ONES) + 1e-9 * np.eye(80)
    draws = np.random.default_rng(0).normal(size=(count, 80))
    return draws @ np.linalg.cholesky(covariance).T


def _model(values: np.ndarray, rows: np.ndarray, *others: Hyperparameters) -> Surrogate:
    x, ones = CANDIDATES[rows], np.ones((len(rows), 1))
    noise = np.full(len(rows), 1e-6)
    members = tuple(
        GaussianProcess(x, values[rows], given=one, noise=noise, basis=ones) for one in (GIVEN, *others)
    )
    return Surrogate(members, 0.0, 1.0, modes=len(members))


def _bound(model: Surrogate, best: int, *, sign: float = 1.0, stretch: float = 1.0) -> float:
    generator = np.random.default_rng(1)
    return regret(model, CANDIDATES, ONES, best, generator, sign=sign, stretch=stretch, unit="V").bound


ROWS = np.array([3, 17, 30, 44, 61, 75])


def test_the_bound_holds_for_functions_that_the_model_is_right_about() -> None:
    held = 0
    for values in _functions(100):
        best = int(np.argmax(values[ROWS]))
        true = values.max() - values[ROWS[best]]
        held += _bound(_model(values, ROWS), best) >= true
    assert held >= 95


def test_it_is_the_least_favourable_of_several_opinions() -> None:
    (values,) = _functions(1)
    best = int(np.argmax(values[ROWS]))
    sure = Hyperparameters(np.array([2.0]), signal=0.1, noise=1e-2, mean=np.array([0.5]))
    alone, both = _bound(_model(values, ROWS), best), _bound(_model(values, ROWS, sure), best)
    assert both == pytest.approx(alone)


def test_a_campaign_whose_intervals_failed_is_less_sure() -> None:
    (values,) = _functions(1)
    best, model = int(np.argmax(values[ROWS])), _model(values, ROWS)
    narrow, usual, wide = (_bound(model, best, stretch=s) for s in (0.5, 1.0, 2.5))
    assert narrow < usual < wide


def test_minimising_is_maximising_the_opposite() -> None:
    values = _functions(60)[-1]
    best = int(np.argmax(values[ROWS]))
    up = _bound(_model(values, ROWS), best)
    # The same draws mean something else for the mirrored function: only about the same bound.
    assert _bound(_model(-values, ROWS), best, sign=-1.0) == pytest.approx(up, rel=0.25)


def test_the_bound_shrinks_to_nothing_where_everything_is_known() -> None:
    (values,) = _functions(1)
    rows = np.arange(0, 80, 2)
    best = int(np.argmax(values[rows]))
    found = regret(
        _model(values, rows),
        CANDIDATES,
        ONES,
        best,
        np.random.default_rng(1),
        sign=1.0,
        stretch=1.0,
        unit="V",
    )
    assert found.bound < 0.05
    assert found.text.endswith(f"{found.bound:.3g} V")
