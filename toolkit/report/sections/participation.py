"""Section 2: who answered, and who was left out and why."""

from __future__ import annotations

from toolkit.report.content.estimate import Estimate, write_empty, write_interval, write_reason, write_subject
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, paragraph, publish_table
from toolkit.report.sections.page_frame import unless_silent
from toolkit.study.study import Wave

COUNTS = ("invited", "answered", "used", "matched", "response")
REASONS = ("no_consent", "test", "unfinished", "double")


@unless_silent
def show_participation(view: View) -> Html:
    """Return per wave how many people were invited, answered, were used and answered again, and why people were left out."""
    text = view.text
    found = heading(text.say("who.heading"), "who")
    if not view.school:
        return found + paragraph(_write_used(view)) + _show_leaving(view) + _show_roles(view) + _show_schools(view)
    people = write_people_in_all(view) or write_participation(view)
    left_out = _tabulate_left_out(view)
    found += paragraph(people) + publish_table(_tabulate_waves(view), "who-counts")
    return found + _show_roles(view) + fold(left_out.caption, publish_table(left_out, "who-left-out"))


def _write_used(view: View) -> str:
    """Return of how many people the answers were used in each of the compared waves where that is shown, or why it is not."""
    text = view.text
    counts = [(text.pick(wave.label), view.find_participation(wave.id, "used")) for wave in view.waves]
    shown = [(label, text.say_count("count.people", int(count.estimate))) for label, count in counts if count.shown]
    told = [text.say("who.in_wave", people=people, wave=label) for label, people in shown]
    return text.say("who.used_in", people=text.join(told)) if told else write_participation(view)


def write_people_in_all(view: View) -> str:
    """Return how many different people took part, in each of two measurements and in both; "" where that is not known or not shown."""
    text = view.text
    waves = view.study.waves
    counts = [view.find_participation(wave.id, "used") for wave in waves]
    both = view.find_participation(waves[-1].id, "matched")
    if len(waves) != 2 or not (both.shown and all(count.shown for count in counts)) or view.study.matching.by != "code":
        return ""
    places = {name: text.number(count.estimate, 0) for name, count in zip(("first", "last", "both"), (*counts, both), strict=True)}
    labels = {"before": text.pick(waves[0].label), "wave": text.pick(waves[1].label)}
    people = text.number(sum(count.estimate for count in counts) - both.estimate, 0)
    return text.say("who.people", people=people, **places, **labels)


def write_participation(view: View) -> str:
    """Return who answered in the last of the compared waves, and in a second sentence who answered before too."""
    used = view.find_participation(view.waves[-1].id, "used")
    return f"{write_response(view)} {_write_matched(view, view.waves[-1]) if used.shown and used.estimate else ''}".rstrip()


def write_response(view: View) -> str:
    """Return in one sentence who answered in the last of the compared waves."""
    text = view.text
    wave = view.waves[-1]
    used = view.find_participation(wave.id, "used")
    invited = view.find_participation(wave.id, "invited")
    places = {"wave": text.pick(wave.label)}
    if not used.shown:
        across = "no_total" if used.state == "not_measured" else "hidden_all"
        return text.say("who.hidden" if view.school else f"who.{across}", floor=view.study.smallest_group, **places)
    if not used.estimate:
        return text.say("who.nobody", **places)
    places["people"] = text.say_count("count.people", int(used.estimate))
    response = view.find_participation(wave.id, "response")
    if invited.shown and response.shown:
        return text.say("who.whole.response", invited=text.number(invited.estimate, 0), response=text.percent(response.estimate), **places)
    return text.say("who.whole.answered", **places)


def _write_matched(view: View, wave: Wave) -> str:
    matched = view.find_participation(wave.id, "matched")
    if len(view.waves) < 2 or view.study.matching.by == "none":
        return ""
    if not matched.shown:
        return view.text.say("who.matched_few", floor=view.study.smallest_group)
    if not matched.estimate:
        return view.text.say("who.matched_none")
    return view.text.say_count("who.again", int(matched.estimate), when=_write_when(view, wave))


def _write_when(view: View, wave: Wave) -> str:
    """Return in which month the only other measurement was; where there are more, or the months are the same, that it was another time."""
    others = [other for other in view.study.waves if other.id != wave.id]
    months = [view.text.month(other.date) for other in others]
    if len(others) > 1 or others[0].dates or view.text.month(wave.date) in months:
        return view.text.say("who.another_time")
    return view.text.say("who.in_month", month=months[0])


def write_count(view: View, count: Estimate, quantity: str) -> str:
    """Return a count of people, a share, or why there is none."""
    if count.shown:
        return view.text.percent(count.estimate) if quantity == "response" else view.text.number(count.estimate, 0)
    if count.state == "hidden" and count.method == "too_few":
        return view.text.say("empty.few", floor=view.study.smallest_group)
    return view.text.say("who.not_told") if count.method == "not_told" else write_empty(count, view.study, view.text)


