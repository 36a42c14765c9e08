"""A study file from exports."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.responses.survey_tools.published import PUBLISHED
from toolkit.errors import DefinitionError, ExportError
from toolkit.languages import Language
from toolkit.new_study.proposal import begin_study_from, describe_doubts, propose_study
from toolkit.responses.exports import read_exports
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import load_study

EXPORTS = sorted((Path(__file__).parent.parent.parent / "datasets" / "zes_scholen" / "exports").iterdir())
TODAY = dt.date(2026, 7, 1)


def test_six_schools_that_each_send_something_else_are_read_as_by_the_study_made_by_hand(tmp_path: Path) -> None:
    made, doubts = begin_study_from(tmp_path / "mijn", EXPORTS, "nl", TODAY)
    found = read_exports(load_study(tmp_path / "mijn"))
    ours = load_study(EXPORTS[0].parent.parent)
    by_hand = read_exports(ours)
    kept = by_hand.findings["code"].str.startswith("left_out_no_consent") | by_hand.findings["code"].eq("left_out_test")
    left_out = int(by_hand.findings.loc[kept | by_hand.findings["code"].eq("left_out_unfinished"), "count"].sum())
    assert len(found.responses) == len(by_hand.responses) + left_out
    assert (found.findings["severity"] != "stops").all()
    items = [column for instrument in ours.instruments for column in instrument.columns]
    place = ["source", "row"]
    theirs = by_hand.responses.assign(source=by_hand.responses["source"].str.replace("exports/", "data/"))[[*place, *items]]
    merged = theirs.merge(found.responses[[*place, *items]], on=place, suffixes=("", "_proposed"))
    assert len(merged) == len(theirs)
    for item in items:
        assert merged[item].equals(merged[f"{item}_proposed"])
    assert [path.name for path in made[:3]] == ["study.toml", "data", ".gitignore"]
    assert {path.name for path in made[3:]} == {path.name for path in EXPORTS}
    text = (tmp_path / "mijn" / "study.toml").read_text(encoding="utf-8")
    assert text.count("NAKIJKEN:") == len(doubts) > 10


HEADERS = [*load_instrument("energie_own9").columns]


def write(path: Path, rows: list[list[str]], headers: list[str]) -> Path:
    path.write_text("\n".join(";".join(row) for row in [headers, *rows]) + "\n", encoding="utf-8")
    return path


MESSY = {
    "nl": [
        "[[waves]] 1 date: Van deze meting is geen datum gevonden. Vul die in.",
        "[[schools]] 1: ‘De Klaver’ en ‘De Klavr’ lijken op elkaar. Is het één school? Houd er een, en koppel de andere onder schools "
        "in de layout.",
        "[[schools]] 1 invited: Hoeveel mensen zijn uitgenodigd, is niet bekend. Zonder dat is er geen respons te berekenen.",
        "[layouts.answers] answers: De antwoorden op energie_own9 lopen van 1-7, de schaal van 0 tot 6. Zijn ze anders gecodeerd? "
        'Geef dat dan op: { "1" = 0, "2" = 1, "3" = 2, "4" = 3, "5" = 4, "6" = 5, "7" = 6 }',
        "[layouts.answers] ignore: Bij deze koppen hoort niets: ‘Hobby’. Zet ze hier als dat klopt.",
    ],
    "en": [
        "[[waves]] 1 date: No date of this measurement was found. Fill it in.",
        "[[schools]] 1: ‘De Klaver’ and ‘De Klavr’ look alike. Is it one school? Keep one, and map the other under schools in the layout.",
        "[[schools]] 1 invited: How many people were invited is not known. Without it no response rate can be computed.",
        "[layouts.answers] answers: The answers to energie_own9 run from 1-7, its scale from 0 to 6. Are they coded differently? "
        'Then declare it: { "1" = 0, "2" = 1, "3" = 2, "4" = 3, "5" = 4, "6" = 5, "7" = 6 }',
        "[layouts.answers] ignore: These headers match nothing: ‘Hobby’. List them here if that is right.",
    ],
}


@pytest.mark.parametrize("language", get_args(Language))
def test_what_is_not_sure_is_told_and_marked_and_nothing_is_guessed(language: Language, tmp_path: Path) -> None:
    rows = [
        [f"p{n}", "De Klaver" if n % 3 < 2 else "De Klavr", "na" if n % 2 else "voor", "x", *[str(1 + (n + i) % 7) for i in range(9)]]
        for n in range(12)
    ]
    file = write(tmp_path / "answers.csv", rows, ["Code", "School", "Meting", "Hobby", *HEADERS])
    made, doubts = begin_study_from(tmp_path / "mine", [file], language, TODAY)
    assert [doubt for doubt in doubts if doubt in MESSY[language]] == MESSY[language]
    with pytest.raises(DefinitionError, match=r"waves\.1\.date\]: (The key|De sleutel) ‘date’ (is missing|ontbreekt)"):
        load_study(tmp_path / "mine")
    document = tomllib.loads(made[0].read_text(encoding="utf-8"))
    assert [wave["id"] for wave in document["waves"]] == ["voor", "na"]
    assert document["layouts"]["answers"] == {
        "separator": ";",
        "items_by": "id",
        "respondent": "Code",
        "school": "School",
        "wave": "Meting",
    }
    said = describe_doubts(doubts, tmp_path / "mine", language)
    assert str(len(doubts)) in said[1] and ("NAKIJKEN:" if language == "nl" else "CHECK:") in said[1]
    assert said[-1].endswith(f"plg check {tmp_path / 'mine'}")


def test_what_was_missing_can_be_filled_in_and_then_the_study_runs(tmp_path: Path) -> None:
    rows = [[f"p{n}", "na" if n % 2 else "voor", *[str((n + i) % 7) for i in range(9)]] for n in range(12)]
    made, _ = begin_study_from(tmp_path / "mine", [write(tmp_path / "a.csv", rows, ["Code", "Meting", *HEADERS])], "en", TODAY)
    text = (
        made[0]
        .read_text(encoding="utf-8")
        .replace('id = "voor"', 'id = "voor"\ndate = 2025-09-01')
        .replace('id = "na"', 'id = "na"\ndate = 2026-06-01')
    )
    made[0].write_text(text, encoding="utf-8")
    exports = read_exports(load_study(tmp_path / "mine"))
    assert exports.responses.groupby("wave").size().to_dict() == {"voor": 6, "na": 6}
    assert (exports.findings["severity"] != "stops").all()


def test_files_are_copied_once_into_the_folder_and_those_that_are_there_are_named(tmp_path: Path) -> None:
    for name in ("one", "two", "mine"):
        (tmp_path / name).mkdir()
    files = [write(tmp_path / name / "a.csv", [["p", *["1"] * 9]], ["Code", *HEADERS]) for name in ("one", "two", "mine")]
    files[1].write_text(files[1].read_text() + "q;" + "2;" * 8 + "2\n")
    proposal = propose_study(tmp_path / "mine", [*files, files[0]], "en", TODAY)
    assert [name for _, name in proposal.copies] == ["data/a.csv", "data/a_2.csv"]
    assert [source["file"] for source in tomllib.loads(proposal.text)["sources"]] == ["data/a.csv", "data/a_2.csv", "a.csv"]


def test_a_data_dictionary_goes_with_the_project_it_is_of(tmp_path: Path) -> None:
    folder = PUBLISHED / "redcap_longitudinal"
    proposal = propose_study(tmp_path / "mine", [folder / "data.csv", folder / "dictionary.csv"], "en", TODAY)
    document = tomllib.loads(proposal.text)
    assert document["layouts"]["redcap"]["dictionary"] == "data/dictionary.csv"
    assert [source["file"] for source in document["sources"]] == ["data/data.csv"]


def test_nothing_is_written_where_a_file_can_not_be_read_or_a_study_is_there(tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", [["p", *["1"] * 9]], ["Code", *HEADERS])
    (tmp_path / "poster.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(ExportError) as caught:
        begin_study_from(tmp_path / "mine", [tmp_path / "poster.pdf", good, tmp_path / "gone.csv"], "en", TODAY)
    assert [problem.file for problem in caught.value.problems] == ["poster.pdf", "gone.csv"]
    assert not (tmp_path / "mine").exists()
    begin_study_from(tmp_path / "mine", [good], "en", TODAY)
    with pytest.raises(DefinitionError, match="There is a study here already"):
        begin_study_from(tmp_path / "mine", [good], "en", TODAY)


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), min_size=1, max_size=5), st.sampled_from(get_args(Language)))
@example([["Code", "Meting", "School"], ['"]\n[[x]]', "\x7f", "'''"]], "nl")
@example([['School"\\', "Code\x00"], ["a", "b"]], "en")
def test_whatever_stands_in_an_export_the_study_file_is_valid_toml(rows: list[list[str]], language: Language) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "answers.csv"
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8", errors="replace")
        try:
            proposal = propose_study(Path(place) / "mine", [path], language, TODAY)
        except ExportError as error:
            assert "answers.csv" in str(error)
            return
    assert tomllib.loads(proposal.text)["languages"] == [language]


def test_waves_beside_each_other_are_read_once_their_dates_are_filled_in(tmp_path: Path) -> None:
    headers = ["Code", *[f"T{wave} {header}" for wave in (0, 1) for header in HEADERS]]
    rows = [[f"p{n}", *[str((n + i) % 7) for i in range(18)]] for n in range(6)]
    made, _ = begin_study_from(tmp_path / "mine", [write(tmp_path / "a.csv", rows, headers)], "nl", TODAY)
    text = made[0].read_text(encoding="utf-8")
    for wave, date in (("t0", "2025-09-01"), ("t1", "2026-06-01")):
        text = text.replace(f'id = "{wave}"', f'id = "{wave}"\ndate = {date}')
    made[0].write_text(text, encoding="utf-8")
    exports = read_exports(load_study(tmp_path / "mine"))
    assert exports.responses.groupby("wave").size().to_dict() == {"t0": 6, "t1": 6}
    assert exports.responses["respondent"].nunique() == 6
    assert exports.responses.loc[exports.responses["wave"] == "t1", "energie_own9_i1"].tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 0.0]


PUBLISHED_EXPORTS = [
    path for path in sorted(PUBLISHED.glob("*/*")) if path.suffix in (".csv", ".xlsx", ".sav", ".zsav") and path.name != "dictionary.csv"
]


def begin_from_published(path: Path, place: Path) -> Path:
    """Begin a study in a folder of the same name in `place`, with the instruments that stand beside the export."""
    folder = place / path.name / path.parent.name
    if (path.parent / "instruments").is_dir():
        shutil.copytree(path.parent / "instruments", folder / "instruments")
    made, doubts = begin_study_from(folder, [path], "en", TODAY)
    written = [file.read_text(encoding="utf-8") for file in made if file.suffix == ".toml"]
    assert sum(text.count("# CHECK:") for text in written) == len(doubts)
    return folder


@pytest.mark.parametrize("exports", [PUBLISHED_EXPORTS[::3], pytest.param(PUBLISHED_EXPORTS, marks=pytest.mark.slow)], ids=["some", "all"])
def test_any_published_export_gives_a_study_file_that_says_what_is_still_to_be_filled_in(
    tmp_path: Path, subtests: pytest.Subtests, exports: list[Path]
) -> None:
    for path in exports:
        with subtests.test(f"{path.parent.name}/{path.name}"):
            folder = begin_from_published(path, tmp_path)
            try:
                found = read_exports(load_study(folder))
            except DefinitionError as error:
                missing = {problem.message for problem in error.problems}
                assert missing <= {f"The key ‘{key}’ is missing." for key in ("instruments", "date", "primary")}
            else:
                assert len(found.findings) + len(found.responses) > 0
