"""The words of a campaign's figures and tables, in English and Japanese."""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations, pairwise
from typing import Final

from kuralab.model.campaign import Objective
from kuralab.units import vocabulary
from kuralab.views._campaign_record import VariableShown
from kuralab.views._labels import Language
from kuralab.views._numbers import unit_symbol
from kuralab.views._style import plain

HYPERVOLUME: Final = "hypervolume"
_ARMS: Final = {
    "ours": "this_campaign",
    "kuralab": "this_campaign",
    "reference": "reference_arm",
    "random": "reference_random",
    "spread": "reference_spread",
    "model": "reference_model",
}
"""Ways of working whose names are words of the program."""

_NO_BREAK: Final = "\u00a0"
_MOST_LINES: Final = 4
_PIECES: Final = re.compile(
    r"[\u3040-\u309f]+|[\u3000-\u303f\u30a0-\uffef]+[\u3040-\u309f]*[:,]? ?|[^ \u3000-\uffef]+ ?| "
)
"""A Japanese word with the particles that follow it, or a word with the blank after it."""

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "best_so_far": ("best so far: {name}", "それまでの最良値: {name}"),
    "hypervolume": ("hypervolume", "ハイパーボリューム"),
    "experiment_count": ("experiments ended", "終了した実験数"),
    "lab_days": ("lab time / days", "ラボ時間 / 日"),
    "this_campaign": ("this campaign", "このキャンペーン"),
    "reference_arm": ("reference", "参照"),
    "reference_random": ("reference, by chance", "参照（ランダム）"),
    "reference_spread": ("reference, over a grid", "参照（格子）"),
    "reference_model": ("reference, by the model", "参照（モデル）"),
    "model_now": ("model at the end", "最後のモデル"),
    "measured": ("measured", "測定値"),
    "upper_limit": ("upper limit", "上限"),
    "lower_limit": ("lower limit", "下限"),
    "failed": ("failed", "失敗"),
    "goal": ("goal", "目標"),
    "target": ("target", "目標値"),
    "dominated": ("other experiments", "その他の実験"),
    "front": ("Pareto front", "パレートフロント"),
    "reference_point": ("reference point", "参照点"),
    "predicted": ("predicted before: {name}", "測定前の予測: {name}"),
    "then_measured": ("measured: {name}", "測定値: {name}"),
    "importance": ("share of the importance / %", "重要度の割合 / %"),
    "other_variables": ("{n} others", "他 {n} 変数"),
    "fraction": ("{component} / mol%", "{component} / mol%"),
    "best": ("best", "最良"),
    "days_to_goal": ("lab time to the goal / days", "目標到達までのラボ時間 / 日"),
    "goal_reached": ("goal reached", "目標に到達"),
    "not_reached": ("goal not reached", "目標に未到達"),
    "more_than": ("> {days} d", "> {days} 日"),
    "so_many_days": ("{days} d", "{days} 日"),
    "maximise": ("maximise", "最大化"),
    "minimise": ("minimise", "最小化"),
    "constraint": ("constraint", "制約"),
    "suggested": ("waiting", "待機中"),
    "running": ("under way", "実行中"),
    "vetoed": ("vetoed", "却下"),
    "start": ("start", "初期点"),
    "planned": ("planned", "計画"),
    "replicate": ("replicate", "再測定"),
    "pinned": ("pinned by a person", "人が指定"),
    "added": ("added by a person", "人が追加"),
    "reference": ("reference", "参照"),
    "fallback": ("without a model (its fit failed)", "モデルなし（フィット失敗）"),
    "experiments": ("experiments", "実験数"),
    "hours": ("operating hours", "稼働時間"),
    "lanes": ("parallel lanes", "並列数"),
    "run_time": ("time of one experiment", "1 実験の時間"),
    "model": ("model", "モデル"),
    "random": ("by chance", "ランダム"),
    "spread": ("fixed spread", "一様な配置"),
}

