"""What BioLogic's binary and text files share: the meaning of their columns."""

from __future__ import annotations

import numpy as np

from kuralab.formats._build import Facts
from kuralab.formats._labels import Meaning, label_from_text
from kuralab.formats._table import Field, Table

# The charge so far, and how many coulombs its unit has.
_CHARGES = {"(Q-Qo)/mA.h": 3.6, "(Q-Qo)/C": 1.0}


def with_current(table: Table, facts: Facts) -> Table:
    """Add the current where a file holds charge and time only, as cycling files do.

    current = change of charge / change of time since the row before, so it is the mean over that
    interval; the first row has none.
    """
    has = {f.label.meaning: f for f in table.fields}
    charge = next((f for f in table.fields if f.label.text in _CHARGES), None)
    if Meaning.CURRENT in has or Meaning.TIME not in has or charge is None:
        return table
    coulomb = charge.values * _CHARGES[charge.label.text]
    with np.errstate(divide="ignore", invalid="ignore"):
        ampere = np.diff(coulomb) / np.diff(has[Meaning.TIME].values)
    current = np.concatenate([[np.nan], np.where(np.isfinite(ampere), ampere, np.nan)])
    facts.warnings.append(
        "the file has no current; it was calculated from the charge between one row and the next"
    )
    added = Field(label_from_text("<I>/A"), current[: table.places.size])
    return Table((*table.fields, added), table.places, table.place)
