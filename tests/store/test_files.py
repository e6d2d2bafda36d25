"""Raw files and tables: kept whole, checked when read, and only inside the lab."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from kuralab.errors import InputError
from kuralab.model import Column, Kind, Measurement, RawFile
from kuralab.store import RawStore, Tables
from kuralab.units import Quantity

CONTENT = b"freq/Hz\tRe(Z)/Ohm\n1e6\t1498\n"


@pytest.fixture
def measurement() -> Measurement:
    """A spectrum with a gap, an odd unit and everything that may be known about it."""
    return Measurement(
        kind=Kind.IMPEDANCE,
        format="biologic_mpt",
        raw=RawFile(name="電解質.mpt", sha256="ab" * 32, size=29),
        sweep=2,
        columns=(
            Column(name="frequency", unit="Hz", values=[1e6, 1e5, 0.1]),
            Column(name="impedance_real", unit="ohm", values=[1498.0, np.nan, 1 / 3]),
            Column(name="impedance_imaginary", unit="Ω", values=[-1e-300, -0.0, -5.0]),
        ),
        temperature=Quantity(value=25.0, uncertainty=0.5, unit="degC"),
        thickness=Quantity(value=2.1, unit="mm"),
        started=datetime(2026, 11, 1, 9, 30, 0, 123456, tzinfo=UTC),
        metadata={"cell": "C2"},
        warnings=("one row was cut",),
    )


def test_raw_bytes_come_back_under_their_sha256(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    sha256 = store.put(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert store.path(sha256) == tmp_path / "raw" / sha256[:2] / sha256
    assert store.get(sha256) == CONTENT
    assert store.get(store.put(b"")) == b""


def test_raw_bytes_are_written_once(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    path = store.path(store.put(CONTENT))
    before = path.stat()
    assert store.path(store.put(CONTENT)) == path
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_many_threads_may_put_the_same(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(store.put, [CONTENT, b"other"] * 40))
    assert {store.get(sha256) for sha256 in found} == {CONTENT, b"other"}
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_a_changed_or_missing_raw_file_is_named(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    sha256 = store.put(CONTENT)
    store.path(sha256).write_bytes(CONTENT.replace(b"1498", b"1499"))
    for call in (lambda: store.get(sha256), lambda: store.put(CONTENT)):
        with pytest.raises(InputError, match=rf"{sha256}: this raw file was changed.* backup"):
            call()
    store.path(sha256).unlink()
    with pytest.raises(InputError, match=rf"{sha256}: this raw file is missing"):
        store.get(sha256)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_room)
    with pytest.raises(OSError, match="No space left"):
        RawStore(tmp_path).put(CONTENT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "ab" * 31, "AB" * 32, "ab" * 31 + "/.", "é" * 64]
)
def test_what_is_no_sha256_leads_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no SHA-256"):
        RawStore(tmp_path).path(name)


def test_a_link_out_of_the_lab_is_not_followed(tmp_path: Path, measurement: Measurement) -> None:
    lab, outside = tmp_path / "lab", tmp_path / "outside"
    (lab / "raw").mkdir(parents=True)
    outside.mkdir()
    (lab / "raw" / hashlib.sha256(CONTENT).hexdigest()[:2]).symlink_to(outside)
    with pytest.raises(InputError, match="leaves the lab directory"):
        RawStore(lab).put(CONTENT)
    (lab / "tables").mkdir()
    (lab / "tables" / "aa.parquet").symlink_to(outside / "aa.parquet")
    with pytest.raises(InputError, match="leaves the lab directory"):
        Tables(lab).write("aa", measurement)
    assert list(outside.iterdir()) == []


def test_a_table_comes_back_as_it_was(tmp_path: Path, measurement: Measurement) -> None:
    tables = Tables(tmp_path)
    assert tables.write("00aa", measurement) == tmp_path / "tables" / "00aa.parquet"
    assert tables.read("00aa") == measurement
    bare = Measurement(kind=Kind.TIME_SERIES, format="x", raw=measurement.raw, columns=())
    tables.write("00aa", bare)
    assert tables.read("00aa") == bare


def test_other_programs_find_units_and_kind_in_a_table(tmp_path: Path, measurement: Measurement) -> None:
    schema = parquet.read_schema(Tables(tmp_path).write("00aa", measurement))
    assert schema.names == ["frequency", "impedance_real", "impedance_imaginary"]
    assert [schema.field(name).metadata[b"unit"].decode() for name in schema.names] == ["Hz", "ohm", "Ω"]
    assert schema.metadata[b"kind"] == b"impedance spectrum"
    assert '"name": "電解質.mpt"'.encode() in schema.metadata[b"kuralab"]


def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, measurement: Measurement) -> None:
    tables = Tables(tmp_path)
    path = tables.write("00aa", measurement)
    with pytest.raises(InputError, match=r"00bb\.parquet: this table is missing"):
        tables.read("00bb")
    with pytest.raises(InputError, match="no id of a measurement"):
        tables.read("../00aa")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"00aa\.parquet: not a table that can be read"):
        tables.read("00aa")
    parquet.write_table(
        parquet.read_table(tables.write("00cc", measurement)).replace_schema_metadata(), path
    )
    with pytest.raises(InputError, match=r"00aa\.parquet: a Parquet file, but not a measurement"):
        tables.read("00aa")
    newer = parquet.read_table(tables.path("00cc"))
    about = newer.schema.metadata[b"kuralab"].replace(b'"schema_version": 1', b'"schema_version": 2')
    parquet.write_table(newer.replace_schema_metadata({"kuralab": about}), path)
    with pytest.raises(InputError, match=r"00aa\.parquet: .*version 2 is newer than 1"):
        tables.read("00aa")
