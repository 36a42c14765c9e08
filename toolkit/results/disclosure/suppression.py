"""Numbers hidden from the results: those that would reveal a small group together with others, as few as possible."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from toolkit.findings import Notes, refuse_stops
from toolkit.results.disclosure.across import Blocks
from toolkit.results.disclosure.attended import locate_attended
from toolkit.results.disclosure.contributors import Membership, list_apart, list_counted, list_numbers, list_places, name_measure
from toolkit.results.disclosure.differencing import Leak, Published, Relation, System, build_systems, list_systems
from toolkit.results.disclosure.relations import list_relations
from toolkit.results.estimates.participation import count_people
from toolkit.results.estimates.roles import DIFFERENCE, SIDES
from toolkit.results.estimates.subgroups import SUBGROUP
from toolkit.results.results import TABLES, Results
from toolkit.results.rows import NEARLY, find_floor, may_count
from toolkit.schemas import ANSWERS, CHANGE, RECORDED, ROLES, SHARES, SWITCHES, WHAT
from toolkit.study.study import Study
from toolkit.workers import Spread

#: Quantities that say nearly the same as another: they are hidden with it.
FOLLOWERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("levels", "mean"): ("sd", "rwgj"),
    ("change", "change"): ("change_common", "shrunken", "position", "attainment"),
    ("change", "change_pairs"): ("d_z", "g_av"),
    ("change", "average_change"): ("tau", "new_school", "delta", "detectable", "attainment"),
    ("comparison", "difference"): ("permutation", "permutation_smallest", "companion"),
    ("participation", "used"): ("matched", "only_here", "response"),
    ("roles", "used"): ("invited", "response"),
}
NUMBERS = ("estimate", "std_error", "low", "high", "p_value", "df")
#: A table and a key in it.
Place = tuple[str, tuple[str, ...]]

#: What a reader misses most, and other numbers lean on, as on shares: hidden only where nothing else closes a leak.
MEANS = ("mean", "before", "after")
#: Up to this many numbers the smallest choice is searched for; beyond it, the number that closes most leaks is taken, one at a time.
SEARCHED = 4
#: ... as long as that are not more choices than this.
TRIED = 20_000
#: How many times the choice is made afresh with every combination found so far; after that it only grows.
CHOSEN_ANEW = 25


def protect_results(
    results: Results,
    responses: pd.DataFrame,
    findings: pd.DataFrame,
    scores: pd.DataFrame,
    study: Study,
    *,
    attended: Sequence[Published] = (),
    earlier: Sequence[Published] = (),
    strict: bool = False,
    spread: Spread = map,
) -> Results:
    """Return `results` without the numbers that, with all others and those published `earlier`, would reveal a small group.

    `attended` are the counts of who came. What is hidden gets the state `hidden` and the method `subtraction`, and is listed in the
    provenance. With `strict` nothing is hidden: an
    `ExportError` names the groups (by school, wave, measure and size) and the numbers to leave out. Numbers on
    roles and groups of persons come last and hide no others.
    """
    apart = [*list_counted(results, count_people(responses, findings, study), study), *attended]
    hidden, found = _hide_apart(apart, [], _take_measured(earlier, {part.measure for number in apart for part in number.people}), study)
    beside: list[Place] = []
    connected = ((*own, _take_measured(earlier, _list_measures(own[1])), study) for own in list_apart(results, scores, study))
    for own, leaks, companions in spread(_protect_connected, connected, itertools.repeat(strict)):
        hidden |= own
        found += leaks
        beside += companions
    rank = _rank_changes(results.change)
    beside.sort(key=lambda place: rank[place[1][1:5]])
    places = itertools.chain(list_places(results, study), ((number.table, number.key) for number in apart))
    chosen = [*sorted(dict.fromkeys(place for place in places if place in hidden), key=_is_on_roles), *beside]
    if strict and chosen:
        refuse_stops(_list_leaks(found, chosen, _find_schools(scores)), study.languages[0])
    alike = _list_alike(chosen, results, study)
    rows = [(place[0], key) for place in chosen for key in _list_rows(place, alike, study)]
    safe = hide_numbers(results, [*_list_leaders(results), *rows])
    return replace(safe, provenance=dict(safe.provenance) | {"subtraction": [name_number(*place) for place in chosen]})


def _protect_connected(
    told: tuple[Results, pd.DataFrame, Sequence[Published], Study], strict: bool
) -> tuple[set[Place], list[Leak], list[Place]]:
    """Return which numbers on connected scales to hide, if `strict` the leaks closed by that, and the changes to hide beside them."""
    results, scores, earlier, study = told
    membership = Membership(scores, study)
    numbers = list_numbers(results, membership, study)
    hidden, leaks = _hide_apart(numbers, list_relations(scores, study), earlier, study)
    return hidden, leaks if strict else [], list_companions(hidden, results, membership, study)


def _list_measures(scores: pd.DataFrame) -> set[str]:
    return {name_measure(*what) for what in scores[list(WHAT)].drop_duplicates().itertuples(index=False, name=None)}


def _take_measured(numbers: Sequence[Published], measures: Set[str]) -> list[Published]:
    """Return the numbers on these measures."""
    return [number for number in numbers if any(part.measure in measures for part in number.people)]


def _rank_changes(change: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """Return the order of comparisons and outcomes among the changes of schools."""
    own = change[(change["quantity"] == "change") & (change["school"] != "")]
    places = own[["comparison", *WHAT]].drop_duplicates().itertuples(index=False, name=None)
    return {place: number for number, place in enumerate(places)}


def _hide_apart(
    numbers: Sequence[Published], relations: Sequence[Relation], earlier: Sequence[Published], study: Study
) -> tuple[set[Place], list[Leak]]:
    """Return which of these numbers to hide, and the leaks that this closes; those on roles come last."""
    published, on_roles = ([number for number in numbers if _is_on_roles((number.table, number.key)) is last] for last in (False, True))
    first = protect(published, relations, earlier, largest=find_floor(study) - 1)
    gone = set(first.hidden)
    told = [number for place, number in enumerate(published) if place not in gone]
    last = protect(on_roles, relations, [*told, *earlier], largest=find_floor(study) - 1) if on_roles else Protection((), ())
    hidden = [*(published[place] for place in first.hidden), *(on_roles[place] for place in last.hidden)]
    return {(number.table, number.key) for number in hidden}, [*first.leaks, *last.leaks]


def _is_on_roles(place: Place) -> bool:
    table, key = place
    return table == ROLES.name or key[-1] in SIDES


def list_companions(chosen: Set[Place], results: Results, membership: Membership, study: Study) -> list[Place]:
    """Return the changes to hide beside those of `chosen` and those hidden already, so that no average over schools gives one back.

    A model counts those who answered once otherwise than a mean does. The change of a school tells a sum over them, and so do the average
    of all schools and the changes of all others; that is none of a small group where the schools without a change have enough of them.
    """
    change = results.change[(results.change["quantity"] == "change") & (results.change["school"] != "")]
    told = change.loc[change["state"] == "shown", list(CHANGE.key)].itertuples(index=False, name=None)
    shown = {key for key in told if (CHANGE.name, key) not in chosen}
    found: list[Place] = []
    for comparison, *what in change[["comparison", *WHAT]].drop_duplicates().itertuples(index=False, name=None):
        about = (what[0], what[1], what[2])
        for schools in membership.list_averaged(comparison, about):
            once = {school: len(membership.find_once(school, comparison, about)) for school in schools}
            keys = {school: (school, comparison, *about, "change") for school in schools}
            left = sorted(
                (school for school in schools if keys[school] in shown and once[school]), key=lambda school: (once[school], school)
            )
            untold = sum(once[school] for school in schools if keys[school] not in shown)
            while not may_count(untold, study) and left:
                school = left.pop(0)
                untold += once[school]
                shown.remove(keys[school])
                found.append((CHANGE.name, keys[school]))
    return found


def hide_numbers(results: Results, numbers: Iterable[tuple[str, tuple[Any, ...]]], reason: str = "subtraction") -> Results:
    """Return `results` with these rows (table and key) and their followers hidden, for `reason`."""
    keys: dict[str, set[tuple[Any, ...]]] = {}
    for table, key in numbers:
        keys.setdefault(table, set()).update((*key[:-1], name) for name in (key[-1], *FOLLOWERS.get((table, key[-1]), ())))
    changed: dict[str, Any] = {name: _hide(getattr(results, name), TABLES[name].key, chosen, reason) for name, chosen in keys.items()}
    return replace(results, **changed)


def name_number(table: str, key: tuple[str, ...]) -> str:
    """Return the place of a number, in one line."""
    school, *rest = key
    return " ".join([table, school or "all schools", *filter(None, rest)])


def _find_statement(place: Place, study: Study) -> tuple[Any, ...]:
    """Return the table, school, wave or comparison, instrument, item and rating of the rows that a number on answers is hidden with."""
    table, (school, when, instrument, asked, rating, _) = place
    item = study.find_instrument(instrument).find_scale(asked).items[0] if table == ANSWERS.name else asked
    return table, school, when, instrument, item, rating


def _list_alike(chosen: Iterable[Place], results: Results, study: Study) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Return the keys of the rows on the same statement or question as numbers that are hidden."""
    on_answers = [place for place in chosen if place[0] in (ANSWERS.name, SHARES.name, SWITCHES.name)]
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {_find_statement(place, study): [] for place in on_answers}
    for name in {table for table, _ in on_answers}:
        table: pd.DataFrame = getattr(results, name)
        for key in table[list(TABLES[name].key)].itertuples(index=False, name=None):
            if (statement := (name, *key[:5])) in found:
                found[statement].append(key)
    return found


