"""Rietveld and Le Bail refinement of powder patterns.

H. M. Rietveld, J. Appl. Cryst. 2 (1969) 65, doi:10.1107/S0021889869006558.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import ScienceError
from kuralab.model import Crystal
from kuralab.science.diffraction._atoms import phase_mass
from kuralab.science.diffraction._cell import cell_volume
from kuralab.science.diffraction._model import Model, model_of
from kuralab.science.diffraction._pattern import Pattern
from kuralab.science.diffraction._phase import Phase
from kuralab.science.diffraction._statistics import Agreement, agreement, parameter_covariance
from kuralab.science.diffraction._strategy import Refiner, Stage, course_of, run_course

Floats = NDArray[np.float64]

_MOST_BACKGROUND: Final = 15
_NEVER_UNASKED: Final = ("*.occupancy", "wavelength", "absorption", "difc", "difa", "difb", "alpha0",
                         "alpha1", "sigma0", "gamma0", "gamma2")  # fmt: skip
_SMALL: Final = {".inverse_size": 1e-4, ".strain": 1e-4, ".s_l": 0.02, ".h_l": 0.02}


@final
@dataclass(frozen=True)
class Settings:
    """refine and fix: globs over parameter names, beyond the usual choice; set_values: starting values;
    ties: follower -> (leader, factor); background: number of Chebyshev coefficients, None for as many as
    the pattern is worth; align: look for cell and zero before the first fit."""

    refine: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    set_values: Mapping[str, float] | None = None
    ties: Mapping[str, tuple[str, float]] | None = None
    background: int | None = None
    align: bool = True


@final
@dataclass(frozen=True)
class PatternFit:
    """One pattern after the refinement: arrays (n,), the 2theta (or time) of each phase's lines at the
    first wavelength, and how well it agrees."""

    pattern: Pattern
    calculated: Floats
    background: Floats
    lines: dict[str, Floats]
    agreement: Agreement


@final
@dataclass(frozen=True)
class Refinement:
    """A refined model: all parameters by name, covariance (k, k) of the ``active`` ones, crystals, mass
    fractions by phase (None without atoms; of the first pattern), and the stages on the way."""

    model: Model
    values: Floats
    active: tuple[str, ...]
    covariance: Floats
    patterns: tuple[PatternFit, ...]
    crystals: tuple[Crystal, ...]
    stages: tuple[Stage, ...]
    settled: bool
    evaluations: int
    lost: tuple[str, ...] = ()
    """Parameters that were to be refined and are not: they change nothing, or ended at a bound."""

    def value(self, name: str) -> float:
        """One parameter."""
        return float(self.values[self.model.index(name)])

    def std(self, name: str) -> float | None:
        """Standard uncertainty of one parameter; None where it was not refined."""
        if name not in self.active:
            return None
        place = self.active.index(name)
        return float(np.sqrt(self.covariance[place, place]))

    def correlation(self) -> Floats:
        """(k, k) correlations of the active parameters."""
        std = np.sqrt(np.maximum(np.diag(self.covariance), 1e-300))
        return np.asarray(self.covariance / np.outer(std, std))

    def propagate(self, function: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
        """Values (m,) of a function of all parameters and their covariance (m, m), to first order."""
        index = [self.model.index(name) for name in self.active]
        at = np.atleast_1d(function(self.values))
        slopes = np.zeros((len(at), len(index)))
        std = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        for column, (where, width) in enumerate(zip(index, std, strict=True)):
            step = 0.05 * width if width > 0.0 else 1e-8
            up, down = self.values.copy(), self.values.copy()
            up[where] += step
            down[where] -= step
            slopes[:, column] = (
                np.atleast_1d(function(self.model.tied(up)))
                - np.atleast_1d(function(self.model.tied(down)))
            ) / (2.0 * step)
        return at, slopes @ self.covariance @ slopes.T

    def cell(self, phase: str) -> tuple[Floats, Floats]:
        """a, b, c, alpha, beta, gamma and volume (7,) of one phase, and their covariance (7, 7)."""
        place = [one.name for one in self.model.phases].index(phase)

        def numbers(values: Floats) -> Floats:
            cell = self.model.phases[place].cell(self.model.of_phases(values)[place])
            return np.array([*cell, cell_volume(cell)])

        return self.propagate(numbers)

    def fractions(self, number: int = 0) -> tuple[Floats, Floats]:
        """Mass fractions (p,) of the phases from one pattern and their covariance (p, p).

        R. J. Hill, C. J. Howard, J. Appl. Cryst. 20 (1987) 467, doi:10.1107/S0021889887086199: the mass
        is proportional to scale x Z M x V. Only crystalline phases in the refinement share in it.

        Raises
        ------
        ScienceError
            A phase has no atoms.
        """
        if any(phase.atoms is None for phase in self.model.phases):
            raise ScienceError("Le Bail's method knows no phase fractions")
        prefix = self.model.prefix(number)

        masses = [phase_mass(crystal) for crystal in self.crystals]

        def shares(values: Floats) -> Floats:
            found = np.array(
                [
                    values[self.model.index(f"{prefix}{phase.name}.scale")]
                    * mass
                    * cell_volume(phase.cell(own))
                    for phase, own, mass in zip(
                        self.model.phases, self.model.of_phases(values), masses, strict=True
                    )
                ]
            )
            return np.asarray(found / max(float(found.sum()), 1e-300))

        return self.propagate(shares)


def refine(
    patterns: Sequence[Pattern],
    phases: Sequence[Phase],
    settings: Settings | None = None,
    *,
    progress: Callable[[str], None] = lambda stage: None,
) -> Refinement:
    """Refine phases against one or several patterns of the same sample.

    Phases without atoms are fitted by Le Bail's method. Parameters are let go in an order: scales and
    background, cells and zero, widths, profile, displacements of atoms, coordinates; axial divergence,
    preferred orientation, strain and size of all phases but the strongest, and more background only
    where they clearly improve the fit. Occupancies and wavelengths are refined only on request; an X-ray
    tube in a joint refinement sets the neutrons' wavelength free.

    Raises
    ------
    ScienceError
        No pattern or phase, a name that no parameter has, or a phase without a line in a pattern.
    """
    wanted = settings or Settings()
    model = model_of(
        patterns,
        phases,
        background=wanted.background or _MOST_BACKGROUND,
        ties={**_usual_ties(patterns, wanted), **(wanted.ties or {})},
    )
    for histogram in model.histograms:
        for phase, (h, _) in zip(phases, histogram.reflections, strict=True):
            if len(h) == 0:
                raise ScienceError(f"{phase.name} has no line within the pattern")
    values = model.start.copy()
    for name, value in (wanted.set_values or {}).items():
        if name not in model.names:
            raise ScienceError(f"there is no parameter {name!r}")
        values[model.index(name)] = value
    _check_globs(model, (*wanted.refine, *wanted.fix))
    refiner = Refiner(model, _choice(model, wanted), values=model.tied(values), progress=progress)
    course = run_course(refiner, background=wanted.background, align=wanted.align)
    asked = [n for n in model.names if _matches(n, wanted.refine) and n not in course.active]
    if asked:
        _start_small(model, refiner.values, asked)
        refiner.run(
            "as asked", [name for name in asked if name not in model.ties], cycles=40, small=1e-7
        )
        refiner.drop_idle()
        course = course_of(refiner)
    # What ended at a bound is not known for that: others are as uncertain as if it were free.
    held = [name for name in refiner.felt(course.lost) if name not in course.active]
    count = len(course.active)
    covariance = parameter_covariance(model, course.values, [*course.active, *held])[:count, :count]
    return Refinement(
        model=model,
        values=course.values,
        active=course.active,
        covariance=covariance,
        patterns=tuple(
            _pattern_fit(model, number, course.values, len(course.active))
            for number in range(len(model.histograms))
        ),
        crystals=tuple(
            phase.moved_crystal(own)
            for phase, own in zip(model.phases, model.of_phases(course.values), strict=True)
        ),
        stages=course.stages,
        settled=course.settled,
        evaluations=course.evaluations,
        lost=course.lost,
    )


def _usual_ties(patterns: Sequence[Pattern], wanted: Settings) -> dict[str, tuple[str, float]]:
    """Sample and slit are as high as each other, which a pattern can hardly tell apart."""
    ties = {}
    for pattern in patterns:
        prefix = f"{pattern.label}/" if len(patterns) > 1 else ""
        sample, slit = f"{prefix}axial.s_l", f"{prefix}axial.h_l"
        resolution = pattern.instrument.resolution
        asked = any(slit in given for given in (wanted.set_values or {}, wanted.ties or {}))
        same = resolution.s_l == resolution.h_l
        if (
            pattern.instrument.flight is None
            and same
            and not asked
            and not _matches(slit, wanted.refine)
        ):
            ties[slit] = (sample, 1.0)
    return ties


def _matches(name: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(name, glob) or fnmatchcase(name.rsplit("/", 1)[-1], glob) for glob in globs)


def _check_globs(model: Model, globs: Sequence[str]) -> None:
    for glob in globs:
        if not any(_matches(name, [glob]) for name in model.names):
            raise ScienceError(f"no parameter matches {glob!r}; there are {', '.join(model.names)}")


def _choice(model: Model, wanted: Settings) -> Callable[[str], bool]:
    """Which parameters the usual order may let go."""
    shifts: dict[str, bool] = {}
    radiations = [histogram.pattern.instrument.radiation for histogram in model.histograms]
    for number, radiation in enumerate(radiations):
        prefix = model.prefix(number)
        shifts[prefix + ("zero" if radiation == "xray" else "displacement")] = False
        # The lines of an X-ray tube are known; a monochromator's neutrons are as good as its alignment.
        shifts[prefix + "wavelength"] = radiation == "neutron" and "xray" in radiations

    @cache
    def allowed(name: str) -> bool:
        if _matches(name, wanted.fix):
            return False
        if _matches(name, wanted.refine):
            return True
        return shifts.get(name, not _matches(name, _NEVER_UNASKED))

    return allowed


def _start_small(model: Model, values: Floats, names: Sequence[str]) -> None:
    """Widths and heights of zero have no slope at zero."""
    for name in names:
        where = model.index(name)
        if values[where] == 0.0 and name.endswith(tuple(_SMALL)):
            values[where] = _SMALL["." + name.rsplit(".", 1)[-1]]


def _pattern_fit(model: Model, number: int, values: Floats, refined: int) -> PatternFit:
    histogram = model.histograms[number]
    y, background, _ = model.calculate(number, values)
    own, of_phases = model.own(number, values), model.of_phases(values)
    lines = {}
    for place, phase in enumerate(model.phases):
        peaks = histogram.peaks(place, own, of_phases[place], wanted=frozenset())
        # The first peak of each reflection is that of the first wavelength.
        _, first = np.unique(peaks.reflection, return_index=True)
        centre = peaks.centre[first]
        inside = (centre >= histogram.pattern.x[0]) & (centre <= histogram.pattern.x[-1])
        lines[phase.name] = np.sort(centre[inside])
    return PatternFit(
        pattern=histogram.pattern,
        calculated=y,
        background=background,
        lines=lines,
        agreement=agreement(model, number, values, refined=refined),
    )
