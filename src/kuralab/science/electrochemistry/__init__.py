"""Direct-current electrochemistry of solid electrolytes."""

from kuralab.science.electrochemistry._polarisation import (
    Polarisation,
    bruce_vincent,
    electronic_conductivity,
    read_polarisation,
)

__all__ = ["Polarisation", "bruce_vincent", "electronic_conductivity", "read_polarisation"]
