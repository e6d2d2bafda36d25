"""What can go wrong, as a small tree.

KuralabError
├── InputError      a file, a field or an option cannot be understood (exit code 2)
├── UnitError       a text is no quantity, or has another dimension
└── ScienceError    numbers outside what a formula allows
"""

from __future__ import annotations

from collections.abc import Collection
from typing import final


class KuralabError(Exception):
    """Root of everything that kuralab raises on purpose."""


@final
class InputError(KuralabError):
    """Input that cannot be understood: where, what was wrong, and what to do.

    Attributes are kept apart so that ``--json`` and the terminal can both show them.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line
        self.field = field
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        if self.field is not None:
            place += f"{': ' if place else ''}{self.field}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text.rstrip('.')}. {self.hint}".strip() if self.hint else text

    def located(self, *, file: str | None = None, field: str | None = None) -> InputError:
        """The same error with the place filled in where it was still open."""
        return InputError(
            self.message,
            hint=self.hint,
            file=self.file or file,
            line=self.line,
            field=self.field or field,
        )


@final
class UnitError(KuralabError):
    """A text that is no quantity, an unknown unit, or a quantity of another dimension."""


@final
class ScienceError(KuralabError):
    """Numbers for which a formula or a fit has no meaning (shape, sign, count)."""


def unknown_name(name: str, known: Collection[str], *, what: str) -> InputError:
    """The error of a name that nothing has, with a near miss and all that there is.

    Examples
    --------
    >>> str(unknown_name("impedanc", ["impedance", "arrhenius"], what="technique"))
    "technique: unknown technique 'impedanc'. Did you mean impedance? Known: impedance, arrhenius."
    """
    listed = ", ".join(known) or "none"
    hint = f"{did_you_mean(name, known)}Known: {listed}."
    return InputError(f"unknown {what} {name!r}", field=what, hint=hint)


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The beginning of a hint for a name that nothing has; empty where nothing is like it.

    Examples
    --------
    >>> did_you_mean("presss", ["press", "furnace"]), did_you_mean("xyz", ["press"])
    ('Did you mean press? ', '')
    """
    # Only an error needs it: the start of every command does without.
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]}? " if near else ""
