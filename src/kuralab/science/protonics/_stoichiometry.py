"""From a chemical analysis to sites of a perovskite: what is missing, which acceptors that implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError

CHARGES: Final = {
    "Ba": 2, "Sr": 2, "Ca": 2, "La": 3, "Zr": 4, "Ce": 4, "Ti": 4, "Sn": 4, "Hf": 4, "Y": 3, "Yb": 3,
    "Gd": 3, "Sc": 3, "In": 3, "Dy": 3, "Sm": 3, "Nd": 3, "Er": 3, "Tm": 3, "Ho": 3, "Pr": 4, "Cu": 2,
    "Zn": 2, "Ni": 2, "Co": 2, "Fe": 3,
}  # fmt: skip
"""Usual charges in proton-conducting perovskites."""
_LARGE: Final = ("Ba", "Sr", "Ca", "La")
_MOVABLE: Final = ("Y", "Yb", "Gd", "Sc", "In", "Dy", "Sm", "Nd", "Er", "Tm", "Ho")


@final
@dataclass(frozen=True)
class SiteBalance:
    """amounts: atoms per formula unit by element. a_site and b_site: what stands on each; interstitial:
    what stands on neither. charge_imbalance: sum of cation charges minus 6. acceptors_vacant: acceptor
    content if missing A ions leave vacancies; acceptors_moved: per formula unit of the smaller
    perovskite in which trivalent ions move from B to A until both are equally full; moved: how many."""

    amounts: dict[str, float]
    a_site: float
    b_site: float
    interstitial: float
    charge_imbalance: float
    acceptors_vacant: float
    acceptors_moved: float
    moved: float

    @property
    def missing_a(self) -> float:
        """A ions that a full perovskite of this B content lacks."""
        return self.b_site - self.a_site


def site_balance(
    amounts: Mapping[str, float],
    *,
    normalise_to: tuple[str, float] | None = None,
    interstitial: tuple[str, ...] = (),
) -> SiteBalance:
    """Atoms per formula unit from amounts of elements on any scale.

    normalise_to: an element and how many of its atoms a formula unit has, else the B sites are filled
    to 1; interstitial: elements that stand on neither site, such as "Cu".

    Raises
    ------
    ScienceError
        An amount that is negative or no number, an element without a known charge, nothing on a site,
        or an element to normalise to that is not there.

    Examples
    --------
    The analysis of BaZr0.4Ce0.4Y0.1Yb0.1O3 sintered with 3 mol% CuO:

    >>> found = site_balance(
    ...     {"Ba": 0.81, "Zr": 0.40, "Ce": 0.39, "Y": 0.09, "Yb": 0.11, "Cu": 0.02},
    ...     interstitial=("Cu",),
    ...     normalise_to=("Zr", 0.40),
    ... )
    >>> round(found.missing_a, 2), round(found.charge_imbalance, 2)
    (0.18, -0.58)
    """
    for element, amount in amounts.items():
        if element not in CHARGES:
            raise ScienceError(f"the charge of {element} in a perovskite is not known here")
        if not 0.0 <= amount < float("inf"):
            raise ScienceError(f"the amount of {element} is no positive number: {amount!r}")
    b_elements = [e for e in amounts if e not in _LARGE and e not in interstitial]
    if not any(amounts[e] > 0.0 for e in b_elements) or not any(
        amounts.get(e, 0.0) > 0.0 for e in _LARGE
    ):
        raise ScienceError("a perovskite needs ions on both of its sites")
    if normalise_to is not None:
        element, wanted = normalise_to
        if not amounts.get(element, 0.0) > 0.0:
            raise ScienceError(f"the analysis has no {element} to normalise to")
        factor = wanted / amounts[element]
    else:
        factor = 1.0 / sum(amounts[e] for e in b_elements)
    found = {element: factor * amount for element, amount in amounts.items()}
    a_site = sum(found.get(e, 0.0) for e in _LARGE)
    b_site = sum(found[e] for e in b_elements)
    between = sum(found.get(e, 0.0) for e in interstitial)
    imbalance = sum(CHARGES[e] * amount for e, amount in found.items()) - 6.0
    trivalent = sum(found.get(e, 0.0) for e in _MOVABLE)
    moved = min(max(0.5 * (b_site - a_site), 0.0), trivalent)
    units = 0.5 * (a_site + b_site)
    # On B an acceptor of charge 3 lacks one charge, on A a trivalent ion has one too many.
    on_b = sum((4 - CHARGES[e]) * found[e] for e in b_elements) - moved
    return SiteBalance(
        amounts=found,
        a_site=a_site,
        b_site=b_site,
        interstitial=between,
        charge_imbalance=imbalance,
        acceptors_vacant=max(-imbalance, 0.0),
        acceptors_moved=(on_b - moved - sum(CHARGES[e] * found.get(e, 0.0) for e in interstitial))
        / units,
        moved=moved,
    )


@final
@dataclass(frozen=True)
class BalanceUncertainty:
    """Standard uncertainties of a ``SiteBalance``; covariance (k, k) of the amounts in their order."""

    amounts: dict[str, float]
    covariance: NDArray[np.float64]
    charge_imbalance: float
    missing_a: float
    acceptors_vacant: float
    acceptors_moved: float


def balance_uncertainty(
    amounts: Mapping[str, float],
    stds: Mapping[str, float],
    *,
    normalise_to: tuple[str, float] | None = None,
    interstitial: tuple[str, ...] = (),
) -> BalanceUncertainty:
    """Uncertainties of ``site_balance`` from independent ones of the amounts, to first order.

    The element that sets the scale has none by definition; its own goes to all others, which are
    correlated through it.

    Raises
    ------
    ScienceError
        As ``site_balance``.
    """

    def values(given: Mapping[str, float]) -> NDArray[np.float64]:
        found = site_balance(given, normalise_to=normalise_to, interstitial=interstitial)
        # The unbounded imbalance: at its bound of zero a limit would look certain.
        return np.array(
            [
                *(found.amounts[e] for e in amounts),
                found.charge_imbalance,
                found.missing_a,
                found.acceptors_moved,
            ]
        )

    centre = values(amounts)
    slopes = np.empty((centre.size, len(amounts)))
    for j, (element, amount) in enumerate(amounts.items()):
        step = 1e-5 * (amount or max(amounts.values()))
        slopes[:, j] = (values({**amounts, element: amount + step}) - centre) / step
    spread = np.array([stds[element] for element in amounts])
    covariance = (slopes * spread**2) @ slopes.T
    std = np.sqrt(np.diag(covariance))
    count = len(amounts)
    return BalanceUncertainty(
        amounts=dict(zip(amounts, map(float, std[:count]), strict=True)),
        covariance=covariance[:count, :count],
        charge_imbalance=float(std[count]),
        missing_a=float(std[count + 1]),
        acceptors_vacant=float(std[count]),
        acceptors_moved=float(std[count + 2]),
    )
