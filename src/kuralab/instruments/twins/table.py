"""All parameters of the twins as tables: ``python -m kuralab.instruments.twins.table``.

They go between the marks of docs/workflows/solid_electrolyte_twins.md; a test holds them together.
"""

from __future__ import annotations

import sys
from typing import Final

from kuralab.science.numerics import parameter_records

FILES: Final = (
    ("kuralab.science.synthesis", "li3ps4_lii.yaml"),
    ("kuralab.science.kinetics", "li3ps4_crystallisation.yaml"),
    ("kuralab.instruments.twins", "prior.yaml"),
)


def parameters_table() -> str:
    """One table for each file, in Markdown: section, name, value, unit, source."""
    tables = []
    for package, file in FILES:
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
    sys.stdout.buffer.write(parameters_table().encode("utf-8"))
