"""The index of a folder of reports: every page in its language, the same in other formats, and the data and account beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from toolkit.languages import Language, Text, load_text
from toolkit.report.formats.copies import FORMATS
from toolkit.report.html.elements import render_template
from toolkit.report.publishing.pages import PlannedPage, plan_pages
from toolkit.results.disclosure.audiences import list_boards
from toolkit.study.study import Study

LANGUAGES: tuple[Language, ...] = ("nl", "en")


def write_index(study: Study, names: Collection[str], *, languages: Sequence[Language] = ()) -> str:
    """Return the index over the files `names`, in the language that comes first in `languages`."""
    order = tuple(dict.fromkeys([*(languages or study.languages), *LANGUAGES]))
    pages = [page for page in list_possible_pages(study, order) if page.name in names]
    parts = [
        {
            "language": language,
            "heading": load_text(language).say("page.index_heading"),
            "pages": [(page, list(_list_copies(page, names))) for page in pages if page.language == language],
        }
        for language in order
    ]
    text = load_text(order[0])
    return render_template(
        "index.html.j2",
        language=order[0],
        title=text.pick(study.title),
        text=text,
        parts=[part for part in parts if part["pages"]],
        data=list(_list_data(names, text)),
        invented=study.invented,
    )


def list_possible_pages(study: Study, languages: Sequence[Language] = LANGUAGES) -> list[PlannedPage]:
    """Return every page that a run can make of a study, also those that are made only when they are asked for."""
    asked = plan_pages(study, languages, ["board"]) if list_boards(study) else []
    return list(dict.fromkeys([*plan_pages(study, languages), *asked]))


def _list_copies(page: PlannedPage, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield file name and what to call it of every other form of a page."""
    for suffix in FORMATS:
        name = Path(page.name).with_suffix(suffix).name
        if name in names:
            yield name, load_text(page.language).say(f"page.index_{suffix[1:]}")


def _list_data(names: Collection[str], text: Text) -> Iterator[tuple[str, str]]:
    """Yield file name and words of the data and the account, in the order of the text files."""
    for key in text.phrases:
        name = ".".join(key.removeprefix("data.file.").rsplit("_", 1))
        if key.startswith("data.file.") and name in names:
            yield name, text.say(key)
