"""The number of spins in a sample, against a standard."""

from __future__ import annotations

from typing import Final

import numpy as np

from kuralab.analysis._esr_results import EsrBook, is_adequate
from kuralab.analysis._esr_spectrum import acquisitions, esr_spectrum
from kuralab.errors import InputError, ScienceError
from kuralab.model import Flag, Measurement, Result
from kuralab.science.esr import (
    MAGNETON,
    Area,
    EsrFit,
    Spectrum,
    SpinCount,
    area_of,
    area_of_fit,
    count_spins,
    fit_spectrum,
    mean_intensity_g,
)
from kuralab.units import Quantity

_SHIFTING_BASELINE: Final = 0.1


def check_standard(standard: Measurement | None, spins: Quantity | None) -> None:
    """Both or neither, and a positive number.

    Raises
    ------
    InputError
        One is missing, or the number is not positive.
    """
    if spins is not None and not spins.value > 0.0:
        raise InputError(
            f"{spins} must be more than zero", field="standard_spins", hint="Give the number of spins."
        )
    if (standard is None) != (spins is None):
        raise InputError(
            "a standard needs its spectrum and its number of spins",
            field="standard" if standard is None else "standard_spins",
            hint="Give --standard and --standard-spins.",
        )


def write_spin_count(
    book: EsrBook,
    fit: EsrFit,
    measurement: Measurement,
    *,
    standard: Measurement,
    spins: Quantity,
    number: int,
) -> SpinCount:
    """Count the spins of one spectrum and add the result.

    Where fits describe sample and standard, the areas of the fitted lines are compared; they have their
    wings and no baseline. Otherwise the spectra are integrated.

    Raises
    ------
    InputError
        The two cannot be compared, or there is no signal.
    """
    spectrum = fit.spectrum
    other = esr_spectrum(standard, frequency=None, detection=None)
    if other.harmonic != spectrum.harmonic:
        raise InputError(
            "absorption and derivative cannot be compared",
            file=standard.raw.name,
            field="standard",
            hint="Measure both in one way.",
        )
    sample_scale, standard_scale, equal = acquisitions(measurement, standard)
    try:
        reference = fit_spectrum(other, nucleus="none", model="isotropic").best
        fitted = is_adequate(fit) and is_adequate(reference)
        area, reference_area = (
            (area_of_fit(fit), area_of_fit(reference)) if fitted else (area_of(spectrum), area_of(other))
        )
        counted = count_spins(
            sample=area,
            standard=reference_area,
            standard_spins=spins.value,
            standard_spins_std=spins.uncertainty or 0.0,
            sample_acquisition=sample_scale,
            standard_acquisition=standard_scale,
            sample_g=_mean_g(fit) if fitted else _centre_g(spectrum, area),
            standard_g=_mean_g(reference) if fitted else _centre_g(other, reference_area),
            derivative=spectrum.harmonic == 1,
            frequency_ratio=spectrum.frequency / other.frequency,
        )
    except ScienceError as error:
        raise InputError(str(error), file=measurement.raw.name, field="standard") from None
    name = measurement.raw.name
    flags: tuple[Flag, ...] = ()
    if max(area.baseline_share, reference_area.baseline_share) > _SHIFTING_BASELINE:
        flags = ("outside_validity",)
        book.warnings.append(
            f"{name}: the area depends on where the baseline is taken; measure a wider field range"
        )
    if equal:
        book.warnings.append(
            f"{name}: for the number of spins these were taken as equal to the standard's: "
            f"{', '.join(equal)}"
        )
    integral = "double integral" if spectrum.harmonic == 1 else "integral"
    how = "areas of the fitted lines" if fitted else f"{integral} of the spectra"
    book.results.append(
        Result(
            quantity="spin_count",
            value=counted.spins,
            uncertainty=counted.std,
            unit="",
            flags=flags,
            method=f"{how} against a standard; same quality factor, no saturation",
            conditions={"standard": standard.raw.name},
            input=(number,),
        )
    )
    return counted


def _mean_g(fit: EsrFit) -> float:
    """The mean of the intensity's g over sites and orientations, by spins."""
    weights = np.array([site.amplitude for site in fit.sites])
    values = np.array([mean_intensity_g(site.site.g[2], site.site.g[0]) for site in fit.sites])
    return float(weights @ values / weights.sum())


def _centre_g(spectrum: Spectrum, area: Area) -> float:
    """g at the centre of the absorption."""
    absorption = np.maximum(area.absorption, 0.0)
    centre = float(absorption @ spectrum.field / absorption.sum())
    return 1e3 * spectrum.frequency / (MAGNETON * centre)
