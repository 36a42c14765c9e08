"""What meetings were about: shares of meetings per question over months."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, heading, paragraph, publish_table
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.estimates.recorded import take_recorded
from toolkit.schemas import list_rows


@unless_silent
def show_meetings(view: View) -> Html:
    """Return on which questions meetings worked over time; nothing where none are recorded."""
    text = view.text
    meetings = take_recorded(view.results.recorded, "meetings", view.school)
    if meetings.empty:
        return Html()
    found = heading(text.say("meetings.heading"), "meetings") + paragraph(_write_most(view, meetings))
    return found + publish_table(_tabulate_meetings(view, meetings), "meetings-table")


def _sum_questions(meetings: pd.DataFrame) -> pd.DataFrame:
    """Return per question how many meetings worked on it (`estimate`), and of how many (`n`)."""
    return meetings.groupby("first", sort=False)[["estimate", "n"]].sum()


def _write_most(view: View, meetings: pd.DataFrame) -> str:
    """Return on which question most meetings worked, and on which the fewest."""
    text = view.text
    sums = _sum_questions(meetings)
    total = int(sums["n"].iloc[0])
    least, *_, most = sorted(zip(sums["estimate"], sums.index, strict=True), key=lambda pair: pair[0]) * 2
    said = text.say_count("meetings.most", total, all=text.number(total, 0), question=most[1], size=text.number(most[0], 0))
    if least[0] == most[0]:
        return said
    return f"{said} {text.say('meetings.least', question=least[1], size=text.number(least[0], 0), all=text.number(total, 0))}"


def _tabulate_meetings(view: View, meetings: pd.DataFrame) -> TableView:
    text = view.text
    questions = list(dict.fromkeys(meetings["first"]))
    columns = [Column(text.say("meetings.column_month")), *(Column(question, number=True) for question in questions)]
    columns.append(Column(text.say("meetings.column_meetings"), number=True))
    rows = []
    for month, found in meetings.groupby("moment"):
        rows.append([text.month(dt.date.fromisoformat(f"{month}-01")), *_list_shares(view, found, questions)])
    rows.append([text.say("meetings.all"), *_list_shares(view, meetings, questions)])
    return TableView(text.say("meetings.table"), columns, rows)


def _list_shares(view: View, found: pd.DataFrame, questions: list[str]) -> list[str]:
    text = view.text
    sums = _sum_questions(found).reindex(questions)
    shares = [(text.number(row.estimate, 0), text.percent(row.estimate / row.n)) for row in list_rows(sums)]
    return [*(text.say("notes.share", size=size, share=share) for size, share in shares), text.number(int(sums["n"].max()), 0)]
