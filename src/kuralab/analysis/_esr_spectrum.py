"""From a measurement to a spectrum that can be fitted, and what scales its intensity."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from kuralab.errors import InputError, ScienceError, UnitError
from kuralab.model import Kind, Measurement
from kuralab.science.esr import Acquisition, Spectrum, spectrum_of
from kuralab.units import Quantity

Detection = Literal["absorption", "derivative"]

_SCALES: Final = {"power": "mW", "modulation_amplitude": "mT", "gain": "", "scans": ""}


def esr_spectrum(
    measurement: Measurement, *, frequency: Quantity | None, detection: Detection | None
) -> Spectrum:
    """The spectrum of a measurement; what is given goes before what the file says.

    Raises
    ------
    InputError
        No ESR spectrum, no microwave frequency, an unknown or higher harmonic, or a spectrum that cannot
        be fitted.
    """
    name = measurement.raw.name
    if measurement.kind is not Kind.ESR_SPECTRUM:
        raise InputError(
            f"holds no ESR spectrum (but: {measurement.kind.value})",
            file=name,
            hint="Name a file with intensity against magnetic field.",
        )
    known = frequency or _stated(measurement, "frequency", "GHz")
    if known is None:
        raise InputError(
            "the microwave frequency is missing",
            file=name,
            field="frequency",
            hint='Give --frequency "9.5 GHz".',
        )
    complex_data = any(column.name == "intensity_imaginary" for column in measurement.columns)
    intensity: np.ndarray = measurement.values("intensity")
    if complex_data:
        intensity = intensity + 1j * measurement.values("intensity_imaginary")
    try:
        return spectrum_of(
            field=measurement.values("magnetic_field", unit="mT"),
            intensity=intensity,
            frequency=known.value,
            harmonic=_harmonic(measurement, detection),
        )
    except ScienceError as error:
        raise InputError(str(error), file=name) from None


def _harmonic(measurement: Measurement, detection: Detection | None) -> Literal[0, 1]:
    if detection is not None:
        return 0 if detection == "absorption" else 1
    written = measurement.metadata.get("harmonic")
    if written in ("0", "1"):
        return 0 if written == "0" else 1
    message = (
        "the file does not say whether it holds absorption or its derivative"
        if written is None
        else f"the file holds the harmonic {written[:10]}; absorption and first derivative are fitted"
    )
    raise InputError(
        message,
        file=measurement.raw.name,
        field="detection",
        hint="Give --detection derivative, or absorption.",
    )


def _stated(measurement: Measurement, name: str, unit: str) -> Quantity | None:
    """A positive quantity in a file's metadata, None where it is not there."""
    written = measurement.metadata.get(name)
    if written is None:
        return None
    try:
        found = Quantity.parse(written, unit=unit)
    except UnitError as error:
        raise InputError(str(error), file=measurement.raw.name, field=name) from None
    if not found.value > 0.0:
        raise InputError(f"{name} is {written}, not above zero", file=measurement.raw.name, field=name)
    return found


def acquisitions(
    sample: Measurement, standard: Measurement
) -> tuple[Acquisition, Acquisition, list[str]]:
    """What scales the intensities of sample and standard, and what had to be taken as equal.

    Raises
    ------
    InputError
        A number is stated for one of them only.
    """
    found: list[dict[str, float]] = [{}, {}]
    equal = []
    for name, unit in _SCALES.items():
        values = [_stated(one, name, unit) for one in (sample, standard)]
        if values[0] is None and values[1] is None:
            equal.append(name.replace("_", " "))
            continue
        for i, value in enumerate(values):
            if value is None:
                one, other = (sample, standard) if i == 0 else (standard, sample)
                raise InputError(
                    f"the {name.replace('_', ' ')} is not stated, but for {other.raw.name} it is",
                    file=one.raw.name,
                    field="standard",
                    hint=f"Write a line such as '{name}: 1 {unit}'.".replace(" '.", "'."),
                )
            found[i][{"modulation_amplitude": "modulation"}.get(name, name)] = value.value
    temperatures = [one.temperature for one in (sample, standard)]
    if temperatures[0] is not None and temperatures[1] is not None:
        for i, temperature in enumerate(temperatures):
            if temperature is not None:
                found[i]["temperature"] = temperature.to("K").value
    else:
        equal.append("temperature")
    try:
        made = [
            Acquisition(**values, normalised=one.metadata.get("normalised") == "yes")
            for values, one in zip(found, (sample, standard), strict=True)
        ]
    except ScienceError as error:
        raise InputError(str(error), file=sample.raw.name, field="standard") from None
    return made[0], made[1], equal
