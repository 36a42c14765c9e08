"""Which column probably says who, where and when."""

from __future__ import annotations

from tests.files.test_cells_grids import make_sheet
from toolkit.new_study.column_roles import count_words, find_candidates, split_name


def find(headers: list[str], *rows: list[str]) -> dict[str, list[str]]:
    """Return the headers that were found per kind, for a sheet with these rows."""
    sheet = make_sheet([headers, *(rows or [["x"] * len(headers)])])
    return {kind: [headers[place] for place in places] for kind, places in find_candidates(sheet, []).items() if places}


def test_a_header_tells_what_its_column_is() -> None:
    kinds = {
        "Wat is uw persoonlijke code?": "respondent",
        "Vul hier de code in die je zelf hebt gemaakt, jouw code dus": "respondent",
        "Code": "respondent",
        "Respondentnummer": "respondent",
        "respondent_id": "respondent",
        "Op welke school werkt u?": "school",
        "Schoolnaam": "school",
        "Meting": "wave",
        "Wat is je functie op school?": "role",
        "Datum": "date",
        "Datum ingestuurd": "date",
        "Begintijd": "start",
        "Duration (in seconds)": "duration",
        "Postal code": "",
        "Hoe lang werkt u op deze school?": "",
        "Ik leer graag": "",
    }
    assert {header: find([header]) for header in kinds} == {header: {kind: [header]} if kind else {} for header, kind in kinds.items()}


def test_a_column_is_of_one_kind_and_the_shortest_header_comes_first() -> None:
    assert find(["Wat is uw functie?", "Functie", "school"]) == {"role": ["Functie", "Wat is uw functie?"], "school": ["school"]}


def test_columns_with_many_texts_or_with_times_of_day_tell_no_waves() -> None:
    assert find(["meting"], *[[str(number)] for number in range(13)]) == {}
    assert find(["time"], ["10:15:00"]) == {}


def test_words_are_counted_by_their_label_and_whatever_their_case() -> None:
    sheet = make_sheet([["school"], ["De Klaver"], ["de  klaver "], ["De Roos"], [""]])
    assert count_words(sheet, 0) == {"De Klaver": 2, "De Roos": 1}


def test_the_name_of_a_file_tells_the_measurement() -> None:
    parts = {
        "klaver_voor": ("voor", "klaver"),
        "klaver meting 2": ("meting 2", "klaver"),
        "T0 klaver": ("t0", "klaver"),
        "export 2025": ("", "export 2025"),
        "1 klaver": ("", "1 klaver"),
    }
    assert {name: split_name(name) for name in parts} == parts
