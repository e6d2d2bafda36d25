"""How a campaign chose, and how its report counts: for the last sections of the page."""

from __future__ import annotations

from typing import Final

from kuralab.views._campaign_data import searched
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._references import Method, Reference

_MODEL: Final = Method(
    "The model is a Gaussian process; its prediction is a median with central intervals.",
    "モデルはガウス過程で、予測は中央値と中央区間で表す。",
    (
        Reference(
            "C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning (2006)", ""
        ),
    ),
)
_IMPROVEMENT: Final = Method(
    "The next experiment is the one with the largest expected improvement over the best so far.",
    "次の実験は、それまでの最良値に対する改善の期待値が最大のもの。",
    (
        Reference(
            "D. R. Jones, M. Schonlau, W. J. Welch, J. Global Optim. 13, 455 (1998)",
            "10.1023/A:1008306431147",
        ),
        Reference("S. Ament et al., NeurIPS 36 (2023), arXiv 2310.20708", ""),
    ),
)
_HYPERVOLUME: Final = Method(
    "Of several objectives, the next experiment is the one expected to add most to the volume that the "
    "Pareto front dominates.",
    "複数の目的では、パレートフロントが支配する体積の増加の期待値が最大の実験を選ぶ。",
    (
        Reference(
            "M. Emmerich, K. Giannakoglou, B. Naujoks, IEEE Trans. Evol. Comput. 10, 421 (2006)",
            "10.1109/TEVC.2005.859463",
        ),
    ),
)

CAMPAIGN_CONVENTIONS: Final = (
    (
        "“±” is one standard uncertainty (k = 1). Values without one say so.",
        "「±」は標準不確かさ（k = 1）。不確かさのない値にはその旨を記す。",
    ),
    (
        "“Best” is the best of the measured values, not of the model's predictions.",
        "「最良」は測定値での最良で、モデルの予測によるものではない。",
    ),
    (
        "A prediction is the one that stood when the experiment was chosen, before it was measured: "
        "median and central 68 % interval.",
        "予測は実験を選んだ時点（測定前）のもので、中央値と中央 68 % 区間を示す。",
    ),
    (
        "Days are days of 24 h of the lab's clock since the campaign began; failed experiments count.",
        "日数はキャンペーン開始からのラボの時計での日数（1 日 24 時間）で、失敗した実験も含む。",
    ),
    (
        "Compositions are mole fractions of the components.",
        "組成は各成分のモル分率。",
    ),
)


def methods_of_campaign(overview: CampaignOverview) -> list[Method]:
    """The methods by which experiments were chosen; none of them without a model."""
    if overview.settings.method != "model":
        return []
    chosen = overview.settings.acquisition
    if chosen == "hypervolume" or (chosen == "auto" and len(searched(overview)) > 1):
        return [_MODEL, _HYPERVOLUME]
    return [_MODEL, _IMPROVEMENT] if chosen in ("auto", "log_ei", "noisy_ei") else [_MODEL]
