"""What a run's figures and report show, gathered from the store by whoever asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kuralab.views._labels import Language
from kuralab.views._style import plain

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.model import Result
    from kuralab.model.facility import Facility
    from kuralab.model.protocol import Protocol
    from kuralab.store import MeasurementRow, RunRow, SampleRow, StepRow


@dataclass(frozen=True)
class Variation:
    """What differs between the samples of a run: a mole percentage, or a step's parameter.

    ``values`` maps a sample's identity to its number; ``short`` is the symbol that stands before
    it in labels (empty where the number with its unit says enough).
    """

    en: str
    ja: str
    short: str
    unit: str
    values: Mapping[str, float]
    logarithmic: bool = False

    def name(self, language: Language) -> str:
        """The title of an axis."""
        return self.ja if language == "ja" else self.en

    def text(self, sample: str) -> str:
        """One sample's value as it is written: ``x = 46``, ``400 °C/min``."""
        number = f"{self.values[sample]:g}"
        return f"{self.short} = {number}" if self.short else f"{number} {self.unit}".rstrip()


@dataclass(frozen=True)
class Finding:
    """A measured sample with its analysis, or with the sentence why there is none.

    ``inputs`` are the measurements that went in, in the order of the outcome's input files.
    """

    sample: SampleRow
    outcome: Outcome | None
    message: str = ""
    inputs: tuple[str, ...] = ()

    def result(self, quantity: str) -> Result | None:
        """The analysis' only result of a quantity that a whole series gives."""
        found = self.outcome.record.of(quantity) if self.outcome is not None else ()
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class LiteratureValue:
    """A published conductivity at 25 degC (S/cm); ``x`` places it on the axis of the variation.

    ``sample`` is the identity of the run's sample that is nearest in composition.
    """

    composition: str
    structure: str
    conductivity: float
    reference: str
    x: float | None
    sample: str | None


@dataclass(frozen=True)
class Act:
    """One row of a genealogy: something that happened to samples, at one place.

    ``samples`` go in, ``makes`` come out (both by identity). Without an operation it is a move to
    ``station``, ``through`` these atmospheres. ``count`` measurements in a row are one act.
    """

    started: datetime
    finished: datetime | None
    operation: str
    details: str
    instrument: str
    station: str
    samples: tuple[str, ...]
    makes: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    count: int = 1

    @property
    def moved(self) -> bool:
        """Whether only the place changed."""
        return not self.operation


@dataclass(frozen=True)
class Surrounding:
    """From ``since`` on a sample was in this atmosphere."""

    since: datetime
    atmosphere: str


@dataclass(frozen=True)
class Lineage:
    """A sample's life and that of everything that it was made from.

    ``samples`` from the oldest ancestor to the sample itself; ``surroundings`` by identity.
    """

    sample: SampleRow
    samples: tuple[SampleRow, ...]
    acts: tuple[Act, ...]
    surroundings: Mapping[str, tuple[Surrounding, ...]]


@dataclass(frozen=True)
class RunOverview:
    """Everything that the report of a run shows."""

    run: RunRow
    protocol: Protocol
    facility: Facility
    steps: tuple[StepRow, ...]
    samples: tuple[SampleRow, ...]
    measurements: tuple[MeasurementRow, ...]
    findings: tuple[Finding, ...]
    variation: Variation | None = None
    literature: tuple[LiteratureValue, ...] = ()
    lineage: Lineage | None = None

    @property
    def drawn(self) -> tuple[Finding, ...]:
        """The samples with an analysis, in the order of what varies."""
        found = [finding for finding in self.findings if finding.outcome is not None]
        if self.variation is None:
            return tuple(found)
        values = self.variation.values
        return tuple(sorted(found, key=lambda finding: values.get(finding.sample.sample, 0.0)))

    def label(self, sample: SampleRow) -> str:
        """How a figure calls a sample."""
        if self.variation is not None and sample.sample in self.variation.values:
            return self.variation.text(sample.sample)
        return plain(sample.composition or sample.name, longest=24)
