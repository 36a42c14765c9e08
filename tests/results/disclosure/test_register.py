import base64
import json
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.findings import describe_finding
from toolkit.languages import load_text
from toolkit.results.disclosure.contributors import HEADS, Membership
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.disclosure.register import (
    KEY,
    list_changed,
    list_earlier,
    load_register,
    record_publication,
    tabulate_changed,
)
from toolkit.results.disclosure.register_lines import REGISTER, SIGNS, read_lines

KEYS = [
    ("levels", ("s1", "before", "cijfer1", "grade", "", "mean")),
    ("change", ("s1", "before_after", "cijfer1", "grade", "", "change_pairs")),
]


def unpack(line: str) -> str:
    """Return the body of a line as it was before it was packed."""
    return zlib.decompress(base64.b64decode(json.loads(line)["body"])).decode()


def answer(numbers: range) -> pd.DataFrame:
    return make_scores([(f"teacher-{n}", "s1", wave, 6.0 + n) for n in numbers for wave in ("before", "after")])


def publish(folder: Path, scores: pd.DataFrame, date: str = "2026-07-01") -> bool:
    membership = Membership(scores, make_study())
    return record_publication(load_register(folder), [membership.find_number(table, key) for table, key in KEYS], date)


@pytest.mark.parametrize(("left", "flagged"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_group_that_changed_by_one_to_four_people_is_flagged(tmp_path: Path, left: int, flagged: bool) -> None:
    publish(tmp_path, answer(range(12)))
    found = list_changed(load_register(tmp_path), answer(range(12 - left)), make_study())
    assert [(entry.number.table, entry.size, entry.date) for entry in found] == (
        [("levels", left, "2026-07-01"), ("change", left, "2026-07-01")] if flagged else []
    )


@pytest.mark.parametrize(("exchanged", "flagged"), [(1, True), (2, True), (3, False)])
def test_people_who_took_the_place_of_others_count_too(tmp_path: Path, exchanged: int, flagged: bool) -> None:
    publish(tmp_path, answer(range(12)))
    found = list_changed(load_register(tmp_path), answer(range(exchanged, 12 + exchanged)), make_study())
    assert bool(found) is flagged


def test_the_last_publication_is_the_one_that_counts(tmp_path: Path) -> None:
    publish(tmp_path, answer(range(12)))
    publish(tmp_path, answer(range(11)), "2026-08-01")
    assert list_changed(load_register(tmp_path), answer(range(11)), make_study()) == []
    assert {entry.date for entry in list_changed(load_register(tmp_path), answer(range(12)), make_study())} == {"2026-08-01"}


def test_a_study_with_a_higher_floor_is_warned_of_larger_changes(tmp_path: Path) -> None:
    publish(tmp_path, answer(range(16)))
    assert list_changed(load_register(tmp_path), answer(range(9)), make_study()) == []
    assert list_changed(load_register(tmp_path), answer(range(9)), make_study(smallest_group=8)) != []


def test_the_same_publication_is_noted_once(tmp_path: Path) -> None:
    assert publish(tmp_path, answer(range(12)))
    before = (tmp_path / REGISTER).read_bytes()
    assert not publish(tmp_path, answer(range(12)), "2026-08-01")
    assert (tmp_path / REGISTER).read_bytes() == before


def test_much_is_noted_in_several_lines_that_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is too large could not be read back."""
    membership = Membership(answer(range(12)), make_study())
    numbers = [membership.find_number("levels", ("s1", wave, "cijfer1", "grade", "", "mean")) for wave in ("before", "after")]
    numbers.append(membership.find_number(*KEYS[1]))
    assert record_publication(load_register(tmp_path / "one"), numbers, "2026-07-01")
    monkeypatch.setattr("toolkit.results.disclosure.register.A_LINE", 4)
    assert record_publication(load_register(tmp_path / "many"), numbers, "2026-07-01")
    whole, parts = (read_lines(tmp_path / folder, load_text("en")) for folder in ("one", "many"))
    assert [len(line.published) for line in whole] == [3] and [len(line.published) for line in parts] == [2, 1]
    assert {line.date for line in parts} == {"2026-07-01"}
    assert list_earlier(load_register(tmp_path / "many"), answer(range(12))) == numbers
    assert not record_publication(load_register(tmp_path / "many"), numbers, "2026-08-01")


def test_what_is_read_back_is_what_was_published(tmp_path: Path) -> None:
    scores = answer(range(12))
    publish(tmp_path, scores)
    membership = Membership(scores, make_study())
    assert list_earlier(load_register(tmp_path), scores) == [membership.find_number(table, key) for table, key in KEYS]


def test_the_register_says_when_where_and_how_many_and_names_nobody(tmp_path: Path) -> None:
    publish(tmp_path, answer(range(12)))
    text = (tmp_path / REGISTER).read_text(encoding="utf-8")
    (line,) = read_lines(tmp_path, load_text("en"))
    assert json.loads(text)["date"] == line.date == "2026-07-01"
    assert line.published[0].key == KEYS[0][1]
    marks = line.published[0].people[0].people
    assert len(marks) == 12 and all(len(mark) == SIGNS for mark in marks)
    assert set(json.loads(text)) == {"format", "date", "key", "previous", "waves", "body"}
    assert "teacher" not in text and "teacher" not in unpack(text)


def test_a_register_begins_in_folders_that_are_not_there_with_a_key_of_32_bytes(tmp_path: Path) -> None:
    register = load_register(tmp_path / "one" / "two")
    assert register.publications == () and len(register.key) == 32
    moved = replace(register, folder=tmp_path / "three" / "four")
    number = Membership(answer(range(12)), make_study()).find_number(*KEYS[0])
    assert record_publication(moved, [number], "2026-07-01")
    assert (tmp_path / "three" / "four" / REGISTER).read_text(encoding="utf-8").count("\n") == 1


def test_people_who_are_no_longer_there_keep_their_own_mark(tmp_path: Path) -> None:
    publish(tmp_path, answer(range(12)))
    earlier = list_earlier(load_register(tmp_path), answer(range(9)))
    assert [number.n for number in earlier] == [12, 12]
    present = {f"teacher-{n}" for n in range(9)}
    for number in earlier:
        assert all(part.people & present == present and len(part.people - present) == 3 for part in number.people)


def test_a_number_about_nobody_has_not_changed(tmp_path: Path) -> None:
    register = load_register(tmp_path)
    record_publication(register, [Published(*KEYS[0], ())], "2026-07-01")
    assert list_changed(load_register(tmp_path), answer(range(0)), make_study()) == []


def test_another_key_gives_other_marks_so_that_codes_cannot_be_tried(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        publish(tmp_path / folder, answer(range(12)))
    first = (tmp_path / "one" / REGISTER).read_text(encoding="utf-8")
    lines = [read_lines(tmp_path / folder, load_text("en"))[0] for folder in ("one", "two")]
    marks, others = (line.published[0].people[0].people for line in lines)
    assert len(marks) == 12 and not marks & others
    assert (tmp_path / "one" / KEY).stat().st_mode & 0o077 == 0
    assert (tmp_path / "one" / KEY).read_text(encoding="utf-8") not in first + unpack(first)


def test_head_counts_are_not_noted(tmp_path: Path) -> None:
    heads = Published("participation", ("s1", "before", "used"), (Part(HEADS, "before", Fraction(1), frozenset({"a"})),))
    assert not record_publication(load_register(tmp_path), [heads], "2026-07-01")


def test_a_finding_per_school_says_how_many_numbers_and_since_when(tmp_path: Path) -> None:
    publish(tmp_path, answer(range(12)))
    found = tabulate_changed(list_changed(load_register(tmp_path), answer(range(10)), make_study()))
    sentence = "At school s1 2 numbers rest on a group that changed by at most 2 people since they were published on 2026-07-01."
    assert [describe_finding(row, "en").message for row in found.to_dict("records")] == [sentence]


def test_numbers_over_all_schools_are_told_as_such(tmp_path: Path) -> None:
    scores = [make_scores([(f"{school}-{n}", school, "before", 6.0) for n in range(12)]) for school in ("s1", "s2", "s3", "s4")]
    number = Membership(pd.concat(scores), make_study()).find_number("levels", ("", "before", "cijfer1", "grade", "", "mean"))
    record_publication(load_register(tmp_path), [number], "2026-07-01")
    left = pd.concat([scores[0].iloc[:9], *scores[1:]])
    (found,) = tabulate_changed(list_changed(load_register(tmp_path), left, make_study())).to_dict("records")
    assert (found["code"], found["school"], found["value"], found["expected"], found["count"]) == (
        "group_changed_over_all", "", "3", "2026-07-01", 1
    )  # fmt: skip
