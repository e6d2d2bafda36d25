"""File formats: one module per file syntax, read into measurements; a registry that sniffs."""

from kuralab.formats._registry import FORMATS, Format, read

__all__ = ["FORMATS", "Format", "read"]
