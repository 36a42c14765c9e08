"""Answer words: what a text in an unknown column says as an answer, and the order of words that are known as a scale."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from toolkit.responses.coding import LABEL_FIRST, NOTHING, NUMBER_FIRST
from toolkit.spelling import fold_words
from toolkit.study.instruments import list_instruments, load_instrument

#: the answers of a scale, from low to high, each with the words for it.
Scale = tuple[tuple[str, ...], ...]
#: scales that questionnaires use, from low to high; words of one answer are parted by a bar.
SCALES = (
    "helemaal niet mee eens|helemaal mee oneens|zeer mee oneens|sterk mee oneens|zeer oneens|helemaal oneens"
    "/niet mee eens|mee oneens|oneens/neutraal|niet mee eens niet mee oneens|niet eens niet oneens|noch eens noch oneens"
    "/mee eens|eens/helemaal mee eens|zeer mee eens|sterk mee eens|zeer eens|helemaal eens",
    "helemaal mee oneens|zeer mee oneens/mee oneens|oneens/enigszins mee oneens|een beetje mee oneens|enigszins oneens"
    "/neutraal|niet mee eens niet mee oneens/enigszins mee eens|een beetje mee eens|enigszins eens/mee eens|eens"
    "/helemaal mee eens|zeer mee eens",
    "strongly disagree|completely disagree|totally disagree/disagree|mostly disagree"
    "/neutral|neither agree nor disagree|neither agree or disagree|neither disagree nor agree|undecided"
    "/agree|mostly agree/strongly agree|completely agree|totally agree",
    "strongly disagree/disagree/somewhat disagree|slightly disagree/neutral|neither agree nor disagree|neither agree or disagree"
    "/somewhat agree|slightly agree/agree/strongly agree",
    "nooit/zelden/soms|af en toe/vaak|regelmatig/altijd|heel vaak|zeer vaak",
    "nooit/bijna nooit/zelden/soms/vaak/heel vaak|zeer vaak|bijna altijd/altijd",
    "never/rarely|seldom/sometimes|occasionally/often/always|very often",
    "never/almost never|rarely/sometimes|occasionally/fairly often|often/very often",
    "never/rarely/sometimes/often/very often/always",
    "helemaal niet/een beetje|nauwelijks|weinig/enigszins|redelijk|matig/veel|tamelijk|grotendeels/heel veel|zeer|helemaal|volledig",
    "not at all/a little|slightly|a little bit/moderately|somewhat/quite a bit|very|a lot|very much/extremely|completely",
    "zeer ontevreden|heel ontevreden/ontevreden/neutraal|niet tevreden niet ontevreden/tevreden/zeer tevreden|heel tevreden",
    "very dissatisfied/dissatisfied/neutral|neither satisfied nor dissatisfied/satisfied/very satisfied",
    "helemaal niet belangrijk|zeer onbelangrijk/niet belangrijk|onbelangrijk/neutraal|enigszins belangrijk/belangrijk|heel belangrijk"
    "|zeer belangrijk",
    "not at all important|not important/somewhat important|slightly important/moderately important/important|very important"
    "/extremely important",
    "zeer slecht|heel slecht/slecht/matig|neutraal|voldoende/goed/zeer goed|heel goed|uitstekend",
    "very poor|very bad/poor|bad/fair|average|neutral|acceptable/good/very good|excellent",
    "zeer onwaarschijnlijk/onwaarschijnlijk/neutraal/waarschijnlijk/zeer waarschijnlijk",
    "very unlikely/unlikely/neutral/likely/very likely",
    "very unfavorably/somewhat unfavorably/neither favorably nor unfavorably (neutral)/somewhat favorably/very favorably",
    "laag/midden|gemiddeld/hoog",
    "low/medium|average/high",
    "helemaal niet mee eens|helemaal mee oneens|zeer mee oneens|helemaal oneens|zeer oneens/niet mee eens|mee oneens|oneens/mee eens|eens"
    "/helemaal mee eens|zeer mee eens|helemaal eens|zeer eens",
    "strongly disagree|completely disagree/disagree/agree/strongly agree|completely agree",
    "nooit/soms/vaak/altijd",
    "never/sometimes/often/always",
    "nooit/soms/regelmatig/vaak/altijd|heel vaak|zeer vaak",
    "not at all important/somewhat important/very important",
    "klopt helemaal niet|helemaal niet waar/klopt niet|niet waar/klopt een beetje|een beetje waar/klopt|waar/klopt helemaal|helemaal waar",
)
MISSING = frozenset(
    (
        *("weet niet", "weet ik niet", "geen mening", "niet van toepassing", "n v t", "nvt", "geen antwoord", "wil ik niet zeggen"),
        *("zeg ik liever niet", "onbekend", "do not know", "don t know", "dont know", "no opinion", "not applicable", "n a", "no answer"),
        *("prefer not to say", "rather not say", "unknown", "missing", "refused", "not sure", "unfamiliar n a"),
    )
)
#: words of questions that are no items of a scale.
CHOICE = frozenset(
    (
        *("ja", "nee", "yes", "no", "y", "n", "true", "false", "waar", "onwaar", "checked", "unchecked", "aangevinkt", "niet aangevinkt"),
        *("man", "vrouw", "male", "female"),
    )
)
#: numbers by which files write that there is no answer.
CODES = frozenset([*range(-9, 0), -99, -98, -97, -999, 66, 77, 88, *range(94, 100), 666, 777, 888, *range(994, 1000), 9999])
NUMBER = re.compile(r"-?\d{1,4}(?:[.,]0+)?")
#: the most answers that a scale has, and how long their words are at most.
MOST = 11
LONGEST = 60


@dataclass
class Seen:
    """What stands in columns: numbers, words that stand beside numbers, words alone, texts for no answer, and whether it can be answers."""

    numbers: Counter[float] = field(default_factory=Counter)
    labels: dict[float, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    strange: bool = False

    def add(self, other: Seen) -> None:
        """Take what stands in another column too."""
        self.numbers.update(other.numbers)
        self.labels |= other.labels
        self.words = other.words | self.words
        self.missing |= other.missing
        self.strange |= other.strange

    @property
    def kind(self) -> str:
        """The kind of answers: "number", "words", or "" where it is neither, or nothing."""
        if self.strange or bool(self.numbers) == bool(self.words):
            return ""
        fits = len(self.words) <= MOST and (not self.numbers or max(self.numbers) - min(self.numbers) < MOST)
        return ("number" if self.numbers else "words") if fits else ""


def read_answer(text: str, label: str = "") -> tuple[float | None, str]:
    """Return the number that a text holds, if it is or has one, and the words beside it or in place of it.

    >>> read_answer("4"), read_answer("5 (eens)"), read_answer("vaak"), read_answer("2.50")
    ((4.0, ''), (5.0, 'eens'), (None, 'vaak'), (None, '2.50'))
    """
    plain = " ".join(text.split())
    if NUMBER.fullmatch(plain):
        return float(plain.replace(",", ".")), label if fold_words(label) != fold_words(plain) else ""
    if first := NUMBER_FIRST.fullmatch(plain):
        number, words = first[1], first[2]
    elif last := LABEL_FIRST.fullmatch(plain):
        words, number = last[1], last[2]
    else:
        return None, label or plain
    return (float(number), words) if number.lstrip("+-").isdecimal() else (None, plain)


def read_column(texts: Iterable[tuple[str, int]], labels: Mapping[str, str]) -> Seen:
    """Return what stands in one column, of which `texts` has each text with its count and `labels` the file's own words."""
    seen = Seen()
    for text, count in texts:
        number, words = read_answer(text, labels.get(text, ""))
        if text in NOTHING or fold_words(words) in MISSING:
            seen.missing[text] = None
        elif number is not None:
            seen.numbers[number] += count
            seen.labels |= {number: words} if words else {}
        elif len(words) > LONGEST or not any(letter.isalpha() for letter in words):
            seen.strange = True
        else:
            seen.words.setdefault(fold_words(words), words)
    if seen.numbers:
        for text, label in labels.items():
            number, words = read_answer(text, label)
            if number is not None and words and fold_words(words) not in MISSING:
                seen.labels[number] = words
    _part_codes(seen)
    return seen


