"""Checks of constructor parameters that several learners share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from neurosim.errors import out_of_range, unknown_name


def check_ranges(learner: object, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check that parameters are numbers within closed ranges.

    Parameters
    ----------
    learner : object
        Holds the parameters as attributes.
    ranges : mapping of str to tuple of float
        Lowest and highest value of each parameter.

    Raises
    ------
    InputError
        At the first parameter that is no number, NaN, or out of its range.
    """
    for field, (low, high) in ranges.items():
        value = getattr(learner, field)
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not low <= value <= high:
            raise out_of_range(field, value, f"a number from {low:g} to {high:g}")


def check_names(learner: object, named: Mapping[str, Collection[str]]) -> None:
    """Check that parameters are among the names that each accepts.

    Parameters
    ----------
    learner : object
        Holds the parameters as attributes.
    named : mapping of str to collection of str
        What each parameter may be.

    Raises
    ------
    InputError
        At the first parameter that is none of its names.
    """
    for field, accepted in named.items():
        if getattr(learner, field) not in accepted:
            raise unknown_name(field, str(getattr(learner, field)), accepted)


def check_whole(learner: object, fields: Iterable[str], least: int = 1, why: str = "") -> None:
    """Check that parameters are whole numbers, ``least`` or more.

    Parameters
    ----------
    learner : object
        Holds the parameters as attributes.
    fields : iterable of str
        Their names.
    least : int, default=1
        The lowest value.
    why : str, optional
        What the message says of it, after a colon.

    Raises
    ------
    InputError
        At the first parameter that is not.
    """
    for field in fields:
        value = getattr(learner, field)
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise out_of_range(field, value, f"a whole number, {least} or more{f': {why}' if why else ''}")
