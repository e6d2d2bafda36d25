"""The hidden truth of a lab, for ``--truth`` and for tests only."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from kuralab.clock import WallClock
from kuralab.instruments.twins._json_lines import JsonLines
from kuralab.instruments.twins._sample import BOLTZMANN_EV, ROOM_TEMPERATURE, TrueSample
from kuralab.instruments.twins._world import WORLD_FILE

HOT = 353.15


def hidden_truth(folder: Path) -> dict[str, Any]:
    """What the samples of a lab truly are: by identity, from the twins' folder.

    Of a pellet also ``conductivity`` (S/cm, total, at 25 degC) and ``activation_energy`` (eV, of
    ln(sigma T) between 25 and 80 degC).
    """
    found: dict[str, Any] = {}
    for line in JsonLines(folder / WORLD_FILE, clock=WallClock()).read():
        for identity, state in line["samples"].items():
            if state is None:
                found.setdefault(identity, {})["used_up_by"] = line["key"]
            else:
                found[identity] = _truth_of(TrueSample.from_json(state))
    return {"samples": found}


def _truth_of(sample: TrueSample) -> dict[str, Any]:
    truth = sample.to_json()
    if sample.ceramic is not None:
        truth["amounts"] = sample.ceramic.amounts
        truth["material"] = asdict(sample.ceramic.material)
        return truth
    if sample.material is None and sample.hydride is None:
        truth["phases"] = asdict(sample.phases())
    if sample.form == "pellet":
        cold, hot = sample.conductivity(ROOM_TEMPERATURE), sample.conductivity(HOT)
        rise = np.log(hot * HOT / (cold * ROOM_TEMPERATURE))
        truth["conductivity"] = cold
        truth["activation_energy"] = float(rise * BOLTZMANN_EV / (1.0 / ROOM_TEMPERATURE - 1.0 / HOT))
    return truth
