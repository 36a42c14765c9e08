"""What was rated in several ways: every rating beside the others, named and with its measurement, and the difference between them.

Every number is one of the protected results, or computed from those that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.content.estimate import (
    Estimate,
    Triple,
    choose_decimals,
    present_change,
    start_sentence,
    write_empty,
    write_interval,
    write_number,
)
from toolkit.report.content.sentences import NAMES, write_numeral
from toolkit.report.content.view import View
from toolkit.report.figures.quadrant import draw_quadrant
from toolkit.report.figures.ratings import Sides, draw_bullets, draw_matrix
from toolkit.report.html.elements import Column, Html, TableView, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import list_change_cells, make_columns, note_model, note_schools, write_nothing, write_people
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome, Wave

#: What may be said of one rating beside another.
KINDS = ("higher", "lower", "maybe_higher", "maybe_lower")
End = tuple[str, Wave]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One rating of an instrument beside another, each in its measurement; the results have the difference between them as `rating`."""

    instrument: Instrument
    rating: str
    first: End
    last: End

    @property
    def over_waves(self) -> bool:
        """Whether it is a change, between two measurements."""
        return self.first[1] != self.last[1]

    @property
    def id(self) -> str:
        """What tells its table from the others on the page."""
        parts = ("ratings", self.instrument.id, self.rating, "" if self.over_waves else self.last[1].id)
        return "-".join(filter(None, parts))

    @property
    def outcomes(self) -> list[Outcome]:
        """What it is about: every scale in its rating, the total first."""
        scales = sorted(self.instrument.scales, key=lambda scale: scale.kind != "total")
        return [Outcome(instrument=self.instrument.id, scale=scale.id, rating=self.rating) for scale in scales]


def show_ratings(view: View, instrument: Instrument) -> Html:
    """Return a sentence and a table on each rating beside another, the matrix or the bullets, and how much of an aim was attained."""
    contrasts = list_contrasts(view, instrument)
    if not contrasts:
        rated = [o for rating in instrument.scored_ratings for o in Contrast(instrument, rating, *[("", view.waves[-1])] * 2).outcomes]
        return paragraph(write_nothing("ratings.nothing", [view.find_level(each, wave.id) for each in rated for wave in view.waves], view))
    parts = join(paragraph(write_contrast(view, contrast)) + _publish_contrast(view, contrast) for contrast in contrasts)
    return parts + _explain_hindsight(view, instrument) + _show_attainment(view, instrument)


def list_contrasts(view: View, instrument: Instrument) -> list[Contrast]:
    """Return the contrasts that were measured: what is computed from ratings first, then how each that is asked changed."""
    before, after = view.waves[0], view.waves[-1]
    found = [
        Contrast(instrument, rating.id, (rating.change[0], before), (rating.change[1], after))
        for rating in instrument.ratings
        if rating.change and before == view.study.waves[0]
    ]
    found += [
        Contrast(instrument, rating.id, (rating.difference[1], wave), (rating.difference[0], wave))
        for rating in instrument.ratings
        for wave in reversed(view.waves)
        if rating.difference
    ]
    found += [Contrast(instrument, rating, (rating, before), (rating, after)) for rating in instrument.scored_ratings if view.comparison]
    return [each for each in found if any(_find(view, each, outcome).state != "not_measured" for outcome in each.outcomes)]


def _find(view: View, contrast: Contrast, outcome: Outcome) -> Estimate:
    """Return how much higher the last rating of a contrast is than the first."""
    return view.find_change(outcome) if contrast.over_waves else view.find_level(outcome, contrast.last[1].id)


def judge_differences(view: View, contrast: Contrast) -> dict[str, str]:
    """Return per scale which of KINDS a contrast is; "" where that can't be told, and no entry where nothing is shown.

    A change has its verdict. A difference within one measurement is corrected for the number of scales after Holm, as that is.
    """
    shown = {outcome.scale: found for outcome in contrast.outcomes if (found := _find(view, contrast, outcome)).shown}
    if contrast.over_waves:
        return {scale: _read_verdict(found.verdict) for scale, found in shown.items()}
    chance = 1 - view.study.confidence
    adjusted = dict(zip(shown, compute_adjusted_p([found.p_value for found in shown.values()]), strict=True)) if shown else {}
    words = {scale: "higher" if found.estimate > 0 else "lower" for scale, found in shown.items()}
    sure = {scale: "" if adjusted[scale] < chance else "maybe_" for scale in shown}
    return {scale: sure[scale] + words[scale] if found.p_value < chance else "" for scale, found in shown.items()}


def _read_verdict(verdict: str) -> str:
    word = {"rose": "higher", "fell": "lower"}.get(next((part for part in verdict.split("_") if part in ("rose", "fell")), ""), "")
    return f"maybe_{word}" if word and verdict.startswith("indication") else word


