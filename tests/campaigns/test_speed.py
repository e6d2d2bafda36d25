"""The reference arm and the speed account: by hand where a hand can, else from the two ledgers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kuralab.campaigns import CampaignState, arm_of, run_references, speed_account
from kuralab.campaigns._reference import first_opening, reference_definition, with_hours
from kuralab.campaigns._speed import open_share
from kuralab.model import Shift
from kuralab.model.campaign import Experiment, Observed, Reason, Suggestion
from kuralab.model.campaign_definition import STAFF_HOURS, ReferenceSettings
from kuralab.store import Catalogue
from tests.campaigns.small import QUANTITY, ChancePlanner, campaign, definition, evaluate, open_lab
from tests.lab.dummy import facility

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)


def _state(
    ends: list[float], *, goal: int | None, hours: float = 6.0, **changes: object
) -> CampaignState:
    """Experiments of so many hours each that ended so many hours after the beginning."""
    state = CampaignState("c", definition(**changes), facility(), BEGAN)
    for number, end in enumerate(ends, start=1):
        ended = BEGAN + timedelta(hours=end)
        state.experiments[number] = Experiment(
            suggestion=Suggestion(number=number, point={}, reason=Reason(how="planned")),
            state="measured",
            suggested=ended - timedelta(hours=hours),
            ended=ended,
            observed={QUANTITY: Observed(value=1e-3)},
        )
        state.told.append(number)
    state.goal = goal
    return state


def test_an_arm_by_hand() -> None:
    """Four experiments of 6 h, two at once, done after 12 h; the third reached the goal."""
    arm = arm_of(_state([6, 6, 12, 12], goal=3), name="ours", words="")
    assert (arm.experiments, arm.days, arm.days_done) == (3, 0.5, 0.5)
    assert (arm.experiments_done, arm.run_hours, arm.lanes, arm.open_share) == (4, 6.0, 2.0, 1.0)


def test_the_ratio_is_of_the_median_days() -> None:
    ours = _state([12], goal=1)
    account = speed_account(ours, [_state([h], goal=1) for h in (120, 60, 600)])
    assert account is not None
    assert account.ratio == pytest.approx(10.0)
    assert not account.at_least
    assert account.goal == f"{QUANTITY} at least 0.0009 S/cm"


def test_a_reference_that_gave_up_only_bounds_the_ratio() -> None:
    """One of three that gave up late leaves the median; two of three make it a bound."""
    ours = _state([12], goal=1)
    one = speed_account(ours, [_state([60], goal=1), _state([120], goal=1), _state([600], goal=None)])
    two = speed_account(ours, [_state([60], goal=1), _state([120], goal=None), _state([600], goal=None)])
    early = speed_account(ours, [_state([60], goal=1), _state([120], goal=1), _state([30], goal=None)])
    assert one is not None
    assert two is not None
    assert early is not None
    assert (one.ratio, one.at_least) == (pytest.approx(10.0), False)
    assert (two.ratio, two.at_least) == (pytest.approx(10.0), True)
    assert (early.ratio, early.at_least) == (pytest.approx(5.0), True)


def test_without_reaching_the_goal_there_is_no_ratio() -> None:
    account = speed_account(_state([12, 24], goal=None), [_state([60], goal=1)])
    assert account is not None
    assert account.ratio is None
    assert account.factors[0].value is None
    assert speed_account(_state([12], goal=1), []) is None


def test_staff_hours_are_forty_of_a_week() -> None:
    assert open_share(facility()) == 1.0
    assert open_share(with_hours(facility(), (STAFF_HOURS,))) == pytest.approx(40 / 168)
    overlapping = (
        STAFF_HOURS,
        Shift(days=(0,), opens=16, closes=20),
        Shift(days=(5,), opens=9, closes=12),
    )
    assert open_share(with_hours(facility(), overlapping)) == pytest.approx(46 / 168)


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        ("2026-01-05 08:00", "2026-01-06 00:00"),  # Monday 17:00 in Tokyo: Tuesday 9:00
        ("2026-01-05 02:00", "2026-01-05 02:00"),  # Monday 11:00 in Tokyo: at once
        ("2026-01-09 12:00", "2026-01-12 00:00"),  # Friday evening: Monday
    ],
)
def test_a_reference_begins_when_staff_come_in(after: str, opens: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = first_opening((STAFF_HOURS,), "Asia/Tokyo", after=moment)
    assert found == datetime.fromisoformat(opens).replace(tzinfo=UTC)


def test_the_reference_works_alone_in_staff_hours_until_the_goal(tmp_path: Path) -> None:
    wanted = definition(reference=ReferenceSettings(experiments=30, seeds=2))

    def references() -> list[CampaignState]:
        return list(
            run_references(
                wanted,
                folder=tmp_path / "reference",
                facility=facility(),
                began=BEGAN,
                evaluate=evaluate,
                open_lab=open_lab,
                planner_of=ChancePlanner,
            )
        )

    first, second = references()
    assert first.definition.planner.method == "random"
    assert first.ended is not None
    assert first.ended[0] == "goal"
    assert [e.suggestion.point for e in first.experiments.values()] != [
        e.suggestion.point for e in second.experiments.values()
    ]
    for folder in (tmp_path / "reference").iterdir():
        rows = [s for run in Catalogue(folder).runs() for s in Catalogue(folder).steps(run.run)]
        assert all(s.started.weekday() < 5 and 9 <= s.started.hour < 17 for s in rows)
    assert arm_of(first, name="", words="").lanes == pytest.approx(1.0, abs=0.01)
    assert references() == [first, second]


def test_no_reference_without_a_goal_or_on_real_instruments(tmp_path: Path) -> None:
    def count(**changes: object) -> int:
        place = facility(**{k: v for k, v in changes.items() if k == "kind"})
        wanted = definition(**{k: v for k, v in changes.items() if k != "kind"})
        return len(
            list(
                run_references(
                    wanted,
                    folder=tmp_path,
                    facility=place,
                    began=BEGAN,
                    evaluate=evaluate,
                    open_lab=open_lab,
                    planner_of=ChancePlanner,
                )
            )
        )

    without_goal = definition().objectives[0].model_copy(update={"goal": None})
    assert count(objectives=(without_goal,)) == 0
    assert count(reference=None) == 0
    assert count(kind="real") == 0


def test_the_grid_reference_spreads(tmp_path: Path) -> None:
    settings = ReferenceSettings(method="grid", lanes=2, experiments=9)
    found = reference_definition(definition(), settings, 1)
    assert (found.planner.method, found.parallel, found.until) == ("spread", 2, "goal")
    assert (found.budget.experiments, found.reference) == (9, None)


def test_the_account_of_a_campaign_on_dummies(tmp_path: Path) -> None:
    with open_lab(tmp_path / "lab") as lab:
        ours = campaign(lab).work()
    wanted = definition(reference=ReferenceSettings(experiments=30, seeds=1))
    references = list(
        run_references(
            wanted,
            folder=tmp_path / "reference",
            facility=facility(),
            began=ours.created,
            evaluate=evaluate,
            open_lab=open_lab,
            planner_of=ChancePlanner,
        )
    )
    account = speed_account(ours, references)
    assert account is not None
    assert account.ours.days is not None
    days = account.references[0].days
    assert days is not None
    assert account.ratio == pytest.approx(days / account.ours.days)
    factors = {factor.name: factor for factor in account.factors}
    assert factors["hours"].value == pytest.approx(4.2)
    assert factors["lanes"].value == pytest.approx(account.ours.lanes / account.references[0].lanes)
    assert "one lane, staff hours" in factors["experiments"].words
    assert "not independent" in account.remark
