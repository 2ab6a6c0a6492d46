"""What every registered task promises, whatever it is about."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from neurosim.data import Classes, Dataset, Reals, Split
from neurosim.errors import InputError
from neurosim.metrics.measure import measures_of
from neurosim.registry import open_registry
from neurosim.tasks import Task, load_task
from neurosim.tasks.splitting import strata

DOWNLOADED = ("mnist", "fashion-mnist")
TRUTH_TABLES = ("xor", "parity")
BUILT_IN = [entry.name for entry in open_registry().of_kind("tasks") if entry.origin == "built-in"]
OFFLINE = [name for name in BUILT_IN if name not in DOWNLOADED]
SAMPLED = [name for name in OFFLINE if name not in TRUTH_TABLES]
FOLDED = ("iris", "diabetes")
"""Small tables, scaled by the range of the training part."""
VARIANTS = [
    "sine:noise=0.4,n_train=700",
    "noisy-xor:noise=0.25",
    "parity:n_bits=3,noise=0.2",
    "patterns:n_classes=7,flip=0.3",
    "spirals:turns=1",
]


@cache
def task_of(text: str) -> Task:
    return load_task(text)


def asks_for_numbers(text: str) -> bool:
    return isinstance(task_of(text).signature.target, Reals)


def labels_of(text: str) -> tuple[Any, ...]:
    target = task_of(text).signature.target
    assert isinstance(target, Classes)
    return target.labels


def sizes_of(text: str) -> tuple[int, int, int]:
    """Give three sizes of a training part, each beyond what is stratified by."""
    return {"iris": (6, 20, 60), "diabetes": (12, 60, 200)}.get(text, (30, 100, 700))


@cache
def split_of(text: str, seed: int, train_size: int | None = None) -> Split:
    return task_of(text).load(seed, train_size)


def equal(a: Dataset, b: Dataset) -> bool:
    return np.array_equal(a.X, b.X) and np.array_equal(a.labels, b.labels) and np.array_equal(a.index, b.index)


def parts(split: Split) -> list[Dataset]:
    return [split.train, split.validation, split.test]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_task_describes_itself(name: str) -> None:
    """Name, source, licence and checksum are stated, and its measures exist."""
    task = task_of(name)
    assert task.name == name
    assert task.summary and "\n" not in task.summary
    assert task.source and task.licence
    assert task.checksum == "generated" or (len(task.checksum) == 64 and int(task.checksum, 16))
    assert [one.name for one in measures_of(task.measures[:1], task.signature)] == [
        "rmse" if asks_for_numbers(name) else "accuracy"
    ]


@pytest.mark.parametrize("name", OFFLINE + VARIANTS)
def test_samples_have_the_promised_form(name: str) -> None:
    """float32 in [0, 1] of the stated shape; all stated classes in every part, or finite numbers in float64."""
    task = task_of(name)
    for part in parts(split_of(name, 3)):
        assert part.X.dtype == np.float32
        assert part.X.shape == (len(part), *task.signature.sample_shape)
        assert 0 <= part.X.min() < part.X.max() <= 1
        if asks_for_numbers(name):
            assert part.labels.dtype == np.float64 and part.labels.shape == (len(part),)
            assert np.isfinite(part.labels).all() and len(np.unique(part.labels)) > 30
        else:
            assert tuple(np.unique(part.labels).tolist()) == labels_of(name)
        assert part.index.dtype.kind == "i" and len(np.unique(part.index)) == len(part)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", SAMPLED + VARIANTS)
def test_parts_are_disjoint(name: str, seed: int) -> None:
    """No row of the source is in two parts, by its index and, where values are continuous, by its values."""
    split = split_of(name, seed)
    rows = np.concatenate([part.index for part in parts(split)])
    assert len(np.unique(rows)) == len(rows)
    if "patterns" not in name and name not in FOLDED:
        values = np.concatenate([part.X.reshape(len(part), -1) for part in parts(split)])
        inside = values[((values > 0) & (values < 1)).any(axis=1)]
        assert len(np.unique(inside, axis=0)) == len(inside) > 900


@pytest.mark.parametrize("name", OFFLINE + VARIANTS)
def test_the_test_part_is_the_same_for_every_seed(name: str) -> None:
    """Rows and labels to the last bit; values too, but where they are scaled by the range of the training part."""
    first = split_of(name, 0).test
    for seed in (1, 12345):
        other = split_of(name, seed).test
        assert np.array_equal(first.index, other.index) and np.array_equal(first.labels, other.labels)
        assert name in FOLDED or np.array_equal(first.X, other.X)


@pytest.mark.parametrize("name", SAMPLED + VARIANTS)
def test_training_and_validation_differ_between_seeds(name: str) -> None:
    """Seeds vary what is learned from."""
    a, b = split_of(name, 0), split_of(name, 1)
    for one, other in ((a.train, b.train), (a.validation, b.validation)):
        assert not np.array_equal(one.X, other.X)


@pytest.mark.parametrize("name", OFFLINE + VARIANTS)
def test_the_same_seed_gives_the_same_bits(name: str) -> None:
    """Loading twice is loading once."""
    again = task_of(name).load(3)
    assert all(equal(a, b) for a, b in zip(parts(split_of(name, 3)), parts(again), strict=True))


@pytest.mark.parametrize("name", OFFLINE + VARIANTS)
def test_guessing_leaves_room_for_learning(name: str) -> None:
    """The best constant answer is no better than what can be had, where that is known."""
    task = task_of(name)
    (measure,) = measures_of(task.measures[:1], task.signature)
    chance = measure.chance(split_of(name, 5).test.labels)
    if asks_for_numbers(name):
        assert task.best_possible is None or 0 <= task.best_possible < chance
        return
    assert 1 / len(labels_of(name)) <= chance < 1
    assert task.best_possible is None or chance < task.best_possible <= 1


@pytest.mark.parametrize("name", SAMPLED)
def test_training_sub_samples_are_nested_and_leave_the_other_parts_alone(name: str) -> None:
    """The smaller set lies inside the larger, which lies inside the whole; validation and test stay as they are."""
    sizes = sizes_of(name)
    whole = split_of(name, 2)
    subsets = [split_of(name, 2, size) for size in sizes]
    for size, split in zip(sizes, subsets, strict=True):
        assert len(split.train) == size
        assert np.array_equal(split.validation.index, whole.validation.index)
        assert np.array_equal(split.test.index, whole.test.index)
    for smaller, larger in zip(subsets, [*subsets[1:], whole], strict=True):
        assert set(smaller.train.index) < set(larger.train.index)
    assert not np.array_equal(subsets[0].train.index, split_of(name, 3, sizes[0]).train.index)


def test_the_100_lie_inside_the_1000() -> None:
    """The case that figures over training size are made of."""
    small, large = split_of("noisy-xor", 4, 100), split_of("noisy-xor", 4, 1000)
    assert set(small.train.index) < set(large.train.index)
    assert np.array_equal(large.train.index[:100], small.train.index)
    assert len(large.train) == 1000 == len(np.unique(large.train.index))


@pytest.mark.parametrize("name", SAMPLED)
def test_sub_samples_keep_the_class_shares(name: str) -> None:
    """Each class, or tenth of the numbers, is as frequent as in the whole training part, give or take two samples."""
    size = 60 if name == "iris" else 200
    train, taken = split_of(name, 6).train, split_of(name, 6, size).train
    whole = strata(train.labels)
    taken = whole[[train.index.tolist().index(row) for row in taken.index]]
    classes = np.unique(whole)
    share = (whole[:, None] == classes).mean(axis=0)
    count = (taken[:, None] == classes).sum(axis=0)
    assert np.abs(count - size * share).max() <= 2


@pytest.mark.parametrize("name", SAMPLED)
def test_the_smallest_sub_sample_holds_one_sample_a_class(name: str) -> None:
    """As many samples as classes are enough to meet each class; ten numbers are of ten sizes."""
    train = split_of(name, 8).train
    whole = strata(train.labels)
    smallest = split_of(name, 8, len(np.unique(whole))).train
    assert sorted(whole[np.isin(train.index, smallest.index)].tolist()) == np.unique(whole).tolist()
    assert not asks_for_numbers(name) or len(smallest) == 10


@pytest.mark.parametrize("size", [1, 0, -5, 776, 10**6])
def test_a_training_size_that_cannot_be_is_refused(size: int) -> None:
    """Fewer samples than classes, or more than there are."""
    with pytest.raises(InputError, match=rf"train_size is {size}; accepted: 10 \(one a class\) to 775"):
        task_of("digits").load(0, size)


@pytest.mark.parametrize("name", DOWNLOADED)
def test_downloaded_tasks_keep_the_contract_too(name: str, mnist_data: object) -> None:
    """The official sizes, and the official test set for every seed."""
    task = load_task(name)
    split, other = task.load(0), task.load(1, 1000)
    assert [len(part) for part in parts(split)] == [50_000, 10_000, 10_000]
    for part in parts(split):
        assert part.X.dtype == np.float32 and part.X.shape[1:] == task.signature.sample_shape == (28, 28)
        assert part.X.min() == 0 and part.X.max() == 1
        assert tuple(np.unique(part.labels).tolist()) == labels_of(name)
    assert equal(split.test, other.test)
    rows = np.concatenate([part.index for part in parts(split)])
    assert np.array_equal(np.sort(rows), np.arange(70_000))
    share = np.bincount(split.train.labels) / 50_000
    assert np.abs(np.bincount(other.train.labels) - 1000 * share).max() <= 2
    assert not set(other.train.index) & set(other.validation.index)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("digts", "did you mean digits"),
        ("digits:n=3", "parameter 'n' is unknown; accepted: nothing"),
        ("parity:n_bit=3", "did you mean n_bits"),
        ("parity:n_bits", "accepted: key=value"),
        ("parity:=3", "accepted: key=value"),
        ("parity:n_bits=1", "n_bits is 1; accepted: a whole number from 2 to 12"),
        ("parity:n_bits=13", "n_bits is 13"),
        ("parity:n_bits=3.0", "n_bits is 3.0"),
        ("parity:noise=-1", "noise is -1"),
        ("parity:noise=nan", "noise is nan"),
        ("noisy-xor:noise=much", "noise is 'much'"),
        ("moons:noise=2", "noise is 2; accepted: 0 to 1"),
        ("spirals:turns=5", "turns is 5"),
        ("spirals:noise=inf", "noise is inf"),
        ("patterns:n_classes=1", "n_classes is 1"),
        ("sine:noise=3", "noise is 3; accepted: 0 to 2"),
        ("sine:n_train=9", "n_train is 9; accepted: a whole number from 10 to 1000000"),
        ("diabetes:noise=1", "parameter 'noise' is unknown; accepted: nothing"),
        ("patterns:flip=0.6", "flip is 0.6"),
        ("", "task '' is unknown"),
    ],
)
def test_wrong_names_and_parameters_are_refused(text: str, said: str) -> None:
    """Each message names the parameter, its value and what is accepted, in one line."""
    with pytest.raises(InputError, match=said) as caught:
        load_task(text)
    assert "\n" not in str(caught.value)


def test_a_target_is_for_tables_only() -> None:
    """A label column makes no sense for a built-in task."""
    with pytest.raises(InputError, match="target is 'species', but task 'iris' is not a table"):
        load_task("iris", target="species")
