"""The lab as a user types it: a few calls, samples that split and merge, twins underneath."""

from __future__ import annotations

from pathlib import Path

import pytest

import kuralab
from kuralab.model import ProtocolBuilder
from kuralab.store import Catalogue, Tables


@pytest.fixture(scope="module")
def glass(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One glass, split in two; one half is heated and both are merged again."""
    folder = tmp_path_factory.mktemp("lab")
    p = ProtocolBuilder("halves", air_sensitive=True)
    powder = p.weigh("Li3PS4", mass="600 mg", makes="glass")
    p.ball_mill(powder, speed="500 rpm", duration="20 h", balls="ZrO2")
    first, second = p.split(powder, makes=("first", "second"))
    p.heat(first, temperature="280 degC", heating_rate="5 degC/min", duration="2 min", gas="argon")
    both = p.merge(first, second, makes="both")
    p.press_pellet(both, pressure="360 MPa", diameter="10 mm")
    p.impedance_spectrum(both, temperature="25 degC")
    with kuralab.open_lab(folder, seed=4) as lab:
        summary = lab.run(p.build(), seed=4)
    assert summary.state == "finished", summary.message
    return folder, summary.run


def test_genealogy_over_split_and_merge(glass: tuple[Path, str]) -> None:
    folder, run = glass
    samples = {row.name: row for row in Catalogue(folder).samples(run=run)}
    assert set(samples) == {"glass", "first", "second", "both"}
    identity = {name: row.sample for name, row in samples.items()}
    assert samples["first"].parents == (identity["glass"],)
    assert set(samples["both"].parents) == {identity["first"], identity["second"]}
    assert {name: row.state for name, row in samples.items()} == {
        "glass": "consumed",
        "first": "consumed",
        "second": "consumed",
        "both": "present",
    }
    assert samples["both"].composition == "Li3PS4"
    assert samples["both"].form == "pellet"


def test_place_and_atmosphere_are_always_known(glass: tuple[Path, str]) -> None:
    """Wherever a sample has been, and on every way, it met nothing but argon."""
    folder, run = glass
    catalogue = Catalogue(folder)
    for row in catalogue.samples(run=run):
        assert row.station
        events = catalogue.sample_history(run, row.sample)
        moved = [event.payload for event in events if event.kind == "sample.moved"]
        assert all(m["atmosphere"] in ("argon", "vacuum") for m in moved)
        assert all(set(m["through"]) <= {"argon", "vacuum"} for m in moved)


def test_what_was_measured_carries_geometry_and_temperature(glass: tuple[Path, str]) -> None:
    folder, run = glass
    (measured,) = Catalogue(folder).measurements(run=run)
    measurement = Tables(folder).read(measured.id)
    assert measurement.temperature is not None
    assert measurement.temperature.to("degC").value == 25.0
    assert measurement.thickness is not None
    assert measurement.thickness.uncertainty
    assert measurement.diameter is not None
