"""The one console and the one style of tables that all commands use."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Wide enough that nothing wraps when a table goes into a file or a pipe.
WIDTH_OF_A_FILE = 160


def console() -> Console:
    """A console on stdout that leaves texts as they are."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH_OF_A_FILE)


def table_of(*headings: str) -> Table:
    """An empty table with these headings."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading))
    return table
