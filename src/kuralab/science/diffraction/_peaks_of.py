"""Where the peaks of a phase lie in a pattern, how wide and how large they are, with all derivatives."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.model import FlightTime, PowderInstrument
from kuralab.science.diffraction._axial import spread
from kuralab.science.diffraction._intensity import (
    cylinder_slopes,
    cylinder_transmission,
    lorentz_polarisation,
    lorentz_polarisation_slope,
)
from kuralab.science.diffraction._voigt import PseudoVoigt, pseudo_voigt

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SCHERRER: Final = 0.9
"""Shape factor of Scherrer's equation."""
_NARROWEST: Final = 1e-4
"""deg^2: nothing is sharper than 0.01 deg."""
_LOWEST: Final = 1e-3
_DEG: Final = 180.0 / np.pi


@final
@dataclass
class Change:
    """How peaks (p,) change with one parameter: area, centre, widths, rise, decay; ``angle`` is the part
    of the centre's change that comes with the true 2theta."""

    area: Floats | float = 0.0
    centre: Floats | float = 0.0
    angle: Floats | float = 0.0
    gauss: Floats | float = 0.0
    lorentz: Floats | float = 0.0
    alpha: Floats | float = 0.0
    beta: Floats | float = 0.0

    def times(self, factor: Floats) -> Change:
        """The change by something of which this is the inner derivative."""
        return Change(
            area=self.area * factor,
            centre=self.centre * factor,
            angle=self.angle * factor,
            gauss=self.gauss * factor,
            lorentz=self.lorentz * factor,
            alpha=self.alpha * factor,
            beta=self.beta * factor,
        )


@final
@dataclass(frozen=True)
class Peaks:
    """p peaks: reflection index, area, centre, FWHM, Lorentzian share; alpha and beta of flight times.

    area : at constant wavelength without the Lorentz and polarisation factor, which belongs to the
    points of the pattern; height : that factor at the centre, 1 for flight times

    ``gradients``: by parameter the derivatives (p,) of area, centre, width, share and, where there are
    any, alpha and beta; ``areas_only`` are those that change nothing else.
    """

    reflection: Integers
    area: Floats
    centre: Floats
    width: Floats
    eta: Floats
    height: Floats
    alpha: Floats | None = None
    beta: Floats | None = None
    gradients: dict[str, tuple[Floats, ...]] = field(default_factory=dict)
    areas_only: frozenset[str] = frozenset()


@final
@dataclass(frozen=True)
class Lattice:
    """What the reflections (n,) of a phase bring.

    strength (n,): multiplicity x |F|^2 x scale x orientation; q (n,): 1/d^2; by name what changes them;
    broadening by size (1/angstrom) and strain.
    """

    q: Floats
    strength: Floats
    strength_by: dict[str, Floats]
    q_by: dict[str, Floats]
    inverse_size: float
    strain: float
    prefix: str


