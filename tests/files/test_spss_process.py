"""What the child says of an SPSS file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.files.spss_process import TOO_LARGE, describe_spss_file, main

FIXTURES = Path(__file__).parent.parent / "data" / "published" / "spss_fixtures"


def test_each_text_is_said_once_with_the_rows_that_hold_it() -> None:
    said = describe_spss_file(str(FIXTURES / "sample.zsav"), 1000)
    texts, places = said["columns"][said["names"].index("mylabl")]
    assert [texts[place] for place in places] == ["1", "2", "1", "2", "1"]
    assert len(texts) == 2


def test_the_status_tells_how_it_went(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(str(FIXTURES / "sample.zsav"), "1000") == 0
    assert json.loads(capsys.readouterr().out)["too_large"] is False
    assert main(str(FIXTURES / "sample.zsav"), "10") == TOO_LARGE
    assert main(str(tmp_path / "nothing.sav"), "10") == 1
    assert capsys.readouterr().err
