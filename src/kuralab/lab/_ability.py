"""Which instruments can take a step, and why none can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kuralab.lab._moves import Permitted
from kuralab.model import (
    Atmosphere,
    Capability,
    Facility,
    Instrument,
    Range,
    Step,
    operation_kind,
)
from kuralab.units import Quantity


@dataclass(frozen=True)
class Problem:
    """Why a protocol cannot be run here: place, what is wrong, and what to do.

    ``field`` is the parameter, or what else of the step is wrong; None means the whole step.
    ``refusal``: the protocol is well-formed, but this lab cannot do it or must not.
    """

    line: int | None
    step: str | None
    field: str | None
    message: str
    hint: str = ""
    refusal: bool = True


@dataclass(frozen=True)
class Choice:
    """An instrument that can take a step, and by which of its capabilities."""

    instrument: Instrument
    capability: Capability


def choices_for(
    step: Step, facility: Facility, permitted: Permitted | None
) -> tuple[list[Choice], list[Problem]]:
    """The instruments that can take a step; if none can, those that nearly can, and the problems."""
    performing = [
        Choice(instrument, capability)
        for instrument in facility.instruments
        for capability in instrument.capabilities
        if capability.operation == step.operation
    ]
    if not performing:
        others = sorted({c.operation for i in facility.instruments for c in i.capabilities})
        hint = f"Those of {facility.name} perform {', '.join(others)}."
        return [], [_problem(step, None, "no instrument here performs this", hint)]
    problems: list[Problem] = []
    able = [c for c in performing if not c.capability.broken_limits(step.parameters)]
    if not able:
        problems += _limit_problems(step, performing)
    able = able or performing
    roomy = [c for c in able if len(step.samples) <= c.instrument.capacity]
    if not roomy:
        problems.append(_capacity_problem(step, able))
    able = roomy or able
    safe = [c for c in able if not _harmful(step, c, facility, permitted)]
    if not safe and permitted is not None:
        problems += _atmosphere_problems(step, able, facility, permitted)
    return safe or able, problems


def _limit_problems(step: Step, performing: Sequence[Choice]) -> list[Problem]:
    broken = [choice.capability.broken_limits(step.parameters) for choice in performing]
    beyond_all = [key for key in step.parameters if all(key in each for each in broken)]
    if not beyond_all:
        reasons = "; ".join(
            f"{choice.instrument.name} cannot do {', '.join(each)}"
            for choice, each in zip(performing, broken, strict=True)
        )
        message = f"no instrument here can do all that is asked at once: {reasons}"
        return [_problem(step, None, message, "Change one of these, or describe another instrument.")]
    return [_limit_problem(step, key, performing) for key in beyond_all]


def _limit_problem(step: Step, key: str, performing: Sequence[Choice]) -> Problem:
    value = step.parameters[key]
    if isinstance(value, str):
        offered = dict.fromkeys(text for c in performing for text in c.capability.choices[key])
        message = f"{value!r} is available on no instrument here"
        return _problem(step, key, message, f"Choose one of {', '.join(offered)}.")
    ends: dict[str, Quantity] = {}
    for choice in performing:
        end = choice.capability.broken_limits(step.parameters)[key]
        if isinstance(end, Quantity):
            ends[choice.instrument.name] = end
    number = value.value if isinstance(value, Quantity) else float(value)
    name, end = min(ends.items(), key=lambda item: abs(item[1].value - number))
    low = number < end.value
    return _problem(
        step,
        key,
        f"{value} is {'below' if low else 'above'} what any instrument here can do; "
        f"the nearest limit is {end} ({name})",
        f"Give at {'least' if low else 'most'} {end}, or describe another instrument in the facility.",
    )


def _capacity_problem(step: Step, able: Sequence[Choice]) -> Problem:
    largest = max(able, key=lambda choice: choice.instrument.capacity).instrument
    return _problem(
        step,
        "samples",
        f"{len(step.samples)} samples at once are too many; the largest instrument has "
        f"room for {largest.capacity} ({largest.name})",
        "Repeat the step for fewer samples each time.",
    )


def surroundings(step: Step, choice: Choice, facility: Facility) -> dict[str, Atmosphere]:
    """What a step exposes its samples to, by whose atmosphere it is."""
    station = facility.station(choice.instrument.station)
    found = {f"station {station.name}": station.atmosphere}
    gas = step.parameters.get("gas")
    if isinstance(gas, str) and gas in tuple(Atmosphere):
        found["the gas"] = Atmosphere(gas)
    return found


def _harmful(
    step: Step, choice: Choice, facility: Facility, permitted: Permitted | None
) -> dict[str, Atmosphere]:
    """The surroundings that the samples must not meet."""
    if permitted is None:
        return {}
    around = surroundings(step, choice, facility)
    return {whose: atmosphere for whose, atmosphere in around.items() if atmosphere not in permitted}


def _atmosphere_problems(
    step: Step, able: Sequence[Choice], facility: Facility, permitted: Permitted
) -> list[Problem]:
    wanted = " or ".join(sorted(permitted))
    harmful = [_harmful(step, choice, facility, permitted) for choice in able]
    if all("the gas" in each for each in harmful):
        gas = step.parameters["gas"]
        message = f"the samples would be in {gas}, but must stay in {wanted}"
        return [_problem(step, "gas", message, "Choose another gas.")]
    name, each = able[0].instrument.name, harmful[0]
    where = ", ".join(f"{atmosphere} ({whose})" for whose, atmosphere in each.items())
    message = f"on {name} the samples would be in {where}, but must stay in {wanted}"
    return [_problem(step, None, message, f"Describe an instrument in {wanted}.")]


def open_problems(step: Step) -> list[Problem]:
    """A protocol that leaves something open cannot be run yet."""
    found = []
    for key in step.open_parameters:
        allowed = step.open_ranges.get(key, Range())
        kind = operation_kind(step.operation).parameter(key)
        example = allowed.low or allowed.high or f"… {kind.unit}".strip()
        found.append(
            _problem(
                step,
                key,
                f"this is left open ({allowed})",
                f"Choose it by --set '{step.label}.{key}={example}'.",
            )
        )
    return found


def _problem(step: Step, key: str | None, message: str, hint: str) -> Problem:
    return Problem(line=step.line, step=step.key, field=key, message=message, hint=hint)
