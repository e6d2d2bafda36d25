"""Every real spectrum reads with the right number of points, range, sign and values."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind, Measurement
from kuralab.units import Quantity

SERIES = "temperature-series-140-200C"

# file: format, points, highest and lowest frequency, (row, f, Re, Im) as the file's text has it
SPECTRA = {
    "gamry/EISGALV_EISTest3.DTA": (
        "gamry-dta", 71, 1000078, 0.1001603, (0, 1000078, 0.04711733, 0.1695821),
    ),
    "gamry/exampleDataGamry.DTA": (
        "gamry-dta", 72, 200015.6, 0.0158898, (1, 158953.1, 1100.361, -1502.195),
    ),
    "vendor-formats/exampleDataBioLogic.mpt": (
        "biologic-mpt", 43, 1000.3201, 0.01689554, (1, 770.24658, 63.611004, -1.3082615),
    ),
    "vendor-formats/exampleDataVersaStudio.par": (
        "versastudio", 61, 100000, 0.02154435, (9, 10000, 66.43731, -5.291955),
    ),
    "vendor-formats/exampleDataZPlot.z": ("zplot", 21, 3e5, 3e3, (0, 3e5, 147.77, -11.335)),
    "vendor-formats/Circuit1_EIS_1.z": ("zplot", 48, 5e4, 1.0, (47, 1.0, 75.803, -0.16244)),
    "vendor-formats/Circuit2_EIS_1.z": ("zplot", 56, 3e5, 1.0, (55, 1.0, 654.19, 0.64271)),
    "vendor-formats/exampleData.csv": (
        "delimited", 66, 1e4, 0.0031623, (1, 0.0039811, 0.04776559257398882, -0.0182856893045487),
    ),
    "single-pellet-25C/Example2a.txt": ("delimited", 51, 1e6, 0.3, (1, 740530, 4688.1514, -7845.9375)),
    "single-pellet-25C/Example2b.txt": ("delimited", 50, 1e6, 1.0, (49, 1.0, 182762, -435920)),
    f"{SERIES}/s04147-140deg.txt": (
        "delimited", 42, 1e6, 0.03, (41, 0.03, 3272660, -1408530),
    ),
    f"{SERIES}/s04147-150deg.txt": ("delimited", 42, 1e6, 0.03, (0, 1e6, 22696.8, -46373)),
    f"{SERIES}/s04147-160deg.txt": ("delimited", 42, 1e6, 0.03, (0, 1e6, 21112.2, -39556.8)),
    f"{SERIES}/s04147-170deg.txt": (
        "delimited", 41, 1e6, 0.045773, (0, 1e6, 20791.5, -33304),
    ),
    f"{SERIES}/s04147-180deg.txt": (
        "delimited", 41, 1e6, 0.045773, (0, 1e6, 19624.1, -27606.6),
    ),
    f"{SERIES}/s04147-190deg.txt": (
        "delimited", 41, 1e6, 0.045773, (0, 1e6, 17693.8, -22612.7),
    ),
    f"{SERIES}/s04147-200deg.txt": (
        "delimited", 40, 1e6, 0.069838, (0, 1e6, 15859.6, -18347.1),
    ),
    "lpscl-argyrodite/PEIS_LPSCl_IonBlocking_-25C.mpr": (
        "biologic-mpr", 79, 7e6, 0.1, (0, 7000018.5, 359.241455078125, -290.9203796386719),
    ),
    "assb-ncm-lpscl/PEIS_SSB.mpr": (
        "biologic-mpr", 89, 7e6, 0.01, (0, 7000018.5, 49.008689880371094, -16.160770416259766),
    ),
}  # fmt: skip


def _spectrum(measurement: Measurement) -> tuple[np.ndarray, np.ndarray]:
    return measurement.values("frequency", unit="Hz"), measurement.values(
        "impedance_real", unit="ohm"
    ) + 1j * measurement.values("impedance_imaginary", unit="ohm")


@pytest.mark.parametrize("name", SPECTRA)
def test_a_spectrum_reads_as_it_is_written(name: str, electrochemistry: Path) -> None:
    format_, points, highest, lowest, (row, f_row, re_row, im_row) = SPECTRA[name]
    (measurement,) = read(electrochemistry / "eis" / name)
    frequency, impedance = _spectrum(measurement)
    assert (measurement.kind, measurement.format) == (Kind.IMPEDANCE, format_)
    assert [c.name for c in measurement.columns[:3]] == [
        "frequency", "impedance_real", "impedance_imaginary",
    ]  # fmt: skip
    assert measurement.n_rows == points
    assert frequency.max() == pytest.approx(highest, rel=1e-3)
    assert frequency.min() == pytest.approx(lowest, rel=1e-3)
    assert (frequency[row], impedance[row].real, impedance[row].imag) == pytest.approx(
        (f_row, re_row, im_row), rel=1e-12
    )


def test_every_text_spectrum_is_in_the_list_above(electrochemistry: Path) -> None:
    found = {
        str(p.relative_to(electrochemistry / "eis"))
        for p in (electrochemistry / "eis").rglob("*")
        if p.is_file() and not p.name.lower().endswith("report.txt") and "CP_" not in p.name
    }
    assert found == set(SPECTRA)


@pytest.mark.parametrize("name", [n for n in SPECTRA if n.endswith((".mpr", ".mpt", ".DTA"))])
def test_modulus_and_phase_agree_with_re_and_im(name: str, electrochemistry: Path) -> None:
    """The instrument's own |Z| and phase check sign and units; float32 and 7 digits are its limits."""
    (measurement,) = read(electrochemistry / "eis" / name)
    _, impedance = _spectrum(measurement)
    modulus = measurement.values("impedance_modulus", unit="ohm")
    phase = np.radians(measurement.values("impedance_phase", unit="deg"))
    np.testing.assert_allclose(modulus * np.exp(1j * phase), impedance, rtol=3e-6)


