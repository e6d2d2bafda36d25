"""Which figures a run has, with captions in English and Japanese."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from matplotlib.figure import Figure

from kuralab.errors import InputError
from kuralab.views._figures import ReportFigure
from kuralab.views._gantt import gantt
from kuralab.views._genealogy import genealogy
from kuralab.views._labels import Language
from kuralab.views._run_arrhenius import run_arrhenius
from kuralab.views._run_data import RunOverview
from kuralab.views._run_nyquist import run_nyquist
from kuralab.views._run_trend import trend

_DRAWN: Final[tuple[tuple[str, Callable[..., Figure], str, str], ...]] = (
    (
        "trend",
        trend,
        "(a) Total ionic conductivity at 25 °C, read from the Arrhenius line, and (b) activation "
        "energy of ln(σT). Bars: standard uncertainty, where larger than the symbol; open squares: "
        "values with a flag (see the table). The grey line guides the eye. Black symbols or lines: "
        "literature.",
        "(a) アレニウス直線から求めた 25 °C の全イオン伝導度、(b) ln(σT) の活性化エネルギー。"
        "誤差棒: 標準不確かさ（記号より大きい場合）、"
        "白抜きの四角: 注記のある値（表を参照）。"
        "灰色の線は目安。黒の記号または線: 文献値。",
    ),
    (
        "arrhenius",
        run_arrhenius,
        "Arrhenius plot of all samples. Symbols: conductivity times temperature with one standard "
        "uncertainty, where larger than the symbol; lines: fit of ln(σT) against 1/T.",
        "全試料のアレニウスプロット。記号: 伝導度と温度の積（記号より大きい場合は標準不確かさを付す）、"
        "線: ln(σT) の 1/T に対する直線フィット。",
    ),
    (
        "nyquist",
        run_nyquist,
        "Nyquist plots, one panel for each sample, on equal axes. Points: measured; lines: fitted "
        "circuit; colour: temperature. What rises beyond the panels is the blocking electrode.",
        "試料ごとのナイキストプロット（縦横等倍）。点: 測定値、線: 等価回路のフィット、色: 温度。"
        "枠の上へ伸びる部分はブロッキング電極の応答。",
    ),
    (
        "gantt",
        gantt,
        "What each instrument did. A lane is a position (channel, furnace place), a bar a step; framed "
        "bars ran as one programme. Right: share of the run during which the instrument worked, and "
        "share of all of its positions.",
        "装置の稼働状況。段は装置の枠（チャンネル・炉内位置）、帯は 1 工程、"
        "枠で囲んだ帯は同一プログラムでの同時処理。"
        "右: 実行時間のうち装置が稼働した割合と、全枠に対する使用割合。",
    ),
    (
        "genealogy",
        genealogy,
        "Where one sample comes from. Left: time since its first step (days, hours:minutes), not to "
        "scale; lines: the sample and its ancestors, coloured by the atmosphere around them; "
        "triangles: moves.",
        "1 試料の履歴。左: 最初の工程からの時間（日、時:分。縦方向は等間隔ではない）、"
        "線: 試料とその前駆体（色は周囲の雰囲気）、三角: 移動。",
    ),
)


def run_figures(overview: RunOverview, *, language: Language = "en") -> list[ReportFigure]:
    """The figures for which the run has something to show, in the order of its report."""
    figures = []
    for key, draw, caption_en, caption_ja in _DRAWN:
        try:
            figure = draw(overview, language=language)
        except InputError:
            # A run that was cut short has no spectra, or no sample: its report shows the rest.
            continue
        figures.append(ReportFigure(key, caption_en, caption_ja, figure))
    return figures
