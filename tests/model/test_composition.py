"""Compositions: all of the abstract book's, their amounts and charges, and clear refusals."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kuralab.errors import InputError
from kuralab.model import Composition, Sample

# Every composition of mission.md (B1-B9), as written there, with its atoms where one can count.
BOOK = {
    "Li9.54[Si0.6Ge0.4]1.74P1.44S11.1Br0.3O0.6": {
        "Li": 9.54,
        "Si": 1.044,
        "Ge": 0.696,
        "P": 1.44,
        "S": 11.1,
        "Br": 0.3,
        "O": 0.6,
    },
    "Li9.54Si1.74P1.44S11.7Cl0.3": {"Li": 9.54, "Si": 1.74, "P": 1.44, "S": 11.7, "Cl": 0.3},
    "Li10GeP2S12": {"Li": 10, "Ge": 1, "P": 2, "S": 12},
    "Li3.25Ge0.25P0.75S4": {"Li": 3.25, "Ge": 0.25, "P": 0.75, "S": 4},
    "Li6PS5Cl": {"Li": 6, "P": 1, "S": 5, "Cl": 1},
    "Li5.5PS4.5Cl1.5": {"Li": 5.5, "P": 1, "S": 4.5, "Cl": 1.5},
    "Li7P3S11": {"Li": 7, "P": 3, "S": 11},
    "Li7P3S11 (70Li2S-30P2S5)": {"Li": 7, "P": 3, "S": 11},
    "63Li2S-27P2S5-10LiBr": {"Li": 1.36, "S": 1.98, "P": 0.54, "Br": 0.1},
    "Li3PS4": {"Li": 3, "P": 1, "S": 4},
    "Li3PS4 (alpha-LPS)": {"Li": 3, "P": 1, "S": 4},
    "Li3PS4 (75Li2S-25P2S5)": {"Li": 3, "P": 1, "S": 4},
    "54Li3PS4-46LiI": {"Li": 2.08, "P": 0.54, "S": 2.16, "I": 0.46},
    "63Li2S-36SiS2-1Li3PO4": {"Li": 1.29, "S": 1.35, "Si": 0.36, "P": 0.01, "O": 0.04},
    "La0.51Li0.34TiO2.94": {"La": 0.51, "Li": 0.34, "Ti": 1, "O": 2.94},
    "Li1.3Al0.3Ti1.7(PO4)3": {"Li": 1.3, "Al": 0.3, "Ti": 1.7, "P": 3, "O": 12},
    "Li7La3Zr2O12": {"Li": 7, "La": 3, "Zr": 2, "O": 12},
    "90Li3BO3-10Li2SO4": {"Li": 2.9, "B": 0.9, "O": 3.1, "S": 0.1},
    "67Li2O-33LiI": {"Li": 1.67, "O": 0.67, "I": 0.33},
    "Li2.9PO3.3N0.46": {"Li": 2.9, "P": 1, "O": 3.3, "N": 0.46},
    "Na2.88Sb0.88W0.12S4": {"Na": 2.88, "Sb": 0.88, "W": 0.12, "S": 4},
    "Mo6S8": {"Mo": 6, "S": 8},
    "Mg2Mo6S8": {"Mg": 2, "Mo": 6, "S": 8},
    "C6": {"C": 6},
    "LiCoO2": {"Li": 1, "Co": 1, "O": 2},
    "alpha-MnO2": {"Mn": 1, "O": 2},
    "LaNi5": {"La": 1, "Ni": 5},
    "La2Ni3": {"La": 2, "Ni": 3},
    "LaNi2D3.08": {"La": 1, "Ni": 2, "D": 3.08},
    "LaNi2": {"La": 1, "Ni": 2},
    "LaNiD1.01": {"La": 1, "Ni": 1, "D": 1.01},
    "AlB2": {"Al": 1, "B": 2},
    "CO2": {"C": 1, "O": 2},
    "alpha-O2": {"O": 2},
    "BaZr0.4Ce0.4Y0.1Yb0.1O3": {"Ba": 1, "Zr": 0.4, "Ce": 0.4, "Y": 0.1, "Yb": 0.1, "O": 3},
    "CuO": {"Cu": 1, "O": 1},
    "Si": {"Si": 1},
    "Si0.8Ge0.2": {"Si": 0.8, "Ge": 0.2},
    "TiCu": {"Ti": 1, "Cu": 1},
    "Ti2Zn": {"Ti": 2, "Zn": 1},
    "Fe4N": {"Fe": 4, "N": 1},
    "MgO": {"Mg": 1, "O": 1},
    "(Na0.5Bi0.5)TiO3": {"Na": 0.5, "Bi": 0.5, "Ti": 1, "O": 3},
}


@pytest.mark.parametrize("text", BOOK)
def test_compositions_of_the_book(text):
    composition = Composition.parse(text)
    assert dict(composition.elements) == pytest.approx(BOOK[text], rel=1e-12)
    assert str(composition) == text
    assert Composition.parse(str(composition)) == composition
    assert composition.molar_mass.value > 0
    assert sum(composition.atomic_fractions.values()) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li₃PS₄", "Li3PS4"),
        (" Li3PS4 ", "Li3PS4"),
        ("75Li2S·25P2S5", "75Li2S-25P2S5"),
        ("0.75Li2S-0.25P2S5", "75Li2S-25P2S5"),
        ("75 Li2S – 25 P2S5", "75Li2S-25P2S5"),
        ("25P2S5-75Li2S", "75Li2S-25P2S5"),
        ("α-MnO2", "alpha-MnO2"),
        ("Li1.3Al0.3Ti1.7P3O12", "Li1.3Al0.3Ti1.7(PO4)3"),
        ("{[(Li)2]2}2O4", "Li8O4"),
        ("Li3PS4 （glass）", "Li3PS4 (glass)"),
        ("33.3Li2O-66.6SiO2", "33.3333333Li2O-66.6666667SiO2"),
    ],
)
def test_equal_by_content(one, other):
    assert Composition.parse(one) == Composition.parse(other)
    assert hash(Composition.parse(one)) == hash(Composition.parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Li3PS4", "Li3PS4 (glass)"),
        ("alpha-Li3PS4", "beta-Li3PS4"),
        ("Ti-6Al-4V", "90Ti-6Al-4V"),
        ("75Li2S-25P2S5", "Li3PS4"),
        ("LaNi5H6", "LaNi5D6"),
    ],
)
def test_different_materials_differ(one, other):
    assert Composition.parse(one) != Composition.parse(other)


def test_phase_label_and_basis():
    oxide = Composition.parse("β''-Al2O3 (JIS, 99.9 %)")
    assert (oxide.phase, oxide.label, oxide.basis) == ("beta''", "JIS, 99.9 %", "mol%")
    assert Composition.parse("LaNi2D3.08 (P-3c1)").label == "P-3c1"
    assert Composition.parse("SiO2 (glass (quenched))").label == "glass (quenched)"


def test_a_mixture_has_components_in_percent():
    glass = Composition.parse("0.75Li2S-0.25P2S5")
    assert [(c.formula, c.share) for c in glass.components] == [("Li2S", 75.0), ("P2S5", 25.0)]
    assert dict(glass.components[1].elements) == {"P": 2, "S": 5}
    assert [c.share for c in Composition.parse("Li6PS5Cl").components] == [100.0]


def test_an_alloy_designation_is_mass_percent():
    alloy = Composition.parse("Ti-6Al-4V")
    assert alloy.basis == "wt%"
    assert [(c.formula, c.share) for c in alloy.components] == [("Ti", 90), ("Al", 6), ("V", 4)]
    # By hand: 90/47.867, 6/26.9815, 4/50.9415 mol in 100 g.
    moles = [90 / 47.867, 6 / 26.9815384, 4 / 50.9415]
    assert list(alloy.elements.values()) == pytest.approx([m / sum(moles) for m in moles], rel=1e-6)
    assert alloy.molar_mass.value == pytest.approx(100 / sum(moles), rel=1e-6)


def test_shares_by_weight_are_said_so():
    # B2: sulfur and carbon 67:33 by weight.
    cathode = Composition.parse("67S-33C (wt%)")
    assert cathode.basis == "wt%"
    assert cathode.elements["S"] == pytest.approx(67 / 32.06 / (67 / 32.06 + 33 / 12.011), rel=1e-3)


@pytest.mark.parametrize(
    ("text", "mass"),
    [
        # Standard atomic weights, summed by hand.
        ("Li3PS4", 3 * 6.94 + 30.973762 + 4 * 32.06),
        ("LiCoO2", 6.94 + 58.933194 + 2 * 15.999),
        ("Mg", 24.305),
        ("D2", 2 * 2.01410178),
        ("50LiI-50Li2S", (6.94 + 126.90447) / 2 + (2 * 6.94 + 32.06) / 2),
    ],
)
def test_molar_mass(text, mass):
    found = Composition.parse(text).molar_mass
    assert found.unit == "g/mol"
    assert found.value == pytest.approx(mass, rel=3e-5)  # IUPAC intervals leave S and Li some room


@pytest.mark.parametrize(
    ("text", "residual", "balanced"),
    [
        ("Li3PS4", 0, True),
        ("Li6PS5Cl", 0, True),
        ("Li9.54[Si0.6Ge0.4]1.74P1.44S11.1Br0.3O0.6", 0, True),
        ("Na2.88Sb0.88W0.12S4", 0, True),
        ("La0.51Li0.34TiO2.94", -0.01, True),
        ("Li2.9PO3.3N0.46", -0.08, True),
        ("54Li3PS4-46LiI", 0, True),
        ("LiCoO2", -1, True),
        ("alpha-MnO2", -2, True),
        ("Fe3O4", 1, True),
        ("Li2SO4", -8, True),
        ("90Li3BO3-10Li2SO4", -0.8, True),
        ("LiBH4", 8, True),
        # Nominal O3: the balance shows the oxygen vacancies that the formula leaves out.
        ("BaZr0.4Ce0.4Y0.1Yb0.1O3", -0.2, False),
        ("BaZr0.4Ce0.4Y0.1Yb0.1O2.9", 0, True),
        ("Li2PS4", -1, False),
        ("Li4PS4", 1, False),
        ("Li6PS5Cl2", -1, False),
    ],
)
def test_charge_balance(text, residual, balanced):
    balance = Composition.parse(text).oxidation_balance()
    assert balance is not None
    assert balance.residual == pytest.approx(residual, abs=1e-9)
    assert balance.balanced is balanced


def test_the_states_that_balance_are_named():
    assert Composition.parse("LiCoO2").oxidation_balance().states == ({"Li": 1, "Co": 3, "O": -2},)
    assert Composition.parse("Fe3O4").oxidation_balance().states[0]["Fe"] == pytest.approx(
        8 / 3, abs=1e-4
    )
    assert Composition.parse("Mo6S8").oxidation_balance().states[0]["Mo"] == pytest.approx(
        8 / 3, abs=1e-4
    )
    assert Composition.parse("LaCoD3").oxidation_balance() is None


@pytest.mark.parametrize(
    "text",
    [
        *("LaNi5", "Si0.8Ge0.2", "C6", "S", "TiCu", "Ti2Zn", "Fe4N", "LaNi2D3.08", "Ti-6Al-4V"),
        *("D2", "Ar", "67S-33C (wt%)", "50Li-50In"),
    ],
)
def test_elements_and_intermetallics_are_not_ionic(text):
    assert Composition.parse(text).oxidation_balance() is None


def test_the_tolerance_is_the_caller_s():
    film = Composition.parse("Li2.9PO3.3N0.46")
    assert not film.oxidation_balance(tolerance=0.005).balanced


def test_many_elements_with_many_states_take_no_time():
    everything = "MnFeCoNiMoVCrTiNbRuCeSnCuTlPbBiSbAsSeTeClBrISPNCO40"
    assert Composition.parse(everything).oxidation_balance() is not None


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("Xx", "'Xx' in 'Xx' is not an element", "Write 'Li7P3S11'"),
        ("Li3Xx4", "'Xx' in 'Li3Xx4' is not an element", ""),
        ("li3ps4", "'li3ps4' is not a composition", ""),
        ("Li(PS4", "not closed", ""),
        ("LiPS4)", "brackets of 'LiPS4)' do not match", ""),
        ("Li(PS4]", "do not match", ""),
        ("Li()", "hold nothing", ""),
        ("Li0PS4", "amount 0", ""),
        ("Li(PO4)0", "amount 0", ""),
        ("Li9999999", "below a million", ""),
        ("Li-3", "stopped at '3'", ""),
        ("3", "stopped at '3'", ""),
        ("2Li3PS4", "sum to 2", ""),
        ("0Li2S-100P2S5", "share of zero", ""),
        ("50Li2S-30P2S5", "sum to 80, not to 100", "'62.5Li2S-37.5P2S5'"),
        ("75Li2S-25.6P2S5", "sum to 100.6", ""),
        ("0.7Li2S-0.2P2S5", "sum to 0.9", "'77.78Li2S-22.22P2S5'"),
        ("54Li3PS4-LiI", "does not give the share", "54Li3PS4-46LiI"),
        ("Li2S-P2S5", "does not give the share", "Equal parts are '50Li2S-50P2S5'"),
        ("Li-In", "does not give the share", "Equal parts are '50Li-50In'"),
        ("50LiI-50LiI", "twice", ""),
        ("Ti-60Al-50V", "leaves nothing for Ti", ""),
        ("alpha-54Li3PS4-46LiI", "is given for a mixture", ""),
        ("", "no composition is given", ""),
        ("   ", "no composition is given", ""),
        ("-", "is not a composition", ""),
        ("LiI-", "is not a composition", ""),
        ("Li" * 251, "too long", ""),
        ("(" * 9 + "Li" + ")" * 9, "more than 8 deep", ""),
        ("(100-x)Li2S-xP2S5", "the amount 'x' in '(100-x)Li2S' is open", "Give a number"),
        ("Li7-xLa3Zr2O12", "the amount 'x'", "Give a number"),
        ("LaNi5Hx", "the amount 'x' in 'LaNi5Hx' is open", "Give a number"),
        ("Li1+yAlyTi2-y(PO4)3", "the amount 'y'", "Give a number"),
        ("BaCeO3-δ", "the amount 'δ'", "Give a number"),
        ("Mg2+", "stopped at '+'", ""),
        ("Li3 PS4", "stopped at ' PS4'", ""),
        ("Li7P3S11(70Li2S-30P2S5)", "is not a composition", "after a blank"),
        ("Li7P3S11 (75Li2S-25P2S5)", "Li is 0.333 of the atoms in the first, 0.375 in brackets", ""),
        ("Li3PS4 (70Li2S-31P2S5)", "sum to 101", ""),
        ("ZK60", "'ZK60' is a name", "Mg-6Zn-0.5Zr"),
        ("AZ31", "'AZ31' is a name", "Mg-3Al-1Zn"),
        ("LPSI", "'LPSI' is a name", "54Li3PS4-46LiI"),
        ("LBPSI", "'LBPSI' is a name", "mol%"),
        ("BZCYY4411", "'BZCYY4411' is a name", "BaZr0.4Ce0.4Y0.1Yb0.1O3"),
        ("Ti6Al4V", "'Ti6Al4V' is a name", "Ti-6Al-4V"),
        ("Mg(TFSI)2", "'TFSI' in 'Mg(TFSI)2' is a name", "N(SO2CF3)2"),
        ("LiFSI", "'FSI' in 'LiFSI' is a name", "N(SO2F)2"),
        ("リチウム", "is not a composition", ""),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_write(text, says, hint):
    with pytest.raises(InputError) as refused:
        Composition.parse(text)
    assert refused.value.field == "composition"
    assert says in refused.value.message
    assert hint in refused.value.hint


def test_in_a_record_a_refusal_is_one_problem_of_that_record():
    with pytest.raises(ValidationError, match="'Xx' in 'Xx' is not an element"):
        Sample(identity="s1", composition="Xx", form="powder")


def test_it_is_frozen_and_its_json_is_its_text():
    composition = Composition.parse("54Li3PS4·46LiI")
    assert composition.model_dump_json() == '"54Li3PS4-46LiI"'
    assert Composition.model_validate_json(composition.model_dump_json()) == composition
    with pytest.raises(ValidationError):
        composition.text = "Li"
    with pytest.raises(TypeError):
        composition.elements["Li"] = 3.0


@given(st.text(max_size=80))
def test_any_text_is_a_composition_or_an_input_error(text):
    with suppress(InputError):
        Composition.parse(text)


@given(st.text(alphabet="LiPSOClxδD0123456789.()[]{}- ·α%", max_size=40))
def test_any_text_of_familiar_characters_reads_back_the_same(text):
    with suppress(InputError):
        composition = Composition.parse(text)
        assert Composition.parse(str(composition)) == composition
        assert str(Composition.parse(str(composition))) == str(composition)
        composition.oxidation_balance()
        assert composition.molar_mass.value > 0


AMOUNTS = st.integers(min_value=1, max_value=2000).map(lambda n: n / 100)
FORMULAS = st.dictionaries(
    st.sampled_from(["Li", "Na", "P", "S", "O", "Cl", "D", "Si"]), AMOUNTS, min_size=1
)


@given(FORMULAS, AMOUNTS)
def test_a_bracket_multiplies_all_that_it_holds(atoms, factor):
    inner = "".join(f"{element}{amount}" for element, amount in atoms.items())
    found = Composition.parse(f"[{inner}]{factor}").elements
    assert dict(found) == pytest.approx({e: n * factor for e, n in atoms.items()}, rel=1e-12)


@given(st.integers(min_value=1, max_value=99), FORMULAS, FORMULAS)
def test_a_mixture_is_the_weighted_sum_of_its_parts(share, one, other):
    first, second = ("".join(f"{e}{n}" for e, n in atoms.items()) for atoms in (one, other))
    if first == second:
        return
    found = Composition.parse(f"{share}{first}-{100 - share}{second}")
    for element in {**one, **other}:
        mean = share / 100 * one.get(element, 0) + (1 - share / 100) * other.get(element, 0)
        assert found.elements[element] == pytest.approx(mean, rel=1e-9)
    masses = [Composition.parse(text).molar_mass.value for text in (first, second)]
    weighted = share / 100 * masses[0] + (1 - share / 100) * masses[1]
    assert found.molar_mass.value == pytest.approx(weighted, rel=1e-9)
