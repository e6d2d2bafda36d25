"""What the methods of a technique are and where they were published, for a report's last section."""

from __future__ import annotations

from typing import Final, NamedTuple


class Reference(NamedTuple):
    """A publication; ``doi`` is empty for a book."""

    text: str
    doi: str


class Method(NamedTuple):
    """One method in words, with its publications."""

    en: str
    ja: str
    references: tuple[Reference, ...]


_UNCERTAINTY: Final = Method(
    "Uncertainties follow the GUM: standard uncertainties, k = 1; those of a fit come from its "
    "covariance matrix.",
    "不確かさは GUM に従う標準不確かさ（k = 1）で、フィットの値では共分散行列から求める。",
    (Reference("JCGM 100:2008, Guide to the Expression of Uncertainty in Measurement (2008)", ""),),
)
_SPECTRA: Final = (
    Method(
        "Equivalent circuits are fitted by complex non-linear least squares; among circuits that "
        "were tried, the lowest Bayesian information criterion (BIC) over all spectra decides.",
        "等価回路は複素非線形最小二乗法でフィットし、試した回路のうち"
        "全スペクトルの BIC の和が最小のものを採用する。",
        (
            Reference("B. A. Boukamp, Solid State Ionics 20, 31 (1986)", "10.1016/0167-2738(86)90031-7"),
            Reference("G. Schwarz, Ann. Stat. 6, 461 (1978)", "10.1214/aos/1176344136"),
        ),
    ),
    Method(
        "The linear Kramers–Kronig test fits a chain of RC elements, which is causal by itself; "
        "residuals above 1 % of |Z| speak against a linear, steady sample.",
        "線形クラマース・クローニッヒ検定では因果律を満たす RC 素子の列をフィットし、"
        "|Z| の 1 % を超える残差を線形・定常でない証拠とみなす。",
        (
            Reference("B. A. Boukamp, J. Electrochem. Soc. 142, 1885 (1995)", "10.1149/1.2044210"),
            Reference(
                "M. Schönleber, D. Klotz, E. Ivers-Tiffée, Electrochim. Acta 131, 20 (2014)",
                "10.1016/j.electacta.2014.01.034",
            ),
        ),
    ),
    Method(
        "The distribution of relaxation times is a non-negative ridge regression.",
        "緩和時間分布は非負のリッジ回帰で求める。",
        (
            Reference(
                "M. Saccoccio et al., Electrochim. Acta 147, 470 (2014)",
                "10.1016/j.electacta.2014.09.058",
            ),
        ),
    ),
    Method(
        "Arcs are assigned to bulk, grain boundary and electrode by capacitance and order.",
        "円弧は容量と順序によって粒内・粒界・電極に帰属する。",
        (
            Reference(
                "J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2, 132 (1990)",
                "10.1002/adma.19900020304",
            ),
            Reference("C. H. Hsu, F. Mansfeld, Corrosion 57, 747 (2001)", "10.5006/1.3280607"),
        ),
    ),
)
_HYDRATION: Final = (
    Method(
        "Hydration H2O + v + O = 2 OH with constant enthalpy and entropy: its closed form is fitted to "
        "protons per formula unit at all temperatures; dry reference and acceptors are held by their "
        "uncertainties.",
        "水和反応 H2O + v + O = 2 OH（エンタルピー・エントロピー一定）の閉じた式を全温度のプロトン量に"
        "フィットする。乾燥基準とアクセプター量はそれぞれの不確かさで拘束する。",
        (
            Reference(
                "K. D. Kreuer, Annu. Rev. Mater. Res. 33, 333 (2003)",
                "10.1146/annurev.matsci.33.022802.091825",
            ),
            Reference("Y. Yamazaki et al., Chem. Mater. 20, 6352 (2008)", ""),
        ),
    ),
)
_EMF: Final = (
    Method(
        "Voltage of a mixed conductor between gases of different humidity and oxygen: transport numbers "
        "of protons and oxide ions and an offset of the electrodes by weighted least squares.",
        "湿度と酸素分圧の異なるガス間の電圧から、プロトンと酸化物イオンの輸率および電極のオフセットを"
        "重み付き最小二乗法で求める。",
        (Reference("T. Norby, Solid State Ionics 28–30, 1586 (1988)", "10.1016/0167-2738(88)90424-0"),),
    ),
)
_DEFECTS: Final = (
    Method(
        "Protons, oxide ions and holes in equilibrium with water and oxygen; all data are fitted "
        "together, and what they leave open keeps the spread that proton conductors have.",
        "水・酸素と平衡にあるプロトン、酸化物イオン、ホールのモデルを全データに同時にフィットする。"
        "データで決まらないパラメータには、プロトン伝導体一般の広がりを不確かさとして残す。",
        (Reference("N. Bonanos, Solid State Ionics 145, 265 (2001)", "10.1016/S0167-2738(01)00951-3"),),
    ),
)
_ESR: Final = (
    Method(
        "Powder spectra of S = 1/2 with one nucleus: the electron spin is removed to second order in A, "
        "the Hamiltonian of the nucleus is diagonalised for each orientation. g and A come from least "
        "squares without starting values; uncertainties include the serial correlation of residuals.",
        "S = 1/2 と核スピン 1 個の粉末スペクトル。電子スピンを A の 2 次まで消去し、各方位で核スピンの"
        "ハミルトニアンを対角化する。g と A は初期値なしの最小二乗法で求め、"
        "不確かさには残差の系列相関を含める。",
        (
            Reference(
                "A. Abragam, B. Bleaney, Electron Paramagnetic Resonance of Transition Ions (1970)", ""
            ),
            Reference(
                "R. Aasa, T. Vänngård, J. Magn. Reson. 19, 308 (1975)", "10.1016/0022-2364(75)90046-8"
            ),
            Reference("W. K. Newey, K. D. West, Econometrica 55, 703 (1987)", "10.2307/1913610"),
        ),
    ),
    Method(
        "Models are compared by Schwarz’s criterion, with the number of independent residuals in place "
        "of all points; a further site is believed only where no more than noise is left.",
        "モデルはシュワルツの基準で比較する（データ点数の代わりに独立な残差の数を用いる）。"
        "サイトの追加は、残差がノイズ程度になる場合だけ採用する。",
        (Reference("G. Schwarz, Ann. Stat. 6, 461 (1978)", "10.1214/aos/1176344136"),),
    ),
    Method(
        "Surroundings of Cu2+ from g∥/|A∥| and the in-plane covalency α².",
        "Cu2+ の局所構造は g∥/|A∥| と面内共有結合性 α² による。",
        (
            Reference("D. Kivelson, R. Neiman, J. Chem. Phys. 35, 149 (1961)", "10.1063/1.1731880"),
            Reference(
                "U. Sakaguchi, A. W. Addison, J. Chem. Soc., Dalton Trans., 600 (1979)",
                "10.1039/DT9790000600",
            ),
        ),
    ),
)
_METHODS: Final[dict[str, tuple[Method, ...]]] = {
    "impedance": _SPECTRA,
    "arrhenius": (
        Method(
            "The activation energy is the slope of ln(σT) against −1/(kT); how the points are "
            "weighted is stated with each value.",
            "活性化エネルギーは ln(σT) の −1/(kT) に対する傾き。各点の重みは値ごとに記す。",
            (
                Reference(
                    "A. R. West, Solid State Chemistry and its Applications, 2nd ed. (2014), chapter 8",
                    "",
                ),
            ),
        ),
        *_SPECTRA,
    ),
    "thermogravimetry": _HYDRATION,
    "proton_conduction": (*_HYDRATION, *_EMF, *_DEFECTS),
    "emf": _EMF,
    "composition": (
        Method(
            "Amounts over that of the element that sets the scale; uncertainties of all amounts are "
            "independent, and that of the scale goes to every ratio. Charges are the usual ones.",
            "基準元素に対する比。各元素の不確かさは独立とし、基準元素の不確かさはすべての比に入る。"
            "電荷は通常の価数による。",
            (),
        ),
    ),
    "dilatometry": (
        Method(
            "Onset: the tangent of the steepest shrinkage on heating meets the line of thermal "
            "expansion. Density: green density over (1 − s)³, shrinkage s without thermal expansion.",
            "収縮開始温度は、昇温中の最も急な収縮の接線と熱膨張の直線との交点。"
            "密度は熱膨張を除いた収縮率 s から、成形体密度 / (1 − s)³ とする。",
            (),
        ),
    ),
    "esr": _ESR,
    "calc hydrogen": (
        Method(
            "Fluid hydrogen and deuterium: reference equations of state up to 0.5 GPa (deuterium: "
            "1 GPa), above 1 GPa (2 GPa) the equation of Hemmes, Driessen and Griessen, in between a "
            "mixture of the two volumes whose integral is the chemical potential.",
            "流体の水素・重水素は 0.5 GPa（重水素は 1 GPa）以下では基準状態方程式、"
            "1 GPa（2 GPa）以上では Hemmes・Driessen・Griessen の式により、"
            "その間は両者の体積を滑らかにつなぎ、体積の積分から化学ポテンシャルを求める。",
            (
                Reference(
                    "J. W. Leachman et al., J. Phys. Chem. Ref. Data 38, 721 (2009)", "10.1063/1.3160306"
                ),
                Reference(
                    "I. A. Richardson, J. W. Leachman, E. W. Lemmon, J. Phys. Chem. Ref. Data 43, "
                    "013103 (2014)",
                    "10.1063/1.4864752",
                ),
                Reference(
                    "I. H. Bell et al., Ind. Eng. Chem. Res. 53, 2498 (2014)", "10.1021/ie4033999"
                ),
                Reference(
                    "H. Hemmes, A. Driessen, R. Griessen, J. Phys. C 19, 3571 (1986)",
                    "10.1088/0022-3719/19/19/013",
                ),
            ),
        ),
        Method(
            "Uncertainty at high pressure: distance to a second equation, and at least 2 % of the "
            "volume above 1 GPa.",
            "高圧での不確かさは、別の状態方程式との差に、"
            "1 GPa 以上の体積の 2 % を下限として加えたもの。",
            (Reference("R. L. Mills et al., J. Chem. Phys. 66, 3076 (1977)", "10.1063/1.434324"),),
        ),
        Method(
            "Freezing, and the volume of the solid at 300 K.",
            "凝固曲線と 300 K における固体の体積。",
            (
                Reference(
                    "F. Datchi, P. Loubeyre, R. LeToullec, Phys. Rev. B 61, 6535 (2000)",
                    "10.1103/PhysRevB.61.6535",
                ),
                Reference("P. Loubeyre et al., Nature 383, 702 (1996)", "10.1038/383702a0"),
            ),
        ),
    ),
    "diffraction": (
        Method(
            "Rietveld’s method: the whole pattern by weighted least squares; Le Bail’s method where "
            "intensities are free.",
            "リートベルト法（重み付き最小二乗法によるパターン全体のフィット）。"
            "強度を自由にする場合は Le Bail 法。",
            (
                Reference("H. M. Rietveld, J. Appl. Cryst. 2, 65 (1969)", "10.1107/S0021889869006558"),
                Reference(
                    "A. Le Bail, H. Duroy, J. L. Fourquet, Mater. Res. Bull. 23, 447 (1988)",
                    "10.1016/0025-5408(88)90019-0",
                ),
            ),
        ),
        Method(
            "Profiles: pseudo-Voigt from Gaussian and Lorentzian widths; at a pulsed source its "
            "convolution with back-to-back exponentials.",
            "プロファイル: ガウス幅とローレンツ幅から求める擬 Voigt 関数。"
            "パルス中性子では両側指数関数との畳み込み。",
            (
                Reference(
                    "P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Cryst. 20, 79 (1987)",
                    "10.1107/S0021889887087090",
                ),
                Reference(
                    "R. B. Von Dreele, J. D. Jorgensen, C. G. Windsor, J. Appl. Cryst. 15, 581 (1982)",
                    "10.1107/S0021889882012722",
                ),
            ),
        ),
        Method(
            "R factors and goodness of fit S as defined by Toby; mass fractions from scale factors.",
            "R 因子と S の定義は Toby、質量分率は尺度因子から求める。",
            (
                Reference("B. H. Toby, Powder Diffr. 21, 67 (2006)", "10.1154/1.2179804"),
                Reference(
                    "R. J. Hill, C. J. Howard, J. Appl. Cryst. 20, 467 (1987)",
                    "10.1107/S0021889887086199",
                ),
            ),
        ),
        Method(
            "Uncertainties: least squares times S (where above 1), widened by the serial correlation of "
            "the residuals.",
            "不確かさ: 最小二乗法の値に S（1 を超える場合）を掛け、残差の系列相関の分だけ広げる。",
            (Reference("W. K. Newey, K. D. West, Econometrica 55, 703 (1987)", "10.2307/1913610"),),
        ),
    ),
    "polarisation": (
        Method(
            "Electronic conductivity: steady current between ion-blocking electrodes (Hebb–Wagner). "
            "Transport number: ratio of steady to initial current between reversible electrodes, "
            "corrected for the interfaces (Bruce–Vincent).",
            "電子伝導度はイオンブロッキング電極間の定常電流（Hebb–Wagner 法）から、輸率は可逆電極間の"
            "定常電流と初期電流の比を界面抵抗で補正して（Bruce–Vincent 法）求める。",
            (
                Reference("M. H. Hebb, J. Chem. Phys. 20, 185 (1952)", "10.1063/1.1700165"),
                Reference(
                    "J. Evans, C. A. Vincent, P. G. Bruce, Polymer 28, 2324 (1987)",
                    "10.1016/0032-3861(87)90394-6",
                ),
            ),
        ),
    ),
}


