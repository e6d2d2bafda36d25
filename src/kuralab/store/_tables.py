"""Measurements' tables as Parquet files: units in each column's metadata, the rest in the file's."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from kuralab.errors import InputError
from kuralab.model import Column, Measurement
from kuralab.store._paths import TABLES, inside, write_whole

if TYPE_CHECKING:
    import pyarrow

_NAME: Final = re.compile("[0-9A-Za-z_-]{1,100}")
_KEY: Final = b"kuralab"


@final
class Tables:
    """The tables of the lab in ``folder``: ``tables/<measurement id>.parquet``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / TABLES

    def path(self, measurement_id: str) -> Path:
        """Where a measurement's table lies, or would lie.

        Raises
        ------
        InputError
            The id is no plain name, or a link leads out of the lab directory.
        """
        if not _NAME.fullmatch(measurement_id):
            raise InputError(f"{measurement_id!r} is no id of a measurement")
        return inside(self._folder, f"{measurement_id}.parquet")

    def write(self, measurement_id: str, measurement: Measurement) -> Path:
        """Write a measurement's table; durable on return.

        A table follows from its raw file, so writing it again after a crash replaces it.

        Raises
        ------
        InputError
            The id is no plain name.
        """
        import pyarrow.parquet

        path = self.path(measurement_id)
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(_to_arrow(measurement), buffer)
        write_whole(path, buffer.getvalue())
        return path

    def read(self, measurement_id: str) -> Measurement:
        """The measurement, equal to the one that was written.

        Raises
        ------
        InputError
            There is no such table, it is damaged, or a newer kuralab wrote it.
        """
        import pyarrow
        import pyarrow.parquet

        path = self.path(measurement_id)
        try:
            table = pyarrow.parquet.read_table(io.BytesIO(path.read_bytes()))
        except FileNotFoundError:
            raise InputError("this table is missing", file=str(path)) from None
        except (pyarrow.ArrowException, OSError) as error:
            raise InputError(f"not a table that can be read: {error}", file=str(path)) from None
        return _from_arrow(table, file=str(path))


def _to_arrow(measurement: Measurement) -> pyarrow.Table:
    import pyarrow

    about = measurement.model_dump(mode="json", exclude={"columns"})
    about["units"] = {column.name: column.unit for column in measurement.columns}
    fields = [
        pyarrow.field(column.name, pyarrow.float64(), metadata={"unit": column.unit})
        for column in measurement.columns
    ]
    text = json.dumps(about, ensure_ascii=False, allow_nan=False)
    return pyarrow.Table.from_arrays(
        [pyarrow.array(column.values) for column in measurement.columns],
        schema=pyarrow.schema(
            fields, metadata={_KEY: text.encode(), b"kind": measurement.kind.encode()}
        ),
    )


def _from_arrow(table: pyarrow.Table, *, file: str) -> Measurement:
    try:
        about: dict[str, Any] = json.loads((table.schema.metadata or {})[_KEY])
        units = about.pop("units")
        columns = tuple(
            Column(name=name, unit=units[name], values=table.column(name).to_numpy())
            for name in table.column_names
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InputError("a Parquet file, but not a measurement of kuralab", file=file) from None
    # Without columns the record is complete and small; columns go in as arrays, not through JSON.
    record = Measurement.from_json(json.dumps({**about, "columns": []}), file=file)
    return record.model_copy(update={"columns": columns})
