"""The evaluator's own words for a page: what stands in the folder `notes` beside the study file, per school or for all."""

from __future__ import annotations

from toolkit.errors import ReportError
from toolkit.page_kernel import find_handed
from toolkit.report.content.view import View
from toolkit.study.study import ACROSS, Study


def read_note(view: View) -> str:
    """Return the evaluator's own words for this page, "" where there are none; `ReportError` where the file is no text."""
    handed = find_handed()
    content = handed.note if handed else open_note(view.study, view.school)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").strip()
    except UnicodeDecodeError:
        raise ReportError(view.text.find_fault("note_encoding", view.study.find_note(view.school).name)) from None


def open_note(study: Study, school: str) -> bytes:
    """Return what stands in the file with the note for the page of a school, or ("") across schools; nothing where there is none."""
    if school == ACROSS:
        return b""
    path = study.find_note(school).resolve()
    inside = path.parent == (study.folder / "notes").resolve()
    return path.read_bytes() if inside and path.is_file() else b""
