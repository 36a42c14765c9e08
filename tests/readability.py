"""How easily a text reads: Flesch's reading ease for English, and Douma's version of it for Dutch."""

from __future__ import annotations

import re

from toolkit.languages import Language

#: A constant, minus so much per word of a sentence, minus so much per syllable of a word. Flesch (1948), Journal of Applied Psychology 32,
#: 221-233; Douma (1960), De leesbaarheid van landbouwbladen, Landbouwhogeschool Wageningen (206.8, 0.93, 0.77 per hundred words).
FORMULAS = {"en": (206.835, 1.015, 84.6), "nl": (206.8, 0.93, 77.0)}
#: From 60 on both authors call a text standard ("normaal") or easier: whoever went to school until fifteen can read it. The European levels
#: have no formula of their own. B1 is the level of a reader who follows ordinary language, so this class is where we hold it.
B1 = 60.0
#: Vowels that sound as one, the longest first; a mark on a vowel begins a syllable ("geïnd", "ideeën").
TOGETHER = {"nl": r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|oe|eu|ie|ei|ij|ui|au|ou|[aeiouyáéíóúàèêôäëïöü]", "en": r"[aeiouy]+"}
#: No prose: numbers between brackets, names between quotes (of factors, which are the questionnaire's), and other numbers.
NO_PROSE = re.compile(r"\([^()]*\d[^()]*\)|‘[^’]*’|[−-]?\d[\d.,]*%?")


def count_syllables(word: str, language: Language) -> int:
    """Return how many syllables a word has, at least one: its groups of vowels, in English without a silent e at its end."""
    word = word.lower()
    if language == "en" and len(word) > 3 and re.search(r"([^aeiouyl]e|[^aeiouytd]ed|[^aeiouysxzcg]es)$", word):
        word = re.sub(r"e[ds]?$", "", word)
    return max(1, len(re.findall(TOGETHER[language], word)))


def rate_reading(text: str, language: Language) -> float:
    """Return the reading ease of a text of at least one sentence: 100 is very easy, 0 very hard."""
    parts = re.split(r"[.?!:;](?:\s|$)", NO_PROSE.sub(" ", text))
    sentences = [words for part in parts if (words := re.findall(r"[^\W\d_]+", part))]
    words = [word for sentence in sentences for word in sentence]
    constant, per_word, per_syllable = FORMULAS[language]
    syllables = sum(count_syllables(word, language) for word in words)
    return constant - per_word * len(words) / len(sentences) - per_syllable * syllables / len(words)
