"""Groups whose commands are named in a table and imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar, NamedTuple

import click

from kuralab.errors import InputError, did_you_mean


class Entry(NamedTuple):
    """A command that is not imported yet: its dotted name and its line in the help."""

    target: str
    summary: str


class SummaryGroup(click.Group):
    """A group that prints its help from summaries, without importing any command."""

    def summaries(self) -> Mapping[str, str]:
        """One line for each command."""
        raise NotImplementedError

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Alone, a group shows its help: that is an answer, not an error."""
        if not args:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries().items()))


class LazyGroup(SummaryGroup):
    """A group made from a static table."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    def summaries(self) -> Mapping[str, str]:
        return {name: entry.summary for name, entry in self.entries.items()}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in self.entries:
            raise _unknown(cmd_name, self.entries)
        module, _, attribute = self.entries[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def _unknown(name: str, known: Mapping[str, Entry]) -> InputError:
    hint = f"{did_you_mean(name, known)}Known commands: {', '.join(known)}."
    return InputError(f"unknown command {name!r}", hint=hint)
