"""Proton-conducting oxides: hydration, defects, transport numbers, sintering, site stoichiometry."""

from kuralab.science.protonics._emf import (
    Gas,
    TransportNumbers,
    integrated,
    nernst_slope,
    transport_numbers,
    voltage,
    voltage_of,
)
from kuralab.science.protonics._hydration import (
    WATER,
    hydration_constant,
    mass_change_of,
    proton_content,
    protons_of,
)
from kuralab.science.protonics._joint import (
    ConductivityData,
    JointFit,
    UptakeData,
    VoltageData,
    fit_jointly,
)
from kuralab.science.protonics._stoichiometry import CHARGES, SiteBalance, site_balance
from kuralab.science.protonics._transport import Conduction, ProtonConductor, conduction

__all__ = [
    "CHARGES",
    "WATER",
    "Conduction",
    "ConductivityData",
    "Gas",
    "JointFit",
    "ProtonConductor",
    "SiteBalance",
    "TransportNumbers",
    "UptakeData",
    "VoltageData",
    "conduction",
    "fit_jointly",
    "hydration_constant",
    "integrated",
    "mass_change_of",
    "nernst_slope",
    "proton_content",
    "protons_of",
    "site_balance",
    "transport_numbers",
    "voltage",
    "voltage_of",
]
