"""An order as plain values, for drivers that keep their orders in files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kuralab.instruments._driver import Order, OrderedSample
from kuralab.model.protocol import Value
from kuralab.units import Quantity


def record_from_order(order: Order) -> dict[str, Any]:
    """Key, operation, parameters, samples and makes; quantities as value, uncertainty, unit."""
    return {
        "key": order.key,
        "operation": order.operation,
        "parameters": {
            name: value.model_dump() if isinstance(value, Quantity) else value
            for name, value in order.parameters.items()
        },
        "samples": [[s.identity, s.composition, s.form] for s in order.samples],
        "makes": list(order.makes),
    }


def order_from_record(record: Mapping[str, Any]) -> Order:
    """The order of a record that ``record_from_order`` made; further entries are passed over."""
    parameters: dict[str, Value] = {
        name: Quantity(**value) if isinstance(value, dict) else value
        for name, value in record["parameters"].items()
    }
    return Order(
        key=record["key"],
        operation=record["operation"],
        parameters=parameters,
        samples=tuple(OrderedSample(*sample) for sample in record["samples"]),
        makes=tuple(record["makes"]),
    )
