"""The true state of a La-Ni alloy or hydride, and the crystals that it truly consists of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, final

from numpy.random import Generator

from kuralab.analysis.structures import structure_named
from kuralab.errors import InputError
from kuralab.model import Cell, Crystal, Site
from kuralab.model.composition import Composition
from kuralab.science.numerics import parameters_from_file
from kuralab.science.synthesis import la_ni_h, recovered_mass_fractions, stable_compounds

HYDRIDE_OPERATIONS: Final = (
    "high_pressure_synthesis",
    "x_ray_pattern",
    "neutron_pattern",
    "hydrogen_isotherm",
    "split",
    "hold",
)
"""What the twins know of La-Ni."""

CRYSTALS: Final = {
    "LaH2": "LaD2",
    "LaH3": "LaD3",
    "LaNi2H3": "LaNi2D3.08",
    "LaNiH": "LaNiD1.01",
}
"""Names of structures; compounds that are not here have their own."""

FOREIGN: Final = Crystal(
    name="MgO",
    cell=Cell(a=4.2112, b=4.2112, c=4.2112),
    space_group="F m -3 m",
    sites=(
        Site(label="Mg", scatterer="Mg", position=(0.0, 0.0, 0.0)),
        Site(label="O", scatterer="O", position=(0.5, 0.5, 0.5)),
    ),
)
"""The pressure medium; no list of candidates has it. Cell: recalled."""

_ROOM: Final = 298.15
_LENGTHS: Final = {"H": -3.7390, "D": 6.671}
"""fm, as in science.diffraction."""


@cache
def hydride_prior() -> Mapping[str, Mapping[str, float]]:
    """The values of ``hydride_prior.yaml``, where each one has its source."""
    return parameters_from_file(package="kuralab.instruments.twins", file="hydride_prior.yaml")


@final
@dataclass(frozen=True)
class TrueHydride:
    """Alloy or recovered hydride.

    lanthanum: La/(La+Ni); phases: mass fractions of compounds, without what is foreign; isotope: H
    or D; strain: relative change of all cells; microstrain: relative; texture: March-Dollase ratio
    along c; foreign: mass fraction of MgO; shift: of D's coordinate x in LaNi2D3.08; pressed: it
    has been in a press.
    """

    lanthanum: float
    phases: Mapping[str, float]
    isotope: str = "D"
    strain: float = 0.0
    microstrain: float = 0.0
    texture: float = 1.0
    foreign: float = 0.0
    shift: float = 0.0
    pressed: bool = False

    def crystals(self, *, neutrons: bool) -> list[tuple[Crystal, float]]:
        """What a diffractometer sees, each with its mass fraction."""
        seen = [(self._crystal(name, neutrons), share) for name, share in self.phases.items()]
        parts = [(crystal, share * (1.0 - self.foreign)) for crystal, share in seen]
        return [*parts, (FOREIGN, self.foreign)] if self.foreign > 0 else parts

    def _crystal(self, name: str, neutrons: bool) -> Crystal:
        found = structure_named(CRYSTALS.get(name, name))
        sites = [self._site(site, found.name, neutrons) for site in found.sites]
        if found.name == "LaNi2D3.08":
            extra = Site(
                label="D2",
                scatterer="D",
                position=(0.36, 0.03, 0.12),
                occupancy=hydride_prior()["press"]["excess_occupancy"],
                b_iso=1.5,
            )
            sites.append(self._site(extra, "", neutrons))
        cell = found.cell
        stretch = 1.0 + self.strain
        return found.model_copy(
            update={
                "sites": tuple(sites),
                "cell": cell.model_copy(
                    update={"a": cell.a * stretch, "b": cell.b * stretch, "c": cell.c * stretch}
                ),
            }
        )

    def _site(self, site: Site, crystal: str, neutrons: bool) -> Site:
        if site.scatterer != "D":
            return site
        x, y, z = site.position
        if crystal == "LaNi2D3.08":
            x += self.shift
        update: dict[str, object] = {"position": (x, y, z), "b_iso": 1.2}
        if self.isotope == "H":
            update["scatterer"] = "H"
        elif neutrons:
            # Some protium is left in deuterium and takes from its scattering length.
            pure = hydride_prior()["press"]["deuterium"]
            mixed = pure * _LENGTHS["D"] + (1.0 - pure) * _LENGTHS["H"]
            update["occupancy"] = site.occupancy * mixed / _LENGTHS["D"]
        return site.model_copy(update=update)


def lanthanum_of_composition(text: str) -> float:
    """La/(La+Ni) of an alloy that can be melted: between Ni and LaNi.

    Raises
    ------
    InputError
        No composition, other elements, or more La than Ni.

    Examples
    --------
    >>> lanthanum_of_composition("La2Ni3"), lanthanum_of_composition("25La-75Ni")
    (0.4, 0.25)
    """
    elements = Composition.parse(text).elements
    whole = sum(elements.values())
    share = elements.get("La", 0.0) / whole if whole > 0 else 0.0
    if set(elements) - {"La", "Ni"} or not 0.0 < share <= 0.5:
        raise InputError(
            f"{text} is no alloy of La and Ni with at most 50 at% of La",
            field="composition",
            hint="Write an alloy such as La2Ni3 or 40La-60Ni.",
        )
    return round(share, 9)


def alloy(share: float, generator: Generator) -> TrueHydride:
    """A crushed alloy near a composition: what is stable without hydrogen at ambient pressure."""
    values = hydride_prior()["alloy"]
    true = min(max(share + values["share_scatter"] * float(generator.normal()), 0.01), 0.5)
    compounds = la_ni_h()
    moles = stable_compounds(
        lanthanum=true,
        pressure=1e-4,
        temperature=_ROOM,
        hydrogen_potential=None,
        among=[c for c in compounds if not c.slow],
    )
    return TrueHydride(
        lanthanum=true,
        phases=recovered_mass_fractions(moles, compounds=compounds, isotope="D"),
        microstrain=values["microstrain"],
        texture=values["texture"],
    )


def recovered(
    before: TrueHydride, phases: Mapping[str, float], isotope: str, generator: Generator
) -> TrueHydride:
    """What comes out of a press: its phases with the traces that the press leaves."""
    values = hydride_prior()["press"]
    draw = generator.normal(size=2)

    def uniform(name: str) -> float:
        return float(generator.uniform(values[f"{name}_low"], values[f"{name}_high"]))

    return replace(
        before,
        phases=dict(phases),
        isotope=isotope,
        strain=float(values["strain"] * draw[0]),
        shift=float(values["position_scatter"] * draw[1]),
        microstrain=uniform("microstrain"),
        texture=uniform("texture"),
        foreign=uniform("foreign"),
        pressed=True,
    )


def rate_at(rate: float, *, at: float, reference: float, scale: float, most: float = 0.5) -> float:
    """A share of failures that grows exponentially, up to the most."""
    return min(rate * math.exp((at - reference) / scale), most)
