"""Answer blocks: neighbouring columns that no known instrument has and that share one set of answers, over all sheets of a study."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.column_names import HEADERS, is_named, tells_consent
from toolkit.files.cells import Sheet
from toolkit.new_study.answer_words import CHOICE, MOST, Seen, read_answer, read_column
from toolkit.new_study.column_roles import count_texts
from toolkit.new_study.recognition import FEWEST, PLACES, Recognised, split_header
from toolkit.responses.columns import find_personal
from toolkit.responses.headers import ROW
from toolkit.spelling import fold, fold_words

#: how a question begins that is no item of a scale: how much, how long, whom.
ASKED = re.compile(r"(howlong|how (long|many|much|old)|hoe (lang|oud|veel)|hoelang|hoeveel|number of|aantal|wie|who)\b")
#: the first word of a short header that is no item: who somebody is, and what a program counts.
OTHER = re.compile(
    r"(gender|sex|geslacht|ages?|agemo|ageyr|leeftijd\w*|birth\w*|geboorte\w*|educat\w*|opleiding\w*|marital|burgerlijk\w*|years?|jaren|jaar"
    r"|months?|maand(en)?|days?|dag(en)?|hours?|uren|uur|count|nr|no"
    r"|income|inkomen|salar\w*|country|land|language|taal|nationalit\w*|ethnic\w*|race|status|progress|page|seed|weight|grade|class|klas"
    r"|groep|grp|group|team|teacher|leraar|docent|pupil|leerling|rank|section|semester|subject|vak|score|total|totaal|points|percent\w*"
    r"|version|versie|index|row|unnamed|rijnummer|contract\w*|dienst\w*|tenure|experience|ervaring|fte|time|tijd|dates?|datum|id)\b"
)
#: "affSat1. I find enjoyment", "grid[affSat1]. Please rate [I find enjoyment]": the code of a question before its wording.
CODED = re.compile(r"(?:(\w+)\[)?([^\W\d]\w{0,23})\]?[.:]\s+(.+)", re.DOTALL)
#: "grid[affSat1]": a code of its own in that of a grid; those that only count on (grid[SQ001], grid[1]) are none.
SUBCODED = re.compile(r"\w+\[(?!SQ\d)([^\W\d]\w+)\]")
#: how LimeSurvey names the scales of a grid with two.
DUAL = re.compile(r"(scale|schaal) \d", re.IGNORECASE)
CHECKBOX = re.compile(r".*___\w+")
#: how many words such a question has less than, and such a header at most.
LONG = 12
SHORT = 3
#: with fewer answers than this, an end of the scale may well be unused.
FEW = 50
#: how strongly columns that only stand beside each other must correlate on average, without signs, to be one questionnaire.
TOGETHER = 0.12
#: so many columns may lie between two that are neighbours all the same: a remark, a date.
GAP = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One column of one sheet: the number of the sheet, the column's place, and the word for its wave ("" where rows tell)."""

    sheet: int
    place: int
    wave: str


@dataclass
class Question:
    """One question, in all sheets and waves: its code and wording ("" for none), the stem that it shares with others, and its answers."""

    code: str
    wording: str
    stem: str
    parts: list[Part]
    seen: Seen

    @property
    def name(self) -> str:
        """The code, or else the wording."""
        return self.code or self.wording


@dataclass
class Block:
    """Questions that share one set of answers."""

    questions: list[Question]
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        for question in self.questions:
            self.seen.add(question.seen)

    def list_stems(self) -> dict[str, list[Question]]:
        """Return the questions per stem."""
        stems: dict[str, list[Question]] = {}
        for question in self.questions:
            stems.setdefault(question.stem, []).append(question)
        return stems


def find_blocks(found: Sequence[Recognised]) -> list[Block]:
    """Return the blocks of at least three questions that share one set of answers, in the order of their columns."""
    segments = _list_segments(_list_questions(found))
    blocks = list[Block]()
    for segment in segments:
        if blocks and _are_near(blocks[-1], segment) and _share(blocks[-1], segment):
            blocks[-1] = Block([*blocks[-1].questions, *segment.questions])
        else:
            blocks.append(segment)
    return [block for block in blocks if _is_scale(block) and _hangs_together(block, found) and not _is_ranking(block, found)]


