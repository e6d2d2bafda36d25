"""Keyed random numbers: the same for the same key, whatever was drawn before."""

from __future__ import annotations

import numpy as np

from kuralab.clock import keyed_generator


def test_the_numbers_of_a_key_never_change() -> None:
    """Old labs must repeat: the bits are frozen here."""
    generator = keyed_generator(7, "mill", 2)
    assert [int(generator.bit_generator.random_raw()) for _ in range(2)] == [
        1596439737042335315,
        8980761313433450819,
    ]


def test_a_key_gives_the_same_numbers_again() -> None:
    first = keyed_generator(7, "run", "step", 1).normal(size=100)
    np.testing.assert_array_equal(first, keyed_generator(7, "run", "step", 1).normal(size=100))
    np.testing.assert_array_equal(first, keyed_generator(7, "run", "step", np.int64(1)).normal(size=100))


def test_every_part_of_a_key_counts() -> None:
    keys = [(7,), (8,), (7, "a"), (7, "a", "b"), (7, "ab"), (7, "b", "a"), (7, 1), (7, "1"), (7, "a", 1)]
    first = {float(keyed_generator(*key).random()) for key in keys}
    assert len(first) == len(keys)


def test_numbers_of_neighbouring_keys_are_unrelated() -> None:
    draws = np.array([keyed_generator(0, "step", attempt).normal() for attempt in range(2000)])
    assert abs(draws.mean()) < 5 / np.sqrt(draws.size)
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 5 / np.sqrt(draws.size)
