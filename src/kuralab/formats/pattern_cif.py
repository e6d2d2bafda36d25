"""A powder pattern inside a CIF (pdCIF): a loop of 2theta or time of flight with intensities.

Tags: B. H. Toby, pdCIF dictionary, International Tables for Crystallography G, chapter 3.3; also the
shorter ones of easydiffraction. Of a polarised measurement the sum of both states is read.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError
from kuralab.formats._cif_block import Block, Loop, cif_blocks, number_from_cif
from kuralab.formats._pattern import PatternFacts, note_wavelengths, pattern_measurement
from kuralab.formats._source import Source
from kuralab.model import Measurement

Floats = NDArray[np.float64]

FORMAT = "pattern-cif"
_DATA: Final = re.compile(r"^\s*data_\S*", re.IGNORECASE | re.MULTILINE)
_TAG: Final = re.compile(r"^\s*(?:loop_\s*)?_\w", re.IGNORECASE | re.MULTILINE)
_ANGLES: Final = (
    "_pd_meas_2theta_scan",
    "_pd_meas_2theta_corrected",
    "_pd_proc_2theta_corrected",
    "_pd_meas_2theta",
    "_pd_data_two_theta",
    "_pd_meas_two_theta",
)
_TIMES: Final = ("_pd_meas_time_of_flight", "_pd_data_time_of_flight", "_pd_meas_time")
_INTENSITIES: Final = (
    "_pd_meas_counts_total",
    "_pd_meas_intensity_total",
    "_pd_meas_intensity",
    "_pd_proc_intensity_total",
    "_pd_proc_intensity_net",
    "_pd_data_intensity_meas",
)
_SIGMAS: Final = ("_su", "_sigma", "_esd")
_UP: Final = "_pd_meas_intensity_up"
_DOWN: Final = "_pd_meas_intensity_down"
_RANGE: Final = "_pd_meas_2theta_range_"
_ESD: Final = re.compile(r"\((\d+)\)")
_WAVELENGTHS: Final = (
    "_setup_wavelength",
    "_diffrn_radiation_wavelength",
    "_diffrn_radiation_wavelength_wavelength",
    "_instr_wavelength",
    "_instrument_setup_wavelength",
)


def recognises(source: Source) -> bool:
    """A text with data_NAME and tags below it."""
    if source.text is None:
        return False
    head = source.text[:20000]
    start = _DATA.search(head)
    return start is not None and _TAG.search(head, start.end()) is not None


def read(source: Source) -> tuple[Measurement, ...]:
    """One pattern for each block that has one.

    Raises
    ------
    InputError
        No block has one, or its points make no pattern.
    """
    blocks = cif_blocks(source)
    found: list[Measurement] = []
    for block in blocks:
        measurement = _pattern(block, sweep=len(found) + 1)
        if measurement is not None:
            found.append(measurement)
    if found:
        return tuple(found)
    if any(block.has("_cell_length_a") for block in blocks):
        raise source.error(
            "this is a crystal structure, no measurement",
            hint="Give it to kuralab diffraction as --structure, beside a pattern.",
        )
    raise source.error(
        "no powder pattern is in this CIF",
        hint="It needs a loop with _pd_meas_2theta_scan and _pd_meas_counts_total.",
    )


def _pattern(block: Block, *, sweep: int) -> Measurement | None:
    loop = _points(block)
    if loop is None:
        return None
    facts = PatternFacts()
    if _UP in loop.columns:
        up, up_std = _intensity(block, loop, _UP)
        down, down_std = _intensity(block, loop, _DOWN)
        intensity = up + down
        uncertainty = None if up_std is None or down_std is None else np.hypot(up_std, down_std)
        facts.warnings.append("polarised: the sum of both states was read")
        facts.metadata["polarised"] = "sum of up and down"
    else:
        tag = next(tag for tag in _INTENSITIES if tag in loop.columns)
        intensity, uncertainty = _intensity(block, loop, tag)
        if uncertainty is None and tag == "_pd_meas_counts_total":
            uncertainty = np.sqrt(np.maximum(intensity, 1.0))
    x, flight = _axis(block, loop)
    first = block.number(*_WAVELENGTHS)
    note_wavelengths(facts.metadata, first)
    probe = block.text("_diffrn_radiation_probe").lower()
    if flight or probe.startswith("neutron") or "polarised" in facts.metadata:
        facts.metadata["radiation"] = "neutron"
    elif probe.startswith("x"):
        facts.metadata["radiation"] = "xray"
    facts.metadata["block"] = block.name[:80]
    return pattern_measurement(
        block.source,
        x,
        intensity,
        flight=flight,
        format=FORMAT,
        facts=facts,
        uncertainty=uncertainty,
        sweep=sweep,
    )


def _points(block: Block) -> Loop | None:
    """The loop of a measured pattern, with an axis in it or as a range."""
    has_range = block.has(f"{_RANGE}min")
    for loop in block.loops:
        measured = (_UP in loop.columns and _DOWN in loop.columns) or any(
            tag in loop.columns for tag in _INTENSITIES
        )
        axis = any(tag in loop.columns for tag in _ANGLES + _TIMES)
        if measured and (axis or has_range):
            return loop
    return None


def _axis(block: Block, loop: Loop) -> tuple[Floats, bool]:
    for tag in _ANGLES:
        if tag in loop.columns:
            return _numbers(block, loop, tag), False
    for tag in _TIMES:
        if tag in loop.columns:
            return _numbers(block, loop, tag), True
    first, last = block.number(f"{_RANGE}min"), block.number(f"{_RANGE}max")
    step = block.number(f"{_RANGE}inc")
    if first is None or (last is None and step is None):
        raise block.error(
            "the range of 2theta is not given", tag=f"{_RANGE}min", hint="Add min and inc."
        )
    if step is None:
        return np.linspace(first, first if last is None else last, loop.n_rows), False
    return first + step * np.arange(loop.n_rows, dtype=np.float64), False


def _intensity(block: Block, loop: Loop, tag: str) -> tuple[Floats, Floats | None]:
    """Values and their uncertainties: a column of their own, or in parentheses."""
    values = _numbers(block, loop, tag)
    for ending in _SIGMAS:
        if f"{tag}{ending}" in loop.columns:
            return values, _numbers(block, loop, f"{tag}{ending}")
    texts = loop.columns[tag]
    if texts and all(_ESD.search(text) for text in texts):
        return values, np.array([_esd_of(text) for text in texts])
    return values, None


def _esd_of(text: str) -> float:
    """The uncertainty in "169.2(31)": 3.1."""
    match = _ESD.search(text)
    if match is None or len(text) > 60:
        return float("nan")
    decimals = len(text[: match.start()].partition(".")[2])
    return float(match[1]) * 10.0**-decimals


def _numbers(block: Block, loop: Loop, tag: str) -> Floats:
    found = np.empty(loop.n_rows)
    for row, text in enumerate(loop.columns[tag]):
        value = number_from_cif(text)
        if value is None and text not in ("?", "."):
            raise _no_number(block, tag, row, text)
        found[row] = np.nan if value is None else value
    return found


def _no_number(block: Block, tag: str, row: int, text: str) -> InputError:
    return block.error(
        f"{text[:40]!r} is no number", tag=tag, what=f"row {row + 1}", hint="Correct or delete it."
    )
