"""The last step of a run: numbers from which a small group would follow are taken out of the results, or stop the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.errors import Problem, ReportError
from toolkit.results.disclosure.contributors import NEARLY, list_counted, list_published
from toolkit.results.disclosure.contributors__relations import list_relations
from toolkit.results.disclosure.differencing import Leak, Published
from toolkit.results.disclosure.suppression__secondary import Protection, protect
from toolkit.results.estimates.participation import count_people
from toolkit.results.results import TABLES, Results
from toolkit.results.rows__rows__disclosure_tmp import find_floor
from toolkit.schemas import ANSWERS
from toolkit.study.study import Study

#: What says nearly the same as another quantity of its row goes when that goes.
FOLLOWERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("levels", "mean"): ("sd",),
    ("change", "change"): ("change_common", "shrunken", "position"),
    ("change", "change_pairs"): ("d_z", "g_av"),
    ("change", "average_change"): ("tau", "new_school", "delta", "detectable"),
    ("comparison", "difference"): ("permutation", "permutation_smallest", "companion"),
    ("participation", "used"): ("matched", "only_here", "response"),
}
NUMBERS = ("estimate", "std_error", "low", "high", "p_value", "df")


def protect_results(
    results: Results,
    responses: pd.DataFrame,
    findings: pd.DataFrame,
    scores: pd.DataFrame,
    study: Study,
    *,
    earlier: Sequence[Published] = (),
    strict: bool = False,
) -> Results:
    """Return `results` without the numbers from which, with all others and those published `earlier`, a small group would follow.

    They get the state `hidden` and the method `subtraction`, and are listed in the provenance. With `strict` nothing is hidden: a
    `ReportError` names the groups (by school, wave, measure and size) and the numbers to leave out.
    """
    counted = list_counted(results, count_people(responses, findings, study), study)
    published = [*list_published(results, scores, study), *counted]
    found = protect(published, list_relations(scores, study), earlier, largest=find_floor(study) - 1)
    chosen = [published[place] for place in found.hidden]
    if strict and chosen:
        raise ReportError(_list_problems(found, chosen, _find_schools(scores)))
    rows = [(number.table, key) for number in chosen for key in _list_rows(number, results, study)]
    hidden = hide_numbers(results, [*_list_leaders(results), *rows])
    return replace(hidden, provenance=dict(hidden.provenance) | {"subtraction": [name_number(number) for number in chosen]})


def hide_numbers(results: Results, numbers: Iterable[tuple[str, tuple[Any, ...]]], reason: str = "subtraction") -> Results:
    """Return `results` with these rows (table and key) and their followers hidden, for `reason`."""
    keys: dict[str, set[tuple[Any, ...]]] = {}
    for table, key in numbers:
        keys.setdefault(table, set()).update((*key[:-1], name) for name in (key[-1], *FOLLOWERS.get((table, key[-1]), ())))
    changed: dict[str, Any] = {name: _hide(getattr(results, name), TABLES[name].key, chosen, reason) for name, chosen in keys.items()}
    return replace(results, **changed)


def name_number(number: Published) -> str:
    """Return where a number stands, in one line."""
    school, *rest = number.key
    return " ".join([number.table, school or "all schools", *filter(None, rest)])


def _list_rows(number: Published, results: Results, study: Study) -> Iterator[tuple[Any, ...]]:
    """Yield the rows to hide for a number: its own, or of the answers to a scale those to one statement, without which no sum follows."""
    if number.table != ANSWERS.name:
        yield number.key
        return
    school, wave, instrument, scale, rating, _ = number.key
    where = (school, wave, instrument, study.find_instrument(instrument).find_scale(scale).items[0], rating)
    for key in results.answers[list(ANSWERS.key)].itertuples(index=False, name=None):
        if key[:5] == where:
            yield key


def _hide(table: pd.DataFrame, key: tuple[str, ...], chosen: set[tuple[Any, ...]], reason: str) -> pd.DataFrame:
    here = pd.Series([row in chosen for row in table[list(key)].itertuples(index=False, name=None)], index=table.index, dtype=bool)
    hidden = here & ((table["state"] == "shown") | table["method"].isin(NEARLY))
    blank: dict[str, Any] = dict.fromkeys(NUMBERS, float("nan")) | dict.fromkeys(("n", "pairs", "schools"), 0)
    blank |= {"state": "hidden", "method": reason, "verdict": ""}
    return table.assign(**{name: table[name].mask(hidden, value) for name, value in blank.items() if name in table})


def _list_leaders(results: Results) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the numbers with followers that other rules hid because of subtraction."""
    for name, quantity in FOLLOWERS:
        table: pd.DataFrame = getattr(results, name)
        hidden = (table["quantity"] == quantity) & (table["state"] == "hidden") & (table["method"] == "subtraction")
        yield from ((name, key) for key in table.loc[hidden, list(TABLES[name].key)].itertuples(index=False, name=None))


def _find_schools(scores: pd.DataFrame) -> dict[str, str]:
    return dict(zip(scores["respondent"], scores["school"], strict=True))


def _list_problems(found: Protection, chosen: list[Published], school_of: Mapping[str, str]) -> list[Problem]:
    proposal = f"Leave out, or run without strict: {'; '.join(name_number(number) for number in chosen)}."
    groups = list(dict.fromkeys(name for leak in found.leaks for name in _name_groups(leak, school_of)))
    return [Problem("", f"{group} would follow by subtraction.") for group in groups[:-1]] + [
        Problem("", f"{groups[-1]} would follow by subtraction.", proposal)
    ]


def _name_groups(leak: Leak, school_of: Mapping[str, str]) -> Iterator[str]:
    """Yield the group of a leak: school, wave, measure and size. A head is named by its school and wave, a person by nothing."""
    schools = sorted({school_of.get(person, person.split("\n")[0]) for person in leak.people})
    yield f"{len(leak.people)} of {', '.join(schools)} in {', '.join(leak.waves)} on {leak.measure}"
