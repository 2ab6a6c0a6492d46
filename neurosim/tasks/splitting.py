"""How a pool of samples becomes train and validation parts, and how a nested training sub-sample is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Dataset, Split
from neurosim.errors import InputError, out_of_range
from neurosim.seeding import integer_seed, stream

N_FOLDS = 5
N_STRATA = 10
"""Into how many classes of equal size measured numbers are divided, so that parts hold large and small ones alike."""


def strata(y: NDArray[Any]) -> NDArray[Any]:
    """Give what parts are stratified by: labels themselves, or which tenth of all measured numbers each belongs to.

    Numbers are taken as measured if they are floats and any value is too rare for one in each fold. There are fewer
    strata than ten where each would hold fewer samples than there are folds; equal numbers are shared out by their
    place in ``y``.

    Parameters
    ----------
    y : ndarray, shape (n_samples,)
        Labels or numbers.

    Returns
    -------
    ndarray, shape (n_samples,)
    """
    if y.dtype.kind != "f":
        return y
    _, counts = np.unique(y, return_counts=True)
    if (counts >= N_FOLDS).all():
        return y
    rank = np.empty(len(y), np.int64)
    rank[np.argsort(y, kind="stable")] = np.arange(len(y))
    return rank * max(1, min(N_STRATA, len(y) // N_FOLDS)) // len(y)


def stratified_order(y: NDArray[Any], rng: np.random.Generator) -> NDArray[np.int64]:
    """Order samples at random so that every prefix holds the classes in nearly their overall proportions.

    Of measured numbers, classes are their :func:`strata`. Each class is shuffled and its members are spread evenly over
    [0, 1) with one random offset; sorting by that position interleaves the classes. One member of each class goes
    first, so that no class, however rare, is missing from a prefix with room for all.

    Parameters
    ----------
    y : ndarray, shape (n_samples,)
        Labels or numbers.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int64, shape (n_samples,)
        A permutation. Prefixes are nested by construction.
    """
    position, classes = np.empty(len(y)), strata(y)
    for label in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == label))
        position[members] = (np.arange(len(members)) + rng.random()) / len(members)
        position[members[0]] -= 1
    return np.argsort(position, kind="stable")


def training_sample(train: Dataset, train_size: int | None, seed: int) -> Dataset:
    """Take a nested stratified sub-sample of the training part.

    Parameters
    ----------
    train : Dataset
        The whole training part.
    train_size : int or None
        How many samples; None for all. The 100 taken for a seed are among the 1,000 taken for it.
    seed : int
        The run's seed.

    Returns
    -------
    Dataset
        The samples in stratified random order; with None, all of them in theirs.

    Raises
    ------
    InputError
        If the size is smaller than the number of classes, or of strata, or larger than the training part.
    """
    if train_size is None:
        return train
    classes = strata(train.labels)
    n_classes, kind = len(np.unique(classes)), "class" if classes is train.labels else "stratum"
    if not n_classes <= train_size <= len(train):
        raise out_of_range("train_size", train_size, f"{n_classes} (one a {kind}) to {len(train)}")
    return train.take(stratified_order(train.labels, stream(seed, "task", 1))[:train_size])


def hold_out(
    pool: Dataset, test: Dataset, seed: int, n_validation: int, train_size: int | None, name: str = "task"
) -> Split:
    """Split a pool into train and validation by seed, beside a fixed test part.

    Where samples carry groups, whole groups validate: seeds take their turn, each beginning one group further in a
    fixed random order.

    Parameters
    ----------
    pool, test : Dataset
        What may be learned from, and what only the report sees.
    seed : int
        Decides which samples of the pool validate.
    n_validation : int
        How many do; of groups, as many as make up at least this number, but never all.
    train_size : int or None
        Size of the nested stratified training sub-sample.
    name : str
        Name for error messages.

    Returns
    -------
    Split
    """
    if not 0 < n_validation < len(pool):
        raise out_of_range(f"{name}: n_validation", n_validation, f"1 to {len(pool) - 1}")
    if pool.groups is not None:
        validates = _whole_groups(pool.groups, seed, n_validation, name)
    else:
        validates = np.zeros(len(pool), dtype=bool)
        validates[stratified_order(pool.labels, stream(seed, "task", 0))[:n_validation]] = True
    validation, train = pool.take(np.flatnonzero(validates)), pool.take(np.flatnonzero(~validates))
    return Split(training_sample(train, train_size, seed), validation, test)


def fifth_tested(table: Dataset, seed: int, train_size: int | None, name: str = "task") -> Split:
    """Split a small table with one stratified fifth as the test part of every seed; a fifth of the rest validates.

    Parameters
    ----------
    table : Dataset
        All samples.
    seed, train_size, name
        As for :func:`hold_out`.

    Returns
    -------
    Split
    """
    order, n_test = stratified_order(table.labels, stream(0, "task", 99)), len(table) // N_FOLDS
    test, pool = table.take(np.sort(order[:n_test])), table.take(np.sort(order[n_test:]))
    return hold_out(pool, test, seed, len(pool) // N_FOLDS, train_size, name)


def _whole_groups(groups: NDArray[Any], seed: int, n_validation: int, name: str) -> NDArray[np.bool_]:
    """Say which samples validate, shape (n_samples,): those of whole groups, the first by the seed's turn."""
    names, n_each = np.unique(groups, return_counts=True)
    if len(names) < 2:
        raise InputError(f"{name}: all samples are of group {names[0].item()!r}; accepted: two groups or more")
    turns = np.roll(stream(0, "task", 4).permutation(len(names)), -(seed % len(names)))
    n_groups = int(np.searchsorted(np.cumsum(n_each[turns]), n_validation)) + 1
    return np.isin(groups, names[turns[: min(n_groups, len(names) - 1)]])


