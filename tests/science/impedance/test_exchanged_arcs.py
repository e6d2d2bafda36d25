"""Arcs are returned with the fastest first; their uncertainties must come along."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.science.impedance import fit_circuit, impedance_from_circuit

CIRCUIT = "p(R1,CPE1)-p(R2,CPE2)-CPE3"


@pytest.mark.parametrize("seed", range(12))
def test_uncertainties_are_those_of_the_returned_parameters(seed: int) -> None:
    """Against the covariance from derivatives by differences, whatever order the fit ended in."""
    rng = np.random.default_rng(seed)
    true = {
        **{"R1": 10 ** rng.uniform(4, 7), "CPE1.Q": 2e-11, "CPE1.n": 0.95},
        **{"R2": 10 ** rng.uniform(4, 7), "CPE2.Q": 10 ** rng.uniform(-9.5, -8), "CPE2.n": 0.9},
        **{"CPE3.Q": 5e-6, "CPE3.n": 0.9},
    }
    f = np.logspace(6.8, -1, 79)
    z = impedance_from_circuit(frequency=f, circuit=CIRCUIT, parameters=true)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(79) + 1j * rng.standard_normal(79))
    fit = fit_circuit(frequency=f, impedance=z, circuit=CIRCUIT)
    names = list(fit.circuit.index)
    values = {name: fit.value(name) for name in names}

    def model(name: str, factor: float) -> np.ndarray:
        changed = values | {name: values[name] * factor}
        return impedance_from_circuit(frequency=f, circuit=CIRCUIT, parameters=changed) / np.abs(z)

    columns = [(model(name, 1 + 1e-6) - model(name, 1 - 1e-6)) / 2e-6 for name in names]
    jacobian = np.array([np.concatenate([c.real, c.imag]) for c in columns]).T
    residuals = np.concatenate([fit.residuals().real, fit.residuals().imag])
    variance = (residuals**2).sum() / (residuals.size - len(names))
    expected = np.sqrt(np.diag(variance * np.linalg.inv(jacobian.T @ jacobian)))
    found = np.array([fit.std_of(name) / values[name] for name in names])
    assert found == pytest.approx(expected, rel=0.02)
