"""What a sample must be like to go into an instrument."""

from __future__ import annotations

from kuralab.instruments._driver import Order


def wants_form(order: Order, form: str) -> list[str]:
    """A sentence for every sample that is known to have another form."""
    return [
        f"{order.operation} needs a {form}, but {sample.identity} is a {sample.form}"
        for sample in order.samples
        if sample.form is not None and sample.form != form
    ]
