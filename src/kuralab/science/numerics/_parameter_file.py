"""Parameter values beside the formulas that use them: one YAML file, each value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def parameters_from_file(*, package: str, file: str) -> Mapping[str, Mapping[str, float]]:
    """Values of a parameter file by section and key; unit and source stay in the file.

        section:
          key: {value: 1.0, unit: S/cm, source: a paper, or the word assumed}

    Raises
    ------
    KeyError
        A value without a unit or a source: a number that nobody vouches for.
    """
    return {
        section: {key: float(entry["value"]) for key, entry in entries.items()}
        for section, entries in parameter_records(package=package, file=file).items()
    }


def parameter_records(*, package: str, file: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The same file with unit and source of every value, for tables in documents."""
    import yaml

    records: Mapping[str, Mapping[str, Mapping[str, Any]]] = yaml.safe_load(
        files(package).joinpath(file).read_text("utf-8")
    )
    for section, entries in records.items():
        for key, entry in entries.items():
            missing = {"value", "unit", "source"} - set(entry)
            if missing:
                raise KeyError(f"{file}: {section}.{key} has no {', '.join(sorted(missing))}")
    return records
