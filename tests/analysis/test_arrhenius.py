"""Activation energies from a temperature series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kuralab import formats
from kuralab.analysis import Outcome
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.errors import InputError
from kuralab.model import Measurement, Result
from kuralab.science.kinetics import arrhenius_conductivity
from kuralab.units import Quantity

CIRCUIT = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
PELLET = {"thickness": "1 mm +- 0.02 mm", "diameter": "10 mm +- 0.05 mm"}
CELL = 0.1 / (np.pi * 0.25)
ENERGY = {"bulk": 0.35, "grain_boundary": 0.45}


def _series(
    spectrum: Callable[..., Measurement], temperatures: list[float], **known: Any
) -> list[Measurement]:
    """A conductor with two activation energies, measured at temperatures in K."""
    made = []
    for seed, t in enumerate(temperatures):
        resistance = [
            CELL / arrhenius_conductivity(temperature=t, activation_energy=e, log_prefactor=a)
            for e, a in ((ENERGY["bulk"], 6.0), (ENERGY["grain_boundary"], 9.0))
        ]
        r1, r2 = map(float, resistance)
        parameters = {
            "R1": r1, "CPE1.Q": 2e-11, "CPE1.n": 0.95, "R2": r2, "CPE2.Q": 4e-9, "CPE2.n": 0.85,
            "CPE3.Q": 1e-6, "CPE3.n": 0.85,
        }  # fmt: skip
        made.append(
            spectrum(CIRCUIT, parameters, seed=seed, temperature=Quantity(value=t, unit="K"), **known)
        )
    return made


def _analysed(measurements: list[Measurement], **given: Any) -> Outcome:
    return analyse_arrhenius(measurements, ArrheniusParameters.model_validate(given))


def _only(outcome: Outcome, quantity: str) -> Result:
    (result,) = outcome.record.of(quantity)
    return result


def test_activation_energies_come_back(spectrum: Callable[..., Measurement]) -> None:
    outcome = _analysed(_series(spectrum, [283.15, 293.15, 303.15, 313.15, 323.15]), **PELLET)
    for part, energy in ENERGY.items():
        result = _only(outcome, f"activation_energy_{part}")
        assert result.value is not None
        assert result.uncertainty is not None
        assert abs(result.value - energy) < 3 * result.uncertainty
        assert result.flags == ()
    room = _only(outcome, "ionic_conductivity_25C")
    assert "extrapolated" not in room.flags
    bulk, boundary = (
        arrhenius_conductivity(temperature=298.15, activation_energy=e, log_prefactor=a)
        for e, a in ((0.35, 6.0), (0.45, 9.0))
    )
    assert room.value == pytest.approx(1 / (1 / bulk + 1 / boundary), rel=0.05)


def test_geometry_does_not_touch_the_activation_energy(spectrum: Callable[..., Measurement]) -> None:
    series = _series(spectrum, [290.0, 300.0, 310.0, 320.0])
    with_it, without = _analysed(series, **PELLET), _analysed(series)
    for part in ("bulk", "grain_boundary", "total"):
        a, b = (_only(o, f"activation_energy_{part}") for o in (with_it, without))
        assert a.value == pytest.approx(b.value, rel=1e-9)
        assert a.uncertainty == pytest.approx(b.uncertainty, rel=1e-9)
    assert without.record.of("ionic_conductivity_25C") == ()
    assert without.lines[0].unit == "S"


def test_geometry_enters_the_room_temperature_value_once(
    spectrum: Callable[..., Measurement],
) -> None:
    """Five spectra do not average a thickness that is wrong by 10 % for all of them."""
    series = _series(spectrum, [290.0, 295.0, 300.0, 305.0, 310.0])
    room = _only(
        _analysed(series, thickness="1 mm +- 0.1 mm", diameter="10 mm +- 0 mm"), "ionic_conductivity_25C"
    )
    assert room.uncertainty is not None
    assert room.value is not None
    assert room.uncertainty / room.value > 0.1


def test_a_thermocouple_offset_widens_the_energy(spectrum: Callable[..., Measurement]) -> None:
    """A common offset d changes E_a by about 2 d / T of itself."""
    series = _series(spectrum, [290.0, 300.0, 310.0, 320.0])
    result = _only(_analysed(series, temperature_uncertainty="3 K"), "activation_energy_total")
    assert result.uncertainty == pytest.approx(2 * 3 / 305 * result.value, rel=0.2)


def test_arcs_keep_their_names_across_temperature(spectrum: Callable[..., Measurement]) -> None:
    """Order of files does not matter; the fast arc is the bulk at every temperature."""
    series = _series(spectrum, [283.15, 293.15, 303.15, 313.15])
    forward, backward = _analysed(series), _analysed(series[::-1])
    for part in ENERGY:
        a, b = (_only(o, f"activation_energy_{part}").value for o in (forward, backward))
        assert a == pytest.approx(b, rel=1e-9)
    assert [d.temperature.value for d in backward.spectra] == [283.15, 293.15, 303.15, 313.15]


def test_flags_of_few_and_far_temperatures(spectrum: Callable[..., Measurement]) -> None:
    outcome = _analysed(_series(spectrum, [350.0, 360.0, 370.0]), **PELLET)
    assert "few_points" in _only(outcome, "activation_energy_total").flags
    assert set(_only(outcome, "ionic_conductivity_25C").flags) == {"extrapolated", "few_points"}


def test_a_curved_line_is_marked(spectrum: Callable[..., Measurement]) -> None:
    """A change of mechanism in the middle: two slopes, 0.3 and 0.6 eV."""
    made = []
    for seed, t in enumerate(np.linspace(290, 350, 7)):
        log_sigma = -0.3 / 8.617e-5 * (1 / t - 1 / 320) * (1 if t > 320 else 2)
        r = float(1e4 * np.exp(-log_sigma))
        parameters = {"R1": r, "CPE1.Q": 1e-10, "CPE1.n": 0.95, "CPE2.Q": 1e-6, "CPE2.n": 0.9}
        made.append(
            spectrum("p(R1,CPE1)-CPE2", parameters, seed=seed, temperature=Quantity(value=t, unit="K"))
        )
    assert "model_inadequate" in _only(_analysed(made), "activation_energy_total").flags


def test_kelvin_offset_applies_to_celsius_only(spectrum: Callable[..., Measurement]) -> None:
    series = _series(spectrum, [290.0, 300.0, 310.0])
    celsius = _analysed(series, temperatures="17 degC, 27 degC, 37 degC", kelvin_offset=273)
    assert [d.temperature.value for d in celsius.spectra] == [290.0, 300.0, 310.0]
    kelvin = _analysed(series, temperatures="290 K, 300 K, 310 K", kelvin_offset=273)
    assert (
        _only(kelvin, "activation_energy_total").value == _only(celsius, "activation_energy_total").value
    )


@pytest.mark.parametrize(
    ("temperatures", "says"),
    [
        (None, "neither in the header nor in the file name"),
        ("290 K", "1 temperatures for 2 spectra"),
        ("290 K, 290 K", "only one temperature"),
        ("-300 degC, 20 degC", "absolute zero"),
    ],
)
def test_missing_or_impossible_temperatures(
    spectrum: Callable[..., Measurement], temperatures: str | None, says: str
) -> None:
    parameters = {"R1": 1e4, "CPE1.Q": 1e-10, "CPE1.n": 0.95, "CPE2.Q": 1e-6, "CPE2.n": 0.9}
    two = [spectrum("p(R1,CPE1)-CPE2", parameters, seed=s) for s in (0, 1)]
    with pytest.raises(InputError, match=says) as caught:
        _analysed(two, temperatures=temperatures)
    assert caught.value.field == "temperatures"


@pytest.fixture(scope="module")
def real_series(shared_data: Path) -> list[Measurement]:
    folder = shared_data / "electrochemistry/eis/temperature-series-140-200C"
    return [m for path in sorted(folder.glob("s04147-*deg.txt")) for m in formats.read(path)]


def test_real_series_in_the_published_way(
    real_series: list[Measurement], reference: Callable[[str], dict[str, Any]]
) -> None:
    published = reference("impedance/temperature_series")
    outcome = _analysed(real_series, weighting="none", kelvin_offset="273", **published["pellet"])
    tolerance = {"total": 0.0005, "bulk": 0.003, "grain_boundary": 0.003}
    for part, expected in published["activation_energy"].items():
        result = _only(outcome, f"activation_energy_{part}")
        assert result.value == pytest.approx(expected["value"], abs=tolerance[part]), part
        line = next(line for line in outcome.lines if line.part == part)
        assert line.fit.activation_energy_std == pytest.approx(expected["std"], abs=1e-4), part
    by_temperature = {
        result.conditions["temperature"].value: result.value
        for result in outcome.record.of("ionic_conductivity_total")
    }
    for kelvin, expected in published["ionic_conductivity_total"].items():
        assert by_temperature[kelvin] == pytest.approx(expected, rel=1e-3)


def test_real_series_by_default(real_series: list[Measurement]) -> None:
    """science.md: 0.8560 (273.15, unweighted), checked two ways; the uncertainty covers it."""
    result = _only(_analysed(real_series), "activation_energy_total")
    assert result.value is not None
    assert result.uncertainty is not None
    assert 0.853 < result.value < 0.859
    assert abs(result.value - 0.8560) < result.uncertainty


def test_real_series_chooses_two_arcs(real_series: list[Measurement]) -> None:
    outcome = _analysed(real_series)
    chosen = [model for model in outcome.record.models if "chosen" in model.reason]
    assert [model.name for model in chosen] == [CIRCUIT]
    assert chosen[0].adequate
    for details in outcome.spectra:
        assert [arc.role for arc in details.arcs] == ["bulk", "grain_boundary"]
