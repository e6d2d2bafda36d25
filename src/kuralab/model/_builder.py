"""Protocols in Python: one call for each step, in bench order.

    p = ProtocolBuilder("li3ps4-lii", air_sensitive=True)
    powder = p.weigh("54Li3PS4-46LiI", mass="1 g")
    p.ball_mill(powder, speed="500 rpm", duration="20 h")
    pellet = p.press_pellet(powder, pressure="360 MPa", diameter="10 mm")
    p.impedance_spectrum(pellet, temperature="25 degC")
    protocol = p.build()

Protocol files are read through the same builder, so both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, final

from kuralab.errors import InputError
from kuralab.model._flow import Each, SampleFlow
from kuralab.model._names import Names, Pairs, check_base, full_name, listed
from kuralab.model._request import Open, Request, checked_lag, checked_parameters
from kuralab.model.operation import Effect, OperationKind, operation_kind, operation_kinds
from kuralab.model.protocol import Link, Protocol, Step, cycle_among
from kuralab.model.sample import Atmosphere
from kuralab.units import Quantity

__all__ = ["Each", "Open", "ProtocolBuilder", "Request"]


@final
class ProtocolBuilder:
    """Gathers steps. Every registered operation is a method: ``p.ball_mill(powder, speed=...)``.

    A step follows the step before it on the same sample. Without a sample it acts on the one that
    the step before left in hand. ``makes`` names new samples, ``step`` the step itself, ``after``
    other steps that must have finished; ``lag_minimum`` and ``lag_maximum`` hold between the step
    and the one before it on the same sample.
    """

    def __init__(
        self,
        name: str,
        *,
        title: str = "",
        air_sensitive: bool = False,
        atmosphere: Atmosphere | str | None = None,
    ) -> None:
        self._head = {"name": name, "title": title, "air_sensitive": air_sensitive}
        self._atmosphere = None if atmosphere is None else Atmosphere(atmosphere)
        self._pairs: Pairs = ()
        self._steps: dict[str, Step] = {}
        self._labels = Names()
        self._counts: dict[str, int] = {}
        self._flow = SampleFlow()
        self._explicit: list[tuple[str, Pairs, tuple[Link, ...]]] = []

    def __len__(self) -> int:
        return len(self._steps)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in operation_kinds():
            raise AttributeError(
                f"{name!r} is no operation; known are {listed(operation_kinds(), most=99)}"
            )
        return partial(self._call, operation_kind(name))

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *operation_kinds()]

    @contextmanager
    def repeat(self, **values: object) -> Iterator[None]:
        """Steps and samples made within carry these values in their names: ``ball_mill x=10``."""
        before, hand = self._pairs, self._flow.hand
        self._pairs = (*before, *((variable, str(value)) for variable, value in values.items()))
        try:
            yield
        finally:
            self._pairs, self._flow.hand = before, hand

    def _call(
        self,
        kind: OperationKind,
        /,
        *positional: Any,
        samples: Sequence[str] = (),
        makes: str | Each | Sequence[str] = (),
        step: str | None = None,
        after: str | Link | Sequence[str | Link] = (),
        lag_minimum: Quantity | str | None = None,
        lag_maximum: Quantity | str | None = None,
        **parameters: Any,
    ) -> str | tuple[str, ...]:
        """One step; gives the name of the sample that it leaves, or the names of several."""
        if kind.effect is Effect.MAKE:
            names = [parameter.key for parameter in kind.parameters]
            parameters = {**dict(zip(names, positional, strict=False)), **parameters}
        else:
            samples = (*positional, *samples)
        left, errors = self.register(
            Request(
                operation=kind.key,
                parameters=parameters,
                samples=tuple(samples),
                makes=(makes,) if isinstance(makes, str | Each) else tuple(makes),
                step=step,
                after=_links(after),
                lag=(lag_minimum, lag_maximum),
            )
        )
        if errors:
            raise errors[0].located(field=kind.key)
        return left[0] if len(left) == 1 else left

    def register(self, request: Request) -> tuple[tuple[str, ...], list[InputError]]:
        """Add a step even where something is wrong with it, and give what is wrong.

        A reader of files can so go on and find the other problems too. Gives the names of the
        samples that the step leaves; errors name a parameter, or what else of the request is wrong.
        """
        kind = operation_kind(request.operation)
        errors: list[InputError] = []
        key = self._new_key(request, errors)
        parameters, ranges = checked_parameters(kind, request.parameters, errors)
        minimum, maximum = (checked_lag(lag, errors) for lag in request.lag)
        used, made, before = self._flow.step(key, kind, request, self._pairs, errors)
        if not before and (minimum or maximum):
            errors.append(
                InputError(
                    "no step comes before on this sample", field="lag", hint="Write it in 'after'."
                )
            )
        self._explicit.append((key, self._pairs, request.after))
        self._steps[key] = Step(
            key=key,
            operation=kind.key,
            parameters=parameters,
            open_parameters=tuple(ranges),
            open_ranges={name: found for name, found in ranges.items() if found is not None},
            samples=used,
            makes=made,
            after=tuple(Link(step=other, lag_minimum=minimum, lag_maximum=maximum) for other in before),
            line=request.line,
        )
        return made or used, errors

    def _new_key(self, request: Request, errors: list[InputError]) -> str:
        label = request.step or request.operation
        try:
            check_base(label, "step")
        except InputError as error:
            errors.append(error)
            label = request.operation
        key = full_name(label, self._pairs)
        if key in self._labels:
            if label == request.step:
                errors.append(
                    InputError(
                        f"two steps are called {key!r}",
                        field="step",
                        hint="Give one of them another name.",
                    )
                )
            number = self._counts.get(key, 1) + 1
            while full_name(f"{label} {number}", self._pairs) in self._labels:
                number += 1
            self._counts[key] = number
            label = f"{label} {number}"
        return self._labels.add(label, self._pairs)

    def order_errors(self) -> list[InputError]:
        """What is wrong with explicit order: steps that do not exist or wait for each other."""
        steps, errors = self._with_explicit_order()
        if not errors and (cycle := cycle_among(steps)):
            errors.append(
                InputError(
                    f"steps wait for each other: {' after '.join(cycle)}",
                    field="after",
                    line=self._steps[cycle[0]].line,
                    hint="Take one 'after' away.",
                )
            )
        return errors

    def build(self) -> Protocol:
        """The protocol.

        Raises
        ------
        InputError
            No steps, an unknown step in ``after``, or steps that wait for each other.
        """
        if not self._steps:
            raise InputError("the protocol has no steps", hint="Add one, such as weigh.")
        if errors := self.order_errors():
            raise errors[0]
        steps, _ = self._with_explicit_order()
        return Protocol.model_validate({**self._head, "atmosphere": self._atmosphere, "steps": steps})

    def _with_explicit_order(self) -> tuple[list[Step], list[InputError]]:
        """The steps with the links of ``after``, which may name steps that are written later."""
        steps, errors = dict(self._steps), []
        for key, pairs, links in self._explicit:
            found = {link.step: link for link in steps[key].after}
            for link in links:
                other = self._labels.find(link.step, pairs)
                if other is None:
                    hint = f"Known are {listed(self._labels)}."
                    message = f"there is no step {link.step!r}"
                    errors.append(InputError(message, field="after", line=steps[key].line, hint=hint))
                else:
                    found[other] = _merged(found.get(other), link, other)
            steps[key] = steps[key].model_copy(update={"after": tuple(found.values())})
        return list(steps.values()), errors


def _links(after: str | Link | Sequence[str | Link]) -> tuple[Link, ...]:
    several = (after,) if isinstance(after, str | Link) else after
    return tuple(link if isinstance(link, Link) else Link(step=link) for link in several)


def _merged(implied: Link | None, link: Link, other: str) -> Link:
    """An explicit link to a step; its lags count before those of the implied one."""
    return Link(
        step=other,
        lag_minimum=link.lag_minimum or (implied.lag_minimum if implied else None),
        lag_maximum=link.lag_maximum or (implied.lag_maximum if implied else None),
    )
