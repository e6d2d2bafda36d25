"""What differs between the samples of a run, and which published values lie beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from kuralab.analysis.literature import LiteratureConductivity, literature_conductivities
from kuralab.errors import InputError
from kuralab.model import Composition, Effect, Protocol, operation_kind
from kuralab.store import SampleRow
from kuralab.units import Quantity
from kuralab.views import LiteratureValue, Variation, unit_symbol

_SUBSCRIPT: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LOGARITHMIC_FROM: Final = 20.0
_NEAR: Final = 1.0
_PARAMETERS_JA: Final = {
    "temperature": "温度",
    "heating_rate": "昇温速度",
    "duration": "時間",
    "speed": "回転数",
    "pressure": "圧力",
    "mass": "質量",
    "diameter": "直径",
}


def variation_of(samples: Sequence[SampleRow], protocol: Protocol) -> Variation | None:
    """The composition's share if that differs, or else the first parameter of a step that does."""
    return _of_composition(samples) or _of_parameter(samples, protocol)


def literature_beside(
    samples: Sequence[SampleRow], variation: Variation | None
) -> tuple[LiteratureValue, ...]:
    """Published conductivities of compositions made of the same formulas as the samples."""
    compositions = {s.sample: _composition(s) for s in samples}
    known = {sample: c for sample, c in compositions.items() if c is not None}
    formulas = {component.formula for c in known.values() for component in c.components}
    second = _second_formula(list(known.values()))
    found = []
    for row in literature_conductivities():
        own = {component.formula for component in row.composition.components}
        if row.composition.basis == "mol%" and own <= formulas:
            x = _share(row.composition, second) if second is not None else None
            found.append(_beside(row, x, variation if second is not None else None))
    return tuple(found)


def _beside(
    row: LiteratureConductivity, x: float | None, variation: Variation | None
) -> LiteratureValue:
    nearest = None
    if x is not None and variation is not None:
        values = variation.values
        best = min(values, key=lambda sample: abs(values[sample] - x), default=None)
        nearest = best if best is not None and abs(values[best] - x) <= _NEAR else None
    return LiteratureValue(
        composition=str(row.composition),
        structure=row.structure,
        conductivity=row.conductivity,
        reference=row.reference,
        x=x,
        sample=nearest,
    )


def _of_composition(samples: Sequence[SampleRow]) -> Variation | None:
    compositions = [_composition(sample) for sample in samples]
    known = [composition for composition in compositions if composition is not None]
    second = _second_formula(known)
    if second is None or len(known) < len(samples):
        return None
    values = {
        sample.sample: _share(composition, second)
        for sample, composition in zip(samples, known, strict=True)
    }
    first = next(c.formula for k in known for c in k.components if c.formula != second)
    mixture = f"(100−x){with_subscripts(first)}–x{with_subscripts(second)}"
    return Variation(
        en=f"x in {mixture} / mol%", ja=f"{mixture}, x / mol%", short="x", unit="mol%", values=values
    )


def _second_formula(compositions: Sequence[Composition]) -> str | None:
    """The second formula of a pseudo-binary series whose share differs; None for anything else."""
    formulas = list(dict.fromkeys(c.formula for k in compositions for c in k.components))
    if len(formulas) != 2 or any(k.basis != "mol%" for k in compositions):
        return None
    written = (
        next(k for k in compositions if len(k.components) == 2)
        if any(len(k.components) == 2 for k in compositions)
        else None
    )
    second = written.components[1].formula if written is not None else formulas[1]
    differs = len({_share(k, second) for k in compositions}) > 1
    return second if differs else None


def _of_parameter(samples: Sequence[SampleRow], protocol: Protocol) -> Variation | None:
    """The first parameter, in the protocol's order, that every sample has and not all share."""
    treatments = {sample.sample: _treatments(sample, samples, protocol) for sample in samples}
    if len(treatments) < 2:
        return None
    for key, unit in next(iter(treatments.values())):
        quantities = {sample: found.get((key, unit)) for sample, found in treatments.items()}
        values = {sample: value for sample, value in quantities.items() if value is not None}
        if len(values) == len(treatments) and len(set(values.values())) > 1:
            low, high = min(values.values()), max(values.values())
            name = key.partition(".")[2]
            symbol = unit_symbol(unit)
            written = f"({symbol})" if "/" in symbol else symbol
            return Variation(
                en=f"{name.replace('_', ' ')} / {written}",
                ja=f"{_PARAMETERS_JA.get(name, name.replace('_', ' '))} / {written}",
                short="",
                unit=symbol,
                values=values,
                logarithmic=low > 0 and high / low >= _LOGARITHMIC_FROM,
            )
    return None


def _treatments(
    sample: SampleRow, samples: Sequence[SampleRow], protocol: Protocol
) -> Mapping[tuple[str, str], float]:
    """Quantities of the steps that made and treated a sample and its ancestors."""
    line = {sample.name, *_ancestors(sample, samples)}
    found: dict[tuple[str, str], float] = {}
    for step in protocol.steps:
        if line.isdisjoint((*step.samples, *step.makes)):
            continue
        if operation_kind(step.operation).effect is Effect.MEASURE:
            continue
        for name, value in step.parameters.items():
            if isinstance(value, Quantity):
                found.setdefault((f"{step.operation}.{name}", value.unit), value.value)
    return found


def _ancestors(sample: SampleRow, samples: Sequence[SampleRow]) -> set[str]:
    by_identity = {other.sample: other for other in samples}
    names: set[str] = set()
    parents = list(sample.parents)
    while parents:
        parent = by_identity.get(parents.pop())
        if parent is not None and parent.name not in names:
            names.add(parent.name)
            parents += parent.parents
    return names


def _composition(sample: SampleRow) -> Composition | None:
    try:
        return None if sample.composition is None else Composition.parse(sample.composition)
    except InputError:
        return None


def _share(composition: Composition, formula: str) -> float:
    """Mole percent of a formula, to the digits that a label can carry."""
    return round(sum((c.share for c in composition.components if c.formula == formula), 0.0), 6)


def with_subscripts(formula: str) -> str:
    """Numbers of atoms as a figure can show them.

    Examples
    --------
    >>> with_subscripts("60Li3PS4-40LiI")
    '60Li₃PS₄-40LiI'
    """
    return re.sub(r"(?<=[A-Za-z)\]])\d+", lambda found: found.group().translate(_SUBSCRIPT), formula)
