"""Guessing: which column of an export probably says who, where and when, by its header and by what stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from toolkit.files.cells import Mask
from toolkit.files.cells__grids import Sheet
from toolkit.spelling import fold, fold_words

#: what a column tells -> the headers by which it is known, as expressions for the whole folded header; tried in this order.
HEADERS = {
    "wave": "wave|meting|meetmoment|meetronde|ronde|tijdstip|measurement|time ?point|occasion|voor of na( meting)?|fase|phase|tijd|time"
    "|wave (id|nr|no)",
    "school": "schools?|school ?naam|school ?(id|code|nr|nummer|name|number)|naam (van )?((de|uw|je|jouw) )?school"
    "|(op|aan|bij) welke school.*|(at )?which school.*|organisati(e|on)|team|in welk team.*|vestiging|locatie|location|brin(nummer)?|unit",
    "role": "functie|(uw|je|jouw|mijn) (functie|rol)|wat is (uw|je|jouw) (functie|rol).*|rol|role|job|position|your (role|position)"
    "|what is your (role|position|job).*",
    "date": "datum|date|datum (van )?invull(en|ing)|ingevuld op|invuldatum|tijdstempel|timestamp|submit ?date|end ?date|completion time"
    "|completed( on)?|datum (ingestuurd|ingediend|ingezonden|verzonden)|tijd van voltooien|voltooiingstijd",
    "start": "start ?date|start ?time|start(ed)?|begintijd|starttijd|begonnen( op)?",
    "duration": "duration( in seconds)?|duur|interview ?time|seconds|seconden",
    "respondent": r"(?!.*\b(post|postal|zip|country|land)\b)(\S+ ){0,3}codes?( \S+){0,2}"
    r"|.*\b(persoonlijke|personal|your|uw|je|jouw|unieke|unique|anonieme|own|eigen) (\S+ )?code\b.*"
    "|(respondent|deelnemer|participant|subject|person)( ?(id|nr|nummer|number))?|persoon|pp ?nr|pseudoniem|pseudonym|record id|id",
}
#: a column with more different texts than this names no schools, waves or roles.
MOST_SCHOOLS, MOST_WAVES, MOST_ROLES = 500, 12, 15
#: words that name a measurement, and their place in the order of measurements.
WAVE_WORDS = {
    0: ("voor", "voormeting", "nulmeting", "beginmeting", "before", "pre", "pretest", "baseline", "start", "t0", "w0"),
    90: ("na", "nameting", "eindmeting", "after", "post", "posttest", "eind", "end"),
    95: ("follow up", "followup", "opvolgmeting", "later"),
}
NUMBERED = re.compile(r"(?:t|w|m|wave|meting|ronde|meetmoment|time|round)? ?(\d{1,2})")


def find_candidates(sheet: Sheet, taken: Iterable[int]) -> dict[str, list[int]]:
    """Return per kind (wave, school, role, date, start, duration, respondent) the columns that may tell it, the first the likeliest.

    Columns in `taken` and those of the survey tool itself count for none; a column is of one kind only.
    """
    free = [place for place, header in enumerate(sheet.headers) if header and place not in set(taken) | sheet.own]
    found: dict[str, list[int]] = {}
    for kind, shape in HEADERS.items():
        hits = [place for place in free if _fits(sheet, place, shape) and _can_tell(sheet, place, kind)]
        found[kind] = sorted(hits, key=lambda place: len(sheet.headers[place])) if kind != "respondent" else hits
        free = [place for place in free if place not in hits]
    return found


def _fits(sheet: Sheet, place: int, shape: str) -> bool:
    """Return whether the header of a column, or its second name, has `shape`."""
    return any(re.fullmatch(shape, fold_words(text)) for text in (sheet.headers[place], sheet.wordings[place]) if text)


def _can_tell(sheet: Sheet, place: int, kind: str) -> bool:
    """Return whether what stands in a column can be of its kind: few different texts for schools, waves and roles."""
    most = {"wave": MOST_WAVES, "school": MOST_SCHOOLS, "role": MOST_ROLES}.get(kind)
    words = count_words(sheet, place)
    clock = kind == "wave" and any(":" in word for word in words)
    return bool(words) and not clock and (most is None or (len(words) <= most and all(len(word) <= 80 for word in words)))


def count_words(sheet: Sheet, place: int, rows: Mask | slice = slice(None)) -> Counter[str]:
    """Return how often each text stands in a column, by the label that the file gives it; spellings that differ in case only are one."""
    labels, spelled, counts = sheet.labels.get(place, {}), dict[str, str](), Counter[str]()
    for text, count in count_texts(sheet, place, rows).items():
        word = " ".join(labels.get(text, text).split())
        counts[spelled.setdefault(fold(word), word)] += count
    return counts


def count_texts(sheet: Sheet, place: int, rows: Mask | slice = slice(None)) -> Counter[str]:
    """Return how often each text stands in a column, without spaces at its ends; empty cells are not counted."""
    places, texts = sheet.cells.columns[place].count_texts(rows)
    found: Counter[str] = Counter()
    for text, count in zip(texts, np.bincount(places, minlength=len(texts)), strict=True):
        if text.strip():
            found[text.strip()] += int(count)
    return found


def place_wave(word: str) -> int | None:
    """Return the place of a measurement with this name in the order of measurements; None where its name tells nothing.

    >>> place_wave("Nulmeting"), place_wave("wave 2"), place_wave("Nameting"), place_wave("September")
    (0, 2, 90, None)
    """
    folded = fold_words(word)
    named = next((place for place, words in WAVE_WORDS.items() if folded in words), None)
    number = NUMBERED.fullmatch(folded)
    return named if named is not None else int(number[1]) if number else None


def split_name(name: str) -> tuple[str, str]:
    """Return the measurement that the name of a file or sheet holds ("" where it holds none), and what is left of the name.

    >>> split_name("s2_sint_fantasius_w1"), split_name("nameting 2025"), split_name("answers")
    (('w1', 's2 sint fantasius'), ('nameting', '2025'), ('', 'answers'))
    """
    words = fold_words(name).split()
    for number, word in enumerate(words):
        pair = " ".join(words[number : number + 2])
        for told, length in ((pair, 2), (word, 1)):
            if not word.isdigit() and place_wave(told) is not None:
                return told, " ".join(words[:number] + words[number + length :])
    return "", " ".join(words)
