"""Earlier campaigns in a campaign file: tables as the report writes them, read strictly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.campaigns._planner import planner_of
from kuralab.errors import InputError
from kuralab.formats import candidate_space, read_campaign
from kuralab.formats._campaign_earlier import _table
from kuralab.model.campaign import Observed
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.model.space import Continuous, Mixture
from kuralab.views._campaign_export import campaign_csv
from tests.formats.test_campaign import OBJECTIVES, POOL, POOL_SECTION, PROTOCOL, REST, SPACE
from tests.views.campaigns import ternary

SIGMA = "ionic_conductivity_25C"
TABLE = f"""\
number,state,composition: Li3PS4 [mol/mol],composition: LiI [mol/mol],milling_time [h],gas,pieces,\
rate [degC/min],{SIGMA} [S/cm],{SIGMA} uncertainty [S/cm],{SIGMA} flags,message
1,measured,0.6,0.4,20,argon,6,10,0.001,2e-05,,
2,failed,0.7,0.3,30,argon,5,10,,,,"it broke,
in the press"
3,measured,0.5,0.5,4,vacuum,7,,1e-09,,censored_below; synthetic,
4,measured,0.8,0.2,39,argon,8,600,0.0004,1e-05,synthetic,
"""
TOP = "name: a\nearlier: [last.csv]\n"

Read = Callable[[str, str], CampaignDefinition]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a campaign whose protocol, pool and earlier table lie beside it."""
    (tmp_path / "glass.yaml").write_text(PROTOCOL, "utf-8")
    (tmp_path / "pool.csv").write_text(POOL, "utf-8")

    def read_both(table: str, text: str = TOP + SPACE + OBJECTIVES + REST) -> CampaignDefinition:
        (tmp_path / "last.csv").write_text(table, "utf-8")
        path = tmp_path / "campaign.yaml"
        path.write_text(text, "utf-8")
        return read_campaign(path)

    return read_both


def test_measured_experiments_are_kept_in_the_definition(read: Read) -> None:
    definition = read(TABLE, TOP + SPACE + OBJECTIVES + REST)
    (earlier,) = definition.earlier
    assert earlier.name == "last.csv"
    first, second, _ = earlier.points
    assert first == {
        "composition": {"Li3PS4": 0.6, "LiI": 0.4},
        "milling_time": 20.0,
        "gas": "argon",
        "pieces": 6,
        "rate": 10.0,
    }
    assert "rate" not in second
    assert [seen[SIGMA] for seen in earlier.observed] == [
        Observed(value=0.001, uncertainty=2e-5, unit="S/cm"),
        Observed(value=1e-9, unit="S/cm", flags=("censored_below", "synthetic")),
        Observed(value=0.0004, uncertainty=1e-5, unit="S/cm", flags=("synthetic",)),
    ]
    again = CampaignDefinition.model_validate_json(definition.model_dump_json())
    assert again == definition
    assert again.digest() == definition.digest()
    assert definition.digest() != definition.model_copy(update={"earlier": ()}).digest()


def test_the_planner_knows_them(read: Read) -> None:
    definition = read(TABLE, TOP + SPACE + OBJECTIVES + REST)
    planner = planner_of(definition, candidate_space(definition), lambda points: [1.0] * len(points))
    for value in (1e-3, 2e-3, 5e-4):
        (suggestion,) = planner.ask()
        planner.tell(suggestion.number, {SIGMA: Observed(value=value)})
    (verdict,) = planner.verdicts
    assert "earlier campaign last.csv (3 experiments): not used before 5 measurements" in verdict.text


def test_units_percent_and_other_columns_are_understood(read: Read) -> None:
    """A table that is no report: bare component names in percent, minutes, mS/cm, a name."""
    lines = "".join(f"{40 + i},{60 - i},{600 + 60 * i},vacuum,6,,{i + 1},x\n" for i in range(3))
    head = f"LiI [%],Li3PS4 [%],milling_time [min],gas,pieces,rate [degC/min],{SIGMA} [mS/cm],note\n"
    text = "name: a\nearlier: [{table: last.csv, name: last year}]\n" + SPACE + OBJECTIVES + REST
    (earlier,) = read(head + lines, text).earlier
    assert earlier.name == "last year"
    assert earlier.points[1]["composition"] == pytest.approx({"LiI": 0.41, "Li3PS4": 0.59})
    assert earlier.points[1]["milling_time"] == pytest.approx(11.0)
    assert earlier.observed[2][SIGMA].value == pytest.approx(3e-3)


