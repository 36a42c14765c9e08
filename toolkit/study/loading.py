"""Loading a study: its file read and checked for names that refer to nothing, repeated ids, and files that are not described enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from toolkit.errors import DefinitionError, Problem
from toolkit.languages import load_text
from toolkit.study.definitions import find_language, find_line, load_definition, read_definition
from toolkit.study.instruments import Instrument, is_own_instrument, list_instruments, load_instrument
from toolkit.study.layouts import Source
from toolkit.study.records import KINDS
from toolkit.study.study import School, Study

#: tools whose exports themselves say which wave a row belongs to.
EVENT_TOOLS = ("redcap", "castor")
#: So long before its first measurement an occasion may still belong to a study.
BEFOREHAND = dt.timedelta(days=366)


def load_study(path: str | Path) -> Study:
    """Return the study that a study file describes.

    Parameters
    ----------
    path
        The file, or the folder in which `study.toml` is.

    Returns
    -------
    Study
        What was asked, of whom and when. Files with answers are not read yet.

    Raises
    ------
    DefinitionError
        With every fault in the file: unknown keys, impossible values, names that refer to nothing.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> [wave.id for wave in study.waves], len(study.schools)
    (['w1', 'w2'], 6)
    """
    path = Path(path)
    path = path / "study.toml" if path.is_dir() else path
    study = load_definition(path, Study)
    study._path = path.resolve()
    problems = check_study(study, path)
    if problems:
        raise DefinitionError(problems)
    return study


def check_study(study: Study, path: Path) -> list[Problem]:
    """Return every problem of the study that the file at `path` describes, beyond those of its shape."""
    check = _Check(path)
    _check_instruments(study, check)
    if check.problems:
        return check.problems
    _check_asked(study, check)
    _check_unique(study, check)
    _check_cohorts(study, check)
    _check_waves(study, check)
    _check_occasions(study, check)
    for position, source in enumerate(study.sources):
        _check_source(study, source, position, check)
    _check_layouts(study, check)
    _check_wave_dates(study, check)
    _check_not_asked(study, check)
    _check_outcomes(study, check)
    _check_pairs(study, check)
    _check_agreed(study, check)
    _check_records(study, check)
    _check_questions(study, check)
    return check.problems


class _Check:
    """Collects the problems of one study file."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.source = read_definition(path)
        self.problems = list[Problem]()
        self.text = load_text(find_language(self.source))

    def know(self, name: str, known: list[str], what: str, *location: str | int) -> None:
        if name not in known:
            self.say("unknown", *location, mend=self.text.suggest(name, known), what=self.text.say(f"faults.what.{what}"), name=name)

    def say(self, code: str, *location: str | int, mend: str = "", **places: object) -> None:
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
        line = find_line(self.source, location)
        self.problems.append(self.text.find_fault(code, self.file, line=line, key=key, mend=mend, **places))


def _check_instruments(study: Study, check: _Check) -> None:
    for position, id in enumerate(study.instrument_ids):
        try:
            load_instrument(id, study.folder / "instruments", check.text.language)
        except DefinitionError as error:
            for problem in error.problems:
                if is_own_instrument(study.folder / "instruments", problem.file):
                    file = f"instruments/{problem.file}"
                    check.problems.append(replace(problem, file=file, place=problem.place.replace(problem.file, file, 1)))
                else:
                    known = list_instruments(study.folder / "instruments")
                    check.know(id, known, "instrument", "instruments", position)


def _check_asked(study: Study, check: _Check) -> None:
    """Note instruments whose rows are no people, which a report counts, and those meant for roles that the study does not have."""
    for position, instrument in enumerate(study.instruments):
        if instrument.unit != "person":
            check.say("unit_no_person", "instruments", position, instrument=instrument.id, unit=instrument.unit)
        for role in instrument.roles:
            check.know(role, [each.id for each in study.roles], "role", "instruments", position)


