"""Whether the kernels are compiled, and compiling them when the caller likes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from kuralab.science.esr import _kernel
from kuralab.science.esr._nuclei import nuclei_of
from kuralab.science.esr._powder import powder_spectrum
from kuralab.science.esr._site import Site


def is_compiled() -> bool:
    """Whether the kernels lie ready in the cache, so that the first spectrum does not compile them."""
    return all(
        _is_cached(function)
        for function in (_kernel.project_axial, _kernel.project_general, _kernel.spread_all)
    )


def _is_cached(function: object) -> bool:
    stats = getattr(function, "stats", None)
    if stats is None:
        return True
    source = Path(function.__code__.co_filename)  # type: ignore[attr-defined]
    found = Path(stats.cache_path).glob(f"{source.stem}.{function.__name__}-*.nbi")  # type: ignore[attr-defined]
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)


def compile_kernels() -> None:
    """Compile what spectra of axial and of rhombic sites call."""
    field = np.linspace(330.0, 350.0, 64)
    site = Site.axial(g_parallel=2.1, g_perpendicular=2.0, hyperfine_parallel=10.0, gaussian=2.0)
    nuclei = nuclei_of("63Cu")
    for one, exact in ((site, False), (site, True), (replace(site, g=(2.0, 2.05, 2.1)), False)):
        powder_spectrum(field=field, frequency=9.5, site=one, nuclei=nuclei, exact=exact, knots=5)
