"""Roles of columns that tables of proton-conducting ceramics share, with the names people give them."""

from __future__ import annotations

from typing import Final

from kuralab.formats._role_table import Role, role

_ONE: Final = ("i", "1", "one", "reference", "ref", "a")
_TWO: Final = ("ii", "2", "two", "working", "work", "b")


def _gas(names: str, sides: tuple[str, ...] = ("",)) -> str:
    return " ".join(
        f"{lead}{name}{side}" for name in names.split() for side in sides for lead in ("", "p")
    )


_WATER: Final = (
    "h2o water watervapour watervapor watervaporpressure waterpressure steam 水蒸気 水蒸気圧 水蒸気分圧"
)
_OXYGEN: Final = "o2 oxygen oxygenpressure 酸素 酸素分圧"


def gas_role(name: str, words: str, what: str) -> Role:
    """A partial pressure in atm."""
    return role(name, "atm", words, lowest=0.0, highest=1000.0, what=what)


TIME: Final = role(
    "time", "s", "time t elapsedtime runtime 時間 経過時間", lowest=-1e9, highest=1e10, what="time"
)
TEMPERATURE: Final = role(
    "temperature",
    "degC",
    "temperature temp t ts sampletemperature sampletemp tempsample 温度 試料温度",
    lowest=-273.15,
    highest=3500.0,
    what="temperature",
)
WATER: Final = gas_role("water_pressure", _gas(_WATER), "water pressure")
OXYGEN: Final = gas_role("oxygen_pressure", _gas(_OXYGEN), "oxygen pressure")
WATER_ONE: Final = gas_role("water_one", _gas(_WATER, _ONE), "water pressure of electrode I")
WATER_TWO: Final = gas_role("water_two", _gas(_WATER, _TWO), "water pressure of electrode II")
OXYGEN_ONE: Final = gas_role("oxygen_one", _gas(_OXYGEN, _ONE), "oxygen pressure of electrode I")
OXYGEN_TWO: Final = gas_role("oxygen_two", _gas(_OXYGEN, _TWO), "oxygen pressure of electrode II")
