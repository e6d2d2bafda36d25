"""Which figures a campaign has, with captions in English and Japanese."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from kuralab.errors import InputError
from kuralab.views._campaign_convergence import convergence
from kuralab.views._campaign_data import searched
from kuralab.views._campaign_front import front
from kuralab.views._campaign_importance import importance
from kuralab.views._campaign_mixture import (
    MixtureShown,
    fraction_plot,
    landscape_of,
    mapped,
    mixtures_of,
)
from kuralab.views._campaign_parity import parity
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_speed import speed
from kuralab.views._campaign_triangle import triangle_plot
from kuralab.views._campaign_words import HYPERVOLUME, quantity_name
from kuralab.views._figures import ReportFigure
from kuralab.views._labels import Language


def campaign_figures(overview: CampaignOverview, *, language: Language = "en") -> list[ReportFigure]:
    """The figures for which the campaign has something to show, in the order of its report.

    Keys: convergence, front, speed, parity, importance, composition (composition-2, ... of further
    mixtures).
    """
    drawings: list[tuple[str, Callable[..., Figure], tuple[str, str]]] = [
        ("convergence", convergence, _about_convergence(overview)),
        ("front", front, _about_front(overview)),
        ("speed", speed, _ABOUT_SPEED),
        ("parity", parity, _about_parity(overview)),
        ("importance", importance, _ABOUT_IMPORTANCE),
    ]
    figures = []
    for key, draw, caption in drawings:
        try:
            figure = draw(overview, language=language)
        except InputError:
            # A campaign that has hardly begun has no model and no values: its report shows the rest.
            continue
        figures.append(ReportFigure(key, *caption, figure))
    for i, shown in enumerate(mixtures_of(overview), start=1):
        draw_mixture = fraction_plot if len(shown.drawn) == 2 else triangle_plot
        drawn = draw_mixture(overview, shown, language=language)
        key = "composition" if i == 1 else f"composition-{i}"
        figures.append(ReportFigure(key, *_about_mixture(overview, shown), drawn))
    return figures


def _about_convergence(overview: CampaignOverview) -> tuple[str, str]:
    referred = bool(overview.references)
    several_en = ", a row for each objective" if len(searched(overview)) > 1 else ""
    several_ja = "（段は目的ごと）" if len(searched(overview)) > 1 else ""
    if any(progress.quantity == HYPERVOLUME for progress in overview.ours):
        several_en += " and for the volume that the Pareto front dominates"
        several_ja = "（段は目的ごと、最下段はパレートフロントが支配する体積）"
    return (
        f"Best measured value so far{several_en}: left against the experiments in the order in which "
        "they ended, right against the days of the lab since the beginning. Symbols: single "
        "experiments of this campaign; triangles: only a limit was measured; crosses: failed."
        + (" Thin lines: reference ways of working on the same twins." if referred else ""),
        f"それまでの最良の測定値{several_ja}。左: 終了順の実験数、右: 開始からのラボの日数に対して示す。"
        "記号: 各実験、三角: 上限または下限のみの測定、×: 失敗。"
        + ("細線: 同じツイン上での参照の進め方。" if referred else ""),
    )


def _about_front(overview: CampaignOverview) -> tuple[str, str]:
    if len(searched(overview)) > 2:
        line = (
            "Of three objectives each pair is shown; a point of the front may lie behind others there.",
            "3 目的の各組を示すため、フロントの点が他の点の内側に見えることがある。",
        )
    elif any(objective.direction == "target" for objective in searched(overview)):
        line = ("The line guides the eye.", "線は目安。")
    else:
        line = (
            "Line: border of what the front dominates.",
            "線: フロントが支配する領域の境界。",
        )
    return (
        "All measured experiments. Filled: the Pareto front, which nothing measured betters in one "
        "objective without a loss in another; numbers: experiments; bars: standard uncertainty. "
        + line[0],
        "測定した全実験。塗りつぶし: パレートフロント"
        "（ある目的を損なわずに他の目的を改善した測定がない点）、"
        "数字: 実験番号、誤差棒: 標準不確かさ。" + line[1],
    )


def _about_parity(overview: CampaignOverview) -> tuple[str, str]:
    counts_en = [
        f"{quantity_name(c.quantity, 'en')}: the 68 % interval held {c.within_68} of {c.count} "
        f"({share(c.within_68, c.count)}), the 95 % interval {c.within_95} of {c.count} "
        f"({share(c.within_95, c.count)})"
        for c in overview.calibration
        if c.count
    ]
    counts_ja = [
        f"{quantity_name(c.quantity, 'ja')}: 68 % 区間に {c.count} 件中 {c.within_68} 件"
        f"（{share(c.within_68, c.count)}）、95 % 区間に {c.within_95} 件"
        f"（{share(c.within_95, c.count)}）"
        for c in overview.calibration
        if c.count
    ]
    return (
        "Predictions made before each measurement against what was then measured; starting points, "
        "for which there was no model, are left out. Horizontal bars: central 68 % interval of the "
        "prediction; vertical bars: standard uncertainty of the measurement; line: equality."
        + (f" Coverage: {'; '.join(counts_en)}." if counts_en else ""),
        "測定前に立てた予測と、その後の測定値（モデルのない初期点は除く）。"
        "横棒: 予測の中央 68 % 区間、縦棒: 測定の標準不確かさ、線: 一致。"
        + (f"実際に含まれた割合は、{'、'.join(counts_ja)}。" if counts_ja else ""),
    )


def share(part: int, whole: int) -> str:
    """A share in whole per cent: ``67 %``."""
    return f"{100 * part / whole:.0f} %"


_ABOUT_IMPORTANCE = (
    "Permutation importance for the first objective: mean squared change of the last model's prediction "
    "when one variable is shuffled over the space, as share of the sum. It describes the model, not a "
    "cause; variables that go together share it.",
    "最初の目的に対する並べ替え重要度: 1 つの変数を探索空間内で並べ替えたときの、"
    "最後のモデルの予測の変化の二乗平均（和に対する割合）。"
    "モデルの性質であって因果を示すものではなく、連動する変数の間では分かち合われる。",
)
_ABOUT_SPEED = (
    "Lab time to the goal, one bar for each run of a way of working, all on the same twins. Hatched: "
    "ended without the goal, so that the time to it is longer than the bar.",
    "目標到達までのラボ時間。棒は進め方の 1 回の実行（同じツイン上）。"
    "斜線: 目標に届かず終了（到達までの時間は棒より長い）。",
)


def _about_mixture(overview: CampaignOverview, shown: MixtureShown) -> tuple[str, str]:
    name_en, name_ja = (quantity_name(mapped(overview).quantity, lang) for lang in ("en", "ja"))
    variable = shown.variable.name.replace("_", " ")
    if len(shown.drawn) == 2:
        first, second = shown.drawn
        return (
            f"Measured {name_en} against the mole percentage of {second} in {variable}; the rest is "
            f"{first}. Bars: standard uncertainty; triangles: limits; crosses: failed."
            + (
                " Line: median of the last model's prediction, all other variables as in the best "
                "experiment, which other experiments need not lie on."
                if landscape_of(overview, shown)
                else ""
            ),
            f"{variable} 中の {second} のモル百分率（残りは {first}）に対する{name_ja}の測定値。"
            "誤差棒: 標準不確かさ、三角: 上限・下限、×: 失敗。"
            + (
                "線: 最後のモデルの予測の中央値（他の変数は最良の実験の値。"
                "他の実験は線上にあるとは限らない）。"
                if landscape_of(overview, shown)
                else ""
            ),
        )
    text_en = f"Composition ({variable}) in mole per cent; colour: measured {name_en}."
    text_ja = f"組成（{variable}、モル百分率）。色: {name_ja}の測定値。"
    if shown.others:
        listed = ", ".join(shown.others)
        text_en += (
            " Drawn are the three components that vary most, as shares of their sum; not shown: "
            f"{listed}."
        )
        text_ja += f"最もよく変わる 3 成分を、その和に対する割合で示す（他の成分: {listed}）。"
    if landscape_of(overview, shown):
        text_en += (
            " Background: median of the last model's prediction, all other variables as in the best "
            "experiment."
        )
        text_ja += "背景: 最後のモデルの予測の中央値（他の変数は最良の実験の値）。"
    return (
        text_en + " Triangles: limits; crosses: failed.",
        text_ja + "三角: 上限・下限、×: 失敗。",
    )
