"""Which columns of a table stand beside each other in Word: no word of a wide table breaks, and what spans it spans each part."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from unittest.mock import Mock

import pytest
from docx import Document

from toolkit.report.formats.word import make_word
from toolkit.report.formats.word_tables import list_parts

FACTORS = ["professionalisering", "onderzoeksmatig", "leiderschap", "personeelsbeleid", "ondersteuning", "draagvlak", "ruimte"]


@pytest.mark.parametrize(("words", "parts"), [("0,42", [range(1, 8)]), ("0,42 (gestegen)", [range(1, 4), range(4, 8)])])
def test_a_table_too_wide_for_paper_stands_in_parts(words: str, parts: list[range]) -> None:
    """Numbers leave room for upright headers; with words behind them three or four columns of seven fit beside the first."""
    assert list_parts([["School", *FACTORS], ["De Wolkenplukker", *[words] * 7]]) == parts


def test_each_part_has_the_first_column_and_its_own_piece_of_what_spans_the_table(tmp_path: Path) -> None:
    head = "".join(f'<th scope="col">{name}</th>' for name in ["School", *FACTORS])
    shown = "".join(f'<td class="number">{number},42 (gestegen)</td>' for number in range(7))
    rows = f'<tr><th>De Wolkenplukker</th>{shown}</tr><tr><th>De Trom</th><td colspan="7">verborgen</td></tr>'
    page = tmp_path / "page.html"
    table = f"<table><caption>Verandering</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    page.write_text(f'<html lang="nl"><body><main>{table}</main></body></html>', encoding="utf-8")
    (tmp_path / "page.docx").write_bytes(make_word(page, Mock(), dt.date(2026, 7, 1)))
    first, second = ([[cell.text for cell in row.cells] for row in table.rows] for table in Document(str(tmp_path / "page.docx")).tables)
    assert first[0] == ["School", *FACTORS[:3]] and second[0] == ["School", *FACTORS[3:]]
    assert second[1] == ["De Wolkenplukker", *[f"{number},42 (gestegen)" for number in range(3, 7)]]
    assert first[2] == ["De Trom", *["verborgen"] * 3] and second[2] == ["De Trom", *["verborgen"] * 4]
