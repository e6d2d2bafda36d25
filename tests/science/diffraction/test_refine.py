"""Refinements of calculated patterns: what was put in comes out, within what is stated."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Cell, Crystal, FlightTime, Line, PowderInstrument, Resolution
from kuralab.science.diffraction import (
    Pattern,
    Refinement,
    Settings,
    cell_volume,
    pattern_of,
    phase_mass,
    phase_of,
    refine,
    simulate_pattern,
)
from kuralab.science.diffraction._statistics import _bartlett
from tests.science.diffraction.crystals import LANI5, LBCO, PBSO4, SILICON

Floats = NDArray[np.float64]

NEUTRONS = PowderInstrument(
    radiation="neutron",
    lines=(Line(wavelength=1.6),),
    resolution=Resolution(u=0.08, v=-0.1, w=0.12, y=0.06),
)
X_RAYS = PowderInstrument(
    radiation="xray",
    lines=(Line(wavelength=1.5406), Line(wavelength=1.5444, weight=0.5)),
    resolution=Resolution(u=0.005, v=-0.004, w=0.008, x=0.03, y=0.04),
)
FLIGHT = PowderInstrument(
    radiation="tof",
    flight=FlightTime(
        difc=7480.0, alpha1=0.6, beta0=0.04, beta1=0.01, sigma1=20.0, gamma1=2.0, angle=144.8
    ),
)
X = np.arange(20.0, 130.0, 0.1)


def _counts(
    crystals: list[Crystal],
    instrument: PowderInstrument,
    parameters: dict[str, float],
    seed: int,
    *,
    x: Floats = X,
    axis: tuple[int, int, int] | None = None,
) -> Pattern:
    y = simulate_pattern(
        x, [phase_of(one, axis=axis) for one in crystals], instrument, parameters=parameters
    )
    return pattern_of(x, np.random.default_rng(seed).poisson(y).astype(float), instrument)


def _moved(crystal: Crystal, factor: float) -> Crystal:
    cell = crystal.cell
    edges = {name: getattr(cell, name) * factor for name in "abc"}
    return crystal.model_copy(update={"cell": cell.model_copy(update=edges)})


def _z(found: Refinement, truth: dict[str, float]) -> dict[str, float]:
    deviations = {}
    for name, value in truth.items():
        std = found.std(name)
        assert std is not None, name
        deviations[name] = (found.value(name) - value) / std
    return deviations


def test_what_was_put_in_comes_out() -> None:
    truth = {"pbso4.scale": 0.02, "zero": 0.12, "background.0": 250.0, "background.1": -40.0}
    pattern = _counts([PBSO4], NEUTRONS, truth, 1)
    found = refine([pattern], [phase_of(_moved(PBSO4, 1.002))])
    assert found.settled
    fit = found.patterns[0].agreement
    assert fit.goodness_of_fit == pytest.approx(1.0, abs=0.06)
    assert fit.durbin_watson == pytest.approx(2.0, abs=0.15)
    assert fit.r_wp == pytest.approx(fit.r_exp * fit.goodness_of_fit, rel=1e-6)
    assert fit.r_bragg["pbso4"] is not None
    assert fit.r_bragg["pbso4"] < 2.0
    assert found.patterns[0].lines["pbso4"].min() > X[0]
    deviations = _z(
        found, truth | {"pbso4.a": 8.48, "pbso4.b": 5.398, "pbso4.c": 6.958, "pbso4.O3.y": 0.026}
    )
    assert max(map(abs, deviations.values())) < 3.5
    crystal = found.crystals[0]
    assert crystal.cell.a == pytest.approx(found.value("pbso4.a"))
    assert crystal.sites[4].position[1] == pytest.approx(found.value("pbso4.O3.y"))
    correlation = found.correlation()
    assert np.diag(correlation) == pytest.approx(1.0)
    assert np.abs(correlation).max() < 1.0 + 1e-9
    assert found.stages[0].name == "scales and background"
    assert found.stages[-1].r_wp <= found.stages[0].r_wp


def test_uncertainties_of_a_matched_model_are_right() -> None:
    """Fits of a hundred patterns with counting noise only: mean square deviation near 1."""
    x = np.arange(30.0, 110.0, 0.15)
    truth = {"lbco.scale": 0.03, "background.0": 100.0, "background.1": 20.0}
    y = simulate_pattern(x, [phase_of(LBCO)], NEUTRONS, parameters=truth)
    random = np.random.default_rng(7)
    settings = Settings(
        fix=("axial.*", "width.*"),
        background=2,
        align=False,
        set_values={"lbco.scale": 0.03, "background.0": 100.0},
    )
    squares: dict[str, list[float]] = {}
    for _ in range(100):
        counts = random.poisson(y).astype(float)
        pattern = pattern_of(x, counts, NEUTRONS, uncertainty=np.sqrt(y))
        found = refine([pattern], [phase_of(LBCO)], settings)
        values = truth | {"lbco.a": 3.88, "zero": 0.0, "lbco.O.b_iso": 0.1, "lbco.La.b_iso": 0.1}
        for name, z in _z(found, values).items():
            squares.setdefault(name, []).append(z * z)
    for name, found_squares in squares.items():
        # Wider than least squares alone, because the serial correlation is estimated from noise.
        assert 0.55 < np.mean(found_squares) < 1.25, name
    every = np.concatenate(list(squares.values()))
    assert (every < 1.0).mean() == pytest.approx(0.7, abs=0.08)
    assert (every < 4.0).mean() > 0.94


def test_bartletts_sum() -> None:
    random = np.random.default_rng(3)
    scores = random.standard_normal((200, 3))
    lags = 7
    direct = scores.T @ scores
    for lag in range(1, lags):
        part = scores[lag:].T @ scores[:-lag]
        direct += (1.0 - lag / lags) * (part + part.T)
    assert _bartlett(scores, lags - 1) == pytest.approx(direct, rel=1e-9, abs=1e-9)
    assert _bartlett(scores, 0) == pytest.approx(scores.T @ scores)


def test_correlated_residuals_widen_the_uncertainties() -> None:
    """A profile that the model does not have: the same data twice as dense say no more."""
    truth = {"lbco.scale": 0.3, "background.0": 100.0, "axial.s_l": 0.04, "axial.h_l": 0.04}
    stds = []
    for step in (0.1, 0.05):
        x = np.arange(20.0, 130.0, step)
        y = simulate_pattern(x, [phase_of(LBCO)], NEUTRONS, parameters=truth)
        found = refine(
            [pattern_of(x, y, NEUTRONS)],
            [phase_of(LBCO)],
            Settings(fix=("axial.*",), background=3),
        )
        stds.append(found.std("lbco.a"))
    assert stds[0] is not None
    assert stds[1] is not None
    assert stds[1] > 0.8 * stds[0]


def test_le_bail_and_rietveld_find_one_cell() -> None:
    truth = {"pbso4.scale": 0.02, "zero": -0.05, "background.0": 200.0}
    pattern = _counts([PBSO4], NEUTRONS, truth, 4)
    start = _moved(PBSO4, 0.998)
    both = [refine([pattern], [phase_of(start, intensities_free=free)]) for free in (False, True)]
    cells = [one.cell("pbso4") for one in both]
    for edge in (0, 1, 2, 6):
        (rietveld, r_cov), (le_bail, l_cov) = cells
        spread = np.sqrt(r_cov[edge, edge] + l_cov[edge, edge])
        assert abs(rietveld[edge] - le_bail[edge]) < 4.0 * spread
        assert le_bail[edge] == pytest.approx(rietveld[edge], rel=5e-4)
    # 0 for the volume of the cell would mean that the edges' correlations are forgotten.
    assert cells[0][0][6] == pytest.approx(cell_volume(both[0].crystals[0].cell))
    assert both[1].patterns[0].agreement.r_bragg == {"pbso4": None}
    with pytest.raises(ScienceError, match="no phase fractions"):
        both[1].fractions()


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_mass_fractions_of_a_mixture(share: float) -> None:
    crystals = [SILICON, LANI5]
    weights = [phase_mass(one) * cell_volume(one.cell) for one in crystals]
    scales = [share / weights[0], (1.0 - share) / weights[1]]
    factor = 1e-2 / max(scales)
    truth = {
        "si.scale": scales[0] * factor,
        "lani5.scale": scales[1] * factor,
        "background.0": 150.0,
    }
    x = np.arange(20.0, 120.0, 0.04)
    pattern = _counts(crystals, X_RAYS, truth, 5, x=x)
    found = refine([pattern], [phase_of(_moved(one, 1.001)) for one in crystals])
    fractions, covariance = found.fractions()
    assert fractions.sum() == pytest.approx(1.0)
    assert covariance.sum() == pytest.approx(0.0, abs=1e-9)
    std = float(np.sqrt(covariance[0, 0]))
    assert 1e-4 < std < 0.05
    assert abs(fractions[0] - share) < 3.5 * std


def test_preferred_orientation_is_found_where_there_is_some() -> None:
    truth = {"lani5.scale": 0.02, "background.0": 150.0, "lani5.orientation": 0.75}
    x = np.arange(20.0, 120.0, 0.04)
    pattern = _counts([LANI5], X_RAYS, truth, 6, x=x, axis=(0, 0, 1))
    found = refine([pattern], [phase_of(LANI5, axis=(0, 0, 1))])
    assert "lani5.orientation" in found.active
    assert abs(_z(found, {"lani5.orientation": 0.75})["lani5.orientation"]) < 4.0
    truth["lani5.orientation"] = 1.0
    pattern = _counts([LANI5], X_RAYS, truth, 6, x=x, axis=(0, 0, 1))
    found = refine([pattern], [phase_of(LANI5, axis=(0, 0, 1))])
    assert "lani5.orientation" not in found.active


def test_size_strain_and_occupancy_on_request() -> None:
    instrument = NEUTRONS.model_copy(update={"resolution": Resolution(u=0.08, v=-0.1, w=0.12, y=0.0)})
    truth = {
        "pbso4.scale": 0.04,
        "background.0": 150.0,
        "pbso4.strain": 2e-3,
        "pbso4.inverse_size": 1e-3,
    }
    pattern = _counts([PBSO4], instrument, truth, 8)
    found = refine(
        [pattern],
        [phase_of(PBSO4)],
        Settings(
            refine=("*.strain", "*.inverse_size", "pbso4.S.occupancy"),
            fix=("width.*", "axial.*"),
        ),
    )
    deviations = _z(found, {name: truth[name] for name in ("pbso4.strain", "pbso4.inverse_size")})
    deviations |= _z(found, {"pbso4.S.occupancy": 1.0})
    assert max(map(abs, deviations.values())) < 4.0


def test_flight_times() -> None:
    x = np.arange(5000.0, 25000.0, 8.0)
    truth = {"si.scale": 0.5, "background.0": 100.0}
    pattern = _counts([SILICON], FLIGHT, truth, 9, x=x)
    found = refine([pattern], [phase_of(_moved(SILICON, 1.001))])
    assert found.settled
    assert found.patterns[0].agreement.goodness_of_fit == pytest.approx(1.0, abs=0.06)
    deviations = _z(found, {"si.a": SILICON.cell.a, "si.Si.b_iso": 0.5, "si.scale": 0.5})
    assert max(map(abs, deviations.values())) < 4.0


def test_two_patterns_share_a_structure() -> None:
    truth = {"pbso4.scale": 0.02, "background.0": 200.0}
    neutron = _counts([PBSO4], NEUTRONS, truth, 10)
    x_ray = _counts(
        [PBSO4],
        X_RAYS,
        {"pbso4.scale": 1e-3, "background.0": 150.0},
        11,
        x=np.arange(15.0, 120.0, 0.05),
    )
    # The neutrons' wavelength is known to a thousandth only.
    wrong = NEUTRONS.model_copy(update={"lines": (Line(wavelength=1.6 * 0.9988),)})
    patterns = [
        pattern_of(p.x, p.intensity, instrument, uncertainty=p.uncertainty, label=label)
        for p, instrument, label in ((neutron, wrong, "neutron"), (x_ray, X_RAYS, "xray"))
    ]
    found = refine(patterns, [phase_of(_moved(PBSO4, 1.001))])
    assert found.value("neutron/wavelength") == pytest.approx(1.0 / 0.9988, abs=1e-4)
    deviations = _z(found, {"pbso4.a": 8.48, "pbso4.O1.x": -0.095, "neutron/wavelength": 1.0 / 0.9988})
    assert max(map(abs, deviations.values())) < 4.0
    assert len(found.patterns) == 2


def test_fix_set_and_tie() -> None:
    truth = {"pbso4.scale": 0.02, "background.0": 200.0}
    pattern = _counts([PBSO4], NEUTRONS, truth, 12)
    found = refine(
        [pattern],
        [phase_of(PBSO4)],
        Settings(
            fix=("pbso4.a", "*.S.*", "axial.*"),
            set_values={"pbso4.S.b_iso": 0.6},
            ties={
                "pbso4.O2.b_iso": ("pbso4.O1.b_iso", 1.0),
                "pbso4.O3.b_iso": ("pbso4.O1.b_iso", 2.0),
            },
            background=3,
        ),
    )
    assert found.value("pbso4.a") == PBSO4.cell.a
    assert found.value("pbso4.S.b_iso") == 0.6
    assert found.std("pbso4.S.b_iso") is None
    assert found.value("pbso4.O2.b_iso") == found.value("pbso4.O1.b_iso")
    assert found.value("pbso4.O3.b_iso") == pytest.approx(2.0 * found.value("pbso4.O1.b_iso"))
    assert "pbso4.O3.b_iso" not in found.active
    assert sum(name.startswith("background.") for name in found.active) == 3


@pytest.mark.parametrize("seed", range(6))
def test_it_arrives_from_cells_half_a_percent_off(seed: int) -> None:
    truth = {"pbso4.scale": 0.02, "zero": 0.1, "background.0": 200.0}
    pattern = _counts([PBSO4], NEUTRONS, truth, 20 + seed)
    random = np.random.default_rng(seed)
    cell = {name: getattr(PBSO4.cell, name) * (1.0 + random.uniform(-5e-3, 5e-3)) for name in "abc"}
    start = PBSO4.model_copy(update={"cell": Cell(**cell)})
    found = refine([pattern], [phase_of(start)])
    assert found.patterns[0].agreement.goodness_of_fit < 1.1
    assert found.value("pbso4.a") == pytest.approx(8.48, abs=2e-3)


def test_nothing_is_found_in_a_pattern_without_the_phase() -> None:
    pattern = _counts([SILICON], NEUTRONS, {"si.scale": 0.02, "background.0": 200.0}, 13)
    found = refine([pattern], [phase_of(PBSO4)])
    assert found.patterns[0].agreement.r_wp_peaks > 60.0


def test_bad_settings() -> None:
    pattern = _counts([LBCO], NEUTRONS, {"lbco.scale": 0.02, "background.0": 100.0}, 14)
    phase = phase_of(LBCO)
    with pytest.raises(ScienceError, match="needs a pattern and a phase"):
        refine([], [phase])
    with pytest.raises(ScienceError, match="two phases have one name"):
        refine([pattern], [phase, phase])
    with pytest.raises(ScienceError, match="two patterns have one name"):
        refine([pattern, pattern], [phase])
    with pytest.raises(ScienceError, match="no parameter matches"):
        refine([pattern], [phase], Settings(refine=("lbco.q",)))
    with pytest.raises(ScienceError, match="no parameter 'q'"):
        refine([pattern], [phase], Settings(set_values={"q": 1.0}))
    with pytest.raises(ScienceError, match="to tie"):
        refine([pattern], [phase], Settings(ties={"q": ("lbco.a", 1.0)}))
    tiny = LBCO.model_copy(update={"cell": Cell(a=0.5, b=0.5, c=0.5)})
    with pytest.raises(ScienceError, match="no line"):
        refine([pattern], [phase_of(tiny)])


def test_bad_patterns() -> None:
    y = np.full(len(X), 10.0)
    with pytest.raises(ScienceError, match="negative"):
        pattern_of(X, y - 20.0, NEUTRONS)
    with pytest.raises(ScienceError, match="all intensities are zero"):
        pattern_of(X, 0.0 * y, NEUTRONS)
    with pytest.raises(ScienceError, match="do not rise"):
        pattern_of(X[::-1], y, NEUTRONS)
    with pytest.raises(ScienceError, match="too few"):
        pattern_of(X[:10], y[:10], NEUTRONS)
    with pytest.raises(ScienceError, match="do not belong together"):
        pattern_of(X, y[:-1], NEUTRONS)
    with pytest.raises(ScienceError, match="leaves the range"):
        pattern_of(X + 60.0, y, NEUTRONS)
    without = pattern_of(X, y - 20.0, NEUTRONS, uncertainty=np.where(X < 30.0, 0.0, 2.0))
    assert without.x[0] >= 30.0
    with pytest.raises(ScienceError, match="no parameter"):
        simulate_pattern(X, [phase_of(LBCO)], NEUTRONS, parameters={"q": 1.0})
    with pytest.raises(ScienceError, match="do not rise"):
        simulate_pattern(X[::-1], [phase_of(LBCO)], NEUTRONS)
