"""Settings of a refinement, as YAML: what is free, fixed, tied, set, and left out.

::

    refine: [lbco.O.b_iso, "background.*"]
    fix: [width.u]
    tie:
      lbco.Ba.b_iso: lbco.La.b_iso
      lbco.b: {equals: lbco.a, times: 1.5}
    set: {zero: 0.6, lbco.a: 3.89}
    range: [10, 150]
    exclude: [[38.0, 38.6], [44, 45]]
    background: 8
    orientation: {pbso4: [0, 0, 1]}
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kuralab.formats._fields import Fields, open_yaml, scalar_text
from kuralab.formats._problems import Problems
from kuralab.formats._yaml import Mapping, Node, Sequence
from kuralab.formats.powder_instrument import number_of, number_of_node

if TYPE_CHECKING:
    from kuralab.model import RefinementPlan

_MOST_COEFFICIENTS: Final = 30
_GLOB: Final = re.compile(r"\S+")
_LARGEST_INDEX: Final = 50


def read_refinement_plan(path: str | Path) -> RefinementPlan:
    """Read a file of settings.

    Raises
    ------
    InputError
        Not YAML, an unknown field, or a value that is none; it lists every problem with its line.
    """
    from kuralab.model import RefinementPlan

    problems = Problems(str(path))
    fields = open_yaml(Path(path), problems, what="a file of settings for a refinement")
    refine, fix = _names(fields, "refine"), _names(fields, "fix")
    ties = _ties(fields)
    set_values = {}
    given = fields.mapping("set", within="set")
    for name in given.node.entries:
        value = number_of(given, name)
        if value is not None:
            set_values[name] = value
    used = fields.take("range")
    limits = None if used is None else _interval(fields, "range", used)
    excluded = _intervals(fields)
    background = fields.whole_number("background", default=1) if fields.take("background") else None
    if background is not None and background > _MOST_COEFFICIENTS:
        fields.problem(
            "background",
            f"{background} coefficients are too many",
            hint=f"At most {_MOST_COEFFICIENTS}; 6 to 12 are usual.",
        )
    axes = _axes(fields.mapping("orientation", within="orientation"))
    fields.finish()
    problems.raise_if_any()
    return RefinementPlan(
        refine=refine,
        fix=fix,
        ties=ties,
        set_values=set_values,
        range=limits,
        exclude=excluded,
        background=background,
        orientation=axes,
    )


def _names(fields: Fields, key: str) -> tuple[str, ...]:
    found = fields.texts(key)
    for name in found:
        if not _GLOB.fullmatch(name):
            fields.problem(key, f"{name[:40]!r} is no name of a parameter", hint="It has no blanks.")
    return found


def _ties(fields: Fields) -> tuple[tuple[str, str, float], ...]:
    """Each follower with its leader and the factor between them."""
    given = fields.mapping("tie", within="tie")
    leaders: dict[str, tuple[str, float]] = {}
    for follower in given.node.entries:
        node = given.take(follower)
        text = scalar_text(node) if node is not None else None
        if text:
            leaders[follower] = (text, 1.0)
        elif isinstance(node, Mapping):
            own = given.mapping(follower, within=f"tie.{follower}")
            leader = own.text("equals", required=True)
            times = number_of(own, "times")
            leaders[follower] = (leader, 1.0 if times is None else times)
            own.finish()
        else:
            given.problem(
                follower, "this is no name", hint="Write the leader, or {equals: NAME, times: 2}."
            )
    for follower, (leader, _) in leaders.items():
        if leader in leaders:
            given.problem(
                follower,
                f"it follows {leader}, which follows another itself",
                hint="Tie each one to a parameter that is free.",
            )
    return tuple((follower, leader, factor) for follower, (leader, factor) in leaders.items())


def _interval(fields: Fields, key: str, node: Node) -> tuple[float, float] | None:
    """Two rising numbers."""
    ends = [number_of_node(item) for item in node.items] if isinstance(node, Sequence) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        fields.problem(key, "this is no pair of numbers", hint="Write [lowest, highest].")
        return None
    if not ends[0] < ends[1]:
        fields.problem(key, f"{ends[0]:g} is not below {ends[1]:g}", hint="Write [lowest, highest].")
        return None
    return ends[0], ends[1]


def _intervals(fields: Fields) -> tuple[tuple[float, float], ...]:
    nodes = fields.items("exclude")
    if len(nodes) == 2 and all(number_of_node(node) is not None for node in nodes):
        # One pair without the outer brackets.
        nodes = (Sequence(nodes, fields.line("exclude")),)
    found = [_interval(fields, "exclude", node) for node in nodes]
    return tuple(interval for interval in found if interval is not None)


def _axes(fields: Fields) -> dict[str, tuple[int, int, int]]:
    """By phase: the axis of preferred orientation as three whole numbers."""
    found = {}
    for phase in fields.node.entries:
        numbers = [number_of_node(node) for node in fields.items(phase)]
        whole = [
            round(n) for n in numbers if n is not None and n == round(n) and abs(n) < _LARGEST_INDEX
        ]
        if len(numbers) != 3 or len(whole) != 3 or not any(whole):
            fields.problem(
                phase, "an axis is three whole numbers, not all zero", hint="Write [0, 0, 1]."
            )
            continue
        found[phase] = (whole[0], whole[1], whole[2])
    return found
