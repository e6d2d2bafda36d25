"""Resistances above what the analyser measures: bounds, never numbers and never failures."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.errors import InputError
from kuralab.model import AnalysisRecord, Measurement, Result
from kuralab.units import Quantity

Spectrum = Callable[..., Measurement]

PELLET = {"thickness": "1.5 mm +- 0.01 mm", "diameter": "10 mm +- 0.02 mm"}
CELL = 0.15 / (math.pi / 4.0)
LIMIT = "100 Mohm"
ROOM = Quantity(value=25.0, unit="degC")


def pellet(spectrum: Spectrum, resistance: float, **more: object) -> Measurement:
    """An arc of 5 pF between blocking faces."""
    values = {"R1": resistance, "CPE1.Q": 5e-12, "CPE1.n": 1.0, "CPE2.Q": 5e-6, "CPE2.n": 0.9}
    return spectrum("p(R1,CPE1)-CPE2", values, temperature=ROOM, **more)


def analysed(measurement: Measurement, **more: str) -> AnalysisRecord:
    return analyse_impedance([measurement], ImpedanceParameters.model_validate(PELLET | more)).record


def only(record: AnalysisRecord, quantity: str) -> Result:
    (result,) = record.of(quantity)
    return result


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(log_resistance=st.floats(1.5, 13.0).filter(lambda x: abs(x - 8.0) > 0.02))
def test_a_resistance_is_fitted_below_the_limit_and_bounded_above(
    spectrum: Spectrum, log_resistance: float
) -> None:
    record = analysed(pellet(spectrum, 10.0**log_resistance), resistance_limit=LIMIT)
    resistance = only(record, "resistance_total")
    conductivities = [only(record, f"ionic_conductivity_{name}") for name in ("total", "25C")]
    if log_resistance > 8.0:
        assert (resistance.value, resistance.uncertainty) == (1e8, None)
        assert resistance.flags == ("censored_above",)
        for found in conductivities:
            assert found.value == pytest.approx(CELL / 1e8)
            assert (found.uncertainty, found.flags) == (None, ("censored_below",))
        assert not record.of("resistance_bulk")
        assert not record.covariance
    else:
        assert "censored_below" not in conductivities[0].flags
        for found in conductivities:
            assert found.value == pytest.approx(CELL / 10.0**log_resistance, rel=0.02)


def test_a_pellet_that_shows_no_resistance_is_bounded(spectrum: Spectrum) -> None:
    capacitor = spectrum("R0-C1", {"R0": 0.1, "C1": 4e-12}, temperature=ROOM)
    found = only(analysed(capacitor, resistance_limit="1 Gohm"), "ionic_conductivity_25C")
    assert found.flags == ("censored_below",)
    assert found.value == pytest.approx(CELL / 1e9)


def test_blocking_faces_are_no_bad_conductor(spectrum: Spectrum) -> None:
    """|Z| passes the limit at low frequencies, but as the faces' capacitance."""
    record = analysed(pellet(spectrum, 200.0), resistance_limit="10 kohm")
    found = only(record, "ionic_conductivity_total")
    assert found.flags == ()
    assert found.value == pytest.approx(CELL / 200.0, rel=0.02)


def test_the_file_states_the_limit_and_the_option_overrides_it(spectrum: Spectrum) -> None:
    stated = pellet(spectrum, 1e7, metadata={"resistance_limit": "1 Mohm"})
    assert only(analysed(stated), "resistance_total").value == 1e6
    assert only(analysed(stated, resistance_limit="1 Gohm"), "resistance_total").flags == ()
    assert only(analysed(pellet(spectrum, 1e7)), "resistance_total").flags == ()


@pytest.mark.parametrize("text", ["a lot", "1 mm", "-1 ohm"])
def test_a_limit_that_cannot_be_read_is_named(spectrum: Spectrum, text: str) -> None:
    with pytest.raises(InputError, match="resistance limit in the file") as caught:
        analysed(pellet(spectrum, 1e7, metadata={"resistance_limit": text}))
    assert "--resistance-limit" in caught.value.hint


def test_a_line_leaves_bounds_out(spectrum: Spectrum) -> None:
    series = []
    for i, celsius in enumerate((25.0, 45.0, 65.0, 85.0)):
        kelvin = celsius + 273.15
        resistance = kelvin / 298.15 * 3e8 * math.exp(0.6 / 8.617e-5 * (1 / kelvin - 1 / 298.15))
        values = {"R1": resistance, "CPE1.Q": 5e-12, "CPE1.n": 1.0, "CPE2.Q": 5e-6, "CPE2.n": 0.9}
        temperature = Quantity(value=celsius, unit="degC")
        series.append(spectrum("p(R1,CPE1)-CPE2", values, seed=i, temperature=temperature))
    record = analyse_arrhenius(
        series, ArrheniusParameters.model_validate(PELLET | {"resistance_limit": LIMIT})
    ).record
    assert "censored_below" in record.of("ionic_conductivity_total")[0].flags
    energy = only(record, "activation_energy_total")
    assert energy.value == pytest.approx(0.6, abs=0.005)
    room = only(record, "ionic_conductivity_25C")
    assert room.value == pytest.approx(CELL / 3e8, rel=0.05)
    assert "extrapolated" in room.flags


def test_one_spectrum_near_25_degrees_gives_the_conductivity_there(spectrum: Spectrum) -> None:
    """With what an assumed slope makes of the thermometer: (0.4 eV / kT^2 - 1/T) 0.87 K = 4.3 %."""
    record = analysed(pellet(spectrum, 1e4))
    total, room = only(record, "ionic_conductivity_total"), only(record, "ionic_conductivity_25C")
    assert room.value == total.value
    assert room.uncertainty is not None
    assert total.uncertainty is not None
    assert total.value is not None
    extra = math.sqrt(room.uncertainty**2 - total.uncertainty**2) / total.value
    assert extra == pytest.approx(0.0426, abs=0.0005)
    warm = pellet(spectrum, 1e4).model_copy(update={"temperature": Quantity(value=299.0, unit="K")})
    assert not analysed(warm).of("ionic_conductivity_25C")
