"""Which numbers to hide so that nothing follows by subtraction: as few as possible, and of those the ones about the fewest people."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.results.disclosure.differencing import Leak, Published, Relation, find_leaks, list_systems

#: Up to so many numbers the smallest choice is searched for, beyond it one number after the other is taken that mends most.
SEARCHED = 4
#: So many times the choice is made anew with every combination found so far; after that it only grows.
CHOSEN_ANEW = 25


@dataclass(frozen=True, slots=True)
class Protection:
    """The places of the numbers to hide, and the leaks that they close."""

    hidden: tuple[int, ...]
    leaks: tuple[Leak, ...]


def protect(
    published: Sequence[Published], relations: Sequence[Relation] = (), earlier: Sequence[Published] = (), *, largest: int = 4
) -> Protection:
    """Return which of the published numbers to hide so that, with those published `earlier`, no group of one to `largest` people follows.

    The smallest number of numbers; among those the ones that rest on the fewest people, then the first in order. What leaks from earlier
    numbers alone can't be mended and is left out.
    """
    together = [*published, *earlier]
    hidden: list[int] = []
    leaks: list[Leak] = []
    for places, known in list_systems(together, relations):
        found = _mend([together[place] for place in places], known, [place < len(published) for place in places], largest)
        hidden += [places[number] for number in found.hidden]
        leaks += found.leaks
    return Protection(tuple(sorted(hidden)), tuple(leaks))


def _mend(published: list[Published], known: list[Relation], may_hide: list[bool], largest: int) -> Protection:
    """Hide, look again, and choose anew with every combination found so far, until none is left.

    Where that takes long, further numbers are added until none is left; of many, those that turn out not to be needed are taken back.
    """
    chains: list[frozenset[int]] = []
    hidden: frozenset[int] = frozenset()
    seen: dict[Leak, None] = {}

    def look(hidden: frozenset[int]) -> dict[Leak, frozenset[int]]:
        left = [Published(p.table, p.key, () if place in hidden else p.people) for place, p in enumerate(published)]
        found = {leak: frozenset(place for place in leak.numbers if may_hide[place]) for leak in find_leaks(left, known, largest=largest)}
        return {leak: chain for leak, chain in found.items() if chain}

    for turn in itertools.count():
        fresh = look(hidden)
        if not fresh:
            break
        seen |= dict.fromkeys(fresh)
        chains += fresh.values()
        hidden = _choose(chains, published) if turn < CHOSEN_ANEW else hidden | _choose_greedily(list(fresh.values()), published)
    if len(hidden) > SEARCHED:
        for place in sorted(hidden, key=lambda place: (-published[place].n, place)):
            hidden = hidden if look(hidden - {place}) else hidden - {place}
    return Protection(tuple(sorted(hidden)), tuple(seen))


def _choose(chains: list[frozenset[int]], published: list[Published]) -> frozenset[int]:
    """Return the numbers to hide, at least one of every chain."""
    for count in range(1, SEARCHED + 1):
        found = set(_list_choices(chains, frozenset(), count))
        if found:
            return min(found, key=lambda choice: (sum(published[place].n for place in choice), sorted(choice)))
    return _choose_greedily(chains, published)


def _list_choices(chains: list[frozenset[int]], chosen: frozenset[int], count: int) -> Iterator[frozenset[int]]:
    """Yield every choice of at most `count` more numbers that breaks all chains."""
    whole = next((chain for chain in chains if not chain & chosen), None)
    if whole is None:
        yield chosen
    elif count:
        for place in sorted(whole):
            yield from _list_choices(chains, chosen | {place}, count - 1)


def _choose_greedily(chains: list[frozenset[int]], published: list[Published]) -> frozenset[int]:
    chosen: set[int] = set()
    while whole := [chain for chain in chains if not chain & chosen]:
        places = sorted(frozenset().union(*whole))
        chosen.add(min(places, key=lambda place: (-sum(place in chain for chain in whole), published[place].n, place)))
    return frozenset(chosen)
