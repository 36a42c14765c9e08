"""The page on cohorts: how each changed, by how much they differ, what makes that hard to tell, and who answered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from toolkit.languages import Text
from toolkit.report.content.cohorts import NOBODY, CohortsView
from toolkit.report.content.estimate import (
    Estimate,
    start_sentence,
    write_average_change,
    write_empty,
    write_interval,
    write_number,
    write_reason,
    write_subject,
)
from toolkit.report.content.sentences import list_factors
from toolkit.report.figures.cohorts import Course, Grown, draw_cohort_course, draw_cohorts
from toolkit.report.html.elements import (
    Column,
    Html,
    TableView,
    box,
    bullets,
    facts,
    fold,
    heading,
    paragraph,
    publish_table,
)
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.beside_others import Side, write_difference
from toolkit.report.sections.page_frame import SIGNS
from toolkit.report.sections.study_frame import show_banner, show_draft
from toolkit.results.rows import find_floor
from toolkit.study.cohorts import MOMENTS, Cohort, list_differing, list_outcomes, list_shared
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome

DECIMALS = 2
#: Of so many cohorts the differences stand beside each other in the tables.
TWO = 2


def show_cohorts_title(view: CohortsView) -> Html:
    """Return the title with the studies, each cohort's own dates and the state; a banner for invented data and for a draft."""
    text = view.text
    drafts = [study for study in view.studies if study.state == "draft"]
    found = heading(text.say("title.cohorts"), "title", level=1)
    invented = [study for study in view.studies if study.invented]
    found += show_banner(invented[0], text) if invented else Html()
    found += show_draft(drafts[0], text, int((view.results.provenance.get("questions") or {}).get("open", 0))) if drafts else Html()
    pairs = [(text.say("title.study"), "; ".join(text.pick(study.title) for study in view.studies))]
    pairs += [(start_sentence(view.name_cohort(cohort)), _write_dates(cohort, text)) for cohort in view.cohorts]
    state = view.studies[0] if not drafts else drafts[0]
    pairs.append((text.say("title.state"), text.say(f"title.{state.state}", date=text.date(max(s.report_date for s in view.studies)))))
    contacts = list(dict.fromkeys(study.contact for study in view.studies if study.contact))
    return found + facts([*pairs, (text.say("title.contact"), "; ".join(contacts))] if contacts else pairs)


def _write_dates(cohort: Cohort, text: Text) -> str:
    schools = text.say_count("count.schools", len(cohort.schools))
    waves = [text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date)) for wave in cohort.study.waves]
    return "; ".join([schools, *waves])


def show_cohorts_findings(view: CohortsView) -> Html:
    """Return what each cohort's change was and how they differ on the outcome that leads, and what makes them hard to compare."""
    text = view.text
    found = heading(text.say("cohorts.core"), "core") + paragraph(write_term(text), "note")
    sentences = [*(_write_cohort(view, cohort) for cohort in view.cohorts), *_write_differences(view, view.primary)]
    found += box(bullets(sentences), "key")
    hard = list(list_obstacles(view))
    found += heading(text.say("cohorts.hard"), "hard", level=3)
    found += bullets(hard) if hard else paragraph(text.say("cohorts.hard_nothing"))
    return found + paragraph(text.say("cohorts.cause"), "note")


def write_term(text: Text) -> str:
    """Return what a cohort is."""
    return text.say("title.meaning", name=text.say("terms.cohort.name"), says=text.say("terms.cohort.says"))


def _write_cohort(view: CohortsView, cohort: Cohort) -> str:
    text = view.text
    change = view.find("change", view.primary, cohort.name)
    name = start_sentence(view.name_cohort(cohort))
    if change.shown and not math.isfinite(change.low):
        few = {"schools": text.say_count("count.schools", change.schools), "change": text.number(change.estimate)}
        key = "cohorts.few" if change.method == "too_few_schools" else "cohorts.no_spread"
        return text.say(key, cohort=name, **few)
    ends = (view.find("before", view.primary, cohort.name), view.find("after", view.primary, cohort.name))
    sentence = write_average_change(change, ends, view.primary, cohort.study, text)
    return text.say("cohorts.in", cohort=name, sentence=sentence[:1].lower() + sentence[1:])


def _write_differences(view: CohortsView, outcome: Outcome) -> Iterator[str]:
    """Yield how the cohorts differ, two by two, or over all of them together from four on."""
    text = view.text
    together = view.find("average", outcome)
    if together.state != "not_measured":
        yield from _write_synthesis(view, outcome, together)
        return
    for earlier, later in combinations(view.cohorts, 2):
        difference = view.find("difference", outcome, later.name, against=earlier.name)
        first, second = (_make_side(view, cohort, outcome) for cohort in (later, earlier))
        yield write_difference(difference, first, second, outcome, view.study, text)


