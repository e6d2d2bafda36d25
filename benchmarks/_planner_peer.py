"""Run by ``benchmarks/planner.py`` inside .venv-peers: one other planner over pools.

    python -P _planner_peer.py NAME

The first line of stdout says the version. Then one job a line on stdin (inputs scaled to 0 to 1,
gains to maximise, rows measured as starts, budget, rows that end the run, seed) and one answer a line
on stdout: the rows in the order of measuring, and CPU seconds of each suggestion. A planner sees a
gain only after it chose its row.
"""

from __future__ import annotations

import json
import sys
import warnings
from time import process_time

import numpy as np


class BoTorch:
    """SingleTaskGP, Matern-5/2 with a length scale for every input, qLogEI with 128 samples."""

    package = "botorch"

    def __init__(self, inputs, seed):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self._torch, self._seed = torch, seed
        self._x = torch.tensor(inputs, dtype=torch.float64)
        self.failures = 0

    def suggest(self, order, gains):
        from botorch.acquisition import qLogExpectedImprovement
        from botorch.exceptions import ModelFittingError
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import SingleTaskGP
        from botorch.models.transforms import Standardize
        from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
        from botorch.sampling import SobolQMCNormalSampler
        from gpytorch.mlls import ExactMarginalLogLikelihood

        torch = self._torch
        y = torch.tensor(gains, dtype=torch.float64).unsqueeze(-1)
        model = SingleTaskGP(
            self._x[order],
            y,
            covar_module=get_covar_module_with_dim_scaled_prior(
                ard_num_dims=self._x.shape[1], use_rbf_kernel=False
            ),
            outcome_transform=Standardize(1),
        )
        try:
            fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        except ModelFittingError:
            self.failures += 1
        sampler = SobolQMCNormalSampler(torch.Size([128]), seed=self._seed)
        acquisition = qLogExpectedImprovement(model, best_f=y.max(), sampler=sampler)
        rest = np.setdiff1d(np.arange(len(self._x)), order)
        with torch.no_grad():
            values = acquisition(self._x[rest].unsqueeze(1))
        return int(rest[int(values.argmax())])

    def told(self, row, gain):
        pass


class BayBE:
    """Campaign with plain numerical parameters; its defaults choose model and acquisition."""

    package = "baybe"

    def __init__(self, inputs, seed):
        import pandas as pd
        import torch
        from baybe import Campaign
        from baybe.objectives import SingleTargetObjective
        from baybe.parameters import NumericalDiscreteParameter
        from baybe.recommenders import BotorchRecommender, TwoPhaseMetaRecommender
        from baybe.searchspace import SearchSpace
        from baybe.targets import NumericalTarget
        from baybe.utils.random import set_random_seed

        torch.set_num_threads(1)
        set_random_seed(seed)
        self._names = [f"x{i}" for i in range(inputs.shape[1])]
        self._inputs, self._pandas = inputs, pd
        space = SearchSpace.from_dataframe(
            pd.DataFrame(inputs, columns=self._names),
            [
                NumericalDiscreteParameter(name, np.unique(column))
                for name, column in zip(self._names, inputs.T, strict=True)
            ],
        )
        self._campaign = Campaign(
            searchspace=space,
            objective=SingleTargetObjective(NumericalTarget("gain")),
            recommender=TwoPhaseMetaRecommender(recommender=BotorchRecommender()),
            allow_recommending_already_measured=False,
        )
        self.failures = 0

    def suggest(self, order, gains):
        chosen = self._campaign.recommend(batch_size=1)[self._names].to_numpy(float)[0]
        return int(np.abs(self._inputs - chosen).sum(axis=1).argmin())

    def told(self, row, gain):
        measured = self._pandas.DataFrame([self._inputs[row]], columns=self._names).assign(gain=gain)
        self._campaign.add_measurements(measured)


class Physbo:
    """Exact Gaussian process and EI on centred inputs, hyperparameters learnt anew at every step."""

    package = "physbo"

    def __init__(self, inputs, seed):
        import physbo

        spread = inputs.std(axis=0)
        centred = (inputs - inputs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        self._policy = physbo.search.discrete.Policy(test_X=centred)
        self._policy.set_seed(seed)
        self.failures = 0

    def suggest(self, order, gains):
        chosen = self._policy.bayes_search(
            max_num_probes=1, simulator=None, score="EI", interval=0, num_rand_basis=0, is_disp=False
        )
        return int(chosen[0])

    def told(self, row, gain):
        self._policy.write(np.array([row]), np.array([gain]))


class Optuna:
    """Multivariate TPE; what it asks for is moved to the nearest row that has not been measured."""

    package = "optuna"

    def __init__(self, inputs, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna, self._inputs = optuna, inputs
        self._space = {
            f"x{i}": optuna.distributions.FloatDistribution(0.0, 1.0) for i in range(inputs.shape[1])
        }
        sampler = optuna.samplers.TPESampler(multivariate=True, seed=seed)
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self.failures = 0

    def suggest(self, order, gains):
        trial = self._study.ask(self._space)
        wanted = np.array([trial.params[name] for name in self._space])
        self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        distance = ((self._inputs - wanted) ** 2).sum(axis=1)
        distance[order] = np.inf
        return int(distance.argmin())

    def told(self, row, gain):
        values = dict(zip(self._space, self._inputs[row].tolist(), strict=True))
        self._study.add_trial(
            self._optuna.trial.create_trial(params=values, distributions=self._space, value=gain)
        )


PEERS = {peer.package: peer for peer in (BoTorch, BayBE, Physbo, Optuna)}


def _run(kind, job):
    inputs, gains = np.array(job["inputs"]), np.array(job["gains"])
    planner = kind(inputs, job["seed"])
    order, cpu, last = [], [], set(job["last"])

    def measure(row):
        order.append(row)
        planner.told(row, float(gains[row]))

    for row in job["starts"]:
        measure(row)
    while len(order) < job["budget"] and not last.intersection(order):
        began = process_time()
        row = planner.suggest(order, gains[order])
        if row in order:
            raise RuntimeError(f"row {row} was chosen twice")
        measure(row)
        cpu.append(process_time() - began)
    return {"seed": job["seed"], "order": order, "cpu_seconds": cpu, "failures": planner.failures}


def main() -> None:
    from importlib.metadata import version

    warnings.simplefilter("ignore")
    kind = PEERS[sys.argv[1]]
    __import__(kind.package)
    # Libraries print: only answers reach stdout.
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"version": version(kind.package)}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_run(kind, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
