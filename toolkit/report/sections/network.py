"""Who learns from whom: links between roles, before and after, as a picture and as a table."""

from __future__ import annotations

import pandas as pd

from toolkit.plots.drawings import Links
from toolkit.report.content.view import View
from toolkit.report.figures.network import draw_network
from toolkit.report.html.elements import Column, Html, TableView, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.notes import name_role, show_untold
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.estimates.recorded import take_recorded
from toolkit.schemas import list_rows
from toolkit.study.study import Wave


@unless_silent
def show_network(view: View) -> Html:
    """Return which roles learned from which, per measurement; nothing where no links are recorded."""
    text = view.text
    links = take_recorded(view.results.recorded, "links", view.school)
    if links.empty:
        return Html()
    told = links[links["state"] == "shown"]
    found = heading(text.say("network.heading"), "network") + paragraph(text.say("network.lead"))
    return found + (_publish(view, told) if len(told) else Html()) + show_untold(view, links, "links")


def _publish(view: View, told: pd.DataFrame) -> Html:
    text = view.text
    waves = [wave for wave in view.study.waves if wave.id in set(told["moment"])]
    counts = {wave.id: _list_links(view, told[told["moment"] == wave.id]) for wave in waves}
    roles = list(dict.fromkeys(role for links in counts.values() for pair in links for role in pair))
    table = _tabulate(view, counts, waves)
    title = _write_title(view, counts, waves)
    names = [text.pick(wave.label) for wave in waves]
    counted = [", ".join(f"{name} {cell}" for name, cell in zip(names, row[2:], strict=True)) for row in table.rows]
    described = zip(table.rows, counted, strict=True)
    numbers = "; ".join(text.say("network.described", to=row[0], start=row[1], counts=size) for row, size in described)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_network([(text.pick(wave.label), counts[wave.id]) for wave in waves], roles)
    return publish_figure(
        picture, "network-figure", title, text.say("network.caption"), description, publish_table(table, "network-table"), text
    )


def _list_links(view: View, rows: pd.DataFrame) -> Links:
    return {(name_role(view, row.first), name_role(view, row.second)): float(row.estimate) for row in list_rows(rows)}


def _write_title(view: View, counts: dict[str, Links], waves: list[Wave]) -> str:
    """Return between how many pairs of roles something was learned, the last time beside the first."""
    text = view.text
    first, last = (counts[wave.id] for wave in (waves[0], waves[-1]))
    places = {"last": text.number(len(last), 0), "after": text.pick(waves[-1].label)}
    if len(waves) == 1:
        return text.say_count("network.title_once", len(last), after=places["after"])
    return text.say("network.title", first=text.number(len(first), 0), before=text.pick(waves[0].label), **places)


def _tabulate(view: View, counts: dict[str, Links], waves: list[Wave]) -> TableView:
    text = view.text
    columns = [Column(text.say("network.column_to")), Column(text.say("network.column_from"))]
    columns += [Column(text.pick(wave.label), number=True) for wave in waves]
    pairs = dict.fromkeys(pair for links in counts.values() for pair in links)
    ordered = sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0].casefold()))
    rows = [[end, start, *(text.number(counts[wave.id].get((start, end), 0), 0) for wave in waves)] for start, end in ordered]
    return TableView(text.say("network.table"), columns, rows)
