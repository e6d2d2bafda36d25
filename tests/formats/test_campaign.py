"""Campaign files: what they mean, and one clear line for everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.formats import candidate_space, read_campaign
from kuralab.model.campaign import Budget
from kuralab.model.campaign_definition import CampaignDefinition, ReferenceSettings
from kuralab.model.space import Categorical, Continuous, Integer, Limits, Mixture, When

PROTOCOL = """\
name: glass
values: {milling_time: 20 h, pieces: 1, gas: argon, rate: 5 degC/min}
steps:
  - weigh: {composition: open, mass: 300 mg}
    makes: pellet
  - ball_mill: {speed: 500 rpm, duration: "{milling_time}"}
  - heat: {temperature: 200 degC, heating_rate: "{rate}", duration: 10 min, gas: "{gas}"}
  - press_pellet: {pressure: 360 MPa, diameter: "{pieces} mm"}
  - impedance_spectrum: {temperature: 25 degC}
"""
SPACE = """\
space:
  composition: {components: [Li3PS4, LiI], step: 5 %, limits: {LiI: 10..50 %}, most: 2}
  milling_time: 2..40 h
  gas: {choices: [argon, vacuum]}
  pieces: {integer: 5..8}
  rate: {range: 1..600 degC/min, scale: log, when: {gas: [argon]}}
constraints: [milling_time * (1 - LiI) < 30]
"""
OBJECTIVES = """\
objectives:
  - {quantity: ionic_conductivity_25C, direction: maximise, scale: log, goal: 10 mS/cm}
"""
REST = "protocol: glass.yaml\nbudget: {experiments: 40}\n"
POOL = "name,composition,a,note\nA,Li3PS4,1.5,x\nB,LiI,2.5,x\nC,Li2S,3.5,y\n"
POOL_SECTION = "pool: {table: pool.csv, label: name, formulas: [composition], inputs: [a]}\n"

Read = Callable[[str], CampaignDefinition]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a campaign whose protocol and table lie beside it."""
    (tmp_path / "glass.yaml").write_text(PROTOCOL, "utf-8")
    (tmp_path / "pool.csv").write_text(POOL, "utf-8")

    def read_text(text: str) -> CampaignDefinition:
        path = tmp_path / "campaign.yaml"
        path.write_text(text, "utf-8")
        return read_campaign(path)

    return read_text


def test_everything_that_may_vary(read: Read) -> None:
    found = read("name: a\n" + SPACE + OBJECTIVES + REST)
    assert found.variables == (
        Mixture(
            name="composition",
            components=("Li3PS4", "LiI"),
            step=0.05,
            limits={"LiI": Limits(low=0.1, high=0.5)},
            most=2,
        ),
        Continuous(name="milling_time", low=2, high=40, unit="h"),
        Categorical(name="gas", choices=("argon", "vacuum")),
        Integer(name="pieces", low=5, high=8),
        Continuous(
            name="rate",
            low=1,
            high=600,
            unit="degC/min",
            scale="log",
            when=When(variable="gas", among=("argon",)),
        ),
    )
    assert found.constraints == ("milling_time * (1 - LiI) < 30",)
    assert found.protocol == PROTOCOL


def test_values_are_in_the_registered_unit(read: Read) -> None:
    (objective,) = read("name: a\n" + SPACE + OBJECTIVES + REST).objectives
    assert (objective.goal, objective.unit, objective.scale) == (pytest.approx(0.01), "S/cm", "log")


def test_the_settings(read: Read) -> None:
    found = read(
        "name: a\n"
        + SPACE
        + OBJECTIVES
        + "protocol: glass.yaml\nbudget: {experiments: 9, instrument_hours: 30000 min, days: 14}\n"
        "until: goal\nparallel: 4\nseed: 7\nlimits: {ionic_conductivity_25C: 1e-9 S/cm..}\n"
        "planner: {method: spread, starts: 3, acquisition: ucb, per_hour: yes, stop_within: 0.1}\n"
        "reference: {method: grid, lanes: 2, seeds: 5,\n"
        "  hours: [monday-friday 8:30-17:00, saturday 9:00-12:00]}\n"
    )
    assert found.budget == Budget(experiments=9, instrument_hours=500, days=14)
    assert (found.until, found.parallel, found.seed) == ("goal", 4, 7)
    assert (found.planner.method, found.planner.starts, found.planner.stop_within) == ("spread", 3, 0.1)
    assert found.planner.per_hour
    assert found.reference is not None
    assert (found.reference.method, found.reference.lanes, found.reference.seeds) == ("grid", 2, 5)
    assert [(s.days, s.opens, s.closes) for s in found.reference.shifts] == [
        ((0, 1, 2, 3, 4), 8.5, 17.0),
        ((5,), 9.0, 12.0),
    ]
    assert str(found.limits["ionic_conductivity_25C"]) == "at least 1e-09 S/cm"


