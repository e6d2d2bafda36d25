"""Chemical analyses of perovskites to site occupations, charge balance and what a loss implies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._parameters import Parameters, positive_quantity
from kuralab.analysis._perovskite import composition_of
from kuralab.analysis._protonic_details import ProtonicDetails, SiteDetails
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Composition, Covariance, Kind, Measurement, Result
from kuralab.science.protonics import (
    CHARGES,
    BalanceUncertainty,
    SiteBalance,
    balance_uncertainty,
    site_balance,
)
from kuralab.units import Quantity, dimension_of

_PER_ATOM: Final = ("amount", "mole fraction", "atomic fraction", "concentration", "specific uptake")
_SIGMAS: Final = 2.0
_LARGE: Final = ("Ba", "Sr", "Ca", "La")


@dataclass(frozen=True)
class Scale:
    """An element and how many of its atoms a formula unit has.

    Examples
    --------
    >>> Scale.parse("Zr 0.40")
    Scale(element='Zr', atoms=0.4)
    """

    element: str
    atoms: float

    @classmethod
    def parse(cls, given: Any) -> Any:
        """From text such as "Zr 0.40" or "Zr=0.4"."""
        if not isinstance(given, str):
            return given
        parts = given.replace("=", " ").replace(",", " ").split()
        try:
            element, atoms = parts[0], float(parts[1])
        except (IndexError, ValueError):
            raise ValueError(f"{given!r} is no scale; write 'Zr 0.40'") from None
        if len(parts) != 2 or element not in CHARGES or not 0.0 < atoms < 10.0:
            raise ValueError(f"{given!r} is no scale; write an element and its atoms, such as 'Zr 0.40'")
        return cls(element, atoms)

    def __str__(self) -> str:
        return f"{self.element} {self.atoms:g}"


def _elements(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    found = tuple(part.strip() for part in given.split(",") if part.strip())
    unknown = [element for element in found if element not in CHARGES and element != "none"]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no element with a known charge in a perovskite")
    return tuple(element for element in found if element != "none")


class CompositionParameters(Parameters):
    """Options of ``composition``."""

    formula: Annotated[Composition | None, BeforeValidator(composition_of)] = Field(
        default=None,
        description='What was meant to be made, such as "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"; losses are told '
        "against it.",
    )
    normalise_to: Annotated[Scale | None, BeforeValidator(Scale.parse)] = Field(
        default=None,
        description='Element that sets the scale and its atoms, such as "Zr 0.40"; without it, the '
        "small ions fill their site to 1.",
    )
    interstitial: Annotated[tuple[str, ...], BeforeValidator(_elements)] = Field(
        default=("Cu",),
        description='Elements that stand on neither site; "none" if all do.',
    )
    relative_uncertainty: Annotated[Quantity, positive_quantity("%")] = Field(
        default=Quantity(value=2.0, unit="%"),
        description="Relative standard uncertainty of each amount, where the file has none.",
    )


def analyse_composition(
    measurements: Sequence[Measurement], parameters: CompositionParameters
) -> Outcome:
    """Atoms per formula unit, charge imbalance, and the acceptor content that a loss implies.

    Parameters
    ----------
    measurements : one chemical analysis; parameters : see ``CompositionParameters``

    Returns
    -------
    Outcome
        ``site_stoichiometry`` of each element, with covariance through the common scale, and
        ``charge_imbalance``; notes say what is missing against the formula, and between which acceptor
        contents the oxide then lies.

    Raises
    ------
    InputError
        No chemical analysis, several, an element to normalise to that it lacks, or nothing on a site.
    """
    if len(measurements) != 1:
        raise InputError(
            f"one analysis is taken at a time, {len(measurements)} were given",
            hint="Analyse them singly.",
        )
    measurement = measurements[0]
    amounts, stds, warnings = _amounts(measurement, parameters)
    scale = parameters.normalise_to
    choice: dict[str, Any] = {
        "normalise_to": None if scale is None else (scale.element, scale.atoms),
        "interstitial": tuple(e for e in parameters.interstitial if e in amounts),
    }
    try:
        balance = site_balance(amounts, **choice)
        spread = balance_uncertainty(amounts, stds, **choice)
    except ScienceError as error:
        raise InputError(str(error), file=measurement.raw.name, hint="Check the elements.") from None
    nominal = _nominal(parameters.formula, scale, balance)
    results, covariance = _results(balance, spread, parameters, amounts)
    details = SiteDetails(
        label=measurement.raw.name,
        amounts=balance.amounts,
        stds=spread.amounts,
        nominal=nominal,
        interstitial=choice["interstitial"],
        balance=balance,
    )
    return Outcome(
        record=AnalysisRecord(
            technique="composition",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            warnings=tuple(
                [f"{measurement.raw.name}: {text}" for text in (*measurement.warnings, *warnings)]
            ),
        ),
        protonics=ProtonicDetails(sites=details),
        notes=tuple(_notes(balance, spread, nominal, choice["interstitial"])),
    )


def _amounts(
    measurement: Measurement, parameters: CompositionParameters
) -> tuple[dict[str, float], dict[str, float], list[str]]:
    """Moles on any scale by element, without oxygen, their standard uncertainties, and warnings."""
    import periodictable

    name = measurement.raw.name
    if measurement.kind is not Kind.COMPOSITION:
        raise InputError(
            f"holds a {measurement.kind.value}, no chemical analysis",
            file=name,
            hint="Name a table of elements and amounts.",
        )
    unit = next(c.unit for c in measurement.columns if c.name == "amount")
    per_atom = dimension_of(unit) in _PER_ATOM
    values = np.asarray(measurement.values("amount"))
    known = any(column.name == "amount_uncertainty" for column in measurement.columns)
    stds = (
        measurement.values("amount_uncertainty")
        if known
        else 0.01 * parameters.relative_uncertainty.value * values
    )
    amounts, spread, warnings = {}, {}, []
    for number, value, std in zip(measurement.values("atomic_number"), values, stds, strict=True):
        element = periodictable.elements[int(number)]
        factor = 1.0 if per_atom else 1.0 / float(element.mass)
        if element.symbol == "O":
            warnings.append("oxygen was left out: the cations' charges say how much there is")
        elif element.symbol not in CHARGES:
            warnings.append(
                f"{element.symbol} was left out: its charge in a perovskite is not known here"
            )
        else:
            amounts[element.symbol] = factor * float(value)
            spread[element.symbol] = factor * float(std)
    return amounts, spread, warnings


def _nominal(
    formula: Composition | None, scale: Scale | None, balance: SiteBalance
) -> dict[str, float] | None:
    """The formula's cations on the scale of the analysis."""
    if formula is None:
        return None
    cations = {e: n for e, n in formula.elements.items() if e not in ("O", "H")}
    if scale is not None and cations.get(scale.element, 0.0) > 0.0:
        factor = scale.atoms / cations[scale.element]
    else:
        small = sum(n for e, n in cations.items() if e not in _LARGE)
        factor = balance.b_site / small if small > 0.0 else 1.0
    return {e: factor * n for e, n in cations.items()}


