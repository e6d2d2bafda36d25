"""GSAS powder data: a title, then one ``BANK`` line above each pattern (``.raw .gsa .gda .fxye .CWN``).

Syntax: A. C. Larson, R. B. Von Dreele, GSAS, Los Alamos National Laboratory Report LAUR 86-748 (2004),
"GSAS Standard Powder Data File". Angles are in centidegrees, times in microseconds (RALF: also 1/32).
STD counts may carry the number of detectors that were averaged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._numbers import is_number
from kuralab.formats._pattern import MOST_POINTS, PatternFacts, note_radiation, pattern_measurement
from kuralab.formats._source import Source
from kuralab.model import Measurement

Floats = NDArray[np.float64]

FORMAT = "gsas-raw"
_BANK: Final = re.compile(r"BANK\s+(\d+)\s+(\d+)\s+(\d+)\s+([A-Z]\w{2,5})\b(.*)")
_TYPES: Final = ("STD", "ESD", "ALT", "FXYE", "FXY")
_BINNINGS: Final = ("CONST", "CONS", "COND", "RALF", "SLOG")
_CENTI: Final = 100.0
_CLOCK: Final = 32.0
"""Ticks per microsecond of RALF and ALT."""
_HEAD: Final = 400
_CELL_STD: Final = re.compile(r"(?P<detectors>[ \d]{2})(?P<counts>\s*-?\d+\.?\d*\s*)")
_STRAIGHT: Final = 18000.0
"""Centidegrees; what goes beyond is a time of flight."""


@dataclass(frozen=True)
class _Bank:
    """One descriptor and where it stands (index of its line)."""

    index: int
    end: int
    number: int
    points: int
    binning: str
    coefficients: tuple[float, ...]
    kind: str


def recognises(source: Source) -> bool:
    """A line that begins with BANK and four fields."""
    return source.text is not None and any(_BANK.match(line) for line in source.lines[:_HEAD])


def read(source: Source) -> tuple[Measurement, ...]:
    """One pattern for each bank.

    Raises
    ------
    InputError
        A descriptor that is not understood or promises more points than there are, or points that
        make no pattern.
    """
    banks = _banks(source)
    above = source.lines[: banks[0].index]
    found = []
    for sweep, bank in enumerate(banks, start=1):
        facts = PatternFacts()
        title = above[0].strip() if above else ""
        if title:
            facts.metadata["title"] = title[:200]
        if len(banks) > 1:
            facts.metadata["bank"] = str(bank.number)
        note_radiation(above, facts.metadata)
        x, y, sigma, lines = _points(source, bank)
        flight = _is_flight(bank, x)
        if not flight:
            x = x / _CENTI
        else:
            facts.metadata["radiation"] = "neutron"
        found.append(
            pattern_measurement(
                source,
                x,
                y,
                flight=flight,
                format=FORMAT,
                facts=facts,
                uncertainty=sigma,
                lines=lines,
                sweep=sweep,
            )
        )
    return tuple(found)


def _banks(source: Source) -> list[_Bank]:
    starts = [(i, m) for i, line in enumerate(source.lines) if (m := _BANK.match(line))]
    ends = [i for i, _ in starts[1:]] + [len(source.lines)]
    found = []
    for (index, match), end in zip(starts, ends, strict=True):
        texts = match[5].split()
        kind = next((text for text in reversed(texts) if text in _TYPES), "STD")
        numbers = tuple(
            float(text) for text in texts if is_number(text) and "," not in text and len(text) < 20
        )
        points, binning = int(match[2][:9]), match[4]
        if binning not in _BINNINGS:
            raise source.error(
                f"the binning {binning} is not known here",
                line=index + 1,
                field="BANK",
                hint=f"Known are {', '.join(_BINNINGS)}; convert the file to FXYE.",
            )
        if points > MOST_POINTS:
            raise source.error(
                f"{points:,} points are announced",
                line=index + 1,
                field="BANK",
                hint="Correct the number.",
            )
        needs = 0 if kind in ("FXYE", "FXY", "ALT") else 3 if binning == "SLOG" else 2
        if len(numbers) < needs or not all(np.isfinite(numbers)):
            raise source.error(
                f"{binning} needs {needs} numbers, {len(numbers)} are there",
                line=index + 1,
                field="BANK",
                hint="Complete the line: first position and step.",
            )
        found.append(_Bank(index, end, int(match[1][:9]), points, binning, numbers, kind))
    return found


def _points(source: Source, bank: _Bank) -> tuple[Floats, Floats, Floats | None, list[int]]:
    """Positions in the file's own unit, intensities, uncertainties, line of each point."""
    cells: list[tuple[float, ...]] = []
    lines: list[int] = []
    reader = _READERS[bank.kind]
    first = next((text for text in source.lines[bank.index + 1 : bank.end] if text.strip()), "")
    if bank.kind == "STD" and _std_fixed(first) is None:
        reader = _std_free
    for number in range(bank.index + 2, bank.end + 1):
        text = source.lines[number - 1]
        if not text.strip() or text.startswith("#"):
            continue
        found = reader(text)
        if found is None:
            raise source.error(
                f"not a line of {bank.kind} data: {text.strip()[:40]!r}",
                line=number,
                hint="Copy the file again, without changing its columns.",
            )
        cells += found
        lines += [number] * len(found)
        if len(cells) >= bank.points:
            break
    if len(cells) < bank.points:
        raise source.error(
            f"the descriptor promises {bank.points} points, {len(cells)} are there",
            line=bank.index + 1,
            field="BANK",
            hint="Copy the file again; it was cut off.",
        )
    table = np.array(cells[: bank.points], dtype=np.float64).reshape(bank.points, -1)
    lines = lines[: bank.points]
    if bank.kind == "STD":
        detectors, counts = table.T if table.size else np.empty((2, 0))
        return _positions(bank), counts, np.sqrt(np.maximum(counts, 1.0) / detectors), lines
    if bank.kind == "ESD":
        return _positions(bank), table[:, 0], table[:, 1], lines
    if bank.kind == "FXY":
        return table[:, 0], table[:, 1], None, lines
    scale = _CLOCK if bank.kind == "ALT" else 1.0
    return table[:, 0] / scale, table[:, 1], table[:, 2], lines


