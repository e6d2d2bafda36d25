"""The pseudo-Voigt of Thompson, Cox and Hastings: width and mixing from the two widths.

P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Cryst. 20 (1987) 79, doi:10.1107/S0021889887087090.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TERMS: Final = (1.0, 2.69269, 2.42843, 4.47163, 0.07842, 1.0)
_MIXING: Final = (1.36603, -0.47719, 0.11116)


@final
@dataclass(frozen=True)
class PseudoVoigt:
    """FWHM and Lorentzian share eta (p,), and their derivatives by the two widths."""

    width: Floats
    eta: Floats
    width_by_gauss: Floats
    width_by_lorentz: Floats
    eta_by_gauss: Floats
    eta_by_lorentz: Floats


def pseudo_voigt(gauss: Floats, lorentz: Floats) -> PseudoVoigt:
    """From Gaussian and Lorentzian FWHM (p,), in one unit."""
    g, f = gauss, lorentz
    total = sum(term * g ** (5 - n) * f**n for n, term in enumerate(_TERMS))
    by_g = sum((5 - n) * term * g ** (4 - n) * f**n for n, term in enumerate(_TERMS[:5]))
    by_f = sum(n * term * g ** (5 - n) * f ** (n - 1) for n, term in enumerate(_TERMS) if n)
    width = np.asarray(total) ** 0.2
    chain = 0.2 * width / np.asarray(total)
    width_g, width_f = chain * np.asarray(by_g), chain * np.asarray(by_f)
    ratio = f / width
    eta = sum(term * ratio ** (n + 1) for n, term in enumerate(_MIXING))
    slope = sum((n + 1) * term * ratio**n for n, term in enumerate(_MIXING))
    return PseudoVoigt(
        width=width,
        eta=np.clip(np.asarray(eta), 0.0, 1.0),
        width_by_gauss=width_g,
        width_by_lorentz=width_f,
        eta_by_gauss=-np.asarray(slope) * ratio / width * width_g,
        eta_by_lorentz=np.asarray(slope) * (1.0 / width - ratio / width * width_f),
    )
