"""What a composition is like, in numbers: properties of its elements, weighted by stoichiometry."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, unknown_name
from kuralab.model.composition import Composition

Floats = NDArray[np.float64]

PROPERTIES: Final = (
    "atomic_mass",
    "mendeleev_number",
    "period",
    "group",
    "electronegativity",
    "covalent_radius",
    "valence_electrons",
    "ionisation_energy",
    "polarisability",
)
"""Columns of elements.csv; units and sources are in ELEMENTS.md beside it."""

FEATURE_NAMES: Final = (
    *(f"{name}_{kind}" for name in PROPERTIES for kind in ("mean", "spread", "min", "max")),
    "ionic_character_mean",
    "ionic_character_max",
)
"""What :func:`composition_features` gives, in this order."""


@cache
def _table() -> dict[str, Floats]:
    text = files("kuralab.planning").joinpath("elements.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["symbol"]: np.array([float(row[name] or math.nan) for name in PROPERTIES]) for row in rows
    }


def element_property(symbol: str, name: str) -> float | None:
    """One property of one element; None where no value is tabulated.

    Raises
    ------
    InputError
        No such element or property.

    Examples
    --------
    >>> element_property("Li", "electronegativity"), element_property("Ne", "electronegativity")
    (0.98, None)
    """
    if symbol not in _table():
        raise unknown_name(symbol, tuple(_table()), what="element")
    if name not in PROPERTIES:
        raise unknown_name(name, PROPERTIES, what="property")
    value = float(_table()[symbol][PROPERTIES.index(name)])
    return None if math.isnan(value) else value


def composition_features(composition: Composition | str | Mapping[str, float]) -> dict[str, float]:
    """Mean, spread, least and greatest of each element property, and ionic character.

        mean = sum_i x_i p_i        spread = sqrt(sum_i x_i (p_i - mean)^2)
        ionic character of a pair = 1 - exp(-(chi_i - chi_j)^2 / 4)
        its mean = sum_i sum_j x_i x_j (ionic character of i and j)

    x: atomic fraction, p: property, chi: Pauling electronegativity. A mapping gives the amount of each
    element in any common unit.

    Raises
    ------
    InputError
        Not a composition, an unknown element, an amount that is not positive, or an element of
        which a property is not tabulated: nothing is filled in for it.

    Source
    ------
    Statistics over elements: L. Ward et al., npj Comput. Mater. 2, 16028 (2016); spread is here the
    standard deviation. Ionic character: L. Pauling, The Nature of the Chemical Bond, 3rd ed. (1960).

    Examples
    --------
    >>> found = composition_features("Li3PS4")
    >>> round(found["electronegativity_mean"], 4), round(found["ionic_character_max"], 4)
    (1.9312, 0.4727)
    """
    return dict(zip(FEATURE_NAMES, map(float, _features(composition)), strict=True))


def feature_matrix(compositions: Sequence[Composition | str | Mapping[str, float]]) -> Floats:
    """(n, d) features of n compositions, one column for each of ``FEATURE_NAMES``; raises like
    :func:`composition_features`."""
    if not compositions:
        return np.empty((0, len(FEATURE_NAMES)))
    return np.stack([_features(composition) for composition in compositions])


def _features(composition: Composition | str | Mapping[str, float]) -> Floats:
    amounts = _amounts(composition)
    table = _table()
    values = np.stack([table[symbol] for symbol in amounts])
    shares = np.array(list(amounts.values()))
    shares /= shares.sum()
    mean = shares @ values
    # A single element has no spread, whatever the last digit says.
    spread = np.sqrt(shares @ (values - mean) ** 2) if len(amounts) > 1 else np.zeros_like(mean)
    by_property = np.stack([mean, spread, values.min(axis=0), values.max(axis=0)], axis=1)
    chi = values[:, PROPERTIES.index("electronegativity")]
    ionic = -np.expm1(-((chi[:, None] - chi[None, :]) ** 2) / 4)
    return np.concatenate([by_property.ravel(), [shares @ ionic @ shares, ionic.max()]])


def _amounts(composition: Composition | str | Mapping[str, float]) -> Mapping[str, float]:
    if isinstance(composition, str):
        composition = Composition.parse(composition)
    amounts = composition.elements if isinstance(composition, Composition) else composition
    if not amounts:
        raise InputError("a composition without elements has no features", field="composition")
    for symbol, amount in amounts.items():
        if symbol not in _table():
            raise unknown_name(symbol, tuple(_table()), what="element")
        if not (math.isfinite(amount) and amount > 0):
            raise InputError(
                f"the amount of {symbol} is {amount:g}",
                field="composition",
                hint="Give a positive number.",
            )
        for name, value in zip(PROPERTIES, _table()[symbol], strict=True):
            if math.isnan(value):
                raise InputError(
                    f"no {name} is tabulated for {symbol}",
                    field="composition",
                    hint="Leave such candidates out, or describe them by columns of your own.",
                )
    return amounts
