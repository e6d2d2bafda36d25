"""Diffractometers: GSAS, GSAS-II, experiment CIF, YAML; and settings of a refinement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read_instrument, read_refinement_plan
from kuralab.model import FlightTime, Line, PowderInstrument, Resolution

Write = Callable[..., Path]
GAUSS = 8.0 * np.log(2.0) / 1e4

TOF = """            123456789012345678901234567890123456789012345678901234567890
INS   BANK      2
INS   HTYPE   PNTR
INS  1 ICONS   7476.91   -1.54      -9.24
INS  1BNKPAR    1.5000   144.845
INS  1PRCF1     3    9   0.01000
INS  1PRCF11   1.500000E+00   3.000000E-02   4.000000E-03   0.000000E+00
INS  1PRCF12   3.000000E+01   2.000000E+00   0.000000E+00   2.500000E+00
INS  1PRCF13   0.000000E+00
INS  2 ICONS   5000.00    0.00      0.0
INS  2BNKPAR    1.5000    90.0
INS  2PRCF1     1    7   0.01000
INS  2PRCF11   0.100000E+00   1.500000E+00   3.000000E-02   4.000000E-03
INS  2PRCF12   0.000000E+00   3.000000E+01   2.000000E+00
"""
INSTPRM = """#GSAS-II instrument parameter file; do not add/delete items!
Type:PXC
Bank:1.0
Lam1:1.5405
Lam2:1.5443
Zero:0.012
Polariz.:0.7
Azimuth:0.0
I(L2)/I(L1):0.5
U:2.0
V:-2.0
W:5.0
X:0.5
Y:1.5
Z:0.0
SH/L:0.03
"""
YAML = """name: our diffractometer
radiation: xray
lines:
  - {wavelength: 1.540593, weight: 1}
  - {wavelength: 1.544427, weight: 0.5}
