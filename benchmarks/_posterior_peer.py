"""Run by ``benchmarks/posterior.py`` inside .venv-peers: the same posteriors by BoTorch and GPyTorch.

Reads cases as JSON from stdin and answers with mean, covariance and log marginal likelihood of each.
"""

from __future__ import annotations

import json
import sys
import warnings

import torch
from botorch.models import SingleTaskGP
from gpytorch.kernels import ConstantKernel, LinearKernel, MaternKernel, ScaleKernel
from gpytorch.means import ConstantMean
from gpytorch.mlls import ExactMarginalLogLikelihood


def _kernel(case):
    matern = MaternKernel(nu=2.5, ard_num_dims=len(case["length_scales"]))
    matern.lengthscale = torch.tensor(case["length_scales"])
    scaled = ScaleKernel(matern)
    scaled.outputscale = case["signal"]
    if case["constant"] == 0.0:
        return scaled
    constant = ConstantKernel()
    constant.constant = torch.tensor(case["constant"])
    if case["slope"] == 0.0:
        return scaled + constant
    linear = LinearKernel()
    linear.variance = case["slope"]
    return scaled + constant + linear


def _answer(case):
    x, y = torch.tensor(case["x"]), torch.tensor(case["y"]).unsqueeze(-1)
    known = torch.tensor(case["known_noise"]).unsqueeze(-1) if case["known_noise"] else None
    mean = ConstantMean()
    mean.constant = case["mean"]
    model = SingleTaskGP(
        x, y, train_Yvar=known, covar_module=_kernel(case), mean_module=mean, outcome_transform=None
    )
    if known is None:
        model.likelihood.noise = case["noise"]
    likelihood = ExactMarginalLogLikelihood(model.likelihood, model)
    likelihood.train()
    with torch.no_grad():
        prior = model.likelihood(model(*model.train_inputs), *model.train_inputs)
        log_likelihood = prior.log_prob(model.train_targets)
        likelihood.eval()
        posterior = model.posterior(torch.tensor(case["candidates"])).distribution
    return {
        "mean": posterior.mean.tolist(),
        "covariance": posterior.covariance_matrix.tolist(),
        "log_likelihood": float(log_likelihood),
    }


def main() -> None:
    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    print(json.dumps([_answer(case) for case in json.load(sys.stdin)]))


if __name__ == "__main__":
    main()
