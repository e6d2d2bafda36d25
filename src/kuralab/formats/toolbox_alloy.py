"""An alloy's record in the Metal Hydride Toolbox: ``.mh``, nested blocks of ``key: value`` lines.

It holds what others published of the alloy (enthalpy and entropy of either branch, capacity,
hysteresis, references), and no isotherm.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement

FORMAT = "toolbox-alloy"
_FIRST: Final = re.compile(r"(?i)^\s*elements\s*:\s*\[([^\]]*)\]")
_ELEMENT: Final = re.compile(r"\s*([A-Z][a-z]?)\s*:\s*(\d+(?:\.\d*)?)\s*")
_PAIR: Final = re.compile(r"^\s*(.{1,60}?)\s*:\s+(\S.*)$")
_DEEPEST: Final = 10
_BRANCHES: Final = {"hydriding": "absorption", "dehydriding": "desorption"}
_LARGEST: Final = 1e7
"""J/mol; beyond this a number is no enthalpy of a hydride."""


def recognises(source: Source) -> bool:
    """It begins with ``Elements: [...]`` and has a block called Thermodynamics."""
    if source.text is None:
        return False
    lines = [line for line in source.lines[:60] if line.strip()]
    return bool(lines and _FIRST.match(lines[0])) and any(
        line.strip().lower() == "thermodynamics" for line in lines
    )


def read(source: Source) -> tuple[Measurement, ...]:
    """The published enthalpies and entropies, one row for each branch that has them.

    Columns ``enthalpy`` (kJ/mol) and ``entropy`` (J/K/mol), per mole of H2 in the direction of
    absorption; the metadata name the branch of each row, composition, capacity and references.

    Raises
    ------
    InputError
        Blocks that do not close, no composition, or no branch with an enthalpy and an entropy.
    """
    told = _values(source)
    rows = []
    for word in ("dehydriding", "hydriding"):
        pair = [told.get(("thermodynamics", word, key)) for key in ("dh", "ds")]
        if pair[0] is None or pair[1] is None:
            continue
        enthalpy, entropy = (_number(source, *found) for found in pair if found is not None)
        rows.append((_BRANCHES[word], enthalpy / 1e3, entropy))
    if not rows:
        raise source.error(
            "no branch has both DH and DS",
            hint="Write DH and DS into Thermodynamics, Hydriding or Dehydriding.",
        )
    return (
        Measurement(
            kind=Kind.HYDRIDE_DATA,
            format=FORMAT,
            raw=source.raw,
            columns=(
                Column(name="enthalpy", unit="kJ/mol", values=np.array([row[1] for row in rows])),
                Column(name="entropy", unit="J/K/mol", values=np.array([row[2] for row in rows])),
            ),
            metadata=_metadata(source, told, [row[0] for row in rows]),
        ),
    )


def _values(source: Source) -> dict[tuple[str, ...], tuple[str, int]]:
    """Values with their lines, by the names of the blocks around them and their key."""
    found: dict[tuple[str, ...], tuple[str, int]] = {}
    path: list[str] = []
    last = ""
    for number, line in enumerate(source.lines, start=1):
        text = line.split("#", 1)[0].strip()
        pair = _PAIR.match(text)
        if text == "{":
            path.append(last)
            if len(path) > _DEEPEST:
                raise source.error("the blocks are nested too deeply", line=number, hint="Close them.")
        elif text == "}":
            if not path:
                raise source.error("a block closes that was not opened", line=number, hint="Delete it.")
            path.pop()
        elif pair:
            found.setdefault((*path, pair[1].strip().lower()), (pair[2].strip(), number))
        elif text:
            last = text.lower()
    if path:
        raise source.error(
            f"the block {path[-1][:40]!r} does not close",
            line=len(source.lines),
            hint="Copy the file again; its end seems to be missing.",
        )
    return found


def _number(source: Source, text: str, line: int) -> float:
    value = float(text.replace(",", ".")) if is_number(text) and "d" not in text.lower() else np.nan
    if not abs(value) <= _LARGEST:
        raise source.error(
            f"{text[:40]!r} is no enthalpy or entropy",
            line=line,
            hint="Write a number in J/mol, J/mol/K.",
        )
    return value


def _metadata(
    source: Source, told: dict[tuple[str, ...], tuple[str, int]], branches: list[str]
) -> dict[str, str]:
    first = next((line for line in source.lines if line.strip()), "")
    match = _FIRST.match(first)
    parts = [_ELEMENT.fullmatch(part) for part in (match[1] if match else "").split(",")]
    if not all(parts):
        raise source.error(
            "the elements cannot be understood", line=1, hint="Write Elements: [La: 1, Ni: 5]."
        )
    formula = "".join(
        part[1] + ("" if float(part[2]) == 1 else f"{float(part[2]):g}") for part in parts if part
    )
    metadata = {"composition": formula, "branch": ", ".join(branches)}
    for label, path in (
        ("type", ("type",)),
        ("capacity_wt%", ("thermodynamics", "weight percent")),
        ("capacity_H/M", ("thermodynamics", "h/m")),
        ("plateau_slope", ("thermodynamics", "dehydriding", "slope")),
        ("hysteresis", ("thermodynamics", "hydriding", "ln(pa/pd)")),
        ("hysteresis_temperature_K", ("thermodynamics", "hydriding", "t")),
    ):
        if path in told:
            metadata[label] = told[path][0][:100]
    sources = [
        value for path, (value, _) in told.items() if path[0] == "references" and path[-1] == "id"
    ]
    metadata["source"] = "; ".join(dict.fromkeys(sources))[:300] or source.raw.name
    return metadata
