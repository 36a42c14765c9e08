"""Errors that help: what was found, where, what would be right, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person has to fix: the place, what was found there, and how to fix it."""

    file: str
    message: str
    mend: str = ""
    line: int | None = None
    key: str = ""
    #: the place in words, if it is more than the name of the file.
    place: str = ""

    def __str__(self) -> str:
        place = self.place or self.file
        return " ".join(part for part in (f"{place}:" if place else "", self.message, self.mend) if part)


class ToolkitError(Exception):
    """Something that a person can fix; `problems` holds every problem, not only the first."""

    def __init__(self, problems: list[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        self.problems = tuple(problems) if isinstance(problems, list) else (problems,)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DefinitionError(ToolkitError):
    """A study, an instrument or a rules file does not say what it must."""


class ExportError(ToolkitError):
    """An export can't be read or holds answers that stop the analysis."""


class TableError(ToolkitError):
    """A table does not have the shape that `schemas.py` gives it: a fault in the toolkit, not in the data."""


class ReportError(ToolkitError):
    """A report could not be made; earlier reports are untouched."""


class FrameError(ToolkitError):
    """A researcher's own table, or what was asked of it, can't be right."""
