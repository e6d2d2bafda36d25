"""From a candidate to the protocol of its experiment, and what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final, final

from kuralab.errors import InputError
from kuralab.formats import names_to_fill, parse_protocol
from kuralab.model import Protocol
from kuralab.model.campaign_definition import CampaignDefinition, PoolTable
from kuralab.model.space import Mixture, Point, Setting, Variable

_DIGITS: Final = 9
_SHOWN: Final = 4
"""Digits of a number in a protocol, and in a label."""


@final
class Templates:
    """Fills the template of a campaign."""

    def __init__(self, definition: CampaignDefinition) -> None:
        self._definition = definition
        self._variables = {variable.name: variable for variable in definition.variables}

    @cached_property
    def _fillable(self) -> frozenset[str]:
        values, open_names = names_to_fill(self._definition.protocol, file=self._file)
        return frozenset((*values, *open_names))

    @property
    def _file(self) -> str:
        return f"the protocol of {self._definition.name}"

    def protocol(self, point: Point, number: int) -> Protocol:
        """The protocol of one experiment, named after the campaign and its number.

        Raises
        ------
        InputError
            A setting does not fit the template.
        """
        texts = {name: text for name, text in self.texts(point).items() if name in self._fillable}
        found = parse_protocol(self._definition.protocol, file=self._file, parameters=texts)
        return found.model_copy(update={"name": f"{self._definition.name}-{number}"})

    def texts(self, point: Point) -> dict[str, str]:
        """The settings of a candidate as a protocol writes them; of a pool, its whole row."""
        pool = self._definition.pool
        if pool is not None:
            return {name: _plain(cell) for name, cell in row_of(pool, point).items()}
        return {name: setting_text(self._variables[name], setting) for name, setting in point.items()}

    def label(self, point: Point) -> str:
        """What a candidate is called: in a pool its ``row_name``, else composition and settings."""
        pool = self._definition.pool
        if pool is not None:
            return row_name(pool, row_of(pool, point))
        texts = {
            name: setting_text(self._variables[name], setting, digits=_SHOWN)
            for name, setting in point.items()
        }
        mixtures = [name for name in texts if isinstance(self._variables[name], Mixture)]
        others = [f"{name} {text}" for name, text in texts.items() if name not in mixtures]
        return ", ".join([*(texts[name] for name in mixtures), *others])


def setting_text(variable: Variable, setting: Setting, *, digits: int = _DIGITS) -> str:
    """A setting as people write it: ``20 h``, ``55Li3PS4-45LiI``.

    Raises
    ------
    InputError
        It is no setting of this variable.
    """
    if isinstance(variable, Mixture) != isinstance(setting, Mapping):
        raise InputError(f"{setting!r} is no setting of {variable.name}", field=variable.name)
    if isinstance(variable, Mixture) and isinstance(setting, Mapping):
        return _mixture_text(variable, setting)
    assert not isinstance(setting, Mapping)
    return f"{_plain(setting, digits)} {getattr(variable, 'unit', '')}".rstrip()


def _mixture_text(variable: Mixture, fractions: Mapping[str, float]) -> str:
    """Mole percent that sum to 100 after rounding; a component alone is its formula."""
    percent = {name: round(100.0 * fractions.get(name, 0.0), 4) for name in variable.components}
    largest = max(percent, key=lambda name: percent[name])
    rest = sum(value for name, value in percent.items() if name != largest)
    percent[largest] = round(100.0 - rest, 4)
    present = {name: value for name, value in percent.items() if value > 0}
    if len(present) == 1:
        return next(iter(present))
    return "-".join(f"{value:.{_DIGITS}g}{name}" for name, value in present.items())


def _plain(value: float | str, digits: int = _DIGITS) -> str:
    return value if isinstance(value, str) else f"{value:.{digits}g}"


def row_of(pool: PoolTable, point: Point) -> dict[str, float | str]:
    """The row of a table that a candidate stands for.

    Raises
    ------
    InputError
        No row, or several, have these settings.
    """
    known = {name: setting for name, setting in point.items() if name in pool.columns}
    places = {name: pool.columns.index(name) for name in known}
    found = [row for row in pool.rows if all(row[places[name]] == s for name, s in known.items())]
    if len(found) != 1 or not known:
        what = "no candidate has" if not found else f"{len(found)} candidates have"
        given = ", ".join(f"{name}={setting}" for name, setting in point.items())
        raise InputError(f"{what} {given or 'no settings'}", field="candidate")
    return dict(zip(pool.columns, found[0], strict=True))


def row_name(pool: PoolTable, row: Mapping[str, float | str]) -> str:
    """What a row of a table is called: its formulas with its label, ``Li7BiO6 (jqc)``; or either of
    them, or its inputs."""
    label = "" if pool.label is None else _plain(row[pool.label])
    formulas = ", ".join(_plain(row[name]) for name in pool.formulas if name != pool.label)
    if label and formulas:
        return f"{formulas} ({label})"
    return label or formulas or ", ".join(_plain(row[name]) for name in pool.inputs)
