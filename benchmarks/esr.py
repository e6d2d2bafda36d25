"""ESR: resonance fields, powder spectra and a fit of copper, against pyeasyspin in the same run.

    make peers
    .venv/bin/python benchmarks/esr.py [--repetitions 200] [--json]

Times are medians after a first call, one core each, one after the other. Accuracy is the root mean
square of the difference over the largest value. Without ../shared/data there is no real spectrum.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from kuralab.formats import read
from kuralab.science.esr import (
    Site,
    fit_spectrum,
    nuclei_of,
    powder_spectrum,
    resonances_by_diagonalisation,
    spectrum_of,
)

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = ROOT / ".venv-peers-diffraction" / "bin" / "python"
DATA = Path(os.environ.get("KURALAB_SHARED_DATA", ROOT.parent / "shared" / "data")) / "esr"
FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))
SITE = Site.axial(
    g_parallel=2.25,
    g_perpendicular=2.05,
    hyperfine_parallel=-540.0,
    hyperfine_perpendicular=-60.0,
    gaussian=FWHM,
)
FREQUENCY, RANGE, POINTS = 9.5, (260.0, 350.0), 1024
FIELD = np.linspace(*RANGE, POINTS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="print figures and bars as JSON only")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    figures |= _fields()
    figures |= _powder(given.repetitions)
    figures |= _peer(max(3, given.repetitions // 20))
    figures |= _stored()
    figures |= _real()
    bars = _bars(figures)
    if given.json:
        print(json.dumps({"figures": figures, "bars": bars}))
    else:
        _show(figures, bars)
    return 0 if all(bars.values()) else 1


def _fields() -> dict[str, float]:
    """Largest departure from the known resonance fields, mT."""
    known = yaml.safe_load((ROOT / "tests/reference/esr/copper_fields.yaml").read_text("utf-8"))
    theta = np.radians([float(angle) for angle in known["fields"]])
    found = resonances_by_diagonalisation(
        site=SITE, nucleus=nuclei_of("63Cu")[0], frequency=FREQUENCY, theta=theta
    )
    off = np.abs(found.field[:, ::5] - np.array(list(known["fields"].values())))
    return {"resonance_fields_mT": float(off.max())}


def _median_ms(function: Callable[[], object], repetitions: int) -> tuple[float, float]:
    """First call, and median of the others."""
    began = time.perf_counter()
    function()
    first = 1e3 * (time.perf_counter() - began)
    times = []
    for _ in range(repetitions):
        began = time.perf_counter()
        function()
        times.append(1e3 * (time.perf_counter() - began))
    return first, float(np.median(times))


def _off(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)) / np.abs(other).max())


def _powder(repetitions: int) -> dict[str, float]:
    """Time and accuracy of the fast spectrum, natural copper, standard deviation 1 mT."""
    options: dict[str, Any] = {
        "field": FIELD,
        "frequency": FREQUENCY,
        "site": SITE,
        "nuclei": nuclei_of("Cu"),
    }
    first, median = _median_ms(lambda: powder_spectrum(**options), repetitions)
    strained = options | {
        "site": Site(
            g=SITE.g,
            hyperfine=SITE.hyperfine,
            gaussian=SITE.gaussian,
            g_strain=(0.002, 0.005),
            hyperfine_strain=(5.0, 15.0),
        )
    }
    _, with_strain = _median_ms(lambda: powder_spectrum(**strained), repetitions)
    exact = powder_spectrum(exact=True, knots=721, **options)
    return {
        "powder_first_ms": first,
        "powder_ms": median,
        "powder_with_strain_ms": with_strain,
        "powder_off": _off(powder_spectrum(**options), exact),
    }


def _peer(repetitions: int) -> dict[str, float]:
    if not PEER_PYTHON.exists():
        print("pyeasyspin is not installed: run `make peers` first", file=sys.stderr)
        return {}
    job = {
        "g": [SITE.g[0], SITE.g[2]],
        "A": [SITE.hyperfine[0], SITE.hyperfine[2]],
        "fwhm": float(FWHM),
        "frequency": FREQUENCY,
        "range": list(RANGE),
        "points": POINTS,
        "repetitions": repetitions,
    }
    command = [str(PEER_PYTHON), "-P", str(ROOT / "benchmarks" / "_esr_peer.py"), json.dumps(job)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"pyeasyspin failed: {run.stderr[-300:]}", file=sys.stderr)
        return {}
    answer = json.loads(run.stdout.splitlines()[-1])
    # Its values belong to the middle of the steps of the axis.
    ours = powder_spectrum(
        field=FIELD + 0.5 * (FIELD[1] - FIELD[0]),
        frequency=FREQUENCY,
        site=SITE,
        nuclei=nuclei_of("Cu"),
    )
    theirs = np.array(answer["matrix"]["spectrum"])
    return {
        "pyeasyspin_first_ms": answer["matrix"]["first"],
        "pyeasyspin_matrix_ms": float(np.median(answer["matrix"]["ms"])),
        "pyeasyspin_perturb2_ms": float(np.median(answer["perturb2"]["ms"])),
        "off_pyeasyspin_matrix": _off(ours * (theirs @ ours) / (ours @ ours), theirs),
    }


def _stored() -> dict[str, float]:
    """The stored regression spectra of EasySpin."""
    if not DATA.is_dir():
        return {}
    from scipy.io import loadmat

    known = yaml.safe_load((ROOT / "tests/reference/esr/easyspin_pepper.yaml").read_text("utf-8"))
    found = {}
    for name, one in known["spectra"].items():
        path = DATA / f"easyspin_pepper_{name}.mat"
        stored = loadmat(path, squeeze_me=True, struct_as_record=False)["data"].y
        field = np.linspace(*one["range"], len(stored))
        g = list(one["g"])
        if name == "pt_ga1":
            # Stored to second order without nuclear Zeeman term, as our rhombic sites are.
            g[1] += 1e-12
        site = Site(
            g=tuple(g), hyperfine=tuple(one["hyperfine"]), gaussian=one["peak_to_peak"] * FWHM / 2.0
        )
        ours = powder_spectrum(
            field=field + 0.5 * (field[1] - field[0]),
            frequency=one["frequency"],
            site=site,
            nuclei=nuclei_of(one["nucleus"]),
        )
        found[f"off_easyspin_{name}"] = _off(ours * (stored @ ours) / (ours @ ours), stored)
    return found


def _real() -> dict[str, float]:
    """The fit of a measured spectrum without starting values; seconds, also of the processor."""
    path = DATA / "010_cutpp_10kfs.DSC"
    if not path.is_file():
        print(f"no real spectrum: {path} does not exist", file=sys.stderr)
        return {}
    (measurement,) = read(path)
    spectrum = spectrum_of(
        field=measurement.values("magnetic_field", unit="mT"),
        intensity=measurement.values("intensity") + 1j * measurement.values("intensity_imaginary"),
        frequency=float(measurement.metadata["frequency"].split()[0]),
        harmonic=0,
    )
    fit_spectrum(spectrum, model="isotropic")
    found: dict[str, float] = {}
    for model in ("hyperfine", "auto"):
        began, used = time.perf_counter(), time.process_time()
        best = fit_spectrum(spectrum, model=model).best  # type: ignore[arg-type]
        found[f"fit_{model}_s"] = time.perf_counter() - began
        found[f"fit_{model}_cpu_s"] = time.process_time() - used
    site = best.sites[0]
    for name in ("g_parallel", "g_perpendicular", "hyperfine_parallel", "hyperfine_perpendicular"):
        found[f"real_{name}"] = site.values.get(name, float("nan"))
        found[f"real_{name}_std"] = site.std.get(name, float("nan"))
    return found


def _bars(figures: dict[str, Any]) -> dict[str, bool]:
    bars = {
        "resonance fields to 0.001 mT": figures["resonance_fields_mT"] < 1e-3,
        "powder spectrum under 1.5 ms": figures["powder_ms"] < 1.5,
        "powder spectrum within 1 % of diagonalisation": figures["powder_off"] < 0.01,
    }
    stored = [value for name, value in figures.items() if name.startswith("off_easyspin")]
    if stored:
        bars["EasySpin's stored spectra within 1 %"] = max(stored) < 0.01
    if "pyeasyspin_matrix_ms" in figures:
        bars["faster than pyeasyspin's second order"] = (
            figures["powder_ms"] < figures["pyeasyspin_perturb2_ms"]
        )
    if "fit_auto_s" in figures:
        bars["real spectrum: fit in under 5 s"] = figures["fit_auto_s"] < 5.0
        bars["real spectrum: g_par 2.19 +- 0.005"] = abs(figures["real_g_parallel"] - 2.19) <= 0.005
        bars["real spectrum: g_perp 2.045 +- 0.003"] = (
            abs(figures["real_g_perpendicular"] - 2.045) <= 0.003
        )
        bars["real spectrum: |A_par| 611 +- 15 MHz"] = (
            abs(figures["real_hyperfine_parallel"] - 611.0) <= 15.0
        )
    return bars


def _show(figures: dict[str, Any], bars: dict[str, bool]) -> None:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.5g}")
    Console(width=100).print(table)
    if "pyeasyspin_matrix_ms" in figures:
        ours = figures["powder_ms"]
        for method in ("matrix", "perturb2"):
            ratio = figures[f"pyeasyspin_{method}_ms"] / ours
            print(f"pyeasyspin ({method}) takes {ratio:.0f} times as long per powder spectrum, warm")
    print(f"first powder spectrum in this process: {figures['powder_first_ms']:.0f} ms")
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")


if __name__ == "__main__":
    sys.exit(main())
