"""The tables of a run: what was found of each sample, beside the literature, and how the steps went."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from kuralab.model import Result
from kuralab.views._labels import FLAGS, Language, say, word_of_flag
from kuralab.views._numbers import format_quantity, format_value
from kuralab.views._occupation import occupations, percent
from kuralab.views._run_data import Finding, RunOverview
from kuralab.views._run_looks import SYNTHETIC
from kuralab.views._tables import value_text

CONDUCTIVITY: Final = "ionic_conductivity_25C"
ENERGY: Final = "activation_energy_total"


class SampleLine(NamedTuple):
    """One sample as it is read; ``flags`` in both languages, without the one that all twins carry."""

    label: str
    composition: str
    thickness: str
    conductivity: str
    energy: str
    spectra: int
    flags: tuple[tuple[str, str], ...]
    message: str


class LiteratureLine(NamedTuple):
    """A published conductivity beside the run's own; ``factor`` is own over published."""

    composition: str
    structure_en: str
    structure_ja: str
    published: str
    reference: str
    label: str
    own: str
    factor: str


class InstrumentLine(NamedTuple):
    """How much an instrument worked."""

    name: str
    station: str
    steps: int
    working: str
    positions: int
    filled: str


def sample_lines(overview: RunOverview, *, language: Language = "en") -> list[SampleLine]:
    """Every measured sample, in the order of what varies; those without an analysis say why."""
    drawn = list(overview.drawn)
    others = [finding for finding in overview.findings if finding.outcome is None]
    return [_sample_line(overview, finding, language) for finding in (*drawn, *others)]


def literature_lines(overview: RunOverview, *, language: Language = "en") -> list[LiteratureLine]:
    """Published values, each beside the nearest sample where there is one."""
    by_sample = {finding.sample.sample: finding for finding in overview.findings}
    lines = []
    for value in overview.literature:
        finding = by_sample.get(value.sample or "")
        own = finding.result(CONDUCTIVITY) if finding is not None else None
        factor = ""
        if own is not None and own.value is not None:
            factor = f"{own.value / value.conductivity:.2g}"
        lines.append(
            LiteratureLine(
                composition=value.composition,
                structure_en=say(value.structure, "en"),
                structure_ja=say(value.structure, "ja"),
                published=_published(value.conductivity),
                reference=value.reference,
                label=overview.label(finding.sample) if finding is not None else "",
                own=value_text(own, language) if own is not None else "",
                factor=factor,
            )
        )
    return lines


def instrument_lines(overview: RunOverview) -> list[InstrumentLine]:
    """The instruments that did something."""
    found, _ = occupations(overview.facility, overview.steps)
    return [
        InstrumentLine(
            name=occupation.instrument.name,
            station=occupation.instrument.station,
            steps=len(occupation.bars),
            working=percent(occupation.working),
            positions=occupation.instrument.capacity,
            filled=percent(occupation.filled),
        )
        for occupation in found
    ]


def model_lines(overview: RunOverview) -> list[dict[str, Any]]:
    """The circuit that was used for each sample, whether it is adequate, and what was warned of."""
    lines = []
    for finding in overview.drawn:
        assert finding.outcome is not None
        record = finding.outcome.record
        chosen = {str(spectrum.fit.circuit) for spectrum in finding.outcome.spectra}
        used = next((model for model in record.models if model.name in chosen), None)
        lines.append(
            {
                "label": overview.label(finding.sample),
                "name": used.name if used else "",
                "adequate": used.adequate if used else False,
                "reason": used.reason if used else "",
                "warnings": record.warnings,
            }
        )
    return lines


def _sample_line(overview: RunOverview, finding: Finding, language: Language) -> SampleLine:
    found = [result for key in (CONDUCTIVITY, ENERGY) if (result := finding.result(key)) is not None]
    flags = list(dict.fromkeys(f for result in found for f in result.flags if f != SYNTHETIC))
    return SampleLine(
        label=overview.label(finding.sample),
        composition=finding.sample.composition or "",
        thickness=_thickness(finding),
        conductivity=_text(finding.result(CONDUCTIVITY), language),
        energy=_text(finding.result(ENERGY), language),
        spectra=len(finding.outcome.spectra) if finding.outcome is not None else 0,
        flags=tuple((word_of_flag(f, "en"), word_of_flag(f, "ja")) for f in flags if f in FLAGS),
        message=finding.message,
    )


def _text(result: Result | None, language: Language) -> str:
    return "" if result is None else value_text(result, language)


def _thickness(finding: Finding) -> str:
    stored = finding.sample.values.get("thickness")
    return "" if stored is None else format_quantity(stored)


def _published(conductivity: float) -> str:
    """Two digits, as tables print them; nobody stated an uncertainty."""
    power = math.floor(math.log10(conductivity))
    text = format_value(round(conductivity / 10.0**power, 1) * 10.0**power, None, "S/cm")
    return text.partition(" (")[0]
