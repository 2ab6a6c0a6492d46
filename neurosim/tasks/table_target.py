"""What a table's target is: classes, or measured numbers.

The values decide, unless the user says it, as ``NAME:class`` or ``NAME:number``:

- text and truth values name classes;
- numbers are measured if any of them has a fraction;
- whole numbers name classes, unless they cannot: more than twenty different ones, of which some occur fewer than five
  times, are measured.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError, unknown_name
from neurosim.tasks.splitting import N_FOLDS

CLASS, NUMBER = "class", "number"
MANY = 20
"""Different whole numbers up to which they name classes, however rare."""
FEWEST = 2 * N_FOLDS
"""Rows with a measured target: two a fold, so that something is left to validate."""


def parse_target(where: str, target: str | None, columns: Collection[str], default: str) -> tuple[str, str]:
    """Read which column holds the target, and how it is to be taken.

    Parameters
    ----------
    where : str
        Beginning of messages.
    target : str or None
        ``NAME``, ``NAME:class``, ``NAME:number``, or ``:class`` and ``:number`` for the default column. The name of a
        column comes first: one may hold a colon itself.
    columns : collection of str
        Names of all columns.
    default : str
        The target's column where none is named.

    Returns
    -------
    name : str
        The column.
    kind : {"class", "number", ""}
        What was said; empty where the values decide.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if target is None or target in columns:
        return target or default, ""
    name, colon, kind = target.rpartition(":")
    if colon and kind in (CLASS, NUMBER) and (not name or name in columns):
        return name or default, kind
    if colon and name in columns:
        raise unknown_name(f"{where}: target {name!r} as", kind, (CLASS, NUMBER))
    raise unknown_name(f"{where}: target", target, columns)


def checked_target(where: str, y: NDArray[Any], kind: str = "") -> NDArray[Any]:
    """Check a target and give it as classes, int64 or text, or as measured numbers, float64.

    Parameters
    ----------
    where : str
        Beginning of messages.
    y : ndarray, shape (n_samples,)
        As it was read.
    kind : {"class", "number", ""}, default=""
        How it is to be taken; by default, as its values show.

    Raises
    ------
    InputError
        If it is neither, or too few rows hold it.
    """
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise InputError(f"{where}: y has NaN or infinity; accepted: one label or number for each row")
    if y.dtype.kind not in "biufUO":
        raise InputError(f"{where}: y has type {y.dtype}; accepted: numbers or text")
    measured = kind == NUMBER if kind else is_measured(y)
    return _numbers(where, y) if measured else _classes(where, y)


def is_measured(y: NDArray[Any]) -> bool:
    """Tell measured numbers from labels by their values; the rule stands at the top of this file."""
    if y.dtype.kind not in "iuf":
        return False
    if (y != np.round(y)).any():
        return True
    values, counts = np.unique(y, return_counts=True)
    return len(values) > MANY and bool((counts < N_FOLDS).any())


def _numbers(where: str, y: NDArray[Any]) -> NDArray[np.float64]:
    if y.dtype.kind not in "iuf":
        raise InputError(f"{where}: y holds {str(y[0])!r}; accepted: numbers, as the target is to be one")
    if len(y) < FEWEST:
        raise InputError(f"{where}: {len(y)} rows; accepted: {FEWEST} or more with a measured target")
    if y.min() == y.max():
        raise InputError(f"{where}: all targets are {y[0]}; accepted: two different ones or more")
    return y.astype(np.float64)


def _classes(where: str, y: NDArray[Any]) -> NDArray[Any]:
    if y.dtype.kind == "f" and (y != np.round(y)).any():
        fraction = y[y != np.round(y)][0]
        raise InputError(
            f"{where}: y holds {fraction}; accepted: whole numbers or text, as the target is to be a class"
        )
    classes = y.astype(np.int64) if y.dtype.kind in "biuf" else y.astype(str)
    labels, counts = np.unique(classes, return_counts=True)
    if len(labels) < 2:
        raise InputError(f"{where}: only {len(labels)} class; accepted: two or more")
    if np.min(counts) < N_FOLDS:
        rare, hint = labels[np.argmin(counts)], ", or NAME:number as the target" if y.dtype.kind in "iuf" else ""
        raise InputError(
            f"{where}: class {str(rare)!r} has {np.min(counts)} rows; accepted: {N_FOLDS} or more a class{hint}"
        )
    return classes