ENDINGS: Final[dict[str, tuple[str, str]]] = {
    "running": ("under way", "進行中"),
    "goal": ("the goal was reached", "目標に到達"),
    "experiments": ("all experiments of the budget were spent", "予算の実験数を使い切った"),
    "instrument_hours": ("all instrument-hours of the budget were spent", "予算の装置時間を使い切った"),
    "days": ("all days of the budget were spent", "予算の日数を使い切った"),
    "regret": (
        "nothing better by more than the stated amount is believed to be left",
        "指定した幅を超える改善の余地はないと判断",
    ),
    "exhausted": ("no candidate was left", "候補がなくなった"),
    "stopped": ("stopped by a person", "人が停止"),
}


def word(key: str, language: Language, **values: object) -> str:
    """A text of ours in one language, its blanks filled in."""
    return _WORDS[key][language == "ja"].format(**values)


def arm_name(name: str, language: Language) -> str:
    """A way of working as legends call it; one that is not known keeps its name."""
    if name in _ARMS:
        return word(_ARMS[name], language)
    return plain(name, longest=60)


def quantity_name(quantity: str, language: Language) -> str:
    """A quantity in words; one that is not registered keeps its key, without underscores."""
    if quantity == HYPERVOLUME:
        return word(HYPERVOLUME, language)
    kind = vocabulary().get(quantity)
    return quantity.replace("_", " ") if kind is None else kind.ja if language == "ja" else kind.en


def unit_of(objective: Objective) -> str:
    """The unit of an objective: its own, else the registered one."""
    kind = vocabulary().get(objective.quantity)
    return objective.unit or (kind.unit if kind else "")


def with_unit(name: str, unit: str) -> str:
    """The title of an axis: ``pressure / MPa``, ``conductivity / (S cm⁻¹)``."""
    symbol = unit_symbol(_by_powers(unit))
    if not symbol or symbol == "1":
        return name
    several = " " in symbol or "/" in symbol
    return f"{name} / ({symbol})" if several else f"{name} / {symbol}"


def axis_title(objective: Objective, language: Language, *, key: str = "", width: int = 34) -> str:
    """The title of an objective's axis, in lines of about ``width`` Latin characters."""
    name = quantity_name(objective.quantity, language)
    title = plain(word(key, language, name=name) if key else name, longest=120)
    return folded(with_unit(title, unit_of(objective)), width=width)


def folded(text: str, *, width: int) -> str:
    """A text in lines of equal length, each at most ``width`` Latin characters wide where it can be.

    A Japanese character counts as two. Units stay with their numbers and slashes.
    """
    head, slash, unit = text.rpartition(" / ")
    kept = f"{head} /{_NO_BREAK}{unit.replace(' ', _NO_BREAK)}" if slash else text
    pieces = _PIECES.findall(kept.replace(" °C", f"{_NO_BREAK}°C"))
    if not pieces:
        return text
    count = min(-(-_columns("".join(pieces)) // width), len(pieces), _MOST_LINES)
    # Of all ways to break it, the one whose longest line is shortest.
    ways = combinations(range(1, len(pieces)), count - 1)
    broken = ([*map("".join, _cut(pieces, way))] for way in ways)
    lines = min(broken, key=lambda way: max(_columns(line.rstrip()) for line in way))
    return "\n".join(line.strip(" ") for line in lines)


def _cut(pieces: list[str], places: tuple[int, ...]) -> list[list[str]]:
    ends = [0, *places, len(pieces)]
    return [pieces[a:b] for a, b in pairwise(ends)]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def variable_title(variable: VariableShown) -> str:
    """A variable's name with its unit."""
    return with_unit(plain(variable.name.replace("_", " "), longest=40), variable.unit)


def _by_powers(unit: str) -> str:
    """``S/cm`` as ``S cm-1``, the way axes are lettered; other units as they are."""
    head, slash, below = unit.partition("/")
    if not slash or "/" in below or not below.isalpha() or not head.strip():
        return unit
    return f"{head.strip()} {below}-1"
