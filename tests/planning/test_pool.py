"""Pools: rows of a table as candidates, from lists, arrays and large files."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.planning._pool import Pool
from kuralab.planning.elements import composition_features

ROWS = [
    {"id": "a", "x": "1", "solvent": "water", "formula": "Li2S", "y": "0.1"},
    {"id": "b", "x": "2", "solvent": "ethanol", "formula": "P2S5", "y": "0.2"},
    {"id": "c", "x": "5", "solvent": "none", "formula": "Li3PS4", "y": "0.3"},
    {"id": "d", "x": "5", "solvent": "water", "formula": "LiI", "y": "0.4"},
]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_columns_become_features_by_what_they_hold() -> None:
    pool = Pool.from_rows(ROWS, ["x", "solvent"], label="id")
    features = next(pool.chunks(10)).features
    assert pool.names == ("x", "solvent=water", "solvent=ethanol", "solvent=none")
    assert features[:, 0].tolist() == [0.0, 0.25, 1.0, 1.0]
    assert np.linalg.norm(features[0, 1:] - features[1, 1:]) == pytest.approx(1)
    assert [pool.key({"id": name}) for name in "abcd"] == list("abcd")
    assert np.array_equal(pool.encode([{"id": "c"}, {"id": "a"}]), features[[2, 0]])


def test_formulas_become_properties_of_their_elements() -> None:
    pool = Pool.from_rows(ROWS, ["formula"], formulas=["formula"])
    column = list(pool.names).index("formula.electronegativity_mean")
    means = np.array([composition_features(row["formula"])["electronegativity_mean"] for row in ROWS])
    expected = (means - means.min()) / np.ptp(means)
    assert next(pool.chunks(10)).features[:, column] == pytest.approx(expected)
    features = next(pool.chunks(10)).features
    assert (features.min(axis=0) == 0).all()
    assert (features.max(axis=0) == 1).all()


def test_points_without_a_label_are_the_inputs() -> None:
    pool = Pool.from_rows(ROWS, ["x", "solvent"])
    third = next(pool.chunks(10)).point_of(2)
    assert third == {"x": 5.0, "solvent": "none"}
    pool.check(third)
    assert pool.key(third) == pool.key({"solvent": "none", "x": 5}) == '[5.0, "none"]'
    with pytest.raises(InputError, match="no such row"):
        pool.check({"x": 1, "solvent": "none"})


def test_chunks_and_draws_hold_every_candidate_once() -> None:
    matrix = generator().random((1000, 3))
    pool = Pool.from_arrays(["a", "b", "c"], matrix)
    parts = [chunk.features for chunk in pool.chunks(300)]
    assert [len(part) for part in parts] == [300, 300, 300, 100]
    scaled = (matrix - matrix.min(axis=0)) / np.ptp(matrix, axis=0)
    assert np.vstack(parts) == pytest.approx(scaled)
    drawn = pool.sample(5000, generator())
    assert sorted(pool.key(drawn.point_of(i)) for i in range(1000)) == sorted(
        pool.key(chunk.point_of(i)) for chunk in pool.chunks(300) for i in range(len(chunk))
    )
    counts = np.zeros(1000)
    for seed in range(300):
        rows = (pool.sample(100, generator(seed)).features[:, :1] == scaled[:, 0]).argmax(axis=1)
        counts[rows] += 1
    # Each of 1000 is in one of ten draws of 100; the variance is that of 300 tries.
    assert counts.mean() == pytest.approx(30)
    assert counts.var() == pytest.approx(300 * 0.1 * 0.9, rel=0.2)


def test_neighbours_are_others_and_near() -> None:
    pool = Pool.from_arrays(["a", "b"], generator().random((5000, 2)))
    base = pool.sample(1, generator(1))
    far = []
    for width in (0.02, 0.2):
        found = pool.near(base.point_of(0), 50, generator(2), width=width)
        keys = {pool.key(found.point_of(i)) for i in range(50)}
        assert len(keys) == 50
        assert pool.key(base.point_of(0)) not in keys
        far.append(float(np.median(np.linalg.norm(found.features - base.features, axis=1))))
    assert 0.01 < far[0] < 0.1
    assert far[1] > 1.5 * far[0]
    small = Pool.from_rows(ROWS, ["x", "solvent"], label="id")
    assert len(small.near({"id": "a"}, 50, generator(), width=0.1)) == 3


def test_the_same_inputs_twice_are_named_or_merged() -> None:
    rows = [*ROWS, {**ROWS[1], "id": "e"}]
    with pytest.raises(InputError, match=r"row 2 \(b\) and row 5 \(e\) have the same inputs"):
        Pool.from_rows(rows, ["x", "solvent"], label="id")
    pool = Pool.from_rows(rows, ["x", "solvent"], label="id", merge=True)
    assert len(pool) == 4
    assert pool.rows.tolist() == [0, 1, 2, 3]
    assert pool.members.tolist() == [0, 1, 2, 3, 1]
    assert pool.key({"id": "e"}) == pool.key({"id": "b"}) == "b"


@pytest.mark.parametrize(
    ("change", "inputs", "said"),
    [
        ({"x": ""}, ["x"], "x: the input of row 5 is missing"),
        ({"x": None}, ["x"], "x: the input of row 5 is missing"),
        ({"x": "nan"}, ["x"], "x: the input of row 5 is missing"),
        ({"x": "inf"}, ["x"], "x: the input of row 5 is infinite"),
        ({"x": "<3"}, ["x"], "x: the input of row 5 is '<3', no number"),
        ({"solvent": " "}, ["solvent"], "solvent: the input of row 5 is missing"),
        ({"formula": "Li2Zz"}, ["formula"], "formula: row 5: 'Zz' in 'Li2Zz' is not an element"),
        ({"id": "a", "x": "9"}, ["x", "solvent"], "rows 1 and 5 are both called 'a'"),
        ({"id": "", "x": "9"}, ["x", "solvent"], "row 5 has no label"),
        ({}, ["z"], "unknown column 'z'"),
        ({}, ["x", "x"], "named twice"),
        ({}, [], "at least one input"),
    ],
)
def test_a_table_that_is_no_pool_says_why(
    change: dict[str, object], inputs: list[str], said: str
) -> None:
    rows = [*ROWS, {**ROWS[0], "id": "e", **change}]
    formulas = [name for name in inputs if name == "formula"]
    with pytest.raises(InputError) as refused:
        Pool.from_rows(rows, inputs, label="id", formulas=formulas)
    assert said in str(refused.value)


def test_an_empty_or_uniform_table_is_refused() -> None:
    with pytest.raises(InputError, match="no rows"):
        Pool.from_rows([], ["x"])
    with pytest.raises(InputError, match="no rows"):
        Pool.from_arrays(["x"], np.empty((0, 1)))
    with pytest.raises(InputError, match="same inputs"):
        Pool.from_arrays(["x"], np.ones((5, 1)))
    with pytest.raises(InputError, match="do not fit"):
        Pool.from_arrays(["x"], np.ones((5, 2)))
    many = [{"name": f"text {i}"} for i in range(101)]
    with pytest.raises(InputError, match="101 different texts are too many"):
        Pool.from_rows(many, ["name"])


def test_an_unknown_point_is_refused() -> None:
    pool = Pool.from_rows(ROWS, ["x", "solvent"], label="id")
    with pytest.raises(InputError, match="the pool has no 'z'"):
        pool.check({"id": "z"})
    with pytest.raises(InputError, match="has no value"):
        Pool.from_rows(ROWS, ["x", "solvent"]).check({"x": 1})


def test_fractions_of_a_mixture_have_one_sum() -> None:
    good = [[20, 30, 50], [0, 0, 100], [10, 80, 10]]
    assert len(Pool.from_arrays(["a", "b", "c"], good, mixture=True)) == 3
    with pytest.raises(InputError, match="most sum to 100, those of row 2 to 90"):
        Pool.from_arrays(["a", "b", "c"], [[20, 30, 50], [0, 0, 90], [10, 80, 10]], mixture=True)


def test_a_file_is_read_as_its_rows_would_be(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(ROWS)
    inputs = ["x", "solvent", "formula"]
    ours = Pool.from_csv(path, inputs, label="id", formulas=["formula"])
    theirs = Pool.from_rows(ROWS, inputs, label="id", formulas=["formula"])
    assert ours.names == theirs.names
    assert np.array_equal(next(ours.chunks(9)).features, next(theirs.chunks(9)).features)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read as CSV"),
        ("x,y\n", "no rows"),
        ("x,y\n1,2\n3\n", "cannot be read as CSV"),
        ("x,y\n1,2\n,3\n", "x: the input of row 2 is missing"),
        ("x,y\n1,2\nabc,3\n2,1\n", "x: the input of row 2 is 'abc', no number"),
        ("z,y\n1,2\n", "unknown column 'x'"),
        ("x,x\n1,2\n", "twice"),
        ("x,y\n1,2\n1,3\n2,3\n", "row 1 and row 2 have the same inputs"),
    ],
)
def test_a_file_that_is_no_pool_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pool.csv"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        Pool.from_csv(path, ["x"])
    assert "pool.csv" in str(refused.value)
    assert said in str(refused.value)


def test_a_missing_file_is_said() -> None:
    with pytest.raises(InputError, match="no such file"):
        Pool.from_csv("nowhere.csv", ["x"])


MEASURE = """
import sys
from pathlib import Path
import numpy as np
from kuralab.planning._pool import Pool
names = [f"x{i}" for i in range(30)]
pool = Pool.from_csv(sys.argv[1], names)
total = sum(len(chunk) for chunk in pool.chunks(20_000))
generator = np.random.default_rng(0)
pool.near(pool.sample(1, generator).point_of(0), 100, generator, width=0.1)
assert total == len(pool) == 100_000
# Not ru_maxrss, which a child process has from its parent.
lines = Path("/proc/self/status").read_text().splitlines()
(peak,) = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(int(peak) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from Linux")
def test_a_hundred_thousand_candidates_of_thirty_inputs_stay_below_half_a_gigabyte(
    tmp_path: Path,
) -> None:
    import pyarrow
    from pyarrow import csv as arrow_csv

    numbers = generator().random((100_000, 30)).round(6)
    path = tmp_path / "large.csv"
    arrow_csv.write_csv(pyarrow.table({f"x{i}": numbers[:, i] for i in range(30)}), path)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 500


@pytest.mark.parametrize(
    ("name", "inputs", "count", "mixture"),
    [
        ("p3ht.csv", [f"{n} content (%)" for n in ("P3HT", "D1", "D2", "D6", "D8")], 178, True),
        ("crossed_barrel.csv", ["n", "theta", "r", "t"], 600, False),
        ("perovskite.csv", ["CsPbI", "FAPbI", "MAPbI"], 94, True),
        ("oer_plate_4098.csv", [f"{n}_load" for n in ("sn", "sb", "co", "ca", "ni", "mn")], 2121, True),
    ],
)
def test_published_pools_have_their_number_of_materials(
    shared_data: Path, name: str, inputs: list[str], count: int, mixture: bool
) -> None:
    path = shared_data / "benchmarks" / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    assert len(Pool.from_csv(path, inputs, mixture=mixture, merge=True)) == count