def _check_unique(study: Study, check: _Check) -> None:
    named = {
        "waves": [wave.id for wave in study.waves],
        "occasions": [occasion.id for occasion in study.occasions],
        "schools": [school.id for school in study.schools],
        "roles": [role.id for role in study.roles],
        "subgroups": [subgroup.id for subgroup in study.subgroups],
        "comparisons": [comparison.id for comparison in study.comparisons],
        "groups": [group.id for group in study.groups],
    }
    for key, ids in named.items():
        for position, id in enumerate(ids):
            if id in ids[:position]:
                check.say("id_twice", key, position, "id", id=id)
    for position, subgroup in enumerate(study.subgroups):
        if subgroup.id in [role.id for role in study.roles]:  # results name both in one column
            check.say("id_twice", "subgroups", position, "id", id=subgroup.id)
    names = [" ".join(school.name.casefold().split()) for school in study.schools]
    for position, name in enumerate(names):
        if name in names[:position]:
            shown = study.schools[position].name
            check.say("school_name_twice", "schools", position, "name", name=shown)
    columns = [column for instrument in study.instruments for column in instrument.columns]
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        check.say("column_twice", "instruments", column=column)
    places = [(source.file, source.layout) for source in study.sources]
    for position, place in enumerate(places):
        if place in places[:position]:
            check.say("file_twice", "sources", position, file_name=place[0])


def _check_waves(study: Study, check: _Check) -> None:
    waves = [wave.id for wave in study.waves]
    for walk in [study.follow_cohort(cohort) for cohort in study.cohorts] or [study]:
        if [wave.date for wave in walk.waves] != sorted(wave.date for wave in walk.waves):
            check.say("waves_order", "waves")
            break
    for position, school in enumerate(study.schools):
        for wave in school.invited:
            check.know(wave, waves, "wave", "schools", position, "invited")
        _check_invited_roles(school, position, waves, study, check)
    for position, comparison in enumerate(study.comparisons):
        check.know(comparison.before, waves, "wave", "comparisons", position, "before")
        check.know(comparison.after, waves, "wave", "comparisons", position, "after")
        if comparison.before == comparison.after:
            check.say("wave_itself", "comparisons", position, wave=comparison.before)
        elif comparison.after in waves and comparison.before in waves[waves.index(comparison.after) :]:
            check.say("waves_swapped", "comparisons", position, before=comparison.before, after=comparison.after)


def _check_invited_roles(school: School, position: int, waves: list[str], study: Study, check: _Check) -> None:
    """Note an unknown wave or role, and more people invited in all roles than in the school."""
    at = ("schools", position, "invited_roles")
    for wave, roles in school.invited_roles.items():
        check.know(wave, waves, "wave", *at)
        for role in roles:
            check.know(role, [each.id for each in study.roles], "role", *at)
        total = sum(roles.values())
        if total > school.invited.get(wave, total):
            check.say("invited_roles", *at, school=school.id, wave=wave, total=total, invited=school.invited[wave])


def _check_occasions(study: Study, check: _Check) -> None:
    """Note occasions of an instrument that the study lacks, outside its time, or with the id of a wave; and outcomes that have no wave."""
    first = min(wave.date for wave in study.waves) - BEFOREHAND
    for position, occasion in enumerate(study.occasions):
        at = ("occasions", position)
        for place, id in enumerate(occasion.instruments):
            check.know(id, list(study.instrument_ids), "instrument", *at, "instruments", place)
        if occasion.id in [wave.id for wave in study.waves]:
            check.say("occasion_wave", *at, "id", id=occasion.id)
        if not first <= occasion.date <= study.report_date:
            check.say("occasion_date", *at, "date", id=occasion.id, date=occasion.date, first=first, last=study.report_date)
    for position, name in enumerate([study.outcomes.primary, *study.outcomes.further]):
        if name.partition(".")[0] in study.occasional:
            check.say("occasion_outcome", "outcomes", "primary" if position == 0 else "further", name=name)


def _check_cohorts(study: Study, check: _Check) -> None:
    """Note a school without a cohort beside others with one, dates of a cohort that no school is in, and a role that two waves have."""
    cohorts = list(study.cohorts)
    for position, cohort in enumerate(study.map_cohorts().values()):
        if cohorts and not cohort:
            check.say("cohort_none", "schools", position, school=study.schools[position].id, cohorts=", ".join(cohorts))
    for position, wave in enumerate(study.waves):
        for cohort in wave.dates:
            check.know(cohort, cohorts, "cohort", "waves", position, "dates", cohort)
        if wave.role and wave.role in [other.role for other in study.waves[:position]]:
            check.say("role_twice", "waves", position, "role", role=wave.role)
    for position, contact in enumerate(study.contacts):
        if contact.cohort:
            check.know(contact.cohort, cohorts, "cohort", "contacts", position, "cohort")
    for cohort in cohorts:
        if not any(wave.is_held(cohort) for wave in study.waves):
            check.say("cohort_undated", "waves", cohort=cohort)


