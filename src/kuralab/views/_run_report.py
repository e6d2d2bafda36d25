"""The report of a run: one HTML page that needs nothing else, its data beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kuralab import __version__
from kuralab.model import SCHEMA_VERSION, AnalysisRecord
from kuralab.views._durations import duration_text
from kuralab.views._export import Cell, csv_of, parquet_of, result_rows
from kuralab.views._files import folder_made, write_together
from kuralab.views._labels import Language
from kuralab.views._page import PageFigure, page_figure, rendered
from kuralab.views._run_figures import run_figures
from kuralab.views._run_tables import instrument_lines, literature_lines, model_lines, sample_lines

if TYPE_CHECKING:
    from kuralab.views._run_data import Finding, RunOverview

_FINISHED: Final = "finished"


def write_run_report(
    overview: RunOverview,
    folder: Path | str,
    *,
    introduction: str = "",
    attribution: Iterable[str] = (),
    language: Language = "en",
) -> tuple[Path, ...]:
    """Write ``report.html``, ``results.csv|json|parquet``, ``measurements.csv`` and the figures.

    A run that was cut short is reported as far as it came. Headings are in both languages;
    ``language`` comes first and is the one of the figures.

    Returns
    -------
    tuple of Path
        report.html, results.csv, results.json, results.parquet, measurements.csv, the figures.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    drawn = {
        figure.key: page_figure(figure, name=figure.key, prefix=figure.key)
        for figure in run_figures(overview, language=language)
    }
    records = [f.outcome.record for f in overview.drawn if f.outcome is not None]
    models = model_lines(overview)
    lineage = overview.lineage
    page = rendered(
        "run.html.j2",
        records=records,
        language=language,
        title=overview.protocol.title or overview.protocol.name,
        introduction=introduction,
        attribution=attribution,
        created=None,
        version=f"kuralab {__version__}",
        run=overview.run,
        twin=overview.facility.kind == "twin",
        samples=sample_lines(overview, language=language),
        literature=literature_lines(overview, language=language),
        models=models,
        warnings=_warnings(models),
        facts=_facts(overview),
        instruments=instrument_lines(overview),
        troubled=[step for step in overview.steps if step.state != _FINISHED],
        lineage_name=overview.label(lineage.sample) if lineage is not None else "",
        result_figures=_chosen(drawn, "trend", "arrhenius"),
        spectra_figures=_chosen(drawn, "nyquist"),
        time_figures=_chosen(drawn, "gantt"),
        lineage_figures=_chosen(drawn, "genealogy"),
    )
    titles, rows = result_rows(records, [_about(overview, finding) for finding in overview.drawn])
    folder = folder_made(Path(folder))
    contents = {
        folder / "report.html": page.encode(),
        folder / "results.csv": csv_of(titles, rows).encode(),
        folder / "results.json": _text_of(run_json(overview)).encode(),
        folder / "results.parquet": parquet_of(titles, rows),
        folder / "measurements.csv": _measurements(overview).encode(),
        **{folder / f"{figure.name}.svg": figure.svg.encode() for figure in drawn.values()},
    }
    write_together(contents)
    return tuple(contents)


def _chosen(drawn: dict[str, PageFigure], *keys: str) -> list[PageFigure]:
    return [drawn[key] for key in keys if key in drawn]


def _facts(overview: RunOverview) -> list[tuple[str, str, str]]:
    """What a reader must know of the run, each in both languages."""
    run, steps = overview.run, overview.steps
    ended = sum(step.state == _FINISHED for step in steps)
    facts = [
        ("run", "実行", run.run),
        ("state", "状態", run.state),
        ("facility", "施設", overview.facility.name),
        ("seed", "乱数の種", str(run.seed)),
        ("began", "開始", _when(run.created)),
    ]
    if run.finished is not None:
        lasted = duration_text((run.finished - run.created).total_seconds())
        facts += [("ended", "終了", _when(run.finished)), ("lasted", "所要時間", lasted)]
    facts += [
        ("steps", "工程", f"{ended} / {len(steps)}"),
        ("measurements", "測定", str(len(overview.measurements))),
    ]
    return facts


def _when(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M %Z")


def _warnings(models: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each warning once, with the samples that it concerns."""
    concerned: dict[str, list[str]] = {}
    for model in models:
        for warning in model["warnings"]:
            concerned.setdefault(warning, []).append(model["label"])
    everyone = len(models)
    return [
        (text, ", ".join(labels) if len(labels) < everyone else f"{labels[0]} … {labels[-1]}")
        for text, labels in concerned.items()
    ]


def _about(overview: RunOverview, finding: Finding) -> dict[str, Cell]:
    """The columns that say which sample a result is of."""
    sample, variation = finding.sample, overview.variation
    about: dict[str, Cell] = {
        "run": overview.run.run,
        "sample": sample.sample,
        "composition": sample.composition or "",
    }
    if variation is not None:
        name = variation.short or variation.en.partition(" / ")[0]
        about[f"{name} [{variation.unit}]"] = float(variation.values[sample.sample])
    about["measurements"] = "; ".join(finding.inputs)
    return about


def run_json(overview: RunOverview) -> dict[str, Any]:
    """The run with one analysis record for each sample, as plain values without NaN."""
    run = overview.run
    samples = [
        {
            "sample": finding.sample.sample,
            "composition": finding.sample.composition,
            "varied": None
            if overview.variation is None
            else overview.variation.values.get(finding.sample.sample),
            "values": {
                key: value.model_dump(mode="json") for key, value in finding.sample.values.items()
            },
            "measurements": list(finding.inputs),
            "message": finding.message or None,
            "analysis": _plain(finding.outcome.record) if finding.outcome is not None else None,
        }
        for finding in overview.findings
    ]
    return {
        "schema": SCHEMA_VERSION,
        "run": {
            "run": run.run,
            "name": run.name,
            "state": run.state,
            "seed": run.seed,
            "facility": overview.facility.name,
            "kind": overview.facility.kind,
            "created": run.created.isoformat(),
            "finished": run.finished.isoformat() if run.finished is not None else None,
        },
        "varied": None if overview.variation is None else overview.variation.en,
        "samples": samples,
    }


def _text_of(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(record: AnalysisRecord) -> Any:
    return json.loads(record.to_json())


def _measurements(overview: RunOverview) -> str:
    """Every measurement with the SHA-256 of its raw file."""
    rows: list[dict[str, Cell]] = [
        {
            "measurement": row.id,
            "sample": row.sample,
            "step": row.step,
            "technique": row.technique,
            "instrument": row.instrument,
            "time": row.time.isoformat(),
            "format": row.format,
            "rows": str(row.rows),
            "raw_sha256": row.raw_sha256,
        }
        for row in overview.measurements
    ]
    titles = [
        "measurement",
        "sample",
        "step",
        "technique",
        "instrument",
        "time",
        "format",
        "rows",
        "raw_sha256",
    ]
    return csv_of(titles, rows)
