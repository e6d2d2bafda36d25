"""The look of our figures: sizes of a paper's columns, fonts, colours that everybody can tell apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font

from kuralab.errors import InputError

MM: Final = 1 / 25.4
SINGLE: Final = 85 * MM
DOUBLE: Final = 175 * MM

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#AA4499"
BLACK, GREY, PALE = "#222222", "#9A9A9A", "#E9EEF2"
CATEGORIES: Final = (BLUE, VERMILION, GREEN, PURPLE, "#56B4E9", "#E69F00", "#444444")
MARKERS: Final = ("o", "s", "^", "D", "v", "<", ">", "p", "h", "d")
SMALL: Final = 7.0

_FAMILY: Final = ["DejaVu Sans", "IPAexGothic"]
_STYLE: Final[dict[Any, Any]] = {
    "font.family": _FAMILY,
    "font.size": 8,
    "mathtext.fontset": "dejavusans",
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.titlepad": 3,
    "axes.linewidth": 0.6,
    "axes.edgecolor": BLACK,
    "axes.labelcolor": BLACK,
    "axes.labelpad": 2.5,
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": True,
    "text.color": BLACK,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.color": BLACK,
    "ytick.color": BLACK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 1.6,
    "ytick.minor.size": 1.6,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.4,
    "lines.markeredgewidth": 0.7,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.3,
    "errorbar.capsize": 2,
    "hatch.linewidth": 0.5,
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
    "savefig.dpi": 300,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "kuralab",
    "pdf.fonttype": 42,
}

P = ParamSpec("P")
R = TypeVar("R")


@cache
def japanese_font() -> str:
    """The font's file, registered. Importing matplotlib_fontja would change everybody's settings."""
    spec = find_spec("matplotlib_fontja")
    if spec is None or spec.origin is None:
        raise InputError(
            "the Japanese font is not installed", hint="Install it: pip install matplotlib-fontja."
        )
    path = str(Path(spec.origin).parent / "fonts" / "ipaexg.ttf")
    fontManager.addfont(path)
    return path


@contextmanager
def our_style() -> Iterator[None]:
    """Our settings on top of matplotlib's defaults, whatever the user's own are; undone afterwards."""
    japanese_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Run a drawing function in our style."""

    @wraps(function)
    def drawing(*args: P.args, **kwargs: P.kwargs) -> R:
        with our_style():
            return function(*args, **kwargs)

    return drawing


def new_figure(*, width: float, height: float) -> Figure:
    """An empty figure (sizes in inch) that belongs to no window and no global list."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def legend_shape(handles: Sequence[Any], *, width: float) -> tuple[int, int]:
    """Columns and rows of a legend that fits the figure's width (inch), rows evenly filled."""
    if not handles:
        return 1, 0
    longest = max(_width_of(str(handle.get_label())) for handle in handles)
    most = max(1, int((width - 4 * MM) / ((9.5 + longest) * MM)))
    rows = -(-len(handles) // most)
    return -(-len(handles) // rows), rows


def _width_of(text: str) -> float:
    """Rough width in mm; a Japanese character is twice as wide as a Latin one."""
    return sum(2.8 if unicodedata.east_asian_width(c) in "WF" else 1.5 for c in text)


def legend_below(figure: Figure, handles: Sequence[Any]) -> None:
    """One legend under all panels, where it can hide no data."""
    if handles:
        ncols, _ = legend_shape(handles, width=figure.get_figwidth())
        figure.legend(handles=handles, loc="outside lower center", ncols=ncols)


def panel_letters(panels: Sequence[Axes]) -> None:
    """(a), (b), ... above the panels' left corner."""
    for letter, axes in zip("abcdefgh", panels, strict=False):
        title = axes.get_title(loc="left")
        axes.set_title(f"({letter}) {title}".rstrip(), loc="left")


@cache
def _drawable_characters() -> frozenset[int]:
    fonts = (findfont("DejaVu Sans"), japanese_font())
    return frozenset(code for font in fonts for code in get_font(font).get_charmap())


def plain(text: str, *, longest: int = 36) -> str:
    """Foreign text for a figure: no mathematics, no control characters, only glyphs that we have."""
    composed = unicodedata.normalize("NFC", text).strip()
    known = _drawable_characters()
    drawn = "".join(c if ord(c) in known and c.isprintable() else "□" for c in composed)
    if len(drawn) > longest:
        drawn = f"{drawn[: longest // 2]}…{drawn[-(longest // 2 - 1) :]}"
    # matplotlib leaves labels with a leading underscore out of legends.
    drawn = f" {drawn}" if drawn.startswith("_") else drawn
    return drawn.replace("$", r"\$")
