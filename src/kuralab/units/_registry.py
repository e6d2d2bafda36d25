"""The unit registry: our definitions, built on first use, and the allow-list in front of it.

Every symbol of a unit text is looked up whole in ``units.yaml``. Guessing prefixes and plurals,
as registries do, turns ``%RH`` into percent-ronnahenry.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kuralab.errors import UnitError
from kuralab.units._grammar import factors_of_unit

if TYPE_CHECKING:
    import pint

_PREFIX_NAMES: Final = {
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
_MICRO_SIGNS: Final = "uµμ"
_ABSURD_FACTOR: Final = 1e60


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The one registry, made from our own definitions."""
    import pint

    lines = files("kuralab.units").joinpath("definitions.txt").read_text("utf-8").splitlines()
    return pint.UnitRegistry(lines, cache_folder=None)


def spellings() -> Iterator[tuple[str, str]]:
    """Every symbol that a user may write and the definition that it stands for."""
    import yaml

    listed = yaml.safe_load(files("kuralab.units").joinpath("units.yaml").read_text("utf-8"))
    for symbol, entry in listed.items():
        aliases = entry.get("aliases", [])
        for spelling in (symbol, *aliases):
            yield spelling, entry["name"]
        short = [symbol, *(alias for alias in aliases if len(alias) == 1)]
        for prefix in entry.get("prefixes", ()):
            for letter in _MICRO_SIGNS if prefix == "u" else prefix:
                for spelling in short:
                    yield letter + spelling, _PREFIX_NAMES[prefix] + entry["name"]


@cache
def allowed() -> dict[str, str]:
    """The allow-list as a table."""
    return dict(spellings())


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> pint.Unit:
    """The unit that a text names, such as ``"mS/cm"``, ``"ohm cm2"`` or ``"degC/min"``.

    Raises
    ------
    UnitError
        The text is not a unit, or a symbol is not in the allow-list; near misses are offered.
    """
    registered, known = registry(), allowed()
    product = registered.Unit("")
    if text.strip() in ("", "1"):
        return product
    factors = factors_of_unit(text, symbols=known)
    for symbol, exponent in factors:
        if symbol not in known:
            near = difflib.get_close_matches(symbol, known, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            inside = "" if symbol == text.strip() else f" in {text!r}"
            raise UnitError(f"unknown unit {symbol!r}{inside}{hint}")
        name = known[symbol]
        # Only a lone degC has a zero point; in degC/min it is a difference.
        if name == "degree_Celsius" and (len(factors) > 1 or exponent != 1):
            name = "delta_degree_Celsius"
        product = product * registered.parse_units(name) ** exponent
    _refuse_absurd_factor(product, text)
    return product


def _refuse_absurd_factor(unit: pint.Unit, text: str) -> None:
    """Keep every later conversion inside the range of a float."""
    if unit == registry().degree_Celsius:
        return
    try:
        factor = float((1.0 * unit).to_root_units().magnitude)
    except (OverflowError, ZeroDivisionError):
        factor = math.inf
    if not 1 / _ABSURD_FACTOR < factor < _ABSURD_FACTOR:
        raise UnitError(f"{text!r} is out of range for a unit")


@lru_cache(maxsize=4096)
def line_between(unit: str, to: str) -> tuple[float, float]:
    """Scale and offset with ``value * scale + offset`` in ``to``; dimensions must agree already."""
    registered, source, target = registry(), parse_unit(unit), parse_unit(to)
    offset = float(registered.Quantity(0.0, source).to(target).magnitude)
    scale = registered.Quantity(1.0, _difference(source)).to(_difference(target)).magnitude
    return tidy(float(scale)), offset


def _difference(unit: pint.Unit) -> pint.Unit:
    registered = registry()
    return registered.Unit("delta_degree_Celsius") if unit == registered.degree_Celsius else unit


def tidy(value: float) -> float:
    """Remove the last-digit noise of a conversion (0.21000000000000002), and nothing else.

    Examples
    --------
    >>> tidy(2.1 * 0.1)
    0.21
    """
    rounded = float(f"{value:.12g}")
    return rounded if math.isclose(rounded, value, rel_tol=1e-15) else value
