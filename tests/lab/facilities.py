"""A facility to be checked against, and protocols that it cannot run."""

from __future__ import annotations

from kuralab.model import (
    Atmosphere,
    Capability,
    Facility,
    Instrument,
    ProtocolBuilder,
    Range,
    Resource,
    Station,
    Way,
)
from kuralab.units import Quantity


def minutes(value: float) -> Quantity:
    """A time."""
    return Quantity(value=value, unit="min")


def capability(operation: str, *, overhead: float = 0.0, **ranges: str) -> Capability:
    """What an instrument can do; ``gas`` is a choice, all else a range in its own unit."""
    units = {"temperature": "degC", "pressure": "MPa", "heating_rate": "degC/min", "speed": "rpm"}
    gas = ranges.pop("gas", None)
    return Capability(
        operation=operation,
        ranges={key: Range.parse(text, unit=units[key]) for key, text in ranges.items()},
        choices={} if gas is None else {"gas": tuple(gas.split(", "))},
        overhead=minutes(overhead),
    )


def way(first: str, second: str, atmosphere: Atmosphere, time: float) -> Way:
    """A way between two stations."""
    return Way(between=(first, second), atmosphere=atmosphere, duration=minutes(time))


def small_facility(*ways: Way, **changes: object) -> Facility:
    """Weigh (10 min) and press in a box; a mill and a furnace in a bay; measure in a hall.

    Moves take 5 min through argon; the hall lies in air behind an argon lock.
    """
    fields: dict[str, object] = {
        "name": "small",
        "stations": (
            Station(name="box", atmosphere=Atmosphere.ARGON, positions=6),
            Station(name="bay", atmosphere=Atmosphere.ARGON, positions=4),
            Station(name="hall", atmosphere=Atmosphere.AIR, positions=9),
        ),
        "resources": (Resource(name="arm", count=1),),
        "instruments": (
            Instrument(
                name="balance",
                station="box",
                driver="d",
                capabilities=(
                    capability("weigh", overhead=10),
                    capability("split"),
                    capability("merge"),
                ),
                capacity=3,
                also=("arm",),
            ),
            Instrument(
                name="press",
                station="box",
                driver="d",
                capabilities=(capability("press_pellet", overhead=10, pressure="10..1000 MPa"),),
            ),
            Instrument(
                name="mill",
                station="bay",
                driver="d",
                capabilities=(capability("ball_mill", speed="..600 rpm"),),
                capacity=2,
                batch=True,
            ),
            Instrument(
                name="furnace",
                station="bay",
                driver="d",
                capabilities=(
                    capability("heat", temperature="..500 degC", heating_rate="..20 degC/min"),
                ),
            ),
            Instrument(
                name="hot furnace",
                station="bay",
                driver="d",
                capabilities=(
                    capability("heat", temperature="..900 degC", heating_rate="..5 degC/min"),
                ),
            ),
            Instrument(
                name="analyser",
                station="hall",
                driver="d",
                capabilities=(capability("impedance_spectrum", overhead=30),),
            ),
        ),
        "ways": ways
        or (
            way("box", "bay", Atmosphere.ARGON, 5),
            way("box", "hall", Atmosphere.AIR, 5),
        ),
    }
    return Facility.model_validate({**fields, **changes})


def milled(**options: object) -> tuple[ProtocolBuilder, str]:
    """Weighed and milled for one hour."""
    p = ProtocolBuilder("test", **options)  # type: ignore[arg-type]
    powder = p.weigh("Li3PS4", mass="1 g", makes="powder")
    p.ball_mill(powder, speed="500 rpm", duration="1 h")
    return p, powder
