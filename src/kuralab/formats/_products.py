"""Which quantities a protocol's measurements bring back, as far as can be known before.

- always: ``process_time``, of the steps that make and treat
- impedance at one temperature: resistances and conductivities there; at 25 degC also
  ``ionic_conductivity_25C``
- impedance at several temperatures: the Arrhenius line's ``ionic_conductivity_25C`` and activation
  energies; a conductivity "there" would be one at each of them, so it is none
- one powder pattern whose step names structures: ``unexplained_fraction``
- one sintering with its dilatometer: ``relative_density``, ``linear_shrinkage``; one cell between gases
  at one temperature: ``proton_transport_number``
"""

from __future__ import annotations

from typing import Final

from kuralab.model import Protocol
from kuralab.units import Quantity

PROCESS_TIME: Final = "process_time"
AT_ROOM: Final = "ionic_conductivity_25C"
UNEXPLAINED: Final = "unexplained_fraction"
_SINTERED: Final = ("relative_density", "linear_shrinkage")
_BETWEEN_GASES: Final = ("proton_transport_number",)
_PATTERNS: Final = ("x_ray_pattern", "neutron_pattern")
_PARTS: Final = ("bulk", "grain_boundary", "total")
_ALONE: Final = tuple(
    f"{kind}_{part}" for kind in ("resistance", "ionic_conductivity") for part in _PARTS
)
_LINE: Final = (AT_ROOM, *(f"activation_energy_{part}" for part in _PARTS))
_ROOM: Final = 298.15
_NEAR: Final = 0.5


def products_of(protocol: Protocol) -> tuple[str, ...]:
    """Quantities that a run of this protocol gives, one value each."""
    return (*_of_patterns(protocol), *_of_ceramics(protocol), *_of_impedance(protocol))


def _of_ceramics(protocol: Protocol) -> tuple[str, ...]:
    sintered = [step for step in protocol.steps if step.operation == "sinter"]
    cells = [step for step in protocol.steps if step.operation == "emf_cell"]
    alone = len(cells) == 1 and "temperature_low" not in cells[0].parameters
    return (*(_SINTERED if len(sintered) == 1 else ()), *(_BETWEEN_GASES if alone else ()))


def _of_patterns(protocol: Protocol) -> tuple[str, ...]:
    patterns = [step for step in protocol.steps if step.operation in _PATTERNS]
    known = [step for step in patterns if "structures" in step.parameters]
    return (UNEXPLAINED,) if len(known) == 1 else ()


def _of_impedance(protocol: Protocol) -> tuple[str, ...]:
    steps = [step for step in protocol.steps if step.operation == "impedance_spectrum"]
    if not steps:
        return (PROCESS_TIME,)
    if any("temperature" in step.open_parameters for step in steps):
        return (*_LINE, *_ALONE, PROCESS_TIME)
    found = [step.parameters.get("temperature") for step in steps]
    temperatures = {t.to("K").value for t in found if isinstance(t, Quantity)}
    if len(temperatures) > 1:
        return (*_LINE, PROCESS_TIME)
    at_room = any(abs(t - _ROOM) <= _NEAR for t in temperatures)
    return (*((AT_ROOM,) if at_room else ()), *_ALONE, PROCESS_TIME)
