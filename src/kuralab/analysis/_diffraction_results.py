"""From a refinement to results: cells, fractions, sites, agreement, and what is not to be believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, final

import numpy as np

from kuralab.model import Covariance, FittedParameter, Flag, ModelTried, Result
from kuralab.science.diffraction import PatternFit, Refinement, Verdict, judge, undetermined
from kuralab.units import Quantity

_EDGES: Final = ("a", "b", "c", "alpha", "beta", "gamma")
_METHODS: Final = {"rietveld": "Rietveld refinement", "lebail": "Le Bail refinement"}
_CLOSE: Final = 0.95
_SERIAL: Final = 1.2
_MOST_WARNINGS: Final = 3


@final
@dataclass
class Book:
    """Results of one refinement as they are written."""

    results: list[Result] = field(default_factory=list)
    covariance: list[Covariance] = field(default_factory=list)
    models: list[ModelTried] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def write_results(refinement: Refinement, *, mode: str) -> Book:
    """The results of a refinement; where it does not explain a pattern, none has a value."""
    book = Book()
    verdicts = [judge(fit) for fit in refinement.patterns]
    explains = all(verdict.explains for verdict in verdicts)
    flags: tuple[Flag, ...] = (
        () if all(verdict.adequate for verdict in verdicts) else ("model_inadequate",)
    )
    inputs = tuple(range(len(refinement.patterns)))
    method = _METHODS[mode]
    writer = _Writer(refinement, book, method, inputs, flags, explains)
    for phase in refinement.model.phases:
        writer.cell(phase.name)
    if mode == "rietveld":
        writer.fractions()
        writer.sites()
    writer.agreement()
    writer.covariances()
    for number, verdict in enumerate(verdicts):
        book.models.append(_model(refinement, number, verdict, method))
        _warn(book, refinement, number, verdict)
    _warn_of_all(book, refinement)
    return book


@final
class _Writer:
    def __init__(
        self,
        refinement: Refinement,
        book: Book,
        method: str,
        inputs: tuple[int, ...],
        flags: tuple[Flag, ...],
        explains: bool,
    ) -> None:
        self._refinement = refinement
        self._book = book
        self._method = method
        self._inputs = inputs
        self._flags = flags
        self._explains = explains
        self._places: list[tuple[int, str]] = []

    def _put(
        self,
        quantity: str,
        value: float | None,
        std: float | None,
        unit: str,
        *,
        flags: tuple[Flag, ...] = (),
        inputs: tuple[int, ...] | None = None,
        parameter: str | None = None,
        conditions: dict[str, Quantity | str],
    ) -> None:
        known = self._explains and value is not None and np.isfinite(value)
        if known and parameter is not None:
            self._places.append((len(self._book.results), parameter))
        self._book.results.append(
            Result(
                quantity=quantity,
                value=float(value) if known and value is not None else None,
                uncertainty=float(std) if known and std is not None and np.isfinite(std) else None,
                unit=unit,
                flags=tuple(dict.fromkeys((*self._flags, *flags))),
                method=self._method,
                conditions=conditions,
                input=self._inputs if inputs is None else inputs,
            )
        )

    def cell(self, phase: str) -> None:
        """The independent edges and angles of one phase, and its volume."""
        refinement = self._refinement
        numbers, covariance = refinement.cell(phase)
        one = next(found for found in refinement.model.phases if found.name == phase)
        std = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        refined = {name.rsplit(".", 1)[-1] for name in refinement.active if name.startswith(f"{phase}.")}
        for name in one.names[: one.n_cell]:
            place = _EDGES.index(name)
            self._put(
                f"lattice_{name}",
                numbers[place],
                std[place] if name in refined else None,
                "angstrom" if place < 3 else "deg",
                parameter=f"{phase}.{name}",
                conditions={"phase": phase},
            )
        self._put("cell_volume", numbers[6], std[6] or None, "angstrom^3", conditions={"phase": phase})

    def fractions(self) -> None:
        """Mass fractions, where there is more than one phase to share."""
        refinement = self._refinement
        if len(refinement.model.phases) < 2:
            return
        for number, fit in enumerate(refinement.patterns):
            shares, covariance = refinement.fractions(number)
            several = self._which(fit)
            for place, phase in enumerate(refinement.model.phases):
                self._put(
                    "phase_fraction",
                    100.0 * shares[place],
                    100.0 * float(np.sqrt(max(covariance[place, place], 0.0))),
                    "wt%",
                    inputs=(number,),
                    conditions={"phase": phase.name, **several},
                )

    def _which(self, fit: PatternFit) -> dict[str, Quantity | str]:
        """The pattern's label, where there are several."""
        return {"pattern": fit.pattern.label} if len(self._refinement.patterns) > 1 else {}

    def sites(self) -> None:
        """Coordinates, displacements and occupancies that were refined."""
        refinement = self._refinement
        unknown = undetermined(refinement)
        for phase in refinement.model.phases:
            for name in phase.names[phase.n_cell :]:
                full = f"{phase.name}.{name}"
                if full not in (*refinement.active, *refinement.lost):
                    continue
                site, kind = name.rsplit(".", 1)
                quantity, unit = {
                    "b_iso": ("displacement_b_iso", "angstrom^2"),
                    "occupancy": ("site_occupancy", ""),
                }.get(kind, ("atom_coordinate", ""))
                axis = {"axis": kind} if quantity == "atom_coordinate" else {}
                lost = full in unknown
                self._put(
                    quantity,
                    None if lost else refinement.value(full),
                    None if lost else refinement.std(full),
                    unit,
                    flags=("not_identifiable",) if lost else (),
                    parameter=None if lost else full,
                    conditions={"phase": phase.name, "site": site, **axis},
                )
        for full, reason in list(unknown.items())[:_MOST_WARNINGS]:
            self._book.warnings.append(f"{full} is not determined: {reason}")
        if len(unknown) > _MOST_WARNINGS:
            self._book.warnings.append(f"{len(unknown) - _MOST_WARNINGS} more are not determined")

    def agreement(self) -> None:
        """R factor and goodness of fit of each pattern."""
        for number, fit in enumerate(self._refinement.patterns):
            several = self._which(fit)
            self._put("r_wp", fit.agreement.r_wp, None, "%", inputs=(number,), conditions=several)
            self._put(
                "goodness_of_fit",
                fit.agreement.goodness_of_fit,
                None,
                "",
                inputs=(number,),
                conditions=several,
            )

    def covariances(self) -> None:
        """Covariance between the refined results."""
        refinement = self._refinement
        places = {name: place for place, name in enumerate(refinement.active)}
        known = [(place, places[name]) for place, name in self._places if name in places]
        for (one, row), (two, column) in combinations(known, 2):
            self._book.covariance.append(
                Covariance(results=(one, two), value=float(refinement.covariance[row, column]))
            )


