"""The words of kuralab as frozen records."""

from kuralab.model._base import SCHEMA_VERSION, Record
from kuralab.model._builder import ProtocolBuilder
from kuralab.model._charge import ChargeBalance
from kuralab.model._flow import Each
from kuralab.model._range import Range
from kuralab.model._request import Open, Request
from kuralab.model.composition import Component, Composition
from kuralab.model.crystal import Cell, Crystal, Site
from kuralab.model.diffractometer import FlightTime, Line, PowderInstrument, Resolution
from kuralab.model.facility import (
    Capability,
    Facility,
    Instrument,
    Resource,
    Shift,
    Station,
    Way,
)
from kuralab.model.measurement import Column, Kind, Measurement, RawFile
from kuralab.model.operation import (
    AfterCrash,
    Effect,
    OperationKind,
    ParameterKind,
    checked_value,
    operation_kind,
    operation_kinds,
)
from kuralab.model.protocol import Link, Protocol, Step, Value
from kuralab.model.refinement import RefinementPlan
from kuralab.model.result import (
    AnalysisRecord,
    Covariance,
    FittedParameter,
    Flag,
    InputFile,
    ModelTried,
    Result,
)
from kuralab.model.sample import Atmosphere, Form, Sample

__all__ = [
    "SCHEMA_VERSION",
    "AfterCrash",
    "AnalysisRecord",
    "Atmosphere",
    "Capability",
    "Cell",
    "ChargeBalance",
    "Column",
    "Component",
    "Composition",
    "Covariance",
    "Crystal",
    "Each",
    "Effect",
    "Facility",
    "FittedParameter",
    "Flag",
    "FlightTime",
    "Form",
    "InputFile",
    "Instrument",
    "Kind",
    "Line",
    "Link",
    "Measurement",
    "ModelTried",
    "Open",
    "OperationKind",
    "ParameterKind",
    "PowderInstrument",
    "Protocol",
    "ProtocolBuilder",
    "Range",
    "RawFile",
    "Record",
    "RefinementPlan",
    "Request",
    "Resolution",
    "Resource",
    "Result",
    "Sample",
    "Shift",
    "Site",
    "Station",
    "Step",
    "Value",
    "Way",
    "checked_value",
    "operation_kind",
    "operation_kinds",
]
