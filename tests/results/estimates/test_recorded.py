"""What records come to: notes by theme, levels, links, meetings and attendance; and what of a few people is not told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.records.record_cases import open_records
from toolkit.records.reading import read_records
from toolkit.results.estimates.recorded import estimate_recorded, find_nearest_wave, take_recorded

ROLES = [
    {"id": "teacher", "label": {"nl": "leraar", "en": "teacher"}},
    {"id": "head", "label": {"nl": "directie", "en": "head"}, "leads": True},
]


def estimate(folder: Path, files: dict[str, list[str]], heads: int = 1, teachers: int = 6) -> pd.DataFrame:
    """Return what `files` come to in a study of two schools with so many heads and teachers each, who all answered once."""
    study = open_records(folder, files).model_copy(update={"roles": [*_make_roles()]})
    people = [
        (s, role, f"{s}{role}{n}") for s in ("s1", "s2") for role, many in (("head", heads), ("teacher", teachers)) for n in range(many)
    ]
    responses = pd.DataFrame([(*person, "before") for person in people], columns=["school", "role", "respondent", "wave"])
    return estimate_recorded(read_records(study), responses, study)


def _make_roles() -> list[object]:
    from toolkit.study.study import Role

    return [Role.model_validate(role) for role in ROLES]


def count(rows: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    shown = rows[rows["state"] == "shown"]
    return {(row.first, row.second, row.quantity): row.estimate for row in shown.itertuples(index=False)}


NOTES = "date;school;role;theme;valence;consent;quote;text"


def test_notes_count_per_nearest_measurement_theme_role_and_valence(tmp_path: Path) -> None:
    lines = ["2025-10-01;s1;leraar;rust;plus;;;", "2025-10-02;s1;leraar;rust;plus;;;", "2026-05-01;s1;ouders;rust;;;;"]
    notes = take_recorded(estimate(tmp_path, {"notes": [NOTES, *lines]}), "notes", "s1")
    assert count(notes[notes["moment"] == "before"]) == {("calm", "teacher", "plus"): 2}
    assert count(notes[notes["moment"] == "after"]) == {("calm", "ouders", "neutral"): 1}


def test_the_earlier_of_two_measurements_that_lie_as_near_is_that_of_a_note(tmp_path: Path) -> None:
    study = open_records(tmp_path, {})
    first, last = (pd.Timestamp(wave.date) for wave in study.waves)
    middle = first + (last - first) / 2
    assert [find_nearest_wave(middle + pd.Timedelta(days=days), "s1", study) for days in (-9, 9)] == ["before", "after"]
    assert find_nearest_wave(pd.Timestamp("2020-01-01"), "s1", study) == "before"


@pytest.mark.parametrize(("heads", "of_school", "over_all"), [(1, False, False), (3, False, True), (5, True, True)])
def test_what_few_people_of_a_role_said_is_told_over_enough_of_them_or_not_at_all(
    tmp_path: Path, heads: int, of_school: bool, over_all: bool
) -> None:
    lines = [f"2025-10-01;{school};directie;rust;minus;;;" for school in ("s1", "s2")]
    recorded = estimate(tmp_path, {"notes": [NOTES, *lines, "2025-10-01;s1;leraar;rust;plus;;;"]}, heads=heads)
    for school, told in (("s1", of_school), ("", over_all)):
        rows = take_recorded(recorded, "notes", school)
        assert ("calm", "head", "minus") in count(rows) or not told
        assert ("calm", "teacher", "plus") in count(rows)
        assert set(rows.loc[rows["state"] == "hidden", "second"]) == (set() if told else {"head"})


def test_what_one_head_said_does_not_follow_from_what_many_of_another_school_said(tmp_path: Path) -> None:
    study = open_records(tmp_path, {"notes": [NOTES, *(f"2025-10-01;{school};directie;rust;minus;;;" for school in ("s1", "s2"))]})
    study = study.model_copy(update={"roles": [*_make_roles()]})
    people = [("s1", "head", f"a{n}", "before") for n in range(6)] + [("s2", "head", "b", "before")]
    responses = pd.DataFrame(people, columns=["school", "role", "respondent", "wave"])
    recorded = estimate_recorded(read_records(study), responses, study)
    over_all = take_recorded(recorded, "notes", "")
    assert count(over_all) == count(take_recorded(recorded, "notes", "s1")) == {("calm", "head", "minus"): 1}
    assert over_all.loc[over_all["state"] == "hidden", "second"].tolist() == ["head"]


def test_a_text_is_kept_only_with_consent_and_a_mark_and_without_the_role_of_a_few(tmp_path: Path) -> None:
    marks = {"yes;yes": "mag", "yes;no": "nee1", ";": "nee3"}
    lines = [f"2025-10-01;s1;{role};rust;plus;{mark};{text} {role}" for mark, text in marks.items() for role in ("directie", "leraar")]
    quotes = estimate(tmp_path, {"notes": [NOTES, *lines]}).query("quantity == 'quote'")
    assert dict(zip(quotes["words"], quotes["second"], strict=True)) == {"mag directie": "", "mag leraar": "teacher"}
    everything = estimate(tmp_path, {"notes": [NOTES, *lines]}).to_json()
    assert everything is not None and "nee" not in everything


def test_levels_are_the_last_of_a_day_and_what_they_rest_on_needs_a_mark(tmp_path: Path) -> None:
    lines = ["s1;2025-10-01;a;visie;1;plan;", "s1;2025-10-01;a;visie;2;geheim;nee", ";2025-10-01;a;visie;3;open;ja"]
    levels = estimate(tmp_path, {"ratings": ["school;date;list;statement;level;evidence;quote", *lines]})
    assert levels[["school", "first", "second", "estimate", "words"]].to_numpy().tolist() == [
        ["s1", "visie", "a", 2, ""],
        ["", "visie", "a", 3, "open"],
    ]


def test_links_are_summed_and_those_of_a_few_are_left_out(tmp_path: Path) -> None:
    lines = ["before;s1;leraar;ouders;;2", "before;s1;leraar;ouders;geheim;", "before;s1;directie;leraar;;4", "before;s2;leraar;ouders;;1"]
    recorded = estimate(tmp_path, {"links": ["wave;school;from;to;about;count", *lines]})
    assert count(take_recorded(recorded, "links", "s1")) == {("teacher", "ouders", "links"): 3}
    assert count(take_recorded(recorded, "links", "")) == {("teacher", "ouders", "links"): 4}
    assert "geheim" not in str(recorded.to_json())


def test_a_meeting_counts_once_in_its_month_and_a_question_not_worked_on_not(tmp_path: Path) -> None:
    lines = [
        "2025-10-01;s1;t1;wat;ja",
        "2025-10-01;s1;t1;hoe;nee",
        "2025-10-01;s1;t2;wat;",
        "2025-10-20;s1;t1;wat;nee",
        "2025-11-03;s2;;hoe;",
    ]
    recorded = estimate(tmp_path, {"meetings": ["date;school;team;question;worked_on", *lines]})
    found = take_recorded(recorded, "meetings", "s1")[["moment", "first", "estimate", "n"]].to_numpy().tolist()
    assert found == [["2025-10", "wat", 2, 3], ["2025-10", "hoe", 0, 3]]
    assert ["2025-11", "wat", 0, 1] in take_recorded(recorded, "meetings", "")[["moment", "first", "estimate", "n"]].to_numpy().tolist()


def test_contacts_of_files_are_told_once_each(tmp_path: Path) -> None:
    lines = ["2025-10-01;coaching;s1;Kijken", "2025-10-01;coaching;s1;Kijken", "2025-10-02;training;;"]
    told = estimate(tmp_path, {"contacts": ["date;type;school;title", *lines]})
    contacts = told[told["kind"] == "contacts"]
    assert list(contacts[["school", "moment", "first", "words"]].itertuples(index=False, name=None)) == [
        ("s1", "2025-10-01", "coaching", "Kijken"),
        ("", "2025-10-02", "training", ""),
    ]
