from pathlib import Path

from tests.report.made_results import make_study
from toolkit.report.index import list_possible_pages, write_index


def test_the_index_lists_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    study = make_study(tmp_path, 2)
    pages = list_possible_pages(study)
    school = next(page for page in pages if page.kind == "school" and page.language == "nl")
    index = write_index(study, [school.name, "results.xlsx", "manifest.json", "unknown.bin"], languages=["nl"])
    assert f'href="{school.name}"' in index and 'href="results.xlsx"' in index and 'href="manifest.json"' in index
    assert "unknown.bin" not in index and "codebook.csv" not in index and "cohort" not in index
    assert 'lang="en"' not in index


def test_other_forms_stand_behind_their_page(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    page = next(page for page in list_possible_pages(study) if page.kind == "school" and page.language == "en")
    pdf = page.name.replace(".html", ".pdf")
    index = write_index(study, [page.name, pdf], languages=["en", "nl"])
    assert index.index(page.name) < index.index(pdf)
    assert 'id="data"' not in index
