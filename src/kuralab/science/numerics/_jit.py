"""One way to compile, so that every kernel is cached and typed alike.

numba's cache watches only the file of the function that is called from Python. A compiled
function therefore calls compiled functions of its own file only.
"""

from __future__ import annotations

from collections.abc import Callable
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
