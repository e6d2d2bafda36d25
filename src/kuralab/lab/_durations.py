"""How long a step takes on an instrument, as far as can be known before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kuralab.instruments import Driver, Order, OrderedSample
from kuralab.lab._ability import Choice
from kuralab.model import Step, operation_kind
from kuralab.units import Quantity, scale_between

_ROOM: Final = 25.0
"""degC, where heating begins."""


def seconds_of(steps: Sequence[Step], choice: Choice, driver: Driver | None) -> float:
    """How long steps take together: what the driver estimates for all of them as one order.

    Without a driver the operation's own time, heating and overhead, however many they are::

        t = t_operation + |T - 25 degC| / rate + t_overhead
    """
    if driver is not None:
        return driver.estimate(_order(steps))
    step = steps[0]
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


def _order(steps: Sequence[Step]) -> Order:
    return Order(
        key=steps[0].key,
        operation=steps[0].operation,
        parameters=steps[0].parameters,
        samples=tuple(OrderedSample(identity=name) for step in steps for name in step.samples),
        makes=tuple(name for step in steps for name in step.makes),
    )
