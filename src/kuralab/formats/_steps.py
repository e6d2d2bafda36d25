"""The steps of a protocol file, repeats included, handed to the protocol builder."""

from __future__ import annotations

import re
from collections.abc import Mapping as Values
from typing import Final, final

from kuralab.errors import InputError, UnitError
from kuralab.formats._arithmetic import substitute
from kuralab.formats._fields import Fields, near_miss
from kuralab.formats._problems import Problems
from kuralab.formats._repeats import repeat_of
from kuralab.formats._yaml import Mapping, Node, Plain, Scalar, Sequence, plain_value
from kuralab.model import Each, Open, ProtocolBuilder, Request
from kuralab.model.operation import ParameterKind, operation_kind, operation_kinds
from kuralab.model.protocol import Link
from kuralab.units import Quantity

MOST_STEPS: Final = 20_000
DEEPEST_REPEAT: Final = 4
_MODIFIERS: Final = ("sample", "samples", "makes", "step", "after", "lag")
_OPEN: Final = re.compile(r"open(?:\s+(?P<range>.+))?")
_FOR_EACH: Final = "for each "


@final
class StepReader:
    """Reads steps into a builder; what is wrong becomes a problem at its line."""

    def __init__(
        self, builder: ProtocolBuilder, problems: Problems, named: Values[str, tuple[str, ...]]
    ) -> None:
        self._builder = builder
        self._problems = problems
        self._named = named
        self._values: dict[str, str] = {
            name: values[0] for name, values in named.items() if len(values) == 1
        }
        self._depth = 0
        self._reported: dict[tuple[int, str | None], dict[str, str]] = {}

    def read(self, items: tuple[Node, ...]) -> None:
        """Read a list of steps and repeats."""
        for item in items:
            if len(self._builder) >= MOST_STEPS:
                self._problems.add(
                    f"the repeats make more than {MOST_STEPS:,} steps",
                    line=item.line,
                    hint="Split the protocol.",
                )
                raise self._problems.error()
            if not isinstance(item, Mapping):
                self._note(
                    item.line,
                    None,
                    "this is no step",
                    "Write an operation with its parameters, such as "
                    "'- ball_mill: {speed: 500 rpm, duration: 20 h}'.",
                )
            elif repeat := next((key for key in item.entries if key.startswith(_FOR_EACH)), None):
                self._repeat(item, repeat)
            else:
                self._step(item)

    def _repeat(self, item: Mapping, key: str) -> None:
        line = item.lines[key]
        for other in item.entries:
            if other != key:
                self._note(item.lines[other], other, "nothing can stand beside a repeat", "Indent it.")
        if self._depth == DEEPEST_REPEAT:
            self._note(line, key, f"repeats are more than {DEEPEST_REPEAT} deep", "")
            return
        try:
            repeat = repeat_of(substitute(key, self._values), self._named)
        except InputError as error:
            self._note(line, None, error.message, error.hint)
            return
        body = item.entries[key]
        if not isinstance(body, Sequence) or not body.items:
            self._note(line, key, "no steps are repeated", "List them below it, indented.")
            return
        if repeat.variable in self._values and repeat.variable not in self._named:
            self._note(line, key, f"{repeat.variable!r} has a value already", "Use another name.")
            return
        before = self._values
        self._depth += 1
        for value in repeat.values:
            self._values = {**before, repeat.variable: value}
            with self._builder.repeat(**{repeat.variable: value}):
                self.read(body.items)
        self._depth -= 1
        self._values = before

    def _step(self, item: Mapping) -> None:
        operations = [key for key in item.entries if key not in _MODIFIERS]
        known = [key for key in operations if key in operation_kinds()]
        fields = Fields(item, self._problems, known[0] if known else "")
        for key in operations:
            if key not in operation_kinds():
                hint = near_miss(key, _MODIFIERS if known else operation_kinds())
                what = "there is no such field here" if known else "there is no such operation"
                self._note(item.lines[key], key, what, hint)
        if len(known) > 1:
            self._note(
                item.lines[known[1]], known[1], "a second operation in one step", "Start it with '- '."
            )
        if not operations:
            self._note(item.line, None, "the operation is missing", near_miss("", operation_kinds()))
        if not known:
            return
        parameters = fields.mapping(known[0], within=known[0])
        request = Request(
            operation=known[0],
            parameters=self._parameters(known[0], parameters),
            samples=(*self._texts(fields, "sample"), *self._texts(fields, "samples")),
            makes=self._makes(fields),
            step=self._text(fields, "step"),
            after=self._after(fields),
            lag=self._lag(fields),
            line=item.line,
        )
        _, errors = self._builder.register(request)
        for error in errors:
            place = parameters if error.field in parameters.node.entries else fields
            key = error.field or known[0]
            line = place.line("samples" if key == "sample" and not fields.has(key) else key)
            self._note(line, place.named(error.field) or known[0], error.message, error.hint)

    def _parameters(self, operation: str, fields: Fields) -> dict[str, object]:
        kinds = {parameter.key: parameter for parameter in operation_kind(operation).parameters}
        found: dict[str, object] = {}
        for key in fields.node.entries:
            node = fields.take(key)
            if isinstance(node, Scalar):
                found[key] = self._value(fields, key, node, kinds.get(key))
            else:
                found[key] = None
        return found

    def _value(self, fields: Fields, key: str, node: Scalar, kind: ParameterKind | None) -> Plain | Open:
        text = self._substituted(fields, key, node.text)
        if (found := _OPEN.fullmatch(text)) and not node.quoted:
            return Open(*([found["range"]] if found["range"] else []))
        if kind is not None and kind.type in ("text", "composition"):
            return text
        return text if node.quoted and text == node.text else plain_value(text)

    def _substituted(self, fields: Fields, key: str, text: str) -> str:
        try:
            return substitute(text.strip(), self._values)
        except InputError as error:
            self._note(fields.line(key), fields.named(key), error.message, error.hint)
            return text

    def _text(self, fields: Fields, key: str) -> str | None:
        text = fields.text(key)
        return self._substituted(fields, key, text) if text else None

    def _texts(self, fields: Fields, key: str) -> tuple[str, ...]:
        return tuple(self._substituted(fields, key, text) for text in fields.texts(key))

    def _makes(self, fields: Fields) -> tuple[str | Each, ...]:
        found: list[str | Each] = []
        for text in self._texts(fields, "makes"):
            name, each, rest = text.partition(f" {_FOR_EACH}")
            if not each:
                found.append(name)
                continue
            try:
                repeat = repeat_of(_FOR_EACH + rest, self._named)
                found.append(Each(name, repeat.variable, repeat.values))
            except InputError as error:
                self._note(fields.line("makes"), fields.named("makes"), error.message, error.hint)
        return tuple(found)

    def _after(self, fields: Fields) -> tuple[Link, ...]:
        """``after: mix``, ``after: [mix, dry]`` or ``after: {step: mix, lag: {maximum: 1 h}}``."""
        links = []
        for node in fields.items("after"):
            if isinstance(node, Mapping):
                of = Fields(node, self._problems, fields.named("after") or "")
                step = self._text(of, "step")
                minimum, maximum = self._lag(of)
                of.finish()
                if step is None:
                    of.problem(None, "'step' is missing")
                else:
                    links.append(Link(step=step, lag_minimum=minimum, lag_maximum=maximum))
            elif isinstance(node, Scalar):
                links.append(Link(step=self._substituted(fields, "after", node.text)))
            else:
                fields.problem("after", "this is no step", hint="Write after: [first, second].")
        return tuple(links)

    def _lag(self, fields: Fields) -> tuple[Quantity | None, Quantity | None]:
        """``lag: {minimum: 10 min, maximum: 1 h}``."""
        of = fields.mapping("lag", within=fields.named("lag") or "")
        found = (self._time(of, "minimum"), self._time(of, "maximum"))
        of.finish()
        return found

    def _time(self, fields: Fields, key: str) -> Quantity | None:
        text = self._text(fields, key)
        try:
            found = None if text is None else Quantity.parse(text, unit="min")
        except UnitError as error:
            self._note(fields.line(key), fields.named(key), str(error), "")
            return None
        if found is not None and found.value < 0:
            self._note(fields.line(key), fields.named(key), f"{found} is negative", "")
        return found

    def _note(self, line: int, field: str | None, message: str, hint: str) -> None:
        """Note a problem, but not again for every value of a repeat."""
        first = self._reported.setdefault((line, field), self._values)
        if first == self._values:
            self._problems.add(message, line=line, field=field, hint=hint)