def _part_codes(seen: Seen) -> None:
    """Take out numbers that mean "no answer": codes such as 99 and -9 beside a scale, and 8 or 9 far above it."""
    rest = {number for number in seen.numbers if number not in CODES or number in seen.labels}
    within = {number for number in seen.numbers if number < 0} and _is_row(seen.numbers)
    if rest and not within:
        _drop(seen, set(seen.numbers) - rest)
    ordered = sorted(seen.numbers)
    if len(ordered) > 2 and ordered[-1] in (8, 9) and ordered[-1] - ordered[-2] >= 3 and ordered[-1] not in seen.labels:
        _drop(seen, {ordered[-1]})


def _is_row(numbers: Iterable[float]) -> bool:
    found = sorted(numbers)
    return found == [found[0] + place for place in range(len(found))]


def _drop(seen: Seen, codes: set[float]) -> None:
    for code in sorted(codes):
        del seen.numbers[code]
        seen.missing[f"{code:g}"] = None


@cache
def list_scales() -> tuple[Scale, ...]:
    """Return the scales that are known: those of the shipped instruments, and those above; per answer its words, folded."""
    own = [tuple(tuple(fold_words(word) for word in answer.split("|")) for answer in scale.split("/")) for scale in SCALES]
    shipped = [load_instrument(id).answers.labels for id in list_instruments()]
    theirs = [tuple(tuple(fold_words(word) for word in (*label.nl, *label.en)) for label in labels) for labels in shipped if labels]
    return tuple(dict.fromkeys([*own, *theirs]))


def order_words(words: Mapping[str, str]) -> tuple[list[list[str]], Scale]:
    """Return per answer, from low to high, its words as written (none where nobody gave it), and the known scale that has them all.

    Words that no known scale has all of stay in the order in which they came, and the scale is empty.

    >>> order_words({"agree": "Agree", "neutral": "Neutral", "disagree": "Disagree"})[0]
    [[], ['Disagree'], ['Neutral'], ['Agree'], []]
    """
    fitting = [scale for scale in list_scales() if set(words) <= {word for answer in scale for word in answer}]
    if not fitting:
        return [[written] for written in words.values()], ()
    best = min(fitting, key=lambda scale: _judge_scale(scale, words))
    return [[words[word] for word in answer if word in words] for answer in best], best


def _judge_scale(scale: Scale, words: Mapping[str, str]) -> tuple[int, bool]:
    """Return how many words share an answer with another one, and whether an answer has no word; the first of the lowest is meant."""
    used = sum(any(word in words for word in answer) for answer in scale)
    return len(words) - used, used < len(scale)
