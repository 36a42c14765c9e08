"""Matching: codes that look alike, for a person to judge whether they are of one and the same respondent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations

import pandas as pd

from toolkit.responses.findings import Notes
from toolkit.responses.folding import clean_code
from toolkit.study.study import Study

#: when more codes than these share all but one sign, none of them can be told to be another.
CROWD = 8


def make_aliases(study: Study) -> dict[str, str]:
    """Return for each code that the study says to be another's the code that stands for all of its group."""
    groups = [[code.strip() if study.matching.exact else clean_code(code) for code in group] for group in study.matching.same]
    return {code: group[0] for group in groups for code in group}


def propose_matches(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note the codes of people who answered once, at one school in two waves, that differ by one sign or by zeros in front."""
    if study.matching.by == "none":
        return
    once = responses[~responses["respondent"].duplicated(keep=False) & ~responses["respondent"].str.contains("#", regex=False)]
    order = {wave.id: number for number, wave in enumerate(study.waves)}
    for school, people in once.groupby("school", sort=False):
        waves = dict(zip(people["respondent"], people["wave"], strict=True))
        if len(set(waves.values())) < 2:
            continue
        for first, second in find_alike(waves):
            if waves[first] != waves[second]:
                earlier, later = sorted((first, second), key=lambda code: order.get(waves[code], 0))
                notes.add("codes_alike", school=str(school), wave=waves[later], value=earlier, expected=later)


def find_alike(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of codes that are one sign apart (added, left out, replaced, two exchanged) or differ by zeros in front.

    Codes that have more than one such neighbour are left out: there it can't be told.
    """
    buckets: defaultdict[str, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        for variant in {code, code.lstrip("0"), *(code[:place] + code[place + 1 :] for place in range(len(code)))}:
            buckets[variant].append(code)
    crowded = {code for near in buckets.values() if len(near) > CROWD for code in near}  # such as serial numbers
    pairs = {pair for near in buckets.values() if len(near) <= CROWD for pair in combinations(near, 2) if _is_near(*pair)}
    neighbours = Counter(code for pair in pairs for code in pair)
    return sorted(pair for pair in pairs if neighbours[pair[0]] == neighbours[pair[1]] == 1 and crowded.isdisjoint(pair))


def _is_near(first: str, second: str) -> bool:
    """Return whether two codes are one step apart; codes of under four signs are too short to tell."""
    if first.lstrip("0") == second.lstrip("0"):
        return True
    if min(len(first), len(second)) < 4 or abs(len(first) - len(second)) > 1:
        return False
    place = next((number for number, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    rest, other = first[place:], second[place:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
