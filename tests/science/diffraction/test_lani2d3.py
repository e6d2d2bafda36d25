"""LaNi2D3.08: what X-rays and neutrons know of it, from patterns that another model made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kuralab.science.diffraction import (
    Pattern,
    Refinement,
    Settings,
    density,
    judge,
    phase_of,
    refine,
    reflections,
    undetermined,
)
from tests.science.diffraction.lani2d3 import (
    CU,
    Truth,
    example_patterns,
    hydride,
    lani5,
    neutron_pattern,
    truth,
    x_ray_pattern,
)

SETTINGS = Settings(
    # By its site z of Ni is free, but at 1/4 no intensity changes with it to first order. The grains of
    # the second phase have a size and a strain of their own.
    fix=("*.Ni.z",),
    refine=("axial.s_l", "*LaNi5.strain", "*LaNi5.inverse_size"),
)
SEEDS = 30
D = "LaNi2D3.D.x"


def _refined(patterns: Sequence[Pattern]) -> Refinement:
    """The deuterium starts 0.05 to 0.15 angstrom away."""
    return refine(patterns, [phase_of(hydride(x=0.290)), phase_of(lani5())], SETTINGS)


def _made(seed: int) -> tuple[Truth, Pattern, Pattern]:
    random = np.random.default_rng([20251204, seed])
    true = truth(random)
    return true, x_ray_pattern(true, random), neutron_pattern(true, random)


def _cell_errors(found: Refinement, true: Truth) -> tuple[float, float]:
    """Relative, of a and c."""
    cell, _ = found.cell("LaNi2D3")
    return float(cell[0] / true.a - 1.0), float(cell[2] / true.c - 1.0)


@pytest.mark.parametrize(
    ("indices", "d"),
    [
        ((0, 0, 2), 4.3492),
        ((1, 0, 0), 3.9028),
        ((1, 0, 2), 2.9047),
        ((1, 1, 0), 2.2533),
        ((1, 1, 1), 2.181),
        ((1, 1, 2), 2.0007),
        ((1, 0, 4), 1.8996),
    ],
)
def test_spacings(indices: tuple[int, int, int], d: float) -> None:
    """Of the cell a = 4.50651, c = 8.69841 angstrom; hkl and its equivalents have one d."""
    found = reflections(hydride(), radiation="neutron", d_min=1.5)
    assert np.abs(found.d - d).min() < 6e-4
    assert tuple(np.abs(found.h[np.abs(found.d - d).argmin()]))[2] == indices[2]


def test_extinctions_and_density() -> None:
    """h0l and 00l need an even l; two formula units of LaNi2D3 in the cell."""
    found = reflections(hydride(), radiation="neutron", d_min=1.0)
    h, k, odd = found.h[:, 0], found.h[:, 1], found.h[:, 2] % 2 == 1
    on_the_plane = (k == 0) | (h == 0) | (h + k == 0)
    assert not (on_the_plane & odd).any()
    assert (~on_the_plane & odd).any()
    assert density(hydride()) == pytest.approx(5.70, abs=0.01)


def test_lines_of_deuterium_alone() -> None:
    """Metal atoms do not scatter into hkl with odd l: these lines are deuterium's; X-rays lose them."""
    for radiation, share in (("neutron", 0.03), ("xray", 2e-4)):
        found = reflections(
            hydride(),
            radiation=radiation,  # type: ignore[arg-type]
            d_min=1.0,
            wavelength=CU[0][0] if radiation == "xray" else None,
        )
        odd = found.h[:, 2] % 2 == 1
        strength = found.multiplicity * found.f_squared
        ratio = strength[odd].sum() / strength.sum()
        assert (ratio > share) == (radiation == "neutron")


def test_examples_come_from_this_model(checkout: Path) -> None:
    """``examples/lani2d3`` holds what is computed here, but for the last digit's rounding elsewhere."""
    for name, text in example_patterns().items():
        stored = np.loadtxt(checkout / "examples" / "lani2d3" / name)
        made = np.loadtxt(text.splitlines())
        assert (np.abs(stored - made).max(axis=1) > 0.5).mean() < 0.01


def test_neutrons_and_both_place_deuterium() -> None:
    true, x_ray, neutron = _made(1)
    for patterns in ([neutron], [neutron, x_ray]):
        found = _refined(patterns)
        std = found.std(D)
        assert std is not None
        assert std * true.a < 0.01
        assert abs(found.value(D) - true.x) * true.a < 0.01
        assert undetermined(found).keys() & {D} == set()
        assert all(judge(fit).adequate for fit in found.patterns)
        assert max(map(abs, _cell_errors(found, true))) < 2e-4


def test_x_rays_alone_do_not() -> None:
    """Whatever the fit says of its uncertainty; metals, cell and fraction are known all the same."""
    true, x_ray, _ = _made(1)
    found = _refined([x_ray])
    assert D in undetermined(found)
    assert not any(".La." in name or ".Ni" in name for name in undetermined(found) if "LaNi2D3" in name)
    assert max(map(abs, _cell_errors(found, true))) < 2e-4
    shares, _ = found.fractions()
    assert shares[1] == pytest.approx(true.lani5, abs=0.03)


@pytest.mark.slow
def test_recovery_over_seeds() -> None:
    """Cell, deuterium and fraction over many truths; docs/techniques/diffraction.md has the numbers."""
    found: dict[str, list[tuple[float, ...]]] = {"xray": [], "neutron": [], "both": []}
    for seed in range(SEEDS):
        true, x_ray, neutron = _made(seed)
        for name, patterns in (
            ("xray", [x_ray]),
            ("neutron", [neutron]),
            ("both", [neutron, x_ray]),
        ):
            one = _refined(patterns)
            assert (D in undetermined(one)) == (name == "xray"), f"seed {seed}, {name}"
            cell, covariance = one.cell("LaNi2D3")
            shares, spread = one.fractions(len(patterns) - 1)
            found[name].append(
                (
                    (cell[0] - true.a) / true.a,
                    (cell[2] - true.c) / true.c,
                    (one.value(D) - true.x) * true.a,
                    shares[1] - true.lani5,
                    (cell[0] - true.a) / np.sqrt(covariance[0, 0]),
                    (cell[2] - true.c) / np.sqrt(covariance[2, 2]),
                    (one.value(D) - true.x) / (one.std(D) or np.inf),
                    (shares[1] - true.lani5) / np.sqrt(spread[1, 1]),
                )
            )
    for name, rows in found.items():
        table = np.array(rows)
        a, c, x, share = np.sqrt((table[:, :4] ** 2).mean(axis=0))
        covered = (np.abs(table[:, 4:]) < 1.96).mean(axis=0)
        print(name, "rms", a, c, x, share, "within 1.96 std", covered)
        assert a < 1.2e-4
        assert c < 1.5e-4
        assert share < 0.02
        if name != "xray":
            assert x < 0.006
            assert covered[2] >= 0.8
