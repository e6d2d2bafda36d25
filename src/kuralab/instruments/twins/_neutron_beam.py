"""Beam time at a neutron powder diffractometer: booked, at another place, at one wavelength."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._forms import wants_form
from kuralab.instruments.twins._hydride import TrueHydride, hydride_prior
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._pattern_file import pattern_file
from kuralab.instruments.twins._pattern_order import Scan, patterns_of
from kuralab.instruments.twins._powder_pattern import Optics, peaks_of_phases
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings

_SCAN: Final = Scan(low=10.0, high=150.0, step=0.05, highest=165.0)


@final
class NeutronBeam:
    """Patterns at constant wavelength, counted by many detectors at once.

    An order is a booking: from it to the beam passes the queue. With a queue of whole weeks the beam
    falls into the same shift as the booking. Physics: science.diffraction with neutron lengths.
    Artefacts: split Pearson VII peaks, zero, calibration of the wavelength, incoherent background,
    protium in the deuterium, deuterium on a site that no candidate has. Settings: ``queue``
    (21 d), ``wavelength`` (1.494 angstrom), ``flux`` (relative, 1).
    """

    operations: tuple[str, ...] | None = ("neutron_pattern",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._queue = settings.number("queue", "s", default=21 * 86400.0)
        self._wavelength = settings.number("wavelength", "angstrom", default=1.494)
        self._flux = settings.number("flux", "1", default=1.0)

    def seconds(self, order: Order) -> float:
        """Queue and beam time of one sample after the other."""
        return self._queue + quantity(order, "duration", "s") * max(1, len(order.samples))

    def places(self, order: Order) -> int:
        """One can for each sample."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Another wavelength than the monochromator's, or angles without detectors."""
        problems = wants_form(order, "powder")
        asked = quantity(order, "wavelength", "angstrom", default=self._wavelength)
        if abs(asked - self._wavelength) > 1e-4:
            problems.append(f"the wavelength is {self._wavelength:g} angstrom, not {asked:g}")
        problems += _SCAN.problems(order)
        return problems

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One .xye file for each sample."""
        return patterns_of(
            samples,
            "neutron",
            lambda identity, hydride: self._pattern(order, identity, hydride, happening),
        )

    def _pattern(self, order: Order, identity: str, hydride: TrueHydride, happening: Happening) -> bytes:
        values = hydride_prior()["neutron"]
        generator = happening.generator(identity, order.key, "neutron")
        own = happening.generator(happening.instrument, "calibration").normal(size=2)
        angles = _SCAN.angles(order)
        true = self._wavelength * (1.0 + values["wavelength"] * float(own[0]))
        optics = Optics(
            lines=((true, 1.0),),
            u=values["u"],
            v=values["v"],
            w=values["w"],
            exponents=(values["exponent"], values["exponent"]),
            asymmetry=values["asymmetry"],
            zero=values["zero"] * float(own[1]),
        )
        peaks = peaks_of_phases(
            angles,
            hydride.crystals(neutrons=True),
            radiation="neutron",
            optics=optics,
            microstrain=hydride.microstrain,
            texture=hydride.texture,
        )
        protium = 1.0 if hydride.isotope == "H" else 1.0 - hydride_prior()["press"]["deuterium"]
        flat = values["background"] * (1.0 + values["hydrogen_background"] * protium)
        seconds = quantity(order, "duration", "s")
        counts = generator.poisson(self._flux * seconds * (values["flux"] * peaks + flat))
        return pattern_file(
            angles,
            counts,
            (
                "kuralab twin (a model, no measurement): neutron powder diffractometer",
                f"booked: {happening.started.isoformat()}",
                f"radiation: neutron, wavelength {self._wavelength:.5f} angstrom",
                f"beam time: {seconds / 3600.0:g} h",
                "two_theta_deg counts uncertainty",
            ),
        )
