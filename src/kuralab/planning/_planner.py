"""The planner: asked for experiments, told what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from kuralab.clock import keyed_generator
from kuralab.errors import InputError, ScienceError
from kuralab.model.campaign import (
    Objective,
    Observed,
    PlannerSettings,
    Predicted,
    Reason,
    RunnerUp,
    Suggestion,
)
from kuralab.model.space import Point
from kuralab.planning._belief import Belief, believed, in_words
from kuralab.planning._candidates import CandidateSpace
from kuralab.planning._choice import Choice, best_choice
from kuralab.planning._design import default_starts, spread_out
from kuralab.planning._earlier import Earlier, Foretold
from kuralab.planning._history import (
    Asked,
    History,
    checked,
    on_scale,
    side_of,
    sign_of,
)
from kuralab.planning._means import ConstantMean, Mean
from kuralab.planning._regret import UPPER, Regret, regret
from kuralab.planning._replicates import measured_once_more
from kuralab.planning._shares import feature_shares
from kuralab.planning._supply import Supply
from kuralab.planning._transfer import Verdict

Floats = NDArray[np.float64]

Cost = Callable[[Sequence[Point]], Sequence[float]]
"""Instrument-hours that experiments at these points will take."""

_LEAST_TO_LEARN: Final = 3
_START_SAMPLE: Final = 512


@final
class Planner:
    """Chooses experiments in a space, a few at a time, whatever is still under way.

        sigma = "ionic_conductivity_25C"
        planner = Planner(space, [Objective(quantity=sigma, direction="maximise", scale="log")])
        (suggestion,) = planner.ask()
        planner.tell(suggestion.number, {sigma: Observed(value=1e-3, uncertainty=1e-5)})

    The same seed, questions and answers give the same suggestions. mean: a law that the first guess
    follows, such as Arrhenius; cost: instrument-hours of points, for ``settings.per_hour``; earlier:
    campaigns whose results are followed as long as they foretell this one's.

    Raises
    ------
    InputError
        No objective to search for, more than three, value per hour without a cost, or an earlier
        campaign that has nothing in common with this one.
    """

    def __init__(
        self,
        space: CandidateSpace,
        objectives: Sequence[Objective],
        *,
        seed: int = 0,
        settings: PlannerSettings | None = None,
        mean: Mean | None = None,
        cost: Cost | None = None,
        earlier: Sequence[Earlier] = (),
    ) -> None:
        self.space = space
        self.objectives = tuple(objectives)
        self.seed = seed
        self.settings = settings or PlannerSettings()
        self.fit_failures = 0
        self._mean = mean or ConstantMean()
        self._cost = cost
        self._history = History()
        self._supply = Supply(space)
        self._belief: tuple[str, Belief | None] = ("", None)
        searched = [o for o in self.objectives if o.direction != "constraint"]
        if not 1 <= len(searched) <= 3:
            raise InputError(
                f"one to three objectives can be searched for, not {len(searched)}", field="objectives"
            )
        if len({o.quantity for o in self.objectives}) < len(self.objectives):
            raise InputError("a quantity is listed twice", field="objectives")
        if self.settings.per_hour and cost is None:
            raise InputError("value per hour needs the cost of an experiment", field="per_hour")
        self._earlier = {
            o.quantity: [Foretold(one, o, space.names) for one in earlier if one.measured(o.quantity)]
            for o in self.objectives
        }
        for one in earlier:
            if not any(one.measured(o.quantity) for o in self.objectives):
                raise InputError("it measured none of the objectives", field=f"earlier {one.name}")
        self._acquisition = self._resolved(searched)
        starts = self.settings.starts
        self._starts = default_starts(len(space.names)) if starts is None else starts

    def _resolved(self, searched: Sequence[Objective]) -> str:
        named = self.settings.acquisition
        if named == "explore":
            return named
        if len(searched) > 1 or named == "hypervolume":
            return "hypervolume"
        if searched[0].target is not None:
            return "approach"
        if named == "auto":
            return "eager"
        return named

    # -- what was said ----------------------------------------------------------------------

    @property
    def pending(self) -> tuple[int, ...]:
        """Numbers of what was suggested and not answered."""
        return self._history.pending()

    @property
    def known(self) -> tuple[tuple[Suggestion, Mapping[str, Observed]], ...]:
        """Everything that was measured, in the order in which it was told."""
        return tuple((asked.suggestion, asked.observed) for asked in self._history.of("told"))

    @property
    def data_hash(self) -> str:
        """Identity of everything said so far."""
        return self._history.digest()

    def tell(self, number: int, observed: Mapping[str, Observed]) -> None:
        """What an experiment showed; flags say whether a value is only a bound.

        Raises
        ------
        InputError
            No such pending suggestion, or an objective without a usable value.
        """
        self._history.answer(number, "told", checked(observed, self.objectives))

    def fail(self, number: int) -> None:
        """An experiment gave nothing; the planner learns where experiments fail.

        Raises
        ------
        InputError
            No such pending suggestion.
        """
        self._history.answer(number, "failed")

    def veto(self, number: int) -> None:
        """A person does not want a suggestion; its candidate is not suggested again.

        Raises
        ------
        InputError
            No such pending suggestion.
        """
        self._history.answer(number, "vetoed")

    def add(self, point: Point, how: Literal["added", "pinned"] = "added") -> Suggestion:
        """A person's experiment, to be done like one that was suggested.

        Raises
        ------
        InputError
            The point is not of the space.
        """
        self.space.check(point)
        number = self._history.next_number()
        text = f"{how} by a person"
        predicted: dict[str, Predicted] = {}
        belief = self._believed()
        if belief is not None:
            features = self.space.encode([point])
            predicted = in_words(belief, belief.predictions(features), 0)
        reason = Reason(how=how, seed=self.seed, data=self.data_hash, predicted=predicted, text=text)
        suggestion = Suggestion(number=number, point=dict(point), reason=reason)
        self.replay(suggestion)
        return suggestion

    def replay(self, suggestion: Suggestion) -> None:
        """Take a suggestion that was made before as asked.

        Raises
        ------
        InputError
            Its point is not of the space, or its number was taken.
        """
        self.space.check(suggestion.point)
        features = self.space.encode([suggestion.point])[0]
        self._history.add(Asked(suggestion, self.space.key(suggestion.point), features))
        self.fit_failures += suggestion.reason.how == "fallback"

    # -- what to do -------------------------------------------------------------------------

    def ask(self, count: int = 1) -> list[Suggestion]:
        """The next experiments; fewer, or none, where no candidate is left.

        Each is chosen as if those before it, and all that are pending, had shown what is expected.
        """
        suggestions = []
        for _ in range(count):
            suggestion = self._next()
            if suggestion is None:
                break
            self.replay(suggestion)
            suggestions.append(suggestion)
        return suggestions

    def _next(self) -> Suggestion | None:
        number = self._history.next_number()
        taken = self._history.taken("told", "failed", "vetoed", "pending")
        generator = keyed_generator(self.seed, "ask", number)
        if self.settings.method != "model":
            text = "chosen by chance" if self.settings.method == "random" else "spread over the space"
            return self._unmodelled(number, "reference", taken, generator, text)
        tried = len(self._history.of("told", "failed", "pending"))
        told = len(self._history.of("told"))
        begun = tried >= self._starts or self._follows()
        if not begun or told < min(_LEAST_TO_LEARN, self._starts):
            text = f"by chance, before the first model (after {self._starts} experiments)"
            if self.settings.design == "spread":
                text = text.replace("by chance", "spread out")
            return self._unmodelled(number, "start", taken, generator, text)
        belief = self._believed()
        if belief is None:
            text = "the model could not be fitted; chosen by chance, and counted"
            return self._unmodelled(number, "fallback", taken, generator, text)
        return self._modelled(number, belief, taken, generator)

    def _follows(self) -> bool:
        """Whether an earlier campaign is followed, which ends the starts early."""
        return any(self._earlier.values()) and any(verdict.used for verdict in self.verdicts)

    def _unmodelled(
        self,
        number: int,
        how: Literal["start", "reference", "fallback"],
        taken: Mapping[str, Floats],
        generator: np.random.Generator,
        text: str,
    ) -> Suggestion | None:
        spread = self.settings.method == "spread" or (
            how == "start" and self.settings.method == "model" and self.settings.design == "spread"
        )
        candidates = self._supply.sample(_START_SAMPLE if spread else 1, taken, generator)
        if not len(candidates):
            return None
        row = 0
        if spread:
            tried = [asked.features for asked in self._history.of("told", "failed", "pending")]
            row = spread_out(candidates, np.array(tried), generator)
        reason = Reason(how=how, seed=self.seed, data=self.data_hash, text=text)
        return Suggestion(number=number, point=dict(candidates.point_of(row)), reason=reason)

    def _modelled(
        self, number: int, belief: Belief, taken: Mapping[str, Floats], generator: np.random.Generator
    ) -> Suggestion | None:
        pending = [asked.features for asked in self._history.of("pending")]
        if pending:
            belief = belief.expecting(np.array(pending))
        choice = best_choice(
            belief,
            self._supply,
            taken,
            generator,
            acquisition=self._acquisition,
            leaders=self._leaders(belief),
            cost=self._cost if self.settings.per_hour else None,
        )
        if choice is None:
            return None
        repeated = self._repeated(number, belief, choice)
        if repeated is not None:
            return repeated
        reason = Reason(
            how="planned",
            model=self._model_in_words(belief),
            acquisition=self._acquisition,
            seed=self.seed,
            data=self.data_hash,
            predicted=choice.predicted,
            feasible=choice.chance,
            runners_up=tuple(RunnerUp(point=dict(point), score=score) for point, score in choice.rivals),
            text=self._why(choice),
        )
        return Suggestion(number=number, point=dict(choice.point), reason=reason)

    def _repeated(self, number: int, belief: Belief, choice: Choice) -> Suggestion | None:
        """One more measurement of what is known, where that is better than the choice."""
        if not self.settings.replicates:
            return None
        candidate = self.space.encode([choice.point])
        told, pending = self._history.of("told"), self._history.keys("pending")
        asked = measured_once_more(belief, told, pending, candidate)
        if asked is None:
            return None
        predicted = in_words(belief, belief.predictions(asked.features[None, :]), 0)
        reason = Reason(
            how="replicate",
            model=self._model_in_words(belief),
            acquisition="knowledge gradient",
            seed=self.seed,
            data=self.data_hash,
            predicted=predicted,
            runners_up=(RunnerUp(point=dict(choice.point), score=1.0),),
            text=f"experiment {asked.suggestion.number} once more: noise hides which is best",
        )
        return Suggestion(number=number, point=dict(asked.suggestion.point), reason=reason)

    def _believed(self) -> Belief | None:
        """The fit to all answers, made once for each state of them; None where it failed."""
        told, failed = self._history.of("told"), self._history.of("failed")
        if not told:
            return None
        digest = f"{len(told)} {len(failed)}"
        if self._belief[0] != digest:
            generator = keyed_generator(self.seed, "fit", len(told), len(failed))
            try:
                found = believed(
                    self.objectives,
                    told,
                    failed,
                    mean=self._mean,
                    generator=generator,
                    earlier=self._earlier,
                )
            except ScienceError:
                found = None
            self._belief = (digest, found)
        return self._belief[1]

    def _leaders(self, belief: Belief) -> list[Point]:
        """The best experiments so far, around which an infinite space is searched more closely."""
        told = self._history.of("told")
        predicted = belief.predictions(np.array([asked.features for asked in told]))
        worth = np.sum(
            [
                _standing(o, predicted[o.quantity].moments()[0], belief.models[o.quantity].spread)
                for o in belief.searched
            ],
            axis=0,
        )
        return [told[i].suggestion.point for i in np.argsort(-worth)[:5]]

    def _model_in_words(self, belief: Belief) -> str:
        name = belief.searched[0].quantity
        lengths = belief.models[name].length_scales
        shortest = sorted(zip(lengths, self.space.names, strict=True))[:3]
        listed = ", ".join(f"{feature} {length:.2g}" for length, feature in shortest)
        words = (
            f"Gaussian process, Matern 5/2, of {len(belief.told)} experiments; "
            f"shortest length scales: {listed}"
        )
        several = len(self.objectives) > 1
        for verdict in belief.verdicts:
            words += f"; {f'{verdict.quantity}: ' if several else ''}{verdict.text}"
        return words

    def _why(self, choice: Choice) -> str:
        parts = []
        for objective in self.objectives:
            expected = choice.predicted[objective.quantity]
            parts.append(
                f"{objective.quantity} expected at {expected.median:.3g} {objective.unit}".rstrip()
                + f" (68 %: {expected.low_68:.3g} to {expected.high_68:.3g})"
            )
        return "; ".join(parts)

    # -- what is believed -------------------------------------------------------------------

    def predict(self, points: Sequence[Point]) -> list[dict[str, Predicted]]:
        """What a measurement at each point is expected to show; empty where there is no model."""
        belief = self._believed()
        if belief is None or not points:
            return [{} for _ in points]
        predicted = belief.predictions(self.space.encode(points))
        return [in_words(belief, predicted, row) for row in range(len(points))]

    def importance(self) -> dict[str, float]:
        """Share of each feature in what the model learnt about the first objective; sums to 1."""
        belief = self._believed()
        if belief is None:
            return {}
        candidates = self._supply.sample(_START_SAMPLE, set(), keyed_generator(self.seed, "importance"))
        shares = feature_shares(belief, candidates.features, keyed_generator(self.seed, "permuted"))
        return dict(zip(self.space.names, map(float, shares), strict=True))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """On each earlier campaign and objective, by all that is known now."""
        belief = self._believed()
        return () if belief is None else belief.verdicts

    @property
    def best(self) -> tuple[int, float] | None:
        """Number and value of the best measurement of the first searched objective that was no bound."""
        objective = next(o for o in self.objectives if o.direction != "constraint")
        found = [
            (float(_standing(objective, np.array(on_scale(objective, o.value or 0.0)), 1.0)), a, o.value)
            for a in self._history.of("told")
            if side_of(o := a.observed[objective.quantity]) == 0
        ]
        if not found:
            return None
        _, asked, value = max(found, key=lambda row: row[0])
        assert value is not None
        return asked.suggestion.number, value

    def regret(self) -> Regret | None:
        """How much better an untried candidate may be than the best; None before there is a model, or
        where several objectives or a target leave no single best."""
        belief = self._believed()
        if belief is None or len(belief.searched) != 1 or belief.searched[0].target is not None:
            return None
        (objective,) = belief.searched
        if self.best is None or len(self._history.of("told")) < self._starts:
            return None
        told = self._history.of("told")
        best = next(i for i, asked in enumerate(told) if asked.suggestion.number == self.best[0])
        taken = self._history.taken("told", "failed", "vetoed")
        generator = keyed_generator(self.seed, "regret", len(told))
        untried = self._supply.promising(
            taken, generator, self._leaders(belief), score=lambda c: _upper(belief, c.features)
        )
        if not len(untried):
            return Regret(bound=0.0, confidence=1.0, text="every candidate has been tried")
        sign = sign_of(objective)
        model = belief.models[objective.quantity]
        x = untried.features
        unit = "decades" if objective.scale == "log" else objective.unit
        return regret(
            model,
            x,
            belief.means[objective.quantity].basis(x),
            best,
            generator,
            sign=sign,
            stretch=belief.stretches[objective.quantity].two,
            unit=unit,
        )


def _upper(belief: Belief, x: Floats) -> Floats:
    """(m,) how good the only searched objective may be at (m, d), less where an experiment may fail."""
    (objective,) = belief.searched
    first = belief.first()
    predicted = first.predictions(x)
    found = predicted[objective.quantity]
    sign = -1.0 if objective.direction == "minimise" else 1.0
    upper = (sign * found.means + UPPER * np.sqrt(found.variances)).max(axis=0)
    worst: float = (sign * found.means).min()
    better: Floats = first.chance(x, predicted) * (upper - worst)
    return better


def _standing(objective: Objective, value: Floats, spread: float) -> Floats:
    """How good a value on the objective's scale is, in standard deviations; more is better."""
    if objective.target is not None:
        return -np.abs(value - on_scale(objective, objective.target)) / spread
    return (-value if objective.direction == "minimise" else value) / spread
