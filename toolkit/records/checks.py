"""Checks of records against each other and against the study: what contradicts itself, lies outside its time, or names a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import pandas as pd

from toolkit.findings import Notes
from toolkit.spelling import clean_code
from toolkit.study.loading import BEFOREHAND
from toolkit.study.study import Study

#: what makes two rows of a kind one and the same.
SAME = {
    "goals": ["school", "owner", "goal", "date"],
    "indicators": ["school", "indicator", "date"],
    "profiles": ["school", "test", "type", "date"],
}
GOAL = ["school", "owner_kind", "owner", "goal"]
#: a shorter code is a word too often.
SHORTEST = 3
WORD = re.compile(r"\w+(?:-\w+)*")


def check_records(tables: Mapping[str, pd.DataFrame], study: Study, codes: Collection[str], notes: Notes) -> None:
    """Note what a person should look at in the records of `study`; `codes` are those of the people who answered."""
    for table in tables.values():
        _check_dates(table, study, notes)
    for kind, key in SAME.items():
        _check_twice(tables[kind], key, notes)
    _check_goals(tables["goals"], notes)
    _check_indicators(tables["indicators"], notes)
    people = {*codes, *_list_people(tables)}
    _check_codes(tables["notes"], "text", people, notes)
    _check_codes(tables["ratings"], "evidence", people, notes)
    _check_codes(tables["profiles"], "type", people, notes)
    _check_consent(tables["notes"], notes)
    _check_attendance(tables["attendance"], tables["contacts"], notes)


def _tell(code: str, row: pd.Series, notes: Notes, column: str = "", value: object = "", expected: object = "") -> None:
    school = str(row.get("school", ""))
    places = {
        "file": row["file"],
        "row": int(row["row"]),
        "school": school,
        "column": column,
        "value": f"{value}",
        "expected": f"{expected}",
    }
    notes.add(code, **places)


def _check_dates(table: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note dates more than a year before the first measurement, and more than one after the last and the report; goals may be due later."""
    days = [day for wave in study.waves for day in wave.days]
    first = pd.Timestamp(min(days) - BEFOREHAND)
    last = pd.Timestamp(max(*days, study.report_date) + BEFOREHAND)
    read = table[table["file"] != ""]
    for name in ("date", "due"):
        dates = read[name] if name in read else pd.Series(dtype="datetime64[us]")
        outside = (dates < first) | ((dates > last) if name == "date" else False)
        for _, row in read[outside.reindex(read.index, fill_value=False)].iterrows():
            _tell("record_outside", row, notes, name, row[name].date(), f"{first.date()} – {last.date()}")


def _check_twice(table: pd.DataFrame, key: list[str], notes: Notes) -> None:
    for _, row in table[table.duplicated(key)].iterrows():
        _tell("record_twice", row, notes, value=", ".join(str(row[name]) for name in key[:-1] if row[name]))


def _check_goals(goals: pd.DataFrame, notes: Notes) -> None:
    """Note goals with two targets or two starts, and goals of a person, group or team that is not named."""
    for name in ("target", "start"):
        for _, rows in goals.groupby(GOAL, sort=False):
            found = rows[rows[name].notna()]
            values = list(dict.fromkeys(f"{value:g}" for value in found[name]))
            if len(values) > 1:
                other = found[found[name] != found[name].iloc[0]].iloc[0]
                _tell("record_targets", other, notes, name, other["goal"], ", ".join(values))
    for _, row in goals[goals["owner_kind"].isin(["person", "group", "team"]) & (goals["owner"] == "")].iterrows():
        _tell("record_empty", row, notes, "owner")


def _check_indicators(indicators: pd.DataFrame, notes: Notes) -> None:
    """Note rows with more counted than there were, with neither a value nor a share (or both), and targets of shares above 1."""
    counted = indicators[["numerator", "denominator"]].notna()
    share = counted.all(axis=1)
    for _, row in indicators[share & (indicators["numerator"] > indicators["denominator"])].iterrows():
        _tell("record_above", row, notes, "numerator", f"{row['numerator']:g}", f"{row['denominator']:g}")
    for _, row in indicators[(counted.any(axis=1) & ~share) | (indicators["value"].notna() == share)].iterrows():
        _tell("record_no_value", row, notes, value=row["indicator"])
    for _, row in indicators[share & ~indicators["target"].fillna(0).between(0, 1)].iterrows():
        _tell("record_share", row, notes, "target", f"{row['target']:g}")


def _list_people(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the codes of people in the records."""
    goals = tables["goals"]
    return [*goals.loc[goals["owner_kind"] == "person", "owner"], *tables["attendance"]["person"]]


def _check_codes(table: pd.DataFrame, column: str, codes: Collection[str], notes: Notes) -> None:
    """Note texts that hold a person's code."""
    known = {clean_code(re.split("[@#]", code)[0]) for code in codes}
    known = {code for code in known if len(code) >= SHORTEST}
    for _, row in table.iterrows():
        found = [word for word in WORD.findall(row[column]) if clean_code(word) in known]
        if found:
            _tell("record_code", row, notes, column, found[0])


def _check_consent(table: pd.DataFrame, notes: Notes) -> None:
    """Note texts marked to be quoted without consent."""
    for _, row in table[(table["quote"] == "yes") & (table["consent"] != "yes")].iterrows():
        _tell("record_consent", row, notes, "quote")


def _check_attendance(attendance: pd.DataFrame, contacts: pd.DataFrame, notes: Notes) -> None:
    """Note who was there on a day without a contact, rows without a person and a number, and numbers of those who are listed too."""
    listed = attendance["person"] != ""
    for _, row in attendance[~listed & attendance["count"].isna()].iterrows():
        _tell("record_empty", row, notes, "person")
    cell = ["date", "title", "school", "group"]
    both = pd.MultiIndex.from_frame(attendance[cell]).isin(pd.MultiIndex.from_frame(attendance.loc[listed, cell]))
    for _, row in attendance[both & ~listed & attendance["count"].notna()].iterrows():
        _tell(
            "record_twice", row, notes, "count", ", ".join(filter(None, (row["school"], row["group"], row["title"]))) or f"{row['count']:g}"
        )
    unknown = attendance[attendance["date"].notna() & ~attendance["date"].isin(contacts["date"])]
    for _, row in unknown.drop_duplicates("date").iterrows():
        _tell("record_contact", row, notes, "date", row["date"].date())
