"""The synthetic tables of examples/proton_ceramic, made from known parameters.

The thermogram has what an analysis has to deal with: a blank, buoyancy of the sample itself, water
taken up before, and an uptake that becomes slow at low temperature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from kuralab.science.protonics import (
    Gas,
    ProtonConductor,
    conduction,
    gas_density,
    length_change,
    mass_change_of,
    proton_content,
    voltages_of,
)

Floats = NDArray[np.float64]

TRUTH = ProtonConductor(
    acceptor=0.2,
    hydration_enthalpy=-93.0e3,
    hydration_entropy=-103.0,
    log_proton=float(np.log(6e5)),
    proton_energy=47e3,
    log_oxide=float(np.log(3e6)),
    oxide_energy=78e3,
    log_hole=float(np.log(1.5e7)),
    hole_energy=98e3,
)
DRY_MASS = 302.455
SEED = 20260406
WATER = 0.0232
SAMPLE_VOLUME, CRUCIBLE_VOLUME = 45.0, 60.0
_HEAD = "# SYNTHETIC: calculated by kuralab with a defect model, not measured\n"
_DRY_SAMPLE = 250.0
_GRADIENTS = (
    (0.0122, 0.2099, 0.2087),
    (0.0191, 0.2099, 0.2072),
    (0.0313, 0.2099, 0.2046),
    (0.0313, 0.0100, 0.2046),
    (0.0313, 0.2099, 0.0100),
    (0.0031, 0.2099, 0.2106),
)
_ANALYSIS = {"Ba": 0.81, "Zr": 0.40, "Ce": 0.39, "Y": 0.09, "Yb": 0.11, "Cu": 0.02}
_MASSES = {"Ba": 137.327, "Zr": 91.224, "Ce": 140.116, "Y": 88.906, "Yb": 173.05, "Cu": 63.546}


def tables() -> Mapping[str, str]:
    """The text of each table by its file's name."""
    rng = np.random.default_rng(SEED)
    thermogram, blank = _balance(rng)
    return {
        "thermogram.csv": thermogram,
        "thermogram_blank.csv": blank,
        "emf.csv": _voltages(rng),
        "conductivity.csv": _conductivities(rng),
        "dilatogram_cuo.csv": _dilatogram(rng),
        "icp.csv": _icp(),
    }


def _programme() -> tuple[Floats, Floats, Floats]:
    """Minutes, temperature in degC, water in atm: dry to 1000 degC, then wet on five steps downwards."""
    stages = [(25.0, 1000.0, 97.5, 0.0), (1000.0, 1000.0, 60.0, 0.0)]
    now = 1000.0
    for step in (800.0, 700.0, 600.0, 500.0, 400.0):
        stages += [(now, step, (now - step) / 10.0, WATER), (step, step, 60.0, WATER)]
        now = step
    minutes: list[float] = []
    temperature: list[float] = []
    water: list[float] = []
    begin = 0.0
    for start, end, length, wet in stages:
        share = np.arange(round(length / 2.5)) / round(length / 2.5)
        minutes += list(begin + share * length)
        temperature += list(start + (end - start) * share)
        water += [wet] * share.size
        begin += length
    return np.array(minutes), np.array(temperature), np.array(water)


def _balance(rng: np.random.Generator) -> tuple[str, str]:
    minutes, celsius, water = _programme()
    kelvin = celsius + 273.15
    equilibrium = {"acceptor": 0.2, "enthalpy": -93e3, "entropy": -103.0}
    h = np.empty(minutes.size)
    h[0] = 0.12
    for i in range(1, h.size):
        lag = 4.0 + 18.0 * np.exp(-(kelvin[i] - 673.0) / 60.0)
        aim = float(proton_content(kelvin[i], max(water[i], 1e-5), **equilibrium))
        h[i] = aim + (h[i - 1] - aim) * np.exp(-(minutes[i] - minutes[i - 1]) / lag)
    wet = gas_density(kelvin, {"N2": 1.0 - WATER, "H2O": WATER})
    density = np.where(water > 0.0, wet, gas_density(kelvin, {"N2": 1.0}))
    noise = 0.0012 * rng.standard_normal((2, minutes.size))
    start = _DRY_SAMPLE * (1.0 + float(mass_change_of(0.12, dry_mass=DRY_MASS)))
    mass = _DRY_SAMPLE * mass_change_of(h, dry_mass=DRY_MASS)
    mass = mass - (SAMPLE_VOLUME + CRUCIBLE_VOLUME) * density + noise[0]
    mass = mass - mass[0] + start
    empty = noise[1] - CRUCIBLE_VOLUME * density
    thermometer = celsius + 0.2 * rng.standard_normal((2, minutes.size))
    first = _text(
        f"# sample: BaZr0.4Ce0.4Y0.1Yb0.1O2.9\n# sample mass: {start:.3f} mg\n"
        "time (min),temperature (degC),mass (mg),p(H2O) (atm)\n",
        "{:.1f},{:.1f},{:.4f},{:.4g}",
        zip(minutes, thermometer[0], mass, water, strict=True),
    )
    second = _text(
        "time (min),temperature (degC),mass change (mg)\n",
        "{:.1f},{:.1f},{:.4f}",
        zip(minutes, thermometer[1], empty - empty[0], strict=True),
    )
    return first, second


