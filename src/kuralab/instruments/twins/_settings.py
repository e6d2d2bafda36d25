"""An instrument's settings in the facility, as the numbers that a model wants."""

from __future__ import annotations

from typing import final

from kuralab.errors import InputError, UnitError
from kuralab.model.facility import Instrument
from kuralab.units import Quantity


@final
class Settings:
    """Settings of one instrument; a name that no model asks for is an error on ``close``."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._asked: set[str] = set()

    def number(self, name: str, unit: str, *, default: float) -> float:
        """A setting in a unit ("1" for a plain number), or its default.

        Raises
        ------
        InputError
            It has no unit or another dimension.
        """
        value = self._given(name, default)
        if isinstance(value, int | float) and (unit == "1" or name not in self._instrument.settings):
            return float(value)
        try:
            if isinstance(value, Quantity):
                return value.to("" if unit == "1" else unit).value
            return Quantity.parse(str(value), unit=unit).value
        except UnitError as error:
            raise self._error(name, str(error)) from None

    def text(self, name: str, *, default: str, choices: tuple[str, ...]) -> str:
        """A setting that is one of several words.

        Raises
        ------
        InputError
            It is none of them.
        """
        value = str(self._given(name, default))
        if value not in choices:
            raise self._error(name, f"{value!r} is none of {', '.join(choices)}")
        return value

    def words(self, name: str) -> str:
        """A setting that is a sentence; empty if there is none."""
        return str(self._given(name, ""))

    def close(self) -> None:
        """Nothing more will be asked for.

        Raises
        ------
        InputError
            A setting that nobody asked for, such as a misspelt one.
        """
        unknown = sorted(set(self._instrument.settings) - self._asked)
        if unknown:
            raise self._error(
                unknown[0], f"no setting of this twin; it knows {', '.join(sorted(self._asked))}"
            )

    def _given(self, name: str, default: float | str) -> Quantity | int | float | str:
        self._asked.add(name)
        return self._instrument.settings.get(name, default)

    def _error(self, name: str, message: str) -> InputError:
        return InputError(
            message,
            field=f"instruments.{self._instrument.name}.settings.{name}",
            line=self._instrument.line,
        )
