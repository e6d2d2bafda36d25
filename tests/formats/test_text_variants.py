"""One spectrum written in many ways reads back the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuralab.formats import read
from kuralab.model import Kind, Measurement
from kuralab.units import Quantity

FREQUENCY = np.geomspace(1e6, 0.1, 15)
IMPEDANCE = 120.0 + 3400.0 / (1 + (2j * np.pi * FREQUENCY * 1e-4) ** 0.9)

F_LABELS = ("Freq. [{}]", "frequency ({})", "freq/{}", "周波数 [{}]", "Frequency_{}", "f / {}")
F_UNITS = {"Hz": 1.0, "kHz": 1e-3, "MHz": 1e-6}
Z_UNITS = {"ohm": 1.0, "Ω": 1.0, "Ohms": 1.0, "kohm": 1e-3, "kΩ": 1e-3, "Mohm": 1e-6, "mohm": 1e3}
RE_LABELS = ("Zs' [{}]", "Re(Z)/{}", "Z' ({})", "Zreal ({})", "実部 [{}]", "Z_re [{}]", "抵抗 ({})")
IM_LABELS = {
    "Zs'' [{}]": 1, "-Im(Z)/{}": -1, "-Z'' ({})": -1, "Zimag ({})": 1, "−Z″ ({})": -1, "虚部 [{}]": 1,
    "neg Zim [{}]": -1,
}  # fmt: skip
SEPARATORS = ("\t", ";", ",", " ")


def _written(columns: list[np.ndarray], labels: list[str], *, separator: str, comma: bool) -> str:
    rows = [[f"{x:.15e}" for x in row] for row in zip(*columns, strict=True)]
    if comma:
        rows = [[cell.replace(".", ",") for cell in row] for row in rows]
    return "\n".join(separator.join(row) for row in [labels, *rows]) + "\n"


def _assert_same(measurement: Measurement) -> None:
    np.testing.assert_allclose(measurement.values("frequency", unit="Hz"), FREQUENCY, rtol=1e-9)
    z = measurement.values("impedance_real") + 1j * measurement.values("impedance_imaginary")
    np.testing.assert_allclose(z, IMPEDANCE, rtol=1e-9)
    assert measurement.kind is Kind.IMPEDANCE


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_cartesian_spectra_agree(data: st.DataObject) -> None:
    draw = data.draw
    f_label, f_unit = draw(st.sampled_from(F_LABELS)), draw(st.sampled_from(sorted(F_UNITS)))
    re_label, im_label = draw(st.sampled_from(RE_LABELS)), draw(st.sampled_from(sorted(IM_LABELS)))
    z_unit = draw(st.sampled_from(sorted(Z_UNITS)))
    separator = draw(st.sampled_from(SEPARATORS))
    comma = separator != "," and draw(st.booleans())
    labels = [f_label.format(f_unit), re_label.format(z_unit), im_label.format(z_unit)]
    columns = [
        FREQUENCY * F_UNITS[f_unit],
        IMPEDANCE.real * Z_UNITS[z_unit],
        IMPEDANCE.imag * Z_UNITS[z_unit] * IM_LABELS[im_label],
    ]
    order = draw(st.permutations(range(3)))
    if separator == " ":
        labels = [
            label.replace(" ", "") if "neg" not in label else "-Zim" + label[7:].strip()
            for label in labels
        ]
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    text = _written(
        [columns[i] for i in order], [labels[i] for i in order], separator=separator, comma=comma
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spectrum.txt"
        path.write_bytes(draw(st.sampled_from([text, f"My cell, 1.2.2024\n{text}"])).encode(encoding))
        (measurement,) = read(path)
    _assert_same(measurement)
    assert measurement.warnings == ()


@settings(max_examples=60, deadline=None)
@given(
    modulus=st.sampled_from(["|Z| [{}]", "|Z|/{}", "Zmod ({})", "インピーダンス [{}]", "Z ({})"]),
    phase=st.sampled_from(["Phase(Z)/{}", "-Phase ({})", "θ [{}]", "位相 [{}]", "Zphz ({})"]),
    angle=st.sampled_from(["deg", "°", "rad", "degrees", "radians"]),
    separator=st.sampled_from(["\t", ";", ","]),
)
def test_polar_spectra_agree(modulus: str, phase: str, angle: str, separator: str) -> None:
    angles = np.angle(IMPEDANCE) * (-1 if phase.startswith("-") else 1)
    if not angle.startswith("rad"):
        angles = np.degrees(angles)
    text = _written(
        [FREQUENCY, np.abs(IMPEDANCE), angles],
        ["freq/Hz", modulus.format("ohm"), phase.format(angle)],
        separator=separator,
        comma=separator == ";",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spectrum.csv"
        path.write_bytes(text.encode())
        (measurement,) = read(path)
    _assert_same(measurement)


def test_shift_jis_and_latin_1(write: Callable[..., Path]) -> None:
    columns = [FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag]
    japanese = _written(columns, ["周波数(Hz)", "実部(Ω)", "-虚部(Ω)"], separator=",", comma=False)
    _assert_same(read(write(japanese, encoding="cp932"))[0])
    western = _written(columns, ["fréquence (Hz)", "Z' (Ohm)", "-Z'' (Ohm)"], separator=";", comma=True)
    _assert_same(read(write("Échantillon: pâte à 25 °C\n" + western, encoding="latin-1"))[0])


def test_units_in_a_line_of_their_own(write: Callable[..., Path]) -> None:
    columns = [FREQUENCY / 1e3, IMPEDANCE.real, IMPEDANCE.imag]
    text = _written(columns, ["Freq\tZre\tZim\nkHz", "ohm", "ohm"], separator="\t", comma=False)
    _assert_same(read(write(text))[0])


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_autolab(separator: str, write: Callable[..., Path]) -> None:
    columns = [
        np.arange(1.0, 16), FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag, np.abs(IMPEDANCE),
        -np.degrees(np.angle(IMPEDANCE)), np.arange(15.0),
    ]  # fmt: skip
    labels = ["Index", "Frequency (Hz)", "Z' (Ω)", "-Z'' (Ω)", "Z (Ω)", "-Phase (°)", "Time (s)"]
    text = _written(columns, labels, separator=separator, comma=separator != ",")
    (measurement,) = read(write(text))
    _assert_same(measurement)
    assert (measurement.format, measurement.warnings) == ("autolab", ())
    np.testing.assert_allclose(
        measurement.values("impedance_phase"), np.degrees(np.angle(IMPEDANCE)), rtol=1e-9
    )


def test_powersuite(write: Callable[..., Path]) -> None:
    columns = [np.arange(15.0), FREQUENCY, IMPEDANCE.real, IMPEDANCE.imag, np.abs(IMPEDANCE)]
    labels = ["Pt.", "Frequency(Hz)", "Zre(ohms)", "Zim(ohms)", "|Z|(ohms)"]
    (measurement,) = read(write(_written(columns, labels, separator="\t", comma=False)))
    _assert_same(measurement)
    assert measurement.format == "powersuite"


def test_gamry_with_decimal_commas_and_two_tables(write: Callable[..., Path]) -> None:
    rows = "".join(
        f"\t{i}\t{f:.12e}\t{z.real:.12e}\t{z.imag:.12e}\n".replace(".", ",")
        for i, (f, z) in enumerate(zip(FREQUENCY, IMPEDANCE, strict=True))
    )
    table = "ZCURVE\tTABLE\n\tPt\tFreq\tZreal\tZimag\n\t#\tHz\tohm\tohm\n" + rows
    both = read(write(f"EXPLAIN\nTAG\tEISPOT\n{table}EXPERIMENTABORTED\tTOGGLE\tF\n{table}", "a.DTA"))
    assert [m.sweep for m in both] == [1, 2]
    _assert_same(both[0])
    _assert_same(both[1])


def test_mpt_with_decimal_commas(write: Callable[..., Path]) -> None:
    columns = [FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag]
    text = _written(columns, ["freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"], separator="\t", comma=True)
    head = "EC-Lab ASCII FILE\nNb header lines : 5\n\nPEIS\n"
    _assert_same(read(write(head + text, "a.mpt"))[0])


def test_phase_without_unit_is_taken_and_said(write: Callable[..., Path]) -> None:
    for angles in (np.degrees(np.angle(IMPEDANCE)), np.angle(IMPEDANCE)):
        text = _written(
            [FREQUENCY, np.abs(IMPEDANCE), angles], ["freq", "|Z|", "phase"], separator=",", comma=False
        )
        (measurement,) = read(write(text))
        _assert_same(measurement)
        assert "names no unit" in measurement.warnings[0]


def test_positive_im_without_a_sign_in_the_header_stays_and_is_doubted(
    write: Callable[..., Path],
) -> None:
    text = _written(
        [FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag], ["freq/Hz", "Z'/ohm", "Z''/ohm"],
        separator="\t", comma=False,
    )  # fmt: skip
    (measurement,) = read(write(text))
    np.testing.assert_allclose(measurement.values("impedance_imaginary"), -IMPEDANCE.imag)
    assert any("inductive" in w and "-Z''" in w for w in measurement.warnings)
    assert not any("inductive" in w for w in read(write(text.replace("Z''", "-Z''")))[0].warnings)


def test_a_phase_that_contradicts_is_said(write: Callable[..., Path]) -> None:
    text = _written(
        [FREQUENCY, IMPEDANCE.real, -IMPEDANCE.imag, np.degrees(np.angle(IMPEDANCE))],
        ["freq/Hz", "Z'/ohm", "Z''/ohm", "phase/deg"],
        separator="\t",
        comma=False,
    )
    (measurement,) = read(write(text))
    assert any("phase column says capacitive" in w for w in measurement.warnings)


@pytest.mark.parametrize(
    "labels",
    [
        "FREQUENCY,RESISTANCE,REACTANCE",
        "Freq,R,X",
        "freq_hz,z_real_ohm,z_imag_ohm",
        "# f_Hz,ReZ_Ohm,ImZ_Ohm",
        "Frequency (Hz),Impedance Real (Ohms),Impedance Imaginary (Ohms)",
        '"Frequency (Hz)","Z\' (Ohm)","Z"" (Ohm)"',
        "周波数（Hz）,実部（Ω）,虚部（Ω）",
        "f(㎐),Re Z / Ω,Im Z / Ω",
    ],
)
def test_other_headers(labels: str, write: Callable[..., Path]) -> None:
    columns = [FREQUENCY, IMPEDANCE.real, IMPEDANCE.imag]
    _assert_same(read(write(_written(columns, [labels], separator=",", comma=False)))[0])


@pytest.mark.parametrize(
    ("header", "factors"),
    [
        ("time/s\tEwe/V\tI/mA", (1, 1, 1e3)),
        ("Time (min)\tVoltage (mV)\tCurrent (uA)", (1 / 60, 1e3, 1e6)),
        ("時間 [h]\t電圧 [V]\t電流 [A]", (1 / 3600, 1, 1)),
        ("Test Time / s\tVoltage / V\tCurrent / A", (1, 1, 1)),
    ],
)
def test_time_series(header: str, factors: tuple[float, ...], write: Callable[..., Path]) -> None:
    time, voltage, current = np.arange(1.0, 9), np.linspace(3, 4, 8), np.linspace(-1e-3, 1e-3, 8)
    columns = [c * f for c, f in zip((time, voltage, current), factors, strict=True)]
    (measurement,) = read(write(_written(columns, [header], separator="\t", comma=False)))
    assert measurement.kind is Kind.TIME_SERIES
    assert [c.name for c in measurement.columns] == ["time", "voltage", "current"]
    np.testing.assert_allclose(measurement.values("time", unit="s"), time, rtol=1e-9)
    np.testing.assert_allclose(measurement.values("voltage", unit="V"), voltage, rtol=1e-9)
    np.testing.assert_allclose(measurement.values("current", unit="A"), current, rtol=1e-9)


def test_header_states_temperature_and_geometry(write: Callable[..., Path]) -> None:
    head = "# Temperature: 300 K\n# Pellet thickness (mm): 1.2\n# diameter = 10 mm\n# area = 0.785 cm2\n"
    body = "freq/Hz,Z'/ohm,Z''/ohm\n1000,1,-1\n100,2,-2\n"
    (measurement,) = read(write(head + body, "pellet_25C.csv"))
    assert measurement.temperature == Quantity(value=300, unit="K")
    assert measurement.thickness == Quantity(value=1.2, unit="mm")
    assert measurement.diameter == Quantity(value=10, unit="mm")
    assert any("header" in w for w in measurement.warnings)
    assert measurement.metadata["area"] == "0.785 cm2"
