"""The ESR spectrometer: derivative spectra of Cu2+ in a powder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import TrueCeramic, ceramic_prior
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.science.esr import Site, nuclei_of, powder_spectrum
from kuralab.science.protonics import copper_system

Floats = NDArray[np.float64]

POINTS: Final = 1024
FREQUENCY: Final = 9.45
FIELDS: Final = (240.0, 380.0)
MODULATION: Final = 0.5
SWEEP: Final = 1200.0
"""s"""
_NODES: Final = 5
"""Sites by which a distribution of g and A is averaged (Gauss and Hermite)."""
_ORIENTATIONS: Final = 91
_NEVER: Final = 1e-5
"""Cu per formula unit; less gives no signal."""


@final
class EsrSpectrometer:
    """Cu between the sites next to Ba, with four oxygen ions in a plane; CuO is silent.

    Physics: science.esr, the whole spin Hamiltonian diagonalised with a quadrupole, for both isotopes,
    averaged over a distribution of g and A. Artefacts: a few ions on another, octahedral site, widths
    that grow with concentration, baseline, the field's calibration, noise, a cavity that loses its lock.
    The modulation is written down and taken as small. Writes text. Setting: ``detuned_rate``.
    """

    operations: tuple[str, ...] | None = ("esr_spectrum",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._detuned = settings.number(
            "detuned_rate", "1", default=ceramic_prior()["esr"]["detuned_rate"]
        )

    def seconds(self, order: Order) -> float:
        """One sweep after the other."""
        return SWEEP * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One tube for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Frequencies, fields and temperatures that it does not have."""
        problems = []
        frequency = quantity(order, "frequency", "GHz", default=FREQUENCY)
        if not 9.0 <= frequency <= 10.0:
            problems.append(f"{frequency:g} GHz is outside 9 to 10 GHz")
        low, high = _fields(order)
        if not 0.0 <= low < high <= 1000.0 or high - low < 5.0:
            problems.append(f"{low:g} to {high:g} mT is no sweep of this one")
        if not 77.0 <= quantity(order, "temperature", "K", default=298.0) <= 320.0:
            problems.append("the temperature is outside 77 to 320 K")
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One text file for each sample."""
        files = {}
        for sample in samples:
            if sample.ceramic is None:  # refused at the start
                continue
            generator = happening.generator(sample.identity, order.key, "esr")
            if float(generator.uniform()) < self._detuned:
                return Outcome(message="the cavity lost its lock during the sweep")
            content = self._spectrum(order, sample, sample.ceramic, happening, generator)
            files[sample.identity] = (f"{file_stem(sample.identity)}_esr.txt", content)
        return Outcome(files=files)

    def _spectrum(
        self,
        order: Order,
        sample: TrueSample,
        ceramic: TrueCeramic,
        happening: Happening,
        generator: Generator,
    ) -> bytes:
        values = ceramic_prior()["esr"]
        low, high = _fields(order)
        field = np.linspace(low, high, POINTS)
        frequency = quantity(order, "frequency", "GHz", default=FREQUENCY)
        own = values["field_offset"] * float(happening.generator(happening.instrument, "field").normal())
        signal = cu_spectrum(
            ceramic, field + own, frequency, happening.generator(sample.identity, "esr")
        )
        slope = values["baseline"] * float(generator.normal())
        signal = signal + slope * (field - field.mean()) / (high - low)
        signal = signal + values["noise"] * generator.normal(size=POINTS)
        temperature = quantity(order, "temperature", "K", default=298.0)
        modulation = quantity(order, "modulation", "mT", default=MODULATION)
        lines = [
            "# kuralab twin (a model, no measurement): X-band ESR spectrometer",
            f"# started: {happening.started.isoformat()}",
            f"# frequency: {frequency:.6f} GHz",
            f"# temperature: {temperature:.1f} K",
            f"# modulation amplitude: {modulation:g} mT",
            "# harmonic: 1",
            "field [mT],intensity",
        ]
        lines += [f"{B:.4f},{x:.3f}" for B, x in zip(field, signal, strict=True)]
        return ("\n".join(lines) + "\n").encode()


def cu_spectrum(ceramic: TrueCeramic, field: Floats, frequency: float, generator: Generator) -> Floats:
    """Derivative of the absorption at fields (n,) mT, without what the spectrometer adds.

    generator: draws how the sites of this batch differ; the same whenever the batch is measured.
    """
    values, spins = ceramic_prior()["esr"], copper_system()["spins"]
    draw = generator.normal(size=3)
    copper = ceramic.body.dissolved
    if copper < _NEVER:
        return np.zeros(field.size)
    width = values["width"]
    lorentzian = 0.1 + values["concentration_width"] * copper
    site = Site.axial(
        g_parallel=spins["g_parallel"] + values["g_scatter"] * float(draw[0]),
        g_perpendicular=spins["g_perpendicular"] + 0.3 * values["g_scatter"] * float(draw[1]),
        hyperfine_parallel=spins["hyperfine_parallel"] + values["hyperfine_scatter"] * float(draw[2]),
        hyperfine_perpendicular=spins["hyperfine_perpendicular"],
        gaussian=width,
        lorentzian=lorentzian,
        quadrupole=values["quadrupole"],
    )
    octahedral = Site.axial(
        g_parallel=values["octahedral_g_parallel"],
        g_perpendicular=values["octahedral_g_perpendicular"],
        hyperfine_parallel=values["octahedral_hyperfine"],
        hyperfine_perpendicular=0.1 * values["octahedral_hyperfine"],
        gaussian=2.0 * width,
        lorentzian=lorentzian,
    )
    main = _distributed(site, field, frequency)
    other = powder_spectrum(
        field=field, frequency=frequency, site=octahedral, nuclei=nuclei_of("Cu"), exact=True,
        knots=_ORIENTATIONS,
    )  # fmt: skip
    share = ceramic.octahedral
    whole = (1.0 - share) * main + share * other
    # Scaled as one spectrum of a narrow site at 1 % would be, so that noise keeps its meaning.
    narrow = 0.25
    return np.asarray(values["signal"] * whole * copper / 0.01 / narrow)


def _distributed(site: Site, field: Floats, frequency: float) -> Floats:
    """The mean over normally distributed g and A along the axis; g rises as A falls, as covalency has
    it."""
    values = ceramic_prior()["esr"]
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    total = np.zeros(field.size)
    for node, weight in zip(nodes, weights / math.sqrt(2.0 * math.pi), strict=True):
        x, _, z = site.g
        along = replace(
            site,
            g=(x, x, z + values["g_strain"] * float(node)),
            hyperfine=(
                site.hyperfine[0],
                site.hyperfine[0],
                site.hyperfine[2] - values["hyperfine_strain"] * float(node),
            ),
        )
        total += weight * powder_spectrum(
            field=field, frequency=frequency, site=along, nuclei=nuclei_of("Cu"), exact=True,
            knots=_ORIENTATIONS,
        )  # fmt: skip
    return total


def _fields(order: Order) -> tuple[float, float]:
    return (
        quantity(order, "field_low", "mT", default=FIELDS[0]),
        quantity(order, "field_high", "mT", default=FIELDS[1]),
    )
