"""Small pairs of Bruker files, as Xepr, ESP and WinEPR write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FIELDS = {
    "BSEQ": "BIG",
    "IKKF": "REAL",
    "XTYP": "IDX",
    "YTYP": "NODATA",
    "ZTYP": "NODATA",
    "IRFMT": "D",
    "XPTS": "64",
    "XMIN": "3000.000000",
    "XWID": "630.000000",
    "TITL": "'a line'",
    "XNAM": "'Field'",
    "XUNI": "'G'",
}
STANDARD = {
    "DATE": "11/29/14",
    "TIME": "12:30:03",
    "EXPT": "CW",
    "MWFQ": "9.5e+09",
    "MWPW": "0.002",
    "AVGS": "4",
    "RCAG": "40",
    "RCHM": "1",
    "B0MA": "0.0001",
    "STMP": "77",
}
_TYPES = {"C": "i1", "S": "i2", "I": "i4", "F": "f4", "D": "f8"}


def signal(points: int = 64) -> np.ndarray:
    """A derivative line, in whole numbers that fit into a byte."""
    x = np.linspace(-3.0, 3.0, points)
    return np.round(-100.0 * x * np.exp(-(x**2)))


def descriptor(**changes: str | None) -> str:
    """A descriptor with fields changed; None leaves one out."""
    fields = {**FIELDS, **{k: v for k, v in changes.items() if k in FIELDS or k not in STANDARD}}
    standard = {**STANDARD, **{k: v for k, v in changes.items() if k in STANDARD}}
    lines = ["#DESC\t1.2 * DESCRIPTOR INFORMATION ***********************", "*", "*\tData:", "*"]
    lines += [f"{key}\t{value}" for key, value in fields.items() if value is not None]
    lines += ["*", "#SPL\t1.2 * STANDARD PARAMETER LAYER", "*"]
    lines += [f"{key}    {value}" for key, value in standard.items() if value is not None]
    lines += ["*", "#DSL\t1.0 * DEVICE SPECIFIC LAYER", "*", "", ".DVC     fieldCtrl, 1.0", ""]
    lines += ["CenterField        3315.00 G", "FlagAlone", "PlsPrg begin \\n\\", "XPTS 1\\", "end"]
    lines += ["#MHL\t1.0 * MANIPULATION HISTORY LAYER by BRUKER", "XPTS\t7", "SOURCE_PRIM", "'x' \\"]
    return "\n".join(lines) + "\n"


def write_bes3t(
    folder: Path, *, name: str = "line", values: np.ndarray | None = None, **changes
) -> Path:
    """A pair; the data follow what the descriptor says about them."""
    fields = FIELDS | {k: v for k, v in changes.items() if v is not None}
    order = ">" if fields["BSEQ"] == "BIG" else "<"
    y = signal() if values is None else values
    item = order + _TYPES.get(fields["IRFMT"].split(",")[0], "f8")
    parts = [y.real.astype(item)]
    if fields["IKKF"].split(",")[0] == "CPLX":
        parts.append(y.imag.astype(item))
    parts += [np.zeros(len(y), item) for _ in fields["IKKF"].split(",")[1:]]
    (folder / f"{name}.DTA").write_bytes(np.column_stack(parts).astype(item).tobytes())
    path = folder / f"{name}.DSC"
    path.write_text(descriptor(**changes), "utf-8")
    return path


def write_esp(folder: Path, *, dos: bool = True, name: str = "line", **changes: str | None) -> Path:
    """A pair of parameters and data, WinEPR's or ESP's."""
    fields: dict[str, str | None] = {
        "JSS": "0", "ANZ": "64", "GST": "3000.0", "GSI": "630.0", "JUN": "G", "JON": "somebody",
        "JDA": "03/15/2012", "JTM": "16:19", "JSD": "10", "RRG": "1.0e+004", "RMA": "2.0",
        "MF": "9.7", "MP": "1.0e+000",
    }  # fmt: skip
    fields |= changes
    lines = (["DOS  Format"] if dos else []) + [f"{k} {v}" for k, v in fields.items() if v is not None]
    (folder / f"{name}.par").write_text("\r\n".join(lines) + "\r\n", "latin-1")
    path = folder / f"{name}.spc"
    path.write_bytes(signal().astype("<f4" if dos else ">i4").tobytes())
    return path
