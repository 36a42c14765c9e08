"""View: one page's study, results, language and school, and the way to any estimate in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from toolkit.errors import DefinitionError
from toolkit.languages import Language, Text, load_text
from toolkit.page_kernel import Handed, find_handed
from toolkit.report.content.estimate import Estimate, choose_decimals, present_change, round_shown
from toolkit.report.content.index import FIELDS, NOT_MEASURED, Index, index_estimates
from toolkit.report.content.reads import DERIVED, TABLE, Read, WatchedResults, sign_origin, write_rows
from toolkit.results.disclosure.audiences import list_boards
from toolkit.results.estimation import open_results
from toolkit.results.results import TABLES, Results
from toolkit.schemas import (
    ANSWERS,
    ATTRITION,
    BAND,
    CHANGE,
    COHORTS,
    COMPARISON,
    LEVELS,
    PAIRS,
    PARTICIPATION,
    RELIABILITY,
    ROLES,
    SENSITIVITY,
    SHARES,
    SOURCES,
    SWITCHES,
)
from toolkit.study.instruments import Instrument
from toolkit.study.loading import load_study
from toolkit.study.rules import load_rules
from toolkit.study.study import Comparison, Outcome, Pair, School, Study, Wave

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Level:
    """How high something is in a wave: what it comes from, and the value and decimals to display."""

    wave: Wave
    source: Estimate
    value: float
    decimals: int


def answer_once(ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a question that a view answers once, however often a page asks it."""

    @wraps(ask)
    def recall(view: View, *about: Any) -> Answer:
        key = (ask.__name__, *(tuple(part) if isinstance(part, list) else part for part in about))
        if key not in view.answered:
            view.answered[key] = ask(view, *about)
        return cast(Answer, view.answered[key])

    return recall


