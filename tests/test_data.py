"""The shared records: parts of equal length, counts that add up, nothing that can be changed behind one's back."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from neurosim.data import Costs, CurvePoint, Dataset, EventCounts, Locality, Resampling, Split, Traits


def table(n: int = 5) -> Dataset:
    return Dataset(np.arange(2.0 * n).reshape(n, 2), np.arange(n) % 2, 100 + np.arange(n))


def test_take_keeps_sample_label_and_index_together() -> None:
    """Rows may be repeated and come in the order asked for."""
    taken = table().take(np.array([3, 0, 3]))
    assert taken.X.tolist() == [[6, 7], [0, 1], [6, 7]]
    assert taken.labels.tolist() == [1, 0, 1]
    assert taken.index.tolist() == [103, 100, 103]
    assert len(taken) == 3


def test_take_keeps_groups_with_their_samples_and_makes_none_up() -> None:
    """A group is as much of a sample as its label is."""
    grouped = dataclasses.replace(table(), groups=np.array(["b", "a", "b", "c", "a"]))
    taken = grouped.take(np.array([3, 1, 3, 0]))
    assert taken.groups is not None and taken.groups.tolist() == ["c", "a", "c", "b"]
    assert taken.index.tolist() == [103, 101, 103, 100]
    assert table().take(np.array([1])).groups is None
    with pytest.raises(ValueError, match=r"'X': 5.*'groups': 4"):
        dataclasses.replace(table(), groups=np.zeros(4))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"test_to_train": 0.25}, "test_to_train is 0.25 with 'one test part'"),
        ({"kind": "repeated folds"}, "test_to_train is 0.0 with 'repeated folds'"),
        ({"kind": "repeated folds", "test_to_train": -0.5}, "test_to_train is -0.5"),
        ({"overlap": 1.01}, "overlap is 1.01; accepted: 0 to 1, or None"),
        ({"overlap": -0.01}, "overlap is -0.01"),
    ],
)
def test_a_resampling_that_contradicts_itself_is_refused(fields: dict[str, Any], said: str) -> None:
    """A correction without folds would widen intervals for nothing; folds without one would narrow them."""
    with pytest.raises(ValueError, match=said):
        Resampling(**fields)


def test_take_of_unlabelled_samples_leaves_them_unlabelled() -> None:
    """No label is made up."""
    unlabelled = Dataset(np.zeros((4, 2)), None, np.arange(4)).take(np.array([1, 2]))
    assert unlabelled.y is None
    with pytest.raises(ValueError, match="no labels"):
        _ = unlabelled.labels


@pytest.mark.parametrize(("n_y", "n_index"), [(4, 5), (5, 4), (6, 5)])
def test_parts_of_different_length_are_refused(n_y: int, n_index: int) -> None:
    """The message names all three lengths."""
    with pytest.raises(ValueError, match=f"'X': 5.*'index': {n_index}.*'y': {n_y}"):
        Dataset(np.zeros((5, 2)), np.zeros(n_y), np.arange(n_index))


def test_event_counts_add_field_by_field() -> None:
    """Every field has its own prime, so that no two can be exchanged unnoticed."""
    names = [field.name for field in dataclasses.fields(EventCounts)]
    primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47][: len(names)]
    one = EventCounts(**dict(zip(names, primes, strict=True)))
    total = one + one + EventCounts(spikes=1)
    expected = {name: 2 * prime for name, prime in zip(names, primes, strict=True)}
    expected["spikes"] += 1
    assert dataclasses.asdict(total) == expected
    assert one + EventCounts() == one


def test_fresh_costs_are_zero_and_phases_are_apart() -> None:
    """Counting in one phase leaves the two others alone."""
    costs = Costs(learning=EventCounts(spikes=3))
    assert costs.inference == costs.readout == EventCounts()
    assert costs.learning.spikes == 3


@pytest.mark.parametrize(
    "record",
    [
        table(),
        Split(table(), table(), table()),
        EventCounts(),
        Costs(),
        CurvePoint(1, 0.5, 2, 2, 0),
        Locality(True, True, "never", "0", False, False),
        Traits("rate", "rule", "label", Locality(True, True, "never", "0", False, False)),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_are_frozen(record: object) -> None:
    """No field of a record can be replaced."""
    field = dataclasses.fields(record)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, field, None)


def test_data_and_seeding_import_numpy_only() -> None:
    """The floor everything stands on is thin: no third package, and of neurosim itself only these files."""
    code = (
        "import sys, numpy; before = set(sys.modules); import neurosim.data, neurosim.seeding, neurosim.errors\n"
        "new = {name for name in set(sys.modules) - before}\n"
        "print(sorted(n for n in new if n.split('.')[0] not in sys.stdlib_module_names and not n.startswith('numpy')))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    found = {name for name in ast.literal_eval(printed) if not name.startswith("neurosim.data.")}
    assert found == {"neurosim", "neurosim.data", "neurosim.errors", "neurosim.seeding"}
