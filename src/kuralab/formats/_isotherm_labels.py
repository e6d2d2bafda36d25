"""What the header of an isotherm says: ``eq. pressure (bar)``, ``mass %``, ``H/M``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kuralab.errors import UnitError
from kuralab.formats._labels import unit_from_text
from kuralab.formats._source import same_form
from kuralab.units import dimension_of


class Role(StrEnum):
    """What a column of an isotherm may be; the values are what messages call it."""

    PRESSURE = "pressure"
    CONTENT = "hydrogen content"
    TEMPERATURE = "temperature"
    BRANCH = "branch"


MASS_PERCENT: Final = "wt%"
PER_METAL: Final = "H/M"
PER_FORMULA: Final = "H/f.u."

# Only letters and digits count, and no case.
_NAMES: Final = {
    Role.PRESSURE: "p pressure eqpressure equilibriumpressure peq hydrogenpressure h2pressure "
    "pressureh2 ph2 d2pressure absolutepressure pabs equilibriumhydrogenpressure "
    "圧力 水素圧 水素圧力 平衡圧 平衡圧力 平衡水素圧 平衡水素圧力",
    Role.CONTENT: "hydrogencontent hcontent h2content content hydrogenconcentration hconcentration "
    "concentration hydrogenuptake uptake hydrogencapacity capacity absorbedhydrogen hydrogenabsorbed "
    "hydrogenstored storedhydrogen hydrogenmassfraction hydrogenpermetal hydrogenperformula "
    "hydrogenamount amountofhydrogen amountofh2 h2amount hydrogenmass massofhydrogen "
    "deuteriumcontent 水素濃度 水素量 水素含有量 水素吸蔵量 吸蔵量 水素貯蔵量 水素組成",
    Role.TEMPERATURE: "temperature temp t sampletemperature 温度 試料温度",
    Role.BRANCH: "branch direction absdes absorptiondesorption sorption process 過程 吸放出",
}
_ROLES: Final = {name: role for role, names in _NAMES.items() for name in names.split()}
# These mean a content only where a unit of content follows.
_WEAK: Final = "h h2 hydrogen x c amount composition mass massfraction weightfraction ratio"
_WEAK_CONTENT: Final = frozenset(_WEAK.split())

_SPELLINGS: Final = {
    MASS_PERCENT: "wt% mass% weight% w% %wt %mass wt%h wt%h2 wt%d wt%d2 mass%h mass%h2 massh% wth% "
    "weightpercent masspercent weightpercenthydrogen wtpercent 質量% 重量%",
    PER_METAL: "h/m h/metal hpermetal hpermetalatom d/m h:m h/metalatom",
    PER_FORMULA: "h/fu hperfu hperformulaunit h/formulaunit h/formula hperformula d/fu",
}
_CONTENT_UNITS: Final = {name: unit for unit, names in _SPELLINGS.items() for name in names.split()}
_BRANCH_WORDS: Final = {
    "absorption": "a abs ads absorption adsorption absorbing hydriding hydrogenation charge charging "
    "uptake up 吸蔵 吸収 吸着",
    "desorption": "d des desorption desorbing dehydriding dehydrogenation discharge discharging release "
    "down 放出 脱離",
}
_BRANCHES: Final = {word: branch for branch, words in _BRANCH_WORDS.items() for word in words.split()}
_AMOUNT: Final = re.compile(r"(\S+?)\s*(?:\(?(H2|D2|H|D)\)?)?")
_BRACKETED: Final = re.compile(r"^(.*\S)\s*[\[({]([^\[\](){}]*(?:\([^()]*\))?)[\])}]\s*$")
_SUFFIXED: Final = re.compile(r"^(.+?)[_\s,]+(\S+)$")
_ABSOLUTE: Final = re.compile(r"(?i)(?<=[a-z])\s*(?:\(a\)|\(abs\.?\)|abs\.?|(?<=bar)a)$")


@dataclass(frozen=True)
class IsothermLabel:
    """A header cell taken apart; ``unit`` is None without one, ``unknown`` a text that does not fit.

    Units of content: ``wt%``, ``H/M``, ``H/f.u.``, a mass of hydrogen, or an amount; an amount counts
    H2, or ``atoms`` of H.
    """

    text: str
    role: Role
    unit: str | None = None
    unknown: str = ""
    atoms: bool = False


@lru_cache(maxsize=4096)
def isotherm_label(text: str) -> IsothermLabel | None:
    """A header cell's meaning in an isotherm, or None when it has none.

    Examples
    --------
    >>> isotherm_label("eq. pressure (bar)").unit, isotherm_label("mass %").unit
    ('bar', 'wt%')
    >>> isotherm_label("hydrogen content [mol%]").unknown
    'mol%'
    """
    cell = same_form(text.strip().strip('"')).strip()
    if not cell or len(cell) > 100:
        return None
    alone = _content_unit(cell)
    if alone in (MASS_PERCENT, PER_METAL, PER_FORMULA):
        return IsothermLabel(text.strip(), Role.CONTENT, alone)
    named = _ROLES.get(_key(cell))
    if named is not None:
        return IsothermLabel(text.strip(), named)
    unfitting: IsothermLabel | None = None
    for name, unit_text in _splits(cell):
        role = _role_of(name)
        if role is None and _content_unit(name) in (MASS_PERCENT, PER_METAL, PER_FORMULA):
            # "wt% H (LaNi5)": the name has the unit, the brackets say of what.
            return IsothermLabel(text.strip(), Role.CONTENT, _content_unit(name))
        if role is None:
            continue
        unit, atoms = _unit_for(role, unit_text)
        if unit is not None or role is Role.BRANCH:
            return IsothermLabel(text.strip(), role, unit, "", atoms)
        if unfitting is None and _key(name) not in _WEAK_CONTENT:
            unfitting = IsothermLabel(text.strip(), role, None, unit_text.strip())
    return unfitting


def isotherm_labels(cells: Sequence[str]) -> tuple[IsothermLabel | None, ...] | None:
    """The labels of a header line that names a pressure and a hydrogen content, else None."""
    labels = tuple(isotherm_label(cell) for cell in cells)
    roles = {label.role for label in labels if label is not None}
    return labels if {Role.PRESSURE, Role.CONTENT} <= roles else None


def branch_from_text(text: str) -> str | None:
    """``absorption`` or ``desorption``, from how people write them.

    Examples
    --------
    >>> branch_from_text("Abs"), branch_from_text("Dehydriding"), branch_from_text("aging")
    ('absorption', 'desorption', None)
    """
    word = re.sub(r"[\W_]+", "", same_form(text)).lower()
    return _BRANCHES.get(word)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _role_of(name: str) -> Role | None:
    key = _key(name)
    return _ROLES.get(key) or (Role.CONTENT if key in _WEAK_CONTENT else None)


def _splits(cell: str) -> Iterator[tuple[str, str]]:
    """Ways to part a label into name and unit, the likeliest first."""
    bracketed = _BRACKETED.match(cell)
    if bracketed:
        yield bracketed.group(1), bracketed.group(2)
    parts = cell.split("/")
    for i in range(1, min(len(parts), 4)):
        yield "/".join(parts[:i]).strip(), "/".join(parts[i:]).strip(" []()")
    suffixed = _SUFFIXED.match(cell)
    while suffixed:
        yield suffixed.group(1), cell[suffixed.end(1) + 1 :].strip()
        suffixed = _SUFFIXED.match(suffixed.group(1))


def _unit_for(role: Role, text: str) -> tuple[str | None, bool]:
    """The unit if it fits the role, and whether an amount counts atoms."""
    if role is Role.CONTENT:
        unit = _content_unit(text)
        if unit is not None:
            return unit, False
        found = _AMOUNT.fullmatch(text.strip())
        unit = unit_from_text(found[1]) if found else None
        if found and unit is not None and _dimension(unit) in ("mass", "amount"):
            return unit, _dimension(unit) == "amount" and found[2] in ("H", "D")
        return None, False
    if role is Role.PRESSURE:
        unit = unit_from_text(_ABSOLUTE.sub("", text.strip()))
        return (unit if unit is not None and _dimension(unit) == "pressure" else None), False
    unit = unit_from_text(text)
    unit = "degC" if unit == "C" else unit
    return (unit if unit in ("K", "degC") else None), False


def _content_unit(text: str) -> str | None:
    return _CONTENT_UNITS.get(re.sub(r"[\s.\[\](){}_]+", "", text).lower())


def _dimension(unit: str) -> str:
    try:
        return dimension_of(unit)
    except UnitError:
        return ""
