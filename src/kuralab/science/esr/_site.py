"""A paramagnetic site: S = 1/2 with one nucleus, and what broadens its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import final

from kuralab.errors import ScienceError
from kuralab.science.esr._nuclei import Nucleus


@final
@dataclass(frozen=True)
class Site:
    """Spin Hamiltonian and broadening of one site; all tensors share their axes.

        H = muB B.g.S + S.A.I + I.P.I - g_n muN B.I

    g (x, y, z) and hyperfine (x, y, z) in MHz, of the most abundant isotope; quadrupole: MHz, the
    principal value along z of a traceless axial tensor, I.P.I = P (3 I_z^2 - I(I+1)) / 2;
    superhyperfine: isotropic coupling in MHz to ``ligands`` equivalent 14N. gaussian and lorentzian:
    full widths at half maximum in mT; their convolution, a Voigt profile, broadens every line alike.
    g_strain and hyperfine_strain (MHz): standard deviations of g and A (perpendicular, parallel) among
    the sites, correlated by ``strain_correlation`` (-1 to 1).
    """

    g: tuple[float, float, float]
    hyperfine: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gaussian: float = 0.0
    lorentzian: float = 0.0
    quadrupole: float = 0.0
    superhyperfine: float = 0.0
    ligands: int = 0
    g_strain: tuple[float, float] = (0.0, 0.0)
    hyperfine_strain: tuple[float, float] = (0.0, 0.0)
    strain_correlation: float = 0.0

    def __post_init__(self) -> None:
        numbers = (*self.g, *self.hyperfine, self.quadrupole, self.superhyperfine)
        if not all(map(isfinite, numbers)) or not all(0.0 < g < 20.0 for g in self.g):
            raise ScienceError("g must lie between 0 and 20, and the couplings must be finite.")
        widths = (self.gaussian, self.lorentzian, *self.g_strain, *self.hyperfine_strain)
        if not all(0.0 <= width < inf for width in widths):
            raise ScienceError("widths and strains must not be negative.")
        if not -1.0 <= self.strain_correlation <= 1.0 or self.ligands < 0:
            raise ScienceError("a correlation lies between -1 and 1, and ligands are counted from 0.")

    @classmethod
    def axial(
        cls,
        *,
        g_parallel: float,
        g_perpendicular: float,
        hyperfine_parallel: float = 0.0,
        hyperfine_perpendicular: float = 0.0,
        gaussian: float = 0.0,
        lorentzian: float = 0.0,
        quadrupole: float = 0.0,
        superhyperfine: float = 0.0,
        ligands: int = 0,
        g_strain: tuple[float, float] = (0.0, 0.0),
        hyperfine_strain: tuple[float, float] = (0.0, 0.0),
        strain_correlation: float = 0.0,
    ) -> Site:
        """An axial site; hyperfine in MHz, widths in mT."""
        return cls(
            g=(g_perpendicular, g_perpendicular, g_parallel),
            hyperfine=(hyperfine_perpendicular, hyperfine_perpendicular, hyperfine_parallel),
            gaussian=gaussian,
            lorentzian=lorentzian,
            quadrupole=quadrupole,
            superhyperfine=superhyperfine,
            ligands=ligands,
            g_strain=g_strain,
            hyperfine_strain=hyperfine_strain,
            strain_correlation=strain_correlation,
        )

    @property
    def is_axial(self) -> bool:
        """Whether x and y are alike."""
        return self.g[0] == self.g[1] and self.hyperfine[0] == self.hyperfine[1]

    def of_isotope(self, nucleus: Nucleus, reference: Nucleus) -> Site:
        """The same site with another isotope: A goes with g_n, P with the quadrupole moment."""
        if nucleus is reference:
            return self
        factor = nucleus.g_n / reference.g_n
        charge = nucleus.moment / reference.moment if reference.moment else 1.0
        x, y, z = (factor * a for a in self.hyperfine)
        return replace(self, hyperfine=(x, y, z), quadrupole=charge * self.quadrupole)
