"""What instrument parameters of GSAS and GSAS-II share: units, kinds of radiation, banks.

Both give Gaussian variances in centidegrees squared and write the Lorentzian width as
X / cos(theta) + Y tan(theta) in centidegrees, where our x goes with tan(theta).
"""

from __future__ import annotations

import math
from typing import Final

from kuralab.formats._source import Source

CENTI: Final = 100.0
FWHM_SQUARED: Final = 8.0 * math.log(2.0) / CENTI**2
"""From a variance in centideg^2 to FWHM^2 in deg^2."""
TYPES: Final = {"PXC": "xray", "PNC": "neutron", "PNT": "tof"}


def chosen_bank(source: Source, banks: list[int], bank: int | None) -> int:
    if bank is not None and bank not in banks:
        raise source.error(
            f"there is no bank {bank}",
            field="bank",
            hint=f"It has {', '.join(map(str, banks)) or 'none'}.",
        )
    if not banks:
        raise source.error("no bank has a line ICONS", field="ICONS", hint="The file is not complete.")
    if bank is None and len(banks) > 1:
        raise source.error(
            f"there are {len(banks)} banks ({', '.join(map(str, banks[:12]))})",
            field="bank",
            hint="Say which one: keep its lines only, or write its values as YAML.",
        )
    return banks[0] if bank is None else bank


def resolution_from_gsas(
    *, u: float, v: float, w: float, p: float, x: float, y: float, s_l: float, h_l: float
) -> dict[str, float]:
    """Fields of a Resolution. u, v, w and p in centideg^2, where p / cos^2 is p + p tan^2; x, y in
    centideg."""
    return {
        "u": FWHM_SQUARED * (u + p),
        "v": FWHM_SQUARED * v,
        "w": FWHM_SQUARED * (w + p),
        "x": y / CENTI,
        "y": x / CENTI,
        "s_l": s_l,
        "h_l": h_l,
    }
