"""The tables of a campaign: its best, its failures, its planner's record, its speed account."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, NamedTuple

from kuralab.model.campaign import Arm, Experiment
from kuralab.views._campaign_data import ended
from kuralab.views._campaign_figures import share
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_speed import days_text
from kuralab.views._campaign_text import (
    in_words,
    label_and_settings,
    number_text,
    observed_text,
    point_text,
    predicted_text,
)
from kuralab.views._campaign_words import arm_name, quantity_name, word
from kuralab.views._labels import FLAGS, Language, word_of_flag

_BEST: Final = 8
_RUNNERS_UP: Final = 3


class BestLine(NamedTuple):
    """One of the best experiments; ``values`` hold measured and predicted of each objective."""

    number: int
    label: str
    settings: str
    values: tuple[tuple[str, str], ...]
    how: str
    why: str
    runners_up: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]


class TroubleLine(NamedTuple):
    """An experiment that failed or was vetoed, and why."""

    number: int
    state: str
    label: str
    settings: str
    message: str


class ExperimentLine(NamedTuple):
    """One experiment in the list of all."""

    number: int
    how: str
    state: str
    label: str
    settings: str
    values: tuple[str, ...]
    days: str


class ArmLine(NamedTuple):
    """One way of working in the speed account."""

    name: str
    words: str
    experiments: str
    days: str
    run_hours: str
    lanes: str
    open_share: str
    seed: int


def best_lines(overview: CampaignOverview, *, language: Language = "en") -> list[BestLine]:
    """The best experiments, best first, with what was expected of them and why they were tried."""
    lines = []
    for number in overview.best[:_BEST]:
        experiment = overview.experiment(number)
        label, settings = label_and_settings(overview, experiment)
        reason = experiment.suggestion.reason
        lines.append(
            BestLine(
                number=number,
                label=label,
                settings=settings,
                values=tuple(
                    (
                        observed_text(experiment, objective, language),
                        predicted_text(reason.predicted.get(objective.quantity), objective),
                    )
                    for objective in overview.objectives
                ),
                how=word(reason.how, language),
                why=in_words(reason.text, "en"),
                runners_up=tuple(
                    (point_text(overview, other.point), f"{other.score:.3g}")
                    for other in reason.runners_up[:_RUNNERS_UP]
                ),
                flags=_flags(experiment, language),
            )
        )
    return lines


def trouble_lines(overview: CampaignOverview, *, language: Language = "en") -> list[TroubleLine]:
    """What failed or was vetoed, in the order of the numbers."""
    return [
        TroubleLine(
            e.suggestion.number, word(e.state, language), *label_and_settings(overview, e), e.message
        )
        for e in overview.experiments
        if e.state in ("failed", "vetoed")
    ]


def experiment_lines(overview: CampaignOverview, *, language: Language = "en") -> list[ExperimentLine]:
    """Every experiment in the order of the numbers."""
    days = {found.experiment.suggestion.number: found.days for found in ended(overview)}
    lines = []
    for e in overview.experiments:
        number = e.suggestion.number
        after = days.get(number)
        label, settings = label_and_settings(overview, e)
        lines.append(
            ExperimentLine(
                number=number,
                how=word(e.suggestion.reason.how, language),
                state=word(e.state, language),
                label=label,
                settings=settings,
                values=tuple(observed_text(e, o, language) for o in overview.objectives),
                days="" if after is None else days_text(after),
            )
        )
    return lines


def coverage_lines(overview: CampaignOverview, *, language: Language = "en") -> list[dict[str, str]]:
    """How often the intervals of predictions held what was measured."""
    return [
        {
            "quantity": quantity_name(c.quantity, language),
            "count": str(c.count),
            "within_68": f"{c.within_68} ({share(c.within_68, c.count)})",
            "within_95": f"{c.within_95} ({share(c.within_95, c.count)})",
        }
        for c in overview.calibration
        if c.count
    ]


def planner_facts(
    overview: CampaignOverview, *, language: Language = "en"
) -> list[tuple[str, str, str]]:
    """What a reader needs to judge or repeat the choices: name in English and Japanese, and value."""
    reasons = [e.suggestion.reason for e in overview.experiments]
    hows = Counter(reason.how for reason in reasons)
    used = list(dict.fromkeys(reason.acquisition for reason in reasons if reason.acquisition))
    last = reasons[-1] if reasons else None
    settings = overview.settings
    facts = [
        ("choice", "選択", word(settings.method, language)),
        ("acquisition", "獲得関数", ", ".join(used) or settings.acquisition.replace("_", " ")),
        ("chosen as", "選ばれ方", _counted(hows, language)),
        ("seed", "乱数の種", str(overview.seed)),
        ("failed fits of the model", "モデルのフィット失敗", str(overview.fit_failures)),
        ("chosen without a model for that", "そのためモデルなしで選択", str(hows["fallback"])),
        ("measured only as a limit", "上限・下限のみの測定", str(_censored(overview))),
    ]
    if overview.regret_text:
        facts.append(("bound of the regret", "後悔の上界", in_words(overview.regret_text, "en")))
    elif overview.regret_bound is not None:
        bound = number_text(float(f"{overview.regret_bound:.3g}"))
        facts.append(("bound of the regret", "後悔の上界", bound))
    if last is not None and last.model:
        facts.append(("last model", "最後のモデル", last.model))
    if last is not None and last.data:
        facts.append(
            ("hash of the data of the last choice", "最後の選択時のデータのハッシュ", last.data)
        )
    return facts


def arm_lines(overview: CampaignOverview, *, language: Language = "en") -> list[ArmLine]:
    """This campaign, then the reference arms, those of one name together."""
    if overview.speed is None:
        return []
    references = overview.speed.references
    names = list(dict.fromkeys(arm.name for arm in references))
    together = sorted(references, key=lambda arm: names.index(arm.name))
    return [_arm(arm, language) for arm in (overview.speed.ours, *together)]


def factor_lines(overview: CampaignOverview, *, language: Language = "en") -> list[dict[str, str]]:
    """The parts of the speed account: reference over ours, with the reference in words."""
    if overview.speed is None:
        return []
    return [
        {
            "name": word(factor.name, language),
            "value": "–" if factor.value is None else f"{factor.value:.3g}",
            "words": in_words(factor.words, "en"),
        }
        for factor in overview.speed.factors
    ]


def flags_of(overview: CampaignOverview) -> list[str]:
    """The registered flags that some value carries."""
    found = {f for e in overview.experiments for o in e.observed.values() for f in o.flags}
    return [flag for flag in FLAGS if flag in found]


def _flags(experiment: Experiment, language: Language) -> tuple[str, ...]:
    found = dict.fromkeys(f for o in experiment.observed.values() for f in o.flags if f != "synthetic")
    return tuple(word_of_flag(flag, language) if flag in FLAGS else flag for flag in found)


def _censored(overview: CampaignOverview) -> int:
    limits = {"censored_below", "censored_above"}
    return sum(
        any(limits & set(observed.flags) for observed in e.observed.values())
        for e in overview.experiments
    )


def _counted(hows: Counter[Any], language: Language) -> str:
    return ", ".join(f"{word(how, language)} {count}" for how, count in hows.items()) or "–"


def _arm(arm: Arm, language: Language) -> ArmLine:
    reached = arm.days is not None and arm.experiments is not None
    return ArmLine(
        name=arm_name(arm.name, language),
        words=arm.words,
        experiments=str(arm.experiments) if reached else f"> {arm.experiments_done}",
        days=days_text(arm.days) if arm.days is not None else f"> {days_text(arm.days_done)}",
        run_hours=f"{arm.run_hours:.3g}",
        lanes=f"{arm.lanes:.2g}",
        open_share=f"{100 * arm.open_share:.0f} %",
        seed=arm.seed,
    )
