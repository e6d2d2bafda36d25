"""Search for a hydride of La and Ni that forms at high pressure only (B4).

Alloys of La and Ni are crushed, closed into salt capsules with deuterated alane, heated to 500 to
1100 degC at 1 to 9 GPa for an hour in a multi-anvil press, and quenched. A powder pattern with X-rays
is held against the known phases; a planner chooses pressure, temperature and composition so that more
of the pattern is left unexplained. The best candidate is made again, five times as much of it, and
goes to a neutron source where beam time is booked. X-ray and neutron pattern are refined together,
which gives the cell, the fractions of the phases and the positions of deuterium.
LaNi5 is measured beside it: isotherms at three temperatures give its enthalpy of absorption.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kuralab.analysis import Outcome
from kuralab.analysis.hydrogen import HydrogenParameters, calculate_hydrogen
from kuralab.campaigns import Campaign
from kuralab.formats import read_campaign
from kuralab.model import Composition, Facility, Protocol, ProtocolBuilder
from kuralab.model.campaign import Experiment
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.store import Event
from kuralab.views import Language
from kuralab.workflows._hydride_report import NEW, published, story, write_search_report
from kuralab.workflows._run_analysis import x_rays_alone
from kuralab.workflows.campaign_files import campaign_file
from kuralab.workflows.campaigns import CampaignOutcome, carry_out_campaign
from kuralab.workflows.facilities import facility_named
from kuralab.workflows.runs import CarriedOut, carry_out

NAME: Final = "high_pressure_hydride"
TITLE: Final = "A new hydride of La and Ni: X-rays, neutrons, isotherms"
OBJECTIVE: Final = "unexplained_fraction"
PROMISING: Final = 0.5
"""Half of the intensity is explained by no known phase: worth beam time."""
ALIKE: Final = 0.05
ATTEMPTS: Final = 3
"""Candidates that are tried before the search for neutrons is given up: presses blow out."""
STRUCTURES: Final = "la_ni_d+la_ni_d_new"
WAVELENGTH: Final = "1.494 angstrom"
ISOTHERMS: Final = ("25 degC", "40 degC", "55 degC")

IN_JAPANESE: Final = (
    "La-Ni 合金を粉砕し、重水素化アランとともに NaCl カプセルに封入して、マルチアンビルプレスで"
    " 1〜9 GPa、500〜1100 °C に 1 時間保持したのち急冷する。X 線粉末回折パターンを既知相と照合し、"
    "説明できない強度が大きくなるように圧力・温度・組成を選ぶ。最も有望な試料は 5 倍の量を再合成し、"
    "予約した中性子ビームタイムで測定する。X 線と中性子のパターンを同時に精密化して、格子定数、相分率、"
    "X 線では見えない重水素の位置を求める。LaNi5 の 3 温度の等温線から吸蔵エンタルピーも求める。"
)


def definition(seed: int) -> CampaignDefinition:
    """The search: ``campaign_files/high_pressure_hydride.yaml`` without its reference."""
    found = read_campaign(campaign_file(NAME))
    return found.model_copy(update={"seed": seed, "reference": None})


def facility() -> Facility:
    """Presses, diffractometer, Sieverts apparatus and beam time, all of them twins."""
    return facility_named(NAME)


def protocol(
    composition: str = "La2Ni3",
    pressure: str = "6 GPa",
    temperature: str = "800 degC",
    number: int = 0,
) -> Protocol:
    """What is done with a promising candidate; by default the synthesis of the literature."""
    p = ProtocolBuilder(f"hydride-{number}" if number else "hydride", title=TITLE, atmosphere="argon")
    p.weigh(composition, mass="1 g", makes="hydride")
    p.high_pressure_synthesis(
        "hydride",
        pressure=pressure,
        temperature=temperature,
        duration="60 min",
        heating_rate="100 degC/min",
        capsule="NaCl",
        hydrogen_source="AlD3",
    )
    p.x_ray_pattern(
        "hydride",
        two_theta_low="15 deg",
        two_theta_high="120 deg",
        step="0.02 deg",
        counting_time="3 s",
        radiation="CuKa",
        structures=STRUCTURES,
    )
    p.neutron_pattern("hydride", duration="24 h", wavelength=WAVELENGTH, structures=STRUCTURES)
    p.weigh("LaNi5", mass="1 g", makes="LaNi5", step="weigh LaNi5")
    for degrees in ISOTHERMS:
        with p.repeat(T=degrees):
            p.hydrogen_isotherm("LaNi5", temperature=degrees, pressure_high="60 bar")
    return p.build()


@dataclass(frozen=True)
class HydrideSearch:
    """The search, the candidate that went to neutrons, its run, and what was calculated of hydrogen.

    attempts: every run of the second stage, the last one being that which showed it, if any did;
    x_rays: its refinement without neutrons.
    """

    campaign: CampaignOutcome
    candidate: Experiment | None
    attempts: tuple[CarriedOut, ...]
    hydrogen: Outcome
    x_rays: Outcome | None

    @property
    def confirmed(self) -> CarriedOut | None:
        """The run of the second stage whose refinement shows the new hydride."""
        last = self.attempts[-1] if self.attempts else None
        return last if last is not None and shows_the_hydride(last) else None

    def story(self) -> list[str]:
        """What happened, in paragraphs."""
        return story(self.campaign, self.candidate, self.attempts, self.x_rays)

    def write_report(self, folder: Path, *, language: Language = "en") -> tuple[Path, ...]:
        """The report that tells the story, and that of the search beside it in ``search``."""
        return write_search_report(
            folder,
            campaign=self.campaign,
            candidate=self.candidate,
            attempts=self.attempts,
            hydrogen=self.hydrogen,
            x_rays=self.x_rays,
            title=TITLE,
            japanese=IN_JAPANESE,
            language=language,
        )


def run_workflow(
    lab_folder: Path,
    *,
    seed: int = 0,
    observer: Callable[[Event], None] | None = None,
    progress: Callable[[Campaign], object] = lambda _: None,
    doing: Callable[[str], object] = lambda _: None,
) -> HydrideSearch:
    """Search, then make the best candidate again and measure it with neutrons, on twins.

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
    attempts: list[CarriedOut] = []
    candidate: Experiment | None = None
    for number, promising in enumerate(promising_experiments(found), start=1):
        candidate = promising
        asked = _settings(promising, number)
        doing(f"neutrons for #{promising.suggestion.number}")
        done = carry_out(asked, facility=place, lab_folder=lab_folder, seed=seed, observer=observer)
        attempts.append(done)
        if done.summary.state.value != "failed" and (shows_the_hydride(done) or done.summary.waiting):
            break
    doing("a refinement without neutrons, and hydrogen at these pressures")
    x_rays = x_rays_alone(lab_folder, attempts[-1].summary.run) if attempts else None
    return HydrideSearch(found, candidate, tuple(attempts), _hydrogen(candidate), x_rays)


