"""Descriptions of powder diffractometers: GSAS, GSAS-II, experiment CIF, and YAML of our own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kuralab.formats._cif_block import cif_blocks
from kuralab.formats._fields import Fields, fields_of, near_miss, text_of
from kuralab.formats._gsas_instprm import instprm_fields, is_instprm
from kuralab.formats._gsas_prm import is_prm, prm_fields
from kuralab.formats._instrument_cif import cif_instrument_fields
from kuralab.formats._problems import Problems
from kuralab.formats._source import Source, load_source
from kuralab.formats._yaml import Mapping, Node, Scalar

if TYPE_CHECKING:
    from kuralab.model import PowderInstrument

_RESOLUTION: Final = ("u", "v", "w", "x", "y", "s_l", "h_l")
_FLIGHT: Final = (
    "difc", "difa", "difb", "zero", "alpha0", "alpha1", "beta0", "beta1",
    "sigma0", "sigma1", "sigma2", "gamma0", "gamma1", "gamma2", "angle",
)  # fmt: skip
_RADIATIONS: Final = ("xray", "neutron", "tof")


def read_instrument(path: str | Path, *, bank: int | None = None) -> PowderInstrument:
    """A diffractometer from a GSAS ``.prm``, a GSAS-II ``.instprm``, an experiment CIF or YAML.

    bank : which one, where a file has several

    Raises
    ------
    InputError
        None of these, a value that is missing, no number or impossible, or several banks.
    """
    source = load_source(Path(path), if_empty="Write it, or check the name.")
    if source.text is None:
        raise source.error(
            "this is no text, so no instrument description",
            hint="Give a .prm, an .instprm, an experiment CIF or YAML.",
        )
    if is_prm(source):
        return _built(source, prm_fields(source, bank))
    if is_instprm(source):
        return _built(source, instprm_fields(source, bank))
    if any(line.lower().startswith("data_") for line in source.lines[:200]):
        return _built(source, cif_instrument_fields(cif_blocks(source)))
    return _from_yaml(source)


def _built(
    source: Source, fields: dict[str, Any], lines: dict[str, int] | None = None
) -> PowderInstrument:
    """The record, its refusals said with the file's name."""
    from pydantic import ValidationError

    from kuralab.model import PowderInstrument

    try:
        return PowderInstrument.model_validate({"name": source.path.stem} | fields)
    except ValidationError as error:
        found = error.errors()[0]
        field = ".".join(str(step) for step in found["loc"])
        raise source.error(
            found["msg"].removeprefix("Value error, "),
            line=(lines or {}).get(field),
            field=field or None,
            hint="Correct the value.",
        ) from None


def _from_yaml(source: Source) -> PowderInstrument:
    """The fields of a PowderInstrument; ``wavelength`` stands for a single line."""
    problems = Problems(source.file)
    fields = fields_of(text_of(source.path), problems, what="the description of an instrument")
    lines = {key: fields.line(key) for key in fields.node.entries}
    given: dict[str, Any] = {}
    radiation = fields.text("radiation", required=True)
    if radiation and radiation not in _RADIATIONS:
        fields.problem("radiation", f"{radiation!r} is none", hint=near_miss(radiation, _RADIATIONS))
    given["radiation"] = radiation
    if fields.text("name"):
        given["name"] = fields.text("name")
    wavelength = number_of(fields, "wavelength")
    listed = [_line(fields, node) for node in fields.items("lines")]
    if wavelength is not None and listed:
        fields.problem("wavelength", "there are lines as well", hint="Keep one of them.")
    given["lines"] = [{"wavelength": wavelength}] if wavelength is not None else listed
    if radiation in ("xray", "neutron") and not given["lines"]:
        fields.problem(
            None, "'wavelength' is missing", hint="Write it in angstrom, as wavelength: 1.5406."
        )
    if fields.has("resolution"):
        given["resolution"] = _numbers(
            fields.mapping("resolution", within="resolution"), _RESOLUTION, lines
        )
    if fields.has("flight"):
        given["flight"] = _numbers(fields.mapping("flight", within="flight"), _FLIGHT, lines)
    for key in ("zero", "polarisation", "monochromator"):
        value = number_of(fields, key)
        if value is not None:
            given[key] = value
    fields.finish()
    problems.raise_if_any()
    return _built(source, given, lines)


def number_of(fields: Fields, key: str) -> float | None:
    """A plain number; None where there is none, or a problem was noted."""
    node = fields.take(key)
    if node is None:
        return None
    value = number_of_node(node)
    if value is None:
        fields.problem(key, "this is no number", hint="Write a number without unit.")
    return value


def number_of_node(node: Node) -> float | None:
    """The value of a node that is a number."""
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return None
    return float(node.value) if isinstance(node.value, int | float) and abs(node.value) < 1e30 else None


def _line(fields: Fields, node: Node) -> dict[str, float]:
    value = number_of_node(node)
    if value is not None:
        return {"wavelength": value}
    if not isinstance(node, Mapping):
        fields.problem(
            "lines", "each line is a mapping", hint="Write - {wavelength: 1.5406, weight: 1}."
        )
        return {"wavelength": 1.0}
    own = Fields(node, fields.problems, "lines")
    found = {
        key: value for key in ("wavelength", "weight") if (value := number_of(own, key)) is not None
    }
    if "wavelength" not in found:
        own.problem(None, "'wavelength' is missing")
    own.finish()
    return found


def _numbers(fields: Fields, keys: tuple[str, ...], lines: dict[str, int]) -> dict[str, float]:
    found = {}
    for key in keys:
        value = number_of(fields, key)
        if value is not None:
            found[key] = value
            lines[fields.named(key) or key] = fields.line(key)
    fields.finish()
    return found
