"""Stated uncertainties of the joint fit cover the truth; few seeds of the benchmark.

``benchmarks/coverage_protonics.py`` has 200 of them; docs/workflows/proton_conductor.md the figures.
"""

from __future__ import annotations

import pytest
from scipy import stats

from benchmarks._ceramics import analysed, as_it_is, matched
from benchmarks.coverage_protonics import K95, QUANTITIES, Claims, claims_of

SEEDS = range(12)


@pytest.fixture(scope="module")
def of_matched() -> list[Claims]:
    return [claims_of(case, analysed(case)) for case in map(matched, SEEDS)]


@pytest.fixture(scope="module")
def of_twins() -> list[Claims]:
    return [claims_of(case, analysed(case)) for case in map(as_it_is, SEEDS)]


@pytest.mark.slow
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_errors_as_stated_are_covered(of_matched: list[Claims], quantity: str) -> None:
    """The last claim of each seed: two temperatures of one body are no two coins."""
    covered = sum(abs(claims[quantity][-1].z) < K95 for claims in of_matched)
    assert covered >= stats.binom.ppf(0.001, len(SEEDS), 0.95)


@pytest.mark.slow
def test_errors_as_stated_raise_no_flag(of_matched: list[Claims]) -> None:
    flagged = sum(claims["hydration_enthalpy"][0].flagged for claims in of_matched)
    assert flagged <= 2


@pytest.mark.slow
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_richer_twin_is_covered_or_flagged(of_twins: list[Claims], quantity: str) -> None:
    missed = sum(
        abs(claims[quantity][-1].z) > K95 and not claims[quantity][-1].flagged for claims in of_twins
    )
    assert missed <= stats.binom.ppf(0.999, len(SEEDS), 0.07)
