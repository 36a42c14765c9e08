"""Who contributes to each published number, as each table of results selects people and schools."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.estimates.participation import LEFT_OUT, list_totalled_schools
from toolkit.results.estimates.roles import SIDES, list_led_schools, name_sides
from toolkit.results.estimates.shares import ITEM
from toolkit.results.estimates.subgroups import SUBGROUP, list_joined_schools, take_members
from toolkit.results.results import TABLES, Results
from toolkit.results.rows import NEARLY, find_floor, keep_complete_ratings, keep_reported, list_all_schools, list_counted_schools
from toolkit.schemas import ANSWERS, CHANGE, COMPARISON, LEVELS, PARTICIPATION, ROLES, SHARES, SWITCHES, WHAT
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study

People = frozenset[str]
What = tuple[str, ...]
NOBODY: People = frozenset()

#: The quantities of a comparison that are sums of scores, or treated as such.
SUMS = ("before", "after", "change", "change_pairs", "average_change", "change_person")
#: The quantities of the comparison with other schools that are sums, and how often each group counts in them.
CONTRASTS: Mapping[str, Mapping[str, int]] = {
    "trajectory": {"trajectory": 1},
    "comparison": {"comparison": 1},
    "difference": {"trajectory": 1, "comparison": -1},
    "pre_trend": {"trajectory": 1, "comparison": -1},
}
#: The tables of numbers that are sums of scores.
SUMMED = (LEVELS.name, CHANGE.name, COMPARISON.name, ANSWERS.name, SHARES.name, ROLES.name, SWITCHES.name)
#: The ends of a comparison at which the table of switchers tells what people picked.
ENDS = ("before", "after")
#: The measure of a head count: every person counts one.
HEADS = "heads"

#: A wave, and the people who answered then in each school.
Group = tuple[str, list[People]]
#: How much the change of those who answered twice counts in the change that a model estimates: any share but none and all stands for it.
MODEL = Fraction(3, 7)


class Membership:
    """The people with a valid score per school, wave and measure, and what each number is a sum of."""

    def __init__(self, scores: pd.DataFrame, study: Study) -> None:
        self._study = study
        self._schools = [school.id for school in study.schools]
        self._kept: dict[People, People] = {}
        valid = keep_reported(scores, study)
        self._people = self._group(valid, ["school", "wave", *WHAT])
        self._everybody = self._people
        if study.person_level:
            self._everybody = self._group(keep_complete_ratings(scores, study).dropna(subset="score"), ["school", "wave", *WHAT])
        self._parts: dict[What, list[tuple[Fraction, People]]] = {}
        for (*cell, answered, asked), people in self._group(valid, ["school", "wave", *WHAT, "answered", "asked"]).items():
            self._parts.setdefault(tuple(cell), []).append((Fraction(int(answered), int(asked)), people))
        self._ends = {comparison.id: (comparison.before, comparison.after) for comparison in study.planned}
        sided = valid.assign(side=name_sides(valid, study)) if study.leaders else valid.iloc[:0].assign(side="")
        self._sided = self._group(sided, ["school", "wave", *WHAT, "side"])
        self._members = self._group(take_members(valid), ["school", "wave", *WHAT, "subgroup"]) if study.subgroups else {}
        self._counted: dict[tuple[str, ...], list[str]] = {}

    def _group(self, scores: pd.DataFrame, by: list[str]) -> dict[What, People]:
        """Return who stands where; sets of the same people, of which there are many, are one object."""
        return {key: self._keep(people) for key, people in _list_groups(scores, by)}

    def _keep(self, people: People) -> People:
        return self._kept.setdefault(people, people)

    def find(self, school: str, wave: str, what: What) -> People:
        """Return the people of a school with a valid score."""
        return self._people.get((school, wave, *what), NOBODY)

    def find_number(self, table: str, key: tuple[str, ...]) -> Published:
        """Return the number in a row of levels, change or comparison, or the answers to all statements of a scale, with its people."""
        where = key[0]
        when = key[1]
        what = key[2:5]
        quantity = key[5]
        if table == LEVELS.name:
            return Published(table, key, self.find_level(where, when, what))
        if table == ANSWERS.name:
            return Published(table, key, self.find_answers(where, when, what))
        if table == ROLES.name and quantity.startswith(SUBGROUP):
            return Published(table, key, self.find_subgroup(where, when, what, quantity.removeprefix(SUBGROUP)))
        if table == ROLES.name:
            return Published(table, key, self.find_role(where, when, what, quantity))
        if table == SHARES.name and quantity in SIDES:
            about = (what[0], f"{ITEM}{what[1]}", what[2])
            own = [sides[SIDES.index(quantity)] for sides in self._find_sides(where, when, about)]
            return Published(table, key, _average(about, when, [NOBODY.union(*own)]))
        if table == SHARES.name:
            return Published(table, key, self.find_level(where, when, (what[0], f"{ITEM}{what[1]}", what[2])))
        if table == SWITCHES.name:
            return Published(table, key, self.find_switched(where, when, (what[0], f"{ITEM}{what[1]}", what[2]), quantity))
        find = self.find_change if table == CHANGE.name else self.find_contrast
        return Published(table, key, find(where, when, what, quantity))

    def find_difference(self, table: str, key: tuple[str, ...]) -> Published:
        """Return the change of a school by a model as a difference of means; for any other number, nothing."""
        where, when, *about, quantity = key
        if table != CHANGE.name or quantity != "change" or not where or when not in self._ends:
            return Published(table, key, ())
        what = (about[0], about[1], about[2])
        first, last = ((wave, [self.find(where, wave, what)]) for wave in self._ends[when])
        return Published(table, key, _subtract(what, first, last))

    def find_answers(self, school: str, wave: str, what: What) -> tuple[Part, ...]:
        """Return what the answers to all statements of a scale are a sum of: each score, times the share of the statements answered.

        They are of the people who have a score on all scales that share its statements.
        """
        instrument = self._study.find_instrument(what[0])
        items = set(instrument.find_scale(what[1]).items)
        others = [scale.id for scale in instrument.scales if items & set(scale.items)]
        everywhere = frozenset.intersection(*(self.find(school, wave, (what[0], other, what[2])) for other in others))
        parts = [(share, self._keep(people & everywhere)) for share, people in self._parts.get((school, wave, *what), ())]
        return tuple(Part(name_measure(*what), wave, share, people) for share, people in parts if people and share)

    def find_switched(self, school: str, comparison: str, what: What, end: str) -> tuple[Part, ...]:
        """Return the people who picked twice, at one end of a comparison: the table of switchers gives what they picked at both."""
        if comparison not in self._ends:
            return ()
        first, last = self._ends[comparison]
        pairs = self.find(school, first, what) & self.find(school, last, what)
        return _average(what, first if end == "before" else last, [pairs])

    def find_level(self, school: str, wave: str, what: What) -> tuple[Part, ...]:
        """Return what a mean is a sum of; over schools ("") every school counts once."""
        schools = [school] if school else self._count((wave, *what), lambda code: self.find(code, wave, what))
        return _average(what, wave, [self.find(code, wave, what) for code in schools])

    def find_role(self, school: str, wave: str, what: What, side: str) -> tuple[Part, ...]:
        """Return what the mean of leaders or of staff is a sum of; over schools that of staff is the mean of leaders minus the difference.

        The difference within schools weighs each by l s / n, with l leaders and s staff among n people: l s / n (mean of l - mean of s).
        """
        sides = self._find_sides(school, wave, what)
        mean = _average(what, wave, [NOBODY.union(*(leaders for leaders, _ in sides))])
        if side == SIDES[0] or not sides:
            return mean
        if school:
            return _average(what, wave, [sides[0][1]])
        whole = sum(Fraction(len(leaders) * len(staff), len(leaders) + len(staff)) for leaders, staff in sides)
        parts = mean
        for leaders, staff in sides:
            n = len(leaders) + len(staff)
            parts += (Part(name_measure(*what), wave, -Fraction(len(staff), n) / whole, leaders),)
            parts += (Part(name_measure(*what), wave, Fraction(len(leaders), n) / whole, staff),)
        return parts

    def find_subgroup(self, school: str, wave: str, what: What, subgroup: str) -> tuple[Part, ...]:
        """Return what the mean of a group of persons is a sum of; over schools ("") every person counts once."""
        schools = [school] if school else list_joined_schools(self._study)
        return _average(what, wave, [NOBODY.union(*(self._members.get((code, wave, *what, subgroup), NOBODY) for code in schools))])

    def _find_sides(self, school: str, wave: str, what: What) -> list[tuple[People, People]]:
        """Return the leaders and the staff of a school, or ("") of each school that counts where the two stand beside each other."""
        schools = [school] if school else self._schools
        found = {code: tuple(self._sided.get((code, wave, *what, side), NOBODY) for side in SIDES) for code in schools}
        if school:
            told = all(found[school]) and sum(map(len, found[school])) >= find_floor(self._study)
            return [(found[school][0], found[school][1])] if told else []
        leaders, staff = ({code: len(sides[place]) for code, sides in found.items()} for place in (0, 1))
        return [(found[code][0], found[code][1]) for code in list_led_schools(leaders, staff, self._study)]

    def find_change(self, school: str, comparison: str, what: What, quantity: str) -> tuple[Part, ...]:
        """Return what a number of a comparison is a sum of; nothing if it is not a sum."""
        if comparison not in self._ends or quantity not in SUMS:
            return ()
        first, last = self._ends[comparison]
        schools = [school] if school else self._count((first, last, *what), lambda code: self._find_followed(code, first, last, what))
        before, after = ([self.find(code, wave, what) for code in schools] for wave in (first, last))
        if quantity == "before":
            return _average(what, first, before)
        if quantity == "change_person":
            pairs = [self._find_pairs(first, last, what)]
            return _subtract(what, (first, pairs), (last, pairs))
        if quantity == "change_pairs":
            pairs = [self._keep(before[0] & after[0])]
            return _subtract(what, (first, pairs), (last, pairs))
        if quantity == "after":
            return _average(what, last, after)
        if school and before[0] & after[0]:
            return _change(what, (first, before), (last, after), self._keep(before[0] & after[0]))
        return _subtract(what, (first, before), (last, after))

    def find_contrast(self, school: str, comparison: str, what: What, quantity: str) -> tuple[Part, ...]:
        """Return what a number of the comparison of two groups of schools is a sum of; in each group every school counts once."""
        if comparison not in self._ends or quantity not in CONTRASTS:
            return ()
        first, last = self._ends[comparison]
        if quantity == "pre_trend":
            first, last = min(self._study.waves, key=lambda wave: wave.date).id, first
        parts: tuple[Part, ...] = ()
        for group, sign in CONTRASTS[quantity].items():
            members = [school.id for school in self._study.schools if school.group == group]
            counts = {code: len(self._find_followed(code, first, last, what)) for code in members}
            counted = list_counted_schools(pd.Series(counts, dtype="int64"), self._study)
            before, after = ([self.find(code, wave, what) for code in counted] for wave in (first, last))
            parts += _subtract(what, (first, before), (last, after), Fraction(sign))
        return parts

    def _find_pairs(self, first: str, last: str, what: What) -> People:
        """Return who answered twice in the schools that a mean over people is made of, also those too small for one over schools."""
        pairs = {school.id: self._find_everybody(school.id, (first, last), what) for school in self._study.schools}
        pooled = list_all_schools(pd.Series({code: len(people) for code, people in pairs.items()}, dtype="int64"), self._study)
        return NOBODY.union(*(pairs[code] for code in pooled))

    def _find_everybody(self, school: str, waves: tuple[str, ...], what: What) -> People:
        """Return the people of a school with a score in every one of these waves, with those whom the numbers on schools leave out."""
        return frozenset.intersection(*(self._everybody.get((school, wave, *what), NOBODY) for wave in waves))

    def list_averaged(self, comparison: str, what: What) -> list[list[str]]:
        """Return the schools in the average change, and those of each group in the comparison with other schools."""
        first, last = self._ends[comparison]
        schools = self._count((first, last, *what), lambda code: self._find_followed(code, first, last, what))
        beside = self._study.schools if self._study.has_comparison_schools else ()
        others = [school.id for school in beside if school.group == "comparison"]
        counts = {code: len(self._find_followed(code, first, last, what)) for code in others}
        compared = list_counted_schools(pd.Series(counts, dtype="int64"), self._study)
        return [schools, compared] if others else [schools]

    def find_once(self, school: str, comparison: str, what: What) -> People:
        """Return the people of a school who answered in one of the two waves of a comparison."""
        first, last = self._ends[comparison]
        return self.find(school, first, what) ^ self.find(school, last, what)

    def _find_followed(self, school: str, first: str, last: str, what: What) -> People:
        """Return the people who decide whether a change is shown: the pairs, or the smaller wave if nobody can be followed."""
        before = self.find(school, first, what)
        after = self.find(school, last, what)
        return min(before, after, key=len) if self._study.matching.by == "none" else before & after

    def _count(self, about: tuple[str, ...], find: Callable[[str], People]) -> list[str]:
        """Return the schools that an average over schools counts."""
        if about not in self._counted:
            counts = {school.id: len(find(school.id)) for school in self._study.schools}
            self._counted[about] = list_counted_schools(pd.Series(counts, dtype="int64"), self._study)
        return self._counted[about]


def list_published(results: Results, scores: pd.DataFrame, study: Study) -> list[Published]:
    """Return every mean and change that `results` show, with the people in it, and what follows from the answers per statement.

    The change of a school by a model counts twice: as what it is a sum of, and as the difference of the means, which it nearly is. Spreads,
    effect sizes and intervals are not sums and are not included. Differences between schools and between groups that the study names, and
    the band of the other schools, are computed from numbers that are shown; they reveal nothing more.
    """
    return list_numbers(results, Membership(scores, study), study)


def list_numbers(results: Results, membership: Membership, study: Study) -> list[Published]:
    """Return what `list_published` does, given who is in which group."""
    places = list_places(results, study)
    numbers = (number for place in places for number in (membership.find_number(*place), membership.find_difference(*place)))
    return list(dict.fromkeys(number for number in numbers if number.people))


def list_places(results: Results, study: Study) -> Iterator[tuple[str, What]]:
    """Yield the table and the key of every number that `results` show, in the order in which they are tested."""
    yield from ((LEVELS.name, key) for key in _list_shown(results.levels, LEVELS.key) if key[-1] == "mean")
    yield from ((CHANGE.name, key) for key in _list_shown(results.change, CHANGE.key))
    yield from ((COMPARISON.name, key) for key in _list_shown(results.comparison, COMPARISON.key))
    yield from ((ANSWERS.name, key) for key in _list_answered(results.answers, study))
    yield from ((SHARES.name, (*key, "share")) for key in _list_picked(results.shares, ("share",), "wave"))
    yield from ((SHARES.name, (*key, "word")) for key in _list_picked(results.shares, ("word", "other_words"), "wave"))
    yield from ((SHARES.name, key) for key in _list_picked_by(results.shares))
    yield from ((ROLES.name, key) for key in _list_shown(results.roles, ("school", "wave", *WHAT, "quantity")) if key[-1] in SIDES)
    yield from ((ROLES.name, key) for key in _list_subgroups(results.roles))
    yield from ((SWITCHES.name, (*key, end)) for key in _list_picked(results.switches, ("switched", "added"), "comparison") for end in ENDS)


def list_apart(results: Results, scores: pd.DataFrame, study: Study) -> Iterator[tuple[Results, pd.DataFrame]]:
    """Yield the results and the scores on connected scales: no number is about others too, so these can be looked at by themselves."""
    for instrument in scores["instrument"].unique().tolist():
        left = scores.loc[scores["instrument"] == instrument, "scale"].unique().tolist()
        while left:
            yield take_connected(results, scores, study.find_instrument(instrument), left[0])
            gone = list_connected(study.find_instrument(instrument), left[0])
            left = [scale for scale in left if scale not in gone]


def list_connected(instrument: Instrument, scale: str) -> set[str]:
    """Return the scales that share statements with `scale`, or with others of these: what one tells of a person may follow from others."""
    items = {each.id: set(each.items) for each in instrument.scored_scales}
    for each in instrument.scales:
        items[each.id].update(item for part in each.difference or () for item in items[part])
    found = {scale}
    while near := {name for name in items.keys() - found if any(items[name] & items.get(other, set()) for other in found)}:
        found |= near
    return found


def take_connected(results: Results, scores: pd.DataFrame, instrument: Instrument, scale: str) -> tuple[Results, pd.DataFrame]:
    """Return which results there are on the scales connected with `scale`, and on their statements, without a number; and the scores."""
    scales = list_connected(instrument, scale)
    items = {item for each in instrument.scored_scales if each.id in scales for item in each.items}
    items |= {name.removeprefix(ITEM) for name in scales if name.startswith(ITEM)}
    own: dict[str, Any] = {}
    for name in SUMMED:
        table: pd.DataFrame = getattr(results, name)
        told = table["item"].isin(items) if "item" in table else table["scale"].isin(scales)
        own[name] = table.loc[(table["instrument"] == instrument.id) & told, [*TABLES[name].key, "state", "method"]]
    return replace(results, **own), scores[(scores["instrument"] == instrument.id) & scores["scale"].isin(scales)]


def _list_answered(answers: pd.DataFrame, study: Study) -> Iterator[What]:
    """Yield school, wave, instrument, scale and rating if the answers to all statements of a scale are known.

    Percentages of a known number of people are counts, and counts give the sum of the answers to a statement: for all statements together,
    that of the answers to the scale. One statement tells of no scale that has others.
    """
    known = answers[(answers["state"] == "shown") | answers["method"].isin(NEARLY)]
    statements = known[["school", "wave", "instrument", "item", "rating"]].drop_duplicates()
    told = dict.fromkeys(statements.itertuples(index=False, name=None))
    for school, wave, id in dict.fromkeys(key[:3] for key in told):
        instrument = study.find_instrument(id)
        for scale, rating in itertools.product(instrument.scales, instrument.scored_ratings):
            if scale.score != "difference" and all((school, wave, id, item, rating) in told for item in scale.items):
                yield school, wave, instrument.id, scale.id, rating, "share"


def _list_picked(table: pd.DataFrame, quantities: tuple[str, ...], when: str) -> list[tuple[Any, ...]]:
    """Return school, wave or comparison, instrument, item and rating of the questions of which it is known what a school picked or wrote.

    The shares of all options are sums over the same people with the same weights, so what follows for one follows for each: they are one
    number in the test, and so are the counts of all words. Shares and words over schools are computed from those of schools that are shown.
    """
    known = (table["state"] == "shown") | table["method"].isin(NEARLY)
    own = table[known & table["quantity"].isin(quantities) & (table["school"] != "")]
    return list(dict.fromkeys(own[["school", when, "instrument", "item", "rating"]].itertuples(index=False, name=None)))


def _list_picked_by(shares: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the questions of which it is known what leaders or staff picked, the side in the place of the quantity."""
    known = shares[((shares["state"] == "shown") | shares["method"].isin(NEARLY)) & shares["role"].isin(SIDES)]
    return list(dict.fromkeys(known[["school", "wave", "instrument", "item", "rating", "role"]].itertuples(index=False, name=None)))


