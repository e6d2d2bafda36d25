"""The synthetic spectra of ``examples/copper_esr``: copper on two sites, and a standard.

``python -m tests.science.esr.copper FOLDER`` writes them. Their lines come from diagonalising the whole
spin Hamiltonian, which the fit does not do.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kuralab.science.esr import Acquisition, Site, nuclei_of, powder_spectrum

FREQUENCY = 9.45
SITES = (
    Site.axial(
        g_parallel=2.262, g_perpendicular=2.053, hyperfine_parallel=545.0, hyperfine_perpendicular=62.0,
        gaussian=2.6, lorentzian=0.6,
    ),
    Site.axial(
        g_parallel=2.367, g_perpendicular=2.074, hyperfine_parallel=398.0, hyperfine_perpendicular=35.0,
        gaussian=4.4, lorentzian=0.8,
    ),
)  # fmt: skip
SPINS = (1.9e16, 1.1e16)
STANDARD = Site.axial(g_parallel=2.0028, g_perpendicular=2.0028, gaussian=0.9, lorentzian=1.2)
STANDARD_SPINS = 1.0e16
SAMPLE_SETTINGS = Acquisition(power=4.0, modulation=0.5, gain=2000.0, scans=8.0, temperature=100.0)
STANDARD_SETTINGS = Acquisition(power=0.25, modulation=0.1, gain=200.0, scans=1.0, temperature=100.0)
_DETECTOR = 1.0e-16
_NOISE = 0.004
_TITLES = {
    "sample": "synthetic: Cu2+ on two sites of an oxide",
    "standard": "synthetic: standard with 1.0e16 spins S = 1/2",
}


def spectra() -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64], Acquisition]]:
    """Field (mT), signal and settings of the sample and of the standard."""
    rng = np.random.default_rng(20261128)
    found = {}
    for name, range_, sites, spins, nucleus, settings in (
        ("sample", (245.0, 365.0, 601), SITES, SPINS, "Cu", SAMPLE_SETTINGS),
        ("standard", (317.0, 357.0, 401), (STANDARD,), (STANDARD_SPINS,), "none", STANDARD_SETTINGS),
    ):
        field = np.linspace(*range_)
        unit = _DETECTOR * settings.scale(derivative=True)
        signal = np.zeros(len(field))
        for site, n in zip(sites, spins, strict=True):
            signal += (n * unit) * powder_spectrum(
                field=field,
                frequency=FREQUENCY,
                site=site,
                nuclei=nuclei_of(nucleus),
                exact=True,
                knots=181,
            )
        size = float(np.ptp(signal))
        drift = 0.01 * size * (0.4 + (field - field.mean()) / np.ptp(field))
        found[name] = (field, signal + drift + rng.normal(0.0, _NOISE * size, len(field)), settings)
    return found


def texts() -> dict[str, str]:
    """The files by name."""
    found = {}
    for name, (field, signal, settings) in spectra().items():
        head = [
            f"# {_TITLES[name]}",
            f"# frequency: {FREQUENCY} GHz",
            f"# temperature: {settings.temperature:g} K",
            f"# power: {settings.power:g} mW",
            f"# modulation amplitude: {settings.modulation:g} mT",
            f"# gain: {settings.gain:g}",
            f"# scans: {settings.scans:g}",
            "# harmonic: 1",
            "field [mT],intensity",
        ]
        rows = [f"{b:.1f},{y:.5g}" for b, y in zip(field, signal, strict=True)]
        found[f"{name}.csv"] = "\n".join([*head, *rows]) + "\n"
    return found


if __name__ == "__main__":
    for file, text in texts().items():
        Path(sys.argv[1], file).write_text(text, "utf-8")
