"""One way to compile, so that every kernel is cached and typed alike.

numba's cache watches only the file of the function that is called from Python. A compiled
function therefore calls compiled functions of its own file only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Machine code on the first call, from the cache ever after."""
    # The numpy error model drops the zero test from every complex division.
    try:
        return cast(Function, numba.njit(cache=True, error_model="numpy")(function))
    except RuntimeError:
        # No writable place for a cache: compile anew in each process.
        return cast(Function, numba.njit(error_model="numpy")(function))


def is_compiled() -> bool:
    """Whether the kernels lie ready in the cache, so that the first fit does not compile them."""
    from kuralab.science.impedance import _kernel  # noqa: PLC0415

    stats = getattr(_kernel.refine, "stats", None)
    if stats is None:
        return True
    source = Path(_kernel.__file__)
    found = Path(stats.cache_path).glob(f"{source.stem}.refine-*.nbi")
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)


def compile_kernels() -> None:
    """Compile what the first fit would compile, at a moment of the caller's choosing."""
    from kuralab.science.impedance import fit_circuit, impedance_from_circuit  # noqa: PLC0415

    circuit = "R0-p(R1,C1)"
    frequency = [1e4, 3e3, 1e3, 3e2, 1e2, 30.0]
    spectrum = impedance_from_circuit(
        frequency=frequency, circuit=circuit, parameters={"R0": 1.0, "R1": 9.0, "C1": 1e-4}
    )
    fit_circuit(frequency=frequency, impedance=spectrum, circuit=circuit)
