"""How a control chooses an open setting: by stratified folds of its own training samples, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Candidate = TypeVar("Candidate")
Answers = Callable[[Candidate, Array, NDArray[np.int64], Array], NDArray[np.int64]]
"""``answers(candidate, X, codes, X_left_out)``: learn from samples, answer those that were left out."""
N_FOLDS, AT_MOST = 3, 1000


def best_by_folds(
    candidates: Sequence[Candidate],
    answers: Answers[Candidate],
    X: Array,
    codes: NDArray[np.int64],
    rng: np.random.Generator,
) -> Candidate:
    """Give the candidate that answers samples best that it did not learn from.

    Three folds of at most 1,000 samples, each class spread evenly over them (Stone 1974,
    doi:10.1111/j.2517-6161.1974.tb00994.x).

    Parameters
    ----------
    candidates : sequence
        The first is taken where there are too few samples to choose, and of equals the one that comes first.
    answers : callable
        Learns and answers, see :data:`Answers`.
    X : ndarray, shape (n_samples, n_features)
        Training samples.
    codes : ndarray of int, shape (n_samples,)
        Their class numbers.
    rng : numpy.random.Generator
        Deals samples to folds.
    """
    rows, folds = dealt(codes, rng)
    if len(candidates) < 2 or any(len(np.unique(codes[rows[folds != fold]])) < 2 for fold in range(N_FOLDS)):
        return candidates[0]
    right = np.zeros(len(candidates))
    for fold in range(N_FOLDS):
        learn, left_out = rows[folds != fold], rows[folds == fold]
        for number, candidate in enumerate(candidates):
            right[number] += np.count_nonzero(
                answers(candidate, X[learn], codes[learn], X[left_out]) == codes[left_out]
            )
    return candidates[int(np.argmax(right))]


def dealt(codes: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Deal samples of each class in turn to the folds; gives their rows, at most 1,000, and the fold of each."""
    rows = stratified_rows(codes, AT_MOST, rng)
    folds = np.empty(len(rows), np.int64)
    n_dealt = 0
    for code in np.unique(codes[rows]):
        members = np.flatnonzero(codes[rows] == code)
        folds[members] = (n_dealt + np.arange(len(members))) % N_FOLDS
        n_dealt += len(members)
    return rows, folds


def stratified_rows(codes: NDArray[np.int64], at_most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw at most so many rows at random, each class by its share; in random order."""
    order = rng.permutation(len(codes))
    if len(codes) <= at_most:
        return order
    place = np.empty(len(codes))
    for code in np.unique(codes):
        members = order[codes[order] == code]
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return order[np.argsort(place[order], kind="stable")[:at_most]]
