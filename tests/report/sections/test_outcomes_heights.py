"""Where nothing is known of what is wanted: the factors as they are, the highest and the lowest by name, and the lowest on the summary."""

from __future__ import annotations

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.report.html.elements import Html, publish_table
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.outcomes import list_heights, tabulate_lowest
from toolkit.report.sections.summary import show_summary_evidence

FIGURE = "factors-plg12-levels"


def hide_wanted(made: MadeResults) -> None:
    for rating in ("wanted", "gap"):
        made.hide("levels", {"instrument": "plg12", "rating": rating})


@pytest.mark.parametrize(("language", "middle", "end"), [("nl", "is het hoogst", "het laagst"), ("en", "is highest", "is lowest")])
def test_the_title_names_the_highest_and_the_lowest_and_the_table_has_every_factor(open_school, language: str, middle: str, end: str):
    view = open_school(language, hide_wanted)
    heights = list_heights(view, view.study.find_instrument("plg12"))
    picture = read_pictures(show_key_factors(view))[FIGURE]
    assert picture.title == f"‘{heights[0].label}’ {middle}, ‘{heights[-1].label}’ {end}"
    means = {row[0]: float(row[4].replace(",", ".")) for row in picture.table[1:]}
    assert len(means) == 12
    assert means[heights[0].label] == max(means.values()) and means[heights[-1].label] == min(means.values())


def test_with_a_gap_to_show_there_is_no_such_figure(open_school):
    assert FIGURE not in read_pictures(show_key_factors(open_school()))


def test_the_summary_has_the_lowest_factors_from_the_lowest_on(open_school):
    view = open_school("nl", hide_wanted)
    heights = list_heights(view, view.study.find_instrument("plg12"))
    rows = read_tables(show_summary_evidence(view))["gaps-table"]
    assert [row[0] for row in rows[1:]] == [height.label for height in reversed(heights[-3:])]
    assert [float(row[1].replace(",", ".")) for row in rows[1:]] == [pytest.approx(height.level.value) for height in reversed(heights[-3:])]
    assert rows[0][1] == "Gemiddelde van ‘nu’"


def test_a_factor_without_a_level_is_left_out_of_the_order(open_school):
    def alter(made: MadeResults) -> None:
        hide_wanted(made)
        made.hide("levels", {"scale": "e1"})
        made.hide("change", {"scale": "e1"})

    view = open_school("nl", alter)
    instrument = view.study.find_instrument("plg12")
    heights = list_heights(view, instrument)
    assert len(heights) == 11 and "e1" not in {height.outcome.scale for height in heights}
    table = read_tables(Html(publish_table(tabulate_lowest(view, instrument, heights), "t").markup))["t"]
    assert len(table) == 12


@pytest.mark.parametrize(("language", "counts"), [("nl", "; voormeting: n = "), ("en", "; first measurement: n = ")])
def test_the_caption_counts_people_also_where_the_first_factor_is_hidden(open_school, language: str, counts: str):
    def alter(made: MadeResults) -> None:
        hide_wanted(made)
        made.hide("levels", {"scale": "e1"})
        made.hide("change", {"scale": "e1"})

    assert counts in read_words(show_key_factors(open_school(language, alter))).replace("\xa0", " ")
