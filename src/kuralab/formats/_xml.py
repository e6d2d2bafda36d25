"""XML of instruments: no entities, no namespaces, numbers in lists."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._numbers import NotANumberError, is_number, numbers_from_texts
from kuralab.formats._source import Source

_ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST_NUMBER: Final = 40


def parse_xml(source: Source, content: bytes, *, within: str = "") -> ET.Element:
    """The outermost element; within: the name of the part of the file that the bytes are.

    Raises
    ------
    InputError
        Not well-formed, or with entities, which no instrument writes.
    """
    if _ENTITIES.search(content):
        raise source.error(
            "the XML defines entities", field=within or None, hint="Take the instrument's own file."
        )
    try:
        return ET.fromstring(content)
    except (ET.ParseError, ValueError, LookupError) as error:
        place = getattr(error, "position", (None,))
        raise source.error(
            f"the XML is damaged ({str(error)[:100]})",
            line=None if within else place[0],
            field=within or None,
            hint="Copy the file again from the instrument's computer.",
        ) from None


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def child(element: ET.Element, name: str) -> ET.Element | None:
    """The first child of that name, whatever its namespace."""
    return next((e for e in element if _local(e) == name), None)


def descendants(element: ET.Element, name: str) -> list[ET.Element]:
    """All elements of that name below, in the order of the file."""
    return [e for e in element.iter() if _local(e) == name]


def text_in(element: ET.Element, name: str) -> str:
    """The text of the first child of that name; empty where there is none."""
    found = child(element, name)
    return "" if found is None or found.text is None else found.text.strip()


def anywhere(root: ET.Element, name: str) -> str:
    """The text of the first element of that name, wherever it stands; empty where there is none."""
    texts = ((e.text or "").strip() for e in root.iter() if _local(e) == name)
    return next((text for text in texts if text), "")


def number_in(element: ET.Element, name: str) -> float | None:
    """The number in the first child of that name; None where there is none."""
    text = text_in(element, name)
    if len(text) > _LONGEST_NUMBER or not is_number(text):
        return None
    value = float(text.replace(",", ".").lower().replace("d", "e"))
    return value if math.isfinite(value) else None


def numbers_in(source: Source, element: ET.Element, where: str) -> NDArray[np.float64]:
    """(n,) the numbers of a list with blanks between.

    Raises
    ------
    InputError
        One of them is no number.
    """
    try:
        return numbers_from_texts((element.text or "").split())
    except NotANumberError as problem:
        raise source.error(
            f"{problem.text[:40]!r} is no number",
            field=f"{where}, {_local(element)} {problem.index + 1}",
            hint="Copy the file again from the instrument's computer.",
        ) from None
