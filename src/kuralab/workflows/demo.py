"""Conductivity and activation energy of solid electrolytes from measured spectra (B1).

Impedance of a solid ion conductor was measured between blocking electrodes from 140 to 200 °C,
on a pellet of 8 mm diameter and 2.1 mm thickness. Bulk and grain boundaries are separated, and
ln(sigma T) against 1/T gives their activation energies: once with kuralab's defaults, once in the
way of the published analysis. A spectrum of Li6PS5Cl at -25 °C, whose geometry is not known,
gives a resistance, and shows how a circuit that does not describe the data is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from kuralab import formats
from kuralab.analysis import Outcome
from kuralab.analysis.arrhenius import ArrheniusParameters, analyse_arrhenius
from kuralab.analysis.impedance import ImpedanceParameters, analyse_impedance
from kuralab.formats import read_campaign
from kuralab.model import Measurement
from kuralab.model.campaign_definition import CampaignDefinition
from kuralab.views import format_value, write_report
from kuralab.workflows.campaign_files import campaign_file

TEMPERATURES: Final = tuple(range(140, 201, 10))
THICKNESS: Final = "2.1 mm"
DIAMETER: Final = "8 mm"
ONE_ARC: Final = "p(R1,CPE1)-CPE2"

TITLE: Final = "kuralab demo: from impedance files to an activation energy"
INTRODUCTION: Final = (
    "Seven spectra of a solid ion conductor (140 to 200 °C) and one of Li6PS5Cl (-25 °C), measured "
    "by others and analysed here without starting values. The first two sections are the same "
    "series, with kuralab's defaults and in the way of the published analysis."
    "\n\n"
    "固体イオン伝導体の交流インピーダンス(140〜200 °C、7点)と Li6PS5Cl(-25 °C、1点)の実測データを、"
    "初期値を与えずに解析した結果です。最初の2節は同じ温度系列で、既定の条件と論文と同じ条件の解析を並べています。"
)
ATTRIBUTION: Final = (
    "Temperature series: EISFitpython (commit b3f12f1), MIT licence, Copyright (c) 2024 Sheyi "
    "Clement Adediwura; related paper DOI 10.1039/d3ta06237f.",
    "Li6PS5Cl: hybrid-drt (commit af9e401), BSD-3-Clause licence, Copyright (C) 2023, Jake Huang.",
)


@dataclass(frozen=True)
class Demo:
    """What the demo found: outcomes in order, the files written, sentences for the terminal."""

    outcomes: tuple[Outcome, ...]
    paths: tuple[Path, ...]
    texts: tuple[str, ...]


def run_demo(folder: Path, *, progress: Callable[[str], object]) -> Demo:
    """Analyse the spectra in the package and write the report to ``folder``.

    ``progress`` is told what happens, a line at a time.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    progress("Reading eight measured spectra ...")
    series = [m for t in TEMPERATURES for m in _measured(f"ion-conductor_{t}degC.csv")]
    li6ps5cl = _measured("Li6PS5Cl_-25degC.csv")
    progress("Fitting the temperature series ...")
    default = _arrhenius(series)
    published = _arrhenius(series, weighting="none", kelvin_offset="273")
    progress("Fitting Li6PS5Cl ...")
    chosen = analyse_impedance(li6ps5cl, ImpedanceParameters())
    one_arc = analyse_impedance(li6ps5cl, ImpedanceParameters(circuit=ONE_ARC))
    texts = (_why_they_differ(default, published, series), _why_one_arc_fails(chosen, one_arc))
    # The spectra of the second section are those of the first: draw only its lines.
    outcomes = (default, replace(published, spectra=()), chosen, one_arc)
    progress("Writing the report ...")
    introduction = "\n\n".join((INTRODUCTION, *texts, *_in_japanese(default, published, chosen)))
    paths = write_report(
        outcomes, folder, title=TITLE, introduction=introduction, attribution=ATTRIBUTION
    )
    _write_input_tables(folder / "input")
    again = (
        f"The spectra are in {folder / 'input'}. Analyse them yourself: kuralab analyze arrhenius "
        f"{folder / 'input'}/ion-conductor_*.csv --thickness '{THICKNESS}' --diameter '{DIAMETER}'"
    )
    return Demo(outcomes, tuple(paths), (*texts, again))


def demo_campaign() -> CampaignDefinition:
    """What the demo ends with: the best conductor of OBELiX."""
    return read_campaign(campaign_file("obelix"))


def _write_input_tables(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for table in files("kuralab.workflows").joinpath("data").iterdir():
        (folder / table.name).write_bytes(table.read_bytes())


def _measured(name: str) -> tuple[Measurement, ...]:
    with as_file(files("kuralab.workflows").joinpath("data", name)) as path:
        return formats.read(path)


def _arrhenius(series: Sequence[Measurement], **given: str) -> Outcome:
    settings = {"thickness": THICKNESS, "diameter": DIAMETER, **given}
    return analyse_arrhenius(series, ArrheniusParameters.model_validate(settings))


def _energy(outcome: Outcome) -> str:
    (result,) = outcome.record.of("activation_energy_total")
    return format_value(result.value, result.uncertainty, result.unit)


def _why_they_differ(default: Outcome, published: Outcome, series: Sequence[Measurement]) -> str:
    """Both activation energies, and the step between them for each of the two choices."""
    (middle,) = _arrhenius(series, weighting="none").record.of("activation_energy_total")
    values = [outcome.record.of("activation_energy_total")[0].value for outcome in (default, published)]
    assert middle.value is not None and values[0] is not None and values[1] is not None
    weighting = 1000.0 * (values[0] - middle.value)
    offset = 1000.0 * (middle.value - values[1])
    return (
        f"Total activation energy: {_energy(default)} by default, {_energy(published)} in the way "
        f"of the published analysis (0.8555 eV). They differ because the published line takes "
        f"0 °C as 273 K (273.15 K moves E_a by {offset:+.2f} meV) and gives every temperature the "
        f"same weight (weights by uncertainty move it by {weighting:+.2f} meV). Both steps are "
        f"smaller than what the thermocouple leaves open."
    )


def _why_one_arc_fails(chosen: Outcome, one_arc: Outcome) -> str:
    (total,) = chosen.record.of("resistance_total")
    (single,) = one_arc.record.of("resistance_total")
    model = one_arc.record.models[0]
    return (
        f"Li6PS5Cl at -25 °C: total resistance "
        f"{format_value(total.value, total.uncertainty, total.unit)} with "
        f"{chosen.spectra[0].fit.circuit}. One depressed arc, {model.name}, would give "
        f"{format_value(single.value, single.uncertainty, single.unit)}, but is "
        f"{'adequate' if model.adequate else 'not adequate'}: {model.reason.partition(';')[0]}. "
        "No pellet geometry is known, so no conductivity is given."
    )


def _in_japanese(default: Outcome, published: Outcome, chosen: Outcome) -> tuple[str, ...]:
    (total,) = chosen.record.of("resistance_total")
    return (
        f"全伝導の活性化エネルギーは、既定の条件で {_energy(default)}、論文と同じ条件で "
        f"{_energy(published)}(論文値 0.8555 eV)です。差は、0 °C を 273.15 K とするか 273 K とするか、"
        "各温度を不確かさで重み付けするかどうかによるもので、いずれも熱電対の不確かさより小さい値です。",
        f"Li6PS5Cl(-25 °C)の全抵抗は {format_value(total.value, total.uncertainty, total.unit)} です。"
        "つぶれた円弧1個の等価回路では測定値を再現できません。試料の寸法が不明なため、伝導度は求めていません。",
    )
