"""Which pages a study has, how their files are called, and what each may know."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.made_study import make_study
from tests.report.made_results import MadeResults, make_cohort
from toolkit.errors import ReportError
from toolkit.report.publishing.pages import FILES, KINDS, PlannedPage, make_requests, name_file, plan_pages
from toolkit.study.loading import load_study
from toolkit.study.study import Study


def name_boards(study: Study, *boards: str) -> Study:
    """Return `study` with the first schools under these boards."""
    schools = [school.model_dump() | ({"board": boards[n]} if n < len(boards) else {}) for n, school in enumerate(study.schools)]
    return Study.model_validate(study.model_dump(by_alias=True) | {"schools": schools})


def count(pages: list[PlannedPage]) -> dict[str, int]:
    return {kind: found for kind in KINDS if (found := sum(page.kind == kind for page in pages))}


def test_a_run_makes_every_page_of_a_study_in_every_language():
    study = make_study(4)
    assert count(plan_pages(study, ["nl", "en"])) == {"across_schools": 2, "school": 8, "summary": 8}
    assert count(plan_pages(make_study(1), ["nl"])) == {"school": 1, "summary": 1}


def test_pages_across_schools_come_first_and_a_summary_follows_its_report():
    pages = plan_pages(name_boards(make_study(2), "B", "A"), ["nl"])
    assert [(page.kind, page.code) for page in pages] == [
        ("across_schools", ""),
        ("board", "A"),
        ("board", "B"),
        ("school", "s1"),
        ("summary", "s1"),
        ("school", "s2"),
        ("summary", "s2"),
    ]


def test_boards_have_pages_when_there_are_two_of_them_or_when_asked_for():
    study = make_study(4)
    assert count(plan_pages(name_boards(study, "A", "A", "B"), ["nl"])) == {"across_schools": 1, "board": 2, "school": 4, "summary": 4}
    assert "board" not in count(plan_pages(name_boards(study, "A", "A"), ["nl"]))
    assert count(plan_pages(name_boards(study, "A", "A"), ["nl"], ["board"])) == {"board": 1}


@pytest.mark.parametrize(("language", "told"), [("nl", "noemt geen besturen"), ("en", "names no boards")])
def test_without_boards_there_is_no_page_of_one(language: str, told: str):
    with pytest.raises(ReportError, match=told):
        plan_pages(make_study(4, languages=[language], title={language: "Made"}), [language], ["board"])


@pytest.mark.parametrize(
    ("kinds", "made"),
    [((), {"school": 1, "summary": 1}), (("summary",), {"summary": 1}), (("across_schools", "school"), {"across_schools": 1, "school": 1})],
)
def test_for_one_school_only_its_own_pages_are_made_unless_others_are_asked_for(kinds: tuple[str, ...], made: dict[str, int]):
    study = name_boards(make_study(4), "A", "B")
    pages = plan_pages(study, ["nl"], kinds, ["s2"])
    assert count(pages) == made
    assert {page.code for page in pages} <= {"s2", ""}


@pytest.mark.parametrize(
    "name",
    ["De Wilg", "../../etc/passwd", "<script>alert(1)</script>", "مدرسة", "école «Été»", "CON", "a" * 300, "🎓", "name\nwith\0control"],
)
def test_file_names_are_safe_everywhere(name: str) -> None:
    for kind in KINDS:
        made = PlannedPage(kind, "s1", name, "nl").name
        assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert made.startswith(f"{FILES.get(kind, kind)}-") and made.endswith("-nl.html") and made.count(".") == 1
        assert len(made.encode()) <= 80


def test_two_schools_of_one_name_get_two_files() -> None:
    assert name_file("nl", "school", "De Wilg", "s1") != name_file("nl", "school", "De Wilg", "s2")


@pytest.mark.parametrize(("language", "labels"), [("nl", {"Rapport over School 1", "Samenvatting School 1", "Rapport voor A"}),
                                                  ("en", {"School report School 1", "Summary School 1", "Report for A"})])  # fmt: skip
def test_a_list_of_pages_calls_them_by_their_title(language: str, labels: set[str]):
    assert labels <= {page.label for page in plan_pages(name_boards(make_study(2), "A", "B"), [language])}  # type: ignore[list-item]


def test_each_page_gets_the_results_that_it_may_know_and_says_which_template_made_it(tmp_path: Path):
    study = name_boards(make_study(4, instruments=("uwes9",)), "A", "A", "B", "B")
    made = MadeResults()
    make_cohort(made, 4)
    requests = make_requests(plan_pages(study, ["nl", "en"]), study, made.finish(), tmp_path)
    assert len({request.name for request in requests}) == len(requests) == 2 * (1 + 2 + 4 + 4)
    for request in requests:
        assert request.known
        known = pickle.loads(request.known().results)
        schools = set(known.change["school"]) - {""}
        assert known.provenance["template"] == request.template.stem
        if "board" in request.parameters:
            assert schools == {"A": {"s1", "s2"}, "B": {"s3", "s4"}}[request.parameters["board"]]
        elif request.parameters["school"]:
            assert schools == {request.parameters["school"]}
        else:
            assert schools == {"s1", "s2", "s3", "s4"}


def test_a_page_may_open_neither_answers_nor_records(tmp_path: Path):
    study = load_study(ROOT / "datasets" / "zes_scholen")
    requests = make_requests(plan_pages(study, ["nl"]), study, MadeResults().finish(), tmp_path)
    private = {str((study.folder / each.file).resolve()) for each in (*study.sources, *study.records)}
    assert len(study.records) == 3
    assert all(request.guard and private <= set(request.guard.closed) for request in requests)
