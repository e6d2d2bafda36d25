"""The command line. Thin: parse, call, show; imports what a command needs when it runs."""

from kuralab.cli._main import main

__all__ = ["main"]
