"""Campaigns to draw, made up: compositions with a known best, limits, failures, reference arms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from kuralab.model.campaign import (
    Arm,
    Budget,
    Experiment,
    Factor,
    Objective,
    Observed,
    Predicted,
    Reason,
    RunnerUp,
    SpeedAccount,
    Suggestion,
)
from kuralab.views import CampaignOverview, Coverage, Landscape, Progress, Spent, VariableShown

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
CONDUCTIVITY = Objective(
    quantity="ionic_conductivity_25C",
    direction="maximise",
    unit="S/cm",
    goal=1e-3,
    scale="log",
)
DURATION = Objective(quantity="process_time", direction="minimise", unit="h")
ENERGY = Objective(quantity="activation_energy_total", direction="minimise", unit="eV")
COMPONENTS = ("Li2S", "P2S5", "LiI")


def conductivity_at(fractions: dict[str, float]) -> float:
    """Best at 60 Li2S, 20 P2S5, 20 LiI: 1.6e-3 S/cm, two decades less 0.2 away."""
    centre = {"Li2S": 0.6, "P2S5": 0.2, "LiI": 0.2}
    distance = sum((fractions.get(c, 0.0) - x) ** 2 for c, x in centre.items())
    return float(1.6e-3 * 10 ** (-50.0 * distance))


def experiment(
    number: int,
    point: dict[str, Any],
    values: dict[str, tuple[float, float]],
    *,
    state: Any = "measured",
    how: Any = "planned",
    spread: float = 0.25,
    flags: tuple[str, ...] = (),
    message: str = "",
) -> Experiment:
    """One experiment, 0.3 days after the one before; predictions miss by ``spread`` decades at most."""
    miss = spread * np.sin(2.1 * number)
    predicted = {}
    for quantity, (value, _) in values.items() if how != "start" else ():
        median = value * 10**miss
        predicted[quantity] = Predicted(
            median=median,
            low_68=median / 10**spread,
            high_68=median * 10**spread,
            low_95=median / 100**spread,
            high_95=median * 100**spread,
        )
    reason = Reason(
        how=how,
        model="Gaussian process, Matern 5/2; length scales Li2S 0.2, P2S5 0.3",
        acquisition="" if how == "start" else "noisy expected improvement",
        seed=4,
        data=f"{number:02d}9c1f7ab3d2e845",
        predicted=predicted,
        runners_up=()
        if how == "start"
        else (RunnerUp(point=point, score=0.93), RunnerUp(point=point, score=0.81)),
        text="one of six points spread over the space"
        if how == "start"
        else "largest expected improvement per instrument-hour; its neighbours conducted best",
    )
    units = {o.quantity: o.unit for o in (CONDUCTIVITY, DURATION, ENERGY)}
    observed = {
        quantity: Observed(value=value, uncertainty=std, unit=units.get(quantity, ""), flags=flags)
        for quantity, (value, std) in values.items()
    }
    return Experiment(
        suggestion=Suggestion(number=number, point=point, reason=reason),
        state=state,
        run=f"run-{number}",
        observed=observed if state == "measured" else {},
        suggested=START + timedelta(days=0.3 * (number - 1)),
        ended=START + timedelta(days=0.3 * number) if state in ("measured", "failed") else None,
        instrument_hours=5.5,
        message=message,
    )


def mixtures(
    count: int, *, seed: int = 1, components: tuple[str, ...] = COMPONENTS
) -> list[dict[str, float]]:
    """Compositions that draw nearer to the best."""
    generator = np.random.default_rng(seed)
    centre = np.array([0.6, 0.2, 0.2, *[0.0] * (len(components) - 3)])
    found = []
    for i in range(count):
        nearness = min(1.0, i / 14)
        share = nearness * centre + (1 - 0.92 * nearness) * generator.dirichlet(np.ones(len(components)))
        share = share / share.sum()
        found.append({c: float(x) for c, x in zip(components, share, strict=True)})
    return found


def best_so_far(values: list[float | None]) -> tuple[float | None, ...]:
    """The largest value up to each place."""
    best: list[float | None] = []
    for value in values:
        known = [v for v in (*best[-1:], value) if v is not None]
        best.append(max(known, default=None))
    return tuple(best)


def account(**changes: Any) -> SpeedAccount:
    """64 days of a reference over 5.4 of ours, from three reference runs of which one gave up."""

    def arm(seed: int, days: float | None, experiments: int | None, done: float) -> Arm:
        return Arm(
            name="manual, random choice",
            words="one lane, staff present on weekdays from 9 to 17, candidates drawn at random",
            experiments=experiments,
            days=days,
            experiments_done=60,
            days_done=done,
            run_hours=21.0,
            lanes=1.0,
            open_share=0.238,
            seed=seed,
        )

    ours = Arm(
        name="this campaign",
        words="planner, four lanes, day and night",
        experiments=18,
        days=5.4,
        experiments_done=24,
        days_done=7.2,
        run_hours=19.0,
        lanes=3.4,
        open_share=1.0,
        seed=4,
    )
    fields = {
        "goal": "ionic conductivity at 25 °C of 1×10⁻³ S/cm",
        "ours": ours,
        "references": (arm(1, 51.0, 38, 90.0), arm(2, 64.0, 46, 90.0), arm(3, None, None, 90.0)),
        "ratio": 11.85,
        "at_least": False,
        "factors": (
            Factor(
                name="experiments", value=2.6, words="46 drawn at random over 18 chosen by the planner"
            ),
            Factor(name="hours", value=4.2, words="40 staffed hours of a week over 168"),
            Factor(name="lanes", value=3.4, words="one sample at a time over 3.4 under way on average"),
            Factor(name="run_time", value=1.1, words="21 h by hand over 19 h"),
        ),
        "remark": "The factors are not independent, so their product is not the ratio.",
    }
    return SpeedAccount.model_validate(fields | changes)


def ternary(count: int = 24, **changes: Any) -> CampaignOverview:
    """One objective over three components: six starts, one failure, one veto, one limit."""
    experiments = []
    for number, point in enumerate(mixtures(count), start=1):
        value = conductivity_at(point)
        how = "start" if number <= 6 else "planned"
        more: dict[str, Any] = {}
        if number == 3:
            more = {"state": "failed", "message": "the pellet broke in the press"}
        elif number == 9:
            more = {"state": "vetoed", "message": "P. I.: too much P2S5 for this mill"}
        elif value < 1e-6:
            value, more = 1e-6, {"flags": ("censored_below",)}
        quantities = {CONDUCTIVITY.quantity: (value, 0.04 * value)}
        setting = {"glass": point, "milling time": 12.0 + number}
        experiments.append(experiment(number, setting, quantities, how=how, **more))
    done = [e for e in experiments if e.state in ("measured", "failed")]
    values = [e.observed[CONDUCTIVITY.quantity].value if e.state == "measured" else None for e in done]
    ranked = sorted(
        (e for e in experiments if e.state == "measured"),
        key=lambda e: -(e.observed[CONDUCTIVITY.quantity].value or 0.0),
    )
    grid = [
        {"Li2S": a / 20, "P2S5": b / 20, "LiI": (20 - a - b) / 20}
        for a in range(21)
        for b in range(21 - a)
    ]
    fields: dict[str, Any] = {
        "name": "glass-conductor",
        "title": "The best glass of Li2S, P2S5 and LiI",
        "objectives": (CONDUCTIVITY,),
        "variables": (
            VariableShown("glass", "mixture", components=COMPONENTS),
            VariableShown("milling time", "continuous", unit="h"),
        ),
        "budget": Budget(experiments=count, instrument_hours=400.0),
        "spent": Spent(experiments=len(done), instrument_hours=5.5 * len(done), days=0.3 * count),
        "experiments": tuple(experiments),
        "ending": "goal",
        "began": START,
        "seed": 4,
        "labels": {
            e.suggestion.number: "–".join(
                f"{100 * x:.0f}{c}"
                for c, x in e.suggestion.point["glass"].items()  # type: ignore[union-attr]
            )
            for e in experiments
        },
        "best": tuple(e.suggestion.number for e in ranked[:5]),
        "ours": (
            Progress(
                CONDUCTIVITY.quantity,
                "this campaign",
                tuple(0.3 * e.suggestion.number for e in done),
                best_so_far(values),
            ),
        ),
        "references": tuple(reference(seed) for seed in (1, 2, 3)),
        "importance": {
            "glass: Li2S": 0.41,
            "glass: LiI": 0.33,
            "glass: P2S5": 0.255,
            "milling time": 0.005,
        },
        "regret_bound": 0.12,
        "regret_text": "With 95 % probability nothing left is better by more than 0.12 decades.",
        "calibration": (Coverage(CONDUCTIVITY.quantity, within_68=12, within_95=16, count=17),),
        "landscape": Landscape(
            "glass",
            CONDUCTIVITY.quantity,
            tuple((point, max(conductivity_at(point), 1e-8)) for point in grid),
        ),
        "speed": account(),
        "attribution": ("Made up for a test.",),
        "synthetic": True,
    }
    return CampaignOverview(**(fields | changes))


def reference(seed: int, *, count: int = 60, each: float = 1.5) -> Progress:
    """An arm that draws compositions at random."""
    generator = np.random.default_rng(100 + seed)
    values = [
        conductivity_at(dict(zip(COMPONENTS, generator.dirichlet((3, 1, 1)), strict=True)))
        for _ in range(count)
    ]
    days = tuple(each * (i + 1) for i in range(count))
    return Progress(CONDUCTIVITY.quantity, "manual, random choice", days, best_so_far([*values]), seed)


def several(count: int = 26, objectives: int = 2, **changes: Any) -> CampaignOverview:
    """Two or three objectives over temperature and time; the front is found by comparison."""
    generator = np.random.default_rng(5)
    chosen = (CONDUCTIVITY, DURATION, ENERGY)[:objectives]
    experiments = []
    for number in range(1, count + 1):
        hours, temperature = float(generator.uniform(2, 40)), float(generator.uniform(150, 300))
        sigma = 1e-5 * 10 ** (0.05 * hours + 0.3 * generator.normal())
        values = {
            CONDUCTIVITY.quantity: (sigma, 0.1 * sigma),
            DURATION.quantity: (hours + 4.0, 0.1),
            ENERGY.quantity: (0.25 + 0.15 * generator.uniform(), 0.004),
        }
        point = {"milling_time": hours, "temperature": temperature, "atmosphere": "argon"}
        wanted = {o.quantity: values[o.quantity] for o in chosen}
        how = "start" if number <= 5 else "planned"
        experiments.append(experiment(number, point, wanted, how=how, spread=0.06))
    front = tuple(
        e.suggestion.number for e in experiments if not any(_betters(o, e, chosen) for o in experiments)
    )
    days = tuple(0.3 * (i + 1) for i in range(count))
    better: dict[str, Callable[..., float]] = {"maximise": max, "minimise": min}
    ours = tuple(
        Progress(
            o.quantity,
            "this campaign",
            days,
            tuple(better[o.direction](_value(e, o) for e in experiments[: i + 1]) for i in range(count)),
        )
        for o in chosen
    )
    fields: dict[str, Any] = {
        "name": "trade-off",
        "title": "Fast and conductive",
        "objectives": chosen,
        "variables": (
            VariableShown("milling_time", "continuous", unit="h"),
            VariableShown("temperature", "continuous", unit="degC"),
            VariableShown("atmosphere", "categorical"),
        ),
        "budget": Budget(experiments=count),
        "spent": Spent(count, 5.5 * count, 0.3 * count),
        "experiments": tuple(experiments),
        "ending": "experiments",
        "began": START,
        "best": front,
        "front": front,
        "reference_point": {
            CONDUCTIVITY.quantity: 1e-6,
            DURATION.quantity: 48.0,
            ENERGY.quantity: 0.45,
        },
        "ours": ours,
        "importance": {"milling_time": 0.8, "temperature": 0.2},
        "calibration": tuple(Coverage(o.quantity, 14, 20, 21) for o in chosen),
        "synthetic": True,
    }
    return CampaignOverview(**(fields | changes))


def _value(e: Experiment, objective: Objective) -> float:
    value = e.observed[objective.quantity].value
    assert value is not None
    return value


def _betters(one: Experiment, other: Experiment, objectives: tuple[Objective, ...]) -> bool:
    signs = [1.0 if o.direction == "maximise" else -1.0 for o in objectives]
    gains = [s * (_value(one, o) - _value(other, o)) for s, o in zip(signs, objectives, strict=True)]
    return all(gain >= 0 for gain in gains) and any(gain > 0 for gain in gains)
