"""Do the stated uncertainties of a refinement cover the truth? Cell, phase fractions, deuterium.

    .venv/bin/python benchmarks/coverage_diffraction.py [--seeds 200] [--folder build/coverage]

Each seed is a powder of its own: LaNi2D3.08 with LaD3 and LaNi5, measured with X-rays and with neutrons
and analysed as a run is, by X-rays alone and jointly. Matched: patterns of the refinement's own
profile. As it is: the twins, whose profile, background, texture, impurity and deuterium are richer.

A truth is covered within 1.96 stated standard uncertainties.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The matrices are small: threads only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._coverage import K95, Claim, claim_of, save, verdict
from benchmarks._powders import HYDRIDE, Powder, analysed, as_it_is, matched
from kuralab.analysis import Outcome
from kuralab.errors import KuralabError

QUANTITIES: Final = {
    "a": "a of LaNi2D3.08",
    "c": "c of LaNi2D3.08",
    "fraction": "mass fraction of LaNi2D3.08",
    "x": "x of deuterium",
}


@dataclass(frozen=True)
class Score:
    """Shares between 0 and 1 of one quantity in one tier; ``covered_std`` of ``covered``; a claim
    without a value is none."""

    powders: int
    claims: int
    covered: float
    covered_std: float
    median_z: float
    bias: float
    median_uncertainty: float
    flagged: float


def claims_of(powder: Powder, outcome: Outcome) -> dict[str, Claim]:
    """By quantity, of the hydride; the fraction is that of the first pattern."""

    def claim(quantity: str, truth: float, scale: float = 1.0, axis: str = "") -> Claim:
        for result in outcome.record.of(quantity):
            conditions = result.conditions
            if conditions.get("phase") == HYDRIDE and conditions.get("axis", "") == axis:
                return claim_of(result, truth, scale=scale)
        return Claim(np.nan, truth, np.nan, True)

    return {
        "a": claim("lattice_a", powder.a),
        "c": claim("lattice_c", powder.c),
        "fraction": claim("phase_fraction", powder.fractions[HYDRIDE], 0.01),
        "x": claim("atom_coordinate", powder.x, axis="x"),
    }


def tier_of(case_of: Callable[[int], Powder], seeds: int, *, neutrons: bool) -> list[dict[str, Claim]]:
    """The claims of every seed; none of a powder whose refinement failed."""
    name = f"{case_of.__name__}, {'joint' if neutrons else 'X-rays'}"
    found = []
    for seed in track(range(seeds), name):
        powder = case_of(seed)
        try:
            outcome = analysed(powder, neutrons=neutrons)
        except KuralabError as error:
            print(f"seed {seed}: {error}", file=sys.stderr)
            outcome = None
        if outcome is not None:
            found.append(claims_of(powder, outcome))
    return found


def scores_of(claims: list[dict[str, Claim]], seeds: int) -> dict[str, Score]:
    """Scores by quantity."""
    return {name: _score([one[name] for one in claims], seeds) for name in QUANTITIES}


def _score(claims: list[Claim], seeds: int) -> Score:
    made = [claim for claim in claims if np.isfinite(claim.uncertainty)]
    if not made:
        return Score(seeds, 0, np.nan, np.nan, np.nan, np.nan, np.nan, 1.0)
    error = np.array([claim.value - claim.truth for claim in made])
    std = np.array([claim.uncertainty for claim in made])
    z = np.abs(error) / std
    share = float((z < K95).mean())
    return Score(
        powders=seeds,
        claims=len(made),
        covered=share,
        covered_std=(share * (1.0 - share) / len(made)) ** 0.5,
        median_z=float(np.median(z)),
        bias=float(np.median(error)),
        median_uncertainty=float(np.median(std)),
        flagged=sum(claim.flagged for claim in claims) / max(len(claims), 1),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=Path("build/coverage"))
    given = parser.parse_args()
    scores = {
        f"{label}, {'joint' if neutrons else 'X-rays'}": scores_of(
            tier_of(case_of, given.seeds, neutrons=neutrons), given.seeds
        )
        for label, case_of in (("matched", matched), ("as it is", as_it_is))
        for neutrons in (False, True)
    }
    _show(scores)
    save(scores, given.folder / "coverage_diffraction.json")
    return _verdict(scores)


def _show(scores: dict[str, dict[str, Score]]) -> None:
    table = Table("tier", "quantity", "claims", "covered", "median |z|", "bias", "median u", "flagged")
    for tier, found in scores.items():
        for name, score in found.items():
            table.add_row(
                tier,
                QUANTITIES[name],
                f"{score.claims} of {score.powders}",
                f"{score.covered:.3f} ± {score.covered_std:.3f}",
                f"{score.median_z:.2f}",
                f"{score.bias:.2g}",
                f"{score.median_uncertainty:.2g}",
                f"{100 * score.flagged:.0f} %",
            )
    Console(width=140).print(table)
    print("bias: median of estimate minus truth; claims: values that were stated")


def _verdict(scores: dict[str, dict[str, Score]]) -> int:
    bars = {}
    for tier in ("matched, X-rays", "matched, joint"):
        for name, score in scores[tier].items():
            if score.claims >= 0.5 * score.powders:
                bars[f"{tier}, {QUANTITIES[name]}: 0.95 covered"] = abs(
                    score.covered - 0.95
                ) < 3.0 * max(score.covered_std, 0.015)
    return verdict(bars)


if __name__ == "__main__":
    sys.exit(main())
