"""Matches: which codes a person judged to be, or not to be, of one respondent; one file beside the study, `matches.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import PrivateAttr

from toolkit.errors import DefinitionError, Problem
from toolkit.spelling import suggest
from toolkit.study.definitions import Definition, find_line, load_definition
from toolkit.study.definitions__reading import read_definition

if TYPE_CHECKING:
    from toolkit.study.study import Study

#: the name of the file, which holds people's codes and so is kept out of git.
FILE = "matches.toml"


class Match(Definition):
    """Two codes of one school that are alike, and whether they are of one person: true, false, or not judged yet."""

    school: str
    codes: tuple[str, str]
    accepted: bool | None = None
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """The line of the file at which the pair stands; 0 where it stands in none."""
        return self._line


class Matches(Definition):
    """All pairs of the file, in order."""

    matches: tuple[Match, ...] = ()


def load_matches(study: Study) -> tuple[Match, ...]:
    """Return the pairs in `matches.toml` beside the file of `study`, each with its line; none where there is no such file.

    Raises `DefinitionError` with every fault: unknown keys, a school that the study does not have, a pair that is there twice.
    """
    path = study.folder / FILE
    if not path.is_file():
        return ()
    source, matches = read_definition(path), load_definition(path, Matches).matches
    for place, match in enumerate(matches):
        match._line = find_line(source, ("matches", place)) or 0
    problems = [problem for place in range(len(matches)) for problem in _check_match(matches, place, study, path)]
    if problems:
        raise DefinitionError(problems)
    return matches


def _check_match(matches: tuple[Match, ...], place: int, study: Study, path: Path) -> Iterator[Problem]:
    """Yield what is wrong with one pair, apart from what the answers themselves would tell."""
    match, schools = matches[place], [school.id for school in study.schools]
    first, second = match.codes
    if match.school not in schools:
        yield Problem(path.name, f"There is no school '{match.school}'.", suggest(match.school, schools), match.line, "school")
    if first == second:
        yield Problem(path.name, f"The code '{first}' is paired with itself.", "Name two codes.", match.line, "codes")
    for other in matches[:place]:
        if (other.school, set(other.codes)) == (match.school, {first, second}):
            message = f"The codes '{first}' and '{second}' are a pair at line {other.line} already."
            yield Problem(path.name, message, "Keep one of the two.", match.line, "codes")
