"""Temperatures in names, sweeps, dates, the registry."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from kuralab.formats import FORMATS, read
from kuralab.formats._name import temperature_from_name
from kuralab.formats._sweeps import split_sweeps
from kuralab.formats._when import when_from_text
from kuralab.model import Kind

SWEEP = np.geomspace(1e5, 1.0, 11)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s04147-140deg.txt", (140, "degC")),
        ("PEIS_LPSCl_IonBlocking_-25C.mpr", (-25, "degC")),
        ("cell_25degC.csv", (25, "degC")),
        ("cell_25deg_2.csv", (25, "degC")),
        ("LPSCl_300K.txt", (300, "K")),
        ("LPSCl_298.15K.txt", (298.15, "K")),
        ("pellet 180 °C.z", (180, "degC")),
        ("pellet 60℃", (60, "degC")),
        ("LPSCl-25C.mpr", (25, "degC")),
        ("x_minus25C.mpr", (-25, "degC")),
        ("jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", None),
        ("data_C_C.txt", None),
        ("Circuit1_EIS_1.z", None),
        ("rate_2C.mpr", None),
        ("from_25C_to_100C.txt", None),
        ("R_100kohm.txt", None),
        ("s12345.txt", None),
        ("5000K.txt", None),
        ("dummy_10K.z", None),
        ("-300degC.txt", None),
    ],
)
def test_temperature_in_a_name(name: str, expected: tuple[float, str] | None) -> None:
    found = temperature_from_name(name)
    assert (None if found is None else (found.value, found.unit)) == expected


def test_a_rate_is_no_temperature_of_a_time_series() -> None:
    assert temperature_from_name("GCPL_20C.mpr", kind=Kind.TIME_SERIES) is None


@pytest.mark.parametrize(
    ("frequency", "lengths"),
    [
        (SWEEP, [11]),
        (SWEEP[::-1], [11]),
        (np.tile(SWEEP, 3), [11, 11, 11]),
        (np.tile(SWEEP[::-1], 2), [11, 11]),
        (np.concatenate([SWEEP, SWEEP[::-1]]), [11, 11]),
        (np.concatenate([SWEEP, SWEEP[-2::-1], SWEEP[1:]]), [11, 10, 10]),
        (np.insert(SWEEP, 5, SWEEP[3]), [12]),
        (np.repeat(SWEEP, 2), [22]),
        (np.array([10.0]), [1]),
        (np.full(20, 1000.0), [20]),
    ],
)
def test_sweeps_by_frequency(frequency: np.ndarray, lengths: list[int]) -> None:
    pieces = split_sweeps(frequency=frequency)
    assert [p.stop - p.start for p in pieces] == lengths
    assert (pieces[0].start, pieces[-1].stop) == (0, frequency.size)


def test_sweeps_by_cycle() -> None:
    cycle = np.repeat([1.0, 2.0], [6, 5])
    assert split_sweeps(frequency=SWEEP, cycle=cycle) == (slice(0, 6), slice(6, 11))
    # A count that goes up with every point is not that of sweeps.
    assert split_sweeps(frequency=SWEEP, cycle=np.arange(11.0)) == (slice(0, 11),)


def test_sweeps_of_a_file_are_measurements(write: Callable[..., Path]) -> None:
    rows = [f"{f:.8g},{i},{-i}" for i, f in enumerate(np.tile(SWEEP, 2))]
    both = read(write("\n".join(["f/Hz,Z'/ohm,Z''/ohm", *rows])))
    assert [(m.sweep, m.n_rows) for m in both] == [(1, 11), (2, 11)]
    assert both[1].values("impedance_real")[0] == 11


def test_the_order_of_day_and_month_is_not_guessed() -> None:
    assert when_from_text("4/5/2018 10:00:00", month_first=None) is None
    for text in ("4/23/2018 16:43:15", "23.4.2018 16:43:15", "Monday, April 23, 2018 4:43:15 PM"):
        when = when_from_text(text, month_first=None)
        assert when is not None
        assert when.isoformat() == "2018-04-23T16:43:15+00:00"
    assert when_from_text("31/31/2018 10:00:00", month_first=True) is None


def test_the_registry_names_modules_that_exist() -> None:
    assert len({f.name for f in FORMATS}) == len(FORMATS)
    for known in FORMATS:
        module = import_module(known.module)
        assert known.name == module.FORMAT
        assert callable(module.recognises)
        assert all(re.fullmatch(r"\.[\w-]+", e) for e in known.extensions)


def test_importing_the_room_is_light() -> None:
    code = "import sys, kuralab.formats; print({'numpy', 'pint', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
