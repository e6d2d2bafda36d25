"""Expected hypervolume improvement of candidates with Gaussian predictions, exactly."""

from __future__ import annotations

from math import inf, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, ndtr

from kuralab.errors import ScienceError
from kuralab.planning._pareto import above_reference

Floats = NDArray[np.float64]

LOG_ROOT_TWO_PI: Final = 0.5 * log(2 * pi)
FAR: Final = -100.0
"""Standard deviations below a threshold from which the asymptotic series is the more accurate."""


def expected_hypervolume_improvement(
    mean: Floats, sd: Floats, front: Floats, reference: Floats
) -> Floats:
    """(n,) expected growth of the dominated volume, for independent Gaussian objectives.

        EHVI = sum_B prod_j [psi_j(l_j) - psi_j(u_j)]
        psi_j(a) = E[max(Y_j - a, 0)] = s_j (phi(z) + z Phi(z)),  z = (mu_j - a) / s_j

    mu_j, s_j: mean and standard deviation of objective j; B: boxes from l to u, with u_j possibly
    infinite, into which the region above the reference that the front does not dominate is cut.
    A result y gains prod_j max(min(y_j, u_j) - l_j, 0) of box B, whose expectation is the product
    above. k points make k + 1 boxes in two and at most 2 k + 1 in three dimensions. All
    objectives are maximised. With one objective it is the expected improvement.

    Parameters
    ----------
    mean, sd : (n, m); m = 1, 2 or 3; sd not negative, where 0 is a certain value
    front : (k, m) values reached so far, dominated ones may be among them; k may be 0
    reference : (m,)

    Raises
    ------
    ScienceError
        Shapes differ, a number is not finite, or sd is negative.

    Source
    ------
    Emmerich, Yang, Deutz, Wang, Fonseca, in Advances in Stochastic and Deterministic Global
    Optimization (2016) 229; Yang, Emmerich, Deutz, Bäck, J. Global Optim. 75, 3 (2019), doi
    10.1007/s10898-019-00798-7. Boxes of three dimensions by a sweep along the third objective
    that widens a box where it can, as in Lacour, Klamroth, Fonseca, Comput. Oper. Res. 79, 347
    (2017).

    Examples
    --------
    >>> front, reference = np.array([[2.0, 1.0], [1.0, 2.0]]), np.zeros(2)
    >>> expected_hypervolume_improvement(np.array([[2.0, 2.0]]), np.zeros((1, 2)), front, reference)
    array([1.])
    """
    mean, sd = _checked(mean, sd, reference)
    total = np.zeros(len(mean))
    if not len(mean):
        return total
    levels, boxes = _boxes(front, reference)
    gain = [_gain(mean[:, j], sd[:, j], level) for j, level in enumerate(levels)]
    for low, high in boxes:
        total += np.prod([g[a] - g[b] for g, a, b in zip(gain, low, high, strict=True)], axis=0)
    # Differences of equal psi may round to -1e-17.
    return np.maximum(total, 0.0)


def log_expected_hypervolume_improvement(
    mean: Floats, sd: Floats, front: Floats, reference: Floats
) -> Floats:
    """(n,) natural logarithm of the expected hypervolume improvement, also where that underflows.

        ln EHVI = ln sum_B exp sum_j [ln psi_j(l_j) + ln(1 - psi_j(u_j) / psi_j(l_j))]

    Candidates far below the front still differ by it, so that a maximiser has something to climb.
    -inf where a certain value (sd = 0) improves nothing. Parameters and errors are those of
    ``expected_hypervolume_improvement``.

    Source
    ------
    ln psi as in Ament, Daulton, Eriksson, Balandat, Bakshy, NeurIPS 36 (2023) 20577, appendix A.
    Departure: an asymptotic series below -100 sd; exact boxes instead of smoothed samples.

    Examples
    --------
    >>> front, reference = np.array([[2.0, 1.0], [1.0, 2.0]]), np.zeros(2)
    >>> far = np.array([[-40.0, -40.0]])
    >>> log_expected_hypervolume_improvement(far, np.ones((1, 2)), front, reference).round(1)
    array([-1697.1])
    """
    mean, sd = _checked(mean, sd, reference)
    total = np.full(len(mean), -inf)
    if not len(mean):
        return total
    levels, boxes = _boxes(front, reference)
    gain = [_log_gain(mean[:, j], sd[:, j], level) for j, level in enumerate(levels)]
    for low, high in boxes:
        total = np.logaddexp(
            total, sum(_log_difference(g[a], g[b]) for g, a, b in zip(gain, low, high, strict=True))
        )
    return total


def _checked(mean: Floats, sd: Floats, reference: Floats) -> tuple[Floats, Floats]:
    mean, sd = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    if mean.ndim != 2 or mean.shape != sd.shape or mean.shape[1] != np.size(reference):
        raise ScienceError(
            f"mean {mean.shape} and sd {sd.shape} need one column for each of "
            f"{np.size(reference)} objectives"
        )
    if not (np.isfinite(mean).all() and np.isfinite(sd).all() and (sd >= 0).all()):
        raise ScienceError("predictions need finite means and finite sd of at least 0")
    return mean, sd


