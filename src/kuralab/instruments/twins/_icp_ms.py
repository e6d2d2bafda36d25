"""ICP-MS by an external service: a piece is sent away, and a table comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import ceramic_prior, molar_mass_of
from kuralab.instruments.twins._model import Happening, Outcome
from kuralab.instruments.twins._names import file_stem
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings

_PIECE: Final = 1.0
"""mmol of formula units in a litre of solution."""


@final
class IcpMs:
    """Amounts of the metals in a piece that was crushed and washed.

    An order is a parcel: from it to the table passes the turnaround of the service. Artefacts:
    calibration of each element, Ba of the grain boundary that washing left, Zr that milling added; the
    service states the same relative uncertainty for everything. Settings: ``turnaround`` (5 d),
    ``lost_rate``.
    """

    operations: tuple[str, ...] | None = ("icp_ms",)
    knows_samples = True
    sealed = True

    def __init__(self, settings: Settings) -> None:
        self._turnaround = settings.number("turnaround", "s", default=5 * 86400.0)
        self._lost = settings.number("lost_rate", "1", default=ceramic_prior()["icp_ms"]["lost_rate"])

    def seconds(self, order: Order) -> float:
        """The turnaround, however many pieces are in the parcel."""
        return self._turnaround

    def places(self, order: Order) -> int:
        """One place in the parcel for each piece."""
        return len(order.samples)

    def refusals(self, order: Order) -> list[str]:
        """Everything can be dissolved."""
        return []

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """One csv file for each sample."""
        files = {}
        for sample in samples:
            generator = happening.generator(sample.identity, order.key, "icp")
            if float(generator.uniform()) < self._lost:
                return Outcome(message="the service reports that the piece did not dissolve")
            if sample.ceramic is None:  # refused at the start
                continue
            values = ceramic_prior()["icp_ms"]
            amounts = sample.ceramic.amounts
            amounts["Ba"] += sample.ceramic.expelled * float(generator.uniform(0.0, values["unwashed"]))
            lines = [
                "# kuralab twin (a model, no measurement): ICP-MS, external service",
                f"# ordered: {happening.started.isoformat()}",
                "element,amount [mg/L],uncertainty [mg/L]",
            ]
            piece = _PIECE * (1.0 + 0.02 * float(generator.normal()))
            for element, amount in amounts.items():
                own = happening.generator(happening.instrument, "calibration", element).normal()
                error = values["bias"] * float(own) + values["repeatability"] * float(generator.normal())
                read = piece * amount * molar_mass_of(element) * (1.0 + error)
                lines.append(f"{element},{read:.4f},{max(values['stated'] * read, 2e-3):.4f}")
            content = ("\n".join(lines) + "\n").encode()
            files[sample.identity] = (f"{file_stem(sample.identity)}_icp.csv", content)
        return Outcome(files=files)
