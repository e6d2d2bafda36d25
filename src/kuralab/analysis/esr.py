"""ESR spectra to g and hyperfine tensors, number of spins, and the surroundings of copper."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from kuralab import __version__
from kuralab.analysis._details import Outcome
from kuralab.analysis._esr_details import EsrDetails
from kuralab.analysis._esr_results import EsrBook, is_explained, labels_of, write_fit
from kuralab.analysis._esr_spectrum import Detection, esr_spectrum
from kuralab.analysis._parameters import InUnit, Parameters, positive_quantity
from kuralab.analysis._spectra import input_files
from kuralab.analysis._spin_count import check_standard, write_spin_count
from kuralab.errors import InputError, ScienceError
from kuralab.model import AnalysisRecord, Measurement
from kuralab.science.esr import (
    LIGANDS,
    MOST_SITES,
    Choice,
    EsrFit,
    LocalStructure,
    Spectrum,
    Wanted,
    fit_spectrum,
    local_structure,
    nuclei_of,
)
from kuralab.units import Quantity


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
        description="Number of sites, 1 to 4; without it one, or two where that is beyond doubt.",
    )
    model: Wanted = Field(
        default="auto",
        description="auto compares an isotropic line, axial g, g and A, and g and A with 14N ligands; "
        "strain adds distributions of g and A.",
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
    check_standard(parameters.standard, parameters.standard_spins)
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
        if parameters.standard is not None and parameters.standard_spins is not None:
            counted = write_spin_count(
                book,
                choice.best,
                measurement,
                standard=parameters.standard,
                spins=parameters.standard_spins,
                number=number,
            )
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
    coupling = site.values["hyperfine_parallel"]
    if not 2.0 * site.std["hyperfine_parallel"] < coupling < 0.99 * nuclei_of(fit.nucleus)[0].largest:
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
                f"{name[0].upper()}{name[1:]}: g∥/|A∥| = {_with_std(one.ratio, one.ratio_std)} cm "
                f"({one.shape}); α² = {_with_std(one.alpha_squared, one.alpha_squared_std)} "
                "(Kivelson–Neiman)."
            )
    return found


def _with_std(value: float, std: float) -> str:
    """A value to two digits of its standard uncertainty."""
    decimals = min(max(1 - floor(log10(std)), 0), 6) if std > 0.0 else 3
    return f"{value:.{decimals}f} ± {std:.{decimals}f}"
