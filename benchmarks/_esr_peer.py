"""Run by ``benchmarks/esr.py`` inside .venv-peers-diffraction: pyeasyspin on the same powder spectrum.

Prints one JSON line: milliseconds of each repetition by method, and the spectra.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from pyeasyspin import pepper


def main() -> None:
    job = json.loads(sys.argv[1])
    system = {"S": 0.5, "g": job["g"], "Nucs": "Cu", "A": job["A"], "lw": job["fwhm"]}
    experiment = {"mwFreq": job["frequency"], "Range": job["range"], "nPoints": job["points"]}
    answer = {}
    for method in ("matrix", "perturb2"):
        times, spectrum = [], None
        for _ in range(job["repetitions"] + 1):
            began = time.perf_counter()
            _, spectrum = pepper(system, experiment, {"Method": method})
            times.append(1e3 * (time.perf_counter() - began))
        # The first call compiles.
        answer[method] = {"first": times[0], "ms": times[1:], "spectrum": np.ravel(spectrum).tolist()}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
