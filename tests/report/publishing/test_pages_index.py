from pathlib import Path

import pytest

from tests.report.made_results import make_study
from toolkit.languages import Language
from toolkit.report.publishing.pages import list_possible_pages, write_index


def test_the_index_lists_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    study = make_study(tmp_path, 2)
    pages = list_possible_pages(study)
    school = next(page for page in pages if page.kind == "school" and page.language == "nl")
    index = write_index(study, [school.name, "results.xlsx", "manifest.json", "unknown.bin"], languages=["nl"])
    assert f'href="{school.name}"' in index and 'href="results.xlsx"' in index and 'href="manifest.json"' in index
    assert "unknown.bin" not in index and "codebook.csv" not in index and "schools-" not in index
    assert 'lang="en"' not in index


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            {
                "results.xlsx": "Resultaten als gegevens, met codeboek (Excel)",
                "results.csv": "Resultaten als gegevens (CSV)",
                "codebook.csv": "Codeboek: wat elke kolom en elke code betekent (CSV)",
                "records.csv": "Records van het traject als gegevens (CSV)",
                "manifest.json": "Manifest: waarvan en waarmee alles is gemaakt (JSON)",
                "ro-crate-metadata.json": "RO-Crate: hetzelfde voor een archief (JSON-LD)",
            },
        ),
        (
            "en",
            {
                "results.xlsx": "Results as data, with codebook (Excel)",
                "results.csv": "Results as data (CSV)",
                "codebook.csv": "Codebook: what every column and every code means (CSV)",
                "records.csv": "Records of the trajectory as data (CSV)",
                "manifest.json": "Manifest: what everything was made of and with (JSON)",
                "ro-crate-metadata.json": "RO-Crate: the same for an archive (JSON-LD)",
            },
        ),
    ],
)
def test_data_stand_below_the_pages_with_what_they_are_and_whom_they_are_for(
    tmp_path: Path, language: Language, words: dict[str, str]
) -> None:
    index = write_index(make_study(tmp_path, 2), list(words), languages=[language])
    assert [each for name, each in words.items() if f'<li><a href="{name}">{each}</a></li>' not in index] == []
    below = index.split('<h2 id="data">')[1]
    assert below.startswith("Gegevens en verantwoording" if language == "nl" else "Data and provenance")
    assert ("staan alle scholen naast elkaar" if language == "nl" else "set all schools side by side") in below


@pytest.mark.parametrize(
    ("language", "words"), [("nl", ["Per school", "Rapport", "niet gemaakt"]), ("en", ["Per school", "Report", "not made"])]
)
def test_each_school_has_a_row_with_its_links(tmp_path: Path, language: Language, words: list[str]) -> None:
    study = make_study(tmp_path, 2)
    pages = [page for page in list_possible_pages(study, [language]) if page.kind in ("school", "summary")]
    names = [page.name for page in pages if page.kind == "school" or page.code == "s1"]
    index = write_index(study, names, languages=[language])
    rows = index.split("<tbody>")[1].split("</tr>")
    assert "School 1" in rows[0] and rows[0].count("<a ") == 2 and "School 2" in rows[1] and rows[1].count("<a ") == 1
    assert f"<caption>{words[0]}</caption>" in index and f">{words[1]}</a>" in rows[0] and words[2] in rows[1]
    assert f'aria-label="{pages[0].label}"' in rows[0]


@pytest.mark.parametrize(("language", "words"), [("nl", "zijn verzonnen"), ("en", "are made up")])
def test_invented_data_are_said_to_be_at_the_top(tmp_path: Path, language: Language, words: str) -> None:
    study = make_study(tmp_path)
    real, invented = (write_index(study.model_copy(update={"invented": each}), [], languages=[language]) for each in (False, True))
    assert words in invented.split("<main")[0] and words not in real


@pytest.mark.parametrize("language", ["nl", "en"])
def test_other_forms_stand_behind_their_page(tmp_path: Path, language: Language) -> None:
    study = make_study(tmp_path)
    page = next(page for page in list_possible_pages(study) if page.kind == "school" and page.language == language)
    pdf, word = (page.name.replace(".html", suffix) for suffix in (".pdf", ".docx"))
    index = write_index(study, [page.name, pdf, word], languages=["en", "nl"])
    assert index.index(page.name) < index.index(pdf) < index.index(word)
    assert f'aria-label="{page.label}, PDF">PDF</a>' in index and f'aria-label="{page.label}, Word">Word</a>' in index
    assert 'id="data"' not in index


@pytest.mark.parametrize(("language", "banner"), [("nl", "Er staan nog 2 vragen"), ("en", "2 questions about the data are still open")])
def test_a_draft_says_at_the_top_that_it_is_one_and_what_is_open(tmp_path: Path, language: Language, banner: str) -> None:
    study = make_study(tmp_path)
    final, draft = (
        write_index(study.model_copy(update={"state": state}), [], languages=[language], questions=2) for state in ("final", "draft")
    )
    assert banner in draft.split("<main")[0]
    assert banner not in final
