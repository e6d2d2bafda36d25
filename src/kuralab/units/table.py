"""The vocabulary as a page: ``python -m kuralab.units.table > docs/quantities.md``."""

from __future__ import annotations

import sys

from kuralab.units.vocabulary import vocabulary

_HEAD = """# Quantities

Every kind of value that a result may carry. This page is generated from
`src/kuralab/units/vocabulary.yaml` by `python -m kuralab.units.table > docs/quantities.md`.

| key | symbol | unit | English | 日本語 | JSON type | definition |
|---|---|---|---|---|---|---|
"""


def quantities_table() -> str:
    """The page in Markdown: one row for each registered quantity, in the order of the data file."""
    rows = (
        (
            f"`{kind.key}`",
            kind.symbol,
            kind.unit or "1",
            kind.en,
            kind.ja,
            kind.type,
            kind.definition,
        )
        for kind in vocabulary().values()
    )
    lines = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows)
    return _HEAD + "".join(f"| {line} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.buffer.write(quantities_table().encode("utf-8"))
