"""Press, diffractometers and Sieverts apparatus: what they do to La-Ni and what they write."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kuralab.analysis.structures import structure_named, structure_sets
from kuralab.formats import read
from kuralab.instruments import Delivery, DriverError
from kuralab.instruments.twins import hidden_truth
from kuralab.instruments.twins._hydride import CRYSTALS, FOREIGN
from kuralab.instruments.twins._powder_pattern import split_pearson
from kuralab.model import Kind
from kuralab.science.diffraction import cell_volume, density, reflections
from kuralab.science.synthesis import RELEASED, la_ni_h
from tests.instruments.bench import Bench, instrument

MakeBench = Callable[..., Bench]
TIGHT = {"blow_out_rate": 0.0, "leak_rate": 0.0}


@pytest.fixture
def make(bench: MakeBench) -> Callable[..., Bench]:
    """Benches around a press that never fails, unless it is told to."""

    def made(*, seed: int = 1, **press: float) -> Bench:
        settings = {**TIGHT, **press}
        return bench(
            instrument("hp-1", "multi_anvil_press", "high_pressure_synthesis", settings=settings),
            instrument("pxrd-1", "powder_diffractometer", "x_ray_pattern"),
            instrument("npd-1", "neutron_beam", "neutron_pattern"),
            instrument("siev-1", "sieverts", "hydrogen_isotherm"),
            seed=seed,
        )

    return made


def truth(bench: Bench, sample: str) -> dict[str, Any]:
    found: dict[str, Any] = hidden_truth(bench.folder)["samples"][sample]
    return found


def pressed(
    bench: Bench,
    sample: str = "r/a",
    composition: str = "La2Ni3",
    *,
    pressure: str = "6 GPa",
    temperature: str = "800 degC",
) -> Delivery:
    bench.weigh(sample, composition)
    asked = {"pressure": pressure, "temperature": temperature, "duration": "60 min"}
    return bench.perform("hp-1", "high_pressure_synthesis", sample, **asked)


def table(content: bytes) -> list[dict[str, str]]:
    lines = [line for line in content.decode().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def pattern(delivery: Delivery, sample: str = "r/a") -> np.ndarray:
    lines = delivery.files[sample][1].decode().splitlines()
    return np.loadtxt([line for line in lines if not line.startswith("#")])


def test_the_new_hydride_comes_out_of_the_press(make: Callable[..., Bench]) -> None:
    lab = make()
    assert pressed(lab).succeeded
    hydride = truth(lab, "r/a")["hydride"]
    assert hydride["phases"]["LaNi2H3"] > 0.5
    assert sum(hydride["phases"].values()) == pytest.approx(1.0)
    assert 0.005 <= hydride["foreign"] <= 0.03
    cold = make()
    pressed(cold, temperature="500 degC")
    assert "LaNi2H3" not in truth(cold, "r/a")["hydride"]["phases"]


def test_the_log_shows_pressure_and_temperature_but_not_the_truth(make: Callable[..., Bench]) -> None:
    lab = make()
    name, content = pressed(lab).files["r/a"]
    assert name == "r_a_press.csv"
    rows = table(content)
    pressure = np.array([float(row["pressure / GPa"]) for row in rows])
    celsius = np.array([float(row["thermocouple / degC"]) for row in rows if row["thermocouple / degC"]])
    assert pressure.max() == pytest.approx(6.0)
    assert pressure[-1] == 0.0
    assert celsius.max() == pytest.approx(800.0, abs=3.0)
    assert all(float(row["load / MN"]) >= 0 for row in rows)
    assert b"LaNi2" not in content


def test_a_blow_out_is_recorded_and_the_sample_is_gone(make: Callable[..., Bench]) -> None:
    lab = make(blow_out_rate=0.1)
    ends = [pressed(lab, f"r/{i}", pressure="9 GPa") for i in range(12)]
    failed = [i for i, end in enumerate(ends) if not end.succeeded]
    assert 1 <= len(failed) <= 11
    blown = ends[failed[0]]
    assert "blow-out at" in blown.message
    assert b"# blow-out after" in blown.files[f"r/{failed[0]}"][1], "the log of a failure is kept"
    with pytest.raises(DriverError, match="was used up"):
        lab.perform("pxrd-1", "x_ray_pattern", f"r/{failed[0]}")


def test_blow_outs_become_more_frequent_with_pressure(make: Callable[..., Bench]) -> None:
    lab = make(blow_out_rate=0.05)
    lost = {
        gpa: sum(not pressed(lab, f"r/{gpa}-{i}", pressure=f"{gpa} GPa").succeeded for i in range(60))
        for gpa in (2, 9)
    }
    assert lost[2] <= 3
    assert lost[9] >= 8


def test_a_leak_goes_unnoticed_and_leaves_no_hydride(make: Callable[..., Bench]) -> None:
    lab = make(leak_rate=0.5)
    hydrides = []
    for i in range(16):
        assert pressed(lab, f"r/{i}").succeeded
        hydrides.append("LaNi2H3" in truth(lab, f"r/{i}")["hydride"]["phases"])
    assert 3 <= sum(hydrides) <= 13


def test_what_the_press_cannot_do_is_refused(make: Callable[..., Bench]) -> None:
    lab = make()
    with pytest.raises(DriverError, match=r"12 GPa is outside 0\.5 to 10 GPa"):
        pressed(lab, pressure="12 GPa")
    with pytest.raises(DriverError, match="300 degC is outside 400 to 1200 degC"):
        pressed(lab, "r/b", temperature="300 degC")
    lab.weigh("r/c", "54Li3PS4-46LiI")
    with pytest.raises(DriverError, match="no alloy of La and Ni"):
        lab.perform("pxrd-1", "x_ray_pattern", "r/c")
    lab.weigh("r/d", "La2Ni3")
    with pytest.raises(DriverError, match="an alloy of La and Ni or its hydride"):
        lab.perform("mill-1", "ball_mill", "r/d", speed="500 rpm", duration="1 h")
    with pytest.raises(DriverError, match="at most 50 at% of La"):
        lab.weigh("r/e", "80La-20Ni")


def test_an_x_ray_pattern_shows_the_lines_of_the_true_cell(make: Callable[..., Bench]) -> None:
    """Counts have the noise of counting; the strongest peak stands where Bragg puts it."""
    lab = make()
    pressed(lab)
    found = pattern(lab.perform("pxrd-1", "x_ray_pattern", "r/a"))
    angle, counts, std = found.T
    assert (angle[0], angle[-1]) == (15.0, 100.0)
    assert np.all(counts == np.rint(counts))
    assert np.allclose(std, np.sqrt(np.maximum(counts, 1.0)), atol=1e-3)
    crystal = structure_named("LaNi2D3.08")
    lines = reflections(crystal, radiation="xray", d_min=1.0, wavelength=1.540593)
    strongest = 1.540593 / (2.0 * np.sin(np.radians(angle[np.argmax(counts)] / 2.0)))
    assert np.abs(lines.d - strongest).min() < 0.01
    flat = counts[(angle > 62.5) & (angle < 64.5)]
    assert 0.6 < np.diff(flat).var() / (2.0 * flat.mean()) < 1.6


def test_deuterium_shows_with_neutrons_only(make: Callable[..., Bench]) -> None:
    """Same sample with D and H: the X-ray pattern hardly changes, the neutron pattern does."""
    crystal = structure_named("LaNi2D3.08")
    protons = tuple(
        site.model_copy(update={"scatterer": "H"}) if site.scatterer == "D" else site
        for site in crystal.sites
    )
    other = crystal.model_copy(update={"sites": protons})
    change = {}
    for radiation in ("xray", "neutron"):
        one = reflections(crystal, radiation=radiation, d_min=1.2, wavelength=1.5)
        two = reflections(other, radiation=radiation, d_min=1.2, wavelength=1.5)
        change[radiation] = np.abs(one.f_squared - two.f_squared).sum() / one.f_squared.sum()
    assert change["xray"] < 0.01
    assert change["neutron"] > 0.5


def test_beam_time_comes_after_the_queue(make: Callable[..., Bench]) -> None:
    lab = make()
    pressed(lab)
    before = lab.clock.now()
    delivery = lab.perform("npd-1", "neutron_pattern", "r/a", duration="12 h")
    assert (lab.clock.now() - before).total_seconds() == pytest.approx(21 * 86400 + 12 * 3600)
    header = delivery.files["r/a"][1].decode().splitlines()[1]
    assert datetime.fromisoformat(header.removeprefix("# booked: ")) == before
    counts = pattern(delivery)[:, 1]
    assert counts.max() > 5.0 * np.median(counts)
    with pytest.raises(DriverError, match=r"wavelength is 1\.494 angstrom"):
        lab.perform("npd-1", "neutron_pattern", "r/a", duration="1 h", wavelength="1.8 angstrom")


def test_an_isotherm_has_the_capacity_of_the_book(make: Callable[..., Bench], tmp_path: Path) -> None:
    """LaNi5 at 25 degC: 1.4 mass% at ordinary pressure, more on the way out than on the way in."""
    lab = make()
    lab.weigh("r/a", "LaNi5")
    asked = {"temperature": "25 degC", "pressure_high": "50 bar"}
    name, content = lab.perform("siev-1", "hydrogen_isotherm", "r/a", **asked).files["r/a"]
    path = tmp_path / name
    path.write_bytes(content)
    absorption, desorption = read(path)
    assert (absorption.kind, absorption.metadata["branch"]) == (Kind.HYDROGEN_ISOTHERM, "absorption")
    assert desorption.metadata["branch"] == "desorption"
    held = absorption.values("hydrogen_mass_fraction", unit="wt%")
    assert held.max() == pytest.approx(1.4, abs=0.08)
    pressure = absorption.values("pressure", unit="bar")
    middle = float(np.interp(0.7, held, pressure))
    assert middle == pytest.approx(2.3, rel=0.25)
    back = desorption.values("hydrogen_mass_fraction", unit="wt%")[::-1]
    assert np.interp(0.7, back, desorption.values("pressure", unit="bar")[::-1]) < middle


def test_samples_differ_by_seed_and_agree_with_themselves(make: Callable[..., Bench]) -> None:
    one, same, other = make(), make(), make(seed=2)
    for lab in (one, same, other):
        pressed(lab)
    assert hidden_truth(one.folder) == hidden_truth(same.folder)
    assert hidden_truth(one.folder) != hidden_truth(other.folder)
    first = one.perform("pxrd-1", "x_ray_pattern", "r/a")
    assert first == same.perform("pxrd-1", "x_ray_pattern", "r/a")


def test_every_compound_that_can_be_recovered_has_a_structure() -> None:
    for compound in la_ni_h():
        left = RELEASED.get(compound.name, compound.name)
        assert structure_named(CRYSTALS.get(left, left)).sites


def test_the_impurity_is_in_no_list_of_candidates() -> None:
    names = {crystal.name for crystals in structure_sets().values() for crystal in crystals}
    assert FOREIGN.name not in names


def test_the_structures_are_those_of_the_book() -> None:
    """LaNi2D3.08: V = 152.986 A3, 5.70 g/cm3, d values of science.md; LaNi5 as in the tables."""
    hydride = structure_named("LaNi2D3.08")
    assert cell_volume(hydride.cell) == pytest.approx(152.986, abs=0.002)
    assert density(hydride) == pytest.approx(5.70, abs=0.02)
    lines = reflections(hydride, radiation="neutron", d_min=1.8, wavelength=1.5)
    published = (4.3492, 3.9028, 2.9047, 2.2533, 2.0007, 1.8996)
    assert all(np.abs(lines.d - d).min() < 1e-4 for d in published)


@pytest.mark.parametrize(("halves", "exponents"), [((0.05, 0.03), (1.6, 2.4)), ((0.1, 0.1), (6.0, 6.0))])
def test_a_split_peak_has_unit_area(halves: tuple[float, float], exponents: tuple[float, float]) -> None:
    x = np.linspace(-60.0, 60.0, 2_400_001)
    y = split_pearson(x, halves, exponents)
    assert np.trapezoid(y, x) == pytest.approx(1.0, abs=2e-3)
    top = y.max()
    assert np.interp(-halves[0], x, y) == pytest.approx(top / 2, rel=1e-3)
    assert np.interp(halves[1], x, y) == pytest.approx(top / 2, rel=1e-3)
