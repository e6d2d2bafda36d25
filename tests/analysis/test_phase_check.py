"""A pattern held against known phases: results, flags, and what is refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from kuralab.analysis.phase_check import check_phases
from kuralab.analysis.structures import structure_named, structure_sets, structures_named
from kuralab.errors import InputError
from kuralab.model import Column, Kind, Line, Measurement, PowderInstrument, RawFile, Resolution
from kuralab.science.diffraction import cell_volume, phase_mass, phase_of, simulate_pattern

LINES = (Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5))
KNOWN = structures_named("la_ni_d")


def measured(kind: Kind = Kind.POWDER_PATTERN, **shares: float) -> Measurement:
    x = np.arange(15.0, 90.0, 0.02)
    instrument = PowderInstrument(
        radiation="xray", lines=LINES, resolution=Resolution(u=0.02, v=-0.01, w=0.01, y=0.03)
    )
    crystals = [structure_named(name.replace("_", ".")) for name in shares]
    scales = {
        f"{c.name}.scale": share / (phase_mass(c) * cell_volume(c.cell))
        for c, share in zip(crystals, shares.values(), strict=True)
    }
    y = simulate_pattern(x, [phase_of(c) for c in crystals], instrument, parameters=scales)
    counts = np.rint(5000.0 * y / y.max() + 100.0)
    return Measurement(
        kind=kind,
        format="test",
        raw=RawFile(name="pattern.xye", sha256=hashlib.sha256(counts.tobytes()).hexdigest(), size=1),
        columns=(
            Column(name="two_theta", unit="deg", values=x),
            Column(name="intensity", unit="", values=counts),
        ),
    )


def test_known_phases_explain_their_pattern() -> None:
    outcome = check_phases(measured(LaNi5=0.7, LaD3=0.3), crystals=KNOWN, radiation="xray", lines=LINES)
    (unexplained,) = outcome.record.of("unexplained_fraction")
    assert unexplained.value is not None
    assert unexplained.value < 0.1
    shares = {r.conditions["phase"]: r for r in outcome.record.of("phase_fraction")}
    assert set(shares) == {"LaNi5", "LaD3"}
    assert shares["LaNi5"].value == pytest.approx(70.0, abs=5.0)
    assert outcome.record.models[0].adequate


def test_an_unknown_phase_makes_the_list_inadequate() -> None:
    outcome = check_phases(
        measured(LaNi2D3_08=0.8, LaD3=0.2), crystals=KNOWN, radiation="xray", lines=LINES
    )
    (unexplained,) = outcome.record.of("unexplained_fraction")
    assert unexplained.value is not None
    assert unexplained.value > 0.5
    assert not outcome.record.models[0].adequate
    assert all("model_inadequate" in r.flags for r in outcome.record.of("phase_fraction"))


def test_what_cannot_be_checked_is_refused() -> None:
    with pytest.raises(InputError, match="wavelength is unknown"):
        check_phases(measured(LaNi5=1.0), crystals=KNOWN)
    with pytest.raises(InputError, match="intensity against 2theta is needed"):
        check_phases(
            measured(Kind.TIME_SERIES, LaNi5=1.0), crystals=KNOWN, radiation="xray", lines=LINES
        )
    with pytest.raises(InputError, match="unknown set of structures 'la_ni'"):
        structures_named("la_ni")


def test_every_structure_has_a_source_and_sites() -> None:
    from importlib.resources import files

    import yaml

    text = files("kuralab.analysis").joinpath("structures.yaml").read_text("utf-8")
    for entries in yaml.safe_load(text).values():
        assert all(entry["source"] for entry in entries.values())
    assert all(crystal.sites for crystals in structure_sets().values() for crystal in crystals)
