"""Campaigns on dummies: the budget, failures, a person's words, what an edited ledger does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kuralab.campaigns import campaign_state, check_intact, remaining, spent
from kuralab.campaigns._record import suggested
from kuralab.errors import InputError
from kuralab.model.campaign import Budget, PlannerSettings, Reason, Suggestion
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.store import Catalogue, verify
from tests.campaigns.small import (
    QUANTITY,
    ChancePlanner,
    campaign,
    decisions,
    definition,
    evaluate,
    open_lab,
    truth,
)
from tests.lab.dummy import performed


def _worked(folder: Path, wanted: CampaignDefinition | None = None, **more: Any) -> Any:
    with open_lab(folder) as lab:
        found = campaign(lab, wanted, **more)
        found.work()
    return found


def test_a_campaign_does_what_its_budget_allows_and_records_it(tmp_path: Path) -> None:
    found = _worked(tmp_path)
    state = found.state
    assert state.ended == ("experiments", "the budget of 12 experiments is used")
    assert len(state.experiments) == len(state.told) == 12
    assert len(Catalogue(tmp_path).runs()) == 12
    for experiment in state.measured:
        hours = experiment.suggestion.point["milling_time"]
        assert experiment.observed[QUANTITY].value == pytest.approx(truth(float(hours)), rel=1e-6)
    assert verify(tmp_path).ok
    assert campaign_state(tmp_path) == state


def test_a_freed_instrument_gets_the_next_experiment_at_once(tmp_path: Path) -> None:
    """Never fewer than three are under way until the last three, and the next begins as one ends."""
    state = _worked(tmp_path).state
    ends = sorted(e.ended for e in state.experiments.values())
    begins = sorted(e.suggested for e in state.experiments.values())
    assert begins[:3] == [state.created] * 3
    assert begins[3:] == ends[: len(begins) - 3]


def test_the_planner_hears_in_the_ledgers_order(tmp_path: Path) -> None:
    found = _worked(tmp_path)
    assert [number for _, number in found.planner.heard] == found.state.told
    ends = [found.state.experiments[number].ended for number in found.state.told]
    assert ends == sorted(ends)


def test_failures_are_told_as_failures_with_their_reason(tmp_path: Path) -> None:
    """Above 39 h the value is NaN; below 5 h nothing is found."""
    found = _worked(tmp_path)
    failed = {n for word, n in found.planner.heard if word == "failed"}
    expected = {
        n
        for n, e in found.state.experiments.items()
        if not 5 < float(e.suggestion.point["milling_time"]) <= 39
    }
    assert failed == expected != set()
    for number in failed:
        assert found.state.experiments[number].state == "failed"
        assert QUANTITY in found.state.experiments[number].message


def test_a_run_that_fails_is_a_failed_experiment(tmp_path: Path) -> None:
    with open_lab(tmp_path, trouble={"press": "fails"}) as lab:
        found = campaign(lab, definition(budget=Budget(experiments=3)))
        state = found.work()
    assert {e.state for e in state.experiments.values()} == {"failed"}
    assert state.experiments[1].message == "the run failed: press_pellet: the jar broke"
    assert found.planner.heard == [("failed", n) for n in state.told]


def test_an_analysis_that_breaks_is_a_failed_experiment(tmp_path: Path) -> None:
    def broken(_folder: Path, _run: str) -> Any:
        raise InputError("no spectrum")

    found = _worked(tmp_path, definition(budget=Budget(experiments=3)), evaluate=broken)
    assert found.state.experiments[1].message == "the analysis failed: no spectrum"


# -- the budget -----------------------------------------------------------------------------


def test_instrument_hours_end_a_campaign_before_they_are_exceeded(tmp_path: Path) -> None:
    """By hand: 10 min, 4 h, 15 min, 30 min are 4 h 55 min; two in one mill or analyser share them."""
    found = _worked(tmp_path, definition(budget=Budget(instrument_hours=40.0)))
    assert found.state.ended is not None
    assert found.state.ended[0] == "instrument_hours"
    used = spent(found.state)
    assert 30.0 < used.instrument_hours <= 40.0
    rows = [s for run in Catalogue(tmp_path).runs() for s in Catalogue(tmp_path).steps(run.run)]
    orders = {s.order: (s.finished - s.started).total_seconds() / 3600 for s in rows}
    assert used.instrument_hours == pytest.approx(sum(orders.values()))
    assert remaining(found.state)["instrument_hours"] == pytest.approx(40.0 - used.instrument_hours)


def test_days_end_a_campaign(tmp_path: Path) -> None:
    state = _worked(tmp_path, definition(budget=Budget(days=1.0))).state
    assert state.ended == ("days", "the budget of 1 days is used")
    last = max(e.suggested for e in state.experiments.values())
    assert (last - state.created).total_seconds() < 86400


def test_the_goal_is_recorded_and_ends_only_who_says_so(tmp_path: Path) -> None:
    to_the_budget = _worked(tmp_path / "budget").state
    assert to_the_budget.goal is not None
    assert len(to_the_budget.told) == 12
    to_the_goal = _worked(tmp_path / "goal", definition(until="goal")).state
    assert to_the_goal.goal == to_the_budget.goal
    assert to_the_goal.ended == ("goal", f"experiment {to_the_goal.goal} reached the goal")
    assert len(to_the_goal.told) < 12


def test_a_small_enough_regret_ends_a_campaign(tmp_path: Path) -> None:
    class Confident(ChancePlanner):
        def regret(self) -> Any:
            from types import SimpleNamespace

            bound = 1.0 / (1 + len(self.heard))
            return SimpleNamespace(bound=bound, text=f"the best is within {bound:.2f} decades")

    wanted = definition(planner=PlannerSettings(method="random", stop_within=0.15))
    state = _worked(tmp_path, wanted, planner_of=Confident).state
    assert state.ended == ("regret", "the best is within 0.11 decades")
    assert len(state.told) == 8  # the sixth was enough; two more were under way then


def test_a_space_without_candidates_left_ends_a_campaign(tmp_path: Path) -> None:
    class Short(ChancePlanner):
        def ask(self, count: int = 1) -> list[Suggestion]:
            return super().ask(count) if self._next <= 5 else []

    state = _worked(tmp_path, planner_of=Short).state
    assert state.ended == ("exhausted", "every candidate has been tried")
    assert len(state.told) == 5


def test_a_larger_budget_goes_on_with_the_same_campaign(tmp_path: Path) -> None:
    first = _worked(tmp_path, definition(budget=Budget(experiments=7)))
    more = _worked(tmp_path)
    assert more.state.campaign == first.state.campaign
    assert decisions(more)[:7] == decisions(first)
    assert len(more.state.told) == 12


def test_an_ended_campaign_is_shown_and_nothing_is_done(tmp_path: Path) -> None:
    first = _worked(tmp_path)
    actions, events = performed(tmp_path / "dummies"), verify(tmp_path).events
    assert decisions(_worked(tmp_path)) == decisions(first)
    assert performed(tmp_path / "dummies") == actions
    assert verify(tmp_path).events == events


# -- a person's words -----------------------------------------------------------------------


def _interrupted(folder: Path, after: int) -> None:
    """A campaign whose process ended after so many experiments."""

    def stop(found: Any) -> None:
        if len(found.state.told) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _worked(folder, progress=stop)


def test_a_pinned_experiment_takes_the_next_place_within_the_budget(tmp_path: Path) -> None:
    _interrupted(tmp_path, 2)
    with open_lab(tmp_path) as lab:
        found = campaign(lab)
        before = len(found.state.experiments)
        found.wish("pinned", {"milling_time": 30.0}, actor="mika", reason="the paper says so")
        state = found.work()
    pinned = [e for e in state.experiments.values() if e.suggestion.reason.how == "pinned"]
    assert [e.suggestion.number for e in pinned] == [before + 1]
    assert pinned[0].observed[QUANTITY].value == pytest.approx(1e-3)
    assert len(state.experiments) == 12
    assert [(r.how, r.actor, r.reason) for r in state.requests] == [
        ("pinned", "mika", "the paper says so")
    ]
    assert state.waiting == []


def test_an_added_experiment_is_one_more_also_after_the_end(tmp_path: Path) -> None:
    _worked(tmp_path)
    with open_lab(tmp_path) as lab:
        found = campaign(lab)
        with pytest.raises(InputError, match=r"no place will be free.*Use --add"):
            found.wish("pinned", {"milling_time": 30.0}, actor="mika", reason="why not")
        found.wish("added", {"milling_time": 30.0}, actor="mika", reason="to be sure")
        state = found.work()
    assert len(state.experiments) == 13
    assert state.experiments[13].suggestion.reason.how == "added"
    assert state.experiments[13].state == "measured"
    assert spent(state).experiments == 12
    assert state.ended is not None


def test_a_vetoed_experiment_ends_and_its_place_is_free(tmp_path: Path) -> None:
    _interrupted(tmp_path, 2)
    with open_lab(tmp_path) as lab:
        found = campaign(lab)
        number = found.state.under_way[-1].suggestion.number
        found.veto(number, actor="mika", reason="it would blow up")
        with pytest.raises(InputError, match=f"experiment {number} is vetoed"):
            found.veto(number, actor="mika", reason="again")
        with pytest.raises(InputError, match=r"there is no experiment 99"):
            found.veto(99, actor="mika", reason="no such")
        state = found.work()
    assert state.experiments[number].state == "vetoed"
    assert state.experiments[number].message == "it would blow up"
    assert number not in state.told
    assert len(state.told) == 12
    assert Catalogue(tmp_path).run(str(state.experiments[number].run)).state == "cancelled"
    assert ("vetoed", number) in found.planner.heard


def test_a_wish_that_is_no_candidate_is_refused(tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        found = campaign(lab)
        with pytest.raises(InputError, match="milling_time"):
            found.wish("pinned", {"milling_time": 400.0}, actor="mika", reason="more is more")
        assert found.state.requests == []


def test_words_are_replayed_in_their_order(tmp_path: Path) -> None:
    """Words, an interruption, and the planner has heard the same as it would have in one life."""
    _interrupted(tmp_path, 2)
    with open_lab(tmp_path) as lab:
        found = campaign(lab)
        found.veto(found.state.under_way[0].suggestion.number, actor="mika", reason="no")
        found.wish("added", {"milling_time": 20.0}, actor="mika", reason="yes")
        found.work()
    with open_lab(tmp_path) as lab:
        again = campaign(lab)
    assert again.planner.heard == found.planner.heard
    assert [s.number for s in again.planner.asked] == sorted(found.state.experiments)


# -- a ledger that somebody has edited ------------------------------------------------------


def _content(folder: Path) -> list[str]:
    """Everything in the ledger; its bytes change when SQLite tidies up."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        return list(connection.iterdump())


