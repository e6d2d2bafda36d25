"""Measured tables as pools: read, averaged, scaled, with what counts as a hit; and the shared ones."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, unknown_name

Floats = NDArray[np.float64]

TOP_SHARE = 0.01


@dataclass(frozen=True)
class PoolTable:
    """N distinct candidates: inputs as published (N, d), measured values (N,), and what was done."""

    name: str
    names: tuple[str, ...]
    inputs: Floats
    values: Floats
    direction: str
    simplex: bool
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def scaled(self) -> Floats:
        """Every input from 0 to 1 over the pool."""
        low, span = self.inputs.min(axis=0), np.ptp(self.inputs, axis=0)
        return (self.inputs - low) / np.where(span > 0, span, 1.0)

    @cached_property
    def gains(self) -> Floats:
        """The objective, turned so that more is better."""
        return self.values if self.direction == "max" else -self.values

    @cached_property
    def top(self) -> NDArray[np.bool_]:
        """At least as good as the ceil(0.01 N)-th best; ties belong to it."""
        count = math.ceil(TOP_SHARE * len(self))
        return self.gains >= np.sort(self.gains)[-count]

    @cached_property
    def best(self) -> NDArray[np.bool_]:
        """As good as the best."""
        return self.gains == self.gains.max()


@dataclass(frozen=True)
class Described:
    """How a shared table is used; a planner was tuned on it, or it was held out."""

    file: str
    inputs: tuple[str, ...]
    objective: str
    direction: str
    tuning: bool
    simplex: bool = False
    bars: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file without its ending."""
        return self.file.removesuffix(".csv")


_OER = {"objective": "overpotential", "direction": "min", "simplex": True}

SHARED = (
    Described(
        "p3ht.csv",
        ("P3HT content (%)", "D1 content (%)", "D2 content (%)", "D6 content (%)", "D8 content (%)"),
        "Conductivity (measured) (S/cm)",
        "max",
        tuning=True,
        simplex=True,
        bars={"top1": 13, "best": 26.5},
    ),
    Described(
        "oer_plate_3860.csv",
        ("sn_load", "fe_load", "co_load", "ta_load", "mn_load", "cu_load"),
        tuning=True,
        **_OER,
    ),
    Described(
        "agnp.csv",
        ("QAgNO3(%)", "Qpva(%)", "Qtsc(%)", "Qseed(%)", "Qtot(uL/min)"),
        "loss",
        "min",
        tuning=True,
    ),
    Described(
        "autoam.csv",
        ("Prime Delay", "Print Speed", "X Offset Correction", "Y Offset Correction"),
        "Score",
        "max",
        tuning=True,
    ),
    Described(
        "crossed_barrel.csv",
        ("n", "theta", "r", "t"),
        "toughness",
        "max",
        tuning=True,
        bars={"top1": 20, "best": 89},
    ),
    Described(
        "oer_plate_4098.csv",
        ("sn_load", "sb_load", "co_load", "ca_load", "ni_load", "mn_load"),
        tuning=False,
        bars={"top1": 18, "best": 50},
        **_OER,
    ),
    Described(
        "oer_plate_3851.csv",
        ("ni_load", "fe_load", "co_load", "ta_load", "mn_load", "cu_load"),
        tuning=False,
        **_OER,
    ),
    Described(
        "perovskite.csv",
        ("CsPbI", "FAPbI", "MAPbI"),
        "Instability index",
        "min",
        tuning=False,
        simplex=True,
    ),
    Described(
        "photo_wf3.csv",
        ("mat_1", "mat_2", "mat_3", "mat_4"),
        "degradation",
        "min",
        tuning=False,
        simplex=True,
    ),
)
"""The planner's defaults were chosen on the first four. The fifth was to be held out, but choices were
looked at on it too, so it counts as one for tuning; the last four are held out."""


def shared_pool(described: Described, folder: Path) -> PoolTable:
    """One of the shared tables."""
    return read_pool(
        folder / described.file,
        inputs=described.inputs,
        objective=described.objective,
        direction=described.direction,
        simplex=described.simplex,
    )


def read_pool(
    path: Path,
    *,
    inputs: tuple[str, ...],
    objective: str,
    direction: str,
    simplex: bool = False,
    censored: bool = False,
) -> PoolTable:
    """A table as a pool: repeated inputs averaged, rows without a measured value left out.

    ``censored`` takes a value such as "<1E-10" as 1E-10. On a simplex the inputs become fractions.

    Raises
    ------
    InputError
        A column is missing, an input is no number, or on a simplex a row's sum is another one.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
        columns = reader.fieldnames or []
    for name in (*inputs, objective):
        if name not in columns:
            raise unknown_name(name, columns, what="column")
    points: list[list[float]] = []
    measured: list[float] = []
    left_out = limits = 0
    for line, row in enumerate(rows, start=2):
        text = (row[objective] or "").strip()
        if text.startswith("<") and censored:
            text, limits = text[1:], limits + 1
        if not text or text.startswith("<"):
            left_out += 1
            continue
        points.append([_number(row[name], path, line, name) for name in inputs])
        measured.append(_number(text, path, line, objective))
    if not points:
        raise InputError(f"no row has a value of {objective!r}", file=str(path))
    table = np.array(points)
    repeats: dict[tuple[float, ...], list[float]] = {}
    for point, value in zip(_fractions(table, path) if simplex else table, measured, strict=True):
        repeats.setdefault(tuple(point.tolist()), []).append(value)
    notes = [f"{len(points)} rows, {len(repeats)} distinct candidates"]
    notes += [f"{left_out} rows without a measured value left out"] if left_out else []
    notes += [f"{limits} values are upper limits, taken as values"] if limits else []
    return PoolTable(
        path.stem,
        inputs,
        np.array(list(repeats)),
        np.array([np.mean(values) for values in repeats.values()]),
        direction,
        simplex,
        tuple(notes),
    )


def _number(text: str | None, path: Path, line: int, name: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{name} is {text!r}, not a number", file=str(path), line=line)
    return value


def _fractions(table: Floats, path: Path) -> Floats:
    total = table.sum(axis=1, keepdims=True)
    usual = float(np.median(total))
    if (np.abs(total - usual) > 0.02 * abs(usual)).any():
        raise InputError(
            f"on a simplex all rows have the same sum; here it is {total.min():g} to {total.max():g}",
            file=str(path),
            hint="Leave out --simplex.",
        )
    # Percent and parts of one blend differ in the last digit of a float.
    return (table / total).round(12)
