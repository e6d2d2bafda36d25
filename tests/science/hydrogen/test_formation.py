"""The pressure that forms a hydride: equilibrium, volume work, uncertainty, none at all."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.science.hydrogen import (
    Formation,
    VantHoff,
    fit_vant_hoff,
    formation_pressure,
    hydrogen_state,
)

R = 8.31446261815324
T = np.array([248.0, 262.0, 273.0, 298.0, 323.0])


def _line(enthalpy: float, entropy: float, std: float = 0.03) -> VantHoff:
    return fit_vant_hoff(
        temperature=T, log_fugacity=(1e3 * enthalpy / T - entropy) / R, std=np.full(T.size, std)
    )


LANI5 = _line(-31.1, -111.2)


def _found(line: VantHoff, temperature: float, volume: tuple[float, float] = (0.0, 0.0)) -> Formation:
    return formation_pressure(
        vant_hoff=line, temperature=temperature, volume_change=volume, mean_temperature=280.0
    )


def test_at_room_temperature_it_is_the_plateau() -> None:
    found = _found(LANI5, 298.0, (4.3, 0.5))
    assert found.pressure is not None
    plateau = np.exp((-31.1e3 / 298.0 + 111.2) / R)
    assert 1e4 * found.pressure == pytest.approx(plateau, rel=2e-3)
    assert not found.extrapolated


@pytest.mark.parametrize("temperature", [400.0, 700.0, 1073.15])
@pytest.mark.parametrize("volume", [0.0, 4.3])
def test_mu_balances_enthalpy_entropy_and_volume_work(temperature: float, volume: float) -> None:
    found = _found(LANI5, temperature, (volume, 0.0))
    assert found.pressure is not None
    mu = hydrogen_state(pressure=found.pressure, temperature=temperature).chemical_potential
    needed = -31.1 + 1e-3 * temperature * 111.2 + volume * found.pressure
    assert mu == pytest.approx(needed, abs=1e-4)
    assert found.volume_work == pytest.approx(volume * found.pressure)


def test_volume_work_raises_the_pressure() -> None:
    """At 1073 K by a third; and where hydrogen is as dense as what the metal gains, without limit."""
    pressures = [_found(LANI5, 1073.15, (volume, 0.0)).pressure for volume in (0.0, 4.3, 8.0)]
    assert None not in pressures
    assert pressures[0] < 0.85 * pressures[1]
    assert pressures[1] < 0.85 * pressures[2]


def test_none_below_20_gpa_is_an_answer() -> None:
    found = _found(_line(60.0, -120.0), 1000.0, (7.0, 0.5))
    assert found.pressure is None
    assert found.std is None
    assert found.excess is not None
    assert found.excess > 0
    best = max(
        hydrogen_state(pressure=p, temperature=1000.0).chemical_potential - 7.0 * p
        for p in np.geomspace(0.1, 20.0, 100)
    )
    assert found.excess == pytest.approx(180.0 - best, rel=0.01)


def test_an_endothermic_hydride_forms_in_the_gpa_range() -> None:
    """Positive dH, as of hydrides of iron: several GPa, and more when hot."""
    cool, hot = (_found(_line(20.0, -110.0), t, (4.0, 0.5)).pressure for t in (500.0, 1000.0))
    assert cool is not None
    assert hot is not None
    assert 3.0 < cool < 6.0
    assert hot > cool


def test_uncertainty_is_that_of_repeated_solutions() -> None:
    rng = np.random.default_rng(3)
    line = _line(10.0, -115.0, std=0.03)
    temperature, volume = 900.0, (4.3, 0.5)
    found = _found(line, temperature, volume)
    assert found.pressure is not None
    assert found.std is not None
    lever = 1e-3 * (temperature - 280.0 - temperature * np.log(temperature / 280.0))
    pressures = []
    grid = np.linspace(0.2 * found.pressure, 3.0 * found.pressure, 300)
    mu = np.array([hydrogen_state(pressure=p, temperature=temperature).chemical_potential for p in grid])
    mu_std = hydrogen_state(pressure=found.pressure, temperature=temperature).chemical_potential_std
    for _ in range(3000):
        enthalpy, entropy = rng.multivariate_normal([line.enthalpy, line.entropy], line.covariance)
        gibbs = enthalpy - 1e-3 * temperature * entropy + 14.4 * lever * rng.standard_normal()
        work = (volume[0] + volume[1] * rng.standard_normal()) * grid
        excess = mu + mu_std * rng.standard_normal() - gibbs - work
        pressures.append(np.interp(0.0, excess, grid))
    # Skewed, since a stiff gas works harder the higher it is: half of the middle 68 %.
    low, high = np.percentile(pressures, [15.87, 84.13])
    assert found.std == pytest.approx(0.5 * (high - low), rel=0.07)
    assert found.pressure == pytest.approx(np.median(pressures), rel=0.03)


def test_uncertainty_grows_with_the_distance_from_the_plateaus() -> None:
    stds = [_found(LANI5, t, (4.3, 0.5)).gibbs_energy_std for t in (298.0, 500.0, 800.0, 1073.15)]
    assert stds == sorted(stds)
    assert stds[0] < 0.2
    assert 5.0 < stds[-1] < 15.0


def test_limits_of_the_equation_are_passed_on() -> None:
    found = _found(LANI5, 1073.15, (4.3, 0.5))
    assert found.extrapolated
    assert found.reasons
