"""Isotherms to plateaus, enthalpies and formation pressure; the toolbox's alloys and made ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kuralab
from kuralab.analysis import Outcome
from kuralab.analysis._hydrides import sample_of
from kuralab.analysis.pct import PctParameters, PlateauRange, analyse_pct
from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement, RawFile, Result
from kuralab.science.hydrogen import log_fugacity
from kuralab.units import Quantity

R = 8.31446261815324
LANI5 = {"absorption": (-31.1, -111.2), "desorption": (-31.15, -109.1)}


def _isotherm(
    temperature: float | None = 298.0,
    branch: str = "absorption",
    *,
    name: str = "LaNi5.csv",
    pressure: float | None = None,
    column: tuple[str, str, float] = ("hydrogen_mass_fraction", "wt%", 1.4),
    slope: float = 0.0,
    power: float = 0.0,
    **metadata: str,
) -> Measurement:
    """A plateau from 10 to 90 % of the content, at the van 't Hoff pressure of LaNi5 or a given one."""
    share = np.linspace(0.02, 1.0, 50)
    if pressure is None:
        enthalpy, entropy = LANI5[branch]
        pressure = float(np.exp((1e3 * enthalpy / (temperature or 298.0) - entropy) / R))
    log_p = np.log(pressure) + slope * (share - 0.5) + power * np.log(share)
    log_p += 30 * np.clip(share - 0.9, 0, None) - 30 * np.clip(0.1 - share, 0, None)
    content, unit, largest = column
    columns = (
        Column(name="pressure", unit="bar", values=np.exp(log_p)),
        Column(name=content, unit=unit, values=largest * share),
    )
    digest = hashlib.sha256(repr((name, temperature, branch, pressure)).encode()).hexdigest()
    return Measurement(
        kind=Kind.HYDROGEN_ISOTHERM,
        format="test",
        raw=RawFile(name=name, sha256=digest, size=1),
        columns=columns,
        temperature=None if temperature is None else Quantity(value=temperature, unit="K"),
        metadata={"branch": branch, **metadata},
    )


def _analysed(measurements: Sequence[Measurement], **given: Any) -> Outcome:
    return analyse_pct(measurements, PctParameters.model_validate(given))


def _one(outcome: Outcome, quantity: str, **conditions: str) -> Result:
    found = [
        r
        for r in outcome.record.of(quantity)
        if all(str(r.conditions.get(name)) == value for name, value in conditions.items())
    ]
    assert len(found) == 1, [str(r.conditions) for r in found]
    return found[0]


@pytest.mark.parametrize("alloy", ["La1Ni5", "La1Ni4.8Sn0.2", "Ca1Ni5", "Ce1Ni5"])
def test_published_enthalpies(
    shared_data: Path, reference: Callable[[str], dict[str, Any]], alloy: str
) -> None:
    """Against the toolbox's own fits within three standard uncertainties, and ours to the digit."""
    ref = reference("hydrogen/isotherms")
    file = shared_data / "hydrides" / f"{alloy}_PCI.csv"
    for fugacity, table in (("no", "mean_of_log_pressure"), ("yes", "mean_of_log_fugacity")):
        record = kuralab.analyze("pct", file, fugacity=fugacity).record
        for branch, (enthalpy, entropy) in ref[table].get(alloy, {}).items():
            (h,), (s,) = (record.of(f"{q}_{branch}") for q in ("enthalpy", "entropy"))
            assert h.value == pytest.approx(enthalpy, abs=0.02), branch
            assert s.value == pytest.approx(entropy, abs=0.1), branch
            # The toolbox fitted pressures; for the tin alloy it assumed a critical point instead.
            if fugacity == "yes" or alloy == "La1Ni4.8Sn0.2":
                continue
            published = ref["toolbox"][alloy][branch]
            assert abs(h.value - published[0]) < 3 * h.uncertainty + 0.01
            assert abs(s.value - published[1]) < 3 * s.uncertainty + 0.1


