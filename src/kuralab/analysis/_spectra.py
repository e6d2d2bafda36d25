"""Impedance measurements as spectra ready to be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._limit import resistance_limit
from kuralab.analysis._parameters import FrequencyRange
from kuralab.errors import InputError
from kuralab.model import InputFile, Kind, Measurement
from kuralab.units import Quantity

FEWEST_POINTS: Final = 8
CELSIUS_OFFSET: Final = 273.15


@dataclass(frozen=True)
class Spectrum:
    """Frequencies (n,) in Hz from high to low, impedance (n,) in ohm, and what is known about it.

    The unused points lie outside the frequency range that was asked for. ``source`` is the index
    of its file among the inputs; ``limit`` the resistance in ohm above which its analyser measures
    itself, if that is known.
    """

    measurement: Measurement
    source: int
    frequency: NDArray[np.float64]
    impedance: NDArray[np.complex128]
    unused_frequency: NDArray[np.float64]
    unused_impedance: NDArray[np.complex128]
    limit: float | None = None

    @property
    def name(self) -> str:
        """File name, with the sweep where the file has several."""
        name = PurePath(self.measurement.raw.name).name
        return f"{name} (sweep {self.measurement.sweep})" if self.measurement.sweep > 1 else name


def input_files(measurements: Sequence[Measurement]) -> tuple[InputFile, ...]:
    """The files behind the measurements, each once, in order."""
    names = {m.raw.sha256: m.raw.name for m in reversed(measurements)}
    order = dict.fromkeys(m.raw.sha256 for m in measurements)
    return tuple(InputFile(file=names[sha256], sha256=sha256) for sha256 in order)


def spectra_from(
    measurements: Sequence[Measurement],
    frequency_range: FrequencyRange | None,
    limit: Quantity | None = None,
) -> list[Spectrum]:
    """Spectra of impedance measurements, cut to a frequency range; limit: of the analyser.

    Raises
    ------
    InputError
        A measurement is no impedance spectrum, or has fewer than eight points in the range.
    """
    order = [file.sha256 for file in input_files(measurements)]
    return [_spectrum(m, order.index(m.raw.sha256), frequency_range, limit) for m in measurements]


def _spectrum(
    measurement: Measurement,
    source: int,
    frequency_range: FrequencyRange | None,
    limit: Quantity | None,
) -> Spectrum:
    name = measurement.raw.name
    if measurement.kind is not Kind.IMPEDANCE:
        raise InputError(
            f"holds an {measurement.kind.value}, but an impedance spectrum is needed",
            file=name,
            hint="Use `kuralab analyze polarisation` for current against time, or name another file.",
        )
    f = measurement.values("frequency", unit="Hz")
    z = measurement.values("impedance_real", unit="ohm") + 1j * measurement.values(
        "impedance_imaginary", unit="ohm"
    )
    falling = np.argsort(-f, kind="stable")
    f, z = f[falling], z[falling]
    wanted = frequency_range or FrequencyRange()
    used = (f >= (wanted.low or 0.0)) & (f <= (wanted.high or np.inf))
    # A point of zero impedance (a shorted channel) has no phase and no relative error.
    used &= z != 0
    if used.sum() < FEWEST_POINTS:
        where = f" between {wanted}" if frequency_range else ""
        raise InputError(
            f"{int(used.sum())} points{where} are too few, at least {FEWEST_POINTS} are needed",
            file=name,
            hint="Measure more points, or widen --frequency-range.",
        )
    above = resistance_limit(measurement, limit)
    return Spectrum(measurement, source, f[used], z[used], f[~used], z[~used], above)


def kelvin(temperature: Quantity, *, offset: float = CELSIUS_OFFSET) -> Quantity:
    """A temperature in K; ``offset`` is added to degrees Celsius.

    Examples
    --------
    >>> kelvin(Quantity(value=140.0, unit="degC"), offset=273.0)
    Quantity(413 K)
    """
    if temperature.unit != "degC":
        return temperature.to("K")
    return Quantity(
        value=round(temperature.value + offset, 9), uncertainty=temperature.uncertainty, unit="K"
    )
