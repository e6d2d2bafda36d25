"""The formats that kuralab reads, and the choice among them by content.

Only names are held here; a format's module is imported when a file is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kuralab.errors import InputError

if TYPE_CHECKING:
    from kuralab.model import Measurement


@dataclass(frozen=True)
class Format:
    """A file syntax. Its module has ``recognises(source)`` and ``read(source)``."""

    name: str
    description: str
    extensions: tuple[str, ...]
    module: str


FORMATS: tuple[Format, ...] = (
    Format("biologic-mpr", "BioLogic EC-Lab, binary", (".mpr",), "kuralab.formats.biologic_mpr"),
    Format("biologic-mpt", "BioLogic EC-Lab, text", (".mpt", ".txt"), "kuralab.formats.biologic_mpt"),
    Format("gamry-dta", "Gamry Framework", (".dta",), "kuralab.formats.gamry"),
    Format("bruker-bes3t", "Bruker BES3T (ESR)", (".dsc", ".dta"), "kuralab.formats.bes3t"),
    Format("bruker-esp", "Bruker ESP and WinEPR (ESR)", (".par", ".spc"), "kuralab.formats.esp"),
    Format("zplot", "ZPlot and ZView", (".z",), "kuralab.formats.zplot"),
    Format("versastudio", "VersaStudio", (".par",), "kuralab.formats.versastudio"),
    Format("autolab", "Autolab NOVA, text export", (".txt", ".csv"), "kuralab.formats.autolab"),
    Format("powersuite", "PowerSuite, text export", (".txt",), "kuralab.formats.powersuite"),
    Format(
        "toolbox-isotherms",
        "isotherms of the Metal Hydride Toolbox",
        (".csv",),
        "kuralab.formats.toolbox_isotherms",
    ),
    Format(
        "toolbox-alloy", "alloys of the Metal Hydride Toolbox", (".mh",), "kuralab.formats.toolbox_alloy"
    ),
    Format(
        "netzsch-ngb",
        "NETZSCH Proteus archive",
        (".ngb-ss3", ".ngb-bs3", ".ngb-ds3"),
        "kuralab.formats.netzsch_ngb",
    ),
    Format(
        "netzsch-text",
        "NETZSCH Proteus, text export",
        (".txt", ".csv"),
        "kuralab.formats.netzsch_text",
    ),
    Format("xrdml", "PANalytical XRDML", (".xrdml",), "kuralab.formats.xrdml"),
    Format("rigaku-rasx", "Rigaku SmartLab, archive", (".rasx",), "kuralab.formats.rigaku_rasx"),
    Format("rigaku-ras", "Rigaku, text", (".ras",), "kuralab.formats.rigaku_ras"),
    Format(
        "gsas-raw",
        "GSAS powder data",
        (".raw", ".gsa", ".gda", ".gss", ".fxye", ".cwn", ".xra"),
        "kuralab.formats.gsas_raw",
    ),
    Format("pattern-cif", "a powder pattern in a CIF", (".cif",), "kuralab.formats.pattern_cif"),
    Format(
        "pattern-columns",
        "columns of 2theta or time of flight, intensity, uncertainty",
        (".xye", ".xy"),
        "kuralab.formats.pattern_columns",
    ),
    Format(
        "esr-table",
        "a text table of magnetic field and intensity (ESR)",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.esr_table",
    ),
    Format(
        "pattern-table",
        "a text table whose header names 2theta and intensity",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.pattern_table",
    ),
    Format(
        "isotherm-table",
        "a text table of hydrogen pressure and content",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.isotherm_table",
    ),
    Format(
        "thermogram-table",
        "a text table of time, temperature and mass",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.thermogram_table",
    ),
    Format(
        "cell-voltage-table",
        "a text table of the voltage of a cell between gases",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.cell_voltage_table",
    ),
    Format(
        "conductivity-table",
        "a text table of temperature and conductivity",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.conductivity_table",
    ),
    Format(
        "composition-table",
        "a text table of elements and amounts",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.composition_table",
    ),
    Format(
        "dilatometer-table",
        "a text table of temperature and change of length",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.dilatometer_table",
    ),
    Format(
        "delimited",
        "any text table whose header names its columns",
        (".csv", ".txt", ".tsv", ".dat"),
        "kuralab.formats.delimited",
    ),
)
"""In the order in which they are tried; the last one takes any text."""


def read(path: str | Path) -> tuple[Measurement, ...]:
    """Read a file into measurements, one per sweep; the format is recognised from the content.

    Impedance: ``frequency`` (Hz), ``impedance_real`` and ``impedance_imaginary`` (ohm, capacitive
    negative), then what else the file has. Time series: ``time`` (s), ``voltage`` (V),
    ``current`` (A); never split. Powder patterns: ``two_theta`` (deg) or ``time_of_flight`` (us),
    ``intensity`` and, where known, ``intensity_uncertainty``; one per scan. The columns of every kind
    are listed in ``kuralab.model.Measurement``.

    Raises
    ------
    InputError
        The file cannot be read, has none of the formats in ``FORMATS``, or is damaged.
    """
    from kuralab.formats._source import load_source, what_binary_is

    source = load_source(Path(path))
    for known in FORMATS:
        module = import_module(known.module)
        if module.recognises(source):
            measurements: tuple[Measurement, ...] = module.read(source)
            return measurements
    raise InputError(
        f"this is {what_binary_is(source.content)}, which kuralab does not read",
        file=source.file,
        hint=f"It reads {'; '.join(known.description for known in FORMATS)}.",
    )