def _list_subgroups(roles: pd.DataFrame) -> Iterator[What]:
    """Yield the means of groups of persons that are shown, the group in the place of the quantity."""
    for school, wave, subgroup, *what, quantity in _list_shown(roles, ROLES.key):
        if quantity == "mean":
            yield school, wave, *what, f"{SUBGROUP}{subgroup}"


def list_counted(results: Results, counts: pd.DataFrame, study: Study) -> list[Published]:
    """Return the head counts of people used and left out that `results` show, out of all that `counts` has by school and wave.

    The numbers who did not answer, or only once, are not included: they follow from numbers that every page must show.
    """
    kinds = ["used", *(f"left_out_{reason}" for reason in LEFT_OUT)]
    pooled = list_totalled_schools(counts, study)
    told: dict[Any, Any] = counts.to_dict("index")
    found = []
    for school, wave, quantity in _list_shown(results.participation, PARTICIPATION.key):
        inside = kinds if quantity == "answered" else [quantity] if quantity in kinds else []
        cells = [(code, wave, kind) for code in (pooled if not school else [school]) for kind in inside]
        heads = frozenset("\n".join([*cell, str(number)]) for cell in cells for number in range(int(told[cell[:2]][cell[2]])))
        if heads:
            found.append(Published(PARTICIPATION.name, (school, wave, quantity), (Part(HEADS, wave, Fraction(1), heads),)))
    return [*found, *_list_counted_roles(results, told, pooled, study)]


