"""Templates: an empty workbook per kind of records, to fill in beside the study."""

from __future__ import annotations

import io
from pathlib import Path

from toolkit.languages import Language, Text, load_text
from toolkit.study.records import KINDS, Kind
from toolkit.study.study import Study
from toolkit.writing import keep_out_of_git, replace_file

#: the folder of the workbooks, in that of the study.
FOLDER = "records"
WIDEST = 60


def write_templates(study: Study, language: Language) -> list[Path]:
    """Write a workbook for each kind of records that the study reads none of, and return those written; nothing is overwritten."""
    made = []
    for kind in KINDS:
        path = study.folder / FOLDER / f"{kind}.xlsx"
        if path.exists() or any(entry.kind == kind for entry in study.records):
            continue
        replace_file(path, make_workbook(kind, load_text(language)))
        made.append(path)
    if made:
        keep_out_of_git(study.folder, (f"{FOLDER}/",))
    return made


def make_workbook(kind: Kind, text: Text) -> bytes:
    """Return an empty workbook for a kind of records: a sheet with its headers, and one that says what stands in each column."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    headers = [text.say(f"records.{kind}.{column.name}") for column in KINDS[kind]]
    explained = [tuple(text.say(f"records.explain.{name}") for name in ("column", "needed", "holds"))]
    for column, header in zip(KINDS[kind], headers, strict=True):
        explained.append((header, text.say(f"records.word.{'yes' if column.needed else 'no'}"), column.describe(text)))
    for title, rows in ((text.say(f"records.kind.{kind}"), [headers]), (text.say("records.explain.title"), explained)):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append(row)
        for place, cells in enumerate(zip(*rows, strict=True), 1):
            sheet.column_dimensions[get_column_letter(place)].width = min(max(map(len, cells)) + 4, WIDEST)
            sheet.cell(1, place).font = Font(bold=True)
    book.remove(book.worksheets[0])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def describe_entries(paths: list[Path], study: Study) -> str:
    """Return the lines of `study.toml` with which the study reads these workbooks."""
    entries = [f'[[records]]\nkind = "{path.stem}"\nfile = "{path.relative_to(study.folder).as_posix()}"' for path in paths]
    return "\n\n".join(entries)
