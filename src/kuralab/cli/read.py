"""``kuralab read FILE``: what is in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kuralab.cli._options import LOG, common_options, say_where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kuralab.model import Column, Measurement


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="PLOT",
    type=click.Path(path_type=Path),
    help="Draw into this file (.png, .svg or .pdf); several sweeps are numbered.",
)
def read(file: Path, output: Path | None, as_json: bool) -> None:
    """Show what is in a file: format, columns with units and ranges, metadata.

    The format is recognised from the content. Several sweeps in one file are several measurements.
    """
    from kuralab.cli._describe import description
    from kuralab.formats import read as read_file

    measurements = read_file(file)
    paths = _draw(measurements, output) if output is not None else ()
    for warning in dict.fromkeys(w for measurement in measurements for w in measurement.warnings):
        LOG.warning(warning)
    if as_json:
        click.echo(json.dumps(description(file, measurements), allow_nan=False, indent=2))
    else:
        _show(file, measurements)
    say_where(paths, as_json=as_json)


read.params.extend(common_options())


def _draw(measurements: Sequence[Measurement], output: Path) -> tuple[Path, ...]:
    """One figure for each measurement; none is saved before all are drawn."""
    from kuralab.views import measurement_figure, save_figure

    figures = [measurement_figure(measurement) for measurement in measurements]
    paths = [output]
    if len(figures) > 1:
        paths = [output.with_stem(f"{output.stem}-{i}") for i in range(1, len(figures) + 1)]
    for figure, path in zip(figures, paths, strict=True):
        save_figure(figure, path)
    return tuple(paths)


def _show(file: Path, measurements: Sequence[Measurement]) -> None:
    from rich.text import Text

    from kuralab.cli._style import console, table_of

    out = console()
    raw = measurements[0].raw
    out.print(Text(f"{file}  {measurements[0].format}, {raw.size:,} bytes"))
    out.print(Text(f"SHA-256 {raw.sha256}"))
    for measurement in measurements:
        sweep = f", sweep {measurement.sweep}" if len(measurements) > 1 else ""
        out.print(Text(f"\n{measurement.kind}{sweep}, {measurement.n_rows} rows"))
        columns = table_of("column", "unit", "lowest", "highest")
        for column in measurement.columns:
            columns.add_row(Text(column.name), Text(column.unit), *_range(column))
        out.print(columns)
        for name, value in _known(measurement):
            out.print(Text(f"{name}: {value}"))


def _range(column: Column) -> list[str]:
    from kuralab.cli._describe import column_range

    return ["" if end is None else f"{end:.6g}" for end in column_range(column)]


def _known(measurement: Measurement) -> Iterator[tuple[str, str]]:
    """Names and values of everything besides the columns."""
    from kuralab.views import format_quantity

    for name in ("temperature", "thickness", "diameter"):
        quantity = getattr(measurement, name)
        yield name, "not in the file" if quantity is None else format_quantity(quantity)
    if measurement.started is not None:
        yield "started", measurement.started.isoformat(sep=" ")
    yield from measurement.metadata.items()
