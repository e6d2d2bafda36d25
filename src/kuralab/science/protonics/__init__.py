"""Proton-conducting oxides: hydration, defects, transport numbers, sintering, site stoichiometry."""
