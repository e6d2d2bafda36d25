"""Units, quantities and the vocabulary: what a number in kuralab is."""

from kuralab.units._dimensions import dimension_of
from kuralab.units.quantity import Quantity, convert, scale_between
from kuralab.units.vocabulary import QuantityKind, quantity_kind, vocabulary

__all__ = [
    "Quantity",
    "QuantityKind",
    "convert",
    "dimension_of",
    "quantity_kind",
    "scale_between",
    "vocabulary",
]
