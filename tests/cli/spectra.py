"""Spectra as text, for files to read."""

from __future__ import annotations

import numpy as np


def spectrum_text(*, points: int = 40, resistance: float = 1000.0, scale: float = 1.0) -> str:
    """R1 parallel CPE1, then a blocking CPE2; a clean spectrum as delimited text."""
    frequency = np.logspace(6, 0, points)
    jw = 2j * np.pi * frequency
    impedance = scale * (resistance / (1 + resistance * 1e-9 * jw**0.9) + 1 / (1e-6 * jw**0.9))
    lines = ["freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm"]
    lines += [f"{f:.6e},{z.real:.6e},{-z.imag:.6e}" for f, z in zip(frequency, impedance, strict=True)]
    return "\n".join(lines) + "\n"
