"""Writers of small patterns in the formats of instruments."""

from __future__ import annotations

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

X = np.round(np.arange(10.0, 40.0, 0.05), 4)


def counts(seed: int = 1) -> NDArray[np.int64]:
    """Two peaks on a background, (n,) at X."""
    rate = 50.0 + sum(h * np.exp(-0.5 * ((X - at) / 0.1) ** 2) for at, h in ((20.0, 900), (33.3, 400)))
    return np.random.default_rng(seed).poisson(rate)


def xye(values: NDArray[np.int64] | None = None) -> str:
    """2theta, intensity, uncertainty below a comment."""
    y = counts() if values is None else values
    rows = (f"{x:.4f} {v} {max(float(v), 1.0) ** 0.5:.3f}" for x, v in zip(X, y, strict=True))
    return "# made up; radiation: neutron, wavelength 1.54 angstrom\n" + "\n".join(rows) + "\n"


def csv() -> str:
    """As PANalytical exports it."""
    rows = (f"{x:.4f},{v}" for x, v in zip(X, counts(), strict=True))
    return "Anode material,Cu\n[Scan points]\nAngle,Intensity\n" + "\n".join(rows) + "\n"


def xrdml(
    *, values: str | None = None, listed: str = "intensities", unit: str = "counts", extra: str = ""
) -> str:
    """One Gonio scan."""
    text = " ".join(map(str, counts())) if values is None else values
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">
<sample type="To be analyzed"><id>S1</id><name>LaNi5</name></sample>
<xrdMeasurement measurementType="Scan" status="Completed">
<usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.5405980</kAlpha1>
<kAlpha2 unit="Angstrom">1.5444260</kAlpha2><ratioKAlpha2KAlpha1>0.4970</ratioKAlpha2KAlpha1>
</usedWavelength>
<incidentBeamPath><xRayTube><anodeMaterial>Cu</anodeMaterial></xRayTube></incidentBeamPath>
<scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed">
<header><startTimeStamp>2026-02-17T11:30:38+09:00</startTimeStamp></header>
<dataPoints>
<positions axis="2Theta" unit="deg"><startPosition>{X[0]}</startPosition>
<endPosition>{X[-1]}</endPosition></positions>
<positions axis="Omega" unit="deg"><startPosition>5</startPosition><endPosition>20</endPosition>
</positions>
<commonCountingTime unit="seconds">4.0</commonCountingTime>{extra}
<{listed} unit="{unit}">{text}</{listed}></dataPoints></scan></xrdMeasurement></xrdMeasurements>
"""


CONDITIONS = """<MeasurementConditions><GeneralInformation><SampleName>LaNi5</SampleName>
</GeneralInformation><HWConfigurations><XrayGenerator><TargetName>Cu</TargetName>
<WavelengthKalpha1>1.540593</WavelengthKalpha1><WavelengthKalpha2>1.544414</WavelengthKalpha2>
</XrayGenerator></HWConfigurations><ScanInformation><AxisName>TwoThetaTheta</AxisName>
<IntensityUnit>cps</IntensityUnit><Step>0.05</Step><Speed>1.5</Speed><SpeedUnit>deg/min</SpeedUnit>
</ScanInformation></MeasurementConditions>"""


def rasx(conditions: str = CONDITIONS, profile: str | None = None) -> bytes:
    """A SmartLab archive with one profile."""
    rows = "\r\n".join(f"{x:.4f}\t{v}\t1" for x, v in zip(X, counts(), strict=True))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("root.xml", "<Root/>")
        archive.writestr("Data0/Profile0.txt", "\ufeff" + (rows if profile is None else profile))
        archive.writestr("Data0/MesurementConditions0.xml", conditions)
    return buffer.getvalue()


def ras() -> str:
    """The text of the same instrument."""
    rows = "\n".join(f"{x:.4f} {v:.1f} 1.0000" for x, v in zip(X, counts(), strict=True))
    return (
        '*RAS_DATA_START\n*RAS_HEADER_START\n*FILE_SAMPLE "LaNi5"\n'
        '*HW_XG_WAVE_LENGTH_ALPHA1 "1.540593"\n*HW_XG_WAVE_LENGTH_ALPHA2 "1.544414"\n'
        '*MEAS_COND_XG_WAVE_TYPE "Ka1"\n*MEAS_SCAN_AXIS_X "TwoThetaTheta"\n'
        f'*MEAS_SCAN_UNIT_Y "counts"\n*RAS_HEADER_END\n*RAS_INT_START\n{rows}\n'
        "*RAS_INT_END\n*RAS_DATA_END\n"
    )


def gsas(kind: str) -> str:
    """A GSAS file: STD, ESD, FXYE, free (counts with single blanks), ALT or SLOG."""
    y = counts()
    if kind in ("SLOG", "ALT"):
        t = 1500.0 * 1.002 ** np.arange(len(y))
        if kind == "SLOG":
            rows = [f"{a:14.5f} {v:14.5f} {v**0.5:12.6f}" for a, v in zip(t, y, strict=True)]
            head = f"BANK 3 {len(y)} {len(y)} SLOG 1500.0 {t[-1]:.1f} 0.002 0 FXYE"
        else:
            cells = [
                f"{round(32 * a):8d}{v / 100:7.3f}{v**0.5 / 100:5.3f}" for a, v in zip(t, y, strict=True)
            ]
            rows = ["".join(cells[i : i + 4]) for i in range(0, len(cells), 4)]
            head = f"BANK 1 {len(y)} {len(rows)} RALF 48000 64 48064 0.002 ALT"
        return f"title\n{head}\n" + "\n".join(rows) + "\n"
    start, step = 100.0 * X[0], 100.0 * (X[1] - X[0])
    head = f"BANK 1 {len(y)} {len(y) // 10} CONST {start:g} {step:g} 0 0"
    if kind == "STD":
        cells = [f"{1 + i % 2:2d}{v:6d}" for i, v in enumerate(y)]
        rows = ["".join(cells[i : i + 10]) for i in range(0, len(cells), 10)]
    elif kind == "free":
        rows = [" ".join(map(str, y[i : i + 10])) for i in range(0, len(y), 10)]
    elif kind == "ESD":
        cells = [f"{v:8d}{v**0.5:8.2f}" for v in y]
        rows = ["".join(cells[i : i + 5]) for i in range(0, len(cells), 5)]
    else:
        rows = [f"{100 * x:12.4f} {v:12.4f} {v**0.5:12.5f}" for x, v in zip(X, y, strict=True)]
    return f"title, X-ray\n{head} {'' if kind == 'free' else kind}\n" + "\n".join(rows) + "\n"