def _model(refinement: Refinement, number: int, verdict: Verdict, method: str) -> ModelTried:
    fit = refinement.patterns[number]
    prefix = refinement.model.prefix(number)
    others = [refinement.model.prefix(n) for n in range(len(refinement.patterns)) if n != number]
    parameters = tuple(
        FittedParameter(
            name=name.removeprefix(prefix),
            value=refinement.value(name),
            uncertainty=refinement.std(name),
            unit="",
        )
        for name in refinement.active
        if not any(other and name.startswith(other) for other in others)
    )
    phases = ", ".join(phase.name for phase in refinement.model.phases)
    return ModelTried(
        name=f"{method}: {phases}{f' ({fit.pattern.label})' if prefix else ''}",
        adequate=verdict.adequate,
        reason=verdict.reason,
        input=(number,),
        parameters=parameters if verdict.explains else (),
    )


def _warn(book: Book, refinement: Refinement, number: int, verdict: Verdict) -> None:
    fit = refinement.patterns[number]
    where = f"{fit.pattern.label}: " if fit.pattern.label else ""
    if not verdict.explains:
        book.warnings.append(
            f"{where}the structure does not explain the pattern ({verdict.reason}); no value is given. "
            "Check phases, wavelength and cell."
        )
        return
    if not verdict.adequate:
        book.warnings.append(f"{where}the model leaves more than noise: {verdict.reason}")
    if fit.agreement.durbin_watson < _SERIAL:
        book.warnings.append(
            f"{where}neighbouring residuals go together (Durbin-Watson "
            f"{fit.agreement.durbin_watson:.2f}); uncertainties include that, but not what a wrong "
            "model shifts"
        )


def _warn_of_all(book: Book, refinement: Refinement) -> None:
    if not refinement.settled:
        book.warnings.append("the refinement had not settled when it was stopped")
    correlation = refinement.correlation()
    names = refinement.active
    close = [
        (abs(correlation[one, two]), names[one], names[two])
        for one, two in combinations(range(len(names)), 2)
        if abs(correlation[one, two]) > _CLOSE
        and not all(
            name.rsplit("/", 1)[-1].startswith(("background", "width"))
            for name in (names[one], names[two])
        )
    ]
    for size, one, two in sorted(close, reverse=True)[:_MOST_WARNINGS]:
        book.warnings.append(f"{one} and {two} are correlated by {size:.2f}")
    neutrons = [fit for fit in refinement.patterns if fit.pattern.instrument.radiation == "neutron"]
    if neutrons and not any(name.endswith("wavelength") for name in names):
        length = neutrons[0].pattern.instrument.lines[0].wavelength
        book.warnings.append(
            f"the cell rests on the wavelength {length:g} angstrom: a relative error of it is one of "
            "every edge"
        )