def _check_source(study: Study, source: Source, position: int, check: _Check) -> None:
    waves = [moment.id for moment in study.moments]
    schools = [school.id for school in study.schools]
    at = ("sources", position)
    _check_inside(study, source.file, check, *at, "file")
    named = {"layout": list(study.layouts), "wave": waves, "school": schools, "role": [role.id for role in study.roles]}
    named["subgroup"] = [subgroup.id for subgroup in study.subgroups]
    for key, known in named.items():
        if getattr(source, key):
            check.know(getattr(source, key), known, key, *at, key)
    layout = study.find_layout(source.layout)
    if not (source.wave or layout.wave or layout.wave_columns or layout.wave_by_date or layout.tool in EVENT_TOOLS) and len(waves) > 1:
        check.say("source_wave", *at)
    if not source.school and not layout.school and len(schools) > 1:
        check.say("source_school", *at)


def _check_inside(study: Study, file: str, check: _Check, *at: str | int) -> None:
    if "\0" in file or Path(file).is_absolute() or not (study.folder / file).resolve().is_relative_to(study.folder.resolve()):
        check.say("file_outside", *at, file_name=file)


def _list_option_columns(instrument: Instrument) -> list[str]:
    """Return the names of the columns that hold one option of a question with several."""
    several = [question for question in instrument.picked if question[2].kind == "several"]
    return [
        f"{instrument.name_column(item.id, rating)}_{option.value:g}" for item, rating, answers in several for option in answers.options
    ]


def _check_layouts(study: Study, check: _Check) -> None:
    items = [name for instrument in study.instruments for name in (*instrument.columns, *_list_option_columns(instrument))]
    known = {
        "wave": [moment.id for moment in study.moments],
        "school": [school.id for school in study.schools],
        "role": [role.id for role in study.roles],
        "subgroup": [subgroup.id for subgroup in study.subgroups],
    }
    for name, layout in study.layouts.items():
        for what, ids in known.items():
            words: Mapping[str, str] = getattr(layout, f"{what}s")
            for word, id in words.items():
                if id == "" and what not in ("role", "subgroup"):
                    continue
                check.know(id, ids, what, "layouts", name, f"{what}s", word)
        for header, column in layout.items.items():
            check.know(column, items, "item", "layouts", name, "items", header)
        for wave, mapping in layout.wave_columns.items():
            check.know(wave, known["wave"], "wave", "layouts", name, "wave_columns", wave)
            for header, column in mapping.items():
                check.know(column, items, "item", "layouts", name, "wave_columns", wave, header)
        ratings = [rating.id for instrument in study.instruments for rating in instrument.ratings if not rating.parts]
        for rating in layout.ratings:
            check.know(rating, ratings, "rating", "layouts", name, "ratings")
        if layout.dictionary:
            _check_inside(study, layout.dictionary, check, "layouts", name, "dictionary")
        for key in ("role", "subgroup"):
            if getattr(layout, key) and not getattr(study, f"{key}s"):
                check.say(f"{key}s_none", "layouts", name, key)


def _check_wave_dates(study: Study, check: _Check) -> None:
    """Note what contradicts that dates tell the wave: another way to tell it, no column with dates, ranges that can't be."""
    for name, layout in study.layouts.items():
        if not layout.wave_by_date:
            continue
        at = ("layouts", name, "wave_by_date")
        for key in ("wave", "waves", "wave_columns"):
            if getattr(layout, key):
                check.say("wave_dates_beside", "layouts", name, key, name=key, layout=name)
        if not layout.date and not layout.tool:
            check.say("wave_dates_column", *at)
        if not isinstance(layout.wave_by_date, str):
            _check_ranges(layout.wave_by_date, [moment.id for moment in study.moments], at, check)
    for position, source in enumerate(study.sources):
        if source.wave and study.find_layout(source.layout).wave_by_date:
            check.say("wave_dates_beside", "sources", position, "wave", name="wave", layout=source.layout)


