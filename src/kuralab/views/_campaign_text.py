"""Points, numbers and sentences of a campaign as its tables print them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

from kuralab.model.campaign import Budget, Experiment, Objective, Predicted, SpeedAccount
from kuralab.model.space import Setting
from kuralab.views._campaign_data import limit_of, value_of
from kuralab.views._campaign_record import CampaignOverview, Spent, VariableShown
from kuralab.views._campaign_speed import days_text
from kuralab.views._campaign_words import quantity_name, unit_of, word
from kuralab.views._labels import Language
from kuralab.views._numbers import format_value, unit_symbol

_KEYS: Final = re.compile("[a-z]+(?:_[a-zA-Z0-9]+)+")
_LIMITS = {"upper_limit": "< ", "lower_limit": "> ", "": ""}


def point_text(overview: CampaignOverview, point: Mapping[str, Setting]) -> str:
    """A candidate in one line: ``glass 60 Li3PS4 – 40 LiI mol%, milling time 12 h``; a table's row by
    its name."""
    if len(point) == 1 and (named := overview.row_names.get(str(*point.values()))):
        return named
    known = {variable.name: variable for variable in overview.variables}
    order = [name for name in known if name in point]
    order += [name for name in point if name not in known]
    texts = [setting_text(known.get(name), name, point[name]) for name in order]
    return ", ".join(texts)


def label_and_settings(overview: CampaignOverview, experiment: Experiment) -> tuple[str, str]:
    """What was made and how, without what one of them would only repeat."""
    point = experiment.suggestion.point
    label = overview.labels.get(experiment.suggestion.number, "")
    if label in (point_text(overview, point), *point.values()) and len(point) == 1:
        return label, ""
    simple = [name for name, setting in point.items() if not isinstance(setting, dict)]
    listed = bool(simple) and all(name in label for name in simple)
    return "" if listed else label, point_text(overview, point)


def setting_text(variable: VariableShown | None, name: str, setting: Setting) -> str:
    """One variable with what it is set to."""
    words = name.replace("_", " ")
    if isinstance(setting, dict):
        parts = [f"{100 * x:.3g}\u00a0{component}" for component, x in setting.items() if x > 5e-7]
        return f"{words} {' – '.join(parts)}\u00a0mol%"
    if isinstance(setting, str):
        return f"{words} {setting}"
    unit = unit_symbol(variable.unit) if variable is not None else ""
    return f"{words} {number_text(setting)}\u00a0{unit}".rstrip()


def number_text(number: float) -> str:
    """Four significant digits, whole numbers whole, with a real minus sign.

    Examples
    --------
    >>> number_text(12345), number_text(23.11349), number_text(-0.5), number_text(2.5e-7)
    ('12345', '23.11', '−0.5', '2.5×10⁻⁷')
    """
    size = abs(number)
    if number == int(number) if math.isfinite(number) and size < 1e6 else False:
        return f"{number:.0f}".replace("-", "−")
    if 1e-2 <= size < 1e6:
        return (f"{number:.4g}" if size < 1e4 else f"{number:.0f}").replace("-", "−")
    return format_value(float(number), 0.0, "").removesuffix(" ± 0")


def observed_text(experiment: Experiment, objective: Objective, language: Language) -> str:
    """A measured value with its uncertainty; a limit as a limit; nothing where there is none."""
    value = value_of(experiment, objective.quantity)
    if value is None:
        return ""
    limit = limit_of(experiment, objective.quantity)
    observed = experiment.observed[objective.quantity]
    uncertainty = 0.0 if limit else observed.uncertainty
    text = format_value(value, uncertainty, unit_of(objective), language=language)
    return _LIMITS[limit] + (text.replace(" ± 0", "") if not uncertainty else text)


def predicted_text(predicted: Predicted | None, objective: Objective) -> str:
    """``8.1×10⁻⁴ (5.2×10⁻⁴ … 1.3×10⁻³) S/cm``: median and 68 % interval."""
    if predicted is None:
        return ""
    ends = (predicted.median, predicted.low_68, predicted.high_68)
    numbers = [_rounded(x, _digits(predicted)) for x in ends]
    text = f"{numbers[0]} ({numbers[1]} … {numbers[2]})"
    return f"{text} {unit_symbol(unit_of(objective))}".rstrip()


def wanted_text(objective: Objective, language: Language) -> str:
    """What is wanted of a quantity: ``maximise, goal 1×10⁻³ S/cm``."""
    unit = unit_symbol(unit_of(objective))
    if objective.direction == "constraint":
        ends = [
            f"{sign} {number_text(end)} {unit}".rstrip()
            for sign, end in (("≥", objective.low), ("≤", objective.high))
            if end is not None
        ]
        return f"{word('constraint', language)}: {', '.join(ends)}"
    if objective.target is not None:
        text = f"{word('target', language)} {number_text(objective.target)} {unit}".rstrip()
    else:
        text = word(objective.direction, language)
    if objective.goal is not None:
        text += f", {word('goal', language)} {number_text(objective.goal)} {unit}".rstrip()
    return text


def spent_lines(budget: Budget, spent: Spent) -> list[tuple[str, str, str]]:
    """What was used of each limit, each line in both languages."""
    rows: Iterable[tuple[str, str, float, float | None]] = (
        ("experiments", "実験数", float(spent.experiments), budget.experiments),
        ("instrument-hours", "装置時間 / h", spent.instrument_hours, budget.instrument_hours),
        ("days of the lab", "ラボの日数", spent.days, budget.days),
    )
    return [
        (en, ja, f"{used:.4g}" + (f" / {limit:.6g}" if limit is not None else ""))
        for en, ja, used, limit in rows
    ]


def in_words(text: str, language: Language) -> str:
    """A program's text with the names of quantities instead of their keys.

    Examples
    --------
    >>> in_words("activation_energy_total at most 0.3 eV", "en")
    'activation energy of total conduction at most 0.3 eV'
    """
    return _KEYS.sub(lambda found: quantity_name(found.group(), language), text)


def headline(account: SpeedAccount) -> tuple[str, str]:
    """The speed account's first sentence, in English and Japanese."""
    goal_en, goal_ja = (in_words(account.goal, language) for language in ("en", "ja"))
    ours = account.ours.days
    seeds = len(account.references)
    if ours is None:
        return (
            f"This campaign did not reach the goal ({goal_en}) within "
            f"{days_text(account.ours.days_done)} days, so there is no ratio.",
            f"このキャンペーンは {days_text(account.ours.days_done)} 日以内に目標（{goal_ja}）に"
            "到達しなかったため、比は求まりません。",
        )
    if account.ratio is None or not math.isfinite(account.ratio):
        return (
            f"This campaign reached the goal ({goal_en}) after {days_text(ours)} days; there is "
            "no reference to compare it with.",
            f"このキャンペーンは {days_text(ours)} 日で目標（{goal_ja}）に到達しました。"
            "比較する参照はありません。",
        )
    ratio = f"{account.ratio:.3g}" if account.ratio < 1000 else f"{account.ratio:.0f}"
    runs_en = f"median of {seeds} runs on the same twins" if seeds > 1 else "one run on the same twins"
    runs_ja = f"同じツイン上の {seeds} 回の中央値" if seeds > 1 else "同じツイン上の 1 回"
    least_en, least_ja = ("at least ", "以上") if account.at_least else ("", "")
    return (
        f"This campaign reached the goal ({goal_en}) after {days_text(ours)} days; the reference "
        f"way of working took {least_en}{ratio} times as long ({runs_en}).",
        f"このキャンペーンは {days_text(ours)} 日で目標（{goal_ja}）に到達しました。"
        f"参照の進め方ではその {ratio} 倍{least_ja}の日数を要しました（{runs_ja}）。",
    )


