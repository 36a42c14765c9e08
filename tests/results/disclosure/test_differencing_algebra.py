from itertools import combinations

from toolkit.results.disclosure.differencing import cancel, eliminate, find_basis, list_parts, search

ONES = dict.fromkeys(range(7), 1)
SELF = {number: number for number in range(7)}


def test_two_rows_lose_an_unknown_and_keep_lowest_terms() -> None:
    assert cancel({0: 2, 1: 4}, {0: 6, 2: 3}, 0) == {1: 4, 2: -1}
    assert cancel({0: 1, 1: 2}, {0: 1, 2: 2}, 0) == {1: 1, 2: -1}
    assert cancel({0: 1, 1: 2, 2: 5}, {0: 1, 1: 2}, 0) == {2: 1}
    assert 0 not in cancel({0: 10**40, 1: 1}, {0: 3, 1: 7}, 0)


def test_what_rests_on_wanted_unknowns_only_is_found_with_the_rows_it_is_made_of() -> None:
    rows = [{0: 1, 1: 1, 2: 1, -1: 1}, {0: 1, 1: 1, -2: 1}]
    (found,) = eliminate(rows, {0, 1})
    assert {key for key in found if key >= 0} == {2}
    assert {~key for key in found if key < 0} == {0, 1}
    assert eliminate(rows[:1], {0, 1}) == []


def test_what_rests_on_nothing_is_kept_as_it_says_which_numbers_replace_a_hidden_one() -> None:
    twice = eliminate([{0: 1, 1: 1, -1: 1}, {0: 1, 1: 1, -2: 1}, {1: 1, -3: 1}], {0})
    assert twice == [{-2: 1, -1: -1}, {1: 1, -3: 1}]
    assert eliminate(twice, {-1}) == [{1: 1, -3: 1}]
    assert find_basis(twice) == [{1: 1, -3: 1}]


def test_numbers_that_floats_can_t_tell_apart_are_told_apart() -> None:
    large = 10**17
    for last, rank in ((large, 1), (large + 1, 2)):
        assert len(find_basis([{0: large, 1: 1}, {0: last, 1: 1}])) == rank


def test_of_several_groups_the_smallest_sets_are_given() -> None:
    group_of = {0: 0, 1: 1, 2: 2}
    rows = [{0: 1, 1: 1}, {1: 1, 2: 1}]
    found = {groups for groups, _ in search(rows, group_of, {0: 1, 1: 1, 2: 1}, 4)}
    assert found == {frozenset({0, 1}), frozenset({1, 2}), frozenset({0, 2})}
    found = {groups for groups, _ in search(rows, group_of, {0: 2, 1: 3, 2: 2}, 4)}
    assert found == {frozenset({0, 2})}


def test_rows_are_taken_together_whichever_unknown_they_share_and_however_many_they_are() -> None:
    chain = [{0: 1, 1: 1}, {0: 1, 2: 1}, {2: 1, 3: 1}, {5: 1, 6: 1}, {3: 1, 4: 1}]
    found = {groups for part in list_parts(chain) for groups, _ in search(part, SELF, ONES, 2)}
    assert len(list(list_parts(chain))) == 2
    assert found == {frozenset(pair) for pair in combinations(range(5), 2)} | {frozenset({5, 6})}


def test_what_was_found_before_the_last_case_stays_found(monkeypatch) -> None:
    rows = [{0: 1, 1: 1}, {1: 1, 2: 1}]
    for looked_at, found in ((7, {frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2})}), (1, {frozenset({0, 1}), frozenset({1, 2})})):
        monkeypatch.setattr("toolkit.results.disclosure.differencing.LOOKED_AT", looked_at)
        assert {groups for groups, _ in search(rows, {0: 0, 1: 1, 2: 2}, {0: 1, 1: 1, 2: 1}, 4)} == found


def test_more_cases_than_can_be_looked_at_count_as_finds(monkeypatch) -> None:
    monkeypatch.setattr("toolkit.results.disclosure.differencing.LOOKED_AT", 1)
    rows = [{0: 1, 1: 1, 2: 1}, {1: 1, 3: 1, 4: 1}]
    found = search(rows, SELF, dict.fromkeys(range(5), 3), 4)
    assert {groups for groups, _ in found} == {frozenset({0, 1, 2}), frozenset({1, 3, 4})}
