"""The pages that a run makes of one set of results: which there are for a study, what each may know, and the index over them."""

from __future__ import annotations

import os
import pickle
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from toolkit.errors import ReportError
from toolkit.files.reading import find_spelling
from toolkit.languages import Called, Language, Text, load_text
from toolkit.page_kernel import PageGuard
from toolkit.report.content.note import open_note
from toolkit.report.content.view import View
from toolkit.report.formats.copies import FORMATS
from toolkit.report.html.elements import render_template
from toolkit.report.rendering.page_requests import Known, PageRequest
from toolkit.report.sections.study_frame import show_draft
from toolkit.responses.questions import FILE as QUESTIONS
from toolkit.results.disclosure.audiences import list_boards, take_audience
from toolkit.results.disclosure.released_data import release_results
from toolkit.results.results import Results, SchoolResults, save_results
from toolkit.results.rows import find_floor
from toolkit.shipped import NOTEBOOKS
from toolkit.study.cohorts import check_cohorts
from toolkit.study.matches import FILE as MATCHES
from toolkit.study.study import Study

#: Each kind with its template. The page across schools is made first, because it takes longest.
KINDS = {"cohorts": "cohorts", "across_schools": "across_schools", "board": "board_report", "school": "school_report", "summary": "summary"}
#: What the file of a page is called where that is not its kind.
FILES = {"across_schools": "schools"}
#: The kinds that each school has.
OF_SCHOOL = ("school", "summary")


LANGUAGES: tuple[Language, ...] = ("nl", "en")
NOTHING: Mapping[str, Path] = MappingProxyType({})
#: So many characters of a hash are enough to tell templates apart.
SIGNS = 12


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page that a run is going to make: `code` is that of the school, or the name of the board, or ""."""

    kind: str
    code: str
    place: str
    language: Language
    #: what its study calls a school, where that is another word.
    called: Called | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        kind = FILES.get(self.kind, self.kind)
        return name_file(self.language, kind, self.place, self.code) if self.code else f"{kind}-{self.language}.html"

    @property
    def label(self) -> str:
        """What a list of pages calls it."""
        return load_text(self.language, self.called).say(f"title.{self.kind}", place=self.place)


def plan_pages(
    study: Study, languages: Sequence[Language], kinds: Collection[str] = (), schools: Collection[str] = ()
) -> list[PlannedPage]:
    """Return the pages of `kinds`, or all that the study has, in each language.

    With `schools` only their pages, unless a kind across schools is asked for by name. A study has a page across schools from two schools
    on, and pages of boards when it names two or more; one board has a page when it is asked for. `ReportError` where no board is named,
    `DefinitionError` for a school that the study does not have.
    """
    for code in schools:
        study.find_school(code)
    if "board" in kinds and not list_boards(study):
        raise ReportError(load_text(study.languages[0]).find_fault("boards_none", study.file))
    if "cohorts" in kinds:
        check_cohorts([study])
    return [
        PlannedPage(kind, code, place, language, study.find_called(language))
        for language in languages
        for kind, code, place in _list_places(study, kinds, schools)
        if not kinds or kind in kinds
    ]


def _list_places(study: Study, kinds: Collection[str], schools: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, code and name of each place that has a page: across schools first, then every school with its summary."""
    boards = list_boards(study)
    if len(study.cohorts) > 1 and ("cohorts" in kinds or not schools):
        yield "cohorts", "", ""
    if len(study.schools) > 1 and ("across_schools" in kinds or not schools):
        yield "across_schools", "", ""
    if "board" in kinds or (len(boards) > 1 and not schools):
        yield from (("board", board, board) for board in boards)
    for school in study.schools:
        if not schools or school.id in schools:
            yield "school", school.id, school.name
            yield "summary", school.id, school.name


def make_requests(
    pages: Sequence[PlannedPage], study: Study, results: Results, internal: Path, templates: Mapping[str, Path] = NOTHING,
    audiences: Audiences | None = None,
) -> list[PageRequest]:  # fmt: skip
    """Return what has to be rendered, each with the results that its page may know.

    A kind of page in `templates` is made from that notebook, which gets results as coarse as the exported data, saved in `internal`;
    languages share them.
    """
    audiences = audiences or Audiences(study, results)
    guard = PageGuard(find_floor(study), "", tuple(_list_closed(study, internal)))
    saved: dict[tuple[str, str], str] = {}
    requests = []
    for page in pages:
        own = templates.get(page.kind)
        if own is None:
            requests.append(_request(page, study, "", internal, guard, partial(audiences.hand_over, page)))
            continue
        if (page.kind, page.code) not in saved:
            name = f"{page.name.removesuffix('.html')}.results.json"
            known = release_results(results, study, **_name_place(page))
            save_results(_name_template(known, describe_template(own)), internal / name)
            saved[page.kind, page.code] = name
        file = saved[page.kind, page.code]
        request = _request(page, study, file, internal, replace(guard, results=str((internal / file).resolve())))
        requests.append(replace(request, template=own, folder=own.parent, mark=describe_template(own)))
    return requests


def _name_place(page: PlannedPage) -> dict[str, str]:
    """Return what the page is about, by the name of the parameter that says so."""
    return {} if page.kind == "cohorts" else {"board": page.code} if page.kind == "board" else {"school": page.code}


def _name_template(results: Results, template: str) -> Results:
    return replace(results, provenance=dict(results.provenance) | {"template": template})


