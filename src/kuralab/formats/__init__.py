"""File formats: one module per file syntax, read into measurements; a registry that sniffs."""

from kuralab.formats._registry import FORMATS, Format, read
from kuralab.formats.facility import read_facility
from kuralab.formats.protocol import read_protocol

__all__ = ["FORMATS", "Format", "read", "read_facility", "read_protocol"]
