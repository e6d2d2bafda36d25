"""Progress and waiting, on stderr: a bar for a person, silence for a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Final

import click

MANY_FILES = 8
_KERNELS: Final = {
    "impedance": "impedance",
    "arrhenius": "impedance",
    "diffraction": "diffraction",
    "esr": "esr",
}
"""By technique: the field of science whose kernels it needs."""


def reading_progress(files: Iterable[Path]) -> Iterable[Path]:
    """The files, with a bar when there are many and somebody is looking."""
    paths = list(files)
    if len(paths) < MANY_FILES or not sys.stderr.isatty():
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, description="reading", console=Console(stderr=True), transient=True)


def compile_once(technique: str = "impedance") -> None:
    """Compile the kernels of a technique where that has not been done yet, and say so while it lasts."""
    if technique not in _KERNELS:
        return
    field = import_module(f"kuralab.science.{_KERNELS[technique]}")
    if not field.is_compiled():
        click.echo(f"compiling the {_KERNELS[technique]} kernels once, about 10 s ...", err=True)
        field.compile_kernels()
