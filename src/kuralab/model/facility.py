"""A facility: stations with an atmosphere, instruments with what they can do, and ways between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import SCHEMA_VERSION, Record, SchemaVersion
from kuralab.model._range import Range
from kuralab.model.operation import Value, quantity_of
from kuralab.model.sample import Atmosphere
from kuralab.units import Quantity


@final
class Station(Record):
    """A place with positions for samples and an atmosphere."""

    name: str = Field(min_length=1)
    atmosphere: Atmosphere
    positions: int = Field(ge=1)
    line: int | None = None


@final
class Capability(Record):
    """An operation that an instrument performs; ``overhead`` is added to its time.

    ranges: what its quantities and numbers may be; choices: what its texts may be. A parameter
    that is in neither may have any value.
    """

    operation: str
    ranges: dict[str, Range] = Field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    overhead: Quantity | None = None

    def broken_limits(self, parameters: Mapping[str, Value]) -> dict[str, Quantity | tuple[str, ...]]:
        """Which parameters an instrument cannot do, each with the end of its range or its choices."""
        broken: dict[str, Quantity | tuple[str, ...]] = {}
        for key, value in parameters.items():
            limit: Quantity | tuple[str, ...] | None = None
            if isinstance(value, str):
                offered = self.choices.get(key)
                limit = offered if offered is not None and value not in offered else None
            elif key in self.ranges:
                limit = self.ranges[key].exceeded_by(quantity_of(value))
            if limit is not None:
                broken[key] = limit
        return broken


@final
class Shift(Record):
    """Opening hours on some weekdays (0 is Monday), local time of the facility, in hours 0-24."""

    days: tuple[int, ...]
    opens: float = Field(ge=0, le=24)
    closes: float = Field(ge=0, le=24)


@final
class Instrument(Record):
    """A resource that performs operations.

    capacity: samples at once (channels, furnace positions); batch: those must share one programme;
    driver: a registered name or a dotted path; also: other resources that it occupies; shifts:
    when it may start work (always, where none is given).
    """

    name: str = Field(min_length=1)
    station: str
    driver: str
    capabilities: tuple[Capability, ...]
    capacity: int = Field(default=1, ge=1)
    batch: bool = False
    also: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    settings: dict[str, Quantity | int | float | str] = Field(default_factory=dict)
    line: int | None = None


@final
class Resource(Record):
    """Something counted that instruments share: operators, gas lines, power."""

    name: str = Field(min_length=1)
    count: int = Field(ge=1)


@final
class Way(Record):
    """How samples get from one station to another, through which atmosphere, and in what time."""

    between: tuple[str, str]
    atmosphere: Atmosphere
    duration: Quantity


@final
class Facility(Record):
    """Stations, instruments, shared resources and ways."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    name: str = Field(min_length=1)
    kind: Literal["twin", "real"] = "twin"
    stations: tuple[Station, ...]
    instruments: tuple[Instrument, ...]
    resources: tuple[Resource, ...] = ()
    ways: tuple[Way, ...] = ()
    time_zone: str = "UTC"

    @model_validator(mode="after")
    def _names_are_clear(self) -> Self:
        for what, named in (
            ("stations", [station.name for station in self.stations]),
            ("instruments", [instrument.name for instrument in self.instruments]),
            ("resources", [resource.name for resource in self.resources]),
        ):
            if twice := {name for name in named if named.count(name) > 1}:
                raise ValueError(f"two {what} are called {min(twice)!r}")
        stations = {station.name for station in self.stations}
        used = {instrument.station for instrument in self.instruments}
        used.update(end for way in self.ways for end in way.between)
        if unknown := used - stations:
            raise ValueError(f"there is no station {min(unknown)!r}")
        shared = {resource for instrument in self.instruments for resource in instrument.also}
        if unknown := shared - {resource.name for resource in self.resources}:
            raise ValueError(f"there is no resource {min(unknown)!r}")
        return self

    def station(self, name: str) -> Station:
        """The station of one name."""
        return next(station for station in self.stations if station.name == name)

    def instrument(self, name: str) -> Instrument:
        """The instrument of one name."""
        return next(instrument for instrument in self.instruments if instrument.name == name)
