"""From a protocol to a report: carry it out, analyse what was measured, gather what a reader wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kuralab.lab import Lab, RunSummary
from kuralab.model import Facility, Protocol
from kuralab.store import Catalogue, Event, SampleRow
from kuralab.views import Finding, Language, RunOverview, write_run_report
from kuralab.workflows._lineage import lineage_of
from kuralab.workflows._request import request_of
from kuralab.workflows._run_analysis import analyse_run
from kuralab.workflows._variation import literature_beside, variation_of

__all__ = ["CarriedOut", "carry_out", "overview_of", "request_of"]

_CONDUCTIVITY: Final = "ionic_conductivity_25C"
LITERATURE_SOURCE: Final = (
    "Conductivities of the literature: as tabulated by A. Hayashi (Osaka Metropolitan University) in "
    "the abstract book of the E-IMR workshop, 4 December 2025; the original papers were not consulted "
    "again."
)


@dataclass(frozen=True)
class CarriedOut:
    """A run as it stands after its protocol was handed in, with all that its report shows."""

    summary: RunSummary
    overview: RunOverview

    def write_report(
        self, folder: Path, *, introduction: str = "", language: Language = "en"
    ) -> tuple[Path, ...]:
        """The report and its data; see ``write_run_report``."""
        attribution = [LITERATURE_SOURCE] if self.overview.literature else []
        return write_run_report(
            self.overview,
            folder,
            introduction=introduction,
            attribution=attribution,
            language=language,
        )


def carry_out(
    protocol: Protocol,
    *,
    facility: Facility,
    lab_folder: Path,
    seed: int = 0,
    new: bool = False,
    observer: Callable[[Event], None] | None = None,
    progress: Callable[[str], object] = lambda _: None,
) -> CarriedOut:
    """Run a protocol in a lab directory, or go on with it, and analyse what it has measured.

    The results are in the ledger when this returns. A run that waits for a person, or that was cut
    short, is analysed as far as it came.

    observer: is told every event; progress: is told each sample while it is analysed.

    Raises
    ------
    InputError
        The lab directory cannot be used, or a parameter of the protocol is open.
    LedgerError
        The ledger cannot be written.
    """
    with Lab.open(lab_folder, facility=facility, seed=seed) as lab:
        summary = lab.run(protocol, seed=seed, new=new, observer=observer)
        synthetic = facility.kind == "twin"
        analysis = analyse_run(lab_folder, summary.run, synthetic=synthetic, progress=progress)
        if analysis.facts:
            lab.clock.run(lab.ledger.append(*analysis.facts))
    return CarriedOut(summary, overview_of(lab_folder, summary.run, analysis.findings))


def overview_of(lab_folder: Path, run: str, findings: tuple[Finding, ...]) -> RunOverview:
    """What the report of a run shows, from the store and from the analyses of its samples."""
    catalogue = Catalogue(lab_folder)
    protocol, facility = request_of(lab_folder, run)
    samples = catalogue.samples(run)
    measured = list({f.sample.sample: f.sample for f in findings}.values())
    variation = variation_of(measured, protocol)
    shown = _best(findings) or next(iter(samples), None)
    return RunOverview(
        run=catalogue.run(run),
        protocol=protocol,
        facility=facility,
        steps=tuple(catalogue.steps(run)),
        samples=tuple(samples),
        measurements=tuple(catalogue.measurements(run=run)),
        findings=findings,
        variation=variation,
        literature=literature_beside(measured, variation),
        lineage=lineage_of(catalogue, protocol, facility, shown) if shown is not None else None,
    )


def _best(findings: tuple[Finding, ...]) -> SampleRow | None:
    """The sample of the highest conductivity, or else the first that was measured."""

    def conductivity(finding: Finding) -> float:
        result = finding.result(_CONDUCTIVITY)
        return 0.0 if result is None or result.value is None else result.value

    best = max(findings, key=conductivity, default=None)
    return None if best is None else best.sample
