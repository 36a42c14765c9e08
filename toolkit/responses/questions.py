"""Questions: what the toolkit chose in the data and a person is to agree with, written to and answered in `questions.toml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import DefinitionError, ExportError
from toolkit.findings import PLACES, describe_finding, group_notes
from toolkit.languages import Language, Text, load_text
from toolkit.study.definitions import Definition, find_line, load_definition, read_definition
from toolkit.study.study import Study
from toolkit.writing import keep_out_of_git, replace_file

#: the name of the file; a question may hold people's codes, so it is kept out of git.
FILE = "questions.toml"
#: the findings that expect a command, which differs with the folder that it is typed in.
COMMANDS = ("file_unnamed", "files_unnamed")
#: so many characters of a hash tell the questions of a kind apart.
SIGNS = 8


class Question(Definition):
    """One question: its id, whether what the toolkit did is right (true), is not (false), or is not judged yet, and why."""

    id: str
    accepted: bool | None = None
    because: str = ""


class Questions(Definition):
    """All questions of the file, in order."""

    questions: tuple[Question, ...] = ()


def load_questions(study: Study) -> dict[str, Question]:
    """Return by id the questions in `questions.toml` beside the file of `study`; none if there is no such file.

    Raises `DefinitionError` for unknown keys, and for a question that stands twice.
    """
    path = study.folder / FILE
    if not path.is_file():
        return {}
    source = read_definition(path)
    found: dict[str, Question] = {}
    problems = []
    tell = partial(load_text(study.languages[0]).find_fault, "id_twice", path.name, key="questions")
    for place, question in enumerate(load_definition(path, Questions, study.languages[0]).questions):
        if question.id in found:
            problems.append(tell(line=find_line(source, ("questions", place)), id=question.id))
        found[question.id] = question
    if problems:
        raise DefinitionError(problems)
    return found


def list_questions(findings: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Return each question that `findings` ask, as a person sees it, after its id.

    The id holds the kind and a hash of all that was found: what was answered holds for that, and is asked anew when it changes.
    """
    asked = findings[findings["severity"] == "asks"].to_dict("records")
    return [(_name(shown), shown) for shown, _ in group_notes(asked)]  # type: ignore[arg-type]


def settle_findings(findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `findings` with "accepted" as the severity of those that asked and that a person accepted in `questions.toml`."""
    answered = {id for id, question in load_questions(study).items() if question.accepted}
    asked = findings[findings["severity"] == "asks"].reset_index(names="place").to_dict("records")
    settled = [row["place"] for shown, members in group_notes(asked) if _name(shown) in answered for row in members]  # type: ignore[arg-type]
    return findings.assign(severity=findings["severity"].where(~findings.index.isin(settled), "accepted"))


def refuse_open(findings: pd.DataFrame, study: Study) -> None:
    """Raise `ExportError` with every question of a final study that nobody accepted; do nothing for a draft."""
    if study.state != "final":
        return
    text = load_text(study.languages[0])
    known = load_questions(study)
    problems = []
    for id, finding in list_questions(findings):
        problem = describe_finding(finding, text.language)
        code = "refused" if id in known and known[id].accepted is False else "open"
        problems.append(replace(problem, mend=f"{problem.mend} {text.say(f'questions.{code}', id=id)}".strip()))
    if problems:
        raise ExportError(problems)


def write_questions(findings: pd.DataFrame, study: Study, language: Language) -> Path | None:
    """Add what `findings` ask to `questions.toml`, unless it is there; return the file if it was changed.

    What a person wrote stays as it is. A question without an answer that is no longer asked is taken out.
    """
    path = study.folder / FILE
    known = load_questions(study)
    asked = dict(list_questions(findings))
    text = load_text(language)
    there = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    stale = {id for id, question in known.items() if id not in asked and question.accepted is None and not question.because}
    kept = "".join(part for part in _split(there) if _find_id(part) not in stale)
    head = kept or "".join(f"# {line}\n" for line in text.say("questions.about").splitlines())
    new = "".join(_write_question(id, finding, language) for id, finding in asked.items() if id not in known)
    if head + new == there or not (new or stale):
        return None
    keep_out_of_git(study.folder, (FILE,))
    replace_file(path, head + new)
    return path


def list_accepted(findings: pd.DataFrame, study: Study) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield what a person accepted, as it was asked, and why in their own words."""
    known = load_questions(study)
    accepted = findings[findings["severity"] == "accepted"].to_dict("records")
    for shown, _ in group_notes(accepted):  # type: ignore[arg-type]
        question = known.get(_name(shown))
        yield shown, question.because if question else ""


def describe_questions(findings: pd.DataFrame) -> dict[str, Any]:
    """Return for the provenance how many questions are open, and of each kind how many were accepted; nothing that tells of people."""
    accepted = findings[findings["severity"] == "accepted"].to_dict("records")
    kinds = pd.Series([shown["code"] for shown, _ in group_notes(accepted)], dtype="str").value_counts()  # type: ignore[arg-type]
    return {"open": len(list_questions(findings)), "accepted": {str(code): int(count) for code, count in kinds.sort_index().items()}}


def write_seen(responses: pd.DataFrame, findings: pd.DataFrame, study: Study, text: Text) -> str:
    """Return in one line how many schools there are, how many people per wave, and how many questions are open."""
    return text.say(
        "check.seen",
        schools=text.say_count("study.schools", responses["school"].nunique()),
        people=text.join([text.number(int((responses["wave"] == wave.id).sum()), 0) for wave in study.waves]),
        questions=text.say_count("check.questions", len(list_questions(findings))),
    )


def _name(finding: Mapping[str, Any]) -> str:
    """Return the id of a question."""
    places = [place for place in PLACES if place != "expected" or finding["code"] not in COMMANDS]
    told = json.dumps([str(finding[place]) for place in places], ensure_ascii=False)
    return f"{finding['code']}-{sha256(told.encode()).hexdigest()[:SIGNS]}"


def _split(text: str) -> list[str]:
    """Return the parts of a file of questions: its head, and each question with the comments above it."""
    starts = [found.start() for found in re.finditer(r"(?m)^(?:#[^\n]*\n)*\[\[questions\]\]", text)]
    return [text[start:end] for start, end in pairwise([0, *starts, len(text)])]


def _find_id(part: str) -> str:
    found = re.search(r'(?m)^id = "([^"]*)"', part)
    return found[1] if found else ""


def _write_question(id: str, finding: Mapping[Any, Any], language: Language) -> str:
    """Return one question as a comment in words, and the lines to answer it; what people typed can't end a comment."""
    problem = describe_finding(finding, language)
    told = [f"# {' '.join(part.split())}" for part in (f"{problem.file}: {problem.message}", problem.mend) if part]
    judge = load_text(language).say("questions.judge")
    return "\n".join(["", *told, "[[questions]]", f'id = "{id}"', f"# accepted = true  # {judge}", '# because = ""', ""])
