"""How high the factors are where nobody was asked what is wanted: there is no gap to show then."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import Level, View
from toolkit.report.html.elements import Html, paragraph
from toolkit.report.html.elements__tables import Column, TableView
from toolkit.report.sections.outcomes import list_scales, publish_levels, write_levels_title, write_total
from toolkit.report.sections.tables import make_columns, name_quantity, name_scale, tabulate_levels
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome


@dataclass(frozen=True, slots=True)
class Height:
    """One factor, and how high it is in the last of the compared waves as displayed."""

    outcome: Outcome
    label: str
    level: Level


def list_heights(view: View, instrument: Instrument) -> list[Height]:
    """Return the factors with a shown level in the last of the compared waves, the highest first."""
    found = [(outcome, view.present_levels(outcome)) for outcome in list_factors(instrument)]
    last = [Height(o, name_scale(view, o), levels[-1]) for o, levels in found if levels and levels[-1].wave == view.waves[-1]]
    return sorted(last, key=lambda height: -height.level.value)


def publish_heights(view: View, instrument: Instrument, heights: list[Height]) -> Html:
    """Return figure A of the factors, a total of them first and in words too."""
    outcomes, ends = list_scales(instrument), {"highest": heights[0].label, "lowest": heights[-1].label}
    has_total = instrument.find_scale(outcomes[0].scale).kind == "total"
    title = view.text.say("factors.title_levels", **ends)
    if has_total or len(heights) < 2:
        title = write_levels_title(view, outcomes[0])
    table = tabulate_levels(view, outcomes, view.text.say("factors.table_levels"))
    total = paragraph(write_total(view, outcomes[0])) if has_total and view.comparison else Html()
    return total + publish_levels(view, instrument, outcomes, title, table)


def tabulate_lowest(view: View, instrument: Instrument, heights: list[Height]) -> TableView:
    """Return the mean and the number of people of `heights`, the lowest first."""
    text, (factor, people) = view.text, make_columns(view, "factor", "n")
    columns = [factor, Column(name_quantity(view, "mean", instrument), number=True), people]
    rows = [[h.label, text.number(h.level.value, h.level.decimals), text.number(h.level.source.n, 0)] for h in reversed(heights)]
    return TableView(text.say("factors.table_lowest", wave=text.pick(view.waves[-1].label)), columns, rows)
