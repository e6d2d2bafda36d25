"""``kuralab analyze`` with a technique that only counts."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import kuralab as package
from kuralab.errors import InputError


def test_results_go_to_stdout_and_warnings_to_stderr(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting)
    assert run.code == 0
    assert "3.0 ± 0.5 Ω" in run.out
    assert "Nothing was analysed." in run.out
    assert run.err == "warning: counted, not measured\n"


def test_json_is_all_there_is_on_stdout(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--json")
    record = json.loads(run.out, parse_constant=pytest.fail)
    assert list(record)[:2] == ["schema", "technique"]
    assert record["results"][0]["value"] == 3.0
    assert "warning" in run.err


def test_no_value_is_a_negative_answer(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--factor", "0")
    assert run.code == 1
    assert "not identifiable" in run.out


def test_flags_come_from_the_parameter_class(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", "--help")
    assert run.code == 0
    assert "--factor TEXT" in run.out
    assert "What the count is multiplied by. [default: 1.0]" in " ".join(run.out.split())
    assert '--lowest-frequency "5 Hz"' in run.out
    assert "[uncertainty|none]" in run.out
    assert "-o, --output DIR" in run.out


def test_every_wrong_option_is_named_at_once(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--factor", "-2")
    assert run.code == 2
    assert run.err == "--factor: -2 must not be negative\n"
    assert run.out == ""
    with pytest.raises(
        InputError, match=r"factor: .*; weighting: .*; colour: there is no such parameter"
    ):
        package.analyze("counting", counting, factor="x", weighting="y", colour="red")


def test_a_choice_is_checked(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--weighting", "heavy", "--json")
    error = json.loads(run.out)["error"]
    assert run.code == 2
    assert error["field"] == "--weighting"
    assert "'uncertainty', 'none'" in error["message"]


def test_a_refusal_of_science_names_the_file(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--factor", "3")
    assert (run.code, run.err) == (2, f"{counting}: three is refused\n")


def test_an_interruption_has_its_own_code(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "--factor", "5")
    assert run.code == 3
    assert run.err.strip() == "interrupted"


@pytest.mark.parametrize("debug", [False, True])
def test_a_bug_says_that_it_is_one(kuralab, counting, debug: bool) -> None:
    run = kuralab("analyze", "counting", counting, "--factor", "4", *(["--debug"] if debug else []))
    assert run.code == 70
    assert "RuntimeError: a mistake of ours. This is a bug" in run.err
    assert ("Traceback" in run.err) is debug


def test_a_missing_file_is_named(kuralab, counting) -> None:
    run = kuralab("analyze", "counting", counting, "absent.txt", "--json")
    assert run.code == 2
    assert json.loads(run.out) == {
        "error": {
            "file": "absent.txt",
            "line": None,
            "field": None,
            "message": "there is no such file",
            "hint": "Check the name.",
        }
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyze", "impedence", "x"], "Did you mean impedance?"),
        (["analyse"], "Did you mean analyze?"),
        (["analyze", "impedance"], "missing argument"),
        (["analyze", "impedance", "x", "--thicknes", "1 mm"], "Did you mean '--thickness'?"),
        (["read"], "missing argument"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_slip_gets_one_line_with_a_remedy(kuralab, words: list[str], said: str, as_json: bool) -> None:
    run = kuralab(*words, *(["--json"] if as_json else []))
    assert run.code == 2
    if as_json:
        error = json.loads(run.out)["error"]
        assert said in f"{error['message']} {error['hint']}"
        assert run.err == ""
    else:
        assert run.out == ""
        assert run.err.count("\n") == 1
        assert said in run.err


def test_a_reader_that_stops_early_is_no_error() -> None:
    program = (
        "import os, sys; from kuralab.cli import main; reader, writer = os.pipe(); "
        "os.dup2(writer, 1); os.close(writer); os.close(reader); sys.exit(main(['--help']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_analyze_in_python_gives_the_record(counting) -> None:
    outcome = package.analyze("counting", counting, str(counting), factor=2.0)
    assert outcome.record.of("resistance_total")[0].value == 12.0
