"""Everything that is believed at one moment: a model of each objective, and of what can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from kuralab.model.campaign import Objective, Predicted
from kuralab.planning._acquisition import (
    log_approach,
    log_improvement,
    log_volume_gain,
    uncertainty,
    upper_bound,
)
from kuralab.planning._feasibility import Feasibility
from kuralab.planning._history import Asked, from_scale, on_scale, side_of, variance_on_scale
from kuralab.planning._means import Mean
from kuralab.planning._pareto import pareto_front, reference_point
from kuralab.planning._surrogate import Observations, Prediction, Surrogate, learnt

Floats = NDArray[np.float64]

_CHANCE: Final = 1e-12


@final
@dataclass(frozen=True)
class Belief:
    """models: by quantity; told: features (n, d) of all that was measured; feasible: None while nothing
    has failed."""

    objectives: tuple[Objective, ...]
    models: Mapping[str, Surrogate]
    mean: Mean
    told: Floats
    feasible: Feasibility | None

    @property
    def searched(self) -> tuple[Objective, ...]:
        """The objectives that are not constraints."""
        return tuple(o for o in self.objectives if o.direction != "constraint")

    def first(self) -> Belief:
        """Only the most probable hyperparameters, for a quick look at many candidates."""
        return replace(self, models={name: model.first() for name, model in self.models.items()})

    def expecting(self, x: Floats) -> Belief:
        """After pending experiments at (m, d) have shown what is expected of them."""
        basis = self.mean.basis(x)
        models = {name: model.expecting(x, basis) for name, model in self.models.items()}
        return replace(self, models=models, told=np.vstack([self.told, x]))

    def predictions(self, x: Floats) -> dict[str, Prediction]:
        """The noise-free quantities at (m, d), each on its objective's scale."""
        basis = self.mean.basis(x)
        return {name: model.predict(x, basis) for name, model in self.models.items()}

    def chance(self, x: Floats, predicted: Mapping[str, Prediction]) -> Floats:
        """(m,) probability that an experiment succeeds and keeps to the constraints."""
        chance = np.ones(len(x)) if self.feasible is None else self.feasible.probability(x)
        for objective in self.objectives:
            if objective.direction == "constraint":
                mean, deviation = predicted[objective.quantity].moments()
                for limit, sign in ((objective.low, 1.0), (objective.high, -1.0)):
                    if limit is not None:
                        chance = chance * ndtr(sign * (mean - on_scale(objective, limit)) / deviation)
        return chance

    def worth(self, x: Floats, predicted: Mapping[str, Prediction], acquisition: str) -> Floats:
        """(m,) score of candidates before chance and cost.

        A logarithm of an expected gain, except for ``ucb`` (the objective's standard deviations)
        and ``explore``.
        """
        searched = self.searched
        if acquisition == "explore":
            return sum_of(
                np.log(uncertainty(predicted[o.quantity]) / self.models[o.quantity].spread)
                for o in searched
            )
        if len(searched) > 1:
            return self._volume(searched, predicted)
        (objective,) = searched
        found = predicted[objective.quantity]
        model = self.models[objective.quantity]
        if objective.target is not None:
            target = on_scale(objective, objective.target)
            believed = model.at_data().means
            return log_approach(found, target, np.abs(believed - target).min(axis=1))
        upward = _upward(objective, found)
        if acquisition == "ucb":
            return upper_bound(upward) / model.spread
        if acquisition == "log_ei":
            seen = model.members[0].y * model.spread + model.location
            best = np.full(
                len(upward.means), (seen if objective.direction == "maximise" else -seen).max()
            )
        else:
            best = _upward(objective, model.at_data()).means.max(axis=1)
        return log_improvement(upward, best)

    def _volume(self, searched: Sequence[Objective], predicted: Mapping[str, Prediction]) -> Floats:
        basis = self.mean.basis(self.told)
        believed = np.column_stack(
            [_aimed(o, self.models[o.quantity].predict(self.told, basis)).moments()[0] for o in searched]
        )
        allowed = self.chance(self.told, self.predictions(self.told)) > 0.5
        kept = believed[allowed] if allowed.any() else believed
        front = kept[pareto_front(kept)]
        return log_volume_gain(
            [_aimed(o, predicted[o.quantity]) for o in searched], front, reference_point(kept)
        )


def sum_of(parts: Iterable[Floats]) -> Floats:
    """Sum of arrays."""
    total: Floats = np.sum(list(parts), axis=0)
    return total


def _upward(objective: Objective, predicted: Prediction) -> Prediction:
    """Turned so that more is better."""
    if objective.direction == "minimise":
        return Prediction(-predicted.means, predicted.variances)
    return predicted


def _aimed(objective: Objective, predicted: Prediction) -> Prediction:
    """Turned so that more is better; a target becomes minus the distance from it (folded normal)."""
    if objective.target is None:
        return _upward(objective, predicted)
    offset = predicted.means - on_scale(objective, objective.target)
    deviation = np.sqrt(predicted.variances)
    z = offset / deviation
    distance = deviation * np.sqrt(2.0 / np.pi) * np.exp(-0.5 * z * z) + offset * (1.0 - 2.0 * ndtr(-z))
    spread = np.maximum(offset**2 + predicted.variances - distance**2, 1e-12)
    return Prediction(-distance, spread)


def believed(
    objectives: Sequence[Objective],
    told: Sequence[Asked],
    failed: Sequence[Asked],
    *,
    mean: Mean,
    generator: np.random.Generator,
) -> Belief:
    """Fit everything to what has been told.

    Raises
    ------
    ScienceError
        A fit failed.
    """
    x = np.array([asked.features for asked in told])
    basis = mean.basis(x)
    models = {}
    for objective in objectives:
        name = objective.quantity
        seen = [asked.observed[name] for asked in told]
        data = Observations(
            x=x,
            y=np.array([on_scale(objective, s.value or 0.0) for s in seen]),
            noise=np.array([variance_on_scale(objective, s) for s in seen]),
            side=np.array([side_of(s) for s in seen]),
            basis=basis,
        )
        models[name] = learnt(data, generator)
    feasible = None
    if failed:
        tried = np.vstack([x, np.array([asked.features for asked in failed])])
        feasible = Feasibility(tried, np.arange(len(tried)) < len(x))
    return Belief(tuple(objectives), models, mean, x, feasible)


def in_words(belief: Belief, predicted: Mapping[str, Prediction], row: int) -> dict[str, Predicted]:
    """What a measurement of one candidate is expected to show, in the objectives' own units."""
    found = {}
    for objective in belief.objectives:
        name = objective.quantity
        one = Prediction(predicted[name].means[:, [row]], predicted[name].variances[:, [row]])
        shown = one.with_noise(belief.models[name].learned_noise)
        levels = (0.5, 0.158655, 0.841345, 0.025, 0.975)
        median, low, high, lowest, highest = (
            from_scale(objective, float(shown.quantile(level)[0])) for level in levels
        )
        found[name] = Predicted(median=median, low_68=low, high_68=high, low_95=lowest, high_95=highest)
    return found
