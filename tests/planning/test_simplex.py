"""Compositions between limits: counted, listed and drawn uniformly, against brute force."""

from __future__ import annotations

import itertools
import math
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from kuralab.errors import InputError
from kuralab.model.space import Limits, Mixture
from kuralab.planning import _limited_lattice
from kuralab.planning._linear import linear_limits
from kuralab.planning._rules import read_constraints
from kuralab.planning._simplex import Simplex

SULFIDES = ("Li2S", "P2S5", "LiI", "LiCl", "GeS2", "SiS2", "LiBr")
ATOMS = {"Li2S": (2, 3), "P2S5": (0, 7), "LiI": (1, 2), "LiCl": (1, 2), "GeS2": (0, 3)}
"""Lithium and all atoms of a formula unit."""


def mixture(count: int = 4, **settings_: object) -> Mixture:
    return Mixture.model_validate({"name": "mix", "components": SULFIDES[:count], **settings_})


def brute(one: Mixture) -> set[tuple[int, ...]]:
    """Every lattice vector that keeps the limits, by trying all."""
    parts = round(1 / (one.step or 1))
    ranges = [one.limits.get(name, Limits()) for name in one.components]
    found = set()
    for k in itertools.product(range(parts + 1), repeat=len(ranges)):
        if sum(k) != parts or sum(x > 0 for x in k) > (one.most or len(k)):
            continue
        if any(not r.low - 1e-9 <= x / parts <= r.high + 1e-9 for x, r in zip(k, ranges, strict=True)):
            continue
        lithium, atoms = (
            sum(x * ATOMS[c][i] for x, c in zip(k, one.components, strict=True)) for i in (0, 1)
        )
        limit = one.elements.get("Li", Limits())
        if limit.low - 1e-9 <= lithium / atoms <= limit.high + 1e-9:
            found.add(k)
    return found


def whole(fractions: np.ndarray, parts: int) -> list[tuple[int, ...]]:
    return [tuple(map(int, row)) for row in np.rint(fractions * parts)]


limit_pairs = st.tuples(st.integers(0, 4), st.integers(3, 10)).map(lambda t: (t[0] / 10, max(t) / 10))


