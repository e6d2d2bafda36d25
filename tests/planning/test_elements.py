"""Element properties as features, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.model import Composition
from kuralab.planning.elements import (
    FEATURE_NAMES,
    PROPERTIES,
    composition_features,
    element_property,
    feature_matrix,
)


def test_the_table_holds_known_values() -> None:
    """Pauling 1960 and CRC; Pyykkö and Atsumi 2009; NIST; Schwerdtfeger and Nagle 2019."""
    assert element_property("F", "electronegativity") == 3.98
    assert element_property("S", "covalent_radius") == 103
    assert element_property("H", "ionisation_energy") == pytest.approx(13.5984, abs=1e-4)
    assert element_property("He", "polarisability") == pytest.approx(1.38375)
    assert [element_property(s, "valence_electrons") for s in ("Li", "S", "Fe", "Zn", "Ga")] == [
        1,
        6,
        8,
        12,
        3,
    ]
    assert [element_property(s, "group") for s in ("Li", "La", "Nd", "Cl")] == [1, 3, 3, 17]


def test_features_of_lithium_sulfide_by_hand() -> None:
    found = composition_features("Li2S")
    mean = (2 * 0.98 + 2.58) / 3
    assert tuple(found) == FEATURE_NAMES
    assert found["electronegativity_mean"] == pytest.approx(mean)
    spread = math.sqrt((2 * (0.98 - mean) ** 2 + (2.58 - mean) ** 2) / 3)
    assert found["electronegativity_spread"] == pytest.approx(spread)
    assert (found["period_min"], found["period_max"]) == (2, 3)
    bond = 1 - math.exp(-((2.58 - 0.98) ** 2) / 4)
    assert found["ionic_character_max"] == pytest.approx(bond)
    assert found["ionic_character_mean"] == pytest.approx(2 * (2 / 3) * (1 / 3) * bond)
    assert found["atomic_mass_mean"] == pytest.approx((2 * 6.94 + 32.06) / 3)


def test_all_ways_to_give_a_composition_agree() -> None:
    texts = feature_matrix(["54Li3PS4-46LiI", "Li3PS4"])
    glass = Composition.parse("54Li3PS4-46LiI")
    assert np.array_equal(texts[0], feature_matrix([glass])[0])
    assert np.array_equal(texts[0], feature_matrix([dict(glass.elements)])[0])
    assert texts.shape == (2, 4 * len(PROPERTIES) + 2)


@given(
    st.dictionaries(
        st.sampled_from(["Li", "P", "S", "La", "Zr", "O", "Eu"]), st.floats(0.1, 20), min_size=1
    ),
    st.floats(0.01, 100),
)
def test_only_the_ratio_of_the_amounts_matters(amounts: dict[str, float], factor: float) -> None:
    one = feature_matrix([amounts])
    other = feature_matrix([{element: factor * amount for element, amount in amounts.items()}])
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_an_element_alone_has_no_spread_and_no_ionic_bond() -> None:
    found = composition_features("Fe")
    assert all(value == 0 for name, value in found.items() if "spread" in name or "ionic" in name)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ("Kr", "no electronegativity is tabulated for Kr"),
        ({"Qq": 1.0}, "unknown element 'Qq'"),
        ({"Li": -1.0}, "amount of Li is -1"),
        ({"Li": math.nan}, "amount of Li is nan"),
        ({}, "without elements"),
        ("Lithium", "not"),
    ],
)
def test_what_has_no_features_says_why(given_: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        composition_features(given_)  # type: ignore[arg-type]
