"""What was measured besides engagement and the key factors: a table of levels and changes per instrument."""

from __future__ import annotations

from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, heading, join, paragraph
from toolkit.report.html.elements__tables import TableView, publish_table
from toolkit.report.sections.outcomes import list_scales
from toolkit.report.sections.tables import list_change_cells, make_columns, name_scale, tabulate_levels, write_outcome
from toolkit.study.instruments import Instrument

TOPICS = ("culture", "grade", "other")


def show_further(view: View) -> Html:
    """Return per further instrument the sentence on its total, where it has one, and a table; nothing where the study has none."""
    instruments = view.list_instruments(*TOPICS)
    if not instruments:
        return Html()
    return heading(view.text.say("further.heading"), "further") + join(_show_instrument(view, instrument) for instrument in instruments)


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text, outcomes, id = view.text, list_scales(instrument), f"further-{instrument.id}"
    found = heading(text.pick(instrument.name), id, level=3)
    if not view.comparison:
        table = tabulate_levels(view, outcomes, text.say("further.table_levels", label=text.pick(instrument.name)))
        return found + publish_table(table, f"{id}-table")
    sentence = paragraph(write_outcome(view, outcomes[0], before=True))
    if not any(view.find_change(outcome).shown for outcome in outcomes):
        return found + sentence
    columns = make_columns(view, "scale", "before", "after", "change", "interval", "n")
    rows = [[name_scale(view, outcome), *list_change_cells(view, outcome)] for outcome in outcomes]
    table = TableView(text.say("further.table_change", label=text.pick(instrument.name)), columns, rows)
    leads = len(outcomes) == 1 or instrument.find_scale(outcomes[0].scale).kind == "total"
    return found + (sentence if leads else Html()) + publish_table(table, f"{id}-table")