def _write_synthesis(view: CohortsView, outcome: Outcome, together: Estimate) -> Iterator[str]:
    text = view.text
    subject = write_subject(outcome, view.study, text)
    if not together.judged:
        yield start_sentence(text.say("change.not_computable", subject=subject, reason=write_reason(together, view.study, text))) + "."
        return
    numbers = {"change": text.number(together.estimate), "interval": write_interval(together, DECIMALS, view.study, text)}
    level = text.percent(view.study.confidence)
    yield start_sentence(text.say("cohorts.average", subject=subject, count=int(together.df) + 1, level=level, **numbers))
    spreads = {name: view.find(f"tau_{name}", outcome) for name in ("cohorts", "schools")}
    if all(spread.shown for spread in spreads.values()):
        yield text.say("cohorts.spread", **{name: text.number(spread.estimate) for name, spread in spreads.items()})


def _make_side(view: CohortsView, cohort: Cohort, outcome: Outcome) -> Side:
    change = view.find("change", outcome, cohort.name)
    label = view.name_cohort(cohort)
    where = view.text.say("cohorts.where" if cohort.id else "compare.in", label=label)
    return Side(where, label, change.estimate if change.shown else None)


def list_obstacles(view: CohortsView) -> Iterator[str]:
    """Yield what makes cohorts hard to compare: instruments, season, time between measurements, who took part, schools that walk twice."""
    text = view.text
    for id, asked in (view.results.provenance.get("asked") or {}).items():
        each = [f"{view.name_cohort(view.find_cohort(name))}: {_name_instrument(view, one)}" for name, one in asked.items()]
        yield text.say("cohorts.asked", each="; ".join(each), shared=_name_instrument(view, id))
    apart = [_name_instrument(view, id) for id in list_differing(view.cohorts) if id not in _list_longer(view)]
    if apart:
        yield text.say("cohorts.differing", names=text.join(apart))
    yield from _list_moments(view)
    yield from _list_participation(view)
    few = [cohort for cohort in view.cohorts if 0 < _count_schools(view, cohort) < len(cohort.schools)]
    for cohort in few:
        numbers = {"shown": _count_schools(view, cohort), "count": len(cohort.schools)}
        yield text.say("cohorts.left_out", cohort=start_sentence(view.name_cohort(cohort)), **numbers)
    names = [school.name for cohort in view.cohorts for school in cohort.schools]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield text.say("cohorts.twice", names=text.join(twice))


def _count_schools(view: CohortsView, cohort: Cohort) -> int:
    change = view.find("change", view.primary, cohort.name)
    return change.schools if change.shown else 0


def _list_longer(view: CohortsView) -> set[str]:
    """Return the instruments that a cohort was asked in place of a shorter one, which is told by itself."""
    return {one for asked in (view.results.provenance.get("asked") or {}).values() for one in asked.values()}


def _name_instrument(view: CohortsView, id: str) -> str:
    known = [study.find_instrument(id) for study in view.studies if id in {i.id for i in study.scored_instruments}]
    return view.text.pick(known[0].name) if known else id


def _list_moments(view: CohortsView) -> Iterator[str]:
    """Yield that measurements were held in another season, or further apart, by as many months as the rules say."""
    text = view.text
    rules = load_rules().cohorts
    held = [cohort for cohort in view.cohorts if cohort.comparison]
    for moment in MOMENTS:
        waves = {cohort: cohort.find_wave(moment) for cohort in held}
        months = [wave.date.month for wave in waves.values() if wave]
        if any(min((a - b) % 12, (b - a) % 12) >= rules["season_months"].cut for a, b in combinations(months, 2)):
            each = [f"{view.name_cohort(cohort)}: {text.date(wave.date)}" for cohort, wave in waves.items() if wave]
            yield text.say(f"cohorts.season_{moment}", each="; ".join(each))
    spans = {
        cohort: cohort.count_months(cohort.comparison.after) - cohort.count_months(cohort.comparison.before)
        for cohort in held
        if cohort.comparison
    }
    if spans and max(spans.values()) - min(spans.values()) >= rules["span_months"].cut:
        yield text.say("cohorts.span", each="; ".join(f"{view.name_cohort(c)}: {text.number(span, 0)}" for c, span in spans.items()))