def _list_rows(place: Place, alike: Mapping[tuple[Any, ...], list[tuple[Any, ...]]], study: Study) -> list[tuple[Any, ...]]:
    """Return the rows to hide for a number: its own; those to one statement for the answers to a scale; all options of what was picked."""
    table, key = place
    if table == ANSWERS.name:
        return alike[_find_statement(place, study)]
    if table in (SHARES.name, SWITCHES.name):
        role = key[5] if key[5] in SIDES else ""
        return [row for row in alike[_find_statement(place, study)] if table == SWITCHES.name or row[6] == role]
    if table == ROLES.name and key[-1] in SIDES:  # with the difference the one side gives the other
        school, wave, *what, _ = key
        return [(school, wave, "", *what, quantity) for quantity in (key[-1], DIFFERENCE)]
    if table == ROLES.name and key[-1].startswith(SUBGROUP):
        return [(*key[:2], key[-1].removeprefix(SUBGROUP), *key[2:5], "mean")]
    return [locate_attended(key)] if table == RECORDED.name else [key]


def _hide(table: pd.DataFrame, key: tuple[str, ...], chosen: set[tuple[Any, ...]], reason: str) -> pd.DataFrame:
    here = pd.Series([row in chosen for row in table[list(key)].itertuples(index=False, name=None)], index=table.index, dtype=bool)
    hidden = here & ((table["state"] == "shown") | table["method"].isin(NEARLY))
    blank: dict[str, Any] = dict.fromkeys(NUMBERS, float("nan")) | dict.fromkeys(("n", "pairs", "schools"), 0)
    blank |= {"state": "hidden", "method": reason, "verdict": ""}
    blanked = table.assign(**{name: table[name].mask(hidden, value) for name, value in blank.items() if name in table})
    return blanked[~hidden | (table["word"] == "")] if "word" in table else blanked  # that so many wrote a word is its number


