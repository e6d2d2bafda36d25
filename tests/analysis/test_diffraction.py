"""Powder patterns to results: what is reported, what is flagged, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import kuralab
from kuralab.errors import InputError
from kuralab.model import AnalysisRecord, Result


@pytest.fixture
def folder(checkout: Path) -> Path:
    return checkout / "examples" / "lani2d3"


def _one(record: AnalysisRecord, quantity: str, **conditions: str) -> Result:
    (found,) = [
        result
        for result in record.of(quantity)
        if all(result.conditions.get(name) == value for name, value in conditions.items())
    ]
    return found


def test_lbco(shared_data: Path) -> None:
    data = shared_data / "diffraction"
    found = kuralab.analyze(
        "diffraction",
        data / "lbco_hrpt_psi.xye",
        structure=data / "lbco.cif",
        radiation="neutron",
        wavelength="1.494 angstrom",
    ).record
    edge = _one(found, "lattice_a")
    assert edge.value == pytest.approx(3.8909, abs=1e-4)
    assert edge.uncertainty == pytest.approx(8e-5, rel=0.5)
    assert _one(found, "displacement_b_iso", site="O").value == pytest.approx(1.37, abs=0.1)
    assert _one(found, "goodness_of_fit").value == pytest.approx(1.12, abs=0.05)
    assert not any(result.flags for result in found.results)
    assert any("rests on the wavelength" in warning for warning in found.warnings)


def test_a_wrong_structure_is_said_not_fitted(shared_data: Path) -> None:
    data = shared_data / "diffraction"
    found = kuralab.analyze(
        "diffraction",
        data / "lbco_hrpt_psi.xye",
        structure=data / "PbSO4-Wyckoff.cif",
        radiation="neutron",
        wavelength="1.494 angstrom",
    ).record
    assert all(result.value is None for result in found.results)
    assert all("model_inadequate" in result.flags for result in found.results)
    assert any("does not explain" in warning for warning in found.warnings)
    assert not found.models[0].parameters


def test_x_rays_do_not_place_deuterium(folder: Path) -> None:
    found = kuralab.analyze(
        "diffraction",
        folder / "xray.xye",
        structure=[folder / "LaNi2D3.cif", folder / "LaNi5.cif"],
        instrument=folder / "tube.yaml",
        config=folder / "plan.yaml",
    ).record
    place = _one(found, "atom_coordinate", phase="LaNi2D3", site="D")
    assert place.value is None
    assert "not_identifiable" in place.flags
    assert _one(found, "lattice_a", phase="LaNi2D3").value is not None


def test_neutrons_do(folder: Path) -> None:
    found = kuralab.analyze(
        "diffraction",
        folder / "neutron.xye",
        folder / "xray.xye",
        structure=[folder / "LaNi2D3.cif", folder / "LaNi5.cif"],
        instrument=[folder / "neutrons.yaml", folder / "tube.yaml"],
        config=folder / "plan.yaml",
    ).record
    place = _one(found, "atom_coordinate", phase="LaNi2D3", site="D")
    assert place.value is not None
    assert place.uncertainty is not None
    assert place.uncertainty < 0.002
    shares = [result.value for result in found.of("phase_fraction")]
    assert sum(value for value in shares if value is not None) == pytest.approx(200.0, abs=1e-6)
    assert len(found.covariance) > 3


def test_le_bail_needs_no_atoms(folder: Path) -> None:
    found = kuralab.analyze(
        "diffraction",
        folder / "neutron.xye",
        structure=[folder / "LaNi2D3.cif", folder / "LaNi5.cif"],
        instrument=folder / "neutrons.yaml",
        mode="lebail",
    ).record
    assert _one(found, "lattice_a", phase="LaNi2D3").value == pytest.approx(4.5016, abs=2e-3)
    assert not found.of("phase_fraction")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"wavelength": "CuKa"}, "structure", "no structure"),
        ({"structure": "LaNi5.cif", "wavelength": ""}, "wavelength", "wavelength"),
        ({"structure": "LaNi5.cif", "wavelength": "1.54 eV"}, "wavelength", "angstrom"),
        ({"structure": "LaNi5.cif", "wavelength": "1.54 angstrom, CuKa"}, "wavelength", "2 entries"),
        ({"structure": "nothing.cif", "wavelength": "CuKa"}, None, "no such file"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    folder: Path, given: dict[str, str], field: str | None, words: str
) -> None:
    settings = {name: text for name, text in given.items() if text and name != "structure"}
    files = {"structure": folder / given["structure"]} if "structure" in given else {}
    with pytest.raises(InputError, match=words) as caught:
        kuralab.analyze("diffraction", folder / "xray.xye", radiation="xray", **settings, **files)
    if field is not None:
        assert caught.value.field == field