def _list_participation(view: CohortsView) -> Iterator[str]:
    """Yield that another share took part, or answered again, by as much as the rules say."""
    text = view.text
    for quantity in ("response", "again"):
        shares = {}
        for cohort in view.cohorts:
            wave = cohort.find_wave("before")
            share = view.find(quantity, NOBODY, cohort.name, wave=wave.id if wave else "")
            if share.shown:
                shares[cohort] = share.estimate
        if len(shares) > 1 and max(shares.values()) - min(shares.values()) >= load_rules().cohorts["share"].cut:
            yield text.say(f"cohorts.{quantity}", each="; ".join(f"{view.name_cohort(c)}: {text.percent(s)}" for c, s in shares.items()))


def show_cohorts_change(view: CohortsView) -> Html:
    """Return the forest of the outcome that leads, and the table of every outcome with the differences."""
    text = view.text
    rows = [row for cohort in view.cohorts for row in _list_grown(view, cohort)]
    found = heading(text.say("cohorts.change"), "change")
    table = _tabulate_schools(view)
    if rows:
        subject = write_subject(view.primary, view.study, text)
        title = start_sentence(text.say("cohorts.forest", subject=subject))
        numbers = "; ".join(f"{row.label}: {_write_change(row.change, view)}" for row in rows if row.whole)
        description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
        answers = view.study.find_instrument(view.primary.instrument).find_scale_answers(view.primary.scale, view.primary.rating)
        picture = draw_cohorts(rows, answers.max - answers.min, view.study, text)
        caption = text.say("cohorts.forest_caption", level=text.percent(view.study.confidence))
        found += publish_figure(picture, "cohorts-change", title, caption, description, publish_table(table, "cohorts-schools"), text)
    else:
        found += publish_table(table, "cohorts-schools")
    outcomes = [outcome for outcome in list_outcomes(view.cohorts) if outcome not in _list_now(view) or outcome == view.primary]
    return found + publish_table(_tabulate_outcomes(view, outcomes, text.say("cohorts.outcomes")), "cohorts-outcomes")


def _list_now(view: CohortsView) -> list[Outcome]:
    """Return the key factors as they are now that every cohort was asked."""
    shared = list_shared(view.cohorts)
    factors = [instrument for instrument in view.study.scored_instruments if instrument.topic == "factors"]
    return [outcome for instrument in factors for outcome in list_factors(instrument) if outcome in shared]


def _list_grown(view: CohortsView, cohort: Cohort) -> Iterator[Grown]:
    change = view.find("change", view.primary, cohort.name)
    if not change.shown:
        return
    yield Grown(start_sentence(view.name_cohort(cohort)), change, whole=True)
    for school in sorted(cohort.schools, key=lambda school: school.id):
        own = view.find("change", view.primary, cohort.name, school=school.id)
        if own.shown and math.isfinite(own.low):
            yield Grown(school.name, own, whole=False)


def _write_change(change: Estimate, view: CohortsView) -> str:
    words = write_number(change, DECIMALS, view.study, view.text)
    if not change.shown:
        return words
    if not math.isfinite(change.low):
        return view.text.say("cohorts.cell", change=words, interval=view.text.say_count("count.schools", change.schools))
    return view.text.say("cohorts.cell", change=words, interval=write_interval(change, DECIMALS, view.study, view.text))


def _tabulate_schools(view: CohortsView) -> TableView:
    text = view.text
    names = ("cohort", "school", "change", "people")
    columns = [Column(text.say(f"cohorts.column_{name}"), number=name in ("change", "people")) for name in names]
    rows = []
    for cohort in view.cohorts:
        for school in sorted(cohort.schools, key=lambda school: school.id):
            own = view.find("change", view.primary, cohort.name, school=school.id)
            empty = (
                text.say("empty.hidden", floor=find_floor(view.study))
                if own.state == "not_measured"
                else write_empty(own, view.study, text)
            )
            cells = [_write_school(own, view), text.number(own.n, 0)] if own.shown else [empty] * 2
            rows.append([start_sentence(view.name_cohort(cohort)), school.name, *cells])
    return TableView(text.say("cohorts.schools"), columns, rows, row_header=1, notes=[text.say("cohorts.smaller")])


def _write_school(change: Estimate, view: CohortsView) -> str:
    decimals = DECIMALS if change.n >= 2 * find_floor(view.study) else 1
    words = {"change": view.text.number(change.estimate, decimals), "interval": write_interval(change, decimals, view.study, view.text)}
    return view.text.say("cohorts.cell", **words)


