"""Measurements of a made proton conductor whose truth is known."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from kuralab.model import Column, Kind, Measurement, RawFile
from kuralab.science.protonics import (
    Gas,
    ProtonConductor,
    conduction,
    gas_density,
    mass_change_of,
    proton_content,
    voltages_of,
)

FORMULA = "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"
DRY_MASS = 302.455
TRUTH = ProtonConductor(
    acceptor=0.2,
    hydration_enthalpy=-93.0e3,
    hydration_entropy=-103.0,
    log_proton=13.3,
    proton_energy=47e3,
    log_oxide=14.9,
    oxide_energy=78e3,
    log_hole=16.5,
    hole_energy=98e3,
)
STEPS = (900.0, 800.0, 700.0, 600.0, 500.0)
WATER = 0.0232


def measurement(
    kind: Kind, columns: dict[str, tuple[str, Any]], name: str, **metadata: str
) -> Measurement:
    """A measurement of these columns."""
    made = tuple(
        Column(name=n, unit=unit, values=np.asarray(values, dtype=float))
        for n, (unit, values) in columns.items()
    )
    digest = hashlib.sha256(repr((name, [c.values.sum() for c in made])).encode()).hexdigest()
    return Measurement(
        kind=kind,
        format="test",
        raw=RawFile(name=name, sha256=digest, size=1),
        columns=made,
        metadata=metadata,
    )


def programme(steps: tuple[float, ...] = STEPS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time in s, temperature in K, water in atm: dry at 1000 degC, then wet on each step for an hour."""
    corners, temperatures, wet = [0.0, 100.0, 160.0], [25.0, 1000.0, 1000.0], 160.0
    for step in steps:
        arrived = corners[-1] + abs(step - temperatures[-1]) / 10.0
        corners += [arrived, arrived + 60.0]
        temperatures += [step, step]
    minutes = np.arange(0.0, corners[-1], 1.0)
    T = np.interp(minutes, corners, temperatures) + 273.15
    return 60.0 * minutes, T, np.where(minutes > wet, WATER, 0.0)


def thermogram(
    *,
    seed: int = 0,
    noise: float = 0.002,
    buoyancy: float = 0.0,
    with_water: bool = True,
    mass: float = 250.0,
    steps: tuple[float, ...] = STEPS,
    extra: float = 0.0,
) -> Measurement:
    """A dry sample that takes up water at once; buoyancy: mm3 weighed; extra: protons too many."""
    time, T, water = programme(steps)
    h = proton_content(T, water, acceptor=0.2, enthalpy=-93.0e3, entropy=-103.0)
    h = h + np.where(water > 0.0, extra, 0.0)
    carried = buoyancy * gas_density(T, {"N2": 1.0})
    read = mass * (1.0 + mass_change_of(h, dry_mass=DRY_MASS)) - (carried - carried[0])
    read = read + noise * np.random.default_rng(seed).standard_normal(time.size)
    columns = {"time": ("s", time), "temperature": ("K", T), "mass": ("mg", read)}
    if with_water:
        columns["water_pressure"] = ("atm", water)
    return measurement(Kind.THERMOGRAM, columns, "wet.csv", sample_mass=f"{mass} mg")


def blank(buoyancy: float, *, slower: float = 1.0) -> Measurement:
    """The empty crucible; slower: of another programme."""
    time, T, _ = programme()
    carried = buoyancy * gas_density(T, {"N2": 1.0})
    return measurement(
        Kind.THERMOGRAM,
        {
            "time": ("s", slower * time),
            "temperature": ("K", T),
            "mass_change": ("mg", -(carried - carried[0])),
        },
        "blank.csv",
    )


def cell(
    *,
    celsius: tuple[float, ...] = (500.0, 600.0, 700.0),
    oxygen: tuple[tuple[float, float], ...] | None = ((0.21, 0.21),),
    waters: tuple[float, ...] = (0.0031, 0.0122, 0.0191, 0.0313),
    seed: int = 0,
    offset: float = 0.0,
    scale: float = 1.0,
) -> Measurement:
    """Voltages of the made conductor with 0.2 mV of noise; oxygen None: not in the table."""
    rows = [(T, w, a, b) for T in celsius for w in waters for a, b in (oxygen or ((0.21, 0.21),))]
    T, water, one, two = (np.array(x) for x in zip(*rows, strict=True))
    gases = [(Gas(0.0061, a), Gas(w, b)) for w, a, b in zip(water, one, two, strict=True)]
    E = scale * voltages_of(TRUTH, temperature=T + 273.15, gases=gases) + offset
    E = E + 2e-4 * np.random.default_rng(seed).standard_normal(E.size)
    columns = {
        "temperature": ("degC", T),
        "voltage": ("V", E),
        "water_one": ("atm", np.full(E.size, 0.0061)),
        "water_two": ("atm", water),
    }
    if oxygen is not None:
        columns |= {"oxygen_one": ("atm", one), "oxygen_two": ("atm", two)}
    return measurement(Kind.CELL_VOLTAGE, columns, "emf.csv")


def conductivities(seed: int = 0) -> Measurement:
    """Total conductivities with 2 % of noise and 3 % common to all."""
    T = np.repeat([400.0, 500.0, 600.0, 700.0], 4)
    water, oxygen = np.tile([WATER, WATER, 0.006, 0.006], 4), np.tile([0.21, 1e-4, 0.21, 1e-4], 4)
    rng = np.random.default_rng(seed)
    total = conduction(TRUTH, temperature=T + 273.15, water=water, oxygen=oxygen).total
    total = total * np.exp(0.03 * rng.standard_normal() + 0.02 * rng.standard_normal(T.size))
    return measurement(
        Kind.CONDUCTIVITY,
        {
            "temperature": ("degC", T),
            "conductivity": ("S/cm", total),
            "water_pressure": ("atm", water),
            "oxygen_pressure": ("atm", oxygen),
        },
        "sigma.csv",
    )
