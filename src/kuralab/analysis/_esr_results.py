"""From fits of ESR spectra to results: values by site, what is not determined, models, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

from kuralab.model import Covariance, FittedParameter, Flag, Measurement, ModelTried, Result
from kuralab.science.esr import PARAMETERS, Choice, EsrFit, SiteFit
from kuralab.units import Quantity

EXPLAINED: Final = 0.8
"""R squared below which a model says nothing about a spectrum."""
SYSTEMATIC: Final = 0.005
"""Root mean square beyond noise, over the peak-to-peak height, above which a model is inadequate."""
_CERTAIN: Final = {"hyperfine_parallel": 2.0, "hyperfine_perpendicular": 4.0}
"""Standard uncertainties that a coupling must exceed. Across the axis lines split by a fraction of their
width and the spectrum changes with the square of A, of which 4 are 2."""
_CLOSE: Final = 0.99
_ALSO: Final = (
    "gaussian",
    "lorentzian",
    "superhyperfine",
    "g_strain_parallel",
    "g_strain_perpendicular",
    "hyperfine_strain_parallel",
    "hyperfine_strain_perpendicular",
    "strain_correlation",
)
_KEYS: Final = {"g": "g_isotropic"}


@final
@dataclass
class EsrBook:
    """Results of all spectra as they are written."""

    results: list[Result] = field(default_factory=list)
    covariance: list[Covariance] = field(default_factory=list)
    models: list[ModelTried] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def is_explained(fit: EsrFit) -> bool:
    """Whether the model describes the spectrum well enough for any value."""
    return fit.r_squared >= EXPLAINED


def is_adequate(fit: EsrFit) -> bool:
    """Whether what the model leaves is noise, or little."""
    return is_explained(fit) and (fit.to_the_noise or fit.systematic <= SYSTEMATIC)


def write_fit(book: EsrBook, choice: Choice, measurement: Measurement, number: int) -> None:
    """Add the results of one spectrum."""
    fit = choice.best
    flags: tuple[Flag, ...] = () if is_adequate(fit) else ("model_inadequate",)
    places: dict[str, int] = {}
    limit = _CLOSE * choice.nuclei[0].largest if choice.nuclei else float("inf")
    for i, site in enumerate(fit.sites, start=1):
        conditions: dict[str, Quantity | str] = {"site": str(i)}
        if measurement.temperature is not None:
            conditions["temperature"] = measurement.temperature
        for name in _names(site, with_nucleus=bool(choice.nuclei)):
            value, std, own = _value(site, name, explained=is_explained(fit), limit=limit)
            if own and name in site.values and site.values[name] >= limit:
                book.warnings.append(
                    f"{measurement.raw.name}: {name} of site {i} went to the largest value that is "
                    f"allowed ({limit:g} MHz), so this site stands for something else"
                )
            if value is not None:
                places[f"{i}.{name}"] = len(book.results)
            key = _KEYS.get(name, name)
            book.results.append(
                Result(
                    quantity=key,
                    value=value,
                    uncertainty=std,
                    unit="MHz" if key.startswith("hyperfine") else "",
                    flags=(*flags, *own),
                    method=_method(fit),
                    conditions=conditions,
                    input=(number,),
                )
            )
    _covariances(book, fit, places)
    for tried, score in choice.tried:
        book.models.append(_model(tried, score, best=tried is fit, number=number))
    _warn(book, choice, measurement.raw.name)


def _names(site: SiteFit, *, with_nucleus: bool) -> list[str]:
    found: list[str] = [
        name
        for name in (
            "g",
            "g_parallel",
            "g_perpendicular",
            "hyperfine_parallel",
            "hyperfine_perpendicular",
        )
        if name in site.values
    ]
    if with_nucleus and "hyperfine_parallel" not in found:
        # A nucleus is there, and its lines are not resolved.
        found += ["hyperfine_parallel", "hyperfine_perpendicular"]
    return found


def _value(
    site: SiteFit, name: str, *, explained: bool, limit: float
) -> tuple[float | None, float | None, tuple[Flag, ...]]:
    if name not in site.values:
        return None, None, ("not_identifiable",)
    if not explained:
        return None, None, ()
    value, std = site.values[name], site.std[name]
    if name in _CERTAIN and value >= limit:
        return None, None, ("not_identifiable",)
    if value <= _CERTAIN.get(name, 0.0) * std:
        return None, None, ("not_identifiable",)
    return value, std, ()


def _method(fit: EsrFit) -> str:
    return f"least squares, {fit.model}, nucleus {fit.nucleus}"


def _covariances(book: EsrBook, fit: EsrFit, places: dict[str, int]) -> None:
    names = list(places)
    for a, first in enumerate(names):
        for second in names[a + 1 :]:
            i, j = fit.names.index(first), fit.names.index(second)
            book.covariance.append(
                Covariance(results=(places[first], places[second]), value=float(fit.covariance[i, j]))
            )


def _model(fit: EsrFit, score: float, *, best: bool, number: int) -> ModelTried:
    rest = 100.0 * fit.systematic
    reason = f"R² {fit.r_squared:.4f}, leaves {rest:.2g} % of the height beyond noise"
    if not best:
        reason += f"; criterion {score:+.3g}".replace("-", "−")
        if not fit.significant:
            reason += "; a site is not significant"
        elif score < 0.0:
            reason += "; more sites than asked for, and more than noise is left"
    return ModelTried(
        name=str(fit.model),
        adequate=is_adequate(fit),
        reason=reason,
        input=(number,),
        parameters=_parameters(fit) if best else (),
    )


def _parameters(fit: EsrFit) -> tuple[FittedParameter, ...]:
    found = []
    # Double integrals are as the number of spins times the mean g, which differs little among sites.
    total = sum(site.amplitude for site in fit.sites)
    for i, site in enumerate(fit.sites, start=1):
        prefix = f"{i}." if len(fit.sites) > 1 else ""
        for name in _ALSO:
            if name in site.values:
                value, std = site.values[name], site.std[name]
                known = std < max(value, PARAMETERS[name].scale)
                found.append(
                    FittedParameter(
                        name=prefix + name,
                        value=value,
                        uncertainty=std if known else None,
                        unit=PARAMETERS[name].unit or "1",
                    )
                )
        if len(fit.sites) > 1 and total > 0.0:
            found.append(
                FittedParameter(
                    name=f"{prefix}share_of_spins",
                    value=site.amplitude / total,
                    uncertainty=site.amplitude_std / total,
                    unit="1",
                )
            )
    return tuple(found)


def _warn(book: EsrBook, choice: Choice, name: str) -> None:
    fit = choice.best
    if choice.inverted:
        book.warnings.append(f"{name}: the signal points downwards, so its sign was changed")
    if fit.nucleus in ("Mn", "55Mn"):
        book.warnings.append(
            f"{name}: S = 1/2 is assumed; of Mn2+ (S = 5/2) this is the central transition without "
            "zero-field splitting"
        )
    if not is_explained(fit):
        book.warnings.append(
            f"{name}: the model explains {100.0 * max(fit.r_squared, 0.0):.0f} % of the signal only, "
            "so no value is given; try another --nucleus, or more --sites"
        )
        return
    if not is_adequate(fit):
        n = len(fit.residuals)
        book.warnings.append(
            f"{name}: {100.0 * fit.systematic:.2g} % of the height is left beyond noise; of {n} "
            f"residuals {fit.independent:.0f} are independent. The uncertainties include that, but not "
            "what a better model would change"
        )
    better = [
        tried for tried, score in choice.tried if score < 0.0 and len(tried.sites) > len(fit.sites)
    ]
    if better:
        book.warnings.append(
            f"{name}: a further site leaves less ({better[0].model}), but more than noise, so it may "
            "stand for a line shape that the model lacks; --sites 2 shows it"
        )


def labels_of(names: Sequence[str]) -> list[str]:
    """File names without their ending, numbered where they are alike."""
    stems = [name.rsplit(".", 1)[0] for name in names]
    return [
        stem if stems.count(stem) == 1 else f"{stem} ({stems[: i + 1].count(stem)})"
        for i, stem in enumerate(stems)
    ]
