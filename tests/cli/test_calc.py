"""``kuralab calc``: answers, bad input, figures and reports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

STATE = ("calc", "hydrogen", "--pressure", "6 GPa", "--temperature", "800 degC")


def test_the_answer_goes_to_stdout_and_the_warning_to_stderr(kuralab) -> None:
    run = kuralab(*STATE)
    assert run.code == 0
    assert "158.1 ± 1.4 kJ/mol" in run.out
    assert "extrapolated" in run.out
    assert run.err.startswith("warning: 6 GPa, 800 degC: ")


def test_json_is_the_contract_of_an_analysis(kuralab) -> None:
    run = kuralab(*STATE, "--json")
    record = json.loads(run.out, parse_constant=pytest.fail)
    assert list(record)[:3] == ["schema", "technique", "input"]
    assert (record["technique"], record["input"]) == ("calc hydrogen", [])
    first = record["results"][0]
    assert first["quantity"] == "hydrogen_chemical_potential"
    assert first["value"] == pytest.approx(158.1, abs=0.1)
    assert first["flags"] == ["extrapolated"]
    assert first["conditions"]["phase"] == "fluid"
    assert record["parameters"] == {
        "pressure": "6 GPa",
        "temperature": "800 degC",
        "isotope": "H2",
    }


def test_several_states_stand_in_one_table(kuralab) -> None:
    run = kuralab("calc", "hydrogen", "--pressure", "0.1 GPa, 1 GPa", "--temperature", "25 degC, 500 K")
    assert run.code == 0
    rows = [line for line in run.out.splitlines() if "phase fluid" in line]
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pressure", "21 GPa", "--temperature", "300 K"], "--pressure: 21 GPa is beyond 20 GPa"),
        (["--pressure", "250 kbar", "--temperature", "300 K"], "--pressure: 250 kbar is beyond 20 GPa"),
        (["--pressure", "-1 GPa", "--temperature", "300 K"], "--pressure: -1 GPa must be more than 0"),
        (["--pressure", "0 GPa", "--temperature", "300 K"], "--pressure: 0 GPa must be more than 0"),
        (["--pressure", "6 K", "--temperature", "300 K"], "is a temperature, but a pressure is needed"),
        (["--pressure", "6", "--temperature", "300 K"], "has no unit"),
        (["--pressure", "6 GPa,", "--temperature", "300 K"], "--pressure: "),
        (["--pressure", "6 GPa", "--temperature", "-300 degC"], "--temperature: -300 degC must be more"),
        (["--pressure", "6 GPa", "--temperature", "2500 K"], "--temperature: "),
        (["--pressure", "1 GPa", "--temperature", "20 K"], "is solid at 1 GPa"),
        (["--pressure", "6 GPa"], "--temperature: a value is needed"),
        ([], "--pressure: a value is needed; --temperature: a value is needed"),
        (["--pressure", "6 GPa", "--temperature", "300 K", "--isotope", "T2"], "'T2'"),
        (["--presure", "6 GPa"], "Did you mean '--pressure'?"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_bad_input_gets_one_line(kuralab, words: list[str], said: str, as_json: bool) -> None:
    run = kuralab("calc", "hydrogen", *words, *(["--json"] if as_json else []))
    assert run.code == 2
    if as_json:
        error = json.loads(run.out)["error"]
        text = error["message"] if error["field"] is None else f"{error['field']}: {error['message']}"
        assert said in f"{text} {error['hint']}"
        assert run.err == ""
    else:
        assert run.out == ""
        assert run.err.count("\n") == 1
        assert said in run.err


def test_an_unknown_answer_offers_a_near_miss(kuralab) -> None:
    run = kuralab("calc", "hydrogn")
    assert run.code == 2
    assert "Did you mean hydrogen?" in run.err


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_figure_alone(kuralab, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"hydrogen{suffix}"
    run = kuralab(*STATE, "-o", target)
    assert run.code == 0
    assert target.stat().st_size > 1000
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_around_the_figure(kuralab, tmp_path: Path) -> None:
    run = kuralab(*STATE, "-o", tmp_path / "report", "--json")
    assert run.code == 0
    json.loads(run.out)
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert written == {"report.html", "results.csv", "results.json", "hydrogen.svg"}
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "高圧下の水素" in page
    assert "10.1088/0022-3719/19/19/013" in page
    assert "Im Z" not in page


def test_the_list_of_answers_loads_no_science() -> None:
    program = (
        "import sys; from kuralab.cli import main; code = main(['calc', '--help']); "
        "sys.exit(code or any(m in sys.modules for m in ('CoolProp', 'numpy', 'matplotlib')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
