"""Names of columns and of measurements: what each probably tells, in Dutch and in English."""

from __future__ import annotations

import re
from functools import lru_cache

from toolkit.spelling import fold_words

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
#: what stands in the folded header of a column that says whether somebody consents.
CONSENT = re.compile(
    r"toestemming|\bconsent\b|akkoord|\binstem\w*|agree to (take part|participate)|antwoorden gebruiken|(consent|agree) that my"
    r"|\b(mijn|uw|je|jouw|deze|my|your|these) (antwoorden|gegevens|answers|data|responses)\b.* (gebruikt|used)\b"
    r"|\b(gebruik van|use of) (mijn|uw|je|jouw|my|your) (antwoorden|gegevens|answers|data|responses)\b"
    r"|\b(doe|wil) (ik )?mee(doen)? aan (dit|het) onderzoek\b|\bdeelnemen aan (dit|het) onderzoek\b"
    r"|\b(take part|participate) in (this|the) (study|research)\b"
)
#: words that name a measurement, and their place in the order of measurements.
WAVE_WORDS = {
    0: ("voor", "voormeting", "nulmeting", "beginmeting", "before", "pre", "pretest", "baseline", "start", "t0", "w0"),
    90: ("na", "nameting", "eindmeting", "after", "post", "posttest", "eind", "end"),
    95: ("follow up", "followup", "opvolgmeting", "later"),
}
NUMBERED = re.compile(r"(?:t|w|m|wave|meting|ronde|meetmoment|time|round)? ?(\d{1,2})")


@lru_cache(maxsize=10_000)
def is_named(header: str, shape: str) -> bool:
    """Return whether the folded `header` as a whole has `shape`, one of the expressions in `HEADERS`."""
    return re.fullmatch(shape, fold_words(header)) is not None


def tells_consent(header: str) -> bool:
    """Return whether a column with this header probably says who consents that their answers are used.

    >>> tells_consent("Mijn antwoorden mogen worden gebruikt voor dit onderzoek"), tells_consent("Mijn antwoorden doen ertoe")
    (True, False)
    """
    return CONSENT.search(fold_words(header)) is not None


def place_wave(word: str) -> int | None:
    """Return the place of a measurement with this name in the order of measurements; None where its name tells nothing.

    >>> place_wave("Nulmeting"), place_wave("wave 2"), place_wave("Nameting"), place_wave("September")
    (0, 2, 90, None)
    """
    folded = fold_words(word)
    named = next((place for place, words in WAVE_WORDS.items() if folded in words), None)
    number = NUMBERED.fullmatch(folded)
    return named if named is not None else int(number[1]) if number else None
