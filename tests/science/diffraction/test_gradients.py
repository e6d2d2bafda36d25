"""Analytic derivatives of patterns against central differences, parameter by parameter."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.model import Crystal, FlightTime, Line, PowderInstrument, Resolution
from kuralab.science.diffraction import pattern_of, phase_of
from kuralab.science.diffraction._cell import CELL_NAMES
from kuralab.science.diffraction._histogram import PER_PHASE
from kuralab.science.diffraction._le_bail import intensities, intensity_gradient, put_intensities
from kuralab.science.diffraction._model import Model, model_of
from tests.science.diffraction.crystals import LBCO, MONOCLINIC, PBSO4, QUARTZ, SILICON

RESOLUTION = Resolution(u=0.1, v=-0.12, w=0.13, x=0.05, y=0.08, s_l=0.02, h_l=0.015)
NEUTRONS = PowderInstrument(
    radiation="neutron", lines=(Line(wavelength=1.6),), resolution=RESOLUTION, zero=0.1
)
X_RAYS = PowderInstrument(
    radiation="xray",
    lines=(Line(wavelength=1.5406), Line(wavelength=1.5444, weight=0.5)),
    resolution=RESOLUTION,
    monochromator=26.6,
)
FLIGHT = PowderInstrument(
    radiation="tof",
    flight=FlightTime(
        difc=7480.0,
        difa=-1.5,
        difb=0.7,
        zero=-9.0,
        alpha0=0.1,
        alpha1=0.6,
        beta0=0.04,
        beta1=0.01,
        sigma0=2.0,
        sigma1=20.0,
        sigma2=3.0,
        gamma0=0.5,
        gamma1=3.0,
        gamma2=1.0,
        angle=144.8,
    ),
)


def _model(crystal: Crystal, instrument: PowderInstrument) -> Model:
    constant = instrument.flight is None
    x = np.arange(25.0, 120.0, 0.05) if constant else np.arange(6000.0, 24000.0, 6.0)
    y = np.full_like(x, 1000.0)
    # So little noise that peaks reach far.
    pattern = pattern_of(x, y, instrument, uncertainty=np.full_like(x, 0.01))
    return model_of([pattern], [phase_of(crystal, axis=(0, 0, 1))], background=4)


def _start(model: Model, name: str) -> np.ndarray:
    values = model.start.copy()
    for parameter, value in {
        "scale": 1e-2,
        "inverse_size": 5e-4,
        "strain": 6e-4,
        "orientation": 1.15,
    }.items():
        values[model.index(f"{name}.{parameter}")] = value
    for parameter, value in {"displacement": 0.05, "absorption": 0.2, "background.0": 300.0}.items():
        if parameter in model.names:
            values[model.index(parameter)] = value
    return values


@pytest.mark.parametrize(
    ("crystal", "instrument"),
    [
        (LBCO, NEUTRONS),
        (PBSO4, NEUTRONS),
        (MONOCLINIC, NEUTRONS),
        (QUARTZ, X_RAYS),
        (PBSO4, X_RAYS),
        (SILICON, FLIGHT),
        (LBCO, FLIGHT),
    ],
    ids=lambda one: one.name if isinstance(one, Crystal) else one.radiation,
)
def test_every_parameter(crystal: Crystal, instrument: PowderInstrument) -> None:
    model = _model(crystal, instrument)
    values = _start(model, crystal.name)
    _, _, gradient = model.calculate(0, values, model.names)
    for column, name in enumerate(model.names):
        where = model.index(name)
        step = 1e-5 * max(abs(values[where]), 1e-4 if name.endswith(PER_PHASE) else 1e-2)
        up, down = values.copy(), values.copy()
        up[where] += step
        down[where] -= step
        numeric = (model.calculate(0, up)[0] - model.calculate(0, down)[0]) / (2.0 * step)
        largest = np.abs(numeric).max()
        assert largest > 0.0, name
        error = np.abs(gradient[:, column] - numeric)
        # That |F|^2 changes with the cell is left out. Points that a peak's end passes stand out.
        in_cell = name.rsplit(".", 1)[-1] in CELL_NAMES
        assert np.percentile(error, 95.0) < (2e-3 if in_cell else 3e-4) * largest, name
        assert np.percentile(error, 99.0) < 1e-2 * largest, name


def test_ties_add_the_followers_derivative() -> None:
    instrument, crystal = NEUTRONS, PBSO4
    x = np.arange(25.0, 120.0, 0.05)
    pattern = pattern_of(x, np.full_like(x, 1000.0), instrument)
    phase = phase_of(crystal)
    leader, follower = "pbso4.O1.b_iso", "pbso4.O2.b_iso"
    free = model_of([pattern], [phase], background=4)
    tied = model_of([pattern], [phase], background=4, ties={follower: (leader, 2.0)})
    values = _start(free, "pbso4") if "pbso4.orientation" in free.names else free.start
    both = free.calculate(0, tied.tied(values), [leader, follower])[2]
    one = tied.calculate(0, values, [leader])[2]
    assert one[:, 0] == pytest.approx(both[:, 0] + 2.0 * both[:, 1])


@pytest.mark.parametrize(("crystal", "instrument"), [(LBCO, NEUTRONS), (SILICON, FLIGHT)])
def test_intensities_of_le_bail(crystal: Crystal, instrument: PowderInstrument) -> None:
    x = np.arange(30.0, 90.0, 0.1) if instrument.flight is None else np.arange(7000.0, 20000.0, 10.0)
    pattern = pattern_of(x, np.full_like(x, 100.0), instrument)
    model = model_of([pattern], [phase_of(crystal, intensities_free=True)], background=2)
    put_intensities(model, np.full(len(intensities(model)), 50.0))
    gradient = intensity_gradient(model, model.start)
    rest = model.residuals(model.start)[0]
    for which in (0, 3):
        changed = np.full(len(intensities(model)), 50.0)
        changed[which] += 1e-3
        put_intensities(model, changed)
        numeric = -(model.residuals(model.start)[0] - rest) / 1e-3
        put_intensities(model, np.full(len(changed), 50.0))
        assert gradient[:, which] == pytest.approx(numeric, rel=1e-4, abs=1e-3 * np.abs(numeric).max())
