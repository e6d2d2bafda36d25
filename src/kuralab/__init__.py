"""kuralab: the operating system of a cloud laboratory for energy materials.

The names below are imported on first use, so that ``import kuralab`` costs nothing.

    read              what is in a file: a tuple of measurements
    analyze           files to results with uncertainty
    calculate         small physics answers that need no file, such as hydrogen at high pressure
    open_lab          a lab in a directory, to run protocols in
    read_protocol     a protocol from its file
    ProtocolBuilder   a protocol in a few calls
    Planner           asked for experiments, told what came of them
    Space, Pool       what may vary: variables, or the rows of a table
    Continuous, Integer, Categorical, Mixture    the variables of a space
    Objective, Observed                          what is wanted, what was measured
    read_campaign     a campaign from its file
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kuralab._shortcuts import analyze, calculate, open_lab, read
    from kuralab.formats import read_campaign, read_protocol
    from kuralab.model import ProtocolBuilder
    from kuralab.model.campaign import Objective, Observed
    from kuralab.model.space import Categorical, Continuous, Integer, Mixture
    from kuralab.planning import Planner, Pool, Space

__all__ = [
    "Categorical",
    "Continuous",
    "Integer",
    "Mixture",
    "Objective",
    "Observed",
    "Planner",
    "Pool",
    "ProtocolBuilder",
    "Space",
    "__version__",
    "analyze",
    "calculate",
    "open_lab",
    "read",
    "read_campaign",
    "read_protocol",
]

_ON_USE = {
    "Categorical": "kuralab.model.space",
    "Continuous": "kuralab.model.space",
    "Integer": "kuralab.model.space",
    "Mixture": "kuralab.model.space",
    "Objective": "kuralab.model.campaign",
    "Observed": "kuralab.model.campaign",
    "Planner": "kuralab.planning",
    "Pool": "kuralab.planning",
    "ProtocolBuilder": "kuralab.model",
    "Space": "kuralab.planning",
    "analyze": "kuralab._shortcuts",
    "calculate": "kuralab._shortcuts",
    "open_lab": "kuralab._shortcuts",
    "read": "kuralab._shortcuts",
    "read_campaign": "kuralab.formats",
    "read_protocol": "kuralab.formats",
}

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(_ON_USE[name]), name)
    raise AttributeError(f"module 'kuralab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
