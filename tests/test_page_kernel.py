"""A process that makes a page for sharing: what it may open, and that nothing in it can take that back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from toolkit import list_findings, load_results, load_study, read_exports
from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.page_kernel import VARIABLE, find_page_floor, refuse_answers, refuse_other_results

ROOT = Path(__file__).parent.parent
STUDY = ROOT / "datasets" / "zes_scholen"


def test_anywhere_else_nothing_is_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert find_page_floor() == 0
    refuse_answers()
    refuse_other_results("any.json")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_process_that_makes_pages_knows_its_smallest_group_and_opens_neither_answers_nor_results(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "7")
    monkeypatch.setenv("LC_ALL", f"{language}_NL.UTF-8")
    assert find_page_floor() == 7
    with pytest.raises(ReportError, match={"nl": "leest geen antwoorden", "en": "reads no answers"}[language]):
        read_exports(load_study(STUDY))
    with pytest.raises(ReportError):
        list_findings(load_study(STUDY))
    with pytest.raises(ReportError, match={"nl": "geen andere resultaten", "en": "no other results"}[language]):
        load_results(tmp_path / "other.results.json")


#: What a template might try to get at a file, by whatever name; each line is a program of its own.
ROADS = {
    "open": "open(answers)",
    "path": "pathlib.Path(answers).read_bytes()",
    "pandas": "pandas.read_csv(answers)",
    "descriptor": "os.open(answers, os.O_RDONLY)",
    "way around": "open(os.path.join(os.path.dirname(answers), '..', os.path.basename(os.path.dirname(answers)), 'answers.csv'))",
    "link": "os.symlink(answers, 'link.csv')",
    "link that stood": "open('stood.csv')",
    "hard link": "os.link(answers, 'hard.csv')",
    "hard link that stood": "open('hard-stood.csv')",
    "other name": "os.rename(answers, 'free.csv')",
    "copy": "shutil.copy(answers, 'free.csv')",
    "internal": "open('internal/school.results.json')",
    "register": "open('internal/register.jsonl')",
    "program": "subprocess.run(['cat', answers])",
    "shell": "os.system('cat ' + answers)",
    "fork": "os.fork()",
    "library in C": "importlib.import_module('pyreadstat')",
    "variable taken away": "os.environ.pop('PLG_PAGE'); toolkit.read_exports(toolkit.load_study(study))",
    "exports": "toolkit.read_exports(toolkit.load_study(study))",
    "run": "toolkit.run_study(study, 'out')",
    "export": "toolkit.export_study(study, 'out', scores=True)",
    "estimates": "toolkit.estimate_study(toolkit.load_study(study))",
    "view": "toolkit.notebook.open_view(study)",
    "plain frame": "toolkit.load_answers(toolkit.load_study(study))",
    "data check": "toolkit.notebook.open_check(study)",
    "results of another": "toolkit.load_results('internal/school.results.json')",
}
ALLOWED = {
    "own results": "open('internal/own.results.json').read()",
    "own results by the toolkit's check": "refuse_other_results('internal/own.results.json')",
    "study": "toolkit.load_study(study)",
    "a picture": "open('logo.png', 'rb').read()",
    "something new": "open('new.txt', 'w').write('a'); open('new.txt').read()",
}
PROGRAM = """
import importlib, json, os, pathlib, pandas, shutil, subprocess, sys, toolkit, toolkit.notebook
import toolkit.results.estimation, toolkit.run
from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.page_kernel import PageGuard, enter_page_kernel, find_page_floor, refuse_other_results
answers, study, roads, allowed = json.load(sys.stdin)
enter_page_kernel(PageGuard(6, os.path.abspath("internal/own.results.json"), (answers, os.path.abspath("internal"))))
assert find_page_floor() == 6
refused = []
for name, road in roads.items():
    try:
        exec(road)
    except ReportError:
        refused.append(name)
for road in allowed.values():
    exec(road)
os.environ.pop("PLG_PAGE", None)
print(json.dumps([refused, find_page_floor()]))
"""


def test_no_road_leads_to_answers_or_to_what_is_internal(tmp_path: Path) -> None:
    (tmp_path / "internal").mkdir()
    pd.DataFrame({"code": ["a"], "score": [1]}).to_csv(tmp_path / "answers.csv", index=False)
    (tmp_path / "stood.csv").symlink_to(tmp_path / "answers.csv")
    (tmp_path / "hard-stood.csv").hardlink_to(tmp_path / "answers.csv")
    for name in ("own.results.json", "school.results.json", "change.results.json", "register.jsonl"):
        (tmp_path / "internal" / name).write_text("{}", encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(b"png")
    given = json.dumps([str(tmp_path / "answers.csv"), str(STUDY), ROADS, ALLOWED])
    command = [sys.executable, "-c", PROGRAM]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, timeout=100)
    assert ran.returncode == 0, ran.stderr
    refused, floor = json.loads(ran.stdout)
    assert set(ROADS) - set(refused) == set()
    assert floor == 6
    assert not (tmp_path / "free.csv").exists() and not (tmp_path / "out").exists()


TOLD = """
import json, sys
from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.page_kernel import PageGuard, enter_page_kernel
enter_page_kernel(PageGuard(6, "own.json", (sys.argv[1],)))
told = []
for road in (lambda: open(sys.argv[1]), lambda: __import__("os").system("true")):
    try:
        road()
    except ReportError as error:
        told.append(str(error))
print(json.dumps(told))
"""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_refused_is_told_in_the_language_of_the_page(language: Language, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("code\na\n", encoding="utf-8")
    command = [sys.executable, "-c", TOLD, str(tmp_path / "answers.csv")]
    ran = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "LC_ALL": f"{language}_BE.UTF-8"}, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    phrases = load_text(language).phrases
    for code, told in zip(("page_files", "page_process"), json.loads(ran.stdout), strict=True):
        assert told == f"{phrases[f'faults.{code}.says']} {phrases[f'faults.{code}.mend']}"
