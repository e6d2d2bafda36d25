"""The Gaussian process's posterior against BoTorch and GPyTorch at the same hyperparameters.

    make peers
    .venv/bin/python benchmarks/posterior.py [--yaml]

Matern-5/2 with a length scale for every input; a constant mean that is known, a constant with a prior
variance, a plane with prior variances; one noise for all, or a known noise for each observation.
Compared: posterior mean and covariance of the noise-free output, and the log marginal likelihood.
Bar: 1e-6 of the outputs' spread. ``--yaml`` prints the smallest cases and the peer's answers as the
reference file of tests/planning.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from kuralab.planning._gaussian_process import GaussianProcess, Hyperparameters

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
BAR = 1e-6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--yaml", action="store_true")
    given = parser.parse_args()
    if not PEER_PYTHON.exists():
        print("the peers are not installed: run `make peers` first", file=sys.stderr)
        return 0
    sizes = [(8, 2, 4)] if given.yaml else [(8, 2, 4), (60, 5, 40), (250, 6, 100)]
    cases = [case for n, d, m in sizes for case in drawn_cases(n, d, m)]
    answers = _asked(cases)
    if given.yaml:
        _print_reference(cases, answers)
        return 0
    worst = 0.0
    for case, theirs in zip(cases, answers, strict=True):
        ours = own_answer(case)
        spread = float(np.std(case["y"]))
        errors = [
            float(np.abs(np.subtract(ours["mean"], theirs["mean"])).max()) / spread,
            float(np.abs(np.subtract(ours["covariance"], theirs["covariance"])).max()) / spread**2,
            abs(ours["log_likelihood"] - theirs["log_likelihood"]) / len(case["y"]),
        ]
        worst = max(worst, *errors)
        print(
            f"n {len(case['y']):3}, {case['what']:38} mean {errors[0]:.1e}  "
            f"covariance {errors[1]:.1e}  log likelihood per observation {errors[2]:.1e}"
        )
    print(f"{'met   ' if worst <= BAR else 'MISSED'} largest difference {worst:.1e} <= {BAR:g}")
    return 0 if worst <= BAR else 1


def drawn_cases(n: int, d: int, m: int) -> list[dict[str, Any]]:
    """n observations and m candidates of d inputs from 0 to 1; hyperparameters in the usual range."""
    generator = np.random.default_rng([n, d])
    x = generator.random((n, d))
    shared = {
        "x": x.round(6).tolist(),
        "y": (np.sin(3 * x.sum(axis=1)) + 0.1 * generator.standard_normal(n)).round(6).tolist(),
        "candidates": generator.random((m, d)).round(6).tolist(),
        "length_scales": generator.uniform(0.2, 2.0, d).round(6).tolist(),
        "signal": 1.7,
        "noise": 0.01,
        "known_noise": None,
        "mean": 0.0,
        "constant": 0.0,
        "slope": 0.0,
    }
    each = generator.uniform(0.001, 0.1, n).round(6).tolist()
    return [
        shared | {"what": "known mean, one noise", "mean": 0.3},
        shared | {"what": "known mean, noise of each", "mean": -0.2, "known_noise": each},
        shared | {"what": "constant with a prior variance", "constant": 4.0},
        shared
        | {"what": "plane with prior variances", "constant": 4.0, "slope": 0.5, "known_noise": each},
    ]


def own_answer(case: dict[str, Any]) -> dict[str, Any]:
    """What kuralab says to a case."""
    x, candidates = np.array(case["x"]), np.array(case["candidates"])
    prior = [case["constant"], *([case["slope"]] * x.shape[1])]
    n = len(x)
    given = Hyperparameters(
        length_scales=np.array(case["length_scales"]),
        signal=case["signal"],
        noise=case["noise"],
        mean=np.array(prior),
    )
    process = GaussianProcess(
        x,
        np.array(case["y"]) - case["mean"],
        given=given,
        noise=np.array(case["known_noise"] or [case["noise"]] * n),
        basis=_plane(x),
    )
    mean, variance = process.predict(candidates, _plane(candidates))
    covariance = process.covariance(candidates, _plane(candidates))
    if not np.allclose(variance, covariance.diagonal(), rtol=1e-9, atol=1e-12):
        raise AssertionError("the variances are not the diagonal of the covariance")
    return {
        "mean": mean + case["mean"],
        "covariance": covariance,
        "log_likelihood": process.log_likelihood(),
    }


def _plane(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])


def _asked(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    command = [str(PEER_PYTHON), "-P", str(ROOT / "benchmarks" / "_posterior_peer.py")]
    run = subprocess.run(command, input=json.dumps(cases), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def _print_reference(cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    import yaml

    print("# By BoTorch 0.18.1 and GPyTorch 1.15.2 (MIT); printed by benchmarks/posterior.py --yaml")
    rows = [case | {"answer": answer} for case, answer in zip(cases, answers, strict=True)]
    print(yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, width=104), end="")


if __name__ == "__main__":
    sys.exit(main())
