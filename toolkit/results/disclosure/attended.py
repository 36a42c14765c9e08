"""Counts of who came as sums over people, for the joint test: a group and its school together must not tell of a few.

The people who came and those who stayed away are counted apart: with how many are listed, the one gives the other. Where a school or group
gave only a count, its people stand for themselves; as many as are enough stand for more.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.estimates.attendance import CONTACT, KIND, PRESENT
from toolkit.results.rows import find_floor
from toolkit.schemas import RECORDED, list_rows
from toolkit.study.study import Study


def list_attended(recorded: pd.DataFrame, heads: pd.DataFrame, study: Study) -> list[Published]:
    """Return the counts of attendance that `recorded` shows, each as those who came and as those who stayed away; `heads` are all."""
    contacts = dict[tuple[str, str, str], pd.DataFrame](iter(heads.groupby(CONTACT)))  # type: ignore[arg-type]
    found = []
    shown = recorded[(recorded["kind"] == KIND) & (recorded["state"] == "shown") & (recorded["quantity"] == PRESENT)]
    for row in list_rows(shown):
        there = contacts[row.moment, row.first, row.words]
        own = there[(there["school"] == row.school) & ((there["group"] == row.second) | (row.second == ""))]
        key = (row.school, row.moment, row.first, row.second, row.words, row.quantity)
        for present in (True, False) if row.n else (True,):
            people = frozenset(_list_people(own[own["present"] == present], find_floor(study)))
            if people:
                found.append(Published(RECORDED.name, key, (Part(row.first or row.words or KIND, row.moment, Fraction(1), people),)))
    return found


def locate_attended(key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the key of the row in RECORDED that a count stands in."""
    return (KIND, *key)


def _list_people(heads: pd.DataFrame, enough: int) -> Iterator[str]:
    for row in list_rows(heads):
        if row.head:
            yield "\n".join([row.school, row.head])
        else:
            yield from ("\n".join([row.school, "", row.group, str(number)]) for number in range(min(row.size, enough)))
