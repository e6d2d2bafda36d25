"""A measured spectrum made ready for a fit: phase of complex data, where the signal lies, its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._powder import Harmonic

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_EDGE: Final = 0.05
FEWEST_POINTS: Final = 32


@final
@dataclass(frozen=True)
class Spectrum:
    """A spectrum against the field.

    field (n,) mT, rising; intensity (n,); frequency in GHz; harmonic: 0 for absorption, 1 for its
    derivative; phase: rad by which complex data were turned, None for real ones.
    """

    field: Floats
    intensity: Floats
    frequency: float
    harmonic: Harmonic
    phase: float | None = None

    @property
    def absorption(self) -> Floats:
        """(n,) the absorption: the intensity, or its running integral over the field."""
        return self.intensity if self.harmonic == 0 else running_integral(self.field, self.intensity)


def spectrum_of(
    *,
    field: Floats,
    intensity: Floats | Complexes,
    frequency: float,
    harmonic: Harmonic,
) -> Spectrum:
    """A spectrum, complex data turned so that the signal stands in the real part.

    The phase makes the sum of squares of the imaginary part, less its mean at the ends, smallest; of the
    two that do, the one with a positive absorption is taken.

    Parameters
    ----------
    field : (n,) mT, rising, at least 32 points; intensity : (n,) real or complex; frequency : GHz

    Raises
    ------
    ScienceError
        Shapes differ, a number is not finite, the field does not rise, or there are too few points.
    """
    field = np.asarray(field, dtype=np.float64)
    if field.ndim != 1 or field.shape != np.shape(intensity):
        raise ScienceError("field and intensity must be one-dimensional and of one length.")
    if len(field) < FEWEST_POINTS:
        raise ScienceError(f"{len(field)} points are too few, at least {FEWEST_POINTS} are needed.")
    if not (np.isfinite(field).all() and np.isfinite(intensity).all()):
        raise ScienceError("field and intensity must be finite numbers.")
    if (np.diff(field) <= 0.0).any():
        raise ScienceError("the field must rise from point to point.")
    if field[0] <= 0.0:
        raise ScienceError("the field must be positive.")
    if not (np.isfinite(frequency) and frequency > 0.0):
        raise ScienceError("the microwave frequency must be a positive number of GHz.")
    if np.ptp(np.abs(intensity)) == 0.0:
        raise ScienceError("the intensity is the same at every field: there is no signal.")
    if not np.iscomplexobj(intensity):
        return Spectrum(field, np.asarray(intensity, dtype=np.float64), frequency, harmonic)
    phase = _phase(np.asarray(intensity, dtype=np.complex128))
    turned = (intensity * np.exp(-1j * phase)).real
    trial = Spectrum(field, turned, frequency, harmonic)
    absorption = trial.absorption
    if float(np.sum(absorption - np.mean(_ends(absorption)))) < 0.0:
        phase, turned = phase - np.sign(phase) * np.pi if phase else np.pi, -turned
    return Spectrum(field, turned, frequency, harmonic, phase=float(phase))


def _phase(z: Complexes) -> float:
    about = z - np.mean(_ends(z))
    return float(0.5 * np.angle(np.sum(about**2)))


def _ends(values: NDArray[np.inexact]) -> NDArray[np.inexact]:
    count = max(int(_EDGE * len(values)), 1)
    return np.concatenate([values[:count], values[-count:]])


def running_integral(field: Floats, values: Floats) -> Floats:
    """(n,) integral from the first field, by the trapezoidal rule."""
    steps = 0.5 * (values[1:] + values[:-1]) * np.diff(field)
    return np.concatenate([[0.0], np.cumsum(steps)])


def noise_of(values: Floats) -> float:
    """Standard deviation of the noise, from third differences: a signal is smooth over four points."""
    differences = np.diff(values, 3)
    return float(np.median(np.abs(differences)) / 0.6745 / np.sqrt(20.0)) if len(differences) else 0.0
