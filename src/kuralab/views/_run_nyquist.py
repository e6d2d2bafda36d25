"""The spectra of every sample of a run, as small multiples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from kuralab.errors import InputError
from kuralab.units import convert
from kuralab.views._labels import Language, say
from kuralab.views._nyquist import fitted_curve
from kuralab.views._run_data import Finding, RunOverview
from kuralab.views._run_looks import TEMPERATURES, colour_bar
from kuralab.views._style import DOUBLE, GREY, MM, SMALL, new_figure, styled

if TYPE_CHECKING:
    from kuralab.analysis import SpectrumDetails

_COLUMNS: Final = 4
_ROOM_TEMPERATURE: Final = 298.15
_BEYOND_THE_ARC: Final = 1.6
_TALLEST: Final = 0.8


@styled
def run_nyquist(overview: RunOverview, *, language: Language = "en") -> Figure:
    """−Im Z against Re Z of every sample, a panel each, coloured by temperature, on equal axes.

    A panel ends a little beyond the resistance at its temperature nearest to 25 degC: what lies
    outside is the blocking electrode.

    Raises
    ------
    InputError
        No sample has a spectrum.
    """
    findings = [f for f in overview.drawn if f.outcome is not None and f.outcome.spectra]
    if not findings:
        raise InputError("no sample has a spectrum to draw", hint="Measure at least one.")
    spectra = {f.sample.sample: f.outcome.spectra for f in findings if f.outcome is not None}
    everything = [s for found in spectra.values() for s in found]
    norm = _norm(everything)
    columns = min(_COLUMNS, len(findings))
    rows = math.ceil(len(findings) / columns)
    side = (DOUBLE - 22 * MM) / _COLUMNS
    figure = new_figure(
        width=(columns * side + 22 * MM), height=rows * (side * _TALLEST + 3 * MM) + 8 * MM
    )
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, finding in zip(panels, findings, strict=False):
        _draw(axes, finding, spectra[finding.sample.sample], norm)
        axes.set_title(overview.label(finding.sample), pad=2)
    for axes in panels[len(findings) :]:
        axes.set_axis_off()
    figure.supxlabel(say("real", language, unit="Ω"), fontsize=8)
    figure.supylabel(say("imaginary", language, unit="Ω"), fontsize=8)
    if norm is not None:
        scale = colour_bar(figure, panels, ScalarMappable(norm, TEMPERATURES))
        scale.set_label(say("celsius", language))
    return figure


def _draw(
    axes: Axes, finding: Finding, spectra: tuple[SpectrumDetails, ...], norm: Normalize | None
) -> None:
    axes.set_aspect("equal", adjustable="box")
    _set_limits(axes, finding, spectra)
    for spectrum in sorted(spectra, key=_kelvin):
        colour = (
            GREY
            if norm is None or spectrum.temperature is None
            else TEMPERATURES(norm(_celsius(spectrum)))
        )
        curve = fitted_curve(spectrum)
        axes.plot(curve.real, -curve.imag, color=colour, linewidth=0.5)
        z = spectrum.impedance
        axes.plot(z.real, -z.imag, ".", color=colour, ms=2.8, mew=0)
    axes.tick_params(labelsize=SMALL - 0.5, pad=2)


def _set_limits(axes: Axes, finding: Finding, spectra: tuple[SpectrumDetails, ...]) -> None:
    """From zero to beyond the resistance of the spectrum nearest to 25 degC, where the arc ends."""
    nearest = min(spectra, key=lambda s: abs(_kelvin(s) - _ROOM_TEMPERATURE))
    inside = _resistance_at(finding, nearest)
    right = _BEYOND_THE_ARC * inside if inside > 0 else 1.05 * float(nearest.impedance.real.max())
    # Without inductance the axis starts at zero; with it a little of the tail is shown.
    inductive = float((-nearest.impedance.imag).min()) < 0
    bottom = (-0.08 if inductive else -0.02) * right
    axes.set_xlim(-0.02 * right, right)
    axes.set_ylim(bottom, _TALLEST * right + bottom)
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0.0, right)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(float(ticks[1] - ticks[0])))


def _resistance_at(finding: Finding, spectrum: SpectrumDetails) -> float:
    """The total resistance that was found at a spectrum's temperature; 0 where none was."""
    results = finding.outcome.record.of("resistance_total") if finding.outcome is not None else ()
    found = [
        result.value
        for result in results
        if result.value is not None and result.conditions.get("temperature") == spectrum.temperature
    ]
    return found[0] if found else 0.0


def _norm(spectra: list[SpectrumDetails]) -> Normalize | None:
    celsius = [_celsius(s) for s in spectra if s.temperature is not None]
    return Normalize(min(celsius), max(celsius)) if len(set(celsius)) > 1 else None


def _celsius(spectrum: SpectrumDetails) -> float:
    return float(convert(_kelvin(spectrum), unit="K", to="degC"))


def _kelvin(spectrum: SpectrumDetails) -> float:
    return _ROOM_TEMPERATURE if spectrum.temperature is None else spectrum.temperature.to("K").value