def test_plateaus_of_lani5(shared_data: Path, reference: Callable[[str], dict[str, Any]]) -> None:
    outcome = kuralab.analyze("pct", shared_data / "hydrides" / "La1Ni5_PCI.csv")
    for branch, plateaus in reference("hydrogen/isotherms")["plateaus"].items():
        for kelvin, bar in plateaus.items():
            found = _one(outcome, "plateau_pressure", branch=branch, temperature=f"{kelvin} K")
            assert found.value == pytest.approx(bar, rel=3e-3)
            assert 0.015 < found.uncertainty / found.value < 0.06
    assert [r.value > 3 * r.uncertainty for r in outcome.record.of("hysteresis")] == [True] * 5
    (capacity,) = outcome.record.of("hydrogen_capacity")
    assert capacity.value == pytest.approx(1.471)


def test_ceni5_needs_fugacity(shared_data: Path) -> None:
    """The note says what pressure would have given; at LaNi5's few bar there is nothing to say."""
    folder = shared_data / "hydrides"
    cerium = kuralab.analyze("pct", folder / "Ce1Ni5_PCI.csv")
    assert cerium.notes[0] == "absorption: with fugacity −15.5, with pressure −13.0 kJ/mol of H2."
    assert kuralab.analyze("pct", folder / "La1Ni5_PCI.csv").notes == ()


def test_made_isotherms_give_back_their_line() -> None:
    measurements = [_isotherm(t, b) for t in (273.0, 298.0, 323.0) for b in ("absorption", "desorption")]
    outcome = _analysed(measurements, fugacity="no")
    for branch, (enthalpy, entropy) in LANI5.items():
        h, s = (_one(outcome, f"{q}_{branch}") for q in ("enthalpy", "entropy"))
        assert h.value == pytest.approx(enthalpy, abs=1e-6)
        assert s.value == pytest.approx(entropy, abs=1e-6)
        assert h.flags == s.flags == ()
        assert str(h.conditions["temperature_highest"]) == "323 K"
    assert not outcome.record.warnings
    indices = [c.results for c in outcome.record.covariance]
    assert [[outcome.record.results[i].quantity for i in pair] for pair in indices] == [
        ["enthalpy_absorption", "entropy_absorption"],
        ["enthalpy_desorption", "entropy_desorption"],
    ]
    for covariance in outcome.record.covariance:
        first, second = (outcome.record.results[i] for i in covariance.results)
        assert 0 < covariance.value <= first.uncertainty * second.uncertainty


def test_fugacity_is_that_of_the_plateau() -> None:
    """A plateau of 500 bar: f is a third higher than p at room temperature."""
    temperatures = (273.0, 298.0, 323.0)
    outcome = _analysed([_isotherm(t, pressure=100.0 * t / 60.0) for t in temperatures])
    line = outcome.hydrides[0].lines[0]
    expected = [float(log_fugacity(100.0 * t / 60.0, t)) for t in temperatures]
    assert line.log_fugacity == pytest.approx(expected, rel=1e-3)


def test_desorption_only() -> None:
    outcome = _analysed([_isotherm(t, "desorption") for t in (273.0, 298.0, 323.0)])
    quantities = {r.quantity for r in outcome.record.results}
    assert "enthalpy_desorption" in quantities
    assert not quantities & {"enthalpy_absorption", "hysteresis"}


def test_few_temperatures() -> None:
    two = _analysed([_isotherm(273.0), _isotherm(298.0)])
    assert _one(two, "enthalpy_absorption").flags == ("few_points",)
    assert _one(two, "enthalpy_absorption").uncertainty > 0
    one = _analysed([_isotherm(298.0)], formation_temperature="500 K")
    for quantity in ("enthalpy_absorption", "entropy_absorption", "formation_pressure"):
        found = _one(one, quantity)
        assert (found.value, found.uncertainty) == (None, None)
        assert found.flags == ("not_identifiable",)
    assert _one(one, "plateau_pressure").value == pytest.approx(2.29, rel=0.01)


def test_no_plateau_is_said() -> None:
    outcome = _analysed([_isotherm(298.0, power=2.0), _isotherm(323.0)])
    first = outcome.record.of("plateau_pressure")[0]
    assert first.value is None
    assert first.flags == ("not_identifiable",)
    assert "no plateau, ln p changes by 1.7" in outcome.record.warnings[0]
    assert _one(outcome, "enthalpy_absorption").value is None