def write_contrast(view: View, contrast: Contrast) -> str:
    """Return for which scales the last rating lies higher or lower than the first, or that this can't be told."""
    text = view.text
    kinds = judge_differences(view, contrast)
    ends = {"first": _name_end(view, contrast, contrast.first), "last": _name_end(view, contrast, contrast.last)}
    if not kinds:
        hidden = [_find(view, contrast, outcome) for outcome in contrast.outcomes]
        return write_nothing("ratings.hidden", hidden, view)
    told = []
    for kind in KINDS:
        if found := [_name_scale(view, contrast, scale) for scale, own in kinds.items() if own == kind]:
            few = text.join([text.say("subject.quoted", label=label) for label in found])
            many = text.say("ratings.which", numeral=write_numeral(len(found), text), count=write_numeral(len(kinds), text))
            told.append(text.say(f"ratings.{kind}", which=few if len(found) <= NAMES else many, **ends))
    if len(kinds) > 1 and any(kind.startswith("maybe") for kind in kinds.values()):
        told.append(text.say("ratings.chance", count=write_numeral(len(kinds), text)))
    return " ".join(told) or text.say("ratings.unclear", **ends)


def _name_scale(view: View, contrast: Contrast, scale: str) -> str:
    return view.text.pick(contrast.instrument.find_scale(scale).label)


def _name_end(view: View, contrast: Contrast, end: End) -> str:
    return view.text.say("ratings.end", rating=_name_rating(view, contrast.instrument, end[0]), wave=view.text.pick(end[1].label))


def _name_rating(view: View, instrument: Instrument, id: str) -> str:
    rating = instrument.find_rating(id)
    return view.text.pick(rating.label) if rating else ""


def _explain_hindsight(view: View, instrument: Instrument) -> Html:
    """Return what a shift in the answers about the start means, where people looked back; nothing where nobody did."""
    pairs = [set(rating.difference) for rating in instrument.ratings if rating.difference]
    shift = next((rating.change for rating in instrument.ratings if rating.change and set(rating.change) in pairs), None)
    if shift is None or not view.comparison:
        return Html()
    names = {"now": _name_rating(view, instrument, shift[0]), "then": _name_rating(view, instrument, shift[1])}
    return paragraph(view.text.say("ratings.hindsight", **names), "note")


def _tabulate(view: View, contrast: Contrast) -> TableView:
    text = view.text
    kinds = judge_differences(view, contrast)
    ends = [start_sentence(_name_end(view, contrast, end)) for end in (contrast.first, contrast.last)]
    scale, *rest = make_columns(view, "scale", "interval", "n")
    means = [Column(words, number=True) for words in (*ends, text.say("ratings.difference"))]
    columns = [scale, *means, *rest, Column(text.say("ratings.column_word"))]
    rows = []
    for outcome in contrast.outcomes:
        cells = list_change_cells(view, outcome) if contrast.over_waves else _list_cells(view, contrast, outcome)
        empty = write_empty(_find(view, contrast, outcome), view.study, text)
        word = text.say(f"ratings.word.{kinds[outcome.scale] or 'unclear'}") if outcome.scale in kinds else empty
        rows.append([_name_scale(view, contrast, outcome.scale), *cells, word])
    notes = [*note_model(view, contrast.outcomes), *note_schools(view, contrast.outcomes)] if contrast.over_waves else []
    return TableView(text.say("ratings.table", first=ends[0], last=ends[1]), columns, rows, notes=notes)


def _list_ends(view: View, contrast: Contrast, outcome: Outcome) -> list[Estimate]:
    """Return the means of both ratings of a contrast."""
    if contrast.over_waves:
        return [view.find_change(outcome, end) for end in ("before", "after")]
    return [view.find_level(outcome.model_copy(update={"rating": rating}), wave.id) for rating, wave in (contrast.first, contrast.last)]


def _present(view: View, contrast: Contrast, outcome: Outcome) -> Triple | None:
    """Return both means and the difference as they are displayed, in the table and in the figure; None where one is not shown."""
    first, last = _list_ends(view, contrast, outcome)
    found = _find(view, contrast, outcome)
    if not (first.shown and last.shown and found.shown):
        return None
    n = view.count_smaller(outcome) if contrast.over_waves else found.n
    return present_change(first.estimate, found.estimate, last.estimate, n)


def _list_cells(view: View, contrast: Contrast, outcome: Outcome) -> list[str]:
    """Return both means of one measurement, the difference, its interval and the number of people."""
    study = view.study
    found = _find(view, contrast, outcome)
    rest = [write_interval(found, choose_decimals(found.n), study, view.text), write_people(found, view)]
    shown = _present(view, contrast, outcome)
    if shown is None:
        each = (*_list_ends(view, contrast, outcome), found)
        return [*(write_number(one, choose_decimals(one.n), study, view.text) for one in each), *rest]
    return [*(view.text.number(float(value), shown.decimals) for value in (shown.before, shown.after, shown.change)), *rest]


