"""From the driver names of a facility to drivers: twins, people, watched folders, your own."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from kuralab.clock import Clock
from kuralab.errors import InputError
from kuralab.instruments._driver import Driver
from kuralab.model import Facility, Instrument

MANUAL: Final = "manual"
WATCH_FOLDER: Final = "watch_folder"


def drivers_of(facility: Facility, *, folder: Path, clock: Clock, seed: int) -> dict[str, Driver]:
    """A driver for every instrument of a facility, by the instrument's name.

    - the name of a twin: that twin, with its log under ``folder/twins``
    - ``manual``: a person, with requests and answers under ``folder/manual/<instrument>``
    - ``watch_folder``: the setting ``folder`` says where the instrument writes its files, ``pattern``
      which of them count
    - a dotted path such as ``my_lab.analyser.connect``: called as
      ``connect(instrument, folder=..., clock=...)``, it returns the driver

    Raises
    ------
    InputError
        An unknown name, a path that cannot be imported, or a missing setting.
    """
    from kuralab.instruments.twins import twin_drivers

    drivers = twin_drivers(facility, folder=folder / "twins", clock=clock, seed=seed)
    for instrument in facility.instruments:
        own = folder / instrument.driver.rpartition(".")[2] / instrument.name
        if instrument.driver == MANUAL:
            from kuralab.instruments.manual import Manual

            drivers[instrument.name] = Manual(instrument, folder=own, clock=clock)
        elif instrument.driver == WATCH_FOLDER:
            drivers[instrument.name] = _watch_folder(instrument, own, clock)
        elif "." in instrument.driver:
            drivers[instrument.name] = _named(instrument)(instrument, folder=own, clock=clock)
    return drivers


def _watch_folder(instrument: Instrument, own: Path, clock: Clock) -> Driver:
    from kuralab.instruments.watch_folder import WatchFolder

    watched = instrument.settings.get("folder")
    if not isinstance(watched, str):
        raise _problem(
            instrument, "needs the setting folder", "Name the folder that the instrument writes to."
        )
    pattern = str(instrument.settings.get("pattern", "*"))
    return WatchFolder(instrument, watched=Path(watched), folder=own, clock=clock, pattern=pattern)


def _named(instrument: Instrument) -> Callable[..., Any]:
    module, _, name = instrument.driver.rpartition(".")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise _problem(
            instrument, f"cannot be imported: {error}", "Install it, or correct the path."
        ) from None
    return found


def _problem(instrument: Instrument, message: str, hint: str) -> InputError:
    return InputError(
        f"driver {instrument.driver} {message}",
        field=f"instruments.{instrument.name}.driver",
        line=instrument.line,
        hint=hint,
    )
