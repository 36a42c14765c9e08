"""How far the cohorts of a frame changed, each with its schools, and how far they differ: in pairs, or from four on as a sample."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.cohorts import CohortChange, CohortSynthesis, compare_two, estimate_cohorts, synthesise_cohorts
from toolkit.analysis.counted import list_counted
from toolkit.analysis.frames import (
    ALL,
    Column,
    Long,
    as_text,
    check_frame,
    check_options,
    find_before_after,
    find_columns,
    find_named,
    find_range,
    list_codes,
    order_waves,
    read_codes,
    read_frame,
    refuse,
    take_people,
    tell,
)
from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, count_people
from toolkit.analysis.verdicts import judge_change
from toolkit.languages import find_spoken, load_text
from toolkit.spelling import fold_words
from toolkit.statistics.means import Interval
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.statistics.two_stage import SchoolMean

#: What a column of cohorts is called, where nobody names it.
NAMES = {"cohort", "cohorts", "lichting", "tranche"}
COLUMNS = (
    "what", "cohort", "against", "school", "schools", "n", "pairs", "before", "after", "estimate", "low", "high", "p_value", "verdict",
)  # fmt: skip
DETAIL = ("what", "cohort", "against", "school", "schools", "n", "pairs", "estimate", "std_error", "df", "low", "high", "p_value", "method")
NUMBERS = ("before", "after", "estimate", "std_error", "df", "low", "high", "p_value")


def compare_cohorts(
    frame: pd.DataFrame,
    *,
    dv: str | Sequence[str] | None = None,
    cohort: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | Mapping[Any, Hashable] | None = None,
    after: Hashable | Mapping[Any, Hashable] | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
    smallest_change: float | None = None,
    common: bool = True,
    detail: bool = False,
) -> pd.DataFrame:
    """Return the change of each cohort and of its schools, and how far cohorts differ: two by two, or from four on as a sample of cohorts.

    A cohort is the schools that walk the trajectory in the same period. A school may walk twice: its code may stand in two cohorts, and
    so may the codes of its people. A cohort of fewer than four schools has a mean without an interval, and is not tested.

    Parameters
    ----------
    frame
        One row per person and wave.
    dv, wave, person, school, confidence, smallest_group, smallest_change
        As in `change`.
    cohort
        The column that says which cohort a row is of; without it the column that is called cohort.
    before, after
        The two waves, for all cohorts or as a dict per cohort; without them the only two of each, where their order can be told.
    common
        Whether all cohorts answered the same version of the instrument, and so share one person variance and one residual; with False each
        cohort has its own, as in a report on cohorts that were asked different versions.
    detail
        Standard error, degrees of freedom and method in place of the means and the verdict.

    Returns
    -------
    DataFrame
        A row per cohort (`what` is "cohort") and for each of its schools ("school"), then per pair of cohorts their difference
        ("difference": `cohort` minus `against`), or from four cohorts on that can be averaged: the mean over cohorts ("mean") and the
        spread of true changes ("tau_cohorts", "tau_schools", as standard deviations). Then school, schools (that count), n (people),
        pairs, before and after (means), estimate with low and high (points), p_value, verdict (words). Several `dv` are the index.

    Raises
    ------
    FrameError
        As `change`; where no column tells the cohort, or it tells one only.

    Notes
    -----
    Schools' changes from one mixed model over all cohorts, or one per cohort, so that their mean is that of the cohort; pages show a
    school's own change, as `change` gives it. The mean of a cohort has t on its schools - 1 degrees of freedom, a difference the pooled t
    on schools - 2. Over cohorts: REML with Knapp-Hartung, one variance of schools for all, tau with Q-profile; tau of schools is one for
    all cohorts, around their means. Verdicts on differences hold for all differences of the table together: one that does not survive
    Holm's correction (over pairs and `dv`) is "can't tell". p-values stay. See docs/methods.md.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> noise = np.random.default_rng(1).normal(0, 0.3, (8, 6, 2))
    >>> rows = [(2024 + s // 4, f"s{s}", f"{s}{p}", w, 3 + w / 2 + noise[s, p, w]) for s in range(8) for p in range(6) for w in (0, 1)]
    >>> frame = pd.DataFrame(rows, columns=["cohort", "school", "code", "wave", "score"])
    >>> found = compare_cohorts(frame, dv="score")
    >>> found.loc[found["what"] != "school", ["what", "cohort", "against", "schools", "n"]].to_string(index=False).splitlines()[1:]
    ['    cohort   2024                4 24', '    cohort   2025                4 24', 'difference   2025    2024        8 48']
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group, smallest_change=smallest_change)
    reading = _read(frame, dv, cohort, {"wave": wave, "person": person, "school": school})
    waves = {name: _find_waves(reading, name, before, after) for name in reading.cohorts}
    if not any(waves.values()):
        find_before_after(reading.of_cohort(reading.cohorts[0]), None, None)  # says what is missing
    options = (confidence, smallest_group, smallest_change, common)
    long = reading.long
    rows = [{"dv": name} | row for name in long.dv for row in _describe(reading, waves, name, *options)]
    table = _correct(pd.DataFrame(rows), confidence).astype({"schools": "Int64", "n": "Int64", "pairs": "Int64"})
    table["method"] = table["method"].where(table["estimate"].notna(), table["verdict"].map(_say))
    table["verdict"] = table["verdict"].map(_say)
    columns = list(DETAIL if detail else COLUMNS)
    found = table.set_index("dv")[columns] if len(long.dv) > 1 else table[columns]
    told = {when: {name: long.waves[both[at]] for name, both in waves.items() if both} for at, when in enumerate(("before", "after"))}
    found.attrs = long.attrs | told | {"cohort": reading.column, "confidence": confidence}
    ends = find_range(frame, long.dv)
    found.attrs |= {"range": ends} if ends else {}
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A frame with cohorts as it was read: the table of `long` has a column `cohort`, and people have a code of their own in each."""

    frame: pd.DataFrame
    column: str
    of_row: pd.Series
    cohorts: tuple[str, ...]
    long: Long

    def of_cohort(self, name: str) -> Long:
        """Return the rows of a cohort, with its own waves in their order; numbers of waves in the table stay those of the whole."""
        own = self.long.table[self.long.table["cohort"] == name]
        waves, ordered = order_waves(self.frame[(self.of_row == name).to_numpy()], self.long.columns["wave"])
        return replace(self.long, table=own, waves=tuple(waves), ordered=ordered)


def _read(frame: pd.DataFrame, dv: str | Sequence[str] | None, cohort: str | None, given: dict[str, Column]) -> _Reading:
    check_frame(frame)
    column = _find_cohort(frame, cohort)
    uses = [kind for kind, name in given.items() if name == column] + ["dv"] * (column in ([dv] if isinstance(dv, str) else dv or []))
    if uses:
        refuse("twice_used", column=column, uses=tell([*uses, "cohort"]))
    of_row = read_codes(frame, column, "cohort")
    cohorts = [name for name in list_codes(frame, column) if (of_row == name).any()]
    if len(cohorts) < 2:
        refuse("one_cohort", column=column, cohort=cohorts[0])
    rest = frame.drop(columns=column)
    columns = find_columns(rest, given, ("wave", "person", "school"))
    own = rest.reset_index(drop=True)
    schools = read_codes(rest, columns["school"], "school")
    if columns["school"]:
        own[columns["school"]] = of_row + ": " + schools
    if columns["person"] and columns["person"] != columns["school"]:
        own[columns["person"]] = (of_row + ": " + as_text(rest[columns["person"]])).where(own[columns["person"]].notna())
    found: dict[str, Column] = {kind: name or False for kind, name in columns.items()}
    long = read_frame(own, dv=dv, wave=found["wave"], person=found["person"], school=found["school"])
    table = long.table.assign(**{name: codes.to_numpy()[long.table["row"]] for name, codes in (("school", schools), ("cohort", of_row))})
    long = replace(long, table=table, schools=tuple(list_codes(rest, columns["school"])))
    return _Reading(frame, column, of_row, tuple(cohorts), long)


def _find_cohort(frame: pd.DataFrame, cohort: str | None) -> str:
    if cohort is not None:
        return find_named(frame, cohort, "cohort")
    hits = [str(name) for name in frame.columns if fold_words(str(name)) in NAMES]
    if len(hits) != 1:
        refuse("which_cohort", columns=tell(hits or frame.columns))
    return hits[0]


def _find_waves(reading: _Reading, name: str, before: Any, after: Any) -> tuple[int, int] | None:
    """Return the places of both waves of a cohort; None where it has one wave only and none was named."""
    first, last = (_pick_wave(wave, name) for wave in (before, after))
    if first is not None and last is not None:
        return find_before_after(reading.long, first, last)
    own = reading.of_cohort(name)
    if len(own.waves) < 2 and first is None and last is None:
        return None
    places = find_before_after(own, first, last)
    return reading.long.waves.index(own.waves[places[0]]), reading.long.waves.index(own.waves[places[1]])


def _pick_wave(wave: Any, cohort: str) -> Any:
    return {str(name): value for name, value in wave.items()}.get(cohort) if isinstance(wave, Mapping) else wave


def _describe(
    reading: _Reading,
    waves: Mapping[str, tuple[int, int] | None],
    dv: str,
    confidence: float,
    smallest_group: int,
    smallest_change: float | None,
    common: bool,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one column: cohorts with their schools, then what is said over cohorts."""
    people = {name: take_people(reading.of_cohort(name), dv, *(waves[name] or (0, -1)), smallest_group) for name in reading.cohorts}
    counts = {name: _count(table, bool(reading.long.columns["person"]), smallest_group) for name, table in people.items()}
    counted = {name: list_counted(count["measure"], smallest_group) for name, count in counts.items()}
    cohorts = estimate_cohorts(people, counted, confidence, common=common)
    _refuse_nothing(cohorts, counts, dv)
    for name, change in cohorts.items():
        yield _describe_cohort(change, counts[name], smallest_change)
        present = [school for school in reading.long.schools if school in counts[name].index]
        yield from (_describe_school(change, counts[name].T[school], smallest_change) for school in present)
    synthesis = synthesise_cohorts(cohorts.values(), confidence)
    if synthesis.cohorts:
        yield from _describe_synthesis(synthesis, cohorts, counts, smallest_change)
        return
    for earlier, later in combinations(cohorts, 2):
        difference = compare_two(cohorts[later], cohorts[earlier], confidence)
        yield _describe_difference(later, earlier, difference, _sum_people(cohorts, counts, (later, earlier)), smallest_change)


def _count(people: pd.DataFrame, followed: bool, smallest_group: int) -> pd.DataFrame:
    """Return the counts of `count_people` with what decides whether a school counts, its mean after, and why it has no numbers, or ""."""
    counts = count_people(people)
    least = counts[["before", "after"]].min(axis=1)
    measure = counts["pairs"] if followed else least
    few = np.minimum(least, measure) < smallest_group
    reason = np.where(smallest_group > 1, "hidden", np.where(least == 0, "nobody", "no_pairs"))
    mean_after = people["after"].groupby(level="school").mean().reindex(counts.index)
    return counts.assign(measure=measure, mean_after=mean_after, reason=np.where(few, reason, ""))


def _refuse_nothing(cohorts: Mapping[str, CohortChange], counts: Mapping[str, pd.DataFrame], dv: str) -> None:
    if any(change.schools for change in cohorts.values()):
        return
    every = pd.concat(list(counts.values()))
    reasons = [reason for reason in every["reason"] if reason] or ["not_computable"]
    if reasons[0] != "hidden":
        refuse("not_comparable", column=dv, reason=_say(reasons[0]), people=int(every["people"].sum()), pairs=int(every["pairs"].sum()))


def _sum_people(cohorts: Mapping[str, CohortChange], counts: Mapping[str, pd.DataFrame], names: Sequence[str]) -> dict[str, int]:
    """Return schools, people and pairs that the means of cohorts rest on."""
    own = pd.concat([counts[name].loc[list(cohorts[name].schools)] for name in names])
    return {"schools": len(own), "n": int(own["people"].sum()), "pairs": int(own["pairs"].sum())}


def _describe_cohort(change: CohortChange, counts: pd.DataFrame, smallest_change: float | None) -> dict[str, Any]:
    mean = change.mean
    before = float(counts.loc[list(change.schools), "mean_before"].mean()) if change.schools else math.nan
    verdict = next(iter([reason for reason in counts["reason"] if reason]), "nobody" if counts.empty else "not_computable")
    if change.schools:
        few = mean.n < SMALLEST_NUMBER_OF_SCHOOLS
        verdict = "too_few_schools" if few else _judge(_take(mean), smallest_change)
    numbers = {"before": before, "after": before + mean.estimate, **_take(mean), "method": "two stages", "verdict": verdict}
    name = change.cohort
    return _begin("cohort", name) | _sum_people({name: change}, {name: counts}, (name,)) | numbers


def _describe_school(change: CohortChange, counts: pd.Series, smallest_change: float | None) -> dict[str, Any]:
    """Return the row of one school: stage one, with its Kenward-Roger interval."""
    school = str(counts.name)
    row = _begin("school", change.cohort, school=school) | {"schools": 1, "n": counts["people"], "pairs": counts["pairs"]}
    reason = counts["reason"] or ("" if school in change.schools else "not_computable")
    if reason:
        hidden = {"n": pd.NA, "pairs": pd.NA} if reason == "hidden" else {}
        return row | hidden | dict.fromkeys(NUMBERS, math.nan) | {"method": reason, "verdict": reason}
    at = change.schools.index(school)
    found = {name: float(getattr(change.changes, name)[at]) for name in ("estimate", "df", "low", "high", "p_value")}
    found["std_error"] = float(change.changes.std_error_kr[at])
    verdict = _judge(found, smallest_change)
    means = {"before": counts["mean_before"], "after": counts["mean_after"]}
    return row | means | found | {"method": "mixed_model", "verdict": verdict}


def _describe_difference(
    later: str, earlier: str, difference: Interval, sums: dict[str, int], smallest_change: float | None
) -> dict[str, Any]:
    row = _begin("difference", later, against=earlier) | sums
    if not math.isfinite(difference.low):
        few = "too_few_schools" if math.isfinite(difference.estimate) or not sums["schools"] else "not_computable"
        return row | dict.fromkeys(NUMBERS, math.nan) | {"method": few, "verdict": few}
    code = _judge(_take(difference), smallest_change)
    verdict = {"rose": "more", "fell": "less"}.get(code.partition("_")[0], code)
    return row | _take(difference) | {"method": "pooled t over schools", "verdict": verdict}


def _describe_synthesis(
    synthesis: CohortSynthesis, cohorts: Mapping[str, CohortChange], counts: Mapping[str, pd.DataFrame], smallest_change: float | None
) -> Iterator[dict[str, Any]]:
    sums = _sum_people(cohorts, counts, synthesis.cohorts)
    found = synthesis.mean
    mean = {"estimate": found.mu, "std_error": found.std_error, "df": found.k - 1, "low": found.low, "high": found.high}
    verdict = _judge(mean, smallest_change)
    method = {"method": "random effects over cohorts, REML, Knapp-Hartung", "verdict": verdict}
    yield _begin("mean", "") | sums | mean | {"p_value": found.p_value} | method
    for what, spread in (("tau_cohorts", synthesis.between_cohorts), ("tau_schools", synthesis.between_schools)):
        tau = {"estimate": spread.estimate, "low": spread.low, "high": spread.high}
        yield _begin(what, "") | sums | tau | {"method": "REML, Q-profile", "verdict": ""}


def _begin(what: str, cohort: str, *, against: str = "", school: str = ALL) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(NUMBERS, math.nan)
    return {"what": what, "cohort": cohort, "against": against, "school": school or _say("everyone")} | blank


def _take(found: SchoolMean | Interval) -> dict[str, float]:
    return {name: getattr(found, name) for name in NUMBERS[2:]}


def _judge(found: Mapping[str, float], smallest_change: float | None) -> str:
    return judge_change(found["estimate"], found["std_error"], found["df"], found["low"], found["high"], smallest_change)


def _correct(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the table with verdicts on differences that do not survive Holm's correction over all of them set to unclear."""
    different = table["what"] == "difference"
    adjusted = pd.Series(math.nan, index=table.index)
    adjusted[different] = compute_adjusted_p(table.loc[different, "p_value"].to_numpy(), "holm")
    lost = (adjusted > 1 - confidence) & table["verdict"].isin(("more", "less"))
    return table.assign(verdict=table["verdict"].mask(lost, "unclear"))


def _say(code: str) -> str:
    text = load_text(find_spoken())
    return text.say(f"verdict.{code}" if f"verdict.{code}" in text.phrases else f"frames.{code}") if code else ""
