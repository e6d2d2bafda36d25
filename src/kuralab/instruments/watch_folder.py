"""An instrument that only writes files: an order has ended when a new file has stopped growing.

Somebody starts the measurement at the instrument's own computer; kuralab sees the folder that it
writes to. What was there before the order is not its result, unless it changes afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, final

from kuralab.clock import Clock
from kuralab.instruments._driver import Delivery, DriverError, Order, Status
from kuralab.instruments._durable import stem_of_key, write_durably
from kuralab.instruments._order_file import record_from_order
from kuralab.model.facility import Instrument
from kuralab.model.operation import operation_kinds
from kuralab.units import Quantity

USUAL_TIME: Final = 3600.0
NO_FILE: Final = "no new file has appeared"
STOPPED: Final = "it was stopped"
_FASTEST_LOOK: Final = 0.2

Look = Mapping[str, tuple[int, int]]
"""Size and time of change (ns) of every file that matches, by name."""


@dataclass(frozen=True)
class Patience:
    """Seconds: settled, how long a file must not have changed to count as complete; look_every,
    between two looks; at_most, after which an order without a file has failed."""

    settled: float = 10.0
    look_every: float = 2.0
    at_most: float = 86400.0


@final
class WatchFolder:
    """One order at a time, on one sample: a file does not say whose it is.

    watched: the instrument's folder; pattern: which of its files count; folder: the driver's own,
    where it keeps its orders and a copy of what they brought.
    """

    def __init__(
        self,
        instrument: Instrument,
        *,
        watched: Path,
        folder: Path,
        clock: Clock,
        pattern: str = "*",
        patience: Patience | None = None,
    ) -> None:
        self._instrument = instrument
        self._watched = watched
        self._folder = folder
        self._clock = clock
        self._pattern = pattern
        self._patience = patience or Patience()

    def estimate(self, order: Order) -> float:
        """The order's own time, or an hour."""
        kind = operation_kinds().get(order.operation)
        value = order.parameters.get(kind.time) if kind is not None and kind.time else None
        return value.to("s").value if isinstance(value, Quantity) else USUAL_TIME

    def check(self, order: Order) -> list[str]:
        """One sample, and an operation of this instrument."""
        able = {capability.operation for capability in self._instrument.capabilities}
        problems = []
        if order.operation not in able:
            problems.append(f"{self._instrument.name} does not perform {order.operation}")
        if len(order.samples) != 1:
            problems.append(
                f"{self._instrument.name} takes one sample at a time, not {len(order.samples)}: "
                "a new file does not say whose it is"
            )
        return problems

    async def start(self, order: Order) -> None:
        """Note which files are there already, durably; from now on a new one is this order's.

        Raises
        ------
        DriverError
            It cannot be performed, another order waits for its file, or the folder is not there.
        """
        problems = self.check(order)
        if problems:
            raise DriverError("; ".join(problems))
        await self._clock.in_thread(self._begin, order, self._clock.now())

    def _begin(self, order: Order, now: datetime) -> None:
        if self._path(order.key).exists():
            return
        busy = [record["key"] for record in self._records() if "succeeded" not in record]
        if busy:
            raise DriverError(f"{self._instrument.name} still waits for the file of order {busy[0]}")
        try:
            record = record_from_order(order)
            record |= {"started": now.isoformat(), "before": self._look()}
            self._write(record)
        except OSError as error:
            raise DriverError(f"{self._instrument.name} cannot begin: {error}") from error

    async def wait(self, key: str) -> None:
        """Until a new file has stopped growing, or patience has ended."""
        record = await self._clock.in_thread(self._record, key)
        latest = datetime.fromisoformat(record["started"]) + timedelta(seconds=self._patience.at_most)
        seen: dict[str, tuple[tuple[int, int], datetime]] = {}
        while "succeeded" not in (record := await self._clock.in_thread(self._record, key)):
            now = self._clock.now()
            for name, state in (await self._clock.in_thread(self._new_files, record)).items():
                if name not in seen or seen[name][0] != state:
                    seen[name] = (state, now)
                elif (now - seen[name][1]).total_seconds() >= self._patience.settled:
                    await self._clock.in_thread(self._take, record, name)
                    return
            if now >= latest:
                ending = {"succeeded": False, "message": NO_FILE}
                await self._clock.in_thread(self._write, {**record, **ending})
                return
            await self._clock.sleep(max(self._patience.look_every, _FASTEST_LOOK))

    async def status(self, key: str) -> Status:
        """Running until ``wait`` has found the file, also in a later process."""
        if not await self._clock.in_thread(self._path(key).exists):
            return Status.NEVER_ARRIVED
        record = await self._clock.in_thread(self._record, key)
        if "succeeded" not in record:
            return Status.RUNNING
        return Status.FINISHED if record["succeeded"] else Status.FAILED

    async def collect(self, key: str) -> Delivery:
        """The file, from the copy that was made when it was complete.

        Raises
        ------
        DriverError
            The order is unknown, or has no file yet.
        """
        record = await self._clock.in_thread(self._record, key)
        if "succeeded" not in record:
            raise DriverError(f"{self._instrument.name} still waits for the file of order {key}")
        files = {}
        if record["succeeded"]:
            content = await self._clock.in_thread(self._copy(key, record["file"]).read_bytes)
            files[record["samples"][0][0]] = (record["file"], content)
        return Delivery(succeeded=record["succeeded"], message=record["message"], files=files)

    async def stop(self, key: str) -> None:
        """Wait no longer; the instrument itself cannot be reached."""
        record = await self._clock.in_thread(self._record, key)
        if "succeeded" not in record:
            ending = {"succeeded": False, "message": STOPPED}
            await self._clock.in_thread(self._write, {**record, **ending})

    def _look(self) -> Look:
        found = {}
        for path in self._watched.glob(self._pattern):
            # Names that begin with a dot are what programs have not finished writing.
            if path.is_file() and not path.name.startswith("."):
                state = path.stat()
                found[path.name] = (state.st_size, state.st_mtime_ns)
        if not self._watched.is_dir():
            raise FileNotFoundError(f"the folder {self._watched} is not there")
        return found

    def _new_files(self, record: Mapping[str, Any]) -> Look:
        """What is new or has changed since the order began, and is not empty; none while the folder
        cannot be seen (a network drive may come back)."""
        try:
            look = self._look()
        except OSError:
            return {}
        before = {name: tuple(state) for name, state in record["before"].items()}
        return {name: s for name, s in sorted(look.items()) if s[0] > 0 and before.get(name) != s}

    def _take(self, record: Mapping[str, Any], name: str) -> None:
        # The instrument may use the name again; the copy stays.
        write_durably(self._copy(record["key"], name), (self._watched / name).read_bytes())
        self._write({**record, "succeeded": True, "message": "", "file": name})

    def _copy(self, key: str, name: str) -> Path:
        return self._folder / stem_of_key(key) / name

    def _path(self, key: str) -> Path:
        return self._folder / f"{stem_of_key(key)}.json"

    def _write(self, record: Mapping[str, Any]) -> None:
        write_durably(self._path(record["key"]), json.dumps(record, ensure_ascii=False).encode())

    def _record(self, key: str) -> dict[str, Any]:
        path = self._path(key)
        if not path.exists():
            raise DriverError(f"{self._instrument.name} knows no order {key}")
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return record

    def _records(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text("utf-8")) for path in self._folder.glob("*.json")]
