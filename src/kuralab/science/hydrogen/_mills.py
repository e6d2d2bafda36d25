"""A second equation of state of fluid hydrogen, whose distance from the first is an uncertainty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mills_volume(*, pressure: Floats, temperature: float) -> Floats:
    """Molar volume of fluid H2, cm3/mol, of the shape of the pressures.

        V = (36.716 + 0.0033003 T - 22.479 T^-1/2) q^-1/3 + (-17.174 - 0.021393 T) q^-2/3
            + (-8.9886 + 0.11001 T + 69.233 T^-1/2 - 31.395/T) q^-1,     q = p / 101.325 MPa

    Fitted to volumes and speeds of sound that were measured from 75 to 307 K and 0.2 to 2 GPa. Beyond it
    serves as a second opinion, never as the value.

    Parameters
    ----------
    pressure : (...) GPa; temperature : K

    Source
    ------
    R. L. Mills, D. H. Liebenberg, J. C. Bronson, L. C. Schmidt, J. Chem. Phys. 66, 3076 (1977), DOI
    10.1063/1.434324. The paper measures p in kbar; whether q counts kbar or 1000 atm changes V by
    0.4 %, and 1000 atm is nearer to the reference equation at 1 and 2 GPa.
    """
    q = np.asarray(pressure, dtype=np.float64) / 0.101325
    root = 1.0 / np.sqrt(temperature)
    first = 36.716 + 0.0033003 * temperature - 22.479 * root
    second = -17.174 - 0.021393 * temperature
    third = -8.9886 + 0.11001 * temperature + 69.233 * root - 31.395 / temperature
    return np.asarray(first * q ** (-1 / 3) + second * q ** (-2 / 3) + third / q)