def test_a_slope_is_stated_and_widens() -> None:
    flat, sloping = (
        _one(_analysed([_isotherm(298.0, slope=slope)]), "plateau_pressure") for slope in (0.0, 1.0)
    )
    assert str(sloping.conditions["plateau_rise"]) == "0.4"
    assert sloping.uncertainty > 3 * flat.uncertainty


def test_exchanged_branches_are_flagged() -> None:
    up, down = _isotherm(298.0, pressure=1.0), _isotherm(298.0, "desorption", pressure=2.0)
    outcome = _analysed([up, down])
    assert "outside_validity" in _one(outcome, "hysteresis").flags
    assert any("exchanged" in warning for warning in outcome.record.warnings)


def test_a_curved_line_is_flagged() -> None:
    temperatures = (250.0, 275.0, 300.0, 325.0, 350.0)
    pressures = [
        float(np.exp(2.0 * (1000.0 / t - 3.4) ** 2 - 4.0 * (1000.0 / t - 3.4))) for t in temperatures
    ]
    outcome = _analysed([_isotherm(t, pressure=p) for t, p in zip(temperatures, pressures, strict=True)])
    assert _one(outcome, "enthalpy_absorption").flags == ("model_inadequate",)


@pytest.mark.parametrize(
    ("column", "given", "percent"),
    [
        (("hydrogen_per_metal", "", 1.0), {"composition": "LaNi5"}, 1.38),
        (("hydrogen_per_formula", "", 6.1), {"composition": "LaNi5"}, 1.40),
        (("hydrogen_per_formula", "", 9.2), {"composition": "LaNi5"}, 2.10),
        (("hydrogen_per_formula", "", 6.1), {"composition": "LaNi5", "isotope": "D2"}, 2.76),
        (("hydrogen_mass", "g", 0.014), {"metal_mass": "986 mg"}, 1.40),
        (("hydrogen_amount", "mol", 0.00694), {"metal_mass": "0.986 g"}, 1.40),
    ],
)
def test_contents_become_mass_percent(
    column: tuple[str, str, float], given: dict[str, str], percent: float
) -> None:
    """LaNi5: 1.4 wt% are 6.1, 2.1 wt% are 9.2 atoms of H per formula unit."""
    outcome = _analysed([_isotherm(298.0, column=column)], **given)
    assert _one(outcome, "hydrogen_capacity").value == pytest.approx(percent, abs=0.006)


def test_atoms_without_a_composition_give_no_mass_percent() -> None:
    outcome = _analysed([_isotherm(298.0, column=("hydrogen_per_metal", "", 1.0))])
    assert _one(outcome, "hydrogen_capacity").flags == ("not_identifiable",)
    assert _one(outcome, "plateau_pressure").value is not None


def test_samples_are_kept_apart() -> None:
    measurements = [
        _isotherm(t, name=f"{alloy}_{t:.0f}K_abs.csv", pressure=scale * t)
        for alloy, scale in (("LaNi5", 0.01), ("CeNi5", 0.5))
        for t in (273.0, 298.0, 323.0)
    ]
    outcome = _analysed(measurements, formation_temperature="400 K")
    assert all("sample" in r.conditions for r in outcome.record.results)
    for alloy in ("LaNi5", "CeNi5"):
        assert _one(outcome, "enthalpy_absorption", sample=alloy).flags == ()
        assert _one(outcome, "formation_pressure", sample=alloy).value is not None
    for covariance in outcome.record.covariance:
        pair = [outcome.record.results[i] for i in covariance.results]
        assert pair[0].conditions == pair[1].conditions
    assert [d.sample for d in outcome.hydrides] == ["LaNi5", "CeNi5"]


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("LaNi5_25degC_abs.csv", "LaNi5"),
        ("LaNi5-des-298K.txt", "LaNi5"),
        ("La1Ni4.8Sn0.2_PCI.csv", "La1Ni4.8Sn0.2"),
        ("Ti-6Al-4V.csv", "Ti-6Al-4V"),
        ("298K.csv", "298K"),
    ],
)
def test_samples_are_named_after_files(name: str, sample: str) -> None:
    assert sample_of(_isotherm(298.0, name=name)) == sample
    assert sample_of(_isotherm(298.0, name=name, sample="batch 3")) == "batch 3"


