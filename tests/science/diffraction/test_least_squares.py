"""Steps within bounds, tails that are left out, backgrounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from kuralab.model import Line, PowderInstrument, Resolution
from kuralab.science.diffraction import pattern_of, phase_of, simulate_pattern
from kuralab.science.diffraction._background import rough_background, rough_width
from kuralab.science.diffraction._least_squares import _bounded
from kuralab.science.diffraction._model import model_of
from tests.science.diffraction.crystals import PBSO4

NEUTRONS = PowderInstrument(
    radiation="neutron",
    lines=(Line(wavelength=1.6),),
    resolution=Resolution(u=0.08, v=-0.1, w=0.12, y=0.06, s_l=0.02, h_l=0.02),
)


def test_a_parameter_at_its_bound_leaves_the_others_where_they_fit() -> None:
    random = np.random.default_rng(2)
    for _ in range(20):
        design, target = random.standard_normal((30, 4)), random.standard_normal(30)
        design[:, 1] += 2.0 * design[:, 0]
        scale = np.sqrt((design**2).sum(axis=0))
        design = design / scale
        room = np.array([[-0.05, -np.inf, -np.inf, -np.inf], [0.05, np.inf, np.inf, np.inf]])
        step = _bounded(design.T @ design, design.T @ target, 0.0, room)
        best = lsq_linear(design, target, (room[0], room[1]))
        assert step == pytest.approx(best.x, abs=1e-6)


def test_what_is_left_out_of_tails_is_below_the_noise() -> None:
    x = np.arange(15.0, 140.0, 0.1)
    parameters = {"pbso4.scale": 0.02, "background.0": 200.0}
    y = simulate_pattern(x, [phase_of(PBSO4)], NEUTRONS, parameters=parameters)
    sigma = np.sqrt(y)
    calculated = []
    for uncertainty in (sigma, 1e-3 * sigma):
        pattern = pattern_of(x, y, NEUTRONS, uncertainty=uncertainty)
        model = model_of([pattern], [phase_of(PBSO4)], background=1)
        values = model.start.copy()
        for name, value in parameters.items():
            values[model.index(name)] = value
        calculated.append(model.calculate(0, values)[0])
    # Of many peaks together, and smooth: part of the background.
    assert np.abs((calculated[0] - calculated[1]) / sigma).max() < 0.6


def test_backgrounds_are_chebyshev_polynomials() -> None:
    x = np.linspace(20.0, 120.0, 201)
    parameters = {"pbso4.scale": 0.0, "background.0": 100.0, "background.1": -20.0, "background.2": 5.0}
    y = simulate_pattern(x, [phase_of(PBSO4)], NEUTRONS, parameters=parameters)
    t = (x - 70.0) / 50.0
    assert y == pytest.approx(100.0 - 20.0 * t + 5.0 * (2.0 * t**2 - 1.0))


def test_first_ideas_of_background_and_width() -> None:
    x = np.arange(15.0, 140.0, 0.05)
    parameters = {"pbso4.scale": 0.02, "background.0": 300.0, "background.1": -50.0}
    y = simulate_pattern(x, [phase_of(PBSO4)], NEUTRONS, parameters=parameters)
    y = np.random.default_rng(1).poisson(y).astype(float)
    level = 300.0 - 50.0 * (2.0 * (x - x[0]) / (x[-1] - x[0]) - 1.0)
    low = x < 90.0
    assert np.abs(rough_background(y)[low] / level[low] - 1.0).max() < 0.3
    assert rough_width(x, y) == pytest.approx(0.33, abs=0.12)