def _list_leaders(results: Results) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the numbers with followers that other rules hid because of subtraction."""
    for name, quantity in FOLLOWERS:
        table: pd.DataFrame = getattr(results, name)
        hidden = (table["quantity"] == quantity) & (table["state"] == "hidden") & (table["method"] == "subtraction")
        yield from ((name, key) for key in table.loc[hidden, list(TABLES[name].key)].itertuples(index=False, name=None))


def _find_schools(scores: pd.DataFrame) -> dict[str, str]:
    return dict(zip(scores["respondent"], scores["school"], strict=True))


def _list_leaks(found: Sequence[Leak], chosen: list[Place], school_of: Mapping[str, str]) -> pd.DataFrame:
    """Return as FINDINGS the groups that would be revealed: their school, wave, measure and size, but no person."""
    notes = Notes()
    numbers = "; ".join(name_number(*place) for place in chosen)
    for leak in found:
        schools = sorted({school_of.get(person, person.split("\n")[0]) for person in leak.people})
        places = {"school": ", ".join(schools), "wave": ", ".join(leak.waves), "value": leak.measure}
        notes.add("group_follows", **places, expected=numbers, count=len(leak.people))
    return notes.tabulate().drop_duplicates(ignore_index=True)


@dataclass(frozen=True, slots=True)
class Protection:
    """The places of the numbers to hide, and the leaks that they close: on whom, not by which numbers."""

    hidden: tuple[int, ...]
    leaks: tuple[Leak, ...]


def protect(
    published: Sequence[Published], relations: Sequence[Relation] = (), earlier: Sequence[Published] = (), *, largest: int = 4
) -> Protection:
    """Return which published numbers to hide so that, with those published `earlier`, no group of one to `largest` people is revealed.

    As few numbers as possible; among equally small choices, those on the fewest people, then the first in order. What the numbers of one
    school reveal is closed first, by a change or answers rather than a mean; then what follows from all together, by a number over schools
    if there is one in it. Leaks from earlier numbers alone can't be closed and are left out.
    """
    together = [*published, *earlier]
    first = _find_first(published)
    hidden: set[int] = set()
    leaks: list[Leak] = []
    for places, known in list_systems(together, relations):
        about = _list_by_person(known)
        for part in [*_list_by_school(places, together), places]:
            left = [place for place in part if first.get(place, place) not in hidden]
            may_hide = [place < len(published) for place in left]
            if not any(may_hide):
                continue
            numbers = [together[place] for place in left]
            inside = known if part is places else _keep_people(known, about, numbers)
            found = _mend(numbers, inside, may_hide, largest, Blocks if part is places else System)
            hidden |= {first[left[number]] for number in found.hidden}
            leaks += found.leaks
    return Protection(tuple(place for place, one in first.items() if one in hidden), tuple(dict.fromkeys(leaks)))


def _list_by_person(relations: Sequence[Relation]) -> dict[str, list[int]]:
    """Return which relations hold for each person."""
    found: dict[str, list[int]] = {}
    for number, relation in enumerate(relations):
        for person in relation.people:
            found.setdefault(person, []).append(number)
    return found


def _keep_people(relations: Sequence[Relation], about: Mapping[str, list[int]], numbers: Sequence[Published]) -> list[Relation]:
    """Return the relations as far as they hold for people in these numbers."""
    kept: dict[int, list[str]] = {}
    for person in frozenset[str]().union(*{part.people for number in numbers for part in number.people}):
        for relation in about.get(person, ()):
            kept.setdefault(relation, []).append(person)
    return [Relation(relations[place].wave, relations[place].weights, frozenset(own)) for place, own in sorted(kept.items())]


def _find_first(published: Sequence[Published]) -> dict[int, int]:
    """Return for each place the first of the same number: one that is read in two ways stands there twice, and is hidden as one."""
    places: dict[tuple[str, tuple[str, ...]], int] = {}
    return {place: places.setdefault((number.table, number.key), place) for place, number in enumerate(published)}


def _list_by_school(places: Sequence[int], published: Sequence[Published]) -> Iterator[list[int]]:
    """Yield the places of the numbers about one school, for each school; those over schools are in none."""
    schools: dict[str, list[int]] = {}
    for place in places:
        schools.setdefault(published[place].key[0], []).append(place)
    yield from (own for school, own in schools.items() if school)


def _mend(published: list[Published], known: list[Relation], may_hide: list[bool], largest: int, kind: type[System]) -> Protection:
    """Hide, look again, and choose afresh with every combination found so far, until none is left.

    If that takes long, further numbers are added until none is left; if they are many, those that prove unnecessary are shown again.
    """
    chains: list[frozenset[int]] = []
    places = [place for place, may in enumerate(may_hide) if may]
    first = {places[place]: places[one] for place, one in _find_first([published[place] for place in places]).items()}
    hidden: frozenset[int] = frozenset()
    seen: dict[Leak, None] = {}

    systems = build_systems(published, known, first, largest, kind)

    def look(hidden: frozenset[int]) -> dict[Leak, frozenset[int]]:
        gone = {place for place, one in first.items() if one in hidden}
        leaks = [leak for system in systems for leak in system.find_leaks(gone)]
        found = {leak: frozenset(first[place] for place in leak.numbers if place in first) for leak in leaks}
        return {leak: _narrow(chain, published) for leak, chain in found.items() if chain}

    doubtful: frozenset[int] = frozenset()
    for turn in itertools.count():
        fresh = look(hidden)
        if not fresh:
            break
        seen |= dict.fromkeys(fresh)
        chains += fresh.values()
        if turn < CHOSEN_ANEW:
            hidden, doubtful = _choose(chains, published)
        else:
            hidden |= _choose_greedily(list(fresh.values()), published)
            doubtful = hidden
    for place in sorted(doubtful, key=lambda place: (-published[place].n, place)):
        hidden = hidden if look(hidden - {place}) else hidden - {place}
    return Protection(tuple(sorted(hidden)), tuple(dict.fromkeys(replace(leak, numbers=frozenset()) for leak in seen)))


def _narrow(chain: frozenset[int], published: list[Published]) -> frozenset[int]:
    """Return the numbers of a chain that may be hidden best: those over schools, or else all but the means."""
    over = frozenset(place for place in chain if not published[place].key[0])
    rest = frozenset(place for place in chain if not _is_missed(published[place]))
    return over or rest or chain


def _is_missed(number: Published) -> bool:
    """Return whether a number is one that a reader misses most."""
    if number.table in (SHARES.name, SWITCHES.name):
        return number.table == SHARES.name
    return number.key[-1] in MEANS


def _choose(chains: list[frozenset[int]], published: list[Published]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers to hide, at least one from every chain, and those of them that may be too many: where no search was made."""
    chosen: set[int] = set()
    doubtful: set[int] = set()
    for part in _part_chains(chains):
        longest = max(map(len, part))
        counts = [count for count in range(1, SEARCHED + 1) if longest**count <= TRIED]
        found = next((found for count in counts if (found := set(_list_choices(part, frozenset(), count)))), None)
        if found:
            chosen |= min(found, key=lambda choice: (sum(published[place].n for place in choice), sorted(choice)))
        else:
            doubtful |= _choose_greedily(part, published)
    return frozenset(chosen | doubtful), frozenset(doubtful)


