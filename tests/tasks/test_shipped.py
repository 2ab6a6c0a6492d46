"""Digits and iris: their fixed parts, their folds, and that a changed source is noticed; splitting itself."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from neurosim.data import Dataset, Split
from neurosim.errors import InputError
from neurosim.seeding import stream
from neurosim.tasks import diabetes, digits, iris, load_task, shipped
from neurosim.tasks.splitting import hold_out, scaled_by_training, strata, stratified_folds, stratified_order


def test_the_test_part_of_digits_begins_with_a_writer() -> None:
    """Writers are contiguous, so the test part is one block of whole writers, and nothing else reaches into it."""
    split = load_task("digits").load(11)
    assert split.test.index.tolist() == list(range(905, 1797)) and 905 in digits.WRITER_STARTS
    assert sorted([*split.train.index, *split.validation.index]) == list(range(905))
    assert load_task("digits").tested_on == "892 images by about seven writers"


def test_a_writer_begins_where_the_ten_digits_come_in_order_three_times() -> None:
    """From each start on, but for two at which one or two images are missing; and from no other row."""
    y = digits.TABLE.load()[1].astype(int)
    thrice = list(np.tile(np.arange(10), 3))
    # In place of the first 0 stands an 8; of the second round a 7 and an 8 are missing.
    others = {905: [8, *thrice[1:]], 1545: [*thrice[:17], *thrice[19:]]}
    for start in digits.WRITER_STARTS:
        expected = others.get(start, thrice)
        assert y[start : start + len(expected)].tolist() == expected, start
    in_order = [row for row in range(len(y) - 30) if y[row : row + 30].tolist() == thrice]
    assert set(in_order) == set(digits.WRITER_STARTS) - set(others)
    counts = np.bincount(digits.writers())
    assert counts.sum() == 1797 and len(counts) == 14 and counts.min() >= 122 and counts.max() <= 130


def test_no_writer_of_digits_is_on_two_sides_and_each_of_the_pool_validates_in_turn() -> None:
    """Over two rounds of seeds: six learned from, one validates, the other seven are tested."""
    task, validated = load_task("digits"), []
    for seed in range(14):
        split = task.split(seed)
        train, validation, test = (set(part.groups.tolist()) for part in (split.train, split.validation, split.test))
        assert not (train & validation or train & test or validation & test)
        assert (len(train), len(validation), test) == (6, 1, set(range(7, 14)))
        assert train | validation == set(range(7))
        assert 775 <= len(split.train) <= 781 and len(split.train) + len(split.validation) == 905
        for part in (split.train, split.validation, split.test):
            assert np.array_equal(part.groups, digits.writers()[part.index])
            assert set(part.labels.tolist()) == set(range(10))
        validated += validation
    assert sorted(validated[:7]) == sorted(validated[7:]) == list(range(7)) and validated[:7] == validated[7:]


def test_digits_are_scikit_learns_images() -> None:
    """Sixteen grey values become 0 to 1; pixels and labels stay together."""
    from sklearn.datasets import load_digits

    source = load_digits()
    for part in (load_task("digits").load(0).test, load_task("digits").load(0).train):
        assert np.array_equal(part.X * 16, source.images[part.index].astype(np.float32))
        assert np.array_equal(part.labels, source.target[part.index])


@pytest.mark.parametrize("repetition", [0, 1, 7])
def test_iris_folds_partition_all_rows_once_a_repetition(repetition: int) -> None:
    """Five consecutive seeds test every flower exactly once, ten of each species at a time."""
    task = load_task("iris")
    folds = [task.split(5 * repetition + fold) for fold in range(5)]
    tested = np.concatenate([fold.test.index for fold in folds])
    assert sorted(tested.tolist()) == list(range(150))
    for fold in folds:
        assert np.bincount(fold.test.labels).tolist() == [10, 10, 10]
        rows = np.concatenate([fold.train.index, fold.validation.index, fold.test.index])
        assert sorted(rows.tolist()) == list(range(150))
        assert len(fold.train) == 96 and len(fold.validation) == 24


def test_iris_repetitions_partition_differently() -> None:
    """Seeds 0 and 5 are both the first fold, of different partitions."""
    task = load_task("iris")
    assert set(task.split(0).test.index) != set(task.split(5).test.index)


def test_iris_is_scaled_by_its_training_part_alone() -> None:
    """Training data fill [0, 1]; the same flower has another value where the training range differs."""
    a, b = load_task("iris").split(0), load_task("iris").split(3)
    for fold in (a, b):
        assert np.array_equal(fold.train.X.min(axis=0), np.zeros(4))
        assert np.array_equal(fold.train.X.max(axis=0), np.ones(4))


@pytest.mark.parametrize("repetition", [0, 3])
def test_diabetes_folds_partition_all_rows_and_hold_small_and_large_targets_alike(repetition: int) -> None:
    """Five consecutive seeds test every patient once; each part holds a tenth of its targets below the first decile."""
    task = load_task("diabetes")
    folds = [task.split(5 * repetition + fold) for fold in range(5)]
    tested = np.concatenate([fold.test.index for fold in folds])
    assert sorted(tested.tolist()) == list(range(442))
    deciles = np.quantile(np.concatenate([fold.test.labels for fold in folds]), np.linspace(0.1, 0.9, 9))
    for fold in folds:
        assert (len(fold.train), len(fold.validation), len(fold.test)) in ((283, 70, 89), (284, 70, 88))
        for part in (fold.train, fold.validation, fold.test):
            shares = np.mean(part.labels[:, None] <= deciles, axis=0)
            assert np.abs(shares - np.linspace(0.1, 0.9, 9)).max() < 0.04


def test_diabetes_is_scikit_learns_table() -> None:
    """In the target's own numbers, from 25 to 346; features in the order of the rows."""
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True, scaled=False)
    split = load_task("diabetes").load(0)
    low, high = X[split.train.index].min(axis=0), X[split.train.index].max(axis=0)
    for part in (split.train, split.validation, split.test):
        assert np.array_equal(part.labels, y[part.index])
        assert np.allclose(part.X, np.clip((X[part.index] - low) / (high - low), 0, 1), atol=1e-5)
    assert (y.min(), y.max()) == (25, 346)


