"""Which phrases the code says while tests run: a whole run that leaves one unsaid in a language fails, and names it."""

from __future__ import annotations

import re
import sys
from collections.abc import Set
from pathlib import Path
from typing import Any

import pytest

from toolkit import languages as words
from toolkit.languages import Text, load_text

#: Tables whose phrases are told while answers are read, not by a page; tests/responses has a test per code and language.
ELSEWHERE = ("findings", "doubts", "matches")
#: Faults that the process of a page tells; tests/test_page_kernel.py reads them there.
IN_KERNELS = ("faults.page_files", "faults.page_process")
#: How the key of a phrase for a count ends.
COUNTED = re.compile(r"\.(one|many)$")
TESTS = str(Path(__file__).parent)
#: Phrases of rare cases are said there, with all that they are given.
RARE = str(Path(__file__).parent / "test_languages_rare.py")
#: A phrase: its language and its key.
Phrase = tuple[str, str]


def listen(said: set[Phrase]) -> None:
    """Note in `said` every phrase that is said from now on; what a test says itself, to compare a page with, proves nothing."""
    say = Text.say

    def note(text: Text, key: str, **places: object) -> str:
        caller = _find_caller()
        if caller == RARE or not caller.startswith(TESTS):
            said.add((text.language, key))
        return say(text, key, **places)

    Text.say = note  # type: ignore[method-assign]


def _find_caller() -> str:
    """Return the file that asked for a phrase, be it by way of another method of `Text`."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename == words.__file__ and frame.f_back:
        frame = frame.f_back
    return frame.f_code.co_filename


def list_unsaid(said: Set[Phrase]) -> list[str]:
    """Return the phrases that are not in `said`, each with its language; of a phrase for one and for many, one of both is enough."""
    reached = {(language, COUNTED.sub("", key)) for language, key in said}
    keys = [(language, key) for language in ("nl", "en") for key in load_text(language).phrases]  # type: ignore[arg-type]
    asked = [(language, key) for language, key in keys if key.partition(".")[0] not in ELSEWHERE and not key.startswith(IN_KERNELS)]
    return [f"{language}: {key}" for language, key in asked if (language, COUNTED.sub("", key)) not in reached]


def is_whole(config: pytest.Config) -> bool:
    """Return whether the run has all tests but the slow ones, so that it can be held to reach every phrase."""
    option = config.option
    failed_last = getattr(option, "lf", False)  # without its cache pytest has no such option
    chosen = option.keyword or failed_last or option.collectonly or option.ignore or option.ignore_glob or option.deselect
    return not chosen and option.markexpr in ("", "not slow") and config.args == config.getini("testpaths")


class Reached:
    """The part of a run that gathers what was said, also by its workers, and judges it at the end."""

    def __init__(self) -> None:
        self.said: set[Phrase] = set()
        self.unsaid: list[str] = []
        self.skipped = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.skipped |= report.skipped

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.said.update(tuple(phrase) for phrase in getattr(node, "workeroutput", {}).get("said", []))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput["said"] = sorted(self.said)
        elif session.exitstatus == pytest.ExitCode.OK and is_whole(config) and not self.skipped:
            self.unsaid = list_unsaid(self.said)
            if self.unsaid:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unsaid:
            terminalreporter.section("phrases that no test reaches")
            terminalreporter.write_line("\n".join(self.unsaid))
