"""An example for those who write a driver: an impedance analyser that speaks over a serial line.

Copy this file and change what your instrument does differently. The instrument here, which does not
exist, keeps its jobs by an identity that it is told, and understands five lines of text:

    JOB:START id,degC,Hz high,Hz low,note  ->  OK or ERR,reason
    JOB:STATE? id                          ->  NONE, RUN, DONE or FAIL,reason
    JOB:NOTE? id                           ->  note
    JOB:DATA? id                           ->  Hz,ohm,ohm;Hz,ohm,ohm;...
    JOB:STOP id                            ->  OK

A facility names a driver by its dotted path (``driver: my_lab.analyser.SerialAnalyser``).
**Not tried with hardware.**

What a driver owes to the lab
-----------------------------
1. ``start`` comes back when the instrument has accepted the order, not when it has ended. The lab
   has written down that it will call it, and may call it again after a crash: use ``order.key``, so
   that a second call does not act twice.
2. ``status`` answers from what the instrument knows, never from what this object remembers: after a
   crash a new object is asked. If the instrument cannot tell, say ``CANNOT_TELL``; then the lab
   repeats a measurement, or asks a person before it touches a sample again. Never guess.
3. ``collect`` may be called again and gives the same.
4. Time comes from the clock: ``await clock.sleep(...)``. Blocking calls of a vendor's library go
   through ``await clock.in_thread(function, ...)``.
5. What goes wrong is a ``DriverError`` in words for a person.
"""

from __future__ import annotations

from typing import Final, Protocol, final

from kuralab.clock import Clock
from kuralab.instruments._driver import Delivery, DriverError, Order, Status
from kuralab.instruments._durable import stem_of_key
from kuralab.model.facility import Instrument
from kuralab.units import Quantity

LOOK_EVERY: Final = 5.0
SETTLING: Final = 1800.0
SWEEP: Final = 300.0
USUAL_RANGE: Final = {"frequency_high": 1e6, "frequency_low": 1.0}


class Transport(Protocol):
    """A line to an instrument. Tests pass an object that plays the instrument; a real one wraps
    pyserial or a socket, with a timeout, and raises OSError when nothing comes back."""

    async def ask(self, line: str) -> str:
        """Send a line of text and return the line that comes back."""


@final
class SerialAnalyser:
    """Impedance spectra of one sample at a time.

    Implements ``kuralab.instruments.Driver``; nothing is inherited.
    """

    def __init__(self, instrument: Instrument, *, transport: Transport, clock: Clock) -> None:
        self._instrument = instrument
        self._transport = transport
        self._clock = clock

    def estimate(self, order: Order) -> float:
        """Seconds; the schedule is made with it, so it should be honest rather than exact."""
        return SETTLING + SWEEP

    def check(self, order: Order) -> list[str]:
        """Every reason at once, without talking to the instrument: this is also called in advance."""
        problems = []
        if order.operation != "impedance_spectrum":
            problems.append(f"{self._instrument.name} does not perform {order.operation}")
        if len(order.samples) != 1:
            problems.append(f"{self._instrument.name} has one channel, not {len(order.samples)}")
        return problems

    async def start(self, order: Order) -> None:
        """Tell the instrument; its own job identity makes a second call harmless."""
        problems = self.check(order)
        if problems:
            raise DriverError("; ".join(problems))
        # Ask first: the answer to an earlier start may have been lost with the process that sent it.
        if await self.status(order.key) is not Status.NEVER_ARRIVED:
            return
        temperature = order.parameters["temperature"]
        assert isinstance(temperature, Quantity)
        high, low = (_hertz(order, name) for name in ("frequency_high", "frequency_low"))
        celsius = temperature.to("degC").value
        # The instrument keeps the note with the job, so that a later process knows whose it is.
        note = order.samples[0].identity
        job = f"{stem_of_key(order.key)},{celsius:g},{high:g},{low:g},{note}"
        answer = await self._ask(f"JOB:START {job}")
        if answer != "OK":
            raise DriverError(f"{self._instrument.name} refused: {answer.removeprefix('ERR,')}")

    async def wait(self, key: str) -> None:
        """Look every few seconds until the job has ended."""
        while await self.status(key) is Status.RUNNING:
            await self._clock.sleep(LOOK_EVERY)

    async def status(self, key: str) -> Status:
        """What the instrument knows of the job."""
        known = {
            "NONE": Status.NEVER_ARRIVED,
            "RUN": Status.RUNNING,
            "DONE": Status.FINISHED,
            "FAIL": Status.FAILED,
        }
        word = (await self._ask(f"JOB:STATE? {stem_of_key(key)}")).partition(",")[0]
        # An answer that is not in the manual tells nothing.
        return known.get(word, Status.CANNOT_TELL)

    async def collect(self, key: str) -> Delivery:
        """The spectrum as a file: kuralab keeps the bytes for ever and reads them with a reader.

        An instrument that writes files of its own should deliver those, byte for byte.
        """
        job = stem_of_key(key)
        state, _, reason = (await self._ask(f"JOB:STATE? {job}")).partition(",")
        if state == "FAIL":
            return Delivery(succeeded=False, message=reason)
        if state != "DONE":
            raise DriverError(f"{self._instrument.name} has nothing for order {key} yet ({state})")
        points = (await self._ask(f"JOB:DATA? {job}")).split(";")
        content = "\n".join(["frequency / Hz,Z' / ohm,Z'' / ohm", *points]) + "\n"
        sample = await self._ask(f"JOB:NOTE? {job}")
        return Delivery(succeeded=True, files={sample: (f"{job}.csv", content.encode())})

    async def stop(self, key: str) -> None:
        """An end state, not a toggle: stopping twice is stopping."""
        await self._ask(f"JOB:STOP {stem_of_key(key)}")

    async def _ask(self, line: str) -> str:
        try:
            return (await self._transport.ask(line)).strip()
        except OSError as error:
            raise DriverError(f"{self._instrument.name} does not answer: {error}") from error


def _hertz(order: Order, name: str) -> float:
    value = order.parameters.get(name)
    return value.to("Hz").value if isinstance(value, Quantity) else USUAL_RANGE[name]
