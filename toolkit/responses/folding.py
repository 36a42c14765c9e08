"""Folding: text without what doesn't count when two texts are compared."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: curly quotes, primes and dashes, and what stands for them on a keyboard.
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "´": "'", "`": "'", "′": "'"} | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—−", "-")
)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return `text` without differences in case, accents, spaces, kinds of quote and dash, and signs that nobody sees.

    >>> fold(" Één\u00a0keer ‘vaak’ ") == fold("een keer 'VAAK'")
    True
    """
    letters = unicodedata.normalize("NFD", text.translate(PLAIN).casefold())
    return " ".join(
        "".join(letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Cf", "Cc") or letter.isspace()).split()
    )


@lru_cache(maxsize=100_000)
def fold_words(text: str) -> str:
    """Return the letters and digits of `text`, folded, with one space for all that stands between them.

    >>> fold_words("PLG12_e1 [now]")
    'plg12 e1 now'
    """
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())


def clean_code(text: str) -> str:
    """Return a respondent's code without case, spaces, accents and punctuation, by which people write it differently each time.

    >>> clean_code(" Ab-12 é. ")
    'ab12e'
    """
    return fold_words(text).replace(" ", "")


def find_nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the text of `known` that is most like `name`, as it is written there, or "" where none is."""
    folded = {fold_words(text): text for text in reversed(list(known)) if text}
    near = difflib.get_close_matches(fold_words(name), folded, n=1, cutoff=cutoff)
    return folded[near[0]] if near else ""
