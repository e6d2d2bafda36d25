"""The report of a run: one page that needs nothing else, and data that say the same."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet
import pytest

from kuralab.analysis import ArrheniusLine, SpectrumDetails
from kuralab.views import write_run_report
from tests.views import runs


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    lines: tuple[ArrheniusLine, ...],
    series: tuple[SpectrumDetails, ...],
) -> Path:
    folder = tmp_path_factory.mktemp("run") / "report"
    write_run_report(runs.overview(lines, series), folder, introduction="One.\n\n<Two>.")
    return folder


def test_all_files_are_there(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "results.csv",
        "results.json",
        "results.parquet",
        "measurements.csv",
        *(f"{name}.svg" for name in ("trend", "arrhenius", "nyquist", "gantt", "genealogy")),
    }


def test_the_page_needs_nothing_else_and_escapes(folder: Path) -> None:
    text = (folder / "report.html").read_text("utf-8")
    outside = re.sub(r'href="https://doi\.org/[^"]*"|xmlns(:\w+)?="[^"]*"', "", text)
    assert "http" not in outside.replace("http-equiv", "")
    assert not re.search(r"url\((?!#|\"data:font/woff)", text)
    assert "<image" not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "Glass &lt;b&gt; of Li<sub>3</sub>PS<sub>4</sub>" in text
    assert "&lt;Two&gt;" in text
    assert "the &lt;pellet&gt; was thin" in text


def test_the_page_says_what_a_reader_must_know(folder: Path) -> None:
    text = (folder / "report.html").read_text("utf-8")
    for piece in (
        "digital twins",
        "デジタルツイン",
        "3f2a9c81d0e4",
        "2026-01-05 08:00 UTC",
        "2 d 2 h",
        "6 / 6",
        "8 points are too few",
        "Somebody 2018",
        "model inadequate",
        "p(R1,CPE1)-p(R2,CPE2)-CPE3",
        "x = 50",
    ):
        assert piece in text, piece
    assert "residual 40 %" not in text, "only the circuit that was used is shown"


def test_csv_json_and_parquet_agree(folder: Path) -> None:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stored = json.loads((folder / "results.json").read_text("utf-8"))
    table = pyarrow.parquet.read_table(folder / "results.parquet").to_pylist()
    results = [
        (sample, result)
        for sample in sorted(stored["samples"], key=lambda s: s["varied"])
        if sample["analysis"] is not None
        for result in sample["analysis"]["results"]
    ]
    assert len(rows) == len(table) == len(results) == 6
    for row, line, (sample, result) in zip(rows, table, results, strict=True):
        assert float(row["value"]) == line["value"] == result["value"]
        assert row["sample"] == line["sample"] == sample["sample"]
        assert float(row["x [mol%]"]) == line["x [mol%]"] == sample["varied"]
        assert row["measurements"] == "; ".join(sample["measurements"])
    (lost,) = (sample for sample in stored["samples"] if sample["analysis"] is None)
    assert lost["message"] == "8 points are too few"
    assert stored["run"]["state"] == "finished"
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as file:
        assert [row["raw_sha256"][-2:] for row in csv.DictReader(file)] == ["00", "25", "50"]


def test_a_run_cut_short_is_reported_as_far_as_it_came(
    tmp_path: Path, lines: tuple[ArrheniusLine, ...], series: tuple[SpectrumDetails, ...]
) -> None:
    cut = runs.overview(lines, series)
    held = runs.step("press", "press_pellet", "idle", "q", x=0, start=30, end=None)
    paths = write_run_report(
        runs.overview(
            lines,
            series,
            findings=(),
            literature=(),
            variation=None,
            lineage=None,
            measurements=(),
            steps=(*cut.steps, held),
        ),
        tmp_path,
        language="ja",
    )
    text = paths[0].read_text("utf-8")
    assert "測定済みの試料はありません" in text
    assert "完了していない工程" in text
    assert '<html lang="ja">' in text
    assert [path.name for path in paths[5:]] == ["gantt.svg"]
