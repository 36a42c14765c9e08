from pathlib import Path

import pytest

from toolkit.writing import replace_file


def test_a_file_is_replaced_whole_and_an_earlier_one_survives_a_failure(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    replace_file(page, "first")
    with pytest.raises(UnicodeEncodeError):
        replace_file(page, "second \ud800")
    assert page.read_text() == "first"
    replace_file(page, "third")
    assert page.read_text() == "third"
    replace_file(page, b"\x00\xff")
    assert page.read_bytes() == b"\x00\xff"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
