"""A driver whose instrument is a model: it takes time, keeps a log of its own, and can break down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, final

from kuralab.clock import Clock, keyed_generator
from kuralab.instruments._driver import Delivery, DriverError, Order, Status
from kuralab.instruments._durable import stem_of_key, write_durably
from kuralab.instruments.twins._action import Action, delivery_from_line, last_line, wake
from kuralab.instruments.twins._json_lines import JsonLines
from kuralab.instruments.twins._known import unknown_kind
from kuralab.instruments.twins._model import Happening, Model, Outcome, quantity
from kuralab.instruments.twins._settings import Settings
from kuralab.instruments.twins._world import World, exposed
from kuralab.model.facility import Instrument
from kuralab.model.operation import Effect, operation_kind

BROKE_DOWN: Final = "the instrument broke down"
STOPPED: Final = "it was stopped"


@final
class Twin:
    """An instrument that exists as a model only.

    Its log (``<folder>/<instrument>.jsonl``) has a line when an order starts and one when it ends;
    the instrument goes on while nobody listens: an order that was started ends at its time, also
    when another process asks. Not compared with hardware.

    Settings of every twin: ``failure_rate`` (0), the share of orders during which it breaks down;
    ``log: none`` keeps no log, for benchmarks; ``recall: none`` makes an instrument that cannot tell
    what became of an order after a restart.
    """

    def __init__(
        self,
        instrument: Instrument,
        *,
        model: Model,
        settings: Settings,
        world: World,
        folder: Path,
        clock: Clock,
    ) -> None:
        self._instrument = instrument
        self._model = model
        self._world = world
        self._clock = clock
        self._failure_rate = settings.number("failure_rate", "1", default=0.0)
        logs = settings.text("log", default="kept", choices=("kept", "none")) == "kept"
        recalls = settings.text("recall", default="all", choices=("all", "none")) == "all"
        self._log = JsonLines(folder / f"{instrument.name}.jsonl" if logs else None, clock=clock)
        self._files = folder / "files" / instrument.name
        self._able = {capability.operation: capability for capability in instrument.capabilities}
        self._overheads = {
            operation: capability.overhead.to("s").value
            for operation, capability in self._able.items()
            if capability.overhead is not None
        }
        self._actions: dict[str, Action] = {}
        for line in self._log.read():
            if "ended" in line:
                self._actions[line["key"]].end(line)
            else:
                self._actions[line["key"]] = Action.from_line(line)
        for action in self._actions.values():
            action.remembered = recalls or action.ending is not None
        self._open = {key: a for key, a in self._actions.items() if a.ending is None}

    def estimate(self, order: Order) -> float:
        """Seconds that an order will take."""
        return self._model.seconds(order) + self._overheads.get(order.operation, 0.0)

    def check(self, order: Order) -> list[str]:
        """Why this order cannot be performed; empty if it can."""
        name = self._instrument.name
        known = self._model.operations
        if order.operation not in self._able or (known is not None and order.operation not in known):
            return [f"{name} does not perform {order.operation}"]
        needed = operation_kind(order.operation).parameters if self._model.knows_samples else ()
        problems = [
            f"{order.operation} needs {parameter.key}"
            for parameter in needed
            if parameter.required and parameter.key not in order.parameters
        ]
        if self._model.places(order) > self._instrument.capacity:
            problems.append(
                f"{name} takes {self._instrument.capacity} samples at once, not {len(order.samples)}"
            )
        for parameter, allowed in self._able[order.operation].ranges.items():
            if parameter not in order.parameters:
                continue
            for end, sign, word in ((allowed.low, -1, "below"), (allowed.high, 1, "above")):
                if end is not None and sign * (quantity(order, parameter, end.unit) - end.value) > 0:
                    given = order.parameters[parameter]
                    problems.append(f"{parameter} {given} is {word} {end}, the limit of {name}")
        return problems or self._model.refusals(order)

    async def start(self, order: Order) -> None:
        """Begin; does nothing if this order was started before.

        Raises
        ------
        DriverError
            The order cannot be performed, the instrument is occupied, a sample does not exist, or
            the log cannot be written.
        """
        if order.key in self._actions and self._actions[order.key].remembered:
            return
        problems = self.check(order) or self._occupied(order)
        if problems:
            raise DriverError("; ".join(problems))
        if self._model.knows_samples:
            for sample in order.samples:
                what = unknown_kind(self._world.sample(sample.identity), order.operation)
                if what:
                    raise DriverError(
                        f"what {order.operation} does to {sample.identity}, {what}, is not known to the "
                        "twins"
                    )
        started = self._clock.now()
        seconds = self.estimate(order) * self._happening(order, started).share
        action = Action(order=order, started=started, ends=started + timedelta(seconds=seconds))
        self._actions[order.key] = self._open[order.key] = action
        try:
            await self._log.append(action.line())
        except OSError as error:
            del self._actions[order.key], self._open[order.key]
            raise self._log_error(error) from error

    async def wait(self, key: str) -> None:
        """Until the order has ended; at once if it has.

        Raises
        ------
        DriverError
            The order never arrived, or the log cannot be written.
        """
        action = self._action(key)
        # An ending that was written just before the last life ended may lie ahead of the ledger's clock.
        ending = action.ending
        ends = action.ends if ending is None else datetime.fromisoformat(ending["ended"])
        left = (ends - self._clock.now()).total_seconds()
        if left > 0:
            # Timers obey the clock, and a stop can wake this one early.
            loop = asyncio.get_running_loop()
            waiter = loop.create_future()
            timer = loop.call_later(left, wake, waiter)
            action.waiters.add(waiter)
            try:
                await waiter
            finally:
                timer.cancel()
                action.waiters.discard(waiter)
        await self._finish(action)

    async def status(self, key: str) -> Status:
        """What has become of an order."""
        if key not in self._actions:
            return Status.NEVER_ARRIVED
        action = self._actions[key]
        if not action.remembered:
            return Status.CANNOT_TELL
        if action.ending is None and self._clock.now() < action.ends:
            return Status.RUNNING
        ending = await self._finish(action)
        return Status.FINISHED if ending["succeeded"] else Status.FAILED

    async def collect(self, key: str) -> Delivery:
        """What an ended order brought.

        Raises
        ------
        DriverError
            The order never arrived, or is still running.
        """
        action = self._action(key)
        if await self.status(key) is Status.RUNNING:
            raise DriverError(f"{self._instrument.name} is at it until {action.ends:%Y-%m-%d %H:%M %Z}")
        ending = await self._finish(action)
        files = {}
        for identity, name in ending["files"].items():
            path = self._folder(key) / name
            files[identity] = (name, await self._clock.in_thread(path.read_bytes))
        return delivery_from_line(ending, files)

    async def stop(self, key: str) -> None:
        """End an order early; what its time so far has done to the samples stays done."""
        action = self._action(key)
        if await self.status(key) is Status.RUNNING:
            await self._finish(action, stopped=self._clock.now())

    def _action(self, key: str) -> Action:
        if key not in self._actions or not self._actions[key].remembered:
            raise DriverError(f"{self._instrument.name} knows no order {key}")
        return self._actions[key]

    def _occupied(self, order: Order) -> list[str]:
        """Places and programme of the orders that run now."""
        places = self._model.places(order)
        if places == 0:
            return []
        now = self._clock.now()
        running = [action.order for action in self._open.values() if action.ends > now]
        if places + sum(self._model.places(other) for other in running) > self._instrument.capacity:
            return [f"{self._instrument.name} is occupied"]
        if self._instrument.batch and any(other.parameters != order.parameters for other in running):
            return [f"{self._instrument.name} runs another programme"]
        return []

    def _happening(self, order: Order, started: datetime) -> Happening:
        """The circumstances; a breakdown is drawn once for each order, with its moment."""
        share = 1.0
        if self._failure_rate > 0:
            chance, moment = keyed_generator(
                self._world.seed, self._instrument.name, order.key, "breakdown"
            ).uniform(size=2)
            share = float(moment) if chance < self._failure_rate else 1.0
        return Happening(
            instrument=self._instrument.name, seed=self._world.seed, started=started, share=share
        )

    async def _finish(self, action: Action, *, stopped: datetime | None = None) -> Mapping[str, Any]:
        """Write down how an order ended, once: files first, then the world, then the own log."""
        async with action.finishing.of_loop():
            if action.ending is None:
                try:
                    # A world that knows the order already: the last life ended between the two writes.
                    ending = self._world.ending(action.order.key)
                    if ending is None:
                        ending = await self._conclude(action, stopped)
                    await self._log.append(ending)
                except OSError as error:
                    raise self._log_error(error) from error
                action.end(ending)
                self._open.pop(action.order.key, None)
            assert action.ending is not None
            return action.ending

    async def _conclude(self, action: Action, stopped: datetime | None) -> Mapping[str, Any]:
        order, ended = action.order, action.ends
        happening = self._happening(order, action.started)
        message = BROKE_DOWN if happening.share < 1 else ""
        if stopped is not None:
            lasted, meant = stopped - action.started, action.ends - action.started
            share = happening.share * (lasted / meant if meant else 1.0)
            happening, ended, message = replace(happening, share=share), stopped, STOPPED
        outcome = self._outcome(order, happening, ended)
        for name, content in outcome.files.values():
            await self._clock.in_thread(write_durably, self._folder(order.key) / name, content)
        message = message or outcome.message
        ending = last_line(order, ended=ended, message=message, outcome=outcome)
        if self._model.knows_samples:
            await self._world.record(ending, instrument=self._instrument.name, samples=outcome.samples)
        return ending

    def _outcome(self, order: Order, happening: Happening, ended: datetime) -> Outcome:
        """What an order brings; one that broke off makes nothing new, but has treated its samples."""
        if not self._model.knows_samples:
            return self._model.outcome(order, (), happening)
        station = self._world.facility.station(self._instrument.station)
        samples = []
        for ordered in order.samples:
            sample = self._world.sample(ordered.identity)
            sample = self._world.arrived(sample, station=station.name, at=happening.started)
            if not self._model.sealed:
                lasted = (ended - happening.started).total_seconds()
                sample = exposed(sample, station.atmosphere, seconds=lasted)
            samples.append(sample)
        whole = happening.share >= 1 or operation_kind(order.operation).effect is Effect.TREAT
        outcome = self._model.outcome(order, samples, happening) if whole else Outcome()
        states = {sample.identity: sample for sample in samples} | dict(outcome.samples)
        placed = {
            identity: None
            if state is None
            else replace(state, station=station.name, since=ended.isoformat())
            for identity, state in states.items()
        }
        return replace(outcome, samples=placed)

    def _folder(self, key: str) -> Path:
        return self._files / stem_of_key(key)

    def _log_error(self, error: OSError) -> DriverError:
        return DriverError(f"{self._instrument.name} cannot write its log: {error}")