def summary(overview: CampaignOverview) -> tuple[str, str] | None:
    """One sentence about the best of a single objective; None where there is nothing to say."""
    followed = [o for o in overview.objectives if o.direction != "constraint"]
    if not overview.best or len(followed) != 1:
        return None
    experiment = overview.experiment(overview.best[0])
    objective = followed[0]
    made = next(filter(None, label_and_settings(overview, experiment)))
    name_en, name_ja = (quantity_name(objective.quantity, lang) for lang in ("en", "ja"))
    return (
        f"Best of {overview.spent.experiments} experiments: {made}, {name_en} "
        f"{observed_text(experiment, objective, 'en')} (experiment {experiment.suggestion.number}).",
        f"{overview.spent.experiments} 実験での最良: {made}、{name_ja} "
        f"{observed_text(experiment, objective, 'ja')}（実験 {experiment.suggestion.number}）。",
    )


def _digits(predicted: Predicted) -> int:
    """Two, or as many more as it takes to tell the ends of a narrow interval apart."""
    half = (predicted.high_68 - predicted.low_68) / 2.0
    size = abs(predicted.median)
    if not (math.isfinite(half) and math.isfinite(size) and 0.0 < half < size):
        return 2
    return min(max(2, math.ceil(math.log10(size / half)) + 1), 4)


def _rounded(number: float, digits: int) -> str:
    if not math.isfinite(number):
        return "∞" if number > 0 else "−∞"
    return number_text(float(f"{number:.{digits}g}"))
