"""Learners that remember what they were shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosim.compare.protocols.trials import Trials
from neurosim.compare.protocols.work import Budget, Tell, Work
from neurosim.compare.running.cell import record_of
from neurosim.data import Classes, Costs, Dataset, EventCounts, Locality, Reals, Record, Signature, Split, Traits
from neurosim.metrics.errors_of_numbers import root_mean_squared_error
from neurosim.metrics.right_answers import ACCURACY


class Recorder:
    """Answers the first class; writes down every call with the rows it was given (a sample's value is its row)."""

    def __init__(self, role: str = "learner", random_state: int = 0, batch_size: int = 1) -> None:
        self.batch_size = batch_size
        locality = Locality(True, True, "while learning", "1", False, False)
        self.traits = Traits("rate", "none", "label", locality, role=role)  # type: ignore[arg-type]
        self.calls: list[tuple[str, Any]] = []
        self.learning, self.inference, self.readout = EventCounts(), EventCounts(), EventCounts()

    def rows(self, call: str) -> list[list[int]]:
        """Give the rows of each call of one kind."""
        return [rows for name, rows in self.calls if name == call]

    def begin(self, n_presentations: int | None, classes: Any, n_features: int) -> Recorder:
        self.calls.append(("begin", (n_presentations, list(classes), n_features)))
        self.classes_ = np.array(classes)
        return self

    def begin_for(self, signature: Signature, n_presentations: int | None = None) -> Recorder:
        return self.begin(n_presentations, signature.target.labels, signature.n_features)

    def partial_fit(self, X: np.ndarray, y: np.ndarray) -> Recorder:
        assert np.array_equal(y, X[:, 0].astype(int) % 3)
        self.calls.append(("partial_fit", X[:, 0].astype(int).tolist()))
        n = len(X)
        self.learning += EventCounts(n, connections=7 * n, active_connections=3 * n, feedback_connections=2 * n)
        return self

    def fit_readout(self, X: np.ndarray, y: np.ndarray) -> Recorder:
        self.calls.append(("fit_readout", X[:, 0].astype(int).tolist()))
        self.readout += EventCounts(presentations=len(X))
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        self.calls.append(("predict", X[:, 0].astype(int).tolist()))
        self.inference += EventCounts(presentations=len(X), connections=5 * len(X))
        return np.full(len(X), self.classes_[0])

    def activity(self, X: np.ndarray) -> np.ndarray:
        self.calls.append(("activity", X[:, 0].astype(int).tolist()))
        return np.zeros((len(X), 4))

    def weights(self) -> dict[str, np.ndarray]:
        return {"a": np.zeros((2, 4)), "b": np.zeros((4, 3))}

    def costs(self) -> Costs:
        return Costs(self.learning, self.inference, self.readout)

    def get_params(self) -> dict[str, Any]:
        return {"setting": (1, 2)}


def numbered_split(n_train: int = 30, n_validation: int = 9, n_test: int = 12) -> Split:
    """Make parts whose samples carry their own row: training from 0, validation from 1000, test from 2000."""

    def part(first: int, n: int) -> Dataset:
        rows = np.arange(first, first + n)
        return Dataset(np.column_stack([rows, -rows]).astype(float), rows % 3, rows)

    return Split(part(0, n_train), part(1000, n_validation), part(2000, n_test))


def work(learner: Any, seed: int, split: Split, budget: Budget, tell: Tell | None = None) -> Work:
    """Ask for the classes that occur in a split, judged by accuracy; for numbers, where its labels have fractions."""
    if split.train.labels.dtype.kind == "f":
        asked = Signature(split.train.X.shape[1:], Reals()).learned_from(split.train.labels)
        return Work(learner, split, asked, (root_mean_squared_error(asked),), seed, budget, tell)
    labels = np.unique(np.concatenate([part.labels for part in (split.train, split.validation, split.test)]))
    signature = Signature(split.train.X.shape[1:], Classes(tuple(labels.tolist())))
    return Work(learner, split, signature, (ACCURACY,), seed, budget, tell)


def presented(work: Work, label: str = "row", kind: str = "stub", **fields: Any) -> Record:
    """Run a cell of the protocol ``trials`` with these fields."""
    return record_of(label, kind, work, Trials(**fields).run(work))
