import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.report.made_results import make_study
from tests.results.test_estimation_publication import make_exports
from toolkit.languages import load_text
from toolkit.report.verification.register import read_register, write_register
from toolkit.results.disclosure.register import KEY
from toolkit.results.disclosure.register_lines import REGISTER, read_lines
from toolkit.results.estimation import estimate_study


@pytest.fixture
def internal(tmp_path: Path) -> Path:
    study = make_study(tmp_path)
    estimate_study(study, make_exports(study, 12), register=tmp_path / "internal").record()
    return tmp_path / "internal"


def test_an_entry_has_its_date_its_hash_and_on_how_many_people_what_was_published(internal: Path) -> None:
    [entry] = read_register(internal)
    line = (internal / REGISTER).read_bytes().splitlines()[0]
    assert str(entry.date) == "2026-06-30" and entry.sha256 == sha256(line).hexdigest()
    every, school = entry.groups
    assert [(group.school, group.fewest, group.most) for group in (every, school)] == [("", 12, 12), ("s1", 12, 12)]
    told = {(number.table, number.key) for number in read_lines(internal, load_text("en"))[0].published}
    assert sum(sum(group.numbers.values()) for group in entry.groups) == len(told)
    assert {"levels", "change"} <= set(school.numbers)


def test_people_of_several_schools_count_together_in_the_wave_where_they_are_most(tmp_path: Path) -> None:
    parts = [["m", "before", "1/2", 0], ["m", "before", "1/2", 1], ["m", "after", "1", 1]]
    numbers = [{"table": "change", "key": ["", "c"], "parts": parts}]
    document = {
        "date": "2026-07-01",
        "groups": [{"n": n, "hash": "", "people": [f"{start + each:016x}" for each in range(n)]} for start, n in ((0, 7), (7, 6))],
        "numbers": numbers,
    }
    (tmp_path / REGISTER).write_text(json.dumps(document) + "\n", encoding="utf-8")
    assert read_register(tmp_path)[0].groups[0].most == 13


@pytest.mark.parametrize(("language", "said"), [("nl", "op groepen van 12 mensen"), ("en", "on groups of 12 people")])
def test_the_register_is_told_in_both_languages_and_names_nobody(internal: Path, language: str, said: str) -> None:
    lines = write_register(read_register(internal), {"s1": "De Wilg"}, load_text(language))  # type: ignore[arg-type]
    assert "s1 De Wilg: " in lines[2] and said in lines[1] and said in lines[2] and "2026" in lines[0]
    people = {mark for number in read_lines(internal, load_text("en"))[0].published for part in number.people for mark in part.people}
    assert people and not any(mark in line for mark in people for line in lines)


@pytest.mark.parametrize(
    ("language", "one", "two"), [("nl", "1 publicatie.", "2 publicaties."), ("en", "1 publication.", "2 publications.")]
)
def test_publications_are_counted(internal: Path, language: str, one: str, two: str) -> None:
    [entry] = read_register(internal)
    last = [write_register(entries, {}, load_text(language))[-1] for entries in ([entry], [entry, entry])]  # type: ignore[arg-type]
    assert last[0].startswith(one) and last[1].startswith(two)


@pytest.mark.parametrize(("language", "says"), [("nl", "Er is hier geen register"), ("en", "There is no register here")])
def test_a_folder_without_a_register_says_so_and_gets_none(tmp_path: Path, language: str, says: str) -> None:
    assert read_register(tmp_path) == []
    [line] = write_register([], {}, load_text(language))  # type: ignore[arg-type]
    assert line.startswith(f"{says}: ")
    assert not (tmp_path / REGISTER).exists() and not (tmp_path / KEY).exists()


def test_the_register_can_be_told_without_its_key(internal: Path) -> None:
    (internal / KEY).unlink()
    assert len(read_register(internal)) == 1
    assert not (internal / KEY).exists()
