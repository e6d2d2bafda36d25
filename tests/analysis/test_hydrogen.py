"""``calc hydrogen``: results, flags, given uncertainties."""

from __future__ import annotations

import numpy as np
import pytest

import kuralab
from kuralab.errors import InputError
from kuralab.science.hydrogen import hydrogen_state


def value(outcome, quantity: str) -> float:
    found = outcome.record.of(quantity)[0].value
    assert found is not None
    return found


def test_the_press_at_eight_hundred_degrees() -> None:
    outcome = kuralab.calculate("hydrogen", pressure="6 GPa", temperature="800 degC")
    assert [result.quantity for result in outcome.record.results] == [
        "hydrogen_chemical_potential",
        "hydrogen_gibbs_energy",
        "log10_fugacity",
        "molar_volume",
        "hydrogen_density",
    ]
    assert value(outcome, "hydrogen_chemical_potential") == pytest.approx(158.1, abs=0.1)
    assert all(result.flags == ("extrapolated",) for result in outcome.record.results)
    assert outcome.record.input == ()
    conditions = outcome.record.results[0].conditions
    assert (conditions["phase"], conditions["isotope"]) == ("fluid", "H2")
    assert str(conditions["pressure"]) == "6 GPa"
    assert "1000 K" in outcome.record.warnings[0]


def test_every_pressure_at_every_temperature_from_cold_to_hot() -> None:
    outcome = kuralab.calculate(
        "hydrogen", pressure="1 kbar, 1 GPa", temperature="500 K, 25 degC", isotope="D2"
    )
    found = [
        (str(r.conditions["temperature"]), str(r.conditions["pressure"]))
        for r in outcome.record.of("molar_volume")
    ]
    assert found == [
        ("25 degC", "1 kbar"),
        ("25 degC", "1 GPa"),
        ("500 K", "1 kbar"),
        ("500 K", "1 GPa"),
    ]
    assert [curve.temperature for curve in outcome.hydrogen.curves] == [298.15, 500.0]


def test_a_solid_that_is_not_known_is_a_limit() -> None:
    outcome = kuralab.calculate("hydrogen", pressure="15 GPa", temperature="450 K")
    flags = {result.quantity: result.flags for result in outcome.record.results}
    assert flags["hydrogen_chemical_potential"] == ("outside_validity", "censored_below")
    assert flags["hydrogen_density"] == ("outside_validity", "censored_above")
    assert not outcome.hydrogen.curves[0].known[-1]


def test_a_given_uncertainty_moves_mu_by_the_volume_and_the_absolute_value_by_the_entropy() -> None:
    plain = kuralab.calculate("hydrogen", pressure="3 GPa", temperature="600 K")
    for pressure, temperature, expected in (
        ("3 GPa +- 0.2 GPa", "600 K", 0.2 * value(plain, "molar_volume")),
        ("3 GPa", "600 K +- 10 K", None),
    ):
        found = kuralab.calculate("hydrogen", pressure=pressure, temperature=temperature)
        for quantity in ("hydrogen_chemical_potential", "hydrogen_gibbs_energy"):
            before = plain.record.of(quantity)[0].uncertainty
            after = found.record.of(quantity)[0].uncertainty
            share = np.sqrt(after**2 - before**2)
            if expected is not None:
                assert share == pytest.approx(expected, rel=0.01)
            elif quantity == "hydrogen_chemical_potential":
                ends = [
                    hydrogen_state(pressure=3.0, temperature=t).chemical_potential
                    for t in (590.0, 610.0)
                ]
                assert share == pytest.approx(0.5 * (ends[1] - ends[0]), rel=1e-6)
            else:
                # -S, about 60 J/(K mol) at this density.
                assert 0.3 < share < 0.9


def test_an_uncertainty_that_leaves_the_range_counts_on_the_other_side() -> None:
    outcome = kuralab.calculate("hydrogen", pressure="20 GPa +- 0.1 GPa", temperature="800 K")
    assert outcome.record.results[0].uncertainty is not None
    with pytest.raises(InputError, match="uncertainty"):
        kuralab.calculate("hydrogen", pressure="20 GPa +- 30 GPa", temperature="800 K")


def test_no_absolute_value_of_cold_gas() -> None:
    outcome = kuralab.calculate("hydrogen", pressure="1 bar", temperature="77 K")
    assert outcome.record.of("hydrogen_gibbs_energy") == ()
    assert any("ortho" in note for note in outcome.notes)


def test_many_states_are_too_many() -> None:
    with pytest.raises(InputError, match="600 states"):
        kuralab.calculate(
            "hydrogen",
            pressure=", ".join(f"{i} MPa" for i in range(1, 31)),
            temperature=", ".join(f"{300 + i} K" for i in range(20)),
        )
