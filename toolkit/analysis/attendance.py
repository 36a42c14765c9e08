"""How much schools got of a trajectory, by who came, and whether those that got more also changed more. What goes together is no cause."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.analysis.frames import ALL, check_frame, check_options, find_named, hide_on_pages
from toolkit.languages import find_spoken, load_text
from toolkit.statistics.correlation import compute_rank_correlation
from toolkit.study.rules import load_rules

DOSE = ("school", "contacts", "n", "share", "hours")
CONTACT = ["date", "title"]


def dose(attendance: pd.DataFrame, contacts: pd.DataFrame | None = None, *, smallest_group: int = 1) -> pd.DataFrame:
    """Return how much of its contacts each school got: which share of those listed came, and how many hours that is for one of them.

    Parameters
    ----------
    attendance
        As `plg.read_records(study).attendance`: a row per person listed at a contact (date, title, school, person, present). Rows with a
        count only say nothing of who stayed away, and have no share.
    contacts
        As `plg.read_records(study).contacts`, for the hours of each day; without it there are none.
    smallest_group
        Schools with fewer people listed have no numbers.

    Returns
    -------
    DataFrame
        A row per school: school, contacts (at which anybody of it was listed), n (people listed), share (the mean over contacts of the
        share who came) and hours (the length of each contact times that share, where all of them have one).

    Raises
    ------
    FrameError
        For a frame without these columns.

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> rows = [("2025-10-07", "s1", "a", "yes"), ("2025-10-07", "s1", "b", "no"), ("2025-11-04", "s1", "a", "yes")]
    >>> came = pd.DataFrame(rows, columns=["date", "school", "person", "present"]).assign(title="")
    >>> plg.dose(came)[["school", "contacts", "n", "share"]].to_numpy().tolist()
    [['s1', 2, 2, 0.75]]
    """
    floor = check_options(smallest_group=smallest_group)
    check_columns(attendance, *CONTACT, "school", "person", "present")
    listed = attendance[(attendance["person"] != "") & attendance["date"].notna()]
    came = listed.assign(came=listed["present"] != "no").groupby(["school", *CONTACT, "person"])["came"].any().reset_index()
    shares = came.groupby(["school", *CONTACT])["came"].mean().reset_index(name="share")
    lengths = _find_lengths(contacts)
    shares = shares.assign(hours=shares["share"] * [lengths.get(pd.Timestamp(day), math.nan) for day in shares["date"]])
    hours = ("hours", lambda own: own.sum(skipna=False))
    found = shares.groupby("school").agg(contacts=("share", "size"), share=("share", "mean"), hours=hours)
    table = found.assign(n=came.groupby("school")["person"].nunique()).reset_index()[list(DOSE)]
    few = table["n"] < floor
    return hide_on_pages(table.assign(share=table["share"].mask(few), hours=table["hours"].mask(few)))


def relate_dose(dose: pd.DataFrame, change: pd.DataFrame, *, on: str = "share", confidence: float = 0.95) -> pd.DataFrame:
    """Return whether schools that got more also changed more: a rank correlation over schools with its interval, or that it can't be told.

    Parameters
    ----------
    dose
        As `plg.dose` returns it, or any frame with a row per school.
    change
        As `plg.change` returns it: school and estimate.
    on
        The column of `dose` that says how much a school got.
    confidence
        The level of the interval.

    Returns
    -------
    DataFrame
        One row: on, schools (with both numbers), estimate (Spearman's correlation), low, high and verdict. With fewer schools than
        `[limits.together]` of the rules asks there are no numbers. While the interval holds 0 the verdict is "too small to tell".

    Raises
    ------
    FrameError
        For a frame without these columns.

    Notes
    -----
    Nobody drew lots over how much each school got, so this is no effect. The interval counts how few schools there are, not how unsure the
    change of each is. Interval of Bonett & Wright (2000).

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> got = pd.DataFrame({"school": list("abcd"), "share": [0.5, 0.6, 0.8, 0.9]})
    >>> changed = pd.DataFrame({"school": list("abcd"), "estimate": [0.1, 0.0, 0.3, 0.2]})
    >>> plg.relate_dose(got, changed)["schools"].tolist()
    [4]
    """
    check_options(confidence=confidence)
    both = pair_dose(dose, change, on)
    enough = len(both) >= load_rules().limits["together"].cut
    found = compute_rank_correlation(both["dose"], both["estimate"], confidence) if enough else None
    numbers = (found.estimate, found.low, found.high) if found else (math.nan,) * 3
    word = "goes_along" if numbers[1] > 0 else "goes_against" if numbers[2] < 0 else "too_small"
    verdict = load_text(find_spoken()).say(f"verdict.{word}")
    return pd.DataFrame([(on, len(both), *numbers, verdict)], columns=["on", "schools", "estimate", "low", "high", "verdict"])


def pair_dose(dose: pd.DataFrame, change: pd.DataFrame, on: str) -> pd.DataFrame:
    """Return the schools that have a dose and a change: school, dose, estimate, and the interval of the change (NaN where it has none)."""
    check_columns(dose, "school", on)
    check_columns(change, "school", "estimate")
    named = change.assign(school=change["school"].astype(str)).reindex(columns=["school", "estimate", "low", "high"])
    got = pd.DataFrame({"school": dose["school"].astype(str), "dose": dose[on].astype(float)})
    return got.merge(named[named["school"] != ALL], on="school").dropna(subset=["dose", "estimate"]).reset_index(drop=True)


def check_columns(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse what is no frame, has no rows, or lacks one of `columns`."""
    check_frame(frame)
    for name in columns:
        find_named(frame, name, name)


def _find_lengths(contacts: pd.DataFrame | None) -> dict[pd.Timestamp, float]:
    """Return how many hours the contact of each day took, the first of several."""
    if contacts is None:
        return {}
    check_columns(contacts, "date", "hours")
    timed = contacts.dropna(subset=["date", "hours"]).drop_duplicates("date")
    return {pd.Timestamp(day): float(hours) for day, hours in zip(timed["date"], timed["hours"], strict=True)}
