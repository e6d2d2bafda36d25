"""What the READMEs and the pages of techniques and planner show is what the commands print."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kuralab.analysis import CALCULATIONS, TECHNIQUES
from kuralab.cli import main
from kuralab.model.campaign import Budget
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.workflows import demo

BLOCK = re.compile(r"```console\n\$ kuralab (?P<command>.*)\n(?P<shown>(?:.*\n)*?)```")
PYTHON = re.compile(r"```python\n(?P<text>(?:.*\n)*?)```")
FILE = re.compile(r"```csv (?P<name>\S+)\n(?P<text>(?:.*\n)*?)```")
PAGES = ["README.md", "README.ja.md", *(f"docs/techniques/{t}.md" for t in (*TECHNIQUES, *CALCULATIONS))]
CAMPAIGN_PAGES = ["README.md", "README.ja.md", "docs/workflows/packaged_campaigns.md"]
PYTHON_PAGES = ["README.md", "README.ja.md", "docs/planner.md"]
ROOT = Path(__file__).resolve().parents[1]
CAMPAIGN = "campaign "
"""How the command of a block begins that takes more than a minute."""


def _short_campaign() -> CampaignDefinition:
    """The demo's campaign with a budget of seconds."""
    found = demo.demo_campaign()
    assert found.reference is not None
    reference = found.reference.model_copy(update={"experiments": 4, "seeds": 1})
    return found.model_copy(update={"budget": Budget(experiments=9), "reference": reference})


@pytest.fixture(scope="module")
def after_the_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("readme")
    short = _short_campaign()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "demo_campaign", lambda: short)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert main(["demo", "-o", str(folder / "kuralab-demo")]) == 0
        (folder / "printed.txt").write_text(out.getvalue(), "utf-8")
        for example in ("lani2d3", "proton_ceramic", "copper_esr"):
            shutil.copytree(ROOT / "examples" / example, folder / "examples" / example)
        yield folder


def _expanded(word: str) -> list[str]:
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def _blocks(checkout: Path, page: str) -> Iterator[tuple[str, list[str]]]:
    for block in BLOCK.finditer((checkout / page).read_text("utf-8")):
        yield block["command"], [line.rstrip() for line in block["shown"].splitlines()]


def _assert_printed(shown: list[str], printed: list[str], page: str) -> None:
    """Every line shown is printed, in that order; a line with nothing but … stands for any."""
    for line in shown:
        if line in ("…", ""):
            continue
        assert line in printed, f"{page}: not printed (any more): {line}"
        del printed[: printed.index(line) + 1]


@pytest.mark.parametrize("page", PAGES)
def test_console_blocks(
    checkout: Path,
    after_the_demo: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    page: str,
) -> None:
    monkeypatch.chdir(after_the_demo)
    for file in FILE.finditer((checkout / page).read_text("utf-8")):
        Path(file["name"]).write_text(file["text"], "utf-8")
    blocks = [block for block in _blocks(checkout, page) if not block[0].startswith(CAMPAIGN)]
    assert blocks
    for command, shown in blocks:
        words = [path for word in shlex.split(command) for path in _expanded(word)]
        capsys.readouterr()
        assert main(words) == 0
        _assert_printed(shown, [line.rstrip() for line in capsys.readouterr().out.splitlines()], page)


@pytest.mark.slow
def test_console_blocks_of_campaigns(
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Numbers, formulas and widths apart: another processor rounds, and so chooses, otherwise."""
    monkeypatch.chdir(tmp_path)
    printed: dict[str, str] = {}
    for page in CAMPAIGN_PAGES:
        blocks = [block for block in _blocks(checkout, page) if block[0].startswith(CAMPAIGN)]
        assert blocks
        for command, shown in blocks:
            if command not in printed:
                capsys.readouterr()
                assert main(shlex.split(command)) == 0
                printed[command] = capsys.readouterr().out
            lines = [_without_numbers(line) for line in printed[command].splitlines()]
            _assert_printed([_without_numbers(line) for line in shown], lines, page)


def _without_numbers(line: str) -> str:
    line = re.sub(r"(?<![\w.])(?:[A-Z][A-Za-z\d.()-]*\d\S*|[\d.]+(?:e-?\d+)?)", "0", line)
    line = re.sub(r"0 \(\w{3}\)", "0", line)
    return re.sub(r"\s+", " ", line).strip()


def test_the_demo_ends_with_the_campaign(after_the_demo: Path) -> None:
    """Printed last, with its speed account; its report, which names its source, beside the others."""
    printed = (after_the_demo / "printed.txt").read_text("utf-8")
    goal = "to ionic_conductivity_25C at least"
    places = [printed.index(text) for text in ("activation energy", "literature", "obelix", goal)]
    assert places == sorted(places)
    folder = after_the_demo / "kuralab-demo" / "campaign"
    found = json.loads((folder / "campaign.json").read_text("utf-8"))
    points = {str(e["suggestion"]["number"]): e["suggestion"]["point"] for e in found["experiments"]}
    labels = {label: points[number]["entry"] for number, label in found["labels"].items()}
    assert len(labels) == 9
    assert all(re.fullmatch(rf"[A-Z]\S+ \({entry}\)", label) for label, entry in labels.items())
    page = re.sub("</?sub>", "", (folder / "report.html").read_text("utf-8"))
    assert "CC BY 4.0" in page
    assert all(label in page for label in labels)


@pytest.mark.parametrize("page", PYTHON_PAGES)
def test_python_blocks(
    checkout: Path, after_the_demo: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """Run one after the other, in one session; ``measure`` stands for the reader's laboratory."""
    monkeypatch.chdir(after_the_demo)
    names: dict[str, Any] = {"measure": _measure}
    blocks = PYTHON.findall((checkout / page).read_text("utf-8"))
    assert blocks
    for text in blocks:
        exec(text, names)


def _measure(point: Mapping[str, Any]) -> float:
    """S/cm of a glass that conducts best at 45 mol% of LiI, milled long."""
    off = (point["glass"]["LiI"] - 0.45) / 0.2
    return 2e-3 * math.exp(-off * off) * (1.0 - math.exp(-point["milling_time"] / 8.0))
