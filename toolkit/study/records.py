"""Records: what a trajectory leaves besides answers; of each kind which columns a file has, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from toolkit.languages import Text, Words
from toolkit.study.definitions import Definition

Kind = Literal["contacts", "goals", "indicators", "ratings", "notes", "links", "meetings", "attendance", "profiles"]
#: what a cell holds: `school`, `cohort`, `wave`, `factor` and `theme` name one of the study's, `words` one of those that the column lists.
Holds = Literal["text", "date", "number", "school", "cohort", "wave", "factor", "theme", "words"]
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """One column of a kind of records: what its cells hold, whether each row needs it, and what it may hold."""

    name: str
    holds: Holds
    needed: bool = False
    #: the words that may stand there; files may write them in Dutch or English.
    words: tuple[str, ...] = ()
    low: float = float("-inf")
    high: float = float("inf")
    whole: bool = False

    def list_headers(self, kind: str, texts: tuple[Text, ...]) -> list[str]:
        """Return the headers by which a file may name the column: its name, and that in each language."""
        return list(dict.fromkeys([*(text.say(f"records.{kind}.{self.name}") for text in texts), self.name]))

    def describe(self, text: Text) -> str:
        """Return in words what stands in the column."""
        if self.words:
            return text.say("records.holds.words", words=", ".join(text.say(f"records.word.{word}") for word in self.words))
        ends = (self.low > float("-inf"), self.high < float("inf"))
        bounds = {(True, True): "between", (True, False): "from"}.get(ends, self.holds)
        return text.say(f"records.holds.{bounds}", low=f"{self.low:g}", high=f"{self.high:g}")


def _text(name: str, needed: bool = False) -> RecordColumn:
    return RecordColumn(name, "text", needed)


SCHOOL = RecordColumn("school", "school")
ONE_SCHOOL = RecordColumn("school", "school", needed=True)
DATE = RecordColumn("date", "date", needed=True)

#: Every kind of records with its columns, in the order of the empty workbooks; what reads files and writes those stands on it.
KINDS: Mapping[Kind, tuple[RecordColumn, ...]] = {
    "contacts": (
        DATE,
        RecordColumn("type", "words", True, ("training", "mt", "intervisie", "coaching", "meeting", "course", "other")),
        _text("title"),
        SCHOOL,
        RecordColumn("cohort", "cohort"),
        _text("group"),
        RecordColumn("hours", "number", low=0),
        RecordColumn("cost", "number", low=0),
    ),
    "goals": (
        _text("goal", needed=True),
        ONE_SCHOOL,
        RecordColumn("owner_kind", "words", words=("school", "team", "group", "person")),
        _text("owner"),
        _text("role"),
        RecordColumn("factor", "factor"),
        _text("indicator"),
        RecordColumn("start", "number"),
        RecordColumn("target", "number"),
        RecordColumn("date", "date"),
        RecordColumn("actual", "number"),
        RecordColumn("progress", "number", low=0, high=4, whole=True),
        RecordColumn("due", "date"),
    ),
    "indicators": (
        ONE_SCHOOL,
        _text("indicator", needed=True),
        DATE,
        RecordColumn("value", "number"),
        RecordColumn("numerator", "number", low=0, whole=True),
        RecordColumn("denominator", "number", low=1, whole=True),
        _text("counted"),
        RecordColumn("target", "number"),
    ),
    "ratings": (
        SCHOOL,
        DATE,
        _text("list"),
        _text("statement", needed=True),
        RecordColumn("level", "number", True, low=0, high=3, whole=True),
        _text("evidence"),
        RecordColumn("quote", "words", words=YES_NO),
    ),
    "notes": (
        DATE,
        SCHOOL,
        _text("role"),
        RecordColumn("theme", "theme", needed=True),
        RecordColumn("valence", "words", words=("plus", "minus", "neutral")),
        RecordColumn("consent", "words", words=YES_NO),
        RecordColumn("quote", "words", words=YES_NO),
        _text("text"),
    ),
    "links": (
        RecordColumn("wave", "wave", needed=True),
        SCHOOL,
        _text("from", needed=True),
        _text("to", needed=True),
        _text("about"),
        RecordColumn("count", "number", low=1, whole=True),
    ),
    "meetings": (DATE, ONE_SCHOOL, _text("team"), _text("question", needed=True), RecordColumn("worked_on", "words", words=YES_NO)),
    "attendance": (
        DATE,
        _text("title"),
        SCHOOL,
        _text("group"),
        _text("person"),
        RecordColumn("present", "words", words=YES_NO),
        RecordColumn("count", "number", low=0, whole=True),
    ),
    "profiles": (DATE, SCHOOL, _text("test", True), _text("type", True), RecordColumn("count", "number", True, low=0, whole=True)),
}


class RecordFile(Definition):
    """One file with records of a kind; `columns` gives the header of each column that the file calls otherwise."""

    kind: Kind
    file: Annotated[str, Field(min_length=1)]
    sheet: str = ""
    columns: dict[str, str] = {}
    #: of notes: the codes of their themes, each in words.
    themes: dict[str, Words] = {}
    #: of profiles: whether pages show them.
    show: bool = False
