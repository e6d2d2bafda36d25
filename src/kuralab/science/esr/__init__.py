"""Electron spin resonance: resonance fields, powder spectra, fits, spin counting, local structure."""
