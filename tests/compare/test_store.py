"""Cells on disk: what is read is what was written, to the bit, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from neurosim.compare.running.cell import CellSpec
from neurosim.compare.running.store import Store, read_cell
from neurosim.data import Costs, CurvePoint, EventCounts, Record, Series
from tests.compare.runs import fast

SPEC = CellSpec("mlp", "mlp", 3, "xor")
ARRAYS = {
    "classes": np.array(["no", "yes"]),
    "confusion": np.array([[3, 1], [0, 4]]),
    "weights": np.array([[0.1, -2.5], [np.float16(1) / 3, 0]], np.float16),
    "spike_times_ms": np.array([], np.float32),
}
ITEMS = {"accuracy": np.array([True, False, True]), "rmse": np.array([0.5, 1 / 3], np.float32)}
RECORD = Record(
    label="mlp", kind="mlp", seed=3, n_units=4, n_parameters=20,
    values={"accuracy": {"train": 2 / 3, "validation": 0.1 + 0.2, "test": 0.875}, "rmse": {"test": 0.1, "chance": 2.0},
            "r2": {"test": None}},
    costs=Costs(EventCounts(presentations=7, labels=5), EventCounts(connections=2**60), EventCounts(feedback_bits=0.1)),
    curve=(CurvePoint(5, 1 / 3, 70, 60, 50), CurvePoint(7, 0.1 + 0.2, 98, 80, 70)),
    settings={"hidden_units": [4], "schedule": "linear"},
    unavailable={"silent_samples": "a rate network has no spikes"},
    wall_s={"learning": 0.25}, silent_samples=None, units_in_use=0.75, items=ITEMS, arrays=ARRAYS,
    series={"noise": Series("noise", (0.0, 0.1), "accuracy", (0.875, None), {"layer": "layer_1"})},
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "run", fast(), resume=False)
    yield opened
    opened.close()


def cell(store: Store) -> Path:
    return store.folder / "cells" / "default" / "mlp" / "3"


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    """Every number to the last bit; arrays with their types and shapes, the empty one too."""
    store.write(SPEC, RECORD)
    found = store.read(SPEC)
    assert found == RECORD
    assert found is not None and set(found.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert found.arrays[name].dtype == array.dtype and np.array_equal(found.arrays[name], array)
    assert set(found.items) == set(ITEMS)
    for name, numbers in ITEMS.items():
        assert found.items[name].dtype == numbers.dtype and np.array_equal(found.items[name], numbers)
    assert read_cell(cell(store)) == RECORD


def test_the_curve_is_a_table_too(store: Store) -> None:
    """With a head; every number in full."""
    store.write(SPEC, RECORD)
    assert (cell(store) / "curves.csv").read_text() == (
        "presentations,validation,connections,active_connections,feedback_connections\n"
        "5,0.3333333333333333,70,60,50\n7,0.30000000000000004,98,80,70\n"
    )


def test_equal_records_are_equal_files(store: Store) -> None:
    """No date, no order of chance: written twice, the bytes are the same."""
    store.write(SPEC, RECORD)
    before = {path.name: path.read_bytes() for path in cell(store).iterdir()}
    assert set(before) == {"record.json", "curves.csv", "arrays.npz"}
    store.write(SPEC, replace(RECORD, arrays={name: array.copy() for name, array in ARRAYS.items()}))
    assert before == {path.name: path.read_bytes() for path in cell(store).iterdir()}


def test_arrays_are_not_in_the_readable_record(store: Store) -> None:
    """It stays short."""
    store.write(SPEC, RECORD)
    body = json.loads((cell(store) / "record.json").read_text())["record"]
    assert "values" in body and "arrays" not in body and "items" not in body


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "one bit": lambda content: content[:60] + bytes([content[60] ^ 1]) + content[61:],
    "something else": lambda content: b"PK but no archive",
    "longer": lambda content: content + b"\0",
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_arrays_are_no_cell(store: Store, what: str) -> None:
    """Whatever happened to the file; put back, the cell is whole again."""
    store.write(SPEC, RECORD)
    path = cell(store) / "arrays.npz"
    sound = path.read_bytes()
    path.write_bytes(DAMAGES[what](sound))
    assert path.read_bytes() != sound and store.read(SPEC) is None and read_cell(cell(store)) is None
    path.write_bytes(sound)
    assert store.read(SPEC) == RECORD


@pytest.mark.parametrize("name", ["arrays.npz", "record.json"])
def test_a_cell_that_lacks_a_file_is_no_cell(store: Store, name: str) -> None:
    """Both belong to it."""
    store.write(SPEC, RECORD)
    (cell(store) / name).unlink()
    assert store.read(SPEC) is None


def test_arrays_of_another_cell_are_noticed(store: Store) -> None:
    """Sound by themselves, but not those of this record."""
    store.write(SPEC, RECORD)
    other = replace(SPEC, label="other")
    store.write(other, replace(RECORD, label="other", arrays=ARRAYS | {"confusion": np.eye(2)}))
    content = (cell(store).parent.parent / "other" / "3" / "arrays.npz").read_bytes()
    (cell(store) / "arrays.npz").write_bytes(content)
    assert store.read(SPEC) is None and store.read(other) is not None


def test_a_cell_of_other_settings_is_not_this_one(store: Store) -> None:
    """Read without a specification, it is what it is."""
    store.write(SPEC, RECORD)
    assert store.read(replace(SPEC, presentations=41)) is None
    assert read_cell(cell(store)) == RECORD and asdict(SPEC)["presentations"] is None


def test_python_objects_are_refused_before_anything_is_written(store: Store) -> None:
    """They could only be written with pickle, and read by running what a file says."""
    with pytest.raises(TypeError, match="classes holds Python objects, which only pickle could write"):
        store.write(SPEC, replace(RECORD, arrays={"classes": np.array(["a", 1], dtype=object)}))
    assert not cell(store).exists()
