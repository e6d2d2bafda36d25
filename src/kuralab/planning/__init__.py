"""What to do next: candidate spaces, Gaussian processes, acquisition, stopping. Pure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kuralab.planning._candidates import Candidates, CandidateSpace
    from kuralab.planning._earlier import Earlier
    from kuralab.planning._expressions import Constraint
    from kuralab.planning._means import (
        ArrheniusMean,
        ConstantMean,
        Kelvin,
        LinearMean,
        UserMean,
        VanTHoffMean,
    )
    from kuralab.planning._pareto import hypervolume, pareto_front, reference_point
    from kuralab.planning._planner import Planner
    from kuralab.planning._pool import Pool
    from kuralab.planning._regret import Regret
    from kuralab.planning._space import Space
    from kuralab.planning._transfer import Verdict

_ON_USE: Final = {
    "ArrheniusMean": "_means",
    "CandidateSpace": "_candidates",
    "Candidates": "_candidates",
    "ConstantMean": "_means",
    "Constraint": "_expressions",
    "Earlier": "_earlier",
    "Kelvin": "_means",
    "LinearMean": "_means",
    "Planner": "_planner",
    "Pool": "_pool",
    "Regret": "_regret",
    "Space": "_space",
    "UserMean": "_means",
    "VanTHoffMean": "_means",
    "Verdict": "_transfer",
    "hypervolume": "_pareto",
    "pareto_front": "_pareto",
    "reference_point": "_pareto",
}

__all__ = [
    "ArrheniusMean",
    "CandidateSpace",
    "Candidates",
    "ConstantMean",
    "Constraint",
    "Earlier",
    "Kelvin",
    "LinearMean",
    "Planner",
    "Pool",
    "Regret",
    "Space",
    "UserMean",
    "VanTHoffMean",
    "Verdict",
    "hypervolume",
    "pareto_front",
    "reference_point",
]


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(f"kuralab.planning.{_ON_USE[name]}"), name)
    raise AttributeError(f"module 'kuralab.planning' has no attribute {name!r}")
