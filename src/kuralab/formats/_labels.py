"""Column labels: what a header such as ``-Im(Z)/Ohm`` or ``周波数 [kHz]`` says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kuralab.errors import UnitError
from kuralab.formats._source import same_form
from kuralab.units import convert, dimension_of


class Meaning(StrEnum):
    """What a column may mean; the values are kuralab's column names."""

    FREQUENCY = "frequency"
    REAL = "impedance_real"
    IMAGINARY = "impedance_imaginary"
    MODULUS = "impedance_modulus"
    PHASE = "impedance_phase"
    TIME = "time"
    VOLTAGE = "voltage"
    CURRENT = "current"
    TEMPERATURE = "temperature"
    CYCLE = "cycle"
    STEP = "step"


UNITS: dict[Meaning, str] = {
    Meaning.FREQUENCY: "Hz",
    Meaning.REAL: "ohm",
    Meaning.IMAGINARY: "ohm",
    Meaning.MODULUS: "ohm",
    Meaning.PHASE: "deg",
    Meaning.TIME: "s",
    Meaning.VOLTAGE: "V",
    Meaning.CURRENT: "A",
    Meaning.TEMPERATURE: "degC",
    Meaning.CYCLE: "",
    Meaning.STEP: "",
}

# Spaces, dots, underscores, hyphens and angle brackets do not count; letters' case neither.
_NAMES: dict[Meaning, str] = {
    Meaning.FREQUENCY: "freq frequency f 周波数 測定周波数 frequenz fréquence",
    Meaning.REAL: "z' zs' zreal zre rez re(z) re real real(z) realz realpart impedancereal "
    "realimpedance zr r rs resistance 実部 実数部 z実部 zの実部 抵抗 抵抗成分",
    Meaning.IMAGINARY: "z'' zs'' zimag zim imz im(z) im imag imag(z) imagz imaginary imagpart "
    "imaginarypart impedanceimaginary imaginaryimpedance zimaginary zi x xs reactance "
    "虚部 虚数部 z虚部 zの虚部 リアクタンス",
    Meaning.MODULUS: "|z| z zmod mod(z) modz absz abs(z) zabs magnitude mag zmag |z|magnitude "
    "impedance impedancemodulus impedancemagnitude modulus インピーダンス",
    Meaning.PHASE: "phase phase(z) phasez phi φ theta θ zphz zphase phaseangle arg(z) argz angle "
    "impedancephase 位相 位相角",
    Meaning.TIME: "time t elapsedtime testtime totaltime runtime 時間 経過時間",
    Meaning.VOLTAGE: "voltage v e ewe ecell potential u vf vdc cellvoltage 電圧 電位",
    Meaning.CURRENT: "current i im idc 電流",
    Meaning.TEMPERATURE: "temperature temp t 温度",
    Meaning.CYCLE: "cycle cyclenumber cycleindex サイクル",
    Meaning.STEP: "ns step stepindex stepnumber",
}
_MEANINGS: dict[str, list[Meaning]] = {}
for _meaning, _names in _NAMES.items():
    for _name in _names.split():
        _MEANINGS.setdefault(_name, []).append(_meaning)

_NEGATIVE = re.compile(r"(?i)^\s*(?:\(-\)|-\s*1?\s*\*|-|neg(?:ative)?[\s_]+|minus[\s_]+)\s*")
_BRACKETED = re.compile(r"^(.*?\S)\s*[\[({]([^\[\](){}]*)[\])}]\s*$")
_UNIT_SHAPE = re.compile(r"(?:1/)?[A-Za-z%]+(?:\^?-?\d)?(?:[ /.*·][A-Za-z%]+(?:\^?-?\d)?){0,3}")
_WORDS = {
    **dict.fromkeys(("sec", "secs", "second", "seconds", "S"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "H"), "h"),
    **dict.fromkeys(("degree", "degrees", "Deg", "DEG", "°"), "deg"),
    **dict.fromkeys(("radian", "radians", "Rad", "RAD"), "rad"),
    **dict.fromkeys(("volt", "volts", "Volts", "v"), "V"),
    **dict.fromkeys(("amp", "amps", "ampere", "Amps"), "A"),
    **dict.fromkeys(("hz", "HZ"), "Hz"),
    **dict.fromkeys(("khz", "KHz", "KHZ"), "kHz"),
    "MHZ": "MHz",
    "Kohm": "kohm",
    "mv": "mV",
    "ma": "mA",
    "Sec": "s",
    "SEC": "s",
}