@pytest.mark.parametrize("module", [digits, iris, diabetes])
def test_a_changed_source_is_noticed(module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed digit in a file of the package that ships the data is refused, by its checksum."""
    for file in module.TABLE.files:
        opened = gzip.open if file.endswith(".gz") else open
        with opened(shipped.data_folder() / file, "rt") as source, opened(tmp_path / file, "wt") as target:
            lines = source.read().split("\n")
            lines[3] = lines[3].translate(str.maketrans("12", "21"))
            target.write("\n".join(lines))
    monkeypatch.setattr(shipped, "data_folder", lambda: tmp_path)
    name = module.__name__.rpartition(".")[2]
    with pytest.raises(ValueError, match=f"{name}: .*checksum"):
        load_task(name).load(0)


@pytest.mark.parametrize("module", [digits, iris, diabetes])
def test_tables_are_had_from_their_loader_where_the_files_lie_elsewhere(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same numbers, in the same types."""
    read = module.TABLE.load()
    monkeypatch.setattr(shipped, "data_folder", lambda: tmp_path)
    for one, other in zip(read, module.TABLE.load(), strict=True):
        assert one.dtype == other.dtype and len(one) > 100 and np.array_equal(one, other)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(5, 40), min_size=2, max_size=6), st.integers(0, 10**6))
def test_folds_are_those_of_scikit_learn(counts: list[int], seed: int) -> None:
    """Sample by sample, whatever the order of classes; results of earlier versions stay what they were."""
    y = stream(seed, "task").permutation(np.repeat(np.arange(len(counts))[::-1], counts))
    found = stratified_folds(y, seed)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed).split(np.zeros((len(y), 1)), y)
    for number, (_, test) in enumerate(folds):
        assert len(test) and np.array_equal(np.flatnonzero(found == number), test)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=6), st.integers(0, 10**6))
