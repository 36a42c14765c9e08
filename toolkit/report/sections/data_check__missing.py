"""Missing answers on the data check: which questions were left open, when and where, as pictures with their numbers in a table."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.style import TINTS
from toolkit.report.figures.profiles__heat import Cell, draw_heat
from toolkit.report.html.elements import Html, fold, heading, join, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.data_check import Check
from toolkit.study.instruments import Instrument

#: From these shares of missing answers on a box has a stronger tint; nothing missing has the weakest.
STEPS = (0.0, 0.05, 0.10, 0.20)
#: With more schools than this they are no columns of their own; with more than `ROWS` they have no picture.
COLUMNS, ROWS = 13, 60
#: How many of the most missed are named in words.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Missed:
    """How many of those who were asked gave no answer."""

    missing: int
    asked: int

    @property
    def share(self) -> float:
        """The share that is missing, -1 where nobody was asked."""
        return self.missing / self.asked if self.asked else -1.0


NOBODY = Missed(0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it is drawn: what was counted per row and column, and the words for it."""

    id: str
    rows: list[tuple[str, list[Missed]]]
    columns: list[str]
    head: str
    caption: str
    table: str


def show_missing(check: Check) -> Html:
    """Return how many answers are missing per school and wave, and folded per instrument how many per question, wave and school."""
    text, counts = check.text, _count(check)
    found = heading(text.say("check.missing"), "missing") + paragraph(text.say("check.missing_means"))
    schools = _compare_schools(check, counts)
    if len(check.study.schools) > 1:
        drawn = len(schools.rows) <= ROWS
        found += _publish(schools, text) if drawn else fold(text.say("missing.schools"), _publish_table(schools, text))
    pictures = [(instrument, _compare_items(check, counts, instrument)) for instrument in check.study.instruments]
    return found + join(
        fold(text.say("missing.fold", name=text.pick(instrument.name), title=_name_most(picture, text)), _publish(picture, text))
        for instrument, picture in pictures
    )


def _count(check: Check) -> pd.DataFrame:
    """Return per item, school and wave how many were asked and how many of them gave no answer; files without the item don't count."""
    exports = check.exports
    items = [column for instrument in check.study.instruments for column in instrument.columns]
    groups = exports.responses.groupby(["school", "wave", "source"])
    given, forms = groups[items].count(), groups.size().reset_index(name="asked")
    asked = exports.origins[["source", "wave", "item"]].drop_duplicates().rename(columns={"wave": "of"})
    counts = forms.merge(asked, on="source")
    counts = counts[(counts["of"] == "") | (counts["of"] == counts["wave"])]
    answered = given.reset_index().melt(["school", "wave", "source"], var_name="item", value_name="answered")
    counts = counts.merge(answered, on=["school", "wave", "source", "item"], how="left")
    return counts.assign(missing=counts["asked"] - counts["answered"])[["item", "school", "wave", "missing", "asked"]]


def _sum_by(counts: pd.DataFrame, first: str, second: str) -> dict[tuple[str, str], Missed]:
    sums = counts.groupby([first, second])[["missing", "asked"]].sum()
    return {key: Missed(int(missing), int(asked)) for key, missing, asked in zip(sums.index, sums["missing"], sums["asked"], strict=True)}


def _compare_schools(check: Check, counts: pd.DataFrame) -> Picture:
    text, waves, found = check.text, check.study.waves, _sum_by(counts, "school", "wave")
    rows = [(school.name, [found.get((school.id, wave.id), NOBODY) for wave in waves]) for school in check.study.schools]
    columns, caption = [text.pick(wave.label) for wave in waves], text.say("missing.schools_caption")
    return Picture("missing-schools", rows, columns, text.say("column.school"), caption, text.say("missing.schools"))