def _list_questions(found: Sequence[Recognised]) -> list[Question]:
    """Return the questions of all sheets in order; one that stands in more sheets, or waves, is one."""
    questions: dict[str, Question] = {}
    order = list[str]()
    for number, entry in enumerate(found):
        before = ""
        for place, wave, key, (code, wording, stem) in _name_columns(entry):
            seen = read_column(count_texts(entry.sheet, place).items(), entry.sheet.labels.get(place, {}))
            if key not in questions:
                questions[key] = Question(code, wording, stem, [], Seen())
                kin = [other for other in order if stem and questions[other].stem == stem]
                after = kin[-1] if kin else before
                order.insert(order.index(after) + 1 if after else len(order), key)
            questions[key].parts.append(Part(number, place, wave))
            questions[key].seen.add(seen)
            before = key
    return [questions[key] for key in order]


def _name_columns(entry: Recognised) -> Iterator[tuple[int, str, str, tuple[str, str, str]]]:
    """Yield each column that may hold answers: its place, wave, and key, with the code, wording and stem of its question."""
    sheet = entry.sheet
    free = _list_free(entry)
    beside = "wave_columns" in entry.layout
    waves = find_waves([sheet.headers[place] for place in free]) if not entry.items or beside else {}
    if beside and not waves:  # all waves stand in one row, and nothing tells of which one a further column is
        return
    named = dict[int, tuple[str, tuple[str, str, str]]]()
    for place in free:
        word, rest = split_header(sheet.headers[place])
        wave = word if rest in waves.get(word, ()) else ""
        if wave or not waves:
            named[place] = wave, _read_header(_cut_wave(sheet.headers[place], wave), sheet.wordings[place])
    keys = {place: (wave, fold_words(code or wording)) for place, (wave, (code, wording, _)) in named.items()}
    twice = {key for key, count in Counter(keys.values()).items() if count > 1}
    for place, (wave, names) in named.items():
        key = keys[place][1]
        if keys[place] in twice:
            names = names[0] and sheet.headers[place], names[1], names[2]
            key = fold_words(sheet.headers[place])
        yield place, wave, key, names


def _cut_wave(header: str, wave: str) -> str:
    """Return a header without the word for a wave with which it begins or ends.

    >>> _cut_wave("T1: I learn", "t1"), _cut_wave("js_1_voor", "voor"), _cut_wave("js_1", "")
    ('I learn', 'js_1', 'js_1')
    """
    if not wave:
        return header
    word = re.escape(wave)
    return re.sub(rf"[\W_]*\b{word}[\W_]+|[\W_]+{word}[\W_]*$", "", header, count=1, flags=re.IGNORECASE)


