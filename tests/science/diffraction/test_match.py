"""Candidate phases against patterns: no phase that is not there, and what is left over is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import ScienceError
from kuralab.formats import read, read_crystals
from kuralab.model import FlightTime, Line, PowderInstrument
from kuralab.science.diffraction import (
    Pattern,
    PhaseCheck,
    PhaseLines,
    match_phases,
    pattern_of,
    phase_lines,
)
from tests.science.diffraction.mixtures import LAB, NEUTRONS, PHASES, mixture


def _candidates(pattern: Pattern, names: list[str] | None = None) -> list[PhaseLines]:
    return [
        phase_lines(
            PHASES[name], pattern.instrument, first=float(pattern.x[0]), last=float(pattern.x[-1])
        )
        for name in names or PHASES
    ]


def _check(pattern: Pattern, names: list[str] | None = None) -> PhaseCheck:
    return match_phases(pattern, _candidates(pattern, names))


def test_shifted_cells_and_zero() -> None:
    pattern = mixture(
        {"LaNi5": 0.8, "Ni": 0.2}, LAB, seed=1, zero=0.08, strain={"LaNi5": 0.003, "Ni": -0.002}
    )
    found = _check(pattern)
    assert set(found.present()) == {"LaNi5", "Ni"}
    assert found.unexplained_share < 0.01
    by_name = {phase.name: phase for phase in found.phases}
    # Zero and strain are not told apart well; positions are.
    assert by_name["LaNi5"].strain == pytest.approx(0.003, abs=0.0015)
    assert len(by_name["LaNi5"].missing) <= 2 < len(by_name["LaNi5"].matched)
    assert by_name["NaCl"].verdict == "not present"
    assert by_name["NaCl"].share_upper < 0.05


def test_what_no_candidate_explains_is_left_over() -> None:
    pattern = mixture({"LaNi5": 0.6, "Ni": 0.2, "MgO": 0.2}, LAB, seed=2)
    known = _check(pattern)
    assert set(known.present()) == {"LaNi5", "Ni", "MgO"}
    assert known.unexplained_share < 0.01
    without = _check(pattern, ["LaNi5", "Ni", "Si", "V"])
    assert set(without.present()) == {"LaNi5", "Ni"}
    # 200 and 220 of MgO; their share of the peaks' area is what MgO had.
    assert np.abs(without.unexplained - 42.9).min() < 0.15
    assert np.abs(without.unexplained - 62.3).min() < 0.15
    share = {phase.name: phase.share for phase in known.phases}["MgO"]
    assert share is not None
    assert without.unexplained_share == pytest.approx(share, abs=0.03)
    assert 0.0 < without.unexplained_share_std < 0.03


def test_an_unknown_phase_alone_is_all_left_over() -> None:
    pattern = mixture({"Co2SiO4": 1.0}, NEUTRONS, seed=3)
    found = _check(pattern, ["LaNi5", "Ni", "MgO", "Si"])
    assert found.present() == ()
    assert found.unexplained_share == pytest.approx(1.0)


def test_a_phase_that_radiation_does_not_see_is_not_said_to_be_absent() -> None:
    """Vanadium hardly scatters neutrons: 60 % of it may hide."""
    pattern = mixture({"Ni": 0.4, "V": 0.6}, NEUTRONS, seed=4)
    found = {phase.name: phase for phase in _check(pattern).phases}
    assert found["Ni"].verdict == "present"
    assert found["V"].verdict != "not present"
    assert found["V"].fraction_upper is not None
    assert found["V"].fraction_upper > 0.3
    by_x_rays = {p.name: p for p in _check(mixture({"Ni": 0.4, "V": 0.6}, LAB, seed=4)).phases}
    assert by_x_rays["V"].verdict == "present"


def test_a_phase_without_lines_in_the_range() -> None:
    pattern = mixture({"Ni": 1.0}, LAB, seed=5)
    short = PhaseLines("short", np.array([0.5, 0.4]), np.array([1.0, 1.0]))
    found = match_phases(pattern, [*_candidates(pattern, ["Ni"]), short])
    assert [phase.verdict for phase in found.phases] == ["present", "cannot tell"]
    assert "no line" in found.phases[1].reason


def test_refused() -> None:
    pattern = mixture({"Ni": 1.0}, LAB, seed=6)
    (ni,) = _candidates(pattern, ["Ni"])
    for candidates in ([], [ni, ni]):
        with pytest.raises(ScienceError, match="candidates"):
            match_phases(pattern, candidates)
    flat = pattern_of(pattern.x, np.full(len(pattern.x), 100.0), LAB)
    with pytest.raises(ScienceError, match="0 peaks"):
        match_phases(flat, [ni])


@pytest.mark.parametrize(
    ("file", "structure", "instrument"),
    [
        (
            "lbco_hrpt_psi.xye",
            "lbco",
            PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.494),), zero=0.6),
        ),
        (
            "pbso4_d1a_ill.xye",
            "pbso4_start",
            PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.91),)),
        ),
        (
            "PBSO4.XRA",
            "pbso4_start",
            PowderInstrument(
                radiation="xray", lines=(Line(wavelength=1.5405), Line(wavelength=1.5443, weight=0.5))
            ),
        ),
        (
            "co2sio4_d20_ill.xye",
            "co2sio4",
            PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.87),), zero=0.3),
        ),
        (
            "si_sepd_tof.xye",
            "si",
            PowderInstrument(
                radiation="tof", flight=FlightTime(difc=7476.91, difa=-1.54, angle=144.845)
            ),
        ),
    ],
)
def test_measured_patterns(
    shared_data: Path, file: str, structure: str, instrument: PowderInstrument
) -> None:
    folder = shared_data / "diffraction"
    (measured,) = read(folder / file)
    pattern = pattern_of(
        np.asarray(measured.columns[0].values),
        np.asarray(measured.values("intensity")),
        instrument,
        uncertainty=np.asarray(measured.values("intensity_uncertainty")),
    )
    names = ("lbco", "pbso4_start", "co2sio4", "si", "ho2ti2o7")
    crystals = {name: read_crystals(folder / f"{name}.cif")[0] for name in names}
    limits = {"first": float(pattern.x[0]), "last": float(pattern.x[-1])}
    others = [PHASES[name] for name in ("Ni", "NaCl", "MgO", "LaNi5")]
    found = match_phases(
        pattern, [phase_lines(c, instrument, **limits) for c in (*crystals.values(), *others)]
    )
    assert found.present() == (crystals[structure].name,)
    assert found.unexplained_share < 0.05


@pytest.mark.slow
def test_mixtures_of_all_kinds() -> None:
    """One to three phases of 8 % or more: none claimed that is not there, none denied that is."""
    told: Counter[tuple[bool, str]] = Counter()
    names = list(PHASES)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        count = 1 + seed % 3
        own = [names[i] for i in rng.choice(len(names), count, replace=False)]
        fractions = 0.08 + (1.0 - 0.08 * count) * rng.dirichlet(np.ones(count))
        pattern = mixture(
            dict(zip(own, fractions.tolist(), strict=True)),
            LAB if seed % 2 else NEUTRONS,
            seed=seed,
            zero=0.04 * float(rng.normal()),
            strain={name: 0.0015 * float(rng.normal()) for name in own},
        )
        for phase in _check(pattern).phases:
            told[phase.name in own, phase.verdict] += 1
    assert told[False, "present"] == 0
    assert told[True, "not present"] == 0
    assert told[True, "present"] > 0.85 * sum(told[True, v] for v in ("present", "cannot tell"))
