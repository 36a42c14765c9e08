"""What a team talks about beside the numbers, and what it agreed on: questions, ready or of the study, and agreements on statements."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.languages import Words
from toolkit.study.definitions import Definition


class Agreement(Definition):
    """What a team agreed on after the answers were talked through: per question of an instrument the option that it chose."""

    instrument: str
    #: the school that agreed; "" is for all.
    school: str = ""
    date: dt.date
    #: per item the value or a word of the option.
    items: Annotated[dict[str, str], Field(min_length=1)]


class Question(Definition):
    """A question to talk about, in the reports of all schools or of one: one that the toolkit has ready, or in the study's own words."""

    #: `expected` asks what people expected to be high or low, beside what was found; `improve` how a score can be higher, and by whom.
    ready: Literal["", "expected", "improve"] = ""
    text: Words = {}
    #: the school that is asked; "" is for all.
    school: str = ""

    @model_validator(mode="after")
    def _check_words(self) -> Question:
        if bool(self.ready) == bool(self.text):
            raise PydanticCustomError("question_words", "one of both")
        return self
