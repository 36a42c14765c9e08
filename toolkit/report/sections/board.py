"""The page of a board: its own schools, and all schools of the study together. A version of the page across schools, for another reader.

What it may know is settled in `toolkit/results/disclosure/audiences.py`, before anything is drawn. What else the rules of the
reports ask of it:

- No league table: schools stand in the order of their code. No rank, no best or worst, no colour for low.
- No mean over the schools of the board, no band from its lowest to its highest school: a board of few schools would read single schools
  from them, and other boards theirs.
- Schools stand side by side once three of them can be shown, or two that agreed to it in the study file. With fewer there is neither a
  figure nor a count of schools that rose or fell; each school has a report of its own.
- Key factors stand here as means over all schools of the study, never per school: some of them are about one person's leadership, and a
  board is that person's employer. There is no heat map and there are no answers per statement.
- Means over all schools stand here only where no other school, or at least three others, can be shown.
- Two schools that the study compares by name are compared on the page across schools, not here.
- No open answers and no words of the evaluator about single schools.
"""

from __future__ import annotations

from toolkit.report.content.estimate import write_subject
from toolkit.report.content.sentences import list_factors, list_school_changes, write_school_moves
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, appendix, heading, paragraph
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.main_findings import list_factor_sentences, list_record_sentences, show_conclusion
from toolkit.report.sections.method import count_others_needed
from toolkit.report.sections.over_waves import may_stand_side_by_side
from toolkit.report.sections.participation import write_participation
from toolkit.report.sections.schools import show_schools
from toolkit.report.sections.tables import name_scale, write_outcome
from toolkit.results.disclosure.audiences import TAKEN_OUT


def show_board_findings(view: View) -> Html:
    """Return the box: in how many schools of the board it rose or fell, the average over all schools, the factors, and who answered."""
    text = view.text
    primary = view.study.primary
    sentences = []
    if view.comparison and shows_own_schools(view):
        subject = write_subject(primary, view.study, text)
        sentences.append(" ".join([*write_school_moves(list_school_changes(view, primary), subject, text), text.say("board.own")]))
    sentences += [_write_average(view)] if view.comparison else []
    sentences += [] if _is_without_factors(view) else list_factor_sentences(view)
    about = text.say_count("board.about", len(view.schools), board=view.board, all=len(view.study.schools))
    told = [*sentences, f"{about} {write_participation(view)}", *list_record_sentences(view)]
    return show_conclusion(view, told) + appendix(text.say("page.appendix"))


def shows_own_schools(view: View) -> bool:
    """Return whether the schools of the board may stand side by side."""
    changes = list_school_changes(view, view.study.primary)
    return may_stand_side_by_side(view, [code for code, change in changes.items() if change.shown])


def _write_average(view: View) -> str:
    if _is_taken_out(view):
        return view.text.say("board.no_average", count=count_others_needed())
    return write_outcome(view, view.study.primary, before=True)


def _is_taken_out(view: View) -> bool:
    return view.find_change(view.study.primary).method == TAKEN_OUT


def show_board_schools(view: View) -> Html:
    """Return figure H of the schools of the board beside the mean of all, with its table; a sentence where they are too few."""
    if not view.comparison or shows_own_schools(view):
        return show_schools(view)
    text = view.text
    found = heading(text.say("schools.heading", label=name_scale(view, view.study.primary)), "schools")
    return found + paragraph(text.say("board.too_few"))


def show_board_factors(view: View) -> Html:
    """Return the key factors as means over all schools; a sentence where those would tell of single other schools."""
    if not view.list_instruments("factors") or not _is_without_factors(view):
        return show_key_factors(view)
    found = heading(view.text.say("board.factors"), "factors")
    return found + paragraph(view.text.say("board.no_factors", count=count_others_needed()))


def _is_without_factors(view: View) -> bool:
    """Return whether no factor may be told of: there is none, or its mean over all schools would tell of single other schools."""
    factors = [factor for instrument in view.list_instruments("factors") for factor in list_factors(instrument)]
    return all(view.find_level(factor, view.waves[-1].id).method == TAKEN_OUT for factor in factors)
