"""What a fit may vary: the kinds of site, their parameters, and a spectrum's dependence on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.esr._nuclei import Nucleus
from kuralab.science.esr._powder import Harmonic, powder_spectrum
from kuralab.science.esr._site import Site

Floats = NDArray[np.float64]
Kind = Literal["isotropic", "axial", "hyperfine"]


@final
@dataclass(frozen=True)
class Parameter:
    """A parameter of a site: unit, bounds, step of its numerical derivative, size of a usual change."""

    unit: str
    low: float
    high: float
    step: float
    scale: float


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "g": Parameter("", 0.3, 15.0, 1e-6, 0.01),
    "g_parallel": Parameter("", 0.3, 15.0, 1e-6, 0.01),
    "g_perpendicular": Parameter("", 0.3, 15.0, 1e-6, 0.01),
    "hyperfine_parallel": Parameter("MHz", 0.0, 3000.0, 0.02, 20.0),
    "hyperfine_perpendicular": Parameter("MHz", 0.0, 3000.0, 0.02, 20.0),
    "gaussian": Parameter("mT", 0.0, 300.0, 2e-3, 1.0),
    "lorentzian": Parameter("mT", 0.0, 300.0, 2e-3, 1.0),
    "g_strain_parallel": Parameter("", 0.0, 0.5, 1e-5, 0.005),
    "g_strain_perpendicular": Parameter("", 0.0, 0.5, 1e-5, 0.005),
    "hyperfine_strain_parallel": Parameter("MHz", 0.0, 300.0, 0.05, 10.0),
    "hyperfine_strain_perpendicular": Parameter("MHz", 0.0, 300.0, 0.05, 10.0),
    "strain_correlation": Parameter("", -1.0, 1.0, 1e-3, 0.3),
    "superhyperfine": Parameter("MHz", 0.0, 150.0, 0.05, 10.0),
}


_NARROWEST: Final = 0.01
_WORDS: Final = {"isotropic": "isotropic line", "axial": "axial g", "hyperfine": "axial g and A"}


@final
@dataclass(frozen=True)
class Model:
    """A model of a spectrum: the kind of each site.

    strain: g and A have distributions, correlated with one another; ligands: equivalent 14N at
    the sites with hyperfine coupling.

    Examples
    --------
    >>> str(Model(("hyperfine", "isotropic"))), str(Model(("hyperfine",), ligands=4))
    ('axial g and A + isotropic line', 'axial g and A, 4 14N')
    """

    kinds: tuple[Kind, ...]
    strain: bool = False
    ligands: int = 0

    def __str__(self) -> str:
        name = " + ".join(_WORDS[kind] for kind in self.kinds)
        if self.ligands:
            name += f", {self.ligands} 14N"
        return f"{name}, strain" if self.strain else name

    def names(self, number: int) -> tuple[str, ...]:
        """The parameters of one site, counted from 0."""
        kind = self.kinds[number]
        if kind == "isotropic":
            return ("g", "gaussian", "lorentzian")
        found = ["g_parallel", "g_perpendicular"]
        if kind == "hyperfine":
            found += ["hyperfine_parallel", "hyperfine_perpendicular"]
        found += ["gaussian", "lorentzian"]
        if self.strain:
            found += ["g_strain_parallel", "g_strain_perpendicular"]
            if kind == "hyperfine":
                found += ["hyperfine_strain_parallel", "hyperfine_strain_perpendicular"]
                found += ["strain_correlation"]
        if self.ligands and kind == "hyperfine":
            found += ["superhyperfine"]
        return tuple(found)

    @property
    def all_names(self) -> tuple[str, ...]:
        """The parameters of all sites, one after the other."""
        return tuple(name for number in range(len(self.kinds)) for name in self.names(number))

    def split(self, values: Floats) -> list[Floats]:
        """The values of each site."""
        ends = np.cumsum([len(self.names(number)) for number in range(len(self.kinds))])
        return np.split(values, ends[:-1])

    def site(self, number: int, values: Sequence[float] | Floats) -> Site:
        """A site from its values, in the order of ``names``; widths have a floor."""
        v = dict(zip(self.names(number), map(float, values), strict=True))
        if v["gaussian"] + v["lorentzian"] < _NARROWEST:
            v["gaussian"] = _NARROWEST
        return Site.axial(
            g_parallel=v["g"] if "g" in v else v["g_parallel"],
            g_perpendicular=v["g"] if "g" in v else v["g_perpendicular"],
            hyperfine_parallel=v.get("hyperfine_parallel", 0.0),
            hyperfine_perpendicular=v.get("hyperfine_perpendicular", 0.0),
            gaussian=v["gaussian"],
            lorentzian=v["lorentzian"],
            superhyperfine=v.get("superhyperfine", 0.0),
            ligands=self.ligands if "superhyperfine" in v else 0,
            g_strain=(v.get("g_strain_perpendicular", 0.0), v.get("g_strain_parallel", 0.0)),
            hyperfine_strain=(
                v.get("hyperfine_strain_perpendicular", 0.0),
                v.get("hyperfine_strain_parallel", 0.0),
            ),
            strain_correlation=v.get("strain_correlation", 0.0),
        )


@final
@dataclass(frozen=True)
class Axis:
    """Where and how a spectrum is computed: field (n,) mT, frequency (GHz), harmonic, isotopes.

    knots: orientations from the axis to the plane; None for as many as the line widths need.
    """

    field: Floats
    frequency: float
    harmonic: Harmonic
    nuclei: tuple[Nucleus, ...]
    knots: int | None = None

    def spectrum(self, model: Model, number: int, values: Sequence[float] | Floats) -> Floats:
        """(n,) spectrum of one site."""
        return powder_spectrum(
            field=self.field,
            frequency=self.frequency,
            site=model.site(number, values),
            nuclei=self.nuclei if model.kinds[number] == "hyperfine" else (),
            harmonic=self.harmonic,
            knots=self.knots,
        )

    def gradient(self, model: Model, number: int, values: Floats, at: Floats) -> Floats:
        """(n, k) derivatives of a site's spectrum ``at`` these values, by differences."""
        columns = []
        for i, name in enumerate(model.names(number)):
            known = PARAMETERS[name]
            step = known.step if values[i] + known.step <= known.high else -known.step
            moved = values.copy()
            moved[i] += step
            columns.append((self.spectrum(model, number, moved) - at) / step)
        return np.column_stack(columns)
