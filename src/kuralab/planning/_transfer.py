"""Whether an earlier campaign helps this one: judged anew at every fit, by what this one has measured.

An earlier campaign's expectation is one more column of the model's mean. It is followed only where the
model with it foretells this campaign's own measurements better, each from all others (leave-one-out
log predictive density: A. Vehtari, A. Gelman, J. Gabry, Statistics and Computing 27, 1413 (2017), doi
10.1007/s11222-016-9696-4), and where more there means more here. Otherwise the model is the one that it
would be without earlier campaigns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.planning._earlier import FollowingMean, Foretold
from kuralab.planning._means import Mean
from kuralab.planning._surrogate import Surrogate

LEAST_TO_JUDGE: Final = 5
"""Measurements before an earlier campaign can be followed."""
MARGIN: Final = (1.0, 0.1)
"""By which the sum of the logarithms must be greater: in all (e times as probable), and for each
measurement (on average a tenth more probable each), whichever is more."""


@final
@dataclass(frozen=True)
class Verdict:
    """On one earlier campaign and one objective. with_it, without: leave-one-out log densities of what
    was measured, summed; None where too little was measured to judge; text: all of it in words."""

    name: str
    quantity: str
    used: bool
    with_it: float | None
    without: float | None
    text: str


def judged(
    model: Surrogate,
    fit: Callable[[Mean], Surrogate],
    mean: Mean,
    offers: Sequence[Foretold],
    *,
    quantity: str,
    exact: NDArray[np.bool_],
) -> tuple[Mean, Surrogate, tuple[Verdict, ...]]:
    """The mean to use, the fit with it, and a verdict on each offer; one after the other.

    model: the fit with the usual mean, which stays where no offer helps; exact: (n,) which observations
    are values, not bounds; only these are judged by.
    """
    chosen = mean
    followed: tuple[Foretold, ...] = ()
    verdicts = []
    for offer in offers:
        if exact.sum() < LEAST_TO_JUDGE:
            text = _said(offer, f"not used before {LEAST_TO_JUDGE} measurements")
            verdicts.append(Verdict(offer.name, quantity, False, None, None, text))
            continue
        trial_mean = FollowingMean(mean, (*followed, offer))
        trial = fit(trial_mean)
        with_it, without = trial.left_out_density(exact), model.left_out_density(exact)
        better = with_it > without + max(MARGIN[0], MARGIN[1] * int(exact.sum()))
        alike = bool(trial.coefficients()[-1] > 0)
        word = "used" if better and alike else "switched off"
        why = "" if alike or not better else "; it runs the other way"
        numbers = f"log density of measurements left out {with_it:.1f} with it, {without:.1f} without"
        text = _said(offer, f"{word} ({numbers}{why})")
        verdicts.append(Verdict(offer.name, quantity, better and alike, with_it, without, text))
        if better and alike:
            followed = (*followed, offer)
            chosen, model = trial_mean, trial
    return chosen, model, tuple(verdicts)


def _said(offer: Foretold, what: str) -> str:
    return f"earlier campaign {offer.name} ({offer.words}): {what}"
