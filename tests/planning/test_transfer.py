"""Earlier campaigns: followed where they help, switched off where they do not, and said so."""

from __future__ import annotations

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.model.campaign import Objective, Observed, PlannerSettings
from kuralab.model.space import Continuous
from kuralab.planning import Earlier, Planner, Pool, Space, Verdict

UP = Objective(quantity="y", direction="maximise")
SPACE = Space([Continuous(name=f"x{i}", low=0, high=1) for i in range(3)])
RANDOM = np.random.default_rng(5)
TRIED = RANDOM.random((50, 3))


def _truth(x: np.ndarray, shift: float = 0.0) -> np.ndarray:
    """A bowl with waves, so that 5 experiments do not show its top."""
    bowl = -4.0 * ((x - np.array([0.7, 0.3, 0.6]) - shift) ** 2).sum(axis=-1)
    return bowl + 0.6 * np.cos(9.0 * x[..., 0]) + 0.5 * np.cos(8.0 * x[..., 1])


BEST = float(_truth(RANDOM.random((100_000, 3))).max())
LIKE = 3.0 + 2.0 * _truth(TRIED, 0.03)


def _earlier(values: np.ndarray, name: str = "last year") -> Earlier:
    seen = tuple({"y": Observed(value=float(value))} for value in values)
    return Earlier(name, SPACE.names, TRIED, seen)


def _needed(earlier: list[Earlier], seed: int, limit: int = 25) -> tuple[int, list[Verdict]]:
    """Experiments until the value is within 0.1 of the best, and all verdicts on the way."""
    settings = PlannerSettings(starts=5, replicates=False)
    planner = Planner(SPACE, [UP], seed=seed, settings=settings, earlier=earlier)
    verdicts: list[Verdict] = []
    for count in range(1, limit + 1):
        (suggestion,) = planner.ask()
        value = float(_truth(np.array(list(suggestion.point.values()))))
        planner.tell(suggestion.number, {"y": Observed(value=value)})
        verdicts += planner.verdicts
        if value > BEST - 0.1:
            return count, verdicts
    return limit + 1, verdicts


def test_an_informative_campaign_saves_experiments_and_a_misleading_one_costs_none() -> None:
    shuffled = np.random.default_rng(1).permutation(LIKE)
    seeds = range(4)
    alone = [_needed([], seed)[0] for seed in seeds]
    helped, followed = zip(*(_needed([_earlier(LIKE)], seed) for seed in seeds), strict=True)
    misled, unused = zip(*(_needed([_earlier(shuffled)], seed) for seed in seeds), strict=True)
    assert np.mean(helped) < 0.7 * np.mean(alone)
    assert np.mean(misled) <= 1.1 * np.mean(alone)
    judged = [v for verdicts in followed for v in verdicts if v.without is not None]
    assert np.mean([v.used for v in judged]) > 0.9
    judged = [v for verdicts in unused for v in verdicts if v.without is not None]
    assert np.mean([v.used for v in judged]) < 0.1


def test_one_that_runs_the_other_way_changes_nothing() -> None:
    alone, _ = _needed([], 3)
    flipped, verdicts = _needed([_earlier(-LIKE)], 3)
    assert flipped == alone
    assert not any(verdict.used for verdict in verdicts)
    assert "runs the other way" in verdicts[-1].text


def _worked(planner: Planner, count: int) -> list:
    said = []
    for _ in range(count):
        (suggestion,) = planner.ask()
        value = float(_truth(np.array(list(suggestion.point.values()))))
        planner.tell(suggestion.number, {"y": Observed(value=value)})
        said.append(suggestion)
    return said


def test_the_verdict_and_both_numbers_are_in_the_reason() -> None:
    earlier = [_earlier(LIKE), _earlier(np.sort(LIKE), "other")]
    planner = Planner(SPACE, [UP], settings=PlannerSettings(starts=5), earlier=earlier)
    said = _worked(planner, 6)
    # The starts end as soon as an earlier campaign is followed, not before five measurements.
    assert [s.reason.how for s in said] == ["start"] * 5 + ["planned"]
    used, other = planner.verdicts
    assert (used.name, used.quantity, used.used, other.used) == ("last year", "y", True, False)
    text = said[-1].reason.model
    assert "earlier campaign last year (50 experiments): used (log density" in text
    assert "earlier campaign other (50 experiments): switched off" in text
    assert f"{used.with_it:.1f} with it, {used.without:.1f} without" in used.text


