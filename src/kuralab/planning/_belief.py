"""Everything that is believed at one moment: a model of each objective, and of what can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from kuralab.model.campaign import Objective, Predicted
from kuralab.planning._acquisition import (
    EAGERNESS,
    log_approach,
    log_improvement,
    log_volume_gain,
    uncertainty,
    upper_bound,
)
from kuralab.planning._calibration import Stretch, stretch_of
from kuralab.planning._earlier import Foretold
from kuralab.planning._feasibility import Feasibility
from kuralab.planning._history import Asked, from_scale, on_scale, side_of, sign_of, variance_on_scale
from kuralab.planning._means import Mean
from kuralab.planning._pareto import pareto_front, reference_point
from kuralab.planning._surrogate import Observations, Prediction, Surrogate, learnt
from kuralab.planning._transfer import Verdict, judged

Floats = NDArray[np.float64]

_HOPELESS: Final = 1e-12
_CAUTION: Final = 2.0
"""Power of the chance of success: what fails costs a run and shows nothing of the objective."""
_SHORT: Final = 0.1
"""Of the range of what was reached: how far short of a goal a result still counts."""
_LEVELS: Final = (0.158655, 0.841345, 0.025, 0.975)


@final
@dataclass(frozen=True)
class Belief:
    """models, their means, stretches (of intervals): by quantity; told: features (n, d) of all that was
    measured; feasible: None while nothing has failed; verdicts: on earlier campaigns."""

    objectives: tuple[Objective, ...]
    models: Mapping[str, Surrogate]
    stretches: Mapping[str, Stretch]
    means: Mapping[str, Mean]
    told: Floats
    feasible: Feasibility | None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def searched(self) -> tuple[Objective, ...]:
        """The objectives that are not constraints."""
        return tuple(o for o in self.objectives if o.direction != "constraint")

    def first(self) -> Belief:
        """Only the most probable hyperparameters, for a quick look at many candidates."""
        return replace(self, models={name: model.first() for name, model in self.models.items()})

    def expecting(self, x: Floats) -> Belief:
        """After pending experiments at (m, d) have shown what is expected of them."""
        models = {
            name: model.expecting(x, self.means[name].basis(x)) for name, model in self.models.items()
        }
        return replace(self, models=models, told=np.vstack([self.told, x]))

    def predictions(self, x: Floats) -> dict[str, Prediction]:
        """The noise-free quantities at (m, d), each on its objective's scale."""
        return {name: model.predict(x, self.means[name].basis(x)) for name, model in self.models.items()}

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

    def worth(self, x: Floats, acquisition: str) -> Floats:
        """(m,) score of candidates at (m, d), the chance that they give anything at all included.

        A logarithm of an expected gain, tilted where ``eager``; with ``ucb`` and the tilt, what
        fails is worth as much as the worst that was measured.
        """
        predicted = self.predictions(x)
        chance = self.chance(x, predicted)
        log_chance: Floats = _CAUTION * np.log(np.maximum(chance, _HOPELESS))
        searched = self.searched
        if acquisition == "explore":
            for o in searched:
                log_chance += np.log(uncertainty(predicted[o.quantity]) / self.models[o.quantity].spread)
            return log_chance
        if len(searched) > 1:
            return log_chance + self._volume(searched, predicted)
        (objective,) = searched
        allowed = self._allowed()
        if not allowed.any():
            return log_chance
        found = predicted[objective.quantity]
        model = self.models[objective.quantity]
        at_data = model.at_data()
        if objective.target is not None:
            target = on_scale(objective, objective.target)
            closest = np.abs(at_data.means - target)[:, allowed].min(axis=1)
            return log_chance + log_approach(found, target, closest)
        upward, at_data = _upward(objective, found), _upward(objective, at_data)
        worst = float(at_data.means.mean(axis=0).min())
        if acquisition == "ucb":
            return chance * (upper_bound(upward) - worst) / model.spread
        best = at_data.means[:, allowed].max(axis=1)
        if acquisition == "log_ei":
            best = np.full(len(best), _seen(objective, model)[allowed].max())
        score = log_chance + log_improvement(upward, best)
        if acquisition == "eager":
            score += EAGERNESS * chance * (upward.means.mean(axis=0) - worst) / model.spread
        return score

    def _allowed(self) -> NDArray[np.bool_]:
        """(n,) which measurements probably keep to the constraints."""
        if len(self.searched) == len(self.objectives):
            return np.ones(len(self.told), dtype=bool)
        kept = replace(self, feasible=None)
        return kept.chance(self.told, kept.predictions(self.told)) > 0.5

    def _volume(self, searched: Sequence[Objective], predicted: Mapping[str, Prediction]) -> Floats:
        at_data = self.predictions(self.told)
        believed = np.column_stack([_aimed(o, at_data[o.quantity]).moments()[0] for o in searched])
        allowed = self._allowed()
        kept = believed[allowed] if allowed.any() else believed
        front = kept[pareto_front(kept)]
        return log_volume_gain(
            [_aimed(o, predicted[o.quantity]) for o in searched], front, _reference(searched, kept)
        )


