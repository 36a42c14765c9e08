"""An id that stands twice in an instrument is told with the line of the second."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DefinitionError
from toolkit.shipped import INSTRUMENTS
from toolkit.study.instruments import load_instrument


@pytest.mark.parametrize(
    ("table", "id", "added"), [("scales", "total", 'label = { nl = "x", en = "x" }\nitems = ["i1"]\n'), ("items", "i2", "number = 9\n")]
)
@pytest.mark.parametrize(("language", "words"), [("nl", "staat twee keer onder"), ("en", "occurs twice under")])
def test_the_second_of_two_is_named_by_its_line(table: str, id: str, added: str, language: str, words: str, tmp_path: Path) -> None:
    source = (INSTRUMENTS / "uwes3.toml").read_text(encoding="utf-8")
    (tmp_path / "uwes3.toml").write_text(f'{source}\n[[{table}]]\nid = "{id}"\n{added}', encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_instrument("uwes3", tmp_path, language)  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert problem.line == len(source.splitlines()) + 3
    assert f"‘{id}’ {words} {table}" in problem.message
