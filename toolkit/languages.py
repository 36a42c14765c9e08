"""Languages: the phrases of each, and how it writes numbers, dates and lists. Only this module opens the folder `text`."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any, Literal

from toolkit.errors import Problem, ReportError
from toolkit.shipped import TEXT
from toolkit.spelling import LIKE, find_nearest

Language = Literal["nl", "en"]
#: A text in every language of the toolkit.
Words = dict[Language, str]
#: What a study calls a school, what it calls several, and the article: "team", "teams", "het".
Called = tuple[str, str, str]
MINUS = "\N{MINUS SIGN}"
#: Words of a phrase that follow what a study calls a school: "[deze school]".
_CALLED = re.compile(r"(?<!\[)\[([^\W\d_]+(?: [^\W\d_]+)*)\](?!\])")


class NoNumber(str):
    """Words in the place of a number; `why` is the sentence that explains them below a table, or "" where they say enough."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The phrases of one language by dotted key. Its methods return plain text: code that puts it on a page must escape it."""

    language: Language
    phrases: Mapping[str, str]

    def say(self, key: str, **places: object) -> str:
        """Return the phrase `key` with its places filled; `ReportError` if the key or a place is missing."""
        if key not in self.phrases:
            raise ReportError(Problem(f"{self.language}.toml", f"There is no phrase '{key}'.", "Add it in both languages."))
        try:
            return self.phrases[key].format(**places)
        except KeyError as error:
            raise ReportError(Problem(f"{self.language}.toml", f"The place {error} is not filled.", "Pass it to say.", key=key)) from None

    def say_count(self, key: str, count: int, **places: object) -> str:
        """Return the phrase `key.one` or `key.many`, depending on `count`, with {count} written as a number."""
        return self.say(f"{key}.{'one' if count == 1 else 'many'}", count=self.number(count, decimals=0), **places)

    def say_instead(self, kind: str, **places: object) -> NoNumber:
        """Return the phrase `empty.kind`, which stands where a number would, with what explains it."""
        words = NoNumber(self.say(f"empty.{kind}", **places))
        words.why = self.say("empty.protected_why") if kind == "protected" else ""
        return words

    def number(self, value: float, decimals: int = 2) -> str:
        """Return `value` rounded half up to `decimals`, written as in this language, with U+2212 as minus and no minus zero."""
        if not math.isfinite(value):
            raise ReportError(f"{value} can't be shown as a number: only results that are shown have numbers.")
        return _write_decimal(round_half_up(value, decimals), decimals, self.language)

    def percent(self, share: float) -> str:
        """Return `share` (0 to 1) as a whole percentage."""
        return f"{self.number(round_percent(share), decimals=0)}%"

    def percent_end(self, end: float) -> str:
        """Return the end of an interval as a percentage, with a decimal where it is not 0 or 100 but would read so."""
        return f"{self.number(end * 100, decimals=1)}%" if round_percent(end) in (0, 100) and end not in (0, 1) else self.percent(end)

    def date(self, date: dt.date) -> str:
        """Return `date` as day, month in letters and year."""
        from babel.dates import format_date

        return str(format_date(date, format="d MMMM y", locale=self.language))

    def month(self, date: dt.date, *, short: bool = False) -> str:
        """Return the month of `date` in letters (`short`: in a few), and its year."""
        from babel.dates import format_date

        return str(format_date(date, format="MMM y" if short else "MMMM y", locale=self.language))

    def pick(self, words: Words) -> str:
        """Return `words` in this language, or in another if this one is missing; `ReportError` if there are none."""
        if not words:
            raise ReportError("A label has no words in any language.")
        return words.get(self.language) or next(iter(words.values()))

    def find_fault(self, code: str, file: str = "", *, line: int | None = None, key: str = "", mend: str = "", **places: object) -> Problem:
        """Return the fault `code` with its place, what was found and how to fix it (`mend`, or the phrase for it)."""
        at = (file, self.say("faults.line", line=line) if line else "", f"[{key}]" if key else "")
        words = self.say(f"faults.{code}.says", **places), mend or self.say(f"faults.{code}.mend", **places)
        return Problem(file, *words, line, key, ", ".join(part for part in at if part))

    def suggest(self, name: str, known: Iterable[str]) -> str:
        """Return how to fix an unknown name: the nearest known one, or all known ones."""
        names = list(dict.fromkeys(known))
        near = find_nearest(name, names, LIKE)
        return self.say("faults.nearest", name=near) if near else self.say("faults.known", names=", ".join(names) or "–")

    def join(self, parts: list[str]) -> str:
        """Return `parts` as a list in words: "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("general.list_end", first=", ".join(parts[:-1]), last=parts[-1])


@lru_cache(maxsize=10_000)
def _write_decimal(rounded: Decimal, decimals: int, language: Language) -> str:
    """Return a rounded number in writing: a page has many, and few that differ."""
    from babel.numbers import format_decimal  # a tenth of a second that `plg new` need not wait for

    written = format_decimal(rounded, format="#,##0." + "0" * decimals if decimals else "#,##0", locale=language)
    return written.replace("-", MINUS)


@lru_cache(maxsize=10_000)
def round_half_up(value: float, decimals: int) -> Decimal:
    """Return `value` as a decimal number rounded half away from zero, never minus zero."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def round_percent(share: float) -> int:
    """Return `share` (0 to 1) as a whole percentage, rounded as everywhere.

    >>> round_percent(4 / 11), round_percent(1 / 8)
    (36, 13)
    """
    return int(round_half_up(share * 100, 0))


