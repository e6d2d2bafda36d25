"""Drivers by the names in a facility."""

from __future__ import annotations

from pathlib import Path

import pytest

from kuralab.clock import WallClock
from kuralab.errors import InputError
from kuralab.instruments import drivers_of
from kuralab.instruments.manual import Manual
from kuralab.instruments.watch_folder import WatchFolder
from kuralab.model import Atmosphere, Capability, Facility, Instrument, Station


def _facility(**instrument: object) -> Facility:
    return Facility(
        name="here",
        kind="real",
        stations=(Station(name="bench", atmosphere=Atmosphere.AIR, positions=2),),
        instruments=(
            Instrument(
                name="it",
                station="bench",
                capabilities=(Capability(operation="impedance_spectrum"),),
                line=7,
                **instrument,
            ),
        ),
    )


def _driver(folder: Path, **instrument: object) -> object:
    facility = _facility(**instrument)
    return drivers_of(facility, folder=folder, clock=WallClock(), seed=0)["it"]


def connect(instrument: Instrument, *, folder: Path, clock: WallClock) -> tuple[str, Path]:
    """Stands for somebody's own driver."""
    return instrument.name, folder


def test_each_name_brings_its_driver(tmp_path: Path) -> None:
    assert isinstance(_driver(tmp_path, driver="manual"), Manual)
    watched = _driver(tmp_path, driver="watch_folder", settings={"folder": str(tmp_path)})
    assert isinstance(watched, WatchFolder)
    own = _driver(tmp_path, driver="tests.instruments.test_assembly.connect")
    assert own == ("it", tmp_path / "connect" / "it")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("watch_folder", "needs the setting folder"),
        ("no_such.module.thing", "cannot be imported"),
        ("json.nothing", "cannot be imported"),
        ("presss", "no driver is called 'presss'"),
    ],
)
def test_a_wrong_name_says_which_and_what_to_do(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        _driver(tmp_path, driver=name)
    assert caught.value.line == 7
    assert caught.value.hint
