"""Writing a spectrum as BioLogic's EC-Lab does, for ``formats.biologic_mpt`` to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SpectrumFile:
    """What a file says: frequency (n,) Hz, impedance (n,) ohm, temperature in degC as it was read,
    point_time (n,) s for each point, digits: significant ones; resistance_limit: ohm, up to which
    the analyser measures the sample rather than itself (a line that EC-Lab does not write)."""

    frequency: NDArray[np.float64]
    impedance: NDArray[np.complex128]
    temperature: float
    started: datetime
    channel: int
    sample: str
    point_time: NDArray[np.float64]
    digits: int
    resistance_limit: float | None = None


def spectrum_file(spectrum: SpectrumFile) -> bytes:
    """The bytes of an ``.mpt`` file, in Latin-1 with DOS line ends as EC-Lab writes them."""
    labels = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "Phase(Z)/deg", "time/s")
    header = [
        "EC-Lab ASCII FILE",
        "",
        "",
        "Potentio Electrochemical Impedance Spectroscopy",
        "",
        f"Run on channel : {spectrum.channel}",
        "Device : kuralab twin (a model, no measurement)",
        f"Acquisition started on : {spectrum.started:%m/%d/%Y %H:%M:%S}",
        f"Temperature : {spectrum.temperature:.2f} °C",
        f"Comments : {spectrum.sample}",
        *(
            [f"Resistance limit : {spectrum.resistance_limit:g} ohm"]
            if spectrum.resistance_limit is not None
            else []
        ),
        "",
        "\t".join(labels),
    ]
    header[1] = f"Nb header lines : {len(header)}"
    columns = (
        spectrum.frequency,
        spectrum.impedance.real,
        -spectrum.impedance.imag,
        np.abs(spectrum.impedance),
        np.degrees(np.angle(spectrum.impedance)),
        np.cumsum(spectrum.point_time),
    )
    form = f"%.{spectrum.digits - 1}E"
    rows = ["\t".join(form % value for value in row) for row in zip(*columns, strict=True)]
    return ("\r\n".join([*header, *rows]) + "\r\n").encode("latin-1", errors="replace")
