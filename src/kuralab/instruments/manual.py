"""A person performs the step and confirms it.

The order is written to a folder as a request, and the answer is a text file that the person puts
beside it, or what a function returns that asks them:

    done: yes
    message: the die stuck, second attempt
    3f2a/pellet.thickness: 1.21 mm +- 0.005 mm
    3f2a/pellet.file: spectrum.mpt

``done`` is yes or no. Values and files are given for a sample; a file lies in the same folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

from kuralab.clock import Clock
from kuralab.errors import UnitError
from kuralab.instruments._driver import Delivery, DriverError, Order, Status
from kuralab.instruments._durable import stem_of_key, write_durably
from kuralab.instruments._order_file import order_from_record, record_from_order
from kuralab.model.facility import Instrument
from kuralab.model.operation import operation_kinds
from kuralab.units import Quantity

USUAL_TIME: Final = 1800.0
_FASTEST_LOOK: Final = 0.2
# A bare number for one of these would pass as one without a dimension.
_DIMENSIONS: Final = {"thickness": "mm", "diameter": "mm", "mass": "g"}


@dataclass(frozen=True)
class Answer:
    """What the person says: whether it was done, why not, values and files' names by sample."""

    done: bool
    message: str = ""
    values: Mapping[str, Mapping[str, Quantity]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@final
class Manual:
    """Steps that a person does. Requests and answers are files, so a restart forgets nothing.

    folder: where requests go; ask: a function that asks and returns the answer, called in a thread
    (None waits for answer files); look_every: s between two looks.
    """

    def __init__(
        self,
        instrument: Instrument,
        *,
        folder: Path,
        clock: Clock,
        ask: Callable[[Order], Answer] | None = None,
        look_every: float = 1.0,
    ) -> None:
        self._instrument = instrument
        self._folder = folder
        self._clock = clock
        self._ask = ask
        self._pause = max(look_every, _FASTEST_LOOK)

    def estimate(self, order: Order) -> float:
        """The order's own time, or half an hour for a pair of hands."""
        kind = operation_kinds().get(order.operation)
        value = order.parameters.get(kind.time) if kind is not None and kind.time else None
        return value.to("s").value if isinstance(value, Quantity) else USUAL_TIME

    def check(self, order: Order) -> list[str]:
        """A person can do what the facility says that they can."""
        able = {capability.operation for capability in self._instrument.capabilities}
        if order.operation in able:
            return []
        return [f"{self._instrument.name} does not perform {order.operation}"]

    async def start(self, order: Order) -> None:
        """Write the request.

        Raises
        ------
        DriverError
            It cannot be performed here, or the folder cannot be written.
        """
        problems = self.check(order)
        if problems:
            raise DriverError("; ".join(problems))
        await self._clock.in_thread(self._write_request, order)

    async def wait(self, key: str) -> None:
        """Until the person has answered."""
        order = await self._clock.in_thread(self._order, key)
        while await self._clock.in_thread(self._answer, key) is None:
            if self._ask is None:
                await self._clock.sleep(self._pause)
            else:
                answer = await self._clock.in_thread(self._ask, order)
                await self._clock.in_thread(self._write_answer, key, answer)

    async def status(self, key: str) -> Status:
        """Finished or failed as the person says; running until then."""
        if not await self._clock.in_thread(self._path(key, "request.json").exists):
            return Status.NEVER_ARRIVED
        answer = await self._clock.in_thread(self._answer, key)
        if answer is None:
            return Status.RUNNING
        return Status.FINISHED if answer.done else Status.FAILED

    async def collect(self, key: str) -> Delivery:
        """Values and files of the answer.

        Raises
        ------
        DriverError
            There is no answer yet.
        """
        answer = await self._clock.in_thread(self._answer, key)
        if answer is None:
            raise DriverError(
                f"{self._instrument.name}: nobody has answered {self._path(key, 'txt')} yet"
            )
        files = {}
        for sample, name in answer.files.items():
            files[sample] = (name, await self._clock.in_thread((self._folder / name).read_bytes))
        return Delivery(succeeded=answer.done, message=answer.message, values=answer.values, files=files)

    async def stop(self, key: str) -> None:
        """Take the request back."""
        if await self.status(key) is Status.RUNNING:
            withdrawn = Answer(done=False, message="the request was withdrawn")
            await self._clock.in_thread(self._write_answer, key, withdrawn)

    def _path(self, key: str, ending: str) -> Path:
        return self._folder / f"{stem_of_key(key)}.{ending}"

    def _order(self, key: str) -> Order:
        path = self._path(key, "request.json")
        if not path.exists():
            raise DriverError(f"{self._instrument.name} knows no order {key}")
        return order_from_record(json.loads(path.read_text("utf-8")))

    def _write_request(self, order: Order) -> None:
        path = self._path(order.key, "request.json")
        if path.exists():
            return
        try:
            # The text for the person comes first: the record says that the request is complete.
            write_durably(self._path(order.key, "txt"), self._text(order).encode())
            write_durably(path, json.dumps(record_from_order(order), ensure_ascii=False).encode())
        except OSError as error:
            raise DriverError(f"{self._instrument.name} cannot write its request: {error}") from error

    def _text(self, order: Order) -> str:
        kind = operation_kinds().get(order.operation)
        lines = [
            f"{self._instrument.name}: please {kind.en if kind else order.operation}",
            *(f"  sample {s.identity}: {s.composition or '?'}, {s.form or '?'}" for s in order.samples),
            *(f"  makes {identity}" for identity in order.makes),
            *(f"  {name}: {value}" for name, value in order.parameters.items()),
            "",
            f"When it is done, write {self._path(order.key, 'answer.txt').name} beside this file:",
            "  done: yes",
            "  message: what was special, if anything",
            "  <sample>.thickness: 1.21 mm +- 0.005 mm",
            "  <sample>.file: name of a file in this folder",
        ]
        return "\n".join(lines) + "\n"

    def _write_answer(self, key: str, answer: Answer) -> None:
        lines = [f"done: {'yes' if answer.done else 'no'}", f"message: {answer.message}"]
        for sample, values in answer.values.items():
            for name, value in values.items():
                std = "" if value.uncertainty is None else f" +- {value.uncertainty!r} {value.unit}"
                lines.append(f"{sample}.{name}: {value.value!r} {value.unit}{std}")
        lines += [f"{sample}.file: {name}" for sample, name in answer.files.items()]
        write_durably(self._path(key, "answer.txt"), ("\n".join(lines) + "\n").encode())

    def _answer(self, key: str) -> Answer | None:
        """The answer, if it is there and can be understood; else what is wrong, in a file."""
        path = self._path(key, "answer.txt")
        if not path.exists():
            return None
        problem = self._path(key, "problem.txt")
        try:
            answer = answer_from_text(path.read_text("utf-8"))
            for name in answer.files.values():
                if not _inside(self._folder, name):
                    raise ValueError(f"there is no file {name!r} in {self._folder}")
        except (ValueError, UnitError) as error:
            # Perhaps they are still writing; whoever looks into the folder sees why nothing goes on.
            write_durably(problem, f"{path.name}: {error}\n".encode())
            return None
        problem.unlink(missing_ok=True)
        return answer


def answer_from_text(text: str) -> Answer:
    """Read an answer file.

    Raises
    ------
    ValueError, UnitError
        A line is not ``name: value``, ``done`` is missing or not yes or no, or a value has no unit.

    Examples
    --------
    >>> answer_from_text("done: yes\\nr/a.mass: 0.2 g").values["r/a"]["mass"]
    Quantity(0.2 g)
    """
    done: bool | None = None
    message = ""
    values: dict[str, dict[str, Quantity]] = {}
    files: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        sample, dot, what = name.rpartition(".")
        if not colon or (not dot and name not in ("done", "message")):
            raise ValueError(f"{line!r} is none of 'done: yes', 'message: ...', '<sample>.<name>: ...'")
        if name == "done":
            if value.lower() not in ("yes", "no"):
                raise ValueError(f"done is {value!r}; write yes or no")
            done = value.lower() == "yes"
        elif name == "message":
            message = value
        elif what == "file":
            files[sample] = value
        else:
            values.setdefault(sample, {})[what] = Quantity.parse(value, unit=_DIMENSIONS.get(what))
    if done is None:
        raise ValueError("the line 'done: yes' or 'done: no' is missing")
    return Answer(done=done, message=message, values=values, files=files)


def _inside(folder: Path, name: str) -> bool:
    path = (folder / name).resolve()
    return path.is_relative_to(folder.resolve()) and path.is_file()
