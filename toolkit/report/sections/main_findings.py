"""Section 1: what matters most, and how far the measurement can be relied on."""

from __future__ import annotations

from toolkit.report.content.estimate import write_few_schools, write_subject
from toolkit.report.content.sentences import (
    WORDS,
    Reason,
    find_lowest,
    list_moves,
    list_reasons,
    list_school_changes,
    write_cuts,
    write_moves_sentence,
    write_school_moves,
)
from toolkit.report.content.view import View
from toolkit.report.html.elements import (
    Column,
    Html,
    Part,
    TableView,
    box,
    bullets,
    escape,
    heading,
    join,
    paragraph,
    publish_table,
    strong,
)
from toolkit.report.sections.beside_others import write_design
from toolkit.report.sections.key_factors import list_gaps, write_gap
from toolkit.report.sections.participation import write_participation
from toolkit.report.sections.tables import write_cause, write_outcome


def show_main_findings(view: View) -> Html:
    """Return the box with the main sentences and the fixed sentence on causes; for a school also how certain it is."""
    if not view.school:
        return show_conclusion(view, _list_sentences_across_schools(view))
    return show_conclusion(view, list_school_sentences(view)) + show_certainty(view)


def show_conclusion(view: View, sentences: list[str]) -> Html:
    """Return the box with `sentences`, what each says before its numbers in bold, and what belongs to every conclusion."""
    body = bullets(_stress(sentence) for sentence in sentences) + join(paragraph(words, "note") for words in _list_notes(view))
    return heading(view.text.say("core.heading"), "core") + box(body, "key")


def _stress(sentence: str) -> Part:
    """Return `sentence` with what stands before its numbers in bold, where it has them after a colon."""
    said, colon, numbers = sentence.partition(": ")
    return strong(said + colon.strip()) + escape(f" {numbers}") if colon else sentence


def _list_notes(view: View) -> list[str]:
    """Return what belongs to every conclusion: that a difference can have another cause, and that it was not planned where it was not."""
    if view.comparison is None:
        return []
    apart = view.study.has_comparison_schools and not view.school and not view.board
    averages = [view.text.say("compare.averages")] if apart else []
    return [*averages, write_cause(view), *([] if view.comparison.planned else [view.text.say("core.exploratory")])]


def list_school_sentences(view: View) -> list[str]:
    """Return what a school leader reads first: engagement, the factors, and who answered."""
    sentences = [write_outcome(view, view.study.primary, before=True)] if view.comparison else []
    for instrument in view.list_instruments("factors"):
        sentences += [write_moves_sentence(list_moves(view, instrument), view.text)] if view.comparison else []
        gaps = list_gaps(view, instrument)
        sentences += [write_gap(gaps, view)] if gaps else []
    return [*sentences, write_participation(view)]


def _list_sentences_across_schools(view: View) -> list[str]:
    primary = view.study.primary
    text = view.text
    changes = list_school_changes(view, primary)
    judged = sum(change.judged for change in changes.values())
    sentences = [_write_about(view)]
    if view.comparison and judged:
        subject = write_subject(primary, view.study, text)
        design = write_design(view)
        sentences = [*([design] if design else []), *sentences, write_average(view), *write_spread(view)]
        sentences += [" ".join(write_school_moves(changes, subject, text))]
    return sentences


def _write_about(view: View) -> str:
    """Return how many schools the study has, and over which of them its people are counted."""
    text = view.text
    schools = view.study.schools
    hidden = [
        school for school in schools if any(view.find_participation(wave.id, "used", school.id).state == "hidden" for wave in view.waves)
    ]
    people = _write_people(view)
    if not hidden:
        return text.say_count("core.about", len(schools), people=people)
    if len(hidden) == 1:
        return text.say_count("core.about_shown", len(schools) - 1, all=len(schools), people=people)
    return text.say("core.about_pooled", all=len(schools), people=people)


def write_average(view: View) -> str:
    """Return the sentence on the average change of the primary outcome, and that the schools are few where they are."""
    primary = view.study.primary
    few = write_few_schools(view.find_change(primary), view.find_change(primary, "detectable"), view.study, view.text)
    return f"{write_outcome(view, primary, before=True)} {few}".rstrip()


def _write_people(view: View) -> str:
    counts = [(wave, view.find_participation(wave.id, "used")) for wave in view.waves]
    shown = [
        (view.text.pick(wave.label), view.text.say_count("count.people", int(count.estimate))) for wave, count in counts if count.shown
    ]
    if not shown:
        return view.text.say("core.people_hidden", floor=view.study.smallest_group)
    return view.text.join([view.text.say("core.people", people=people, wave=wave) for wave, people in shown])


def write_spread(view: View) -> list[str]:
    """Return how much schools differ in their change and where a new school would probably lie, as far as that was estimated."""
    study = view.study
    text = view.text
    sentences = []
    tau = view.find_change(study.primary, "tau")
    new = view.find_change(study.primary, "new_school")
    if tau.judged:
        key = "core.schools_differ" if text.number(tau.low) != text.number(0) else "core.schools_may_differ"
        sentences.append(text.say(key, spread=text.number(tau.estimate), low=text.number(tau.low), high=text.number(tau.high)))
    if new.judged:
        sentences.append(text.say("core.new_school", low=text.number(new.low), high=text.number(new.high)))
    return sentences


def show_certainty(view: View) -> Html:
    """Return how certain the measurement is, in one word with its reasons and the cut points behind them."""
    text = view.text
    reasons = list_reasons(view)
    notes = [" ".join([*(write_cuts(view, reason.part) for reason in reasons), text.say("certainty.own_cuts")])]
    table = tabulate_reasons(view, reasons, notes)
    found = heading(text.say("certainty.heading"), "certainty", level=3) + show_answer(view, reasons)
    return found + publish_table(table, "certainty-reasons")


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
