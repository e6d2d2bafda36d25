"""Direct-current polarisation to a conductivity or a transport number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kuralab.analysis import Outcome
from kuralab.analysis.polarisation import PolarisationParameters, analyse_polarisation
from kuralab.errors import InputError
from kuralab.model import Measurement

TIME = np.linspace(0, 7200, 200)
CURRENT = 1e-9 + 9e-9 * np.exp(-TIME / 300)


def _analysed(measurement: Measurement, **given: Any) -> Outcome:
    return analyse_polarisation([measurement], PolarisationParameters.model_validate(given))


def test_electronic_conductivity(time_series: Callable[..., Measurement]) -> None:
    """1 nA, 0.5 V, 1 mm, 0.5 cm2."""
    (result,) = _analysed(
        time_series(TIME, CURRENT, 0.5), thickness="1 mm +- 0.02 mm", area="0.5 cm2 +- 0.01 cm2"
    ).record.results
    assert result.quantity == "electronic_conductivity"
    assert result.value == pytest.approx(4e-10, rel=1e-3)
    assert result.uncertainty == pytest.approx(4e-10 * np.hypot(0.02, 0.02), rel=0.01)
    assert result.flags == ()


def test_rows_without_a_current_are_passed_over(time_series: Callable[..., Measurement]) -> None:
    holes = CURRENT.copy()
    holes[[0, 50]] = np.nan
    geometry = {"thickness": "1 mm", "area": "0.5 cm2"}
    values = [
        _analysed(time_series(TIME, current, 0.5), **geometry).record.results[0].value
        for current in (CURRENT, holes)
    ]
    assert values[0] == pytest.approx(values[1], rel=1e-6)


def test_voltage_option_goes_before_the_file(time_series: Callable[..., Measurement]) -> None:
    geometry = {"thickness": "1 mm", "area": "0.5 cm2"}
    measured = _analysed(time_series(TIME, CURRENT, 0.5), **geometry).record.results[0]
    given = _analysed(time_series(TIME, CURRENT, 0.5), voltage="250 mV", **geometry).record.results[0]
    assert given.value == pytest.approx(2 * measured.value)


def test_transport_number(time_series: Callable[..., Measurement]) -> None:
    current = 4e-6 + 6e-6 * np.exp(-TIME / 400)
    (result,) = _analysed(
        time_series(TIME, current),
        voltage="10 mV",
        resistance_initial="200 ohm +- 5 ohm",
        resistance_steady="250 ohm +- 5 ohm",
    ).record.results
    i0 = analyse_polarisation(
        [time_series(TIME, current)],
        PolarisationParameters.model_validate(
            {"voltage": "10 mV", "resistance_initial": "1e-3 ohm", "resistance_steady": "1e-3 ohm"}
        ),
    ).polarisation
    assert i0 is not None
    expected = 4e-6 * (0.01 - i0.initial_current * 200) / (i0.initial_current * (0.01 - 4e-6 * 250))
    assert result.value == pytest.approx(expected, rel=1e-3)
    assert 0 < result.uncertainty < 0.1


def test_a_negative_conductivity_is_marked(time_series: Callable[..., Measurement]) -> None:
    (result,) = _analysed(
        time_series(TIME, -CURRENT, 0.5), thickness="1 mm", area="0.5 cm2"
    ).record.results
    assert result.flags == ("outside_validity",)


def test_an_unsteady_current_is_marked_and_said(time_series: Callable[..., Measurement]) -> None:
    outcome = _analysed(time_series(TIME[:20], CURRENT[:20], 0.5), thickness="1 mm", area="0.5 cm2")
    assert outcome.record.results[0].flags == ("outside_validity",)
    assert any("polarise longer" in warning for warning in outcome.record.warnings)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"voltage": "0.5 V"}, "thickness", "needs thickness"),
        ({"thickness": "1 mm", "area": "1 cm2"}, "voltage", "no voltage"),
        ({"voltage": "0 V", "thickness": "1 mm", "area": "1 cm2"}, None, "must not be zero"),
        ({"voltage": "1 V", "resistance_initial": "5 ohm"}, "resistance_steady", "both interface"),
    ],
)
def test_what_is_missing_is_named(
    time_series: Callable[..., Measurement], given: dict[str, str], field: str | None, says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        _analysed(time_series(TIME, CURRENT), **given)
    assert caught.value.field == field


def test_a_spectrum_is_no_time_series(spectrum: Callable[..., Measurement]) -> None:
    measurement = spectrum("R0-C1", {"R0": 10.0, "C1": 1e-6})
    with pytest.raises(InputError, match="current against time is needed"):
        _analysed(measurement)
