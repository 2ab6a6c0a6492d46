"""What a cell keeps for tables and figures: counted by hand, the same whenever it is looked at, and without effect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.compare.protocols import kept_arrays
from neurosim.compare.protocols.kept_arrays import confusion, evenly, first_weights
from neurosim.compare.protocols.work import Budget
from neurosim.data import Dataset, Record, Split
from neurosim.tasks import load_task
from tests.compare.stubs import Recorder, numbered_split, presented, work
from tests.learners.settings import quick


class Known(Recorder):
    """Answers the sample's row modulo two (classes are modulo three); two of four units are active, one on row 2001."""

    def predict(self, X: np.ndarray) -> np.ndarray:
        super().predict(X)
        return X[:, 0].astype(int) % 2

    def activity(self, X: np.ndarray) -> np.ndarray:
        quiet = super().activity(X)
        quiet[:, 1] = X[:, 0]
        quiet[X[:, 0] == 2001, 3] = -1
        return quiet

    def weights(self) -> dict[str, np.ndarray]:
        return {"a": np.arange(8.0).reshape(2, 4), "b": np.zeros((4, 3))}


@pytest.fixture
def record() -> Record:
    return presented(work(Known(), 5, numbered_split(), Budget(100, 4)))


def test_answers_are_kept_sample_by_sample(record: Record) -> None:
    """Rows 2000 to 2011: class by three, answer by two; they agree where both remainders are 0 or both are 1."""
    rows = np.arange(2000, 2012)
    assert record.items["accuracy"].tolist() == (rows % 3 == rows % 2).tolist()
    assert record.value("accuracy") == pytest.approx(4 / 12) == record.items["accuracy"].mean()


def test_the_confusion_matrix_has_true_labels_in_rows_and_answers_in_columns(record: Record) -> None:
    """Each of the three classes has four samples, two with an even row and two with an odd one; nobody answers 2."""
    assert record.arrays["classes"].tolist() == [0, 1, 2]
    assert record.arrays["confusion"].tolist() == [[2, 2, 0], [2, 2, 0], [2, 2, 0]]
    assert np.trace(record.arrays["confusion"]) == record.items["accuracy"].sum()


def test_a_confusion_matrix_by_hand() -> None:
    """Asymmetric, with names; a class that nobody has and one that nobody answers stay as empty lines."""
    classes = np.array(["ant", "bee", "cat", "dog"])
    labels, answers = np.array(["bee", "bee", "ant", "dog", "bee"]), np.array(["cat", "bee", "cat", "dog", "cat"])
    counts = confusion(labels, answers, classes)
    assert counts.tolist() == [[0, 0, 1, 0], [0, 1, 2, 0], [0, 0, 0, 0], [0, 0, 0, 1]]


def test_units_in_use_are_those_active_on_any_sample(record: Record) -> None:
    """A negative activation counts, and one sample is enough."""
    assert record.units_in_use == 0.5
    assert record.arrays["unit_activity"] == pytest.approx([0, 1, 0, 1 / 12])


def test_the_first_test_sample_is_the_one_shown(record: Record) -> None:
    """Its values, its label (2000 modulo 3), its answer and its activations."""
    assert record.arrays["sample"].tolist() == [2000, -2000]
    assert record.arrays["sample_label"].tolist() == [2] and record.arrays["sample_answer"].tolist() == [0]
    assert record.arrays["activations"].tolist() == [0, 2000, 0, 0]


def test_a_rate_network_has_no_silent_samples(record: Record) -> None:
    """None, with a reason, and not 0."""
    assert record.silent_samples is None and record.unavailable["silent_samples"] == "a rate network has no spikes"


def test_weights_of_at_most_100_evenly_spaced_units_are_kept(record: Record) -> None:
    """Of the first layer alone."""
    assert record.arrays["weights"].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    many = first_weights({"layer_1": np.tile(np.arange(250.0), (3, 1)), "layer_2": np.zeros((250, 2))})["weights"]
    assert many[0].tolist() == list(range(0, 250, 3)) and many.shape == (3, 84) and many.dtype == np.float16
    assert first_weights({}) == {}


def test_activity_of_large_test_parts_comes_from_evenly_spaced_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sample among them."""
    monkeypatch.setattr(kept_arrays, "SAMPLES_LOOKED_AT", 5)
    learner = Known()
    presented(work(learner, 5, numbered_split(), Budget(100, 4)))
    assert learner.rows("activity") == [[2000, 2003, 2006, 2009]]


@pytest.mark.parametrize(("n", "at_most", "rows"), [(7, 3, [0, 3, 6]), (6, 6, list(range(6))), (1, 5, [0])])
def test_evenly_spaced_rows(n: int, at_most: int, rows: list[int]) -> None:
    """From the first on, at equal distances, never more than asked for."""
    part = Dataset(np.arange(n)[:, None], np.zeros(n), np.arange(n))
    assert evenly(part, at_most).index.tolist() == rows


@pytest.fixture(scope="module")
def split() -> Split:
    return load_task("iris").split(0, 60)


def run(split: Split, kind: str, **parameters: Any) -> tuple[Any, Record]:
    """Present a few dozen samples of a small task."""
    learner = quick(kind, random_state=3, **parameters)
    return learner, presented(work(learner, 3, split, Budget(120, 2)), kind, kind)


def test_a_spiking_learner_leaves_a_raster_that_agrees_with_its_activity(split: Split) -> None:
    """As many spikes of each neuron as it answers the first sample with, all within the presentation."""
    learner, record = run(split, "stdp")
    arrays = record.arrays
    own = arrays["spike_unit"][arrays["spike_population"] == "neurons"]
    assert np.bincount(own, minlength=20).tolist() == learner.activity(split.test.X[:1])[0].tolist()
    assert len(own) and arrays["spike_times_ms"].min() >= 0 and arrays["spike_times_ms"].max() < 100
    assert dict(zip(arrays["population_names"], arrays["population_sizes"], strict=True))["neurons"] == 20
    assert "activations" not in arrays and record.silent_samples == 0.0


def test_silent_samples_are_counted_where_nobody_spikes(split: Split) -> None:
    """A threshold that no sample reaches, even after all retries: every sample is silent, and no unit is in use."""
    with pytest.warns(UserWarning, match="silent"):
        _, record = run(split, "stdp", threshold=9.0, conscience=0.0)
    assert record.silent_samples == 1.0 and record.units_in_use == 0.0
    assert "neurons" not in record.arrays["spike_population"].tolist()


@pytest.mark.parametrize("kind", ["mlp", "stdp", "rstdp"])
def test_looking_changes_neither_what_was_learned_nor_what_was_counted(split: Split, kind: str) -> None:
    """Weights, thresholds and event counts are the same before and after, and so is what is found."""
    learner, record = run(split, kind)
    before, counted = {name: np.array(value) for name, value in learner._state().items()}, learner.costs()
    target = load_task("iris").signature.target
    again, n_units, in_use = kept_arrays.evidence(
        learner, split, learner.classes_[np.zeros(len(split.test), int)], target
    )
    assert all(np.array_equal(value, learner._state()[name]) for name, value in before.items()) and before
    assert learner.costs() == counted
    assert (n_units, in_use) == (record.n_units, record.units_in_use)
    same = set(record.arrays) - {"confusion", "sample_answer"}
    assert all(np.array_equal(record.arrays[name], again[name]) for name in same) and len(same) >= 5
