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
    """The value from which something is looked at again, and where that comes from."""

    cut: float
    reference: str


class Modelled(Definition):
    """How often, in %, a model finds a change that is not there with so many schools: where they differ much, little and not at all."""

    schools: int
    errors: tuple[float, ...]


class ModelRule(Definition):
    """What is known of a model of change over schools: the library that fits it, its false finds, and where those come from."""

    library: str
    found: tuple[Modelled, ...]
    reference: str
    #: the model that was simulated in its place, "" where it was itself.
    like: str = ""

    def find(self, schools: int) -> tuple[int, tuple[float, ...]]:
        """Return the number of schools nearest to `schools` that was simulated, and the false finds there."""
        near = min(self.found, key=lambda at: abs(at.schools - schools))
        return near.schools, near.errors

    def judge(self, schools: int) -> str:
        """Return yes where the false finds stay near 5 %, careful where they are rarer, care where they are a little more, else no."""
        _, errors = self.find(schools)
        if max(errors) > MUCH:
            return "no"
        if max(errors) > HIGH:
            return "care"
        return "yes" if min(errors) >= LOW else "careful"


#: Between these a share of false finds (%) counts as the nominal 5; above the last a model misleads.
LOW, HIGH, MUCH = 3.5, 6.5, 7.5


class Rules(Definition):
    """All rules of thumb."""

    certainty: dict[str, Rule]
    floors: dict[str, int]
    floors_reference: str
    reliability: Rule
    suspicions: dict[str, Suspicion]
    #: from which value schools may be compared, or a change is told with a caution.
    limits: dict[str, Suspicion]
    #: from which difference on something makes cohorts hard to compare.
    cohorts: dict[str, Suspicion]
    models: dict[str, ModelRule]


@cache
def load_rules() -> Rules:
    """Return the rules shipped with the toolkit."""
    return load_definition(RULES, Rules)
