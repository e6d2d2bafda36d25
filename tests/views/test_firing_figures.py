"""Maps of a search for dense bodies, and what copper does to them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from kuralab.errors import InputError
from kuralab.views import CopperBody, Fired, copper_effects, firing_map

BODIES = [
    Fired(0.5, 1500.0, 92.0, 0.80),
    Fired(1.0, 1400.0, 94.0, 0.78, chosen=True),
    Fired(3.0, 1250.0, 95.0, 0.71),
    Fired(4.0, 1100.0, 90.0, 0.65),
    Fired(2.0, 1450.0, 93.0, 0.74),
    Fired(5.0, 1400.0, 93.0, 0.68),
    Fired(3.0, 900.0, 53.0, None),
    Fired(2.0, 1000.0, None, None),
]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_body_is_on_the_map_or_crossed_out(language: str) -> None:
    figure = firing_map(BODIES, limit=0.76, language=language)  # type: ignore[arg-type]
    for axes, lost in zip(figure.axes[:2], (1, 2), strict=True):
        scatters = [c for c in axes.collections if isinstance(c, PathCollection)]
        assert [len(np.asarray(c.get_offsets())) for c in scatters] == [lost, len(BODIES) - lost, 1]
    figure.canvas.draw()


def test_few_or_aligned_bodies_have_no_areas() -> None:
    aligned = [Fired(1.0, 1000.0 + 50.0 * i, 90.0, 0.7) for i in range(8)]
    for bodies in (BODIES[:2], aligned, [BODIES[-1]]):
        firing_map(bodies, limit=0.76).canvas.draw()
    with pytest.raises(InputError):
        firing_map([])


def test_copper_figure_shows_what_each_body_has() -> None:
    full = CopperBody(
        "3 mol%",
        3.0,
        {"Ba": (0.81, 0.01), "Cu": (0.02, 0.001)},
        protons=(0.13, 0.001),
        transport=(0.71, 0.01),
        g=(2.245, 0.001),
        hyperfine=(540.0, 2.0),
    )
    bare = CopperBody("0 mol%", 0.0, {"Ba": (1.0, 0.01)})
    figure = copper_effects([bare, full], published=(3.0, {"Ba": 0.81, "Cu": 0.02}))
    figure.canvas.draw()
    g_and_a = figure.axes[3]
    texts = [text.get_text() for text in g_and_a.texts]
    assert any("CuO₄" in text for text in texts)
    assert any("CuO₆" in text for text in texts)
    points = [line.get_xdata()[0] for line in g_and_a.lines if len(line.get_xdata())]  # type: ignore[arg-type, index]
    assert 2.245 in points
    with pytest.raises(InputError):
        copper_effects([])
