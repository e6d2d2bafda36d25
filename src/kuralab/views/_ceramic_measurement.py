"""A first look at files of proton-conducting ceramics: thermograms, voltages, analyses, dilatograms."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement
from kuralab.views._labels import Language, name_of_column, say
from kuralab.views._numbers import unit_symbol
from kuralab.views._scales import time_unit
from kuralab.views._style import BLUE, CATEGORIES, DOUBLE, MM, SINGLE, new_figure, plain

Floats = NDArray[np.float64]

KINDS: Final = (
    Kind.THERMOGRAM, Kind.CELL_VOLTAGE, Kind.CONDUCTIVITY, Kind.COMPOSITION, Kind.DILATOGRAM,
)  # fmt: skip
_SHOWN: Final = (
    "mass_change", "mass", "mass_percent", "length_change_percent", "length_change", "temperature",
    "water_pressure", "dsc_signal",
)  # fmt: skip


def ceramic_measurement(measurement: Measurement, language: Language) -> Figure:
    """What was measured, without any analysis."""
    names = {column.name for column in measurement.columns}
    if measurement.kind is Kind.COMPOSITION:
        return _amounts(measurement, language)
    if measurement.kind is Kind.CONDUCTIVITY:
        return _against(measurement, "temperature", "conductivity", language, points=True)
    if measurement.kind is Kind.CELL_VOLTAGE:
        x = "temperature" if "temperature" in names else ""
        return _against(measurement, x, "voltage", language, points=True)
    if "time" in names:
        return _against_time(measurement, language)
    y = "length_change_percent" if "length_change_percent" in names else "length_change"
    return _against(measurement, "temperature", y, language, points=False)


def _against_time(measurement: Measurement, language: Language) -> Figure:
    """Mass or length, temperature and gas, each in a panel of its own."""
    seconds = measurement.values("time", unit="s")
    by_name = {column.name: column for column in measurement.columns}
    drawn = [by_name[n] for n in _SHOWN if n in by_name and np.isfinite(by_name[n].values).any()]
    divisor, unit = time_unit(float(np.ptp(seconds)))
    figure = new_figure(width=DOUBLE, height=(16 + 34 * len(drawn)) * MM)
    panels = figure.subplots(len(drawn), 1, sharex=True, squeeze=False)[:, 0]
    figure.suptitle(plain(measurement.raw.name, longest=70), fontsize=8)
    for i, (axes, column) in enumerate(zip(panels, drawn, strict=True)):
        axes.plot(seconds / divisor, column.values, color=CATEGORIES[i % len(CATEGORIES)], linewidth=0.9)
        axes.set_ylabel(_label(column, language))
    panels[-1].set_xlabel(say("time", language, unit=unit))
    panels[-1].margins(x=0.01)
    figure.align_ylabels()
    return figure


def _against(measurement: Measurement, x: str, y: str, language: Language, *, points: bool) -> Figure:
    """One column against another, or against the row's number."""
    by_name = {column.name: column for column in measurement.columns}
    figure = new_figure(width=SINGLE, height=66 * MM)
    axes = figure.subplots()
    figure.suptitle(plain(measurement.raw.name, longest=44), fontsize=8)
    along: Floats = by_name[x].values if x else np.arange(1.0, measurement.n_rows + 1.0)
    axes.plot(along, by_name[y].values, "o" if points else "-", color=BLUE, ms=3)
    if y == "conductivity":
        axes.set_yscale("log")
    axes.set_xlabel(_label(by_name[x], language) if x else say("row", language))
    axes.set_ylabel(_label(by_name[y], language))
    return figure


def _amounts(measurement: Measurement, language: Language) -> Figure:
    """Bars of amounts by element."""
    import periodictable

    numbers = measurement.values("atomic_number")
    by_name = {column.name: column for column in measurement.columns}
    amount = by_name["amount"]
    if not (amount.values > 0.0).any():
        raise InputError("no amount is above zero", file=measurement.raw.name)
    figure = new_figure(width=SINGLE, height=66 * MM)
    axes = figure.subplots()
    figure.suptitle(plain(measurement.raw.name, longest=44), fontsize=8)
    spread = by_name["amount_uncertainty"].values if "amount_uncertainty" in by_name else None
    places = np.arange(numbers.size)
    axes.bar(places, amount.values, width=0.62, color=BLUE, alpha=0.75, yerr=spread, ecolor="#222222")
    axes.set_xticks(places, [periodictable.elements[int(n)].symbol for n in numbers])
    axes.set_ylabel(_label(amount, language))
    return figure


def _label(column: Column, language: Language) -> str:
    name = plain(name_of_column(column.name, language))
    unit = unit_symbol(column.unit)
    return say("column", language, name=name, unit=plain(unit)) if unit else name
