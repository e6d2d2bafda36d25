"""How strongly atoms scatter: X-ray form factors with anomalous dispersion, neutron lengths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError

Floats = NDArray[np.float64]
Radiation = Literal["xray", "neutron", "tof"]

_SYMBOL: Final = re.compile(r"(?P<mass>\d*)(?P<element>[A-Z][a-z]?)(?P<charge>\d*[+-]|[+-]\d*)?")
HC: Final = 12398.419843
"""Planck's constant times the speed of light, eV angstrom (CODATA 2018)."""


def scatterer(symbol: str) -> tuple[Any, str, str]:
    """periodictable's atom (element or isotope), the element's symbol and the charge ("2+" or "").

    Raises
    ------
    ScienceError
        No element has that symbol.
    """
    import periodictable

    match = _SYMBOL.fullmatch(symbol.strip())
    if match is None:
        raise ScienceError(f"{symbol!r} is no element, isotope or ion")
    mass, element = match["mass"], match["element"]
    charge = match["charge"] or ""
    if charge and not charge[-1].isdigit():
        charge = f"{charge[:-1] or '1'}{charge[-1]}"
    elif charge:
        charge = f"{charge[1:]}{charge[0]}"
    if element in {"D", "T"}:
        return getattr(periodictable, element), "H", charge
    try:
        atom = periodictable.elements.symbol(element)
        return (atom[int(mass)] if mass else atom), element, charge
    except (KeyError, ValueError):
        raise ScienceError(f"there is no element or isotope {symbol!r}") from None


@lru_cache(maxsize=512)
def neutron_length(symbol: str) -> float:
    """Coherent scattering length b in fm, of the isotope where one is named.

    Sears, Neutron News 3 (1992) 26, as maintained in periodictable; imaginary parts are left out.

    Raises
    ------
    ScienceError
        No such atom, or no length is known for it.
    """
    atom, _, _ = scatterer(symbol)
    length = atom.neutron.b_c
    if length is None:
        raise ScienceError(f"no neutron scattering length is known for {symbol!r}")
    return float(length)


@lru_cache(maxsize=512)
def _form_factor(symbol: str) -> Any:
    from periodictable import cromermann

    _, element, charge = scatterer(symbol)
    for name in (f"{element}{charge}", element):
        try:
            return cromermann.getCMformula(name)
        except KeyError:
            continue
    raise ScienceError(f"no X-ray form factor is known for {symbol!r}")


def form_factor(symbol: str, s: Floats) -> Floats:
    """(n,) f0 in electrons at s = sin(theta)/lambda (n,) in 1/angstrom.

    Waasmaier & Kirfel, Acta Cryst. A51 (1995) 416, as in periodictable; an ion without an entry is
    taken as the neutral atom.

    Raises
    ------
    ScienceError
        No such element.
    """
    entry = _form_factor(symbol)
    return np.asarray(entry.c + np.exp(-np.outer(s * s, entry.b)) @ entry.a)


@lru_cache(maxsize=512)
def anomalous(symbol: str, wavelength: float) -> tuple[float, float]:
    """f' and f'' in electrons at a wavelength in angstrom.

    Cromer & Liberman, Acta Cryst. A37 (1981) 267, by gemmi. Hydrogen to lithium have none.
    """
    import gemmi

    atom, element, _ = scatterer(symbol)
    number = getattr(atom, "number", 0) or gemmi.Element(element).atomic_number
    if number < 3:
        return 0.0, 0.0
    real, imaginary = gemmi.cromer_liberman(z=number, energy=HC / wavelength)
    return float(real), float(imaginary)


def atomic_mass(symbol: str) -> float:
    """g/mol, of the isotope where one is named."""
    atom, _, _ = scatterer(symbol)
    return float(atom.mass)


def amplitudes(
    symbols: tuple[str, ...], *, radiation: Radiation, s: Floats, wavelength: float | None
) -> tuple[Floats, Floats]:
    """(k, n) real and imaginary scattering amplitudes of k kinds of atoms at s (n,) in 1/angstrom.

    X-rays in electrons, with anomalous dispersion where a wavelength (angstrom) is given; neutrons
    in fm.
    """
    real = np.empty((len(symbols), len(s)))
    imaginary = np.zeros_like(real)
    for row, symbol in enumerate(symbols):
        if radiation != "xray":
            real[row] = neutron_length(symbol)
            continue
        real[row] = form_factor(symbol, s)
        if wavelength is not None:
            f1, f2 = anomalous(symbol, wavelength)
            real[row] += f1
            imaginary[row] = f2
    return real, imaginary
