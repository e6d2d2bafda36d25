"""The measured patterns of ``benchmarks/diffraction.py``, from their files to refined structures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from kuralab.formats import read, read_crystals
from kuralab.model import Cell, Crystal, FlightTime, Line, PowderInstrument, Site
from kuralab.science.diffraction import Pattern, Refinement, Settings, pattern_of, phase_of, refine

HRPT = PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.494),))
D1A = PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.91),))
D20 = PowderInstrument(radiation="neutron", lines=(Line(wavelength=1.87),))
TUBE = PowderInstrument(
    radiation="xray", lines=(Line(wavelength=1.5405), Line(wavelength=1.5443, weight=0.5))
)
SEPD = PowderInstrument(
    radiation="tof",
    flight=FlightTime(
        difc=7476.91,
        difa=-1.54,
        zero=-9.2,
        alpha1=0.5971,
        beta0=0.04221,
        beta1=0.00946,
        sigma0=0.3,
        sigma1=7.01,
        angle=144.845,
    ),
)
SAME_AS_PEER = Settings(fix=("axial.*", "width.x"), background=5)
PEERS_17 = Settings(
    fix=("PbSO4.*.x", "PbSO4.*.y", "PbSO4.*.z", "*.b_iso", "width.x", "axial.*"), background=8
)


def pattern(path: Path, instrument: PowderInstrument, label: str = "") -> Pattern:
    """One measured file as a pattern."""
    columns = {column.name: np.asarray(column.values) for column in read(path)[0].columns}
    x = columns.get("two_theta", columns.get("time_of_flight"))
    return pattern_of(
        x, columns["intensity"], instrument, uncertainty=columns["intensity_uncertainty"], label=label
    )


def _fit(
    folder: Path, files: list[tuple[str, PowderInstrument]], structure: str, settings: Settings
) -> Refinement:
    labels = [instrument.radiation for _, instrument in files]
    patterns = [
        pattern(folder / name, instrument, label)
        for (name, instrument), label in zip(files, labels, strict=True)
    ]
    return refine(patterns, [phase_of(read_crystals(folder / structure)[0])], settings)


NEUTRONS, X_RAYS = ("pbso4_d1a_ill.xye", D1A), ("PBSO4.XRA", TUBE)
CASES: dict[str, Callable[[Path], Refinement]] = {
    "LBCO, the peer's 15 parameters": lambda folder: _fit(
        folder, [("lbco_hrpt_psi.xye", HRPT)], "lbco.cif", SAME_AS_PEER
    ),
    "LBCO, as it comes": lambda folder: _fit(
        folder, [("lbco_hrpt_psi.xye", HRPT)], "lbco.cif", Settings()
    ),
    "PbSO4 neutrons, positions fixed": lambda folder: _fit(
        folder, [NEUTRONS], "pbso4_start.cif", PEERS_17
    ),
    "PbSO4 neutrons": lambda folder: _fit(folder, [NEUTRONS], "PbSO4-Wyckoff.cif", Settings()),
    "PbSO4 X-rays": lambda folder: _fit(folder, [X_RAYS], "PbSO4-Wyckoff.cif", Settings()),
    "PbSO4 both": lambda folder: _fit(folder, [NEUTRONS, X_RAYS], "PbSO4-Wyckoff.cif", Settings()),
    "Co2SiO4": lambda folder: _fit(folder, [("co2sio4_d20_ill.xye", D20)], "co2sio4.cif", Settings()),
    "Si time of flight": lambda folder: _fit(folder, [("si_sepd_tof.xye", SEPD)], "si.cif", Settings()),
}


def supercell() -> Crystal:
    """108 atoms in P1: LaNi5, 3 x 3 x 2 cells, each atom displaced by about 0.02 angstrom."""
    random = np.random.default_rng(1)
    third = 1.0 / 3.0
    atoms = (
        ("La", (0.0, 0.0, 0.0)),
        ("Ni", (third, 2.0 * third, 0.0)),
        ("Ni", (2.0 * third, third, 0.0)),
        ("Ni", (0.5, 0.0, 0.5)),
        ("Ni", (0.0, 0.5, 0.5)),
        ("Ni", (0.5, 0.5, 0.5)),
    )
    sites = []
    for shift in np.ndindex(3, 3, 2):
        for element, position in atoms:
            place = (np.array(position) + shift) / (3.0, 3.0, 2.0) + random.normal(0.0, 0.0015, 3)
            label = f"{element}{len(sites)}"
            sites.append(
                Site(label=label, scatterer=element, position=tuple(map(float, place)), b_iso=0.0)
            )
    return Crystal(
        name="supercell",
        cell=Cell(a=15.051, b=15.051, c=7.974, gamma=120.0),
        space_group="P 1",
        sites=tuple(sites),
    )


def wr(observed: np.ndarray, calculated: np.ndarray, weights: np.ndarray) -> float:
    """Percent: weighted R factor of a pattern."""
    return float(
        100.0 * np.sqrt((weights * (observed - calculated) ** 2).sum() / (weights * observed**2).sum())
    )