def _edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection, connection:
        where = "WHERE kind = 'campaign.told' ORDER BY sequence LIMIT 1"
        sequence, payload = connection.execute(
            f"SELECT sequence, payload FROM events {where}"
        ).fetchone()
        content = json.loads(payload)
        change(content)
        connection.execute(
            "UPDATE events SET payload = ? WHERE sequence = ?", (json.dumps(content), sequence)
        )


def test_an_edited_result_is_refused_and_left_alone(tmp_path: Path) -> None:
    _interrupted(tmp_path, 2)
    check_intact(tmp_path)

    def better(content: dict[str, Any]) -> None:
        content["observed"] = {QUANTITY: {"value": 1.0, "unit": "S/cm"}}

    _edit(tmp_path, better)
    before = _content(tmp_path)
    with pytest.raises(InputError, match=r"event \d+: it is not as it was written.*restore a backup"):
        check_intact(tmp_path)
    assert _content(tmp_path) == before


def test_a_suggestion_that_is_not_of_the_space_is_refused(tmp_path: Path) -> None:
    """Somebody who writes whole events can make the chain sound, but not the space larger."""
    _interrupted(tmp_path, 2)
    with open_lab(tmp_path) as lab:
        state = campaign_state(tmp_path)
        odd = Suggestion(number=9, point={"milling_time": 999.0}, reason=Reason(how="planned"))
        lab.clock.run(lab.ledger.append(suggested(state.campaign, odd, run="none", request=None)))
    events = verify(tmp_path).events
    with (
        open_lab(tmp_path) as lab,
        pytest.raises(InputError, match=r"experiment 9 is not of this space"),
    ):
        campaign(lab)
    assert verify(tmp_path).events == events


def test_two_campaigns_share_a_lab(tmp_path: Path) -> None:
    first = _worked(tmp_path, definition(budget=Budget(experiments=3)))
    second = _worked(tmp_path, definition(name="other", budget=Budget(experiments=3), seed=5))
    assert first.state.campaign != second.state.campaign
    assert len(Catalogue(tmp_path).runs()) == 6
    assert campaign_state(tmp_path, first.state.campaign) == first.state
    with pytest.raises(InputError, match=r"no campaign 'x'"):
        campaign_state(tmp_path, "x")


def test_evaluate_is_what_the_truth_says(tmp_path: Path) -> None:
    found = _worked(tmp_path, definition(budget=Budget(experiments=1), parallel=1))
    run = str(found.state.experiments[1].run)
    hours = float(found.state.experiments[1].suggestion.point["milling_time"])
    assert evaluate(tmp_path, run).observed[QUANTITY].value == pytest.approx(truth(hours), rel=1e-6)
