"""Which layout, wave and school of a study a further export has."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from tests.new_study.test_addition import SITUATION, TODAY, write
from toolkit.languages import Language, load_text
from toolkit.new_study.addition import Addition, describe_addition, propose_addition
from toolkit.new_study.placing import People, choose_layout, place_in_school, place_in_wave
from toolkit.new_study.recognition import Recognised, recognise_file
from toolkit.study.instruments import load_instrument
from toolkit.study.layouts import Layout
from toolkit.study.loading import load_study
from toolkit.study.study import Study


@pytest.fixture
def study() -> Study:
    """Give a study with one school, two waves and one layout, which names a column for the school."""
    return load_study(SITUATION)


def recognise(path: Path, columns: dict[str, str] | None = None, codes: tuple[str, ...] = ("A1", "A2", "A3")) -> Recognised:
    (entry,) = recognise_file(write(path, codes, columns), path.parent, "en")
    return entry


def test_a_layout_fits_where_it_reads_all_that_was_recognised(study: Study, tmp_path: Path) -> None:
    assert choose_layout(recognise(tmp_path / "x.csv"), study) == "a"
    assert choose_layout(recognise(tmp_path / "y.csv", {"organisatie": "Alfa"}), study) is None
    several = study.model_copy(update={"layouts": {"a": study.layouts["a"], "b": Layout(respondent=("code",), school=("organisatie",))}})
    assert choose_layout(recognise(tmp_path / "y.csv", {"organisatie": "Alfa"}), several) == "b"


@pytest.mark.parametrize(
    ("name", "columns", "said", "key", "new"),
    [
        ("x_voormeting.csv", {}, "", "before", []),
        ("x.csv", {"meting": "Nameting"}, "", "after", []),
        ("x.csv", {"meting": "Nameting"}, "voor", "before", []),
        ("x.csv", {"meting": "follow-up"}, "", "follow_up", ["follow-up"]),
        ("x.csv", {"datum": "2025-01-20"}, "", "before", []),
        ("x.csv", {"datum": "2025-03-25"}, "", "after", []),
        ("x.csv", {}, "", "after", []),
    ],
)
def test_a_file_is_of_the_wave_that_is_said_or_stands_in_it_or_is_near(
    name: str, columns: dict[str, str], said: str, key: str, new: list[str], study: Study, tmp_path: Path
) -> None:
    place = place_in_wave(recognise(tmp_path / name, columns), study.layouts["a"], study, said)
    assert (place.key, place.new) == (key, new)
    assert bool(place.doubts) == (not columns.get("meting") and "voor" not in name)


def test_words_of_a_column_for_waves_are_mapped_to_the_wave_that_they_mean(study: Study, tmp_path: Path) -> None:
    layout = study.layouts["a"].model_copy(update={"wave": "meting"})
    place = place_in_wave(recognise(tmp_path / "x.csv", {"meting": "Eindmeting"}), layout, study, "")
    assert (place.key, place.words, place.new) == ("", {"Eindmeting": "after"}, [])


def test_a_file_is_of_the_school_that_is_said_or_named_or_whose_people_are_in_it(study: Study, tmp_path: Path) -> None:
    people = People(study)
    layout = Layout(respondent=("code",))

    def place(name: str, said: str = "", codes: tuple[str, ...] = ("Q1", "Q2")) -> tuple[str, list[str]]:
        found = place_in_school(recognise(tmp_path / name, {}, codes), layout, study, said, people)
        return found.key, found.new

    assert place("x.csv", said="alfa") == ("Alfa", [])
    assert place("x.csv", said="Delta") == ("Delta", ["Delta"])
    assert place("alfa_nameting.csv") == ("Alfa", [])
    assert place("laat.csv", codes=("A00", "a-01", "A02", "A03")) == ("Alfa", [])
    assert place("laat.csv", codes=("A00", "A01", "Q3", "Q4")) == ("laat", ["laat"])


def test_a_school_that_differs_by_its_number_is_another_one(study: Study, tmp_path: Path) -> None:
    schools = (study.schools[0].model_copy(update={"id": "s1", "name": "School 1"}),)
    numbered = study.model_copy(update={"schools": schools})
    place = place_in_school(recognise(tmp_path / "x.csv", {"school": "School 2"}), study.layouts["a"], numbered, "", People(study))
    assert (place.new, place.words) == (["School 2"], {})


SAID: dict[Language, list[str]] = {
    "en": [
        "Nothing names the measurement of x.csv. By its dates it is ‘before’.",
        "No column names the school. By the name of beta_na.csv it is this one.",
        "No column names the school. 4 codes in late_na.csv are of people of this school.",
        "‘De Klavr’ looks like ‘De Klaver’ and was taken for it.",
        "z.csv also holds questions of uwes3, which this study does not ask. They are not read. Add it to instruments if they matter.",
        "z.csv holds roles that the study does not know: ‘conciërge’. Add them under [[roles]], or under roles in the layout.",
    ],
    "nl": [
        "Niets noemt de meting van x.csv. Naar de datums is het ‘before’.",
        "Geen kolom noemt de school. Naar de naam van beta_na.csv is het deze.",
        "Geen kolom noemt de school. 4 codes in late_na.csv zijn van mensen van deze school.",
        "‘De Klavr’ lijkt op ‘De Klaver’ en is daarvoor genomen.",
        "z.csv bevat ook vragen van uwes3, die deze studie niet stelt. Ze worden niet gelezen. Zet het bij instruments als ze ertoe doen.",
        "z.csv bevat rollen die de studie niet kent: ‘conciërge’. Zet ze onder [[roles]], of onder roles in de layout.",
    ],
}


@pytest.mark.parametrize("language", get_args(Language))
def test_what_is_not_sure_of_a_place_is_told_in_words(language: Language, tmp_path: Path) -> None:
    folder = shutil.copytree(SITUATION, tmp_path / "mine")
    text = (folder / "study.toml").read_text(encoding="utf-8").replace('languages = ["en"]', f'languages = ["{language}"]')
    roles = '[[roles]]\nid = "teacher"\nlabel = { nl = "leraar", en = "teacher" }\n'
    more = "".join(f'[[schools]]\nid = "{school}"\nname = "{school}"\n' for school in ("Beta", "De Klaver"))
    text = text.replace("[[sources]]", more + roles + "[[sources]]", 1).replace('school = "school"', 'school = "school"\nrole = "functie"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    for name in ("before", "after"):
        path = folder / "data" / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([f"{lines[0]},functie", *(f"{line},leraar" for line in lines[1:])]) + "\n", encoding="utf-8")
    both = write(tmp_path / "z.csv", ["Q1", "Q2"], {"school": "Alfa", "functie": "conciërge"})
    lines = both.read_text(encoding="utf-8").splitlines()
    further = [",".join(load_instrument("uwes3").columns), *["1,2,3"] * 2]
    both.write_text("\n".join(f"{line},{more}" for line, more in zip(lines, further, strict=True)) + "\n", encoding="utf-8")
    files = [
        write(tmp_path / "x.csv", ["A1"], {"school": "Alfa", "datum": "2025-01-12"}),
        write(tmp_path / "beta_na.csv", ["A1"], {}),
        write(tmp_path / "late_na.csv", ["A00", "A01", "A02", "A03"], {}),
        write(tmp_path / "y_na.csv", ["A1"], {"school": "De Klavr"}),
        both,
    ]
    addition = propose_addition(folder, files, TODAY)
    assert [sentence for sentence in SAID[language] if sentence not in addition.doubts] == []
    assert [doubt for doubt in addition.doubts if doubt not in addition.after] == []


NAMES = {
    "en": ["there.csv is read already, as data/after.csv. Nothing was done with it.", "na_new.csv is copied to data/na_new.csv."],
    "nl": ["there.csv wordt al gelezen, als data/after.csv. Er is niets mee gedaan.", "na_new.csv wordt gekopieerd naar data/na_new.csv."],
}


@pytest.mark.parametrize("language", get_args(Language))
def test_what_becomes_of_files_is_told_in_words(language: Language, tmp_path: Path) -> None:
    folder = shutil.copytree(SITUATION, tmp_path / "mine")
    text = (folder / "study.toml").read_text(encoding="utf-8").replace('languages = ["en"]', f'languages = ["{language}"]')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    there = shutil.copyfile(folder / "data" / "after.csv", tmp_path / "there.csv")
    addition: Addition = propose_addition(folder, [there, write(tmp_path / "na_new.csv", ["X"])], TODAY)
    told = describe_addition(addition, written=True)
    assert told[:2] == NAMES[language]
    assert told[-1] == load_text(language).say("adding.written", file=folder / "study.toml", folder=folder)
    assert describe_addition(propose_addition(folder, [there], TODAY), written=False)[-1] == load_text(language).say("adding.none")
