"""One answer, from the cell of a spreadsheet to the sentence in the page, and back to the cell. Newcomers start here."""

import datetime as dt
import html
import re
from pathlib import Path

import openpyxl
import pytest

from toolkit import estimate_results, estimate_study, load_study, locate_answer, read_exports, run_study
from toolkit.errors import ExportError

STUDY = """
id = "life"
title = { nl = "Leven van een antwoord", en = "Life of an answer" }
languages = ["en"]
report_date = 2026-07-01
instruments = ["cijfer1"]
schools = [{ id = "s1", name = "The Only School" }]
outcomes = { primary = "cijfer1.grade" }
smallest_change = { cijfer1 = 0.5 }
waves = [
  { id = "before", date = 2025-09-15, label = { nl = "voor", en = "before" } },
  { id = "after", date = 2026-06-22, label = { nl = "na", en = "after" } },
]
sources = [
  { file = "before.xlsx", layout = "form", wave = "before" },
  { file = "after.xlsx", layout = "form", wave = "after" },
]
[layouts.form]
respondent = "Code"
items = { "Your grade" = "cijfer1_grade" }
"""
BEFORE = {"ann": "6", "bob": "7", "cas": "5,5", "dee": "6", "eve": "8", "fay": "6"}
AFTER = {"ann": "7", "bob": "8", "cas": "6,5", "dee": "8", "eve": "8", "fay": "7"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    for name, answers in (("before", BEFORE), ("after", AFTER)):
        book = openpyxl.Workbook()
        book.active.append(["Code", "Your grade"])
        for who, grade in answers.items():
            book.active.append([who, grade])
        book.save(tmp_path / f"{name}.xlsx")
    return tmp_path


def test_an_answer_goes_from_its_cell_to_a_sentence_and_back(folder: Path) -> None:
    # The study says what was asked of whom, and where the answers are.
    study = load_study(folder)

    # Each cell is text first ("6,5") and becomes an answer by the instrument's scale (6.5). Nothing stops us.
    exports = read_exports(study)
    assert not (exports.findings["severity"] == "stops").any()
    cas = exports.responses.query("respondent == 'cas' and wave == 'after'").iloc[0]
    assert cas["cijfer1_grade"] == 6.5

    # Answers become scores, scores become results: the mean change of six people, of which this answer is a sixth part. Had something
    # stopped us, this would have refused; and what it returns may be shown.
    estimated = estimate_study(study, exports)
    assert estimated.scores.query("respondent == 'cas' and wave == 'after'")["score"].item() == 6.5
    change = estimated.results.change.query("quantity == 'change'").iloc[0]
    assert change["estimate"] == pytest.approx((1 + 1 + 1 + 2 + 0 + 1) / 6)
    assert change["verdict"] == "rose_probably"

    # Results become a page, by the one gate that also asks what was published before and notes what is published now. The sentence says
    # the numbers of the result, one decimal and no interval for so few people.
    made = run_study(study, folder / "reports")
    assert not made.errors
    words = html.unescape(re.sub(r"<[^>]+>", "", made.pages[0].read_text(encoding="utf-8")))
    page = words.replace("\N{NO-BREAK SPACE}", " ")
    found = re.search(
        r"rose, but how much is uncertain: from ([\d.]+) to ([\d.]+) "
        r"\(difference ([\d.]+); 95% interval not shown; 6 different people\)",
        page,
    )
    assert found, "the sentence is not on the page"
    assert [float(number) for number in found.groups()] == [6.4, 7.4, 1.0]

    # And back: the answer is found in its cell, and another answer there makes another sentence.
    cell = locate_answer(exports, "cas", "after", "cijfer1_grade")
    assert (cell.file, cell.row, cell.letter, cell.header) == ("after.xlsx", 4, "B", "Your grade")
    book = openpyxl.load_workbook(folder / cell.file)
    assert book.active[f"{cell.letter}{cell.row}"].value == "6,5"
    book.active[f"{cell.letter}{cell.row}"].value = "9,5"
    book.save(folder / cell.file)
    again = estimate_study(study).results.change.query("quantity == 'change'").iloc[0]
    assert again["estimate"] == pytest.approx(change["estimate"] + 3 / 6)

    # An answer that stops the analysis, such as a date that Excel made of one, gives no results by any road.
    book.active[f"{cell.letter}{cell.row}"].value = dt.datetime(2026, 5, 9)
    book.save(folder / cell.file)
    for estimate in (lambda: estimate_study(study), lambda: estimate_results(study, read_exports(study)), lambda: run_study(study)):
        with pytest.raises(ExportError, match=r"after\.xlsx, row 4, column ‘Your grade’"):
            estimate()
