"""What was said: themes of notes per measurement and per role, for and against, and the few words that somebody may quote."""

from __future__ import annotations

from functools import cache

import pandas as pd

from toolkit.report.content.estimate import choose_decimals, write_number
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, bullets, heading, join, paragraph, publish_table
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.estimates.recorded import VALENCES, take_recorded
from toolkit.schemas import list_rows
from toolkit.spelling import fold
from toolkit.study.answers import AnswerLabel, pick_word
from toolkit.study.instruments import load_instrument
from toolkit.study.study import Outcome, Wave


@unless_silent
def show_notes(view: View) -> Html:
    """Return which themes notes were about, who spoke of them and how, and quotes; nothing where there are no notes."""
    text = view.text
    notes = take_recorded(view.results.recorded, "notes", view.school)
    counted = notes[(notes["state"] == "shown") & notes["quantity"].isin(VALENCES)]
    if notes.empty:
        return Html()
    found = heading(text.say("notes.heading"), "notes") + paragraph(text.say("notes.lead"))
    if len(counted):
        themes = _order_themes(counted)
        found += paragraph(_write_most(view, counted)) + publish_table(_tabulate_waves(view, counted, themes), "notes-waves")
        found += publish_table(_tabulate_roles(view, counted, themes), "notes-roles")
    return found + show_untold(view, notes, "notes") + _show_quotes(view)


def name_role(view: View, role: str) -> str:
    """Return the label of a role of the study, or of those that `leert_van` asks about, or the words of another as its file writes them."""
    known = {fold(word): pick_word(option, view.text) for option in _list_options() for word in (*option.nl, *option.en)}
    known |= {fold(each.id): view.text.pick(each.label) for each in view.study.roles}
    return known.get(fold(role), role) or view.text.say("notes.no_role")


@cache
def _list_options() -> tuple[AnswerLabel, ...]:
    return tuple(load_instrument("leert_van").find_answers("").options)


def name_theme(view: View, theme: str) -> str:
    """Return a theme in words: those of the study, or the label of a factor."""
    own = {code: words for entry in view.study.records for code, words in entry.themes.items()}
    if theme in own:
        return view.text.pick(own[theme])
    instrument, _, scale = theme.partition(".")
    return view.text.pick(view.study.find_instrument(instrument).find_scale(scale).label)


def show_untold(view: View, rows: pd.DataFrame, name: str) -> Html:
    """Return of which roles nothing is told, because too few people have them; nothing where there are none."""
    roles = [name_role(view, role) for role in rows.loc[rows["state"] == "hidden", "second"]]
    key = f"notes.untold_{name}{'' if view.school else '_at_all'}"
    return paragraph(view.text.say(key, roles=view.text.join(roles)), "note") if roles else Html()


def _order_themes(counted: pd.DataFrame) -> list[str]:
    """Return the themes, those of most notes first."""
    sizes = counted.groupby("first", sort=False)["estimate"].sum()
    return [str(theme) for theme in sizes.sort_values(ascending=False, kind="stable").index]


def _list_waves(view: View, counted: pd.DataFrame) -> list[Wave]:
    return [wave for wave in view.study.waves if wave.id in set(counted["moment"])]


def _write_most(view: View, counted: pd.DataFrame) -> str:
    """Return per measurement which theme most notes were about, where one is ahead."""
    text = view.text
    told = []
    for wave in _list_waves(view, counted):
        sizes = counted[counted["moment"] == wave.id].groupby("first", sort=False)["estimate"].sum()
        most = sizes[sizes == sizes.max()]
        places = {"wave": text.pick(wave.label), "all": text.number(sizes.sum(), 0)}
        if len(most) > 1 or sizes.sum() == 1:
            told.append(text.say_count("notes.level", int(sizes.sum()), **places))
            continue
        share = text.percent(sizes.max() / sizes.sum())
        theme = name_theme(view, str(most.index[0]))
        told.append(text.say("notes.most", theme=theme, size=text.number(sizes.max(), 0), share=share, **places))
    return " ".join(told)


def _tabulate_waves(view: View, counted: pd.DataFrame, themes: list[str]) -> TableView:
    """Return per theme how many notes of each measurement were about it, with their share."""
    text = view.text
    waves = _list_waves(view, counted)
    parts = [counted[counted["moment"] == wave.id] for wave in waves]
    columns = [Column(text.say("notes.column_theme")), *(Column(text.pick(wave.label), number=True) for wave in waves)]
    rows = [[name_theme(view, theme), *(_write_share(view, own, theme) for own in parts)] for theme in themes]
    rows.append([text.say("notes.all"), *(text.number(own["estimate"].sum(), 0) for own in parts)])
    return TableView(text.say("notes.table_waves"), columns, rows)


def _write_share(view: View, counted: pd.DataFrame, theme: str) -> str:
    size = counted.loc[counted["first"] == theme, "estimate"].sum()
    share = view.text.percent(size / counted["estimate"].sum())
    return view.text.say("notes.share", size=view.text.number(size, 0), share=share)


def _write_level(view: View, theme: str, wave: Wave) -> str:
    if "." not in theme:
        return view.text.say("notes.no_mean")
    name, _, scale = theme.partition(".")
    instrument = view.study.find_instrument(name)
    level = view.find_level(Outcome(instrument=name, scale=scale, rating=instrument.leading_rating), wave.id)
    return write_number(level, choose_decimals(level.n), view.study, view.text)


def _tabulate_roles(view: View, counted: pd.DataFrame, themes: list[str]) -> TableView:
    """Return per theme and role how many notes spoke for it and how many against, and beside factors how high they were in answers."""
    text = view.text
    roles = list(dict.fromkeys(counted["second"]))
    last = view.waves[-1]
    is_factor = any("." in theme for theme in themes)
    columns = [Column(text.say("notes.column_theme")), *(Column(name_role(view, role)) for role in roles)]
    columns += [Column(text.say("notes.column_team", wave=text.pick(last.label)), number=True)] if is_factor else []
    rows = []
    for theme in themes:
        about = counted[counted["first"] == theme]
        cells = [_write_valences(view, about[about["second"] == role]) for role in roles]
        rows.append([name_theme(view, theme), *cells, *([_write_level(view, theme, last)] if is_factor else [])])
    return TableView(text.say("notes.table_roles"), columns, rows, notes=[text.say("notes.beside")] if is_factor else [])


def _write_valences(view: View, rows: pd.DataFrame) -> str:
    sizes = rows.groupby("quantity")["estimate"].sum()
    told = [view.text.say(f"notes.{name}", size=view.text.number(sizes[name], 0)) for name in VALENCES if name in sizes]
    return ", ".join(told) or view.text.number(0, 0)


def _show_quotes(view: View) -> Html:
    """Return what was marked to be quoted, with consent: of this school, or on the page across schools of all, without their names."""
    recorded = view.results.recorded
    quotes = recorded[(recorded["kind"] == "notes") & (recorded["quantity"] == "quote")]
    own = quotes[quotes["school"] == view.school] if view.school else quotes
    if own.empty:
        return Html()
    lines = [_write_quote(view, row.words, row.first, row.second) for row in list_rows(own)]
    return join([heading(view.text.say("notes.quotes"), "notes-quotes", level=3), bullets(lines)])


def _write_quote(view: View, words: str, theme: str, role: str) -> str:
    about = name_theme(view, theme)
    return view.text.say("notes.quote", words=words, about=f"{name_role(view, role)}, {about}" if role else about)
