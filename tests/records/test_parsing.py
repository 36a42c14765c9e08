"""Cells of records: what is a number and what is not, and names that only one factor has."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import toolkit as plg
from tests.records.record_cases import read
from toolkit.records.parsing import name_factors


@pytest.mark.parametrize(
    ("text", "number"),
    [("2,5", 2.5), ("-3", -3), ("45%", 0.45), ("45,5 %", 0.455), ("1500", 1500), ("0,125", 0.125), ("1.500", math.nan), ("€ 5", math.nan)],
)
def test_a_number_is_read_in_either_language_and_never_guessed(tmp_path: Path, text: str, number: float) -> None:
    records = read(tmp_path, {"indicators": ["school;indicator;date;value", f"s1;a;2025-10-20;{text}", "s1;b;2025-10-20;1"]})
    assert records.indicators["value"].tolist()[0] == pytest.approx(number, nan_ok=True)
    assert ("record_number" in set(records.findings["code"])) == math.isnan(number)


def test_a_factor_is_named_by_its_label_only_where_no_other_has_that(tmp_path: Path) -> None:
    named = name_factors(plg.load_study("datasets/zes_scholen"))
    assert named["plg12.e1"] == "plg12.e1"
    labels = [word for word, factor in named.items() if factor == "plg12.e1"]
    assert len(labels) == 3  # its id, and its label in two languages