Corner = tuple[int, ...]


def _boxes(front: Floats, reference: Floats) -> tuple[list[Floats], list[tuple[Corner, Corner]]]:
    """The region above the reference that is not dominated, as boxes that share no volume.

    Levels of every objective in ascending order, from the reference to infinity, and of each box
    the numbers of the levels at its lower and its upper corner.
    """
    above = above_reference(front, reference)
    m = above.shape[1]
    levels = [np.concatenate(([reference[j]], np.unique(above[:, j]), [inf])) for j in range(m)]
    rows = np.stack([np.searchsorted(levels[j], above[:, j]) for j in range(m)], axis=1)
    last = [len(level) - 1 for level in levels]
    if m == 1:
        boxes: list[tuple[Corner, Corner]] = [((last[0] - 1,), (last[0],))]
    elif m == 2:
        boxes = [((left, floor), (right, last[1])) for left, right, floor in _staircase(rows, last[0])]
    else:
        boxes = _swept(rows, last)
    return levels, boxes


def _staircase(rows: NDArray[np.intp], last: int) -> list[tuple[int, int, int]]:
    """Strips (left, right, floor) above a front of two objectives."""
    ordered = rows[np.argsort(rows[:, 0])].tolist()
    edges = [0, *(x for x, _ in ordered), last]
    floors = [*(y for _, y in ordered), 0]
    return list(zip(edges, edges[1:], floors, strict=False))


def _swept(rows: NDArray[np.intp], last: list[int]) -> list[tuple[Corner, Corner]]:
    """Boxes above a front of three objectives, by a sweep from the top of the third downwards.

    ``open_`` are the strips above the staircase of all rows passed so far, each with the height
    at which it came to be; a row that cuts a strip closes it into a box.
    """
    open_ = [(0, last[0], 0, last[2])]
    boxes: list[tuple[Corner, Corner]] = []
    for x, y, z in rows[np.argsort(-rows[:, 2], kind="stable")].tolist():
        cut = [strip for strip in open_ if strip[0] < x and strip[2] < y]
        if not cut:
            continue
        boxes += [
            ((left, floor, z), (right, last[1], top)) for left, right, floor, top in cut if top > z
        ]
        _, right, floor, _ = cut[-1]
        at = open_.index(cut[0])
        remainder = [(x, right, floor, z)] if right > x else []
        open_[at : at + len(cut)] = [(cut[0][0], x, y, z), *remainder]
    boxes += [((left, floor, 0), (right, last[1], top)) for left, right, floor, top in open_]
    return boxes


def _gain(mean: Floats, sd: Floats, levels: Floats) -> Floats:
    """(levels, n) psi, of which the last row, at infinity, is zero."""
    psi = np.zeros((len(levels), len(mean)))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        above = mean - levels[:-1, None]
        z = above / sd
        density = np.exp(-0.5 * z * z - LOG_ROOT_TWO_PI)
        psi[:-1] = np.where(sd > 0, sd * density + above * ndtr(z), np.maximum(above, 0.0))
    return np.maximum(psi, 0.0)


def _log_gain(mean: Floats, sd: Floats, levels: Floats) -> Floats:
    """(levels, n) ln psi, of which the last row, at infinity, is -inf."""
    log_psi = np.full((len(levels), len(mean)), -inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        above = mean - levels[:-1, None]
        spread = np.where(sd > 0, np.log(sd) + log_standard_gain(above / sd), -inf)
        # Certain values, and those so far above the level that chance no longer matters.
        certain = (sd == 0) | (above > 40 * sd)
        log_psi[:-1] = np.where(certain, np.log(np.maximum(above, 0.0)), spread)
    return log_psi


def log_standard_gain(z: Floats) -> Floats:
    """ln(phi(z) + z Phi(z)), to about 1e-12 of it for every z."""
    z = np.asarray(z, dtype=float)
    result = np.empty_like(z)
    near, far = z > -1.0, z < FAR
    middle = ~near & ~far
    x = z[near]
    result[near] = np.log(np.exp(-0.5 * x * x - LOG_ROOT_TWO_PI) + x * ndtr(x))
    x = z[middle]
    result[middle] = -0.5 * x * x - LOG_ROOT_TWO_PI + np.log1p(x * sqrt(pi / 2) * erfcx(-x / sqrt(2)))
    x = z[far]
    result[far] = (
        -0.5 * x * x - LOG_ROOT_TWO_PI - 2 * np.log(-x) + np.log1p(-3 / x**2 + 15 / x**4 - 105 / x**6)
    )
    return result


def _log_difference(larger: Floats, smaller: Floats) -> Floats:
    """ln(exp(larger) - exp(smaller)); -inf where they are equal."""
    with np.errstate(invalid="ignore", divide="ignore"):
        step = np.where(larger > -inf, smaller - larger, 0.0)
        return larger + np.log(-np.expm1(np.minimum(step, 0.0)))
