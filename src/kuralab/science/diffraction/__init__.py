"""Powder diffraction: patterns of structures, Le Bail and Rietveld refinement, which phases are there."""
