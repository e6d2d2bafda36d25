"""Thermograms, voltages and conductivities of one material to one set of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._joint_data import JointData, ProtonConductionParameters, joint_data
from kuralab.analysis._joint_results import HYDRATION, JointBook
from kuralab.analysis._protonic_details import HydrationDetails, JointDetails, ProtonicDetails
from kuralab.analysis._spectra import input_files
from kuralab.analysis.thermogravimetry import hydration_of, oxide_of
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Measurement
from kuralab.science.protonics import (
    TYPICAL,
    CommonErrors,
    JointFit,
    ProtonConductor,
    fit_with_common_errors,
)

__all__ = ["ProtonConductionParameters", "analyse_proton_conduction"]


def analyse_proton_conduction(
    measurements: Sequence[Measurement], parameters: ProtonConductionParameters
) -> Outcome:
    """Hydration, and transport numbers at stated conditions, from all data of one material together.

    The defect model has hydration (enthalpy, entropy) and for protons, oxide ions and holes a prefactor
    and an activation energy. Without conductivities only ratios of conductivities count, so the
    protons' are held; without voltages and conductivities only hydration is fitted.

    Parameters
    ----------
    measurements : thermograms, cell voltages and conductivity tables, at least one of them; parameters :
        see ``ProtonConductionParameters``

    Returns
    -------
    Outcome
        Flags: ``model_inadequate`` where the data reject the model (p < 0.01); ``not_identifiable``
        where they do not determine a number; ``extrapolated`` for transport numbers outside the
        temperatures measured; ``outside_validity`` without a dry reference of thermogravimetry.

    Raises
    ------
    InputError
        No formula, a measurement of another kind, what the single techniques refuse, or too few points.
    """
    oxide = oxide_of(parameters.composition, parameters.acceptor)
    if oxide is None:
        raise InputError(
            "the acceptor content is not known",
            field="composition",
            hint='Give the formula: --composition "BaZr0.4Ce0.4Y0.1Yb0.1O2.9".',
        )
    data = joint_data(measurements, parameters)
    spread = None if parameters.acceptor is None else parameters.acceptor.uncertainty
    start = replace(TYPICAL, acceptor=oxide.acceptor)
    hold = _held(data, acceptor_known=not spread)
    try:
        fit = fit_with_common_errors(
            start,
            errors=CommonErrors(
                water=0.01 * parameters.pressure_uncertainty.value,
                temperature=parameters.temperature_uncertainty.value,
                voltage=parameters.offset_uncertainty.to("V").value,
                formula=0.01 * parameters.formula_uncertainty.value,
                electrodes=0.01 * parameters.electrode_resistance.value,
            ),
            uptake=data.uptake,
            emf=data.emf,
            conductivity=data.conductivity,
            hold=hold,
            priors={"acceptor": spread} if spread else None,
        )
    except ScienceError as error:
        raise InputError(str(error), hint="Add measurements at more temperatures and gases.") from None
    book = JointBook(fit, data, parameters, len(input_files(measurements)))
    inputs = [*measurements, *([] if parameters.baseline is None else [parameters.baseline])]
    dry = all(uptake.details.dry for uptake in data.uptakes)
    results, covariance = book.results(dry=dry)
    return Outcome(
        record=AnalysisRecord(
            technique="proton_conduction",
            input=input_files(inputs),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(results),
            covariance=tuple(covariance),
            models=(book.model(),),
            warnings=data.warnings,
        ),
        protonics=ProtonicDetails(
            thermograms=tuple(u.details for u in data.uptakes),
            hydration=_hydration_by(fit, hydration_of(data.uptakes, oxide, parameters.acceptor)),
            shares=book.shares() if book.tells_transport else None,
            joint=JointDetails(dict(zip(data.kinds, fit.residuals, strict=True))),
        ),
        notes=tuple(_notes(fit, data)),
    )


def _hydration_by(fit: JointFit, alone: HydrationDetails | None) -> HydrationDetails | None:
    """The plateaus with the curve of the joint fit instead of their own."""
    if alone is None or alone.fit is None:
        return alone
    whole = np.zeros((4, 4))
    places = [
        (i, fit.names.index(name))
        for i, name in enumerate((*HYDRATION, "acceptor"))
        if name in fit.names
    ]
    for i, one in places:
        for j, other in places:
            whole[i, j] = fit.covariance[one, other]
    curve = replace(
        alone.fit,
        enthalpy=fit.material.hydration_enthalpy,
        entropy=fit.material.hydration_entropy,
        covariance=whole[:2, :2],
        acceptor=fit.material.acceptor,
        acceptor_std=float(np.sqrt(whole[2, 2])),
        offset=fit.mass_offset,
        determined=not set(HYDRATION) & set(fit.undetermined),
        whole=whole,
    )
    return replace(alone, fit=curve)


def _held(data: JointData, *, acceptor_known: bool) -> tuple[str, ...]:
    hold = ["acceptor"] if acceptor_known else []
    if data.emf is None and data.conductivity is None:
        return (*hold, *(n for n in ProtonConductor.names() if n not in (*HYDRATION, "acceptor")))
    if data.conductivity is None:
        # Voltages know shares only: the protons' own conductivity sets the scale.
        hold += ["log_proton", "proton_energy"]
    return tuple(hold)


def _notes(fit: JointFit, data: JointData) -> list[str]:
    notes = []
    if fit.undetermined:
        named = ", ".join(name.replace("_", " ") for name in fit.undetermined)
        notes.append(
            f"The data do not determine: {named}. Each keeps the spread that proton conductors have, "
            "which is in the uncertainties of the transport numbers."
        )
    if data.conductivity is None and data.emf is not None:
        notes.append("Without conductivities only shares are known: the protons' own were held.")
    if data.emf is None and data.conductivity is not None:
        notes.append(
            "Without voltages, transport numbers rest on how the conductivity changes with the gas."
        )
    return notes
