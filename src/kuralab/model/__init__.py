"""The words of kuralab as frozen records."""

from kuralab.model._base import SCHEMA_VERSION, Record
from kuralab.model._charge import ChargeBalance
from kuralab.model.composition import Component, Composition
from kuralab.model.measurement import Column, Kind, Measurement, RawFile
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
    "AnalysisRecord",
    "Atmosphere",
    "ChargeBalance",
    "Column",
    "Component",
    "Composition",
    "Covariance",
    "FittedParameter",
    "Flag",
    "Form",
    "InputFile",
    "Kind",
    "Measurement",
    "ModelTried",
    "RawFile",
    "Record",
    "Result",
    "Sample",
]