def _text(head: str, row: str, rows: Iterable[tuple[float, ...]]) -> str:
    return _HEAD + head + "".join(row.format(*values) + "\n" for values in rows)


def _voltages(rng: np.random.Generator) -> str:
    rows = []
    for celsius in (500.0, 600.0, 700.0):
        for wet, one, two in _GRADIENTS:
            pair = (Gas(0.0061, one), Gas(wet, two))
            volts = voltages_of(TRUTH, temperature=[celsius + 273.15], gases=[pair])[0]
            volts += 2e-4 * rng.standard_normal()
            rows.append((celsius, 0.0061, one, wet, two, 1e3 * volts))
    head = "temperature (degC),p(H2O) I (atm),p(O2) I (atm),p(H2O) II (atm),p(O2) II (atm),E (mV)\n"
    return _text(head, "{:g},{:.4f},{:.4f},{:.4f},{:.4f},{:.2f}", rows)


def _conductivities(rng: np.random.Generator) -> str:
    geometry = np.exp(0.03 * rng.standard_normal())
    rows = []
    for celsius in (400.0, 500.0, 600.0, 700.0):
        for wet, oxygen in ((0.0061, 0.2087), (0.0313, 0.2046), (0.0313, 1e-4), (0.0061, 1e-4)):
            total = conduction(TRUTH, temperature=celsius + 273.15, water=wet, oxygen=oxygen).total
            noisy = float(total) * geometry * np.exp(0.02 * rng.standard_normal())
            rows.append((celsius, wet, oxygen, noisy))
    head = "temperature (degC),p(H2O) (atm),p(O2) (atm),conductivity (S/cm)\n"
    return _text(head, "{:g},{:.4f},{:.4g},{:.4g}", rows)


def _dilatogram(rng: np.random.Generator) -> str:
    minutes = np.concatenate([np.arange(0.0, 265.0, 2.5), np.arange(265.0, 300.0, 5.0)])
    celsius = np.minimum(25.0 + 5.0 * minutes, 1350.0)
    down = np.arange(300.0, 440.0, 10.0)
    minutes = np.concatenate([minutes, down])
    celsius = np.concatenate([celsius, np.maximum(1350.0 - 10.0 * (down - 295.0), 25.0)])
    fine = np.linspace(0.0, minutes[-1], 6000)
    kelvin = np.interp(fine, minutes, celsius) + 273.15
    length = length_change(60.0 * fine, kelvin, green=0.55, addition=0.03)
    read = np.interp(minutes, fine, length) + 1e-4 * rng.standard_normal(minutes.size)
    return _text(
        "# additive: 3 mol% CuO\ntime (min),temperature (degC),dL/L0 (%)\n",
        "{:.2f},{:.1f},{:.3f}",
        zip(minutes, celsius, 100.0 * read, strict=True),
    )


def _icp() -> str:
    """The published stoichiometry with 3 mol% CuO as concentrations of a solution."""
    rows = "".join(f"{e},{0.4 * n * _MASSES[e]:.3f},2\n" for e, n in _ANALYSIS.items())
    return (
        "# SYNTHETIC: the stoichiometry that Unaki et al., J. Mater. Chem. A 2025,\n"
        "# doi:10.1039/d5ta03169a (CC BY 3.0) report with 3 mol% CuO, turned into concentrations;\n"
        "# uncertainties assumed\n"
        "element,concentration (mg/L),uncertainty (%)\n" + rows
    )