def _compare_items(check: Check, counts: pd.DataFrame, instrument: Instrument) -> Picture:
    text, waves, schools = check.text, check.study.waves, check.study.schools
    beside = schools if 1 < len(schools) <= COLUMNS else ()
    by_wave, by_school = _sum_by(counts, "item", "wave"), _sum_by(counts, "item", "school")
    rows = []
    for column, (item, rating) in instrument.columns.items():
        found = instrument.find_rating(rating)
        label = f"{item.number}. {text.pick(item.label) if item.label else item.id}" + (f" ({text.pick(found.label)})" if found else "")
        cells = [by_wave.get((column, wave.id), NOBODY) for wave in waves]
        rows.append((label, cells + [by_school.get((column, school.id), NOBODY) for school in beside]))
    columns = [*(text.pick(wave.label) for wave in waves), *(school.name for school in beside)]
    caption = text.say("missing.caption" if beside else "missing.caption_waves")
    table = text.say("check.table_missing", name=text.pick(instrument.name))
    return Picture(f"missing-{instrument.id}", rows, columns, text.say("check.column_item"), caption, table)


def _publish(picture: Picture, text: Text) -> Html:
    """Return a picture with a box per row and column, and its numbers in a table."""
    title = _name_most(picture, text)
    rows = [(label, [_make_cell(missed, text) for missed in cells]) for label, cells in picture.rows]
    signs = [(TINTS[0], text.say("missing.none")), (TINTS[-1], text.say("missing.much", share=text.percent(STEPS[-1])))]
    signs += [("open", text.say("check.not_asked"))] * any(cell is None for _, cells in rows for cell in cells)
    numbers = "; ".join(f"{label}: {text.percent(share)}" for share, label in _list_most(picture)[:NAMED])
    description = text.say("figure.description", title=title, numbers=numbers or title, table=picture.table)
    # a bare number before "september 2025" would make it a day
    drawn = draw_heat(rows, [f"= {name}" for name in picture.columns], signs)
    return publish_figure(drawn, picture.id, title, picture.caption, description, _publish_table(picture, text), text)


def _publish_table(picture: Picture, text: Text) -> Html:
    columns = [Column(picture.head), *(Column(name, number=True) for name in picture.columns)]
    rows = [[label, *(_write(missed, text) for missed in cells)] for label, cells in picture.rows]
    return publish_table(TableView(picture.table, columns, rows), f"{picture.id}-table")


def _list_most(picture: Picture) -> list[tuple[float, str]]:
    """Return the highest share of each row with its label, those that miss most first."""
    found = [(max(missed.share for missed in cells), label) for label, cells in picture.rows]
    return sorted(((share, label) for share, label in found if share > 0), key=lambda pair: -pair[0])


def _name_most(picture: Picture, text: Text) -> str:
    """Return what the picture shows: the row that misses most, or that nothing is missing, or that nobody was asked."""
    if not any(missed.asked for _, cells in picture.rows for missed in cells):
        return text.say("missing.unasked")
    most, key = _list_most(picture), "missing.most" if len(picture.rows) > 1 else "missing.most_one"
    return text.say(key, label=most[0][1], share=_write_share(most[0][0], text)) if most else text.say("missing.nothing")


def _make_cell(missed: Missed, text: Text) -> Cell | None:
    if not missed.asked:
        return None
    strength = sum(missed.share >= step for step in STEPS[1:]) + (missed.missing > 0)
    return Cell(_write_share(missed.share, text), TINTS[strength], bold=missed.share >= STEPS[-1])


def _write_share(share: float, text: Text) -> str:
    """Return a share in whole percentages; a little that would be written as nothing is written as under one."""
    return text.say("missing.under_one") if 0 < share < 0.005 else text.percent(share)


def _write(missed: Missed, text: Text) -> str:
    if not missed.asked:
        return text.say("check.not_asked")
    places = {"missing": text.number(missed.missing, 0), "asked": text.number(missed.asked, 0)}
    return text.say("check.missing_of", share=_write_share(missed.share, text), **places)
