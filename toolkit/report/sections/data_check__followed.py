"""Who was followed over the waves, per school, on the data check: an internal table whose counts are not rounded or hidden."""

from __future__ import annotations

from toolkit.report.html.elements import Html, heading, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.sections.data_check import Check
from toolkit.results.estimates.participation import COUNTS, count_followed


def show_followed(check: Check) -> Html:
    """Return per school and comparison how many people were found again, or that the study follows nobody; "" for a single wave."""
    text, study = check.text, check.study
    if not study.planned:
        return Html("")
    found = heading(text.say("followed.heading"), "followed")
    if study.matching.by == "none":
        return found + paragraph(text.say("followed.nobody"))
    names = [Column(text.say(f"followed.{name}")) for name in ("school", "waves")]
    counted = count_followed(check.exports.responses, check.exports.findings, study)
    labels = {
        comparison.id: text.say(
            "followed.to", **{end: text.pick(study.find_wave(getattr(comparison, end)).label) for end in ("before", "after")}
        )
        for comparison in study.planned
    }
    rows = [
        [study.find_school(row["school"]).name, labels[row["comparison"]], *(text.number(row[name], 0) for name in COUNTS)]
        for row in counted.to_dict("records")
    ]
    columns = [*names, *(Column(text.say(f"followed.{name}"), number=True) for name in COUNTS)]
    return (
        found
        + paragraph(text.say("followed.means"))
        + publish_table(TableView(text.say("followed.table"), columns, rows), "followed-counts")
    )
