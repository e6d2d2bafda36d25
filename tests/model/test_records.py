"""Records: frozen, strict about names and dimensions, JSON both ways, no NaN in JSON."""

import json
import pickle
from datetime import UTC, datetime
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kuralab.errors import InputError, UnitError
from kuralab.model import (
    SCHEMA_VERSION,
    AnalysisRecord,
    Atmosphere,
    Column,
    Covariance,
    Flag,
    Form,
    InputFile,
    Kind,
    Measurement,
    ModelTried,
    RawFile,
    Result,
    Sample,
)
from kuralab.units import Quantity, vocabulary

RAW = RawFile(name="pellet.mpr", sha256="0" * 64, size=12)
finite = st.floats(allow_nan=False, allow_infinity=False)
columns_of_numbers = st.lists(st.floats(allow_infinity=False), min_size=0, max_size=20)


def measurement(**changes):
    given = {
        "kind": Kind.IMPEDANCE,
        "format": "biologic text",
        "raw": RAW,
        "columns": (Column(name="frequency", unit="Hz", values=[1e6, 1e3]),),
    }
    return Measurement(**(given | changes))


def result(**changes):
    given = {
        "quantity": "ionic_conductivity_total",
        "value": 1.3e-3,
        "uncertainty": 4e-5,
        "unit": "S/cm",
        "method": "p(R,CPE)-CPE",
    }
    return Result(**(given | changes))


def record(**changes):
    given = {
        "technique": "impedance",
        "input": (InputFile(file="pellet.mpr", sha256="0" * 64),),
        "software": "kuralab",
        "results": (result(input=(0,)), result(quantity="resistance_total", unit="ohm", value=160.0)),
    }
    return AnalysisRecord(**(given | changes))


# columns ------------------------------------------------------------------------------------


@given(columns_of_numbers)
def test_a_column_survives_json_with_missing_values_as_null(values):
    column = Column(name="voltage", unit="V", values=values)
    text = column.model_dump_json()
    json.loads(text, parse_constant=pytest.fail)
    assert Column.model_validate_json(text) == column
    assert json.loads(text)["values"] == [None if np.isnan(value) else value for value in values]


def test_an_overload_is_a_missing_value():
    column = Column(name="voltage", unit="V", values=np.array([1.0, np.inf, -np.inf]))
    np.testing.assert_array_equal(column.values, [1.0, np.nan, np.nan])


def test_a_column_is_a_read_only_copy():
    source = np.array([1.0, 2.0])
    column = Column(name="voltage", unit="V", values=source)
    source[0] = 9.0
    assert column.values[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 9.0


@pytest.mark.parametrize("bad", [[[1.0, 2.0]], [1j], ["high"], np.zeros((2, 2))])
def test_a_column_is_one_row_of_real_numbers(bad):
    with pytest.raises(ValidationError):
        Column(name="voltage", unit="V", values=bad)


def test_columns_compare_by_value():
    one, same = (Column(name="t", unit="s", values=[1.0, None]) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    assert one != Column(name="t", unit="h", values=[1.0, None])
    assert one != "t"


# measurements -------------------------------------------------------------------------------


def test_a_measurement_survives_json_and_pickling():
    taken = measurement(
        temperature=Quantity.parse("25.0 degC +- 0.3 degC"),
        thickness=Quantity.parse("2.1(1) mm"),
        diameter=Quantity.parse("10 mm"),
        started=datetime(2025, 12, 4, 9, 30, tzinfo=UTC),
        metadata={"channel": "2"},
        warnings=("one point was lost",),
        columns=(Column(name="time", unit="s", values=[0.0, None]),),
    )
    assert Measurement.from_json(taken.model_dump_json()) == taken
    assert pickle.loads(pickle.dumps(taken)) == taken


def test_a_measurement_converts_its_columns():
    taken = measurement()
    assert taken.n_rows == 2
    np.testing.assert_allclose(taken.values("frequency", unit="kHz"), [1000.0, 1.0])
    assert taken.values("frequency") is taken.columns[0].values
    with pytest.raises(InputError, match="It has frequency"):
        taken.values("voltage")
    with pytest.raises(UnitError, match="is a frequency, but a voltage is needed"):
        taken.values("frequency", unit="V")


def test_columns_fit_together():
    short = Column(name="impedance_real", unit="ohm", values=[1.0])
    frequency = measurement().columns[0]
    with pytest.raises(ValidationError, match="different lengths"):
        measurement(columns=(frequency, short))
    with pytest.raises(ValidationError, match="names repeat: frequency, frequency"):
        measurement(columns=(frequency, frequency))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"temperature": Quantity.parse("2 mm")}, "'2 mm' is a length, but a temperature is needed"),
        ({"thickness": Quantity.parse("2 g")}, "'2 g' is a mass, but a length is needed"),
        ({"started": datetime(2025, 12, 4)}, "timezone"),
        ({"sweeps": 2}, "Extra inputs are not permitted"),
        ({"kind": "x-ray"}, "impedance spectrum"),
    ],
)
def test_a_measurement_refuses(changes, says):
    with pytest.raises(ValidationError, match=says):
        measurement(**changes)


def test_a_raw_file_is_named_by_its_hash():
    with pytest.raises(ValidationError):
        RawFile(name="a", sha256="xyz", size=1)


# samples ------------------------------------------------------------------------------------


