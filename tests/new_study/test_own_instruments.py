"""Instruments that are drafted from the columns of exports."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from toolkit.languages import Language
from toolkit.new_study.proposal import begin_study_from, describe_doubts
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.instruments import Instrument, load_instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Study

TODAY = dt.date(2026, 7, 1)
PUBLISHED = Path(__file__).parent.parent / "data" / "published"
AGREE = ["helemaal oneens", "oneens", "neutraal", "eens", "helemaal eens"]


def write(path: Path, columns: Mapping[str, Sequence[object]]) -> Path:
    rows = zip(*columns.values(), strict=True)
    path.write_text("\n".join(["\t".join(columns), *("\t".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def rate(people: int, items: int, turned: int = -1) -> list[list[int]]:
    """Answers from 1 to 5 that go together, a column per item."""
    rng = np.random.default_rng(7)
    mood = rng.normal(size=people)
    columns = [np.clip(np.round(3 + mood + rng.normal(scale=0.7, size=people)), 1, 5).astype(int) for _ in range(items)]
    return [[int(6 - value if place == turned else value) for value in column] for place, column in enumerate(columns)]


def begin(folder: Path, files: list[Path], language: Language = "en") -> tuple[str, ...]:
    """Begin a study, and date the waves that no date was found of."""
    _, doubts = begin_study_from(folder, files, language, TODAY)
    file = folder / "study.toml"
    head, *waves = re.split(r"(?m)^(?=\[\[waves\]\]$)", file.read_text(encoding="utf-8"))
    dated = [re.sub(r"(?m)^# date =.*$", f"date = {2020 + n}-09-01", wave, count=1) for n, wave in enumerate(waves)]
    file.write_text("".join([head, *dated]), encoding="utf-8")
    return doubts


def read(folder: Path) -> tuple[Study, Exports]:
    study = load_study(folder)
    exports = read_exports(study)
    assert not (exports.findings["severity"] == "stops").any(), exports.findings.to_string()
    return study, exports


def list_turned(doubt: str) -> set[str]:
    """The items that a remark names with their correlation."""
    return set(re.findall(r"‘([^’]+)’ \(−", doubt))


def load_own(folder: Path) -> list[Instrument]:
    return [load_instrument(path.stem, folder / "instruments") for path in sorted((folder / "instruments").glob("*.toml"))]


def test_words_in_two_waves_beside_each_other_are_one_dutch_questionnaire(tmp_path: Path) -> None:
    items = ["Wij leren van elkaar", "Ik durf vragen te stellen", "Twijfels houd ik voor mij"]
    columns: dict[str, list[str]] = {"Code": [f"p{k}" for k in range(30)]}
    for wave in ("Voor", "Na"):
        for item, values in zip(items, rate(30, 3, turned=2), strict=True):
            columns[f"{wave}: {item}"] = ["weet niet" if k == 3 else AGREE[value - 1].capitalize() for k, value in enumerate(values)]
    doubts = begin(tmp_path / "ons", [write(tmp_path / "ons.tsv", columns)], "nl")
    (own,) = load_own(tmp_path / "ons")
    assert [item.text["nl"] for item in own.items] == items
    assert [(label.value, label.nl[0].lower()) for label in own.answers.labels] == list(enumerate(AGREE, 1))
    assert own.answers.missing == ("weet niet",)
    study, exports = read(tmp_path / "ons")
    assert [wave.id for wave in study.waves] == ["voor", "na"]
    assert str(study.outcomes.primary) == f"{own.id}.total"
    answers = exports.responses[list(own.columns)]
    assert answers.shape == (60, 3) and answers.isna().sum().tolist() == [2, 2, 2]
    assert answers.min().min() == 1 and answers.max().max() == 5
    assert not any(item.reverse for item in own.items)
    (turned,) = (doubt for doubt in doubts if "gaan in tegen die op de andere" in doubt)
    assert list_turned(turned) == {items[2]} and "reverse = true" in turned


def test_labels_of_spss_are_the_words_of_answers_and_items(tmp_path: Path) -> None:
    frame = pd.DataFrame({f"js{n}": values for n, values in enumerate(rate(24, 4), 1)} | {"leeftijd": list(range(30, 54))})
    frame.loc[0, "js1"] = 9
    labels = dict(enumerate(AGREE, 1)) | {9: "weet niet"}
    wordings = [f"Mijn werk: vraag {n}" for n in range(1, 5)] + ["Leeftijd"]
    pyreadstat.write_sav(
        frame, tmp_path / "werk.sav", column_labels=wordings, variable_value_labels={f"js{n}": labels for n in range(1, 5)}
    )
    begin(tmp_path / "werk", [tmp_path / "werk.sav"], "nl")
    (own,) = load_own(tmp_path / "werk")
    assert own.id == "js" and [item.id for item in own.items] == ["js1", "js2", "js3", "js4"]
    assert own.items[0].text == {"nl": "Mijn werk: vraag 1"}
    assert [(label.value, label.nl) for label in own.answers.labels] == [(n, (word,)) for n, word in enumerate(AGREE, 1)]
    assert (own.answers.min, own.answers.max, own.answers.missing) == (1, 5, ("9",))
    _, exports = read(tmp_path / "werk")
    assert exports.responses["js_js1"].isna().sum() == 1 and exports.responses["js_js2"].tolist() == frame["js2"].tolist()


def test_several_files_with_the_same_columns_give_one_instrument_and_what_one_lacks_was_not_asked(tmp_path: Path) -> None:
    names = ["tsk1", "tsk2", "tsk3", "tsk4"]
    for wave, kept in (("voor", names), ("na", names[:3])):
        columns = {"code": [f"p{k}" for k in range(20)]} | {
            name: values for name, values in zip(names, rate(20, 4), strict=True) if name in kept
        }
        write(tmp_path / f"{wave}.tsv", columns)
    begin(tmp_path / "twee", [tmp_path / "voor.tsv", tmp_path / "na.tsv"])
    (own,) = load_own(tmp_path / "twee")
    study, _ = read(tmp_path / "twee")
    assert [item.id for item in own.items] == names
    assert [source.not_asked for source in study.sources] == [(), ("tsk_tsk4",)]
    document = tomllib.loads((tmp_path / "twee" / "study.toml").read_text(encoding="utf-8"))
    assert all(layout["pattern"] == "{item}" for layout in document["layouts"].values())


def route(names: Sequence[str], other: Sequence[str]) -> dict[str, list[object]]:
    """Columns of two blocks, of which each person answered one."""
    values = rate(40, len(names))
    first = {name: [v if k % 2 else "" for k, v in enumerate(column)] for name, column in zip(names, values, strict=True)}
    return (
        {"code": [f"p{k}" for k in range(40)]}
        | first
        | {name: ["" if k % 2 else v for k, v in enumerate(column)] for name, column in zip(other, values, strict=True)}
    )


def test_one_questionnaire_in_two_routed_blocks_is_one_item_per_question(tmp_path: Path) -> None:
    rows = ["we learn", "we ask", "we try"]
    columns = route([f"As a student [{row}]" for row in rows], [f"As a worker [{row}]" for row in rows])
    doubts = begin(tmp_path / "routed", [write(tmp_path / "r.tsv", columns)])
    (own,) = load_own(tmp_path / "routed")
    assert [item.text["en"] for item in own.items] == rows
    _, exports = read(tmp_path / "routed")
    assert exports.responses[list(own.columns)].notna().all().all() and len(exports.responses) == 40
    assert any("nobody answered both" in doubt for doubt in doubts)


def test_routed_blocks_without_wording_stay_two_scales_and_are_asked_about(tmp_path: Path) -> None:
    doubts = begin(tmp_path / "routed", [write(tmp_path / "r.tsv", route(["sa1", "sa2", "sa3"], ["wb1", "wb2", "wb3"]))])
    (own,) = load_own(tmp_path / "routed")
    assert [scale.id for scale in own.scales] == ["sa", "wb"]
    assert [doubt for doubt in doubts if "Nobody answered both ‘sa1’–‘sa3’ and ‘wb1’–‘wb3’" in doubt]
    read(tmp_path / "routed")


def test_columns_beside_a_shipped_instrument_keep_their_own_headers(tmp_path: Path) -> None:
    shipped = list(load_instrument("energie_own9").columns)
    columns = {"code": [f"p{k}" for k in range(20)]} | dict(zip(shipped, rate(20, 9), strict=True))
    columns |= {f"tsk {n}": values for n, values in enumerate(rate(20, 3), 1)}
    begin(tmp_path / "both", [write(tmp_path / "b.tsv", columns)])
    study, exports = read(tmp_path / "both")
    assert study.instrument_ids == ("energie_own9", "tsk")
    assert study.outcomes.primary == "energie_own9.total" and study.outcomes.further == ("tsk.total",)
    assert exports.responses["tsk_tsk_2"].tolist() == columns["tsk 2"]


def test_columns_of_which_no_wave_is_told_beside_numbered_waves_are_left_to_the_reader(tmp_path: Path) -> None:
    shipped = [f"{name}.{wave}" for wave in (1, 2) for name in load_instrument("energie_own9").columns]
    columns: dict[str, Sequence[object]] = {"code": [f"p{k}" for k in range(20)]}
    columns |= dict(zip(shipped, [*rate(20, 9), *rate(20, 9)], strict=True))
    columns |= {f"tsk{n}.{wave}": values for wave in (1, 2) for n, values in enumerate(rate(20, 3), 1)}
    doubts = begin(tmp_path / "wide", [write(tmp_path / "w.tsv", columns)])
    assert load_own(tmp_path / "wide") == [] and any("‘tsk1.1’" in doubt for doubt in doubts)
    study, _ = read(tmp_path / "wide")
    assert study.instrument_ids == ("energie_own9",)


def test_what_was_drafted_is_told_and_marked_in_its_file(tmp_path: Path) -> None:
    columns = {f"tsk{n}": values for n, values in enumerate(rate(20, 3), 1)}
    doubts = begin(tmp_path / "x", [write(tmp_path / "t.tsv", columns)])
    text = (tmp_path / "x" / "instruments" / "tsk.toml").read_text(encoding="utf-8")
    own = [doubt for doubt in doubts if doubt.startswith("instruments/tsk.toml")]
    assert text.count("# CHECK:") == len(own) == 4
    assert str(tmp_path / "x" / "instruments" / "tsk.toml") in describe_doubts(doubts, tmp_path / "x", "en")[1]


#: per published file: how many of its lines are read, and per instrument the items per scale that come out.
REAL = {
    "online_science_motivation/pre_survey.csv": (150, [{"total": 10}]),
    "bfi/bfi.csv": (200, [dict.fromkeys("aceno", 5)]),
    "autonomy_support_nl/autonomySupport.csv": (None, [{"total": 7}]),
    "state_anxiety_waves/sai.csv": (120, [{"total": 20}]),
    "surveymonkey_starwars/StarWars.csv": (80, [{"total": 14}]),
}


@pytest.mark.parametrize("name", REAL)
def test_real_data_go_from_a_file_to_a_check_without_stops(name: str, tmp_path: Path) -> None:
    most, scales = REAL[name]
    lines = (PUBLISHED / name).read_bytes().splitlines(keepends=True)[:most]
    (tmp_path / "export.csv").write_bytes(b"".join(lines))
    begin(tmp_path / "real", [tmp_path / "export.csv"])
    owns = load_own(tmp_path / "real")
    assert [{scale.id: len(scale.items) for scale in own.scales} for own in owns] == scales
    _, exports = read(tmp_path / "real")
    assert exports.responses[[column for own in owns for column in own.columns]].notna().any().all()


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("bfi/bfi.csv", {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}),
        ("online_science_motivation/pre_survey.csv", {"Q1MaincellgroupRow4", "Q1MaincellgroupRow7"}),
    ],
)
def test_items_that_their_authors_reverse_are_those_that_are_remarked(name: str, turned: set[str], tmp_path: Path) -> None:
    doubts = begin(tmp_path / "real", [PUBLISHED / name])
    assert set().union(*(list_turned(doubt) for doubt in doubts)) == turned
    assert not any(item.reverse for own in load_own(tmp_path / "real") for item in own.items)


def test_two_yearly_surveys_with_other_headers_are_one_questionnaire_by_the_codes_in_them(tmp_path: Path) -> None:
    folder = PUBLISHED / "limesurvey_rse_uk_waves"
    begin(tmp_path / "rse", [folder / "rse_uk_2016.csv", folder / "rse_uk_2017.csv"])
    study, exports = read(tmp_path / "rse")
    satisfaction = ["affsat1", "affsat2", "affsat3", "affsat4"]
    own = next(own for own in study.instruments if any(list(scale.items) == satisfaction for scale in own.scales))
    columns = [own.name_column(item) for item in satisfaction]
    means = exports.responses.dropna(subset=columns).groupby("source")[columns].mean().mean(axis=1)
    assert means.round(4).to_dict() == {"data/rse_uk_2016.csv": 3.6435, "data/rse_uk_2017.csv": 3.8726}


def begin_many(folder: Path, language: Language) -> str:
    """Begin a study of columns that give every remark, and return those."""
    turned = rate(40, 4, turned=3)
    columns: dict[str, Sequence[object]] = {f"tsk{n}": values for n, values in enumerate(turned, 1)}
    columns |= {"tsk1": [99 if k == 0 else value for k, value in enumerate(turned[0])], "remark_text": ["x y z" * 30] * 40}
    words = [["never", "sometimes", "often", "do not know"][value % 4] for value in turned[0]]
    columns |= {f"often_{n}": words for n in range(1, 4)}
    columns |= {f"strange_{n}": [["blue", "green", "red"][value % 3] for value in turned[1]] for n in range(1, 4)}
    rows = ["we learn", "we ask", "we try"]
    routed = route([f"As a student [{row}]" for row in rows], [f"As a worker [{row}]" for row in rows])
    two = route(["sa1", "sa2", "sa3"], ["wb1", "wb2", "wb3"])
    frame = pd.DataFrame({f"js{n}": values for n, values in enumerate(rate(24, 4), 1)})
    pyreadstat.write_sav(frame, folder / "d.sav", variable_value_labels={f"js{n}": dict(enumerate(AGREE, 1)) for n in range(1, 5)})
    said = list(begin(folder / "d", [folder / "d.sav"], language))
    for name, made in (("a", columns), ("b", routed), ("c", two)):
        said += begin(folder / name, [write(folder / f"{name}.tsv", made)], language)
    return "\n".join(doubt for doubt in said if doubt.startswith("instruments/"))


REMARKS = {
    "en": [
        "4 items, drafted from columns",
        "The columns hold these numbers: 1, 2, 3, 4, 5.",
        "The file gives these words.",
        "The order of the words is that of a scale that is often used.",
        "nobody gave the answers ‘rarely’, ‘always’",
        "The order of these words is not known",
        "These were taken for ‘no answer’: ‘99’.",
        "These were taken for ‘no answer’: ‘do not know’.",
        "No item is reversed here. Does",
        "run against those to the others of their scale",
        "They were taken as one item: ‘we learn’",
        "All items were put in one scale.",
        "The scales are those of the names of the columns.",
        "Nobody answered both ‘sa1’–‘sa3’ and ‘wb1’–‘wb3’.",
    ],
    "nl": [
        "4 vragen, opgezet uit kolommen",
        "In de kolommen staan deze getallen: 1, 2, 3, 4, 5.",
        "Het bestand geeft deze woorden.",
        "De woorden staan in de volgorde van een schaal die vaak gebruikt wordt.",
        "gaf niemand de antwoorden ‘rarely’, ‘always’",
        "De volgorde van deze woorden is niet bekend",
        "Dit is opgevat als ‘geen antwoord’: ‘99’.",
        "Dit is opgevat als ‘geen antwoord’: ‘do not know’.",
        "Hier is geen vraag omgekeerd. Betekent",
        "gaan in tegen die op de andere van hun schaal",
        "Ze zijn als één vraag genomen: ‘we learn’",
        "Alle vragen staan in één schaal.",
        "De schalen volgen de namen van de kolommen.",
        "Niemand beantwoordde zowel ‘sa1’–‘sa3’ als ‘wb1’–‘wb3’.",
    ],
}


@pytest.mark.parametrize("language", get_args(Language))
def test_every_remark_is_said_in_words(language: Language, tmp_path: Path) -> None:
    said = begin_many(tmp_path, language)
    assert [remark for remark in REMARKS[language] if remark not in said] == []


def test_a_drafted_instrument_says_in_both_languages_what_it_is(tmp_path: Path) -> None:
    for language in get_args(Language):
        folder = tmp_path / language
        begin(folder, [write(tmp_path / "t.tsv", {f"tsk{n}": values for n, values in enumerate(rate(20, 3), 1)})], language)
    dutch, english = (load_own(tmp_path / language)[0] for language in ("nl", "en"))
    assert dutch.name == {"nl": "Vragenlijst ‘tsk’", "en": "Questionnaire ‘tsk’"} == english.name
    assert dutch.about["nl"].startswith("Een vragenlijst van 3 vragen") and dutch.about["en"].startswith("A questionnaire of 3 questions")
    assert dutch.licence.notice["nl"].startswith("Van wie") and dutch.licence.notice["en"].startswith("Whose")
    assert dutch.source["nl"] == "Opgezet uit de kolommen van de exports."
    assert english.source["en"] == "Drafted from the columns of the exports."


def test_names_and_free_text_of_people_stand_in_no_instrument(tmp_path: Path) -> None:
    people = [f"Person{k}" for k in range(8)]
    columns: dict[str, Sequence[object]] = {f"tsk{n}": values for n, values in enumerate(rate(32, 3), 1)}
    columns |= {f"helper_{n}": [people[(k + n) % 8] for k in range(32)] for n in range(3)}
    columns |= {f"remark{n}": [f"I told Person{k} that it was too much" for k in range(32)] for n in range(3)}
    begin(tmp_path / "x", [write(tmp_path / "t.tsv", columns)])
    assert [own.id for own in load_own(tmp_path / "x")] == ["tsk"]
    assert "Person" not in (tmp_path / "x" / "instruments" / "tsk.toml").read_text(encoding="utf-8")


def test_the_dictionary_of_redcap_tells_the_words_of_answers_and_items(tmp_path: Path) -> None:
    columns: dict[str, Sequence[object]] = {"record_id": range(20), "redcap_event_name": ["a_arm_1"] * 20}
    columns |= {f"js{n}": values for n, values in enumerate(rate(20, 3), 1)}
    choices = " | ".join(f"{n}, {word}" for n, word in enumerate(AGREE, 1))
    lines = ['Variable / Field Name,Field Label,"Choices, Calculations, OR Slider Labels"', "record_id,,"]
    lines += [f'js{n},Wij leren {n},"{choices}"' for n in range(1, 4)]
    (tmp_path / "dictionary.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    begin(tmp_path / "x", [write(tmp_path / "t.tsv", columns), tmp_path / "dictionary.csv"], "nl")
    (own,) = load_own(tmp_path / "x")
    assert [item.text["nl"] for item in own.items] == ["Wij leren 1", "Wij leren 2", "Wij leren 3"]
    assert [label.nl for label in own.answers.labels] == [(word,) for word in AGREE]
    _, exports = read(tmp_path / "x")
    assert exports.responses["js_js2"].tolist() == columns["js2"]


@pytest.mark.slow
def test_the_same_files_give_the_same_instruments(tmp_path: Path) -> None:
    texts = []
    for place in ("one", "two"):
        folder = tmp_path / place / "same"
        begin(folder, [PUBLISHED / "limesurvey_rse_uk_waves" / "rse_uk_2017.csv"])
        texts.append([(path.name, path.read_text(encoding="utf-8")) for path in sorted((folder / "instruments").iterdir())])
    assert texts[0] == texts[1] != []
