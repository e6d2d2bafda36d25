"""Which unit an axis takes, so that its numbers stay short."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_PREFIXES: Final = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_TIMES: Final = ((2 * 86400.0, 86400.0, "d"), (3 * 3600.0, 3600.0, "h"), (600.0, 60.0, "min"))


def prefixed(largest: float, unit: str) -> tuple[float, str]:
    """Divisor and unit that bring the largest value of an axis between 1 and 1000.

    Examples
    --------
    >>> prefixed(44710.0, "Ω")
    (1000.0, 'kΩ')
    """
    for divisor, prefix in _PREFIXES:
        if largest >= divisor:
            return divisor, prefix + unit
    return (1e-12, "p" + unit) if largest > 0 else (1.0, unit)


def time_unit(longest: float) -> tuple[float, str]:
    """Divisor and unit for a time axis that ends at ``longest`` seconds."""
    for least, divisor, unit in _TIMES:
        if longest >= least:
            return divisor, unit
    return 1.0, "s"


def largest(*arrays: NDArray[np.float64]) -> float:
    """Largest finite magnitude in the arrays; 0 where there is none."""
    sizes = [np.abs(a[np.isfinite(a)]) for a in arrays]
    return max((float(s.max()) for s in sizes if s.size), default=0.0)


def frequency_text(frequency: float) -> str:
    """A frequency in two digits: ``1 kHz``, ``94 kHz``, ``0.1 Hz``."""
    rounded = float(f"{frequency:.2g}")
    divisor, unit = prefixed(rounded, "Hz") if rounded >= 1 or rounded < 0.1 else (1.0, "Hz")
    return f"{rounded / divisor:.3g} {unit}"
