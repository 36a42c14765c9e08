"""A run notes what it publishes before it writes a page; if it ends in between, the next run says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.test_run import make
from toolkit import export_study, load_study, run_study
from toolkit.check import Watch
from toolkit.findings import list_sentences
from toolkit.languages import load_text
from toolkit.report.publishing import data_tables, reports
from toolkit.results.disclosure.register import UNFINISHED
from toolkit.results.disclosure.register_lines import read_lines
from toolkit.study.study import Study

ROADS: dict[str, tuple[object, Callable[[Study, Path, Watch], object]]] = {
    "run": (reports, lambda study, out, watch: run_study(study, out, schools=["s1"], kinds=["summary"], watch=watch)),
    "export": (data_tables, lambda study, out, watch: export_study(study, out, watch=watch)),
}


@pytest.mark.parametrize("road", ROADS)
def test_a_run_that_ends_between_the_register_and_its_pages_is_told_by_the_next(
    road: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, go = ROADS[road]
    study, out = make(tmp_path / "study"), tmp_path / "out"
    told: list[pd.DataFrame] = []
    watch = Watch(found=told.append)

    def refuse(path: Path, content: str | bytes, *, private: bool = False) -> None:
        if path.parent == out:
            raise KeyboardInterrupt
        real(path, content, private=private)

    real = reports.replace_file
    with monkeypatch.context() as patch:
        patch.setattr(module, "replace_file", refuse)
        with pytest.raises(KeyboardInterrupt):
            go(study, out, watch)
    assert (out / "internal" / UNFINISHED).exists() and len(read_lines(out / "internal", load_text("en"))) == 1
    assert [path for path in out.iterdir() if path.is_file()] == []

    go(study, out, watch)
    for language, says in (("en", "ended before all of it was there"), ("nl", "eindigde voordat alles er was")):
        assert says in next(said for _, said in list_sentences(told[-1], language))  # type: ignore[arg-type]
    assert not (out / "internal" / UNFINISHED).exists() and len(read_lines(out / "internal", load_text("en"))) == 1
    go(study, out, watch)
    assert told[-1].empty


def test_a_draft_is_not_noted(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    path = study.folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('state = "final"', 'state = "draft"'), encoding="utf-8")
    export_study(load_study(study.folder), tmp_path / "out")
    assert read_lines(tmp_path / "out" / "internal", load_text("en")) == []
    assert not (tmp_path / "out" / "internal" / UNFINISHED).exists()
