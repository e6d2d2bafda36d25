"""Small numerical tools that several fields share."""

from kuralab.science.numerics._jit import compiled
from kuralab.science.numerics._line import LineFit, fit_line
from kuralab.science.numerics._parameter_file import parameter_records, parameters_from_file
from kuralab.science.numerics._ridge import RidgeProblem

__all__ = [
    "LineFit",
    "RidgeProblem",
    "compiled",
    "fit_line",
    "parameter_records",
    "parameters_from_file",
]
