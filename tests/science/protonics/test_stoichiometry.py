"""From a chemical analysis to sites: the published loss of barium, and what it implies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.science.protonics import balance_uncertainty, site_balance

SCALE = ("Zr", 0.40)


def test_the_oxide_without_copper_is_whole(reference: Callable[[str], dict[str, Any]]) -> None:
    found = site_balance(reference("protonics/hydration")["analyses"]["without"], normalise_to=SCALE)
    assert found.missing_a == pytest.approx(0.0, abs=1e-9)
    assert found.acceptors_vacant == pytest.approx(0.2, abs=1e-9)
    assert found.acceptors_moved == pytest.approx(0.2, abs=1e-9)


def test_with_copper_barium_is_lost(reference: Callable[[str], dict[str, Any]]) -> None:
    """By hand: charges 2 x 0.81 + 4 x 0.79 + 3 x 0.20 + 2 x 0.02 = 5.42."""
    amounts = reference("protonics/hydration")["analyses"]["with"]
    found = site_balance(amounts, normalise_to=SCALE, interstitial=("Cu",))
    assert found.missing_a == pytest.approx(0.18)
    assert found.charge_imbalance == pytest.approx(-0.58)
    assert found.acceptors_vacant == pytest.approx(0.58)
    # 0.09 trivalent ions on A are donors: 0.11 - 0.09 - 2 x 0.02, per 0.9 formula units.
    assert found.moved == pytest.approx(0.09)
    assert found.acceptors_moved == pytest.approx(-0.02 / 0.9)


def test_the_scale_does_not_matter() -> None:
    amounts = {"Ba": 81.0, "Zr": 40.0, "Ce": 39.0, "Y": 20.0}
    first = site_balance(amounts, normalise_to=SCALE)
    other = site_balance({e: 7.3 * n for e, n in amounts.items()}, normalise_to=SCALE)
    assert first.charge_imbalance == pytest.approx(other.charge_imbalance)
    filled = site_balance(amounts)
    assert filled.b_site == pytest.approx(1.0)


def test_uncertainty_is_that_of_many_analyses() -> None:
    """By chance numbers, 4,000 analyses; the scale's own uncertainty is common to all ratios."""
    amounts = {"Ba": 0.81, "Zr": 0.40, "Ce": 0.39, "Y": 0.09, "Yb": 0.11, "Cu": 0.02}
    stds = {element: 0.02 * amount for element, amount in amounts.items()}
    told = balance_uncertainty(amounts, stds, normalise_to=SCALE, interstitial=("Cu",))
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(4000):
        noisy = {e: n * (1.0 + 0.02 * rng.standard_normal()) for e, n in amounts.items()}
        found = site_balance(noisy, normalise_to=SCALE, interstitial=("Cu",))
        drawn.append(
            [found.amounts["Ba"], found.charge_imbalance, found.missing_a, found.acceptors_moved]
        )
    std = np.std(drawn, axis=0)
    expected = [told.amounts["Ba"], told.charge_imbalance, told.missing_a, told.acceptors_moved]
    assert std == pytest.approx(expected, rel=0.06)
    assert told.amounts["Zr"] == pytest.approx(0.0, abs=1e-9)
    assert told.covariance[0, 2] > 0.0


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"Ba": 1.0, "Xe": 1.0}, "charge of Xe"),
        ({"Ba": -1.0, "Zr": 1.0}, "no positive number"),
        ({"Ba": 1.0}, "both of its sites"),
        ({"Zr": 1.0}, "both of its sites"),
        ({"Ba": 1.0, "Ce": 1.0}, "no Zr"),
    ],
)
def test_what_is_no_perovskite_is_refused(amounts: dict[str, float], message: str) -> None:
    with pytest.raises(ScienceError, match=message):
        site_balance(amounts, normalise_to=SCALE)
