"""Where a conductivity lies among those of the literature: a distribution, never one number."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Final, Literal, final

from pydantic import Field

from kuralab.errors import InputError, ScienceError
from kuralab.model import Composition, Record

# Samples of one formula differ that much by polymorph, density and route: for Li3PS4 between
# 2.6e-7 (crystal, OBELiX data set) and 1.3e-3 S/cm (alpha phase, this table).
_TEXTS: Final = {
    "en": {
        "inside": "{given} S/cm at 25 °C is higher than {lower} of the {count} tabulated conductivities "
        "of {what} ({low} to {high} S/cm, median {middle}); {spread}.",
        "outside": "Warning: {given} S/cm at 25 °C lies {side} the whole range of the {count} tabulated "
        "conductivities of {what} ({low} to {high} S/cm, median {middle}), so check geometry, units "
        "and temperature; {spread}.",
        "below": "below",
        "above": "above",
        "all": "solid electrolytes in the E-IMR abstract book of FY2025",
        "class": "solid electrolytes ({name}) in the E-IMR abstract book of FY2025",
        "spread": "inside one composition a spread of one to four orders of magnitude is usual",
    },
    "ja": {
        "inside": "25 °Cにおける{given} S/cmは、{what}の文献値{count}件（{low}～{high} S/cm、"
        "中央値{middle} S/cm）のうち{lower}件より高い値です（{spread}）。",
        "outside": "注意：25 °Cにおける{given} S/cmは、{what}の文献値{count}件の全範囲（{low}～{high} "
        "S/cm、中央値{middle} S/cm）を{side}いるため、形状、単位、温度の確認が必要です（{spread}）。",
        "below": "下回って",
        "above": "上回って",
        "all": "E-IMR 2025年度要旨集にある固体電解質",
        "class": "E-IMR 2025年度要旨集にある固体電解質（{name}）",
        "spread": "同一組成でも1～4桁のばらつきは珍しくありません",
    },
}
_CLASS_JA: Final = {"crystal": "結晶", "glass": "ガラス", "glass-ceramic": "ガラスセラミックス"}


@final
class LiteratureConductivity(Record):
    """One row of the table: total ionic conductivity at 25 degC in S/cm."""

    composition: Composition
    conductivity: float = Field(gt=0, allow_inf_nan=False)
    structure: Literal["crystal", "glass", "glass-ceramic"] = Field(alias="class")
    family: str = ""
    reference: str


@cache
def literature_conductivities() -> tuple[LiteratureConductivity, ...]:
    """The tabulated conductivities at 25 degC (S/cm), in the order of their source."""
    import yaml

    table = yaml.safe_load(files("kuralab.analysis").joinpath("literature.yaml").read_text("utf-8"))
    return tuple(LiteratureConductivity.model_validate(row) for row in table["conductivities"])


def plausibility_note(
    *, conductivity: float, class_hint: str | None = None, language: Literal["en", "ja"] = "en"
) -> str:
    """One sentence that places a conductivity in the distribution of the literature.

    conductivity: S/cm at 25 degC. class_hint: "crystal", "glass" or "glass-ceramic" narrows the
    comparison. Outside the whole range the sentence is a warning.

    Raises
    ------
    ScienceError
        The conductivity is not a positive number.
    InputError
        Unknown class.

    Examples
    --------
    >>> plausibility_note(conductivity=1.9e-7)
    'Warning: 1.9e-7 S/cm at 25 °C lies below the whole range of the 18 tabulated conductivities ...'
    """
    if not (math.isfinite(conductivity) and conductivity > 0):
        raise ScienceError(f"a conductivity of {conductivity} S/cm is not above zero")
    if class_hint is not None and class_hint not in _CLASS_JA:
        known_classes = f"Known classes: {', '.join(_CLASS_JA)}."
        raise InputError(f"unknown class {class_hint!r}", field="class", hint=known_classes)
    known = sorted(
        row.conductivity for row in literature_conductivities() if class_hint in (None, row.structure)
    )
    say = _TEXTS[language]
    name = _CLASS_JA[class_hint] if class_hint and language == "ja" else class_hint
    inside = known[0] <= conductivity <= known[-1]
    return say["inside" if inside else "outside"].format(
        given=_number(conductivity),
        lower=sum(value < conductivity for value in known),
        count=len(known),
        what=say["class"].format(name=name) if class_hint else say["all"],
        low=_number(known[0]),
        high=_number(known[-1]),
        # Conductivities spread over decades, so the middle is taken on a logarithmic scale.
        middle=_number(10 ** median(math.log10(value) for value in known)),
        side=say["below" if conductivity < known[0] else "above"],
        spread=say["spread"],
    )


def _number(value: float) -> str:
    """Two digits as tables print them: ``1.2e-3``."""
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(power)}"
