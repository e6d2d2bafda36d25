"""A request for a run: its identity, the facts of its creation, and what is refused at once."""

from __future__ import annotations

import hashlib
import json

from kuralab.errors import InputError
from kuralab.model import Facility, Protocol
from kuralab.store import Fact


def run_identity(protocol: Protocol, facility: Facility, seed: int, number: int = 0) -> str:
    """The identity of a run: the same for the same protocol, facility, seed and repetition."""
    content = json.dumps([protocol.digest(), facility.model_dump_json(), seed, number])
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def refuse_open(protocol: Protocol) -> None:
    """Raise InputError where a parameter has no value."""
    for step in protocol.steps:
        if step.open_parameters:
            raise InputError(
                f"{step.key}: {', '.join(step.open_parameters)} is still open",
                line=step.line,
                field=step.open_parameters[0],
                hint="Give it a value (--set), or let a campaign choose it.",
            )


def facts_of_request(run: str, protocol: Protocol, facility: Facility, seed: int) -> list[Fact]:
    """A run as it was handed in, with all its steps waiting."""
    payload = {
        "run": run,
        "name": protocol.name,
        "protocol": protocol.model_dump(mode="json"),
        "facility": facility.model_dump(mode="json"),
        "seed": seed,
    }
    waiting = [
        {
            "run": run,
            "step": step.key,
            "state": "waiting",
            "operation": step.operation,
            "samples": [f"{run}/{name}" for name in step.samples],
        }
        for step in protocol.steps
    ]
    return [
        Fact("run.created", run, payload),
        Fact("run.state", run, {"run": run, "state": "running"}),
        *(Fact("step.state", run, payload) for payload in waiting),
    ]