def _tabulate_outcomes(view: CohortsView, outcomes: list[Outcome], caption: str) -> TableView:
    """Return the change of each outcome per cohort; of two cohorts also the difference and what it says."""
    text = view.text
    columns = [Column(text.say("column.scale")), *(Column(start_sentence(view.name_cohort(c)), number=True) for c in view.cohorts)]
    together = len(view.cohorts) == TWO
    if together:
        columns += [Column(text.say("cohorts.difference"), number=True), Column(text.say("column.verdict"))]
    rows = []
    for outcome in outcomes:
        cells = [_write_change(view.find("change", outcome, cohort.name), view) for cohort in view.cohorts]
        if together:
            earlier, later = view.cohorts
            difference = view.find("difference", outcome, later.name, against=earlier.name)
            cells += [_write_change(difference, view), _write_word(difference, view)]
        rows.append([name_outcome(view, outcome), *cells])
    notes = (
        [text.say("cohorts.order", later=view.name_cohort(view.cohorts[1]), earlier=view.name_cohort(view.cohorts[0]))] if together else []
    )
    return TableView(caption, columns, rows, notes=notes)


def _write_word(difference: Estimate, view: CohortsView) -> str:
    if not difference.judged:
        few = difference.method == "too_few_schools"
        return view.text.say("cohorts.says.few") if few else write_empty(difference, view.study, view.text)
    told = difference.verdict.partition("_")[0]
    return view.text.say(f"cohorts.says.{told if told in ('same', 'unclear', 'indication') else 'differs'}")


def name_outcome(view: CohortsView, outcome: Outcome) -> str:
    """Return the label of a scale, with the rating where that is not the first."""
    instrument = view.study.find_instrument(outcome.instrument)
    label = view.text.pick(instrument.find_scale(outcome.scale).label)
    rating = instrument.find_rating(outcome.rating)
    if rating is None or rating == instrument.ratings[0]:
        return label
    return view.text.say("cohorts.rated", label=label, rating=view.text.pick(rating.label))


def show_cohorts_factors(view: CohortsView) -> Html:
    """Return the change of every key factor per cohort, and how far now lay from wanted before and after; nothing without factors."""
    text = view.text
    shared = list_shared(view.cohorts)
    parts = Html()
    for instrument in view.study.scored_instruments:
        if now := [outcome for outcome in _list_now(view) if outcome.instrument == instrument.id]:
            caption = text.say("cohorts.factors_table", name=text.pick(instrument.name))
            table = _tabulate_outcomes(view, now, caption)
            parts += publish_table(
                TableView(caption, table.columns, table.rows, notes=[*table.notes, text.say("cohorts.holm")]), f"cohorts-{instrument.id}"
            )
            parts += _show_gaps(view, instrument, shared)
    return heading(text.say("cohorts.factors"), "factors") + parts if parts.markup else parts


def _show_gaps(view: CohortsView, instrument: Instrument, shared: list[Outcome]) -> Html:
    """Return the gap between now and wanted per factor and cohort, before and after."""
    text = view.text
    gaps = [rating for rating in instrument.ratings if rating.difference]
    outcomes = [o for rating in gaps for o in list_factors(instrument, rating.id) if o in shared]
    if not outcomes:
        return Html()
    columns = [Column(text.say("column.scale"))]
    for cohort in view.cohorts:
        columns += [
            Column(text.say(f"cohorts.gap_{moment}", cohort=start_sentence(view.name_cohort(cohort))), number=True) for moment in MOMENTS
        ]
    rows = []
    for outcome in outcomes:
        label = text.pick(instrument.find_scale(outcome.scale).label)
        ends = [view.find(moment, outcome, cohort.name) for cohort in view.cohorts for moment in MOMENTS]
        rows.append([label, *(write_number(end, DECIMALS, view.study, text) for end in ends)])
    caption = text.say("cohorts.gap", name=text.pick(instrument.name))
    return publish_table(TableView(caption, columns, rows, notes=[text.say("cohorts.gap_note")]), f"cohorts-{instrument.id}-gap")


