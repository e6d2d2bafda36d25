"""Reports: one page that needs nothing else, files that say the same, all written or none."""

from __future__ import annotations

import csv
import json
import os
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.model import AnalysisRecord
from kuralab.views import rows_of_results, write_report

EVIL = '<script>alert("x")</script>&.txt'


class Page(HTMLParser):
    """Tags, identifiers and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in ("src", "href", "xlink:href", "data", "action", "poster"):
                (self.links if tag == "a" else self.loads).append(value or "")


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory,
    make: SimpleNamespace,
    impedance_outcome: Outcome,
    arrhenius_outcome: Outcome,
) -> tuple[Path, ...]:
    evil = Outcome(record=make.record("impedance", file=EVIL), spectra=impedance_outcome.spectra)
    return write_report(
        [arrhenius_outcome, evil],
        tmp_path_factory.mktemp("report") / "new" / "out",
        title=f"A report {EVIL}",
        introduction=f"First paragraph.\n\n{EVIL}",
        attribution=[f"Licence: {EVIL}"],
        created=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    )


def test_the_page_needs_nothing_else(written: tuple[Path, ...]) -> None:
    text = written[0].read_text("utf-8")
    page = Page(text)
    assert all(link.startswith("https://doi.org/") for link in page.links)
    assert all(load.startswith("#") for load in page.loads)
    outside = re.sub(r'href="https://doi\.org/[^"]*"|xmlns(:\w+)?="[^"]*"', "", text)
    assert "http" not in outside.replace("http-equiv", "")
    assert not re.search(r"url\((?!#|\"data:font/woff)", text)
    assert "<!DOCTYPE html>" in text[:40]
    assert page.tags.count("svg") == 5 + 4


def test_ids_are_unique_and_found(written: tuple[Path, ...]) -> None:
    text = written[0].read_text("utf-8")
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    used = {load[1:] for load in page.loads} | set(re.findall(r"url\(#([^)]+)\)", text))
    assert used <= set(page.ids)


def test_foreign_text_is_escaped(written: tuple[Path, ...]) -> None:
    text = written[0].read_text("utf-8")
    assert "script" not in Page(text).tags
    assert text.count("&lt;script&gt;") >= 4


def test_both_languages_flags_and_conventions_are_there(written: tuple[Path, ...]) -> None:
    text = written[0].read_text("utf-8")
    for piece in ("Results", "結果", "1498 ± 9 Ω", "not identifiable", "The data do not determine"):
        assert piece in text
    for piece in ("0123456789abcdef", "kuralab 0.1.0", "273.15 K", "k = 1", "2026-11-24 09:30"):
        assert piece in text
    assert "outlier" not in text
    assert "&lt; 1.936×10⁻⁷ S/cm" in text


def test_csv_and_json_agree(written: tuple[Path, ...]) -> None:
    folder = written[0].parent
    assert [path.name for path in written[:3]] == ["report.html", "results.csv", "results.json"]
    assert all(path.suffix == ".svg" and path.is_file() for path in written[3:])
    records = [
        AnalysisRecord.model_validate(r) for r in json.loads((folder / "results.json").read_text())
    ]
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    results = [(record, result) for record in records for result in record.results]
    assert len(rows) == len(results) == 6
    for row, (record, result) in zip(rows, results, strict=True):
        assert row["technique"] == record.technique
        assert row["quantity"] == result.quantity
        assert (float(row["value"]) if row["value"] else None) == result.value
        assert (float(row["uncertainty"]) if row["uncertainty"] else None) == result.uncertainty
        assert tuple(filter(None, row["flags"].split("; "))) == result.flags
        assert row["input_files"] == record.input[0].file
    assert rows[0]["temperature [degC]"] == "40.0"
    assert rows[0]["atmosphere"] == "argon"
    assert rows[2]["temperature [degC]"] == ""
    assert rows[0]["name_ja"] == "全抵抗"


def test_one_outcome_gives_one_record(tmp_path: Path, polarisation_outcome: Outcome) -> None:
    paths = write_report([polarisation_outcome], tmp_path, language="ja")
    found = AnalysisRecord.model_validate_json((tmp_path / "results.json").read_text())
    assert found == polarisation_outcome.record
    text = paths[0].read_text("utf-8")
    assert '<html lang="ja">' in text
    assert "<title>直流分極測定</title>" in text


def test_equal_reports_are_equal_bytes(tmp_path: Path, arrhenius_outcome: Outcome) -> None:
    first, second = (write_report([arrhenius_outcome], tmp_path / name) for name in "ab")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_other_files_of_the_folder_stay(tmp_path: Path, polarisation_outcome: Outcome) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "report.html").write_text("old")
    paths = write_report([polarisation_outcome], tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", *(path.name for path in paths)}
    assert (tmp_path / "report.html").read_text("utf-8") != "old"
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_failure_leaves_the_old_files(
    tmp_path: Path, polarisation_outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("old")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if "results.json" in self.name:
            write(self, data[:10])
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        write_report([polarisation_outcome], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "old"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, polarisation_outcome: Outcome) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="a folder is needed"):
        write_report([polarisation_outcome], tmp_path / "taken")
    with pytest.raises(InputError, match="nothing to report"):
        write_report([], tmp_path)


def test_rows_for_a_terminal(make: SimpleNamespace) -> None:
    english, japanese = (
        rows_of_results(make.record("impedance"), language) for language in ("en", "ja")
    )
    assert english[0] == (
        "R_tot",
        "total resistance",
        "1498 ± 9 Ω",
        "",
        "40 °C, atmosphere argon",
    )
    assert english[1].value == "not identifiable"
    assert english[1].flags == "not identifiable, model inadequate"
    assert english[2].value == "< 1.936×10⁻⁷ S/cm (no uncertainty)"
    assert japanese[0].name == "全抵抗"
    assert japanese[0].conditions == "40 °C, 雰囲気 argon"
