"""Measurements made for the analysis tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from kuralab.model import Column, Kind, Measurement, RawFile
from kuralab.science.impedance import impedance_from_circuit


@pytest.fixture
def spectrum() -> Callable[..., Measurement]:
    """A spectrum of a circuit with noise of 0.3 % of |Z|; keywords go to the measurement."""

    def make(
        circuit: str,
        parameters: Mapping[str, float],
        *,
        seed: int = 0,
        noise: float = 0.003,
        **known: Any,
    ) -> Measurement:
        f = np.logspace(7, 0, 50)
        z = impedance_from_circuit(frequency=f, circuit=circuit, parameters=parameters)
        rng = np.random.default_rng(seed)
        z = z + noise * np.abs(z) * (rng.standard_normal(50) + 1j * rng.standard_normal(50))
        columns = (
            Column(name="frequency", unit="Hz", values=f),
            Column(name="impedance_real", unit="ohm", values=z.real),
            Column(name="impedance_imaginary", unit="ohm", values=z.imag),
        )
        return _measurement(Kind.IMPEDANCE, columns, f"pellet-{seed}.csv", known)

    return make


@pytest.fixture
def time_series() -> Callable[..., Measurement]:
    """Current against time, with or without the voltage."""

    def make(time: Any, current: Any, voltage: float | None = None, **known: Any) -> Measurement:
        columns = [
            Column(name="time", unit="s", values=time),
            Column(name="current", unit="A", values=current),
        ]
        if voltage is not None:
            columns.append(Column(name="voltage", unit="V", values=np.full(len(time), voltage)))
        return _measurement(Kind.TIME_SERIES, tuple(columns), "polarisation.csv", known)

    return make


def _measurement(
    kind: Kind, columns: tuple[Column, ...], name: str, known: Mapping[str, Any]
) -> Measurement:
    content = repr([column.values.tolist() for column in columns]).encode()
    raw = RawFile(name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    return Measurement(kind=kind, format="test", raw=raw, columns=columns, **known)
