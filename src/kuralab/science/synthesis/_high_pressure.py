"""La-Ni alloys in hydrogen at high pressure: which compounds are stable, how far they have grown.

A synthetic model (``la_ni_h.yaml``): its only aim is that a search has something plausible to find.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from kuralab.errors import ScienceError
from kuralab.science.numerics import parameters_from_file

GAS_CONSTANT: Final = 8.314462618e-3
"""kJ/(K mol)"""
MASSES: Final = {"La": 138.90547, "Ni": 58.6934, "H": 1.00794, "D": 2.01410}
"""g/mol"""

RELEASED: Final = {
    "NiH": "Ni",
    "LaNi5H6": "LaNi5",
    "LaNi5H9.2": "LaNi5",
    "LaNi2H5": "LaNi2H3",
    "LaNiH4.5": "LaNiH",
}
"""What is left of a compound at ambient pressure; the others stay as they are."""
RECOVERED_HYDROGEN: Final = {"LaH2": 2.0, "LaH3": 3.0, "LaNi2H3": 3.08, "LaNiH": 1.01}
"""Hydrogen per formula unit of what can be recovered (LaNi2D3.08 and LaNiD1.01: book)."""


@dataclass(frozen=True)
class Compound:
    """One line compound, per mole of formula unit.

    lanthanum, nickel, hydrogen: atoms; enthalpy in kJ/mol and entropy in J/K/mol of formation from
    La(s), Ni(s) and H2 gas at 1 bar; volume in cm3/mol; slow: it has to grow.
    """

    name: str
    lanthanum: float
    nickel: float
    hydrogen: float
    enthalpy: float
    entropy: float
    volume: float
    slow: bool

    @property
    def metals(self) -> float:
        """Metal atoms."""
        return self.lanthanum + self.nickel

    @property
    def share(self) -> float:
        """La / (La + Ni)."""
        return self.lanthanum / self.metals


@dataclass(frozen=True)
class Growth:
    """rate in 1/min at reference_temperature in K; activation_energy in kJ/mol; exponent of Avrami."""

    rate: float
    reference_temperature: float
    activation_energy: float
    exponent: float


@cache
def la_ni_h() -> tuple[Compound, ...]:
    """The compounds of ``la_ni_h.yaml``, where each number has its source."""
    found = parameters_from_file(package="kuralab.science.synthesis", file="la_ni_h.yaml")
    return tuple(
        Compound(
            name=name,
            slow=values["slow"] > 0,
            **{key: value for key, value in values.items() if key != "slow"},
        )
        for name, values in found.items()
    )


@cache
def la_ni_h_growth() -> Growth:
    """The values of ``la_ni_h_growth.yaml``."""
    found = parameters_from_file(package="kuralab.science.synthesis", file="la_ni_h_growth.yaml")
    return Growth(**found["growth"])


def grand_potential(
    compound: Compound, *, pressure: float, temperature: float, hydrogen_potential: float
) -> float:
    """Grand potential of a compound that is open to hydrogen, per mole of metal atoms.

        omega = [dH - T dS + P V - (n_H / 2) mu(H2)] / (n_La + n_Ni)

    dH, dS: of formation from the metals and H2 gas at 1 bar; V: volume; mu: chemical potential of
    H2 relative to the gas at 1 bar and T. Departure: dH, dS and V constant.

    Parameters
    ----------
    pressure : GPa; temperature : K; hydrogen_potential : kJ/mol H2

    Returns
    -------
    float, kJ/mol
    """
    solid = compound.enthalpy - 1e-3 * temperature * compound.entropy + pressure * compound.volume
    return (solid - 0.5 * compound.hydrogen * hydrogen_potential) / compound.metals


def stable_compounds(
    *,
    lanthanum: float,
    pressure: float,
    temperature: float,
    hydrogen_potential: float | None,
    among: Iterable[Compound],
) -> dict[str, float]:
    """The one or two compounds with the lowest grand potential at a composition.

    The lower convex hull of omega against La / (La + Ni), and the lever rule on it.

    Parameters
    ----------
    lanthanum : La / (La + Ni), 0 to 1; pressure : GPa; temperature : K
    hydrogen_potential : kJ/mol H2, None where there is no hydrogen

    Returns
    -------
    dict
        moles of formula units per mole of metal atoms, by name

    Raises
    ------
    ScienceError
        A composition outside 0-1, or one that no two of the compounds enclose.

    Source
    ------
    Phase diagrams open to a gas: S. P. Ong et al., Chem. Mater. 20, 1798 (2008),
    DOI 10.1021/cm702327g.
    """
    if not 0 <= lanthanum <= 1:
        raise ScienceError(f"La/(La+Ni) = {lanthanum:g} is outside 0 to 1.")
    if not (pressure >= 0 and temperature > 0):
        raise ScienceError("pressure and temperature must be positive.")
    allowed = [c for c in among if hydrogen_potential is not None or c.hydrogen == 0]
    omega = {
        c.name: grand_potential(
            c,
            pressure=pressure,
            temperature=temperature,
            hydrogen_potential=hydrogen_potential or 0.0,
        )
        for c in allowed
    }
    best: tuple[float, dict[str, float]] | None = None
    # Some tens of pairs: trying all of them is the hull, and plainer than building it.
    for left in allowed:
        for right in allowed:
            if not left.share <= lanthanum <= right.share:
                continue
            gap = right.share - left.share
            second = (lanthanum - left.share) / gap if gap > 0 else 0.0
            energy = (1.0 - second) * omega[left.name] + second * omega[right.name]
            if best is None or energy < best[0] - 1e-12:
                parts = ((left, 1.0 - second), (right, second))
                best = (energy, {c.name: part / c.metals for c, part in parts if part > 1e-12})
    if best is None:
        raise ScienceError(f"no compounds enclose La/(La+Ni) = {lanthanum:g}.")
    return best[1]


def fraction_grown(*, duration: float, temperature: float, growth: Growth) -> float:
    """Fraction that has transformed into slow compounds.

        f = 1 - exp[-(k t)^n],   k = k_ref exp[-(E / R)(1/T - 1/T_ref)]

    Parameters
    ----------
    duration : min at the temperature; temperature : K

    Source
    ------
    M. Avrami, J. Chem. Phys. 7, 1103 (1939), DOI 10.1063/1.1750380.

    Examples
    --------
    >>> round(fraction_grown(duration=60.0, temperature=1073.15, growth=la_ni_h_growth()), 2)
    0.95
    """
    if not (duration >= 0 and temperature > 0):
        raise ScienceError("a time cannot be negative, a temperature must be positive.")
    inverse = 1.0 / temperature - 1.0 / growth.reference_temperature
    rate = growth.rate * math.exp(-growth.activation_energy / GAS_CONSTANT * inverse)
    return 1.0 - math.exp(-((rate * duration) ** growth.exponent))


def compounds_after_synthesis(
    *,
    lanthanum: float,
    pressure: float,
    temperature: float,
    duration: float,
    hydrogen_potential: float | None,
    compounds: Sequence[Compound],
    growth: Growth,
) -> dict[str, float]:
    """What is there at the end of the hold: known compounds at once, slow ones as far as they grew.

    Parameters
    ----------
    duration : min; the others as in ``stable_compounds``

    Returns
    -------
    dict
        moles of formula units per mole of metal atoms, by name
    """

    def stable(among: Iterable[Compound]) -> dict[str, float]:
        return stable_compounds(
            lanthanum=lanthanum,
            pressure=pressure,
            temperature=temperature,
            hydrogen_potential=hydrogen_potential,
            among=among,
        )

    grown = fraction_grown(duration=duration, temperature=temperature, growth=growth)
    early, late = stable([c for c in compounds if not c.slow]), stable(compounds)
    moles = {name: (1.0 - grown) * amount for name, amount in early.items()}
    for name, amount in late.items():
        moles[name] = moles.get(name, 0.0) + grown * amount
    return {name: amount for name, amount in moles.items() if amount > 0}


def recovered_mass_fractions(
    moles: Mapping[str, float], *, compounds: Iterable[Compound], isotope: str
) -> dict[str, float]:
    """Mass fractions at ambient pressure, after hydrides that do not last have given hydrogen off.

    Parameters
    ----------
    moles : of formula units under pressure, by name; isotope : H or D

    Returns
    -------
    dict
        by the name of what is left (``RELEASED``), summing to one
    """
    known = {c.name: c for c in compounds}
    grams: dict[str, float] = {}
    for name, amount in moles.items():
        compound, left = known[name], RELEASED.get(name, name)
        mass = (
            compound.lanthanum * MASSES["La"]
            + compound.nickel * MASSES["Ni"]
            + RECOVERED_HYDROGEN.get(left, 0.0) * MASSES[isotope]
        )
        grams[left] = grams.get(left, 0.0) + amount * mass
    whole = sum(grams.values())
    return {name: gram / whole for name, gram in grams.items()}
