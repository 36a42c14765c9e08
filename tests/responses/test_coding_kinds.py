"""Answers that are picked or written, as forms export them: the words of options, several in one column or a column each, shares, words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.responses.cases import open_study
from toolkit.responses.coding import Coder, describe_answers
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument
from toolkit.study.layouts import Layout

OPTIONS = [
    {"value": 1, "nl": ["leiding", "schoolleiding"], "en": ["leadership"]},
    {"value": 2, "nl": ["medewerkers"], "en": ["staff"]},
    {"value": 3, "nl": ["allebei, samen"], "en": ["both, together"]},
]
LABEL = {"nl": "thema’s", "en": "themes"}


def code(text: str, label: str = "", **answers: Any) -> tuple[float | None, str]:
    coded = Coder(Answers.model_validate(answers | {"missing": ["weet niet", "don't know"]}), Layout()).code(text, {text: label})
    return (None if coded.value != coded.value else coded.value), coded.finding


@pytest.mark.parametrize(
    ("text", "value", "finding"),
    [
        ("Schoolleiding", 1, ""),
        ("staff", 2, ""),
        ("both, together", 3, ""),
        ("2", 2, ""),
        ("2 = medewerkers", 2, ""),
        ("weet niet", None, "no_answer"),
        ("", None, ""),
        ("4", None, "answer_out_of_range"),
        ("de ouders", None, "answer_unknown"),
    ],
)
def test_a_choice_is_read_by_its_words_or_its_value(text: str, value: float | None, finding: str) -> None:
    assert code(text, kind="choice", options=OPTIONS) == (value, finding)


@pytest.mark.parametrize(("text", "value"), [("Ja", 1), ("nee", 0), ("YES", 1), ("No", 0), ("true", 1), ("0", 0), ("Weet niet", None)])
def test_yes_and_no_are_read_in_both_languages(text: str, value: float | None) -> None:
    assert code(text, kind="yes_no")[0] == value


@pytest.mark.parametrize(
    ("text", "picked", "finding"),
    [
        ("leiding;medewerkers;", [1, 2], ""),  # Microsoft Forms
        ("leadership, both, together", [1, 3], ""),  # Google Forms, with a comma within an option
        ("allebei, samen", [3], ""),
        ("1|3", [1, 3], ""),
        ("1,2", [1, 2], ""),
        ("(none)", [], ""),
        ("weet niet", None, "no_answer"),
        ("leiding;de ouders", None, "answer_unknown"),
        ("leiding;4", None, "answer_unknown"),
    ],
)
def test_several_options_stand_in_one_text(text: str, picked: list[float] | None, finding: str) -> None:
    answers = Answers.model_validate({"kind": "several", "options": OPTIONS})
    assert code(text, kind="several", options=OPTIONS) == (None if picked is None else answers.join_picked(picked), finding)


@pytest.mark.parametrize(("text", "value"), [("12/40", 0.3), ("12 van 40", 0.3), ("12 of the 40", 0.3), ("30%", 0.3), ("0,3", 0.3)])
def test_a_share_is_so_many_of_so_many(text: str, value: float) -> None:
    assert code(text, kind="share") == (pytest.approx(value), "")
    assert code("41/40", kind="share")[1] == code("3/0", kind="share")[1] == "answer_out_of_range"


def test_words_of_ones_own_are_an_answer_whatever_they_say() -> None:
    for kind in ("open", "words"):
        assert code("Samen leren; vertrouwen", kind=kind) == (1, "")
        assert code("weet niet", kind=kind) == code("NA", kind=kind) == (None, "no_answer")


def test_what_is_right_is_told_in_the_words_of_the_options() -> None:
    answers = Answers.model_validate({"kind": "choice", "options": OPTIONS})
    assert describe_answers(answers) == "leiding / medewerkers / allebei, samen"


def make_poll() -> Instrument:
    licence = {"kind": "own", "text_shipped": True, "notice": LABEL}
    head = {"id": "poll", "version": "1", "name": LABEL, "about": LABEL, "source": "own", "licence": licence}
    item = {"id": "themes", "number": 1, "text": {"nl": "Welke?", "en": "Which?"}, "label": LABEL}
    return Instrument.model_validate(head | {"answers": {"kind": "several", "options": OPTIONS}, "items": [item]})


def read(folder: Path, rows: list[str], **layout: Any) -> Exports:
    (folder / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    source = {"file": "a.csv", "layout": "form", "wave": "before", "school": "s1"}
    return read_exports(open_study({"sources": [source], "layouts": {"form": {"respondent": "Code", **layout}}}, folder, make_poll()))


@pytest.mark.parametrize(
    ("headers", "layout"),
    [
        ("poll_themes_1;poll_themes_2;poll_themes_3", {}),
        ("poll_themes[1];poll_themes[2];poll_themes[3]", {}),  # LimeSurvey, by code
        ("Welke? [schoolleiding];Welke? [medewerkers];Welke? [allebei, samen]", {"items_by": "wording"}),  # LimeSurvey, by wording
        ("Which? - leadership;Which? - staff;Which? - both, together", {"items_by": "wording"}),  # Qualtrics
        ("A;B;C", {"items": {"A": "poll_themes_1", "B": "poll_themes_2", "C": "poll_themes_3"}}),
    ],
)
def test_a_column_per_option_gives_the_same_answer(tmp_path: Path, headers: str, layout: dict[str, Any]) -> None:
    rows = [f"Code;{headers}", "a1;1;;x", "a2;leiding;staff;", "a3;0;nee;No", "a4;;;"]
    exports = read(tmp_path, rows, **layout)
    answers = exports.responses.set_index("respondent")["poll_themes"]
    assert answers.tolist()[:3] == [0b101, 0b011, 0b000]
    assert len(answers) == 3  # the fourth answered nothing
    assert not set(exports.findings["code"]) & {"columns_unknown", "items_joined", "items_differ", "answer_unknown", "header_twice"}


def test_what_is_no_tick_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, ["Code;poll_themes_1;poll_themes_2;poll_themes_3", "a1;misschien;1;", "a2;1;1;"]).findings
    assert found.loc[found["code"] == "answer_unknown", "value"].tolist() == ["misschien;2"]
