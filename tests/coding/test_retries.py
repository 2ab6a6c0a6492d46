"""Retries are bounded, and silence is an outcome."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosim.coding.retries import Retries, present_until_answered
from neurosim.errors import InputError


def test_it_stops_at_the_first_answer_that_is_enough() -> None:
    seen = []

    def present(attempt: int, intensity: float) -> int:
        seen.append((attempt, intensity))
        return (2, 4, 5, 99)[attempt]

    answer = present_until_answered(present, float, Retries(5, 0.5, 8))
    assert seen == [(0, 1.0), (1, 1.5), (2, 2.0)]
    assert answer.attempts == (2, 4, 5) and answer.last == 5 and not answer.silent


def test_a_few_spikes_after_the_last_attempt_are_an_answer_and_none_are_silence() -> None:
    assert not present_until_answered(lambda *_: 1, float, Retries(5, 0.5, 3)).silent
    answer = present_until_answered(lambda *_: 0, float, Retries(5, 0.5, 3))
    assert answer.silent and len(answer.attempts) == 4


@given(st.lists(st.integers(0, 9), min_size=7, max_size=7), st.integers(0, 9), st.integers(0, 6))
def test_never_more_attempts_than_allowed(counts: list[int], enough: int, at_most: int) -> None:
    answer = present_until_answered(lambda attempt, _: counts[attempt], float, Retries(enough, 1.0, at_most))
    made = len(answer.attempts)
    assert 1 <= made <= at_most + 1
    assert all(count < enough for count in counts[: made - 1])
    assert made == at_most + 1 or counts[made - 1] >= enough
    assert answer.silent == (counts[made - 1] == 0)


@pytest.mark.parametrize("changes", [{"enough_spikes": -1}, {"at_most": 1.5}, {"increment": -0.1}])
def test_values_out_of_range_are_refused_by_name(changes: dict) -> None:
    with pytest.raises(InputError, match=next(iter(changes))):
        Retries(**changes)
