"""A first look at a file: Nyquist and Bode plot of a spectrum, columns of a series against time."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement
from kuralab.views._ceramic_measurement import KINDS, ceramic_measurement
from kuralab.views._impedance import draw_bode, finish_bode
from kuralab.views._labels import Language, name_of_column, say
from kuralab.views._numbers import format_quantity, unit_symbol
from kuralab.views._nyquist import draw_nyquist
from kuralab.views._scales import largest, prefixed, time_unit
from kuralab.views._series import Look
from kuralab.views._style import BLUE, CATEGORIES, DOUBLE, GREY, MM, SINGLE, new_figure, plain, styled

# A voltage in mV would be unusual for a cell; a current spans from nA to kA.
_PREFIXED: Final = ("A", "C", "W", "ohm")


@styled
def measurement_figure(measurement: Measurement, *, language: Language = "en") -> Figure:
    """What was measured, without any analysis; the file's name is the title.

    Raises
    ------
    InputError
        The table is empty or lacks the columns of its kind.
    """
    if measurement.n_rows == 0:
        raise InputError("the table is empty, so there is nothing to draw", file=measurement.raw.name)
    if measurement.kind is Kind.IMPEDANCE:
        return _spectrum(measurement, language)
    if measurement.kind is Kind.POWDER_PATTERN:
        return _pattern(measurement, language)
    if measurement.kind is Kind.ESR_SPECTRUM:
        return _esr_spectrum(measurement, language)
    if measurement.kind is Kind.HYDROGEN_ISOTHERM:
        return _isotherm(measurement, language)
    if measurement.kind in KINDS:
        return ceramic_measurement(measurement, language)
    if measurement.kind is Kind.HYDRIDE_DATA:
        raise InputError(
            "holds published enthalpies, which make no figure",
            file=measurement.raw.name,
            hint="Draw the file of the isotherms.",
        )
    return _time_series(measurement, language)


def _spectrum(measurement: Measurement, language: Language) -> Figure:
    frequency = measurement.values("frequency", unit="Hz")
    impedance = measurement.values("impedance_real", unit="ohm") + 1j * measurement.values(
        "impedance_imaginary", unit="ohm"
    )
    good = np.isfinite(frequency) & np.isfinite(impedance) & (frequency > 0)
    if not good.any():
        raise InputError("no row has a frequency and an impedance", file=measurement.raw.name)
    frequency, impedance = frequency[good], impedance[good]
    figure = new_figure(width=DOUBLE, height=84 * MM)
    axes = figure.subplot_mosaic([["plane", "modulus"], ["plane", "phase"]], width_ratios=[1.15, 1])
    axes["phase"].sharex(axes["modulus"])
    axes["modulus"].tick_params(labelbottom=False)
    figure.suptitle(_title(measurement), fontsize=8)
    look = Look(BLUE, BLUE, "o", "")
    draw_bode(axes["modulus"], axes["phase"], frequency=frequency, impedance=impedance, look=look)
    finish_bode(axes["modulus"], axes["phase"], language=language)
    draw_nyquist(axes["plane"], frequency=frequency, impedance=impedance, look=look, language=language)
    return figure


def _esr_spectrum(measurement: Measurement, language: Language) -> Figure:
    field = measurement.values("magnetic_field", unit="mT")
    figure = new_figure(width=DOUBLE, height=70 * MM)
    axes = figure.subplots()
    axes.plot(
        field, measurement.values("intensity"), color=BLUE, lw=0.8, label=say("real_part", language)
    )
    if any(column.name == "intensity_imaginary" for column in measurement.columns):
        imaginary = measurement.values("intensity_imaginary")
        axes.plot(field, imaginary, color=GREY, lw=0.8, label=say("imaginary_part", language))
        axes.legend()
    axes.margins(x=0)
    axes.set_xlabel(say("magnetic_field", language))
    axes.set_ylabel(say("esr_intensity", language))
    figure.suptitle(_title(measurement), fontsize=8)
    return figure


def _time_series(measurement: Measurement, language: Language) -> Figure:
    seconds = measurement.values("time", unit="s")
    drawn = [c for c in measurement.columns if c.name != "time" and np.isfinite(c.values).any()]
    if not drawn:
        raise InputError("there is no column besides time to draw", file=measurement.raw.name)
    finite = seconds[np.isfinite(seconds)]
    divisor, unit = time_unit(float(np.ptp(finite)) if finite.size else 0.0)
    figure = new_figure(width=DOUBLE, height=(16 + 34 * len(drawn)) * MM)
    panels = figure.subplots(len(drawn), 1, sharex=True, squeeze=False)[:, 0]
    figure.suptitle(_title(measurement), fontsize=8)
    for i, (axes, column) in enumerate(zip(panels, drawn, strict=True)):
        _draw_column(axes, seconds / divisor, column, CATEGORIES[i % len(CATEGORIES)], language)
    panels[-1].set_xlabel(say("time", language, unit=unit))
    panels[-1].margins(x=0.01)
    figure.align_ylabels()
    return figure


def _pattern(measurement: Measurement, language: Language) -> Figure:
    x = measurement.columns[0]
    intensity = measurement.values("intensity")
    figure = new_figure(width=DOUBLE, height=76 * MM)
    axes = figure.subplots()
    figure.suptitle(_title(measurement), fontsize=8)
    if any(column.name == "intensity_uncertainty" for column in measurement.columns):
        std = measurement.values("intensity_uncertainty")
        axes.fill_between(
            x.values, intensity - std, intensity + std, color=BLUE, alpha=0.25, linewidth=0
        )
    axes.plot(x.values, intensity, color=BLUE, linewidth=0.7)
    axes.set_xlabel(say(x.name, language))
    axes.set_ylabel(say("intensity", language))
    axes.margins(x=0.005)
    return figure


def _isotherm(measurement: Measurement, language: Language) -> Figure:
    content = next(column for column in measurement.columns if column.name != "pressure")
    figure = new_figure(width=SINGLE, height=70 * MM)
    axes = figure.subplots()
    branch = measurement.metadata.get("branch", "")
    filled = BLUE if branch == "absorption" else "white"
    axes.plot(
        content.values, measurement.values("pressure", unit="bar"), "o-", ms=3, color=BLUE, mfc=filled
    )
    axes.set_yscale("log")
    unit = content.unit or {"hydrogen_per_metal": "H/M"}.get(content.name, "H/f.u.")
    axes.set_xlabel(say("hydrogen_content", language, unit=plain(unit_symbol(unit))))
    axes.set_ylabel(say("hydrogen_pressure", language, unit="bar"))
    known = [say(branch, language)] if branch in ("absorption", "desorption") else []
    if measurement.temperature is not None:
        known.append(format_quantity(measurement.temperature))
    figure.suptitle(", ".join([plain(measurement.raw.name, longest=40), *known]), fontsize=8)
    return figure


def _draw_column(
    axes: Axes, time: NDArray[np.float64], column: Column, colour: str, language: Language
) -> None:
    scale, unit = 1.0, unit_symbol(column.unit)
    if column.unit in _PREFIXED:
        scale, unit = prefixed(largest(column.values), unit)
    few = column.values.size <= 60
    axes.plot(
        time, column.values / scale, color=colour, linewidth=0.9, marker="o" if few else "", ms=2.6
    )
    name = plain(name_of_column(column.name, language))
    axes.set_ylabel(say("column", language, name=name, unit=plain(unit)) if unit else name)


def _title(measurement: Measurement) -> str:
    name = plain(measurement.raw.name, longest=70)
    return f"{name} (sweep {measurement.sweep})" if measurement.sweep > 1 else name
