"""The file with what the data ask and a person answers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.responses.cases import open_study
from toolkit.errors import DefinitionError, ExportError
from toolkit.findings import Notes, list_sentences
from toolkit.languages import Language
from toolkit.responses.questions import (
    FILE,
    describe_questions,
    list_accepted,
    list_questions,
    load_questions,
    refuse_open,
    settle_findings,
    write_questions,
)
from toolkit.study.study import Study


def open_in(folder: Path, **more: Any) -> Study:
    """Return a study as if its file stood in `folder`."""
    return open_study({"sources": [{"file": "a.csv"}]} | more, folder)


def ask(*items: str, rows: int = 1) -> pd.DataFrame:
    """Return one finding that tells, and one that asks for each item."""
    notes = Notes()
    for item in items:
        notes.add("answer_out_of_range", file="a.csv", column=item, row=rows, value="9", expected="0–6", count=rows)
    notes.add("no_answer", file="a.csv", value="99")
    return notes.tabulate()


def answer(folder: Path, before: str, after: str) -> None:
    """Replace words in the file of questions."""
    text = (folder / FILE).read_text(encoding="utf-8")
    assert before in text
    (folder / FILE).write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", ["Vragen over de gegevens", "houd het voor uzelf", "# of false"]),
        ("en", ["Questions about the data", "keep it to yourself", "# or false"]),
    ],
)
def test_a_question_is_written_once_in_words_and_kept_out_of_git(language: Language, said: list[str], tmp_path: Path) -> None:
    study = open_in(tmp_path)
    assert write_questions(ask("i1"), study, language) == tmp_path / FILE
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert all(words in text for words in [*said, "i1", "9"]) and "99" not in text
    ((id, _),) = list_questions(ask("i1"))
    assert tomllib.loads(text) == {"questions": [{"id": id}]}
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines() == [FILE]
    assert write_questions(ask("i1"), study, language) is None
    assert (tmp_path / FILE).read_text(encoding="utf-8") == text


def test_what_was_accepted_no_longer_asks_and_is_told_with_its_reason(tmp_path: Path) -> None:
    study = open_in(tmp_path)
    write_questions(ask("i1", "i2"), study, "nl")
    answer(tmp_path, '"\n# accepted = true  # of false\n# because = ""\n\n', '"\naccepted = true\nbecause = "Nagevraagd."\n\n')
    settled = settle_findings(ask("i1", "i2"), study)
    assert settled["severity"].tolist() == ["accepted", "asks", "tells"]
    assert [(finding["column"], because) for finding, because in list_accepted(settled, study)] == [("i1", "Nagevraagd.")]
    assert describe_questions(settled) == {"open": 1, "accepted": {"answer_out_of_range": 1}}
    assert [words.split(" · ")[0] for _, words in list_sentences(settled, "nl")] == ["Vraagt", "Aanvaard", "Meldt"]
    assert [words.split(" · ")[0] for _, words in list_sentences(settled, "en")] == ["Asks", "Accepted", "Tells"]


@pytest.mark.parametrize("judged", ["# accepted = true", "accepted = false"])
def test_what_was_not_accepted_still_asks(judged: str, tmp_path: Path) -> None:
    study = open_in(tmp_path)
    write_questions(ask("i1"), study, "nl")
    answer(tmp_path, "# accepted = true", judged)
    assert settle_findings(ask("i1"), study)["severity"].tolist() == ["asks", "tells"]


def test_many_of_a_kind_are_one_question(tmp_path: Path) -> None:
    study, findings = open_in(tmp_path), ask("i1", "i2", "i3", "i4")
    write_questions(findings, study, "nl")
    assert len(load_questions(study)) == 1
    answer(tmp_path, "# accepted = true", "accepted = true")
    assert settle_findings(findings, study)["severity"].tolist() == ["accepted"] * 4 + ["tells"]


def test_an_answer_holds_for_what_was_found_and_for_nothing_else(tmp_path: Path) -> None:
    study = open_in(tmp_path)
    write_questions(ask("i1"), study, "nl")
    answer(tmp_path, "# accepted = true", "accepted = true")
    changed = ask("i1", rows=2)
    assert settle_findings(changed, study)["severity"].tolist() == ["asks", "tells"]
    assert write_questions(changed, study, "nl") == tmp_path / FILE
    assert [question.accepted for question in load_questions(study).values()] == [True, None]


def test_what_is_no_longer_asked_goes_unless_a_person_wrote_there(tmp_path: Path) -> None:
    study = open_in(tmp_path)
    write_questions(ask("i1", "i2"), study, "nl")
    answer(tmp_path, '# because = ""\n\n', 'because = "Uitzoeken."\n\n')
    assert write_questions(ask(), study, "nl") == tmp_path / FILE
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "i1" in text and "i2" not in text and "Vragen over de gegevens" in text
    assert [question.because for question in load_questions(study).values()] == ["Uitzoeken."]


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", ["beantwoord vraag {id}", "klopt dit niet ({id})"]), ("en", ["answer question {id}", "is not right ({id})"])],
)
def test_a_final_study_waits_for_every_answer(language: Language, said: list[str], tmp_path: Path) -> None:
    study = open_in(tmp_path, state="final", languages=[language])
    ((id, _),) = list_questions(ask("i1"))
    with pytest.raises(ExportError) as caught:
        refuse_open(ask("i1"), study)
    assert said[0].format(id=id) in str(caught.value) and str(caught.value).startswith("a.csv")
    write_questions(ask("i1"), study, language)
    answer(tmp_path, "# accepted = true", "accepted = false")
    with pytest.raises(ExportError) as caught:
        refuse_open(settle_findings(ask("i1"), study), study)
    assert said[1].format(id=id) in str(caught.value)
    answer(tmp_path, "accepted = false", "accepted = true")
    refuse_open(settle_findings(ask("i1"), study), study)
    refuse_open(ask("i1"), open_in(tmp_path, state="draft"))


QUESTION = '[[questions]]\nid = "a-1"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (QUESTION + "acepted = true\n", "questions.toml, regel 3, [questions.1.acepted]: Onbekende sleutel ‘acepted’."),
        (QUESTION + 'accepted = "perhaps"\n', "questions.toml, regel 3, [questions.1.accepted]:"),
        (QUESTION + QUESTION, "questions.toml, regel 3, [questions]: De id ‘a-1’ wordt twee keer gebruikt."),
        ("[[questions]]\naccepted = true\n", "questions.toml, regel 1, [questions.1.id]:"),
        ("[[questions]\n", "questions.toml, regel 1: Dit is geen geldige TOML"),
    ],
)
def test_every_fault_is_told_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_questions(open_in(tmp_path))
    assert str(caught.value).startswith(problem)


def test_words_that_people_typed_stay_a_comment(tmp_path: Path) -> None:
    notes = Notes()
    notes.add("answer_unknown", file="a.csv", column='i1\n[[questions]]\nid = "x"', value="eens\r\nof niet", expected="0–6")
    write_questions(notes.tabulate(), open_in(tmp_path), "nl")
    assert len(load_questions(open_in(tmp_path))) == 1
