"""Run by ``benchmarks/impedance.py`` inside .venv-peers: impedance.py on the same spectra.

Reads spectra, starts and truths from an .npz file, prints one JSON line per kind of start.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
from impedance.models.circuits import CustomCircuit

CIRCUIT = "R0-p(R1,CPE1)-p(R2,CPE2)-CPE3"
R1, CPE1, R2, CPE2 = 1, slice(2, 4), 4, slice(5, 7)


def _sorted_by_time_constant(values, errors):
    """R1 and R2 of the faster and the slower arc, with their standard errors."""
    arcs = sorted(
        ((values[r] * values[cpe][0]) ** (1 / values[cpe][1]), values[r], errors[r])
        for r, cpe in ((R1, CPE1), (R2, CPE2))
    )
    return [arc[1:] for arc in arcs]


def _fit_all(frequency, spectra, starts):
    rows = []
    for z, start in zip(spectra, starts, strict=True):
        circuit = CustomCircuit(CIRCUIT, initial_guess=list(start))
        began = time.perf_counter()
        try:
            circuit.fit(frequency, z, weight_by_modulus=True)
            seconds = time.perf_counter() - began
            residual = (circuit.predict(frequency) - z) / np.abs(z)
            rms = float(np.sqrt((np.abs(residual) ** 2).sum() / (2 * len(z))))
            arcs = _sorted_by_time_constant(circuit.parameters_, circuit.conf_)
        except (RuntimeError, ValueError):
            seconds, rms, arcs = time.perf_counter() - began, None, None
        rows.append({"seconds": seconds, "rms": rms, "arcs": arcs})
    return rows


def main() -> None:
    warnings.simplefilter("ignore")
    data = np.load(sys.argv[1])
    for name in ("wrong", "true"):
        count = len(data[f"start_{name}"])
        rows = _fit_all(data["frequency"], data["impedance"][:count], data[f"start_{name}"])
        print(json.dumps({"start": name, "rows": rows}), flush=True)


if __name__ == "__main__":
    main()