resolution: {u: 0.01, v: -0.005, w: 0.008, x: 0.02, y: 0.03, s_l: 0.01, h_l: 0.02}
zero: -0.01
polarisation: 0.5
monochromator: 26.6
"""


def test_gsas_x_ray(shared_data: Path) -> None:
    found = read_instrument(shared_data / "diffraction" / "INST_XRY.PRM")
    assert found.radiation == "xray"
    assert found.lines == (Line(wavelength=1.5405), Line(wavelength=1.5443, weight=0.5))
    assert (found.polarisation, found.zero) == (0.7, 0.0)
    rest = found.resolution
    # GU 2, GV -2, GW 5 and GP 0.1 centideg^2; GP / cos^2 is GP + GP tan^2.
    assert (rest.u, rest.v, rest.w) == pytest.approx((2.1 * GAUSS, -2.0 * GAUSS, 5.1 * GAUSS))
    assert (rest.x, rest.y, rest.s_l, rest.h_l) == (0.0, 0.0, 0.015, 0.015)


def test_gsas_neutrons(shared_data: Path) -> None:
    found = read_instrument(shared_data / "diffraction" / "inst_d1a.prm")
    assert found.radiation == "neutron"
    assert found.lines == (Line(wavelength=1.909),)
    assert found.zero == pytest.approx(-0.001)
    assert found.resolution.u == pytest.approx(354.031 * GAUSS)
    theta = np.radians(30.0)
    width = np.sqrt(
        found.resolution.u * np.tan(theta) ** 2 + found.resolution.v * np.tan(theta) + found.resolution.w
    )
    # The peaks of the round robin's pattern near 60 deg have this width.
    assert width == pytest.approx(0.43, abs=0.05)


def test_gsas_flight_time(write: Write) -> None:
    path = write(TOF, "a.prm")
    assert read_instrument(path, bank=1).flight == FlightTime(
        difc=7476.91, difa=-1.54, zero=-9.24, alpha1=1.5, beta0=0.03, beta1=0.004,
        sigma0=0.0, sigma1=30.0, sigma2=2.0, gamma0=0.0, gamma1=2.5, gamma2=0.0, angle=144.845,
    )  # fmt: skip
    second = read_instrument(path, bank=2).flight
    assert second is not None
    assert (second.alpha0, second.alpha1, second.sigma1, second.angle) == (0.1, 1.5, 30.0, 90.0)
    with pytest.raises(InputError, match=r"2 banks \(1, 2\)"):
        read_instrument(path)
    with pytest.raises(InputError, match="no bank 5"):
        read_instrument(path, bank=5)


def test_gsas_ii(write: Write) -> None:
    found = read_instrument(write(INSTPRM, "lab.instprm"))
    assert found.name == "lab"
    assert found.lines == (Line(wavelength=1.5405), Line(wavelength=1.5443, weight=0.5))
    assert (found.zero, found.polarisation) == (0.012, 0.7)
    # Its X goes with 1/cos and its Y with tan; ours are the other way round, in deg.
    assert (found.resolution.x, found.resolution.y) == (0.015, 0.005)
    assert (found.resolution.s_l, found.resolution.h_l) == (0.015, 0.015)


def test_gsas_ii_flight_time(write: Write) -> None:
    text = "Type:PNT\ndifC:7476.91; difA:-1.54; Zero:-9.2\nalpha:1.5\nbeta-0:0.03\nbeta-1:0.004\n"
    text += "sig-1:30\nsig-2:2\nX:2.5\nY:0.5\nZ:0.1\n2-theta:144.8\n"
    flight = read_instrument(write(text, "a.instprm")).flight
    assert flight is not None
    assert (flight.difc, flight.gamma0, flight.gamma1, flight.gamma2) == (7476.91, 0.1, 2.5, 0.5)
    with pytest.raises(InputError, match="sig-q has no counterpart") as caught:
        read_instrument(write(text + "sig-q:3\n", "b.instprm"))
    assert caught.value.line == 12


def test_experiment_cif(shared_data: Path) -> None:
    found = read_instrument(shared_data / "diffraction" / "co2sio4_d20_ill_experiment.cif")
    assert found.lines == (Line(wavelength=1.87),)
    assert found.resolution == Resolution(u=0.241, v=-0.528, w=0.384, x=0.0, y=0.016)
    # That file's offset is subtracted; the strongest peaks are at +0.3 deg of the structure's.
    assert found.zero == 0.3


def test_yaml(write: Write) -> None:
    found = read_instrument(write(YAML, "a.yaml"))
    assert found == PowderInstrument(
        name="our diffractometer",
        radiation="xray",
        lines=(Line(wavelength=1.540593), Line(wavelength=1.544427, weight=0.5)),
        resolution=Resolution(u=0.01, v=-0.005, w=0.008, x=0.02, y=0.03, s_l=0.01, h_l=0.02),
        zero=-0.01,
        monochromator=26.6,
    )
    short = read_instrument(write("radiation: neutron\nwavelength: 1.494\n", "hrpt.yaml"))
    assert (short.name, short.lines) == ("hrpt", (Line(wavelength=1.494),))
    flight = read_instrument(write("radiation: tof\nflight: {difc: 7476.91, difa: -1.54}\n", "b.yaml"))
    assert flight.flight == FlightTime(difc=7476.91, difa=-1.54)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (YAML.replace("xray", "xrays"), 2, "'xrays' is none.*Did you mean xray"),
        (YAML.replace("zero: -0.01", "zero: 1 deg"), 7, "no number"),
        (YAML.replace("zero:", "zeros:"), 7, "no such field here. Did you mean zero"),
        (YAML.replace("w: 0.008", "w: -1"), 6, "resolution.w: Input should be greater than 0"),
        (YAML.replace("s_l: 0.01", "s_l: 3"), 6, "resolution.s_l"),
        (YAML.replace("v: -0.005", "vv: 1"), 6, "resolution.vv"),
        (YAML.replace("weight: 0.5", "weigth: 0.5"), 5, "lines.weigth"),
        ("radiation: xray\n", 1, "'wavelength' is missing"),
        ("radiation: tof\n", None, "needs difc"),
        ("radiation: tof\nwavelength: 1.5\nflight: {difc: 5}\n", None, "no wavelength"),
        (YAML + "wavelength: 1.5\n", 10, "there are lines as well"),
        ("just text", None, "not the description of an instrument"),
        ("\x00\x01\x02" * 50, None, "no text"),
        ("data_x\n_y 1\n", None, "no wavelength is in this file"),
        (INSTPRM.replace("W:5.0\n", ""), None, "W: the value is missing"),
        (INSTPRM.replace("U:2.0", "U:two"), 10, "'two' is no number"),
        (INSTPRM.replace("PXC", "PXB"), None, "the type is 'PXB'"),
        (TOF[: TOF.index("INS  2")].replace("PNTR", "PXEN"), 3, "'PXEN'"),
        (TOF.replace("PRCF1     3    9", "PRCF1     2    9"), None, "2 banks"),
        (TOF[: TOF.index("INS  2")].replace("     3    9", "     2    9"), 6, "profile function 2"),
        (TOF[: TOF.index("INS  1PRCF12")], None, "no line PRCF12"),
        (TOF[: TOF.index("INS  2")].replace("7476.91", "x"), 4, "ICONS needs 3 numbers"),
    ],
)
def test_refused(text: str, line: int | None, message: str, write: Write) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_instrument(write(text, "a.txt"))
    assert caught.value.line == line


PLAN = """refine: [lbco.O.b_iso, "background.*"]
fix: width.u
tie:
  lbco.Ba.b_iso: lbco.La.b_iso
  lbco.b: {equals: lbco.a, times: 1.5}
