"""Who came: per contact, school and group how many people were there; never who, and no count of a few.

A count is told where nobody or enough people came, and where nobody or as many of those who are listed stayed away. Groups and their school
overlap, so all counts of a contact are tested together before any is told (`disclosure/attended.py`). What stands over the schools, and how
much a school got, is computed from the counts that are then left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.results.rows import make_blank, make_row, may_count
from toolkit.schemas import RECORDED, list_rows
from toolkit.study.study import Study

KIND = "attendance"
#: How many came to a contact, and of all contacts together which share came on average and how many hours that is for one of those listed.
PRESENT = "present"
DOSES = ("share_present", "hours_present")
#: Why a count is not told.
FEW = "too_few"
#: A contact: its day, its title and its kind.
CONTACT = ["day", "title", "type"]
#: Somebody listed at a contact, or (without a name) all that a school or group counted there: how many that are, and whether they came.
HEADS = [*CONTACT, "school", "group", "head", "size", "present"]


def list_heads(attendance: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return a row per person listed at a contact, and one per count of a school or group that lists nobody there.

    Who is listed twice counts once, in the first group; one of the rows says that they came.
    """
    known = _name_contacts(attendance[attendance["date"].notna()], contacts)
    listed = known[known["person"] != ""]
    people = listed.assign(present=listed["present"] != "no").groupby([*CONTACT, "school", "person"], sort=False)
    named = people.agg(group=("group", "first"), present=("present", "any")).reset_index()
    cell = [*CONTACT, "school", "group"]
    counted = known[known["count"].notna() & (known["person"] == "")].groupby(cell, sort=False)["count"].sum().reset_index(name="size")
    lists = pd.MultiIndex.from_frame(named[cell])
    counted = counted[~pd.MultiIndex.from_frame(counted[cell]).isin(lists)]
    parts = [named.rename(columns={"person": "head"}).assign(size=1), counted.assign(head="", present=True)]
    return pd.concat([part[HEADS] for part in parts], ignore_index=True).astype({"size": "int64", "present": "bool"})


def _name_contacts(attendance: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return attendance with the day, the title and the kind of its contact: those of the day where the file names none."""
    first = contacts[contacts["date"].notna()].drop_duplicates("date").set_index("date")
    titles, types = first["title"].to_dict(), first["type"].to_dict()
    named = [title or titles.get(date, "") for title, date in zip(attendance["title"], attendance["date"], strict=True)]
    kinds = [types.get(date, "") for date in attendance["date"]]
    return attendance.assign(day=attendance["date"].dt.strftime("%Y-%m-%d"), title=named, type=kinds)


def count_present(heads: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield per contact how many people of a school came, and of each of its groups; `n` is how many are listed, 0 where some are not."""
    for contact, rows in heads.groupby(CONTACT):
        for school, own in rows.groupby("school"):
            yield _count(_place(str(school), contact), own, study)
            for group, part in own[own["group"] != ""].groupby("group"):
                yield _count(_place(str(school), contact, str(group)), part, study)


def _place(school: str, contact: Any, group: str = "") -> dict[str, Any]:
    day, title, type = map(str, contact)
    return {"kind": KIND, "school": school, "moment": day, "first": title, "second": group, "words": type}


def _count(where: dict[str, Any], heads: pd.DataFrame, study: Study) -> dict[str, Any]:
    came = int(heads.loc[heads["present"], "size"].sum())
    away = int(heads.loc[~heads["present"], "size"].sum())
    if not (may_count(came, study) and may_count(away, study)):
        return make_blank(where, PRESENT, "hidden", FEW)
    return make_row(where, PRESENT, came, came + away if (heads["head"] != "").all() else 0, "count")


def add_present(recorded: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return RECORDED with how many came over the schools, and how much each school and group got, both of what may be told of them."""
    own = recorded["kind"] == KIND
    present = recorded[own]
    if present.empty:
        return recorded
    whole = present[present["second"] == ""]
    sums = [_add_schools(_place("", contact), rows) for contact, rows in whole.groupby(["moment", "first", "words"])]
    told = present[(present["state"] == "shown") & (present["n"] > 0)]
    hours = _find_hours(contacts)
    doses = [row for _, rows in told.groupby(["school", "second"]) for row in _sum_doses(rows, hours)]
    parts = present[(present["school"] != "") | (present["second"] != "")]
    return RECORDED.conform(pd.concat([recorded[~own], parts, RECORDED.collect([*sums, *doses])], ignore_index=True))


def _add_schools(where: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """Return how many of the schools that tell it came: a sum of what is shown, so that it tells nothing more."""
    shown = rows[rows["state"] == "shown"]
    if shown.empty:
        return make_blank(where, PRESENT, "hidden", FEW)
    return make_row(where, PRESENT, shown["estimate"].sum(), int(shown["n"].sum()) if (shown["n"] > 0).all() else 0, "count")


def _find_hours(contacts: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return how long each contact was, by its day and title, and by its day where that has no title."""
    timed = contacts[contacts["date"].notna() & contacts["hours"].notna()]
    last = list_rows(timed)[::-1]
    return {(str(row.date.date()), title): float(row.hours) for row in last for title in ("", row.title)}


def _sum_doses(rows: pd.DataFrame, hours: dict[tuple[str, str], float]) -> Iterator[dict[str, Any]]:
    """Yield which share of those listed came on average, over `n` contacts, and how many hours that was for one of them."""
    where = _place(str(rows["school"].iloc[0]), ("", "", ""), str(rows["second"].iloc[0]))
    shares = rows["estimate"] / rows["n"]
    yield make_row(where, DOSES[0], shares.mean(), len(rows), "mean over contacts")
    lengths = [hours.get((row.moment, row.first)) for row in list_rows(rows)]
    known = [(share, length) for share, length in zip(shares, lengths, strict=True) if length is not None]
    if len(known) == len(rows):
        yield make_row(where, DOSES[1], sum(share * length for share, length in known), len(rows), "sum over contacts")
