"""Benches of twins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.model.facility import Instrument
from tests.instruments.bench import START, Bench, small_facility


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Benches on folders of their own; ``again`` takes up the folder of another."""
    count = iter(range(100))

    def make(*instruments: Instrument, seed: int = 1, again: Bench | None = None) -> Bench:
        folder = again.folder if again else tmp_path / f"twins-{next(count)}"
        start = again.clock.now() if again else START
        return Bench(folder, seed=seed, facility=small_facility(*instruments), start=start)

    return make
