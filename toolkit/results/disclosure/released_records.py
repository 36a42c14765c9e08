"""The records of a trajectory as data, beside the results: what the page on all schools may show of them, and nothing else.

Schools stand side by side here, so of two that did not agree to be compared there is neither a number nor a goal. Notes, links and
meetings of one school stand on its own page only: here they are counted over all schools. No text that people wrote is here, also not one
that may be quoted, nor what an agreed level rests on; of goals of persons there are counts only.
"""

from __future__ import annotations

import pandas as pd

from toolkit.results.disclosure.audiences import NOT_AGREED, hide_two_without_agreement
from toolkit.results.results import Results
from toolkit.schemas import RELEASED_RECORDS
from toolkit.study.study import Study

#: Kinds of which schools may stand beside each other.
BESIDE = ("contacts", "ratings", "attendance")
#: What people wrote, and so is on pages only.
WRITTEN = "quote"
#: Decimals of a share.
FINE = 4
NUMBERS = ("estimate", "low", "high")


def combine_records(results: Results, study: Study) -> pd.DataFrame:
    """Return the records as RELEASED_RECORDS: shown rows carry numbers, the others the reason why not."""
    known = hide_two_without_agreement(results, study)
    frames = [_take_goals(known.goals), _take_indicators(known.indicators), _take_recorded(known.recorded)]
    return RELEASED_RECORDS.conform(pd.concat([_settle(frame) for frame in frames], ignore_index=True))


def _take_goals(goals: pd.DataFrame) -> pd.DataFrame:
    """Return goals as records: what a goal is stands first, how it is seen second."""
    told = goals[~((goals["state"] == "hidden") & (goals["method"] == NOT_AGREED))]
    return told.rename(columns={"goal": "first", "indicator": "second", "date": "moment"}).assign(kind="goals")


def _take_indicators(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return indicators as records: which one stands first, what was counted second."""
    return indicators.rename(columns={"indicator": "first", "counted": "second", "date": "moment"}).assign(kind="indicators")


def _take_recorded(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the other records without texts, of notes, links and meetings those over all schools, of attendance those of whole schools."""
    told = recorded[(recorded["quantity"] != WRITTEN) & ((recorded["school"] == "") | recorded["kind"].isin(BESIDE))]
    told = told[told["kind"] != "profiles"]  # a study shows these on pages, on request
    told = told[(told["kind"] != "attendance") | ((told["quantity"] == "present") & (told["second"] == ""))]
    told = told.assign(words=told["words"].where(told["kind"] == "contacts", ""))
    return told.drop_duplicates(["kind", "school", "moment", "first", "second", "words", "quantity"])


def _settle(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the columns of RELEASED_RECORDS, with numbers and how they came about where they are shown, else the reason."""
    shown = frame["state"] == "shown"
    taken = frame.assign(reason=frame["method"].mask(shown, ""), method=frame["method"].where(shown, ""))
    taken = taken.assign(**{name: taken[name].where(shown).round(FINE) for name in NUMBERS}, n=taken["n"].astype("Int64").where(shown))
    blank = {name: "" for name, kind in RELEASED_RECORDS.columns.items() if kind == "str" and name not in taken}
    return taken.assign(**blank)[list(RELEASED_RECORDS.columns)]
