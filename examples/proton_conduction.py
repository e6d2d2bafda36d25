"""A proton conductor: what each method says alone, what they say together, and what copper does.

Run it with `python examples/proton_conduction.py`. The tables are synthetic (examples/SOURCES.md), so
the truth is known: hydration −93 kJ/mol and −103 J/(K mol).
"""

from pathlib import Path

import kuralab
from kuralab.analysis import Outcome
from kuralab.views import format_value

FOLDER = Path(__file__).with_name("proton_ceramic")
FORMULA = "BaZr0.4Ce0.4Y0.1Yb0.1O2.9"
BALANCE = {
    "composition": FORMULA,
    "baseline": FOLDER / "thermogram_blank.csv",
    "atmosphere": "N2, H2O 0.0232 atm",
    "buoyancy_volume": "45 mm3",
}


def show(what: str, outcome: Outcome, quantity: str) -> None:
    """One line for each value of a quantity."""
    for result in outcome.record.of(quantity):
        value = format_value(result.value, result.uncertainty, result.unit)
        where = result.conditions.get("temperature", result.conditions.get("element_symbol", ""))
        print(f"{what}, {where}: {value} {' '.join(result.flags)}".replace(", :", ":").rstrip())


def main() -> None:
    """Print hydration and transport numbers by each method, then the loss of barium and the onset."""
    alone = kuralab.analyze("thermogravimetry", FOLDER / "thermogram.csv", **BALANCE)
    show("enthalpy of hydration, balance alone", alone, "hydration_enthalpy")
    voltages = kuralab.analyze("emf", FOLDER / "emf.csv")
    show("t_H, voltages alone", voltages, "proton_transport_number")
    files = [FOLDER / name for name in ("thermogram.csv", "emf.csv", "conductivity.csv")]
    together = kuralab.analyze("proton_conduction", *files, **BALANCE)
    show("enthalpy of hydration, together", together, "hydration_enthalpy")
    show("t_H, together", together, "proton_transport_number")
    analysis = kuralab.analyze(
        "composition", FOLDER / "icp.csv", formula=FORMULA, normalise_to="Zr 0.40"
    )
    for note in analysis.notes:
        print(note)
    dense = kuralab.analyze("dilatometry", FOLDER / "dilatogram_cuo.csv", green_density="55 +- 0.5 %")
    show("onset of shrinkage with CuO", dense, "onset_temperature")


if __name__ == "__main__":
    main()
