"""Every word that figures, tables and reports show, in English and Japanese."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "ja"]

_TEXT: Final[dict[str, tuple[str, str]]] = {
    # axes: quantity / unit
    "real": ("Re Z / {unit}", "Re Z / {unit}"),
    "imaginary": ("−Im Z / {unit}", "−Im Z / {unit}"),
    "modulus": ("|Z| / {unit}", "|Z| / {unit}"),
    "phase": ("phase / °", "位相 / °"),
    "frequency": ("frequency / Hz", "周波数 / Hz"),
    "residual": ("relative residual / %", "相対残差 / %"),
    "relaxation_time": ("relaxation time τ / s", "緩和時間 τ / s"),
    "relaxation_frequency": ("(2πτ)⁻¹ / Hz", "(2πτ)⁻¹ / Hz"),
    "gamma": ("γ(ln τ) / {unit}", "γ(ln τ) / {unit}"),
    "reciprocal_temperature": ("1000 K / T", "1000 K / T"),
    "celsius": ("temperature / °C", "温度 / °C"),
    "conductivity_t": ("σT / (S K cm⁻¹)", "σT / (S K cm⁻¹)"),
    "conductance_t": ("GT / (S K)", "GT / (S K)"),
    "time": ("time / {unit}", "時間 / {unit}"),
    "current": ("current / {unit}", "電流 / {unit}"),
    "column": ("{name} / {unit}", "{name} / {unit}"),
    "hydrogen_content": ("hydrogen content / {unit}", "水素量 / {unit}"),
    "hydrogen_pressure": ("pressure / {unit}", "圧力 / {unit}"),
    "log_fugacity": ("ln(f / bar)", "ln(f / bar)"),
    "chemical_potential": ("[μ({gas}) − μ°(1 bar)] / (kJ mol⁻¹)", "[μ({gas}) − μ°(1 bar)] / (kJ mol⁻¹)"),
    "log_pressure": ("ln(p / bar)", "ln(p / bar)"),
    # legends and panels
    "measured": ("measured", "測定値"),
    "fit": ("fit", "フィット"),
    "decades": ("decades of frequency", "周波数の桁"),
    "unused": ("not used", "不使用の点"),
    "beyond": ("{n} more beyond the axes", "他 {n} 点は範囲外"),
    "real_part": ("real part", "実部"),
    "imaginary_part": ("imaginary part", "虚部"),
    "kramers_kronig": ("Kramers–Kronig test", "クラマース・クローニッヒ検定"),
    "circuit_fit": ("equivalent circuit", "等価回路"),
    "kept": ("range kept", "採用範囲"),
    "peaks": ("peaks", "ピーク"),
    "magnified": ("magnified", "拡大"),
    "total": ("total", "全体"),
    "bulk": ("bulk", "粒内（バルク）"),
    "grain_boundary": ("grain boundary", "粒界"),
    "initial": ("initial", "初期値"),
    "steady": ("steady", "定常値"),
    "last": ("last value, not steady", "最終値（非定常）"),
    "absorption": ("absorption", "吸蔵"),
    "desorption": ("desorption", "放出"),
    "plateau": ("plateau", "プラトー"),
    "ideal_gas": ("ideal gas", "理想気体"),
    "band_95": ("95 % band", "95 % の範囲"),
    "freezing": ("freezing", "凝固"),
    "upper_bound": ("upper bound (solid)", "上限値（固体）"),
    "two_theta": ("2θ / °", "2θ / °"),
    "time_of_flight": ("time of flight / µs", "飛行時間 / µs"),
    "intensity": ("intensity / arb. units", "強度 / 任意単位"),
    "intensity_counts": ("intensity / counts", "強度 / カウント"),
    "observed": ("observed", "測定値"),
    "calculated": ("calculated", "計算値"),
    "background": ("background", "バックグラウンド"),
    "difference": ("difference", "差"),
    "difference_normal": ("difference / standard uncertainty", "差 / 標準不確かさ"),
    "correlation": ("correlation", "相関係数"),
    "mass_change": ("mass change / wt%", "質量変化 / wt%"),
    "row": ("row", "行"),
    "mass_change_line": ("mass change", "質量変化"),
    "as_measured": ("as measured", "補正前"),
    "blank": ("blank", "ブランク"),
    "plateau_dry": ("plateau, dry gas", "プラトー（乾燥ガス）"),
    "plateau_wet": ("plateau, wet gas", "プラトー（加湿ガス）"),
    "plateau_unknown": ("plateau", "プラトー"),
    "temperature_celsius": ("temperature / °C", "温度 / °C"),
    "protons": ("protons per formula unit", "式量あたりのプロトン数"),
    "at_water": ("p(H₂O) {pressure} atm", "p(H₂O) {pressure} atm"),
    "acceptor_content": ("acceptor content", "アクセプター量"),
    "log_water_ratio": ("ln[p(H₂O) II / p(H₂O) I]", "ln[p(H₂O) II / p(H₂O) I]"),
    "emf": ("E(II) − E(I) / mV", "E(II) − E(I) / mV"),
    "unequal_oxygen": ("oxygen not alike", "酸素分圧が異なる"),
    "fitted": ("fitted", "フィット値"),
    "transport_number": ("transport number", "輸率"),
    "share_proton": ("protons", "プロトン"),
    "share_oxide_ion": ("oxide ions", "酸化物イオン"),
    "share_hole": ("holes", "ホール"),
    "heating": ("heating", "昇温"),
    "hold_and_cooling": ("hold and cooling", "保持・降温"),
    "onset": ("onset", "開始温度"),
    "length_change": ("ΔL/L₀ / %", "ΔL/L₀ / %"),
    "relative_density": ("relative density / %", "相対密度 / %"),
    "site_A": ("A site", "A サイト"),
    "site_B": ("B site", "B サイト"),
    "site_interstitial": ("interstitial", "格子間"),
    "formula": ("formula", "仕込み組成"),
    "atoms_per_formula": ("atoms per formula unit", "式量あたりの原子数"),
    # runs
    "conductivity_25": ("σ(25 °C) / (S cm⁻¹)", "σ(25 °C) / (S cm⁻¹)"),
    "activation_energy": ("Eₐ / eV", "Eₐ / eV"),
    "this_run": ("this run", "この実行"),
    "this_run_twin": ("this run (twin)", "この実行（ツイン）"),
    "flagged": ("with a flag", "注記あり"),
    "elapsed": ("time since the start / {unit}", "開始からの時間 / {unit}"),
    "hours": ("h", "h"),
    "days": ("d", "日"),
    "utilisation": ("utilisation", "稼働率"),
    "of_positions": ("{share} of {n} positions", "{n} 枠の {share}"),
    "batch": ("one programme", "同一プログラム"),
    "ended_badly": ("failed or held", "失敗・保留"),
    "not_ended": ("not ended", "未終了"),
    "moved": ("moved to {station}", "{station} へ移動"),
    "moved_through": ("moved to {station} through {atmosphere}", "{station} へ移動（{atmosphere}中）"),
    "surrounded": ("in {atmosphere}", "{atmosphere}中"),
    "argon": ("argon", "アルゴン"),
    "vacuum": ("vacuum", "真空"),
    "dry air": ("dry air", "乾燥空気"),
    "air": ("air", "大気"),
    "crystal": ("crystal", "結晶"),
    "glass": ("glass", "ガラス"),
    "glass-ceramic": ("glass-ceramic", "ガラスセラミックス"),
    # tables
    "not_identifiable": ("not identifiable", "決定不可"),
    "no_uncertainty": ("no uncertainty", "不確かさなし"),
}

FLAGS: Final[dict[str, tuple[str, str, str, str]]] = {
    "not_identifiable": (
        "not identifiable",
        "決定不可",
        "The data do not determine this value, so none is given.",
        "データからは値が決まらないため、値を示していません。",
    ),
    "extrapolated": (
        "extrapolated",
        "外挿",
        "The value lies outside the range that was measured.",
        "測定した範囲の外側の値です。",
    ),
    "censored_below": (
        "upper limit",
        "上限値",
        "The true value is below the number given.",
        "真の値は示した数値より小さい。",
    ),
    "censored_above": (
        "lower limit",
        "下限値",
        "The true value is above the number given.",
        "真の値は示した数値より大きい。",
    ),
    "model_inadequate": (
        "model inadequate",
        "モデル不十分",
        "The model leaves systematic residuals; its uncertainty is too small.",
        "モデルに系統的な残差が残り、不確かさは過小です。",
    ),
    "outside_validity": (
        "outside validity",
        "適用範囲外",
        "An assumption of the method does not hold for these data.",
        "このデータでは手法の前提が成り立ちません。",
    ),
    "outlier": (
        "outlier",
        "外れ値",
        "The value disagrees with the others of its series.",
        "同じ系列の他の値と一致しません。",
    ),
    "few_points": (
        "few points",
        "点数不足",
        "Too few points to judge the fit or its uncertainty.",
        "点数が少なく、フィットや不確かさを判断できません。",
    ),
    "synthetic": (
        "synthetic",
        "合成データ",
        "Computed by a model or a twin, not measured on a sample.",
        "モデルまたはツインの計算値で、試料の測定値ではありません。",
    ),
}
"""The closed list of flags: short word en, ja; one sentence en, ja."""

_COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "time": ("time", "時間"),
    "voltage": ("voltage", "電圧"),
    "current": ("current", "電流"),
    "frequency": ("frequency", "周波数"),
    "impedance_real": ("Re Z", "Re Z"),
    "impedance_imaginary": ("Im Z", "Im Z"),
    "capacity": ("capacity", "容量"),
    "charge": ("charge", "電気量"),
    "temperature": ("temperature", "温度"),
    "temperature_lowest": ("lowest temperature", "最低温度"),
    "temperature_highest": ("highest temperature", "最高温度"),
    "cycle": ("cycle", "サイクル"),
    "pressure": ("pressure", "圧力"),
    "isotope": ("isotope", "同位体"),
    "phase": ("phase", "相"),
    "hydrogen_mass_fraction": ("hydrogen content", "水素量"),
    "hydrogen_per_metal": ("H/M", "H/M"),
    "hydrogen_per_formula": ("H/f.u.", "H/f.u."),
    "hydrogen_mass": ("mass of hydrogen", "水素の質量"),
    "hydrogen_amount": ("amount of H2", "H2 の物質量"),
    "water_pressure": ("p(H₂O)", "p(H₂O)"),
    "oxygen_pressure": ("p(O₂)", "p(O₂)"),
    "gas": ("gas", "ガス"),
    "gradients": ("gradients", "濃度差の数"),
    "electrode_offset": ("offset of the electrodes", "電極のオフセット"),
    "element_symbol": ("element", "元素"),
    "site": ("site", "サイト"),
    "scale": ("scale", "基準"),
    "highest_temperature": ("highest temperature", "最高温度"),
    "steepest_at": ("steepest at", "最急点"),
    "mass": ("mass", "質量"),
    "mass_change": ("mass change", "質量変化"),
    "amount": ("amount", "濃度"),
    "dsc_signal": ("DSC signal", "DSC 信号"),
    "mass_percent": ("mass", "質量"),
    "length_change": ("change of length", "長さ変化"),
    "length_change_percent": ("ΔL/L₀", "ΔL/L₀"),
    "conductivity": ("conductivity", "伝導度"),
    "branch": ("branch", "過程"),
    "sample": ("sample", "試料"),
    "plateau_rise": ("plateau rise", "プラトーの傾き"),
    "volume_change": ("volume change", "体積変化"),
    "thickness": ("thickness", "厚さ"),
    "diameter": ("diameter", "直径"),
    "atmosphere": ("atmosphere", "雰囲気"),
    "sweep": ("sweep", "掃引"),
    "label": ("label", "名称"),
    "arc": ("arc", "円弧"),
    "element": ("element", "素子"),
    "circuit": ("circuit", "回路"),
}
"""Names of columns and of conditions."""


def say(key: str, language: Language, **values: object) -> str:
    """A text of ours in one language, its blanks filled in."""
    return _TEXT[key][language == "ja"].format(**values)


def both(key: str) -> tuple[str, str]:
    """A text of ours in English and Japanese."""
    return _TEXT[key]


def name_of_column(name: str, language: Language) -> str:
    """A column's or condition's name; an unregistered one is shown as it is, without underscores."""
    known = _COLUMNS.get(name)
    return known[language == "ja"] if known else name.replace("_", " ")


def word_of_flag(flag: str, language: Language) -> str:
    """A flag as a short word."""
    return FLAGS[flag][language == "ja"]