def _show_leaving(view: View) -> Html:
    """Return how those who left began; nothing where nobody left or nobody can be followed."""
    left = view.find_leaving()
    text = view.text
    study = view.study
    if left.state == "hidden":
        return paragraph(text.say("who.left.hidden", reason=write_reason(left, study, text)))
    if not left.judged:
        return Html()
    key = "higher" if left.low > 0 else "lower" if left.high < 0 else "unclear"
    numbers = text.say(
        "who.left.numbers",
        difference=text.number(left.estimate),
        level=text.percent(study.confidence),
        interval=write_interval(left, 2, study, text),
        left=text.number(left.n - left.pairs, 0),
        stayed=text.number(left.pairs, 0),
    )
    sentence = text.say(f"who.left.{key}", subject=write_subject(study.primary, study, text), numbers=numbers)
    return paragraph(f"{sentence} {text.say('who.left.means')}")


def _tabulate_waves(view: View) -> TableView:
    return _tabulate(view, "who.table", [(quantity, view.text.say(f"who.{quantity}")) for quantity in COUNTS])


def _tabulate_left_out(view: View) -> TableView:
    return _tabulate(view, "who.left_out", [(f"left_out_{reason}", view.text.say(f"who.left_out_{reason}")) for reason in REASONS])


def _tabulate(view: View, caption: str, labels: list[tuple[str, str]]) -> TableView:
    text = view.text
    waves = view.study.waves
    columns = [Column(text.say("who.what")), *(Column(text.pick(wave.label), number=True) for wave in waves)]
    rows = [[label, *(write_count(view, view.find_participation(w.id, quantity), quantity) for w in waves)] for quantity, label in labels]
    return TableView(text.say(caption), columns, rows)


def _show_roles(view: View) -> Html:
    """Return how many people of each role answered, of those invited where that is stated; nothing where it may be told of none."""
    text = view.text
    waves = view.study.waves
    labels = {role.id: text.pick(role.label) for role in view.study.roles} | {"": text.say("roles.unknown")}
    found = {label: [view.count_role(role, wave.id) for wave in waves] for role, label in labels.items()}
    if not any(count.shown and count.estimate for counts in found.values() for count in counts):
        return Html()
    told = {role: label for role, label in labels.items() if any(count.state != "not_measured" for count in found[label])}
    invited = any(view.count_role(role, wave.id, "response").shown for role in told for wave in waves)
    cells = [(wave, name) for wave in waves for name in (("used", "response") if invited else ("used",))]
    names = [text.say(f"who.column_{name}", wave=text.pick(wave.label)) if invited else text.pick(wave.label) for wave, name in cells]
    columns = [Column(text.say("roles.column_role")), *(Column(name, number=True) for name in names)]
    rows = [[label, *(_write_role(view, role, wave, name) for wave, name in cells)] for role, label in told.items()]
    table = TableView(text.say("roles.table_response" if invited else "roles.table_counts"), columns, rows)
    shown = publish_table(table, "who-roles")
    return fold(table.caption, shown) if view.school else shown


def _write_role(view: View, role: str, wave: Wave, quantity: str) -> str:
    """Return a count or the response of a role; no response beside a number that is hidden, or where nobody says who was invited."""
    found = view.count_role(role, wave.id, quantity)
    if quantity == "response" and not found.shown:
        used = view.count_role(role, wave.id)
        return view.text.say("who.not_told") if used.shown else write_count(view, used, "used")
    return write_count(view, found, quantity)


def _show_schools(view: View) -> Html:
    """Return the table of schools, folded."""
    return fold(view.text.say("who.rows", count=len(view.schools)), publish_table(_tabulate_schools(view), "who-schools"))


def _tabulate_schools(view: View) -> TableView:
    text = view.text
    told = any(school.invited for school in view.schools)
    cells = [(wave, name) for wave in view.study.waves for name in (("used", "response") if told else ("used",))]
    labels = [text.say(f"who.column_{name}", wave=text.pick(wave.label)) for wave, name in cells]
    rows = [(school.id, school.name) for school in view.schools]
    rows.append(("", text.say("who.all_of_study" if view.board else "who.all_schools")))
    values = [
        [name, *(write_count(view, view.find_participation(wave.id, quantity, code), quantity) for wave, quantity in cells)]
        for code, name in rows
    ]
    columns = [Column(text.say("who.school")), *(Column(label, number=True) for label in labels)]
    return TableView(text.say("who.table_schools" if told else "who.table_schools_counts"), columns, values)