def test_the_reference_may_be_left_out_and_is_there_by_default(read: Read) -> None:
    assert read("name: a\n" + SPACE + OBJECTIVES + REST).reference == ReferenceSettings()
    assert read("name: a\nreference: no\n" + SPACE + OBJECTIVES + REST).reference is None


def test_a_pool_keeps_the_whole_table(read: Read) -> None:
    found = read("name: a\n" + POOL_SECTION + OBJECTIVES + REST)
    assert found.pool is not None
    assert found.pool.rows[1] == ("B", "LiI", 2.5, "x")
    space = candidate_space(found)
    assert space.finite
    assert space.check({"name": "B"}) is None


def test_a_definition_survives_json(read: Read) -> None:
    for text in (SPACE, POOL_SECTION):
        found = read("name: a\n" + text + OBJECTIVES + REST)
        again = CampaignDefinition.model_validate_json(found.model_dump_json())
        assert again == found
        assert again.digest() == found.digest()


def test_only_decisions_make_another_campaign(read: Read) -> None:
    first = read("name: a\n" + SPACE + OBJECTIVES + REST)
    budget = read("name: a\n" + SPACE + OBJECTIVES + REST.replace("40", "50") + "title: T\n")
    seed = read("name: a\nseed: 1\n" + SPACE + OBJECTIVES + REST)
    assert first.digest() == budget.digest() != seed.digest()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("2..40 h", "40..2 h", 4, "space.milling_time: '40..2 h' ends below its start"),
        ("2..40 h", "2..40", 4, "2 does not fit glass.yaml:6: ball_mill.duration: 2 has no unit"),
        ("[argon, vacuum]", "[argon, helium]", 5, "helium does not fit glass.yaml:7: heat.gas"),
        ("2..40 h", "2 h..40 degC", 4, "space.milling_time"),
        ("2..40 h", "2 h..", 4, "'2 h..' is open at one end"),
        ("[argon, vacuum]", "[argon, argon]", 5, "space.gas: a choice is listed twice"),
        ("5..8", "5..8.5", 6, "does not end at whole numbers"),
        ("5..8", "8..8", 6, "low must be below high"),
        ("step: 5 %", "step: 3 %", 3, "1 must be a multiple of the step"),
        ("step: 5 %", "step: five", 3, "'five' is no share"),
        ("{LiI: 10..50 %}", "{LiBr: 10..50 %}", 3, "limits of 'LiBr', which is no component"),
        ("{LiI: 10..50 %}", "{LiI: 60..50 %}", 3, "low must not be above high"),
        ("{LiI: 10..50 %}", "{Li3PS4: 80..90 %, LiI: 30..50 %}", 3, "composition"),
        ("when: {gas: [argon]}", "when: {gass: [argon]}", 7, "Did you mean gas?"),
        ("scale: log, when", "scale: ln, when", 7, "'ln' is no scale"),
        (
            "milling_time * (1 - LiI) < 30",
            "miling_time < 30",
            8,
            "unknown name 'miling_time'. Did you mean milling_time?",
        ),
        ("milling_time * (1 - LiI) < 30", "milling_time < 1", 8, "milling_time < 1"),
        ("milling_time * (1 - LiI) < 30", "milling_time", 8, "it compares nothing"),
        (
            "milling_time: 2",
            "miling_time: 2",
            4,
            "glass.yaml does not use it. Add it under 'values' there. Did you mean milling_time?",
        ),
        ("ionic_conductivity_25C", "ionic_conductivity_25", 10, "Did you mean ionic_conductivity_25C"),
        (
            "ionic_conductivity_25C",
            "electronic_conductivity",
            10,
            "glass.yaml does not produce electronic_conductivity. Did you mean ionic_conductivity_25C?",
        ),
        (
            "maximise",
            "maximal",
            10,
            "'maximal' is no direction. Did you mean maximize? Known are maximise",
        ),
        ("maximise", "target", 10, "a target needs a value"),
        ("10 mS/cm", "10 mS", 10, "objectives.goal"),
        ("10 mS/cm", "nan S/cm", 10, "objectives.goal"),
        ("10 mS/cm", "-1 S/cm", 10, "a logarithmic scale begins above zero"),
        ("glass.yaml", "glas.yaml", 11, "protocol"),
        (
            "experiments: 40",
            "experiments: 0",
            12,
            "budget.experiments: '0' is no whole number above zero",
        ),
        ("experiments: 40", "days: 0 d", 12, "budget.days: '0 d' is not above zero"),
        ("experiments: 40", "hours: 3 h", 12, "there is no such field here"),
        ("{experiments: 40}", "{}", 12, "budget: nothing is given"),
        ("budget:", "budgets:", 12, "there is no such field here. Did you mean budget?"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(read: Read, old: str, new: str, line: int, says: str) -> None:
    text = "name: a\n" + SPACE + OBJECTIVES + REST
    assert old in text
    with pytest.raises(InputError) as caught:
        read(text.replace(old, new, 1))
    message = str(caught.value)
    assert says in message, message
    assert f"campaign.yaml:{line}: " in message, message


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (POOL.replace("LiI,2.5", "Li3PS4,1.5"), "pool.csv:3: the same candidate as in line 2"),
        (POOL.replace("B,LiI", "A,LiI"), "pool.csv:3: name is 'A' as in line 2"),
        (POOL.replace("2.5", "nan"), "pool.csv:3: a is 'nan', not a finite number"),
        (POOL.replace("2.5", "inf"), "pool.csv:3: a is 'inf', not a finite number"),
        (POOL.replace("2.5", ""), "pool.csv:3: a is empty"),
        (POOL.replace("B,LiI,2.5,x", "B,LiI,2.5"), "pool.csv:3: 3 cells, but there are 4 columns"),
        (POOL.replace(",a,", ",b,"), "has no column 'a'"),
        ("\n".join(POOL.splitlines()[:2]), "fewer than two candidates"),
    ],
)
def test_what_is_wrong_with_a_table(read: Read, tmp_path: Path, table: str, says: str) -> None:
    (tmp_path / "pool.csv").write_text(table, "utf-8")
    with pytest.raises(InputError) as caught:
        read("name: a\n" + POOL_SECTION + OBJECTIVES + REST)
    assert says in str(caught.value)
    assert "campaign.yaml:2: pool." in str(caught.value)


