"""The Gaussian process's posterior equals that of BoTorch and GPyTorch at the same hyperparameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.posterior import own_answer

TOLERANCE = 1e-9
"""Both are exact: only rounding may differ (the printed digits are those of a double)."""


@pytest.mark.parametrize("number", range(4))
def test_the_posterior_is_that_of_an_independent_implementation(
    reference: Callable[[str], Any], number: int
) -> None:
    case = reference("planning/posterior")[number]
    ours, theirs = own_answer(case), case["answer"]
    assert ours["mean"] == pytest.approx(theirs["mean"], abs=TOLERANCE), case["what"]
    assert ours["covariance"] == pytest.approx(np.array(theirs["covariance"]), abs=TOLERANCE)
    assert ours["log_likelihood"] == pytest.approx(theirs["log_likelihood"], abs=TOLERANCE)
