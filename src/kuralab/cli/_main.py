"""The command ``kuralab`` and its exit codes.

0   done
1   well-formed, but the answer is negative
2   a file or an option cannot be understood
3   interrupted
70  a bug of kuralab
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import ClassVar

import click

from kuralab import __version__
from kuralab.cli._failure import Failure, show_failure
from kuralab.cli._lazy import Entry, LazyGroup


class _Kuralab(LazyGroup):
    entries: ClassVar = {
        "run": Entry("kuralab.cli.run:run", "Carry a protocol out, and report what was found."),
        "campaign": Entry(
            "kuralab.cli.campaign:campaign", "Choose experiments, and learn from each one."
        ),
        "answer": Entry("kuralab.cli.answer:answer", "Say what became of a held step."),
        "pause": Entry("kuralab.cli.run:pause", "Start no further step of a run."),
        "resume": Entry("kuralab.cli.run:resume", "Let a paused run go on."),
        "cancel": Entry("kuralab.cli.run:cancel", "End a run."),
        "workflow": Entry("kuralab.cli.workflow:workflow", "Packaged rows of science: list, show, run."),
        "data": Entry("kuralab.cli.data:data", "Find, show and export measurements and results."),
        "ledger": Entry("kuralab.cli.ledger:ledger", "Verify or rebuild the lab's ledger."),
        "analyze": Entry("kuralab.cli.analyze:analyze", "Analyse files with no lab."),
        "calc": Entry("kuralab.cli.calc:calc", "Small physics answers that need no file."),
        "check": Entry("kuralab.cli.check:check", "Check a protocol against a facility."),
        "demo": Entry("kuralab.cli.demo:demo", "Analyse real spectra that come with kuralab."),
        "read": Entry("kuralab.cli.read:read", "Show what is in a file: format, columns, units."),
    }


@click.group(cls=_Kuralab, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kuralab", message="%(prog)s %(version)s")
def kuralab() -> None:
    """The operating system of a cloud laboratory for energy materials.

    Every command takes --json: stdout is then JSON only. Exit codes: 0 done; 1 well-formed, but
    the answer is negative; 2 a file or an option cannot be understood; 3 interrupted; 70 a bug.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default the process's own) and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    # Our matrices are small: threads of the linear algebra only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _write_utf8()
    try:
        code = kuralab.main(args=arguments, prog_name="kuralab", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough. Nothing may complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit:
        # From click: the reader of a pipe has gone, or the shell has been given completions.
        return 0
    except Exception as error:
        failure = Failure.of(error)
        show_failure(failure, as_json="--json" in words)
        if "--debug" in words:
            traceback.print_exc()
        return failure.exit_code


def _write_utf8() -> None:
    """Units and names need it, and a redirected stream on Windows has another encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
