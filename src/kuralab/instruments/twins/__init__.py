"""Twins: drivers backed by physical models, with hidden truths of their own."""

from kuralab.instruments.twins._registry import MODELS, twin_drivers
from kuralab.instruments.twins._truth import hidden_truth

__all__ = ["MODELS", "hidden_truth", "twin_drivers"]
