"""kuralab: the operating system of a cloud laboratory for energy materials.

The names below are imported on first use, so that ``import kuralab`` costs nothing.

    read              what is in a file: a tuple of measurements
    analyze           files to results with uncertainty
    open_lab          a lab in a directory, to run protocols in
    read_protocol     a protocol from its file
    ProtocolBuilder   a protocol in a few calls
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kuralab._shortcuts import analyze, open_lab, read
    from kuralab.formats import read_protocol
    from kuralab.model import ProtocolBuilder

__all__ = ["ProtocolBuilder", "__version__", "analyze", "open_lab", "read", "read_protocol"]

_ON_USE = {
    "ProtocolBuilder": "kuralab.model",
    "analyze": "kuralab._shortcuts",
    "open_lab": "kuralab._shortcuts",
    "read": "kuralab._shortcuts",
    "read_protocol": "kuralab.formats",
}

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(_ON_USE[name]), name)
    raise AttributeError(f"module 'kuralab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
