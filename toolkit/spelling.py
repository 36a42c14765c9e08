"""Spelling: texts compared as a person would, ignoring case, accents and spaces, and the known name nearest to one."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: curly quotes, primes and dashes, and what people type for them on a keyboard.
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "´": "'", "`": "'", "′": "'"} | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—−", "-")
)
#: the similarity (0 to 1) from which a known name is suggested for an unknown one.
LIKE = 0.6


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return `text` without differences in case, accents, spaces, kinds of quote and dash, and invisible characters.

    >>> fold(" Één\u00a0keer ‘vaak’ ") == fold("een keer 'VAAK'")
    True
    """
    if text.isascii() and text.isprintable() and "`" not in text:
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFD", text.translate(PLAIN).casefold())
    return " ".join(
        "".join(letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Cf", "Cc") or letter.isspace()).split()
    )


@lru_cache(maxsize=100_000)
def fold_words(text: str) -> str:
    """Return the letters and digits of `text`, folded, with one space for anything between them.

    >>> fold_words("PLG12_e1 [now]")
    'plg12 e1 now'
    """
    folded = fold(text)
    return folded if folded.isalnum() else " ".join("".join(letter if letter.isalnum() else " " for letter in folded).split())


def clean_code(text: str) -> str:
    """Return a respondent's code without case, spaces, accents and punctuation, which people write differently each time.

    >>> clean_code(" Ab-12 é. ")
    'ab12e'
    """
    return text.lower() if text.isascii() and text.isalnum() else fold_words(text).replace(" ", "")


def find_nearest(name: str, known: Iterable[str], cutoff: float = 0.0) -> str:
    """Return the text in `known` most similar to `name`, as written there, or "" if no similarity exceeds `cutoff` (0 to 1)."""
    return find_nearest_of([name], known, cutoff)


def find_nearest_of(names: Iterable[str], known: Iterable[str], cutoff: float = 0.0) -> str:
    """Return the text in `known` most similar to one of `names`; the first if several are equally similar."""
    matcher = difflib.SequenceMatcher(autojunk=False)
    best = cutoff
    nearest = ""
    folded = {fold_words(name) for name in names}
    for text in known:
        matcher.set_seq2(fold_words(text))
        for name in sorted(folded) if text else ():
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
                best = matcher.ratio()
                nearest = text
    return nearest
