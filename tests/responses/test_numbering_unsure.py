"""Ids of answers of which not all were given: every line that is possible is offered, once for all files of a layout."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.responses.cases import open_study
from tests.responses.test_numbering import COLUMNS, SEVEN
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.numbering import find_numbering, list_numberings


def read(folder: Path, waves: dict[str, list[int]], **layout: object) -> Exports:
    """Return what is read of a file per wave, in which each person gives one of these numbers to all three items."""
    for wave, numbers in waves.items():
        rows = [f"p{place},{number},{number},{number}" for place, number in enumerate(numbers)]
        (folder / f"{wave}.csv").write_text("\n".join([",".join(["code", *COLUMNS]), *rows]), encoding="utf-8")
    sources = [{"file": f"{wave}.csv", "layout": "l", "wave": wave, "school": "s1"} for wave in waves]
    return read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "code"} | layout}}, folder))


WAVES = {"before": [42, 43, 44, 45, 46, 47] * 3, "after": [43, 44, 45, 46, 47] * 3}


def test_files_of_one_layout_get_one_finding_with_every_line_that_is_possible(tmp_path: Path) -> None:
    stops = [row for row in read(tmp_path, WAVES).findings.to_dict("records") if row["severity"] == "stops"]
    assert [(row["code"], row["file"], row["value"]) for row in stops] == [
        ("scale_renumbered_unsure", "before.csv, after.csv", "42, 43, 44, 45, 46, 47")
    ]
    offered = [tomllib.loads(line)["answers"] for line in stops[0]["expected"].split(" / ")]
    assert [min(line, key=int) for line in offered] == ["41", "42"]
    read_right = read(tmp_path, WAVES, answers=offered[0])
    assert not (read_right.findings["severity"] == "stops").any()
    assert read_right.responses.groupby("wave", observed=True)["uwes3_i1"].mean().round(6).to_dict() == {"before": 3.5, "after": 4.0}


def test_one_file_in_which_all_answers_were_given_settles_it_for_the_other(tmp_path: Path) -> None:
    waves = {"before": [41, 42, 43, 44, 45, 46, 47] * 3, "after": [43, 44, 45, 46, 47] * 3}
    (told,) = [row for row in read(tmp_path, waves).findings.to_dict("records") if row["severity"] == "stops"]
    assert (told["code"], told["expected"]) == (
        "scale_renumbered",
        '"41" = 0, "42" = 1, "43" = 2, "44" = 3, "45" = 4, "46" = 5, "47" = 6',
    )
    assert re.search("before.csv, after.csv", told["file"])


@pytest.mark.parametrize(
    ("used", "first", "possible"),
    [
        ([42, 43, 44, 45], 42, [39, 40, 41, 42]),
        ([310, 320, 330, 340, 350, 360, 370], 310, [310]),
        ([1, 2, 3, 4], 1, [1]),
        ([11, 12, 13, 15, 16], 10, [10, 11]),
        ([10, 20, 30], 10, [10]),
        ([2, 3, 4, 5, 6, 7], 2, [1, 2]),
    ],
)
def test_ids_may_begin_lower_and_usual_numberings_do_not(used: list[int], first: int, possible: list[int]) -> None:
    distance = used[1] - used[0]
    numbering = {float(first + distance * step): float(step) for step in range(7)}
    assert [min(each) for each in list_numberings([float(number) for number in used], numbering)] == possible


def test_an_answer_that_one_person_gave_has_its_place_in_the_row() -> None:
    counts = Counter({42.0: 1} | dict.fromkeys((43.0, 44.0, 45.0, 46.0, 47.0), 40))
    assert find_numbering(counts, SEVEN)[42.0] == 0.0
    assert min(find_numbering(counts | Counter({99.0: 1}), SEVEN)) == 42.0
