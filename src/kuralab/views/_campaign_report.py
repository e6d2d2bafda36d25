"""The report of a campaign: one HTML page that needs nothing else, its data beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kuralab import __version__
from kuralab.views._campaign_data import searched
from kuralab.views._campaign_export import campaign_csv, campaign_json
from kuralab.views._campaign_figures import campaign_figures
from kuralab.views._campaign_record import CampaignOverview
from kuralab.views._campaign_references import CAMPAIGN_CONVENTIONS, methods_of_campaign
from kuralab.views._campaign_tables import (
    arm_lines,
    best_lines,
    coverage_lines,
    experiment_lines,
    factor_lines,
    flags_of,
    planner_facts,
    trouble_lines,
)
from kuralab.views._campaign_text import headline, spent_lines, summary, wanted_text
from kuralab.views._campaign_words import ENDINGS, quantity_name
from kuralab.views._files import folder_made, write_together
from kuralab.views._labels import Language
from kuralab.views._page import PageFigure, page_figure, rendered

_SPENT: Final = ("experiments", "instrument_hours", "days")


def write_campaign_report(
    overview: CampaignOverview,
    folder: Path | str,
    *,
    introduction: str = "",
    attribution: Iterable[str] = (),
    language: Language = "en",
) -> tuple[Path, ...]:
    """Write ``report.html``, ``results.csv``, ``campaign.json`` and the figures as SVG files.

    A campaign that is still under way, or in which everything failed, is reported as far as it came.
    Headings are in both languages; ``language`` comes first and is the one of the figures.

    Parameters
    ----------
    introduction, attribution : plain text; a blank line in the introduction starts a paragraph;
        the attribution comes after the overview's own

    Returns
    -------
    tuple of Path
        report.html, results.csv, campaign.json, the figures.

    Raises
    ------
    InputError
        The folder cannot be written to; nothing in it has changed then.
    """
    drawn = [
        page_figure(figure, name=figure.key, prefix=figure.key)
        for figure in campaign_figures(overview, language=language)
    ]
    page = rendered(
        "campaign.html.j2",
        records=(),
        language=language,
        title=overview.title or overview.name,
        introduction=introduction,
        attribution=dict.fromkeys([*overview.attribution, *attribution]),
        flags=flags_of(overview),
        methods=methods_of_campaign(overview),
        conventions=CAMPAIGN_CONVENTIONS,
        created=None,
        version=f"kuralab {__version__}",
        campaign=overview,
        names=[quantity_name(o.quantity, language) for o in overview.objectives],
        several=len(searched(overview)) > 1,
        summary=summary(overview),
        headline=headline(overview.speed) if overview.speed is not None else None,
        facts=_facts(overview, language),
        best=best_lines(overview, language=language),
        arms=arm_lines(overview, language=language),
        factors=factor_lines(overview, language=language),
        coverage=coverage_lines(overview, language=language),
        troubled=trouble_lines(overview, language=language),
        planner=planner_facts(overview, language=language),
        experiments=experiment_lines(overview, language=language),
        result_figures=_chosen(drawn, "convergence", "front"),
        speed_figures=_chosen(drawn, "speed"),
        model_figures=[
            *_chosen(drawn, "parity"),
            *(figure for figure in drawn if figure.name.startswith("composition")),
            *_chosen(drawn, "importance"),
        ],
    )
    folder = folder_made(Path(folder))
    contents = {
        folder / "report.html": page.encode(),
        folder / "results.csv": campaign_csv(overview).encode(),
        folder / "campaign.json": campaign_json(overview).encode(),
        **{folder / f"{figure.name}.svg": figure.svg.encode() for figure in drawn},
    }
    write_together(contents)
    return tuple(contents)


def _chosen(drawn: list[PageFigure], *names: str) -> list[PageFigure]:
    return [figure for name in names for figure in drawn if figure.name == name]


def _facts(overview: CampaignOverview, language: Language) -> list[tuple[str, str, str]]:
    """What the campaign was for and how it ended: name in English and Japanese, and value."""
    facts = [
        (
            "wanted",
            "目的",
            f"{quantity_name(objective.quantity, language)}: {wanted_text(objective, language)}",
        )
        for objective in overview.objectives
    ]
    ending = ENDINGS[overview.ending][language == "ja"]
    if overview.ending_text and overview.ending not in _SPENT:
        ending += f": {overview.ending_text}"
    facts.append(("state", "状態", ending))
    facts += spent_lines(overview.budget, overview.spent)
    if overview.began is not None:
        facts.append(("began", "開始", overview.began.strftime("%Y-%m-%d %H:%M %Z")))
    return facts
