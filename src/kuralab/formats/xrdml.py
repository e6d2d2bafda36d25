"""PANalytical ``.xrdml``: XML with one ``xrdMeasurement`` and one or more scans in it.

Elements: the schema XRDMeasurement 1.0 to 2.3 (http://www.xrdml.com). Up to version 1.x ``intensities``
are corrected for the attenuator; from 2.0 on ``counts`` are as detected, with factors beside them.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.formats._pattern import PatternFacts, note_wavelengths, pattern_measurement
from kuralab.formats._source import Source
from kuralab.formats._when import when_from_iso
from kuralab.formats._xml import child, descendants, number_in, numbers_in, parse_xml, text_in
from kuralab.model import Measurement

Floats = NDArray[np.float64]

FORMAT = "xrdml"
_MOST_SCANS: Final = 1000
_FACTORS: Final = 1.0 + 1e-9


def recognises(source: Source) -> bool:
    """XML whose outermost element is xrdMeasurements."""
    return source.text is not None and "<xrdMeasurements" in source.text[:4000]


def read(source: Source) -> tuple[Measurement, ...]:
    """One pattern for each scan over 2theta.

    Raises
    ------
    InputError
        Not well-formed, no such scan, or lists that do not fit together.
    """
    root = parse_xml(source, source.content)
    found: list[Measurement] = []
    passed_over: list[str] = []
    for measured in descendants(root, "xrdMeasurement"):
        shared = _facts(root, measured)
        for scan in descendants(measured, "scan")[:_MOST_SCANS]:
            positions = _two_theta(scan)
            if positions is None:
                passed_over.append(scan.get("scanAxis", "unknown"))
                continue
            found.append(_scan(source, scan, positions, shared, sweep=len(found) + 1))
    if not found:
        axes = ", ".join(dict.fromkeys(passed_over))[:100]
        raise source.error(
            f"there is no scan over 2theta (scans: {axes or 'none'})",
            hint="Rocking curves and maps are not read.",
        )
    return tuple(found)


def _two_theta(scan: ET.Element) -> ET.Element | None:
    """The element of the 2theta positions, if they change."""
    for positions in descendants(scan, "positions"):
        if positions.get("axis") == "2Theta" and child(positions, "commonPosition") is None:
            return positions
    return None


def _facts(root: ET.Element, measured: ET.Element) -> PatternFacts:
    facts = PatternFacts(metadata={"radiation": "xray"})
    sample = next(iter(descendants(root, "sample")), None)
    for name, of in (("name", "sample"), ("id", "sample id")):
        text = "" if sample is None else text_in(sample, name)
        if text:
            facts.metadata[of] = text[:200]
    anode = next(iter(descendants(measured, "anodeMaterial")), None)
    if anode is not None and anode.text:
        facts.metadata["anode"] = anode.text.strip()[:40]
    used = child(measured, "usedWavelength")
    if used is not None:
        only = used.get("intended", "").replace("-", "").replace(" ", "").lower().endswith("alpha1")
        note_wavelengths(
            facts.metadata,
            number_in(used, "kAlpha1"),
            None if only else number_in(used, "kAlpha2"),
            number_in(used, "ratioKAlpha2KAlpha1"),
        )
    return facts


def _scan(
    source: Source, scan: ET.Element, positions: ET.Element, shared: PatternFacts, *, sweep: int
) -> Measurement:
    where = f"scan {sweep}"
    points = child(scan, "dataPoints")
    listed = next(
        (e for name in ("counts", "intensities") for e in descendants(scan, name)),
        None,
    )
    if points is None or listed is None:
        raise source.error("the scan has no counts", field=where, hint="Export the file again.")
    values = numbers_in(source, listed, where)
    x = _positions(source, positions, values.size, where)
    facts = PatternFacts(dict(shared.metadata), list(shared.warnings), shared.temperature)
    started = next(iter(descendants(scan, "startTimeStamp")), None)
    if started is not None and started.text:
        facts.started = when_from_iso(started.text)
    factors = np.ones_like(values)
    factor_list = next(iter(descendants(scan, "beamAttenuationFactors")), None)
    if factor_list is not None:
        factors = numbers_in(source, factor_list, where)
        if factors.size != values.size or not np.all(factors >= 1.0 / _FACTORS):
            raise source.error(
                f"{values.size} intensities, but {factors.size} factors of the attenuator",
                field=where,
                hint="Export the file again.",
            )
    # What was counted decides the uncertainty.
    raw = listed.tag.rsplit("}", 1)[-1] == "counts"
    seconds = number_in(points, "commonCountingTime")
    per_second = listed.get("unit", "counts") == "cps"
    times = seconds if per_second and seconds and 0.0 < seconds < 1e6 else 1.0
    counts = values * times if raw else values * times / factors
    uncertainty: Floats | None = np.sqrt(np.maximum(counts, 1.0)) * factors / times
    if per_second and times == 1.0:
        uncertainty = None
        facts.warnings.append("counts per second without a counting time: no uncertainties")
    if seconds is not None and math.isfinite(seconds):
        facts.metadata["counting_time"] = f"{seconds:g} s"
    return pattern_measurement(
        source,
        x,
        values * factors if raw else values,
        flight=False,
        format=FORMAT,
        facts=facts,
        uncertainty=uncertainty,
        sweep=sweep,
    )


def _positions(source: Source, positions: ET.Element, count: int, where: str) -> Floats:
    listed = child(positions, "listPositions")
    if listed is not None:
        x = numbers_in(source, listed, where)
        if x.size != count:
            raise source.error(
                f"{x.size} positions for {count} intensities", field=where, hint="Export the file again."
            )
        return x
    first, last = number_in(positions, "startPosition"), number_in(positions, "endPosition")
    if first is None or last is None:
        raise source.error(
            "the first or last 2theta is missing", field=where, hint="Export the file again."
        )
    return np.linspace(first, last, count)
