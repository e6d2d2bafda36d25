"""ESR from files to results: values with units, flags, spins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kuralab
from kuralab.analysis import Outcome
from kuralab.errors import InputError
from kuralab.science.esr import Site, powder_spectrum
from tests.formats.bruker import write_bes3t
from tests.science.esr import copper

HEAD = "# frequency: 9.5 GHz\n# harmonic: 1\n"


@pytest.fixture(scope="module")
def counted(checkout: Path) -> Outcome:
    folder = checkout / "examples" / "copper_esr"
    return kuralab.analyze(
        "esr",
        folder / "sample.csv",
        standard=folder / "standard.csv",
        standard_spins="1e16 +- 3e14",
    )


def _file(folder: Path, y: np.ndarray, *, head: str = HEAD, name: str = "line.csv") -> Path:
    field = np.linspace(250.0, 400.0, len(y))
    rows = "".join(f"{b:.4f},{v:.8g}\n" for b, v in zip(field, y, strict=True))
    path = folder / name
    path.write_text(f"{head}field [mT],intensity\n{rows}", "utf-8")
    return path


def _line(*, noise: float = 0.003, **site: float) -> np.ndarray:
    rng = np.random.default_rng(5)
    field = np.linspace(250.0, 400.0, 601)
    y = powder_spectrum(field=field, frequency=9.5, site=Site.axial(**site))
    return y / np.ptp(y) + rng.normal(0.0, noise, 601)


def test_the_example_is_made_by_its_script(checkout: Path) -> None:
    for name, text in copper.texts().items():
        lines = (checkout / "examples" / "copper_esr" / name).read_text("utf-8").splitlines()
        assert lines[:9] == text.splitlines()[:9]
        old, new = (np.loadtxt(rows[9:], delimiter=",") for rows in (lines, text.splitlines()))
        assert old == pytest.approx(new, rel=1e-3, abs=1e-5 * np.abs(new[:, 1]).max())


def test_two_sites_with_their_spins(counted: Outcome) -> None:
    record = counted.record
    for i, site in enumerate(copper.SITES):
        truth = {
            "g_parallel": site.g[2],
            "g_perpendicular": site.g[0],
            "hyperfine_parallel": site.hyperfine[2],
            "hyperfine_perpendicular": site.hyperfine[0],
        }
        for quantity, value in truth.items():
            found = record.of(quantity)[i]
            assert found.conditions["site"] == str(i + 1)
            assert found.unit == ("MHz" if quantity.startswith("hyperfine") else "")
            assert found.value is not None
            assert found.uncertainty is not None
            assert abs(found.value - value) < 4.0 * found.uncertainty, quantity
            assert found.flags == ()
    (spins,) = record.of("spin_count")
    assert spins.value == pytest.approx(sum(copper.SPINS), abs=3.0 * (spins.uncertainty or 0.0))
    assert 0.02 < (spins.uncertainty or 0.0) / (spins.value or 1.0) < 0.05
    assert "fitted lines" in spins.method
    assert spins.conditions["standard"] == "standard.csv"


def test_the_record_names_models_covariances_and_parameters(counted: Outcome) -> None:
    record = counted.record
    best = record.models[0]
    assert best.adequate
    assert best.name == "axial g and A + axial g and A"
    shares = [p.value for p in best.parameters if p.name.endswith("share_of_spins")]
    assert shares == pytest.approx(np.array(copper.SPINS) / 3e16, abs=0.02)
    assert {len(record.models)} == {6}
    assert len(record.covariance) == 28
    assert record.parameters["standard"] == "standard.csv"
    assert '"quantity": "spin_count"' in record.to_json()


def test_notes_say_what_surrounds_copper(counted: Outcome) -> None:
    assert len(counted.notes) == 2
    assert counted.notes[0].startswith("Site 1: g∥/|A∥| = 124.4")
    assert "planar" in counted.notes[0]
    first = counted.esr[0].structures[0]
    assert first is not None
    assert first.ratio == pytest.approx(124.4, abs=0.3)


def test_the_real_spectrum(shared_data: Path) -> None:
    outcome = kuralab.analyze("esr", shared_data / "esr" / "010_cutpp_10kfs.DSC")
    record = outcome.record
    for quantity, value, std in (
        ("g_parallel", 2.19, 0.005),
        ("g_perpendicular", 2.045, 0.003),
        ("hyperfine_parallel", 611.0, 15.0),
    ):
        (found,) = record.of(quantity)
        assert found.value == pytest.approx(value, abs=std)
        assert found.flags == ("model_inadequate",)
    assert any("residuals" in text for text in record.warnings)
    assert any("--sites 2" in text for text in record.warnings)
    assert not record.models[0].adequate


def test_an_exchange_narrowed_line_has_no_coupling(tmp_path: Path) -> None:
    y = _line(g_parallel=2.1, g_perpendicular=2.1, lorentzian=20.0)
    record = kuralab.analyze("esr", _file(tmp_path, y)).record
    (g,) = record.of("g_isotropic")
    assert g.value == pytest.approx(2.1, abs=0.002)
    for quantity in ("hyperfine_parallel", "hyperfine_perpendicular"):
        (found,) = record.of(quantity)
        assert found.value is None
        assert found.flags == ("not_identifiable",)
    plain = kuralab.analyze("esr", _file(tmp_path, y), nucleus="none").record
    assert not plain.of("hyperfine_parallel")


def test_what_no_model_explains_has_no_values(tmp_path: Path) -> None:
    field = np.linspace(250.0, 400.0, 601)
    outcome = kuralab.analyze("esr", _file(tmp_path, np.sin(field)), nucleus="none", model="isotropic")
    (g,) = outcome.record.of("g_isotropic")
    assert g.value is None
    assert "model_inadequate" in g.flags
    assert "no value is given" in outcome.record.warnings[0]


def test_several_files_keep_apart(tmp_path: Path) -> None:
    paths = [
        _file(tmp_path, _line(g_parallel=g, g_perpendicular=g, gaussian=4.0), name=f"{i}.csv")
        for i, g in enumerate((2.0, 2.2))
    ]
    record = kuralab.analyze("esr", *paths, nucleus="none").record
    found = record.of("g_isotropic")
    assert [r.input for r in found] == [(0,), (1,)]
    assert [r.value for r in found] == pytest.approx([2.0, 2.2], abs=1e-3)


def test_what_is_given_goes_before_the_file(tmp_path: Path) -> None:
    y = _line(g_parallel=2.0, g_perpendicular=2.0, gaussian=4.0)
    path = _file(tmp_path, y, head="")
    record = kuralab.analyze(
        "esr", path, nucleus="none", frequency="9.6 GHz", detection="derivative"
    ).record
    assert record.of("g_isotropic")[0].value == pytest.approx(2.0 * 9.6 / 9.5, abs=1e-3)


def test_manganese_is_warned_about(tmp_path: Path) -> None:
    y = _line(g_parallel=2.0, g_perpendicular=2.0, gaussian=4.0)
    record = kuralab.analyze("esr", _file(tmp_path, y), nucleus="Mn", model="isotropic").record
    assert any("S = 5/2" in text for text in record.warnings)


def test_without_a_fit_the_spectra_are_integrated(tmp_path: Path) -> None:
    """Two lines under one model: inadequate, so the double integral counts."""
    y = _line(g_parallel=2.0, g_perpendicular=2.0, gaussian=4.0, noise=0.0005)
    two = y + 0.5 * np.roll(y, 100)
    outcome = kuralab.analyze(
        "esr",
        _file(tmp_path, two),
        nucleus="none",
        model="isotropic",
        standard=_file(tmp_path, y, name="standard.csv"),
        standard_spins="1e15",
    )
    (spins,) = outcome.record.of("spin_count")
    assert "double integral" in spins.method
    assert spins.value == pytest.approx(1.5e15, rel=0.1)
    assert any("taken as equal" in text for text in outcome.record.warnings)


@pytest.mark.parametrize(
    ("head", "given", "message"),
    [
        ("# harmonic: 1\n", {}, "microwave frequency is missing"),
        ("# frequency: 9.5 GHz\n", {}, "absorption or its derivative"),
        (HEAD, {"frequency": "-1 GHz"}, "more than zero"),
        (HEAD, {"frequency": "9.5 mT"}, "GHz"),
        (HEAD, {"sites": 9}, "4"),
        (HEAD, {"model": "nonsense"}, "model"),
        (HEAD, {"nucleus": "Xx"}, "nucleus"),
        (HEAD, {"nucleus": "none", "model": "hyperfine"}, "needs a nucleus"),
        (HEAD, {"standard_spins": "1e16"}, "a standard needs"),
        (HEAD, {"standard_spins": "-1"}, "more than zero"),
    ],
)
def test_bad_input_is_one_clear_error(
    tmp_path: Path, head: str, given: dict[str, object], message: str
) -> None:
    path = _file(tmp_path, _line(g_parallel=2.0, g_perpendicular=2.0, gaussian=4.0), head=head)
    with pytest.raises(InputError, match=message):
        kuralab.analyze("esr", path, **given)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("# frequency: 34 GHz\n# harmonic: 1\n", "10 % apart"),
        ("# frequency: 9.5 GHz\n# harmonic: 0\n", "cannot be compared"),
        (HEAD + "# gain: 5\n", "gain is not stated"),
    ],
)
def test_standards_that_do_not_fit(tmp_path: Path, head: str, message: str) -> None:
    y = _line(g_parallel=2.0, g_perpendicular=2.0, gaussian=4.0)
    with pytest.raises(InputError, match=message):
        kuralab.analyze(
            "esr",
            _file(tmp_path, y),
            nucleus="none",
            model="isotropic",
            standard=_file(tmp_path, y, head=head, name="standard.csv"),
            standard_spins="1e16",
        )


def test_another_kind_of_file_and_another_harmonic(tmp_path: Path) -> None:
    path = tmp_path / "z.csv"
    path.write_text("freq/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1,2,-3\n2,2,-3\n", "utf-8")
    with pytest.raises(InputError, match="holds no ESR spectrum"):
        kuralab.analyze("esr", path)
    with pytest.raises(InputError, match="harmonic 2"):
        kuralab.analyze("esr", write_bes3t(tmp_path, RCHM="2"))
    with pytest.raises(InputError, match="microwave frequency is missing"):
        kuralab.analyze("esr", write_bes3t(tmp_path, MWFQ=None))
