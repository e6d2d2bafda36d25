"""File formats: one module per file syntax, read into measurements; a registry that sniffs.

Protocols, facilities and campaigns, which people write, are YAML: ``read_protocol``,
``read_facility`` and ``read_campaign``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kuralab.formats._registry import FORMATS, Format, read

if TYPE_CHECKING:
    from kuralab.formats._parameter import read_parameter
    from kuralab.formats.campaign import candidate_space, read_campaign
    from kuralab.formats.cif import read_crystals, write_crystal
    from kuralab.formats.facility import read_facility
    from kuralab.formats.powder_instrument import read_instrument
    from kuralab.formats.protocol import names_to_fill, parse_protocol, read_protocol
    from kuralab.formats.refinement import read_refinement_plan

__all__ = [
    "FORMATS",
    "Format",
    "candidate_space",
    "names_to_fill",
    "parse_protocol",
    "read",
    "read_campaign",
    "read_crystals",
    "read_facility",
    "read_instrument",
    "read_parameter",
    "read_protocol",
    "read_refinement_plan",
    "write_crystal",
]

# Imported on first use: reading a measurement needs neither YAML nor protocols.
_ON_USE: Final = {
    "candidate_space": "campaign",
    "names_to_fill": "protocol",
    "parse_protocol": "protocol",
    "read_campaign": "campaign",
    "read_crystals": "cif",
    "read_facility": "facility",
    "read_instrument": "powder_instrument",
    "read_parameter": "_parameter",
    "read_protocol": "protocol",
    "read_refinement_plan": "refinement",
    "write_crystal": "cif",
}


def __getattr__(name: str) -> Any:
    if name in _ON_USE:
        return getattr(import_module(f"kuralab.formats.{_ON_USE[name]}"), name)
    raise AttributeError(f"module 'kuralab.formats' has no attribute {name!r}")