@settings(max_examples=60)
@given(
    st.integers(2, 4),
    st.dictionaries(st.sampled_from(SULFIDES[:2]), limit_pairs, max_size=2),
    st.one_of(st.none(), st.integers(1, 4)),
    st.one_of(
        st.none(), st.tuples(st.integers(0, 5), st.integers(5, 9)).map(lambda t: (t[0] / 10, t[1] / 10))
    ),
)
def test_counts_and_lists_are_those_of_trying_all(
    count: int,
    limits: dict[str, tuple[float, float]],
    most: int | None,
    lithium: tuple[float, float] | None,
) -> None:
    one = mixture(
        count,
        step=0.1,
        most=most,
        limits={name: {"low": low, "high": high} for name, (low, high) in limits.items()},
        elements={"Li": {"low": lithium[0], "high": lithium[1]}} if lithium else {},
    )
    expected = brute(one)
    if not expected:
        with pytest.raises(InputError):
            Simplex(one)
        return
    simplex = Simplex(one)
    listed = [k for chunk in simplex.chunks(7) for k in whole(chunk, 10)]
    assert simplex.count == len(expected) == len(listed)
    assert set(listed) == expected


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"limits": {"Li2S": {"low": 0.2, "high": 0.5}}},
        {"most": 2},
        {"elements": {"Li": {"low": 0.4, "high": 0.5}}},
        {"most": 2, "elements": {"Li": {"low": 0.3, "high": 0.5}}},
    ],
)
@pytest.mark.parametrize("counted", [True, False])
def test_lattice_draws_are_uniform(
    more: dict[str, object], counted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the limits of elements have too many states to be counted, and draws are rounded."""
    if not counted:
        monkeypatch.setattr(_limited_lattice, "_MOST_EDGES", 0)
    one = mixture(4, step=0.1, **more)
    simplex = Simplex(one)
    expected = brute(one)
    assert (simplex.count is None) == (not counted and "elements" in more)
    found = Counter(whole(simplex.sample(200 * len(expected), np.random.default_rng(5)), 10))
    assert set(found) == expected
    assert chisquare([found[k] for k in sorted(expected)]).pvalue > 1e-3
    assert {k for chunk in simplex.chunks(50) for k in whole(chunk, 10)} == expected


def test_a_full_simplex_is_a_flat_dirichlet_distribution() -> None:
    """E x_i = 1/m, var x_i = (m - 1) / (m^2 (m + 1)), and 1 - (1 - x)^(m - 1) is x's distribution."""
    drawn = Simplex(mixture(5)).sample(20_000, np.random.default_rng(1))
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(0.2, abs=4 * math.sqrt(0.8 / 30 / 20_000))
    assert drawn.var(axis=0) == pytest.approx(4 / (25 * 6), rel=0.04)
    assert kstest(drawn[:, 2], lambda x: 1 - (1 - x) ** 4).pvalue > 1e-3


@pytest.mark.parametrize(
    "more",
    [
        {"limits": {"Li2S": {"low": 0.1, "high": 0.4}, "P2S5": {"high": 0.3}}},
        {"elements": {"Li": {"low": 0.35, "high": 0.45}}},
        {"limits": {"LiI": {"high": 0.2}}, "elements": {"Li": {"low": 0.35}}},
    ],
)
def test_a_limited_simplex_agrees_with_refusing_draws_of_the_full_one(more: dict[str, object]) -> None:
    one = mixture(4, **more)
    generator = np.random.default_rng(2)
    ours = Simplex(one).sample(6000, generator)
    drawn = generator.dirichlet(np.ones(4), size=200_000)
    kept = np.ones(len(drawn), dtype=bool)
    for i, name in enumerate(one.components):
        limit = one.limits.get(name, Limits())
        kept &= (drawn[:, i] >= limit.low) & (drawn[:, i] <= limit.high)
    lithium, atoms = (drawn @ np.array([ATOMS[c][i] for c in one.components]) for i in (0, 1))
    limit = one.elements.get("Li", Limits())
    kept &= (lithium / atoms >= limit.low) & (lithium / atoms <= limit.high)
    theirs = drawn[kept]
    for direction in (*np.eye(4), np.array([1.0, -1.0, 0.5, 0.0]), np.array([1.0, 1.0, 0.0, 0.0])):
        assert kstest(ours @ direction, theirs @ direction).pvalue > 1e-3


def test_seven_components_in_a_narrow_window_take_no_longer() -> None:
    """One per mille around 1/7: of draws of the full simplex one in 1e13 would do."""
    window = {name: {"low": 1 / 7 - 5e-4, "high": 1 / 7 + 5e-4} for name in SULFIDES}
    start = time.process_time()
    simplex = Simplex(mixture(7, limits=window))
    drawn = simplex.sample(2000, np.random.default_rng(3))
    assert time.process_time() - start < 3
    assert np.abs(drawn - 1 / 7).max() <= 5e-4 + 1e-12
    # By symmetry every component has the same distribution around the middle.
    assert drawn.mean(axis=0) == pytest.approx(1 / 7, abs=4 * 5e-4 / math.sqrt(2000))
    assert np.ptp(drawn.std(axis=0)) < 0.1 * drawn.std()


@pytest.mark.parametrize(("step", "half"), [(0.01, 0.03), (0.001, 0.01)])
def test_seven_components_in_a_narrow_window_on_a_lattice(step: float, half: float) -> None:
    window = {name: {"low": 0.14 - half, "high": 0.15 + half} for name in SULFIDES}
    start = time.process_time()
    simplex = Simplex(mixture(7, step=step, limits=window))
    drawn = simplex.sample(2000, np.random.default_rng(3))
    assert time.process_time() - start < 1
    assert simplex.keeps(drawn).all()
    # The generating function (1 + z + ... + z^(w - 1))^7 has the count as one coefficient.
    low, high = math.ceil(round((0.14 - half) / step, 6)), math.floor(round((0.15 + half) / step, 6))
    width = high - low + 1
    rest = round(1 / step) - 7 * low
    count = sum(
        (-1) ** k * math.comb(7, k) * math.comb(rest - k * width + 6, 6)
        for k in range(rest // width + 1)
    )
    assert simplex.count == count
    assert len(np.unique(drawn, axis=0)) > 500


def test_counts_beyond_64_bits_are_exact_and_drawn_from() -> None:
    many = Mixture(name="m", components=tuple("ABCDEFGHIJKL"), step=0.001)
    simplex = Simplex(many)
    assert simplex.count == math.comb(1011, 11) > 2**64
    drawn = simplex.sample(3000, np.random.default_rng(4))
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(1 / 12, abs=0.006)


def test_few_components_are_drawn_face_by_face() -> None:
    """Of the continuous compositions of at most two, all have two, and every pair comes as often."""
    simplex = Simplex(mixture(4, most=2))
    drawn = simplex.sample(6000, np.random.default_rng(6))
    pairs = Counter(tuple(np.flatnonzero(row > 0)) for row in drawn)
    assert len(pairs) == 6
    assert chisquare(list(pairs.values())).pvalue > 1e-3
    assert kstest(drawn[drawn[:, 0] > 0, 0], "uniform").pvalue > 1e-3


def test_faces_count_by_their_size() -> None:
    """A pair of which one is at most 0.25 has a quarter of the length of a free pair."""
    simplex = Simplex(mixture(3, most=2, limits={"Li2S": {"high": 0.25}}))
    drawn = simplex.sample(6000, np.random.default_rng(7))
    share = ((drawn[:, 1] > 0) & (drawn[:, 2] > 0)).mean()
    assert share == pytest.approx(1 / 1.5, abs=0.025)


def test_fixed_fractions_leave_a_smaller_body_or_one_point() -> None:
    generator = np.random.default_rng(8)
    fixed = mixture(3, limits={"Li2S": {"low": 0.3, "high": 0.3}})
    drawn = Simplex(fixed).sample(3000, generator)
    assert drawn[:, 0] == pytest.approx(0.3)
    assert kstest(drawn[:, 1] / 0.7, "uniform").pvalue > 1e-3
    point = mixture(3, limits={"Li2S": {"low": 0.3, "high": 0.3}, "LiI": {"low": 0.5, "high": 0.5}})
    assert Simplex(point).sample(3, generator) == pytest.approx(np.tile([0.3, 0.2, 0.5], (3, 1)))


def test_an_element_may_be_fixed() -> None:
    one = mixture(5, elements={"Li": {"low": 0.4, "high": 0.4}})
    drawn = Simplex(one).sample(500, np.random.default_rng(9))
    lithium, atoms = (drawn @ np.array([ATOMS[c][i] for c in one.components]) for i in (0, 1))
    assert lithium / atoms == pytest.approx(0.4)
    assert drawn.std(axis=0).min() > 0.04


@pytest.mark.parametrize("size", [8, 20])
def test_many_components_in_a_box(size: int) -> None:
    """Too many corners to cut: drawn from a simplex around, some draws refused."""
    names = tuple("ABCDEFGHIJKLMNOPQRST"[:size])
    high = 2 / size
    box = Mixture(name="m", components=names, limits={name: Limits(high=high) for name in names})
    simplex = Simplex(box)
    drawn = simplex.sample(500, np.random.default_rng(10))
    assert simplex.keeps(drawn).all()
    assert drawn.mean() == pytest.approx(1 / size)


def test_a_linear_constraint_on_fractions_refuses_nothing() -> None:
    one = mixture(4, step=0.05)
    (read,) = read_constraints(["Li2S + 2 * P2S5 <= 0.3 and LiI >= 0.2"], [one])
    limits = linear_limits(read, [f"mix.{name}" for name in one.components])
    simplex = Simplex(one, limits or ())
    plain = np.concatenate(list(Simplex(one).chunks(1000)))
    kept = (plain[:, 0] + 2 * plain[:, 1] <= 0.3 + 1e-9) & (plain[:, 2] >= 0.2 - 1e-9)
    assert simplex.count == kept.sum()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"limits": {"Li2S": {"low": 0.6}, "LiI": {"low": 0.6}}}, "least fractions sum to 1.2"),
        ({"limits": {name: {"high": 0.2} for name in SULFIDES[:4]}}, "greatest fractions sum to 0.8"),
        (
            {"most": 2, "limits": {name: {"high": 0.4} for name in SULFIDES[:4]}},
            "of 2 components sum to 0.8",
        ),
        (
            {"most": 1, "limits": {name: {"low": 0.1} for name in SULFIDES[:2]}},
            "2 components have a least",
        ),
        ({"step": 0.1, "limits": {n: {"low": 0.12, "high": 0.18} for n in SULFIDES[:2]}}, "finer step"),
        ({"elements": {"Li": {"low": 0.7}}}, "Li at least 0.7"),
        ({"elements": {"Li": {"low": 0.5}, "P": {"low": 0.2}}}, "P at least 0.2"),
        ({"step": 0.01, "elements": {"Li": {"low": 0.5}, "P": {"low": 0.2}}}, "P at least 0.2"),
        ({"step": 0.1, "elements": {"Li": {"low": 0.41, "high": 0.411}}}, "Li at most 0.411"),
        ({"elements": {"Na": {"high": 0.7}}}, "unknown element 'Na'"),
    ],
)
def test_limits_that_contradict_are_named(more: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Simplex(mixture(4, **more))
