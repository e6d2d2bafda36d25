"""Chemical analyses and dilatograms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import periodictable
import pytest
from pydantic import ValidationError

from kuralab.analysis import Outcome
from kuralab.analysis.composition import CompositionParameters, analyse_composition
from kuralab.analysis.dilatometry import DilatometryParameters, analyse_dilatometry
from kuralab.errors import InputError
from kuralab.model import Kind, Measurement
from kuralab.science.protonics import length_change, relative_density
from tests.analysis.protonics import FORMULA, cell, measurement


def _analysis(
    amounts: dict[str, float], unit: str = "mol", relative: float | None = 0.02
) -> Measurement:
    numbers = [getattr(periodictable, element).number for element in amounts]
    values = np.array(list(amounts.values()))
    columns: dict[str, tuple[str, Any]] = {"atomic_number": ("", numbers), "amount": (unit, values)}
    if relative is not None:
        columns["amount_uncertainty"] = (unit, relative * values)
    return measurement(Kind.COMPOSITION, columns, "icp.csv")


def _composition(found: Measurement, **given: Any) -> Outcome:
    given = {"formula": FORMULA, "normalise_to": "Zr 0.40"} | given
    return analyse_composition([found], CompositionParameters.model_validate(given))


def test_barium_loss_is_told_in_words(reference: Callable[[str], dict[str, Any]]) -> None:
    amounts = reference("protonics/hydration")["analyses"]["with"]
    outcome = _composition(_analysis(amounts))
    found = {str(r.conditions["element_symbol"]): r for r in outcome.record.of("site_stoichiometry")}
    assert found["Ba"].value == pytest.approx(0.81)
    assert found["Ba"].uncertainty == pytest.approx(0.81 * 0.02 * np.sqrt(2.0), rel=1e-3)
    assert found["Zr"].uncertainty == pytest.approx(0.0, abs=1e-9)
    assert str(found["Cu"].conditions["site"]) == "interstitial"
    imbalance = outcome.record.of("charge_imbalance")[0]
    assert imbalance.value == pytest.approx(-0.58)
    text = " ".join(outcome.notes)
    assert "Ba 0.81 ± 0.02 where the formula has 1.00: 0.19 (19 %) is missing, Ba loss." in text
    assert "acceptor content is 0.58 ± 0.09" in text
    assert "−0.02 ± 0.02 (none is left)" in text
    assert len(outcome.record.covariance) > 0


def test_the_whole_oxide_needs_no_words(reference: Callable[[str], dict[str, Any]]) -> None:
    amounts = reference("protonics/hydration")["analyses"]["without"]
    outcome = _composition(_analysis(amounts, relative=0.06))
    assert outcome.notes == ()
    assert outcome.record.of("charge_imbalance")[0].value == pytest.approx(-0.2)


@pytest.mark.parametrize("unit", ["mg/L", "wt%", "at%", "mmol/L"])
def test_units_give_the_same_sites(reference: Callable[[str], dict[str, Any]], unit: str) -> None:
    amounts = reference("protonics/hydration")["analyses"]["with"]
    by_mass = unit in ("mg/L", "wt%")
    scale = {e: n * (getattr(periodictable, e).mass if by_mass else 1.0) for e, n in amounts.items()}
    outcome = _composition(_analysis(scale, unit, relative=None), relative_uncertainty="2 %")
    found = {
        str(r.conditions["element_symbol"]): r.value for r in outcome.record.of("site_stoichiometry")
    }
    assert found["Ba"] == pytest.approx(0.81)
    assert found["Yb"] == pytest.approx(0.11)


def test_impurities_and_oxygen_are_left_out() -> None:
    outcome = _composition(_analysis({"Ba": 1.0, "Zr": 0.4, "Ce": 0.6, "O": 3.0, "Si": 0.01}))
    assert len(outcome.record.of("site_stoichiometry")) == 3
    assert [text.split()[1] for text in outcome.record.warnings] == ["oxygen", "Si"]


def test_bad_analyses() -> None:
    with pytest.raises(InputError, match="no Zr"):
        _composition(_analysis({"Ba": 1.0, "Ce": 1.0}))
    with pytest.raises(InputError, match="both of its sites"):
        _composition(_analysis({"Zr": 1.0, "Ce": 1.0}))
    with pytest.raises(InputError, match="no chemical analysis"):
        _composition(cell())
    for bad in ("Zr", "Zr zero", "Qq 0.4", "Zr -1"):
        with pytest.raises(ValidationError, match="no scale"):
            CompositionParameters.model_validate({"normalise_to": bad})
    with pytest.raises(ValidationError, match="'Qq'"):
        CompositionParameters.model_validate({"interstitial": "Qq"})


def _run(addition: float, *, top: float = 1350.0, unit: str = "%", cooled: bool = True) -> Measurement:
    minutes = np.arange(0.0, (top - 25.0) / 5.0 + 30.0, 0.5)
    T = np.minimum(25.0 + 5.0 * minutes, top)
    if cooled:
        down = np.arange(0.0, (top - 25.0) / 10.0, 5.0)
        minutes = np.concatenate([minutes, minutes[-1] + 0.5 + down])
        T = np.concatenate([T, top - 10.0 * down])
    y = length_change(60.0 * minutes, T + 273.15, green=0.55, addition=addition)
    y = y + 5e-5 * np.random.default_rng(0).standard_normal(y.size)
    columns: dict[str, tuple[str, Any]] = {"time": ("min", minutes), "temperature": ("degC", T)}
    name = "length_change_percent" if unit == "%" else "length_change"
    columns[name] = (unit, 100.0 * y if unit == "%" else 5000.0 * y)
    return measurement(Kind.DILATOGRAM, columns, "dil.csv")


def _dilatometry(found: Measurement, **given: Any) -> Outcome:
    return analyse_dilatometry([found], DilatometryParameters.model_validate(given))


def test_density_and_onset_of_a_known_body() -> None:
    outcome = _dilatometry(_run(0.03), green_density="55 +- 0.5 %")
    T = np.array([25.0, 1350.0, 1350.0]) + 273.15
    truth = relative_density(60.0 * np.array([0.0, 265.0, 295.0]), T, green=0.55, addition=0.03)
    density = outcome.record.of("relative_density")[0]
    assert density.value == pytest.approx(100.0 * truth[-1], abs=2.0 * (density.uncertainty or 0.0))
    onset = outcome.record.of("onset_temperature")[0]
    assert onset.value is not None
    assert 1000.0 < onset.value < 1100.0
    assert onset.flags == ()
    shrinkage = outcome.record.of("linear_shrinkage")[0]
    assert shrinkage.value == pytest.approx(100 * (1 - (0.55 / truth[-1]) ** (1 / 3)), abs=0.2)


def test_expansion_is_not_shrinkage() -> None:
    """Hot, the body is longer by its expansion: the shrinkage is the same."""
    hot = _dilatometry(_run(0.03, cooled=False)).record.of("linear_shrinkage")[0]
    cold = _dilatometry(_run(0.03)).record.of("linear_shrinkage")[0]
    assert hot.value == pytest.approx(cold.value or 0.0, abs=0.3)


def test_what_does_not_shrink_has_no_onset() -> None:
    outcome = _dilatometry(_run(0.0, top=900.0), green_density="55 %")
    onset = outcome.record.of("onset_temperature")[0]
    assert onset.value is None
    assert onset.flags == ("not_identifiable",)
    assert outcome.record.of("linear_shrinkage")[0].value == pytest.approx(0.0, abs=0.1)


def test_shrinkage_that_has_not_ended_is_flagged() -> None:
    onset = _dilatometry(_run(0.0, top=1500.0, cooled=False)).record.of("onset_temperature")[0]
    assert onset.flags == ("outside_validity",)


def test_lengths_in_micrometres() -> None:
    with pytest.raises(InputError, match="length of the green body"):
        _dilatometry(_run(0.03, unit="um"))
    found = _dilatometry(_run(0.03, unit="um"), length="5 mm").record.of("linear_shrinkage")[0]
    percent = _dilatometry(_run(0.03)).record.of("linear_shrinkage")[0]
    assert found.value == pytest.approx(percent.value or 0.0, abs=1e-6)


def test_densities_that_cannot_be() -> None:
    absolute = _dilatometry(_run(0.03), green_density="3.4 g/cm3", crystal_density="6.2 g/cm3")
    relative = _dilatometry(_run(0.03), green_density=f"{340 / 6.2} %")
    one, two = (o.record.of("relative_density")[0] for o in (absolute, relative))
    assert one.value == pytest.approx(two.value or 0.0, rel=1e-4)
    uncertain = _dilatometry(_run(0.03), green_density="3.4 g/cm3", crystal_density="6.2 +- 0.1 g/cm3")
    spread = uncertain.record.of("relative_density")[0].uncertainty
    expected = np.hypot(one.uncertainty or 0.0, (one.value or 0.0) * 0.1 / 6.2)
    assert spread == pytest.approx(float(expected), rel=1e-3)
    with pytest.raises(ValidationError, match="crystal"):
        DilatometryParameters.model_validate({"green_density": "3.4 g/cm3"})
    with pytest.raises(ValidationError, match="no density"):
        DilatometryParameters.model_validate({"green_density": "120 %"})
    dense = _dilatometry(_run(0.03), green_density="75 %").record.of("relative_density")[0]
    assert dense.flags == ("outside_validity",)
