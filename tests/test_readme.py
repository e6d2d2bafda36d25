"""What the READMEs and the pages of the techniques show is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kuralab.analysis import TECHNIQUES
from kuralab.cli import main

BLOCK = re.compile(r"```console\n\$ kuralab (?P<command>.*)\n(?P<shown>(?:.*\n)*?)```")


FILE = re.compile(r"```csv (?P<name>\S+)\n(?P<text>(?:.*\n)*?)```")
PAGES = ["README.md", "README.ja.md", *(f"docs/techniques/{t}.md" for t in TECHNIQUES)]


@pytest.fixture(scope="module")
def after_the_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    assert main(["demo", "-o", str(folder / "kuralab-demo")]) == 0
    return folder


def _expanded(word: str) -> list[str]:
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


@pytest.mark.parametrize("page", PAGES)
def test_console_blocks(
    checkout: Path,
    after_the_demo: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    page: str,
) -> None:
    """Every line shown is printed, in that order; a line with nothing but … stands for any."""
    monkeypatch.chdir(after_the_demo)
    text = (checkout / page).read_text("utf-8")
    for file in FILE.finditer(text):
        Path(file["name"]).write_text(file["text"], "utf-8")
    blocks = list(BLOCK.finditer(text))
    assert blocks
    for block in blocks:
        words = [path for word in shlex.split(block["command"]) for path in _expanded(word)]
        capsys.readouterr()
        assert main(words) == 0
        printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
        for line in map(str.rstrip, block["shown"].splitlines()):
            if line in ("…", ""):
                continue
            assert line in printed, f"{page}: not printed (any more): {line}"
            del printed[: printed.index(line) + 1]