def _list_counted_roles(results: Results, counts: Mapping[Any, Any], pooled: list[str], study: Study) -> Iterator[Published]:
    """Yield the head counts of each role: of those who were used in a cell the first ones, then the next, and so on."""
    roles = [f"role_{role.id}" for role in study.roles]
    for key in _list_shown(results.roles[results.roles["quantity"] == "used"], ROLES.key):
        heads: set[str] = set()
        for code in pooled if not key[0] else [key[0]]:
            sizes = [int(counts[code, key[1]][name]) for name in (*roles, "used")]
            ends = [*itertools.accumulate(sizes[:-1]), sizes[-1]]
            place = roles.index(f"role_{key[2]}") if key[2] else len(roles)
            heads |= {"\n".join([code, key[1], "used", str(number)]) for number in range(ends[place - 1] if place else 0, ends[place])}
        if heads:
            yield Published(ROLES.name, key, (Part(HEADS, key[1], Fraction(1), frozenset(heads)),))


def group_people(scores: pd.DataFrame, by: list[str]) -> dict[What, People]:
    """Return the respondents in `scores` for each combination of the columns `by`."""
    return dict(_list_groups(scores, by))


def _list_groups(scores: pd.DataFrame, by: list[str]) -> Iterator[tuple[What, People]]:
    respondents = scores["respondent"].to_numpy(dtype=object)
    places: dict[Any, Any] = scores.groupby(by, sort=False).indices
    yield from ((key, frozenset(respondents[rows].tolist())) for key, rows in places.items())


@cache
def name_measure(*what: str) -> str:
    """Return instrument, scale and rating as one name."""
    return ".".join(filter(None, what))


def _average(what: What, wave: str, groups: list[People], weight: Fraction = Fraction(1)) -> tuple[Part, ...]:
    present = [people for people in groups if people]
    measure = name_measure(*what)
    return tuple(Part(measure, wave, _divide(weight, len(present) * len(people)), people) for people in present)


@cache
def _divide(weight: Fraction, count: int) -> Fraction:
    return weight / count


def _subtract(what: What, first: Group, last: Group, weight: Fraction = Fraction(1)) -> tuple[Part, ...]:
    """Return what a difference of means over schools is a sum of, from a wave and its people per school to another."""
    return _average(what, *first, -weight) + _average(what, *last, weight)


def _change(what: What, first: Group, last: Group, pairs: People) -> tuple[Part, ...]:
    """Return what a change that a model estimates is a sum of: part the difference of the means, part the change of those in both waves."""
    return _subtract(what, first, last, 1 - MODEL) + _subtract(what, (first[0], [pairs]), (last[0], [pairs]), MODEL)


def _list_shown(table: pd.DataFrame, key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return table.loc[table["state"] == "shown", list(key)].itertuples(index=False, name=None)
