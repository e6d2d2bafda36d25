"""The results of a joint fit: hydration, transport numbers at stated conditions, the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kuralab.analysis._joint_data import JointData, ProtonConductionParameters
from kuralab.analysis._protonic_details import SharesDetails
from kuralab.analysis._spectra import kelvin
from kuralab.model import Covariance, FittedParameter, Flag, ModelTried, Result
from kuralab.science.protonics import JointFit, ProtonConductor, conduction
from kuralab.units import Quantity

Floats = NDArray[np.float64]

HYDRATION: Final = ("hydration_enthalpy", "hydration_entropy")
_OPEN: Final = 0.25
"""Standard uncertainty of a transport number above which the data do not tell it."""
_UNITS: Final = {
    "acceptor": ("1", 1.0),
    "hydration_enthalpy": ("kJ/mol", 1e-3),
    "hydration_entropy": ("J/K/mol", 1.0),
    "log_proton": ("ln(K S/cm)", 1.0),
    "proton_energy": ("kJ/mol", 1e-3),
    "log_oxide": ("ln(K S/cm)", 1.0),
    "oxide_energy": ("kJ/mol", 1e-3),
    "log_hole": ("ln(K S/cm)", 1.0),
    "hole_energy": ("kJ/mol", 1e-3),
}


class JointBook:
    """Makes the results of a joint fit."""

    def __init__(
        self, fit: JointFit, data: JointData, parameters: ProtonConductionParameters, files: int
    ) -> None:
        self._fit, self._data, self._parameters = fit, data, parameters
        self._files = tuple(range(files))
        self._kelvin = np.array([kelvin(T).value for T in parameters.transport_at])
        self.tells_transport = data.emf is not None or data.conductivity is not None

    def results(self, *, dry: bool) -> tuple[list[Result], list[Covariance]]:
        centre, covariance = self._fit.propagated(self._everything)
        common: list[Flag] = ["model_inadequate"] if self._fit.inadequate else []
        if not dry:
            common.append("outside_validity")
        results = [
            self._hydration(i, float(centre[i]), float(np.sqrt(covariance[i, i])), common)
            for i in range(2)
        ]
        for j, T in enumerate(self._kelvin if self.tells_transport else ()):
            for k, quantity in enumerate(("proton_transport_number", "oxide_ion_transport_number")):
                i = 2 + 2 * j + k
                std = float(np.sqrt(covariance[i, i]))
                results.append(self._number(quantity, float(T), float(centre[i]), std, common))
        pairs = [
            Covariance(results=(j, i), value=float(covariance[i, j]))
            for i in range(len(results))
            for j in range(i)
            if results[i].value is not None and results[j].value is not None
        ]
        return results, pairs

    def _everything(self, material: ProtonConductor) -> Floats:
        """Enthalpy (kJ/mol), entropy, then t_H and t_O at each temperature."""
        numbers = self._numbers_at(self._kelvin)(material)
        return np.concatenate(
            [[1e-3 * material.hydration_enthalpy, material.hydration_entropy], numbers[:, :2].ravel()]
        )

    def _numbers_at(self, temperature: Floats) -> Callable[[ProtonConductor], Floats]:
        def numbers(material: ProtonConductor) -> Floats:
            found = conduction(
                material,
                temperature=temperature,
                water=self._parameters.water.value,
                oxygen=self._parameters.oxygen.value,
            )
            return np.stack([found.t_proton, found.t_oxide_ion, found.t_hole], axis=-1)

        return numbers

    def _hydration(self, i: int, value: float, std: float, common: list[Flag]) -> Result:
        known = HYDRATION[i] not in self._fit.undetermined
        flags: list[Flag] = list(common) if known else ["not_identifiable"]
        T = self._data.temperature - 273.15
        return Result(
            quantity=HYDRATION[i],
            value=value if known else None,
            uncertainty=std if known else None,
            unit=("kJ/mol", "J/K/mol")[i],
            flags=tuple(flags),
            method=self._method(),
            conditions={
                "temperature_lowest": Quantity(value=round(float(T.min()), 1), unit="degC"),
                "temperature_highest": Quantity(value=round(float(T.max()), 1), unit="degC"),
            },
            input=self._files,
        )

    def _number(self, quantity: str, T: float, value: float, std: float, common: list[Flag]) -> Result:
        known = std < _OPEN
        flags: list[Flag] = list(common) if known else ["not_identifiable"]
        data = [one for one in (self._data.emf, self._data.conductivity) if one is not None]
        measured = np.concatenate([one.temperature for one in data])
        if known and not measured.min() - 5.0 <= T <= measured.max() + 5.0:
            flags.append("extrapolated")
        return Result(
            quantity=quantity,
            value=value if known else None,
            uncertainty=std if known else None,
            unit="",
            flags=tuple(flags),
            method=self._method(),
            conditions={
                "temperature": Quantity(value=round(T - 273.15, 1), unit="degC"),
                "water_pressure": self._parameters.water,
                "oxygen_pressure": self._parameters.oxygen,
            },
            input=self._files,
        )

    def _method(self) -> str:
        return f"defect model fitted to {', '.join(self._data.kinds)} together"

    def model(self) -> ModelTried:
        """The defect model with all that was fitted."""
        fit = self._fit
        parameters = []
        for name in fit.names:
            unit, factor = _UNITS[name]
            std = fit.std(name)
            parameters.append(
                FittedParameter(
                    name=name.replace("_", " "),
                    value=factor * float(getattr(fit.material, name)),
                    uncertainty=None if std is None or name in fit.undetermined else factor * std,
                    unit=unit,
                )
            )
        reason = f"reduced chi squared {fit.reduced:.2f} with {fit.free} degrees of freedom"
        return ModelTried(
            name="hydration, protons, oxide ions, holes",
            adequate=not fit.inadequate and fit.settled,
            reason=reason if fit.settled else f"{reason}; the search did not settle",
            input=self._files,
            parameters=tuple(parameters),
        )

    def shares(self) -> SharesDetails:
        """Transport numbers over the temperatures measured."""
        T = np.linspace(self._data.temperature.min(), self._data.temperature.max(), 60)
        function = self._numbers_at(T)
        centre, covariance = self._fit.propagated(lambda material: function(material).ravel())
        return SharesDetails(
            temperature=T,
            numbers=centre.reshape(-1, 3),
            std=np.sqrt(np.maximum(np.diag(covariance), 0.0)).reshape(-1, 3),
            conditions=f"p(H2O) {self._parameters.water.value:.3g} atm, "
            f"p(O2) {self._parameters.oxygen.value:.3g} atm",
        )
