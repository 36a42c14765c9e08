"""Matches: codes that a person judged to be one respondent's, or not; read from and proposed in `matches.toml` beside the study."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import PrivateAttr

from toolkit.errors import DefinitionError, Problem
from toolkit.languages import Language, Text, load_text
from toolkit.study.definitions import Definition, find_line, load_definition, read_definition
from toolkit.study.study import Study
from toolkit.writing import keep_out_of_git, replace_file

#: the name of the file; it holds people's codes, so it is kept out of git.
FILE = "matches.toml"
#: the findings that propose pairs.
PROPOSING = ("codes_alike", "codes_zeros", "codes_dated", "codes_powers")


class Match(Definition):
    """Two similar codes of one school, and whether they are one person's: true, false, or not judged yet."""

    school: str
    codes: tuple[str, str]
    accepted: bool | None = None
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """The line of the pair in the file; 0 if it is not in a file."""
        return self._line


class Matches(Definition):
    """All pairs of the file, in order."""

    matches: tuple[Match, ...] = ()


def load_matches(study: Study) -> tuple[Match, ...]:
    """Return the pairs in `matches.toml` beside the file of `study`, each with its line; none if there is no such file.

    Raises `DefinitionError` with every fault: unknown keys, a school that the study does not have, a pair that appears twice.
    """
    path = study.folder / FILE
    if not path.is_file():
        return ()
    source = read_definition(path)
    matches = load_definition(path, Matches, study.languages[0]).matches
    for place, match in enumerate(matches):
        match._line = find_line(source, ("matches", place)) or 0
    problems = [problem for place in range(len(matches)) for problem in _check_match(matches, place, study, path)]
    if problems:
        raise DefinitionError(problems)
    return matches


def _check_match(matches: tuple[Match, ...], place: int, study: Study, path: Path) -> Iterator[Problem]:
    """Yield what is wrong with one pair, apart from problems that only the answers would show."""
    match = matches[place]
    schools = [school.id for school in study.schools]
    text = load_text(study.languages[0])
    first, second = match.codes
    tell = partial(text.find_fault, file=path.name, line=match.line)
    if match.school not in schools:
        mend = text.suggest(match.school, schools)
        yield tell("unknown", key="school", what=text.say("faults.what.school"), name=match.school, mend=mend)
    if first == second:
        yield tell("pair_itself", key="codes", person=first)
    for other in matches[:place]:
        if (other.school, set(other.codes)) == (match.school, {first, second}):
            yield tell("pair_twice", key="codes", first=first, second=second, other=other.line)


def write_matches(findings: pd.DataFrame, study: Study, language: Language) -> Path | None:
    """Add the pairs that `findings` propose to `matches.toml`, unless they are in it; return the file if anything was added.

    The existing content of the file stays as it is.
    """
    there = {(match.school, frozenset(match.codes)) for match in load_matches(study)}
    proposed = [pair for finding in findings[findings["code"].isin(PROPOSING)].to_dict("records") for pair in _list_pairs(finding)]
    new = [(school, codes) for school, codes in proposed if (school, frozenset(codes)) not in there]
    if not new:
        return None
    words = load_text(language)
    path = study.folder / FILE
    text = (
        path.read_text(encoding="utf-8-sig")
        if path.is_file()
        else "".join(f"# {line}\n" for line in words.say("matches.about").splitlines())
    )
    keep_out_of_git(study.folder, (FILE,))
    counts = pd.Series([code for _, codes in proposed for code in codes]).value_counts()
    replace_file(path, text + "".join(_write_pair(school, codes, counts, words) for school, codes in new))
    return path


def _list_pairs(finding: Mapping[Any, Any]) -> list[tuple[str, tuple[str, str]]]:
    """Return the school and the two codes of each pair that a finding proposes; schools stand by commas, their codes by semicolons."""
    if finding["code"] == "codes_alike":
        return [(finding["school"], (finding["value"], finding["expected"]))]
    schools = finding["school"].split(", ")
    pairs = []
    for school, first, second in zip(schools, finding["value"].split("; "), finding["expected"].split("; "), strict=False):
        pairs += [(school, codes) for codes in zip(first.split(", "), second.split(", "), strict=False)]
    return pairs if len(pairs) == finding["count"] else []  # a code may hold these marks itself, where codes count exactly


def _write_pair(school: str, codes: tuple[str, str], counts: pd.Series, words: Text) -> str:
    """Return one pair, not judged yet; it says so if a code is in more than one pair."""
    several = "".join(f"# {words.say('matches.several', code=code)}\n" for code in codes if counts[code] > 1)
    quoted = f"school = {_quote(school)}\ncodes = [{', '.join(map(_quote, codes))}]"
    return f"\n{several}[[matches]]\n{quoted}\n# accepted = true  # {words.say('matches.judge')}\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
