"""Powders with a known truth, for the benchmark of coverage: patterns as instruments write them.

Matched: the refinement's own profile and background, no impurity. As it is: the twins. Every seed is a
powder of its own, measured with X-rays and with neutrons; truths come from a prior.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis import Outcome
from kuralab.analysis.structures import structure_named
from kuralab.clock import keyed_generator
from kuralab.formats import read
from kuralab.instruments import Order, OrderedSample
from kuralab.instruments.twins import MODELS
from kuralab.instruments.twins._hydride import CRYSTALS, TrueHydride, hydride_prior
from kuralab.instruments.twins._model import Happening
from kuralab.instruments.twins._pattern_file import pattern_file
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model import Crystal, Line, PowderInstrument, Resolution
from kuralab.model.facility import Instrument
from kuralab.science.diffraction import cell_volume, phase_mass, phase_of, simulate_pattern
from kuralab.units import Quantity
from kuralab.workflows._pattern_analysis import AskedPattern, checked_pattern, refined_patterns

HYDRIDE: Final = "LaNi2D3.08"
PHASES: Final = ("LaNi2H3", "LaH3", "LaNi5")
START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
X_RAYS: Final = PowderInstrument(
    radiation="xray",
    lines=(Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5)),
    resolution=Resolution(u=0.02, v=-0.01, w=0.006, x=0.05, y=0.03),
)
NEUTRONS: Final = PowderInstrument(
    radiation="neutron",
    lines=(Line(wavelength=1.494),),
    resolution=Resolution(u=0.18, v=-0.20, w=0.13, x=0.05, y=0.02),
)
_PEAK: Final = {"xray": 5000.0, "neutron": 4000.0}
_FLAT: Final = {"xray": 80.0, "neutron": 280.0}


class Powder(NamedTuple):
    """X-ray and neutron file, and the truth: cell of the hydride in angstrom, mass fractions by
    crystal among the phases that are looked for (1), coordinate x of its deuterium."""

    files: tuple[tuple[str, bytes], tuple[str, bytes]]
    a: float
    c: float
    fractions: Mapping[str, float]
    x: float


def matched(seed: int) -> Powder:
    """Patterns that the refinement could have drawn itself."""
    hydride, rng = _hydride(seed, "matched"), keyed_generator(seed, "coverage", "matched", "patterns")
    phases = [_moved(hydride, name) for name in PHASES]
    shares = [hydride.phases[name] for name in PHASES]
    files = []
    for instrument, angles in (
        (X_RAYS, np.arange(15.0, 90.001, 0.02)),
        (NEUTRONS, np.arange(10.0, 150.001, 0.05)),
    ):
        kind = instrument.radiation
        scale = {
            f"{c.name}.scale": share / (phase_mass(c) * cell_volume(c.cell))
            for c, share in zip(phases, shares, strict=True)
        }
        shift = "displacement" if kind == "xray" else "zero"
        usual = {**scale, shift: float(0.02 * rng.normal())}
        made = [phase_of(crystal) for crystal in phases]
        unit = simulate_pattern(angles, made, instrument, parameters=usual)
        factor = _PEAK[kind] / unit.max()
        flat = _FLAT[kind]
        rate = factor * unit + flat * (1.0 + 0.3 * np.exp(-angles / 40.0))
        files.append(_file(kind, angles, rng.poisson(rate)))
    return _powder(hydride, (files[0], files[1]))


def as_it_is(seed: int) -> Powder:
    """What the twins of diffractometer and beam time write of the same powder."""
    hydride = _hydride(seed, "as it is")
    sample = TrueSample("s/a", 0.0, 0.2, "powder", 1.0, 0.0, hydride=hydride)
    files = []
    for driver, operation, asked in (
        (
            "powder_diffractometer",
            "x_ray_pattern",
            {"two_theta_high": Quantity(value=90.0, unit="deg")},
        ),
        ("neutron_beam", "neutron_pattern", {"duration": Quantity(value=12.0, unit="h")}),
    ):
        instrument = Instrument(name=driver, station="s", driver=driver, capabilities=())
        model = MODELS[driver](Settings(instrument))
        order = Order(
            key=f"{operation}-{seed}",
            operation=operation,
            parameters=dict(asked),
            samples=(OrderedSample(identity="s/a"),),
        )
        outcome = model.outcome(order, [sample], Happening(driver, seed, START))
        files.append(outcome.files["s/a"])
    return _powder(hydride, (files[0], files[1]))


def analysed(powder: Powder, *, neutrons: bool) -> Outcome | None:
    """As a run is analysed, by X-rays alone or jointly."""
    asked = []
    operations = ("x_ray_pattern", "neutron_pattern") if neutrons else ("x_ray_pattern",)
    with tempfile.TemporaryDirectory() as folder:
        for operation, (name, content) in zip(operations, powder.files, strict=False):
            path = Path(folder) / name
            path.write_bytes(content)
            (measurement,) = read(path)
            asked.append(AskedPattern(measurement, operation, {"structures": "la_ni_d+la_ni_d_new"}))
    return refined_patterns(asked, [checked_pattern(one) for one in asked])


def _hydride(seed: int, tier: str) -> TrueHydride:
    rng, values = keyed_generator(seed, "coverage", tier, "powder"), hydride_prior()["press"]
    much = float(rng.uniform(0.55, 0.85))
    rest = float(rng.uniform(0.4, 0.8))
    twin = tier != "matched"
    return TrueHydride(
        lanthanum=0.36,
        phases=dict(zip(PHASES, (much, (1.0 - much) * rest, (1.0 - much) * (1.0 - rest)), strict=True)),
        strain=float(values["strain"] * rng.normal()),
        shift=float(values["position_scatter"] * rng.normal()),
        microstrain=float(rng.uniform(values["microstrain_low"], values["microstrain_high"])),
        texture=float(rng.uniform(values["texture_low"], values["texture_high"])) if twin else 1.0,
        foreign=float(rng.uniform(values["foreign_low"], values["foreign_high"])) if twin else 0.0,
        pressed=True,
    )


def _moved(hydride: TrueHydride, name: str) -> Crystal:
    """The candidate's structure at the true cell and coordinate, without what no candidate has."""
    found, stretch = structure_named(CRYSTALS.get(name, name)), 1.0 + hydride.strain
    cell = found.cell.model_copy(
        update={edge: getattr(found.cell, edge) * stretch for edge in ("a", "b", "c")}
    )
    sites = tuple(
        site.model_copy(update={"position": (site.position[0] + hydride.shift, *site.position[1:])})
        if found.name == HYDRIDE and site.scatterer == "D"
        else site
        for site in found.sites
    )
    return found.model_copy(update={"cell": cell, "sites": sites})


def _file(kind: str, angles: NDArray[np.float64], counts: NDArray[np.int64]) -> tuple[str, bytes]:
    wavelengths = "1.540593, 1.544427" if kind == "xray" else "1.494"
    what = f"CuKa, wavelengths {wavelengths}" if kind == "xray" else f"neutron, wavelength {wavelengths}"
    content = pattern_file(angles, counts, (f"radiation: {what} angstrom",))
    return f"{hashlib.sha256(content).hexdigest()[:8]}_{kind}.xye", content


def _powder(hydride: TrueHydride, files: tuple[tuple[str, bytes], tuple[str, bytes]]) -> Powder:
    crystal, stretch = structure_named(HYDRIDE), 1.0 + hydride.strain
    return Powder(
        files=files,
        a=crystal.cell.a * stretch,
        c=crystal.cell.c * stretch,
        fractions={CRYSTALS.get(name, name): share for name, share in hydride.phases.items()},
        x=next(s.position[0] for s in crystal.sites if s.scatterer == "D") + hydride.shift,
    )
