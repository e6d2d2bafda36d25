"""Plateaus of AB5 alloys: why fugacity matters, and which pressure forms the hydride at 800 °C.

Run it with `python examples/hydride_formation.py`. The plateau pressures were measured; their source
and licence are in examples/SOURCES.md.
"""

import csv
from pathlib import Path

import numpy as np

from kuralab.science.hydrogen import VantHoff, fit_vant_hoff, formation_pressure, log_fugacity

TABLE = Path(__file__).with_name("hydride_plateaus.csv")
HOT = 1073.15  # K
VOLUME_CHANGE = (4.3, 0.5)  # cm3/mol of H2, LaNi5H6 minus LaNi5


def plateaus(alloy: str, branch: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperatures (K), pressures (bar) and relative uncertainties of one branch."""
    with TABLE.open(encoding="utf-8") as file:
        rows = [r for r in csv.reader(file) if r[:2] == [alloy, branch]]
    temperature, pressure, std = (np.array([float(r[i]) for r in rows]) for i in (2, 3, 4))
    return temperature, pressure, std


def line(temperature: np.ndarray, log_f: np.ndarray, std: np.ndarray) -> VantHoff:
    """The van 't Hoff line, with a thermometer good to 0.87 K."""
    return fit_vant_hoff(temperature=temperature, log_fugacity=log_f, std=std, temperature_std=0.87)


def main() -> None:
    """Print enthalpies with pressure and with fugacity, then the pressure of formation."""
    for alloy, branch in (("LaNi5", "absorption"), ("CaNi5", "desorption"), ("CeNi5", "absorption")):
        t, p, std = plateaus(alloy, branch)
        std = np.full(t.size, np.sqrt(np.mean(std**2)))
        by_pressure = line(t, np.log(p), std)
        by_fugacity = line(t, log_fugacity(p, t), std)
        print(f"{alloy} {branch}, plateaus of {p.min():.3g} to {p.max():.3g} bar: ", end="")
        print(f"dH = {by_pressure.enthalpy:.1f} with pressure, ", end="")
        print(f"{by_fugacity.enthalpy:.1f} ± {by_fugacity.enthalpy_std:.1f} kJ/mol with fugacity")
        for what, volume in (("with", VOLUME_CHANGE), ("without", (0.0, 0.0))):
            found = formation_pressure(
                vant_hoff=by_fugacity,
                temperature=HOT,
                volume_change=volume,
                mean_temperature=float(t.mean()),
            )
            print(f"  at 800 °C it forms at {found.pressure:.2f} ± {found.std:.2f} GPa ", end="")
            print(f"{what} the volume work of the solid")


if __name__ == "__main__":
    main()