def find_waves(headers: Sequence[str]) -> dict[str, set[str]]:
    """Return per word for a wave with which headers begin or end the rests that it stands beside in common with another such word."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for header in headers:
        word, rest = split_header(header)
        if word:
            named[word].add(rest)
    return {
        word: rests
        for word, rests in named.items()
        if any(len(rests & others) >= FEWEST for other, others in named.items() if other != word)
    }


def _list_free(entry: Recognised) -> list[int]:
    """Return the columns of a sheet that nothing else is known of and whose header is not that of a count, an age or the like."""
    sheet = entry.sheet
    headers = [value for name in PLACES for value in list_headers(entry.layout.get(name, ()))]
    headers += [header for columns in entry.layout.get("wave_columns", {}).values() for header in columns]
    bound = {place for header in headers for place in sheet.find_columns(header)} | set(entry.items.values())
    bound |= set(sheet.own) | set(find_personal(sheet))
    first = {fold(header): place for place, header in reversed(list(enumerate(sheet.headers)))}
    return [
        place
        for place, header in enumerate(sheet.headers)
        if header and place not in bound and first[fold(header)] == place and not _is_other(header)
    ]


def list_headers(value: object) -> tuple[str, ...]:
    """Return the headers that a layout names for one place: one, or a list of them."""
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _is_other(header: str) -> bool:
    """Return whether a header is that of something other than an item."""
    words = fold_words(header)
    named = any(is_named(header, shape) for shape in HEADERS.values())
    length = len(words.split())
    other = (ASKED.match(words) and length < LONG) or (OTHER.match(words) and length <= SHORT)
    return named or tells_consent(header) or bool(CHECKBOX.fullmatch(header)) or bool(other)


def _read_header(header: str, wording: str) -> tuple[str, str, str]:
    """Return the code, the wording and the stem that a header holds.

    >>> _read_header("tsk1", ""), _read_header("affSat1. I find joy", "")
    (('tsk1', '', 'tsk#'), ('affSat1', 'I find joy', 'affsat#'))
    >>> _read_header("How is it? [We learn]", ""), _read_header("calm", "I am calm")
    (('', 'We learn', 'how is it'), ('calm', 'I am calm', ''))
    """
    coded = CODED.fullmatch(header)
    if coded:
        return coded[2], _split_question(coded[3])[1], _find_stem(coded[2])
    if len(header.split()) == 1 and len(header) <= 40:
        sub = SUBCODED.fullmatch(header)
        header = sub[1] if sub else header
        return header, _split_question(wording)[1], _find_stem(header)
    words = header.split()
    if len(words) <= 3 and len(header) <= 24 and any(letter.isdigit() for letter in words[-1]):
        return header, _split_question(wording)[1], _find_stem(header)
    question, row = _split_question(header)
    return "", row, fold_words(question)


def _split_question(text: str) -> tuple[str, str]:
    """Return the question of a grid ("" where there is none) and its row; each scale of a grid with two scales is a question.

    >>> _split_question("Our work [planning] [Scale 2]"), _split_question("I learn")
    (('Our work Scale 2', 'planning'), ('', 'I learn'))
    """
    row = ROW.fullmatch(text.strip())
    if row and row[1]:
        question, asked = _split_question(row[1]) if DUAL.fullmatch(row[2]) else ("", "")
        return (f"{question} {row[2]}", asked) if question else (row[1], row[2])
    question, mark, rest = text.rpartition(" - ")
    return (question, rest) if mark and question and rest else ("", text.strip())


def _find_stem(code: str) -> str:
    """Return what a code shares with those that count on: its last number becomes #, or else a last letter after a mark.

    >>> _find_stem("TC026Q01NA"), _find_stem("js_a"), _find_stem("calm")
    ('tc026q#na', 'js#', '')
    """
    folded = re.sub(r"[^\w]+", "_", fold(code)).strip("_")
    counted = re.fullmatch(r"(.*?)_?(\d+)(\D*)", folded)
    if counted:
        return f"{counted[1]}#{counted[3]}"
    lettered = re.fullmatch(r"(.+)_[a-z]", folded)
    return f"{lettered[1]}#" if lettered else ""


def _list_segments(questions: Sequence[Question]) -> Iterator[Block]:
    """Yield neighbouring questions with one stem and answers of one kind together; one without a stem is by itself."""
    run = list[Question]()
    for question in questions:
        if run and question.stem and question.stem == run[-1].stem and _goes_on(Block(run), question):
            run.append(question)
            continue
        if run:
            yield Block(run)
        run = [question] if question.seen.kind else []
    if run:
        yield Block(run)


def _goes_on(block: Block, question: Question) -> bool:
    """Return whether a question with the stem of a block has answers of the same kind."""
    whole = Block([*block.questions, question]).seen
    if not question.seen.kind == block.seen.kind == whole.kind:
        return False
    if whole.kind == "words":
        return _overlap(block.seen, question.seen)
    return all(abs(end(block.seen.numbers) - end(question.seen.numbers)) <= 2 for end in (min, max))


def _are_near(block: Block, other: Block) -> bool:
    """Return whether few columns lie between two blocks, in the sheet that holds both."""
    last = {(part.sheet, part.wave): part.place for part in block.questions[-1].parts}
    steps = [part.place - last[part.sheet, part.wave] for part in other.questions[0].parts if (part.sheet, part.wave) in last]
    waves = len({part.wave for part in other.questions[0].parts})
    return not steps or min(steps) <= 1 + GAP * waves


def _share(block: Block, other: Block) -> bool:
    """Return whether two blocks share one set of answers: the same ends (about so where few answered), or the same words."""
    first, second = block.seen, other.seen
    if _has_stem(block) != _has_stem(other):
        return False
    if first.kind != second.kind or Block([*block.questions, *other.questions]).seen.kind == "":
        return False
    if first.kind == "words":
        return _overlap(first, second)
    if first.labels and second.labels and any(first.labels[number] != second.labels.get(number) for number in first.labels):
        return False
    count = min(seen.numbers.total() / len(part.questions) for seen, part in ((first, block), (second, other)))
    single = min(len(block.questions), len(other.questions)) < FEWEST
    slack = (2 if count < FEW else 1) if single else int(count < FEW)
    ends = (min, max)
    return all(abs(end(first.numbers) - end(second.numbers)) <= slack for end in ends)


def _has_stem(block: Block) -> bool:
    """Return whether the names of some of its columns count on: a single other column beside them is none of those."""
    return any(stem and len(questions) >= FEWEST for stem, questions in block.list_stems().items())


def _overlap(first: Seen, second: Seen) -> bool:
    """Return whether at least half of the words of one set, and two of them, stand in the other."""
    shared = set(first.words) & set(second.words)
    return len(shared) >= min(2, len(first.words), len(second.words)) and 2 * len(shared) >= min(len(first.words), len(second.words))


def _is_scale(block: Block) -> bool:
    """Return whether the answers are those of a scale: three columns, and more than yes and no."""
    seen = block.seen
    if len(block.questions) < FEWEST or not seen.kind:
        return False
    if seen.kind == "words":
        return 3 <= len(set(seen.words) - CHOICE) <= MOST and not set(seen.words) & CHOICE
    choice = {fold_words(words) for words in seen.labels.values()} & CHOICE
    binary = set(seen.numbers) <= {0, 1} or set(seen.numbers) <= {1, 2}
    return not choice and not binary and len(seen.numbers) >= (2 if _has_stem(block) else 3)


def _hangs_together(block: Block, found: Sequence[Recognised]) -> bool:
    """Return whether columns whose names say nothing of each other go together in their answers, as far as enough people answered."""
    values = read_values(block.questions, found, {number: number for number in block.seen.numbers})
    whole = values[np.isfinite(values).all(axis=1)]
    if _has_stem(block) or block.seen.kind == "words" or len(whole) < FEW:
        return True
    varied = whole[:, whole.std(axis=0) > 0]
    if varied.shape[1] < FEWEST:
        return True
    pairs = np.abs(np.atleast_2d(np.corrcoef(varied, rowvar=False))[np.triu_indices(varied.shape[1], 1)])
    return bool(pairs.mean() >= TOGETHER)


def _is_ranking(block: Block, found: Sequence[Recognised]) -> bool:
    """Return whether nobody gives one answer twice: places in an order, or things picked one by one, are no answers on a scale."""
    numbers = block.seen.kind == "number"
    known = {key: float(place) for place, key in enumerate(block.seen.numbers if numbers else block.seen.words)}
    values = read_values(block.questions, found, known)
    needed = values.shape[1] if numbers else FEWEST
    rows = [[value for value in row if np.isfinite(value)] for row in values.tolist()]
    told = [len(set(row)) == len(row) for row in rows if len(row) >= needed]
    return len(told) >= 5 and sum(told) > 0.9 * len(told)


def read_values(questions: Sequence[Question], found: Sequence[Recognised], known: Mapping[Any, float]) -> NDArray[np.float64]:
    """Return the answers of all sheets and waves, rows × questions, by `known` numbers or words; NaN where there is none."""
    keys = list(dict.fromkeys((part.sheet, part.wave) for question in questions for part in question.parts))
    blocks = []
    for sheet, wave in keys:
        places = [next((part.place for part in question.parts if (part.sheet, part.wave) == (sheet, wave)), None) for question in questions]
        blocks.append(np.column_stack([_read_column(found[sheet].sheet, place, known) for place in places]))
    return np.concatenate(blocks) if blocks else np.empty((0, len(questions)))


def _read_column(sheet: Sheet, place: int | None, known: Mapping[Any, float]) -> NDArray[np.float64]:
    if place is None:
        return np.full(len(sheet.rows), np.nan)
    column = sheet.cells.columns[place]
    numbers = []
    for text in column.texts:
        number, words = read_answer(text, sheet.labels.get(place, {}).get(text.strip(), ""))
        key = fold_words(words) if number is None else number
        numbers.append(known.get(key, np.nan))
    values: NDArray[np.float64] = np.array(numbers, dtype=np.float64)[column.places]
    return values
