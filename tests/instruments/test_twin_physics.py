"""What the twins do to samples and what they read of them, against the hidden truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.formats import read
from kuralab.instruments import Delivery, DriverError
from kuralab.instruments.twins import hidden_truth
from kuralab.model import Kind
from tests.instruments.bench import Bench, instrument

MakeBench = Callable[..., Bench]
GLASS = "54Li3PS4-46LiI"


def truth(bench: Bench, sample: str) -> dict[str, Any]:
    found: dict[str, Any] = hidden_truth(bench.folder)["samples"][sample]
    return found


def spectrum(bench: Bench, sample: str, celsius: float = 25.0) -> Delivery:
    return bench.perform("eis-1", "impedance_spectrum", sample, temperature=f"{celsius} degC")


def heated(bench: Bench, furnace: str, rate: str) -> dict[str, Any]:
    bench.glass("r/a", "Li3PS4")
    bench.perform(furnace, "heat", "r/a", temperature="280 degC", heating_rate=rate, duration="1 min")
    bench.press("r/a")
    return truth(bench, "r/a")


@pytest.fixture
def quiet(bench: MakeBench) -> Bench:
    """Spectra without lost contacts."""
    return bench(
        instrument(
            "eis-1",
            "impedance_analyser",
            "impedance_spectrum",
            capacity=4,
            batch=True,
            settings={"contact_loss_rate": 0.0},
        )
    )


def test_the_real_reader_reads_the_spectra_and_finds_the_truth(quiet: Bench, tmp_path: Path) -> None:
    pellet = quiet.pellet("run/a", GLASS).values["run/a"]
    name, content = spectrum(quiet, "run/a").files["run/a"]
    path = tmp_path / name
    path.write_bytes(content)
    (measurement,) = read(path)
    assert (measurement.kind, measurement.format) == (Kind.IMPEDANCE, "biologic-mpt")
    assert measurement.temperature is not None
    assert measurement.temperature.to("degC").value == pytest.approx(25.0)
    assert measurement.started is None or measurement.started.year == 2026
    imaginary = measurement.values("impedance_imaginary", unit="ohm")
    assert imaginary[-1] < -1e3, "blocking faces are capacitive"
    outcome = analyse_impedance(
        [measurement],
        ImpedanceParameters(thickness=pellet["thickness"], diameter=pellet["diameter"]),
    )
    (found,) = [r for r in outcome.record.results if r.quantity == "ionic_conductivity_total"]
    assert found.value == pytest.approx(truth(quiet, "run/a")["conductivity"], rel=0.05)


def test_dimensions_are_right_within_their_uncertainty(bench: MakeBench) -> None:
    lab = bench()
    for i in range(20):
        read_values = lab.pellet(f"r/{i}", GLASS).values[f"r/{i}"]
        real = truth(lab, f"r/{i}")
        for name in ("thickness", "diameter", "mass"):
            assert abs(read_values[name].value - real[name]) < 4.5 * read_values[name].uncertainty
        assert 0.85 < real["relative_density"] < 0.95


def test_samples_scatter_and_seeds_differ(bench: MakeBench) -> None:
    one, same, other = bench(), bench(), bench(seed=2)
    for lab in (one, same, other):
        for i in range(25):
            lab.pellet(f"r/{i}", GLASS)
    sigma = [truth(one, f"r/{i}")["conductivity"] for i in range(25)]
    assert 0.07 < np.std(np.log(sigma)) < 0.20
    assert np.exp(np.mean(np.log(sigma))) == pytest.approx(1.9e-3, rel=0.15)
    assert hidden_truth(one.folder) == hidden_truth(same.folder)
    assert spectrum(one, "r/0") == spectrum(same, "r/0")
    assert truth(other, "r/0")["conductivity"] != sigma[0]


def test_fast_heating_keeps_alpha(bench: MakeBench) -> None:
    """Book: at 400 degC/min more than 1e-3 S/cm, by slow heating not."""
    fast, slow = heated(bench(), "rapid-1", "400 degC/min"), heated(bench(), "muffle-1", "5 degC/min")
    assert fast["alpha"] > 0.8
    assert fast["conductivity"] / fast["factor"] == pytest.approx(1.3e-3, rel=0.1)
    assert slow["alpha"] < 0.02
    assert slow["conductivity"] / slow["factor"] < 3e-4


def test_a_muffle_furnace_is_no_rapid_one(bench: MakeBench) -> None:
    lab = bench()
    lab.glass("r/a", "Li3PS4")
    fast = {"temperature": "280 degC", "heating_rate": "400 degC/min", "duration": "1 min"}
    with pytest.raises(DriverError, match="400 K/min is outside 0 to 20 K/min"):
        lab.perform("muffle-1", "heat", "r/a", **fast)
    with pytest.raises(DriverError, match="500 degC is outside"):
        lab.perform("rapid-1", "heat", "r/a", **{**fast, "temperature": "500 degC"})


def test_an_unmilled_powder_makes_a_bad_pellet(bench: MakeBench) -> None:
    lab = bench()
    lab.weigh("r/a", GLASS)
    lab.press("r/a")
    assert truth(lab, "r/a")["conductivity"] < 1e-7


def test_air_destroys_the_sulfide(bench: MakeBench) -> None:
    """A press in air: ten minutes on the way as powder, ten at the press, and the way back."""
    argon, air = bench(), bench(instrument("press-1", "press", "press_pellet", station="bench"))
    for lab in (argon, air):
        lab.pellet("r/a", GLASS)
        spectrum(lab, "r/a")
    assert truth(argon, "r/a")["hydrolysed"] == 0.0
    assert truth(air, "r/a")["hydrolysed"] > 0.01
    assert truth(air, "r/a")["conductivity"] < truth(argon, "r/a")["conductivity"] / 50.0


def test_waiting_in_air_counts_too(bench: MakeBench) -> None:
    lab = bench(instrument("press-1", "press", "press_pellet", station="bench"))
    lab.pellet("r/a", GLASS)
    early = truth(lab, "r/a")["hydrolysed"]
    lab.clock.run(lab.clock.sleep(86400.0))
    spectrum(lab, "r/a")
    assert truth(lab, "r/a")["hydrolysed"] > early + 0.02


def test_a_furnace_full_of_air_destroys_faster(bench: MakeBench) -> None:
    lab = bench()
    lab.glass("r/a", "Li3PS4")
    lab.perform(
        "muffle-1",
        "heat",
        "r/a",
        temperature="100 degC",
        heating_rate="5 degC/min",
        duration="10 min",
        gas="air",
    )
    assert truth(lab, "r/a")["hydrolysed"] > 0.1


def test_diffraction_reads_the_phases_and_says_that_it_is_idealised(bench: MakeBench) -> None:
    lab = bench()
    heated(lab, "rapid-1", "100 degC/min")
    delivery = lab.perform("xrd-1", "x_ray_diffraction", "r/a", duration="120 min")
    mass = truth(lab, "r/a")["phases"]["mass"]
    for phase in ("alpha", "beta"):
        found = delivery.values["r/a"][f"{phase}_mass_fraction"]
        assert found.uncertainty == pytest.approx(0.005, rel=0.01)
        assert abs(found.value - mass[phase]) < 4.5 * 0.005
    assert b"idealised analysis" in delivery.files["r/a"][1]


def test_mass_is_kept_when_samples_are_split_and_merged(bench: MakeBench) -> None:
    lab = bench()
    lab.glass("r/a", GLASS)
    before = truth(lab, "r/a")
    lab.perform("box-1", "split", "r/a", makes=("r/b", "r/c"))
    lab.perform("box-1", "merge", "r/b", "r/c", makes=("r/d",))
    after = truth(lab, "r/d")
    for name in ("mass", "iodide", "precursors", "factor"):
        assert after[name] == pytest.approx(before[name], rel=1e-12)
    with pytest.raises(DriverError, match="used up"):
        lab.press("r/b")


def test_a_lost_contact_costs_conductivity(bench: MakeBench, quiet: Bench) -> None:
    loses = bench(
        instrument(
            "eis-1", "impedance_analyser", "impedance_spectrum", settings={"contact_loss_rate": 1.0}
        )
    )
    real = []
    for lab in (quiet, loses):
        lab.pellet("r/a", GLASS)
        rows = spectrum(lab, "r/a").files["r/a"][1].decode("latin-1").splitlines()[12:]
        table = np.array([row.split("\t") for row in rows], dtype=float)
        real.append(table[np.abs(table[:, 0] - 1e4).argmin(), 1])
    assert real[1] > 1.08 * real[0]


def test_one_chamber_has_one_offset(quiet: Bench) -> None:
    """Every pellet of a chamber is off by the same, so an Arrhenius line cannot show it."""
    from kuralab.instruments.twins._analyser import ImpedanceAnalyser
    from kuralab.instruments.twins._model import Happening
    from kuralab.instruments.twins._settings import Settings
    from tests.instruments.bench import START

    model = ImpedanceAnalyser(Settings(instrument("eis-1", "impedance_analyser")))
    order = quiet.order("impedance_spectrum", "r/a", temperature="25 degC")
    offsets = [
        model._temperature(order, Happening(name, seed, START)) - 298.15
        for name, seed in [
            ("eis-1", 1),
            ("eis-1", 1),
            ("eis-2", 1),
            *(("eis-1", s) for s in range(2, 40)),
        ]
    ]
    assert offsets[0] == offsets[1] != offsets[2]
    assert 0.3 < np.std(offsets) < 0.7


@pytest.mark.parametrize("wrong", ["Li2S", "70Li2S-30P2S5", "Li6PS5Cl", "Xy"])
def test_a_composition_outside_the_system_is_refused(bench: MakeBench, wrong: str) -> None:
    lab = bench()
    problems = lab.drivers["box-1"].check(
        lab.order("weigh", makes=("r/a",), composition=wrong, mass="1 g")
    )
    assert len(problems) == 1
