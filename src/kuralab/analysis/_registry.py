"""The techniques, by name; each is a dotted name that is imported on use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kuralab.analysis._entry import Entry
from kuralab.errors import unknown_name


@dataclass(frozen=True)
class Technique(Entry):
    """A technique, whose function takes (measurements, parameters)."""

    several_files: bool


TECHNIQUES: Final = {
    technique.name: technique
    for technique in (
        Technique(
            name="impedance",
            summary="Resistances and conductivities from impedance spectra.",
            module="kuralab.analysis.impedance",
            parameters="ImpedanceParameters",
            function="analyse_impedance",
            several_files=True,
        ),
        Technique(
            name="arrhenius",
            summary="Activation energies from impedance spectra at several temperatures.",
            module="kuralab.analysis.arrhenius",
            parameters="ArrheniusParameters",
            function="analyse_arrhenius",
            several_files=True,
        ),
        Technique(
            name="polarisation",
            summary="Electronic conductivity or transport number from a DC polarisation.",
            module="kuralab.analysis.polarisation",
            parameters="PolarisationParameters",
            function="analyse_polarisation",
            several_files=False,
        ),
        Technique(
            name="pct",
            summary="Plateaus, enthalpies and formation pressure from hydrogen isotherms.",
            module="kuralab.analysis.pct",
            parameters="PctParameters",
            function="analyse_pct",
            several_files=True,
        ),
        Technique(
            name="thermogravimetry",
            summary="Mass changes, protons and hydration enthalpy from a thermogram.",
            module="kuralab.analysis.thermogravimetry",
            parameters="ThermogravimetryParameters",
            function="analyse_thermogravimetry",
            several_files=False,
        ),
        Technique(
            name="emf",
            summary="Transport numbers from voltages between gases of different humidity.",
            module="kuralab.analysis.emf",
            parameters="EmfParameters",
            function="analyse_emf",
            several_files=True,
        ),
        Technique(
            name="composition",
            summary="Site occupations of a perovskite from a chemical analysis.",
            module="kuralab.analysis.composition",
            parameters="CompositionParameters",
            function="analyse_composition",
            several_files=False,
        ),
        Technique(
            name="dilatometry",
            summary="Shrinkage, density and onset of sintering from a dilatogram.",
            module="kuralab.analysis.dilatometry",
            parameters="DilatometryParameters",
            function="analyse_dilatometry",
            several_files=False,
        ),
        Technique(
            name="proton_conduction",
            summary="One parameter set from thermograms, EMF and conductivity together.",
            module="kuralab.analysis.proton_conduction",
            parameters="ProtonConductionParameters",
            function="analyse_proton_conduction",
            several_files=True,
        ),
        Technique(
            name="esr",
            summary="g and hyperfine tensors, sites and spins from ESR spectra.",
            module="kuralab.analysis.esr",
            parameters="EsrParameters",
            function="analyse_esr",
            several_files=True,
        ),
        Technique(
            name="phases",
            summary="Which candidate phases a powder pattern shows, and peaks that none explains.",
            module="kuralab.analysis.phases",
            parameters="PhasesParameters",
            function="analyse_phases",
            several_files=False,
        ),
        Technique(
            name="diffraction",
            summary="Cells, phase fractions and structures from powder patterns.",
            module="kuralab.analysis.diffraction",
            parameters="DiffractionParameters",
            function="analyse_diffraction",
            several_files=True,
        ),
    )
}


def technique_named(name: str) -> Technique:
    """The technique of one name.

    Raises
    ------
    InputError
        Unknown name; near misses are offered.
    """
    if name not in TECHNIQUES:
        raise unknown_name(name, TECHNIQUES, what="technique")
    return TECHNIQUES[name]
