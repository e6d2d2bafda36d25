"""What a powder diffractometer does to a pattern: radiation, wavelengths, resolution."""

from __future__ import annotations

from typing import Annotated, Literal, Self, final

from pydantic import Field, model_validator

from kuralab.model._base import Record

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Radiation = Literal["xray", "neutron", "tof"]


@final
class Line(Record):
    """A wavelength in angstrom and its share of the intensity, relative to the first line."""

    wavelength: Positive
    weight: Positive = 1.0


@final
class Resolution(Record):
    """Widths at constant wavelength, 2theta in degrees.

    Gaussian FWHM^2 = u tan^2(theta) + v tan(theta) + w in deg^2; Lorentzian FWHM = x tan(theta) +
    y / cos(theta) in deg. s_l and h_l are half heights of sample and detector slit over the radius
    (axial divergence).
    """

    u: Finite = 0.0
    v: Finite = 0.0
    w: Positive = 0.01
    x: Finite = 0.0
    y: Finite = 0.0
    s_l: Annotated[float, Field(ge=0.0, lt=0.2)] = 0.0
    h_l: Annotated[float, Field(ge=0.0, lt=0.2)] = 0.0


@final
class FlightTime(Record):
    """Time of flight t in us against d in angstrom, t = zero + difc d + difa d^2 + difb / d.

    Rise alpha = alpha0 + alpha1 / d and decay beta = beta0 + beta1 / d^4 of the back-to-back
    exponentials in 1/us; Gaussian variance sigma^2 = sigma0 + sigma1 d^2 + sigma2 d^4 in us^2;
    Lorentzian FWHM = gamma0 + gamma1 d + gamma2 d^2 in us; angle 2theta of the bank in deg.
    """

    difc: Positive
    difa: Finite = 0.0
    difb: Finite = 0.0
    zero: Finite = 0.0
    alpha0: Finite = 0.0
    alpha1: Finite = 1.0
    beta0: Finite = 0.03
    beta1: Finite = 0.0
    sigma0: Finite = 0.0
    sigma1: Finite = 10.0
    sigma2: Finite = 0.0
    gamma0: Finite = 0.0
    gamma1: Finite = 0.0
    gamma2: Finite = 0.0
    angle: Annotated[float, Field(gt=0.0, le=180.0)] = 90.0


@final
class PowderInstrument(Record):
    """Radiation with its lines and resolution, or a time-of-flight bank.

    ``zero`` is added to 2theta, in degrees. ``polarisation`` is the share of the beam polarised at
    right angles to the plane of diffraction (0.5: a tube), ``monochromator`` the 2theta of a
    monochromator in degrees; both for X-rays.
    """

    name: str = ""
    radiation: Radiation
    lines: tuple[Line, ...] = ()
    resolution: Resolution = Resolution()
    flight: FlightTime | None = None
    zero: Finite = 0.0
    polarisation: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    monochromator: Annotated[float, Field(ge=0.0, lt=180.0)] = 0.0

    @model_validator(mode="after")
    def _has_what_its_radiation_needs(self) -> Self:
        if self.radiation == "tof":
            if self.flight is None:
                raise ValueError("time of flight needs difc and the rest of flight")
            if self.lines:
                raise ValueError("time of flight has no wavelength")
        elif not self.lines:
            raise ValueError("constant wavelength needs a line")
        return self