def _check_ranges(ranges: Mapping[str, tuple[dt.date, dt.date]], waves: list[str], at: tuple[str, ...], check: _Check) -> None:
    for wave, (first, last) in ranges.items():
        check.know(wave, waves, "wave", *at)
        if last < first:
            check.say("wave_dates_swapped", *at, wave=wave, first=first, last=last)
    for (wave, days), (other, others) in combinations(ranges.items(), 2):
        if days[0] <= days[1] and others[0] <= others[1] and days[0] <= others[1] and others[0] <= days[1]:
            check.say("wave_dates_overlap", *at, wave=wave, other=other)


def _check_not_asked(study: Study, check: _Check) -> None:
    items = [instrument.name_column(item.id) for instrument in study.instruments for item in instrument.items]
    columns = [column for instrument in study.instruments for column in instrument.columns]
    lists = {"sources": [source.not_asked for source in study.sources], "waves": [wave.not_asked for wave in study.waves]}
    for table, entries in lists.items():
        for position, names in enumerate(entries):
            for name in names:
                check.know(name, [*dict.fromkeys(columns + items), *study.instrument_ids], "item", table, position, "not_asked")


def _check_outcomes(study: Study, check: _Check) -> None:
    known = [str(outcome) for outcome in study.list_measured()]
    for position, name in enumerate([study.outcomes.primary, *study.outcomes.further]):
        check.know(name, known, "outcome", "outcomes", "primary" if position == 0 else "further")
    short = known + [name.rsplit(".", 1)[0] for name in known] + list(study.instrument_ids)
    for name in study.smallest_change:
        check.know(name, short, "outcome", "smallest_change", name)


def _check_pairs(study: Study, check: _Check) -> None:
    schools = [school.id for school in study.schools]
    groups = [group.id for group in study.groups]
    for position, group in enumerate(study.groups):
        for school in group.schools:
            check.know(school, schools, "school", "groups", position, "schools")
        if group.id in schools:
            check.say("group_school", "groups", position, "id", group=group.id)
    for position, pair in enumerate(study.pairs):
        for key in ("first", "second"):
            check.know(getattr(pair, key), [*schools, *groups], "school_or_group", "pairs", position, key)
        if set(study.list_end(pair.first)) & set(study.list_end(pair.second)):
            check.say("pair_shared", "pairs", position)


def _check_agreed(study: Study, check: _Check) -> None:
    """Note what was agreed on by a school, or about an instrument, a question or an option, that is not there."""
    picked = {instrument.id: {item.id: item for item, _, _ in instrument.picked} for instrument in study.instruments}
    for position, agreement in enumerate(study.agreed):
        at = ("agreed", position)
        check.know(agreement.instrument, [id for id, items in picked.items() if items], "instrument", *at, "instrument")
        if agreement.school:
            check.know(agreement.school, [school.id for school in study.schools], "school", *at, "school")
        items = picked.get(agreement.instrument, {})
        for id, name in agreement.items.items() if items else ():
            check.know(id, list(items), "item", *at, "items")
            options = _list_words(study.find_instrument(agreement.instrument), id) if id in items else [name]
            check.know(name, options, "option", *at, "items")


def _check_records(study: Study, check: _Check) -> None:
    """Note records whose file lies outside, or that map a column which their kind does not have, or say what is of other kinds."""
    for position, entry in enumerate(study.records):
        at = ("records", position)
        _check_inside(study, entry.file, check, *at, "file")
        for column in entry.columns:
            check.know(column, [known.name for known in KINDS[entry.kind]], "column", *at, "columns")
        if entry.themes and entry.kind != "notes":
            check.say("themes_no_notes", *at, "themes", kind=entry.kind)
        if entry.show and entry.kind != "profiles":
            check.say("show_no_profiles", *at, "show", kind=entry.kind)


def _check_questions(study: Study, check: _Check) -> None:
    """Note questions to talk about for a school that is not there, or that a report in one of the languages could not ask."""
    for position, question in enumerate(study.discuss):
        at = ("discuss", position)
        if question.school:
            check.know(question.school, [school.id for school in study.schools], "school", *at, "school")
        lacking = [language for language in study.languages if question.text and not question.text.get(language, "").strip()]
        if lacking:
            check.say("question_languages", *at, "text", languages=", ".join(lacking))


def _list_words(instrument: Instrument, item: str) -> list[str]:
    """Return the words and values of the options of a question, all of which name one."""
    options = [option for each, _, answers in instrument.picked if each.id == item for option in answers.options]
    return [word for option in options for word in (*option.nl, *option.en, f"{option.value:g}")]
