"""Rates and transport against temperature."""

from kuralab.science.kinetics._arrhenius import (
    BOLTZMANN_EV,
    ArrheniusFit,
    arrhenius_conductivity,
    fit_arrhenius,
)

__all__ = ["BOLTZMANN_EV", "ArrheniusFit", "arrhenius_conductivity", "fit_arrhenius"]
