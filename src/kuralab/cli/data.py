"""``kuralab data search|show|export``: what the lab has measured and found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kuralab.cli._lab_options import lab_option
from kuralab.cli._options import common_options, say_where
from kuralab.cli._search import catalogue_of, filters, search_of
from kuralab.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kuralab.store import MeasurementRow, ResultRow

NOTHING_FOUND = 1


@click.group()
def data() -> None:
    """Find, show and export measurements and results."""


@data.command()
@filters
@lab_option
def search(lab: Path, as_json: bool, **given: Any) -> int:
    """Find measurements and results.

    Everything given must fit. A quantity or a value is asked of results only. Exit code 1: nothing
    fits.
    """
    catalogue = catalogue_of(lab)
    wanted = search_of(catalogue, **given)
    results, measurements = wanted.results(catalogue), wanted.measurements(catalogue)
    if as_json:
        from kuralab.cli._records import record_of

        content = {
            "schema": 1,
            "results": [record_of(row) for row in results],
            "measurements": [record_of(row) for row in measurements],
        }
        click.echo(json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        _show_results(results)
        _show_measurements(measurements)
        click.echo(f"{len(results)} results, {len(measurements)} measurements")
    return 0 if results or measurements else NOTHING_FOUND


@data.command()
@click.argument("identity", metavar="ID")
@lab_option
def show(identity: str, lab: Path, as_json: bool) -> None:
    """Show one run, sample, measurement or result, by its identity.

    A sample comes with its history, a measurement with its columns and the place of its raw file.
    """
    from kuralab.cli._records import details_of

    found = details_of(catalogue_of(lab), lab, identity)
    if as_json:
        content = {"schema": 1, **found}
        click.echo(json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2))
        return
    from rich.text import Text

    from kuralab.cli._records import lines_of
    from kuralab.cli._style import console

    for line in lines_of(found):
        console().print(Text(line))


@data.command()
@click.option(
    "--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path), help="Write this CSV file."
)
@click.option(
    "--parquet",
    "parquet_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write this Parquet file.",
)
@click.option(
    "--of",
    "what",
    type=click.Choice(["results", "measurements"]),
    default="results",
    show_default=True,
    help="What to export.",
)
@filters
@lab_option
def export(
    csv_file: Path | None,
    parquet_file: Path | None,
    what: str,
    lab: Path,
    as_json: bool,
    **given: Any,
) -> int:
    """Write the results (or measurements) that a search finds into a file.

    Exit code 1: nothing fits, and no file is written.
    """
    from kuralab.store import export_csv, export_parquet

    if csv_file is None and parquet_file is None:
        raise InputError("no file is named", field="--csv", hint="Give --csv FILE or --parquet FILE.")
    catalogue = catalogue_of(lab)
    wanted = search_of(catalogue, **given)
    rows: Sequence[Any] = (
        wanted.results(catalogue) if what == "results" else wanted.measurements(catalogue)
    )
    if rows and csv_file is not None:
        export_csv(rows, csv_file)
    if rows and parquet_file is not None:
        export_parquet(rows, parquet_file)
    paths = [path for path in (csv_file, parquet_file) if path is not None] if rows else []
    if as_json:
        click.echo(json.dumps({"schema": 1, "rows": len(rows), "files": [str(path) for path in paths]}))
    elif not rows:
        click.echo(f"no {what} fit", err=True)
    say_where(paths, as_json=as_json)
    return 0 if rows else NOTHING_FOUND


for _command in (search, show, export):
    _command.params.extend(common_options())


def _show_results(rows: Sequence[ResultRow]) -> None:
    if not rows:
        return
    from rich.text import Text

    from kuralab.cli._records import value_of
    from kuralab.cli._style import console, table_of

    table = table_of("result", "sample", "composition", "quantity", "value", "conditions", "flags")
    for row in rows:
        conditions = ", ".join(str(value) for value in row.conditions.values())
        cells = [row.id, row.sample, row.composition or "", row.quantity, value_of(row)]
        table.add_row(*map(Text, [*cells, conditions, ", ".join(row.flags)]))
    console().print(table)


def _show_measurements(rows: Sequence[MeasurementRow]) -> None:
    if not rows:
        return
    from rich.text import Text

    from kuralab.cli._style import console, table_of

    table = table_of("measurement", "sample", "technique", "temperature", "instrument", "time")
    for row in rows:
        temperature = "" if row.temperature is None else str(row.temperature)
        time = row.time.strftime("%Y-%m-%d %H:%M %Z")
        cells = [row.id, row.sample, row.technique, temperature, row.instrument, time]
        table.add_row(*map(Text, cells))
    console().print(table)
