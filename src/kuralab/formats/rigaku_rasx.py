"""Rigaku ``.rasx``: a ZIP with folders ``Data0`` ...: ``Profile0.txt`` and conditions in XML."""

from __future__ import annotations

import io
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from typing import Final

from kuralab.formats._cif_block import number_from_cif
from kuralab.formats._pattern import PatternFacts, note_wavelengths
from kuralab.formats._rigaku import ANGLES, rigaku_pattern, seconds_per_point
from kuralab.formats._source import Source, decode_text
from kuralab.formats._xml import anywhere, descendants, number_in, parse_xml, text_in
from kuralab.model import Measurement

FORMAT = "rigaku-rasx"
_PROFILE: Final = re.compile(r"(?P<folder>.*?)(?P<number>\d*)/Profile\d*\.txt", re.IGNORECASE)
_CONDITIONS: Final = re.compile(r"Mea?surementConditions\d*\.xml", re.IGNORECASE)
_LARGEST: Final = 256 * 1024 * 1024
_DAMAGED: Final = "Copy the file again from the instrument's computer."
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
)
"""What zipfile raises on archives that are damaged, encrypted or packed by another method."""


def recognises(source: Source) -> bool:
    """A ZIP that holds a Profile0.txt."""
    if not source.content.startswith(b"PK\x03\x04"):
        return False
    return source.path.suffix.lower() == ".rasx" or b"Profile0.txt" in source.content


def read(source: Source) -> tuple[Measurement, ...]:
    """One pattern for each profile over 2theta.

    Raises
    ------
    InputError
        The archive is damaged, has no such profile, or a cell is no number.
    """
    parts = _parts(source)
    profiles = sorted(
        (name for name in parts if _PROFILE.fullmatch(name)),
        key=lambda name: (len(name), name),
    )
    if not profiles:
        raise source.error("there is no profile in the archive", hint=_DAMAGED)
    found: list[Measurement] = []
    other: list[str] = []
    for name in profiles:
        folder = name.rsplit("/", 1)[0]
        conditions = next(
            (
                part
                for part in parts
                if part.startswith(f"{folder}/") and _CONDITIONS.fullmatch(part[len(folder) + 1 :])
            ),
            None,
        )
        root = None
        if conditions is not None:
            root = parse_xml(source, parts[conditions], within=conditions)
        axis = ("" if root is None else anywhere(root, "AxisName")) or "TwoTheta"
        if axis.lower().replace(" ", "") not in ANGLES:
            other.append(axis[:40])
            continue
        text = decode_text(parts[name])
        if text is None:
            raise source.error("the profile is no text", field=name[:80], hint=_DAMAGED)
        found.append(_pattern(source, name, text, root, sweep=len(found) + 1))
    if not found:
        raise source.error(
            f"there is no scan over 2theta (scans: {', '.join(other)})", hint="Other scans are not read."
        )
    return tuple(found)


def _parts(source: Source) -> dict[str, bytes]:
    """The archive's texts by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            wanted = [
                info
                for info in archive.infolist()
                if _PROFILE.fullmatch(info.filename)
                or _CONDITIONS.fullmatch(info.filename.rsplit("/", 1)[-1])
            ]
            if sum(info.file_size for info in wanted) > _LARGEST:
                raise source.error("the archive holds more than 256 MiB", hint="Export one profile.")
            return {info.filename: archive.read(info) for info in wanted}
    except _BROKEN as error:
        raise source.error(
            f"the archive is damaged ({str(error)[:80] or type(error).__name__})", hint=_DAMAGED
        ) from None


def _pattern(
    source: Source, name: str, text: str, root: ET.Element | None, *, sweep: int
) -> Measurement:
    facts = PatternFacts(metadata={"radiation": "xray"})
    unit, seconds = "counts", None
    if root is not None:
        target = anywhere(root, "TargetName")
        if target:
            facts.metadata["anode"] = target[:40]
        only = anywhere(root, "WaveType").lower().endswith("a1")
        note_wavelengths(
            facts.metadata,
            number_from_cif(anywhere(root, "WavelengthKalpha1")),
            None if only else number_from_cif(anywhere(root, "WavelengthKalpha2")),
        )
        for tag, key in (("SampleName", "sample"), ("Comment", "comment")):
            said = anywhere(root, tag)
            if said:
                facts.metadata[key] = said[:200]
        scan = next(iter(descendants(root, "ScanInformation")), None)
        if scan is not None:
            unit = text_in(scan, "IntensityUnit") or unit
            seconds = seconds_per_point(
                step=number_in(scan, "Step"),
                speed=number_in(scan, "Speed"),
                speed_unit=text_in(scan, "SpeedUnit"),
            )
    rows = [line for line in text.splitlines() if line.strip()]
    return rigaku_pattern(
        source,
        rows,
        format=FORMAT,
        facts=facts,
        unit=unit,
        seconds=seconds,
        lines=None,
        where=name[:80],
        sweep=sweep,
    )
