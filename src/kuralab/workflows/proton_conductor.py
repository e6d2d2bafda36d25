"""How much CuO, and how hot, for a dense proton conductor (B6).

BaZr0.4Ce0.4Y0.1Yb0.1O3 is made from its precursors with 0 to 5 mol% CuO: mixed in a mill, calcined at
950 degC, milled again, pressed and sintered for ten hours between 950 and 1550 degC. Density comes from
the body's mass and dimensions, the proton transport number at 700 degC from the voltage of a cell in
gradients of water vapour. A planner looks for the densest body that keeps at least 0.76 of the current
for protons. The best body is then made again beside three others: without CuO at 1650 degC, and with 3
mol% at 900 degC and at 1250 degC. An external service analyses them, ESR looks at their copper, a
thermobalance at their water, and cells and four probes at what conducts. One set of parameters is fitted
to all data of a body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kuralab.campaigns import Campaign, best_experiments
from kuralab.formats import read_campaign
from kuralab.model import Facility, Protocol, ProtocolBuilder
from kuralab.model.campaign import Experiment
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.store import Catalogue, Event
from kuralab.views import Language
from kuralab.workflows._proton_report import SampleBody, bodies_of, story, write_proton_report
from kuralab.workflows.campaign_files import campaign_file
from kuralab.workflows.campaigns import CampaignOutcome, carry_out_campaign
from kuralab.workflows.facilities import facility_named
from kuralab.workflows.runs import CarriedOut, carry_out

NAME: Final = "proton_conductor"
TITLE: Final = "BaZr0.4Ce0.4Y0.1Yb0.1O3 with CuO: density, protons, copper"
OXIDE: Final = "BaZr0.4Ce0.4Y0.1Yb0.1O3"
DENSITY: Final = "relative_density"
ATTEMPTS: Final = 3
"""Runs of the second stage: bodies that cracked are made again."""

IN_JAPANESE: Final = (
    "BaZr0.4Ce0.4Y0.1Yb0.1O3 を 0〜5 mol% の CuO とともに原料から作製する。混合・粉砕後、950 °C "
    "で仮焼し、"
    "再粉砕・成形して 950〜1550 °C で 10 時間焼結する。相対密度は質量と寸法から、700 °C のプロトン輸率は"
    "水蒸気濃淡電池の起電力から求める。輸率 0.76 以上を保ちつつ最も緻密な条件を探索し、最良の試料を"
    "CuO なし（1650 °C）、3 mol%（900 °C、1250 °C）の試料とともに再作製する。ICP-MS、ESR、熱重量、"
    "起電力、"
    "電気伝導度を測定し、試料ごとに 1 組の欠陥パラメータを全データに同時にあてはめる。"
)


@dataclass(frozen=True)
class Body:
    """A body to be made: copper in mol% CuO, temperature in degC of sintering; tight: dense enough to
    stand between two gases."""

    copper: float
    temperature: float
    tight: bool = True

    @property
    def label(self) -> str:
        """How figures and tables call it."""
        return f"{self.copper:g} mol%, {self.temperature:.0f} °C"

    @property
    def composition(self) -> str:
        """As it is weighed."""
        return f"{100.0 - self.copper:g}{OXIDE}-{self.copper:g}CuO" if self.copper else OXIDE


REFERENCES: Final = (Body(0.0, 1650.0), Body(3.0, 900.0, tight=False), Body(3.0, 1250.0))
"""What the best body is compared with: no aid, dissolved copper without liquid, and the book's
amount."""


def definition(seed: int) -> CampaignDefinition:
    """The search: ``campaign_files/proton_conductor.yaml`` without its reference."""
    found = read_campaign(campaign_file(NAME))
    return found.model_copy(update={"seed": seed, "reference": None})


def facility() -> Facility:
    """Furnaces with dilatometers, balance, cells, ESR, and a service elsewhere, all of them twins."""
    return facility_named(NAME)


def protocol(bodies: Sequence[Body] = (Body(1.25, 1325.0), *REFERENCES), number: int = 0) -> Protocol:
    """Bodies that are made and measured in every way."""
    p = ProtocolBuilder(f"copper-bodies-{number}" if number else "copper-bodies", title=TITLE)
    for body in bodies:
        with p.repeat(x=f"{body.copper:g}", T=f"{body.temperature:.0f} degC"):
            _make(p, body)
            _measure(p, body)
    return p.build()


def _make(p: ProtocolBuilder, body: Body) -> None:
    p.weigh(body.composition, mass="5 g", makes="body")
    p.ball_mill(speed="300 rpm", duration="10 h", balls="ZrO2", step="mix")
    p.calcine(temperature="950 degC", duration="10 h", heating_rate="5 degC/min")
    p.ball_mill(speed="300 rpm", duration="24 h", balls="ZrO2", step="grind")
    p.press_pellet(pressure="200 MPa", diameter="20 mm")
    p.sinter(temperature=f"{body.temperature:.5g} degC", duration="10 h", heating_rate="5 degC/min")


def _measure(p: ProtocolBuilder, body: Body) -> None:
    if body.copper > 0.0:
        p.esr_spectrum(frequency="9.45 GHz", temperature="298 K")
    gas = {"water_low": "0.6 kPa", "water_high": "3 kPa"}
    if body.tight:
        p.emf_cell(
            temperature="700 degC", temperature_low="500 degC", temperature_step="50 K", oxygen="10 Pa",
            **gas
        )  # fmt: skip
        p.conductivity_in_gases(
            temperature_high="800 degC", temperature_low="400 degC", temperature_step="50 K",
            oxygen_low="10 Pa", oxygen_high="20 kPa", **gas,
        )  # fmt: skip
    programme = {
        "temperature_high": "900 degC", "temperature_low": "300 degC", "temperature_step": "50 K",
        "step_time": "1.5 h", "water": "2 kPa",
    }  # fmt: skip
    p.hydration_thermogram(**programme, crucible="empty", step="blank")
    p.hydration_thermogram(**programme, crucible="loaded")
    p.icp_ms()


@dataclass(frozen=True)
class SinteringSearch:
    """The search, the experiment that was best, the runs of the second stage, and their bodies.

    densities: in %, of every experiment whose body was sintered, by number, also where its cell failed.
    """

    campaign: CampaignOutcome
    candidate: Experiment | None
    attempts: tuple[CarriedOut, ...]
    bodies: tuple[SampleBody, ...]
    densities: dict[int, float]

    @property
    def confirmed(self) -> CarriedOut | None:
        """The last run of the second stage, if the best body of the search was measured in full."""
        if self.candidate is None:
            return None
        label = body_of(self.candidate).label
        known = any(b.label == label and "proton_conduction" in b.outcomes for b in self.bodies)
        return self.attempts[-1] if known else None

    def story(self) -> list[str]:
        """What happened, in paragraphs."""
        return story(self.campaign, self.candidate, self.attempts, self.bodies)

    def write_report(self, folder: Path, *, language: Language = "en") -> tuple[Path, ...]:
        """The report that tells the story, and that of the search beside it in ``search``."""
        return write_proton_report(
            folder,
            campaign=self.campaign,
            candidate=self.candidate,
            attempts=self.attempts,
            bodies=self.bodies,
            densities=self.densities,
            title=TITLE,
            language=language,
        )


def run_workflow(
    lab_folder: Path,
    *,
    seed: int = 0,
    observer: Callable[[Event], None] | None = None,
    progress: Callable[[Campaign], object] = lambda _: None,
    doing: Callable[[str], object] = lambda _: None,
) -> SinteringSearch:
    """Search, then make the best body again beside three others and measure them all, on twins.

    The same call goes on with a search that was interrupted. observer: is told every event of the
    lab; progress: each experiment of the search; doing: what else is done, in words.

    Raises
    ------
    InputError
        The lab directory cannot be used.
    """
    place = facility()
    found = carry_out_campaign(
        definition(seed),
        lab_folder=lab_folder,
        facility=place,
        reference=False,
        observer=observer,
        progress=progress,
    )
    candidate = next(iter(best_experiments(found.state)), None)
    wanted = [*([] if candidate is None else [body_of(candidate)]), *REFERENCES]
    attempts: list[CarriedOut] = []
    for number in range(ATTEMPTS):
        doing("making and measuring " + "; ".join(body.label for body in wanted))
        asked = protocol(wanted, number)
        done = carry_out(asked, facility=place, lab_folder=lab_folder, seed=seed, observer=observer)
        attempts.append(done)
        wanted = [body for body in wanted if _lost(done, body)]
        if not wanted:
            break
    return SinteringSearch(
        campaign=found,
        candidate=candidate,
        attempts=tuple(attempts),
        bodies=bodies_of(attempts),
        densities=_densities(lab_folder, found),
    )


def body_of(experiment: Experiment) -> Body:
    """The body of an experiment of the search."""
    point = experiment.suggestion.point
    shares = point["composition"]
    assert isinstance(shares, dict)
    return Body(round(100.0 * shares["CuO"], 4), round(float(str(point["temperature"]))))


def _lost(done: CarriedOut, body: Body) -> bool:
    """Whether a step on this body failed."""
    mark = f"x={body.copper:g} T={body.temperature:.0f} degC"
    return any(step.state == "failed" and mark in step.step for step in done.overview.steps)


def _densities(lab_folder: Path, found: CampaignOutcome) -> dict[int, float]:
    catalogue = Catalogue(lab_folder)
    densities = {}
    for number, experiment in found.state.experiments.items():
        rows = catalogue.results(run=experiment.run, quantity=DENSITY) if experiment.run else []
        if rows and rows[-1].value is not None:
            densities[number] = rows[-1].value
    return densities
