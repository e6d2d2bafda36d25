"""The glove box: precursors are weighed, samples split, merged and kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

from kuralab.errors import InputError
from kuralab.instruments._driver import Order
from kuralab.instruments.twins._ceramic import (
    TrueCeramic,
    ceramic_prior,
    copper_of_composition,
    is_ceramic,
    weighed,
)
from kuralab.instruments.twins._hydride import (
    TrueHydride,
    alloy,
    hydride_prior,
    lanthanum_of_composition,
)
from kuralab.instruments.twins._model import Happening, Outcome, quantity
from kuralab.instruments.twins._prior import prior
from kuralab.instruments.twins._sample import TrueSample
from kuralab.instruments.twins._settings import Settings
from kuralab.model.composition import Composition

_TOLERANCE: Final = 0.01


@final
class GloveBox:
    """Weighing with its errors: the true composition differs a little from the one that was meant.

    Settings: ``weighing_time`` (20 min), ``handling_time`` (5 min) of a split or merge.
    """

    operations: tuple[str, ...] | None = ("weigh", "split", "merge", "hold")
    knows_samples = True
    sealed = False

    def __init__(self, settings: Settings) -> None:
        self._weighing = settings.number("weighing_time", "s", default=1200.0)
        self._handling = settings.number("handling_time", "s", default=300.0)

    def seconds(self, order: Order) -> float:
        """Weighing and handling take their set time, holding what the order says."""
        if order.operation == "hold":
            return quantity(order, "duration", "s")
        return self._weighing if order.operation == "weigh" else self._handling

    def places(self, order: Order) -> int:
        """A pair of hands does one thing; what is only kept has a place of its own."""
        return max(1, len(order.samples)) if order.operation == "hold" else 1

    def refusals(self, order: Order) -> list[str]:
        """A composition outside (100-x)Li3PS4-xLiI, La-Ni and BaZr0.4Ce0.4Y0.1Yb0.1O3-CuO."""
        if order.operation != "weigh":
            return []
        text = str(order.parameters.get("composition", ""))
        try:
            if _is_alloy(text):
                lanthanum_of_composition(text)
            elif is_ceramic(text):
                copper_of_composition(text)
            else:
                iodide_of_composition(text)
        except InputError as error:
            return [str(error)]
        return []

    def outcome(self, order: Order, samples: Sequence[TrueSample], happening: Happening) -> Outcome:
        """New samples, or the same ones later."""
        match order.operation:
            case "weigh":
                return self._weighed(order, happening)
            case "split":
                share = samples[0].mass / len(order.makes)
                parts = {name: replace(samples[0], identity=name, mass=share) for name in order.makes}
                return Outcome(samples={samples[0].identity: None, **parts})
            case "merge":
                whole = _mixed(samples, identity=order.makes[0])
                return Outcome(samples={s.identity: None for s in samples} | {whole.identity: whole})
            case _:
                return Outcome()

    def _weighed(self, order: Order, happening: Happening) -> Outcome:
        values = prior()["weighing"]
        identity = order.makes[0]
        draw = happening.generator(identity, "weighing").normal(size=4)
        text = str(order.parameters["composition"])
        if _is_alloy(text):
            hydride = alloy(lanthanum_of_composition(text), happening.generator(identity, "alloy"))
            mass = quantity(order, "mass", "g") * (1.0 - hydride_prior()["alloy"]["loss"])
            return Outcome(samples={identity: _plain_sample(identity, mass, hydride=hydride)})
        if is_ceramic(text):
            ceramic = weighed(copper_of_composition(text), happening.generator(identity, "ceramic"))
            mass = quantity(order, "mass", "g") * (1.0 - ceramic_prior()["batch"]["loss"])
            return Outcome(samples={identity: _plain_sample(identity, mass, ceramic=ceramic)})
        meant = iodide_of_composition(text)
        # A pure substance cannot be weighed to contain what was never in the box.
        iodide = meant + values["iodide_scatter"] * draw[0] if meant > 0 else 0.0
        mass = quantity(order, "mass", "g") * (1.0 - values["loss"])
        sample = TrueSample(
            identity=identity,
            iodide=float(min(max(iodide, 0.0), 99.0)),
            mass=float(mass * (1.0 + values["mass_scatter"] * draw[1])),
            form="powder",
            factor=math.exp(values["conductivity_scatter"] * draw[2]),
            energy_shift=float(values["energy_scatter"] * draw[3]),
        )
        return Outcome(samples={identity: sample})


def _is_alloy(text: str) -> bool:
    """Whether it is made of La and Ni only."""
    try:
        return not set(Composition.parse(text).elements) - {"La", "Ni"}
    except InputError:
        return False


def _plain_sample(
    identity: str,
    mass: float,
    *,
    hydride: TrueHydride | None = None,
    ceramic: TrueCeramic | None = None,
) -> TrueSample:
    return TrueSample(
        identity=identity,
        iodide=0.0,
        mass=mass,
        form="powder",
        factor=1.0,
        energy_shift=0.0,
        precursors=0.0,
        hydride=hydride,
        ceramic=ceramic,
    )


def iodide_of_composition(text: str) -> float:
    """x of (100-x)Li3PS4-xLiI in mol%.

    Raises
    ------
    InputError
        No composition, or one outside this system.

    Examples
    --------
    >>> iodide_of_composition("54Li3PS4-46LiI"), iodide_of_composition("75Li2S-25P2S5")
    (46.0, 0.0)
    """
    elements = Composition.parse(text).elements
    phosphorus, iodine = elements.get("P", 0.0), elements.get("I", 0.0)
    wanted = {"Li": 3.0 * phosphorus + iodine, "P": phosphorus, "S": 4.0 * phosphorus, "I": iodine}
    off = sum(abs(elements.get(e, 0.0) - wanted.get(e, 0.0)) for e in {*elements, *wanted})
    if phosphorus <= 0 or off > _TOLERANCE * sum(elements.values()):
        raise InputError(
            f"{text} is outside (100-x)Li3PS4-xLiI, La-Ni and BaZr0.4Ce0.4Y0.1Yb0.1O3-CuO, all that "
            f"these "
            "twins model",
            field="composition",
            hint="Write a mixture such as 54Li3PS4-46LiI.",
        )
    return round(100.0 * iodine / (phosphorus + iodine), 9)


def _mixed(samples: Sequence[TrueSample], *, identity: str) -> TrueSample:
    """Powders poured together: every property is the mean by mass."""
    mass = sum(s.mass for s in samples)

    def mean(name: str) -> float:
        return float(sum(s.mass * getattr(s, name) for s in samples) / mass)

    return TrueSample(
        identity=identity,
        iodide=mean("iodide"),
        mass=mass,
        form="powder",
        factor=mean("factor"),
        energy_shift=mean("energy_shift"),
        precursors=mean("precursors"),
        alpha=mean("alpha"),
        beta=mean("beta"),
        hydrolysed=mean("hydrolysed"),
    )
