"""Cohorts beside each other: how each changed, by how much one changed more than another, who answered, and how it went.

Everything here is computed from schools whose own change is shown, or from numbers of schools that are shown: it tells nothing that their
pages do not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import pandas as pd

from toolkit.analysis.cohorts import SMALLEST_NUMBER_OF_COHORTS, CohortChange, compare_two, estimate_cohorts, synthesise_cohorts
from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, count_people, pick_waves, spread_waves
from toolkit.analysis.verdicts import judge_change
from toolkit.results.estimates.pooled import take_outcome
from toolkit.results.results import Results
from toolkit.results.rows import NAN, Estimated, Rests, make_blanks, make_estimate, make_number
from toolkit.results.verdicts import adjust_families
from toolkit.schemas import COHORTS, WHAT
from toolkit.statistics.two_stage import average_schools
from toolkit.study.cohorts import MOMENTS, Cohort, choose_primary, list_outcomes, list_shared
from toolkit.study.study import Outcome

#: A page on two schools compares them by name, which both have to agree to; on three or more no school is compared with just one other.
ENOUGH_BESIDE = 3
#: What is counted of each wave, and what it is called for a cohort.
COUNTED = ("invited", "used", "matched")
Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Walk:
    """What a cohort answered and what may be shown of it: the scores that a report is made of, and the results of its study."""

    cohort: Cohort
    scores: pd.DataFrame
    results: Results

    @cached_property
    def own(self) -> pd.DataFrame:
        """The scores of its schools."""
        return self.scores[self.scores["school"].isin(self.cohort.codes)]

    @cached_property
    def answered(self) -> frozenset[str]:
        """The instruments of which its schools have scores."""
        return frozenset(self.own["instrument"])

    def pair(self, outcome: Outcome) -> pd.DataFrame:
        """Return the people of its schools with their scores before and after."""
        own = take_outcome(self.own, outcome)
        ends = self.cohort.comparison
        return pick_waves(spread_waves(own), ends.before, ends.after) if ends else pick_waves(spread_waves(own.iloc[:0]), "", "")

    def list_shown(self, outcome: Outcome) -> pd.DataFrame:
        """Return the shown changes of its schools on `outcome`."""
        ends = self.cohort.comparison
        change = take_outcome(self.results.change, outcome)
        own = change[(change["comparison"] == (ends.id if ends else "")) & change["school"].isin(self.cohort.codes)]
        return own[(own["quantity"] == "change") & (own["state"] == "shown")]

    def list_counted(self, outcome: Outcome) -> list[str]:
        """Return its schools whose change on `outcome` is shown."""
        shown = set(self.list_shown(outcome)["school"])
        return [code for code in self.cohort.codes if code in shown]

    def find_levels(self, outcome: Outcome) -> pd.DataFrame:
        """Return the shown means of its schools: one row per school, one column per wave."""
        levels = take_outcome(self.results.levels, outcome)
        shown = levels[(levels["quantity"] == "mean") & (levels["state"] == "shown") & levels["school"].isin(self.cohort.codes)]
        return shown.pivot(index="school", columns="wave", values="estimate")

    def find_asked(self, outcome: Outcome) -> str:
        """Return the instrument that gave these scores: the one itself, or a longer one in which it is nested."""
        asked = [whole for whole in self.cohort.study.instruments if whole.id in self.answered]
        longer = (whole.id for whole in asked if outcome.instrument in {version.id for version in whole.nested})
        return next(longer, outcome.instrument)


def list_asked(walks: Sequence[Walk]) -> dict[str, dict[str, str]]:
    """Return per instrument that the comparison is about which one each cohort was asked, where these differ."""
    named = {outcome.instrument: outcome for outcome in list_outcomes([walk.cohort for walk in walks])}
    asked = {id: {walk.cohort.name: walk.find_asked(outcome) for walk in walks} for id, outcome in named.items()}
    return {id: found for id, found in asked.items() if len(set(found.values())) > 1}


def estimate_walks(walks: Sequence[Walk], level: float) -> pd.DataFrame:
    """Return cohorts beside each other, in the order of `walks`.

    Parameters
    ----------
    walks
        Two cohorts or more, from one study or several.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        COHORTS, over the schools whose change is shown. Of a cohort `change` (the mean over its schools, t on J - 1), `before` and `after`
        (means of school means), `tau` (spread of true changes between its schools), `level` per wave, and per wave how many people there
        are (`used`) and the shares `response` (of the invited) and `again` (answered in the other wave too). Of a school its `change`; `n`
        is there the smaller of its waves. `difference` is the change of `cohort` minus that of `against` (pooled t, J - 2); from four
        cohorts on there are `average`, `tau_cohorts` and `tau_schools` in place of it (random effects). A cohort of fewer than four schools
        has no interval and is not tested.

    Notes
    -----
    Verdicts of factors are corrected for their number (Holm); those of the differences of three cohorts also for that of the differences.
    With two, the outcome that leads is not corrected.
    """
    cohorts = [walk.cohort for walk in walks]
    main = list_outcomes(cohorts)
    rows: list[dict[str, Any]] = []
    shared = [outcome for outcome in list_shared(cohorts) if all(outcome.instrument in walk.answered for walk in walks)]
    for outcome in dict.fromkeys([*main, *shared]):
        rows += _compare(walks, outcome, level, whole=outcome in main)
    rows += [row for walk in walks for row in _count_participants(walk)]
    return _correct(COHORTS.collect(rows), cohorts, level)


def _compare(walks: Sequence[Walk], outcome: Outcome, level: float, *, whole: bool) -> Rows:
    counted = {walk.cohort.name: walk.list_counted(outcome) for walk in walks}
    if 0 < sum(map(len, counted.values())) < ENOUGH_BESIDE:
        for walk in walks:
            yield from make_blanks(_place(outcome, walk.cohort.name), ["change"], "hidden", "not_agreed")
        return
    common = len({walk.find_asked(outcome) for walk in walks}) == 1
    people = {walk.cohort.name: walk.pair(outcome) for walk in walks}
    found = estimate_cohorts(people, counted, level, common=common)
    counts = {name: count_people(people[name]).reindex(list(change.schools)) for name, change in found.items()}
    for walk in walks:
        name = walk.cohort.name
        if found[name].schools:
            yield from _describe_cohort(found[name], counts[name], walk, outcome, level, whole=whole)
        else:
            yield from make_blanks(_place(outcome, name), ["change"], *_tell_why_none(people[name], walk))
    describe = _describe_differences if len(walks) < SMALLEST_NUMBER_OF_COHORTS else _describe_synthesis
    yield from describe(found, counts, outcome, walks[0].cohort, level)


def _place(outcome: Outcome, cohort: str, **other: object) -> dict[str, Any]:
    """Return where a row belongs."""
    free = {"against": "", "school": "", "wave": "", "time": NAN, "p_adjusted": NAN, "verdict": ""}
    return {"cohort": cohort} | free | outcome.model_dump() | other


def _describe_cohort(found: CohortChange, counts: pd.DataFrame, walk: Walk, outcome: Outcome, level: float, *, whole: bool) -> Rows:
    where = _place(outcome, walk.cohort.name)
    yield _describe_mean(found, where, _count(counts), walk, outcome)
    if found.tested:
        tau = [math.sqrt(value) for value in (found.tau.tau2, found.tau.tau2_low, found.tau.tau2_high)]
        yield make_number(where, "tau", tau[0], _count(counts), "REML, Q-profile", low=tau[1], high=tau[2])
    levels = walk.find_levels(outcome)
    for moment in MOMENTS:
        wave = walk.cohort.find_wave(moment)
        yield from _describe_level(levels, [wave.id] if wave else [], list(found.schools), where, moment, level)
    if whole:
        yield from _describe_schools(found, counts, walk, outcome, where)
        for wave in walk.cohort.study.waves:
            own = where | {"wave": wave.id, "time": walk.cohort.count_months(wave.id)}
            yield from _describe_level(levels, [wave.id], list(levels.dropna().index), own, "level", level)


def _tell_why_none(people: pd.DataFrame, walk: Walk) -> tuple[str, str]:
    if walk.cohort.comparison is None or not len(people) or not people.notna().any().all():
        return "not_measured", "no_answers"
    return "hidden", "too_few"


def _count(*cohorts: pd.DataFrame) -> Rests:
    """Return what is rested on, from the counts of the schools of each cohort."""
    people, pairs = (sum(int(counts[name].sum()) for counts in cohorts) for name in ("people", "pairs"))
    return Rests(people, pairs, sum(map(len, cohorts)))


def _describe_mean(found: CohortChange, where: Mapping[str, Any], rests: Rests, walk: Walk, outcome: Outcome) -> dict[str, Any]:
    mean = found.mean
    if mean.n == 1:  # no mean: the change of its school once more would be a second rounding of one number
        (own,) = walk.list_shown(outcome).set_index("school").loc[list(found.schools), "estimate"]
        return make_number(where, "change", float(own), rests, "too_few_schools")
    if not found.tested:
        few = mean.n < SMALLEST_NUMBER_OF_SCHOOLS
        return make_number(where, "change", mean.estimate, rests, "too_few_schools" if few else "no_spread")
    return make_estimate({**where, "verdict": _judge(mean, outcome, walk.cohort)}, "change", mean, rests, "mean of schools")


def _judge(found: Estimated, outcome: Outcome, cohort: Cohort) -> str:
    smallest = cohort.study.find_smallest_change(outcome)
    return judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)


def _describe_schools(found: CohortChange, counts: pd.DataFrame, walk: Walk, outcome: Outcome, where: Mapping[str, Any]) -> Rows:
    """Yield the change of each school as its own page has it: another number for the same would only tell more about few people."""
    smaller = counts[["before", "after"]].min(axis=1)
    for row in walk.list_shown(outcome).to_dict("records"):
        if row["school"] in found.schools:
            rests = Rests(int(smaller[row["school"]]), row["pairs"], 1)
            tail = {name: row[name] for name in ("df", "std_error", "low", "high", "p_value")}
            own = {**where, "school": row["school"], "verdict": row["verdict"]}
            yield make_number(own, "change", row["estimate"], rests, row["method"], **tail)


def _describe_level(
    levels: pd.DataFrame, waves: list[str], schools: list[str], where: Mapping[str, Any], quantity: str, level: float
) -> Rows:
    """Yield the mean of the shown means of schools in a wave, each school once."""
    means = levels.reindex(index=schools, columns=waves).dropna()
    if means.empty:
        return
    found = average_schools(means.iloc[:, 0].to_numpy(), level)
    tested = found.n >= SMALLEST_NUMBER_OF_SCHOOLS and math.isfinite(found.low)
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high} if tested else {}
    yield make_number(where, quantity, found.estimate, Rests(0, 0, found.n), "mean of school means", df=float(found.df), **tail)


def _describe_differences(
    found: Mapping[str, CohortChange], counts: Mapping[str, pd.DataFrame], outcome: Outcome, first: Cohort, level: float
) -> Rows:
    """Yield by how much each later cohort changed more than each earlier one."""
    for earlier, later in combinations(found, 2):
        where = _place(outcome, later, against=earlier)
        one, two = found[later], found[earlier]
        short = [cohort for cohort in (one, two) if not cohort.tested]
        if short:
            few = any(cohort.mean.n < SMALLEST_NUMBER_OF_SCHOOLS for cohort in short)
            yield from make_blanks(where, ["difference"], "not_computable", "too_few_schools" if few else "no_spread")
            continue
        answer = compare_two(one, two, level)
        rests = _count(counts[later], counts[earlier])
        yield make_estimate(where | {"verdict": _judge(answer, outcome, first)}, "difference", answer, rests, "pooled t over schools")


def _describe_synthesis(
    found: Mapping[str, CohortChange], counts: Mapping[str, pd.DataFrame], outcome: Outcome, first: Cohort, level: float
) -> Rows:
    where = _place(outcome, "")
    answer = synthesise_cohorts(found.values(), level)
    if not answer.cohorts:
        yield from make_blanks(where, ["average"], "not_computable", "too_few_cohorts")
        return
    rests = _count(*(counts[name] for name in answer.cohorts))
    mean = answer.mean
    verdict = judge_change(mean.mu, mean.std_error, mean.k - 1, mean.low, mean.high, first.study.find_smallest_change(outcome))
    tail = {"std_error": mean.std_error, "low": mean.low, "high": mean.high, "p_value": mean.p_value}
    yield make_number(where | {"verdict": verdict}, "average", mean.mu, rests, "random effects over cohorts", df=mean.k - 1.0, **tail)
    for name, spread in (("tau_cohorts", answer.between_cohorts), ("tau_schools", answer.between_schools)):
        yield make_number(where, name, spread.estimate, rests, "REML, Q-profile", low=spread.low, high=spread.high)


def _count_participants(walk: Walk) -> Rows:
    """Yield who was invited, who answered and who answered twice, over the schools of which that is shown."""
    table = walk.results.participation
    shown = table[(table["state"] == "shown") & table["school"].isin(walk.cohort.codes) & table["quantity"].isin(COUNTED)]
    for wave in walk.cohort.study.waves:
        where = _place(Outcome(instrument="", scale=""), walk.cohort.name, wave=wave.id, time=walk.cohort.count_months(wave.id))
        counts = shown[shown["wave"] == wave.id].pivot(index="school", columns="quantity", values="estimate").reindex(columns=list(COUNTED))
        used = counts.dropna(subset="used")
        if used.empty:
            yield from make_blanks(where, ["used"], "hidden", "too_few")
            continue
        yield make_number(where, "used", float(used["used"].sum()), Rests(int(used["used"].sum()), 0, len(used)), "count")
        for name, parts in (("response", ("used", "invited")), ("again", ("matched", "used"))):
            known = counts.dropna(subset=list(parts))
            top, bottom = (float(known[part].sum()) for part in parts)
            if bottom:
                yield make_number(where, name, top / bottom, Rests(int(bottom), 0, len(known)), " / ".join(parts))


def _correct(table: pd.DataFrame, cohorts: Sequence[Cohort], level: float) -> pd.DataFrame:
    """Return the table with the verdicts that survive Holm's correction: of factors over all of an instrument, of others over the pairs.

    The outcome that leads is no factor among others, also where it is one.
    """
    primary = tuple(choose_primary(cohorts).model_dump().values())
    factors = {(i.id, s.id) for i in cohorts[0].study.scored_instruments for s in i.scales if s.kind == "factor"}
    about = pd.Series(list(table[list(WHAT)].itertuples(index=False, name=None)), index=table.index, dtype=object)
    family = about.map(lambda what: what[0] + what[2] if what[:2] in factors and what != primary else what).astype(str)
    tested = (table["school"] == "") & table["quantity"].isin(["change", "difference", "average"]) & table["p_value"].notna()
    tested &= about.map(lambda what: what[:2] in factors) | (table["quantity"] == "difference")
    own = table[tested].assign(family=family, of=table["cohort"].where(table["quantity"] == "change", ""))
    found = adjust_families(own, ("family", "of", "quantity"), level)
    made = table.assign(**{name: found[name].reindex(table.index).fillna(table[name]) for name in ("p_adjusted", "verdict")})
    return COHORTS.conform(made)
