"""The arcs of a fitted circuit: resistance, time constant, capacitance."""

from __future__ import annotations

from dataclasses import dataclass

from kuralab.science.impedance._circuit import Circuit, Element
from kuralab.science.impedance._elements import CPE, RESISTOR
from kuralab.science.impedance._fit import CircuitFit
from kuralab.science.impedance._start import arc_elements


@dataclass(frozen=True)
class FittedArc:
    """One p(R,CPE) or p(R,C) of a circuit's outermost series.

    resistor: name of its R; resistance and resistance_std in ohm; time_constant in s:

        tau = (R Q)^(1/n)

    capacitance in F, of an arc with the same apex without depression:

        C = R^((1-n)/n) Q^(1/n) = tau / R

    exponent: n, 1 for a capacitor; identifiable: the data determine R, and the apex lies within a
    decade of the measured frequencies.

    Source
    ------
    C. H. Hsu, F. Mansfeld, Corrosion 57, 747 (2001), DOI 10.5006/1.3280607; G. J. Brug et al.,
    J. Electroanal. Chem. 176, 275 (1984), DOI 10.1016/S0022-0728(84)80324-1.
    """

    resistor: str
    resistance: float
    resistance_std: float
    time_constant: float
    capacitance: float
    exponent: float
    identifiable: bool


# An arc's resistance is stated when its relative standard uncertainty is below this.
LARGEST_RELATIVE_STD = 0.25


def arcs_of(fit: CircuitFit) -> tuple[FittedArc, ...]:
    """The arcs of a fit, the fastest first."""
    arcs = []
    for branch in fit.circuit.branches:
        elements = arc_elements(branch)
        if elements is None:
            continue
        resistor, capacitive = elements
        resistance = fit.value(resistor.name)
        names = capacitive.parameter_names
        n = fit.value(names[1]) if capacitive.kind.code == CPE else 1.0
        tau = (resistance * fit.value(names[0])) ** (1.0 / n)
        std = fit.std_of(resistor.name)
        determined = fit.identifiable[fit.circuit.index[resistor.name]]
        apex = 0.15915494309189535 / tau
        seen = fit.frequency.min() / 10.0 <= apex <= fit.frequency.max() * 10.0
        arcs.append(
            FittedArc(
                resistor=resistor.name,
                resistance=resistance,
                resistance_std=std,
                time_constant=tau,
                capacitance=tau / resistance,
                exponent=n,
                identifiable=bool(determined and seen and std < LARGEST_RELATIVE_STD * resistance),
            )
        )
    return tuple(sorted(arcs, key=lambda arc: arc.time_constant))


def series_resistors(circuit: Circuit) -> tuple[str, ...]:
    """Names of the resistors of the outermost series."""
    return tuple(
        branch.name
        for branch in circuit.branches
        if isinstance(branch, Element) and branch.kind.code == RESISTOR
    )