@dataclass(frozen=True)
class View:
    """What one page shows: of one school, or across schools when `school` is "": of all, or of those of one `board`."""

    study: Study
    results: Results
    text: Text
    school: str = ""
    board: str = ""
    #: what was read of the results, where somebody wants to know.
    reads: set[Read] | None = field(default=None, compare=False, repr=False)
    answered: dict[tuple[Any, ...], Any] = field(default_factory=dict, compare=False, repr=False, init=False)

    def __post_init__(self) -> None:
        """Follow the cohort that the page is about, if it is about one: its measurements, its dates, its comparisons."""
        cohort_of = self.study.map_cohorts()
        shown = [self.school] if self.school else [s.id for s in self.study.schools if self.board in ("", s.board)]
        cohorts = {cohort_of.get(school, "") for school in shown}
        if len(cohorts) == 1:
            object.__setattr__(self, "study", self.study.follow_cohort(*cohorts))

    @property
    def comparison(self) -> Comparison | None:
        """The comparison that leads; None with a single wave."""
        return self.study.leading

    @cached_property
    def silent(self) -> bool:
        """Whether this is the page of a school of which nothing may be shown: no mean, and at no measurement how many answered."""
        used = [self.find_participation(wave.id, "used").state for wave in self.study.waves]
        return "hidden" in used and "shown" not in used and bool(self.school) and not self._derive("has_level")

    @cached_property
    def waves(self) -> tuple[Wave, ...]:
        """The waves that are compared, or the only one."""
        if self.comparison is None:
            return self.study.waves[-1:]
        return self.study.find_wave(self.comparison.before), self.study.find_wave(self.comparison.after)

    @cached_property
    def schools(self) -> list[School]:
        """The schools that a page across schools may name, in the order that the study chose; those of hidden size by their code, last."""
        own = sorted((s for s in self.study.schools if not self.board or s.board == self.board), key=lambda school: school.id)
        return sorted(own, key=self._rank_size) if self.study.order == "size" else own

    @property
    def codes(self) -> list[str]:
        """The codes of `schools`."""
        return [school.id for school in self.schools]

    def _rank_size(self, school: School) -> tuple[bool, int]:
        used = self.find_participation(self.waves[-1].id, "used", school.id)
        return not used.shown, -int(used.estimate) if used.shown else 0

    def list_instruments(self, *topics: str) -> list[Instrument]:
        """Return the instruments with scales about one of `topics`, that of the primary outcome first.

        What the study is about leads its page: where the primary outcome is no factor, its instrument stands where engagement stands.
        """
        primary = self.study.find_instrument(self.study.primary.instrument)
        whole = [i for i in self.study.instruments if primary.id not in {v.id for v in i.nested} and i.id not in self.study.occasional]
        about = {instrument.id: instrument.topic for instrument in whole} | {
            primary.id: "factors" if primary.topic == "factors" else "engagement"
        }
        chosen = {instrument.id: instrument for instrument in [primary, *whole] if about[instrument.id] in topics and instrument.scales}
        return list(chosen.values())

    def find_level(self, outcome: Outcome, wave: str, quantity: str = "mean", school: str | None = None) -> Estimate:
        """Return how high `outcome` is in `wave`, in this page's school or another."""
        return self._find(LEVELS.name, self._where(school), wave, *_name(outcome), quantity)

    def find_change(
        self, outcome: Outcome, quantity: str = "change", comparison: Comparison | None = None, school: str | None = None
    ) -> Estimate:
        """Return how much `outcome` changed, in the comparison that leads or another; across schools the average change."""
        chosen = comparison or self.comparison
        where = self._where(school)
        asked = "average_change" if quantity == "change" and not where else quantity
        return self._find(CHANGE.name, where, chosen.id, *_name(outcome), asked) if chosen else NOT_MEASURED

    def find_participation(self, wave: str, quantity: str, school: str | None = None) -> Estimate:
        """Return a count of people, or the share that answered."""
        return self._find(PARTICIPATION.name, self._where(school), wave, quantity)

    def find_reliability(self, outcome: Outcome, wave: str, quantity: str) -> Estimate:
        """Return how precisely `outcome` was measured, over all people of the study."""
        return self._find(RELIABILITY.name, wave, *_name(outcome), quantity)

    def may_compare(self, outcome: Outcome) -> bool:
        """Return whether schools can be told apart on `outcome` in the last of the compared waves: ICC(2) says so."""
        return bool(self._derive("may_compare", *_name(outcome)))

    def find_ahead(self, outcome: Outcome, wave: str, cut: float, school: str | None = None) -> Estimate:
        """Return the mean of all schools where it lies `cut` spreads of a school's own people above the mean of that school."""
        return cast(Estimate, self._derive("find_ahead", *_name(outcome), wave, cut, self._where(school)))

    def count_changes(self, quantity: str) -> int:
        """Return how many changes of this page's school, or across schools, are shown."""
        return cast(int, self._derive("count_changes", quantity))

    def find_answer(self, instrument: str, item: str, rating: str, wave: str, answer: float, school: str | None = None) -> Estimate:
        """Return which share of this page's school, or of another, gave `answer` to a statement."""
        return self._find(ANSWERS.name, self._where(school), wave, instrument, item, rating, answer)

    def find_share(
        self,
        instrument: str,
        item: str,
        rating: str,
        wave: str,
        option: float,
        quantity: str = "share",
        school: str | None = None,
        role: str = "",
    ) -> Estimate:
        """Return which share of this page's school, or across schools the mean of theirs, picked an option; or how many wrote something.

        With a `role`, "leaders" or "staff", which share of these in all schools.
        """
        return self._find(SHARES.name, self._where(school), wave, instrument, item, rating, option, role, "", quantity)

    def find_role(self, outcome: Outcome, wave: str, quantity: str) -> Estimate:
        """Return how high `leaders` or `staff` are on `outcome`, or how far they differ, in this page's school or over the schools."""
        return self._find(ROLES.name, self.school, wave, "", *_name(outcome), quantity)

    def count_role(self, role: str, wave: str, quantity: str = "used") -> Estimate:
        """Return of how many people in a role the answers were used, or the `response`: which share of those invited that is."""
        return self._find(ROLES.name, self.school, wave, role, "", "", "", quantity)

    def find_subgroup(self, subgroup: str, outcome: Outcome, wave: str) -> Estimate:
        """Return how high a group of persons is on `outcome`: those of this page's school, or of all."""
        return self._find(ROLES.name, self.school, wave, subgroup, *_name(outcome), "mean")

    def list_words(self, instrument: str, item: str, rating: str, wave: str) -> dict[str, Estimate]:
        """Return the key words that enough of this page's school wrote, or of all schools, each with how many people did."""
        place = (SHARES.name, self._where(None), wave, instrument, item, rating, 1.0)
        self._note((TABLE, SHARES.name))
        return {str(key[8]): self._estimates[key] for key in self._estimates.list_keys(*place) if key[8]}

    def find_switched(self, instrument: str, item: str, rating: str, ends: tuple[float, float], quantity: str = "switched") -> Estimate:
        """Return how many of this page's school went from one option to another, of those who answered twice, or the test of it."""
        comparison = self.comparison.id if self.comparison else ""
        return self._find(SWITCHES.name, self.school, comparison, instrument, item, rating, *ends, quantity)

    def find_band(self, outcome: Outcome, wave: str, end: str) -> Estimate:
        """Return the lowest or the highest mean of the other schools."""
        return self._find(BAND.name, self.school, wave, *_name(outcome), end)

    def find_pair(self, pair: Pair) -> Estimate:
        """Return how much more the first end of a pair changed than the second."""
        where = (self.comparison.id if self.comparison else "", *_name(self.study.primary))
        return self._find(PAIRS.name, pair.first, pair.second, "", *where, "difference")

    def find_contrast(self, outcome: Outcome, quantity: str = "difference") -> Estimate:
        """Return how much more the schools on the trajectory changed than the comparison schools."""
        return self._find(COMPARISON.name, "", self.comparison.id if self.comparison else "", *_name(outcome), quantity)

    def find_other_way(self, quantity: str) -> Estimate:
        """Return the average change of the primary outcome by another estimator than the default."""
        return self._find(SENSITIVITY.name, "", self.comparison.id if self.comparison else "", *_name(self.study.primary), quantity)

    def find_leaving(self) -> Estimate:
        """Return how much higher those who left began than those who stayed, on the primary outcome."""
        where = ("", self.comparison.id if self.comparison else "", *_name(self.study.primary))
        return self._find(ATTRITION.name, *where, "leavers_minus_stayers")

    @answer_once
    def count_smaller(self, outcome: Outcome, school: str | None = None) -> int:
        """Return the number of people in the smaller wave, which sets the decimals; 0 where it is not shown."""
        ends = [self.find_change(outcome, end, school=school) for end in ("before", "after")]
        if all(end.shown for end in ends):
            return min(end.n for end in ends)
        levels = [self.find_level(outcome, wave.id, school=school) for wave in self.waves]
        return min((level.n for level in levels if level.shown), default=0)

    def write_place(self) -> str:
        """Return the name of the school or the board, as it was typed; nothing on the page across all schools."""
        return self.study.find_school(self.school).name if self.school else self.board

    @answer_once
    def present_levels(self, outcome: Outcome, school: str | None = None) -> list[Level]:
        """Return the shown levels of `outcome` in the compared waves, as they are displayed."""
        before, change, after = (self.find_change(outcome, name, school=school) for name in ("before", "change", "after"))
        ends = [self.find_level(outcome, wave.id, school=school) for wave in self.waves]
        smaller = self.count_smaller(outcome, school)
        values = [level.estimate for level in ends]
        if change.judged and before.shown and after.shown:
            shown = present_change(before.estimate, change.estimate, after.estimate, smaller)
            ends = [_add_interval(end, level) for end, level in zip((before, after), ends, strict=True)]
            values = [float(shown.before), float(shown.after)]
        return [
            Level(wave, level, value, choose_decimals(smaller))
            for wave, level, value in zip(self.waves, ends, values, strict=True)
            if level.shown
        ]

    @answer_once
    def frame_levels(self, outcomes: list[Outcome]) -> pd.DataFrame:
        """Return the displayed levels of `outcomes` in the compared waves, for a figure."""
        rows = [
            {"school": self.school, "wave": level.wave.id, **outcome.model_dump(), "quantity": "mean"}
            | {name: getattr(level.source, name) for name in FIELDS[:8]}
            | {name: round_shown(getattr(level.source, name), level.decimals) for name in ("low", "high")}
            | {"estimate": round_shown(level.value, level.decimals), "n": self.count_smaller(outcome)}
            for outcome in outcomes
            for level in self.present_levels(outcome)
        ]
        return LEVELS.collect(rows)

    def frame_change(self, outcomes: list[Outcome], quantity: str = "change", school: str | None = None) -> pd.DataFrame:
        """Return the shown changes of `outcomes`, for a figure, each with the number of people that sets its decimals."""
        chosen = self.comparison.id if self.comparison else ""
        asked = "average_change" if quantity == "change" and not self._where(school) else quantity
        found = [(outcome, self.find_change(outcome, quantity, school=school)) for outcome in outcomes]
        rows = [
            {"school": self._where(school), "comparison": chosen, **outcome.model_dump(), "quantity": asked}
            | {name: getattr(change, name) for name in FIELDS}
            | {"n": min(change.n, self.count_smaller(outcome, school) or change.n)}
            for outcome, change in found
            if change.shown
        ]
        return CHANGE.collect(rows)

    def _where(self, school: str | None) -> str:
        return self.school if school is None else school

    def _find(self, *key: str | float) -> Estimate:
        self._note(key)
        return self._estimates[key]

    def _note(self, read: Read) -> None:
        if self.reads is not None:
            self.reads.add(read)

    def _derive(self, name: str, *about: Any) -> object:
        """Return what follows from several numbers, noting that and not the numbers."""
        self._note((DERIVED, name, *about))
        return _DERIVED[name](self._quiet, *about)

    def answer(self, read: Read) -> object:
        """Return what a page of this view finds where it reads `read`."""
        if read[0] == DERIVED:
            return _DERIVED[read[1]](self._quiet, *read[2:])
        if read[0] == TABLE:
            table = getattr(self._unwatched, read[1])
            return write_rows(table) if isinstance(table, pd.DataFrame) else sign_origin(self._unwatched)
        return self._estimates[read]

    @cached_property
    def _quiet(self) -> View:
        """The same view, of which nothing is noted."""
        if self.reads is None:
            return self
        quiet = replace(self, results=self._unwatched, reads=None)
        quiet.__dict__["_estimates"] = self._estimates
        return quiet

    @property
    def _unwatched(self) -> Results:
        return self.results.unwatched if isinstance(self.results, WatchedResults) else self.results

    @cached_property
    def _estimates(self) -> Index:
        return index_estimates(self._unwatched, [name for name in TABLES if name not in (SOURCES.name, COHORTS.name)])


