"""What further exports add to a study that exists."""

from __future__ import annotations

import datetime as dt
import difflib
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.new_study.test_study_edit import is_kept
from toolkit.errors import DefinitionError, ExportError
from toolkit.languages import Language
from toolkit.new_study.addition import Addition, describe_addition, propose_addition, write_addition
from toolkit.new_study.proposal import begin_study_from
from toolkit.responses.exports import read_exports
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import load_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "file_in_data_unnamed"
TODAY = dt.date(2026, 11, 1)
ITEMS = list(load_instrument("energie_own9").columns)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Give the folder of a study with one school, two waves, and a file that no source names."""
    return shutil.copytree(SITUATION, tmp_path / "mine")


def write(path: Path, codes: Sequence[str], columns: dict[str, str] | None = None, shift: int = 0, separator: str = ",") -> Path:
    """Write an export with these people; `columns` stand with one text in every row."""
    more = {"code": "", "school": "Alfa"} if columns is None else {"code": "", **columns}
    rows = [[*more, *ITEMS]]
    for number, code in enumerate(codes):
        answers = [str((number * 3 + item * (shift + 1) + shift) % 4 + 2) for item in range(9)]
        rows.append([code, *(text for name, text in more.items() if name != "code"), *answers])
    path.write_text("\n".join(separator.join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def add(study: Path, *files: Path, school: str = "", wave: str = "") -> Addition:
    """Write what files add; every line that was there stays."""
    before = (study / "study.toml").read_bytes().decode()
    addition = propose_addition(study, files, TODAY, school=school, wave=wave)
    assert (study / "study.toml").read_bytes().decode() == before
    write_addition(addition)
    assert is_kept(before, (study / "study.toml").read_bytes().decode())
    return addition


def speak(study: Path, language: str) -> None:
    """Make this the language of the study."""
    path = study / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('languages = ["en"]', f'languages = ["{language}"]'), encoding="utf-8")
    assert load_study(study).languages == (language,)


def list_asked(study: Path) -> list[str]:
    findings = read_exports(load_study(study)).findings
    return findings.loc[findings["severity"] != "tells", "code"].tolist()


def test_a_late_school_that_lies_in_the_folder_is_added_with_its_school(study: Path) -> None:
    addition = add(study, Path("data/late_school.csv"))
    loaded = load_study(study)
    assert [school.id for school in loaded.schools] == ["Alfa", "Beta"]
    assert loaded.sources[-1].model_dump(exclude_defaults=True) == {"file": "data/late_school.csv", "layout": "a", "wave": "after"}
    assert addition.copies == ()
    assert len(addition.doubts) == 2 and addition.after.count("CHECK:") == 2
    assert list_asked(study) == []
    assert (read_exports(loaded).responses["school"] == "Beta").sum() == 8


def test_the_diff_holds_all_changes_and_makes_the_file_that_is_written(study: Path) -> None:
    addition = propose_addition(study, [Path("data/late_school.csv")], TODAY, wave="before")
    lines = addition.write_diff().splitlines()
    assert lines[:2] == ["--- study.toml", "+++ study.toml"]
    assert not any(line.startswith("-") for line in lines[2:])
    added = [line[1:] for line in lines[2:] if line.startswith("+")]
    assert added == [line[2:] for line in difflib.ndiff(addition.before.splitlines(), addition.after.splitlines()) if line[0] == "+"]
    assert 'wave = "before"' in added


def test_a_late_export_of_a_school_that_is_there_is_copied_and_adds_a_source_only(study: Path, tmp_path: Path) -> None:
    late = write(tmp_path / "nameting_laat.csv", ["X1", "X2", "X3"])
    addition = add(study, late)
    loaded = load_study(study)
    assert (study / "data" / "nameting_laat.csv").read_bytes() == late.read_bytes()
    assert (len(loaded.schools), len(loaded.waves), len(loaded.layouts), len(loaded.sources)) == (1, 2, 1, 3)
    assert loaded.sources[-1].wave == "after"
    assert addition.doubts == ()
    assert (study / ".gitignore").read_text(encoding="utf-8").splitlines() == ["data/", "matches.toml"]


def test_a_third_wave_is_added_by_its_date_and_the_comparisons_are_asked_about(study: Path, tmp_path: Path) -> None:
    third = write(tmp_path / "follow.csv", ["A00", "A01"], {"school": "Alfa", "meting": "later", "datum": "2025-11-20"})
    addition = add(study, third)
    loaded = load_study(study)
    assert [(wave.id, wave.date.isoformat()) for wave in loaded.waves][-1] == ("later", "2025-11-20")
    assert addition.doubts[-1] == load_words("en", "none_planned")
    assert "# [[comparisons]]" in addition.after
    assert "comparisons_unplanned" in list_asked(study)


def load_words(language: str, code: str) -> str:
    from toolkit.languages import load_text

    return load_text("nl" if language == "nl" else "en").say(f"adding.{code}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_wave_without_a_date_gets_one_that_is_marked(language: str, study: Path, tmp_path: Path) -> None:
    speak(study, language)
    addition = add(study, write(tmp_path / "x.csv", ["A00"]), wave="derde")
    assert load_study(study).waves[-1].date == TODAY
    assert load_words(language, "wave_made") in addition.doubts


def test_a_wave_between_two_others_comes_between_them(study: Path, tmp_path: Path) -> None:
    between = write(tmp_path / "x.csv", ["A00"], {"school": "Alfa", "meting": "tussen", "datum": "2025-03-20"})
    add(study, between)
    assert [wave.id for wave in load_study(study).waves] == ["before", "tussen", "after"]


def test_a_file_that_is_read_already_adds_nothing(study: Path, tmp_path: Path) -> None:
    again = shutil.copyfile(study / "data" / "after.csv", tmp_path / "again.csv")
    before = (study / "study.toml").read_bytes()
    addition = propose_addition(study, [again], TODAY)
    assert (addition.before, addition.write_diff(), addition.copies) == (addition.after, "", ())
    assert describe_addition(addition, written=False) == [
        "again.csv is read already, as data/after.csv. Nothing was done with it.",
        "There is nothing to add.",
    ]
    assert (study / "study.toml").read_bytes() == before
    assert not (study / "data" / "again.csv").exists()


@pytest.mark.parametrize(("language", "says"), [("en", "was there already"), ("nl", "was er al")])
def test_nothing_that_is_there_is_overwritten(language: str, says: str, study: Path, tmp_path: Path) -> None:
    speak(study, language)
    (tmp_path / "new").mkdir()
    kept = (study / "data" / "after.csv").read_bytes()
    addition = add(study, write(tmp_path / "new" / "after.csv", ["Z1", "Z2"]))
    assert (study / "data" / "after.csv").read_bytes() == kept
    assert load_study(study).sources[-1].file == "data/after_2.csv"
    assert any(doubt.startswith(f"data/after.csv {says}") for doubt in addition.doubts)


def test_with_a_file_that_can_not_be_read_nothing_is_written(study: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and no more")
    nothing = tmp_path / "other.csv"
    nothing.write_text("colour,size\nred,3\nblue,4\n", encoding="utf-8")
    sound = write(tmp_path / "sound.csv", ["X1", "X2"])
    before = (study / "study.toml").read_bytes()
    for files in ([sound, broken], [sound, nothing], [sound, tmp_path / "gone.csv"]):
        with pytest.raises(ExportError) as caught:
            propose_addition(study, files, TODAY)
        assert files[1].name in str(caught.value)
    assert (study / "study.toml").read_bytes() == before
    assert not (study / "data" / "sound.csv").exists()


def test_a_file_that_is_laid_out_otherwise_gets_a_layout_with_what_is_not_sure(study: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "gamma.csv", ["G1", "G2", "G3"], {"Naam school": "Gamma", "Meetmoment": "voor", "Hobby": "x"}, separator=";")
    other.write_text(other.read_text(encoding="utf-8").replace("code;", "Persoonlijke code;"), encoding="utf-8")
    addition = add(study, other)
    layout = load_study(study).layouts["gamma"]
    assert (layout.respondent, layout.school, layout.wave) == (("Persoonlijke code",), ("Naam school",), "Meetmoment")
    assert any("Hobby" in doubt for doubt in addition.doubts)
    assert [doubt for doubt in addition.doubts if doubt not in addition.after] == []
    (study / "data" / "late_school.csv").unlink()
    assert list_asked(study) == []


def test_a_second_school_makes_the_sources_of_the_first_say_so(tmp_path: Path) -> None:
    for name in ("voor", "na"):
        write(tmp_path / f"{name}.csv", ["A1", "A2", "A3", "A4"], {})
    text = (SITUATION / "study.toml").read_text(encoding="utf-8").replace('school = "school"\n', "")
    folder = tmp_path / "mine"
    (folder / "data").mkdir(parents=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    shutil.copyfile(tmp_path / "voor.csv", folder / "data" / "before.csv")
    write(folder / "data" / "after.csv", ["A1", "A2", "A3"], {}, shift=2)
    add(folder, write(tmp_path / "beta_nameting.csv", ["B1", "B2"], {}, shift=1))
    assert [source.school for source in load_study(folder).sources] == ["Alfa", "Alfa", "beta"]


def test_a_file_that_names_no_school_is_placed_by_the_codes_of_its_people(study: Path, tmp_path: Path) -> None:
    add(study, Path("data/late_school.csv"), wave="before")
    file = write(tmp_path / "export_nameting.csv", [f"B0{number}" for number in range(6)], {}, shift=2)
    addition = propose_addition(study, [file], TODAY)
    assert 'school = "Beta"' in addition.write_diff()
    assert any("6 codes in export_nameting.csv" in doubt for doubt in addition.doubts)


def test_a_spelling_of_a_known_school_is_mapped_and_marked(study: Path, tmp_path: Path) -> None:
    add(study, write(tmp_path / "voor_klaver.csv", ["K1", "K2"], {"school": "De Klaver"}))
    addition = add(study, write(tmp_path / "na_klaver.csv", ["K1", "K2"], {"school": "De Klavr"}, shift=1))
    loaded = load_study(study)
    assert loaded.layouts["a"].schools == {"De Klavr": "De Klaver"}
    assert addition.doubts == ("‘De Klavr’ looks like ‘De Klaver’ and was taken for it.",)


def test_a_file_with_all_waves_beside_each_other_gets_columns_per_wave(study: Path, tmp_path: Path) -> None:
    header = ["code", "school", *(f"{item}_{wave}" for wave in ("voor", "na") for item in ITEMS)]
    rows = [[f"W{number}", "Gamma", *(str((number + place) % 5 + 1) for place in range(18))] for number in range(4)]
    wide = tmp_path / "wide.csv"
    wide.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
    add(study, wide)
    loaded = load_study(study)
    assert [list(loaded.layouts["wide"].wave_columns), len(loaded.waves), loaded.sources[-1].wave] == [["before", "after"], 2, ""]
    responses = read_exports(loaded).responses
    assert responses[responses["school"] == "Gamma"]["wave"].value_counts().to_dict() == {"before": 4, "after": 4}


def test_two_files_at_once_share_what_is_new(study: Path, tmp_path: Path) -> None:
    files = [
        write(tmp_path / f"{name}.csv", ["G1", "G2"], {"school": "Gamma"}, shift=shift) for shift, name in enumerate(["voor_g", "na_g"])
    ]
    add(study, *files)
    loaded = load_study(study)
    assert [school.id for school in loaded.schools] == ["Alfa", "Gamma"]
    assert [source.wave for source in loaded.sources[-2:]] == ["before", "after"]


@pytest.mark.parametrize(("language", "says"), [("en", "changed meanwhile"), ("nl", "intussen veranderd")])
def test_a_study_file_that_changed_meanwhile_is_left_alone(language: str, says: str, study: Path, tmp_path: Path) -> None:
    speak(study, language)
    addition = propose_addition(study, [write(tmp_path / "na_x.csv", ["X1"])], TODAY)
    changed = addition.before + "# mine\n"
    (study / "study.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(DefinitionError, match=says):
        write_addition(addition)
    assert (study / "study.toml").read_text(encoding="utf-8") == changed
    assert not (study / "data" / "na_x.csv").exists()


@pytest.mark.parametrize(("language", "says"), [("en", "Add by hand:"), ("nl", "Voeg met de hand toe:")])
def test_where_the_file_is_written_in_a_way_that_lines_do_not_fit_in_they_are_shown(language: str, says: str, study: Path) -> None:
    speak(study, language)
    text = (study / "study.toml").read_text(encoding="utf-8")
    start = text.index("[[sources]]")
    inline = 'sources = [{ file = "data/before.csv", layout = "a", wave = "before" }]\n'
    rest = text[text.index("[layouts.a]") :]
    (study / "study.toml").write_text(inline + text[:start] + rest, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        propose_addition(study, [Path("data/late_school.csv")], TODAY)
    assert says in str(caught.value) and 'file = "data/late_school.csv"' in str(caught.value)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_doubt_has_words_in_both_languages(language: str, study: Path, tmp_path: Path) -> None:
    speak(study, language)
    addition = add(study, Path("data/late_school.csv"), write(tmp_path / "x.csv", ["Q1"]))
    mark = {"nl": "NAKIJKEN:", "en": "CHECK:"}[language]
    assert addition.after.count(mark) == len(addition.doubts) == 3
    shown = describe_addition(addition, written=True)
    assert shown[-1].endswith(f"plg check {study}")
    assert describe_addition(addition, written=False)[-1] == load_words(language, "ask")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_study_that_was_begun_from_exports_grows_with_the_same_layout(language: Language, tmp_path: Path) -> None:
    first = [write(tmp_path / f"{name}.csv", ["A1", "A2", "A3"], {"school": "Alfa", "datum": day}, shift=shift)
             for shift, (name, day) in enumerate([("voor", "2025-01-10"), ("na", "2025-06-10")])]  # fmt: skip
    begin_study_from(tmp_path / "mine", first, language, TODAY)
    third = write(tmp_path / "follow_up.csv", ["A1", "A2", "A3"], {"school": "Alfa", "datum": "2026-01-10"}, shift=2)
    addition = add(tmp_path / "mine", third)
    loaded = load_study(tmp_path / "mine")
    assert len(loaded.layouts) == 1
    assert [wave.date.isoformat() for wave in loaded.waves] == ["2025-01-10", "2025-06-10", "2026-01-10"]
    assert load_words(language, "last_uncompared") in addition.doubts
