"""Section 4, its start: did we come closer to what we wanted? Now and wanted, before and after, and how far the gap between them closed.

Every number is one of the protected results or computed from those that are shown here, so nothing is added to what is tested together.
"""

from __future__ import annotations

import math
from dataclasses import replace

from toolkit.languages import Text
from toolkit.report.content.estimate import Estimate, choose_decimals, start_sentence, write_empty, write_interval, write_number
from toolkit.report.content.sentences import INDICATIONS, KINDS, NAMES, is_of_kind, list_factors, write_numeral
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import list_ratings
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, paragraph, publish_table
from toolkit.report.sections.ratings import write_attainment
from toolkit.report.sections.tables import make_columns, name_scale, write_people
from toolkit.results.estimates.key_factors import LEAST_RELIABLE
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome

#: What each kind of move of the gap means: a gap that went down closed.
MEANINGS = {"down": "closed", "up": "widened", "down_indication": "maybe_closed", "up_indication": "maybe_widened"}


def show_closing_gaps(view: View, instrument: Instrument) -> Html:
    """Return the answer in a sentence and the table that it rests on; nothing without now and wanted, or with one wave."""
    changes = list_closings(view, instrument)
    if not changes:
        return Html()
    text = view.text
    id = f"closing-{instrument.id}"
    found = heading(text.say("closing.heading"), id, level=3) + paragraph(write_closing(changes, instrument, view))
    table = _tabulate(changes, instrument, view)
    return found + fold(table.caption, publish_table(table, f"{id}-table"))


def list_closings(view: View, instrument: Instrument) -> dict[Outcome, Estimate]:
    """Return how far the gap of each factor closed; nothing where none is shown."""
    gap = next((rating.id for rating in instrument.ratings if rating.difference), "")
    factors = [outcome.model_copy(update={"rating": gap}) for outcome in list_factors(instrument)]
    changes = {outcome: find_closing(view, outcome, instrument) for outcome in factors} if gap and view.comparison else {}
    return changes if any(change.shown for change in changes.values()) else {}


def find_closing(view: View, gap: Outcome, instrument: Instrument) -> Estimate:
    """Return how far the gap closed: its change turned round, so that above 0 is closer; the verdict stays that on the gap.

    What is known of the reliability of the difference decides whether a page of one school may speak of its gaps: under .50 it may not.
    """
    change = view.find_change(gap)
    if not change.shown:
        return change
    if view.school and find_gap_reliability(view, gap, instrument) < LEAST_RELIABLE:
        return Estimate("not_computable", method="gap_unreliable")
    return replace(change, estimate=-change.estimate, low=-change.high, high=-change.low)


def find_gap_reliability(view: View, gap: Outcome, instrument: Instrument) -> float:
    """Return the reliability of wanted - now before, from spreads of this school and alphas of the study; NaN where one is not known.

    (s_c² r_cc + s_d² r_dd - 2 s_cd) / s_gap², with 2 s_cd = s_c² + s_d² - s_gap² (Lord & Novick 1968).
    """
    wave = view.waves[0].id
    parts = [gap.model_copy(update={"rating": rating}) for rating in list_ratings(instrument)]
    spreads = [view.find_level(outcome, wave, "sd") for outcome in (*parts, gap)]
    alphas = [view.find_reliability(outcome, wave, "alpha") for outcome in parts]
    if not all(each.shown for each in (*spreads, *alphas)) or not spreads[2].estimate:
        return math.nan
    now, wanted, whole = (spread.estimate**2 for spread in spreads)
    errors = now * (1 - alphas[0].estimate) + wanted * (1 - alphas[1].estimate)
    return 1 - errors / whole


def write_closing(changes: dict[Outcome, Estimate], instrument: Instrument, view: View) -> str:
    """Return for which factors the gap became smaller or larger, for which there is an indication of it, and where less was wanted."""
    text = view.text
    judged = {outcome: change for outcome, change in changes.items() if change.judged}
    if not judged:
        return text.say("closing.not_known")
    told = [_write_kind(kind, judged, view) for kind in KINDS]
    if not any(told):
        told = [text.say_count("closing.none", len(judged), numeral=write_numeral(len(judged), text))]
    indicated = [_write_kind(kind, judged, view) for kind in INDICATIONS]
    chance = [text.say("factors.indication_chance", count=write_numeral(len(judged), text))] if any(indicated) else []
    smaller = [o for o, change in judged.items() if is_of_kind(change, "down") or is_of_kind(change, "down_indication")]
    lowered = [outcome for outcome in smaller if _wants_less(view, outcome, instrument)]
    wish = [text.say_count("closing.less_wanted", len(lowered), names=_list_names(lowered, view))] if lowered else []
    return " ".join(filter(None, [*told, *indicated, *chance, *wish]))


