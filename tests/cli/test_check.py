"""``kuralab check``, and the page about protocols, whose examples it runs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.cli import main
from kuralab.formats import read_facility, read_protocol

Kuralab = Callable[..., "object"]
BLOCK = re.compile(r"```(?P<kind>\w+) ?(?P<name>\S*)\n(?P<text>(?:.*\n)*?)```")


def test_an_example_can_be_run(kuralab: Kuralab, checkout: Path) -> None:
    done = kuralab("check", checkout / "examples" / "li3ps4-lii.yaml")
    assert done.code == 0
    assert "132 steps, 12 samples" in done.out
    assert re.search(r"can be run\ntime [23] d [0-9]+ h", done.out)
    assert re.search(r"impedance-1 +[23][0-9]\.[0-9]", done.out)


def test_json(kuralab: Kuralab, checkout: Path) -> None:
    folder = checkout / "examples"
    done = kuralab(
        "check", folder / "li3ps4-heating.yaml", "--facility", folder / "facility.yaml", "--json"
    )
    found = json.loads(done.out)
    assert done.code == 0
    assert found["can_run"] is True
    assert found["problems"] == []
    assert found["duration"]["unit"] == "s"
    assert found["finish_after"] == found["duration"]
    assert found["instrument_hours"]["rapid-1"] > 0


@pytest.fixture
def too_strong(tmp_path: Path) -> Path:
    """A protocol that nobody can press."""
    path = tmp_path / "pellet.yaml"
    path.write_text(
        "name: pellet\nsteps:\n"
        "  - weigh: {composition: LiI, mass: 1 g}\n"
        "  - press_pellet: {pressure: 3.6 GPa, diameter: 10 mm}\n"
        "  - heat: {temperature: 900 K, heating_rate: 900 K/min, duration: 1 h}\n",
        "utf-8",
    )
    return path


def test_a_refusal_lists_every_problem(kuralab: Kuralab, too_strong: Path) -> None:
    done = kuralab("check", too_strong)
    assert done.code == 1
    assert "cannot be run: 2 problems" in done.out
    assert re.search(r"pellet.yaml:4 +press_pellet.pressure +3600 MPa is above", done.out)
    assert re.search(r"pellet.yaml:5 +heat.heating_rate +900 degC/min is above", done.out)


def test_a_refusal_in_json(kuralab: Kuralab, too_strong: Path) -> None:
    done = kuralab("check", too_strong, "--json")
    assert done.code == 1
    found = json.loads(done.out)
    assert found["can_run"] is False
    assert found["duration"] == {"value": None, "unit": "s"}
    assert [problem["line"] for problem in found["problems"]] == [4, 5]


def test_what_cannot_be_understood(kuralab: Kuralab, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\nsteps:\n  - hold: {duration: 360}\n", "utf-8")
    done = kuralab("check", path, "--json")
    assert done.code == 2
    error = json.loads(done.out)["error"]
    assert (error["line"], error["field"]) == (3, "hold.duration")
    assert error["message"].startswith("360 has no unit")
    for words in ([path, "--set", "nonsense"], [tmp_path / "none.yaml"], [path, "--facility", path]):
        done = kuralab("check", *words)
        assert done.code == 2
        assert done.out == ""


def test_the_page(
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Files are read, commands print what is shown, and Python gives the protocol of its file."""
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {}
    for block in BLOCK.finditer((checkout / "docs" / "protocols.md").read_text("utf-8")):
        if block["kind"] == "yaml":
            Path(block["name"]).write_text(block["text"], "utf-8")
            read = read_facility if block["name"] == "small.yaml" else read_protocol
            found[block["name"]] = read(block["name"])
        elif block["kind"] == "python":
            names: dict[str, object] = {}
            exec(block["text"], names)
            assert names["protocol"].digest() == found["series.yaml"].digest()  # type: ignore[attr-defined]
        else:
            command, *shown = block["text"].splitlines()
            capsys.readouterr()
            code = main(shlex.split(command)[2:])
            assert code == (1 if block["name"] == "refused" else 0)
            printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
            assert set(shown) - {"…"} <= set(printed)
    assert len(found) == 5
