"""Ask and tell: what a campaign relies on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kuralab.errors import InputError, ScienceError
from kuralab.model.campaign import Objective, Observed, PlannerSettings
from kuralab.model.space import Continuous, Limits, Mixture
from kuralab.planning import Planner, Pool, Space
from kuralab.planning import _belief as belief_module

UP = Objective(quantity="y", direction="maximise")
DOWN = Objective(quantity="y", direction="minimise")


def _plane() -> Space:
    return Space(
        [Continuous(name="a", low=0, high=10), Continuous(name="b", low=1, high=100, scale="log")]
    )


def _peak(point) -> float:
    return -((point["a"] - 7) ** 2) / 10 - (math.log10(point["b"]) - 1.2) ** 2


def _worked(planner: Planner, count: int, value=_peak) -> list[float]:
    seen = []
    for _ in range(count):
        (suggestion,) = planner.ask()
        seen.append(value(suggestion.point))
        planner.tell(suggestion.number, {"y": Observed(value=seen[-1])})
    return seen


@pytest.mark.parametrize("acquisition", ["auto", "log_ei", "noisy_ei", "ucb"])
def test_it_finds_a_peak_in_few_experiments(acquisition) -> None:
    planner = Planner(_plane(), [UP], settings=PlannerSettings(acquisition=acquisition))
    assert max(_worked(planner, 16)) > -0.02
    assert planner.fit_failures == 0


def test_minimising_is_maximising_the_opposite() -> None:
    up = Planner(_plane(), [UP], seed=3)
    down = Planner(_plane(), [DOWN], seed=3)
    high = _worked(up, 9)
    low = _worked(down, 9, value=lambda p: -_peak(p))
    np.testing.assert_allclose(high, [-v for v in low], rtol=1e-6)


def test_a_target_is_approached_from_both_sides() -> None:
    objective = Objective(quantity="y", direction="target", target=40.0)
    planner = Planner(_plane(), [objective])
    seen = _worked(planner, 14, value=lambda p: p["a"] ** 2)
    assert min(abs(v - 40.0) for v in seen) < 1.0


def test_the_same_answers_give_the_same_suggestions() -> None:
    def told(planner: Planner) -> list:
        said = []
        for round_ in range(9):
            said += planner.ask(2 if round_ % 3 == 0 else 1)
            number = planner.pending[0]
            point = next(s.point for s in said if s.number == number)
            planner.tell(number, {"y": Observed(value=_peak(point), uncertainty=0.1)})
        return said

    assert told(Planner(_plane(), [UP], seed=5)) == told(Planner(_plane(), [UP], seed=5))
    assert told(Planner(_plane(), [UP], seed=6)) != told(Planner(_plane(), [UP], seed=5))


def test_a_replayed_planner_goes_on_as_the_first_one() -> None:
    first, second = Planner(_plane(), [UP], seed=1), Planner(_plane(), [UP], seed=1)
    for _ in range(8):
        (suggestion,) = first.ask()
        second.replay(suggestion)
        for planner in (first, second):
            planner.tell(suggestion.number, {"y": Observed(value=_peak(suggestion.point))})
    assert first.data_hash == second.data_hash
    assert first.ask(3) == second.ask(3)


def test_a_batch_does_not_repeat_itself() -> None:
    planner = Planner(_plane(), [UP])
    _worked(planner, 6)
    batch = planner.ask(8)
    features = planner.space.encode([s.point for s in batch])
    apart = np.sqrt(((features[:, None] - features[None]) ** 2).sum(axis=2)) + np.eye(8)
    assert apart.min() > 0.001
    assert len(planner.pending) == 8


def test_a_pool_is_used_up_and_never_repeated() -> None:
    pool = Pool.from_arrays(["x"], [[float(i)] for i in range(12)], labels=list("abcdefghijkl"))
    planner = Planner(pool, [UP])
    seen = []
    for _ in range(12):
        (suggestion,) = planner.ask()
        seen.append(suggestion.point["label"])
        planner.tell(suggestion.number, {"y": Observed(value=float(len(seen)))})
    assert sorted(seen) == list("abcdefghijkl")
    assert planner.ask() == []
    assert planner.regret().bound == 0.0


def test_what_a_person_vetoes_does_not_come_back() -> None:
    pool = Pool.from_arrays(["x"], [[0.0], [1.0], [2.0], [3.0]], labels=list("abcd"))
    planner = Planner(pool, [UP], settings=PlannerSettings(method="random"))
    (first,) = planner.ask()
    planner.veto(first.number)
    rest = {s.point["label"] for s in planner.ask(4)}
    assert rest == set("abcd") - {first.point["label"]}


def test_a_persons_experiment_is_learnt_from() -> None:
    planner = Planner(_plane(), [UP])
    added = planner.add({"a": 7.0, "b": 16.0}, how="pinned")
    assert added.reason.how == "pinned"
    planner.tell(added.number, {"y": Observed(value=_peak(added.point))})
    assert planner.best == (added.number, _peak(added.point))
    with pytest.raises(InputError, match="a: "):
        planner.add({"a": 70.0, "b": 16.0})


def test_where_experiments_fail_is_learnt() -> None:
    planner = Planner(_plane(), [Objective(quantity="y", direction="maximise")], seed=2)
    tried = []
    for _ in range(22):
        (suggestion,) = planner.ask()
        tried.append(suggestion)
        if suggestion.point["a"] > 5:
            planner.fail(suggestion.number)
        else:
            planner.tell(suggestion.number, {"y": Observed(value=suggestion.point["a"])})
    late = tried[-8:]
    # The best is at the edge of what works: it may be felt for, but hardly beyond.
    assert np.mean([s.point["a"] < 6.0 for s in late]) > 0.7
    assert all(s.reason.feasible is not None for s in late)
    assert planner.best[1] > 4.8


def test_a_bound_is_used_as_a_bound() -> None:
    """Half of the space reads "below 1": its guess is lower, and the search goes to the other half."""
    planner = Planner(_plane(), [Objective(quantity="y", direction="maximise", scale="log")])
    seen = []
    for number in range(12):
        suggestion = planner.add({"a": 0.8 * number, "b": 10.0}) if number < 5 else planner.ask()[0]
        value = 10 ** (suggestion.point["a"] - 5)
        flags = ("censored_below",) if value < 1 else ()
        seen.append(value)
        planner.tell(suggestion.number, {"y": Observed(value=max(value, 1.0), flags=flags)})
    (low,) = planner.predict([{"a": 0.5, "b": 10.0}])
    assert low["y"].median < 0.5
    assert max(seen) > 3e4


def test_a_constraint_keeps_the_search_inside() -> None:
    limit = Objective(quantity="t", direction="constraint", high=5.0)
    planner = Planner(_plane(), [UP, limit], seed=1)
    late = []
    for _ in range(16):
        (suggestion,) = planner.ask()
        point = suggestion.point
        late.append(point["a"])
        planner.tell(
            suggestion.number, {"y": Observed(value=point["a"]), "t": Observed(value=point["a"])}
        )
    assert max(a for a in late if a <= 5.0) > 4.5
    assert np.mean([a < 5.6 for a in late[-6:]]) > 0.6


def test_two_objectives_give_a_front() -> None:
    planner = Planner(_plane(), [UP, Objective(quantity="z", direction="minimise")], seed=4)
    for _ in range(16):
        (suggestion,) = planner.ask()
        a, b = suggestion.point["a"] / 10, math.log10(suggestion.point["b"]) / 2
        planner.tell(
            suggestion.number, {"y": Observed(value=a - b), "z": Observed(value=a * a + (b - 0.0) ** 2)}
        )
    assert suggestion.reason.acquisition == "hypervolume"
    points = [s.point for s, _ in planner.known[6:]]
    # Best trade-offs have b = 0; the search should stay there and spread in a.
    assert np.median([math.log10(p["b"]) / 2 for p in points]) < 0.2
    assert np.ptp([p["a"] for p in points]) > 3


def test_value_per_hour_prefers_the_cheap_one_of_equals() -> None:
    settings = PlannerSettings(per_hour=True)

    def hours(points):
        return [1.0 + 30.0 * (p["a"] > 5) for p in points]

    planner = Planner(_plane(), [UP], settings=settings, cost=hours, seed=2)
    for _ in range(8):
        (suggestion,) = planner.ask()
        planner.tell(suggestion.number, {"y": Observed(value=-((suggestion.point["a"] - 5) ** 2))})
    (suggestion,) = planner.ask()
    assert suggestion.point["a"] <= 5
    with pytest.raises(InputError, match="cost"):
        Planner(_plane(), [UP], settings=settings)


def test_a_failed_fit_is_counted_and_said(monkeypatch) -> None:
    def broken(*_, **__):
        raise ScienceError("no")

    monkeypatch.setattr(belief_module, "learnt", broken)
    planner = Planner(_plane(), [UP])
    _worked(planner, 6)
    (suggestion,) = planner.ask()
    assert suggestion.reason.how == "fallback"
    assert "counted" in suggestion.reason.text
    assert planner.fit_failures >= 2


def test_predictions_made_before_are_in_the_reason() -> None:
    planner = Planner(_plane(), [UP])
    _worked(planner, 8)
    (suggestion,) = planner.ask()
    expected = suggestion.reason.predicted["y"]
    assert expected.low_95 < expected.low_68 < expected.median < expected.high_68 < expected.high_95
    assert suggestion.reason.runners_up
    assert all(r.score <= 1.0 + 1e-9 for r in suggestion.reason.runners_up)


def test_importance_points_at_what_matters() -> None:
    planner = Planner(_plane(), [UP])
    _worked(planner, 12, value=lambda p: math.sin(p["a"]))
    shares = planner.importance()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["a"] > 0.9


def test_compositions_are_candidates_too() -> None:
    mixture = Mixture(name="c", components=("A", "B", "C"), step=0.05, limits={"A": Limits(low=0.2)})
    planner = Planner(Space([mixture]), [UP])
    seen = _worked(planner, 14, value=lambda p: -((p["c"].get("B", 0.0) - 0.35) ** 2))
    assert max(seen) > -1e-9


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ({}, "not measured"),
        ({"y": Observed(value=None)}, "finite"),
        ({"y": Observed(value=float("nan"))}, "finite"),
        ({"y": Observed(value=1.0, uncertainty=-1.0)}, "uncertainty"),
    ],
)
def test_what_cannot_be_learnt_is_refused(observed, said) -> None:
    planner = Planner(_plane(), [UP])
    (suggestion,) = planner.ask()
    with pytest.raises(InputError, match=said):
        planner.tell(suggestion.number, observed)
    assert planner.pending == (suggestion.number,)


def test_answers_to_nothing_are_refused() -> None:
    planner = Planner(_plane(), [UP])
    with pytest.raises(InputError, match="not pending"):
        planner.tell(7, {"y": Observed(value=1.0)})
    with pytest.raises(InputError, match="one to three"):
        Planner(_plane(), [])
    log = Planner(_plane(), [Objective(quantity="y", direction="maximise", scale="log")])
    (asked,) = log.ask()
    with pytest.raises(InputError, match="logarithm"):
        log.tell(asked.number, {"y": Observed(value=-1.0)})


def test_a_noisy_best_is_measured_again_and_a_clear_one_is_not() -> None:
    def repeats(noise: float) -> int:
        pool = Pool.from_arrays(["x"], [[i / 11] for i in range(12)], labels=list("abcdefghijkl"))
        planner = Planner(pool, [UP], settings=PlannerSettings(starts=4), seed=3)
        generator = np.random.default_rng(1)
        how = []
        for _ in range(14):
            asked = planner.ask()
            if not asked:
                break
            x = "abcdefghijkl".index(asked[0].point["label"]) / 11
            value = -3 * (x - 0.4) ** 2 + noise * generator.normal()
            planner.tell(asked[0].number, {"y": Observed(value=value, uncertainty=noise)})
            how.append(asked[0].reason.how)
        return how.count("replicate")

    assert repeats(0.0) == 0
    assert repeats(0.1) >= 1


def test_goals_say_which_end_of_a_front_is_wanted() -> None:
    """y rises and z rises with a: without goals all of a is on the front, with them only a = 6 to 7."""

    def late(goals: bool) -> float:
        y = Objective(quantity="y", direction="maximise", goal=6.0 if goals else None)
        z = Objective(quantity="z", direction="minimise", goal=7.0 if goals else None)
        planner = Planner(_plane(), [y, z], seed=1)
        seen = []
        for _ in range(16):
            (suggestion,) = planner.ask()
            a, b = suggestion.point["a"], math.log10(suggestion.point["b"])
            seen.append(5.5 < a < 7.5)
            planner.tell(suggestion.number, {"y": Observed(value=a - b), "z": Observed(value=a + b)})
        return float(np.mean(seen[6:]))

    with_goals, without = late(goals=True), late(goals=False)
    assert with_goals > 2 * without
