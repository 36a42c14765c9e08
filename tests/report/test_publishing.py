from pathlib import Path

import pytest

from toolkit.report.publishing import name_file, replace_file


@pytest.mark.parametrize(
    "name",
    ["De Wilg", "../../etc/passwd", "<script>alert(1)</script>", "مدرسة", "école «Été»", "CON", "a" * 300, "🎓", "name\nwith\0control"],
)
def test_file_names_are_safe_everywhere(name: str) -> None:
    made = name_file("nl", "school", name, "s1")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert made.startswith("school-") and made.endswith("-nl.html") and made.count(".") == 1
    assert len(made.encode()) <= 80


def test_two_schools_of_one_name_get_two_files() -> None:
    assert name_file("nl", "school", "De Wilg", "s1") != name_file("nl", "school", "De Wilg", "s2")


def test_a_file_is_replaced_whole_and_an_earlier_one_survives_a_failure(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    replace_file(page, "first")
    with pytest.raises(UnicodeEncodeError):
        replace_file(page, "second \ud800")
    assert page.read_text() == "first"
    replace_file(page, "third")
    assert page.read_text() == "third"