def _has_level(view: View) -> bool:
    return any(view._estimates[key].shown for key in view._estimates.list_keys(LEVELS.name, view.school))


def _may_compare(view: View, *outcome: str) -> bool:
    found = view._find(RELIABILITY.name, view.waves[-1].id, *outcome, "icc2")
    return found.shown and found.estimate >= load_rules().limits["comparable"].cut


def _find_ahead(view: View, instrument: str, scale: str, rating: str, wave: str, cut: float, school: str) -> Estimate:
    own, spread = (view._find(LEVELS.name, school, wave, instrument, scale, rating, quantity) for quantity in ("mean", "sd"))
    everywhere = view._find(LEVELS.name, "", wave, instrument, scale, rating, "mean")
    if not (own.shown and spread.shown and everywhere.shown and spread.estimate):
        return NOT_MEASURED
    return everywhere if round((everywhere.estimate - own.estimate) / spread.estimate, 9) >= cut else NOT_MEASURED


def _count_changes(view: View, quantity: str) -> int:
    return sum(view._estimates[key].shown for key in view._estimates.list_keys(CHANGE.name, view.school) if key[-1] == quantity)


_DERIVED: dict[str, Callable[..., object]] = {
    "has_level": _has_level,
    "may_compare": _may_compare,
    "find_ahead": _find_ahead,
    "count_changes": _count_changes,
}


