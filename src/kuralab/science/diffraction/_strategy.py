"""In which order parameters are let go, so that a fit from a rough start does not run astray."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from kuralab.science.diffraction._align import aligned, aligned_edges
from kuralab.science.diffraction._background import rough_background, rough_width
from kuralab.science.diffraction._le_bail import observed_shares, renew_intensities, start_intensities
from kuralab.science.diffraction._least_squares import descend, is_coordinate, usual_bounds
from kuralab.science.diffraction._model import Model

Floats = NDArray[np.float64]

STAGES: Final = (
    ("scales and background", ("*.scale", "background.*")),
    ("cells and zero", ("cell", "zero", "displacement", "wavelength")),
    ("widths", ("width.w", "sigma1")),
    (
        "profile",
        ("width.u", "width.v", "width.y", "width.x", "alpha1", "beta0", "beta1", "sigma2", "gamma1"),
    ),
    ("displacements of atoms", ("*.b_iso",)),
    ("coordinates", ("coordinates",)),
)
"""Names as globs, without the label of a pattern; "cell" and "coordinates" are those of all phases. A
stage adds to those before it."""

_OPTIONAL: Final = (
    ("axial divergence", ("axial.s_l",), 0.02),
    ("preferred orientation", ("*.orientation",), 1.0),
)
_OF_MINOR_PHASES: Final = (("strain", "strain", 5e-4), ("size", "inverse_size", 5e-4))
_COORDINATE_TRIED: Final = 0.02
_B_TRIED: Final = 1.0
"""Changes (fractions of an edge, angstrom^2) that a pattern has to respond to."""
_RESPONSE: Final = 0.1
"""Standard uncertainties of all points together; a parameter with less has no slope to follow."""
_WORTH: Final = 10.0
"""Fall of chi squared, over its reduced value and per parameter, that makes another one worth having."""


@final
@dataclass(frozen=True)
class Stage:
    """What was done: name, parameters added, and R_wp (percent) of all patterns after it."""

    name: str
    added: tuple[str, ...]
    r_wp: float


@final
@dataclass(frozen=True)
class Course:
    """Where a refinement arrived, by which stages, with which parameters free."""

    values: Floats
    active: tuple[str, ...]
    stages: tuple[Stage, ...]
    settled: bool
    evaluations: int
    lost: tuple[str, ...]
    """Parameters that were to be refined and are not: they change nothing, or ended at a bound."""


@final
class Refiner:
    """Lets parameters go stage by stage and keeps the account."""

    def __init__(
        self,
        model: Model,
        allowed: Callable[[str], bool],
        *,
        values: Floats,
        progress: Callable[[str], None] = lambda stage: None,
    ) -> None:
        self.model = model
        self._allowed = allowed
        self.values = values
        self._progress = progress
        self.active: list[str] = []
        self.stages: list[Stage] = []
        self.evaluations = 0
        self.settled = False
        self.in_turns = True
        self.lost: list[str] = []

    def candidates(self, globs: Sequence[str]) -> list[str]:
        """Parameters that match and may be refined, in the order of the model."""
        groups = {"cell": set[str](), "coordinates": set[str]()}
        for phase in self.model.phases:
            names = [f"{phase.name}.{name}" for name in phase.names]
            groups["cell"] |= set(names[: phase.n_cell])
            groups["coordinates"] |= set(filter(is_coordinate, names[phase.n_cell :]))

        def chosen(name: str) -> bool:
            local = name.rsplit("/", 1)[-1]
            return any(
                name in groups[glob] if glob in groups else fnmatchcase(local, glob) for glob in globs
            )

        return [
            name
            for name in self.model.names
            if self._allowed(name) and name not in self.model.ties and chosen(name)
        ]

    def run(self, name: str, added: Sequence[str], *, cycles: int = 12, small: float = 1e-4) -> None:
        """Add parameters and fit."""
        self._progress(name)
        self.active += [one for one in added if one not in self.active]
        if not self.active:
            return
        self.values, self.settled = self._fit(self.active, self.values, cycles=cycles, small=small)
        self.stages.append(Stage(name, tuple(added), self.r_wp()))

    def _fit(
        self, active: Sequence[str], values: Floats, *, cycles: int, small: float
    ) -> tuple[Floats, bool]:
        found = descend(
            self.model,
            values,
            active,
            bounds=usual_bounds,
            responds=_responds,
            cycles=cycles,
            small=small,
            in_turns=self.in_turns,
        )
        self.evaluations += found.evaluations
        return found.values, found.settled

    def chi_squared(self, values: Floats | None = None) -> float:
        """Of all patterns together."""
        rest, _ = self.model.residuals(self.values if values is None else values)
        return float(rest @ rest)

    def r_wp(self) -> float:
        """Of all patterns together, in percent."""
        whole = sum(
            float(((h.pattern.intensity / h.pattern.uncertainty) ** 2).sum())
            for h in self.model.histograms
        )
        return float(100.0 * np.sqrt(self.chi_squared() / whole))

    def _felt(self, active: Sequence[str], values: Floats) -> list[str]:
        """The parameters that the patterns respond to."""
        _, gradient = self.model.residuals(values, active)
        slopes = np.sqrt((gradient**2).sum(axis=0))
        return [name for name, slope in zip(active, slopes, strict=True) if _responds(name, slope)]

    def felt(self, names: Sequence[str]) -> list[str]:
        """Those of the parameters that the patterns respond to where the fit has arrived."""
        return self._felt(names, self.values) if names else []

    def _at_bound(self, name: str, values: Floats) -> bool:
        low, high = usual_bounds(name)
        value = values[self.model.index(name)]
        return bool(value <= low or value >= high)

    def drop_idle(self) -> None:
        """Take parameters out of the account that ended at a bound, or that change nothing."""
        kept = [
            name
            for name in self._felt(self.active, self.values)
            if not self._at_bound(name, self.values)
        ]
        self.lost += [name for name in self.active if name not in kept]
        self.active = kept

    def offer(self, name: str, added: Sequence[str], start: float) -> None:
        """Add parameters only if the fit is clearly better for it."""
        new = [one for one in added if one not in self.active]
        if not new:
            return
        self._progress(name)
        trial = self.values.copy()
        for one in new:
            where = self.model.index(one)
            trial[where] = trial[where] or start
        before = self.chi_squared()
        held = [list(h.intensities) for h in self.model.histograms]
        found, settled = self._fit([*self.active, *new], trial, cycles=6, small=3e-3)
        after = self.chi_squared(found)
        free = sum(len(h.pattern.x) for h in self.model.histograms) - len(self.active)
        inside = not any(self._at_bound(one, found) for one in new)
        if inside and (before - after) / (after / free) > _WORTH * len(new):
            self.values, self.settled = found, settled
            self.active += new
            self.stages.append(Stage(name, tuple(new), self.r_wp()))
        else:
            for histogram, intensities in zip(self.model.histograms, held, strict=True):
                histogram.intensities = intensities


def run_course(refiner: Refiner, *, background: int | None, align: bool) -> Course:
    """From a rough start to a refined pattern."""
    model = refiner.model
    _start_background(refiner, background)
    widths = [rough_width(h.pattern.x, h.pattern.intensity) for h in model.histograms]
    if align:
        _align(refiner, widths)
    start_intensities(model, refiner.values)
    renew_intensities(model, refiner.values, rounds=3)
    _start_scales(refiner)
    first = refiner.candidates(STAGES[0][1])
    refiner.run(STAGES[0][0], [one for one in first if not _is_high(one, background)])
    if align:
        _from_wide_to_narrow(refiner, widths)
    for name, globs in STAGES[1:]:
        if name == _BEFORE_BACKGROUND and background is None:
            _choose_background(refiner)
        refiner.in_turns = name in _ROUGH
        added = refiner.candidates(globs)
        if added:
            refiner.run(name, added, cycles=6, small=3e-3)
    for name, globs, start in _OPTIONAL:
        for added in _by_pattern(model, refiner.candidates(globs)):
            refiner.offer(name, added, start)
    for phase in _minor_phases(refiner):
        for name, parameter, start in _OF_MINOR_PHASES:
            for added in _by_pattern(model, refiner.candidates([f"{phase}.{parameter}"])):
                refiner.offer(f"{name} of {phase}", added, start)
    if background is None:
        _choose_background(refiner)
    refiner.run("all together", [], cycles=25, small=1e-5)
    refiner.drop_idle()
    return course_of(refiner)


_FIRST_BACKGROUND: Final = 5
_ROUGH: Final = ("cells and zero", "widths")
_BEFORE_BACKGROUND: Final = "displacements of atoms"


def _minor_phases(refiner: Refiner) -> list[str]:
    """All phases but the one that gives most of the first pattern, whose widths are the instrument's."""
    model = refiner.model
    if len(model.phases) < 2:
        return []
    shares = observed_shares(model, 0, refiner.values)
    strongest = int(np.argmax([float(weight.sum()) for _, weight in shares]))
    return [phase.name for place, phase in enumerate(model.phases) if place != strongest]