def promising_experiments(found: CampaignOutcome) -> list[Experiment]:
    """Those that are worth beam time, at most three.

    As good as the best are all within ``ALIKE`` of it; of these the gentlest pressure comes first,
    because presses blow out and capsules leak. The others follow, best first.
    """

    def share(experiment: Experiment) -> float:
        return experiment.observed[OBJECTIVE].value or 0.0

    measured = [e for e in found.state.experiments.values() if OBJECTIVE in e.observed]
    good = sorted((e for e in measured if share(e) >= PROMISING), key=share, reverse=True)
    alike = [e for e in good if share(e) >= share(good[0]) - ALIKE]
    gentle = sorted(alike, key=lambda e: float(str(e.suggestion.point["pressure"])))
    return [*gentle, *(e for e in good if e not in alike)][:ATTEMPTS]


def shows_the_hydride(run: CarriedOut) -> bool:
    """Whether a refinement of the run found the cell of the new phase."""
    return any(
        result.conditions.get("phase") == NEW and result.value is not None
        for finding in run.overview.findings
        if finding.outcome is not None
        for result in finding.outcome.record.of("lattice_a")
    )


def _settings(experiment: Experiment, number: int) -> Protocol:
    point = experiment.suggestion.point
    shares = point["composition"]
    assert isinstance(shares, dict)
    percent = {name: round(100.0 * share, 2) for name, share in shares.items()}
    text = "-".join(f"{value:g}{name}" for name, value in percent.items() if value > 0)
    return protocol(
        str(Composition.parse(text)),
        f"{float(str(point['pressure'])):.4g} GPa",
        f"{float(str(point['temperature'])):.5g} degC",
        number,
    )


def _hydrogen(candidate: Experiment | None) -> Outcome:
    pressures = ["0.1 GPa", "1 GPa", f"{published()[0]:g} GPa"]
    temperatures = ["25 degC", f"{published()[1]:g} degC"]
    if candidate is not None:
        point = candidate.suggestion.point
        pressures.append(f"{float(str(point['pressure'])):.3g} GPa")
        temperatures.append(f"{float(str(point['temperature'])):.4g} degC")
    return calculate_hydrogen(
        HydrogenParameters.model_validate(
            {
                "pressure": ", ".join(dict.fromkeys(pressures)),
                "temperature": ", ".join(dict.fromkeys(temperatures)),
            }
        )
    )
