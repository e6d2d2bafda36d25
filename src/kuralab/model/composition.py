"""Composition of a material: a formula, a mixture in mol%, or an alloy in wt%."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, final

from pydantic import field_validator, model_serializer, model_validator

from kuralab.errors import InputError
from kuralab.model._base import Record
from kuralab.model._charge import ChargeBalance, charge_balance
from kuralab.model._formula import Basis, Reading, atoms_of_formula, read_composition
from kuralab.units import Quantity

# A label such as 70Li2S-30P2S5 may round its shares.
_LABEL_TOLERANCE: Final = 0.005


@final
class Component(Record):
    """One formula of a mixture and its share in percent of the mixture's basis."""

    formula: str
    share: float = 100.0

    @property
    def elements(self) -> Mapping[str, float]:
        """Atoms of each element in one formula unit."""
        return atoms_of_formula(self.formula)


@final
class Composition(Record):
    """What a material is made of, as a text that was checked; its JSON form is that text.

    Two compositions are equal when phase, label and all amounts agree, however they are written.

    Examples
    --------
    >>> glass = Composition.parse("75Li2S·25P2S5")
    >>> str(glass), dict(glass.elements)
    ('75Li2S-25P2S5', {'Li': 1.5, 'S': 2.0, 'P': 0.5})
    >>> Composition.parse("Li3PS4 (alpha-LPS)").molar_mass
    Quantity(180.033761998 g/mol)
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Composition:
        """Read ``Li7P3S11``, ``54Li3PS4-46LiI`` (mol%), ``Ti-6Al-4V`` (wt%) or ``alpha-MnO2``.

        A label follows after a blank, as in ``Li7P3S11 (70Li2S-30P2S5)``. Where the label is a
        composition itself, both must agree; ``(wt%)`` makes the shares mass percent.

        Raises
        ------
        InputError
            Not a composition; the hint says what to write.
        """
        return cls(text=_checked(text))

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"text": given} if isinstance(given, str) else given

    @field_validator("text")
    @classmethod
    def _normal_form(cls, text: str) -> str:
        try:
            return _checked(text)
        except InputError as error:
            raise ValueError(f"{error.message}. {error.hint}".strip()) from None

    @model_serializer
    def _as_text(self) -> str:
        return self.text

    @property
    def _reading(self) -> Reading:
        return read_composition(self.text)

    @property
    def components(self) -> tuple[Component, ...]:
        """The formulas with their shares in percent; a single formula has 100."""
        return tuple(Component(formula=p.formula, share=p.share) for p in self._reading.parts)

    @property
    def basis(self) -> Basis:
        """Whether the shares are mole or mass percent."""
        return self._reading.basis

    @property
    def phase(self) -> str:
        """The prefix of the formula, such as ``alpha``; empty if there is none."""
        return self._reading.phase

    @property
    def label(self) -> str:
        """What stands in brackets behind the composition; empty if there is nothing."""
        return self._reading.label

    @property
    def elements(self) -> Mapping[str, float]:
        """Atoms of each element, per formula unit or per mole of mixture."""
        return _elements_of(self._reading)

    @property
    def atomic_fractions(self) -> Mapping[str, float]:
        """Share of each element among all atoms; they sum to one."""
        return _fractions_of(self._reading)

    @property
    def molar_mass(self) -> Quantity:
        """Mass of one mole of formula units or of mixture in g/mol (masses from periodictable)."""
        return Quantity(value=float(f"{_mass_of(self.elements):.12g}"), unit="g/mol")

    def oxidation_balance(self, *, tolerance: float = 0.02) -> ChargeBalance | None:
        """Charge balance with common oxidation states; None for elements and intermetallics.

        tolerance: the accepted residual relative to the positive charge; compositions that were
        measured are seldom better than one or two percent.

        Examples
        --------
        >>> Composition.parse("LiCoO2").oxidation_balance()
        ChargeBalance(residual=-1.0, balanced=True, states=({'Li': 1.0, 'Co': 3.0, 'O': -2.0},))
        >>> Composition.parse("LaNi5").oxidation_balance() is None
        True
        """
        moles = _mole_fractions(self._reading)
        return charge_balance(
            zip(moles, (part.atoms for part in self._reading.parts), strict=True), tolerance=tolerance
        )

    def _content(self) -> tuple[Any, ...]:
        reading = self._reading
        parts = sorted(
            (round(part.share, 6), sorted((e, round(n, 9)) for e, n in part.atoms.items()))
            for part in reading.parts
        )
        return reading.phase, reading.label, reading.basis, str(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Composition) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Composition({self.text!r})"


def _checked(text: str) -> str:
    """The normal form of a text whose label, if it is a composition, agrees with it."""
    reading = read_composition(text)
    other = _label_as_composition(reading.label)
    if other is None:
        return reading.text
    ours, theirs = _fractions_of(reading), _fractions_of(other)
    for element in {**ours, **theirs}:
        here, there = ours.get(element, 0.0), theirs.get(element, 0.0)
        if abs(here - there) > _LABEL_TOLERANCE:
            raise InputError(
                f"{text!r} is two compositions: {element} is {here:.3f} of the atoms in the first, "
                f"{there:.3f} in brackets",
                field="composition",
                hint="Correct one of them.",
            )
    return reading.text


def _label_as_composition(label: str) -> Reading | None:
    """The label as a composition; one that starts with a share must be readable as one."""
    try:
        reading = read_composition(label)
    except InputError:
        if re.match(r"[0-9.]+ ?[A-Z(\[].*-", label):
            raise
        return None
    return reading if len(_elements_of(reading)) > 1 else None


def _elements_of(reading: Reading) -> Mapping[str, float]:
    total: dict[str, float] = {}
    for moles, part in zip(_mole_fractions(reading), reading.parts, strict=True):
        for element, amount in part.atoms.items():
            total[element] = total.get(element, 0.0) + moles * amount
    return MappingProxyType({element: round(amount, 12) for element, amount in total.items()})


def _fractions_of(reading: Reading) -> Mapping[str, float]:
    elements = _elements_of(reading)
    total = sum(elements.values())
    return MappingProxyType({element: amount / total for element, amount in elements.items()})


def _mole_fractions(reading: Reading) -> list[float]:
    """Moles of each part in one mole of mixture."""
    if reading.basis == "mol%":
        moles = [part.share for part in reading.parts]
    else:
        moles = [part.share / _mass_of(part.atoms) for part in reading.parts]
    return [amount / sum(moles) for amount in moles]


def _mass_of(atoms: Mapping[str, float]) -> float:
    from periodictable import elements

    return sum(amount * float(elements.symbol(element).mass) for element, amount in atoms.items())
