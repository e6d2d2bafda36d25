"""Results of several spectra stand side by side as far as the terminal is wide enough."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from kuralab.cli._series import series_of, series_tables
from kuralab.model import AnalysisRecord, InputFile, Result
from kuralab.units import Quantity


def _record(*, temperatures: list[float]) -> AnalysisRecord:
    results = [
        Result(
            quantity=quantity,
            value=value,
            uncertainty=None if value is None else value / 100,
            unit=unit,
            flags=("not_identifiable",) if value is None else (),
            method="made up",
            conditions={"temperature": Quantity(value=kelvin, unit="K")},
            input=(i,),
        )
        for i, kelvin in enumerate(temperatures)
        for quantity, value, unit in (
            ("resistance_bulk", None if i else 50.0, "ohm"),
            ("resistance_total", 100.0 + i, "ohm"),
            ("ionic_conductivity_total", 1e-4, "S/cm"),
        )
    ]
    return AnalysisRecord(
        technique="impedance",
        input=tuple(InputFile(file=f"{i}.csv", sha256="0" * 64) for i in range(len(temperatures))),
        software="a test",
        results=tuple(results),
    )


@pytest.mark.parametrize(("width", "tables"), [(160, 1), (80, 2), (20, 0)])
def test_the_terminal_decides_how_many_tables(width: int, tables: int) -> None:
    record = _record(temperatures=[300.0, 310.0, 320.0])
    console = Console(width=width, file=io.StringIO())
    assert len(series_tables(record, series_of(record), console=console)) == tables


def test_a_row_holds_a_spectrum_with_its_flags() -> None:
    record = _record(temperatures=[300.0, 310.0, 310.0])
    stream = io.StringIO()
    console = Console(width=160, file=stream)
    for table in series_tables(record, series_of(record), console=console):
        console.print(table)
    (row,) = [line for line in stream.getvalue().splitlines() if line.strip().startswith("1.csv")]
    cells = [cell.strip() for cell in re.split(r" {2,}", row.strip())]
    assert cells == [
        "1.csv",
        "310 K",
        "not identifiable",
        "101 ± 1",
        "(1.00 ± 0.01)×10⁻⁴",
        "not identifiable: R_b",
    ]


def test_two_spectra_are_listed_one_by_one() -> None:
    assert series_of(_record(temperatures=[300.0, 310.0])) == {}
