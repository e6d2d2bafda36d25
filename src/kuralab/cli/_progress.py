"""Progress and waiting, on stderr: a bar for a person, silence for a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

MANY_FILES = 8
COMPILED_TECHNIQUES = ("impedance", "arrhenius")


def reading_progress(files: Iterable[Path]) -> Iterable[Path]:
    """The files, with a bar when there are many and somebody is looking."""
    paths = list(files)
    if len(paths) < MANY_FILES or not sys.stderr.isatty():
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, description="reading", console=Console(stderr=True), transient=True)


def compile_once() -> None:
    """Compile the circuit kernel where that has not been done yet, and say so while it lasts."""
    from kuralab.science.impedance import compile_kernels, is_compiled

    if not is_compiled():
        click.echo("compiling the circuit kernel once, about 10 s ...", err=True)
        compile_kernels()
