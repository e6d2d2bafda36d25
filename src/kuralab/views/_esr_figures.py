"""Figures of ESR spectra with their captions in English and Japanese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from kuralab.views._esr import esr_spectrum, g_against_a
from kuralab.views._labels import Language

if TYPE_CHECKING:
    from kuralab.analysis import EsrDetails

Captioned = tuple[str, str, str, Figure]


def esr_figures(details: Sequence[EsrDetails], *, language: Language) -> Iterator[Captioned]:
    """Key, captions in English and Japanese, figure: each spectrum, then A against g of copper."""
    for i, one in enumerate(details, start=1):
        fit = one.choice.best
        en = "absorption" if fit.spectrum.harmonic == 0 else "derivative"
        ja = "吸収" if fit.spectrum.harmonic == 0 else "微分"
        several = len(fit.sites) > 1
        of_en = f" of {one.label}" if len(details) > 1 else ""
        of_ja = f"（{one.label}）" if len(details) > 1 else ""
        turned_en = turned_ja = ""
        if fit.spectrum.phase is not None:
            turned_en = f" Complex data, turned by {-fit.spectrum.phase:.3f} rad.".replace("-", "−")
            turned_ja = f"複素データの位相を {-fit.spectrum.phase:.3f} rad 回転。".replace("-", "−")
        yield (
            f"esr-{i}" if i > 1 else "esr",
            f"ESR spectrum{of_en} at {fit.spectrum.frequency:.6g} GHz ({en}) and fit: {fit.model}"
            + (", with the sites (dashes)" if several else "")
            + f"; below: measured minus fitted.{turned_en}",
            f"ESR スペクトル{of_ja}（{fit.spectrum.frequency:.6g} GHz、{ja}）とフィット（{fit.model}）"
            + ("、破線: 各サイト" if several else "")
            + f"。下: 測定値 − フィット。{turned_ja}",
            esr_spectrum(one, language=language),
        )
    if any(structure is not None for one in details for structure in one.structures):
        yield (
            "g-a",
            "Hyperfine coupling against g along the axis of copper, with standard uncertainties. "
            "Boxes: textbook ranges of planar CuO4 and elongated CuO6; crosses: measured sites; dashes: "
            "lines of constant g∥/|A∥|, 105 to 135 cm for planar sites with four neighbours.",
            "銅の軸方向の超微細結合定数と g 値（標準不確かさを付す）。四角: 平面 CuO4 と伸びた CuO6 の"
            "教科書的な範囲、×: 既知の測定値、破線: g∥/|A∥| 一定の線（四配位平面では 105–135 cm）。",
            g_against_a(details, language=language),
        )
