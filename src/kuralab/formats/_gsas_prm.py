"""Instrument parameters of GSAS (``.prm``, ``.ins``): lines ``INS`` with a key of 12 characters.

ICONS holds wavelengths, zero and polarisation, PRCFn the profile functions. A. C. Larson, R. B. Von
Dreele, General Structure Analysis System, Los Alamos National Laboratory Report LAUR 86-748 (2004).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from kuralab.formats._gsas_instrument import CENTI, TYPES, chosen_bank, resolution_from_gsas
from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source

_BANK: Final = slice(3, 6)
_NAME: Final = slice(6, 12)
_PROFILES: Final[dict[int, tuple[str, ...]]] = {
    1: ("GU", "GV", "GW"),
    2: ("GU", "GV", "GW", "LX", "LY", "trns", "asym", "shft", "GP"),
    3: ("GU", "GV", "GW", "GP", "LX", "LY", "S/L", "H/L"),
    4: ("GU", "GV", "GW", "GP", "LX", "ptec", "trns", "shft", "sfec", "S/L", "H/L"),
}
"""Coefficients of the constant-wavelength functions, in their order."""
_FLIGHT_PROFILES: Final[dict[int, tuple[str, ...]]] = {
    1: ("alpha0", "alpha1", "beta0", "beta1", "sigma0", "sigma1", "sigma2"),
    3: (
        "alpha1",
        "beta0",
        "beta1",
        "sigma0",
        "sigma1",
        "sigma2",
        "gamma0",
        "gamma1",
        "gamma2",
    ),
}


@dataclass(frozen=True)
class _Lines:
    """Values of a .prm by bank and key (without blanks); the line of each."""

    values: dict[tuple[int, str], str]
    lines: dict[tuple[int, str], int]
    source: Source

    def numbers(self, bank: int, key: str, *, least: int) -> list[float]:
        """The leading numbers of one line."""
        line = self.lines.get((bank, key))
        if line is None:
            raise self.source.error(
                f"bank {bank} has no line {key}", field=key, hint="The file is not complete."
            )
        found = []
        for text in self.values[(bank, key)].split():
            if not is_number(text) or "," in text or len(text) > 30:
                break
            found.append(float(text.lower().replace("d", "e")))
        if len(found) < least or not all(map(math.isfinite, found)):
            raise self.source.error(
                f"{key} needs {least} numbers, and {len(found)} are there",
                line=line,
                field=key,
                hint="Copy the file again, or correct the line.",
            )
        return found


def is_prm(source: Source) -> bool:
    """A line that begins with INS and tells the type of histogram."""
    return any(line.startswith("INS") and "HTYPE" in line[:16] for line in source.lines[:50])


def prm_fields(source: Source, bank: int | None) -> dict[str, Any]:
    """The fields of a PowderInstrument from a GSAS file.

    Raises
    ------
    InputError
        A line that is needed is missing or not understood, an unknown profile, or several banks.
    """
    lines = _prm_lines(source)
    banks = sorted({number for number, key in lines.values if number > 0 and key == "ICONS"})
    number = chosen_bank(source, banks, bank)
    kind = lines.values.get((0, "HTYPE"), lines.values.get((number, "HTYPE"), "")).strip()[:4]
    radiation = TYPES.get(kind[:3])
    if radiation is None:
        raise source.error(
            f"the type of histogram is {kind!r}",
            line=lines.lines.get((0, "HTYPE")),
            field="HTYPE",
            hint="PXCR (X-rays), PNCR (neutrons) and PNTR (time of flight) are read.",
        )
    if radiation == "tof":
        return {"radiation": "tof", "flight": _prm_flight(lines, number)}
    constants = lines.numbers(number, "ICONS", least=3)
    constants += [0.0] * (7 - len(constants))
    first, second, zero, _, polarisation, how, ratio = constants[:7]
    lights = [{"wavelength": first}]
    if second > 0.0 and ratio > 0.0:
        lights.append({"wavelength": second, "weight": ratio})
    fields: dict[str, Any] = {
        "radiation": radiation,
        "lines": lights,
        "zero": zero / CENTI,
        "resolution": _prm_resolution(lines, number),
    }
    if radiation == "xray":
        fields |= _polarisation(polarisation, round(how))
    return fields


def _prm_lines(source: Source) -> _Lines:
    values: dict[tuple[int, str], str] = {}
    lines: dict[tuple[int, str], int] = {}
    for i, line in enumerate(source.lines, start=1):
        bank, name = line[_BANK].strip(), line[_NAME].replace(" ", "")
        if not line.startswith("INS") or not name or not (bank == "" or bank.isdecimal()):
            continue
        # "PRCF11" is the first line of coefficients of PRCF1.
        key = (int(bank or "0"), name)
        values.setdefault(key, line[_NAME.stop :])
        lines.setdefault(key, i)
    return _Lines(values, lines, source)


def _polarisation(value: float, how: int) -> dict[str, float]:
    """IPOLA 0: the share at right angles; 1: cos^2 of the monochromator's 2theta."""
    if how == 0:
        return {"polarisation": value} if value > 0.0 else {}
    if how == 1 and 0.0 < value <= 1.0:
        return {"monochromator": math.degrees(math.acos(math.sqrt(value)))}
    return {}


def _coefficients(lines: _Lines, bank: int) -> tuple[int, list[float]]:
    """Type and coefficients of the first profile function."""
    head = lines.numbers(bank, "PRCF1", least=2)
    kind, count = round(head[0]), round(head[1])
    if not 0 < count <= 60:
        raise lines.source.error(
            f"{count} coefficients of a profile",
            line=lines.lines[bank, "PRCF1"],
            field="PRCF1",
            hint="Correct the number.",
        )
    found: list[float] = []
    row = 1
    while len(found) < count:
        wanted = min(4, count - len(found))
        found += lines.numbers(bank, f"PRCF1{row}", least=wanted)[:wanted]
        row += 1
    return abs(kind), found


def _prm_resolution(lines: _Lines, bank: int) -> dict[str, float]:
    kind, values = _coefficients(lines, bank)
    names = _PROFILES.get(kind)
    if names is None:
        raise _unknown_profile(lines, bank, kind, sorted(_PROFILES))
    given = dict(zip(names, values, strict=False))
    return resolution_from_gsas(
        u=given["GU"],
        v=given.get("GV", 0.0),
        w=given.get("GW", 0.0),
        p=given.get("GP", 0.0),
        x=given.get("LX", 0.0),
        y=given.get("LY", 0.0),
        s_l=given.get("S/L", 0.0),
        h_l=given.get("H/L", 0.0),
    )


def _prm_flight(lines: _Lines, bank: int) -> dict[str, float]:
    difc, difa, zero = lines.numbers(bank, "ICONS", least=3)[:3]
    kind, values = _coefficients(lines, bank)
    names = _FLIGHT_PROFILES.get(kind)
    if names is None:
        raise _unknown_profile(lines, bank, kind, sorted(_FLIGHT_PROFILES))
    fields = {"difc": difc, "difa": difa, "zero": zero, **dict(zip(names, values, strict=False))}
    if (bank, "BNKPAR") in lines.values:
        fields["angle"] = abs(lines.numbers(bank, "BNKPAR", least=2)[1])
    return fields


def _unknown_profile(lines: _Lines, bank: int, kind: int, known: list[int]) -> Exception:
    return lines.source.error(
        f"profile function {kind} is not known here",
        line=lines.lines[bank, "PRCF1"],
        field="PRCF1",
        hint=f"Known are {', '.join(map(str, known))}; write the resolution as YAML.",
    )
