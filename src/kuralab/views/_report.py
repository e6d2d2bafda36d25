"""A report: one HTML page that needs nothing else, with its results as CSV and JSON beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kuralab.errors import InputError
from kuralab.model import AnalysisRecord, Result
from kuralab.units import QuantityKind, quantity_kind
from kuralab.views._diffraction_files import refinement_files
from kuralab.views._diffraction_tables import PageTable, refinement_tables
from kuralab.views._export import results_csv, results_json
from kuralab.views._figures import ReportFigure, figures_of
from kuralab.views._files import folder_made, write_together
from kuralab.views._labels import FLAGS, Language
from kuralab.views._page import PageFigure, numbers, page_figure, rendered
from kuralab.views._references import conventions_of
from kuralab.views._tables import conditions_text, value_text

if TYPE_CHECKING:
    from kuralab.analysis import Outcome

_TECHNIQUES: Final = {
    "impedance": ("Impedance spectroscopy", "交流インピーダンス測定"),
    "arrhenius": ("Activation energy of ion conduction", "イオン伝導の活性化エネルギー"),
    "polarisation": ("Direct-current polarisation", "直流分極測定"),
    "calc hydrogen": ("Hydrogen at high pressure", "高圧下の水素"),
    "pct": ("Hydrogen isotherms", "水素の圧力–組成等温線（PCT）"),
    "esr": ("Electron spin resonance", "電子スピン共鳴（ESR）"),
    "diffraction": ("Powder diffraction", "粉末回折"),
    "thermogravimetry": ("Thermogravimetry", "熱重量測定"),
    "emf": ("Transport numbers from voltages", "起電力法による輸率"),
    "composition": ("Site occupations from a chemical analysis", "化学分析によるサイト占有"),
    "dilatometry": ("Dilatometry", "熱膨張・収縮測定"),
    "proton_conduction": ("Proton conduction", "プロトン伝導"),
    "phase_check": ("Known phases in a pattern", "既知相との照合"),
}


class _Group(NamedTuple):
    """All results of one quantity."""

    kind: QuantityKind
    methods: list[str]
    rows: list[dict[str, Any]]


class _Section(NamedTuple):
    """What the page shows of one outcome."""

    record: AnalysisRecord
    title: tuple[str, str]
    notes: tuple[str, ...]
    conditions: bool
    groups: list[_Group]
    tables: tuple[PageTable, ...]
    figures: list[PageFigure]
    files: dict[str, str]


def write_report(
    outcomes: Sequence[Outcome],
    folder: Path | str,
    *,
    title: str = "",
    introduction: str = "",
    attribution: Iterable[str] = (),
    created: datetime | None = None,
    leading: Sequence[ReportFigure] = (),
    language: Language = "en",
) -> tuple[Path, ...]:
    """Write ``report.html``, ``results.csv``, ``results.json`` and the figures as SVG files.

    The folder is made when missing; its other files stay. Headings are in both languages;
    ``language`` comes first and is the one of the figures.

    Parameters
    ----------
    outcomes : at least one; figures and tables follow their order
    title : without one, the technique's name
    introduction, attribution : plain text; a blank line in the introduction starts a paragraph
    created : shown when given
    leading : figures that stand before all outcomes

    Returns
    -------
    tuple of Path
        report.html, results.csv, results.json, then the figures, refined structures (CIF) and curves.

    Raises
    ------
    InputError
        There is no outcome, or the folder cannot be written to.
    """
    if not outcomes:
        raise InputError("there is nothing to report", hint="Give at least one outcome.")
    sections = [_section(outcome, i, language) for i, outcome in enumerate(outcomes, start=1)]
    records = [outcome.record for outcome in outcomes]
    first = [page_figure(figure, name=figure.key, prefix=f"l-{figure.key}") for figure in leading]
    page = rendered(
        "report.html.j2",
        records=records,
        language=language,
        conventions=conventions_of([record.technique for record in records]),
        title=title or " · ".join(dict.fromkeys(s.title[language == "ja"] for s in sections)),
        introduction=introduction,
        attribution=attribution,
        created=created,
        leading=first,
        sections=sections,
    )
    folder = folder_made(Path(folder))
    contents = {
        folder / "report.html": page,
        folder / "results.csv": results_csv(records),
        folder / "results.json": results_json(records),
        **{folder / f"{figure.name}.svg": figure.svg for figure in first},
        **{folder / f"{f.name}.svg": f.svg for section in sections for f in section.figures},
        **{folder / name: text for section in sections for name, text in section.files.items()},
    }
    write_together({path: text.encode() for path, text in contents.items()})
    return tuple(contents)


def _section(outcome: Outcome, number: int, language: Language) -> _Section:
    record = outcome.record
    return _Section(
        record=record,
        title=_TECHNIQUES.get(record.technique, (record.technique, record.technique)),
        notes=outcome.notes,
        conditions=any(result.conditions for result in record.results),
        groups=_groups(record.results, language),
        tables=refinement_tables(outcome),
        figures=_drawn(outcome, number, language),
        files={
            f"{number}-{name}" if number > 1 else name: text
            for name, text in refinement_files(outcome).items()
        },
    )


def _groups(results: Sequence[Result], language: Language) -> list[_Group]:
    by_quantity: dict[str, list[Result]] = {}
    for result in results:
        by_quantity.setdefault(result.quantity, []).append(result)
    groups = [
        _Group(
            kind=quantity_kind(quantity),
            methods=list(dict.fromkeys(result.method for result in found)),
            rows=[_row(result, language) for result in found],
        )
        for quantity, found in by_quantity.items()
    ]
    # What a whole series gives, such as an activation energy, is what a reader looks for first.
    return sorted(groups, key=lambda group: len(group.rows) > 1)


def _row(result: Result, language: Language) -> dict[str, Any]:
    return {
        "value": value_text(result, language),
        "missing": result.value is None,
        "conditions": conditions_text(result, language),
        "flags": [FLAGS[flag][:2] for flag in result.flags],
        "input": numbers(result.input),
    }


def _drawn(outcome: Outcome, number: int, language: Language) -> list[PageFigure]:
    figures = []
    for drawn in figures_of(outcome, language=language):
        name = f"{number}-{outcome.record.technique}-{drawn.key}" if number > 1 else drawn.key
        figures.append(page_figure(drawn, name=name, prefix=f"f{number}-{drawn.key}"))
    return figures
