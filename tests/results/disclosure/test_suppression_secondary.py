from itertools import combinations

from hypothesis import given, settings

from tests.results.disclosure.test_differencing import change, draw_study, mean, people
from toolkit.results.disclosure.differencing import find_leaks
from toolkit.results.disclosure.suppression import protect


def test_nothing_is_hidden_where_nothing_leaks() -> None:
    assert protect([mean(people(1, 12)), mean(people(1, 7))]).hidden == ()


def test_of_two_numbers_the_one_about_fewer_people_is_hidden() -> None:
    found = protect([mean(people(1, 12)), mean(people(1, 11))])
    assert found.hidden == (1,)
    assert [leak.people for leak in found.leaks] == [people(12, 12)]


def test_one_number_that_mends_two_leaks_goes_before_two_that_mend_one_each() -> None:
    # Without the whole, an exchange of two people and two others would stay in the first case, of three and three in the second.
    assert protect([mean(people(1, 20)), mean(people(1, 18)), mean(people(3, 20))]).hidden == (1, 2)
    assert protect([mean(people(1, 20)), mean(people(1, 17)), mean(people(4, 20))]).hidden == (0,)


def test_a_number_published_before_cannot_be_hidden_any_more() -> None:
    assert protect([mean(people(1, 12))], earlier=[mean(people(1, 11))]).hidden == (0,)
    assert protect([mean(people(1, 12))], earlier=[mean(people(1, 7))]).hidden == ()
    assert protect([mean(people(1, 12))], earlier=[mean(people(1, 12))]).hidden == ()


def test_what_leaked_before_does_not_stop_a_run() -> None:
    earlier = [mean(people(1, 12)), mean(people(1, 11))]
    found = protect([mean(people(21, 40))], earlier=earlier)
    assert found.hidden == () and found.leaks == ()


def test_a_number_that_says_the_same_twice_is_hidden_twice() -> None:
    pairs = people(1, 8)
    numbers = [mean(pairs), mean(pairs), mean(people(1, 9)), mean(people(1, 9)), mean(people(1, 9))]
    assert protect(numbers).hidden == (0, 1)


def test_with_many_leaks_every_one_is_mended() -> None:
    numbers = [mean(people(1, last)) for last in range(10, 20)]
    found = protect(numbers)
    left = [number for place, number in enumerate(numbers) if place not in found.hidden]
    assert find_leaks(left) == []
    assert len(left) == 2 and abs(left[0].n - left[1].n) >= 5


def test_changes_over_three_waves_lose_one_comparison() -> None:
    always, two = people(1, 8), people(11, 12)
    numbers = [change(always | two, "w1", "w2"), change(always, "w2", "w3"), change(always, "w1", "w3")]
    assert protect(numbers).hidden == (1,)


@settings(max_examples=60)
@given(draw_study())
def test_what_is_left_is_safe_and_no_smaller_choice_is(study) -> None:
    numbers, relations, _, _ = study
    found = protect(numbers, relations)
    assert find_leaks([n for place, n in enumerate(numbers) if place not in found.hidden], relations) == []
    fewer = len(found.hidden) - 1
    for choice in combinations(range(len(numbers)), fewer) if 0 <= fewer <= 2 else ():
        assert find_leaks([n for place, n in enumerate(numbers) if place not in choice], relations) != []


def test_what_turns_out_not_to_be_needed_is_shown_again() -> None:
    """Many leaks at once are mended one after the other: no number that was taken may be put back."""
    numbers = [mean(people(1, last)) for last in range(10, 40, 2)]
    hidden = protect(numbers).hidden
    assert len(hidden) > 4
    for again in hidden:
        left = [number for place, number in enumerate(numbers) if place == again or place not in hidden]
        assert find_leaks(left) != []


def test_a_choice_that_takes_long_ends_and_is_safe(monkeypatch) -> None:
    monkeypatch.setattr("toolkit.results.disclosure.suppression.CHOSEN_ANEW", 0)
    numbers = [mean(people(1, last)) for last in range(10, 40, 2)]
    hidden = protect(numbers).hidden
    assert find_leaks([number for place, number in enumerate(numbers) if place not in hidden]) == []
