"""Outliers, scatter and curvature of an Arrhenius line: flagged when they matter, and only then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kuralab.analysis._conduction import Conduction
from kuralab.analysis._lines import ConductionLine, conduction_lines
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.model import Measurement
from kuralab.science.kinetics import BOLTZMANN_EV, arrhenius_conductivity
from kuralab.units import Quantity

KELVIN = np.arange(25.0, 100.0, 10.0) + 273.15
ENERGY = 0.33
OWN = 0.0005


def _line(
    factor: NDArray[np.float64], *, seed: int = 0, weighted: bool = True, offset: float = 0.87
) -> ConductionLine:
    """Points of 0.05 % on a line of 0.33 eV, each multiplied by a factor."""
    sigma = arrhenius_conductivity(temperature=KELVIN, activation_energy=ENERGY, log_prefactor=11.0)
    noise = 1.0 + OWN * np.random.default_rng(seed).standard_normal(KELVIN.size)
    resistance = 1.0 / (sigma * noise * factor)
    conductions = [
        Conduction(("total",), {"total": ("R1",)}, {"total": r}, {"total": OWN * r}, {"total": True},
                   np.array([[(OWN * r) ** 2]]))
        for r in map(float, resistance)
    ]  # fmt: skip
    (line,), skipped = conduction_lines(
        conductions,
        temperature=list(KELVIN),
        cells=[None] * KELVIN.size,
        weighted=weighted,
        temperature_std=offset,
    )
    assert skipped == []
    return line


def _with(**at: float) -> NDArray[np.float64]:
    """Ones, but for the points that are named p0 to p7."""
    return np.array([at.get(f"p{i}", 1.0) for i in range(KELVIN.size)])


@pytest.mark.parametrize("weighted", [True, False])
def test_a_good_line_has_no_flag(weighted: bool) -> None:
    for seed in range(100):
        line = _line(np.ones(KELVIN.size), seed=seed, weighted=weighted)
        assert line.flags(curved=line.is_curved) == ()
        assert line.warnings() == []


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize(
    "lost",
    [
        {"p4": 0.7},
        {"p0": 0.8},
        {"p7": 0.85},
        {"p1": 0.6, "p6": 0.8},
        {"p2": 0.6, "p3": 0.6},
        {"p0": 0.7, "p4": 0.8, "p5": 0.9},
    ],
)
def test_lost_contacts_are_found_and_stay_in_the_line(lost: dict[str, float], weighted: bool) -> None:
    """Several at once hide each other from a test of one; they are found together."""
    line = _line(_with(**lost), weighted=weighted)
    bad = {int(name[1]) for name in lost}
    assert set(line.departures.outliers) == bad
    assert line.line.temperature.size == KELVIN.size
    for i in range(KELVIN.size):
        assert line.point_flags(i) == (("outlier",) if i in bad else ())
    assert line.flags(curved=line.is_curved) == ("outlier",)
    for i, text in zip(sorted(bad), line.warnings(), strict=True):
        assert f"{KELVIN[i]:.6g} K" in text
        assert f"{100 * (lost[f'p{i}'] - 1):+.2g} %" in text


def test_a_deviation_below_the_stated_uncertainty_is_no_outlier() -> None:
    """Ten standard deviations of the point, but 0.5 % where the temperature leaves 3 %."""
    line = _line(_with(p4=0.995))
    assert line.flags(curved=line.is_curved) == ()
    assert _line(_with(p4=0.995), offset=0.0).flags(curved=False) == ("outlier",)


def test_scatter_that_no_point_can_be_blamed_for() -> None:
    """Four of eight: every conductivity may be the wrong one."""
    line = _line(_with(p0=0.7, p2=0.9, p5=0.6, p6=0.8))
    assert line.flags(curved=line.is_curved) == ("model_inadequate",)
    assert all(line.point_flags(i) == ("model_inadequate",) for i in range(KELVIN.size))
    (text,) = line.warnings()
    assert "scatter" in text


def _bent(by: float) -> NDArray[np.float64]:
    """The local activation energy changes by twice ``by`` eV over the range."""
    x = -1.0 / (BOLTZMANN_EV * KELVIN)
    middle, half = (x.min() + x.max()) / 2, np.ptp(x) / 2
    return np.asarray(np.exp(by * (x - middle) ** 2 / (2 * half)))


def test_a_bend_counts_when_it_changes_the_energy() -> None:
    """The thermocouple leaves 0.0017 eV: a bend of 0.001 eV is seen, but changes nothing stated."""
    slight, strong = _line(_bent(0.001)), _line(_bent(0.02))
    assert slight.line.fit.curvature_p_value is not None
    assert slight.line.fit.curvature_p_value < 0.01
    assert slight.flags(curved=slight.is_curved) == ()
    assert strong.flags(curved=strong.is_curved) == ("model_inadequate",)
    assert strong.departures.bend == pytest.approx(0.02, rel=0.1)
    assert all(strong.point_flags(i) == () for i in range(KELVIN.size)), "each holds where it is"
    assert any("curved" in text for text in strong.warnings())


def test_a_change_of_slope_is_no_row_of_outliers() -> None:
    """The last three points lie on a steeper line: neighbours at an end are a branch."""
    x = -1.0 / (BOLTZMANN_EV * KELVIN)
    line = _line(np.exp(np.maximum(x - x[4], 0.0) * 0.3))
    assert line.departures.outliers == ()
    assert "model_inadequate" in line.flags(curved=line.is_curved)


def test_four_points_are_not_searched_for_outliers() -> None:
    sigma = arrhenius_conductivity(
        temperature=KELVIN[:4], activation_energy=ENERGY, log_prefactor=11.0
    ) * np.array([1.0, 1.0, 0.7, 1.0])
    conductions = [
        Conduction(("total",), {"total": ("R1",)}, {"total": 1 / s}, {"total": OWN / s},
                   {"total": True}, np.array([[(OWN / s) ** 2]]))
        for s in map(float, sigma)
    ]  # fmt: skip
    (line,), _ = conduction_lines(
        conductions, temperature=list(KELVIN[:4]), cells=[None] * 4, weighted=True, temperature_std=0.87
    )
    assert line.departures.outliers == ()
    assert line.flags(curved=line.is_curved) == ("model_inadequate",)


def test_two_temperatures_repeated_cannot_tell_an_outlier() -> None:
    kelvin = [300.0, 300.0, 300.0, 300.0, 320.0, 320.0]
    conductions = [
        Conduction(("total",), {"total": ("R1",)}, {"total": r}, {"total": 0.1}, {"total": True},
                   np.array([[0.01]]))
        for r in (1000.0, 1000.1, 999.9, 1000.0, 500.0, 350.0)
    ]  # fmt: skip
    (line,), _ = conduction_lines(
        conductions, temperature=kelvin, cells=[None] * 6, weighted=True, temperature_std=0.87
    )
    assert line.departures.outliers == ()
    assert line.flags(curved=line.is_curved) == ("few_points", "model_inadequate")


def test_conductivities_carry_the_uncertainty_of_the_temperature(
    spectrum: Callable[..., Measurement],
) -> None:
    """d ln(sigma)/dT = E_a/(k_B T^2) - 1/T; a resistance is that of the pellet as hot as it was."""
    made = []
    for seed, t in enumerate((290.0, 300.0, 310.0, 320.0)):
        sigma = arrhenius_conductivity(temperature=t, activation_energy=0.4, log_prefactor=9.0)
        arc = {"R1": float(1 / sigma), "CPE1.Q": 1e-10, "CPE1.n": 0.95, "CPE2.Q": 1e-6, "CPE2.n": 0.9}
        kelvin = Quantity(value=t, unit="K")
        made.append(spectrum("p(R1,CPE1)-CPE2", arc, seed=seed, temperature=kelvin))

    def relative(quantity: str, offset: str) -> NDArray[np.float64]:
        given: dict[str, Any] = {
            "thickness": "1 mm +- 0.02 mm",
            "diameter": "10 mm +- 0.05 mm",
            "temperature_uncertainty": offset,
        }
        outcome = analyse_arrhenius(made, ArrheniusParameters.model_validate(given))
        found = outcome.record.of(quantity)
        return np.array([r.uncertainty / r.value for r in found if r.uncertainty and r.value])

    temperature = np.array([290.0, 300.0, 310.0, 320.0])
    expected = 2.0 * (0.4 / (BOLTZMANN_EV * temperature**2) - 1.0 / temperature)
    name = "ionic_conductivity_total"
    added = np.sqrt(relative(name, "2 K") ** 2 - relative(name, "0 K") ** 2)
    assert added == pytest.approx(expected, rel=0.02)
    name = "resistance_total"
    assert relative(name, "2 K") == pytest.approx(relative(name, "0 K"))