def test_a_sample_survives_json():
    sample = Sample(
        identity="p-7",
        composition="54Li3PS4·46LiI (glass)",
        form=Form.PELLET,
        mass=Quantity.parse("120.3(2) mg"),
        thickness=Quantity.parse("0.61 mm"),
        diameter=Quantity.parse("10 mm"),
        atmosphere=Atmosphere.ARGON,
        parents=("m-3",),
    )
    text = sample.model_dump_json()
    assert Sample.from_json(text) == sample
    assert json.loads(text)["composition"] == "54Li3PS4-46LiI (glass)"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mass": Quantity.parse("2 mm")}, "'2 mm' is a length, but a mass is needed"),
        ({"identity": ""}, "at least 1 character"),
        ({"parents": ("p-7",)}, "its own parent"),
        ({"colour": "black"}, "Extra inputs"),
        ({"atmosphere": "helium"}, "argon"),
    ],
)
def test_a_sample_refuses(changes, says):
    given = {"identity": "p-7", "composition": "Li6PS5Cl", "form": "pellet"}
    with pytest.raises(ValidationError, match=says):
        Sample(**(given | changes))


# results ------------------------------------------------------------------------------------


@given(
    st.sampled_from(sorted(vocabulary())),
    st.none() | finite,
    st.floats(min_value=0, allow_infinity=False),
    st.lists(st.sampled_from(get_args(Flag)), unique=True),
)
def test_a_result_survives_json(key, value, std, flags):
    found = result(
        quantity=key,
        value=value,
        uncertainty=None if value is None else std,
        unit=vocabulary()[key].unit,
        flags=tuple(flags),
        conditions={"temperature": Quantity(value=298.15, unit="K"), "sweep": "1"},
    )
    text = found.model_dump_json()
    json.loads(text, parse_constant=pytest.fail)
    assert Result.from_json(text) == found


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quantity": "ionic_conductivity_totl"}, "Did you mean ionic_conductivity_total"),
        ({"unit": "ohm"}, "registered as conductivity, but 'ohm' measures resistance"),
        ({"unit": "furlong"}, "unknown unit 'furlong'"),
        ({"flags": ("suspicious",)}, "not_identifiable"),
        ({"value": float("nan")}, "finite"),
        ({"uncertainty": float("inf")}, "finite"),
        ({"uncertainty": -1.0}, "greater than or equal to 0"),
        ({"value": None}, "an uncertainty, but no value"),
        ({"colour": 1}, "Extra inputs"),
    ],
)
def test_a_result_refuses(changes, says):
    with pytest.raises(ValidationError, match=says):
        result(**changes)


def test_a_result_may_be_in_any_unit_of_its_dimension():
    assert result(unit="mS/cm", value=1.3).unit == "mS/cm"


def test_the_flags_are_the_design_s_closed_list():
    assert set(get_args(Flag)) == {
        *("not_identifiable", "extrapolated", "censored_below", "censored_above", "model_inadequate"),
        *("outside_validity", "outlier", "few_points", "synthetic"),
    }


# analyses -----------------------------------------------------------------------------------


def test_an_analysis_survives_json_under_the_contract_s_names():
    done = record(
        covariance=(Covariance(results=(0, 1), value=-2e-3),),
        models=(
            ModelTried(name="p(R,CPE)-CPE", adequate=True, reason="residuals below 1 %", input=(0,)),
        ),
    )
    assert AnalysisRecord.from_json(done.to_json()) == done
    assert AnalysisRecord.model_validate_json(done.model_dump_json()) == done
    data = json.loads(done.to_json(), parse_constant=pytest.fail)
    assert data["schema"] == SCHEMA_VERSION
    assert list(data)[:3] == ["schema", "technique", "input"]
    assert done.of("resistance_total") == (done.results[1],)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"results": (result(input=(1,)),)}, "a result's input points at entry 1, but there are 1"),
        ({"covariance": (Covariance(results=(0, 2), value=1.0),)}, "a covariance points at entry 2"),
        (
            {"models": (ModelTried(name="R", adequate=False, reason="-", input=(3,)),)},
            "a model's input points at entry 3",
        ),
    ],
)
def test_indices_point_at_something(changes, says):
    with pytest.raises(ValidationError, match=says):
        record(**changes)


# all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        (AnalysisRecord, record().to_json(), "schema"),
        (Measurement, measurement().model_dump_json(), "schema_version"),
        (
            Sample,
            Sample(identity="a", composition="Li", form="powder").model_dump_json(),
            "schema_version",
        ),
    ],
)
def test_a_form_from_the_future_is_refused(kind, text, key):
    for version, says in ((SCHEMA_VERSION + 1, "update kuralab"), (0, "no schema version 0")):
        changed = json.dumps(json.loads(text) | {key: version})
        with pytest.raises(InputError, match=says) as refused:
            kind.from_json(changed, file="old.json")
        assert refused.value.file == "old.json"


def test_reading_lists_every_problem_at_once():
    data = json.loads(record().to_json())
    data["results"][0] |= {"unit": "furlong"}
    data |= {"colour": "red", "technique": 3}
    with pytest.raises(InputError) as refused:
        AnalysisRecord.from_json(json.dumps(data))
    for problem in ("results.0: ", "furlong", "colour: ", "technique: "):
        assert problem in refused.value.message


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"value": NaN}', "\udcff"])
def test_what_is_no_record_is_an_input_error(text):
    with pytest.raises(InputError):
        Result.from_json(text)


def test_records_are_frozen():
    for each, name in ((result(), "value"), (measurement(), "columns"), (record(), "results")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(each, name, None)
