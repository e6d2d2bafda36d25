"""All problems of one file, gathered so that a person hears of them at once."""

from __future__ import annotations

from typing import Final

from kuralab.errors import InputError

_MOST: Final = 50


class Problems:
    """What is wrong with a file so far."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[str, InputError] = {}

    def add(
        self, message: str, *, line: int | None = None, field: str | None = None, hint: str = ""
    ) -> None:
        """Note a problem; the same one is noted once, though a repeat may meet it many times."""
        found = InputError(message, file=self._file, line=line, field=field, hint=hint)
        self._found.setdefault(str(found), found)

    def add_error(self, error: InputError, *, line: int | None, field: str | None) -> None:
        """Note an error that does not know its place."""
        self.add(error.message, line=line, field=field, hint=error.hint)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raise all of them as one error."""
        if self._found:
            raise self.error()

    def error(self) -> InputError:
        """One error at the first place whose message goes on with all the others, one a line."""
        first, *others = sorted(self._found.values(), key=lambda error: error.line or 0)
        if not others:
            return first
        lines = [f"{first.message.rstrip('.')}. {first.hint}".rstrip(), *map(str, others[: _MOST - 1])]
        if len(others) >= _MOST:
            lines.append(f"… and {len(others) - _MOST + 1} more")
        return InputError("\n".join(lines), file=self._file, line=first.line, field=first.field)
