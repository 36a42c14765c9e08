"""A Word file says that the toolkit made it, and nothing of the program or the computer on which its template was made."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

from docx import Document

from toolkit.report.formats.word import begin_document, is_edited, save_document


def test_no_foreign_program_and_no_picture_of_another_page_is_in_a_word_file(tmp_path: Path) -> None:
    document = begin_document("A title", "en", dt.date(2026, 7, 1))
    document.add_paragraph("Words.")
    made = save_document(document)
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert not any("thumbnail" in name or name.endswith((".jpeg", "app.xml")) for name in parts)
    words = b"".join(parts.values())
    assert b"Macintosh" not in words and b"Microsoft Office Word" not in words and b"Normal.dotm" not in words
    assert b"thumbnail" not in parts["_rels/.rels"] and b"extended-properties" not in parts["_rels/.rels"]
    assert b"app.xml" not in parts["[Content_Types].xml"]
    path = tmp_path / "made.docx"
    path.write_bytes(made)
    assert [paragraph.text for paragraph in Document(str(path)).paragraphs][-1] == "Words." and not is_edited(path)
