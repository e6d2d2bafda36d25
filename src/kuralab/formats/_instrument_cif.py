"""The instrument of an experiment file in CIF, as easydiffraction and CrysPy write it.

Tags: https://docs.easydiffraction.org (dictionaries) and the files shipped with it. Resolution as in
FullProf: FWHM^2 = U tan^2 + V tan + W in deg^2, Lorentzian X tan + Y / cos in deg.
"""

from __future__ import annotations

from typing import Any, Final

from kuralab.formats._cif_block import Block

_WAVELENGTH: Final = (
    "_setup_wavelength",
    "_instrument_setup_wavelength",
    "_instr_wavelength",
    "_diffrn_radiation_wavelength",
    "_diffrn_radiation_wavelength_wavelength",
    "_pd_instr_wavelength",
)
_OFFSET: Final = "_setup_offset_2theta"
"""Subtracted from the calculated 2theta by CrysPy (the patterns shipped with such files show it)."""
_ZERO: Final = (
    "_instrument_calib_twotheta_offset",
    "_instr_2theta_offset",
    "_pd_calib_2theta_offset",
)
_PROBE: Final = ("_diffrn_radiation_probe", "_setup_radiation", "_expt_type_radiation_probe")
_RESOLUTION: Final = {
    "u": ("_pd_instr_resolution_u", "_peak_broad_gauss_u"),
    "v": ("_pd_instr_resolution_v", "_peak_broad_gauss_v"),
    "w": ("_pd_instr_resolution_w", "_peak_broad_gauss_w"),
    "x": ("_pd_instr_resolution_x", "_peak_broad_lorentz_x"),
    "y": ("_pd_instr_resolution_y", "_peak_broad_lorentz_y"),
}
_FLIGHT: Final = {
    "difc": ("_tof_parameters_dtt1", "_pd_instr_dtt1", "_instrument_calib_d_to_tof_linear"),
    "difa": ("_tof_parameters_dtt2", "_pd_instr_dtt2", "_instrument_calib_d_to_tof_quad"),
    "zero": ("_tof_parameters_zero", "_pd_instr_zero", "_instrument_calib_d_to_tof_offset"),
    "angle": (
        "_tof_parameters_2theta_bank",
        "_pd_instr_2theta_bank",
        "_instrument_setup_twotheta_bank",
    ),
    "alpha0": ("_tof_profile_alpha0", "_pd_instr_alpha0", "_peak_rise_alpha_0"),
    "alpha1": ("_tof_profile_alpha1", "_pd_instr_alpha1", "_peak_rise_alpha_1"),
    "beta0": ("_tof_profile_beta0", "_pd_instr_beta0", "_peak_decay_beta_0"),
    "beta1": ("_tof_profile_beta1", "_pd_instr_beta1", "_peak_decay_beta_1"),
    "sigma0": ("_tof_profile_sigma0", "_pd_instr_sigma0", "_peak_gauss_sigma_0"),
    "sigma1": ("_tof_profile_sigma1", "_pd_instr_sigma1", "_peak_gauss_sigma_1"),
    "sigma2": ("_tof_profile_sigma2", "_pd_instr_sigma2", "_peak_gauss_sigma_2"),
    "gamma0": ("_tof_profile_gamma0", "_pd_instr_gamma0"),
    "gamma1": ("_tof_profile_gamma1", "_pd_instr_gamma1"),
    "gamma2": ("_tof_profile_gamma2", "_pd_instr_gamma2"),
}


def cif_instrument_fields(blocks: tuple[Block, ...]) -> dict[str, Any]:
    """The fields of a PowderInstrument from the first block that has a wavelength or a DIFC.

    Such files are of neutrons unless they name X-rays.

    Raises
    ------
    InputError
        No block has either, or a value is no number.
    """
    for block in blocks:
        if block.text(*_FLIGHT["difc"]):
            flight = {name: block.number(*tags) for name, tags in _FLIGHT.items()}
            return {
                "name": block.name,
                "radiation": "tof",
                "flight": {name: value for name, value in flight.items() if value is not None},
            }
        wavelength = block.number(*_WAVELENGTH)
        if wavelength is None:
            continue
        resolution = {name: block.number(*tags) for name, tags in _RESOLUTION.items()}
        probe = block.text(*_PROBE).lower()
        return {
            "name": block.name,
            "radiation": "xray" if probe.startswith(("x", "k-", "cu", "mo")) else "neutron",
            "lines": [{"wavelength": wavelength}],
            "zero": _zero(block),
            "resolution": {name: value for name, value in resolution.items() if value is not None},
        }
    raise blocks[0].source.error(
        "no wavelength is in this file",
        field="_setup_wavelength",
        hint="An instrument needs _setup_wavelength in angstrom, or DIFC for time of flight.",
    )


def _zero(block: Block) -> float:
    """deg, to be added to the calculated 2theta."""
    subtracted = block.number(_OFFSET)
    if subtracted is not None:
        return -subtracted
    return block.number(*_ZERO) or 0.0
