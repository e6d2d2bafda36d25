"""Spaces: what is drawn, listed and varied is allowed, uniform and known by one key."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from kuralab.errors import InputError
from kuralab.model.space import Categorical, Continuous, Integer, Limits, Mixture, Point, When
from kuralab.planning._candidates import Candidates
from kuralab.planning._space import Space

TEMPERATURE = Continuous(name="temperature", low=100, high=900, unit="degC")
DURATION = Continuous(name="duration", low=0.1, high=100, scale="log", unit="h")
SPEED = Integer(name="speed", low=1, high=6)
SOLVENT = Categorical(name="solvent", choices=("water", "ethanol", "none"))
RATIO = Integer(name="ratio", low=1, high=5, when=When(variable="solvent", among=("water", "ethanol")))
DRYING = Continuous(name="drying", low=0, high=1, when=When(variable="ratio", among=(4, 5)))
GLASS = Mixture(name="glass", components=("Li2S", "P2S5", "LiI"), step=0.1)
ALL = [TEMPERATURE, DURATION, SPEED, SOLVENT, RATIO, DRYING, GLASS]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def points(candidates: Candidates) -> list[Point]:
    return [candidates.point_of(i) for i in range(len(candidates))]


def listed(space: Space, size: int = 100) -> list[Point]:
    return [point for chunk in space.chunks(size) for point in points(chunk)]


def test_features_span_zero_to_one_and_are_those_of_the_points() -> None:
    space = Space(ALL, ["temperature * duration <= 5000"])
    drawn = space.sample(2000, generator())
    assert space.names == (
        *("temperature", "duration", "speed", "solvent=water", "solvent=ethanol", "solvent=none"),
        *("ratio", "drying", "glass.Li2S", "glass.P2S5", "glass.LiI"),
    )
    assert drawn.features.shape == (2000, len(space.names))
    assert drawn.features.min() >= -1e-12
    assert drawn.features.max() <= 1 + 1e-12
    assert space.encode(points(drawn)) == pytest.approx(drawn.features)
    for point in points(drawn)[:200]:
        space.check(point)
        assert point["temperature"] * point["duration"] <= 5000


def test_a_logarithmic_scale_is_even_over_decades() -> None:
    drawn = points(Space([DURATION]).sample(3000, generator()))
    assert kstest([np.log10(p["duration"]) for p in drawn], "uniform", args=(-1, 3)).pvalue > 1e-3


def test_two_choices_are_at_the_distance_of_two_ends() -> None:
    three = Space([SOLVENT]).encode([{"solvent": name} for name in SOLVENT.choices])
    distances = {round(float(np.linalg.norm(a - b)), 9) for a, b in itertools.combinations(three, 2)}
    assert distances == {1.0}
    two = Space([Categorical(name="gas", choices=("Ar", "N2"))])
    assert two.names == ("gas=N2",)
    assert two.encode([{"gas": "Ar"}, {"gas": "N2"}]).tolist() == [[0.0], [1.0]]


def test_descriptors_say_how_choices_are_alike() -> None:
    numbers = {"water": {"epsilon": 80.0}, "ethanol": {"epsilon": 25.0}, "none": {"epsilon": 1.0}}
    space = Space([SOLVENT.model_copy(update={"descriptors": numbers})])
    assert space.names == ("solvent.epsilon",)
    encoded = space.encode([{"solvent": name} for name in SOLVENT.choices])
    assert encoded[:, 0] == pytest.approx([1.0, 24 / 79, 0.0])


def test_a_variable_without_its_condition_is_absent_and_says_nothing() -> None:
    space = Space([SOLVENT, RATIO, DRYING])
    for point in points(space.sample(500, generator())):
        assert ("ratio" in point) == (point["solvent"] != "none")
        assert ("drying" in point) == (point.get("ratio") in (4, 5))
        space.check(point)
    there = space.encode([{"solvent": "none"}])[0]
    assert there[list(space.names).index("ratio")] == 0.5
    assert space.key({"solvent": "none"}) == '"solvent"="none"'


def test_every_candidate_of_a_finite_space_is_listed_once() -> None:
    space = Space([SPEED, SOLVENT, RATIO, GLASS])
    assert space.size == 6 * (1 + 2 * 5) * 66
    keys = [space.key(point) for point in listed(space)]
    assert len(keys) == len(set(keys)) == space.size


def test_a_finite_space_is_drawn_from_uniformly_and_without_repetition() -> None:
    space = Space([Integer(name="n", low=1, high=3), SOLVENT, RATIO], ["n * ratio <= 8"])
    assert space.size is not None
    everything = {space.key(point) for point in listed(space)}
    assert len(everything) == space.size == 3 + 2 * (5 + 4 + 2)
    assert {space.key(p) for p in points(space.sample(1000, generator()))} == everything
    counts = Counter(
        space.key(point) for seed in range(1500) for point in points(space.sample(4, generator(seed)))
    )
    # Four of 25 at once vary less than independent draws do: the test is on the safe side.
    assert chisquare([counts[key] for key in sorted(everything)]).pvalue > 1e-3


def test_a_constraint_on_an_absent_variable_says_nothing() -> None:
    space = Space([SOLVENT, RATIO], ["ratio >= 5"])
    assert {space.key(point) for point in listed(space)} == {
        '"solvent"="none"',
        '"solvent"="water";"ratio"=5',
        '"solvent"="ethanol";"ratio"=5',
    }


def test_a_huge_finite_space_is_never_listed_as_a_whole() -> None:
    variables = [Integer(name=f"n{i}", low=1, high=10**6) for i in range(12)]
    space = Space(variables)
    assert space.size == 10**72
    assert len(next(space.chunks(10))) == 10
    drawn = space.sample(2000, generator())
    assert len({space.key(point) for point in points(drawn)}) == 2000
    assert drawn.features.mean(axis=0) == pytest.approx(0.5, abs=0.03)
    thinned = Space(variables, ["n0 < n1"])
    assert thinned.size is None
    assert all(p["n0"] < p["n1"] for p in points(thinned.sample(300, generator())))


def test_linear_limits_of_a_mixture_refuse_nothing_even_where_nearly_nothing_is_left() -> None:
    glass = Mixture(name="glass", components=("Li2S", "P2S5", "LiI"))
    space = Space([TEMPERATURE, glass], ["LiI <= 1e-7", "0.3 <= glass.P2S5 <= 0.3000001"])
    for point in points(space.sample(50, generator())):
        space.check(point)


@settings(max_examples=25)
@given(st.sets(st.integers(0, 6), min_size=1), st.sampled_from([0.01, 0.1, 0.5]), st.integers(0, 99))
def test_neighbours_are_allowed_different_and_near(chosen: set[int], width: float, seed: int) -> None:
    needed = {4: {3}, 5: {3, 4}}
    chosen = chosen.union(*(needed.get(i, set()) for i in chosen))
    variables = [ALL[i] for i in sorted(chosen)]
    names = {variable.name for variable in variables}
    rules = ["temperature + 100 * speed <= 1200"] if {"temperature", "speed"} <= names else []
    space = Space(variables, rules)
    base = space.sample(1, generator(seed)).point_of(0)
    found = space.near(base, 60, generator(seed), width=width)
    keys = [space.key(point) for point in points(found)]
    assert len(set(keys)) == len(keys)
    assert space.key(base) not in keys
    for point in points(found):
        space.check(point)
    if not space.finite:
        assert len(found) >= 15


@pytest.mark.parametrize("step", [None, 0.01])
def test_neighbours_of_a_composition_keep_its_limits_and_come_closer_with_the_width(
    step: float | None,
) -> None:
    mixture = Mixture(
        name="mix",
        components=("Li2S", "P2S5", "LiI", "LiCl", "GeS2", "SiS2", "LiBr"),
        step=step,
        elements={"Li": Limits(low=0.42, high=0.44)},
    )
    space = Space([mixture])
    base = space.sample(1, generator(4))
    far = []
    for width in (0.02, 0.2):
        found = space.near(base.point_of(0), 100, generator(), width=width)
        assert len(found) > 30
        far.append(float(np.median(np.linalg.norm(found.features - base.features, axis=1))))
        for point in points(found):
            space.check(point)
    assert far[0] < 0.1
    assert far[1] > 1.5 * far[0]


def test_a_key_is_the_same_whoever_wrote_the_point() -> None:
    space = Space([TEMPERATURE, SPEED, GLASS])
    point = {"temperature": 300.0, "speed": 3, "glass": {"Li2S": 0.1 + 0.2, "P2S5": 0.7, "LiI": 0.0}}
    again = json.loads(json.dumps(point))
    other = {"glass": {"P2S5": 0.7, "Li2S": 0.3}, "speed": 3.0, "temperature": 300}
    assert space.key(point) == space.key(again) == space.key(other)
    assert space.key({**point, "speed": 4}) != space.key(point)


def test_the_same_seed_draws_the_same() -> None:
    space = Space(ALL, ["temperature * duration <= 5000"])
    one, other = (space.sample(50, generator(3)).features for _ in range(2))
    assert np.array_equal(one, other)


GOOD = {
    "temperature": 300.0,
    "duration": 1.0,
    "speed": 2,
    "solvent": "none",
    "glass": {"Li2S": 0.5, "P2S5": 0.5},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature": 1}, "temperature: expected 100 to 900 degC, got 1"),
        ({"temperature": "hot"}, "temperature: expected a number"),
        ({"temperature": float("nan")}, "temperature: expected a number"),
        ({"temperature": None}, "temperature: it has no setting"),
        ({"speed": 2.5}, "speed: expected a whole number from 1 to 6"),
        ({"spedd": 2}, "Did you mean speed?"),
        ({"solvent": "watr"}, "solvent: 'watr' is no choice. Did you mean water?"),
        ({"ratio": 2}, "ratio: it does not exist for this solvent"),
        ({"solvent": "water"}, "ratio: it has no setting"),
        ({"glass": {"Li2S": 0.5}}, "glass: the fractions sum to 0.5"),
        ({"glass": {"Li2S": 0.55, "P2S5": 0.45}}, "glass: Li2S is 0.55, expected a multiple of 0.1"),
        ({"glass": {"Li2S": 1.1, "P2S5": -0.1}}, "glass: Li2S is 1.1, expected 0 to 1"),
        ({"glass": {"Li3S": 1.0}}, "Did you mean Li2S?"),
        ({"glass": 3}, "glass: expected fractions"),
        ({"glass": {"Li2S": 0.9, "LiI": 0.1}}, "LiI >= 0.2 or"),
        ({"temperature": 900, "duration": 100}, "duration <= 5000' does not hold"),
    ],
)
def test_a_point_that_is_not_of_the_space_says_why(change: dict[str, object], said: str) -> None:
    space = Space(
        [TEMPERATURE, DURATION, SPEED, SOLVENT, RATIO, GLASS],
        ["temperature * duration <= 5000", "LiI >= 0.2 or Li2S <= 0.8"],
    )
    space.check(GOOD)
    changed = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(InputError) as refused:
        space.check(changed)
    assert said in str(refused.value)


def when(variable: str, *among: str | int | float) -> Integer:
    return Integer(name="ratio", low=1, high=5, when=When(variable=variable, among=among))


@pytest.mark.parametrize(
    ("variables", "constraints", "said"),
    [
        ([], [], "at least one variable"),
        ([SPEED, SPEED], [], "two variables are called 'speed'"),
        ([SOLVENT, when("solvnt", "water")], [], "Did you mean solvent?"),
        ([SOLVENT, when("solvent", "watr")], [], "Did you mean water?"),
        ([SPEED, when("speed", 9)], [], "speed is never 9"),
        ([SPEED, when("speed", "fast")], [], "speed is never fast"),
        ([TEMPERATURE, when("temperature", 300)], [], "neither a choice nor a whole number"),
        ([GLASS, when("glass", 1)], [], "neither a choice nor a whole number"),
        ([when("ratio", 1)], [], "circle: ratio on ratio"),
        ([SPEED], ["sped > 1"], "Did you mean speed?"),
        ([SPEED], ["speed > 6"], "0 of 6 candidates"),
        (
            [TEMPERATURE, DURATION],
            ["duration > 1", "temperature * duration < 9"],
            "duration < 9' alone keeps 0",
        ),
        ([GLASS], ["Li2S + P2S5 < 0.1", "LiI < 0.5"], "LiI < 0.5"),
        (
            [
                Mixture(
                    name="m",
                    components=("A", "B"),
                    limits={"A": Limits(high=0.1), "B": Limits(high=0.1)},
                )
            ],
            [],
            "m:",
        ),
    ],
)
def test_a_space_that_cannot_be_says_why(
    variables: list[object], constraints: list[str], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        Space(variables, constraints)  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_equal_descriptors_are_refused() -> None:
    same = {name: {"epsilon": 1.0} for name in SOLVENT.choices}
    with pytest.raises(InputError, match="same descriptors"):
        Space([SOLVENT.model_copy(update={"descriptors": same})])


def test_a_rare_but_possible_constraint_is_found() -> None:
    space = Space([TEMPERATURE, DURATION], ["temperature * duration < 11"])
    drawn = space.sample(40, generator())
    assert len(drawn) == 40
    assert all(p["temperature"] * p["duration"] < 11 for p in points(drawn))
