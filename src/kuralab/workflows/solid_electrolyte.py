"""Conductivity of (100-x)Li3PS4-xLiI glass (B1).

Li3PS4 and LiI are weighed under argon in the molar ratio (100-x):x, x = 0 to 55 in steps of 5, milled
at 500 rpm for 20 h in a planetary mill with ZrO2 balls, and pressed at 360 MPa to pellets of 10 mm
diameter. Impedance is taken between blocking electrodes from 25 to 95 degC in steps of 10 degC. The
resistance of each spectrum and the pellet's geometry give the total conductivity; the line of
ln(sigma T) against 1/T gives the activation energy and the conductivity at 25 degC.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kuralab.model import Protocol, ProtocolBuilder
from kuralab.store import Event
from kuralab.workflows.facilities import default_facility
from kuralab.workflows.runs import CarriedOut, carry_out

NAME: Final = "li3ps4-lii"
TITLE: Final = "Conductivity of (100-x)Li3PS4-xLiI glass"
SHARES: Final = range(0, 60, 5)
TEMPERATURES: Final = tuple(f"{t} degC" for t in range(25, 100, 10))

IN_JAPANESE: Final = (
    "Li3PS4 と LiI をアルゴン中でモル比 (100-x):x（x = 0〜55、5 刻み）に秤量し、遊星ボールミル"
    "（500 rpm、20 h、ZrO2 ボール）で処理したのち、360 MPa で直径 10 mm のペレットに成形する。"
    "ブロッキング電極間の交流インピーダンスを 25〜95 °C（10 °C 刻み）で測定し、"
    "抵抗と試料の寸法から全伝導度を、ln(σT) の 1/T に対する直線から"
    "活性化エネルギーと 25 °C の伝導度を求める。"
)


def synthesis(p: ProtocolBuilder, x: int) -> str:
    """A glass, milled and pressed cold; gives the name of the pellet."""
    composition = f"{100 - x}Li3PS4-{x}LiI" if x else "Li3PS4"
    p.weigh(composition, mass="300 mg", makes="pellet")
    p.ball_mill(speed="500 rpm", duration="20 h", balls="ZrO2")
    pellet: str = p.press_pellet(pressure="360 MPa", diameter="10 mm")
    return pellet


def characterisation(p: ProtocolBuilder, pellet: str) -> None:
    """Impedance at every temperature, in rising order."""
    for temperature in TEMPERATURES:
        with p.repeat(T=temperature):
            p.impedance_spectrum(pellet, temperature=temperature)


def protocol() -> Protocol:
    """All compositions; the same as ``examples/li3ps4-lii.yaml``."""
    p = ProtocolBuilder(NAME, title=TITLE, air_sensitive=True)
    for x in SHARES:
        with p.repeat(x=x):
            characterisation(p, synthesis(p, x))
    return p.build()


def run_workflow(
    lab_folder: Path,
    *,
    seed: int = 0,
    new: bool = False,
    observer: Callable[[Event], None] | None = None,
    progress: Callable[[str], object] = lambda _: None,
) -> CarriedOut:
    """Carry the protocol out on twins, in virtual time, and analyse its spectra.

    The hidden properties of the samples are drawn by the seed.

    Raises
    ------
    InputError
        The lab directory cannot be used.
    """
    return carry_out(
        protocol(),
        facility=default_facility(),
        lab_folder=lab_folder,
        seed=seed,
        new=new,
        observer=observer,
        progress=progress,
    )
