"""Does the joint fit of a proton conductor cover the truth? Hydration and transport numbers, in tiers.

    .venv/bin/python benchmarks/coverage_protonics.py [--seeds 200] [--abused 60] [--folder
    build/coverage]

Each seed is a laboratory of its own with one body: thermogram with its blank, voltages between gases and
conductivities, analysed together as a run is. Matched: data of the fitter's own defect model, errors as
they are stated. As it is: the twins, whose model is richer than the fitter's. Abused: electrodes that
polarise ten times as much, and a drying gas with 1e-3 atm of water.

A truth is covered within 1.96 stated standard uncertainties. Transport numbers are those at 600 and 700
degC in 0.02 atm of water and 1e-4 atm of oxygen; the two of one body are not independent, the seeds are.
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

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._ceramics import Case, abused, analysed, as_it_is, matched, truths
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
from kuralab.analysis import Outcome

__all__ = ["K95", "QUANTITIES", "Claims", "claims_of"]

QUANTITIES: Final = {
    "hydration_enthalpy": "enthalpy of hydration",
    "hydration_entropy": "entropy of hydration",
    "proton_transport_number": "t(H) at 600 and 700 °C",
    "oxide_ion_transport_number": "t(O) at 600 and 700 °C",
}


def claims_of(case: Case, outcome: Outcome) -> Claims:
    """By quantity; of transport numbers one for each temperature."""
    return {
        name: [claim_of(*pair) for pair in zip(outcome.record.of(name), true.tolist(), strict=True)]
        for name, true in truths(case.truth).items()
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
    tiers = {
        "matched": claims_of_tier(matched, given.seeds, _claims),
        "as it is": claims_of_tier(as_it_is, given.seeds, _claims),
        "abused": claims_of_tier(abused, given.abused, _claims),
    }
    scores = {tier: scores_of(claims) for tier, claims in tiers.items()}
    show(scores, QUANTITIES, size=("median u", lambda score: f"{score.median_uncertainty:.3g}"))
    save(scores, given.folder / "coverage_protonics.json")
    draw(tiers, scores, QUANTITIES, given.folder / "coverage_protonics.svg", one_of_each_seed=False)
    return verdict(_bars(scores))


def _claims(case: Case) -> Claims:
    return claims_of(case, analysed(case))


def _bars(scores: Scores) -> dict[str, bool]:
    bars = {}
    for name, title in QUANTITIES.items():
        fair, real = scores["matched"][name], scores["as it is"][name]
        bars[f"matched, {title}: 0.95 within three standard errors, or above"] = (
            fair.covered > 0.95 - 3.0 * max(fair.covered_std, 0.01)
        )
        bars[f"as it is, {title}: at least 0.93 covered where nothing is flagged"] = (
            real.covered_unflagged >= 0.93
        )
    return bars


if __name__ == "__main__":
    sys.exit(main())
