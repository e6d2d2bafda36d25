"""Instrument parameters of GSAS (``.prm``, ``.ins``) and GSAS-II (``.instprm``).

Syntax: A. C. Larson, R. B. Von Dreele, General Structure Analysis System, Los Alamos National Laboratory
Report LAUR 86-748 (2004): lines ``INS`` with a key of 12 characters; ICONS holds wavelengths, zero and
polarisation, PRCFn the profile functions. GSAS-II: B. H. Toby, R. B. Von Dreele, J. Appl. Cryst. 46
(2013) 544, doi:10.1107/S0021889813003531, and its help on instrument parameters: lines ``name:value``.

Both give Gaussian variances in centidegrees squared and write the Lorentzian width as
X / cos(theta) + Y tan(theta) in centidegrees, where our x goes with tan(theta).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source

_CENTI: Final = 100.0
FWHM_SQUARED: Final = 8.0 * math.log(2.0) / _CENTI**2
"""From a variance in centideg^2 to FWHM^2 in deg^2."""
_BANK: Final = slice(3, 6)
_NAME: Final = slice(6, 12)
_TYPES: Final = {"PXC": "xray", "PNC": "neutron", "PNT": "tof"}
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


def is_instprm(source: Source) -> bool:
    """GSAS-II writes its name first, or a line Type:P.."""
    return any(
        line.startswith("#GSAS-II instrument") or re.match(r"Type\s*:\s*P[XN]", line)
        for line in source.lines[:20]
    )


def prm_fields(source: Source, bank: int | None) -> dict[str, Any]:
    """The fields of a PowderInstrument from a GSAS file.

    Raises
    ------
    InputError
        A line that is needed is missing or not understood, an unknown profile, or several banks.
    """
    lines = _prm_lines(source)
    banks = sorted({number for number, key in lines.values if number > 0 and key == "ICONS"})
    number = _chosen(source, banks, bank)
    kind = lines.values.get((0, "HTYPE"), lines.values.get((number, "HTYPE"), "")).strip()[:4]
    radiation = _TYPES.get(kind[:3])
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
        "zero": zero / _CENTI,
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


def _chosen(source: Source, banks: list[int], bank: int | None) -> int:
    if bank is not None and bank not in banks:
        raise source.error(
            f"there is no bank {bank}",
            field="bank",
            hint=f"It has {', '.join(map(str, banks)) or 'none'}.",
        )
    if not banks:
        raise source.error("no bank has a line ICONS", field="ICONS", hint="The file is not complete.")
    if bank is None and len(banks) > 1:
        raise source.error(
            f"there are {len(banks)} banks ({', '.join(map(str, banks[:12]))})",
            field="bank",
            hint="Say which one: keep its lines only, or write its values as YAML.",
        )
    return banks[0] if bank is None else bank


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


def resolution_from_gsas(
    *, u: float, v: float, w: float, p: float, x: float, y: float, s_l: float, h_l: float
) -> dict[str, float]:
    """Fields of a Resolution; u, v, w, p (over cos^2, so p + p tan^2) in centideg^2, x, y in centideg."""
    return {
        "u": FWHM_SQUARED * (u + p),
        "v": FWHM_SQUARED * v,
        "w": FWHM_SQUARED * (w + p),
        "x": y / _CENTI,
        "y": x / _CENTI,
        "s_l": s_l,
        "h_l": h_l,
    }


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


def instprm_fields(source: Source, bank: int | None) -> dict[str, Any]:
    """The fields of a PowderInstrument from a GSAS-II file.

    Raises
    ------
    InputError
        A value that is needed is missing or no number, a term that we have no counterpart of, or
        several banks.
    """
    sections: list[dict[str, tuple[str, int]]] = [{}]
    for i, line in enumerate(source.lines, start=1):
        if line.startswith("#Bank") and sections[-1]:
            sections.append({})
        if line.startswith("#"):
            continue
        # Several pairs may stand on one line, between semicolons.
        for part in line.split(";"):
            name, colon, value = part.partition(":")
            if colon and name.strip():
                sections[-1].setdefault(name.strip(), (value.strip(), i))
    banks = list(range(1, len([section for section in sections if section]) + 1))
    section = sections[_chosen(source, banks, bank) - 1]

    def number(name: str, default: float | None = 0.0) -> float:
        text, line = section.get(name, ("", None))
        if not text and default is not None:
            return default
        if not is_number(text) or "," in text or len(text) > 30:
            raise source.error(
                f"{text[:40]!r} is no number" if text else "the value is missing",
                line=line,
                field=name,
                hint="Write the line as name:number.",
            )
        return float(text.lower().replace("d", "e"))

    kind = section.get("Type", ("", 0))[0]
    radiation = _TYPES.get(kind[:3])
    if radiation is None:
        raise source.error(f"the type is {kind[:20]!r}", field="Type", hint="PXC, PNC and PNT are read.")
    if radiation == "tof":
        for name in ("beta-q", "sig-q"):
            if number(name) != 0.0:
                raise source.error(
                    f"{name} has no counterpart here",
                    line=section[name][1],
                    field=name,
                    hint="Refine the other terms with it at zero, or write the bank as YAML.",
                )
        return {
            "radiation": "tof",
            "flight": {
                "difc": number("difC", None),
                "difa": number("difA"),
                "difb": number("difB"),
                "zero": number("Zero"),
                "alpha1": number("alpha", None),
                "beta0": number("beta-0", None),
                "beta1": number("beta-1"),
                "sigma0": number("sig-0"),
                "sigma1": number("sig-1"),
                "sigma2": number("sig-2"),
                "gamma0": number("Z"),
                "gamma1": number("X"),
                "gamma2": number("Y"),
                "angle": number("2-theta", 90.0),
            },
        }
    if number("Z") != 0.0:
        raise source.error(
            "a constant Lorentzian width (Z) has no counterpart here",
            line=section["Z"][1],
            field="Z",
            hint="Refine X and Y with Z at zero.",
        )
    lights = [{"wavelength": number("Lam1" if "Lam1" in section else "Lam", None)}]
    ratio = number("I(L2)/I(L1)")
    if "Lam2" in section and ratio > 0.0:
        lights.append({"wavelength": number("Lam2"), "weight": ratio})
    axial = 0.5 * number("SH/L")
    fields: dict[str, Any] = {
        "radiation": radiation,
        "lines": lights,
        "zero": number("Zero"),
        "resolution": resolution_from_gsas(
            u=number("U"),
            v=number("V"),
            w=number("W", None),
            p=0.0,
            x=number("X"),
            y=number("Y"),
            s_l=axial,
            h_l=axial,
        ),
    }
    if radiation == "xray":
        fields["polarisation"] = number("Polariz.", 0.5)
    return fields
