"""Which figures an outcome has, with captions in English and Japanese."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure

from kuralab.views._arrhenius import arrhenius
from kuralab.views._diffraction import (
    correlations,
    is_crowded,
    pattern_stretches,
    refined_pattern,
    shown_parameters,
)
from kuralab.views._esr_figures import esr_figures
from kuralab.views._hydrogen import hydrogen
from kuralab.views._impedance import bode, relaxation, residuals
from kuralab.views._isotherms import isotherms, vant_hoff
from kuralab.views._labels import Language
from kuralab.views._nyquist import nyquist
from kuralab.views._polarisation import polarisation
from kuralab.views._protonic_figures import protonic_figures

if TYPE_CHECKING:
    from kuralab.analysis import HydrideDetails, HydrogenDetails, Outcome, SpectrumDetails


class ReportFigure(NamedTuple):
    """A figure, a key for file names, and its captions."""

    key: str
    caption_en: str
    caption_ja: str
    figure: Figure


def figures_of(outcome: Outcome, *, language: Language = "en") -> list[ReportFigure]:
    """The figures of an outcome: what its technique is after first, then what it rests on."""
    figures: list[ReportFigure] = []
    if outcome.lines:
        figures.append(_arrhenius_figure(outcome, language))
    if outcome.polarisation is not None:
        figures.append(_polarisation_figure(outcome, language))
    if outcome.refinement is not None:
        figures += _refinement_figures(outcome, language)
    if outcome.hydrides:
        figures += _hydride_figures(outcome.hydrides, language)
    if outcome.protonics is not None:
        figures += [ReportFigure(*one) for one in protonic_figures(outcome.protonics, language=language)]
    figures += [ReportFigure(*one) for one in esr_figures(outcome.esr, language=language)]
    if outcome.hydrogen is not None:
        figures.append(_hydrogen_figure(outcome.hydrogen, language))
    if outcome.spectra:
        figures += _spectra_figures(outcome, language)
    return figures


def _arrhenius_figure(outcome: Outcome, language: Language) -> ReportFigure:
    known = outcome.lines[0].unit == "S/cm"
    symbol, en, ja = ("σ", "conductivity", "伝導度") if known else ("G", "conductance", "コンダクタンス")
    return ReportFigure(
        "arrhenius",
        f"Arrhenius plot. Symbols: {en} times temperature with one standard uncertainty, "
        f"where larger than the symbol; lines: fit of ln({symbol}T) against 1/T; bands: 95 % "
        "confidence of the line (1.96 standard uncertainties).",
        f"アレニウスプロット。記号: {ja}と温度の積（記号より大きい場合は標準不確かさを付す）、"
        f"線: ln({symbol}T) の 1/T に対する直線フィット、"
        "帯: 直線の 95 % 信頼区間（標準不確かさの 1.96 倍）。",
        arrhenius(outcome.lines, language=language),
    )


def _polarisation_figure(outcome: Outcome, language: Language) -> ReportFigure:
    assert outcome.polarisation is not None
    voltage = f"{outcome.polarisation.voltage:.4g} V".replace("-", "−")
    return ReportFigure(
        "polarisation",
        f"Current after a voltage step of {voltage}. Horizontal lines: initial current and the "
        "current at the end, each with a band of one standard uncertainty.",
        f"{voltage} の電圧ステップ後の電流。水平線: 初期電流と終端の電流、帯はそれぞれの標準不確かさ。",
        polarisation(outcome, language=language),
    )


def _refinement_figures(outcome: Outcome, language: Language) -> list[ReportFigure]:
    refinement = outcome.refinement
    assert refinement is not None
    figures = [
        ReportFigure(
            "pattern",
            "Refined powder pattern. Circles: observed; line: calculated; dashes: background; bars: "
            "reflections of each phase at the first wavelength; lower line: observed minus calculated, "
            "on the scale of the pattern.",
            "精密化した粉末回折パターン。丸: 測定値、線: 計算値、破線: バックグラウンド、"
            "縦棒: 各相の反射位置（第一波長）、下の線: 測定値 − 計算値（パターンと同じ縮尺）。",
            refined_pattern(outcome, language=language),
        )
    ]
    crowded = [number for number, fit in enumerate(refinement.patterns) if is_crowded(fit)]
    for number in crowded:
        label = refinement.patterns[number].pattern.label
        of_en = f" of {label}" if len(refinement.patterns) > 1 else ""
        of_ja = f"（{label}）" if len(refinement.patterns) > 1 else ""
        figures.append(
            ReportFigure(
                f"pattern-stretches-{number + 1}" if number else "pattern-stretches",
                f"The same pattern{of_en} in stretches, each as high as its own strongest peak. Lower "
                "line: difference over its standard uncertainty, with lines at ±3.",
                f"同じパターン{of_ja}を区間に分け、それぞれの最も強いピークに縮尺を合わせた図。"
                "下の線: 標準不確かさで割った差、破線は ±3。",
                pattern_stretches(outcome, number, language=language),
            )
        )
    if len(shown_parameters(refinement)) > 1:
        figures.append(
            ReportFigure(
                "correlations",
                "Correlation matrix of the refined parameters, without coefficients of the background.",
                "精密化したパラメータの相関行列（バックグラウンドの係数を除く）。",
                correlations(outcome, language=language),
            )
        )
    return figures


def _hydride_figures(hydrides: tuple[HydrideDetails, ...], language: Language) -> list[ReportFigure]:
    figures = []
    lines = [line for details in hydrides for line in details.lines if line.temperature.size]
    if lines:
        symbol = "f" if all(line.fugacity for line in lines) else "p"
        en, ja = ("fugacity", "フガシティー") if symbol == "f" else ("pressure", "圧力")
        figures.append(
            ReportFigure(
                "vant_hoff",
                f"Van ’t Hoff plot. Symbols: {en} of the plateaus with one standard uncertainty "
                f"(filled: absorption, open: desorption); lines: fit of ln {symbol} against 1/T; bands: "
                "95 % confidence of the line (1.96 standard uncertainties).",
                f"ファントホッフプロット。記号: プラトーの{ja}と標準不確かさ"
                "（塗りつぶし: 吸蔵、白抜き: 放出）、"
                f"線: ln {symbol} の 1/T に対する直線フィット、"
                "帯: 直線の 95 % 信頼区間（標準不確かさの 1.96 倍）。",
                vant_hoff(hydrides, language=language),
            )
        )
    for i, details in enumerate(hydrides, start=1):
        of_en = f" of {details.sample}" if len(hydrides) > 1 else ""
        of_ja = f"（{details.sample}）" if len(hydrides) > 1 else ""
        figures.append(
            ReportFigure(
                f"isotherms-{i}" if i > 1 else "isotherms",
                f"Hydrogen isotherms{of_en}. Filled symbols and full lines: absorption; open symbols "
                "and dashes: desorption; bars: plateaus, over the range of content that was used.",
                f"水素の等温線{of_ja}。塗りつぶしと実線: 吸蔵、白抜きと破線: 放出、"
                "太線: プラトー（解析に用いた水素量の範囲）。",
                isotherms(details, language=language),
            )
        )
    return figures


def _hydrogen_figure(details: HydrogenDetails, language: Language) -> ReportFigure:
    en, ja = ("hydrogen", "水素") if details.isotope == "H2" else ("deuterium", "重水素")
    bound = any(not curve.known.all() for curve in details.curves)
    return ReportFigure(
        "hydrogen",
        f"Chemical potential of {en} against pressure, relative to the ideal gas at 1 bar and the same "
        "temperature. Bands: 95 % (1.96 standard uncertainties); dashes: ideal gas; bars across a "
        "line: freezing; open symbols: states asked for."
        + (" Dots: the solid is not known there; the fluid’s value is an upper bound." if bound else ""),
        f"{ja}の化学ポテンシャルと圧力（同じ温度、1 bar の理想気体を基準）。帯: 95 % の範囲"
        "（標準不確かさの 1.96 倍）、破線: 理想気体、縦棒: 凝固点、白抜き: 指定した状態。"
        + ("点線: 固体の値が未知の範囲で、流体としての値（上限値）。" if bound else ""),
        hydrogen(details, language=language),
    )


def _spectra_figures(outcome: Outcome, language: Language) -> list[ReportFigure]:
    spectra = outcome.spectra
    circuit_en, circuit_ja = _circuits(spectra)
    unused = any(s.unused_impedance.size for s in spectra)
    grey_en = " Grey: points outside the frequency range used." if unused else ""
    grey_ja = " 灰色: 解析に使わなかった周波数の点。" if unused else ""
    plane = nyquist(spectra, language=language)
    magnified = len(plane.axes) > 1
    part_en = " (b) magnifies the part outlined in (a)." if magnified else ""
    part_ja = " (b) は (a) の破線部の拡大。" if magnified else ""
    return [
        ReportFigure(
            "nyquist",
            "Nyquist plot. Open symbols: measured; filled: points nearest to whole decades of "
            f"frequency; lines: {circuit_en}.{grey_en}{part_en}",
            "ナイキストプロット。白抜き: 測定値、塗りつぶし: 周波数の各桁に最も近い点、"
            f"線: {circuit_ja}。"
            f"{grey_ja}{part_ja}",
            plane,
        ),
        ReportFigure(
            "bode",
            f"Bode plot: modulus and phase of the impedance. Symbols: measured; lines: {circuit_en}."
            f"{grey_en}",
            f"ボード線図: インピーダンスの絶対値と位相。記号: 測定値、線: {circuit_ja}。{grey_ja}",
            bode(spectra, language=language),
        ),
        ReportFigure(
            "residuals",
            "Residuals (model minus measurement) relative to |Z|: linear Kramers–Kronig test and "
            "equivalent circuit. Shaded: frequencies that the test keeps"
            + (" for every spectrum." if len(spectra) > 1 else "."),
            "|Z| に対する残差（モデル − 測定値）: 線形クラマース・クローニッヒ検定と等価回路。"
            + ("網掛け: すべてのスペクトルで" if len(spectra) > 1 else "網掛け: ")
            + "検定が採用した周波数範囲。",
            residuals(spectra, language=language),
        ),
        ReportFigure(
            "relaxation",
            "Distribution of relaxation times, without the blocking electrode. Symbols: peaks. The "
            "width of a peak is set by the regularisation as much as by the sample.",
            "緩和時間分布（ブロッキング電極の寄与を除く）。記号: ピーク。"
            "ピークの幅は試料だけでなく正則化の強さにもよる。",
            relaxation(spectra, language=language),
        ),
    ]


def _circuits(spectra: tuple[SpectrumDetails, ...]) -> tuple[str, str]:
    names = list(dict.fromkeys(str(s.fit.circuit) for s in spectra))
    if len(names) == 1:
        return f"fit of {names[0]}", f"{names[0]} のフィット"
    return "fitted equivalent circuits", "等価回路のフィット"
