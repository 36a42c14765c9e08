"""What a run is held to say, and when."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reached import Phrase, Reached, is_whole, list_unsaid, listen
from toolkit.languages import Text, load_text
from toolkit.report.content.estimate import Estimate, write_average_verdict
from toolkit.report.content.sentences import write_numeral
from toolkit.study.loading import load_study

EVERY: set[Phrase] = {(language, key) for language in ("nl", "en") for key in load_text(language).phrases}  # type: ignore[arg-type]
WHOLE = {"keyword": "", "lf": False, "collectonly": False, "ignore": None, "ignore_glob": None, "deselect": None, "markexpr": "not slow"}


def make_run(args: tuple[str, ...] = ("tests", "toolkit"), status: int = 0, **chosen: Any) -> Any:
    """Return the end of a run in which so much was chosen."""
    config = SimpleNamespace(option=SimpleNamespace(**WHOLE | chosen), args=list(args), getini=lambda name: ["tests", "toolkit"])
    return SimpleNamespace(config=config, exitstatus=status)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[Phrase]:
    """Return what is said from here on."""
    monkeypatch.setattr(Text, "say", Text.say)  # so that it is put back
    said: set[Phrase] = set()
    listen(said)
    return said


def test_an_unsaid_phrase_is_named_with_its_language() -> None:
    assert list_unsaid(EVERY) == []
    assert list_unsaid(EVERY - {("nl", "core.heading"), ("en", "who.left.higher")}) == ["nl: core.heading", "en: who.left.higher"]


def test_what_the_code_says_is_heard(heard: set[Phrase]) -> None:
    assert write_numeral(2, load_text("en")) == "two"
    assert heard == {("en", "numeral.n2")}


def test_what_is_said_by_way_of_another_method_of_text_is_heard(heard: set[Phrase]) -> None:
    study = load_study(Path(__file__).parent.parent / "datasets" / "zes_scholen")
    change = Estimate("shown", 0.3, low=0.1, high=0.5, schools=6, verdict="rose")
    write_average_verdict(change, study.primary, study, load_text("nl"))
    assert {("nl", "count.schools.many"), ("nl", "average.rose")} <= heard


def test_what_a_test_says_itself_is_not_heard(heard: set[Phrase]) -> None:
    text = load_text("en")
    assert text.say("numeral.n2") == "two" and text.say_count("count.people", 1) == "1 person" and text.join(["a", "b"]) == "a and b"
    assert heard == set()


@pytest.mark.parametrize("chosen", [{}, {"markexpr": ""}])
def test_a_whole_run_is_judged(chosen: dict[str, Any]) -> None:
    assert is_whole(make_run(**chosen).config)


def test_a_part_of_a_run_is_not_judged() -> None:
    parts: list[dict[str, Any]] = [
        {"args": ("tests/report",)},
        {"keyword": "words"},
        {"markexpr": "slow"},
        {"lf": True},
        {"collectonly": True},
        {"ignore": ["tests/report"]},
        {"deselect": ["tests/report"]},
    ]
    assert [chosen for chosen in parts if is_whole(make_run(**chosen).config)] == []


@pytest.mark.parametrize("chosen", [{}, {"collectonly": True}])
def test_a_run_without_a_cache_is_judged_like_any_other(chosen: dict[str, Any]) -> None:
    run = make_run(**chosen)
    del run.config.option.lf  # as with -p no:cacheprovider
    assert is_whole(run.config) is not bool(chosen)


def finish(run: Any, said: set[Phrase], *, skipped: bool = False) -> Reached:
    """Return the judge of a run in which `said` was said, at its end."""
    judge = Reached()
    judge.said |= said
    judge.pytest_runtest_logreport(SimpleNamespace(skipped=skipped))  # type: ignore[arg-type]
    judge.pytest_sessionfinish(run)
    return judge


def test_a_whole_run_that_leaves_a_phrase_unsaid_fails_and_names_it() -> None:
    lines: list[str] = []
    run, reporter = make_run(), SimpleNamespace(section=lines.append, write_line=lines.append)
    judge = finish(run, EVERY - {("nl", "core.heading")})
    judge.pytest_terminal_summary(reporter)
    assert run.exitstatus == pytest.ExitCode.TESTS_FAILED and lines == ["phrases that no test reaches", "nl: core.heading"]


@pytest.mark.parametrize(
    ("run", "said", "skipped"),
    [
        (make_run(), EVERY, False),
        (make_run(), set(), True),
        (make_run(status=2), set(), False),
        (make_run(keyword="words"), set(), False),
    ],
    ids=["all is said", "no browser", "stopped", "a part"],
)
def test_other_runs_end_as_they_did(run: Any, said: set[Phrase], skipped: bool) -> None:
    before = run.exitstatus
    assert finish(run, said, skipped=skipped).unsaid == [] and run.exitstatus == before


def test_what_workers_said_is_gathered() -> None:
    worker = make_run()
    worker.config.workeroutput = {}
    finish(worker, {("nl", "core.heading")})
    assert worker.exitstatus == 0  # a worker has but a part of the tests
    judge = Reached()
    judge.pytest_testnodedown(SimpleNamespace(workeroutput={"said": [list(phrase) for phrase in worker.config.workeroutput["said"]]}))
    judge.pytest_testnodedown(SimpleNamespace())  # one that broke off
    assert judge.said == {("nl", "core.heading")}
