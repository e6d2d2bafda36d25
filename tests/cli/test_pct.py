"""``kuralab analyze pct`` and ``kuralab read`` of isotherms: exit codes, messages, reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TABLE = (
    "# source: a made table\nT (K),branch,hydrogen content (wt%),pressure (bar)\n"
    + "".join(f"298,absorption,{0.1 * i:.1f},{2.2 + 0.001 * i}\n" for i in range(1, 15))
    + "".join(f"323,absorption,{0.1 * i:.1f},{6.0 + 0.001 * i}\n" for i in range(1, 15))
    + "".join(f"273,absorption,{0.1 * i:.1f},{0.74 + 0.001 * i}\n" for i in range(1, 15))
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three absorption isotherms of LaNi5's pressures."""
    path = tmp_path / "LaNi5.csv"
    path.write_text(TABLE, "utf-8")
    return path


def test_results_and_report(kuralab: Callable[..., Any], table: Path, tmp_path: Path) -> None:
    run = kuralab(
        "analyze", "pct", table, "--formation-temperature", "800 degC", "--json", "-o", tmp_path / "out"
    )
    assert run.code == 0
    record = json.loads(run.out)
    found = {r["quantity"]: r for r in record["results"]}
    assert found["enthalpy_absorption"]["value"] == pytest.approx(-30.9, abs=0.5)
    assert found["formation_pressure"]["unit"] == "GPa"
    assert len(record["covariance"]) == 1
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"report.html", "results.csv", "results.json", "isotherms.svg", "vant_hoff.svg"}
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Hydrogen isotherms" in page
    assert "ファントホッフプロット" in page


def test_a_list_and_not_a_table_of_holes(kuralab: Callable[..., Any], table: Path) -> None:
    run = kuralab("analyze", "pct", table)
    assert run.code == 0
    assert run.out.count("plateau pressure") == 3
    assert run.out.count("kJ/mol") == 1


def test_read_and_plot(kuralab: Callable[..., Any], table: Path, tmp_path: Path) -> None:
    run = kuralab("read", table, "-o", tmp_path / "plot.png")
    assert run.code == 0
    assert run.out.count("hydrogen isotherm") == 3
    assert "branch: absorption" in run.out
    assert "source: a made table" in run.out
    assert len(list(tmp_path.glob("plot-*.png"))) == 3


def test_an_alloy_file_is_shown_but_not_analysed(
    kuralab: Callable[..., Any], shared_data: Path, tmp_path: Path
) -> None:
    alloy = shared_data / "hydrides" / "Ce1Ni5.mh"
    assert "composition: CeNi5" in kuralab("read", alloy).out
    assert kuralab("read", alloy, "-o", tmp_path / "plot.png").code == 2
    run = kuralab("analyze", "pct", alloy)
    assert run.code == 2
    assert "published enthalpies" in run.err


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("hydrogen content,pressure (bar)", "the hydrogen content has no unit"),
        ("hydrogen content (wt%),pressure", "the pressure has no unit"),
        ("hydrogen content (mol%),pressure (bar)", "'mol%' does not fit"),
        ("hydrogen content (wt%),pressure (psi)", "'psi' does not fit"),
    ],
)
def test_units_are_wanted(kuralab: Callable[..., Any], tmp_path: Path, header: str, says: str) -> None:
    path = tmp_path / "a_300K.csv"
    path.write_text(f"{header}\n0.1,1\n1.0,2\n", "utf-8")
    for command in (("read", path), ("analyze", "pct", path)):
        run = kuralab(*command)
        assert run.code == 2
        assert says in run.err
        assert run.out == ""


@pytest.mark.parametrize(
    ("options", "field", "says"),
    [
        (["--plateau-range", "70 %, 30 %"], "--plateau-range", "is no range"),
        (["--composition", "LaXx5"], "--composition", "Xx"),
        (["--volume-change", "4 GPa"], "--volume-change", "molar volume"),
        (["--temperatures", "298 K"], "--temperatures", "1 temperatures for 3 isotherms"),
        (["--formation-temperature", "-5 K"], "--formation-temperature", "more than zero"),
    ],
)
def test_options_that_cannot_be_understood(
    kuralab: Callable[..., Any], table: Path, options: list[str], field: str, says: str
) -> None:
    run = kuralab("analyze", "pct", table, *options)
    assert run.code == 2
    assert field in run.err
    assert says in run.err


def test_no_answer_is_exit_1(kuralab: Callable[..., Any], tmp_path: Path) -> None:
    """A dilute solution has no plateau; the capacity in atoms cannot be given in wt%."""
    rows = "".join(f"{0.01 * i},{(0.1 * i) ** 2}\n" for i in range(1, 30))
    path = tmp_path / "pd_300K.csv"
    path.write_text("branch: absorption\nH/M,pressure (bar)\n" + rows, "utf-8")
    run = kuralab("analyze", "pct", path)
    assert run.code == 1
    assert "no plateau" in run.err
