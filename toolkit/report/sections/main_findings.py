"""Section 1: what matters most, and how far the measurement can be relied on."""

from __future__ import annotations

from toolkit.report.content.estimate import write_subject
from toolkit.report.content.sentences import (
    WORDS,
    Reason,
    find_lowest,
    list_moves,
    list_reasons,
    list_school_changes,
    write_chance,
    write_cuts,
    write_moves_sentence,
    write_school_moves,
)
from toolkit.report.content.view import View
from toolkit.report.figures.levels import draw_small_levels
from toolkit.report.html.elements import (
    Column,
    Html,
    Part,
    TableView,
    appendix,
    beside,
    box,
    bullets,
    escape,
    fold,
    heading,
    join,
    paragraph,
    publish_table,
    strong,
)
from toolkit.report.html.svg import publish_small_figure
from toolkit.report.sections.beside_others import write_design
from toolkit.report.sections.closing_gaps import list_closings, write_closing_briefly
from toolkit.report.sections.goals import list_goals, write_reached
from toolkit.report.sections.indicators import write_indicators
from toolkit.report.sections.key_factors import list_gaps, write_gap
from toolkit.report.sections.participation import write_participation, write_response
from toolkit.report.sections.tables import name_scale, write_cause, write_nothing, write_outcome

NO_FIGURE = Html()
#: Of so many indicators a page says at its top how they run.
INDICATORS = 2


def show_main_findings(view: View) -> Html:
    """Return the box with the main sentences and the fixed sentence on causes; for a school also how certain it is."""
    if view.silent:
        return show_silence(view)
    if not view.school:
        return show_conclusion(view, _list_sentences_across_schools(view)) + appendix(view.text.say("page.appendix"))
    return (
        show_conclusion(view, list_school_sentences(view), show_small_levels(view))
        + appendix(view.text.say("page.appendix"))
        + show_certainty(view)
    )


def show_silence(view: View) -> Html:
    """Return why nothing of a school may be shown, what is possible all the same, and whom to ask."""
    text = view.text
    used = [view.find_participation(wave.id, "used") for wave in view.study.waves]
    found = heading(text.say("silent.heading"), "core") + box(paragraph(write_nothing("silent.reason", used, view)), "key")
    found += paragraph(text.say("silent.possible")) + bullets(text.say(f"silent.{way}") for way in ("talk", "join"))
    return found + (paragraph(text.say("silent.ask", contact=view.study.contact)) if view.study.contact else Html())


def show_conclusion(view: View, sentences: list[str], figure: Html = NO_FIGURE) -> Html:
    """Return the box with `sentences`, what each says before its numbers in bold, a figure, and what belongs to every conclusion."""
    said = bullets(_stress(sentence) for sentence in sentences)
    body = beside(said, figure) if figure.markup else said
    return heading(view.text.say("core.heading"), "core") + box(body + join(paragraph(words, "note") for words in _list_notes(view)), "key")


def show_small_levels(view: View) -> Html:
    """Return the primary outcome before and after as a small figure that leads to the large one; nothing where it is not shown."""
    text = view.text
    outcome = view.study.primary
    levels = view.present_levels(outcome)
    if not levels:
        return Html()
    instrument = view.study.find_instrument(outcome.instrument)
    where = f"#{'factors' if instrument.topic == 'factors' else 'engagement'}-{instrument.id}"
    title = text.say("core.figure", label=name_scale(view, outcome))
    numbers = text.join([f"{text.pick(level.wave.label)}: {text.number(level.value, level.decimals)}" for level in levels])
    picture = draw_small_levels(view.frame_levels([outcome]), view.study, text)
    return publish_small_figure(picture, "core-levels", title, f"{title}. {numbers}.", where)


def _stress(sentence: str) -> Part:
    """Return `sentence` with what stands before its numbers in bold, where it has them after a colon."""
    said, colon, numbers = sentence.partition(": ")
    return strong(said + colon.strip()) + escape(f" {numbers}") if colon else sentence


def _list_notes(view: View) -> list[str]:
    """Return what belongs to every conclusion: what may be chance, that there can be another cause, that it was not planned."""
    if view.comparison is None:
        return []
    apart = view.study.has_comparison_schools and not view.school and not view.board
    averages = [view.text.say("compare.averages")] if apart else []
    moves = [list_moves(view, instrument) for instrument in view.list_instruments("factors")] if view.school else []
    chance = [words for own in moves if (words := write_chance(own, view.text))]
    return [*averages, *chance, write_cause(view), *([] if view.comparison.planned else [view.text.say("core.exploratory")])]


