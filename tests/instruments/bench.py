"""A small laboratory of twins that performs one order after the other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kuralab.clock import VirtualClock
from kuralab.instruments import Delivery, Driver, Order, OrderedSample
from kuralab.instruments.twins import twin_drivers
from kuralab.model.facility import Capability, Facility, Instrument, Station, Way
from kuralab.model.sample import Atmosphere
from kuralab.units import Quantity

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def instrument(name: str, driver: str, *operations: str, **more: object) -> Instrument:
    return Instrument(
        name=name,
        driver=driver,
        capabilities=tuple(Capability(operation=operation) for operation in operations),
        **{"station": "box", **more},  # type: ignore[arg-type]
    )


def small_facility(*instruments: Instrument) -> Facility:
    """One of each in argon; further instruments come on top or replace those of their name."""
    usual = [
        instrument("box-1", "glove_box", "weigh", "split", "merge", "hold", capacity=4),
        instrument("mill-1", "ball_mill", "ball_mill", capacity=4),
        instrument("muffle-1", "furnace", "heat", capacity=8, batch=True),
        instrument("rapid-1", "rapid_furnace", "heat", capacity=8, batch=True),
        instrument("press-1", "press", "press_pellet"),
        instrument("eis-1", "impedance_analyser", "impedance_spectrum", capacity=4, batch=True),
        instrument("xrd-1", "diffractometer", "x_ray_diffraction"),
        instrument("any-1", "no_op", "hold", "impedance_spectrum", "ball_mill"),
    ]
    named = {one.name: one for one in (*usual, *instruments)}
    return Facility(
        name="twins",
        stations=(
            Station(name="box", atmosphere=Atmosphere.ARGON, positions=100),
            Station(name="bench", atmosphere=Atmosphere.AIR, positions=10),
        ),
        instruments=tuple(named.values()),
        ways=(
            Way(
                between=("box", "bench"),
                atmosphere=Atmosphere.AIR,
                duration=Quantity(value=10, unit="min"),
            ),
        ),
    )


class Bench:
    """Performs one order after the other on its twins, in virtual time."""

    def __init__(self, folder: Path, *, seed: int, facility: Facility, start: datetime = START) -> None:
        self.folder = folder
        self.clock = VirtualClock(start)
        self.drivers: dict[str, Driver] = twin_drivers(
            facility, folder=folder, clock=self.clock, seed=seed
        )

    def order(
        self, operation: str, *samples: str, makes: tuple[str, ...] = (), key: str = "", **given: str
    ) -> Order:
        parameters = {
            name: text if name in ("composition", "gas", "entry", "crucible") else Quantity.parse(text)
            for name, text in given.items()
        }
        return Order(
            key=key or "/".join([operation, *samples, *makes, *map(str, given.values())]),
            operation=operation,
            parameters=parameters,
            samples=tuple(OrderedSample(identity=sample) for sample in samples),
            makes=makes,
        )

    def perform(
        self, name: str, operation: str, *samples: str, makes: tuple[str, ...] = (), **given: str
    ) -> Delivery:
        """Start, wait, collect."""
        driver = self.drivers[name]
        order = self.order(operation, *samples, makes=makes, **given)

        async def whole() -> Delivery:
            await driver.start(order)
            await driver.wait(order.key)
            return await driver.collect(order.key)

        return self.clock.run(whole())

    def weigh(self, sample: str, composition: str, mass: str = "0.2 g") -> None:
        self.perform("box-1", "weigh", makes=(sample,), composition=composition, mass=mass)

    def glass(self, sample: str, composition: str, *, milling: str = "20 h") -> None:
        """Powder that was weighed and milled."""
        self.weigh(sample, composition)
        self.perform("mill-1", "ball_mill", sample, speed="500 rpm", duration=milling)

    def pellet(self, sample: str, composition: str, *, milling: str = "20 h") -> Delivery:
        self.glass(sample, composition, milling=milling)
        return self.press(sample)

    def press(self, sample: str) -> Delivery:
        return self.perform("press-1", "press_pellet", sample, pressure="360 MPa", diameter="10 mm")
