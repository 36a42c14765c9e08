"""Section 9: how this was measured, folded; and, across schools, the average change in other ways and whether they lead to the same
conclusion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from toolkit.languages import Text
from toolkit.report.content.estimate import (
    Estimate,
    start_sentence,
    write_empty,
    write_few_schools,
    write_interval,
    write_number,
    write_p,
    write_subject,
)
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, bullets, facts, fold, heading, join, paragraph, publish_table
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import make_columns, name_scale
from toolkit.results.disclosure.spreads import SHORT
from toolkit.results.rows import find_floor, find_spread_floor
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Study

WAYS = ("all_schools", "companion", "robust", "pairs", "wild_bootstrap")


@unless_silent
def show_method(view: View) -> Html:
    """Return what a reader needs to check the numbers of this page."""
    text = view.text
    found = heading(text.say("method.heading"), "method")
    found += join(_fold_instrument(view, instrument) for instrument in view.study.instruments)
    found += fold(text.say("method.computed"), bullets(_list_steps(view)))
    found += fold(text.say("method.words"), publish_table(_tabulate_words(view), "method-words")) if view.comparison else Html()
    return found + _fold_schools(view) + show_other_ways(view) + fold(text.say("method.hidden"), bullets(_list_hidden(view)))


def _fold_schools(view: View) -> Html:
    """Return across schools which change so few can show, how much they differ, and where a new one would probably lie."""
    primary = view.study.primary
    few = write_few_schools(view.find_change(primary), view.find_change(primary, "detectable"), view.study, view.text)
    sentences = [*filter(None, [few]), *write_spread(view)]
    return fold(view.text.say("method.schools"), bullets(sentences)) if sentences and not view.school else Html()


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


def show_short_method(view: View) -> Html:
    """Return how the numbers were computed and what is hidden, without the instruments and their reliability."""
    text = view.text
    found = heading(text.say("method.heading"), "method") + paragraph(text.say("board.method"), "note")
    found += fold(text.say("method.computed"), bullets(_list_steps(view))) + _fold_schools(view)
    return found + fold(text.say("method.hidden"), bullets([*_list_hidden(view), text.say("board.rule", count=count_others_needed())]))


def count_others_needed() -> int:
    """Return how many other schools must be shown before something is said of all schools together."""
    return load_rules().floors["other_schools"]


def _fold_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    id = f"method-{instrument.id}"
    known = [
        (text.say("method.source"), text.pick(instrument.source)),
        (text.say("method.version"), instrument.version),
        (text.say("method.licence"), text.pick(instrument.licence.notice)),
    ]
    if instrument.roles:
        asked = [text.pick(role.label) for role in view.study.roles if role.id in instrument.roles]
        known.append((text.say("method.roles"), ", ".join(asked)))
    body = paragraph(text.pick(instrument.about)) + facts(known)
    if not instrument.scales:
        return fold(text.pick(instrument.name), body)
    several = [scale for scale in instrument.scales if len(scale.items) > 1 and not scale.difference]
    body += publish_table(_tabulate_scales(view, instrument, several), f"{id}-scales") if several else Html()
    differences = [_write_difference(instrument, scale, text) for scale in instrument.scales if scale.difference]
    body += bullets(differences) if differences else Html()
    if several:
        body += publish_table(_tabulate_reliability(view, instrument, several), f"{id}-reliability") + _warn(view, instrument, several)
    else:
        body += paragraph(text.say("method.one_question"))
    return fold(text.pick(instrument.name), body)


def _write_difference(instrument: Instrument, scale: Scale, text: Text) -> str:
    first, second = (text.pick(instrument.find_scale(part).label) for part in scale.difference or ())
    return text.say("method.difference", label=text.pick(scale.label), first=first, second=second)


def _tabulate_scales(view: View, instrument: Instrument, scales: list[Scale]) -> TableView:
    text = view.text
    columns = [Column(text.say("column.scale")), *(Column(text.say(f"method.column_{name}"), number=True) for name in ("items", "needed"))]
    rows = [[text.pick(scale.label), str(len(scale.items)), str(scale.count_needed())] for scale in scales]
    return TableView(text.say("method.table_scales", name=text.pick(instrument.name)), columns, rows)


def _tabulate_reliability(view: View, instrument: Instrument, scales: list[Scale]) -> TableView:
    text = view.text
    columns = [
        *make_columns(view, "scale"),
        Column(text.say("column.wave")),
        *make_columns(view, "scale", "alpha", "interval", "omega", "icc1")[1:],
    ]
    rows = []
    for scale in scales:
        for wave in view.study.list_moments(instrument.id):
            found = [view.find_reliability(_first(instrument, scale), wave.id, quantity) for quantity in ("alpha", "omega", "icc1")]
            alpha, omega, icc = (write_number(estimate, 2, view.study, text) for estimate in found)
            interval = write_interval(found[0], 2, view.study, text)
            rows.append([text.pick(scale.label), text.pick(wave.label), alpha, interval, omega, icc])
    return TableView(text.say("method.table_reliability", name=text.pick(instrument.name)), columns, rows)


def _first(instrument: Instrument, scale: Scale) -> Outcome:
    return Outcome(instrument=instrument.id, scale=scale.id, rating=instrument.leading_rating)


def _warn(view: View, instrument: Instrument, scales: list[Scale]) -> Html:
    """Return a warning for scales that measure less precisely than the rule of thumb asks for."""
    text = view.text
    rule = load_rules().reliability
    found = {
        text.pick(scale.label): [
            view.find_reliability(_first(instrument, scale), wave.id, "alpha") for wave in view.study.list_moments(instrument.id)
        ]
        for scale in scales
    }
    low = [label for label, alphas in found.items() if any(alpha.shown and rule.judge(alpha.estimate) == "low" for alpha in alphas)]
    places = {"cut": text.number(rule.cuts[0].at_least), "reference": rule.reference}
    return paragraph(text.say("method.unreliable", scales=text.join(low), **places), "note") if low else Html()


def _list_steps(view: View) -> Iterator[str]:
    text = view.text
    study = view.study
    yield text.say("method.score")
    if not view.comparison:
        return
    yield text.say("method.model" if study.matching.by == "code" else "method.model_groups")
    yield text.say("method.interval", level=text.percent(study.confidence))
    if not view.school:
        yield text.say("method.average")
        yield text.say("method.counted" if study.matching.by == "code" else "method.counted_groups", floor=find_floor(study))
    if view.list_instruments("factors"):
        yield text.say("method.holm")
        if _is_factor(view.study.primary, view.study):
            yield text.say("method.holm_primary", label=name_scale(view, view.study.primary))
    yield text.say("method.untested_meaning")
    yield text.say_count("method.compared", _count_compared(view))
    for name in study.smallest_change:
        yield _write_smallest(view, name)
    if not study.smallest_change:
        yield text.say("method.no_smallest")
    for comparison in study.planned:
        ends = {end: text.pick(study.find_wave(wave).label) for end, wave in (("before", comparison.before), ("after", comparison.after))}
        yield text.say("method.planned" if comparison.planned else "method.exploratory", **ends)


def _is_factor(outcome: Outcome, study: Study) -> bool:
    return study.find_instrument(outcome.instrument).find_scale(outcome.scale).kind == "factor"


def _count_compared(view: View) -> int:
    return view.count_changes("change" if view.school else "average_change")


def _write_smallest(view: View, name: str) -> str:
    text = view.text
    value = view.text.number(view.study.smallest_change[name])
    if "." not in name:
        return text.say("method.smallest", subject=text.pick(view.study.find_instrument(name).name), value=value)
    subject = start_sentence(write_subject(view.study.find_outcome(name), view.study, text))
    return text.say("method.smallest", subject=subject, value=value)


def _tabulate_words(view: View) -> TableView:
    text = view.text
    half = ["indication"] if view.list_instruments("factors") else []
    sized = bool(view.study.smallest_change)
    keys = ["rose", "probably", "slightly", *half, "same", "unclear", "none"] if sized else ["rose_only", *half, "unclear_only", "none"]
    columns = [Column(text.say("method.column_when")), Column(text.say("method.column_words"))]
    rows = [[text.say(f"method.when.{key}"), text.say(f"method.says.{key}")] for key in keys]
    return TableView(text.say("method.table_words"), columns, rows, row_header=0)


def _list_hidden(view: View) -> Iterator[str]:
    text = view.text
    study = view.study
    yield text.say("method.floor_mean", floor=find_floor(study))
    yield text.say("method.floor_spread", floor=find_spread_floor(study))
    if any(len(scale.items) <= SHORT for instrument in study.scored_instruments for scale in instrument.scales):
        yield text.say("method.floor_interval", floor=find_spread_floor(study), count=SHORT, words=text.say("empty.interval_hidden"))
    if view.comparison and study.matching.by == "code":
        yield text.say("method.floor_once", count=find_floor(study) - 1)
    yield text.say("method.floor_subtraction")
    yield text.say("method.floor_words", words=write_empty(Estimate("hidden", method="too_few"), study, text))


def show_other_ways(view: View) -> Html:
    """Return the main result beside other estimators of it, folded; nothing where there is no average to lay beside them."""
    default = view.find_change(view.study.primary)
    text = view.text
    if view.school or not default.judged or all(view.find_other_way(name).state == "not_measured" for name in WAYS):
        return Html()
    ways = {"default": default} | {name: view.find_other_way(name) for name in WAYS}
    if ways["all_schools"].state == "not_measured":  # the default leaves none out
        del ways["all_schools"]
    words = paragraph(text.say("otherwise.lead")) + paragraph(write_agreement(ways, view))
    return fold(text.say("otherwise.heading"), words + publish_table(_tabulate(ways, view), "other-ways"))


def write_agreement(ways: dict[str, Estimate], view: View) -> str:
    """Return whether the ways with an interval lead to the same conclusion: above 0, below 0, or neither."""
    text = view.text
    judged = {name: way for name, way in ways.items() if way.shown and math.isfinite(way.low)}
    if len(judged) < 2:
        return text.say("otherwise.nothing")
    apart = [name for name, way in judged.items() if _conclude(way) != _conclude(ways["default"])]
    values = [way.estimate for way in judged.values()]
    places = {"low": text.number(min(values)), "high": text.number(max(values))}
    if not apart:
        return text.say("otherwise.same", count=text.number(len(judged), 0), **places)
    return text.say("otherwise.differ", names=text.join([f"‘{text.say(f'otherwise.way.{name}')}’" for name in apart]), **places)


def _conclude(way: Estimate) -> int:
    return int(way.low > 0) - int(way.high < 0)


def _tabulate(ways: dict[str, Estimate], view: View) -> TableView:
    text = view.text
    numbers = make_columns(view, "scale", "change", "interval", "n")[1:]
    columns = [Column(text.say("otherwise.column_way")), *numbers[:2], Column(text.say("otherwise.column_p"), number=True), numbers[2]]
    rows = [[text.say(f"otherwise.way.{name}"), *_list_cells(way, view)] for name, way in ways.items()]
    singular = "companion" in ways and ways["companion"].method.endswith("singular")
    notes = [text.say("otherwise.note"), *([text.say("otherwise.singular")] if singular else []), text.say("otherwise.kept")]
    return TableView(text.say("otherwise.table", label=name_scale(view, view.study.primary)), columns, rows, notes=notes)


def _list_cells(way: Estimate, view: View) -> list[str]:
    """Return estimate, interval, p-value and number of people, or why there are none."""
    study = view.study
    text = view.text
    if not way.shown:
        return [write_empty(way, study, text)] * 4
    interval = write_interval(way, 2, study, text) if math.isfinite(way.low) else text.say("numbers.no_interval")
    return [write_number(way, 2, study, text), interval, write_p(way.p_value, text), text.number(way.n, 0)]
