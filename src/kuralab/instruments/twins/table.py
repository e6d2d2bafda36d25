"""All parameters of the twins as tables: ``python -m kuralab.instruments.twins.table PAGE``.

They go between the marks of the pages of docs/workflows that ``PAGES`` names; a test compares them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from kuralab.science.numerics import parameter_records

PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "solid_electrolyte_twins": (
        ("kuralab.science.synthesis", "li3ps4_lii.yaml"),
        ("kuralab.science.kinetics", "li3ps4_crystallisation.yaml"),
        ("kuralab.instruments.twins", "prior.yaml"),
    ),
    "high_pressure_hydride": (
        ("kuralab.science.synthesis", "la_ni_h.yaml"),
        ("kuralab.science.synthesis", "la_ni_h_growth.yaml"),
        ("kuralab.instruments.twins", "hydride_prior.yaml"),
    ),
    "proton_conductor": (
        ("kuralab.science.protonics", "copper.yaml"),
        ("kuralab.instruments.twins", "ceramic_prior.yaml"),
    ),
}
"""Files of parameters, package and name, by the page that lists them."""


def parameters_table(page: str) -> str:
    """One table for each file of a page, in Markdown: section, name, value, unit, source."""
    tables = []
    for package, file in PAGES[page]:
        rows = [
            f"| {section} | `{key}` | {entry['value']:g} | {entry['unit']} | {entry['source']} |"
            for section, entries in parameter_records(package=package, file=file).items()
            for key, entry in entries.items()
        ]
        head = [
            f"`src/{package.replace('.', '/')}/{file}`:",
            "",
            "| | parameter | value | unit | source |",
            "|---|---|---|---|---|",
        ]
        tables.append("\n".join([*head, *rows]))
    return "\n\n".join(tables) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(parameters_table(sys.argv[1]).encode("utf-8"))
