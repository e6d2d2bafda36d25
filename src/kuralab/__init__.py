"""kuralab: the operating system of a cloud laboratory for energy materials.

The names below are imported on first use, so that ``import kuralab`` costs nothing.

    read      what is in a file: a tuple of measurements
    analyze   files to results with uncertainty
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kuralab._shortcuts import analyze, read

__all__ = ["__version__", "analyze", "read"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in ("analyze", "read"):
        return getattr(import_module("kuralab._shortcuts"), name)
    raise AttributeError(f"module 'kuralab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
