"""What all formats of ESR spectra share: the partner of a pair of files, and the measurement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.formats._source import Source, load_source
from kuralab.model import Column, Kind, Measurement
from kuralab.units import Quantity

Floats = NDArray[np.float64]

MOST_POINTS: Final = 10_000_000
_LARGEST_NUMBER: Final = 1e15


@dataclass
class EsrFacts:
    """What a descriptor says: quantities by name, texts, temperature, start and warnings.

    harmonic: 0 for absorption, 1 for the first derivative, None where the file does not say.
    """

    harmonic: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    temperature: Quantity | None = None
    started: datetime | None = None
    warnings: list[str] = field(default_factory=list)

    def note(self, name: str, value: float | None, unit: str, *, factor: float = 1.0) -> None:
        """Keep a positive number as a quantity."""
        if value is not None and np.isfinite(value * factor) and value > 0.0:
            self.metadata[name] = f"{value * factor:.9g} {unit}".strip()


def partner(source: Source, extensions: tuple[str, ...], *, what: str) -> Source:
    """The other file of a pair, beside this one, with one of the extensions in any case.

    Raises
    ------
    InputError
        There is none, or it cannot be read.
    """
    for extension in extensions:
        for written in (extension.upper(), extension.lower(), extension.capitalize()):
            path = source.path.with_suffix(f".{written}")
            if path.is_file():
                return load_source(path)
    names = " or ".join(source.path.with_suffix(f".{e.upper()}").name for e in extensions)
    raise source.error(
        f"the {what} {names} is missing beside it", hint="Copy both files into one folder."
    )


def has_partner(source: Source, extensions: tuple[str, ...]) -> bool:
    """Whether there is another file of the pair."""
    try:
        partner(source, extensions, what="file")
    except InputError:
        return False
    return True


def esr_measurement(
    *,
    data: Source,
    descriptor: Source | None,
    format: str,
    x: Floats,
    unit: str,
    y: NDArray[np.inexact],
    facts: EsrFacts,
) -> Measurement:
    """A spectrum of field (n,) and intensity (n,), real or complex.

    The raw file is the one with the data; of a separate descriptor the name and hash are kept as text.

    Raises
    ------
    InputError
        The field does not rise, is not positive, or no point is left.
    """
    if len(x) < 2:
        raise data.error("the spectrum has fewer than two points", hint="Export it again.")
    known = np.isfinite(x) & np.isfinite(y)
    if not known.all():
        missing = int((~known).sum())
        plural = "s" if missing > 1 else ""
        facts.warnings.append(f"{missing} point{plural} left out: a number is missing")
        x, y = x[known], y[known]
        if len(x) < 2:
            raise data.error("no point has a field and an intensity", hint="Export it again.")
    if (np.diff(x) <= 0.0).any():
        falls = bool((np.diff(x) < 0.0).all())
        raise data.error(
            "the magnetic field falls from point to point"
            if falls
            else "the magnetic field does not rise from point to point",
            hint="Turn the rows around." if falls else "Sort the points, and keep each field once.",
        )
    if x[0] <= 0.0:
        raise data.error(
            f"the magnetic field is not positive ({x[0]:g} {unit})", hint="Leave such points out."
        )
    columns = [("magnetic_field", unit, x), ("intensity", "", np.asarray(y.real, dtype=np.float64))]
    if np.iscomplexobj(y):
        columns.append(("intensity_imaginary", "", np.asarray(y.imag, dtype=np.float64)))
    metadata = dict(facts.metadata)
    if facts.harmonic is not None:
        metadata["harmonic"] = f"{facts.harmonic}"
    if descriptor is not None:
        digest = hashlib.sha256(descriptor.content).hexdigest()
        metadata["descriptor"] = f"{descriptor.path.name}, SHA-256 {digest}"
    return Measurement(
        kind=Kind.ESR_SPECTRUM,
        format=format,
        raw=data.raw,
        columns=tuple(Column(name=name, unit=u, values=values) for name, u, values in columns),
        temperature=facts.temperature,
        started=facts.started,
        metadata=metadata,
        warnings=tuple(facts.warnings),
    )


def kelvin(value: float | None) -> Quantity | None:
    """A temperature in K, None where the instrument had no thermometer."""
    if value is None or not 0.0 < value < 2000.0:
        return None
    return Quantity(value=value, unit="K")


def number(text: str | None) -> float | None:
    """A number as a descriptor writes it; None for anything else."""
    if text is None:
        return None
    try:
        value = float(text.strip().strip("'").split()[0]) if text.strip() else float("nan")
    except (ValueError, IndexError):
        return None
    # Beyond this no field, count or frequency goes, and differences would overflow.
    return value if abs(value) < _LARGEST_NUMBER else None
