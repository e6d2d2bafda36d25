"""Figures as files and as text: the same picture gives the same bytes."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, Final

from matplotlib.figure import Figure

from kuralab.errors import InputError
from kuralab.views._files import whole_file
from kuralab.views._style import our_style

# The date, and for PNG the version of matplotlib, would make equal figures differ.
_METADATA: Final[dict[str, dict[str, Any]]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_IDENTIFIERS: Final = re.compile(r'(\bid="|href="#|url\(#)')
_PROLOGUE: Final = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>\s*|<!--.*?-->", re.DOTALL)


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure as .png (300 dpi), .svg or .pdf; nothing half-written is left behind.

    Raises
    ------
    InputError
        Another suffix, or a folder that does not exist or cannot be written to.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _METADATA:
        raise InputError(
            f"a figure cannot be written as {suffix or 'a file without a suffix'}",
            file=str(path),
            hint="Use a name that ends in .png, .svg or .pdf.",
        )
    with whole_file(path) as part, our_style():
        figure.savefig(part, format=suffix[1:], metadata=_METADATA[suffix])
    return path


def svg_of(figure: Figure) -> str:
    """A figure as the text of an SVG file."""
    buffer = io.StringIO()
    with our_style():
        figure.savefig(buffer, format="svg", metadata=_METADATA[".svg"])
    return buffer.getvalue()


def inline_svg(svg: str, *, prefix: str) -> str:
    """The ``<svg>`` element of an SVG file for a page; ``prefix`` keeps ids of figures apart."""
    element = _PROLOGUE.sub("", svg).strip()
    return _IDENTIFIERS.sub(lambda found: f"{found.group(1)}{prefix}-", element)
