"""Rates and transport against temperature."""

from kuralab.science.kinetics._arrhenius import ArrheniusFit, arrhenius_conductivity, fit_arrhenius

__all__ = ["ArrheniusFit", "arrhenius_conductivity", "fit_arrhenius"]
