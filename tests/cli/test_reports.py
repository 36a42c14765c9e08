"""What the command line says of the reports that it made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.made_study import make_study
from toolkit.cli.reports import _write_made
from toolkit.languages import Language
from toolkit.run import Run
from toolkit.schemas import FINDINGS


@pytest.mark.parametrize(
    ("language", "final", "draft"),
    [
        (
            "nl",
            "1 rapport: out/index.html",
            "Concept, niet om te delen. Er staan geen vragen over de gegevens open.",
        ),
        ("en", "1 report: out/index.html", "Draft, not for sharing. No questions about the data are open."),
    ],
)
def test_a_run_says_what_it_made_and_of_a_draft_what_is_open(language: Language, final: str, draft: str) -> None:
    made = Run(Path("out"), (Path("out/a.html"),), (), Path("out/index.html"), {}, FINDINGS.empty())
    assert _write_made(made, make_study(1, state="final"), language) == final
    assert _write_made(made, make_study(1), language) == f"{final}\n{draft}"