def test_temperatures_fill_gaps_or_replace() -> None:
    measurements = [_isotherm(None), _isotherm(323.0)]
    filled = _analysed(measurements, temperatures="25 degC")
    assert [str(r.conditions["temperature"]) for r in filled.record.of("plateau_pressure")] == [
        "298.15 K",
        "323 K",
    ]
    replaced = _analysed(measurements, temperatures="300 K, 350 K")
    assert str(replaced.record.of("plateau_pressure")[1].conditions["temperature"]) == "350 K"


def test_formation_pressure() -> None:
    """Hot LaNi5 in the GPa range; near room temperature the plateau; flags say what is reached for."""
    measurements = [_isotherm(t) for t in (273.0, 298.0, 323.0)]
    hot = _one(
        _analysed(measurements, formation_temperature="800 degC", volume_change="4.3 +- 0.5 cm3/mol"),
        "formation_pressure",
    )
    assert 0.5 < hot.value < 1.2
    assert 0.2 < hot.uncertainty < 0.8
    assert hot.flags == ("extrapolated",)
    assert str(hot.conditions["volume_change"]) == "4.3 ± 0.5 cm^3/mol"
    room = _one(_analysed(measurements, formation_temperature="298 K"), "formation_pressure")
    assert 1e4 * room.value == pytest.approx(2.29, rel=0.01)
    assert room.flags == ()


def test_none_below_20_gpa() -> None:
    """The colder the harder, and a lattice that grows by more than hydrogen has room in it."""
    outcome = _analysed(
        [_isotherm(t, pressure=p) for t, p in ((300.0, 9000.0), (350.0, 7500.0), (400.0, 6500.0))],
        formation_temperature="200 K",
        volume_change="12 cm3/mol",
    )
    found = _one(outcome, "formation_pressure")
    assert found.value == 20.0
    assert found.uncertainty is None
    assert found.flags[:2] == ("censored_above", "extrapolated")
    assert any("none below 20 GPa" in note for note in outcome.notes)


def test_a_warning_of_the_file_is_passed_on() -> None:
    measurement = _isotherm(298.0).model_copy(update={"warnings": ("2 rows left out",)})
    assert _analysed([measurement]).record.warnings == ("LaNi5.csv: 2 rows left out",)


@pytest.mark.parametrize(
    ("measurements", "given", "says"),
    [
        ([_isotherm(None)], {}, "the temperature is neither in the table"),
        ([_isotherm(298.0)], {"temperatures": "1 K, 2 K"}, "2 temperatures for 1 isotherms"),
        ([_isotherm(298.0, pressure=1e5 * 1.9)], {}, "beyond 20 GPa"),
        ([_isotherm(3000.0, pressure=1.0)], {}, "not between"),
        ([_isotherm(298.0, column=("hydrogen_mass", "g", 0.1))], {}, "mass of the metal is needed"),
        ([_isotherm(298.0, "sideways", pressure=1.0)], {}, "absorption or desorption"),
        (
            [_isotherm(t) for t in (298.0, 323.0)],
            {"formation_temperature": "5000 K"},
            "temperature",
        ),
    ],
)
def test_what_is_missing_is_named(
    measurements: list[Measurement], given: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        _analysed(measurements, **given)
    assert caught.value.hint


def test_other_kinds_are_refused(
    shared_data: Path, time_series: Callable[..., Measurement], spectrum: Callable[..., Measurement]
) -> None:
    with pytest.raises(InputError, match="a hydrogen isotherm is needed"):
        _analysed([time_series(np.arange(5.0), np.ones(5))])
    with pytest.raises(InputError, match="published enthalpies"):
        kuralab.analyze("pct", shared_data / "hydrides" / "La1Ni5.mh")


@pytest.mark.parametrize("text", ["70 %, 30 %", "0 %, 50 %", "50 %", "a, b", "30, 100"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no range between 0 and 100 %"):
        PlateauRange.parse(text)


def test_a_range_is_read_as_people_write_it() -> None:
    for text in ("30 %, 70 %", "30-70", "30 to 70 %", "30 % – 70 %", str(PlateauRange())):
        assert PlateauRange.parse(text) == PlateauRange(0.3, 0.7)
