"""Show a sample again, more intensely, when too few spikes answer it: a bounded number of times.

After Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099), who repeat without an end. Here silence is an
outcome: after the last attempt the sample counts as answered by what there was, be it nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import out_of_range

R = TypeVar("R")


@dataclass(frozen=True)
class Retries:
    """When to show a sample again, and how often.

    Attributes
    ----------
    enough_spikes : int
        From this many output spikes on, the sample counts as answered.
    increment : float
        By how much the relative intensity, 1 at first, grows with each attempt.
    at_most : int
        Further attempts; 0 for none.

    Raises
    ------
    InputError
        If a value is out of range.
    """

    enough_spikes: int = 5
    increment: float = 0.5
    at_most: int = 8

    def __post_init__(self) -> None:
        for field in ("enough_spikes", "at_most"):
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
                raise out_of_range(field, value, "a whole number, 0 or more")
        if not 0 <= self.increment < np.inf:
            raise out_of_range("increment", self.increment, "a number, 0 or more")

    @property
    def intensities(self) -> tuple[float, ...]:
        """The intensities of all attempts that may be made."""
        return tuple(1.0 + self.increment * attempt for attempt in range(self.at_most + 1))


@dataclass(frozen=True)
class Answer(Generic[R]):
    """What all attempts gave.

    Attributes
    ----------
    attempts : tuple
        The responses in order; the last one counts.
    silent : bool
        Did the last attempt leave all output neurons silent?
    """

    attempts: tuple[R, ...]
    silent: bool

    @property
    def last(self) -> R:
        """The response that counts."""
        return self.attempts[-1]


def present_until_answered(
    present: Callable[[int, float], R], n_spikes: Callable[[R], float], retries: Retries
) -> Answer[R]:
    """Present until enough spikes answer or the attempts are used up.

    Parameters
    ----------
    present : callable
        Gets the attempt's number, from 0, and its intensity; gives a response.
    n_spikes : callable
        Counts a response's output spikes.
    retries : Retries
        When to stop.

    Returns
    -------
    Answer
        At least one attempt, at most ``retries.at_most + 1``.
    """
    responses = []
    for attempt, intensity in enumerate(retries.intensities):
        responses.append(present(attempt, intensity))
        if n_spikes(responses[-1]) >= retries.enough_spikes:
            break
    return Answer(tuple(responses), n_spikes(responses[-1]) == 0)


def present_all_until_answered(
    present: Callable[[NDArray[np.int64], int, float], NDArray[np.floating]], n_samples: int, retries: Retries
) -> NDArray[np.floating]:
    """Present many samples, and those that too few spikes answer again; no presentation depends on another.

    Parameters
    ----------
    present : callable
        Gets the rows that are shown, the attempt's number, from 0, and its intensity; gives the output spikes of every
        unit, shape (n_rows, n_units).
    n_samples : int
        One or more.
    retries : Retries
        When to stop.

    Returns
    -------
    ndarray, shape (n_samples, n_units)
        Of each sample's last attempt.
    """
    waiting = np.arange(n_samples)
    first, *later = retries.intensities
    answers = present(waiting, 0, first)
    for attempt, intensity in enumerate(later, 1):
        waiting = waiting[answers[waiting].sum(axis=1) < retries.enough_spikes]
        if not len(waiting):
            break
        answers[waiting] = present(waiting, attempt, intensity)
    return answers
