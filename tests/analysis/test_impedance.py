"""Impedance spectra to resistances and conductivities."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kuralab import formats
from kuralab.analysis import Outcome
from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.errors import InputError
from kuralab.model import Measurement, Result
from kuralab.units import Quantity

TWO_ARCS = "p(R1,CPE1)-p(R2,CPE2)-CPE3"
PELLET = {
    "R1": 2e4, "CPE1.Q": 2e-11, "CPE1.n": 0.95, "R2": 6e4, "CPE2.Q": 4e-9, "CPE2.n": 0.85,
    "CPE3.Q": 1e-6, "CPE3.n": 0.85,
}  # fmt: skip


def _analysed(measurement: Measurement, **given: str) -> Outcome:
    return analyse_impedance([measurement], ImpedanceParameters.model_validate(given))


def _only(outcome: Outcome, quantity: str) -> Result:
    (result,) = outcome.record.of(quantity)
    return result


def test_a_pellet_from_spectrum_to_conductivity(spectrum: Callable[..., Measurement]) -> None:
    """sigma = L / (A R), with L 1 mm and a disc of 10 mm: k = 0.12732 / cm."""
    outcome = _analysed(
        spectrum(TWO_ARCS, PELLET), thickness="1 mm +- 0.02 mm", diameter="10 mm +- 0.05 mm"
    )
    k = 0.1 / (np.pi * 0.25)
    for part, resistance in (("bulk", 2e4), ("grain_boundary", 6e4), ("total", 8e4)):
        r, sigma = _only(outcome, f"resistance_{part}"), _only(outcome, f"ionic_conductivity_{part}")
        assert r.value is not None
        assert r.uncertainty is not None
        assert abs(r.value - resistance) < 4 * r.uncertainty
        assert sigma.value == pytest.approx(k / r.value)
        geometry = np.hypot(0.02, 2 * 0.005)
        assert sigma.uncertainty == pytest.approx(
            sigma.value * np.hypot(geometry, r.uncertainty / r.value), rel=1e-6
        )
    roles = [(arc.role, arc.resistor) for arc in outcome.spectra[0].arcs]
    assert roles == [("bulk", "R1"), ("grain_boundary", "R2")]


def test_covariances_complete_a_correlation_matrix(spectrum: Callable[..., Measurement]) -> None:
    """Every correlation lies in [-1, 1], and the total's variance follows from the parts'."""
    record = _analysed(
        spectrum(TWO_ARCS, PELLET), thickness="1 mm +- 0.02 mm", area="1 cm2 +- 0.01 cm2"
    ).record
    std = [result.uncertainty for result in record.results]
    for entry in record.covariance:
        a, b = entry.results
        assert abs(entry.value) <= std[a] * std[b] * (1 + 1e-9)
    names = [result.quantity for result in record.results]
    bulk, boundary, total = (names.index(f"resistance_{p}") for p in ("bulk", "grain_boundary", "total"))
    between = {entry.results: entry.value for entry in record.covariance}
    expected = std[bulk] ** 2 + std[boundary] ** 2 + 2 * between[(bulk, boundary)]
    assert std[total] ** 2 == pytest.approx(expected, rel=1e-6)


def test_one_arc_gives_only_a_total(spectrum: Callable[..., Measurement]) -> None:
    outcome = _analysed(
        spectrum("p(R1,CPE1)-CPE2", {k: PELLET[k] for k in ("R1", "CPE1.Q", "CPE1.n")}
                 | {"CPE2.Q": 1e-6, "CPE2.n": 0.9})
    )  # fmt: skip
    assert outcome.record.of("resistance_bulk") == ()
    assert _only(outcome, "resistance_total").value == pytest.approx(2e4, rel=0.02)


def test_an_electrode_arc_is_not_the_electrolyte(spectrum: Callable[..., Measurement]) -> None:
    """A charge transfer of 1e-6 F in series with the pellet does not enter the total."""
    parameters = {"R1": 2e4, "CPE1.Q": 2e-11, "CPE1.n": 0.95, "R2": 1e4, "C2": 1e-6}
    outcome = _analysed(spectrum("p(R1,CPE1)-p(R2,C2)", parameters), circuit="p(R1,CPE1)-p(R2,C2)")
    assert [arc.role for arc in outcome.spectra[0].arcs] == ["electrolyte", "electrode"]
    assert _only(outcome, "resistance_total").value == pytest.approx(2e4, rel=0.02)


def test_without_geometry_there_is_a_resistance_and_a_warning(
    spectrum: Callable[..., Measurement],
) -> None:
    outcome = _analysed(spectrum(TWO_ARCS, PELLET))
    assert outcome.record.of("ionic_conductivity_total") == ()
    assert any("--thickness" in warning for warning in outcome.record.warnings)


def test_geometry_of_the_file_is_used_and_options_go_first(
    spectrum: Callable[..., Measurement],
) -> None:
    measurement = spectrum(
        TWO_ARCS, PELLET, thickness=Quantity(value=1, unit="mm"), diameter=Quantity(value=10, unit="mm")
    )
    from_file = _only(_analysed(measurement), "ionic_conductivity_total").value
    doubled = _only(_analysed(measurement, thickness="2 mm"), "ionic_conductivity_total").value
    assert from_file is not None
    assert doubled == pytest.approx(2 * from_file)


def test_temperature_goes_into_the_conditions(spectrum: Callable[..., Measurement]) -> None:
    measurement = spectrum(TWO_ARCS, PELLET, temperature=Quantity(value=25, unit="degC"))
    outcome = _analysed(measurement, thickness="1 mm", diameter="10 mm")
    assert _only(outcome, "resistance_total").conditions["temperature"] == Quantity(
        value=298.15, unit="K"
    )
    assert "orders of magnitude" in outcome.notes[0]
    assert _analysed(measurement, temperature="400 K").notes == ()


def test_the_wrong_sign_of_im_is_never_adequate(spectrum: Callable[..., Measurement]) -> None:
    """The commonest mistake of a hand-made file: Kramers-Kronig says so, and no circuit passes."""
    right = spectrum(TWO_ARCS, PELLET)
    columns = tuple(
        c.model_copy(update={"values": -c.values}) if c.name == "impedance_imaginary" else c
        for c in right.columns
    )
    outcome = _analysed(right.model_copy(update={"columns": columns}))
    assert not any(model.adequate for model in outcome.record.models)
    assert any("Kramers-Kronig" in warning for warning in outcome.record.warnings)
    assert all("model_inadequate" in r.flags for r in outcome.record.of("resistance_total"))


def test_json_is_strict_and_complete(spectrum: Callable[..., Measurement]) -> None:
    outcome = _analysed(spectrum(TWO_ARCS, PELLET), thickness="1 mm", diameter="10 mm")
    data = json.loads(outcome.record.to_json(), parse_constant=pytest.fail)
    assert data["schema"] == 1
    assert set(data) >= {"technique", "input", "results", "covariance", "models", "warnings"}
    assert set(data["results"][0]) == {
        "quantity", "value", "uncertainty", "unit", "flags", "method", "conditions", "input"
    }  # fmt: skip
    assert sum("chosen" in model["reason"] for model in data["models"]) == 1


def test_several_spectra_are_analysed_one_by_one(spectrum: Callable[..., Measurement]) -> None:
    two = [spectrum(TWO_ARCS, PELLET, seed=s) for s in (1, 2)]
    record = analyse_impedance(two, ImpedanceParameters()).record
    assert len(record.input) == 2
    assert [result.input for result in record.of("resistance_total")] == [(0,), (1,)]


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"circuit": "R0-CEP1"}, "circuit", "Did you mean CPE"),
        ({"circuit": "C1"}, "circuit", "no resistor"),
        ({"diameter": "8 mm", "area": "1 cm2"}, "area", "both given"),
        ({"frequency_range": "1 kHz, 1.2 kHz"}, None, "too few"),
    ],
)
def test_bad_options_name_the_field(
    spectrum: Callable[..., Measurement], given: dict[str, str], field: str | None, says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        _analysed(spectrum(TWO_ARCS, PELLET), **given)
    assert caught.value.field == field


def test_current_against_time_is_no_spectrum(time_series: Callable[..., Measurement]) -> None:
    with pytest.raises(InputError, match="impedance spectrum is needed") as caught:
        _analysed(time_series(np.arange(20.0), np.ones(20)))
    assert caught.value.file == "polarisation.csv"


def _real(shared_data: Path, name: str, **given: str) -> Outcome:
    (measurement,) = formats.read(shared_data / "electrochemistry/eis" / name)
    return _analysed(measurement, **given)


def test_real_li6ps5cl(shared_data: Path) -> None:
    """SOURCES.md: R between 1.45 and 1.55 kohm; one depressed arc leaves about 2 %."""
    file = "lpscl-argyrodite/PEIS_LPSCl_IonBlocking_-25C.mpr"
    outcome = _real(shared_data, file)
    total = _only(outcome, "resistance_total")
    assert 1450 < total.value < 1550
    assert total.conditions["temperature"] == Quantity(value=248.15, unit="K")
    assert outcome.record.of("ionic_conductivity_total") == ()
    depressed = next(m for m in outcome.record.models if m.name == "p(R1,CPE1)-CPE2")
    assert not depressed.adequate
    forced = _real(shared_data, file, circuit="p(R1,CPE1)-CPE2")
    assert "model_inadequate" in _only(forced, "resistance_total").flags
    assert _only(forced, "resistance_total").value == pytest.approx(1498, rel=0.01)
    first_peak = outcome.spectra[0].relaxation.peaks[0]
    assert 1e-8 < first_peak.time_constant < 1e-6


def test_real_example_2a_has_no_first_arc(shared_data: Path) -> None:
    """Its geometry is in the header; the first arc is not determined, the total is."""
    outcome = _real(shared_data, "single-pellet-25C/Example2a.txt")
    bulk = _only(outcome, "resistance_bulk")
    assert bulk.value is None
    assert bulk.uncertainty is None
    assert bulk.flags == ("not_identifiable",)
    assert _only(outcome, "resistance_total").value == pytest.approx(9.7e4, rel=0.01)
    assert _only(outcome, "ionic_conductivity_total").value == pytest.approx(
        0.075 / (np.pi * 0.65**2) / 9.714e4, rel=0.01
    )


def test_real_example_2b_agrees_with_the_published_fit(shared_data: Path) -> None:
    outcome = _real(shared_data, "single-pellet-25C/Example2b.txt", frequency_range="5 Hz,")
    for part, value, relative in (("bulk", 44710, 0.0061), ("grain_boundary", 47120, 0.0116)):
        result = _only(outcome, f"resistance_{part}")
        assert result.value == pytest.approx(value, rel=5e-4)
        assert result.uncertainty == pytest.approx(relative * value, rel=1e-2)
