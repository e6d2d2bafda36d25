"""From a fitted spectrum to resistances and conductivities, with their covariance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._details import Arc, Part, Role
from kuralab.analysis._pellet import CellConstant
from kuralab.errors import InputError
from kuralab.model import Covariance, Flag, Result
from kuralab.science.impedance import CircuitFit, FittedArc, arcs_of, series_resistors
from kuralab.units import Quantity

PARTS: Final[tuple[Part, ...]] = ("bulk", "grain_boundary", "total")

ELECTRODE_CAPACITANCE: Final = 3e-8
"""F/cm: an arc above this is an electrode's. J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv.
Mater. 2, 132 (1990), DOI 10.1002/adma.19900020304: bulk about 1e-12, grain boundaries 1e-11 to
1e-8, interface with the electrode 1e-7 to 1e-5. The limit lies midway between the last two."""

LARGEST_RELATIVE_STD: Final = 0.25

BEYOND: Final[Mapping[str, Flag]] = {
    "resistance": "censored_above",
    "ionic_conductivity": "censored_below",
}


@dataclass(frozen=True)
class Conduction:
    """Resistances of one spectrum: bulk, grain boundary and total, as far as there are such.

    resistors: which R of the circuit add up to each part; value and std in ohm; identifiable:
    whether the data determine a part; covariance in ohm^2, in the order of ``parts``; beyond: the
    value is the instrument's limit, and the resistance is above it.
    """

    parts: tuple[Part, ...]
    resistors: dict[Part, tuple[str, ...]]
    value: dict[Part, float]
    std: dict[Part, float]
    identifiable: dict[Part, bool]
    covariance: NDArray[np.float64]
    beyond: bool = False


@dataclass(frozen=True)
class InSeries:
    """What the other temperatures tell of one spectrum; nothing for a spectrum alone.

    offset: relative change of the conductivity of each part when the temperature is higher by its
    standard uncertainty, common to all spectra; flags: of each part.
    """

    offset: Mapping[Part, float] = field(default_factory=dict)
    flags: Mapping[Part, Sequence[Flag]] = field(default_factory=dict)


ALONE: Final = InSeries()


def arcs_with_roles(fit: CircuitFit, cell: CellConstant | None) -> tuple[Arc, ...]:
    """The arcs of a fit, the fastest first, named by capacitance and order.

    An arc of more than 3e-8 F/cm is the electrode's (without a geometry: 3e-8 F). Of the others,
    the fastest is the bulk and the next the grain boundaries; a single one is the electrolyte.
    """
    found = arcs_of(fit)
    limit = ELECTRODE_CAPACITANCE / (cell.value if cell is not None else 1.0)
    inside = [arc for arc in found if arc.capacitance <= limit]

    def role(arc: FittedArc) -> Role:
        if arc not in inside:
            return "electrode"
        if len(inside) == 1:
            return "electrolyte"
        place = inside.index(arc)
        return ("bulk", "grain_boundary")[place] if place < 2 else "electrolyte"

    return tuple(Arc(**vars(arc), role=role(arc)) for arc in found)


def conduction_of(fit: CircuitFit, arcs: Sequence[Arc], *, file: str) -> Conduction:
    """Resistances of bulk, grain boundary and total from a fit.

    The total is what a direct current through the electrolyte meets: every resistor in series
    and every arc that is not the electrode's.

    Raises
    ------
    InputError
        The circuit has no resistor that could be the electrolyte's.
    """
    resistors: dict[Part, tuple[str, ...]] = {}
    for arc in arcs:
        if arc.role == "bulk":
            resistors["bulk"] = (arc.resistor,)
        elif arc.role == "grain_boundary":
            resistors["grain_boundary"] = (arc.resistor,)
    total = (
        *series_resistors(fit.circuit),
        *(arc.resistor for arc in arcs if arc.role != "electrode"),
    )
    if not total:
        raise InputError(
            f"{fit.circuit} has no resistor in series and no arc of the electrolyte",
            file=file,
            field="circuit",
            hint="Give a circuit with a resistance of the electrolyte, such as R0-p(R1,CPE1)-CPE2.",
        )
    resistors["total"] = total
    parts = tuple(part for part in PARTS if part in resistors)
    select = np.zeros((len(parts), len(fit.values)))
    for row, part in enumerate(parts):
        select[row, [fit.circuit.index[name] for name in resistors[part]]] = 1.0
    value = select @ fit.values
    covariance = select @ fit.covariance @ select.T
    std = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    seen = {arc.resistor: arc.identifiable for arc in arcs}
    identifiable = {
        part: bool(0 < std[row] < LARGEST_RELATIVE_STD * value[row])
        and (part == "total" or seen[resistors[part][0]])
        for row, part in enumerate(parts)
    }
    return Conduction(
        parts=parts,
        resistors=resistors,
        value=dict(zip(parts, map(float, value), strict=True)),
        std=dict(zip(parts, map(float, std), strict=True)),
        identifiable=identifiable,
        covariance=covariance,
    )


def conduction_results(
    conduction: Conduction,
    cell: CellConstant | None,
    *,
    method: str,
    adequate: bool,
    conditions: dict[str, Quantity | str],
    source: int,
    first: int,
    series: InSeries = ALONE,
) -> tuple[list[Result], list[Covariance]]:
    """Results of one spectrum and their covariances; ``first`` is the index of the first result.

    A resistance is that of the pellet as hot as it was. A conductivity is said to be that at the
    temperature that was read, so it carries the uncertainty of that temperature where the series
    tells how much a kelvin matters.
    """
    results: list[Result] = []
    flags: list[Flag]
    places: list[tuple[str, Part, int]] = []
    kinds = [("resistance", "ohm")] + ([("ionic_conductivity", "S/cm")] if cell else [])
    for kind, unit in kinds:
        for part in conduction.parts:
            known = conduction.identifiable[part]
            if conduction.beyond:
                flags = [BEYOND[kind]]
            else:
                flags = [] if known else ["not_identifiable"]
                flags += [] if adequate else ["model_inadequate"]
                flags += series.flags.get(part, ())
            value, std = _value_and_std(kind, part, conduction, cell, series)
            places.append((kind, part, first + len(results)))
            results.append(
                Result(
                    quantity=f"{kind}_{part}",
                    value=value if known or conduction.beyond else None,
                    uncertainty=std if known else None,
                    unit=unit,
                    flags=tuple(dict.fromkeys(flags)),
                    method=f"{method}; "
                    + (
                        f"above the analyser's limit of {conduction.value[part]:.3g} ohm"
                        if conduction.beyond
                        else " + ".join(conduction.resistors[part])
                    ),
                    conditions=conditions,
                    input=(source,),
                )
            )
    return results, _covariances(places, conduction, cell, series)


def _value_and_std(
    kind: str, part: Part, conduction: Conduction, cell: CellConstant | None, series: InSeries
) -> tuple[float, float]:
    resistance, std = conduction.value[part], conduction.std[part]
    if kind == "resistance" or cell is None:
        return resistance, std
    value = cell.value / resistance
    own = (std / resistance, cell.relative_std, series.offset.get(part, 0.0))
    return value, value * math.hypot(*own)


def _covariances(
    places: list[tuple[str, Part, int]],
    conduction: Conduction,
    cell: CellConstant | None,
    series: InSeries,
) -> list[Covariance]:
    known = [place for place in places if conduction.identifiable[place[1]]]
    found = []
    for a, (kind_a, part_a, index_a) in enumerate(known):
        for kind_b, part_b, index_b in known[a + 1 :]:
            row, column = conduction.parts.index(part_a), conduction.parts.index(part_b)
            relative = conduction.covariance[row, column] / (
                conduction.value[part_a] * conduction.value[part_b]
            )
            sign = 1.0 if kind_a == kind_b else -1.0
            if kind_a == kind_b == "ionic_conductivity" and cell is not None:
                relative += cell.relative_std**2
                relative += series.offset.get(part_a, 0.0) * series.offset.get(part_b, 0.0)
            size = (
                _value_and_std(kind_a, part_a, conduction, cell, series)[0]
                * _value_and_std(kind_b, part_b, conduction, cell, series)[0]
            )
            found.append(Covariance(results=(index_a, index_b), value=float(sign * relative * size)))
    return found
