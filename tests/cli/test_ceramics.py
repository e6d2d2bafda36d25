"""Techniques of proton-conducting ceramics on the command line: exit codes, messages, reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "proton_ceramic"
FORMULA = "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"


def test_results_covariance_and_report(kuralab: Callable[..., Any], tmp_path: Path) -> None:
    run = kuralab(
        "analyze", "thermogravimetry", FOLDER / "thermogram.csv", "--baseline",
        FOLDER / "thermogram_blank.csv", "--composition", FORMULA, "--json", "-o", tmp_path / "out",
    )  # fmt: skip
    assert run.code == 0
    record = json.loads(run.out)
    found = {r["quantity"]: r for r in record["results"]}
    assert found["hydration_enthalpy"]["value"] == pytest.approx(-93.0, abs=5.0)
    assert len(record["covariance"]) == 1
    assert [file["file"] for file in record["input"]] == ["thermogram.csv", "thermogram_blank.csv"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"report.html", "results.csv", "results.json", "hydration.svg", "thermogram.svg"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("thermogravimetry", "thermogram.csv", "--baseline", "icp.csv"),
            "--baseline: holds a chemical analysis, no thermogram",
        ),
        (
            ("thermogravimetry", "thermogram.csv", "--baseline", "nothing.csv"),
            "nothing.csv: there is no such file",
        ),
        (
            ("thermogravimetry", "thermogram.csv", "--atmosphere", "N2 0.9 atm, H2O 0.02 atm"),
            "--atmosphere: the gas pressures add up to 0.92 atm, not 1 atm",
        ),
        (("thermogravimetry", "emf.csv"), "holds a cell voltage between gases, no thermogram"),
        (("emf", "emf.csv", "--water-one", "wet"), "--water-one"),
        (("emf", "thermogram.csv"), "no voltages of a cell"),
        (("composition", "icp.csv", "--normalise-to", "Hf 0.4"), "no Hf to normalise to"),
        (("dilatometry", "dilatogram_cuo.csv", "--green-density", "3.4 g/cm3"), "--crystal-density"),
        (("proton_conduction", "emf.csv"), "--composition: the acceptor content is not known"),
    ],
)
def test_bad_input(kuralab: Callable[..., Any], words: tuple[str, ...], message: str) -> None:
    given = [FOLDER / word if word.endswith(".csv") else word for word in words]
    run = kuralab("analyze", *given)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err