def _responds(name: str, slope: float) -> bool:
    """Whether a slope over the uncertainties is one to follow.

    A coordinate on a place of higher symmetry than its site has none; a step would lead anywhere.
    """
    tried = _COORDINATE_TRIED if is_coordinate(name) else _B_TRIED if name.endswith(".b_iso") else np.inf
    return slope > 1e-100 and slope * tried > _RESPONSE


def _by_pattern(model: Model, names: Sequence[str]) -> list[list[str]]:
    """The names in groups: those of one pattern together, those of a phase alone."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name if name.endswith(".orientation") else name.rpartition("/")[0], []).append(
            name
        )
    return list(groups.values())


def _is_high(name: str, background: int | None) -> bool:
    local = name.rsplit("/", 1)[-1]
    if not local.startswith("background.") or background is not None:
        return False
    return int(local.rsplit(".", 1)[-1]) >= _FIRST_BACKGROUND


def _start_background(refiner: Refiner, background: int | None) -> None:
    model, values = refiner.model, refiner.values
    for number, histogram in enumerate(model.histograms):
        order = min(background or _FIRST_BACKGROUND, histogram.order)
        rough = rough_background(histogram.pattern.intensity)
        found = np.linalg.lstsq(histogram.polynomials[:, :order], rough, rcond=None)[0]
        for n, value in enumerate(found):
            values[model.index(f"{model.prefix(number)}background.{n}")] = value


def _start_scales(refiner: Refiner) -> None:
    """Each phase's share of the pattern by its area, all alike."""
    model, values = refiner.model, refiner.values
    for number, histogram in enumerate(model.histograms):
        prefix = model.prefix(number)
        pattern = histogram.pattern
        y, background, _ = model.calculate(number, values)
        above = np.maximum(pattern.intensity - background, 0.0)
        ratio = float(above.sum() / max(float((y - background).sum()), 1e-300))
        for phase in model.phases:
            where = model.index(f"{prefix}{phase.name}.scale")
            if phase.atoms is not None and refiner.candidates([f"{phase.name}.scale"]):
                values[where] *= ratio