class Audiences:
    """What each page of a run may know of the results of a study."""

    def __init__(self, study: Study, results: Results) -> None:
        self.study = study
        self.results = results
        self._studies = pickle.dumps((study,))
        self._take_school = lru_cache(maxsize=1)(SchoolResults(results).take)  # the pages of a school follow one another

    def take(self, page: PlannedPage) -> Results:
        """Return the results that a page may know."""
        if page.kind in OF_SCHOOL:
            return _name_template(self._take_school(page.code), KINDS[page.kind])
        return _name_template(take_audience(self.results, self.study, **_name_place(page)), KINDS[page.kind])

    def open_view(self, page: PlannedPage) -> View:
        """Return the view of a page on what it may know."""
        place = _name_place(page)
        return View(self.study, self.take(page), self.study.load_text(page.language), place.get("school", ""), place.get("board", ""))

    def hand_over(self, page: PlannedPage) -> Known:
        """Return what a page is handed."""
        school = page.code if page.kind in OF_SCHOOL else ""
        return Known(self._studies, pickle.dumps(self.take(page)), open_note(self.study, school))


def request_cohorts(studies: Sequence[Study], results: Results, internal: Path, languages: Sequence[Language]) -> list[PageRequest]:
    """Return what has to be rendered of the page on the cohorts of several studies, in each language."""
    known = Known(pickle.dumps(tuple(studies)), pickle.dumps(_name_template(results, KINDS["cohorts"])))
    closed = tuple(dict.fromkeys(path for study in studies for path in _list_closed(study, internal)))
    guard = PageGuard(max(map(find_floor, studies)), "", closed)
    pages = [PlannedPage("cohorts", "", "", language) for language in languages]
    made = [_request(page, studies[0], "", internal, guard, lambda: known) for page in pages]
    files = [find_study(study, internal) for study in studies]
    return [replace(request, parameters=dict(request.parameters) | {"study_file": files}) for request in made]


def _request(
    page: PlannedPage, study: Study, results_file: str, internal: Path, guard: PageGuard, known: Callable[[], Known] | None = None
) -> PageRequest:
    text = study.load_text(page.language)
    parameters = {"study_file": find_study(study, internal), **_name_place(page), "language": page.language, "results_file": results_file}
    title = text.say(f"page.title_{page.kind}", place=page.place, study=text.pick(study.title))
    return PageRequest(page.name, NOTEBOOKS / f"{KINDS[page.kind]}.ipynb", parameters, title, page.language, guard, known=known)


def _list_closed(study: Study, internal: Path) -> Iterator[str]:
    """Yield what no page for sharing may open: answers, records, codes to judge, and everything internal."""
    files = [*(source.file for source in study.sources), *(entry.file for entry in study.records)]
    yield from (str(find_spelling(study.folder / file).resolve()) for file in files)
    yield from (str((study.folder / name).resolve()) for name in (MATCHES, QUESTIONS))
    yield str(internal.resolve())


def describe_template(path: Path) -> str:
    """Return what a page says of a template of somebody's own: its file name, and the first characters of its hash."""
    return f"{path.name} ({sha256(path.read_bytes()).hexdigest()[:SIGNS]})"


def find_study(study: Study, internal: Path) -> str:
    """Return the way from `internal` to the study file, so that no page or notebook holds a place on this machine."""
    return os.path.relpath(study.folder / study.file, internal.resolve())


def name_file(language: str, kind: str, name: str, code: str) -> str:
    """Return a file name that is safe everywhere: letters, digits and hyphens of `name`, and a short code of its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].strip("-")
    mark = sha256(code.encode()).hexdigest()[:6]
    return "-".join(part for part in (kind, slug, mark, language) if part) + ".html"


def write_index(study: Study, names: Collection[str], *, languages: Sequence[Language] = (), questions: int = 0) -> str:
    """Return the index over the files `names`, in the language that comes first in `languages`; of a draft with the open `questions`."""
    order = tuple(dict.fromkeys([*(languages or study.languages), *LANGUAGES]))
    pages = [page for page in list_possible_pages(study, order) if page.name in names]
    parts = [
        _make_part(study, [page for page in pages if page.language == language], names, study.load_text(language)) for language in order
    ]
    text = study.load_text(order[0])
    return render_template(
        "index.html.j2",
        language=order[0],
        title=text.pick(study.title),
        text=text,
        parts=[part for part in parts if part["pages"] or part["schools"]],
        data=list(_list_data(names, text)),
        invented=study.invented,
        draft=show_draft(study, text, questions),
    )


def list_possible_pages(study: Study, languages: Sequence[Language] = LANGUAGES) -> list[PlannedPage]:
    """Return every page that a run can make of a study, also those that are made only when they are asked for."""
    asked = plan_pages(study, languages, ["board"]) if list_boards(study) else []
    beside = [PlannedPage("cohorts", "", "", language) for language in languages]  # also with cohorts of other studies
    return list(dict.fromkeys([*plan_pages(study, languages), *asked, *beside]))


def _make_part(study: Study, pages: Sequence[PlannedPage], names: Collection[str], text: Text) -> dict[str, Any]:
    """Return the pages in one language: those across schools, and a row per school."""
    across = [(page, list(_list_copies(page, names))) for page in pages if page.kind not in OF_SCHOOL]
    places = {"text": text, "language": text.language, "heading": text.say("page.index_heading")}
    return {**places, "pages": across, "schools": list(_list_schools(study, pages, names))}


def _list_schools(study: Study, pages: Sequence[PlannedPage], names: Collection[str]) -> Iterator[tuple[str, list[Any]]]:
    """Yield each school that has a page, and per kind its page with its other forms, None where it is not there."""
    for school in study.schools:
        own = {page.kind: (page, list(_list_copies(page, names))) for page in pages if page.kind in OF_SCHOOL and page.code == school.id}
        if own:
            yield school.name, [own.get(kind) for kind in OF_SCHOOL]


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
