"""Reports verified by the command, right after a run, after an answer was changed, and after a number on the page was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.command import begin, plg, type_plg
from toolkit import load_study
from toolkit.errors import ReportError
from toolkit.report.verification.verify import find_study_file, verify_report


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    begin(folder)
    done = type_plg("run", folder / "mystudy", "--output", folder / "out", folder=folder)  # so that verifying is done by another process
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def copy(ran: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ran, tmp_path / "copy"))


def find_report(folder: Path) -> Path:
    return next((folder / "out").glob("school-*-en.html"))


def read_folder(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_number_stands_right_after_a_run_and_verifying_leaves_no_trace(copy: Path) -> None:
    before = read_folder(copy)
    done = plg("verify", find_report(copy), folder=copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every number holds" in done.stdout
    assert read_folder(copy) == before


def test_an_answer_that_was_changed_is_told_by_its_file_and_the_numbers_that_follow_it(copy: Path) -> None:
    book = openpyxl.load_workbook(copy / "mystudy" / "data" / "after.xlsx")
    cell = book.active["B3"]
    cell.value = 6 if cell.value < 3 else 1
    book.save(copy / "mystudy" / "data" / "after.xlsx")
    done = plg("verify", find_report(copy), folder=copy)
    assert done.returncode == 1, done.stderr
    files = [line for line in done.stdout.splitlines() if "row ‘after.xlsx’" in line]
    assert len(files) == 1 and "SHA-256" in files[0] and "→" in files[0]
    assert "row ‘before.xlsx’" not in done.stdout
    told = [line for line in done.stdout.splitlines() if "row ‘Energy at work’" in line and "column ‘After’" in line]
    assert told and all(len({*line.split(": ")[-1].split(" → ")}) == 2 for line in told)


def test_a_number_that_was_changed_on_the_page_is_named_with_the_one_of_the_study(copy: Path) -> None:
    report = find_report(copy)
    page = report.read_text(encoding="utf-8")
    place = page.index('<td class="number">3.')
    forged = page[:place] + page[place:].replace('<td class="number">3.', '<td class="number">5.', 1)
    true, false = page[place + 19 :].split("<", 1)[0], forged[place + 19 :].split("<", 1)[0]
    report.write_text(forged, encoding="utf-8")
    done = plg("verify", report, folder=copy)
    assert done.returncode == 1
    assert "1 place differs" in done.stdout and f"{false} → {true}" in done.stdout
    assert "What the page was made of" not in done.stdout


def test_a_page_that_was_sent_alone_is_verified_with_the_study_named(copy: Path) -> None:
    alone = copy / "sent" / "report from the mail.html"
    alone.parent.mkdir()
    shutil.copy(find_report(copy), alone)
    assert verify_report(alone, load_study(copy / "mystudy")).same
    assert sorted(path.name for path in alone.parent.iterdir()) == [alone.name]
    done = plg("verify", alone, folder=copy)
    assert done.returncode == 1 and "plg verify REPORT STUDY" in done.stderr


def test_the_study_is_found_from_the_folder_beside_the_report(copy: Path) -> None:
    assert find_study_file(find_report(copy)).resolve() == (copy / "mystudy" / "study.toml").resolve()


@pytest.mark.parametrize(
    ("machine", "told"),
    [
        ("nl_BE", ("geen rapport van de studie", "is niet te lezen", "plg verify RAPPORT STUDIE")),
        ("en_GB", ("not a report of the study", "can't be read", "plg verify REPORT STUDY")),
    ],
)
def test_what_is_no_report_of_the_study_is_told(copy: Path, machine: str, told: tuple[str, str, str], monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", machine)
    other = copy / "other.html"
    other.write_text('<html lang="en"><title>Something</title></html>', encoding="utf-8")
    study = load_study(copy / "mystudy")
    with pytest.raises(ReportError, match=told[0]):
        verify_report(other, study.model_copy(update={"languages": (machine[:2],)}))
    with pytest.raises(ReportError, match=told[1]):
        verify_report(copy / "nothing.html", study)
    with pytest.raises(ReportError, match=told[2]):
        find_study_file(other)


def test_libraries_of_another_version_are_named_where_something_differs(copy: Path) -> None:
    report, manifest = find_report(copy), copy / "out" / "manifest.json"
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["runs"][0]["libraries"]["numpy"] = "1.0"
    manifest.write_text(json.dumps(document), encoding="utf-8")
    report.write_text(report.read_text(encoding="utf-8").replace("</h1>", " </h1>", 1), encoding="utf-8")
    verdict = verify_report(report, load_study(copy / "mystudy"))
    assert not verdict.same and verdict.differences == () and verdict.uncompared == ("space",)
    assert [words for words in verdict.libraries if words.startswith("numpy 1.0 → ")]


@pytest.mark.parametrize(("language", "told"), [("nl", ("RAPPORT", "--template")), ("en", ("REPORT", "--template"))])
def test_a_page_of_somebodys_own_notebook_is_told_with_what_is_needed(copy: Path, language: str, told: tuple[str, str]) -> None:
    study = load_study(copy / "mystudy").model_copy(update={"languages": (language,)})
    page = f'<html lang="{language}"><head><title>x</title><meta name="plg-notebook" content="mine.ipynb (0)"><style></style>'
    named = find_report(copy).name
    messages = []
    for name in (named, "other.html"):
        (copy / name).write_text(page, encoding="utf-8")
        with pytest.raises(ReportError) as caught:
            verify_report(copy / name, study)
        messages.append(str(caught.value))
    assert told[1] in messages[0] and "mine.ipynb" in messages[0]
    assert messages[0] != messages[1]