def _positions(bank: _Bank) -> Floats:
    steps = np.arange(bank.points, dtype=np.float64)
    if bank.binning == "SLOG":
        first, _, ratio = bank.coefficients[:3]
        return np.asarray(first * np.exp(np.minimum(steps * np.log1p(max(ratio, -0.5)), 300.0)))
    scale = _CLOCK if bank.binning == "RALF" else 1.0
    return np.asarray((bank.coefficients[0] + steps * bank.coefficients[1]) / scale)


def _is_flight(bank: _Bank, x: Floats) -> bool:
    if bank.binning in ("RALF", "SLOG") or bank.kind == "ALT":
        return True
    return bool(x.size and np.nanmax(x) > _STRAIGHT)


def _std_fixed(line: str) -> list[tuple[float, ...]] | None:
    """10(I2,F6.0): detectors (blank: one) and counts, aligned to the right."""
    line = line.rstrip()
    cells = [_CELL_STD.fullmatch(line[i : i + 8]) for i in range(0, len(line), 8)]
    found: list[tuple[float, ...]] = []
    for cell in cells:
        if cell is None or len(line) % 8:
            return None
        detectors = float(cell["detectors"].replace(" ", "") or "1")
        found.append((max(detectors, 1.0), float(cell["counts"])))
    return found


def _std_free(line: str) -> list[tuple[float, ...]] | None:
    """Counts with blanks between, as some programs write them."""
    words = line.split()
    return [(1.0, float(word)) for word in words] if _numeric(words) else None


def _esd(line: str) -> list[tuple[float, ...]] | None:
    """10F8.0: pairs of intensity and uncertainty."""
    words = line.split()
    if not _numeric(words) or len(words) % 2:
        line = line.rstrip()
        words = [line[i : i + 8].strip() for i in range(0, len(line), 8)]
        if not _numeric(words) or len(words) % 2:
            return None
    numbers = [float(word) for word in words]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _alt(line: str) -> list[tuple[float, ...]] | None:
    """4(F8.0,F7.4,F5.4): ticks, intensity, uncertainty; without a point, four digits are decimals."""
    line = line.rstrip()
    found: list[tuple[float, ...]] = []
    for i in range(0, len(line), 20):
        part = line[i : i + 20]
        words = [part[:8].strip(), part[8:15].strip(), part[15:].strip()]
        if not _numeric(words):
            return None
        scales = [1.0, *(1.0 if "." in word else 1e-4 for word in words[1:])]
        found.append(tuple(scale * float(word) for scale, word in zip(scales, words, strict=True)))
    return found


def _free_3(line: str) -> list[tuple[float, ...]] | None:
    words = line.split()[:3]
    return [tuple(float(word) for word in words)] if len(words) == 3 and _numeric(words) else None


def _free_2(line: str) -> list[tuple[float, ...]] | None:
    words = line.split()[:2]
    return [tuple(float(word) for word in words)] if len(words) == 2 and _numeric(words) else None


def _numeric(words: list[str]) -> bool:
    return bool(words) and all(
        is_number(word) and not set(word.lower()) & {",", "d"} and len(word) < 30 for word in words
    )


_READERS: Final = {
    "STD": _std_fixed,
    "ESD": _esd,
    "ALT": _alt,
    "FXYE": _free_3,
    "FXY": _free_2,
}
