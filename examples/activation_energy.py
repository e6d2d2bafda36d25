"""One temperature series, two conventions: why activation energies differ in the third digit.

Run it with `python examples/activation_energy.py`. The spectra come with kuralab; their source and
licence are in kuralab/workflows/data/SOURCES.md.
"""

from importlib.resources import as_file, files

import kuralab

PELLET = {"thickness": "2.1 mm", "diameter": "8 mm"}
TEMPERATURES = range(140, 201, 10)


def main() -> None:
    """Print the activation energies by default and in the way of the published analysis."""
    with as_file(files("kuralab.workflows") / "data") as folder:
        series = [folder / f"ion-conductor_{t}degC.csv" for t in TEMPERATURES]
        default = kuralab.analyze("arrhenius", *series, **PELLET)
        published = kuralab.analyze(
            "arrhenius", *series, **PELLET, weighting="none", kelvin_offset="273"
        )
    for part in ("bulk", "grain_boundary", "total"):
        (ours,), (theirs,) = (o.record.of(f"activation_energy_{part}") for o in (default, published))
        print(f"{part:15} {ours.value:.4f} ± {ours.uncertainty:.4f} eV by default,", end=" ")
        print(f"{theirs.value:.4f} eV as published")
    print("By default 0 °C is 273.15 K and each temperature weighs by its uncertainty;")
    print("the published line takes 273 K and equal weights.")


if __name__ == "__main__":
    main()
