"""A run to draw: three pellets on three instruments, rows as the catalogue gives them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kuralab.analysis import ArrheniusLine, Outcome, SpectrumDetails
from kuralab.model import (
    AnalysisRecord,
    Capability,
    Facility,
    InputFile,
    Instrument,
    ModelTried,
    Protocol,
    Result,
    Station,
    Step,
)
from kuralab.store import MeasurementRow, RunRow, SampleRow, StepRow
from kuralab.units import Quantity
from kuralab.views import (
    Act,
    Finding,
    Lineage,
    LiteratureValue,
    RunOverview,
    Surrounding,
    Variation,
)

RUN = "3f2a9c81d0e4"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
SHARES = (0, 25, 50)


def hours(number: float) -> datetime:
    """So long after the start."""
    return START + timedelta(hours=number)


def sample(x: int) -> SampleRow:
    """A pellet of one composition."""
    return SampleRow(
        run=RUN,
        sample=f"{RUN}/pellet x={x}",
        name=f"pellet x={x}",
        composition=f"{100 - x}Li3PS4-{x}LiI" if x else "Li3PS4",
        form="pellet",
        station="glove box",
        atmosphere="argon",
        state="present",
        parents=(),
        values={"thickness": Quantity(value=0.5, uncertainty=0.01, unit="mm")},
        made_by=f"weigh x={x}",
        created=START,
    )


def step(
    key: str, operation: str, instrument: str, order: str, *, x: int, start: float, end: float | None
) -> StepRow:
    """A step; without an end it is still at work."""
    return StepRow(
        run=RUN,
        step=key,
        operation=operation,
        state="started" if end is None else "finished",
        instrument=instrument,
        order=order,
        attempt=1,
        ready=hours(start),
        started=hours(start),
        finished=None if end is None else hours(end),
        message=None,
        samples=(f"{RUN}/pellet x={x}",),
        question=None,
    )


def steps() -> tuple[StepRow, ...]:
    """Milling of two in one batch, then of the third; one spectrum each, two of them at once."""
    return (
        step("ball_mill x=0", "ball_mill", "mill", "a", x=0, start=0, end=20),
        step("ball_mill x=25", "ball_mill", "mill", "a", x=25, start=0, end=20),
        step("ball_mill x=50", "ball_mill", "mill", "b", x=50, start=20, end=40),
        step("eis x=0", "impedance_spectrum", "analyser", "c", x=0, start=20, end=22),
        step("eis x=25", "impedance_spectrum", "analyser", "d", x=25, start=21, end=23),
        step("eis x=50", "impedance_spectrum", "analyser", "e", x=50, start=40, end=50),
    )


def facility() -> Facility:
    """A mill for two jars and an analyser of two channels."""
    return Facility(
        name="a lab",
        stations=(Station(name="glove box", atmosphere="argon", positions=9),),
        instruments=(
            Instrument(
                name="mill",
                station="glove box",
                driver="ball_mill",
                capabilities=(Capability(operation="ball_mill"),),
                capacity=2,
                batch=True,
            ),
            Instrument(
                name="idle",
                station="glove box",
                driver="press",
                capabilities=(Capability(operation="press_pellet"),),
            ),
            Instrument(
                name="analyser",
                station="glove box",
                driver="impedance_analyser",
                capabilities=(Capability(operation="impedance_spectrum"),),
                capacity=2,
            ),
        ),
    )


def outcome(
    x: int, lines: tuple[ArrheniusLine, ...], spectra: tuple[SpectrumDetails, ...], *flags: str
) -> Outcome:
    """Results of a series; twins mark all of them as synthetic."""
    common = {"method": "a line", "flags": (*flags, "synthetic"), "input": (0,)}
    results = (
        Result(
            quantity="activation_energy_total",
            value=0.4 - x / 1000,
            uncertainty=0.004,
            unit="eV",
            **common,
        ),
        Result(
            quantity="ionic_conductivity_25C",
            value=1e-3 * (1 + x),
            uncertainty=1e-4,
            unit="S/cm",
            **common,
        ),
    )
    record = AnalysisRecord(
        technique="arrhenius",
        input=(InputFile(file=f"x{x}.mpt", sha256=f"{x:064d}"),),
        software="kuralab 0.1.0",
        results=results,
        models=(
            ModelTried(name="R1", adequate=False, reason="residual 40 %"),
            ModelTried(name=str(spectra[0].fit.circuit), adequate=True, reason="residual 0.2 %; chosen"),
        ),
        warnings=("the <pellet> was thin",),
    )
    return Outcome(record=record, lines=lines[:1], spectra=spectra)


def lineage() -> Lineage:
    """Weighed, split, moved, measured three times."""
    parent, own = f"{RUN}/powder", sample(50)
    powder = SampleRow(**{**vars(own), "sample": parent, "name": "powder", "form": "powder"})
    acts = (
        Act(hours(0), hours(1), "weigh", "1 g", "balance", "glove box", (), (parent,)),
        Act(hours(20), hours(21), "split", "", "bench", "glove box", (parent,), (own.sample,)),
        Act(hours(22), hours(22), "", "", "", "measuring bay", (own.sample,), through=("argon",)),
        Act(
            hours(23),
            hours(50),
            "impedance_spectrum",
            "25 °C – 95 °C",
            "analyser",
            "measuring bay",
            (own.sample,),
            count=3,
        ),
    )
    surroundings = {
        parent: (Surrounding(START, "argon"),),
        own.sample: (Surrounding(hours(21), "argon"), Surrounding(hours(22), "dry air")),
    }
    return Lineage(own, (powder, own), acts, surroundings)


def overview(
    lines: tuple[ArrheniusLine, ...], spectra: tuple[SpectrumDetails, ...], **changes: object
) -> RunOverview:
    """The whole run; the middle sample's results are flagged, and one more has no analysis."""
    findings = tuple(
        Finding(
            sample(x),
            outcome(x, lines, spectra, *(("model_inadequate",) if x == 25 else ())),
            inputs=(f"m{x}",),
        )
        for x in reversed(SHARES)
    )
    lost = SampleRow(**{**vars(sample(75)), "composition": "25Li3PS4-75LiI"})
    measurements = tuple(
        MeasurementRow(
            id=f"m{x}",
            run=RUN,
            step=f"eis x={x}",
            sample=sample(x).sample,
            technique="impedance_spectrum",
            instrument="analyser",
            time=hours(22),
            format="BioLogic text",
            raw_sha256=f"{x:064d}",
            rows=60,
            temperature=None,
        )
        for x in SHARES
    )
    values = {sample(x).sample: float(x) for x in (*SHARES, 75)}
    whole = {
        "run": RunRow(
            run=RUN,
            name="li3ps4-lii",
            state="finished",
            seed=3,
            created=START,
            finished=hours(50),
            message=None,
        ),
        "protocol": Protocol(
            name="li3ps4-lii",
            title="Glass <b> of Li3PS4",
            steps=tuple(Step(key=s.step, operation=s.operation or "") for s in steps()),
        ),
        "facility": facility(),
        "steps": steps(),
        "samples": tuple(sample(x) for x in (*SHARES, 75)),
        "measurements": measurements,
        "findings": (*findings, Finding(lost, None, message="8 points are too few")),
        "variation": Variation(
            en="x in (100−x)Li₃PS₄–xLiI / mol%",
            ja="(100−x)Li₃PS₄–xLiI, x / mol%",
            short="x",
            unit="mol%",
            values=values,
        ),
        "literature": (
            LiteratureValue("50Li3PS4-50LiI", "glass", 2e-2, "Somebody 2018", 50.0, sample(50).sample),
            LiteratureValue("Li3PS4", "crystal", 1e-4, "Another 2001", None, None),
        ),
        "lineage": lineage(),
    }
    return RunOverview(**{**whole, **changes})