@dataclass(frozen=True)
class Label:
    """A header cell taken apart.

    ``unit`` is None where none is given, ``unknown`` holds a text in brackets that is no unit;
    ``negated`` says that the label starts with a minus sign.
    """

    text: str
    name: str
    meaning: Meaning | None
    unit: str | None
    unknown: str
    negated: bool


@lru_cache(maxsize=4096)
def unit_from_text(text: str) -> str | None:
    """The unit as ``kuralab.units`` spells it, or None when the text is no unit."""
    text = re.sub(r"(?:°|\bo|deg\.?|degrees?)\s*C\b", "degC", same_form(text).strip())
    text = re.sub(r"\s*\bvs\b.*$", "", text)
    text = re.sub(r"(?i)ohms?", "ohm", text)
    text = re.sub(r"(?<=[AW])[.·]h", "h", text)
    text = _WORDS.get(text, text)
    if len(text) > 24 or not _UNIT_SHAPE.fullmatch(text):
        return None
    try:
        dimension_of(text)
    except UnitError:
        return None
    return text


@lru_cache(maxsize=4096)
def scale_between(unit: str, to: str) -> float | None:
    """The factor from one unit to another, or None when the dimensions differ."""
    try:
        return float(convert(1.0, unit=unit, to=to))
    except UnitError:
        return None


@lru_cache(maxsize=4096)
def label_from_text(text: str, unit_below: str | None = None) -> Label:
    """Take a header cell apart; ``unit_below`` is the cell of a separate line of units."""
    cell = same_form(text.strip().strip('"')).strip()
    negated = bool(_NEGATIVE.match(cell))
    rest = _NEGATIVE.sub("", cell)
    if unit_below is not None:
        unit = unit_from_text(unit_below)
        unknown = "" if unit or unit_below.strip(" #-") == "" else unit_below.strip()
        return Label(text.strip(), cell, _meaning_of(rest, unit), unit, unknown, negated)
    for name, unit_text in _splits(rest):
        unit = unit_from_text(unit_text)
        if unit is not None:
            meaning = _meaning_of(name, unit, unit_text)
            if meaning is Meaning.TEMPERATURE and unit == "C":
                unit = "degC"
            return Label(text.strip(), ("-" if negated else "") + name, meaning, unit, "", negated)
    bracketed = _BRACKETED.match(rest)
    if bracketed and _meaning_of(rest, None) is None and _meaning_of(bracketed.group(1), None):
        name, unknown = bracketed.group(1), bracketed.group(2).strip()
        return Label(text.strip(), name, _meaning_of(name, None), None, unknown, negated)
    return Label(text.strip(), cell, _meaning_of(rest, None), None, "", negated)


def _splits(cell: str) -> list[tuple[str, str]]:
    """Ways to part a label into name and unit, the likeliest first."""
    if len(cell) > 100 or _key(cell).startswith("control/v/ma"):
        return []
    ways = []
    bracketed = _BRACKETED.match(cell)
    if bracketed:
        ways.append((bracketed.group(1), bracketed.group(2)))
    parts = cell.split("/")
    for i in range(1, len(parts)):
        ways.append(("/".join(parts[:i]).strip(), "/".join(parts[i:]).strip(" []()")))
    suffixed = re.match(r"^(.+?)[_\s]+([A-Za-z°]+)$", cell)
    if suffixed and _meaning_of(suffixed.group(1), unit_from_text(suffixed.group(2)), strict=True):
        ways.append((suffixed.group(1), suffixed.group(2)))
    return ways


def _key(name: str) -> str:
    return re.sub(r"[\s._\-<>]+", "", name).lower()


def _meaning_of(
    name: str, unit: str | None, unit_text: str = "", *, strict: bool = False
) -> Meaning | None:
    """The meaning that fits name and unit; without a fitting one the name's first, unless strict."""
    candidates = _MEANINGS.get(_key(name), [])
    for meaning in candidates:
        if unit is None:
            break
        if meaning is Meaning.TEMPERATURE and unit in ("degC", "K", "C"):
            return meaning
        if meaning is not Meaning.TEMPERATURE and scale_between(unit, UNITS[meaning]) is not None:
            return meaning
    return None if strict or not candidates else candidates[0]


def slug_of(name: str) -> str:
    """A column name for a label that has no meaning here: ``|Ewe|`` becomes ``abs_ewe``."""
    text = re.sub(r"\|([^|]+)\|", r"abs_\1", name.lower())
    text = re.sub(r"^\s*-", "minus_", text)
    return re.sub(r"_+", "_", re.sub(r"\W+", "_", text)).strip("_") or "column"
