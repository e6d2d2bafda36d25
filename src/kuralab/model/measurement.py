"""A measurement: a raw file, a table of columns with units, and what is known about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, final

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, Field, model_validator

from kuralab.errors import InputError
from kuralab.model._base import SCHEMA_VERSION, Length, Record, SchemaVersion, Temperature, Values
from kuralab.units import convert


class Kind(StrEnum):
    """What was measured."""

    IMPEDANCE = "impedance spectrum"
    TIME_SERIES = "electrochemical time series"
    POWDER_PATTERN = "powder diffraction pattern"
    HYDROGEN_ISOTHERM = "hydrogen isotherm"
    HYDRIDE_DATA = "hydride thermodynamics"
    THERMOGRAM = "thermogram"
    CELL_VOLTAGE = "cell voltage between gases"
    CONDUCTIVITY = "conductivity table"
    COMPOSITION = "chemical analysis"
    DILATOGRAM = "dilatogram"
    ESR_SPECTRUM = "ESR spectrum"


@final
class RawFile(Record):
    """The bytes as they came from the instrument."""

    name: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]


@final
class Column(Record):
    """One column of a table; its unit is kept as the instrument wrote it, checked on conversion."""

    name: str
    unit: str
    values: Values

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Column)
            and (self.name, self.unit) == (other.name, other.unit)
            and np.array_equal(self.values, other.values, equal_nan=True)
        )

    def __hash__(self) -> int:
        return hash((self.name, self.unit, self.values.tobytes()))


@final
class Measurement(Record):
    """Immutable; a correction is a new measurement.

    Impedance spectra carry the columns ``frequency`` (Hz), ``impedance_real`` and
    ``impedance_imaginary`` (ohm, with its mathematical sign: capacitive is negative).
    Time series carry ``time`` (s), ``voltage`` (V), ``current`` (A, positive = charge).
    Powder patterns carry ``two_theta`` (deg) or ``time_of_flight`` (us), ``intensity`` and, where the
    file has it, ``intensity_uncertainty`` (k = 1). Hydrogen isotherms, one branch at one temperature
    each, carry ``pressure`` (bar) and the content: ``hydrogen_mass_fraction`` (wt%),
    ``hydrogen_per_metal`` or ``hydrogen_per_formula`` (atoms), ``hydrogen_mass`` (g) or
    ``hydrogen_amount`` (mol of H2); their metadata say ``branch``: absorption or desorption. Hydride
    thermodynamics are published values, one row for each branch, not measured points.
    Thermograms carry ``time`` (s), ``temperature`` (degC), and ``mass_change`` (mg since the start),
    ``mass`` (mg of the sample) or ``mass_percent`` (% of the first mass), where known ``water_pressure``
    and ``oxygen_pressure`` (atm); their metadata may say ``sample_mass`` and ``crucible_mass``. Cell
    voltages between gases carry ``voltage`` (V, electrode II against I), where the table has them
    ``temperature`` (degC), ``voltage_uncertainty`` (V) and ``water_one``, ``oxygen_one``, ``water_two``,
    ``oxygen_two`` (atm). Conductivity tables carry ``temperature`` (degC), ``conductivity`` (S/cm) and,
    where known, ``conductivity_uncertainty`` (S/cm), ``water_pressure`` and ``oxygen_pressure`` (atm).
    Chemical analyses carry ``atomic_number``, ``amount`` in the unit of the analysis and, where known,
    ``amount_uncertainty``. Dilatograms carry ``temperature`` (degC), ``length_change_percent`` (% of the
    first length) or ``length_change`` (um), shrinkage negative, and mostly ``time`` (s); their metadata
    may say ``length``, the first one. ESR spectra carry ``magnetic_field`` (rising), ``intensity`` and,
    of complex data, ``intensity_imaginary``; their metadata may say ``frequency``, ``power``,
    ``modulation_amplitude``, ``gain``, ``scans`` and ``harmonic`` (0 absorption, 1 derivative). Of a
    pair of files the raw one is that with the data; the other's name and hash are ``descriptor``.
    """

    schema_version: SchemaVersion = SCHEMA_VERSION
    kind: Kind
    format: str
    raw: RawFile
    sweep: int = 1
    columns: tuple[Column, ...]
    temperature: Temperature | None = None
    thickness: Length | None = None
    diameter: Length | None = None
    started: AwareDatetime | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Measurement:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"column names repeat: {', '.join(names)}")
        if len({column.values.size for column in self.columns}) > 1:
            raise ValueError("columns have different lengths")
        return self

    @property
    def n_rows(self) -> int:
        """Length of every column."""
        return self.columns[0].values.size if self.columns else 0

    def values(self, name: str, *, unit: str | None = None) -> NDArray[np.float64]:
        """A column's numbers, converted when ``unit`` is given.

        Raises
        ------
        InputError
            The measurement has no such column.
        UnitError
            The column has another dimension than ``unit``.
        """
        for column in self.columns:
            if column.name == name:
                if unit is None or unit == column.unit:
                    return column.values
                return np.asarray(convert(column.values, unit=column.unit, to=unit))
        raise InputError(
            f"no column {name!r}",
            file=self.raw.name,
            hint=f"It has {', '.join(column.name for column in self.columns)}.",
        )
