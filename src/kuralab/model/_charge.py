"""Whether a formula is charge-balanced with common oxidation states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple, final

from kuralab.model._base import Record

_ANION_FORMERS: Final = frozenset(("O", "S", "Se", "Te", "F", "Cl", "Br", "I", "N", "P", "As", "C", "H"))
# Alone with metals, these also sit in interstices without being ions (LaNi5H6, Fe4N).
_INTERSTITIAL: Final = frozenset(("N", "P", "As", "C", "H"))
_ISOTOPES: Final = {"D": "H"}
_MOST_ASSIGNMENTS: Final = 2000


@final
class ChargeBalance(Record):
    """Charge of a composition, in elementary charges per formula unit or mole of mixture.

    ``residual`` is the sum with the usual state of every element. ``balanced`` says whether some
    choice of listed states, or one metal in two states, makes each component neutral.
    ``states`` gives that choice (else the usual states) for each component; a mean state such as
    2.67 means two states.
    """

    residual: float
    balanced: bool
    states: tuple[dict[str, float], ...]


class _Assignment(NamedTuple):
    total: float
    rarity: int
    states: dict[str, float]


@cache
def _common_states() -> dict[str, tuple[int, ...]]:
    import yaml

    text = files("kuralab.model").joinpath("oxidation_states.yaml").read_text("utf-8")
    return {element: tuple(states) for element, states in yaml.safe_load(text).items()}


def charge_balance(
    components: Iterable[tuple[float, Mapping[str, float]]], *, tolerance: float
) -> ChargeBalance | None:
    """Balance of a mixture of (moles, atoms per formula unit); None if nothing in it is ionic.

    tolerance: the accepted residual, relative to the positive charge.
    """
    found = [
        (moles, _balance_of_formula(_without_isotopes(atoms), tolerance)) for moles, atoms in components
    ]
    if all(balance is None for _, balance in found):
        return None
    ionic = [(moles, balance) for moles, balance in found if balance is not None]
    return ChargeBalance(
        residual=round(sum(moles * balance.residual for moles, balance in ionic), 9),
        balanced=all(balance.balanced for _, balance in ionic),
        states=tuple({} if balance is None else balance.states[0] for _, balance in found),
    )


def _balance_of_formula(atoms: Mapping[str, float], tolerance: float) -> ChargeBalance | None:
    common = _common_states()
    anions = _ANION_FORMERS & atoms.keys()
    if len(atoms) < 2 or not anions or not atoms.keys() <= common.keys():
        return None
    usual = {element: float(common[element][0]) for element in atoms}
    residual = sum(amount * usual[element] for element, amount in atoms.items())
    neutral = _neutral_states(atoms, tolerance)
    if neutral is None and anions <= _INTERSTITIAL:
        return None
    states = usual if neutral is None else neutral
    return ChargeBalance(residual=residual, balanced=neutral is not None, states=(states,))


def _neutral_states(atoms: Mapping[str, float], tolerance: float) -> dict[str, float] | None:
    """The most usual neutral choice of one state each; else with one metal in two states."""
    assignments = _assignments(atoms)
    for assignment in assignments:
        positive = sum(atoms[e] * state for e, state in assignment.states.items() if state > 0)
        if positive > 0 and abs(assignment.total) <= tolerance * positive:
            return assignment.states
    for element, states in _common_states().items():
        cationic = [state for state in states if state > 0]
        if element not in atoms or element in _ANION_FORMERS or len(cationic) < 2:
            continue
        others = {e: amount for e, amount in atoms.items() if e != element}
        for assignment in _assignments(others):
            mean = -assignment.total / atoms[element]
            if min(cationic) <= mean <= max(cationic):
                return {**assignment.states, element: round(mean, 4)}
    return None


def _assignments(atoms: Mapping[str, float]) -> list[_Assignment]:
    """Choices of one state for each element, the most usual first; rare ones are dropped."""
    found = [_Assignment(0.0, 0, {})]
    for element, amount in atoms.items():
        longer: dict[float, _Assignment] = {}
        for total, rarity, states in found:
            for rank, state in enumerate(_common_states()[element]):
                new = _Assignment(
                    total + amount * state, rarity + rank, {**states, element: float(state)}
                )
                known = longer.get(round(new.total, 6))
                if known is None or new.rarity < known.rarity:
                    longer[round(new.total, 6)] = new
        found = sorted(longer.values(), key=lambda a: (a.rarity, abs(a.total)))[:_MOST_ASSIGNMENTS]
    return found


def _without_isotopes(atoms: Mapping[str, float]) -> dict[str, float]:
    merged: dict[str, float] = {}
    for element, amount in atoms.items():
        name = _ISOTOPES.get(element, element)
        merged[name] = merged.get(name, 0.0) + amount
    return merged
