"""How far people differ stands beside a mean that is never read without it: per measurement, and across schools per school."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.languages import Language
from toolkit.report.content.view import View
from toolkit.report.sections.outcomes import show_engagement

ID = "spread-uwes9-total"


def ask_spread(view: View) -> View:
    """Return the view of a study whose total is never read without its spread."""
    instruments = tuple(
        i.model_copy(update={"scales": tuple(s.model_copy(update={"spread": s.id == "total"}) for s in i.scales)}) if i.id == "uwes9" else i
        for i in view.study.instruments
    )
    return replace(view, study=view.study.model_copy(update={"instruments": instruments, "scored_instruments": instruments}))


def agree(made: MadeResults) -> None:
    made.level("s1", "after", "uwes9.total", 0.83, quantity="rwgj", n=23)
    made.level("s1", "before", "uwes9.total", quantity="rwgj", state="hidden", method="too_few_for_spread")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_spread_and_agreement_stand_beside_the_mean(open_school, open_cohort, language: Language) -> None:
    view = ask_spread(open_school(language, agree))
    page = show_engagement(view)
    table, say = read_tables(page)[ID], view.text.say
    assert table[0][2:4] == [say("spread.sd"), say("spread.rwgj")]
    assert table[2][2:] == [view.text.number(0.8), view.text.number(0.83), "23"]
    assert table[1][3] == say("empty.hidden", floor=10).replace("\u00a0", " ")
    assert say("spread.note") in read_words(page)
    across = ask_spread(open_cohort(language, alter=agree))
    assert [row[0] for row in read_tables(show_engagement(across))[ID][1:3]] == ["School 1", "School 2"]
    assert ID not in read_tables(show_engagement(open_school(language, agree)))