#: The language that somebody chose for this process, if anybody did.
_chosen: list[Language] = []


def set_language(language: Language | None) -> Language:
    """Choose the language of messages and of words in frames and figures, for the rest of this process.

    Parameters
    ----------
    language
        "nl" or "en"; None for that of the machine, as it is at first.

    Returns
    -------
    str
        The language from now on.

    Raises
    ------
    ReportError
        For a language that does not exist.

    Examples
    --------
    >>> set_language("nl")
    'nl'
    >>> set_language(None) in ("nl", "en")
    True
    """
    _chosen[:] = [load_text(language).language] if language else []
    return find_spoken()


def find_spoken() -> Language:
    """Return the language of the person at this machine, for messages before a study states its own."""
    if _chosen:
        return _chosen[0]
    set_to = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "nl" if set_to.startswith("nl") else "en"


@cache
def load_text(language: Language, called: Called | None = None) -> Text:
    """Return the words of `language`, from `toolkit/text`; `ReportError` for a language that does not exist.

    With `called`, phrases about schools say what a study calls them.

    >>> load_text("nl", ("team", "teams", "het")).say("figures.own_school")
    'dit team'
    """
    known = sorted(path.stem for path in TEXT.glob("??.toml"))
    if language not in known:
        raise ReportError(Problem("", f"There is no language '{language}'.", f"Known: {', '.join(known)}."))
    school, phrases = _read_phrases(language)
    words = _list_called(school, called)
    return Text(language, {key: _CALLED.sub(lambda found: _call(found, words), phrase) for key, phrase in phrases})


@cache
def _read_phrases(language: Language) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    """Return what a language calls a school, and all its phrases by their key."""
    document = tomllib.loads((TEXT / f"{language}.toml").read_text(encoding="utf-8"))
    return document.pop("school"), list(_flatten(document))


def _list_called(school: Mapping[str, str], called: Called | None) -> dict[str, str]:
    """Return what becomes of each word that may stand between square brackets in a phrase; `school` is the table in the text file."""
    singular, plural, article = called or (school["singular"], school["plural"], "")
    forms = [form.split("/") for form in school["forms"].split()]
    place = forms[0].index(article or forms[0][0])
    return {school["singular"]: singular, school["plural"]: plural} | {form[0]: form[place] for form in forms}


def _call(found: re.Match[str], words: Mapping[str, str]) -> str:
    """Return the words between square brackets as the study has them, with their capital; all as it was if one is not among `words`."""
    given = found[1].split(" ")
    if not words.keys() >= {word.lower() for word in given}:
        return found[0]
    return " ".join(new[:1].upper() + new[1:] if word[0].isupper() else new for word in given for new in [words[word.lower()]])


def _flatten(document: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{stem}{name}.")
        else:
            yield f"{stem}{name}", value
