"""Amorphisation in a planetary ball mill."""

from __future__ import annotations

import math

from kuralab.errors import ScienceError
from kuralab.science.synthesis._parameters import Milling


def crystalline_fraction_left(*, duration: float, speed: float, milling: Milling) -> float:
    """What milling leaves of crystals that were there before.

        x / x_0 = exp(-k t),   k = k_ref (w / w_ref)^3

    x: crystalline fraction, t: net milling time, w: speed of the disc. The power of the impacts in
    a planetary mill grows with the cube of the speed; the amorphised volume is taken to follow the
    energy that was put in. Being first order, two millings in a row are one long milling.

    Parameters
    ----------
    duration : h, net; speed : rpm; milling : rate in 1/h at its reference speed

    Returns
    -------
    float between 0 and 1

    Raises
    ------
    ScienceError
        A negative time or speed.

    Source
    ------
    N. Burgio et al., Il Nuovo Cimento D 13, 459 (1991), DOI 10.1007/BF02452130: energy per impact
    goes with the square of the speed, their frequency with the speed. Departure: temperature and
    filling of the jar are left out.

    Examples
    --------
    >>> once = Milling(rate=0.25, reference_speed=500.0)
    >>> round(crystalline_fraction_left(duration=20.0, speed=500.0, milling=once), 4)
    0.0067
    """
    if not (duration >= 0 and speed >= 0):
        raise ScienceError(f"milling for {duration:g} h at {speed:g} rpm: neither can be negative.")
    return math.exp(-milling.rate * (speed / milling.reference_speed) ** 3 * duration)
