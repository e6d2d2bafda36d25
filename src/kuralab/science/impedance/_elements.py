"""The elements a circuit is built of.

    R    Z = R
    C    Z = 1 / (j w C)
    L    Z = j w L
    CPE  Z = 1 / (Q (j w)^n)
    W    Z = sigma (1 - j) / sqrt(w)
    Wo   Z = R coth(sqrt(j w tau)) / sqrt(j w tau)
    Ws   Z = R tanh(sqrt(j w tau)) / sqrt(j w tau)

w: angular frequency 2 pi f. W is the semi-infinite Warburg element, Wo the finite one with a
blocking (open) end, which is a capacitor tau / R at low frequency, Ws the finite one with a
transmissive (short) end, which is the resistor R at low frequency.

Source
------
E. Barsoukov, J. R. Macdonald (eds.), Impedance Spectroscopy, 3rd ed. (2018), chapter 2,
DOI 10.1002/9781119381860. The symbols are those of impedance.py (DOI 10.21105/joss.02349).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

from kuralab.errors import ScienceError

# Codes that the compiled kernel branches on; the two connections follow the elements.
RESISTOR: Final = 0
CAPACITOR: Final = 1
INDUCTOR: Final = 2
CPE: Final = 3
WARBURG: Final = 4
WARBURG_OPEN: Final = 5
WARBURG_SHORT: Final = 6
SERIES: Final = 7
PARALLEL: Final = 8

EXPONENT_RANGE: Final = (0.3, 1.0)
# Elements whose impedance grows without limit at low frequency.
BLOCKING: Final = (CAPACITOR, CPE, WARBURG, WARBURG_OPEN)


@dataclass(frozen=True)
class ElementKind:
    """One kind of element: its symbol, and (suffix, unit) of each parameter."""

    symbol: str
    code: int
    parameters: tuple[tuple[str, str], ...]

    def parameter_names(self, name: str) -> tuple[str, ...]:
        """``R1`` has the parameter R1; ``CPE1`` has CPE1.Q and CPE1.n."""
        return tuple(f"{name}.{suffix}" if suffix else name for suffix, _ in self.parameters)


KINDS: Final = {
    kind.symbol: kind
    for kind in (
        ElementKind("R", RESISTOR, (("", "ohm"),)),
        ElementKind("C", CAPACITOR, (("", "F"),)),
        ElementKind("L", INDUCTOR, (("", "H"),)),
        ElementKind("CPE", CPE, (("Q", "S s^n"), ("n", "1"))),
        ElementKind("W", WARBURG, (("", "ohm s^-1/2"),)),
        ElementKind("Wo", WARBURG_OPEN, (("R", "ohm"), ("tau", "s"))),
        ElementKind("Ws", WARBURG_SHORT, (("R", "ohm"), ("tau", "s"))),
    )
}


def kind_from_symbol(symbol: str, *, context: str) -> ElementKind:
    """The kind named ``symbol``; an unknown one is refused with its near misses."""
    if symbol in KINDS:
        return KINDS[symbol]
    folded = {known.lower(): known for known in KINDS}
    near = difflib.get_close_matches(symbol.lower(), folded, n=1, cutoff=0.5)
    hint = f" Did you mean {folded[near[0]]}?" if near else ""
    raise ScienceError(
        f"{context}: unknown circuit element {symbol!r}.{hint} Known elements: {', '.join(KINDS)}."
    )