def test_the_table_of_a_report_can_be_read(tmp_path: Path) -> None:
    overview = ternary()
    path = tmp_path / "results.csv"
    path.write_text(campaign_csv(overview), "utf-8")
    variables = (
        Mixture(name="glass", components=("Li2S", "P2S5", "LiI")),
        Continuous(name="milling time", low=12, high=40, unit="h"),
    )
    found = _table("a", path, None, variables, overview.objectives)
    measured = [e for e in overview.experiments if e.state == "measured"]
    for experiment, point, seen in zip(measured, found.points, found.observed, strict=True):
        assert point["glass"] == pytest.approx(experiment.suggestion.point["glass"])
        assert point["milling time"] == experiment.suggestion.point["milling time"]
        (quantity,) = experiment.observed
        wanted = experiment.observed[quantity]
        assert (seen[quantity].value, seen[quantity].flags) == (wanted.value, wanted.flags)
        assert seen[quantity].uncertainty == pytest.approx(wanted.uncertainty)


def test_entries_of_a_pool_are_found_by_their_labels(read: Read) -> None:
    text = TOP + POOL_SECTION + OBJECTIVES + REST
    table = f"name,{SIGMA} [S/cm]\nC,1e-4\nA,2e-4\nB,3e-4\n"
    (earlier,) = read(table, text).earlier
    assert earlier.points == ({"name": "C"}, {"name": "A"}, {"name": "B"})
    with pytest.raises(InputError, match=r"last\.csv:3: name: 'D' is unknown here"):
        read(table.replace("\nA", "\nD"), text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.001,2e-05", "abc,2e-05", f"last.csv:2: {SIGMA}: 'abc' is no finite number"),
        ("0.001,2e-05", "inf,2e-05", f"last.csv:2: {SIGMA}: 'inf' is no finite number"),
        ("0.001,2e-05", "-1,2e-05", f"last.csv:2: {SIGMA}: -1 has no logarithm"),
        ("0.001,2e-05", "0.001,-2e-05", "an uncertainty is not negative"),
        ("0.8,0.2,39", "0.8,0.4,39", "last.csv:6: composition: the fractions sum to 1.2"),
        ("4,vacuum", "4,nitrogen", "last.csv:5: gas: 'nitrogen' is unknown here"),
        ("argon,8", "argon,8.5", "last.csv:6: pieces: 8.5 is no whole number"),
        ("argon,6,10", "argon,6,", "last.csv:2: rate: the cell is empty"),
        ("synthetic,\n4", "synthetic\n4", "last.csv:5: 11 cells, but there are 12 columns"),
        ("milling_time [h]", "time [h]", "last.csv:1: there is no column 'milling_time'"),
        ("milling_time [h]", "milling_time [K]", "last.csv:1: milling_time: "),
        ("milling_time [h]", "milling_time", "call it 'milling_time [h]'"),
        (f"{SIGMA} [S/cm],", "y [S/cm],", "last.csv:1: no column holds an objective"),
        ("LiI [mol/mol]", "LiI [g]", "[g] is no mole fraction"),
        ("pieces,rate", "gas,rate", "two columns are called 'gas'"),
        ("4,measured", "4,failed", "last.csv: it holds 2 measured experiments"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_line(
    read: Read, old: str, new: str, said: str
) -> None:
    assert TABLE.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(TABLE.replace(old, new), TOP + SPACE + OBJECTIVES + REST)
    assert said in str(caught.value)
    assert str(caught.value).split(": ", 1)[0].endswith("campaign.yaml:2")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("earlier: [none.csv]", "none.csv"),
        ("earlier: [last.csv, last.csv]", "two are called 'last.csv'"),
        ("earlier: [{name: a}]", "'table' is missing"),
        ("earlier: [{table: last.csv, nam: a}]", "there is no such field here"),
        ('earlier: [""]', "this is no table"),
    ],
)
def test_what_is_wrong_with_the_section(read: Read, section: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(TABLE, f"name: a\n{section}\n" + SPACE + OBJECTIVES + REST)
    assert said in str(caught.value)
