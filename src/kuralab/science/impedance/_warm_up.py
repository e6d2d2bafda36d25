"""Whether the kernels are compiled, and compiling them when the caller likes."""

from __future__ import annotations

from pathlib import Path

from kuralab.science.impedance import _kernel
from kuralab.science.impedance._fit import fit_circuit
from kuralab.science.impedance._model import impedance_from_circuit


def is_compiled() -> bool:
    """Whether the kernels lie ready in the cache, so that the first fit does not compile them."""
    stats = getattr(_kernel.refine, "stats", None)
    if stats is None:
        return True
    source = Path(_kernel.__file__)
    found = Path(stats.cache_path).glob(f"{source.stem}.refine-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)


def compile_kernels() -> None:
    """Compile what the first fit would compile."""
    circuit = "R0-p(R1,C1)"
    frequency = [1e4, 3e3, 1e3, 3e2, 1e2, 30.0]
    spectrum = impedance_from_circuit(
        frequency=frequency, circuit=circuit, parameters={"R0": 1.0, "R1": 9.0, "C1": 1e-4}
    )
    fit_circuit(frequency=frequency, impedance=spectrum, circuit=circuit)