set: {zero: 0.6, lbco.a: 3.89}
range: [10, 150]
exclude: [[38.0, 38.6], [44, 45]]
background: 8
orientation: {pbso4: [0, 0, 1]}
"""


def test_a_plan(write: Write) -> None:
    found = read_refinement_plan(write(PLAN, "plan.yaml"))
    assert found.refine == ("lbco.O.b_iso", "background.*")
    assert found.fix == ("width.u",)
    assert found.ties == (("lbco.Ba.b_iso", "lbco.La.b_iso", 1.0), ("lbco.b", "lbco.a", 1.5))
    assert found.set_values == {"zero": 0.6, "lbco.a": 3.89}
    assert found.range == (10.0, 150.0)
    assert found.exclude == ((38.0, 38.6), (44.0, 45.0))
    assert found.background == 8
    assert found.orientation == {"pbso4": (0, 0, 1)}
    assert read_refinement_plan(write("exclude: [38, 39]\n", "b.yaml")).exclude == ((38.0, 39.0),)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("refine:", "refin:", 1, "refin: there is no such field here. Did you mean refine"),
        ("width.u", "width u", 2, "no name of a parameter"),
        ("lbco.La.b_iso", "[1, 2]", 4, "tie.lbco.Ba.b_iso: this is no name"),
        ("times: 1.5", "time: 1.5", 5, "tie.lbco.b.time"),
        ("lbco.La.b_iso", "lbco.b", 4, "follows another itself"),
        ("zero: 0.6", "zero: a", 6, "set.zero: this is no number"),
        ("[10, 150]", "[150, 10]", 7, "150 is not below 10"),
        ("[44, 45]", "44", 8, "no pair of numbers"),
        ("background: 8", "background: 0", 9, "no whole number above zero"),
        ("background: 8", "background: 80", 9, "80 coefficients are too many"),
        ("[0, 0, 1]", "[0, 0, 0]", 10, "orientation.pbso4"),
    ],
)
def test_a_plan_is_refused(old: str, new: str, line: int, message: str, write: Write) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_refinement_plan(write(PLAN.replace(old, new), "plan.yaml"))
    assert caught.value.line == line
