"""Facility files: stations, instruments with what they can do, shared resources and ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kuralab.errors import InputError, UnitError
from kuralab.formats._fields import Fields, near_miss, open_yaml, scalar_text
from kuralab.formats._problems import Problems
from kuralab.formats._yaml import Mapping, Node, Scalar
from kuralab.model import (
    Atmosphere,
    Capability,
    Facility,
    Instrument,
    OperationKind,
    ParameterKind,
    Range,
    Resource,
    Shift,
    Station,
    Way,
    operation_kind,
)
from kuralab.units import Quantity

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHIFT: Final = re.compile(
    r"(?P<first>[a-z]+)(?:\s*(?:-|to)\s*(?P<last>[a-z]+))?\s+"
    r"(?P<opens>[0-9]{1,2}:[0-9]{2})\s*(?:-|to)\s*(?P<closes>[0-9]{1,2}:[0-9]{2})"
)


def read_facility(path: str | Path) -> Facility:
    """Read a facility file.

    Raises
    ------
    InputError
        Not YAML, an unknown or missing field, a value without unit, a name that is used twice or
        not at all. One error lists every problem with its line.
    """
    problems = Problems(str(path))
    fields = open_yaml(Path(path), problems, what="a facility")
    name = fields.text("name", required=True)
    kind = fields.text("kind") or "twin"
    if kind not in ("twin", "real"):
        fields.problem("kind", f"{kind!r} is no kind of facility", hint="Write twin or real.")
    zone = fields.text("time_zone") or "UTC"
    _check_zone(fields, zone)
    stations = tuple(_station(key, of) for key, of in fields.mapping("stations", required=True).nested())
    listed = fields.mapping("resources")
    resources = tuple(Resource(name=key, count=listed.whole_number(key)) for key in listed.node.entries)
    performers = fields.mapping("instruments", required=True)
    instruments = tuple(_instrument(key, of, stations) for key, of in performers.nested())
    _check_names(performers, instruments, [resource.name for resource in resources])
    ways = tuple(way for node in fields.items("ways") if (way := _way(fields, node, stations)))
    fields.finish()
    problems.raise_if_any()
    return Facility(
        name=name,
        kind="real" if kind == "real" else "twin",
        stations=stations,
        instruments=instruments,
        resources=resources,
        ways=ways,
        time_zone=zone,
    )


def _check_zone(fields: Fields, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        fields.problem("time_zone", f"{zone!r} is no time zone", hint="Write it as Asia/Tokyo.")


def _station(name: str, fields: Fields) -> Station:
    atmosphere = fields.choice("atmosphere", Atmosphere, required=True)
    positions = fields.whole_number("positions")
    fields.finish()
    return Station(
        name=name,
        atmosphere=atmosphere or Atmosphere.AIR,
        positions=positions,
        line=fields.node.line,
    )


def _instrument(name: str, fields: Fields, stations: tuple[Station, ...]) -> Instrument:
    station = fields.text("station", required=True)
    _check_station(fields, "station", station, stations)
    performs = fields.mapping("performs", required=True)
    capabilities = tuple(
        capability
        for key in performs.node.entries
        if (capability := _capability(key, performs, name)) is not None
    )
    found = Instrument(
        name=name,
        station=station,
        driver=fields.text("driver", required=True),
        capabilities=capabilities,
        capacity=fields.whole_number("capacity", default=1),
        batch=fields.truth("batch"),
        also=fields.texts("also"),
        shifts=tuple(
            shift for text in fields.texts("shifts") if (shift := read_shift(fields, text)) is not None
        ),
        settings=_settings(fields.mapping("settings", within=f"{name}.settings")),
        line=fields.node.line,
    )
    fields.finish()
    return found


def _check_station(fields: Fields, key: str, name: str, stations: tuple[Station, ...]) -> None:
    known = [station.name for station in stations]
    if name and name not in known:
        fields.problem(key, f"there is no station {name!r}", hint=near_miss(name, known))


def _capability(key: str, performs: Fields, instrument: str) -> Capability | None:
    try:
        kind = operation_kind(key)
    except InputError as error:
        performs.take(key)
        performs.problem(key, error.message, hint=error.hint)
        return None
    fields = performs.mapping(key, within=f"{instrument}.{key}")
    ranges: dict[str, Range] = {}
    choices: dict[str, tuple[str, ...]] = {}
    for parameter in kind.parameters:
        if not fields.has(parameter.key):
            continue
        if parameter.type in ("text", "composition"):
            choices[parameter.key] = _choices(fields, parameter)
        elif (found := _range(fields, parameter)) is not None:
            ranges[parameter.key] = found
    overhead = fields.quantity("overhead", unit="min")
    fields.finish(also=_parameters(kind))
    return Capability(operation=key, ranges=ranges, choices=choices, overhead=overhead)


def _parameters(kind: OperationKind) -> list[str]:
    return [parameter.key for parameter in kind.parameters]


def _range(fields: Fields, parameter: ParameterKind) -> Range | None:
    text = fields.text(parameter.key, required=True)
    try:
        return Range.parse(text, unit=parameter.unit) if text else None
    except UnitError as error:
        fields.problem(parameter.key, str(error))
        return None


def _choices(fields: Fields, parameter: ParameterKind) -> tuple[str, ...]:
    found = fields.texts(parameter.key)
    for text in found:
        if parameter.choices and text not in parameter.choices:
            fields.problem(
                parameter.key, f"{text!r} is unknown", hint=near_miss(text, parameter.choices)
            )
    return found


def read_shift(fields: Fields, text: str, *, key: str = "shifts") -> Shift | None:
    """Read ``monday-friday 8:00-18:00`` or ``saturday 9:00-12:00``."""
    found = _SHIFT.fullmatch(text.lower())
    days = [found["first"], found["last"] or found["first"]] if found else []
    if found is None or not all(day in _DAYS for day in days):
        fields.problem(key, f"{text!r} is no shift", hint="Write it as monday-friday 8:00-18:00.")
        return None
    first, last = (_DAYS.index(day) for day in days)
    opens, closes = _hours(found["opens"]), _hours(found["closes"])
    if first > last or not 0 <= opens < closes <= 24:
        fields.problem(key, f"{text!r} ends before it begins", hint="Write two shifts.")
        return None
    return Shift(days=tuple(range(first, last + 1)), opens=opens, closes=closes)


def _hours(text: str) -> float:
    hours, _, minutes = text.partition(":")
    return int(hours) + int(minutes) / 60


def _settings(fields: Fields) -> dict[str, Quantity | int | float | str]:
    """What only the driver understands. A quantity is recognised; a text like one needs quotes."""
    found: dict[str, Quantity | int | float | str] = {}
    for key in fields.node.entries:
        node = fields.take(key)
        if not isinstance(node, Scalar):
            fields.problem(key, "a setting is one value")
            continue
        if node.quoted or not re.match(r"[-+]?\.?[0-9]", node.text):
            found[key] = node.text
        elif isinstance(node.value, int | float):
            found[key] = node.value
        else:
            try:
                found[key] = Quantity.parse(node.text)
            except UnitError as error:
                fields.problem(key, str(error), hint="Put it in quotes if it is a text.")
    return found


def _way(fields: Fields, node: Node, stations: tuple[Station, ...]) -> Way | None:
    if not isinstance(node, Mapping):
        fields.problem("ways", f"{scalar_text(node)!r} is no way", hint="It has between and duration.")
        return None
    way = Fields(node, fields.problems, "way")
    ends = way.texts("between")
    for end in ends:
        _check_station(way, "between", end, stations)
    if len(ends) != 2 or ends[0] == ends[1]:
        way.problem("between", "a way has two ends", hint="Write [first station, second station].")
    atmosphere = way.choice("atmosphere", Atmosphere, required=True)
    duration = way.quantity("duration", unit="min", required=True)
    way.finish()
    if len(ends) != 2 or atmosphere is None or duration is None:
        return None
    return Way(between=(ends[0], ends[1]), atmosphere=atmosphere, duration=duration)


def _check_names(fields: Fields, instruments: tuple[Instrument, ...], resources: list[str]) -> None:
    for instrument in instruments:
        if instrument.name in resources:
            fields.problem(instrument.name, "an instrument and a resource have this name")
        for other in instrument.also:
            if other not in resources:
                fields.problem(
                    instrument.name, f"there is no resource {other!r}", hint=near_miss(other, resources)
                )