def list_school_sentences(view: View) -> list[str]:
    """Return what a school leader reads first: engagement, the factors, and who answered."""
    sentences = [write_outcome(view, view.study.primary, before=True)] if view.comparison else []
    for instrument in view.list_instruments("factors"):
        sentences += [write_moves_sentence(list_moves(view, instrument), view.text)] if view.comparison else []
        gaps = list_gaps(view, instrument)
        sentences += [write_gap(gaps, view)] if gaps else []
    return [*sentences, write_response(view)]


def _list_sentences_across_schools(view: View) -> list[str]:
    """Return in how many schools the primary outcome moved and how much on average, the factors, and who answered."""
    primary = view.study.primary
    changes = list_school_changes(view, primary)
    sentences = []
    if view.comparison and any(change.judged for change in changes.values()):
        moves = write_school_moves(changes, write_subject(primary, view.study, view.text), view.text)
        sentences = [design] if (design := write_design(view)) else []
        sentences += [" ".join(moves), write_outcome(view, primary, before=True)]
    about = f"{_write_about(view)} {write_participation(view)}"
    return [*sentences, *list_factor_sentences(view), about, *list_record_sentences(view)]


def list_record_sentences(view: View) -> list[str]:
    """Return how many goals are reached, and of the first indicators the first and the last number; nothing without records."""
    reached = write_reached(list_goals(view), view.text)
    return [*([reached] if reached else []), *write_indicators(view)[:INDICATORS]]


def list_factor_sentences(view: View) -> list[str]:
    """Return per instrument with factors which moved, where the widest gap is, and whether gaps narrowed."""
    sentences = []
    for instrument in view.list_instruments("factors"):
        sentences += [write_moves_sentence(list_moves(view, instrument), view.text)] if view.comparison else []
        gaps = list_gaps(view, instrument)
        changes = list_closings(view, instrument)
        closing = [write_closing_briefly(changes, instrument, view)] if changes else []
        sentences += [" ".join([write_gap(gaps, view), *closing])] if gaps else []
    return sentences


def _write_about(view: View) -> str:
    """Return how many schools the study has, and over which of them its people are counted."""
    text = view.text
    schools = view.study.schools
    hidden = [
        school for school in schools if any(view.find_participation(wave.id, "used", school.id).state == "hidden" for wave in view.waves)
    ]
    if not hidden:
        return text.say_count("core.about", len(schools))
    if len(hidden) == 1:
        return text.say_count("core.about_shown", len(schools) - 1, all=len(schools))
    return text.say("core.about_pooled", all=len(schools))


def show_certainty(view: View) -> Html:
    """Return how certain the measurement is, in one word with its reasons and the cut points behind them."""
    text = view.text
    reasons = list_reasons(view)
    notes = [" ".join([*(write_cuts(view, reason.part) for reason in reasons), text.say("certainty.own_cuts")])]
    table = tabulate_reasons(view, reasons, notes)
    found = heading(text.say("certainty.heading"), "certainty", level=3) + show_answer(view, reasons)
    return found + fold(table.caption, publish_table(table, "certainty-reasons"))


def show_answer(view: View, reasons: list[Reason]) -> Html:
    """Return how certain the measurement is, in one sentence with the word in bold and as dots: four for high, one for low."""
    text = view.text
    word = find_lowest(reasons)
    before, after = text.say("certainty.answer", word="\0").split("\0")
    full = len(WORDS) - WORDS.index(word)
    dots = Html(f'<span class="dots" aria-hidden="true">{"●" * full}{"○" * (len(WORDS) - full)}</span> ')
    return paragraph(join([dots, before, strong(text.say(f"certainty.word.{word}")), after]))


def tabulate_reasons(view: View, reasons: list[Reason], notes: list[str]) -> TableView:
    """Return what the certainty rests on."""
    text = view.text
    columns = [Column(text.say(f"certainty.column_{name}")) for name in ("part", "seen", "word")]
    rows = [[text.say(f"certainty.part.{reason.part}"), reason.seen, text.say(f"certainty.word.{reason.word}")] for reason in reasons]
    caption = text.say("certainty.table", word=text.say(f"certainty.word.{find_lowest(reasons)}"))
    return TableView(caption, columns, rows, notes=notes)
