"""ESR spectra to g and hyperfine tensors, number of spins, and the surroundings of copper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._esr_details import EsrDetails
from kuralab.analysis._esr_results import EsrBook, is_explained, labels_of, write_fit
from kuralab.analysis._esr_spectrum import Detection, acquisitions, esr_spectrum
from kuralab.analysis._parameters import InUnit, Parameters, positive_quantity
from kuralab.analysis._spectra import input_files
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Flag, Measurement, Result
from kuralab.science.esr import (
    LIGANDS,
    MAGNETON,
    MOST_SITES,
    Choice,
    EsrFit,
    LocalStructure,
    Spectrum,
    SpinCount,
    Wanted,
    area_of,
    count_spins,
    fit_spectrum,
    local_structure,
    mean_intensity_g,
)
from kuralab.units import Quantity

_SHIFTING_BASELINE = 0.1


class EsrParameters(Parameters):
    """Options of ``esr``."""

    frequency: Annotated[Quantity | None, positive_quantity("GHz")] = Field(
        default=None, description='Microwave frequency, such as "9.5 GHz"; else the file\'s own.'
    )
    detection: Detection | None = Field(
        default=None, description="What the file holds: absorption or its derivative; else as it says."
    )
    nucleus: Literal["Cu", "63Cu", "65Cu", "V", "51V", "Mn", "55Mn", "Co", "59Co", "none"] = Field(
        default="Cu",
        description="Nucleus with hyperfine lines: an element (natural isotopes), an isotope, or none.",
    )
    sites: Annotated[int | None, Field(ge=1, le=MOST_SITES)] = Field(
        default=None,
        description="Number of sites, 1 to 4; without it one, or two where noise is all left.",
    )
    model: Wanted = Field(
        default="auto",
        description="auto compares an isotropic line, axial g, g and A, and g and A with 14N ligands; "
        "strain adds distributions of g and A along the axis.",
    )
    ligands: Annotated[int, Field(ge=1, le=6)] = Field(
        default=LIGANDS, description="Equivalent 14N ligands of the model with superhyperfine coupling."
    )
    standard: Measurement | None = Field(
        default=None,
        description="Spectrum of a standard with a known number of spins, for counting.",
        json_schema_extra={"file": "measurement"},
    )
    standard_spins: Annotated[Quantity | None, BeforeValidator(InUnit(""))] = Field(
        default=None, description='Number of spins S = 1/2 in the standard, such as "1e16 +- 5e14".'
    )

    def stated(self) -> dict[str, str]:
        """What was set, the standard by its file."""
        said = {name: str(value) for name, value in self if value is not None and name != "standard"}
        return said | ({} if self.standard is None else {"standard": self.standard.raw.name})


def analyse_esr(measurements: Sequence[Measurement], parameters: EsrParameters) -> Outcome:
    """g and hyperfine tensors of the sites in each spectrum, and the number of spins.

    Parameters
    ----------
    measurements : ESR spectra, each fitted by itself; parameters : see ``EsrParameters``

    Returns
    -------
    Outcome
        By site (``site`` in the conditions) g and |A| along and across the axis, or one isotropic g;
        with a standard the number of spins. Flags: ``not_identifiable`` for a coupling that is not
        resolved, without a value; ``model_inadequate`` where the model leaves more than noise, and
        without any value where it does not explain the spectrum.

    Raises
    ------
    InputError
        No ESR spectrum, no frequency, a standard without its number of spins or the other way round.
    """
    _check_standard(parameters)
    book = EsrBook()
    details, notes = [], []
    labels = labels_of([measurement.raw.name for measurement in measurements])
    for number, (measurement, label) in enumerate(zip(measurements, labels, strict=True)):
        spectrum = esr_spectrum(
            measurement, frequency=parameters.frequency, detection=parameters.detection
        )
        choice = _fitted(spectrum, parameters, measurement.raw.name)
        book.warnings += [f"{measurement.raw.name}: {text}" for text in measurement.warnings]
        write_fit(book, choice, measurement, number)
        counted = None
        if parameters.standard is not None:
            counted = _count(book, choice, measurement, parameters, number)
        structures = _structures(choice)
        details.append(
            EsrDetails(
                label=label,
                element=parameters.nucleus,
                choice=choice,
                explained=is_explained(choice.best),
                structures=structures,
                spins=counted,
            )
        )
        notes += _notes(label if len(labels) > 1 else "", structures)
    return Outcome(
        record=AnalysisRecord(
            technique="esr",
            input=input_files(measurements),
            parameters=parameters.stated(),
            software=f"kuralab {__version__}",
            results=tuple(book.results),
            covariance=tuple(book.covariance),
            models=tuple(book.models),
            warnings=tuple(book.warnings),
        ),
        esr=tuple(details),
        notes=tuple(notes),
    )


def _check_standard(parameters: EsrParameters) -> None:
    spins = parameters.standard_spins
    if spins is not None and not spins.value > 0.0:
        raise InputError(
            f"{spins} must be more than zero", field="standard_spins", hint="Give the number of spins."
        )
    if (parameters.standard is None) != (spins is None):
        missing = "standard" if parameters.standard is None else "standard_spins"
        raise InputError(
            "a standard needs its spectrum and its number of spins",
            field=missing,
            hint="Give --standard and --standard-spins.",
        )


def _fitted(spectrum: Spectrum, parameters: EsrParameters, name: str) -> Choice:
    try:
        return fit_spectrum(
            spectrum,
            nucleus=parameters.nucleus,
            model=parameters.model,
            sites=parameters.sites,
            ligands=parameters.ligands,
        )
    except ScienceError as error:
        raise InputError(str(error), file=name) from None


def _structures(choice: Choice) -> tuple[LocalStructure | None, ...]:
    """The local structure of each copper site whose values are given."""
    fit = choice.best
    return tuple(_structure(fit, number) for number in range(len(fit.sites)))


def _structure(fit: EsrFit, number: int) -> LocalStructure | None:
    site = fit.sites[number]
    if "Cu" not in fit.nucleus or "hyperfine_parallel" not in site.values or not is_explained(fit):
        return None
    if site.values["hyperfine_parallel"] <= 2.0 * site.std["hyperfine_parallel"]:
        return None
    wanted = ("g_parallel", "g_perpendicular", "hyperfine_parallel")
    at = [fit.names.index(f"{number + 1}.{name}") for name in wanted]
    try:
        return local_structure(
            g_parallel=site.values["g_parallel"],
            g_perpendicular=site.values["g_perpendicular"],
            hyperfine_parallel=site.values["hyperfine_parallel"],
            covariance=fit.covariance[np.ix_(at, at)],
        )
    except ScienceError:
        # A compressed site: the formulas are for an elongated one.
        return None


def _notes(label: str, structures: Sequence[LocalStructure | None]) -> list[str]:
    found = []
    for number, one in enumerate(structures, start=1):
        if one is not None:
            name = ", ".join(part for part in (label, f"site {number}") if part)
            found.append(
                f"{name[0].upper()}{name[1:]}: g∥/|A∥| = {one.ratio:.1f} ± {one.ratio_std:.1f} cm "
                f"({one.shape}); α² = {one.alpha_squared:.3f} ± {one.alpha_squared_std:.3f} "
                "(Kivelson–Neiman)."
            )
    return found


def _count(
    book: EsrBook, choice: Choice, measurement: Measurement, parameters: EsrParameters, number: int
) -> SpinCount:
    standard, spins = parameters.standard, parameters.standard_spins
    assert standard is not None and spins is not None
    spectrum = choice.best.spectrum
    other = esr_spectrum(standard, frequency=None, detection=None)
    if other.harmonic != spectrum.harmonic:
        raise InputError(
            "absorption and derivative cannot be compared",
            file=standard.raw.name,
            field="standard",
            hint="Measure both in one way.",
        )
    scales = acquisitions(measurement, standard)
    try:
        area, reference = area_of(spectrum), area_of(other)
        counted = count_spins(
            sample=area,
            standard=reference,
            standard_spins=spins.value,
            standard_spins_std=spins.uncertainty or 0.0,
            sample_acquisition=scales[0],
            standard_acquisition=scales[1],
            sample_g=_mean_g(choice.best) if is_explained(choice.best) else _centre_g(spectrum),
            standard_g=_centre_g(other),
            derivative=spectrum.harmonic == 1,
            frequency_ratio=spectrum.frequency / other.frequency,
        )
    except ScienceError as error:
        raise InputError(str(error), file=measurement.raw.name, field="standard") from None
    flags: tuple[Flag, ...] = ()
    if max(area.baseline_share, reference.baseline_share) > _SHIFTING_BASELINE:
        flags = ("outside_validity",)
        book.warnings.append(
            f"{measurement.raw.name}: the area depends on where the baseline is taken; measure a wider "
            "field range"
        )
    if scales[2]:
        book.warnings.append(
            f"{measurement.raw.name}: for the number of spins these were taken as equal to the "
            f"standard's: {', '.join(scales[2])}"
        )
    book.results.append(
        Result(
            quantity="spin_count",
            value=counted.spins,
            uncertainty=counted.std,
            unit="",
            flags=flags,
            method="double integral against a standard, same quality factor, no saturation"
            if spectrum.harmonic == 1
            else "integral against a standard, same quality factor, no saturation",
            conditions={"standard": standard.raw.name},
            input=(number,),
        )
    )
    return counted


def _mean_g(fit: EsrFit) -> float:
    """The mean of the intensity's g over sites and orientations, by spins."""
    weights = np.array([site.amplitude for site in fit.sites])
    values = np.array([mean_intensity_g(site.site.g[2], site.site.g[0]) for site in fit.sites])
    return float(weights @ values / weights.sum()) if weights.sum() > 0.0 else float(values.mean())


def _centre_g(spectrum: Spectrum) -> float:
    """g at the centre of the absorption."""
    absorption = np.maximum(area_of(spectrum).absorption, 0.0)
    centre = float(absorption @ spectrum.field / absorption.sum())
    return 1e3 * spectrum.frequency / (MAGNETON * centre)
