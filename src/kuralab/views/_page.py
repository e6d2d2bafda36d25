"""What all reports share: the page's frame, figures inside it, its font, and what flags mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kuralab.model import AnalysisRecord
from kuralab.views._figures import ReportFigure
from kuralab.views._font import japanese_font_for
from kuralab.views._labels import FLAGS, Language
from kuralab.views._references import CONVENTIONS, Method, methods_of
from kuralab.views._saving import inline_svg, svg_of
from kuralab.views._style import SINGLE

_FONT_MARK: Final = "font-follows-when-all-text-is-known"
# A name such as "ui6" is no formula: elements begin with a capital letter.
_FORMULAS: Final = re.compile(r"(?<![A-Za-z])[(\[]*[A-Z][A-Za-z0-9.()\[\]]*")
_INDICES: Final = re.compile(r"(?<=[A-Za-z)\]])\d+(?:\.\d+)?")


class PageFigure(NamedTuple):
    """A figure as a page holds it; ``name`` is its file's and keeps identifiers apart."""

    name: str
    wide: bool
    caption_en: str
    caption_ja: str
    svg: str
    inline: Markup


def page_figure(drawn: ReportFigure, *, name: str, prefix: str) -> PageFigure:
    """A drawn figure as SVG, once for its file and once for the page."""
    svg = svg_of(drawn.figure)
    inline = Markup(inline_svg(svg, prefix=prefix))
    wide = drawn.figure.get_figwidth() > SINGLE
    return PageFigure(name, wide, drawn.caption_en, drawn.caption_ja, svg, inline)


def rendered(
    template: str,
    *,
    records: Sequence[AnalysisRecord],
    language: Language,
    title: str,
    introduction: str,
    attribution: Iterable[str],
    flags: Iterable[str] = (),
    methods: Sequence[Method] = (),
    conventions: Sequence[tuple[str, str]] = CONVENTIONS,
    **content: Any,
) -> str:
    """A page that needs nothing else.

    records: the analyses in it, for their flags, methods and software; flags, methods: further ones;
    introduction: a blank line starts a paragraph; content: what the template asks for besides.
    """
    page = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            title=title,
            introduction=[p.strip() for p in introduction.split("\n\n") if p.strip()],
            attribution=list(attribution),
            software=list(dict.fromkeys(record.software for record in records)),
            flags=_flags_used(records, flags),
            methods=[*methods, *methods_of([record.technique for record in records])],
            conventions=conventions,
            font=_FONT_MARK,
            **content,
        )
    )
    return page.replace(_FONT_MARK, japanese_font_for(page))


def numbers(indices: Sequence[int]) -> str:
    """Files by their number in the list of files: ``1–4, 7``."""
    runs: list[list[int]] = []
    for number in (i + 1 for i in sorted(indices)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kuralab.views", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["symbol"] = _symbol
    environment.filters["numbers"] = numbers
    environment.filters["formula"] = _formula
    return environment


def _symbol(symbol: str) -> Markup:
    """``σ_tot`` with its subscript below."""
    base, _, index = symbol.partition("_")
    subscript = Markup("<sub>{}</sub>").format(index) if index else ""
    return Markup("<i>{}</i>{}").format(base, subscript)


def _formula(text: str) -> Markup:
    """``54Li3PS4-46LiI`` with the numbers of atoms below."""

    def lowered(formula: re.Match[str]) -> str:
        return _INDICES.sub(lambda found: f"<sub>{found.group()}</sub>", formula.group())

    return Markup(_FORMULAS.sub(lowered, str(escape(text))))


def _flags_used(
    records: Sequence[AnalysisRecord], further: Iterable[str]
) -> list[tuple[str, str, str, str]]:
    used = {
        *further,
        *(flag for record in records for result in record.results for flag in result.flags),
    }
    return [texts for flag, texts in FLAGS.items() if flag in used]
