"""Known phases in a coarse pattern: what is there, and what nothing explains."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.analysis.structures import structure_named, structures_named
from kuralab.errors import ScienceError
from kuralab.model import Line, PowderInstrument, Resolution
from kuralab.science.diffraction import (
    Pattern,
    cell_volume,
    pattern_of,
    phase_mass,
    phase_of,
    screen_phases,
    simulate_pattern,
)

COPPER = PowderInstrument(
    radiation="xray",
    lines=(Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5)),
    resolution=Resolution(u=0.02, v=-0.01, w=0.01, x=0.05, y=0.03),
)
KNOWN = structures_named("la_ni_d")


def made(seed: int = 0, **shares: float) -> Pattern:
    """A pattern with Poisson noise of phases by their mass fractions; names with _ for . and +."""
    x = np.arange(15.0, 90.0, 0.02)
    crystals = [structure_named(name.replace("_", ".")) for name in shares]
    scales = {
        f"{c.name}.scale": share / (phase_mass(c) * cell_volume(c.cell))
        for c, share in zip(crystals, shares.values(), strict=True)
    }
    parameters = {**scales, "displacement": 0.03}
    y = simulate_pattern(x, [phase_of(c) for c in crystals], COPPER, parameters=parameters)
    rate = 4000.0 * y / y.max() + 60.0 + 40.0 * np.exp(-x / 30.0)
    counts = np.random.default_rng(seed).poisson(rate)
    return pattern_of(x, counts.astype(float), COPPER)


def test_fractions_of_known_phases_come_back() -> None:
    found = screen_phases(made(LaNi5=0.6, LaD3=0.4), KNOWN)
    assert found.fractions["LaNi5"] == pytest.approx(0.6, abs=0.05)
    assert found.fractions["LaD3"] == pytest.approx(0.4, abs=0.05)
    assert found.present(least=0.03) == ("LaNi5", "LaD3")
    assert found.unexplained < 0.1


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_an_unknown_phase_is_left_over(share: float) -> None:
    pattern = made(LaNi2D3_08=share, LaD3=1.0 - share)
    alone = screen_phases(pattern, KNOWN)
    told = screen_phases(pattern, structures_named("la_ni_d+la_ni_d_new"))
    assert alone.unexplained > 0.4 * share
    assert told.unexplained < 0.1
    assert told.fractions["LaNi2D3.08"] == pytest.approx(share, abs=0.06)


def test_more_of_the_unknown_leaves_more_over() -> None:
    left = [screen_phases(made(LaNi2D3_08=s, LaD3=1.0 - s), KNOWN).unexplained for s in (0.1, 0.4, 0.9)]
    assert left[0] < left[1] < left[2]


def test_counting_does_not_matter_much() -> None:
    values = [
        screen_phases(made(seed, LaNi2D3_08=0.5, LaD3=0.5), KNOWN).unexplained for seed in range(5)
    ]
    assert np.std(values) < 0.01


def test_what_cannot_be_screened_is_refused() -> None:
    with pytest.raises(ScienceError, match="different names"):
        screen_phases(made(LaNi5=1.0), ())
    with pytest.raises(ScienceError, match="different names"):
        screen_phases(made(LaNi5=1.0), (KNOWN[0], KNOWN[0]))
