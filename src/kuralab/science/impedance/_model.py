"""Impedance of a circuit with given parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kuralab.errors import ScienceError
from kuralab.science.impedance._circuit import Circuit, parse_circuit
from kuralab.science.impedance._kernel import network

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


def impedance_from_circuit(
    *, frequency: ArrayLike, circuit: Circuit | str, parameters: Mapping[str, float]
) -> Complexes:
    """Impedance of a circuit.

    Parameters
    ----------
    frequency : (n,) Hz, positive
    circuit : expression, e.g. ``R0-p(R1,CPE1)-CPE2``
    parameters : one positive value for each of ``circuit.parameter_names``, in their units

    Returns
    -------
    (n,) complex, ohm; a capacitor has a negative imaginary part

    Raises
    ------
    ScienceError
        A parameter is missing, unknown or not positive; a frequency is not positive.

    Source
    ------
    Elements: see ``kuralab.science.impedance._elements``.

    Examples
    --------
    >>> z = impedance_from_circuit(
    ...     frequency=[1e3], circuit="R0-p(R1,C1)", parameters={"R0": 10, "R1": 100, "C1": 1e-6}
    ... )
    >>> np.round(z, 3)
    array([81.696-45.048j])
    """
    return derivatives_from_circuit(frequency=frequency, circuit=circuit, parameters=parameters)[0]


def derivatives_from_circuit(
    *, frequency: ArrayLike, circuit: Circuit | str, parameters: Mapping[str, float]
) -> tuple[Complexes, Complexes]:
    """Impedance (n,) ohm and its analytic derivatives dZ/dp (n, p), p in the circuit's units.

    Parameters, errors and sign as in ``impedance_from_circuit``; the columns follow
    ``circuit.parameter_names``.

    Examples
    --------
    >>> z, slopes = derivatives_from_circuit(
    ...     frequency=[1.0], circuit="R0-R1", parameters={"R0": 1.0, "R1": 2.0}
    ... )
    >>> slopes.real
    array([[1., 1.]])
    """
    circuit = circuit_from(circuit)
    omega = 2.0 * np.pi * checked_frequency(frequency)
    values = values_from_parameters(circuit, parameters)
    logarithmic = circuit.program.logarithmic
    x = np.where(logarithmic, np.log(values), values)
    z, slopes = network(
        circuit.program.code, circuit.program.parent, circuit.program.first, x, np.log(omega)
    )
    return z, slopes / np.where(logarithmic, values, 1.0)


def circuit_from(circuit: Circuit | str) -> Circuit:
    """The circuit itself, or the one that a text describes."""
    return parse_circuit(circuit) if isinstance(circuit, str) else circuit


def checked_frequency(frequency: ArrayLike) -> Floats:
    """Frequencies as a one-dimensional array of positive, finite numbers."""
    f = np.asarray(frequency, dtype=np.float64)
    if f.ndim != 1 or f.size == 0:
        raise ScienceError(f"frequency has shape {f.shape}; give one dimension, not empty.")
    if not (np.isfinite(f).all() and (f > 0).all()):
        bad = f[~(np.isfinite(f) & (f > 0))][0]
        raise ScienceError(f"frequency contains {bad:g} Hz; every frequency must be positive.")
    return f


def checked_spectrum(frequency: ArrayLike, impedance: ArrayLike) -> tuple[Floats, Complexes]:
    """A spectrum whose shapes agree and whose impedances are finite and not zero."""
    f = checked_frequency(frequency)
    z = np.asarray(impedance, dtype=np.complex128)
    if z.shape != f.shape:
        raise ScienceError(f"impedance has shape {z.shape}, frequency has {f.shape}; give the same.")
    if not np.isfinite(z).all() or (z == 0).any():
        raise ScienceError("impedance contains a value that is zero or not finite; drop that point.")
    return f, z


def values_from_parameters(circuit: Circuit, parameters: Mapping[str, float]) -> Floats:
    """Parameter values in the circuit's order, each named problem reported at once."""
    missing = [name for name in circuit.parameter_names if name not in parameters]
    unknown = [name for name in parameters if name not in circuit.index]
    bad = [
        f"{name} = {parameters[name]:g}"
        for name in circuit.parameter_names
        if name in parameters and not 0 < parameters[name] < np.inf
    ]
    problems = [
        f"{what}: {', '.join(names)}"
        for what, names in (("missing", missing), ("unknown", unknown), ("not positive", bad))
        if names
    ]
    if problems:
        raise ScienceError(
            f"parameters of {circuit}: {'; '.join(problems)}. "
            f"Needed: {', '.join(circuit.parameter_names)}."
        )
    return np.array([parameters[name] for name in circuit.parameter_names], dtype=np.float64)
