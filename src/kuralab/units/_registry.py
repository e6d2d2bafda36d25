"""The unit registry: our definitions, built on first use, and the allow-list in front of it.

A unit text is taken apart here and every symbol is looked up whole in ``units.yaml``.
Guessing prefixes and plurals, as registries do, turns ``%RH`` into percent-ronnahenry.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pint
import yaml

from kuralab.errors import UnitError

_PREFIX_NAMES = {
    "f": "femto",
    "p": "pico",
    "n": "nano",
    "u": "micro",
    "m": "milli",
    "c": "centi",
    "h": "hecto",
    "k": "kilo",
    "M": "mega",
    "G": "giga",
    "T": "tera",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# Symbols that contain a character which otherwise separates factors or starts an exponent.
_WHOLE = ("C-rate", "%RH", "mol%", "wt%", "mass%", "at%", "vol%", "f.u.")
_FACTOR = re.compile(
    r"\s*(?P<op>[*/·×.]|\bper\b)?\s*"
    r"(?P<symbol>" + "|".join(re.escape(w) for w in _WHOLE) + r"|[^\W\d_]+%?|[%°℃Å]+C?)"
    r"(?:(?:\^|\*\*)?(?P<exponent>\(?[-+]?\d+(?:\.\d+)?\)?))?"
)


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The one registry, made from our own definitions."""
    lines = files("kuralab.units").joinpath("definitions.txt").read_text("utf-8").splitlines()
    return pint.UnitRegistry(lines, cache_folder=None)


@cache
def allowed() -> dict[str, str]:
    """Every symbol that a user may write, with the definition that it stands for."""
    listed = yaml.safe_load(files("kuralab.units").joinpath("units.yaml").read_text("utf-8"))
    table: dict[str, str] = {}
    for symbol, entry in listed.items():
        for spelling in (symbol, *entry.get("aliases", ())):
            table[spelling] = entry["name"]
        for prefix in entry.get("prefixes", ()):
            table[prefix + symbol] = _PREFIX_NAMES[prefix] + entry["name"]
            for alias in entry.get("aliases", ()):
                if len(alias) == 1:
                    table[prefix + alias] = _PREFIX_NAMES[prefix] + entry["name"]
    for symbol, name in list(table.items()):
        if symbol.startswith("u") and name.startswith("micro"):
            table["µ" + symbol[1:]] = table["μ" + symbol[1:]] = name
    return table


def _factors(text: str) -> list[tuple[str, float]]:
    """Symbols and exponents of a unit text, in order."""
    text = text.translate(_SUPERSCRIPTS).strip()
    factors: list[tuple[str, float]] = []
    position, inverted = 0, False
    if text.startswith("1/"):
        position, inverted = 1, False
    while position < len(text):
        if text[position:].strip(" ()") == "":
            break
        opened = re.match(r"\s*(/?)\s*\(", text[position:])
        if opened:
            inverted = inverted or bool(opened.group(1))
            position += opened.end()
            if opened.group(1) and ")" in text[position:]:
                inner, _, rest = text[position:].partition(")")
                factors += [(s, -e) for s, e in _factors(inner)]
                factors += _factors(rest) if rest.strip() else []
                return factors
            continue
        found = _FACTOR.match(text, position)
        if found is None or (found.group("op") is None and position and text[position] not in " )"):
            raise UnitError(f"{text!r} is not a unit (stopped at {text[position:]!r})")
        exponent = float((found.group("exponent") or "1").strip("()"))
        divides = found.group("op") in ("/", "per")
        factors.append((found.group("symbol"), -exponent if divides else exponent))
        position = found.end()
    return factors


@cache
def parse_unit(text: str) -> pint.Unit:
    """The unit that a text names, such as ``"mS/cm"``, ``"ohm cm2"`` or ``"degC/min"``.

    Raises
    ------
    UnitError
        A symbol is not in the allow-list; near misses are offered.
    """
    registered, known = registry(), allowed()
    if text.strip() in ("", "1"):
        return registered.Unit("")
    factors = _factors(text)
    product = registered.Unit("")
    for symbol, exponent in factors:
        if symbol not in known:
            near = difflib.get_close_matches(symbol, known, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise UnitError(f"unknown unit {symbol!r} in {text!r}{hint}")
        name = known[symbol]
        if name == "degree_Celsius" and (len(factors) > 1 or exponent != 1):
            name = "delta_degree_Celsius"
        product = product * registered.parse_units(name) ** exponent
    return product
