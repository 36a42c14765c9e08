from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ReportError
from toolkit.languages import load_text
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.disclosure.register import load_register, record_publication
from toolkit.results.disclosure.register_lines import REGISTER, read_lines, write_line

SIGN = "0" * 16


def mark(person: int) -> str:
    return sha256(str(person).encode()).hexdigest()[:16]


def make_numbers(schools: int = 2, people: int = 20, measures: int = 1) -> list[Published]:
    """Return the means of two waves and the change per school and over schools, each wave with other people."""
    found = []
    for measure in (f"instrument.scale{number}" for number in range(measures)):
        over_all: list[Part] = []
        for school in range(schools):
            first = school * people
            groups = {"w1": (first, first + people - 2), "w2": (first + 2, first + people)}
            both = frozenset(mark(n) for n in range(first + 2, first + people - 2))
            parts = {w: frozenset(mark(n) for n in range(*ends)) for w, ends in groups.items()}
            for wave, group in parts.items():
                key = (f"s{school}", wave, *measure.split("."), "", "mean")
                found.append(Published("levels", key, (Part(measure, wave, Fraction(1, len(group)), group),)))
                over_all.append(Part(measure, wave, Fraction(1 if wave == "w2" else -1, schools * len(group)), group))
            pairs = tuple(Part(measure, wave, Fraction(sign, len(both)), both) for wave, sign in (("w1", -1), ("w2", 1)))
            found.append(Published("change", (f"s{school}", "c", *measure.split("."), "", "change_pairs"), pairs))
        found.append(Published("change", ("", "c", *measure.split("."), "", "average_change"), tuple(over_all)))
    return found


def write(folder: Path, *lines: str | bytes) -> None:
    (folder / REGISTER).write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    numbers = make_numbers()
    write(tmp_path, write_line(numbers, "2026-07-01", key=SIGN, waves={"w1": "2025-09-15"}))
    (line,) = read_lines(tmp_path, load_text("en"))
    assert list(line.published) == numbers
    assert (line.date, line.key, line.waves) == ("2026-07-01", SIGN, {"w1": "2025-09-15"})
    assert {len(part.people) for number in line.published for part in number.people} == {18, 16}


def test_people_stand_in_no_order_but_that_of_their_groups_and_marks(tmp_path: Path) -> None:
    """Else the order of the codes would be told."""
    body = json.loads(zlib.decompress(base64.b64decode(json.loads(write_line(make_numbers(), "2026-07-01", key=SIGN))["body"])))
    people = base64.b64decode(body["people"]).hex()
    marks = [people[start : start + 16] for start in range(0, len(people), 16)]
    alike: dict[tuple[bool, ...], list[str]] = {}
    groups = [part.people for number in make_numbers() for part in number.people]
    for each in marks:
        alike.setdefault(tuple(each in group for group in groups), []).append(each)
    assert len(marks) == 40 and len(alike) == 6
    assert all(each == sorted(each) for each in alike.values())


def test_a_line_of_two_hundred_schools_is_small(tmp_path: Path) -> None:
    """The first format took twenty times as much."""
    numbers = make_numbers(200, 20, measures=24)
    first = write_first(numbers)
    line = write_line(numbers, "2026-07-01", key=SIGN)
    assert len(line) < 700_000 and len(first) > 5 * len(line)
    write(tmp_path, line)
    assert list(read_lines(tmp_path, load_text("en"))[0].published) == numbers


def write_first(numbers: list[Published]) -> str:
    """Return a line as it was before lines had a format."""
    sets = list(dict.fromkeys(part.people for number in numbers for part in number.people))
    place = {people: number for number, people in enumerate(sets)}
    groups = [{"n": len(people), "hash": mark(len(people)), "people": sorted(people)} for people in sets]
    listed = [
        {"table": n.table, "key": n.key, "parts": [[p.measure, p.wave, str(p.weight), place[p.people]] for p in n.people]} for n in numbers
    ]
    return json.dumps({"date": "2026-06-01", "groups": groups, "numbers": listed}, ensure_ascii=False)


def test_lines_without_a_format_are_read_too_and_a_new_one_follows_them(tmp_path: Path) -> None:
    numbers = make_numbers()
    write(tmp_path, write_first(numbers))
    register = load_register(tmp_path)
    assert register.fault == "missing" and list(register.publications[0][1]) == numbers
    (tmp_path / "register.key").write_text("ab" * 32, encoding="utf-8")
    assert record_publication(load_register(tmp_path), make_numbers(3), "2026-07-01")
    old, new = read_lines(tmp_path, load_text("en"))
    assert (old.key, list(old.published)) == ("", numbers) and new.date == "2026-07-01"


