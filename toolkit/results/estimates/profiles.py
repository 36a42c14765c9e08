"""Types of an external test: how many people have each, where a study wants them shown. Never scores, and no count of a few.

One composition per school and test is told, the latest. A type of few people is put together with the next smallest until these are enough;
what is left is told only if that are two parts or more, for of one type alone everybody would be known. The parts do not overlap, so
nothing follows by subtraction; a composition without a school could overlap with those of schools, and is told only where there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.results.rows import find_floor, make_blank, make_row, may_count
from toolkit.study.study import Study

KIND = "profiles"
PEOPLE = "people"


def count_profiles(profiles: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield per school and test how many of `n` people have each type; the type "" is several small ones together."""
    wanted = {entry.file for entry in study.records if entry.kind == KIND and entry.show}
    known = profiles[profiles["file"].isin(wanted) & profiles["date"].notna() & profiles["count"].notna()]
    known = known[(known["test"] != "") & (known["type"] != "")]
    for test, rows in known.groupby("test", sort=False):
        of_schools = bool((rows["school"] != "").any())
        for school, own in rows.groupby("school"):
            last = own[own["date"] == own["date"].max()]
            where = {"kind": KIND, "school": str(school), "moment": str(last["date"].iloc[0].date()), "first": str(test), "words": ""}
            counts = last.groupby("type", sort=False)["count"].sum().astype(int)
            parts = {} if of_schools and not school else compose(counts.to_dict(), study)
            if not parts:
                yield make_blank(where | {"second": ""}, PEOPLE, "hidden", "too_few")
            yield from (make_row(where | {"second": type}, PEOPLE, count, int(counts.sum()), "count") for type, count in parts.items())


def compose(counts: dict[str, int], study: Study) -> dict[str, int]:
    """Return the counts that may be told, the most first, those put together ("") last; nothing where they would tell everybody's type."""
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    kept = [entry for entry in ordered if may_count(entry[1], study)]
    few = [count for _, count in ordered if not may_count(count, study)]
    while few and (sum(few) < find_floor(study) or len(few) < 2) and any(count for _, count in kept):
        few.append(kept.pop(max(place for place, (_, count) in enumerate(kept) if count))[1])
    parts = dict(kept) | ({"": sum(few)} if few else {})
    return parts if sum(count > 0 for count in parts.values()) > 1 and may_count(sum(few), study) else {}