def constant_wavelength(
    lattice: Lattice, instrument: PowderInstrument, own: dict[str, float], *, wanted: frozenset[str]
) -> Peaks:
    """Peaks against 2theta in deg; ``own`` holds the pattern's parameters by name."""
    lines = instrument.lines
    n = len(lattice.q)
    index = np.tile(np.arange(n), len(lines))
    wavelength = np.repeat([line.wavelength for line in lines], n) * own["wavelength"]
    weight = np.repeat([line.weight for line in lines], n)
    sine = 0.5 * wavelength * np.sqrt(lattice.q[index])
    seen = sine < 0.9999
    index, wavelength, weight, sine = index[seen], wavelength[seen], weight[seen], sine[seen]
    theta = np.arcsin(sine)
    tangent, cosine = np.tan(theta), np.cos(theta)
    height = lorentz_polarisation(instrument, theta)
    factor = weight * cylinder_transmission(own["absorption"], theta)
    area = lattice.strength[index] * factor
    centre = 2.0 * theta * _DEG + own["zero"] - own["displacement"] * cosine
    square = own["width.u"] * tangent**2 + own["width.v"] * tangent + own["width.w"]
    # Without a kink where u, v and w make no width, for the sake of the least squares.
    softened = np.sqrt(square**2 + 4.0 * _NARROWEST**2)
    gauss = np.sqrt(0.5 * (square + softened))
    size = _DEG * _SCHERRER * wavelength / cosine
    lorentz = (
        own["width.x"] * tangent
        + own["width.y"] / cosine
        + lattice.inverse_size * size
        + lattice.strain * 4.0 * _DEG * tangent
    )
    lorentz = np.maximum(lorentz, 1e-6)
    half = 0.5 * gauss / softened
    changes = {
        "zero": Change(centre=1.0),
        "displacement": Change(centre=-cosine),
        "absorption": Change(area=area * cylinder_slopes(own["absorption"], theta)[0]),
        "width.u": Change(gauss=half * tangent**2),
        "width.v": Change(gauss=half * tangent),
        "width.w": Change(gauss=half),
        "width.x": Change(lorentz=tangent),
        "width.y": Change(lorentz=1.0 / cosine),
        f"{lattice.prefix}.inverse_size": Change(lorentz=size),
        f"{lattice.prefix}.strain": Change(lorentz=4.0 * _DEG * tangent),
    }
    by_q = wavelength**2 / (8.0 * sine * cosine)
    along = _along_theta(theta, area, half, own, lattice, wavelength)
    changes["wavelength"] = along.times(tangent / own["wavelength"])
    changes["wavelength"].lorentz += lattice.inverse_size * size / own["wavelength"]
    changes |= {name: along.times(by_q * slope[index]) for name, slope in lattice.q_by.items()}
    changes |= {name: Change(area=factor * slope[index]) for name, slope in lattice.strength_by.items()}
    shape = pseudo_voigt(gauss, lorentz)
    s_l, h_l = own["axial.s_l"], own["axial.h_l"]
    chosen = {name: change for name, change in changes.items() if name in wanted}
    whole = _assembled(index, area, centre, shape, chosen, lattice.strength_by.keys(), height=height)
    if s_l + h_l == 0.0:
        return whole
    axial = [name for name in ("axial.s_l", "axial.h_l") if name in wanted]
    found = spread(2.0 * theta * _DEG, shape.width, s_l, h_l, gradient=bool(axial))
    source = found.source
    # What is displaced by its height still has the Lorentz factor of its peak.
    seen_at = theta[source] + 0.5 * found.offset / _DEG
    there = lorentz_polarisation(instrument, np.clip(seen_at, _LOWEST, None))
    ratio = height[source] / there
    steeper = 0.5 / _DEG * lorentz_polarisation_slope(instrument, np.clip(seen_at, _LOWEST, None))
    share = found.share * ratio
    gradients: dict[str, tuple[Floats, ...]] = {
        name: (
            area_by[source] * share,
            centre_by[source] + (chosen[name].angle * np.ones(len(area)))[source] * found.bent,
            width_by[source],
            eta_by[source],
        )
        for name, (area_by, centre_by, width_by, eta_by) in whole.gradients.items()
    }
    still = np.zeros(len(source))
    for column, name in enumerate(("axial.s_l", "axial.h_l")):
        if name in axial:
            gradients[name] = (
                area[source]
                * (
                    ratio * found.share_gradient[:, column]
                    - share * steeper * found.offset_gradient[:, column]
                ),
                found.offset_gradient[:, column],
                still,
                still,
            )
    return Peaks(
        reflection=index[source],
        area=area[source] * share,
        centre=centre[source] + found.offset,
        width=shape.width[source],
        eta=shape.eta[source],
        height=there,
        gradients=gradients,
        areas_only=whole.areas_only,
    )


def _along_theta(
    theta: Floats,
    area: Floats,
    half: Floats,
    own: dict[str, float],
    lattice: Lattice,
    wavelength: Floats,
) -> Change:
    """How a peak changes when theta (rad) does: it moves, and widens and weakens by the way.

    That |F|^2 changes a little with theta is left out.
    """
    tangent, cosine = np.tan(theta), np.cos(theta)
    secant = 1.0 / cosine**2
    weaker = cylinder_slopes(own["absorption"], theta)[1]
    rising = own["width.x"] + lattice.strain * 4.0 * _DEG
    flat = own["width.y"] + lattice.inverse_size * _DEG * _SCHERRER * wavelength
    return Change(
        area=area * weaker,
        centre=own["displacement"] * np.sin(theta),
        angle=2.0 * _DEG,
        gauss=half * (2.0 * own["width.u"] * tangent + own["width.v"]) * secant,
        lorentz=rising * secant + flat * tangent / cosine,
    )