def write_closing_briefly(changes: dict[Outcome, Estimate], instrument: Instrument, view: View) -> str:
    """Return for how many factors the gap became smaller or larger, and of how many of these less was wanted."""
    judged = {outcome: change for outcome, change in changes.items() if change.judged}
    counts = {kind: [o for o, change in judged.items() if is_of_kind(change, kind)] for kind in KINDS}
    if not judged:
        return view.text.say("closing.not_known")
    if not any(counts.values()):
        return view.text.say_count("closing.none", len(judged), numeral=write_numeral(len(judged), view.text))
    told = [view.text.say("factors.moved", moves=_count_kind(kind, found, view.text)) for kind, found in counts.items() if found]
    lowered = [outcome for outcome in counts["down"] if _wants_less(view, outcome, instrument)]
    numeral = write_numeral(len(lowered), view.text)
    return " ".join([*told, *([view.text.say_count("closing.lowered", len(lowered), numeral=numeral)] if lowered else [])])


def _count_kind(kind: str, found: list[Outcome], text: Text) -> str:
    return start_sentence(text.say_count(f"closing.{MEANINGS[kind]}", len(found), numeral=write_numeral(len(found), text)))


def _write_kind(kind: str, judged: dict[Outcome, Estimate], view: View) -> str:
    found = [outcome for outcome, change in judged.items() if is_of_kind(change, kind)]
    if not found:
        return ""
    text = view.text
    words = _count_kind(kind, found, text)
    if len(found) > NAMES:
        return text.say("factors.moved", moves=words)
    return text.say("factors.moved_named", moves=words, names=_list_names(found, view))


def _list_names(outcomes: list[Outcome], view: View) -> str:
    return view.text.join([view.text.say("subject.quoted", label=name_scale(view, outcome)) for outcome in outcomes])


def _wants_less(view: View, gap: Outcome, instrument: Instrument) -> bool:
    wanted = view.find_change(gap.model_copy(update={"rating": list_ratings(instrument)[1]}))
    return wanted.shown and wanted.estimate < 0


def _tabulate(changes: dict[Outcome, Estimate], instrument: Instrument, view: View) -> TableView:
    text = view.text
    labels = {rating.id: text.pick(rating.label) for rating in instrument.ratings}
    columns = make_columns(view, "factor")
    columns += [Column(start_sentence(labels[rating]), number=True) for rating in list_ratings(instrument)]
    columns.append(Column(text.say("closing.column_closed"), number=True))
    columns += make_columns(view, "factor", "interval", "n")[1:]
    now, aim = list_ratings(instrument)
    attained = [view.find_change(gap.model_copy(update={"rating": now}), "attainment") for gap in changes]
    is_known = any(found.state != "not_measured" for found in attained)
    if is_known:
        columns.append(Column(text.say("ratings.attained", level=text.percent(view.study.confidence)), number=True))
    columns.append(Column(text.say("column.verdict")))
    ordered = sorted(changes.items(), key=lambda pair: not pair[1].shown)
    rows = [_list_cells(outcome, change, instrument, view, is_known) for outcome, change in ordered]
    notes = [text.say("closing.note"), *([text.say("ratings.attained_note", now=labels[now], aim=labels[aim])] if is_known else [])]
    if view.school and any(change.method == "gap_unreliable" for change in changes.values()):
        notes.append(text.say("closing.unreliable", least=text.number(LEAST_RELIABLE)))
    places = {"before": text.pick(view.waves[0].label), "after": text.pick(view.waves[-1].label)}
    return TableView(text.say("closing.table", **places), columns, rows, notes=notes)


def _list_cells(gap: Outcome, change: Estimate, instrument: Instrument, view: View, attained: bool) -> list[str]:
    study = view.study
    text = view.text
    rated = [gap.model_copy(update={"rating": rating}) for rating in list_ratings(instrument)]
    levels = [[view.find_level(outcome, wave.id) for wave in view.waves] for outcome in rated]
    decimals = choose_decimals(min((level.n for pair in levels for level in pair if level.shown), default=change.n))
    means = [_write_pair(pair, decimals, view) for pair in levels]
    if not change.shown:
        words = text.say("closing.too_coarse") if change.method == "gap_unreliable" else write_empty(change, study, text)
        return [name_scale(view, gap), *means, *[words] * (4 + attained)]
    numbers = [write_number(change, decimals, study, text), write_interval(change, decimals, study, text), write_people(change, view)]
    return [name_scale(view, gap), *means, *numbers, *([write_attainment(view, rated[0])] if attained else []), _write_word(change, view)]


def _write_pair(pair: list[Estimate], decimals: int, view: View) -> str:
    """Return before and after in one cell, or why one of them is not shown."""
    missing = next((level for level in pair if not level.shown), None)
    if missing:
        return write_empty(missing, view.study, view.text)
    before, after = (view.text.number(level.estimate, decimals) for level in pair)
    return view.text.say("closing.pair", before=before, after=after)


def _write_word(change: Estimate, view: View) -> str:
    if not change.judged:
        return write_empty(change, view.study, view.text)
    kind = next((kind for kind in MEANINGS if is_of_kind(change, kind)), "")
    return view.text.say(f"closing.word.{MEANINGS.get(kind, 'unclear' if change.verdict == 'unclear' else 'same')}")