def rewrite(**parts: Any) -> Callable[[str], str]:
    return lambda line: json.dumps(json.loads(line) | parts)


def repack(change: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    def broken(line: str) -> str:
        document = json.loads(line)
        body = json.loads(zlib.decompress(base64.b64decode(document["body"])))
        change(body)
        return json.dumps(document | {"body": base64.b64encode(zlib.compress(json.dumps(body).encode())).decode()})

    return broken


BROKEN: Mapping[str, Callable[[str], str | bytes]] = {
    "half": lambda line: line[: len(line) // 2],
    "empty": lambda line: "",
    "no text": lambda line: b"\xff\xfe" + line.encode(),
    "no JSON": lambda line: "hello",
    "a number": lambda line: "1",
    "a list": lambda line: '["format"]',
    "deep": lambda line: "[" * 100_000,
    "no date": rewrite(date="yesterday"),
    "no body": rewrite(body=""),
    "a body of something else": rewrite(body=base64.b64encode(b"hello").decode()),
    "a body that is cut": lambda line: json.dumps(json.loads(line) | {"body": json.loads(line)["body"][:40]}),
    "a body that never ends": rewrite(body=base64.b64encode(zlib.compress(b" " * (1 << 29))).decode()),
    "something more": rewrite(note="x"),
    "a date of waves that is none": rewrite(waves=[1]),
    "a group too far": repack(lambda body: body["groups"].append([0, 10**9])),
    "a group below": repack(lambda body: body["groups"].append([-1, 1])),
    "a part on no group": repack(lambda body: body["numbers"][0]["parts"][0].__setitem__(3, 99)),
    "a weight of nothing": repack(lambda body: body["numbers"][0]["parts"][0].__setitem__(2, "1/0")),
    "a weight that is none": repack(lambda body: body["numbers"][0]["parts"][0].__setitem__(2, "half")),
    "a number of digits": repack(lambda body: body["numbers"][0]["parts"][0].__setitem__(2, "9" * 10_000)),
    "no key of a number": repack(lambda body: body["numbers"][0].__setitem__("key", [])),
    "marks that are cut": repack(lambda body: body.__setitem__("people", base64.b64encode(b"123").decode())),
}


UNREAD = [("nl", "Deze regel van het register is niet te lezen"), ("en", "This line of the register can't be read")]


@pytest.mark.parametrize(("language", "says"), UNREAD)
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_line_is_a_sentence_with_its_number(how: str, language: str, says: str, tmp_path: Path) -> None:
    whole = write_line(make_numbers(), "2026-07-01", key=SIGN)
    write(tmp_path, whole, BROKEN[how](whole))
    with pytest.raises(ReportError, match=says) as told:
        load_register(tmp_path, language)  # type: ignore[arg-type]
    assert [(problem.file, problem.line) for problem in told.value.problems] == [(REGISTER, 2)]


@pytest.mark.parametrize(("language", "says"), [("nl", "regel 1: .* heeft formaat 3"), ("en", "line 1: .* has format 3")])
def test_a_line_of_a_later_format_is_told(language: str, says: str, tmp_path: Path) -> None:
    write(tmp_path, rewrite(format=3)(write_line(make_numbers(), "2026-07-01", key=SIGN)))
    with pytest.raises(ReportError, match=says):
        read_lines(tmp_path, load_text(language))  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "says"), [("nl", "regel 2: .* er is een regel veranderd"), ("en", "line 2: .* a line was changed")])
def test_a_line_that_was_taken_out_or_changed_is_missed_by_the_next(language: str, says: str, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        record_publication(load_register(tmp_path), make_numbers(number), f"2026-07-0{number}")
    first, second, third = (tmp_path / REGISTER).read_text(encoding="utf-8").splitlines()
    assert len(read_lines(tmp_path, load_text("en"))) == 3
    for lines in ([first, third], [first.replace("2026-07-01", "2026-07-31"), second, third]):
        write(tmp_path, *lines)
        with pytest.raises(ReportError, match=says):
            read_lines(tmp_path, load_text(language))  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "says"), [("nl", "een verwijzing naar een andere plaats"), ("en", "a link to another place")])
@pytest.mark.parametrize("name", [REGISTER, "register.key"])
def test_a_link_is_not_followed(name: str, language: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("", encoding="utf-8")
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReportError, match=says):
        load_register(tmp_path, language)  # type: ignore[arg-type]