def _align(refiner: Refiner, widths: Sequence[float]) -> None:
    model = refiner.model
    for number, histogram in enumerate(model.histograms):
        if histogram.pattern.instrument.flight is not None:
            continue
        change, zero, _ = aligned(model, number, refiner.values, widths[number])
        shift = [
            name
            for name in refiner.candidates(["zero", "displacement"])
            if name.startswith(model.prefix(number))
        ]
        if shift:
            sign = -1.0 if shift[0].endswith("displacement") else 1.0
            given = refiner.values[model.index(f"{model.prefix(number)}zero")]
            refiner.values[model.index(shift[0])] += sign * (zero - given)
        if number == 0:
            edges = [
                name
                for name in refiner.candidates(["cell"])
                if name.rsplit(".", 1)[-1] in {"a", "b", "c"}
            ]
            where = [model.index(name) for name in edges]
            refiner.values[where] *= 1.0 + change
            apart = aligned_edges(model, number, refiner.values, widths[number], edges)
            refiner.values[where] *= 1.0 + apart


def _from_wide_to_narrow(refiner: Refiner, widths: Sequence[float]) -> None:
    """Fit cells and zero with peaks that are too wide first: they find their way from farther off."""
    model = refiner.model
    moving = refiner.candidates(STAGES[1][1])
    start = refiner.values.copy()
    for factor in (3.0, 1.5, 1.0):
        for number, histogram in enumerate(model.histograms):
            if histogram.pattern.instrument.flight is not None:
                continue
            u, v, w = (model.index(f"{model.prefix(number)}width.{name}") for name in "uvw")
            if start[u] or start[v]:
                # A resolution that somebody knows keeps its form.
                refiner.values[[u, v, w]] = factor**2 * start[[u, v, w]]
            elif refiner.candidates(["width.w"]):
                refiner.values[w] = (factor * widths[number]) ** 2
        refiner.run(f"cells with peaks {factor:g} times as wide", moving, cycles=6, small=1e-3)


def _choose_background(refiner: Refiner) -> None:
    """Let go as many polynomials as the rest of each pattern is worth, its peaks held still.

    Schwarz, Ann. Statist. 6 (1978) 461, doi:10.1214/aos/1176344136, with one free point per peak width.
    """
    model = refiner.model
    for number, histogram in enumerate(model.histograms):
        prefix, pattern = model.prefix(number), histogram.pattern
        names = [name for name in refiner.candidates(["background.*"]) if name.startswith(prefix)]
        if len(names) < histogram.order:
            continue
        y, background, _ = model.calculate(number, refiner.values)
        target = (pattern.intensity - y + background) / pattern.uncertainty
        design = histogram.polynomials / pattern.uncertainty[:, None]
        fits = [
            np.linalg.lstsq(design[:, :order], target, rcond=None)[0]
            for order in range(_FIRST_BACKGROUND, histogram.order + 1)
        ]
        falls = [float(((target - design[:, : len(fit)] @ fit) ** 2).mean()) for fit in fits]
        points = len(target) * np.median(np.diff(pattern.x)) / rough_width(pattern.x, pattern.intensity)
        worth = [
            points * np.log(fall) + len(fit) * np.log(points)
            for fall, fit in zip(falls, fits, strict=True)
        ]
        chosen = fits[int(np.argmin(worth))]
        for name, value in zip(names, chosen, strict=False):
            refiner.values[model.index(name)] = value
        refiner.active += [name for name in names[: len(chosen)] if name not in refiner.active]


def course_of(refiner: Refiner) -> Course:
    """Where a refiner stands."""
    return Course(
        refiner.values,
        tuple(refiner.active),
        tuple(refiner.stages),
        refiner.settled,
        refiner.evaluations,
        tuple(refiner.lost),
    )
