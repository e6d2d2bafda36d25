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
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple

# The matrices are small: threads only wait for one another, twentyfold on cores that are shared.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._ceramics import Case, abused, analysed, as_it_is, matched, truths
from kuralab.analysis import Outcome
from kuralab.model import Result

K95: Final = 1.96
LARGEST_Z: Final = 6.0
QUANTITIES: Final = {
    "hydration_enthalpy": "enthalpy of hydration",
    "hydration_entropy": "entropy of hydration",
    "proton_transport_number": "t(H) at 600 and 700 °C",
    "oxide_ion_transport_number": "t(O) at 600 and 700 °C",
}


class Claim(NamedTuple):
    """What the analysis says, and what is true; without a value nothing is claimed."""

    value: float
    truth: float
    uncertainty: float
    flagged: bool

    @property
    def z(self) -> float:
        return (self.value - self.truth) / self.uncertainty


Claims = dict[str, list[Claim]]


@dataclass(frozen=True)
class Score:
    """Shares between 0 and 1 of one quantity in one tier; ``covered_std`` of ``covered``."""

    claims: int
    covered: float
    covered_std: float
    median_z: float
    median_uncertainty: float
    flagged: float
    covered_unflagged: float


def claims_of(case: Case, outcome: Outcome) -> Claims:
    """By quantity; of transport numbers one for each temperature."""

    def claim(result: Result, truth: float) -> Claim:
        if result.value is None or result.uncertainty is None:
            return Claim(np.nan, truth, np.nan, True)
        return Claim(result.value, truth, result.uncertainty, bool(result.flags))

    return {
        name: [claim(*pair) for pair in zip(outcome.record.of(name), true.tolist(), strict=True)]
        for name, true in truths(case.truth).items()
    }


def scores_of(claims: Sequence[Claims]) -> dict[str, Score]:
    """Scores by quantity, of the claims of every seed."""
    return {name: _score([seed[name] for seed in claims]) for name in QUANTITIES}


def _score(by_seed: Sequence[Sequence[Claim]]) -> Score:
    z = np.abs([[claim.z for claim in claims] for claims in by_seed])
    uncertainty = [claim.uncertainty for claims in by_seed for claim in claims]
    flagged = np.array([[claim.flagged for claim in claims] for claims in by_seed])
    covered = z < K95
    share = float(covered.mean())
    # One claim of each seed: binomial. Several are not independent, but the seeds are.
    spread = float(covered.mean(axis=1).std(ddof=1)) if z.shape[1] > 1 else (share * (1 - share)) ** 0.5
    return Score(
        claims=z.size,
        covered=share,
        covered_std=spread / len(by_seed) ** 0.5,
        median_z=float(np.nanmedian(z)),
        median_uncertainty=float(np.nanmedian(uncertainty)),
        flagged=float(flagged.mean()),
        covered_unflagged=float(covered[~flagged].mean()) if not flagged.all() else float("nan"),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--abused", type=int, default=60, help="seeds of the abused tier")
    parser.add_argument("--folder", type=Path, default=Path("build/coverage"))
    given = parser.parse_args()
    tiers = {
        "matched": _tier(matched, given.seeds),
        "as it is": _tier(as_it_is, given.seeds),
        "abused": _tier(abused, given.abused),
    }
    scores = {tier: scores_of(claims) for tier, claims in tiers.items()}
    _show(scores)
    given.folder.mkdir(parents=True, exist_ok=True)
    record = {
        tier: {name: asdict(score) for name, score in found.items()} for tier, found in scores.items()
    }
    (given.folder / "coverage_protonics.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    _draw(tiers, scores, given.folder / "coverage_protonics.svg")
    return _verdict(scores)


def _tier(case_of: Callable[[int], Case], seeds: int) -> list[Claims]:
    cases = (case_of(seed) for seed in range(seeds))
    return [claims_of(case, analysed(case)) for case in track(cases, case_of.__name__, seeds)]


def _show(scores: dict[str, dict[str, Score]]) -> None:
    table = Table(
        "tier", "quantity", "claims", "covered", "median |z|", "median u", "flagged", "not flagged"
    )
    for tier, found in scores.items():
        for name, score in found.items():
            table.add_row(
                tier,
                QUANTITIES[name],
                str(score.claims),
                f"{score.covered:.3f} ± {score.covered_std:.3f}",
                f"{score.median_z:.2f}",
                f"{score.median_uncertainty:.3g}",
                f"{100 * score.flagged:.1f} %",
                f"{score.covered_unflagged:.3f}",
            )
    Console(width=140).print(table)
    print("not flagged: coverage among the claims without a flag")


def _draw(tiers: dict[str, list[Claims]], scores: dict[str, dict[str, Score]], path: Path) -> None:
    """Sorted normalised errors against the normal distribution; flagged ones are open."""
    colours = {"matched": "#0072B2", "as it is": "#D55E00"}
    with mpl.rc_context({"svg.hashsalt": "kuralab", "svg.fonttype": "path", "font.size": 9}):
        figure, axes = plt.subplots(1, 4, figsize=(13.0, 3.9), sharey=True, layout="constrained")
        for axis, (name, title) in zip(axes, QUANTITIES.items(), strict=True):
            axis.axhspan(-K95, K95, color="0.93", zorder=0)
            axis.plot([-LARGEST_Z, LARGEST_Z], [-LARGEST_Z, LARGEST_Z], color="0.5", lw=0.8)
            for tier, colour in colours.items():
                claims = sorted((c for seed in tiers[tier] for c in seed[name]), key=lambda c: c.z)
                normal = stats.norm.ppf((np.arange(len(claims)) + 0.5) / len(claims))
                z = np.clip([claim.z for claim in claims], -LARGEST_Z, LARGEST_Z)
                flagged = np.array([claim.flagged for claim in claims])
                score = scores[tier][name]
                label = f"{tier}: {100 * score.covered:.1f} ± {100 * score.covered_std:.1f} %"
                for which, face in ((~flagged, colour), (flagged, "none")):
                    axis.scatter(
                        normal[which], z[which], s=9, facecolor=face, edgecolor=colour, lw=0.7,
                        label=label if face == colour else None,
                    )  # fmt: skip
            axis.set(title=title, xlabel="standard normal", xlim=(-3.6, 3.6))
            axis.set_ylim(-LARGEST_Z - 0.3, LARGEST_Z + 0.3)
            axis.legend(title="within 1.96 u", frameon=False, loc="upper left")
        axes[0].set_ylabel("(estimate − truth) / u")
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def _verdict(scores: dict[str, dict[str, Score]]) -> int:
    bars = {}
    for name, title in QUANTITIES.items():
        fair, real = scores["matched"][name], scores["as it is"][name]
        bars[f"matched, {title}: 0.95 within three standard errors, or above"] = (
            fair.covered > 0.95 - 3.0 * max(fair.covered_std, 0.01)
        )
        bars[f"as it is, {title}: at least 0.93 covered where nothing is flagged"] = (
            real.covered_unflagged >= 0.93
        )
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")
    return 0 if all(bars.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
