"""A command line in this process, spectra to read, and a technique that needs no science."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from kuralab.analysis import TECHNIQUES, Outcome, Technique
from kuralab.cli import main
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Column, InputFile, Kind, Measurement, RawFile, Result
from tests.cli.spectra import spectrum_text


@dataclass(frozen=True)
class Run:
    """What a command line gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def kuralab(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run ``kuralab`` with these words."""

    def run(*words: str | Path) -> Run:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run


@pytest.fixture
def spectrum(tmp_path: Path) -> Path:
    """A file with a clean spectrum."""
    path = tmp_path / "pellet.csv"
    path.write_text(spectrum_text(), "utf-8")
    return path


class CountingParameters(BaseModel):
    """Parameters of the technique ``counting``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: float = Field(default=1.0, description="What the count is multiplied by.")
    lowest_frequency: str | None = Field(default=None, description="Where to start.", examples=["5 Hz"])
    weighting: Literal["uncertainty", "none"] = Field(default="none", description="How to weigh.")

    @field_validator("factor")
    @classmethod
    def _not_negative(cls, factor: float) -> float:
        if factor < 0:
            raise ValueError(f"{factor:g} must not be negative")
        return factor


def count(measurements: Sequence[Measurement], parameters: CountingParameters) -> Outcome:
    """The number of rows as a resistance; its behaviour is chosen by the factor."""
    if parameters.factor == 3:
        raise ScienceError("three is refused")
    if parameters.factor == 4:
        raise RuntimeError("a mistake of ours")
    if parameters.factor == 5:
        raise KeyboardInterrupt
    value = sum(measurement.n_rows for measurement in measurements) * parameters.factor
    record = AnalysisRecord(
        technique="counting",
        schema=1,
        input=tuple(InputFile(file=m.raw.name, sha256=m.raw.sha256) for m in measurements),
        software="a test",
        results=(
            Result(
                quantity="resistance_total",
                value=value if parameters.factor else None,
                uncertainty=0.5 if parameters.factor else None,
                unit="ohm",
                flags=() if parameters.factor else ("not_identifiable",),
                method="counting",
                input=tuple(range(len(measurements))),
            ),
        ),
        warnings=("counted, not measured",),
    )
    return Outcome(record=record, notes=("Nothing was analysed.",))


def _fake_reader(path: Path) -> tuple[Measurement, ...]:
    if not path.exists():
        raise InputError("there is no such file", file=str(path), hint="Check the name.")
    values = np.array([3.0, 2.0, np.nan])
    columns = (
        Column(name="frequency", unit="Hz", values=values),
        Column(name="empty", unit="ohm", values=values * np.nan),
    )
    return (
        Measurement(
            kind=Kind.IMPEDANCE,
            format="test",
            raw=RawFile(name=path.name, sha256="0" * 64, size=1),
            columns=columns,
            metadata={"operator": "[bold]nobody"},
            warnings=("row 2 was dropped",),
        ),
    )


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file for the technique ``counting``, which is known during the test."""
    technique = Technique(
        name="counting",
        summary="Count the rows.",
        module=__name__,
        parameters="CountingParameters",
        function="count",
        several_files=True,
    )
    monkeypatch.setitem(sys.modules, __name__, sys.modules[count.__module__])
    monkeypatch.setitem(TECHNIQUES, technique.name, technique)
    monkeypatch.setattr("kuralab.formats.read", _fake_reader)
    path = tmp_path / "rows.txt"
    path.write_text("1\n2\n3\n", "utf-8")
    return path
