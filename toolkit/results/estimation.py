"""From what was read to results that may be shown: estimated, protected, and checked against what was published before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.findings import refuse_stops
from toolkit.languages import load_text
from toolkit.records.reading import read_records
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.questions import describe_questions
from toolkit.results.disclosure.attended import list_attended
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.disclosure.contributors import list_apart, list_published
from toolkit.results.disclosure.differencing import Published
from toolkit.results.disclosure.register import (
    KEY,
    Register,
    list_changed,
    list_earlier,
    load_register,
    record_publication,
    tabulate_changed,
    tabulate_unfinished,
)
from toolkit.results.disclosure.released_data import settle_ends
from toolkit.results.disclosure.spreads import hide_spreads
from toolkit.results.disclosure.suppression import protect_results
from toolkit.results.disclosure.unreadable import (
    keep_readable,
    list_suspected,
    list_unreadable,
    refuse_unreadable,
    tabulate_unreadable,
)
from toolkit.results.estimates.answers import estimate_answers
from toolkit.results.estimates.attainment import add_attainment
from toolkit.results.estimates.attendance import add_present, list_heads
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.cohorts import Walk, estimate_walks, list_asked
from toolkit.results.estimates.comparison import estimate_comparison, estimate_pairs
from toolkit.results.estimates.levels import estimate_band, estimate_levels
from toolkit.results.estimates.participation import count_people, estimate_participation
from toolkit.results.estimates.recorded import estimate_recorded
from toolkit.results.estimates.records import estimate_goals, estimate_indicators
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.estimates.roles import count_roles, estimate_role_shares, estimate_roles
from toolkit.results.estimates.shares import (
    add_picked,
    average_shares,
    estimate_shares,
    estimate_switches,
    take_picked,
)
from toolkit.results.estimates.subgroups import add_subgroups, estimate_subgroups
from toolkit.results.research.team_agreement import list_agreement
from toolkit.results.results import Results, load_results
from toolkit.results.robustness import add_robustness, list_added
from toolkit.results.rows import keep_reported
from toolkit.results.stored import find_kept
from toolkit.schemas import CHANGE, COMPARISON, FINDINGS, LEVELS, PARTICIPATION, RELIABILITY, SCORES
from toolkit.scoring import hold, hold_scores
from toolkit.study.cohorts import list_cohorts
from toolkit.study.instruments import locate_instrument
from toolkit.study.study import Study
from toolkit.workers import Spread, spread_here


@dataclass(frozen=True, slots=True, eq=False)
class Estimation:
    """A study estimated: what was read, scores, results that may be shown, and FINDINGS on published groups changed by a few people."""

    study: Study
    exports: Exports
    held: pd.DataFrame
    results: Results
    changed: pd.DataFrame
    register: Register | None

    @property
    def scores(self) -> pd.DataFrame:
        """The scores of everybody, of which `held` are the same in little room."""
        return self.held.astype(dict(SCORES.columns))

    @property
    def findings(self) -> pd.DataFrame:
        """What was found while the answers were read, and groups that changed by a few people since they were published."""
        return pd.concat([self.exports.findings, self.changed], ignore_index=True)

    def record(self, schools: Collection[str] = ()) -> bool:
        """Record in the register that the results, or those of some schools, are published; return whether that is new.

        Record before anything is written for others to read: what was recorded and not written gives nobody away.
        """
        assert self.register, "only what was held against a register can be recorded in it"
        chosen = (number for number in self._list_published() if not schools or number.key[0] in (*schools, ""))
        waves = {moment.id: str(moment.date) for moment in self.study.moments}
        return record_publication(self.register, chosen, str(self.study.report_date), waves)

    def _list_published(self) -> Iterator[Published]:
        """Yield the numbers that are shown, with the people in them, one instrument after another."""
        told = hold(add_picked(self.held, self.exports.responses, self.study))
        for results, scores in list_apart(self.results, told, self.study):
            yield from list_published(results, scores, self.study)
        yield from list_added(self.results, self.held, self.study)


def estimate_study(
    study: Study,
    exports: Exports | None = None,
    *,
    register: Path | None = None,
    confirm: bool = False,
    strict: bool = False,
    jobs: int = 1,
    spread: Spread | None = None,
) -> Estimation:
    """Return a study read, estimated and protected: the whole road from files to results that may be shown.

    Parameters
    ----------
    study
        From `load_study`.
    exports
        From `read_exports`, if the files were read already.
    register
        The folder of earlier reports: numbers that would reveal the few people by whom a group changed since then stay hidden.
    confirm
        Show those numbers; a person has looked at the groups in `changed`. What was published and can't be read back stays protected:
        everything that could give people away together with it is hidden.
    strict
        Stop, instead of hiding numbers, if subtraction would reveal a small group.
    jobs
        How many processes of this machine estimate and protect.
    spread
        What the scales are estimated by instead, such as a cluster. What is protected is protected here.

    Returns
    -------
    Estimation
        `study`, `exports`, `scores`, `results` (as from `estimate_results`), the groups `changed` since an earlier publication, and the
        `register`.

    Raises
    ------
    ExportError
        With all findings that stop the analysis.
    ReportError
        For a register that can't be read, or can't be held against the answers: another key, other codes, other names.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> found = plg.estimate_study(study)
    >>> change = found.results.change
    >>> change[change["quantity"] == "average_change"][["comparison", "instrument", "estimate", "verdict"]].round(2).head(2)
           comparison        instrument  estimate verdict
    258   first_third  job_satisfaction      0.07    same
    652  first_second  job_satisfaction      0.00    same
    """
    exports = exports or read_exports(study)
    refuse_stops(exports.findings, study.languages[0])
    scores = _score(exports, study)
    kept = load_register(register, study.languages[0]) if register else None
    told = add_picked(scores, exports.responses, study)
    earlier, changed = _hold_against(kept, told, study, confirm) if kept else ([], FINDINGS.empty())
    results = _estimate(study, exports, scores, earlier, strict, spread_here(jobs), spread)
    return Estimation(study, exports, scores, results, changed, kept)


def _score(exports: Exports, study: Study) -> pd.DataFrame:
    """Return the scores of everybody, with the group of persons that they belong to where the study has these."""
    return add_subgroups(hold_scores(exports.responses, study), exports.responses, study)


def _hold_against(register: Register, scores: pd.DataFrame, study: Study, confirm: bool) -> tuple[list[Published], pd.DataFrame]:
    """Return what nothing may follow together with, and FINDINGS on earlier publications; `ReportError` if they can't be read back.

    Who confirms has looked at the groups that changed. What can't be read back nobody can have looked at: it counts as published of
    everybody but one person.
    """
    unreadable = list_unreadable(register, scores, study)
    if not confirm:
        refuse_unreadable(unreadable, load_text(study.languages[0]))
    readable = keep_readable(register, unreadable)
    found = [tabulate_unfinished(register.folder), tabulate_unreadable(unreadable)]
    found.append(tabulate_changed(list_changed(readable, scores, study)))
    earlier = list_suspected(unreadable, register, scores, study) if unreadable else []
    return earlier + ([] if confirm else list_earlier(register, scores)), pd.concat(found, ignore_index=True)


def estimate_results(study: Study, exports: Exports, *, earlier: Sequence[Published] = (), strict: bool = False) -> Results:
    """Return all results of what was read: who took part, levels, change and what it rests on, reliability, answers, pairs.

    Parameters
    ----------
    study
        From `load_study`.
    exports
        From `read_exports`.
    earlier
        What was published before, from which nothing may follow together with this.
    strict
        Stop, instead of hiding numbers, if subtraction would reveal a small group.

    Returns
    -------
    Results
        A table per question (`participation`, `levels`, `change`, `reliability`, ...), each with `state`, `quantity` and `estimate` with
        its interval. The disclosure rules have been applied.

    Raises
    ------
    ExportError
        If findings stop the analysis.

    Notes
    -----
    Which rules protect people is in `docs/privacy.md`, which formula makes which number in `docs/methods.md`.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> results = plg.estimate_results(study, plg.read_exports(study))
    >>> results.levels[["school", "wave", "quantity", "state", "estimate"]].round(2).head(3)
      school wave quantity  state  estimate
    0    4-A   w1     mean  shown      3.14
    1    4-A   w1       sd  shown      1.00
    2    4-A   w2     mean  shown      3.06
    """
    refuse_stops(exports.findings, study.languages[0])
    return _estimate(study, exports, _score(exports, study), earlier, strict)


def estimate_again(study: Study, internal: Path) -> Iterator[Results]:
    """Yield the results that a run would give with the whole register in `internal`, without it, and with each beginning of it.

    What a run hides depends on what was published before it, and the register says neither which entry belongs to which run nor whether a
    person confirmed what it would hide. Results that hide the same numbers are yielded once. If there is no register, none is started.
    """
    exports = read_exports(study)
    refuse_stops(exports.findings, study.languages[0])
    scores = _score(exports, study)
    tried = list[list[str]]()
    for earlier in _list_beginnings(internal, add_picked(scores, exports.responses, study)):
        results = _estimate(study, exports, scores, earlier, strict=False)
        if results.provenance["subtraction"] not in tried:
            tried.append(results.provenance["subtraction"])
            yield results


def open_results(study: Study, results_file: str | Path = "", *, school: str = "", board: str = "") -> Results:
    """Return what the page of a school, of a board, or across all schools may know: from saved results, or estimated now.

    What a run kept in its folder of reports is not estimated again, as long as it holds.
    """
    results = load_results(results_file) if results_file else find_kept(study) or estimate_study(study).results
    return take_audience(results, study, school=school, board=board)


def _list_beginnings(internal: Path, scores: pd.DataFrame) -> Iterator[list[Published]]:
    """Yield what may have been published before."""
    if not (internal / KEY).is_file():
        yield []
        return
    register = load_register(internal)
    count = len(register.lines)
    for number in dict.fromkeys([count, 0, *range(count - 1, 0, -1)]):
        yield list_earlier(replace(register, lines=register.lines[:number]), scores)


def _estimate(
    study: Study,
    exports: Exports,
    scores: pd.DataFrame,
    earlier: Sequence[Published],
    strict: bool,
    here: Spread = map,
    elsewhere: Spread | None = None,
) -> Results:
    spread = elsewhere or here
    records = read_records(study)
    refuse_stops(records.findings, study.languages[0])
    counts = count_people(exports.responses, exports.findings, study)
    results = Results(
        participation=estimate_participation(exports.responses, exports.findings, study),
        levels=pd.concat([estimate_levels(scores, study), list_agreement(exports.responses, scores, study)], ignore_index=True),
        change=estimate_change(scores[~scores["instrument"].isin(study.occasional)], study, spread=spread),
        reliability=estimate_reliability(exports.responses, scores, study),
        sources=exports.sources,
        provenance=describe_run(study) | {"questions": describe_questions(exports.findings), "files": _list_files(exports.responses)},
        answers=estimate_answers(exports.responses, scores, study),
        shares=_join([estimate_shares(exports.responses, study), estimate_role_shares(take_picked(exports.responses, study), study)]),
        switches=estimate_switches(exports.responses, study),
        roles=_join([count_roles(counts, study), *_estimate_parts(scores, study, spread)]),
        comparison=estimate_comparison(scores, study) if study.has_comparison_schools else COMPARISON.empty(),
        goals=estimate_goals(records.goals, study),
        indicators=estimate_indicators(records.indicators, study),
        recorded=estimate_recorded(records, exports.responses, study),
    )
    told = hold(add_picked(scores, exports.responses, study))
    attended = list_attended(results.recorded, list_heads(records.attendance, records.contacts), study)
    results = protect_results(results, exports.responses, exports.findings, told, study, attended=attended, earlier=earlier, strict=strict,
                              spread=here)  # fmt: skip
    results = replace(results, shares=average_shares(results.shares, study), recorded=add_present(results.recorded, records.contacts))
    results = settle_ends(hide_spreads(add_robustness(results, scores, study, earlier), study))
    results = replace(results, change=add_attainment(results.change, results.levels, scores, study))
    followed = results.levels[~results.levels["instrument"].isin(study.occasional)]
    results = replace(results, band=estimate_band(followed, study), pairs=estimate_pairs(results.change, study))
    if len(study.cohorts) < 2:
        return results
    made, asked = _compare_cohorts([(study, scores, results)])
    return replace(results, cohorts=made, provenance=dict(results.provenance) | {"asked": asked})


def _estimate_parts(scores: pd.DataFrame, study: Study, spread: Spread) -> Iterator[pd.DataFrame]:
    """Yield the tables on those who lead and on groups of persons, where the study has them."""
    if study.leaders:
        yield estimate_roles(scores, study, spread=spread)
    if study.subgroups:
        yield estimate_subgroups(scores, study)


def _join(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def join_cohorts(parts: Sequence[Estimation]) -> Results:
    """Return what the page on the cohorts of several studies may know: COHORTS from their scores and shown results, and where from."""
    provenance = dict(parts[0].results.provenance)
    provenance["instruments"] = {name: sha for part in parts for name, sha in part.results.provenance["instruments"].items()}
    provenance["studies"] = {part.study.id: part.results.provenance["study_sha"] for part in parts}
    provenance["questions"] = {"open": sum(part.results.provenance["questions"].get("open", 0) for part in parts)}
    nothing = {table.name: table.empty() for table in (PARTICIPATION, LEVELS, CHANGE, RELIABILITY)}
    sources = pd.concat([part.results.sources for part in parts], ignore_index=True).drop_duplicates(["source", "sheet"])
    made, asked = _compare_cohorts([(part.study, part.scores, part.results) for part in parts])
    return Results(**nothing, sources=sources, provenance=provenance | {"asked": asked}, cohorts=made)


def _compare_cohorts(parts: Sequence[tuple[Study, pd.DataFrame, Results]]) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Return COHORTS, and per cohort the instruments that it was asked where others share only a shorter version."""
    cohorts = list_cohorts([study for study, _, _ in parts])
    found = {study.id: (keep_reported(scores, study), results) for study, scores, results in parts}
    walks = [Walk(cohort, *found[cohort.study.id]) for cohort in cohorts]
    return estimate_walks(walks, parts[0][0].confidence), list_asked(walks)


def estimate_studies(studies: Sequence[Study], registers: Sequence[Path] = ()) -> Results:
    """Return the results of the page on the cohorts of `studies`, each read, estimated and protected by itself."""
    kept: list[Path | None] = [*registers] or [None for _ in studies]
    return join_cohorts([estimate_study(study, register=register) for study, register in zip(studies, kept, strict=True)])


def describe_run(study: Study) -> dict[str, Any]:
    """Return how the results were made: version, hashes of definitions, command and settings that differ from the default."""
    defaults = {"confidence": 0.95, "smallest_group": 5, "person_level": False, "order": "code"}
    return {
        "version": metadata.version("plg-toolkit"),
        "study_sha": hash_file(study.folder / study.file),
        "instruments": {
            instrument.id: hash_file(locate_instrument(instrument.id, study.folder / "instruments")) for instrument in study.instruments
        },
        "command": f"plg run {study.id}",
        "settings": {name: getattr(study, name) for name, default in defaults.items() if getattr(study, name) != default},
        "seed": study.seed,
    }


def _list_files(responses: pd.DataFrame) -> dict[str, list[str]]:
    """Return per school the files that hold its answers."""
    return {str(school): sorted(files.unique().tolist()) for school, files in responses.groupby("school")["source"]}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()
