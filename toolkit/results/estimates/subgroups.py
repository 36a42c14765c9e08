"""How high groups of persons are on each scale: learning teams, quartets or sections that a study names, beside each other.

A group of a school stands on the page of that school, one over three schools or more on the page across schools. Only a mean is told, of
as many people as the study's smallest group or more; all of it is in the joint test of what is published, where it hides no other number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.results.rows import Rests, find_floor, keep_reported, make_blanks, make_number
from toolkit.schemas import ROLES, WHAT, list_rows
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

#: What stands before the id of a group of persons where it takes the place of a quantity, so that it is none.
SUBGROUP = "subgroup:"


def add_subgroups(scores: pd.DataFrame, responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores with the column `subgroup`, "" where somebody is in none; as they are where the study has no groups of persons."""
    if not study.subgroups:
        return scores
    known = responses.set_index(["respondent", "wave"])["subgroup"]
    found = known.reindex(pd.MultiIndex.from_frame(scores[["respondent", "wave"]])).fillna("")
    return scores.assign(subgroup=found.to_numpy())


def take_members(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `scores` of people who are in a group; nobody is where the scores tell of none."""
    return scores[scores["subgroup"].fillna("") != ""] if "subgroup" in scores else scores.iloc[:0].assign(subgroup="")


def list_joined_schools(study: Study) -> list[str]:
    """Return the schools whose members make up a group over schools: all of them, or those on the trajectory beside comparison schools."""
    beside = study.has_comparison_schools
    return [school.id for school in study.schools if not beside or school.group == "trajectory"]


def estimate_subgroups(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return as ROLES the mean of each group of persons per wave and scale, in each school (`school`) and over the schools ("").

    `scores` have the column of `add_subgroups`. A group with fewer people than the smallest group is hidden. Over the schools there are
    only groups of three schools or more: others would tell the one of two schools about the other. There are none on scales about one
    person's leadership.
    """
    members = take_members(keep_reported(scores, study))
    left_out = {(i.id, scale.id) for i in study.scored_instruments for scale in i.scored_scales if scale.about_person}
    followed = {(i.id, rating.id) for i in study.scored_instruments for rating in i.ratings if rating.change}
    told = members["wave"].isin([wave.id for wave in study.waves])
    for column, pairs in (("scale", left_out), ("rating", followed)):
        told &= ~pd.MultiIndex.from_frame(members[["instrument", column]]).isin(list(pairs))
    own = members[told]
    joined = own[own["school"].isin(list_joined_schools(study))].assign(place="")
    return ROLES.collect([*_describe(own.assign(place=own["school"]), study), *_describe(joined, study)])


def _describe(members: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield a row per place (a school, or all), wave, group and scale; of a group in one or two schools none over all."""
    cells = members.groupby(["place", "wave", "subgroup", *WHAT])
    table = cells.agg(mean=("score", "mean"), n=("score", "size"), schools=("school", "nunique"))
    for row in list_rows(table.reset_index()):
        where = {"school": row.place, "wave": row.wave, "role": row.subgroup, **{name: getattr(row, name) for name in WHAT}}
        if not row.place and row.schools < load_rules().floors["other_schools"]:
            continue
        if row.n < find_floor(study):
            yield make_blanks(where, ["mean"], "hidden", "too_few")[0]
        else:
            yield make_number(where, "mean", float(row.mean), Rests(int(row.n), 0, int(row.schools)), "mean")
