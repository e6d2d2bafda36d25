"""Instrument parameters of GSAS-II (``.instprm``): lines ``name:value``.

B. H. Toby, R. B. Von Dreele, J. Appl. Cryst. 46 (2013) 544, doi:10.1107/S0021889813003531, and the help
of GSAS-II on instrument parameters.
"""

from __future__ import annotations

import re
from typing import Any

from kuralab.formats._gsas_instrument import TYPES, chosen_bank, resolution_from_gsas
from kuralab.formats._numbers import is_number
from kuralab.formats._source import Source


def is_instprm(source: Source) -> bool:
    """GSAS-II writes its name first, or a line Type:P.."""
    return any(
        line.startswith("#GSAS-II instrument") or re.match(r"Type\s*:\s*P[XN]", line)
        for line in source.lines[:20]
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
    section = sections[chosen_bank(source, banks, bank) - 1]

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
    radiation = TYPES.get(kind[:3])
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