def _list_sides(view: View, contrast: Contrast) -> dict[str, Sides]:
    """Return both means per scale as they are displayed, of the scales where all is shown."""
    found = {}
    for outcome in contrast.outcomes:
        if shown := _present(view, contrast, outcome):
            values = (float(shown.before), float(shown.after))
            first, last = (view.text.number(value, shown.decimals) for value in values)
            found[outcome.scale] = Sides(_name_scale(view, contrast, outcome.scale), values, (first, last))
    return found


def _publish_contrast(view: View, contrast: Contrast) -> Html:
    """Return the table of a contrast, folded under the matrix or the bullets where it has these."""
    text = view.text
    table = _tabulate(view, contrast)
    shown = publish_table(table, f"{contrast.id}-table")
    sides = _list_sides(view, contrast)
    kind = _choose_kind(view, contrast, sides)
    if not kind:
        return shown
    names = (_name_end(view, contrast, contrast.first), _name_end(view, contrast, contrast.last))
    answers = contrast.instrument.find_answers(contrast.first[0])
    if kind == "matrix":
        picture = draw_matrix(_list_cells_of_matrix(contrast, sides), names, answers, text)
    elif kind == "quadrant":
        picture = draw_quadrant(list(sides.values()), names, answers, text)
    else:
        picture = draw_bullets(list(sides.values()), names, answers, text)
    furthest = max(sides.values(), key=lambda side: abs(side.values[1] - side.values[0]))
    title = text.say("ratings.title", first=names[0], last=names[1], label=furthest.label)
    pairs = [{"label": side.label, "low": side.words[0], "high": side.words[1]} for side in sides.values()]
    told = "; ".join(text.say("ratings.pair", first=names[0], last=names[1], **pair) for pair in pairs)
    description = text.say("figure.description", title=title, numbers=told, table=table.caption)
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    caption = text.say(f"ratings.caption_{kind}", **ends, **({"first": names[0], "last": names[1]} if kind == "quadrant" else {}))
    return publish_figure(picture, f"{contrast.id}-{kind}", title, caption, description, shown, text, level=4)


def _choose_kind(view: View, contrast: Contrast, sides: dict[str, Sides]) -> str:
    """Return which figure a contrast has: the quadrant stands for the last measurement of an instrument that asks for it."""
    within = not contrast.over_waves and contrast.last[1] == view.waves[-1]
    if contrast.instrument.figure == "quadrant" and within and len(sides) > 1:
        return "quadrant"
    return "matrix" if _list_cells_of_matrix(contrast, sides) else "bullets" if sides and _has_bullets(view, contrast) else ""


def _list_cells_of_matrix(contrast: Contrast, sides: dict[str, Sides]) -> list[list[Sides]]:
    """Return two rows of two scales of a change from one rating to another; none where the scales are not two groups of two, all shown."""
    instrument = contrast.instrument
    rows = [[sides[s.id] for s in instrument.scales if s.group == group and s.id in sides] for group in instrument.groups]
    two_by_two = contrast.over_waves and contrast.first[0] != contrast.last[0] and [len(row) for row in rows] == [2, 2]
    return rows if two_by_two else []


def _has_bullets(view: View, contrast: Contrast) -> bool:
    """Return whether a contrast is that of what is and what is aimed at, in the last measurement."""
    gap = contrast.instrument.find_gap()
    return gap is not None and not contrast.over_waves and contrast.rating == gap.id and contrast.last[1] == view.waves[-1]


def write_attainment(view: View, outcome: Outcome) -> str:
    """Return which share of the gap before was closed, with its interval, or why that is not shown."""
    text = view.text
    found = view.find_change(outcome, "attainment")
    if not found.shown:
        return text.say("ratings.gap_small") if found.method == "gap_too_small" else write_empty(found, view.study, text)
    share = text.percent(found.estimate)
    low, high = (text.percent_end(value) for value in (found.low, found.high))
    return text.say("numbers.with_interval", number=share, interval=text.say("numbers.interval", low=low, high=high))


def _show_attainment(view: View, instrument: Instrument) -> Html:
    """Return the table of attainment; nothing where no rating is an aim, or nothing is known of what is before and after."""
    gap = instrument.find_gap()
    if gap is None or not view.comparison:
        return Html()
    aim, now = gap.parts
    rated = Contrast(instrument, now, (now, view.waves[0]), (now, view.waves[-1])).outcomes
    if all(view.find_change(outcome, "attainment").state == "not_measured" for outcome in rated):
        return Html()
    text = view.text
    level = text.percent(view.study.confidence)
    columns = [*make_columns(view, "scale"), Column(text.say("ratings.attained", level=level), number=True)]
    rows = [[text.pick(instrument.find_scale(outcome.scale).label), write_attainment(view, outcome)] for outcome in rated]
    names = {"aim": _name_rating(view, instrument, aim), "now": _name_rating(view, instrument, now)}
    table = TableView(text.say("ratings.table_attained", **names), columns, rows, notes=[text.say("ratings.attained_note", **names)])
    return publish_table(table, f"ratings-{instrument.id}-attained-table")
