"""The report of a campaign: what was measured, what had been predicted, how fast; all in one page."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuralab.errors import InputError
from kuralab.model.campaign import Objective, Predicted
from kuralab.views import CampaignOverview, Coverage, Spent, VariableShown, write_campaign_report
from kuralab.views._campaign_export import campaign_csv
from kuralab.views._campaign_text import (
    headline,
    in_words,
    label_and_settings,
    number_text,
    point_text,
    predicted_text,
    wanted_text,
)
from tests.views import campaigns

QUANTITY = campaigns.CONDUCTIVITY.quantity
TITLE = f"{QUANTITY} [S/cm]"


@pytest.fixture(scope="module")
def overview() -> CampaignOverview:
    return campaigns.ternary()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, overview: CampaignOverview) -> Path:
    folder = tmp_path_factory.mktemp("campaign") / "report"
    write_campaign_report(overview, folder, introduction="One.\n\n<Two>.", attribution=["CC BY 4.0"])
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def nothing_measured(**changes: Any) -> CampaignOverview:
    return campaigns.ternary(
        **{
            "experiments": (),
            "spent": Spent(0, 0.0, 0.0),
            "labels": {},
            "best": (),
            "ours": (),
            "references": (),
            "importance": None,
            "calibration": (),
            "landscape": None,
            "speed": None,
            "ending": "running",
        }
        | changes
    )


def test_all_files_are_there(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "results.csv",
        "campaign.json",
        *(f"{n}.svg" for n in ("convergence", "speed", "parity", "importance", "composition")),
    }


def test_the_page_needs_nothing_else_and_escapes(page: str) -> None:
    outside = re.sub(r'href="https://doi\.org/[^"]*"|xmlns(:\w+)?="[^"]*"', "", page)
    assert "http" not in outside.replace("http-equiv", "")
    assert "<image" not in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "&lt;Two&gt;" in page
    assert "The best glass of Li<sub>2</sub>S" in page


def test_the_page_says_what_a_reader_must_know(page: str) -> None:
    for piece in (
        "digital twins",
        "maximise, goal 1×10⁻³ S/cm",
        "the goal was reached",
        "Best of 23 experiments",
        "the pellet broke in the press",
        "P. I.: too much P<sub>2</sub>S<sub>5</sub> for this mill".replace("<sub>", "").replace(
            "</sub>", ""
        ),
        "the 68 % interval held 12 of 17 (71 %), the 95 % interval 16 of 17 (94 %)",
        "68 % 区間に 17 件中 12 件（71 %）",
        "With 95 % probability nothing left is better",
        "249c1f7ab3d2e845",
        "not independent",
        "40 staffed hours of a week over 168",
        "&lt; 1×10⁻⁶ S/cm",
        "upper limit",
        "Made up for a test.",
        "CC BY 4.0",
        "Runners-up",
    ):
        assert piece in page, piece


def test_the_speed_account_begins_with_its_measured_ratio(page: str) -> None:
    section = page[page.index("Speed account") :]
    assert section.index("took 11.8 times as long (median of 3 runs on the same twins)") < section.index(
        "Where it comes from"
    )
    assert "> 90" in section.replace("&gt;", ">")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"at_least": True}, "took at least 11.8 times as long"),
        ({"ratio": None, "references": ()}, "there is no reference to compare it with"),
        ({"ratio": 1234.5}, "took 1234 times as long"),
    ],
)
def test_the_headline_is_no_more_than_was_measured(changes: dict[str, Any], expected: str) -> None:
    assert expected in headline(campaigns.account(**changes))[0]


def test_without_the_goal_there_is_no_ratio() -> None:
    ours = campaigns.account().ours.model_copy(update={"days": None, "experiments": None})
    english, japanese = headline(campaigns.account(ours=ours, ratio=None))
    assert "did not reach the goal" in english
    assert "within 7.2 days, so there is no ratio" in english
    assert "倍" not in japanese


def test_csv_gives_every_number_back(folder: Path, overview: CampaignOverview) -> None:
    rows = rows_of((folder / "results.csv").read_text("utf-8"))
    assert [int(row["number"]) for row in rows] == list(range(1, 25))
    for row, experiment in zip(rows, overview.experiments, strict=True):
        reason = experiment.suggestion.reason
        glass = experiment.suggestion.point["glass"]
        assert isinstance(glass, dict)
        for component, fraction in glass.items():
            assert float(row[f"glass: {component} [mol/mol]"]) == fraction
        assert float(row["milling time [h]"]) == experiment.suggestion.point["milling time"]
        assert row["state"] == experiment.state
        assert row["how"] == reason.how
        assert row["message"] == experiment.message
        if experiment.state != "measured":
            assert row[TITLE] == ""
            continue
        observed = experiment.observed[QUANTITY]
        assert float(row[TITLE]) == observed.value
        assert float(row[f"{QUANTITY} uncertainty [S/cm]"]) == observed.uncertainty
        assert row[f"{QUANTITY} flags"] == "; ".join(observed.flags)
        if reason.how == "start":
            assert row[f"{QUANTITY} predicted median [S/cm]"] == ""
        else:
            predicted = reason.predicted[QUANTITY]
            assert float(row[f"{QUANTITY} predicted low_68 [S/cm]"]) == predicted.low_68
            assert float(row[f"{QUANTITY} predicted high_95 [S/cm]"]) == predicted.high_95
        assert float(row["days"]) == pytest.approx(0.3 * int(row["number"]))


def test_json_holds_the_whole_campaign(folder: Path, overview: CampaignOverview) -> None:
    stored = json.loads((folder / "campaign.json").read_text("utf-8"))
    assert stored["schema"] == 1
    assert stored["best"] == list(overview.best)
    assert stored["speed"]["ratio"] == 11.85
    assert stored["calibration"] == [
        {"quantity": QUANTITY, "within_68": 12, "within_95": 16, "count": 17}
    ]
    assert stored["experiments"][2]["message"] == "the pellet broke in the press"
    assert stored["began"] == "2026-03-02T08:00:00+00:00"
    assert len(stored["references"]) == 3


def test_json_has_no_nan(tmp_path: Path) -> None:
    paths = write_campaign_report(nothing_measured(regret_bound=float("inf")), tmp_path)
    assert json.loads(paths[2].read_text("utf-8"))["regret_bound"] is None


def test_the_same_campaign_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    overview = campaigns.ternary()
    paths = write_campaign_report(
        overview, tmp_path, introduction="One.\n\n<Two>.", attribution=["CC BY 4.0"]
    )
    for path in paths:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize("language", ["en", "ja"])
def test_before_the_first_result_the_page_says_so(tmp_path: Path, language: Any) -> None:
    paths = write_campaign_report(nothing_measured(), tmp_path, language=language)
    text = paths[0].read_text("utf-8")
    assert "No experiment has given a value yet." in text
    assert "値の得られた実験はまだありません。" in text
    assert [path.name for path in paths] == ["report.html", "results.csv", "campaign.json"]
    (header,) = paths[1].read_text("utf-8").splitlines()
    assert f"glass: LiI [mol/mol],milling time [h],{TITLE}" in header


def test_when_everything_failed_every_reason_is_listed(tmp_path: Path) -> None:
    failed = [
        campaigns.experiment(n, {"glass": {"Li2S": 1.0}}, {}, state="failed", message=f"jar {n} leaked")
        for n in range(1, 6)
    ]
    overview = nothing_measured(experiments=tuple(failed), spent=Spent(5, 27.5, 1.5))
    text = write_campaign_report(overview, tmp_path)[0].read_text("utf-8")
    assert all(f"jar {n} leaked" in text for n in range(1, 6))


def test_titles_in_japanese_and_two_hundred_experiments(tmp_path: Path) -> None:
    many = campaigns.ternary(200, title="硫化物ガラスの探索 $x$ <b>")
    paths = write_campaign_report(many, tmp_path, language="ja")
    text = paths[0].read_text("utf-8")
    assert "硫化物ガラスの探索 $x$ &lt;b&gt;" in text
    assert '<html lang="ja">' in text
    assert "<details>" in text, "a long list is folded away"
    assert len(rows_of(paths[1].read_text("utf-8"))) == 200
    assert len(text.encode()) < 2_000_000


def test_several_objectives_are_told_by_their_front(tmp_path: Path) -> None:
    overview = campaigns.several()
    paths = write_campaign_report(overview, tmp_path)
    text = paths[0].read_text("utf-8")
    assert "On the Pareto front" in text
    assert "front.svg" in [path.name for path in paths]
    assert "Best of" not in text, "no single one is the best"
    stored = json.loads(paths[2].read_text("utf-8"))
    assert stored["front"] == list(overview.front)


def test_fallbacks_and_failed_fits_are_reported(tmp_path: Path) -> None:
    base = campaigns.ternary()
    how = {"how": "fallback", "text": "the fit failed: singular covariance"}
    last = base.experiments[-1]
    reason = last.suggestion.reason.model_copy(update=how)
    changed = last.model_copy(
        update={"suggestion": last.suggestion.model_copy(update={"reason": reason})}
    )
    experiments = (*base.experiments[:-1], changed)
    overview = nothing_measured(experiments=experiments, best=base.best, fit_failures=3)
    text = write_campaign_report(overview, tmp_path)[0].read_text("utf-8")
    assert re.search(r"failed fits of the model</dt><dd>3<", text)
    assert re.search(r"chosen without a model for that</dt><dd>1<", text)
    assert re.search(r"measured only as a limit</dt><dd>7<", text)


def test_a_report_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_campaign_report(nothing_measured(), tmp_path)
    before = {path: path.read_bytes() for path in paths}
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if "campaign.json" in path.name:
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_campaign_report(nothing_measured(title="another"), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    taken = tmp_path / "report"
    taken.write_text("mine")
    with pytest.raises(InputError, match="a folder is needed"):
        write_campaign_report(nothing_measured(), taken)
    assert taken.read_text() == "mine"


def test_a_point_is_written_as_in_a_notebook() -> None:
    overview = campaigns.ternary(
        variables=(
            VariableShown("glass", "mixture", components=("Li2S", "P2S5", "LiI")),
            VariableShown("milling_time", "continuous", unit="h"),
            VariableShown("temperature", "continuous", unit="degC"),
        )
    )
    point = {
        "temperature": -20.0,
        "milling_time": 12.25,
        "glass": {"Li2S": 0.7525, "P2S5": 0.2475, "LiI": 0.0},
        "entry": "jqc",
    }
    text = point_text(overview, point).replace("\u00a0", " ")
    assert (
        text == "glass 75.2 Li2S – 24.8 P2S5 mol%, milling time 12.25 h, temperature −20 °C, entry jqc"
    )


def test_a_label_and_the_settings_do_not_repeat_one_another() -> None:
    point = {"glass": {"Li2S": 0.75, "P2S5": 0.25}, "milling_time": 12.0}
    full = campaigns.experiment(1, point, {})
    entry = campaigns.experiment(2, {"entry": "ui6"}, {})
    settings = "glass 75 Li2S – 25 P2S5 mol%, milling time 12 h"
    variables = (
        VariableShown("glass", "mixture", components=("Li2S", "P2S5")),
        VariableShown("milling_time", "continuous", unit="h"),
    )

    def said(experiment: Any, label: str) -> tuple[str, ...]:
        labels = {experiment.suggestion.number: label}
        overview = campaigns.ternary(labels=labels, variables=variables)
        return tuple(t.replace("\u00a0", " ") for t in label_and_settings(overview, experiment))

    assert said(full, "75Li2S-25P2S5") == ("75Li2S-25P2S5", settings)
    assert said(full, "75Li2S-25P2S5, milling_time 12 h") == ("", settings)
    assert said(entry, "ui6") == ("ui6", "")
    assert said(entry, "Li6PS5Cl") == ("Li6PS5Cl", "entry ui6")


def test_keys_are_said_in_words() -> None:
    text = in_words("ionic_conductivity_25C at least 0.01 S/cm, milling_time 3 h", "en")
    assert text == "total ionic conductivity at 25 °C at least 0.01 S/cm, milling time 3 h"


def test_atoms_of_formulas_are_lowered_and_names_are_not(tmp_path: Path) -> None:
    overview = nothing_measured(title="75Li2S-25P2S5 with Li3Nd3(TeO6)2, entry ui6")
    text = write_campaign_report(overview, tmp_path)[0].read_text("utf-8")
    heading = "75Li<sub>2</sub>S-25P<sub>2</sub>S<sub>5</sub> with "
    heading += "Li<sub>3</sub>Nd<sub>3</sub>(TeO<sub>6</sub>)<sub>2</sub>, entry ui6"
    assert heading in text


def test_a_narrow_prediction_shows_its_ends() -> None:
    narrow = Predicted(median=11.42, low_68=11.38, high_68=11.46, low_95=11.3, high_95=11.5)
    wide = Predicted(median=8.36e-4, low_68=3.1e-4, high_68=2.3e-3, low_95=1e-4, high_95=7e-3)
    assert predicted_text(narrow, campaigns.DURATION) == "11.42 (11.38 … 11.46) h"
    assert predicted_text(wide, campaigns.CONDUCTIVITY) == "8.4×10⁻⁴ (3.1×10⁻⁴ … 2.3×10⁻³) S/cm"


def test_what_is_wanted_is_said_in_words() -> None:
    target = Objective(quantity="density", direction="target", target=2.0, unit="g/cm3")
    bounded = Objective(quantity="thickness", direction="constraint", low=0.4, high=0.6, unit="mm")
    assert wanted_text(target, "en") == "target 2 g/cm³"
    assert wanted_text(bounded, "en") == "constraint: ≥ 0.4 mm, ≤ 0.6 mm"
    assert wanted_text(campaigns.CONDUCTIVITY, "ja") == "最大化, 目標 1×10⁻³ S/cm"


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_keep_four_digits(number: float) -> None:
    text = number_text(number).replace("−", "-")
    mantissa, _, power = text.partition("×10")
    exponent = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert float(f"{mantissa}e{exponent}") == pytest.approx(number, rel=5.1e-4, abs=0.0)


def test_a_coverage_of_nothing_is_left_out(tmp_path: Path) -> None:
    overview = nothing_measured(calibration=(Coverage(QUANTITY, 0, 0, 0),))
    text = write_campaign_report(overview, tmp_path)[0].read_text("utf-8")
    assert "Within 68 %" not in text


def test_a_variable_that_does_not_exist_is_an_empty_cell() -> None:
    experiments = (
        campaigns.experiment(1, {"atmosphere": "argon", "pressure": 2}, {QUANTITY: (1e-4, 1e-6)}),
        campaigns.experiment(2, {"atmosphere": "vacuum"}, {QUANTITY: (2e-4, 1e-6)}),
    )
    variables = (
        VariableShown("atmosphere", "categorical"),
        VariableShown("pressure", "integer", unit="bar"),
    )
    overview = nothing_measured(experiments=experiments, variables=variables)
    rows = rows_of(campaign_csv(overview))
    assert [row["pressure [bar]"] for row in rows] == ["2", ""]
