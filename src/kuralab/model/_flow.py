"""Which samples exist, which are used up, and what has last been done to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, final

from kuralab.errors import InputError
from kuralab.model._names import Names, Pairs, check_base, full_name, listed
from kuralab.model.operation import Effect, OperationKind

if TYPE_CHECKING:
    from kuralab.model._request import Request

_EVERY: Final = "every "
_DEFAULT_NAME: Final = "sample"


class Each(NamedTuple):
    """One new sample for each value: ``Each("piece", "rate", ["5 degC/min", "20 degC/min"])``."""

    name: str
    variable: str
    values: Sequence[object]


@final
class SampleFlow:
    """Follows the samples through the steps in the order in which they are written."""

    def __init__(self) -> None:
        self.hand: str | None = None
        self._names = Names()
        self._last: dict[str, str] = {}
        self._used_up_by: dict[str, str] = {}

    def step(
        self, key: str, kind: OperationKind, request: Request, pairs: Pairs, errors: list[InputError]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Let a step act: samples that it uses, that it makes, and the steps it must wait for."""
        used = self._used(kind, request.samples, pairs, errors)
        before = dict.fromkeys(self._last[sample] for sample in used)
        if kind.effect in (Effect.TREAT, Effect.MEASURE):
            if request.makes:
                errors.append(
                    InputError(
                        f"{kind.key} makes no new sample",
                        field="makes",
                        hint="It acts on its sample, which keeps its name.",
                    )
                )
            self._last.update(dict.fromkeys(used, key))
            self.hand = used[0] if len(used) == 1 else None
            return used, (), tuple(before)
        self._used_up_by.update(dict.fromkeys(used, key))
        made = self._made(key, kind, request, pairs, errors)
        self.hand = made[0] if len(made) == 1 else None
        return used, made, tuple(before)

    def _used(
        self, kind: OperationKind, names: Sequence[str], pairs: Pairs, errors: list[InputError]
    ) -> tuple[str, ...]:
        if not names and kind.effect is not Effect.MAKE:
            if self.hand is None:
                errors.append(
                    InputError(
                        f"it is not clear on which sample {kind.key} acts",
                        hint=f"Name it by 'sample'; known are {listed(self._names)}.",
                    )
                )
                return ()
            names = (self.hand,)
        found: dict[str, None] = {}
        for name in names:
            for sample in self._meant(name, pairs, errors):
                if sample in found:
                    errors.append(InputError(f"sample {sample!r} is named twice", field="sample"))
                found[sample] = None
        self._check_count(kind, len(found), errors)
        return tuple(found)

    def _meant(self, name: str, pairs: Pairs, errors: list[InputError]) -> tuple[str, ...]:
        if name.startswith(_EVERY):
            every = self._names.every(name.removeprefix(_EVERY).strip(), pairs)
            if kept := tuple(sample for sample in every if sample not in self._used_up_by):
                return kept
        sample = self._names.find(name, pairs)
        if sample is None:
            errors.append(
                InputError(
                    f"no step before this makes a sample {name!r}",
                    field="sample",
                    hint=f"Known here are {listed(self._names)}.",
                )
            )
            return ()
        if by := self._used_up_by.get(sample):
            errors.append(
                InputError(
                    f"sample {sample!r} has been used up by step {by!r}",
                    field="sample",
                    hint="Do this before, or use what that step made.",
                )
            )
            return ()
        return (sample,)

    def _check_count(self, kind: OperationKind, count: int, errors: list[InputError]) -> None:
        if errors:
            return
        if kind.effect is Effect.SPLIT and count != 1:
            errors.append(InputError("one sample at a time can be split", field="sample"))
        if kind.effect is Effect.MERGE and count < 2:
            errors.append(
                InputError(
                    "to merge takes two samples or more",
                    field="sample",
                    hint="Write samples: [first, second].",
                )
            )

    def _made(
        self, key: str, kind: OperationKind, request: Request, pairs: Pairs, errors: list[InputError]
    ) -> tuple[str, ...]:
        several = kind.effect is Effect.SPLIT
        asked = request.makes or (() if several else (_DEFAULT_NAME,))
        made = []
        for name in asked:
            if isinstance(name, str):
                wanted = [(name, pairs)]
            else:
                wanted = [(name.name, (*pairs, (name.variable, str(v)))) for v in name.values]
            for base, theirs in wanted:
                if (sample := self._new(key, base, theirs, errors)) is not None:
                    made.append(sample)
        if (len(made) > 1) is not several and not errors:
            count = "two samples or more" if several else "one sample"
            errors.append(
                InputError(
                    f"{kind.key} makes {count}",
                    field="makes",
                    hint="Write makes: [first, second], or makes: piece for each n in 1..4 step 1.",
                )
            )
        return tuple(made)

    def _new(self, key: str, base: str, pairs: Pairs, errors: list[InputError]) -> str | None:
        full = full_name(base, pairs)
        try:
            check_base(base, "makes")
        except InputError as error:
            errors.append(error)
            return None
        if full in self._names:
            errors.append(
                InputError(
                    f"there is a sample {full!r} already",
                    field="makes",
                    hint="Give this one another name by 'makes'.",
                )
            )
            return None
        self._last[full] = key
        return self._names.add(base, pairs)