def _reference(searched: Sequence[Objective], reached: Floats) -> Floats:
    """(m,) from where volumes count: a little short of the goals, else of what the front has reached.

    Without the goals a front's cheap and useless end is worth as much exploring as the end wanted.
    """
    reference = reference_point(reached)
    for column, objective in enumerate(searched):
        if objective.goal is not None and objective.target is None:
            goal = on_scale(objective, objective.goal)
            reference[column] = sign_of(objective) * goal - _SHORT * (
                float(np.ptp(reached[:, column])) or 1.0
            )
    return reference


def _seen(objective: Objective, model: Surrogate) -> Floats:
    """(n,) what was measured, turned so that more is better."""
    seen = model.members[0].y * model.spread + model.location
    return -seen if objective.direction == "minimise" else seen


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
    earlier: Mapping[str, Sequence[Foretold]] | None = None,
) -> Belief:
    """Fit everything to what has been told; earlier: by quantity, what earlier campaigns foretell.

    Raises
    ------
    ScienceError
        A fit failed.
    """
    x = np.array([asked.features for asked in told])
    data = {}
    for objective in objectives:
        seen = [asked.observed[objective.quantity] for asked in told]
        data[objective.quantity] = Observations(
            x=x,
            y=np.array([on_scale(objective, s.value or 0.0) for s in seen]),
            noise=np.array([variance_on_scale(objective, s) for s in seen]),
            side=np.array([side_of(s) for s in seen]),
            basis=mean.basis(x),
        )
    # All of these come before earlier campaigns, whose fits draw numbers too: one that is switched off
    # then changes nothing.
    models = {name: learnt(one, generator) for name, one in data.items()}
    means: dict[str, Mean] = {}
    verdicts: list[Verdict] = []
    for name, one in data.items():

        def fit(mean: Mean, data: Observations = one) -> Surrogate:
            return learnt(replace(data, basis=mean.basis(x)), generator)

        offers = (earlier or {}).get(name, ())
        means[name], models[name], found = judged(
            models[name], fit, mean, offers, quantity=name, exact=one.side == 0
        )
        verdicts += found
    feasible = None
    if failed:
        tried = np.vstack([x, np.array([asked.features for asked in failed])])
        feasible = Feasibility(tried, np.arange(len(tried)) < len(x))
    stretches = {o.quantity: stretch_of(o, told) for o in objectives}
    return Belief(tuple(objectives), models, stretches, means, x, feasible, tuple(verdicts))


def in_words(belief: Belief, predicted: Mapping[str, Prediction], row: int) -> dict[str, Predicted]:
    """What a measurement of one candidate is expected to show, in the objectives' own units."""
    found = {}
    for objective in belief.objectives:
        name = objective.quantity
        one = Prediction(predicted[name].means[:, [row]], predicted[name].variances[:, [row]])
        shown = one.with_noise(belief.models[name].learned_noise)
        middle, *ends = map(float, shown.quantiles((0.5, *_LEVELS))[:, 0])
        stretch = belief.stretches[name]
        low_68, high_68, low_95, high_95 = (
            from_scale(objective, middle + factor * (end - middle))
            for end, factor in zip(ends, [stretch.one] * 2 + [stretch.two] * 2, strict=True)
        )
        found[name] = Predicted(
            median=from_scale(objective, middle),
            low_68=low_68,
            high_68=high_68,
            low_95=low_95,
            high_95=high_95,
        )
    return found
