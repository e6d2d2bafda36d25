"""Nuclei whose hyperfine lines are resolved, and the constants of the resonance condition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, final

from kuralab.errors import ScienceError

MAGNETON: Final = 13.996244917
"""Bohr magneton over Planck's constant, MHz/mT (CODATA 2022)."""
NUCLEAR_MAGNETON: Final = 7.6225932188e-3
"""Nuclear magneton over Planck's constant, MHz/mT (CODATA 2022)."""
WAVENUMBER: Final = 29979.2458
"""MHz in one cm^-1."""
FREE_ELECTRON: Final = 2.00231930436
"""g factor of the free electron, without its sign."""


@final
@dataclass(frozen=True)
class Nucleus:
    """An isotope: spin I, nuclear g factor, quadrupole moment (barn), its share in the sample.

    largest: MHz, the largest |A| that a fit allows.
    """

    name: str
    spin: float
    g_n: float
    moment: float
    abundance: float
    largest: float


@cache
def _table() -> dict[str, dict[str, dict[str, float]]]:
    import yaml

    text = files("kuralab.science.esr").joinpath("nuclei.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def known_nuclei() -> tuple[str, ...]:
    """Names that ``nuclei_of`` takes: elements, isotopes, and ``none``."""
    return (*_table(), *(isotope for element in _table().values() for isotope in element), "none")


def nuclei_of(name: str) -> tuple[Nucleus, ...]:
    """The isotopes behind a name, the most abundant one first; none for ``none``.

    An element stands for its natural mixture, an isotope (``63Cu``) for itself alone.

    Raises
    ------
    ScienceError
        The name is not in the table.

    Source
    ------
    N. J. Stone, INDC(NDS)-0658 (2014); see ``nuclei.yaml``.

    Examples
    --------
    >>> [nucleus.name for nucleus in nuclei_of("Cu")], nuclei_of("none")
    (['63Cu', '65Cu'], ())
    """
    if name == "none":
        return ()
    for element, isotopes in _table().items():
        if name == element:
            found = [Nucleus(isotope, **values) for isotope, values in isotopes.items()]
            return tuple(sorted(found, key=lambda nucleus: -nucleus.abundance))
        if name in isotopes:
            return (Nucleus(name, **{**isotopes[name], "abundance": 1.0}),)
    raise ScienceError(f"no nucleus {name!r}; known are {', '.join(known_nuclei())}.")
