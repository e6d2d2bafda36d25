"""Figures of proton-conducting ceramics with their captions in English and Japanese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from kuralab.views._ceramics import dilatogram, site_occupation
from kuralab.views._emf import emf, transport_shares
from kuralab.views._labels import Language
from kuralab.views._thermogram import hydration, thermogram

if TYPE_CHECKING:
    from kuralab.analysis import ProtonicDetails

Captioned = tuple[str, str, str, Figure]


def protonic_figures(details: ProtonicDetails, *, language: Language) -> Iterator[Captioned]:
    """Key, captions in English and Japanese, figure: results first, then what they rest on."""
    if details.shares is not None:
        yield (
            "transport-numbers",
            "Transport numbers against temperature, one above the other, from the joint fit; dashes: 95 "
            "% range of the protons' (1.96 standard uncertainties).",
            "同時フィットによる輸率の温度依存性（積み上げ）。破線: プロトン輸率の 95 % の範囲"
            "（標準不確かさの 1.96 倍）。",
            transport_shares(details.shares, language=language),
        )
    if details.hydration is not None:
        yield (
            "hydration",
            "Protons per formula unit against temperature. Symbols: plateaus with one standard "
            "uncertainty (without that of the dry reference); line: hydration equilibrium fitted; band: "
            "its 95 % range; dashes: acceptor content.",
            "式量あたりのプロトン数の温度依存性。記号: プラトー（標準不確かさ、乾燥基準の分を除く）、"
            "線: 水和平衡のフィット、帯: 95 % の範囲、破線: アクセプター量。",
            hydration(details.hydration, language=language),
        )
    if details.emf:
        yield (
            "emf",
            "Voltage of electrode II against I over the ratio of water pressures. Filled: oxygen alike "
            "on both sides, open: not, with a cross for the fitted voltage; lines: fit with constant "
            "transport numbers; dashes: protons only.",
            "水蒸気分圧比に対する電極 II の電圧（電極 I 基準）。塗りつぶし: 両側の酸素分圧が等しい、"
            "白抜き: 異なる（×: フィット値）、線: 輸率一定としたフィット、破線: プロトンのみの場合。",
            emf(details.emf, language=language),
        )
    if details.sites is not None:
        yield (
            "sites",
            "Atoms per formula unit from the chemical analysis, with standard uncertainties; outlines: "
            "the formula on the same scale.",
            "化学分析による式量あたりの原子数（標準不確かさ付き）。点線の枠: 同じ基準での仕込み組成。",
            site_occupation(details.sites, language=language),
        )
    if details.dilatogram is not None:
        yield (
            "dilatogram",
            "Change of length against temperature. Dashes: line of thermal expansion and tangent of the "
            "steepest shrinkage on heating, which meet at the onset.",
            "長さ変化の温度依存性。破線: 熱膨張の直線と、昇温中の最も急な収縮の接線。"
            "交点が収縮開始温度。",
            dilatogram(details.dilatogram, language=language),
        )
    for number, one in enumerate(details.thermograms, start=1):
        yield (
            f"thermogram-{number}" if len(details.thermograms) > 1 else "thermogram",
            f"Mass change ({one.label}) relative to {one.reference}, and temperature. Bars: plateaus, "
            "dotted where the mass had not settled.",
            f"質量変化（{one.label}）と温度。横棒: プラトー（点線は平衡に達していないもの）。",
            thermogram(one, language=language),
        )