def test_every_prefix_of_the_stratified_order_is_stratified(counts: list[int], seed: int) -> None:
    """Every prefix holds each class in its share, give or take those that go first, one a class."""
    y = stream(seed, "task").permutation(np.repeat(np.arange(len(counts)), counts))
    order = stratified_order(y, stream(seed, "order"))
    assert sorted(order.tolist()) == list(range(len(y)))
    assert sorted(y[order[: len(counts)]].tolist()) == list(range(len(counts)))
    seen = np.cumsum(y[order][:, None] == np.arange(len(counts)), axis=0)
    expected = np.arange(1, len(y) + 1)[:, None] * np.array(counts) / len(y)
    assert np.abs(seen - expected).max() <= len(counts)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 300), st.booleans(), st.integers(0, 10**6))
def test_measured_numbers_are_stratified_by_tenths(n: int, ties: bool, seed: int) -> None:
    """Strata are of equal size and in order of size; every prefix of the order holds its share of each."""
    y = stream(seed, "task").normal(size=n)
    y = np.round(y, 1) + 0.05 if ties else y
    classes = strata(y)
    counts = np.unique(classes, return_counts=True)[1]
    assert np.ptp(counts) <= 1 and (len(counts) == min(10, n // 5))
    assert all(y[classes < k].max() <= y[classes >= k].min() for k in range(1, len(counts)))
    order = stratified_order(y, stream(seed, "order"))
    seen = np.cumsum(classes[order][:, None] == np.arange(len(counts)), axis=0)
    assert np.abs(seen - np.arange(1, n + 1)[:, None] * counts / n).max() <= len(counts)


def test_labels_are_their_own_strata() -> None:
    """Whole numbers and text, and floats of which each is frequent enough for every fold."""
    for y in (np.arange(40) % 4, np.array(["a", "b"] * 3), np.repeat([0.5, 1.5], 5), np.empty(0)):
        assert strata(y) is y


def _table(n: int = 40) -> Dataset:
    return Dataset(np.arange(2.0 * n).reshape(n, 2), np.arange(n) % 4, np.arange(n))


@pytest.mark.parametrize("n_validation", [0, -3, 40, 41])
def test_a_validation_part_that_cannot_be_is_refused(n_validation: int) -> None:
    """Neither nothing nor everything can validate."""
    with pytest.raises(InputError, match=f"own: n_validation is {n_validation}; accepted: 1 to 39"):
        hold_out(_table(), _table(), 0, n_validation, None, "own")


def test_hold_out_hands_the_test_part_through() -> None:
    """It decides about the pool alone."""
    test = _table(8)
    assert hold_out(_table(), test, 3, 10, None).test is test


def test_scaling_uses_the_training_range_and_clips_the_rest() -> None:
    """By hand: a feature from 2 to 6 in training; a constant feature becomes zero, not NaN."""

    def part(*rows: tuple[float, float]) -> Dataset:
        return Dataset(np.array(rows), np.zeros(len(rows)), np.arange(len(rows)))

    split = scaled_by_training(Split(part((2, 7), (6, 7), (3, 7)), part((4, 7), (8, 9)), part((1, 5), (5, 7))))
    assert split.train.X.tolist() == [[0, 0], [1, 0], [0.25, 0]]
    assert split.validation.X.tolist() == [[0.5, 0], [1, 1]]
    assert split.test.X.tolist() == [[0, 0], [0.75, 0]]
    assert split.test.X.dtype == np.float32


def test_a_task_without_folds_is_split_by_its_loader() -> None:
    """``split`` is what a comparison uses."""
    images, flowers = load_task("digits"), load_task("iris")
    for seed, size in ((4, None), (7, 100)):
        for task, loader in ((images, images.load), (flowers, flowers.load_fold)):
            assert loader is not None
            size = size if task is images else None
            split, loaded = task.split(seed, size, range(3, 9)), loader(seed, size)
            for part in ("train", "validation", "test"):
                assert np.array_equal(getattr(split, part).X, getattr(loaded, part).X)
                assert np.array_equal(getattr(split, part).index, getattr(loaded, part).index)
    assert SimpleNamespace(n=len(flowers.load(0).test)).n == 30
