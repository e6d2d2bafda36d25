"""Stated uncertainties cover the truth, or a flag says that they may not; few seeds of the benchmark.

``benchmarks/coverage.py`` has 200 of them; docs/workflows/solid_electrolyte_twins.md the figures.
"""

from __future__ import annotations

import pytest
from scipy import stats

from benchmarks._pellets import CIRCUIT, abused, analysed, as_it_is, matched
from benchmarks.coverage import K95, Claims, claims_of, scores_of

SEEDS = range(20)
ENERGY, ROOM, EACH = "activation_energy_total", "ionic_conductivity_25C", "ionic_conductivity_total"


@pytest.fixture(scope="module")
def of_matched() -> list[Claims]:
    """The circuit is given: it is chosen every time, and choosing takes most of the time."""
    return [claims_of(case, analysed(case, circuit=CIRCUIT)) for case in map(matched, SEEDS)]


@pytest.fixture(scope="module")
def of_twins() -> list[Claims]:
    return [claims_of(case, analysed(case)) for case in map(as_it_is, SEEDS)]


@pytest.fixture(scope="module")
def of_abused() -> list[Claims]:
    return [claims_of(case, analysed(case)) for case in map(abused, SEEDS)]


@pytest.mark.parametrize("quantity", [ENERGY, ROOM])
def test_errors_as_stated_are_covered_as_often_as_stated(
    of_matched: list[Claims], quantity: str
) -> None:
    """As many of 20 as a coin of 0.95 gives; the temperatures of one pellet are no 20 coins."""
    covered = sum(abs(claims[quantity][0].z) < K95 for claims in of_matched)
    assert covered >= stats.binom.ppf(0.001, len(SEEDS), 0.95)


def test_matched_spectra_raise_no_flag(of_matched: list[Claims]) -> None:
    score = scores_of(of_matched)
    assert max(found.flagged for found in score.values()) < 0.1
    assert score[EACH].covered > 0.8


@pytest.mark.parametrize("quantity", [ENERGY, ROOM, EACH])
def test_the_richer_twin_is_covered_or_flagged(of_twins: list[Claims], quantity: str) -> None:
    missed = [
        any(abs(claim.z) > K95 and not claim.flagged for claim in claims[quantity])
        for claims in of_twins
    ]
    assert sum(missed) <= stats.binom.ppf(0.999, len(SEEDS), 0.05)


@pytest.mark.parametrize("quantity", [ENERGY, ROOM, EACH])
def test_lost_contacts_are_covered_or_flagged(of_abused: list[Claims], quantity: str) -> None:
    """Three contacts of ten are lost, each of which costs a tenth to a half of the conductivity."""
    claims = [claim for seed in of_abused for claim in seed[quantity]]
    missed = sum(abs(claim.z) > K95 and not claim.flagged for claim in claims)
    assert missed <= 0.06 * len(claims)
    assert sum(claim.flagged for claim in claims) > 0.3 * len(claims)
