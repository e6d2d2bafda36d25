"""What the lab remembers: the ledger with its projections, raw files, tables, and search in them."""

from kuralab.store._catalogue import Catalogue
from kuralab.store._event import Event, Fact, LedgerError
from kuralab.store._export import export_csv, export_parquet
from kuralab.store._ledger import Ledger
from kuralab.store._raw import RawStore
from kuralab.store._reading import last_event_time
from kuralab.store._rows import MeasurementRow, ResultRow, RunRow, SampleRow, StepRow
from kuralab.store._tables import Tables
from kuralab.store._verify import VerifyReport, rebuild, verify

__all__ = [
    "Catalogue",
    "Event",
    "Fact",
    "Ledger",
    "LedgerError",
    "MeasurementRow",
    "RawStore",
    "ResultRow",
    "RunRow",
    "SampleRow",
    "StepRow",
    "Tables",
    "VerifyReport",
    "export_csv",
    "export_parquet",
    "last_event_time",
    "rebuild",
    "verify",
]
