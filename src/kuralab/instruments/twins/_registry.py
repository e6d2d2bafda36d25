"""Which driver name of a facility is which twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from kuralab.clock import Clock
from kuralab.errors import InputError, did_you_mean
from kuralab.instruments._driver import Driver
from kuralab.instruments.twins._analyser import ImpedanceAnalyser
from kuralab.instruments.twins._ball_mill import BallMill
from kuralab.instruments.twins._calciner import Calciner
from kuralab.instruments.twins._diffractometer import Diffractometer
from kuralab.instruments.twins._emf_rig import EmfRig
from kuralab.instruments.twins._esr_spectrometer import EsrSpectrometer
from kuralab.instruments.twins._furnace import Furnace
from kuralab.instruments.twins._glove_box import GloveBox
from kuralab.instruments.twins._icp_ms import IcpMs
from kuralab.instruments.twins._model import Model
from kuralab.instruments.twins._multi_anvil_press import MultiAnvilPress
from kuralab.instruments.twins._neutron_beam import NeutronBeam
from kuralab.instruments.twins._no_op import NoOp
from kuralab.instruments.twins._powder_diffractometer import PowderDiffractometer
from kuralab.instruments.twins._press import Press
from kuralab.instruments.twins._settings import Settings
from kuralab.instruments.twins._sieverts import Sieverts
from kuralab.instruments.twins._sinter_furnace import SinterFurnace
from kuralab.instruments.twins._synthesis_robot import SynthesisRobot
from kuralab.instruments.twins._thermobalance import Thermobalance
from kuralab.instruments.twins._twin import Twin
from kuralab.instruments.twins._world import World
from kuralab.model.facility import Facility

MODELS: Final[Mapping[str, Callable[[Settings], Model]]] = {
    "glove_box": GloveBox,
    "ball_mill": BallMill,
    "furnace": partial(Furnace, heating_rate=20.0, cooling_rate=5.0),
    "rapid_furnace": partial(Furnace, heating_rate=600.0, cooling_rate=100.0),
    "press": Press,
    "impedance_analyser": ImpedanceAnalyser,
    "diffractometer": Diffractometer,
    "synthesis_robot": SynthesisRobot,
    "multi_anvil_press": MultiAnvilPress,
    "powder_diffractometer": PowderDiffractometer,
    "neutron_beam": NeutronBeam,
    "sieverts": Sieverts,
    "calciner": Calciner,
    "sinter_furnace": SinterFurnace,
    "thermobalance": Thermobalance,
    "emf_rig": EmfRig,
    "esr_spectrometer": EsrSpectrometer,
    "icp_ms": IcpMs,
    "no_op": NoOp,
}
"""By driver name; rates of the furnaces in K/min."""

NO_TWINS: Final = ("manual", "watch_folder")
"""Driver names of people and real instruments, as is every dotted path."""


def twin_drivers(facility: Facility, *, folder: Path, clock: Clock, seed: int) -> dict[str, Driver]:
    """A twin for every instrument of a facility whose driver is the name of one.

    All twins of a lab share one hidden world of samples. ``folder`` is theirs alone; what is in it
    from an earlier process is taken up again.

    Raises
    ------
    InputError
        A driver name that no driver has, or a setting that a twin does not know.
    """
    world = World(folder, clock=clock, facility=facility, seed=seed)
    drivers: dict[str, Driver] = {}
    for instrument in facility.instruments:
        if "." in instrument.driver or instrument.driver in NO_TWINS:
            continue
        if instrument.driver not in MODELS:
            known = (*MODELS, *NO_TWINS)
            raise InputError(
                f"no driver is called {instrument.driver!r}",
                field=f"instruments.{instrument.name}.driver",
                line=instrument.line,
                hint=f"{did_you_mean(instrument.driver, known)}Known are {', '.join(known)}; "
                "one of your own has a dotted path.",
            )
        settings = Settings(instrument)
        drivers[instrument.name] = Twin(
            instrument,
            model=MODELS[instrument.driver](settings),
            settings=settings,
            world=world,
            folder=folder,
            clock=clock,
        )
        settings.close()
    return drivers
