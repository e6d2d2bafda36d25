"""The vocabulary: complete, unique, with units that parse, and shown on its page."""

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.units import dimension_of, quantity_kind, vocabulary
from kuralab.units.table import quantities_table

ROOT = Path(__file__).parents[2]
KINDS = list(vocabulary().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_an_entry_is_complete(kind):
    assert dimension_of(kind.unit)
    # A unit or a chemical name at the end may keep its capital (ionic_conductivity_25C).
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*(_[0-9]+C)?", kind.key)
    assert kind.symbol
    assert kind.en == kind.en.strip() != ""
    assert not kind.en.endswith(".")
    assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", kind.ja), "the Japanese name is not Japanese"
    assert kind.definition.endswith(".")


def test_keys_and_names_are_unique():
    # The YAML reader would keep only the last of two equal keys, so the text itself is counted.
    text = files("kuralab.units").joinpath("vocabulary.yaml").read_text("utf-8")
    for found in (
        re.findall(r"^(\w+):", text, flags=re.MULTILINE),
        [kind.en for kind in KINDS],
        [kind.ja for kind in KINDS],
    ):
        assert [name for name, count in Counter(found).items() if count > 1] == []


@pytest.mark.parametrize(
    ("key", "ja"),
    [
        ("resistance_bulk", "粒内（バルク）抵抗"),
        ("resistance_grain_boundary", "粒界抵抗"),
        ("activation_energy_total", "全伝導の活性化エネルギー"),
        ("ionic_conductivity_total", "全イオン伝導度"),
        ("transport_number", "カチオン輸率"),
    ],
)
def test_japanese_terms_of_electrochemistry(key, ja):
    assert quantity_kind(key).ja == ja


def test_an_unknown_key_offers_near_misses():
    with pytest.raises(InputError, match="ionic_conductivity_total"):
        quantity_kind("ionic_conductivity_totl")
    with pytest.raises(InputError, match=r"vocabulary\.yaml"):
        quantity_kind("zzz")


def test_the_vocabulary_cannot_be_changed():
    with pytest.raises(TypeError):
        vocabulary()["new"] = KINDS[0]


def test_the_page_of_quantities_is_up_to_date():
    page = (ROOT / "docs" / "quantities.md").read_text("utf-8")
    assert page == quantities_table(), "run: python -m kuralab.units.table > docs/quantities.md"


def test_a_bar_in_a_cell_does_not_break_the_table():
    rows = [line for line in quantities_table().splitlines() if line.startswith("| `")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert len(rows) == len(KINDS)
