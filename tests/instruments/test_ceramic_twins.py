"""From the weighed powder of a proton conductor to what furnaces, rigs and services say of its body."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kuralab.formats import read
from kuralab.instruments import Delivery, DriverError
from kuralab.instruments.twins import hidden_truth
from kuralab.instruments.twins._ceramic import TrueCeramic, copper_of_composition
from kuralab.instruments.twins._esr_spectrometer import cu_spectrum
from kuralab.model import Kind, Measurement
from kuralab.science.protonics import (
    Body,
    Gas,
    ProtonConductor,
    mass_change_of,
    nernst_slope,
    proton_content,
    voltage_of,
)
from tests.instruments.bench import Bench, instrument

MakeBench = Callable[..., Bench]
OXIDE = "BaZr0.4Ce0.4Y0.1Yb0.1O3"
GASES = {"water_low": "0.6 kPa", "water_high": "3 kPa"}
SAFE = {
    "sinter": {"crack_rate": 0.0},
    "tg": {"jump_rate": 0.0},
    "emf": {"seal_rate": 0.0},
    "esr": {"detuned_rate": 0.0},
    "icp": {"lost_rate": 0.0},
    "calcine": {"spill_rate": 0.0},
}


@pytest.fixture
def make(bench: MakeBench) -> Callable[..., Bench]:
    """Benches on which nothing fails, unless it is told to."""

    def made(*, seed: int = 1, **rates: dict[str, float]) -> Bench:
        settings = {**SAFE, **rates}
        return bench(
            instrument("calciner-1", "calciner", "calcine", settings=settings["calcine"]),
            instrument("sinter-1", "sinter_furnace", "sinter", settings=settings["sinter"]),
            instrument("tg-1", "thermobalance", "hydration_thermogram", settings=settings["tg"]),
            instrument(
                "emf-1", "emf_rig", "emf_cell", "conductivity_in_gases", settings=settings["emf"]
            ),
            instrument("esr-1", "esr_spectrometer", "esr_spectrum", settings=settings["esr"]),
            instrument("icp-1", "icp_ms", "icp_ms", settings=settings["icp"]),
            seed=seed,
        )

    return made


def pressed(bench: Bench, sample: str, copper: float) -> Delivery:
    text = f"{100 - copper:g}{OXIDE}-{copper:g}CuO" if copper else OXIDE
    bench.weigh(sample, text, mass="5 g")
    bench.perform("mill-1", "ball_mill", sample, speed="300 rpm", duration="10 h")
    bench.perform("calciner-1", "calcine", sample, temperature="950 degC", duration="10 h")
    bench.perform("mill-1", "ball_mill", sample, speed="300 rpm", duration="24 h")
    return bench.perform("press-1", "press_pellet", sample, pressure="200 MPa", diameter="20 mm")


def sintered(bench: Bench, sample: str, copper: float, temperature: float) -> Delivery:
    pressed(bench, sample, copper)
    return bench.perform(
        "sinter-1",
        "sinter",
        sample,
        temperature=f"{temperature:g} degC",
        duration="10 h",
        heating_rate="5 degC/min",
    )


def truth(bench: Bench, sample: str) -> dict[str, Any]:
    found: dict[str, Any] = hidden_truth(bench.folder)["samples"][sample]
    return found


def material(bench: Bench, sample: str) -> ProtonConductor:
    return ProtonConductor(**truth(bench, sample)["material"])


def measured(folder: Path, delivery: Delivery, sample: str) -> Measurement:
    assert delivery.succeeded, delivery.message
    name, content = delivery.files[sample]
    path = folder / name
    path.write_bytes(content)
    (found,) = read(path)
    return found


def test_copper_only_dissolves_at_900_and_melts_above_1000_degrees(make: Callable[..., Bench]) -> None:
    bench = make()
    found = {}
    for temperature in (900, 1050, 1250):
        sample = f"at{temperature}"
        sintered(bench, sample, 3.0, temperature)
        found[temperature] = truth(bench, sample)
    densities = {t: one["relative_density"] for t, one in found.items()}
    assert densities[900] < 0.55, "green"
    assert 0.7 < densities[1050] < 0.9
    assert densities[1250] > 0.93
    assert found[900]["amounts"]["Cu"] == pytest.approx(0.02, abs=0.0015)
    for one in found.values():
        assert one["amounts"]["Ba"] == pytest.approx(0.81, abs=0.03), "book, ICP-MS"


def test_without_copper_more_than_1600_degrees_are_needed(make: Callable[..., Bench]) -> None:
    bench = make()
    for temperature, low, high in ((1300, 0.5, 0.56), (1500, 0.55, 0.8), (1670, 0.93, 0.99)):
        sintered(bench, f"at{temperature}", 0.0, temperature)
        body = truth(bench, f"at{temperature}")
        assert low < body["relative_density"] < high
        assert body["amounts"]["Ba"] == 1.0
        assert body["amounts"]["Cu"] == 0.0


def test_dilatometer_and_micrometer_agree_but_for_the_directions(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make()
    green = pressed(bench, "body", 3.0).values["body"]
    delivery = bench.perform(
        "sinter-1", "sinter", "body", temperature="1250 degC", duration="10 h", heating_rate="5 degC/min"
    )
    run, fired = measured(tmp_path, delivery, "body"), delivery.values["body"]
    assert run.kind is Kind.DILATOGRAM
    axial = -run.values("length_change", unit="mm")[-1] / green["thickness"].value
    radial = 1.0 - fired["diameter"].value / green["diameter"].value
    assert axial == pytest.approx(1.0 - fired["thickness"].value / green["thickness"].value, abs=3e-3)
    assert 1.02 < axial / radial < 1.10, "a pressed body shrinks more along the axis"
    volume = math.pi / 4 * (fired["diameter"].value / 10) ** 2 * fired["thickness"].value / 10
    density = fired["mass"].value / volume / 6.2
    assert density == pytest.approx(truth(bench, "body")["relative_density"], abs=5e-3)
    temperature = run.values("temperature")
    heating = slice(0, int(np.argmax(temperature > 850)))
    rise = np.polyfit(temperature[heating], run.values("length_change")[heating], 1)[0]
    assert rise / (1e3 * green["thickness"].value) == pytest.approx(1e-5, rel=0.2), "it only expands"


def test_a_body_that_cracks_is_lost_and_its_record_stays(make: Callable[..., Bench]) -> None:
    bench = make(sinter={"crack_rate": 0.5})
    outcomes = [sintered(bench, f"body{i}", 1.0, 1250) for i in range(6)]
    cracked = [i for i, one in enumerate(outcomes) if not one.succeeded]
    assert 0 < len(cracked) < 6
    for i in cracked:
        assert "cracked" in outcomes[i].message
        assert b"lost contact" in outcomes[i].files[f"body{i}"][1]
        with pytest.raises(DriverError, match="used up"):
            bench.perform("esr-1", "esr_spectrum", f"body{i}")


def test_the_balance_sees_the_water_that_the_oxide_holds(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make()
    sintered(bench, "body", 1.0, 1300)
    programme = {"temperature_high": "900 degC", "temperature_low": "400 degC", "water": "2 kPa"}
    run = measured(tmp_path, bench.perform("tg-1", "hydration_thermogram", "body", **programme), "body")
    empty = measured(
        tmp_path,
        bench.perform("tg-1", "hydration_thermogram", "body", **programme, crucible="empty"),
        "body",
    )
    assert run.kind is empty.kind is Kind.THERMOGRAM
    mass = run.values("mass") - empty.values("mass_change")
    temperature, water = run.values("temperature"), run.values("water_pressure")
    dry = mass[(temperature > 899) & (water == 0)][-60:].mean()
    level = np.flatnonzero(np.abs(temperature - 500) < 0.01)[-20:]
    oxide = material(bench, "body")
    h = proton_content(
        773.15,
        float(water[level[0]]),
        acceptor=oxide.acceptor,
        enthalpy=oxide.hydration_enthalpy,
        entropy=oxide.hydration_entropy,
    )
    expected = float(mass_change_of(h, dry_mass=302.0))
    assert mass[level].mean() / dry - 1.0 == pytest.approx(expected, rel=0.06)
    start = mass[temperature < 400][0]
    assert start / dry - 1.0 > 0.004, "what came from the air was driven out first"


def test_electrodes_take_a_part_of_the_voltage(make: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make()
    sintered(bench, "body", 1.5, 1300)
    cell = bench.perform("emf-1", "emf_cell", "body", temperature="700 degC", oxygen="10 Pa", **GASES)
    run = measured(tmp_path, cell, "body")
    assert run.kind is Kind.CELL_VOLTAGE
    one = Gas(float(run.values("water_one")[0]), float(run.values("oxygen_one")[0]))
    two = Gas(float(run.values("water_two")[-1]), float(run.values("oxygen_two")[-1]))
    expected = voltage_of(material(bench, "body"), temperature=973.15, one=one, two=two)
    read_voltage = float(run.values("voltage", unit="V")[-1])
    assert expected < 0, "the wet side is negative"
    assert 0.95 < read_voltage / expected < 1.01
    assert abs(read_voltage) < nernst_slope(973.15) * math.log(two.water / one.water)


def test_copper_lowers_voltage_and_a_porous_body_gives_none(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make()
    sintered(bench, "little", 0.75, 1350)
    sintered(bench, "much", 3.0, 1250)
    asked = {"temperature": "700 degC", "oxygen": "10 Pa", **GASES}
    little, much = (
        measured(tmp_path, bench.perform("emf-1", "emf_cell", sample, **asked), sample)
        for sample in ("little", "much")
    )
    ratio = much.values("voltage")[-1] / little.values("voltage")[-1]
    assert 0.8 < ratio < 0.97
    sintered(bench, "porous", 3.0, 950)
    porous = bench.perform("emf-1", "emf_cell", "porous", **asked)
    assert not porous.succeeded
    assert "not gas-tight" in porous.message


def test_conductivity_rises_with_oxygen_where_holes_conduct(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make()
    sintered(bench, "body", 3.0, 1250)
    run = measured(
        tmp_path,
        bench.perform(
            "emf-1",
            "conductivity_in_gases",
            "body",
            temperature_high="800 degC",
            temperature_low="400 degC",
            oxygen_low="10 Pa",
            oxygen_high="20 kPa",
            **GASES,
        ),
        "body",
    )
    assert run.kind is Kind.CONDUCTIVITY
    at, oxygen = run.values("temperature"), run.values("oxygen_pressure")
    sigma = run.values("conductivity")
    assert sigma[(at == 800) & (oxygen > 0.1)].min() > 1.5 * sigma[(at == 800) & (oxygen < 0.1)].max()
    cold = sigma[at == 400]
    assert np.ptp(cold) / cold.mean() < 0.3, "protons alone"


def test_spins_come_from_dissolved_copper() -> None:
    field = np.linspace(250.0, 370.0, 1024)

    def spins(dissolved: float) -> tuple[float, np.ndarray]:
        ceramic = TrueCeramic(Body(copper=0.03, dissolved=dissolved), octahedral=0.0)
        spectrum = cu_spectrum(ceramic, field, 9.45, np.random.default_rng(1))
        absorption = np.cumsum(spectrum)
        return float((absorption - np.linspace(0, absorption[-1], field.size)).sum()), spectrum

    none, silent = spins(0.0)
    half, _ = spins(0.01)
    whole, spectrum = spins(0.02)
    assert none == 0.0
    assert not silent.any()
    assert whole / half == pytest.approx(2.0, rel=0.05)
    strongest = field[np.argmin(spectrum)]
    assert 322.0 < strongest < 340.0, "g_perpendicular near 2.05 at 9.45 GHz"


def test_the_service_finds_barium_missing(make: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make()
    begun = bench.clock.now()
    sintered(bench, "body", 3.0, 1250)
    before = bench.clock.now()
    run = measured(tmp_path, bench.perform("icp-1", "icp_ms", "body"), "body")
    assert (bench.clock.now() - before).days == 5
    assert before > begun
    assert run.kind is Kind.COMPOSITION
    numbers = run.values("atomic_number").astype(int).tolist()
    amounts = dict(zip(numbers, run.values("amount"), strict=True))
    barium = 0.4 * (amounts[56] / 137.327) / (amounts[40] / 91.224)
    assert barium == pytest.approx(0.81, abs=0.04)
    copper = 0.4 * (amounts[29] / 63.546) / (amounts[40] / 91.224)
    assert copper == pytest.approx(0.02, abs=0.002)


def test_the_same_order_gives_the_same_bytes(make: Callable[..., Bench]) -> None:
    first, again = make(seed=5), make(seed=5)
    other = make(seed=6)
    contents = []
    for bench in (first, again, other):
        sintered(bench, "body", 2.0, 1200)
        delivery = bench.perform(
            "emf-1", "emf_cell", "body", temperature="700 degC", oxygen="10 Pa", **GASES
        )
        contents.append(delivery.files["body"][1])
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize(
    ("name", "operation", "given", "words"),
    [
        ("sinter-1", "sinter", {"temperature": "1800 degC"}, "outside"),
        ("sinter-1", "sinter", {"heating_rate": "100 degC/min"}, "heating rate"),
        ("emf-1", "emf_cell", {"water_low": "4 kPa"}, "no gradient"),
        ("emf-1", "emf_cell", {"temperature": "1200 degC"}, "outside"),
        ("tg-1", "hydration_thermogram", {"temperature_low": "950 degC"}, "outside"),
        ("tg-1", "hydration_thermogram", {"water": "50 kPa"}, "outside"),
        ("esr-1", "esr_spectrum", {"frequency": "34 GHz"}, "outside 9 to 10"),
        ("esr-1", "esr_spectrum", {"field_low": "360 mT", "field_high": "350 mT"}, "no sweep"),
        ("calciner-1", "calcine", {"temperature": "1500 degC"}, "outside"),
    ],
)
def test_what_an_instrument_cannot_do_is_refused(
    make: Callable[..., Bench], name: str, operation: str, given: dict[str, str], words: str
) -> None:
    usual = {
        "sinter": {"temperature": "1200 degC", "duration": "10 h", "heating_rate": "5 degC/min"},
        "emf_cell": {"temperature": "700 degC", "oxygen": "10 Pa", **GASES},
        "hydration_thermogram": {
            "temperature_high": "900 degC",
            "temperature_low": "400 degC",
            "water": "2 kPa",
        },
        "esr_spectrum": {},
        "calcine": {"temperature": "950 degC", "duration": "10 h"},
    }
    bench = make()
    order = bench.order(operation, "body", **{**usual[operation], **given})
    problems = bench.drivers[name].check(order)
    assert any(words in problem for problem in problems)


def test_only_this_oxide_is_weighed_and_treated(make: Callable[..., Bench]) -> None:
    bench = make()
    with pytest.raises(DriverError, match="no mixture of BaZr0"):
        bench.weigh("other", "BaZr0.8Ce0.1Y0.1O3")
    with pytest.raises(DriverError, match="8 mol% CuO"):
        bench.weigh("much", f"80{OXIDE}-20CuO")
    bench.weigh("glass", "54Li3PS4-46LiI")
    with pytest.raises(DriverError, match="is not known to the twins"):
        bench.perform("calciner-1", "calcine", "glass", temperature="950 degC", duration="1 h")
    bench.weigh("oxide", OXIDE)
    with pytest.raises(DriverError, match="is not known to the twins"):
        bench.perform(
            "muffle-1", "heat", "oxide", temperature="300 degC", duration="1 h", heating_rate="5 K/min"
        )
    assert copper_of_composition(OXIDE) == 0.0