def test_a_formula_that_is_none_is_refused(read: Read, tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text(POOL.replace("LiI", "Xx2"), "utf-8")
    with pytest.raises(InputError, match=r"pool\.csv:3: .*Xx"):
        read("name: a\n" + POOL_SECTION + OBJECTIVES + REST)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: a\n" + OBJECTIVES + REST, "'space' is missing. Write either space: or pool:"),
        ("name: a\n" + SPACE + POOL_SECTION + OBJECTIVES + REST, "there are both"),
        ("name: a\nconstraints: [a < 2]\n" + POOL_SECTION + OBJECTIVES + REST, "a pool takes none"),
        (
            "name: a\nuntil: goal\n" + SPACE + OBJECTIVES.replace(", goal: 10 mS/cm", "") + REST,
            "no objective has a goal",
        ),
        ("name: a\n" + SPACE + REST, "'objectives' is missing"),
        ("- 3\n", "this is not a campaign"),
    ],
)
def test_what_is_missing_or_too_much(read: Read, text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "experiments: 40",
            "instrument_hours: -3 h",
            "budget.instrument_hours: '-3 h' is not above zero",
        ),
        ("[Li3PS4, LiI]", "[LiI, LiI]", "space.composition: a component is listed twice"),
        (
            "direction: maximise, scale: log, goal: 10 mS/cm",
            "direction: constraint, low: 1 mS/cm",
            "one to three objectives can be searched for, not 0. Give one a direction",
        ),
        ("name: a", "name: a\nseed: one", "seed: 'one' is no seed. Write a whole number"),
    ],
)
def test_one_mistake_is_one_line(read: Read, old: str, new: str, says: str) -> None:
    text = "name: a\n" + SPACE + OBJECTIVES + REST
    assert old in text
    with pytest.raises(InputError) as caught:
        read(text.replace(old, new, 1))
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_problems_come_at_once(read: Read) -> None:
    text = ("name: a\n" + SPACE + OBJECTIVES + REST).replace("maximise", "up").replace("40}", "-1}")
    with pytest.raises(InputError) as caught:
        read(text.replace("5..8", "eight"))
    assert [int(line.split(":")[1]) for line in str(caught.value).splitlines()] == [6, 10, 12]


@pytest.mark.parametrize(
    ("steps", "gives", "not_this"),
    [
        ("[25 degC]", "ionic_conductivity_25C", "activation_energy_total"),
        ("[60 degC]", "ionic_conductivity_total", "ionic_conductivity_25C"),
        ("[25 degC, 60 degC]", "activation_energy_total", "ionic_conductivity_total"),
    ],
)
def test_what_a_protocol_gives_depends_on_its_temperatures(
    read: Read, tmp_path: Path, steps: str, gives: str, not_this: str
) -> None:
    last = "  - impedance_spectrum: {temperature: 25 degC}\n"
    series = f'  - for each T in {steps}:\n      - impedance_spectrum: {{temperature: "{{T}}"}}\n'
    (tmp_path / "glass.yaml").write_text(PROTOCOL.replace(last, series), "utf-8")

    def wanted(quantity: str) -> str:
        return (
            "name: a\n" + SPACE + f"objectives: [{{quantity: {quantity}, direction: minimise}}]\n" + REST
        )

    assert read(wanted(gives)).objectives[0].quantity == gives
    assert read(wanted("process_time")).objectives[0].unit == "h"
    with pytest.raises(InputError, match=f"does not produce {not_this}"):
        read(wanted(not_this))