def test_a_trusted_campaign_ends_the_starts() -> None:
    settings = PlannerSettings(starts=12)
    planner = Planner(SPACE, [UP], settings=settings, earlier=[_earlier(LIKE)])
    assert [s.reason.how for s in _worked(planner, 6)] == ["start"] * 5 + ["planned"]


def test_a_replayed_planner_judges_alike() -> None:
    first = Planner(SPACE, [UP], seed=2, earlier=[_earlier(LIKE)])
    second = Planner(SPACE, [UP], seed=2, earlier=[_earlier(LIKE)])
    for suggestion in _worked(first, 7):
        second.replay(suggestion)
        value = float(_truth(np.array(list(suggestion.point.values()))))
        second.tell(suggestion.number, {"y": Observed(value=value)})
    assert first.ask() == second.ask()
    assert first.verdicts == second.verdicts


def test_only_features_that_both_have_are_used_and_that_is_said() -> None:
    """The earlier plate had another third component; its values follow the first column."""
    x = np.random.default_rng(0).random((60, 3))
    pool = Pool.from_arrays(["Fe", "Co", "Ni"], x)
    seen = tuple({"y": Observed(value=float(v))} for v in 5.0 * TRIED[:, 1])
    earlier = Earlier("plate 1", ("Mn", "Fe", "Cu"), TRIED, seen)
    settings = PlannerSettings(starts=6)
    planner = Planner(pool, [UP], settings=settings, earlier=[earlier])
    for row in range(7):
        planner.tell(planner.add(dict(zip(pool.names, x[row], strict=True))).number, _seen(x[row, 0]))
    (verdict,) = planner.verdicts
    assert "of whose features Fe are known here" in verdict.text
    with pytest.raises(InputError, match="has no feature of this space"):
        Planner(SPACE, [UP], earlier=[earlier])


def _seen(value: float) -> dict[str, Observed]:
    return {"y": Observed(value=float(value))}


def test_each_objective_has_a_verdict_of_its_own() -> None:
    """The earlier campaign tells the truth of one objective and nothing of the other."""
    objectives = [UP, Objective(quantity="z", direction="minimise")]
    noise = np.random.default_rng(3).normal(size=len(TRIED))
    seen = tuple(
        {"y": Observed(value=float(y)), "z": Observed(value=float(z))}
        for y, z in zip(LIKE, noise, strict=True)
    )
    earlier = Earlier("both", SPACE.names, TRIED, seen)
    planner = Planner(SPACE, objectives, earlier=[earlier])
    for x in np.random.default_rng(8).random((14, 3)):
        number = planner.add(dict(zip(SPACE.names, map(float, x), strict=True))).number
        planner.tell(number, _seen(_truth(x)) | {"z": Observed(value=float(x.sum()))})
    assert [(v.quantity, v.used) for v in planner.verdicts] == [("y", True), ("z", False)]


def test_several_objectives_are_chosen_for_as_without_a_campaign_that_is_switched_off() -> None:
    objectives = [UP, Objective(quantity="z", direction="minimise")]
    wrong = tuple(_seen(-y) for y in LIKE)

    def asked(earlier: list[Earlier]) -> list:
        planner = Planner(SPACE, objectives, earlier=earlier)
        for x in np.random.default_rng(8).random((8, 3)):
            number = planner.add(dict(zip(SPACE.names, map(float, x), strict=True))).number
            planner.tell(number, _seen(_truth(x)) | {"z": Observed(value=float(x.sum()))})
        return [suggestion.point for suggestion in planner.ask(2)]

    assert asked([Earlier("wrong", SPACE.names, TRIED, wrong)]) == asked([])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"features": TRIED[:4]}, "do not fit"),
        ({"features": np.full((50, 3), np.nan)}, "not finite"),
        ({"observed": tuple({"other": Observed(value=1.0)} for _ in TRIED)}, "none of the objectives"),
        ({"observed": (_seen(1.0), *({} for _ in TRIED[1:]))}, "fewer than 3"),
        ({"observed": tuple(_seen(np.inf) for _ in TRIED)}, "no finite number"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(change, said) -> None:
    given = {"name": "a", "names": SPACE.names, "features": TRIED, "observed": _earlier(LIKE).observed}
    with pytest.raises(InputError, match=said):
        Planner(SPACE, [UP], earlier=[Earlier(**(given | change))])
