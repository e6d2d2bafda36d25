"""How long a step takes on an instrument, as far as can be known before."""

from __future__ import annotations

from typing import Final

from kuralab.instruments import Driver, Order, OrderedSample
from kuralab.lab._ability import Choice
from kuralab.model import Step, operation_kind
from kuralab.units import Quantity, scale_between

_ROOM: Final = 25.0
"""degC, where heating begins."""


def seconds_of(step: Step, choice: Choice, driver: Driver | None) -> float:
    """What the driver estimates; without one the operation's own time, heating and overhead.

    t = t_operation + |T - 25 degC| / rate + t_overhead
    """
    if driver is not None:
        return driver.estimate(_order(step))
    seconds = _in_seconds(choice.capability.overhead)
    time = operation_kind(step.operation).time
    if time is not None:
        seconds += _in_seconds(step.parameters.get(time))
    temperature, rate = step.parameters.get("temperature"), step.parameters.get("heating_rate")
    if isinstance(temperature, Quantity) and isinstance(rate, Quantity):
        per_second = rate.value * scale_between(rate.unit, "K/s")
        seconds += abs(temperature.to("degC").value - _ROOM) / per_second
    return seconds


def _in_seconds(time: object) -> float:
    return time.to("s").value if isinstance(time, Quantity) else 0.0


def _order(step: Step) -> Order:
    return Order(
        key=step.key,
        operation=step.operation,
        parameters=step.parameters,
        samples=tuple(OrderedSample(identity=name) for name in step.samples),
        makes=step.makes,
    )
