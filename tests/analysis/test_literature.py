"""The literature table, and sentences that place a conductivity among its values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.analysis.literature import literature_conductivities, plausibility_note
from kuralab.errors import InputError, ScienceError
from kuralab.model import Composition

# mission.md, B1: the table of the abstract book, row by row.
BOOK = [
    ("Li9.54[Si0.6Ge0.4]1.74P1.44S11.1Br0.3O0.6", 3.2e-2, "crystal", "LGPS", "Hori, Kanno 2023"),
    ("Li9.54Si1.74P1.44S11.7Cl0.3", 2.5e-2, "crystal", "LGPS", "Kato, Kanno 2016"),
    ("Li10GeP2S12", 1.2e-2, "crystal", "LGPS", "Kanno 2011"),
    ("Li3.25Ge0.25P0.75S4", 2.2e-3, "crystal", "LGPS", "Kanno 2001"),
    ("Li6PS5Cl", 1.3e-3, "crystal", "argyrodite", "Boulineau 2012"),
    ("Li7P3S11 (70Li2S-30P2S5)", 1.7e-2, "glass-ceramic", "", "Seino, Hayashi 2014"),
    ("63Li2S-27P2S5-10LiBr", 8.4e-3, "glass-ceramic", "", "Ujiie, Hayashi 2014"),
    ("Li3PS4 (alpha-LPS)", 1.3e-3, "glass-ceramic", "", "Kimura, Hayashi 2023"),
    ("54Li3PS4-46LiI", 1.8e-3, "glass", "", "Suyama, Hayashi 2018"),
    ("63Li2S-36SiS2-1Li3PO4", 1.5e-3, "glass", "", "Takada 1994"),
    ("Li3PS4 (75Li2S-25P2S5)", 1.1e-4, "glass", "", "Hayashi 2001"),
    ("La0.51Li0.34TiO2.94", 1.4e-3, "crystal", "perovskite", "Inaguma, Itoh 1994"),
    ("Li1.3Al0.3Ti1.7(PO4)3", 7e-4, "crystal", "NASICON", "Aono 1990"),
    ("Li7La3Zr2O12", 3e-4, "crystal", "garnet", "Murugan, Weppner 2007"),
    ("90Li3BO3-10Li2SO4", 1e-5, "glass-ceramic", "", "Tatsumisago 2014"),
    ("67Li2O-33LiI", 3.1e-5, "glass", "", "Fujita, Hayashi 2021"),
    ("Li2.9PO3.3N0.46", 3.3e-6, "glass", "LiPON film", "Yu 1997"),
    ("Na2.88Sb0.88W0.12S4", 3.2e-2, "crystal", "", "Hayashi 2019"),
]


def test_the_table_is_the_book_s_table():
    rows = [
        (str(row.composition), row.conductivity, row.structure, row.family, row.reference)
        for row in literature_conductivities()
    ]
    assert rows == BOOK


def test_rows_are_frozen_and_read_once():
    assert literature_conductivities() is literature_conductivities()
    with pytest.raises(ValueError, match="frozen"):
        literature_conductivities()[0].conductivity = 1.0


def test_the_compositions_are_charge_balanced_as_measured():
    unbalanced = []
    for row in literature_conductivities():
        balance = row.composition.oxidation_balance()
        assert balance is not None
        if not balance.balanced:
            unbalanced.append(str(row.composition))
    assert unbalanced == []


def test_a_value_inside_the_table_gets_its_rank_and_the_range():
    assert plausibility_note(conductivity=1.35e-3) == (
        "1.4e-3 S/cm at 25 °C is higher than 8 of the 18 tabulated conductivities of solid electrolytes "
        "in the E-IMR abstract book of FY2025 (3.3e-6 to 3.2e-2 S/cm, median 1.4e-3); inside one "
        "composition a spread of one to four orders of magnitude is usual."
    )


@pytest.mark.parametrize(
    ("conductivity", "language", "says"),
    [
        (1e-8, "en", "below the whole range"),
        (1.0, "en", "above the whole range"),
        (1e-8, "ja", "下回って"),
        (1.0, "ja", "上回って"),
    ],
)
def test_a_value_outside_the_whole_range_is_warned_about(conductivity, language, says):
    note = plausibility_note(conductivity=conductivity, language=language)
    assert says in note
    assert note.startswith({"en": "Warning:", "ja": "注意："}[language])


def test_the_ends_of_the_range_are_inside():
    for end in (3.3e-6, 3.2e-2):
        assert "Warning" not in plausibility_note(conductivity=end)


def test_a_class_narrows_the_comparison():
    note = plausibility_note(conductivity=1e-3, class_hint="glass")
    assert "higher than 3 of the 5" in note
    assert "(glass)" in note
    assert "ガラスセラミックス" in plausibility_note(
        conductivity=1e-3, class_hint="glass-ceramic", language="ja"
    )
    with pytest.raises(InputError, match="glass-ceramic"):
        plausibility_note(conductivity=1e-3, class_hint="polymer")


@given(st.floats(min_value=1e-30, max_value=1e30), st.sampled_from(["en", "ja"]))
def test_it_is_one_sentence_about_a_distribution(conductivity, language):
    note = plausibility_note(conductivity=conductivity, language=language)
    assert "18" in note
    assert "3.3e-6" in note
    assert "3.2e-2" in note
    assert ("orders of magnitude" if language == "en" else "1～4桁") in note
    assert len(re.findall(r"\.(?:\s|$)|。", note)) == 1
    # One single sample is never held against the value.
    assert not any(row[4] in note or row[0] in note for row in BOOK)


@given(st.floats(min_value=3.3e-6, max_value=3.2e-2), st.floats(min_value=3.3e-6, max_value=3.2e-2))
def test_a_higher_conductivity_never_ranks_lower(one, other):
    low, high = (
        int(re.search(r"higher than (\d+)", plausibility_note(conductivity=value))[1])
        for value in sorted((one, other))
    )
    assert low <= high


@pytest.mark.parametrize("bad", [0.0, -1e-3, float("nan"), float("inf")])
def test_no_positive_number_no_comparison(bad):
    with pytest.raises(ScienceError):
        plausibility_note(conductivity=bad)


def test_compositions_are_compositions():
    assert literature_conductivities()[6].composition == Composition.parse("63Li2S·27P2S5·10LiBr")
