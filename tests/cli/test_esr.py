"""``kuralab read`` and ``kuralab analyze esr`` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.formats.bruker import write_bes3t


def test_read_shows_and_draws(kuralab: Callable[..., Run], tmp_path: Path) -> None:
    run = kuralab("read", write_bes3t(tmp_path), "-o", tmp_path / "plot.png")
    assert run.code == 0
    assert "ESR spectrum, 64 rows" in run.out
    assert "frequency: 9.5 GHz" in run.out
    assert (tmp_path / "plot.png").stat().st_size > 10_000


def test_a_report(kuralab: Callable[..., Run], checkout: Path, tmp_path: Path) -> None:
    sample = checkout / "examples" / "copper_esr" / "sample.csv"
    run = kuralab(
        "analyze", "esr", sample, "--sites", "1", "--model", "hyperfine", "-o", tmp_path, "--json"
    )
    assert run.code == 0
    record = json.loads(run.out)
    assert record["technique"] == "esr"
    assert {r["conditions"]["site"] for r in record["results"]} == {"1"}
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Electron spin resonance" in page
    assert "Kivelson" in page
    assert (tmp_path / "esr.svg").exists()


@pytest.mark.parametrize(
    ("missing", "words"),
    [("DTA", "data file line.DTA is missing"), ("DSC", "descriptor line.DSC is missing")],
)
def test_half_a_pair_is_exit_code_2(
    kuralab: Callable[..., Run], tmp_path: Path, missing: str, words: str
) -> None:
    path = write_bes3t(tmp_path)
    path.with_suffix(f".{missing}").unlink()
    run = kuralab("analyze", "esr", path if missing == "DTA" else path.with_suffix(".DTA"))
    assert run.code == 2
    assert words in run.err
    assert "Traceback" not in run.err


def test_a_missing_frequency_names_the_flag(kuralab: Callable[..., Run], tmp_path: Path) -> None:
    run = kuralab("analyze", "esr", write_bes3t(tmp_path, MWFQ=None))
    assert run.code == 2
    assert "--frequency" in run.err
