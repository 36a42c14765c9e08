"""By which header a file may name an item, as it stands or by a pattern."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.headers import list_item_columns, make_names
from toolkit.study.layouts import Layout

COLUMNS = list_item_columns(
    open_study(
        {"instruments": ["plg12", "uwes17", "cijfer1"], "sources": [{"file": "x.csv"}], "outcomes": {"primary": "plg12.e1.now"}}, Path()
    )
)


def find(header: str, **layout: object) -> list[str]:
    """Return the item columns that a header may stand for."""
    return make_names(Layout.model_validate(layout), COLUMNS)(header)


@pytest.mark.parametrize("header", ["plg12_e1_now", "PLG12-E1-NOW", "plg12 e1 now", "plg12.e1[now]"])
def test_a_column_name_may_be_written_in_any_way(header: str) -> None:
    assert find(header) == ["plg12_e1_now"]


@pytest.mark.parametrize("header", ["plg12 1 now", "PLG12_01_nu", "nu plg12 1", "plg12 [1] (gewenst over een jaar)"])
def test_an_item_may_be_named_by_instrument_number_and_rating(header: str) -> None:
    assert find(header, items_by="number") == ["plg12_e1_wanted" if "gewenst" in header else "plg12_e1_now"]


def test_a_header_without_its_rating_names_nothing() -> None:
    assert find("plg12 1", items_by="number") == find("Leren van en met elkaar", items_by="wording") == []


@pytest.mark.parametrize(
    "header",
    [
        "Leren van en met elkaar [nu]",
        "LEREN VAN EN MET ELKAAR - nu",
        "Nu: leren van en met elkaar",
        "Learning from and with each other (now)",
    ],
)
def test_an_item_may_be_named_by_its_wording_and_rating_in_either_language(header: str) -> None:
    assert find(header, items_by="wording") == ["plg12_e1_now"]


def test_an_item_without_a_wording_goes_by_its_label() -> None:
    assert find("Veel energie", items_by="wording") == ["uwes17_i01"]


@pytest.mark.parametrize(
    ("pattern", "header", "column"),
    [
        ("{instrument}_{number}", "UWES17_3", "uwes17_i03"),
        ("{instrument}_{number}", "uwes17_003", "uwes17_i03"),
        ("{instrument}{item}", "uwes17i03", "uwes17_i03"),
        ("V{number}.{rating}", "v2.gewenst over een jaar", "plg12_e2_wanted"),
        ("PLG ({rating}) vraag {number}", "plg (nu) vraag 12", "plg12_c7_now"),
    ],
)
def test_a_pattern_names_items(pattern: str, header: str, column: str) -> None:
    assert find(header, pattern=pattern) == [column]


def test_a_pattern_that_fits_two_items_gives_both_and_one_that_fits_none_nothing() -> None:
    assert find("Q1", pattern="Q{number}") == ["uwes17_i01", "cijfer1_grade"]  # and not plg12, which is rated in two ways
    assert find("Q1x", pattern="Q{number}") == find("Q.1", pattern="Q{number}") == find("Q99", pattern="Q{number}") == []
