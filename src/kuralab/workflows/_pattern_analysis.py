"""A stored powder pattern with the structures that its step names, held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kuralab.analysis import Outcome
from kuralab.analysis.phase_check import check_phases
from kuralab.analysis.structures import structure_sets, structures_named
from kuralab.errors import InputError
from kuralab.model import Crystal, Line, Measurement, PowderInstrument, Resolution, Value
from kuralab.units import Quantity

LINES: Final = {
    "CuKa": (Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5)),
    "MoKa": (Line(wavelength=0.709317), Line(wavelength=0.713607, weight=0.5)),
}
"""K-alpha1 and K-alpha2: G. Hoelzer et al., Phys. Rev. A 56, 4554 (1997); Mo: J. A. Bearden (1967)."""

X_RAY_RESOLUTION: Final = Resolution(u=0.01, v=-0.005, w=0.008, x=0.02, y=0.02)
NEUTRON_RESOLUTION: Final = Resolution(u=0.2, v=-0.2, w=0.15)
"""What common instruments have, to start from."""


def analysed_pattern(
    measurement: Measurement, parameters: Mapping[str, Value], *, neutron: bool
) -> Outcome:
    """What the structures that a step names explain of its pattern.

    Raises
    ------
    InputError
        The step names no structures, or the pattern cannot be used.
    """
    return check_phases(
        measurement,
        crystals=crystals_of(parameters),
        instrument=instrument_of(parameters, measurement, neutron=neutron),
    )


def crystals_of(parameters: Mapping[str, Value]) -> tuple[Crystal, ...]:
    """The structures that a step names: sets that come with kuralab, or files, with ``+`` between.

    Raises
    ------
    InputError
        None is named, or there is no such set and no such file.
    """
    named = str(parameters.get("structures") or "")
    if not named:
        raise InputError(
            "the step names no structures, so that the pattern is kept but not analysed",
            field="structures",
            hint=f"Name a CIF file, or of {', '.join(structure_sets())}.",
        )
    from kuralab.formats import read_crystals

    found: list[Crystal] = []
    for name in (part.strip() for part in named.split("+")):
        path = Path(name)
        found += read_crystals(path) if path.is_file() else structures_named(name)
    return tuple(found)


def instrument_of(
    parameters: Mapping[str, Value], measurement: Measurement, *, neutron: bool
) -> PowderInstrument:
    """Radiation and lines of a step, with a resolution to start from.

    Raises
    ------
    InputError
        Neutrons without a wavelength.
    """
    if not neutron:
        return PowderInstrument(
            radiation="xray",
            lines=LINES[str(parameters.get("radiation") or "CuKa")],
            resolution=X_RAY_RESOLUTION,
        )
    given = parameters.get("wavelength")
    if not isinstance(given, Quantity):
        raise InputError(
            "the step does not say its wavelength",
            file=measurement.raw.name,
            field="wavelength",
            hint="Write it into the protocol: neutron_pattern: {wavelength: 1.494 angstrom}.",
        )
    return PowderInstrument(
        radiation="neutron",
        lines=(Line(wavelength=given.to("angstrom").value),),
        resolution=NEUTRON_RESOLUTION,
    )