def flight_time(
    lattice: Lattice, flight: FlightTime, own: dict[str, float], *, wanted: frozenset[str]
) -> Peaks:
    """Peaks against time of flight in us; ``own`` holds the pattern's parameters by name."""
    d = 1.0 / np.sqrt(lattice.q)
    # Lorentz factor d^4 sin(theta) of a fixed bank; the incident spectrum is taken as divided out.
    factor = d**4 * np.sin(np.radians(0.5 * flight.angle))
    area = lattice.strength * factor
    centre = own["zero"] + own["difc"] * d + own["difa"] * d * d + own["difb"] / d
    rise = np.maximum(own["alpha0"] + own["alpha1"] / d, 1e-6)
    decay = np.maximum(own["beta0"] + own["beta1"] / d**4, 1e-6)
    variance = own["sigma0"] + own["sigma1"] * d**2 + own["sigma2"] * d**4
    to_width = np.sqrt(8.0 * np.log(2.0))
    gauss = to_width * np.sqrt(np.maximum(variance, 1e-3))
    half = np.where(variance > 1e-3, 0.5 * to_width**2 / gauss, 0.0)
    size, strain = own["difc"] * d * d, 2.0 * own["difc"] * d
    lorentz = own["gamma0"] + own["gamma1"] * d + own["gamma2"] * d * d
    lorentz = np.maximum(lorentz + lattice.inverse_size * size + lattice.strain * strain, 1e-6)
    changes = {
        "zero": Change(centre=1.0),
        "difc": Change(centre=d, lorentz=lattice.inverse_size * d * d + lattice.strain * 2.0 * d),
        "difa": Change(centre=d * d),
        "difb": Change(centre=1.0 / d),
        "alpha0": Change(alpha=1.0),
        "alpha1": Change(alpha=1.0 / d),
        "beta0": Change(beta=1.0),
        "beta1": Change(beta=1.0 / d**4),
        "sigma0": Change(gauss=half),
        "sigma1": Change(gauss=half * d**2),
        "sigma2": Change(gauss=half * d**4),
        "gamma0": Change(lorentz=1.0),
        "gamma1": Change(lorentz=d),
        "gamma2": Change(lorentz=d * d),
        f"{lattice.prefix}.inverse_size": Change(lorentz=size),
        f"{lattice.prefix}.strain": Change(lorentz=strain),
    }
    along = Change(
        area=4.0 * area / d,
        centre=own["difc"] + 2.0 * own["difa"] * d - own["difb"] / d**2,
        gauss=half * (2.0 * own["sigma1"] * d + 4.0 * own["sigma2"] * d**3),
        lorentz=own["gamma1"]
        + 2.0 * own["gamma2"] * d
        + 2.0 * own["difc"] * (lattice.inverse_size * d + lattice.strain),
        alpha=-own["alpha1"] / d**2,
        beta=-4.0 * own["beta1"] / d**5,
    )
    changes |= {name: along.times(-0.5 * d**3 * slope) for name, slope in lattice.q_by.items()}
    changes |= {name: Change(area=factor * slope) for name, slope in lattice.strength_by.items()}
    chosen = {name: change for name, change in changes.items() if name in wanted}
    return _assembled(
        np.arange(len(d)),
        area,
        centre,
        pseudo_voigt(gauss, lorentz),
        chosen,
        lattice.strength_by.keys(),
        height=np.ones(len(d)),
        alpha=rise,
        beta=decay,
    )


def _assembled(
    index: Integers,
    area: Floats,
    centre: Floats,
    shape: PseudoVoigt,
    changes: dict[str, Change],
    areas_only: Set[str],
    *,
    height: Floats,
    alpha: Floats | None = None,
    beta: Floats | None = None,
) -> Peaks:
    n = np.zeros(len(index))
    gradients: dict[str, tuple[Floats, ...]] = {}
    for name, change in changes.items():
        gradients[name] = (
            n + change.area,
            n + change.centre + change.angle,
            change.gauss * shape.width_by_gauss + change.lorentz * shape.width_by_lorentz,
            change.gauss * shape.eta_by_gauss + change.lorentz * shape.eta_by_lorentz,
            n + change.alpha,
            n + change.beta,
        )
        if alpha is None:
            gradients[name] = gradients[name][:4]
    return Peaks(
        reflection=index,
        area=area,
        centre=centre,
        width=shape.width,
        eta=shape.eta,
        height=height,
        alpha=alpha,
        beta=beta,
        gradients=gradients,
        areas_only=frozenset(areas_only & changes.keys()),
    )