def methods_of(techniques: list[str]) -> list[Method]:
    """The methods behind some techniques, each once."""
    found = [method for technique in techniques for method in _METHODS.get(technique, ())]
    return [*dict.fromkeys(found), _UNCERTAINTY]


def conventions_of(techniques: list[str]) -> list[tuple[str, str]]:
    """The conventions that a report of these techniques needs."""
    electrical = any(technique in _ELECTRICAL for technique in techniques)
    return [texts for texts in CONVENTIONS if electrical or texts in _FOR_ALL]


CONVENTIONS: Final = (
    (
        "Im Z has its mathematical sign: a capacitor is negative. Plots show −Im Z.",
        "Im Z は数学的な符号（容量性は負）。図では −Im Z を示す。",
    ),
    (
        "“±” is one standard uncertainty (k = 1). Values without one say so.",
        "「±」は標準不確かさ（k = 1）。不確かさのない値にはその旨を記す。",
    ),
    (
        "0 °C is 273.15 K, unless the parameters name another offset.",
        "0 °C は 273.15 K（パラメータに別の値がある場合を除く）。",
    ),
    (
        "Activation energies belong to ln(σT), not ln(σ), which would give about kT less "
        "(k: Boltzmann constant).",
        "活性化エネルギーは ln(σT) の傾き。ln(σ) では約 kT だけ（k: ボルツマン定数）小さくなる。",
    ),
    (
        "Conductivity is thickness over area and resistance: σ = L / (A R).",
        "伝導度は厚さを面積と抵抗で割ったもの: σ = L / (A R)。",
    ),
)
_FOR_ALL: Final = CONVENTIONS[1:3]
_ELECTRICAL: Final = ("impedance", "arrhenius", "polarisation")
