"""Bad input: one clear line that names the place and the remedy, exit code 2, nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.cli.spectra import spectrum_text


@dataclass(frozen=True)
class Case:
    """A command line, and what its one line must say."""

    words: tuple[str, ...]
    says: tuple[str, ...]


def _put(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _row_changed(column: int, text: str) -> str:
    """A good spectrum with one cell of the sixth line replaced."""
    lines = spectrum_text().splitlines()
    cells = lines[5].split(",")
    cells[column] = text
    lines[5] = ",".join(cells)
    return "\n".join(lines) + "\n"


def empty_file(folder: Path) -> Case:
    file = _put(folder, "empty.csv", "")
    return Case(("analyze", "impedance", file), ("empty.csv", "empty"))


def empty_file_to_read(folder: Path) -> Case:
    return Case(("read", _put(folder, "empty.mpr", b"")), ("empty.mpr", "empty"))


def truncated_mpr(folder: Path) -> Case:
    head = b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + b"\x00" * 4 + b"MODULE" + b"VMP Set   "
    file = _put(folder, "cut.mpr", head)
    return Case(("read", file), ("cut.mpr",))


def text_in_a_number_column(folder: Path) -> Case:
    file = _put(folder, "text.csv", _row_changed(1, "overload"))
    return Case(("analyze", "impedance", file), ("text.csv:6", "overload"))


def negative_frequency(folder: Path) -> Case:
    file = _put(folder, "negative.csv", _row_changed(0, "-1000"))
    return Case(("analyze", "impedance", file), ("negative.csv", "frequency", "-1000"))


def three_points_only(folder: Path) -> Case:
    file = _put(folder, "three.csv", spectrum_text(points=3))
    return Case(("analyze", "impedance", file), ("three.csv", "3", "point"))


def no_temperature(folder: Path) -> Case:
    files = [_put(folder, f"{name}.csv", spectrum_text()) for name in ("first", "second", "third")]
    return Case(("analyze", "arrhenius", *files), ("temperature", "--temperatures"))


def thickness_in_gram(folder: Path) -> Case:
    file = _put(folder, "pellet.csv", spectrum_text())
    words = ("analyze", "impedance", file, "--thickness", "2.1 g", "--diameter", "8 mm")
    return Case(words, ("--thickness", "mass", "length"))


def zero_area(folder: Path) -> Case:
    file = _put(folder, "pellet.csv", spectrum_text())
    words = ("analyze", "impedance", file, "--thickness", "2.1 mm", "--area", "0 cm2")
    return Case(words, ("--area", "more than zero"))


def unknown_element(folder: Path) -> Case:
    file = _put(folder, "pellet.csv", spectrum_text())
    words = ("analyze", "impedance", file, "--circuit", "p(R1,CPA1)-CPE2")
    return Case(words, ("--circuit", "CPA", "CPE"))


def folder_instead_of_a_file(folder: Path) -> Case:
    (folder / "spectra").mkdir()
    return Case(("analyze", "impedance", str(folder / "spectra")), ("spectra", "folder"))


def folder_to_read(folder: Path) -> Case:
    return Case(("read", str(folder)), (str(folder), "folder"))


def file_of_another_technique(folder: Path) -> Case:
    time = np.arange(0.0, 100.0)
    rows = "\n".join(f"{t:g},0.1,{1e-6 * (1 + np.exp(-t / 20)):.6e}" for t in time)
    file = _put(folder, "current.csv", f"time/s,voltage/V,current/A\n{rows}\n")
    return Case(("analyze", "impedance", file), ("current.csv", "time series"))


def spectrum_for_a_polarisation(folder: Path) -> Case:
    file = _put(folder, "pellet.csv", spectrum_text())
    return Case(("analyze", "polarisation", file), ("pellet.csv", "impedance"))


def absent_file(folder: Path) -> Case:
    return Case(("analyze", "impedance", str(folder / "absent.csv")), ("absent.csv",))


def unreadable_range(folder: Path) -> Case:
    file = _put(folder, "pellet.csv", spectrum_text())
    return Case(
        ("analyze", "impedance", file, "--frequency-range", "1 kHz"),
        ("--frequency-range", "5 Hz, 1 MHz"),
    )


CASES = [
    empty_file,
    empty_file_to_read,
    truncated_mpr,
    text_in_a_number_column,
    negative_frequency,
    three_points_only,
    no_temperature,
    thickness_in_gram,
    zero_area,
    unknown_element,
    folder_instead_of_a_file,
    folder_to_read,
    file_of_another_technique,
    spectrum_for_a_polarisation,
    absent_file,
    unreadable_range,
]


@pytest.mark.parametrize("case_in", CASES, ids=lambda case: case.__name__)
def test_bad_input_is_one_line_and_writes_nothing(
    kuralab, tmp_path: Path, case_in: Callable[[Path], Case]
) -> None:
    case = case_in(tmp_path)
    output = tmp_path / "output"
    target = str(output / "plot.png" if case.words[0] == "read" else output)
    run = kuralab(*case.words, "-o", target)
    last = run.err.strip().splitlines()[-1]
    assert run.code == 2, run
    assert run.out == ""
    assert "Traceback" not in run.err
    for said in case.says:
        assert said in last
    assert not output.exists()


@pytest.mark.parametrize("case_in", CASES, ids=lambda case: case.__name__)
def test_bad_input_as_json(kuralab, tmp_path: Path, case_in: Callable[[Path], Case]) -> None:
    case = case_in(tmp_path)
    run = kuralab(*case.words, "--json")
    error = json.loads(run.out)["error"]
    assert run.code == 2
    assert list(error) == ["file", "line", "field", "message", "hint"]
    assert error["file"] or error["field"]
    assert error["hint"] or error["message"]


def test_the_output_may_not_be_a_file(kuralab, spectrum: Path) -> None:
    run = kuralab("analyze", "impedance", spectrum, "-o", spectrum)
    assert run.code == 2
    assert str(spectrum) in run.err