def _results(
    balance: SiteBalance,
    spread: BalanceUncertainty,
    parameters: CompositionParameters,
    amounts: dict[str, float],
) -> tuple[list[Result], list[Covariance]]:
    scale = parameters.normalise_to
    basis = "small ions fill their site to 1" if scale is None else f"{scale} by definition"
    results = []
    for element in amounts:
        conditions: dict[str, Quantity | str] = {"element_symbol": element}
        conditions["site"] = _site(element, parameters.interstitial)
        results.append(
            Result(
                quantity="site_stoichiometry",
                value=balance.amounts[element],
                uncertainty=spread.amounts[element],
                unit="",
                method=f"amounts over that of the scale: {basis}",
                conditions=conditions,
                input=(0,),
            )
        )
    covariance = [
        Covariance(results=(i, j), value=float(spread.covariance[i, j]))
        for i in range(len(amounts))
        for j in range(i)
        if spread.covariance[i, j] != 0.0
    ]
    results.append(
        Result(
            quantity="charge_imbalance",
            value=balance.charge_imbalance,
            uncertainty=spread.charge_imbalance,
            unit="",
            method="charges of all cations minus 6; negative: acceptors, if oxygen vacancies balance",
            conditions={"scale": basis},
            input=(0,),
        )
    )
    return results, covariance


def _site(element: str, interstitial: Sequence[str]) -> str:
    if element in interstitial:
        return "interstitial"
    return "A" if element in _LARGE else "B"


def _notes(
    balance: SiteBalance,
    spread: BalanceUncertainty,
    nominal: dict[str, float] | None,
    interstitial: Sequence[str],
) -> list[str]:
    notes = []
    for element, wanted in (nominal or {}).items():
        found = balance.amounts.get(element, 0.0)
        std = spread.amounts.get(element, 0.0)
        if abs(found - wanted) > _SIGMAS * std and abs(found - wanted) > 0.005:
            apart = f"{abs(found - wanted):.2f} ({100 * abs(found / wanted - 1):.0f} %)"
            if found > wanted:
                verdict = f"{apart} more"
            else:
                verdict = f"{apart} is missing" + (f", {element} loss" if element in _LARGE else "")
            notes.append(f"{element} {_pm(found, std)} where the formula has {wanted:.2f}: {verdict}.")
    added = [e for e in balance.amounts if e in interstitial and balance.amounts[e] > 0.0]
    if added:
        listed = ", ".join(f"{e} {balance.amounts[e]:.3f}" for e in added)
        notes.append(f"{listed} counted as interstitial: it stands on neither site.")
    if balance.missing_a > _SIGMAS * spread.missing_a:
        notes.append(
            f"The A site lacks {_pm(balance.missing_a, spread.missing_a)} ions. If they leave vacancies "
            f"that oxygen vacancies balance, the acceptor content is "
            f"{_pm(balance.acceptors_vacant, spread.acceptors_vacant)} per formula unit; if trivalent "
            f"ions move from B to A until both are equally full ({balance.moved:.2f} of them), "
            f"{_pm(balance.acceptors_moved, spread.acceptors_moved)}"
            + (" (none is left)" if balance.acceptors_moved < spread.acceptors_moved else "")
            + ". The oxide lies between: give thermogravimetry an --acceptor from this range."
        )
    return notes


def _pm(value: float, std: float) -> str:
    places = 2 if std >= 0.01 else 3
    return f"{value:.{places}f} ± {std:.{places}f}".replace("-", "−")
