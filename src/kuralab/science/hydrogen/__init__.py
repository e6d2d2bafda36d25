"""Hydrogen and hydrides: equations of state, isotherms, equilibrium at high pressure."""