def open_view(study_file: str | Path, results_file: str | Path = "", school: str = "", language: Language = "nl") -> View:
    """Return the view of a page; without `results_file` on what the last run kept, or, where that holds no longer, estimated here.

    Raises `DefinitionError` for a study that is not right or a school it does not have, `ExportError` for exports that stop the analysis.
    """
    if handed := find_handed():
        return _watch(handed, language, school)
    study = load_study(study_file)
    if school:
        study.find_school(school)
    return View(study, open_results(study, results_file, school=school), study.load_text(language), school)


def _watch(handed: Handed, language: Language, school: str, board: str = "") -> View:
    """Return the view of a page on what it was handed, which notes what it reads."""
    reads = set[Read]()
    study = handed.studies[0]
    view = View(study, WatchedResults(handed.results, reads), study.load_text(language), school, board, reads)  # type: ignore[arg-type]
    handed.views.append(view)
    return view


def open_board(study_file: str | Path, results_file: str | Path = "", board: str = "", language: Language = "nl") -> View:
    """Return the view of the page of a board; without `board` that of the first one. Raises as `open_view`."""
    if handed := find_handed():
        return _watch(handed, language, "", board)
    study = load_study(study_file)
    boards = list_boards(study)
    if not boards or (board and board not in boards):
        text = load_text(study.languages[0])
        code, mend = ("unknown", text.suggest(board, boards)) if boards else ("boards_none", "")
        raise DefinitionError(text.find_fault(code, study.file, what=text.say("faults.what.board"), name=board, mend=mend))
    chosen = board or boards[0]
    return View(study, open_results(study, results_file, board=chosen), study.load_text(language), board=chosen)


def _add_interval(end: Estimate, level: Estimate) -> Estimate:
    """Return the level of the model with its own interval, or with that of the people who answered where the model gives none."""
    return end if math.isfinite(end.low) else replace(end, low=level.low, high=level.high)


def _name(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.instrument, outcome.scale, outcome.rating
