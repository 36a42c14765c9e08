"""Lines put into a study file."""

from __future__ import annotations

import tomllib

import pytest

from toolkit.new_study.study_edit import insert_block, insert_key, insert_words

FILE = """# The study.
id = "x"  # a name
text = '''
[[schools]]
'''

# The schools.
[[schools]]
id = "a"
# board = "ours"

[[schools]]
id = "b"
[schools.invited]
w1 = 3

# How files are laid out.
[layouts.l]
respondent = "code"    # the code
schools = { "A" = "a" }  # words
# waves = { "1" = "w1" }

[layouts.m]
school = "School"
[layouts.m.schools]
"B" = "b"
# The end.
[outcomes]
primary = "p"
"""
NEW = '[[schools]]\nid = "c"'


def is_kept(before: str, after: str) -> bool:
    """Return whether every line of `before` stands in `after`, in order and to the byte."""
    rest = iter(after.splitlines(keepends=True))
    return all(line in rest for line in before.splitlines(keepends=True))


def test_a_block_comes_behind_the_last_of_its_kind_and_what_is_within_it() -> None:
    after = insert_block(FILE, "schools", NEW)
    assert is_kept(FILE, after)
    assert 'w1 = 3\n\n[[schools]]\nid = "c"\n\n# How files are laid out.\n' in after
    assert [school["id"] for school in tomllib.loads(after)["schools"]] == ["a", "b", "c"]


@pytest.mark.parametrize(("place", "order"), [(0, ["c", "a", "b"]), (1, ["a", "c", "b"]), (2, ["a", "b", "c"])])
def test_a_block_comes_at_its_place_in_a_list(place: int, order: list[str]) -> None:
    after = insert_block(FILE, "schools", NEW, after=place)
    assert is_kept(FILE, after)
    assert [school["id"] for school in tomllib.loads(after)["schools"]] == order


def test_comments_right_below_keys_are_of_the_block_and_those_right_above_a_header_are_not() -> None:
    assert '# board = "ours"\n\n[[schools]]\nid = "c"\n' in insert_block(FILE, "schools", NEW, after=1)
    assert '"B" = "b"\n\n[layouts.n]\n# The end.\n[outcomes]' in insert_block(FILE, "layouts", "[layouts.n]")


def test_a_block_of_which_there_is_none_comes_last() -> None:
    assert insert_block('id = "x"', "pairs", "[[pairs]]") == 'id = "x"\n\n[[pairs]]\n'


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("l", 'schools = { "A" = "a", "Één }#" = "b" }  # words'),
        ("m", '"B" = "b"\n"Één }#" = "b"'),
    ],
)
def test_words_join_those_that_are_there(table: str, line: str) -> None:
    after = insert_words(FILE, f"layouts.{table}", "schools", {"Één }#": "b"})
    assert line in after
    assert tomllib.loads(after)["layouts"][table]["schools"]["Één }#"] == "b"


def test_words_get_a_line_of_their_own_where_there_are_none() -> None:
    after = insert_words(FILE, "layouts.l", "waves", {"2": "w1"})
    assert is_kept(FILE, after)
    assert tomllib.loads(after)["layouts"]["l"]["waves"] == {"2": "w1"}


def test_a_key_comes_below_the_others_of_its_table() -> None:
    after = insert_key(FILE, "schools", 0, 'name = "A"')
    assert 'id = "a"\nname = "A"\n# board = "ours"\n' in after
    assert insert_key("schools = []\n", "schools", 0, "x") == "schools = []\n"


def test_line_ends_and_the_mark_at_the_start_stay_as_they_are() -> None:
    windows = "\N{BYTE ORDER MARK}" + FILE.replace("\n", "\r\n")
    after = insert_block(windows, "schools", NEW)
    assert is_kept(windows, after)
    assert after.count("\n") == after.count("\r\n") == windows.count("\n") + 3