def test_solid_electrolyte_mpr(electrochemistry: Path) -> None:
    path = electrochemistry / "eis/lpscl-argyrodite/PEIS_LPSCl_IonBlocking_-25C.mpr"
    (measurement,) = read(path)
    assert measurement.temperature == Quantity(value=-25, unit="degC")
    assert measurement.started == datetime(2025, 5, 15, 1, 18, 45, 867000, tzinfo=UTC)
    assert measurement.metadata["technique"] == "PEIS"
    assert "UTC" in measurement.metadata["time_zone"]
    assert measurement.raw.size == 21792
    assert measurement.raw.sha256 == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("celsius", range(140, 210, 10))
def test_temperature_series(celsius: int, electrochemistry: Path) -> None:
    folder = electrochemistry / "eis/temperature-series-140-200C"
    (measurement,) = read(folder / f"s04147-{celsius}deg.txt")
    assert measurement.temperature == Quantity(value=celsius, unit="degC")
    assert measurement.values("impedance_imaginary").max() < 0


def test_pellet_geometry_and_title_of_the_header(electrochemistry: Path) -> None:
    (measurement,) = read(electrochemistry / "eis/single-pellet-25C/Example2a.txt")
    assert measurement.diameter == Quantity(value=13, unit="mm")
    assert measurement.thickness == Quantity(value=0.75, unit="mm")
    assert measurement.temperature == Quantity(value=25, unit="degC")


def test_gamry_without_thermometer_has_no_temperature(electrochemistry: Path) -> None:
    (measurement,) = read(electrochemistry / "eis/gamry/exampleDataGamry.DTA")
    assert measurement.temperature is None
    assert measurement.metadata["device"] == "REF3000-34128"


def test_mpt_header(electrochemistry: Path) -> None:
    (measurement,) = read(electrochemistry / "eis/vendor-formats/exampleDataBioLogic.mpt")
    assert measurement.started == datetime(2018, 2, 4, 10, 2, 46, tzinfo=UTC)
    assert measurement.metadata["electrode_area"] == "0.001 cm²"
    current = measurement.values("current", unit="A")
    assert current[0] == pytest.approx(-4.8041187e-5, rel=1e-12)


def test_polarisation_mpr_is_one_time_series(electrochemistry: Path) -> None:
    (measurement,) = read(electrochemistry / "eis/assb-ncm-lpscl/CP_SSB.mpr")
    assert (measurement.kind, measurement.n_rows) == (Kind.TIME_SERIES, 30208)
    assert measurement.started == datetime(2024, 5, 17, 14, 9, 11, 952000, tzinfo=UTC)
    time, charge = measurement.values("time", unit="s"), measurement.values("q_qo", unit="C")
    assert np.all(np.diff(time) > 0)
    # The charge is the integral of the current: this holds signs and units of both.
    current = measurement.values("current", unit="A")
    integral = np.concatenate([[0], np.cumsum(np.diff(time) * (current[1:] + current[:-1]) / 2)])
    np.testing.assert_allclose(charge - charge[0], integral, atol=0.02 * np.ptp(charge))


def test_cycling_mpr_of_an_older_version(electrochemistry: Path) -> None:
    name = "cycling/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
    (measurement,) = read(electrochemistry / name)
    assert (measurement.kind, measurement.n_rows) == (Kind.TIME_SERIES, 46102)
    assert measurement.temperature is None
    assert measurement.started == datetime(2020, 10, 26, 12, 49, 58, tzinfo=UTC)
    voltage, current = measurement.values("voltage", unit="V"), measurement.values("current", unit="A")
    assert (voltage.min(), voltage.max()) == pytest.approx((2.0, 3.8), abs=2e-4)
    # Power / voltage is the current by another way; steps begin in between two rows.
    power = measurement.values("p", unit="W")
    off = np.abs(current - power / voltage)[1:]
    assert np.percentile(off, 99) < 1e-9
    assert any("calculated from the charge" in w for w in measurement.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "single-pellet-25C/EIS_fit_report.txt",
        "temperature-series-140-200C/Arrhenius_Analysis_Report.txt",
        "temperature-series-140-200C/Batch_EISfit_Report.txt",
    ],
)
def test_reports_are_no_data(name: str, electrochemistry: Path) -> None:
    with pytest.raises(InputError, match="no table of an impedance spectrum") as caught:
        read(electrochemistry / "eis" / name)
    assert caught.value.hint


def test_an_arbin_csv_and_a_bdf_read_as_time_series(electrochemistry: Path) -> None:
    (arbin,) = read(electrochemistry / "cycling/2017-05-09_test-TC-contact_CH33.csv")
    assert (arbin.kind, arbin.n_rows) == (Kind.TIME_SERIES, 287)
    (bdf,) = read(electrochemistry / "cycling/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.bdf.csv")
    assert (bdf.n_rows, bdf.temperature) == (25162, Quantity(value=25, unit="degC"))
