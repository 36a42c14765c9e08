"""Rules of thumb: cut points with their reference, read from `toolkit/rules.toml`."""

from __future__ import annotations

from functools import cache

from toolkit.shipped import RULES
from toolkit.study.definitions import Definition, load_definition


class Cut(Definition):
    """From `at_least` upwards (and below the next higher cut) the rule gives `word`."""

    at_least: float
    word: str


class Rule(Definition):
    """Cut points from high to low, and where they come from."""

    cuts: tuple[Cut, ...]
    reference: str

    def judge(self, value: float) -> str:
        """Return the word for `value`: that of the highest cut it reaches, or of the lowest cut."""
        return next((cut.word for cut in self.cuts if value >= cut.at_least), self.cuts[-1].word)


class Suspicion(Definition):
    """The value from which answers are looked at again, and where that comes from."""

    cut: float
    reference: str


class Rules(Definition):
    """All rules of thumb."""

    certainty: dict[str, Rule]
    floors: dict[str, int]
    floors_reference: str
    reliability: Rule
    suspicions: dict[str, Suspicion]


@cache
def load_rules() -> Rules:
    """Return the rules shipped with the toolkit."""
    return load_definition(RULES, Rules)
