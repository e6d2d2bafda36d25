"""Powder patterns: the shared files, and every format that instruments write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from kuralab.model import Kind, Measurement
from tests.formats.patterns import CONDITIONS, X, counts, csv, gsas, ras, rasx, xrdml, xye

Write = Callable[..., Path]


@pytest.fixture
def diffraction(shared_data: Path) -> Path:
    """The folder of measured patterns."""
    return shared_data / "diffraction"


def _one(path: Path) -> Measurement:
    (found,) = read(path)
    assert found.kind is Kind.POWDER_PATTERN
    return found


@pytest.mark.parametrize(
    ("file", "format", "rows", "first", "last", "axis"),
    [
        ("lbco_hrpt_psi.xye", "pattern-columns", 3098, 10.0, 164.85, "two_theta"),
        ("pbso4_d1a_ill.xye", "pattern-columns", 2910, 10.0, 155.45, "two_theta"),
        ("co2sio4_d20_ill.xye", "pattern-columns", 1218, 8.0953, 130.0953, "two_theta"),
        ("si_sepd_tof.xye", "pattern-columns", 5600, 2000.0, 29995.0, "time_of_flight"),
        ("PBSO4.CWN", "gsas-raw", 2919, 10.0, 155.9, "two_theta"),
        ("PBSO4.XRA", "gsas-raw", 6001, 10.0, 160.0, "two_theta"),
        ("co2sio4_d20_ill_experiment.cif", "pattern-cif", 1418, 8.0953, 150.0953, "two_theta"),
        ("ho2ti2o7_vip_llb_5K5T_polarised.cif", "pattern-cif", 388, 4.6, 82.0, "two_theta"),
    ],
)
def test_shared_files(
    diffraction: Path, file: str, format: str, rows: int, first: float, last: float, axis: str
) -> None:
    found = _one(diffraction / file)
    assert (found.format, found.n_rows, found.columns[0].name) == (format, rows, axis)
    assert found.columns[0].values[[0, -1]] == pytest.approx([first, last])
    assert np.all(found.values("intensity_uncertainty") > 0.0)


def test_gsas_counts_of_several_detectors_are_those_of_the_round_robin(diffraction: Path) -> None:
    """The same measurement, once as counts averaged over detectors, once with its uncertainties."""
    raw, table = _one(diffraction / "PBSO4.CWN"), _one(diffraction / "pbso4_d1a_ill.xye")
    n = table.n_rows
    assert np.allclose(raw.values("two_theta")[:n], table.values("two_theta"))
    assert np.array_equal(raw.values("intensity")[:n], table.values("intensity"))
    assert np.allclose(
        raw.values("intensity_uncertainty")[:n], table.values("intensity_uncertainty"), rtol=1e-4
    )


def test_what_the_files_say_of_the_radiation(diffraction: Path) -> None:
    assert _one(diffraction / "PBSO4.CWN").metadata["radiation"] == "neutron"
    assert _one(diffraction / "PBSO4.XRA").metadata["radiation"] == "xray"
    polarised = _one(diffraction / "ho2ti2o7_vip_llb_5K5T_polarised.cif")
    assert polarised.metadata["wavelength"] == "0.84 angstrom"
    # First row: 626.97(93.64) up and 413.31(90.64) down.
    assert polarised.values("intensity")[0] == pytest.approx(1040.28)
    assert polarised.values("intensity_uncertainty")[0] == pytest.approx(np.hypot(93.64, 90.64))
    assert "sum" in polarised.warnings[0]
    assert "radiation" not in _one(diffraction / "lbco_hrpt_psi.xye").metadata


@pytest.mark.parametrize(
    ("content", "name", "format"),
    [
        (xye(), "a.xye", "pattern-columns"),
        (xye().replace("# made up", "! 2theta; made up"), "a.dat", "pattern-columns"),
        (csv(), "a.csv", "pattern-table"),
        (xrdml(), "a.xrdml", "xrdml"),
        (rasx(), "a.rasx", "rigaku-rasx"),
        (ras(), "a.ras", "rigaku-ras"),
        (gsas("free"), "a.raw", "gsas-raw"),
        (gsas("ESD"), "a.gsa", "gsas-raw"),
        (gsas("FXYE"), "a.fxye", "gsas-raw"),
    ],
)
def test_every_format_gives_the_same_points(
    content: str | bytes, name: str, format: str, write: Write
) -> None:
    found = _one(write(content, name))
    assert found.format == format
    assert np.allclose(found.values("two_theta", unit="deg"), X, atol=2e-4)
    assert np.allclose(found.values("intensity"), counts())
    if format not in ("pattern-table", "rigaku-rasx"):
        assert np.allclose(found.values("intensity_uncertainty"), np.sqrt(counts()), rtol=0.01)


def test_xrdml_says_what_was_used(write: Write) -> None:
    found = _one(write(xrdml(), "a.xrdml"))
    assert found.metadata == {
        "radiation": "xray",
        "sample": "LaNi5",
        "sample id": "S1",
        "anode": "Cu",
        "wavelength": "1.540598 angstrom",
        "wavelength_2": "1.544426 angstrom",
        "ratio_2": "0.497",
        "counting_time": "4 s",
    }
    assert found.started is not None
    assert found.started.year == 2026


def test_xrdml_counts_behind_an_attenuator_keep_their_uncertainty(write: Write) -> None:
    factors = np.ones(len(X))
    factors[200] = 100.0
    extra = f"<beamAttenuationFactors>{' '.join(map(str, factors))}</beamAttenuationFactors>"
    found = _one(write(xrdml(listed="counts", extra=extra), "a.xrdml"))
    y = counts()[200]
    assert found.values("intensity")[200] == pytest.approx(100.0 * y)
    assert found.values("intensity_uncertainty")[200] == pytest.approx(100.0 * y**0.5)


def test_xrdml_counts_per_second_use_the_counting_time(write: Write) -> None:
    found = _one(write(xrdml(unit="cps"), "a.xrdml"))
    assert np.allclose(found.values("intensity_uncertainty"), np.sqrt(counts() / 4.0))


def test_several_scans_are_several_patterns(write: Write) -> None:
    text = xrdml()
    scan = text[text.index("<scan ") : text.index("</scan>") + len("</scan>")]
    found = read(write(text.replace(scan, scan * 3), "a.xrdml"))
    assert [m.sweep for m in found] == [1, 2, 3]


def test_rasx_counts_per_second(write: Write) -> None:
    found = _one(write(rasx(), "a.rasx"))
    # 0.05 deg at 1.5 deg/min are 2 s.
    assert np.allclose(found.values("intensity_uncertainty"), np.sqrt(counts() / 2.0))
    assert found.metadata["wavelength_2"] == "1.544414 angstrom"
    alone = CONDITIONS.replace("<Speed>1.5</Speed>", "")
    found = _one(write(rasx(alone), "b.rasx"))
    assert "intensity_uncertainty" not in [c.name for c in found.columns]
    assert "counting time" in found.warnings[0]


def test_ras_of_one_line_has_one_wavelength(write: Write) -> None:
    found = _one(write(ras(), "a.ras"))
    assert found.metadata["wavelength"] == "1.540593 angstrom"
    assert "wavelength_2" not in found.metadata


def test_gsas_detectors_divide_the_variance(write: Write) -> None:
    found = _one(write(gsas("STD"), "a.raw"))
    detectors = 1 + np.arange(len(X)) % 2
    assert np.array_equal(found.values("intensity"), counts())
    assert np.allclose(found.values("intensity_uncertainty"), np.sqrt(counts() / detectors))


@pytest.mark.parametrize("kind", ["SLOG", "ALT"])
def test_gsas_flight_times(kind: str, write: Write) -> None:
    found = _one(write(gsas(kind), "a.gsa"))
    t = 1500.0 * 1.002 ** np.arange(len(X))
    assert np.allclose(found.values("time_of_flight", unit="us"), t, atol=1 / 32)
    scale = 1.0 if kind == "SLOG" else 0.01
    assert np.allclose(found.values("intensity"), scale * counts(), atol=6e-4)


def test_gsas_banks_are_told_apart(write: Write) -> None:
    text = gsas("FXYE")
    second = text[text.index("BANK") :].replace("BANK 1", "BANK 7")
    found = read(write(text + second, "a.gsa"))
    assert [m.metadata["bank"] for m in found] == ["1", "7"]


def test_a_twins_file(write: Write) -> None:
    text = xye().replace("# made up; radiation: neutron, wavelength 1.54 angstrom", "\n".join(
        ("# kuralab twin", "# radiation: Cu, wavelengths 1.540593, 1.544427 angstrom", "# X-ray")
    ))  # fmt: skip
    found = _one(write(text, "a.xye"))
    assert found.metadata["wavelength"] == "1.540593 angstrom"
    assert found.metadata["wavelength_2"] == "1.544427 angstrom"
    assert found.metadata["radiation"] == "xray"
    assert found.metadata["title"] == "kuralab twin"


@pytest.mark.parametrize(
    ("content", "name", "line", "message"),
    [
        (xye().replace("15.0000 ", "15.0000 -"), "a.xye", 102, "negative"),
        (xye(0 * counts()), "a.xye", None, "all intensities are zero"),
        (xye().replace("\n15.0000 ", "\n9.0000 "), "a.xye", 102, "2theta falls"),
        (xye().replace("\n15.0000 ", "\n14.9500 "), "a.xye", 102, "stands still"),
        (xye().replace("\n15.0000 ", "\n15.0000 x"), "a.xye", 102, "expected a number"),
        ("\n".join(xye().splitlines()[:6]), "a.xye", None, "5 points"),
        (gsas("FXYE").replace("BANK 1 600", "BANK 1 700"), "a.raw", 2, "promises 700 points, 600"),
        (gsas("FXYE").replace("CONST", "LPSD"), "a.raw", 2, "LPSD"),
        (gsas("STD")[:-5], "a.raw", 62, "not a line of STD"),
        (csv().replace("\n15.0000,", "\n15.0000,-"), "a.csv", 104, "negative"),
        (xrdml(values="1 2 3"), "a.xrdml", None, "3 points"),
        (xrdml(values="1 x"), "a.xrdml", None, "'x' is no number"),
        (xrdml()[:-40], "a.xrdml", 17, "XML is damaged"),
        (xrdml().replace('"2Theta"', '"Phi"'), "a.xrdml", None, "no scan over 2theta"),
        (
            xrdml().replace("<xrdM", '<!DOCTYPE a [<!ENTITY b "c">]><xrdM', 1),
            "a.xrdml",
            None,
            "entities",
        ),
        (rasx(profile="1 2\n3\n"), "a.rasx", None, "no intensity"),
        (rasx("<a>"), "a.rasx", None, "XML is damaged"),
        (rasx()[:-60], "a.rasx", None, "archive is damaged"),
        (rasx(CONDITIONS.replace("TwoThetaTheta", "Chi")), "a.rasx", None, "scans: Chi"),
        (ras().replace("*RAS_INT_END", ""), "a.ras", 10, "does not end"),
        ("data_a\n_cell_length_a 5\n", "a.cif", None, "crystal structure"),
        ("data_a\n_b 5\n", "a.cif", None, "no powder pattern"),
        ("data_a\n_b\n_c 5\n", "a.cif", 2, "not a readable CIF"),
    ],
)
def test_bad_patterns(
    content: str | bytes, name: str, line: int | None, message: str, write: Write
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(write(content, name))
    assert caught.value.hint
    assert caught.value.line == line


@pytest.mark.parametrize("name", ["a.csv", "a.xye"])
def test_a_header_decides_which_column_is_which(name: str, write: Write) -> None:
    rows = "\n".join(f"{7 + i % 3},{x:.3f},{5 + i % 4}" for i, x in enumerate(X))
    found = _one(write(f"background,2theta [deg],intensity\n{rows}", name))
    assert np.allclose(found.values("two_theta"), X)
    assert found.values("intensity").max() == 8.0
    assert [column.name for column in found.columns] == ["two_theta", "intensity"]
    third = "\n".join(f"{x:.3f},{5 + i % 4},7" for i, x in enumerate(X))
    found = _one(write(f"2theta,intensity,background\n{third}", name))
    assert [column.name for column in found.columns] == ["two_theta", "intensity"]


def test_small_negative_values_with_uncertainties_are_corrected_data(write: Write) -> None:
    rows = "\n".join(f"{x:.3f} {-1.0 + i % 5} 2.0" for i, x in enumerate(X))
    assert _one(write(rows, "a.xye")).values("intensity").min() == -1.0


def test_points_without_weight_are_left_out(write: Write) -> None:
    rows = "\n".join(f"{x:.3f} {i % 7 + 1} {0.0 if i < 3 else 1.0}" for i, x in enumerate(X))
    found = _one(write(rows, "a.xye"))
    assert found.n_rows == len(X) - 3
    assert "3 points left out" in found.warnings[0]


def test_other_measurements_are_not_stolen(write: Write) -> None:
    spectrum = "\n".join(f"{10 ** (5 - i / 10):.4g} {10 + i} {-i}" for i in range(50))
    assert read(write(spectrum, "a.txt"))[0].kind is Kind.IMPEDANCE
    series = "time/s,Ewe/V,I/mA\n" + "\n".join(f"{i},{3 + 0.01 * i},1" for i in range(50))
    assert read(write(series, "b.csv"))[0].kind is Kind.TIME_SERIES
    with pytest.raises(InputError, match="equal steps") as caught:
        read(write("\n".join(f"{x:.3f} 5 2" for x in X), "c.txt"))
    assert ".xye" in caught.value.hint