def _part_chains(chains: list[frozenset[int]]) -> Iterator[list[frozenset[int]]]:
    """Yield the chains in parts that share no number, without those that hold all of another."""
    parts: list[tuple[set[int], list[frozenset[int]]]] = []
    smallest: list[frozenset[int]] = []
    for chain in sorted(dict.fromkeys(chains), key=len):
        if not any(other <= chain for other in smallest):
            smallest.append(chain)
    for chain in smallest:
        near = [part for part in parts if part[0] & chain]
        parts = [part for part in parts if not part[0] & chain]
        parts.append((set(chain).union(*(part[0] for part in near)), [chain, *(own for part in near for own in part[1])]))
    yield from (own for _, own in parts)


def _list_choices(chains: list[frozenset[int]], chosen: frozenset[int], count: int) -> Iterator[frozenset[int]]:
    """Yield every choice of at most `count` more numbers that breaks all chains."""
    whole = next((chain for chain in chains if not chain & chosen), None)
    if whole is None:
        yield chosen
    elif count:
        for place in sorted(whole):
            yield from _list_choices(chains, chosen | {place}, count - 1)


def _choose_greedily(chains: list[frozenset[int]], published: list[Published]) -> frozenset[int]:
    chosen: set[int] = set()
    while whole := [chain for chain in chains if not chain & chosen]:
        counts = Counter(place for chain in whole for place in chain)
        chosen.add(min(counts, key=lambda place: (-counts[place], published[place].n, place)))
    return frozenset(chosen)