def repeated_fold(table: Dataset, seed: int, train_size: int | None) -> Split:
    """Give one fold of repeated stratified 5-fold cross-validation.

    Seeds 0 to 4 are the folds of the first random partition, 5 to 9 those of the second, and so on. A fifth of the
    remaining four folds validates. Where samples carry groups, folds hold whole groups.

    Parameters
    ----------
    table : Dataset
        All samples.
    seed : int
        Repetition and fold.
    train_size : int or None
        Size of the nested stratified training sub-sample.

    Returns
    -------
    Split
    """
    repetition, fold = divmod(seed, N_FOLDS)
    classes, fold_seed = strata(table.labels), integer_seed(repetition, "resampling")
    if table.groups is None and np.min(np.unique(classes, return_counts=True)[1]) >= N_FOLDS:
        tested = stratified_folds(classes, fold_seed) == fold
        pool, test = np.flatnonzero(~tested), np.flatnonzero(tested)
    else:
        pool, test = _folds_of_groups(table, classes, fold_seed)[fold]
    return hold_out(table.take(pool), table.take(test), seed, len(pool) // N_FOLDS, train_size)


def stratified_folds(classes: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Give the fold of each sample, as scikit-learn's ``StratifiedKFold`` would with this seed and shuffling.

    Samples in the order of their classes are dealt to the folds in turn, which says how many of a class each fold
    gets; which ones it gets is drawn.

    Parameters
    ----------
    classes : ndarray, shape (n_samples,)
        What folds are stratified by; none is rarer than there are folds.
    seed : int
        Of the draw.

    Returns
    -------
    ndarray of int64, shape (n_samples,)
    """
    rng = np.random.RandomState(seed)
    _, first_seen, codes = np.unique(classes, return_index=True, return_inverse=True)
    folds, n_dealt = np.empty(len(classes), np.int64), 0
    for code in np.argsort(first_seen):
        members = np.flatnonzero(codes == code)
        dealt = np.sort(np.arange(n_dealt, n_dealt + len(members)) % N_FOLDS)
        rng.shuffle(dealt)
        folds[members] = dealt
        n_dealt += len(members)
    return folds


def _folds_of_groups(table: Dataset, classes: NDArray[Any], seed: int) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Give pool and test part of each fold; of whole groups, or of classes too rare for every fold to have one."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedKFold if table.groups is None else StratifiedGroupKFold
    folds = kind(N_FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(table.X.reshape(len(table), -1), classes, table.groups))


def scaled_by_training(split: Split) -> Split:
    """Scale each feature to [0, 1] by the training part's range and clip the other parts to it."""
    low = split.train.X.min(axis=0)
    width = split.train.X.max(axis=0) - low
    width[width == 0] = 1

    def scale(part: Dataset) -> Dataset:
        return replace(part, X=np.clip((part.X - low) / width, 0, 1).astype(np.float32))

    return Split(scale(split.train), scale(split.validation), scale(split.test))
