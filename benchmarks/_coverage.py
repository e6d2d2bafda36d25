"""What the coverage benchmarks share: claims, scores, the figure of normalised errors, the bars."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats

from kuralab.model import Result

K95: Final = 1.96
LARGEST_Z: Final = 6.0
_COLOURS: Final = {"matched": "#0072B2", "as it is": "#D55E00"}

Case = TypeVar("Case")


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
    median_error: float
    median_uncertainty: float
    flagged: float
    covered_unflagged: float


Scores = dict[str, dict[str, Score]]
"""By tier and quantity."""


def claim_of(result: Result, truth: float, *, scale: float = 1.0) -> Claim:
    """The claim of one result, times a scale."""
    if result.value is None or result.uncertainty is None:
        return Claim(np.nan, truth, np.nan, True)
    return Claim(scale * result.value, truth, scale * result.uncertainty, bool(result.flags))


def claims_of_tier(
    case_of: Callable[[int], Case], seeds: int, claims_of: Callable[[Case], Claims]
) -> list[Claims]:
    """The claims of every seed, with progress."""
    return [claims_of(case_of(seed)) for seed in track(range(seeds), case_of.__name__)]


def score_of(by_seed: Sequence[Sequence[Claim]]) -> Score:
    """Of one quantity: the claims of every seed."""
    z = np.abs([[claim.z for claim in claims] for claims in by_seed])
    every = [claim for claims in by_seed for claim in claims]
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
        median_error=float(np.nanmedian([abs(c.value / c.truth - 1.0) for c in every])),
        median_uncertainty=float(np.nanmedian([c.uncertainty for c in every])),
        flagged=float(flagged.mean()),
        covered_unflagged=float(covered[~flagged].mean()) if not flagged.all() else float("nan"),
    )


def show(scores: Scores, titles: Mapping[str, str], *, size: tuple[str, Callable[[Score], str]]) -> None:
    """Print the scores; size: heading and text of the column that says how large errors are."""
    table = Table(
        "tier", "quantity", "claims", "covered", "median |z|", size[0], "flagged", "not flagged"
    )
    for tier, found in scores.items():
        for name, score in found.items():
            table.add_row(
                tier,
                titles[name],
                str(score.claims),
                f"{score.covered:.3f} ± {score.covered_std:.3f}",
                f"{score.median_z:.2f}",
                size[1](score),
                f"{100 * score.flagged:.1f} %",
                f"{score.covered_unflagged:.3f}",
            )
    Console(width=140).print(table)
    print("not flagged: coverage among the claims without a flag")


def save(scores: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """The scores as strict JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {
        tier: {name: asdict(score) for name, score in found.items()} for tier, found in scores.items()
    }
    path.write_text(json.dumps(record, indent=2).replace("NaN", "null") + "\n", "utf-8")


def draw(
    tiers: Mapping[str, Sequence[Claims]],
    scores: Scores,
    titles: Mapping[str, str],
    path: Path,
    *,
    one_of_each_seed: bool,
) -> None:
    """Sorted normalised errors against the normal distribution; flagged ones are open.

    one_of_each_seed: as many points as seeds look the same, and load faster.
    """
    with mpl.rc_context({"svg.hashsalt": "kuralab", "svg.fonttype": "path", "font.size": 9}):
        width = 2.5 * len(titles) + 3.0
        figure, axes = plt.subplots(
            1, len(titles), figsize=(width, 3.9), sharey=True, layout="constrained"
        )
        for axis, (name, title) in zip(axes, titles.items(), strict=True):
            axis.axhspan(-K95, K95, color="0.93", zorder=0)
            axis.plot([-LARGEST_Z, LARGEST_Z], [-LARGEST_Z, LARGEST_Z], color="0.5", lw=0.8)
            for tier, colour in _COLOURS.items():
                claims = sorted((c for seed in tiers[tier] for c in seed[name]), key=lambda c: c.z)
                normal = stats.norm.ppf((np.arange(len(claims)) + 0.5) / len(claims))
                z = np.clip([claim.z for claim in claims], -LARGEST_Z, LARGEST_Z)
                flagged = np.array([claim.flagged for claim in claims])
                every = len(claims) // len(tiers[tier]) if one_of_each_seed else 1
                shown = np.arange(len(claims)) % every == 0
                score = scores[tier][name]
                label = f"{tier}: {100 * score.covered:.1f} ± {100 * score.covered_std:.1f} %"
                for which, face in ((~flagged & shown, colour), (flagged, "none")):
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


def verdict(bars: Mapping[str, bool]) -> int:
    """Print which bars are met; the exit code."""
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")
    return 0 if all(bars.values()) else 1
