"""What g and A of Cu2+ say about the atoms around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.esr._nuclei import FREE_ELECTRON, WAVENUMBER

Floats = NDArray[np.float64]

DIPOLAR: Final = 0.036
"""P = g_e g_n muB muN <r^-3> of the free Cu2+ ion, in cm^-1."""
PLANAR: Final = (105.0, 135.0)
"""g/A in cm of square planar sites with four neighbours."""
DISTORTED: Final = 150.0
"""g/A in cm above which four neighbours are bent towards a tetrahedron."""


@final
@dataclass(frozen=True)
class LocalStructure:
    """Derived numbers of a Cu2+ site with standard uncertainties.

    ratio: g_parallel / |A_parallel| in cm; alpha_squared: share of d(x2-y2) in the ground state, 1 for
    an ionic bond, 0.5 for a covalent one; shape: what the ratio says if there are four neighbours.
    """

    ratio: float
    ratio_std: float
    alpha_squared: float
    alpha_squared_std: float
    shape: str


def local_structure(
    *,
    g_parallel: float,
    g_perpendicular: float,
    hyperfine_parallel: float,
    covariance: Floats | None = None,
) -> LocalStructure:
    """g/A and the in-plane covalency of a Cu2+ site with an elongated axis.

        f       = g_p / A
        alpha^2 = A/P + (g_p - g_e) + 3/7 (g_t - g_e) + 0.04

    g_p, g_t: g along and across the axis, A: |A_parallel| in cm^-1, P: 0.036 cm^-1, g_e: free electron.

    Parameters
    ----------
    hyperfine_parallel : MHz, its magnitude; covariance : (3, 3) of g_p, g_t, A (MHz)

    Raises
    ------
    ScienceError
        A is zero, or g along the axis is not the largest: another ground state.

    Source
    ------
    D. Kivelson, R. Neiman, J. Chem. Phys. 35 (1961) 149, doi:10.1063/1.1731880. Their contact term,
    kappa about 0.43, makes 4/7 + kappa one, so that A/P has no factor; the 0.04 absorbs the overlap. f:
    U. Sakaguchi, A. W. Addison, J. Chem. Soc., Dalton Trans. (1979) 600, doi:10.1039/DT9790000600.
    Neither was read; see the page of the technique.

    Examples
    --------
    >>> found = local_structure(g_parallel=2.193, g_perpendicular=2.046, hyperfine_parallel=611.0)
    >>> round(found.ratio, 1), round(found.alpha_squared, 3)
    (107.6, 0.816)
    """
    coupling = abs(hyperfine_parallel) / WAVENUMBER
    if not coupling > 0.0:
        raise ScienceError("without a hyperfine coupling there is no ratio.")
    if not g_parallel > g_perpendicular:
        raise ScienceError("g along the axis must exceed g across it: the formulas are for d(x2-y2).")
    ratio = g_parallel / coupling
    alpha = (
        coupling / DIPOLAR
        + (g_parallel - FREE_ELECTRON)
        + 3.0 / 7.0 * (g_perpendicular - FREE_ELECTRON)
        + 0.04
    )
    spread = np.zeros((3, 3)) if covariance is None else covariance
    of_ratio = np.array([1.0 / coupling, 0.0, -ratio / (coupling * WAVENUMBER)])
    of_alpha = np.array([1.0, 3.0 / 7.0, 1.0 / (DIPOLAR * WAVENUMBER)])
    if ratio > DISTORTED:
        shape = "bent towards a tetrahedron, or more than four neighbours"
    elif PLANAR[0] <= ratio <= PLANAR[1]:
        shape = "planar"
    else:
        shape = "between planar and bent" if ratio > PLANAR[1] else "below the range of planar sites"
    return LocalStructure(
        ratio=float(ratio),
        ratio_std=float(np.sqrt(max(of_ratio @ spread @ of_ratio, 0.0))),
        alpha_squared=float(alpha),
        alpha_squared_std=float(np.sqrt(max(of_alpha @ spread @ of_alpha, 0.0))),
        shape=shape,
    )


@final
@dataclass(frozen=True)
class KnownSite:
    """A measured Cu2+ site: g_parallel, |A_parallel| in 1e-4 cm^-1, and its source."""

    name: str
    site: str
    g: float
    a: float
    source: str


@final
@dataclass(frozen=True)
class KnownField:
    """Ranges of g_parallel and of |A_parallel| in 1e-4 cm^-1 for one kind of site."""

    site: str
    g: tuple[float, float]
    a: tuple[float, float]
    source: str


@cache
def _table() -> dict[str, Any]:
    import yaml

    text = files("kuralab.science.esr").joinpath("copper_sites.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def known_copper_sites() -> tuple[KnownSite, ...]:
    """Measured sites of Cu2+ among oxygen, for the plot of A against g."""
    return tuple(
        KnownSite(one["name"], one["site"], one["g"][0], one["a"], one["source"])
        for one in _table()["points"]
    )


def known_copper_fields() -> tuple[KnownField, ...]:
    """Ranges of g and A for kinds of sites, for the plot of A against g."""
    return tuple(
        KnownField(one["site"], tuple(one["g"]), tuple(one["a"]), one["source"])
        for one in _table()["fields"]
    )
