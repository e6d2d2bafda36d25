"""Any text table of a chemical analysis: elements with amounts in mol, at%, wt% or a concentration."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kuralab.errors import UnitError
from kuralab.formats._role_table import RoleHeader, RoleTable, find_roles, read_roles, role
from kuralab.formats._source import Source
from kuralab.model import Column, Kind, Measurement
from kuralab.units import dimension_of

FORMAT = "composition-table"
_ELEMENT: Final = role("element", "", "element elements analyte symbol 元素", text=True, what="element")
_AMOUNT: Final = role(
    "amount",
    "mol",
    "amount content concentration conc c result value found measured 濃度 含有量 定量値 分析値",
    free=True,
    lowest=-1e12,
    highest=1e12,
    what="amount",
)
_SPREAD: Final = role(
    "amount_uncertainty",
    "mol",
    "uncertainty u std sd stdev error sigma amountuncertainty standarduncertainty 不確かさ 標準偏差",
    free=True,
    lowest=0.0,
    highest=1e12,
    what="uncertainty",
)
_UNIT: Final = role("unit", "", "unit units 単位", text=True)
_ROLES: Final = (_ELEMENT, _AMOUNT, _SPREAD, _UNIT)
_HINT: Final = re.compile(r"(?i)element|analyte|symbol|元素")
_SYMBOL: Final = re.compile(r"\d{0,3}\s*([A-Z][a-z]?)\s*\d{0,3}")
"""An element, also an isotope or line of it: Ba, 137Ba, Ba 455."""
_FITTING: Final = (
    "amount", "density", "mass fraction", "mole fraction", "atomic fraction", "mass", "pure number",
    "concentration", "specific uptake",
)  # fmt: skip
_WORDS: Final = {"mg/l": "mg/L", "ug/l": "ug/L", "atomic%": "at%", "mole%": "mol%", "weight%": "wt%"}


def recognises(source: Source) -> bool:
    """A header that names elements and amounts."""
    return _header(source) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """The analysis; one unit for all rows.

    Raises
    ------
    InputError
        A unit is missing, several or none of an amount; an element that does not exist or stands twice;
        a negative amount; shares that do not add up to 100 %.
    """
    header = _header(source)
    if header is None:
        raise source.error("no header names elements and amounts", hint="Add one.")
    table = read_roles(source, header, _ROLES)
    numbers = [
        _atomic_number(source, text, line)
        for text, line in zip(table.texts["element"], table.lines, strict=True)
    ]
    amount = table.columns["amount"]
    unit = _unit(source, table)
    for i, (number, value) in enumerate(zip(numbers, amount, strict=True)):
        if number in numbers[:i]:
            raise source.error(
                f"{table.texts['element'][i]} stands twice",
                line=table.lines[i],
                hint="Give one row for each element.",
            )
        if not np.isfinite(value) or value < 0.0:
            raise source.error(
                f"the amount of {table.texts['element'][i]} is negative or missing",
                line=table.lines[i],
                hint="Correct the row; below the detection limit write 0 with its uncertainty.",
            )
    if not (amount > 0.0).any():
        raise source.error("no amount is above zero", hint="Check the column of amounts.")
    spread = table.columns.get("amount_uncertainty")
    if spread is not None:
        spread = _spread_in(source, table, spread, amount, unit)
    _check_sum(source, numbers, amount, spread, unit)
    columns = [
        Column(name="atomic_number", unit="", values=np.array(numbers, dtype=float)),
        Column(name="amount", unit=unit, values=amount),
    ]
    if spread is not None:
        columns.append(Column(name="amount_uncertainty", unit=unit, values=spread))
    return (
        Measurement(
            kind=Kind.COMPOSITION,
            format=FORMAT,
            raw=source.raw,
            columns=tuple(columns),
            metadata=table.metadata,
        ),
    )


def _header(source: Source) -> RoleHeader | None:
    if source.text is None or not _HINT.search(source.text[:20000]):
        return None
    return find_roles(source, _ROLES, lambda found: {"element", "amount"} <= found)


def _atomic_number(source: Source, text: str, line: int) -> int:
    import periodictable

    found = _SYMBOL.fullmatch(text.strip())
    element = getattr(periodictable, found[1], None) if found else None
    number = getattr(element, "number", 0)
    if not number:
        raise source.error(
            f"{text[:20]!r} is no element",
            line=line,
            field="element",
            hint="Write symbols such as Ba, Zr.",
        )
    return int(number)


def _unit(source: Source, table: RoleTable) -> str:
    written = table.units["amount"]
    if not written and "unit" in table.texts:
        several = list(dict.fromkeys(text for text in table.texts["unit"] if text))
        if len(several) > 1:
            raise source.error(
                f"the amounts have several units ({', '.join(several)[:60]})",
                line=table.header_line,
                hint="Convert them to one unit.",
            )
        written = several[0] if several else ""
    if not written:
        written = table.metadata.get("unit", "")
    written = _WORDS.get(written.strip().lower(), written.strip())
    try:
        fits = bool(written) and dimension_of(written) in _FITTING and written != "%"
    except UnitError:
        fits = False
    if not fits:
        raise source.error(
            f"the unit {written!r} is none of an amount" if written else "the amounts have no unit",
            line=table.header_line,
            field="unit",
            hint="Write it in the header, such as 'amount (mol)', (at%), (wt%), (mg/L).",
        )
    return written


def _spread_in(
    source: Source, table: RoleTable, spread: np.ndarray, amount: np.ndarray, unit: str
) -> np.ndarray:
    """Uncertainties in the unit of the amounts; relative ones are in %."""
    written = table.units["amount_uncertainty"]
    if not np.isfinite(spread).all():
        raise source.error(
            "an uncertainty is missing", line=table.header_line, hint="Fill the column or leave it out."
        )
    if written == "%" and unit != "%":
        return np.asarray(0.01 * spread * amount)
    if written and written != unit:
        raise source.error(
            f"the uncertainties are in {written}, the amounts in {unit}",
            line=table.header_line,
            hint="Give them in the same unit, or in % of the amount.",
        )
    return spread


def _check_sum(
    source: Source, numbers: list[int], amount: np.ndarray, spread: np.ndarray | None, unit: str
) -> None:
    """Shares of atoms add up to 100 %; of mass at most, as oxygen is seldom analysed."""
    if unit not in ("at%", "mol%", "wt%"):
        return
    total = float(amount.sum())
    margin = max(1.0, 0.0 if spread is None else 3.0 * float(np.sqrt((spread**2).sum())))
    whole = unit != "wt%" or 8 in numbers
    if total > 100.0 + margin or (whole and total < 100.0 - margin):
        raise source.error(
            f"the amounts add up to {total:.4g} {unit}, not 100 {unit}",
            hint="Complete the analysis, or give amounts in mol or mg/L.",
        )
