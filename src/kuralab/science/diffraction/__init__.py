"""Powder diffraction: patterns of structures, Le Bail and Rietveld refinement, identification."""
