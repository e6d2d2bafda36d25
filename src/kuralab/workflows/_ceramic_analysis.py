"""Stored measurements of a proton-conducting ceramic, each with what was asked of it, to outcomes.

- the dilatometer's record: shrinkage and onset; with the body's dimensions its density
- the chemical analysis: atoms per formula unit, on the scale of Zr
- thermograms, the empty crucible subtracted: protons; formula mass from the chemical analysis
- voltages between gases: transport numbers; spectra: Cu2+
- thermogram, voltages and conductivities together: one set of parameters
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.model import Composition, Measurement, Value
from kuralab.store import MeasurementRow
from kuralab.units import Quantity

SINTER: Final = "sinter"
ICP: Final = "icp_ms"
THERMOGRAM: Final = "hydration_thermogram"
EMF: Final = "emf_cell"
CONDUCTIVITY: Final = "conductivity_in_gases"
ESR: Final = "esr_spectrum"
OPERATIONS: Final = (SINTER, ICP, THERMOGRAM, EMF, CONDUCTIVITY, ESR)

OF_FAILURE: Final = {
    "dilatometry": "relative_density",
    "composition": "site_stoichiometry",
    "thermogravimetry": "proton_concentration",
    "emf": "proton_transport_number",
    "esr": "g_parallel",
    "proton_conduction": "hydration_enthalpy",
}
"""The quantity of the result without a value that stands for an analysis that failed."""

FORMULA: Final = "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"
CRYSTAL_DENSITY: Final = "6.20 +- 0.03 g/cm^3"
"""Assumed, as in science/protonics/copper.yaml: a pseudo-cubic cell of 4.33 angstrom."""
ACCEPTOR: Final = "0.20 +- 0.03"
"""Y and Yb of the formula; how many of them Cu and lost Ba make up for is not known beforehand."""
SCALE: Final = "Zr 0.40"


@dataclass(frozen=True)
class Asked:
    """A measurement with the operation and the parameters of its step."""

    measurement: Measurement
    operation: str
    parameters: Mapping[str, Value]

    @property
    def empty(self) -> bool:
        """Of an empty crucible."""
        return self.parameters.get("crucible") == "empty"


def ceramic_groups(rows: Sequence[MeasurementRow]) -> list[tuple[str, list[MeasurementRow]]]:
    """What is analysed together, and how; what an analysis needs beside comes last."""

    def of(*operations: str) -> list[MeasurementRow]:
        return [row for operation in operations for row in rows if row.technique == operation]

    groups = [
        ("dilatometry", of(SINTER)[-1:]),
        ("composition", of(ICP)[-1:]),
        ("thermogravimetry", of(THERMOGRAM, ICP) if of(THERMOGRAM) else []),
        ("emf", of(EMF)),
        ("esr", of(ESR)[-1:]),
    ]
    if of(THERMOGRAM) and of(EMF) and of(CONDUCTIVITY):
        groups.append(("proton_conduction", of(THERMOGRAM, EMF, CONDUCTIVITY, ICP)))
    return [(analysis, of_group) for analysis, of_group in groups if of_group]


def ceramic_outcome(
    analysis: str, asked: Sequence[Asked], dimensions: Mapping[str, Quantity]
) -> Outcome:
    """One of the analyses above.

    dimensions: thickness, diameter and mass of the body as they were stored last.

    Raises
    ------
    InputError
        The measurements cannot be used.
    """
    match analysis:
        case "dilatometry":
            return _shrinkage(asked[0], dimensions)
        case "composition":
            return _composition([one.measurement for one in asked])
        case "thermogravimetry":
            return _thermogram(asked)
        case "emf":
            return _voltages(asked)
        case "esr":
            return _spectrum(asked)
    return _together(asked)


def _of(asked: Sequence[Asked], operation: str) -> list[Measurement]:
    return [one.measurement for one in asked if one.operation == operation and not one.empty]


def _shrinkage(asked: Asked, dimensions: Mapping[str, Quantity]) -> Outcome:
    from kuralab.analysis.body_density import relative_density_of_body
    from kuralab.analysis.dilatometry import DilatometryParameters, analyse_dilatometry

    outcome = analyse_dilatometry([asked.measurement], DilatometryParameters())
    needed = ("mass", "thickness", "diameter")
    if any(name not in dimensions for name in needed):
        return outcome
    density = relative_density_of_body(
        **{name: dimensions[name] for name in needed},
        crystal_density=Quantity.parse(CRYSTAL_DENSITY),
    )
    record = outcome.record
    return replace(outcome, record=record.model_copy(update={"results": (density, *record.results)}))


def _composition(measurements: Sequence[Measurement]) -> Outcome:
    from kuralab.analysis.composition import CompositionParameters, analyse_composition

    return analyse_composition(
        measurements,
        CompositionParameters.model_validate({"formula": FORMULA, "normalise_to": SCALE}),
    )


def _formula(asked: Sequence[Asked]) -> Composition:
    """The cations of the chemical analysis, or those that were weighed."""
    analysed = _of(asked, ICP)
    if not analysed:
        return Composition.parse(FORMULA)
    found = _composition(analysed[-1:]).record.of("site_stoichiometry")
    amounts = {str(r.conditions["element_symbol"]): r.value or 0.0 for r in found}
    # Copper stands between the sites and is left out of the perovskite's formula.
    cations = "".join(f"{e}{n:.4f}" for e, n in amounts.items() if n > 0.0 and e != "Cu")
    return Composition.parse(cations)


def _thermogram(asked: Sequence[Asked]) -> Outcome:
    from kuralab.analysis.thermogravimetry import (
        ThermogravimetryParameters,
        analyse_thermogravimetry,
    )

    runs = _of(asked, THERMOGRAM)
    if not runs:
        raise InputError("only the empty crucible was weighed")
    return analyse_thermogravimetry(
        runs[-1:], ThermogravimetryParameters.model_validate(_of_balance(asked))
    )


def _of_balance(asked: Sequence[Asked]) -> dict[str, Any]:
    """Options of a thermogram."""
    empty = [one.measurement for one in asked if one.operation == THERMOGRAM and one.empty]
    options: dict[str, Any] = {"composition": _formula(asked), "acceptor": ACCEPTOR}
    loaded = _of(asked, THERMOGRAM)
    if empty and loaded and any(column.name == "mass" for column in loaded[-1].columns):
        # What the blank does not know: the sample's own buoyancy.
        mass = Quantity(value=float(loaded[-1].values("mass", unit="g")[0]), unit="g")
        volume = mass.value / Quantity.parse(CRYSTAL_DENSITY).value
        options["atmosphere"] = "N2"
        options["buoyancy_volume"] = Quantity(value=round(1e3 * volume, 1), unit="mm^3")
    return options | ({"baseline": empty[-1]} if empty else {})


def _voltages(asked: Sequence[Asked]) -> Outcome:
    from kuralab.analysis.emf import EmfParameters, analyse_emf

    return analyse_emf(_of(asked, EMF), EmfParameters())


def _spectrum(asked: Sequence[Asked]) -> Outcome:
    from kuralab.analysis.esr import EsrParameters, analyse_esr

    # One site with distributions of g and A: a search for several takes minutes, and changes them
    # little.
    return analyse_esr(_of(asked, ESR), EsrParameters(model="strain", sites=1))


def _together(asked: Sequence[Asked]) -> Outcome:
    from kuralab.analysis.proton_conduction import (
        ProtonConductionParameters,
        analyse_proton_conduction,
    )

    return analyse_proton_conduction(
        [*_of(asked, THERMOGRAM), *_of(asked, EMF), *_of(asked, CONDUCTIVITY)],
        ProtonConductionParameters.model_validate(_of_balance(asked)),
    )
