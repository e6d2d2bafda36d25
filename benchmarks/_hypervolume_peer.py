"""Run by ``benchmarks/hypervolume.py`` inside .venv-peers: BoTorch's qLogNEHVI over the same candidates.

The first line of stdout says the version; then one job a line on stdin (inputs scaled to 0 to 1, gains
(N, 2) to maximise, starts, budget, seed) and one answer a line on stdout: the rows as measured.
"""

from __future__ import annotations

import json
import sys
import warnings
from time import process_time

import botorch
import numpy as np
import torch
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.exceptions import ModelFittingError
from botorch.fit import fit_gpytorch_mll
from botorch.models import ModelListGP, SingleTaskGP
from botorch.models.transforms import Standardize
from botorch.models.utils.gpytorch_modules import get_covar_module_with_dim_scaled_prior
from botorch.sampling import SobolQMCNormalSampler
from botorch.utils.multi_objective.hypervolume import infer_reference_point
from botorch.utils.multi_objective.pareto import is_non_dominated
from gpytorch.mlls import SumMarginalLogLikelihood

SAMPLES, CHUNK = 128, 250


def _model(x, y):
    return ModelListGP(
        *(
            SingleTaskGP(
                x,
                y[:, [j]],
                covar_module=get_covar_module_with_dim_scaled_prior(
                    ard_num_dims=x.shape[1], use_rbf_kernel=False
                ),
                outcome_transform=Standardize(1),
            )
            for j in range(y.shape[1])
        )
    )


def _run(job):
    torch.manual_seed(job["seed"])
    x, y = torch.tensor(job["inputs"]), torch.tensor(job["gains"])
    order, cpu, failures = list(job["starts"]), [], 0
    while len(order) < job["budget"]:
        began = process_time()
        model = _model(x[order], y[order])
        try:
            fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
        except ModelFittingError:
            failures += 1
        front = y[order][is_non_dominated(y[order])]
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=model,
            ref_point=infer_reference_point(front),
            X_baseline=x[order],
            prune_baseline=True,
            sampler=SobolQMCNormalSampler(torch.Size([SAMPLES]), seed=job["seed"]),
        )
        rest = np.setdiff1d(np.arange(len(x)), order)
        with torch.no_grad():
            values = torch.cat([acquisition(chunk) for chunk in x[rest].unsqueeze(1).split(CHUNK)])
        order.append(int(rest[int(values.argmax())]))
        cpu.append(process_time() - began)
    return {"seed": job["seed"], "order": order, "cpu_seconds": cpu, "failures": failures}


def main() -> None:
    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    # Libraries print: only answers reach stdout.
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"version": botorch.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
