"""Do the stated uncertainties cover the truth? Conductivities and activation energies, in tiers.

    .venv/bin/python benchmarks/coverage.py [--seeds 200] [--abused 60] [--folder build/coverage]

Each seed is a laboratory of its own with one pellet, measured at eight temperatures and analysed as
a run is. Matched: spectra of the fitter's own circuit, a straight line, errors as they are stated.
As it is: the twins, whose model is richer than the fitter's; once more with the temperature error
stated that this twin has (0.5 K instead of 0.87 K). Abused: 3 of 10 contacts are lost.

A truth is covered within 1.96 stated standard uncertainties. The temperatures of one pellet share
thermometer and geometry: the error of their coverage comes from the scatter between seeds.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# The matrices are small: threads only wait for one another, twentyfold on cores that are shared.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from rich.progress import track

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._coverage import (
    K95,
    Claims,
    Score,
    Scores,
    claim_of,
    claims_of_tier,
    draw,
    save,
    score_of,
    show,
    verdict,
)
from benchmarks._pellets import Case, abused, analysed, as_it_is, matched
from kuralab.analysis import Outcome

__all__ = ["K95", "Claims", "claims_of", "scores_of"]

TWINS_OFFSET: Final = "0.5 K"
"""The standard deviation of the twin's thermocouple, ``prior.yaml``."""

QUANTITIES: Final = {
    "ionic_conductivity_total": "conductivity at each temperature",
    "ionic_conductivity_25C": "conductivity at 25 °C, of the line",
    "activation_energy_total": "activation energy",
}


def claims_of(case: Case, outcome: Outcome) -> Claims:
    """By quantity; of the conductivity one for each temperature, in rising order."""
    truths = {
        "ionic_conductivity_total": list(case.conductivity),
        "ionic_conductivity_25C": [float(case.conductivity[0])],
        "activation_energy_total": [case.activation_energy],
    }
    return {
        name: [claim_of(*pair) for pair in zip(outcome.record.of(name), truth, strict=True)]
        for name, truth in truths.items()
    }


def scores_of(claims: Sequence[Claims]) -> dict[str, Score]:
    """Scores by quantity, of the claims of every seed."""
    return {name: score_of([seed[name] for seed in claims]) for name in QUANTITIES}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--abused", type=int, default=60, help="seeds of the abused tier")
    parser.add_argument("--folder", type=Path, default=Path("build/coverage"))
    given = parser.parse_args()
    tiers: dict[str, list[Claims]] = {"matched": claims_of_tier(matched, given.seeds, _claims)}
    tiers["as it is"], tiers["as it is, 0.5 K stated"] = _twins(given.seeds)
    tiers["abused"] = claims_of_tier(abused, given.abused, _claims)
    scores = {tier: scores_of(claims) for tier, claims in tiers.items()}
    show(
        scores,
        QUANTITIES,
        size=("median error", lambda score: f"{100 * score.median_error:.2f} %"),
    )
    save(scores, given.folder / "coverage.json")
    draw(tiers, scores, QUANTITIES, given.folder / "coverage.svg", one_of_each_seed=True)
    return verdict(_bars(scores))


def _claims(case: Case) -> Claims:
    return claims_of(case, analysed(case))


def _twins(seeds: int) -> tuple[list[Claims], list[Claims]]:
    """With the usual uncertainty of the temperature, and with the one that this twin has."""
    usual, informed = [], []
    for seed in track(range(seeds), "as it is"):
        case = as_it_is(seed)
        outcome = analysed(case)
        usual.append(claims_of(case, outcome))
        # The same circuit, so that the choice need not be made again.
        again = analysed(case, circuit=_chosen(outcome), temperature_uncertainty=TWINS_OFFSET)
        informed.append(claims_of(case, again))
    return usual, informed


def _chosen(outcome: Outcome) -> str:
    return str(outcome.spectra[0].fit.circuit)


def _bars(scores: Scores) -> dict[str, bool]:
    bars = {}
    for name, title in QUANTITIES.items():
        fair, real, worst = (scores[tier][name] for tier in ("matched", "as it is", "abused"))
        bars[f"matched, {title}: 0.95 within three standard errors"] = abs(
            fair.covered - 0.95
        ) < 3.0 * max(fair.covered_std, 0.01)
        bars[f"as it is, {title}: at least 0.93 covered where nothing is flagged"] = (
            real.covered_unflagged >= 0.93
        )
        bars[f"abused, {title}: at least 0.9 covered where nothing is flagged"] = (
            worst.covered_unflagged >= 0.9
        )
    return bars


if __name__ == "__main__":
    sys.exit(main())
