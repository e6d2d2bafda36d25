"""Which operations the twins know the effect of, by what a sample is."""

from __future__ import annotations

from typing import Final

from kuralab.instruments.twins._ceramic import CERAMIC_OPERATIONS
from kuralab.instruments.twins._hydride import HYDRIDE_OPERATIONS
from kuralab.instruments.twins._library import LIBRARY_OPERATIONS
from kuralab.instruments.twins._sample import TrueSample

_OF_HYDRIDES_ONLY: Final = frozenset(HYDRIDE_OPERATIONS) - {"split", "hold"}
_OF_CERAMICS_ONLY: Final = frozenset(CERAMIC_OPERATIONS) - {"ball_mill", "press_pellet", "split", "hold"}


def unknown_kind(sample: TrueSample, operation: str) -> str:
    """What a sample is, in words, if nothing is known of this operation on it; else nothing."""
    if sample.material is not None and operation not in LIBRARY_OPERATIONS:
        return f"entry {sample.material.entry} of a library"
    if sample.hydride is not None and operation not in HYDRIDE_OPERATIONS:
        return "an alloy of La and Ni or its hydride"
    if sample.hydride is None and operation in _OF_HYDRIDES_ONLY:
        return "which is no alloy of La and Ni"
    if sample.ceramic is not None and operation not in CERAMIC_OPERATIONS:
        return "BaZr0.4Ce0.4Y0.1Yb0.1O3 with CuO"
    if sample.ceramic is None and operation in _OF_CERAMICS_ONLY:
        return "which is no BaZr0.4Ce0.4Y0.1Yb0.1O3"
    return ""
