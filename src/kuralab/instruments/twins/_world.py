"""The hidden state of all samples of one lab, kept outside the ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, final

from kuralab.clock import Clock
from kuralab.instruments._driver import DriverError
from kuralab.instruments.twins._json_lines import JsonLines
from kuralab.instruments.twins._sample import TrueSample
from kuralab.model.facility import Facility, Way
from kuralab.model.sample import Atmosphere
from kuralab.science.synthesis import intact_fraction, li3ps4_lii

WORLD_FILE: Final = "world.jsonl"


@final
class World:
    """States of samples, folded from ``world.jsonl``: one line per finished order.

    A line holds the new states and what the instrument is to deliver, so that a twin that died
    between the two writes can finish its own log from it. The same order is never applied twice.
    """

    def __init__(self, folder: Path, *, clock: Clock, facility: Facility, seed: int) -> None:
        self.seed = seed
        self.facility = facility
        self._lines = JsonLines(folder / WORLD_FILE, clock=clock)
        self._samples: dict[str, TrueSample | None] = {}
        self._ended: dict[str, Mapping[str, Any]] = {}
        for line in self._lines.read():
            self._fold(line)

    def ending(self, key: str) -> Mapping[str, Any] | None:
        """How an order ended, if it did."""
        return self._ended.get(key)

    def sample(self, identity: str) -> TrueSample:
        """The state of a sample.

        Raises
        ------
        DriverError
            There is no such sample, or it was used up.
        """
        if identity not in self._samples:
            raise DriverError(f"there is no sample {identity} here; it was never made on these twins")
        found = self._samples[identity]
        if found is None:
            raise DriverError(f"sample {identity} was used up")
        return found

    async def record(
        self, ending: Mapping[str, Any], *, instrument: str, samples: Mapping[str, TrueSample | None]
    ) -> None:
        """Make an ended order part of the world; ``ending`` is the instrument's own last line.

        Raises
        ------
        OSError
            The disk refused; nothing has changed.
        """
        line = {
            "key": ending["key"],
            "instrument": instrument,
            "seed": self.seed,
            "samples": {i: None if s is None else s.to_json() for i, s in samples.items()},
            "ending": dict(ending),
        }
        await self._lines.append(line)
        self._fold(line)

    def _fold(self, line: Mapping[str, Any]) -> None:
        if line["key"] in self._ended:
            return
        self._ended[line["key"]] = line["ending"]
        for identity, state in line["samples"].items():
            self._samples[identity] = None if state is None else TrueSample.from_json(state)

    def arrived(self, sample: TrueSample, *, station: str, at: datetime) -> TrueSample:
        """A sample after it has waited where it was and come to a station."""
        if sample.station is None or sample.since is None:
            return sample
        ways = self._ways(sample.station, station)
        travel = sum(way.duration.to("s").value for way in ways)
        waited = max(0.0, (at - datetime.fromisoformat(sample.since)).total_seconds() - travel)
        sample = exposed(sample, self.facility.station(sample.station).atmosphere, seconds=waited)
        for way in ways:
            sample = exposed(sample, way.atmosphere, seconds=way.duration.to("s").value)
        return sample

    def _ways(self, start: str, end: str) -> list[Way]:
        """The fewest ways from one station to another; none where they are the same."""
        routes: deque[tuple[str, list[Way]]] = deque([(start, [])])
        seen = {start}
        while routes:
            place, route = routes.popleft()
            if place == end:
                return route
            for way in self.facility.ways:
                if place in way.between:
                    other = way.between[1] if way.between[0] == place else way.between[0]
                    if other not in seen:
                        seen.add(other)
                        routes.append((other, [*route, way]))
        raise DriverError(f"there is no way from station {start} to station {end}")


def exposed(
    sample: TrueSample, atmosphere: Atmosphere, *, seconds: float, factor: float = 1.0
) -> TrueSample:
    """A sample after some time in an atmosphere; argon and vacuum do no harm, nothing a library's,
    an alloy's or an oxide's.

    factor: by how much faster than at room temperature.
    """
    air = li3ps4_lii().air
    water = {Atmosphere.DRY_AIR: air.water_in_dry_air, Atmosphere.AIR: air.water_in_air}.get(atmosphere)
    if water is None or seconds <= 0 or sample.material or sample.hydride or sample.ceramic:
        return sample
    intact = intact_fraction(
        duration=factor * seconds, water=water, hydrolysis=air, pellet=sample.form == "pellet"
    )
    return replace(sample, hydrolysed=1.0 - (1.0 - sample.hydrolysed) * intact)
