"""Columns of a large CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kuralab.errors import InputError, unknown_name


def read_columns(path: Path, wanted: Sequence[str], *, texts: Sequence[str]) -> dict[str, Any]:
    """Some columns: numeric ones as arrays with NaN for empty cells, others as lists of texts.

    texts: columns that are not read as numbers.

    Raises
    ------
    InputError
        There is no such file or column, or a row that has not as many cells as the header.
    """
    import pyarrow
    from pyarrow import csv

    parse = csv.ParseOptions(newlines_in_values=True)
    try:
        with csv.open_csv(path, parse_options=parse) as reader:
            names = reader.schema.names
        for name in wanted:
            if name not in names:
                raise unknown_name(name, names, what="column")
            if names.count(name) > 1 or list(wanted).count(name) > 1:
                raise InputError(f"column {name!r} is there or named twice", field="inputs")
        types = {name: pyarrow.string() for name in texts}
        convert = csv.ConvertOptions(include_columns=list(wanted), column_types=types)
        table = csv.read_csv(path, parse_options=parse, convert_options=convert)
    except FileNotFoundError:
        raise InputError("there is no such file") from None
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise InputError(f"it cannot be read as CSV: {str(error).splitlines()[0]}") from None
    if table.num_rows == 0:
        raise InputError("the pool has no rows", field="pool")
    found: dict[str, Any] = {}
    for name in wanted:
        column = table[name]
        table = table.drop_columns([name])
        if pyarrow.types.is_floating(column.type) or pyarrow.types.is_integer(column.type):
            found[name] = column.cast(pyarrow.float64(), safe=False).to_numpy()
        else:
            found[name] = [None if value is None else str(value) for value in column.to_pylist()]
    return found
