"""Formulas of acceptor-doped perovskites: acceptor content and mass of the dry oxide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kuralab.errors import InputError
from kuralab.model import Composition
from kuralab.science.protonics import CHARGES

_OXYGEN: Final = 15.999
_SAME: Final = 0.02


def composition_of(given: Any) -> Any:
    """A composition from text."""
    if not isinstance(given, str):
        return given
    try:
        return Composition.parse(given)
    except InputError as error:
        raise ValueError(f"{error.message}. {error.hint}".strip()) from None


@dataclass(frozen=True)
class DryOxide:
    """acceptor: S per formula unit ABO3 - S/2; mass of the dry oxide in g/mol."""

    acceptor: float
    mass: float


def dry_oxide(composition: Composition, *, acceptor: float | None = None) -> DryOxide:
    """The oxide without water; S from the charges of the cations, or as given.

    Raises
    ------
    InputError
        A cation without a known charge, no acceptor, or an oxygen content that contradicts the cations.

    Examples
    --------
    >>> found = dry_oxide(Composition.parse("BaZr0.4Ce0.4Y0.1Yb0.1O2.9"))
    >>> round(found.acceptor, 3), round(found.mass, 2)
    (0.2, 302.46)
    """
    cations = {e: n for e, n in composition.elements.items() if e not in ("O", "H")}
    unknown = [element for element in cations if element not in CHARGES]
    if unknown:
        raise InputError(
            f"the charge of {unknown[0]} in a perovskite is not known here",
            field="composition",
            hint='Write the formula with other elements, or give --acceptor "0.2".',
        )
    # A formula of 20 or 40 atoms is brought to one of ABO3.
    units = sum(cations.values()) / 2.0
    if not 0.2 < units < 10.0:
        raise InputError(
            f"{composition} is no perovskite", field="composition", hint="Write it as BaZr0.9Y0.1O2.95."
        )
    written = composition.elements.get("O")
    # Losses of A leave the formula as it was written: only a multiple of it is reduced.
    units = round(units) if units > 1.5 else 1.0
    charge = sum(CHARGES[e] * n for e, n in cations.items()) / units
    by_charge = 6.0 - charge
    found = acceptor if acceptor is not None else by_charge
    if acceptor is None and written is not None:
        by_oxygen = 2.0 * (3.0 - written / units)
        if abs(by_oxygen) > _SAME and abs(by_oxygen - by_charge) > _SAME:
            raise InputError(
                f"the oxygen of {composition} says {by_oxygen:.3g} acceptors per formula unit, "
                f"its cations say {by_charge:.3g}",
                field="composition",
                hint="Correct the formula, or give the acceptor content: --acceptor.",
            )
    if not 0.0 < found < 2.0:
        raise InputError(
            f"{composition} has no acceptors ({found:.3g} per formula unit), so it takes up no water",
            field="composition",
            hint="Write the doped composition, such as BaZr0.9Y0.1O2.95.",
        )
    bare = Composition.parse("".join(f"{e}{n / units:.10g}" for e, n in cations.items()))
    return DryOxide(found, bare.molar_mass.value + (3.0 - 0.5 * found) * _OXYGEN)
