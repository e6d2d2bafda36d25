"""Equivalent circuits as text: ``R0-p(R1,CPE1)-CPE2``.

series   = branch { "-" branch }
branch   = element | "p(" series "," series { "," series } ")"
element  = symbol label            R0, CPE1, Wo2, L_0
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.science.impedance._elements import (
    BLOCKING,
    PARALLEL,
    SERIES,
    ElementKind,
    kind_from_symbol,
)

_ELEMENT: Final = re.compile(r"([A-Za-z]+)(_?[0-9]*)")
_DEEPEST: Final = 30
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Element:
    """A leaf: its kind and its full name, e.g. CPE1."""

    kind: ElementKind
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return self.kind.parameter_names(self.name)


@dataclass(frozen=True)
class Connection:
    """Branches joined in series or in parallel; at least two."""

    parallel: bool
    branches: tuple[Node, ...]

    def __str__(self) -> str:
        texts = [str(branch) for branch in self.branches]
        return f"p({','.join(texts)})" if self.parallel else "-".join(texts)


Node = Element | Connection


@dataclass(frozen=True)
class Program:
    """A circuit for the compiled kernel: its nodes in post-order.

    code: element or connection, parent: index of the connection that holds the node (-1 at the
    root), first: index of the node's first parameter.
    """

    code: NDArray[np.int64]
    parent: NDArray[np.int64]
    first: NDArray[np.int64]
    logarithmic: NDArray[np.bool_]


@dataclass(frozen=True)
class Circuit:
    """An equivalent circuit; ``str`` gives back the expression.

    Examples
    --------
    >>> circuit = parse_circuit("R0 - p(R1, CPE1) - CPE2")
    >>> str(circuit)
    'R0-p(R1,CPE1)-CPE2'
    >>> circuit.parameter_names
    ('R0', 'R1', 'CPE1.Q', 'CPE1.n', 'CPE2.Q', 'CPE2.n')
    >>> circuit.parameter_units
    ('ohm', 'ohm', 'S s^n', '1', 'S s^n', '1')
    """

    root: Node

    def __str__(self) -> str:
        return str(self.root)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The leaves, in the order in which they are written."""
        return tuple(_leaves(self.root))

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        return tuple(name for element in self.elements for name in element.parameter_names)

    @cached_property
    def parameter_units(self) -> tuple[str, ...]:
        return tuple(unit for element in self.elements for _, unit in element.kind.parameters)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each parameter."""
        return {name: i for i, name in enumerate(self.parameter_names)}

    @cached_property
    def branches(self) -> tuple[Node, ...]:
        """What the outermost series connects; the whole circuit if there is none."""
        root = self.root
        if isinstance(root, Connection) and not root.parallel:
            return root.branches
        return (root,)

    @property
    def blocks(self) -> bool:
        """Whether this is a lone element through which no direct current passes."""
        return isinstance(self.root, Element) and self.root.kind.code in BLOCKING

    @cached_property
    def program(self) -> Program:
        code: list[int] = []
        parent: list[int] = []
        first: list[int] = []

        def append(node: Node) -> int:
            if isinstance(node, Element):
                code.append(node.kind.code)
                first.append(self.index[node.parameter_names[0]])
            else:
                children = [append(branch) for branch in node.branches]
                code.append(PARALLEL if node.parallel else SERIES)
                first.append(0)
                for child in children:
                    parent[child] = len(code) - 1
            parent.append(-1)
            return len(code) - 1

        append(self.root)
        return Program(
            code=np.array(code, dtype=np.int64),
            parent=np.array(parent, dtype=np.int64),
            first=np.array(first, dtype=np.int64),
            logarithmic=np.array([not name.endswith(".n") for name in self.parameter_names]),
        )


def _leaves(node: Node) -> list[Element]:
    if isinstance(node, Element):
        return [node]
    return [leaf for branch in node.branches for leaf in _leaves(branch)]


def parse_circuit(text: str) -> Circuit:
    """A circuit from its expression.

        R0-p(R1,CPE1)-CPE2

    ``-`` joins in series, ``p(a,b,...)`` in parallel; both nest. Elements are R, C, L, CPE, W, Wo
    and Ws, each with a label that makes it unique. Spaces do not matter.

    Raises
    ------
    ScienceError
        Unknown element, the same name twice, or malformed text (the message gives the position).

    Source
    ------
    The notation of impedance.py, M. D. Murbach et al., J. Open Source Softw. 5, 2349 (2020),
    DOI 10.21105/joss.02349. Departure: an element's parameters are named (CPE1.Q, CPE1.n).

    Examples
    --------
    >>> str(parse_circuit("L0-p(R1-W1,C1)"))
    'L0-p(R1-W1,C1)'
    >>> parse_circuit("R0-CEP1")
    Traceback (most recent call last):
    ...
    kuralab.errors.ScienceError: circuit 'R0-CEP1': unknown circuit element 'CEP'. Did you mean \
CPE? Known elements: R, C, L, CPE, W, Wo, Ws.
    """
    if len(text) > _LONGEST:
        raise ScienceError(f"circuit of {len(text)} characters; at most {_LONGEST} are read.")
    return _Parser(text).circuit()


class _Parser:
    """Recursive descent over the text, one method per rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.names: set[str] = set()

    def circuit(self) -> Circuit:
        root = self.series(depth=0)
        if self.peek():
            raise self.error("expected '-' or the end")
        return Circuit(root)

    def series(self, *, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.error(f"more than {_DEEPEST} nested levels")
        branches: list[Node] = []
        while True:
            branches.append(self.branch(depth=depth))
            if not self.take("-"):
                break
        return branches[0] if len(branches) == 1 else Connection(False, tuple(branches))

    def branch(self, *, depth: int) -> Node:
        self.peek()
        match = _ELEMENT.match(self.text, self.position)
        if match is None:
            raise self.error("expected an element or p(")
        symbol, label = match.groups()
        if symbol == "p" and not label:
            self.position = match.end()
            return self.parallel(depth=depth + 1)
        kind = kind_from_symbol(symbol, context=f"circuit {self.text!r}")
        name = symbol + label
        if name in self.names:
            raise self.error(f"{name} appears twice; give each element its own label")
        self.names.add(name)
        self.position = match.end()
        return Element(kind, name)

    def parallel(self, *, depth: int) -> Connection:
        if not self.take("("):
            raise self.error("expected '(' after p")
        branches = [self.series(depth=depth)]
        while self.take(","):
            branches.append(self.series(depth=depth))
        if not self.take(")"):
            raise self.error("expected ',' or ')'")
        if len(branches) < 2:
            raise self.error("p(...) needs at least two branches")
        return Connection(True, tuple(branches))

    def peek(self) -> str:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        return self.text[self.position : self.position + 1]

    def take(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self.position += 1
        return True

    def error(self, what: str) -> ScienceError:
        found = self.peek() or "the end"
        return ScienceError(
            f"circuit {self.text!r}: {what} at position {self.position + 1}, found {found!r}. "
            "Write for example R0-p(R1,CPE1)-CPE2."
        )
