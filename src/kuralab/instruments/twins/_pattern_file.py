"""Writing counts as .xye text, for the reader of patterns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def pattern_file(
    two_theta: NDArray[np.float64], counts: NDArray[np.int64], header: Sequence[str]
) -> bytes:
    """Angle in deg, counts, their standard deviation; the header stands behind ``#``."""
    lines = [f"# {text}" for text in header]
    for angle, count in zip(two_theta, counts, strict=True):
        lines.append(f"{angle:.4f} {count:d} {max(float(count), 1.0) ** 0.5:.3f}")
    return ("\n".join(lines) + "\n").encode()
