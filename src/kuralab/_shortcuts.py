"""What a user types most: read files, analyse them, calculate, open a lab."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from kuralab import formats
from kuralab.analysis import Calculation, Technique, calculation_named, technique_named
from kuralab.errors import InputError, KuralabError

if TYPE_CHECKING:
    from kuralab.analysis import Outcome
    from kuralab.lab import Lab
    from kuralab.model import Facility, Measurement


def read(file: str | Path) -> tuple[Measurement, ...]:
    """The measurements in a file, one per sweep; its format is recognised.

    Raises
    ------
    InputError
        The file cannot be read or understood.
    """
    return formats.read(Path(file))


def analyze(technique: str, *files: str | Path, **parameters: Any) -> Outcome:
    """Analyse files by a technique, as ``kuralab analyze`` does.

        kuralab.analyze("impedance", "pellet.mpt", thickness="2.1 mm", diameter="8 mm")

    technique: a name that ``kuralab analyze --help`` lists; parameters: its options, with
    underscores, as text or as quantities. The outcome's ``record`` holds the results.

    Raises
    ------
    InputError
        A file, a parameter or the technique's name cannot be understood.
    ScienceError
        The data do not allow the analysis.
    """
    chosen = technique_named(technique)
    settings = checked_parameters(chosen, parameters)
    return analyse_files(chosen, [Path(file) for file in files], settings)


def calculate(name: str, **parameters: Any) -> Outcome:
    """A small physics answer that needs no file, as ``kuralab calc`` gives it.

        kuralab.calculate("hydrogen", pressure="6 GPa", temperature="800 degC")

    name: one that ``kuralab calc --help`` lists; parameters: its options, with underscores, as text
    or as quantities. The outcome's ``record`` holds the results.

    Raises
    ------
    InputError
        A parameter or the name cannot be understood, or nothing is known for these values.
    """
    chosen = calculation_named(name)
    return chosen.load()(checked_parameters(chosen, parameters))


def open_lab(
    folder: str | Path = "kuralab-lab", *, facility: Facility | str | Path | None = None, seed: int = 0
) -> Lab:
    """Open a lab directory, or make one; use it in a ``with`` block.

        with kuralab.open_lab("my-lab") as lab:
            summary = lab.run(kuralab.read_protocol("protocol.yaml"))

    facility: a record or a YAML file; without one, the twins for solid electrolytes. seed: draws
    what the twins hide.

    Raises
    ------
    InputError
        The facility cannot be understood, or another process writes to the lab.
    """
    from kuralab.lab import Lab
    from kuralab.model import Facility
    from kuralab.workflows.facilities import default_facility

    if facility is None:
        facility = default_facility()
    elif not isinstance(facility, Facility):
        facility = formats.read_facility(facility)
    return Lab.open(folder, facility=facility, seed=seed)


def analyse_files(
    technique: Technique,
    files: Iterable[Path],
    settings: BaseModel,
    *,
    reading: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> Outcome:
    """Read and analyse; ``reading`` wraps the files as a progress bar does."""
    paths = list(files)
    if len(paths) > 1 and not technique.several_files:
        raise InputError(
            f"{technique.name} takes one file, {len(paths)} were given", hint="Analyse them one by one."
        )
    measurements = [measurement for path in reading(paths) for measurement in formats.read(path)]
    try:
        return technique.load()(measurements, settings)
    except InputError:
        raise
    except KuralabError as error:
        # Which of several files it was, only the message can tell.
        raise InputError(str(error), file=str(paths[0]) if len(paths) == 1 else None) from error


def checked_parameters(
    technique: Technique | Calculation,
    given: Mapping[str, Any],
    *,
    spelled: Callable[[str], str] = str,
) -> BaseModel:
    """A technique's or calculation's parameters; ``spelled`` makes of a field what the user wrote.

    Raises
    ------
    InputError
        One line that names every parameter which cannot be understood.
    """
    try:
        return technique.parameter_class().model_validate(_with_files(technique, given))
    except ValidationError as error:
        problems = [_problem(details, spelled) for details in error.errors()]
        if len(problems) == 1:
            field, sentence = problems[0]
            raise InputError(sentence, field=field) from None
        listed = "; ".join(f"{field}: {sentence}" if field else sentence for field, sentence in problems)
        raise InputError(listed) from None


def _with_files(technique: Technique | Calculation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, with what stands in a file where a parameter takes one."""
    found = dict(given)
    for name, field in technique.parameter_class().model_fields.items():
        kind = field.json_schema_extra.get("file") if isinstance(field.json_schema_extra, dict) else None
        if name in found and isinstance(kind, str):
            found[name] = formats.read_parameter(kind, found[name])
    return found


def _problem(details: Any, spelled: Callable[[str], str]) -> tuple[str | None, str]:
    """Field and sentence of one of pydantic's errors."""
    sentence = details["msg"].removeprefix("Value error, ").rstrip(".")
    if details["type"] == "extra_forbidden":
        sentence = "there is no such parameter"
    elif details["type"] == "missing":
        sentence = "a value is needed"
    field = spelled(str(details["loc"][0])) if details["loc"] else None
    return field, sentence
