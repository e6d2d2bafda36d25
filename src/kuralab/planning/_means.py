"""What physics expects of an objective before any measurement, as a basis for the model's mean.

A mean is sum_j c_j b_j(x). The Gaussian process fits the coefficients c together with all else
(generalised least squares with a weak prior: Rasmussen, Williams, Gaussian Processes for Machine
Learning, MIT Press 2006, section 2.7) and models what remains. Far from the data predictions follow
the mean, which is where a law that is roughly right saves experiments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from kuralab.errors import InputError, ScienceError

Floats = NDArray[np.float64]

BOLTZMANN: Final = 8.617333262e-5
"""eV/K, CODATA 2018, exact in its digits given."""

GAS_CONSTANT: Final = 8.314462618e-3
"""kJ/(mol K), CODATA 2018."""


class Mean(Protocol):
    """coefficients: their names with units, where the objective is what the mean's law is about."""

    @property
    def coefficients(self) -> tuple[str, ...]: ...

    def basis(self, x: Floats) -> Floats:
        """(n, p) values of the basis at inputs (n, d)."""


@final
@dataclass(frozen=True)
class ConstantMean:
    """The same everywhere: c."""

    coefficients: tuple[str, ...] = ("constant",)

    def basis(self, x: Floats) -> Floats:
        """(n, 1) ones."""
        return np.ones((len(x), 1))


@final
@dataclass(frozen=True)
class LinearMean:
    """A plane in some columns of the inputs: c_0 + sum_k c_k x_k.

    Examples
    --------
    >>> LinearMean((1,)).basis(np.array([[0.2, 5.0], [0.4, 7.0]]))
    array([[1., 5.],
           [1., 7.]])
    """

    columns: tuple[int, ...]

    @property
    def coefficients(self) -> tuple[str, ...]:
        """One for the constant and one for every column."""
        return ("constant", *(f"slope of column {column}" for column in self.columns))

    def basis(self, x: Floats) -> Floats:
        """(n, 1 + columns)."""
        return np.column_stack([np.ones(len(x)), *(_column(x, column) for column in self.columns)])


@final
@dataclass(frozen=True)
class Kelvin:
    """The temperature among the inputs: T = zero + span x[column], in K.

    A column in K has zero 0 and span 1, one in degC zero 273.15; one that was scaled to run from 0 to
    1 between two temperatures has the lower one as zero and their difference as span.

    Raises
    ------
    ScienceError
        A temperature is not above 0 K.

    Examples
    --------
    >>> Kelvin(0, zero=273.15).of(np.array([[25.0]]))
    array([298.15])
    """

    column: int
    zero: float = 0.0
    span: float = 1.0

    def of(self, x: Floats) -> Floats:
        """(n,) K."""
        temperature: Floats = self.zero + self.span * _column(x, self.column)
        if not (temperature > 0).all():
            raise ScienceError("temperatures must be above 0 K; give the unit of the column")
        return temperature


@final
@dataclass(frozen=True)
class ArrheniusMean:
    """A thermally activated quantity on a logarithmic scale.

        ln(sigma T) = ln A - E_a / (k_B T)

    so that the basis is [1, -1 / (k_B T)] and its coefficients are ln A and E_a in eV. With ln(sigma)
    as the objective E_a comes out lower by about k_B T (0.026 eV at 300 K); with decadic logarithms
    both are smaller by ln 10.

    Examples
    --------
    >>> ArrheniusMean(Kelvin(0)).basis(np.array([[300.0]])).round(3)
    array([[  1.   , -38.682]])
    """

    temperature: Kelvin
    coefficients: tuple[str, ...] = ("ln A", "E_a [eV]")

    def basis(self, x: Floats) -> Floats:
        """(n, 2): 1 and -1 / (k_B T) in 1/eV."""
        return _with_constant(-1.0 / (BOLTZMANN * self.temperature.of(x)))


@final
@dataclass(frozen=True)
class VanTHoffMean:
    """An equilibrium pressure on a logarithmic scale.

        ln(p / p0) = dH / (R T) - dS / R

    dH, dS: of absorption, per mole of gas, so that both are negative for a hydride. The basis is
    [1, 1 / (R T)] and its coefficients are -dS / R and dH in kJ/mol.

    Examples
    --------
    >>> VanTHoffMean(Kelvin(0)).basis(np.array([[300.0]])).round(4)
    array([[1.    , 0.4009]])
    """

    temperature: Kelvin
    coefficients: tuple[str, ...] = ("-dS/R", "dH [kJ/mol]")

    def basis(self, x: Floats) -> Floats:
        """(n, 2): 1 and 1 / (R T) in mol/kJ."""
        return _with_constant(1.0 / (GAS_CONSTANT * self.temperature.of(x)))


@final
@dataclass(frozen=True)
class UserMean:
    """A user's own expectation f(x), (n,) from (n, d), up to an offset and a factor: c_0 + c_1 f(x).

    Raises
    ------
    InputError
        The function returns another shape, or a number that is not finite.

    Examples
    --------
    >>> UserMean(lambda x: x[:, 0] ** 2).basis(np.array([[3.0]]))
    array([[1., 9.]])
    """

    function: Callable[[Floats], Sequence[float] | Floats]
    coefficients: tuple[str, ...] = ("offset", "factor")

    def basis(self, x: Floats) -> Floats:
        """(n, 2): 1 and f(x)."""
        values = np.asarray(self.function(x), dtype=float)
        if values.shape != (len(x),):
            raise InputError(
                f"the mean function returned shape {values.shape} for {len(x)} candidates",
                hint="It takes (n, d) inputs and returns (n,) numbers.",
            )
        if not np.isfinite(values).all():
            first = int(np.flatnonzero(~np.isfinite(values))[0])
            raise InputError(
                f"the mean function returned {values[first]} for inputs {x[first].tolist()}",
                hint="It has to return a finite number for every candidate.",
            )
        return _with_constant(values)


def _column(x: Floats, column: int) -> Floats:
    if not -x.shape[1] <= column < x.shape[1]:
        raise ScienceError(f"column {column} of inputs that have {x.shape[1]} columns")
    values: Floats = x[:, column]
    return values


def _with_constant(values: Floats) -> Floats:
    return np.column_stack([np.ones(len(values)), values])
