"""The forward model of a pellet: its limits, and that no fitted circuit is the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from kuralab.errors import ScienceError
from kuralab.science.impedance import (
    DistributedArc,
    PelletCell,
    distributed_arc,
    fit_circuit,
    impedance_from_circuit,
    kramers_kronig,
    parse_circuit,
    pellet_impedance,
)

F = np.geomspace(7e6, 0.1, 79)
ARC = DistributedArc(resistance=1e4, capacitance=1e-9, width=1.0)
CELL = PelletCell(
    bulk=DistributedArc(100.0, 1e-11, 0.5),
    boundary=DistributedArc(30.0, 5e-10, 1.0),
    blocking_q=5e-6,
    blocking_n=0.9,
)


def test_without_a_spread_it_is_an_rc() -> None:
    z = distributed_arc(frequency=F, arc=replace(ARC, width=0.0))
    np.testing.assert_allclose(z, 1e4 / (1.0 + 2j * np.pi * F * 1e-5), rtol=1e-14)
    narrow = distributed_arc(frequency=F, arc=replace(ARC, width=1e-3))
    np.testing.assert_allclose(narrow, z, rtol=1e-5)


@pytest.mark.parametrize("width", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("frequency", [1e2, 1.6e4, 1e6])
def test_the_integral_is_exact(width: float, frequency: float) -> None:
    def part(u: float, which: str) -> float:
        g = np.exp(-0.5 * (u / width) ** 2) / (width * np.sqrt(2.0 * np.pi))
        return float(getattr(g * 1e4 / (1.0 + 2j * np.pi * frequency * 1e-5 * np.exp(u)), which))

    wanted = [quad(part, -8 * width, 8 * width, args=(w,), limit=200)[0] for w in ("real", "imag")]
    z = distributed_arc(frequency=[frequency], arc=replace(ARC, width=width))[0]
    assert z == pytest.approx(complex(*wanted), rel=1e-7)


def test_at_both_ends_it_is_a_resistor_and_nothing() -> None:
    low, high = distributed_arc(frequency=[1e-4, 1e12], arc=ARC)
    assert low.real == pytest.approx(1e4, rel=1e-6)
    assert abs(high) < 1.0


def test_no_arc_with_a_cpe_is_the_same() -> None:
    """Fitted without any noise it leaves a systematic error: that is what the twins are for."""
    z = distributed_arc(frequency=F, arc=ARC)
    fit = fit_circuit(frequency=F, impedance=z, circuit=parse_circuit("p(R1,CPE1)"))
    assert fit.rms > 5e-3
    assert fit.correlation > 0.4


def test_it_is_causal() -> None:
    assert kramers_kronig(frequency=F, impedance=pellet_impedance(frequency=F, cell=CELL)).consistent


def test_the_parts_add_up() -> None:
    leads = replace(CELL, inductance=1e-7, contact=0.2)
    added = pellet_impedance(frequency=F, cell=leads) - pellet_impedance(frequency=F, cell=CELL)
    np.testing.assert_allclose(added, 0.2 + 2j * np.pi * F * 1e-7, rtol=1e-6, atol=1e-9)
    faces = impedance_from_circuit(
        frequency=F, circuit="CPE1", parameters={"CPE1.Q": 5e-6, "CPE1.n": 0.9}
    )
    inside = pellet_impedance(frequency=F, cell=CELL) - faces
    arcs = distributed_arc(frequency=F, arc=CELL.bulk) + distributed_arc(frequency=F, arc=CELL.boundary)
    np.testing.assert_allclose(inside, arcs, atol=1e-6)


def test_a_face_that_half_touches_doubles_the_resistance() -> None:
    whole, half = (
        pellet_impedance(frequency=[1e4], cell=replace(CELL, touching=share, blocking_q=1e3))[0].real
        for share in (1.0, 0.5)
    )
    assert half == pytest.approx(2.0 * whole, rel=1e-3)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ScienceError, match="touching"):
        pellet_impedance(frequency=F, cell=replace(CELL, touching=0.0))
    with pytest.raises(ScienceError, match="positive"):
        pellet_impedance(frequency=[0.0], cell=CELL)
