"""Rates and transport against temperature."""

from kuralab.science.kinetics._arrhenius import (
    BOLTZMANN_EV,
    ArrheniusFit,
    arrhenius_conductivity,
    fit_arrhenius,
)
from kuralab.science.kinetics._crystallisation import (
    Competition,
    Crystallised,
    Transformation,
    critical_heating_rate,
    crystallise,
    heating_programme,
    kissinger_line,
    li3ps4_crystallisation,
    peak_temperature,
)

__all__ = [
    "BOLTZMANN_EV",
    "ArrheniusFit",
    "Competition",
    "Crystallised",
    "Transformation",
    "arrhenius_conductivity",
    "critical_heating_rate",
    "crystallise",
    "fit_arrhenius",
    "heating_programme",
    "kissinger_line",
    "li3ps4_crystallisation",
    "peak_temperature",
]