def show_cohorts_course(view: CohortsView) -> Html:
    """Return how the outcome that leads ran in each cohort, on months since its own first measurement."""
    text = view.text
    courses = [course for cohort in view.cohorts if (course := _take_course(view, cohort)).levels]
    if not courses:
        return Html()
    subject = write_subject(view.primary, view.study, text)
    title = start_sentence(text.say("cohorts.course_title", subject=subject))
    table = _tabulate_course(view)
    numbers = "; ".join(f"{c.label}: {', '.join(text.number(level.estimate) for level in c.levels)}" for c in courses)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    answers = view.study.find_instrument(view.primary.instrument).find_scale_answers(view.primary.scale, view.primary.rating)
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    caption = text.say("cohorts.course_caption", level=text.percent(view.study.confidence), **ends)
    picture = draw_cohort_course(courses, answers, text)
    figure = publish_figure(picture, "cohorts-course", title, caption, description, publish_table(table, "cohorts-course-table"), text)
    return heading(text.say("course.heading"), "course") + figure


def _take_course(view: CohortsView, cohort: Cohort) -> Course:
    found = [(cohort.count_months(wave.id), view.find("level", view.primary, cohort.name, wave=wave.id)) for wave in cohort.study.waves]
    shown = [(months, level) for months, level in found if level.shown]
    return Course(start_sentence(view.name_cohort(cohort)), tuple(m for m, _ in shown), tuple(level for _, level in shown))


def _tabulate_course(view: CohortsView) -> TableView:
    text = view.text
    names = ("cohort", "wave", "months", "mean", "schools")
    columns = [Column(text.say(f"cohorts.column_{name}"), number=name in names[2:]) for name in names]
    rows = []
    for cohort in view.cohorts:
        for wave in cohort.study.waves:
            level = view.find("level", view.primary, cohort.name, wave=wave.id)
            cells = [_write_change(level, view), text.number(level.schools, 0)] if level.shown else [text.say("empty.not_computable")] * 2
            where = text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date))
            rows.append([start_sentence(view.name_cohort(cohort)), where, text.number(cohort.count_months(wave.id), 0), *cells])
    return TableView(text.say("cohorts.course_table"), columns, rows, row_header=1)


def show_cohorts_participation(view: CohortsView) -> Html:
    """Return who answered in each cohort and measurement, and how many of them answered twice."""
    text = view.text
    names = ("cohort", "wave", "used", "response", "again", "schools")
    columns = [Column(text.say(f"cohorts.column_{name}"), number=name in names[2:]) for name in names]
    rows = []
    for cohort in view.cohorts:
        for wave in cohort.study.waves:
            used, response, again = (view.find(name, NOBODY, cohort.name, wave=wave.id) for name in ("used", "response", "again"))
            unknown = text.say("who.not_told") if response.state == "not_measured" else write_empty(response, view.study, text)
            cells = [write_number(used, 0, view.study, text), text.percent(response.estimate) if response.shown else unknown]
            cells.append(text.percent(again.estimate) if again.shown else write_empty(again, view.study, text))
            schools = text.say("cohorts.of_schools", shown=used.schools, count=len(cohort.schools))
            rows.append([start_sentence(view.name_cohort(cohort)), text.pick(wave.label), *cells, schools])
    table = TableView(text.say("cohorts.participation"), columns, rows, row_header=1, notes=[text.say("cohorts.participation_note")])
    return heading(text.say("who.heading"), "who") + publish_table(table, "cohorts-participation")


def show_cohorts_method(view: CohortsView) -> Html:
    """Return how this was computed, and where it comes from: studies, files, versions."""
    text = view.text
    keys = ["schools_count", "model", "mean", *(["synthesis"] if len(view.cohorts) > 3 else ["pairs"]), "few", "hidden"]
    keys += ["comparison"] if any(study.has_comparison_schools for study in view.studies) else []
    method = bullets(text.say(f"cohorts.method_{key}", floor=find_floor(view.study)) for key in keys)
    run = view.results.provenance
    pairs = [(text.say("origin.study"), "; ".join(f"{study.id}: {text.pick(study.title)}" for study in view.studies))]
    pairs += [(text.say("origin.date"), text.date(max(study.report_date for study in view.studies)))]
    pairs += [(text.say("origin.version"), str(run.get("version") or text.say("origin.not_known")))]
    shas = run.get("studies") or {view.studies[0].id: run.get("study_sha", "")}
    pairs += [(text.say("origin.study_sha"), "; ".join(f"{id}: {str(sha)[:SIGNS]}" for id, sha in shas.items()))]
    files = [
        (text.say("origin.instrument", instrument=name), str(sha)[:SIGNS]) for name, sha in sorted((run.get("instruments") or {}).items())
    ]
    found = heading(text.say("method.heading"), "method") + fold(text.say("method.computed"), method)
    return found + heading(text.say("origin.heading"), "origin") + facts(pairs) + fold(text.say("cohorts.definitions"), facts(files))
