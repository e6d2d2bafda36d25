"""From what a user or a file says of the radiation to the instrument that a refinement needs."""

from __future__ import annotations

import re
from typing import Any, Final

from kuralab.errors import InputError, UnitError
from kuralab.model import Line, Measurement, PowderInstrument
from kuralab.units import Quantity

_TUBES: Final = {
    "Cr": (2.28972, 2.29365),
    "Fe": (1.93604, 1.93998),
    "Co": (1.78900, 1.79284),
    "Cu": (1.540593, 1.544427),
    "Mo": (0.709317, 0.713607),
    "Ag": (0.559422, 0.563813),
}
"""K alpha 1 and 2 in angstrom: International Tables for Crystallography C, table 4.2.2.4."""
_NAMED: Final = re.compile(r"(?P<element>[A-Z][a-z])[ -]?K(?:a|α|alpha)?[ -]?(?P<one>1)?", re.IGNORECASE)


def lines_from_text(text: str) -> tuple[Line, ...]:
    """Wavelengths from "1.494 angstrom", from a tube ("CuKa": both lines, "CuKa1": the first).

    Raises
    ------
    ValueError
        It is neither.

    Examples
    --------
    >>> [line.wavelength for line in lines_from_text("Cu Ka")]
    [1.540593, 1.544427]
    """
    match = _NAMED.fullmatch(text.strip())
    if match is not None and match["element"].capitalize() in _TUBES:
        first, second = _TUBES[match["element"].capitalize()]
        doublet = (Line(wavelength=first), Line(wavelength=second, weight=0.5))
        return doublet[:1] if match["one"] else doublet
    try:
        wavelength = Quantity.parse(text.strip(), unit="angstrom").value
    except UnitError as error:
        tubes = ", ".join(f"{name}Ka" for name in _TUBES)
        raise ValueError(f"{error}; write '1.494 angstrom', or a tube ({tubes})") from None
    if not 0.01 < wavelength < 20.0:
        raise ValueError(f"{wavelength:g} angstrom is no wavelength for diffraction")
    return (Line(wavelength=wavelength),)


def one_for_each(given: tuple[Any, ...], count: int, *, what: str) -> list[Any]:
    """One entry for each of ``count`` patterns; a single one serves all, none gives None.

    Raises
    ------
    InputError
        Another number of entries.
    """
    if len(given) not in {0, 1, count}:
        raise InputError(
            f"{len(given)} entries for {count} patterns",
            field=what,
            hint="Give one, or one for each pattern.",
        )
    if not given:
        return [None] * count
    return list(given) if len(given) == count else list(given) * count


def instrument_of(
    measurement: Measurement,
    *,
    instrument: PowderInstrument | None,
    radiation: str | None,
    lines: tuple[Line, ...] | None,
) -> PowderInstrument:
    """The instrument of one pattern: what was given, then what the file says.

    Raises
    ------
    InputError
        Radiation or wavelength is unknown, or the instrument does not fit the pattern.
    """
    name = measurement.raw.name
    is_flight = any(column.name == "time_of_flight" for column in measurement.columns)
    if instrument is None and is_flight:
        raise InputError(
            "a time-of-flight pattern needs its instrument",
            file=name,
            field="instrument",
            hint="Give --instrument FILE with difc and the profile of the bank.",
        )
    if instrument is not None:
        if (instrument.radiation == "tof") != is_flight:
            raise InputError(
                f"the instrument {instrument.name or 'given'} is for {_KINDS[instrument.radiation]}, "
                f"the pattern is not",
                file=name,
                field="instrument",
                hint="Give the instrument that took it.",
            )
        if lines and not is_flight:
            instrument = instrument.model_copy(update={"lines": lines})
        return instrument
    said = measurement.metadata
    lines = lines or _lines_of_file(measurement)
    kind = radiation or said.get("radiation") or ("xray" if lines and len(lines) > 1 else None)
    if lines is None:
        raise InputError(
            "the wavelength is unknown",
            file=name,
            field="wavelength",
            hint='Give --wavelength "1.494 angstrom" or --wavelength CuKa, or --instrument FILE.',
        )
    if kind not in {"xray", "neutron"}:
        raise InputError(
            "X-rays or neutrons? The file does not say",
            file=name,
            field="radiation",
            hint="Give --radiation xray or --radiation neutron.",
        )
    return PowderInstrument(radiation="xray" if kind == "xray" else "neutron", lines=lines)


_KINDS: Final = {"xray": "X-rays", "neutron": "neutrons of one wavelength", "tof": "time of flight"}


def _lines_of_file(measurement: Measurement) -> tuple[Line, ...] | None:
    """The wavelength that a file states: one line, or K alpha 1 and 2 with their ratio."""
    said = measurement.metadata
    try:
        first = Quantity.parse(said["wavelength"], unit="angstrom").value
        if "wavelength_2" not in said:
            return (Line(wavelength=first),)
        second = Quantity.parse(said["wavelength_2"], unit="angstrom").value
        return (
            Line(wavelength=first),
            Line(wavelength=second, weight=float(said.get("ratio_2", "0.5"))),
        )
    except (KeyError, UnitError, ValueError):
        return None
