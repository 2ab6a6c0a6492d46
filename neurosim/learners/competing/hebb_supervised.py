"""``hebb-supervised``: rate units wired to classes that learn by a Hebbian rule, with the label while learning.

The rate partner of ``stdp-supervised``, in the same two stages. First each class's units share out its samples among
them (instar rule). Then all compete, and the winner moves towards the sample if it is of the right class, else away
from it: this second stage *is* learning vector quantisation, LVQ1 (Kohonen 1990, doi:10.1109/5.58325), on directions;
with ``retry``, where the right class's best unit then moves towards the sample as well, it is close to LVQ2.1 without
its window. Nothing more is claimed for it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.hebbian import Competitive
from neurosim.coding.vote import vote
from neurosim.data import EventCounts, Traits
from neurosim.learners.bitwise import row_by_row
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.schedule import between
from neurosim.learners.competing.two_stages import LEDGER, TwoStageLearner
from neurosim.parameters import check_whole, whole
from neurosim.seeding import stream

Array = NDArray[Any]
RULE = Competitive()


class HebbSupervised(TwoStageLearner):
    """Let each class's own units compete for its samples, then correct the winners of a free competition.

    Unit ``k`` stands for class ``k`` modulo the number of classes before any data. A threshold is here a handicap on
    the cosine of weights and sample, in units of the largest cosine. Parameters that are not listed are those of
    :class:`neurosim.learners.competing.two_stages.TwoStageLearner`.

    Parameters
    ----------
    n_units : int, default=100
        Competing units, at least one a class.
    learning_rate, final_learning_rate : float, default=0.5 and 0.061
        Of the first stage, at its start and its end, exponentially between.
    correction : float, default=0.7
        Share of the presentations that belongs to the second stage. Without a horizon the stages take turns.
    correction_rate, final_correction_rate : float, default=0.0385 and 0.00185
        Learning rate of the second stage, at its start and its end.
    conscience : float, default=3.23
        First stage: by how much a unit would be handicapped for a fair share of its class's samples, if the wins of its
        class's others did not relieve it; fades to nothing towards the stage's end.
    """

    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"
    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="competitive Hebb within the taught class, then LVQ1",
        teacher="label",
        locality=LEDGER,
    )

    n_units: int = whole(100, least=2, why="one a class")
    learning_rate: float = 0.5
    final_learning_rate: float = 0.061
    correction: float = 0.7
    correction_rate: float = 0.0385
    final_correction_rate: float = 0.00185
    conscience: float = 3.23

    def _start(self) -> None:
        check_whole("n_units", self.n_units, len(self.classes_), "one a class")
        super()._start()
        self.unit_classes_: NDArray[np.int64] = np.arange(self.n_units) % len(self.classes_)
        weights = stream(self.seed_, "init").uniform(0, 1, (self.encoder_.n_inputs, self.n_units))
        # Columns next to each other in memory: a unit's weights change together.
        self.weights_ = np.asfortranarray((weights / np.linalg.norm(weights, axis=0)).astype(np.float32))
        self.homeostasis_ = Homeostasis(self.n_units, 1.0, self._conscience_of(self.n_units), None)

    # -- learning -----------------------------------------------------------------------------------------------

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        n_written, encoded = 0, self.encoder_.encode(X)
        for row, u in enumerate(encoded):
            free, progress = self._stage(self.presentations_ + row)
            n_written += (self._correct if free else self._teach)(u, int(codes[row]), progress)
        return EventCounts(
            presentations=len(X),
            connections=len(X) * self.weights_.size,
            active_connections=int(np.count_nonzero(encoded)) * self.n_units,
            state_updates=len(X) * self.n_units,
            labels=len(X),
            feedback_bits=len(X) * float(np.log2(len(self.classes_))),
            # The conscience is kept for each unit.
            trace_updates=len(X) * self.n_units,
            weight_writes=n_written,
        )

    def _teach(self, u: Array, code: int, progress: float) -> int:
        """Let the class's units compete among themselves; the winner moves towards the sample."""
        own = self.unit_classes_ == code
        fading = 1.0 if self.horizon_ is None else max(1 - progress, 0.0)
        winner = self._winner(self._drive(u, fading), own)
        self.homeostasis_.share_out(self._only(winner), own)
        return self._move(u, winner, between(self.learning_rate, self.final_learning_rate, progress))

    def _correct(self, u: Array, code: int, progress: float) -> int:
        """Let all compete; the winner moves towards the sample if it is of the right class, else away from it."""
        rate = between(self.correction_rate, self.final_correction_rate, progress)
        drive = self._drive(u)
        winner = int(np.argmax(drive))
        if self.unit_classes_[winner] == code:
            return self._move(u, winner, rate)
        step = self.threshold_correction * rate / self.correction_rate
        self.homeostasis_.corrections[winner] += step
        n_written = self._move(u, winner, -rate)
        if self.retry:
            best = self._winner(drive, self.unit_classes_ == code)
            self.homeostasis_.corrections[best] -= step
            n_written += self._move(u, best, rate)
        return n_written

    def _drive(self, u: Array, fading: float = 0.0) -> Array:
        """Give each unit's cosine with a sample less its handicap, which is in units of the largest cosine."""
        drive: Array = self._less_handicap(RULE.scores(self.weights_, u[None]), fading)[0]
        return drive

    def _less_handicap(self, scores: Array, fading: float) -> Array:
        handicap = (self.homeostasis_.thresholds(fading) - 1).astype(scores.dtype)
        drive: Array = scores - np.abs(scores).max(axis=-1, keepdims=True) * handicap
        return drive

    def _winner(self, drive: Array, among: NDArray[np.bool_]) -> int:
        return int(np.argmax(np.where(among, drive, -np.inf)))

    def _only(self, unit: int) -> Array:
        counts = np.zeros(self.n_units, np.float32)
        counts[unit] = 1
        return counts

    def _move(self, u: Array, unit: int, rate: float) -> int:
        self.weights_[:, unit] += np.float32(rate) * (u - self.weights_[:, unit])
        return len(u)

    # -- answering ----------------------------------------------------------------------------------------------

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        encoded, n_classes = self.encoder_.encode(X), len(self.classes_)
        even = np.full(n_classes, 1 / n_classes)
        return vote(self._answers(encoded), self.unit_classes_, even), self._evaluated(encoded)

    def _activity(self, X: Array) -> Array:
        """Give 1 for the winner, 0 for all others."""
        return self._answers(self.encoder_.encode(X))

    def _answers(self, encoded: Array) -> Array:
        def answer(u: Array) -> Array:
            drive = self._less_handicap(RULE.scores(self.weights_, u), 0.0)
            return np.eye(self.n_units, dtype=np.float32)[drive.argmax(axis=-1)]

        return row_by_row(answer, encoded)

    def _evaluated(self, encoded: Array) -> EventCounts:
        return EventCounts(
            presentations=len(encoded),
            connections=len(encoded) * self.weights_.size,
            active_connections=int(np.count_nonzero(encoded, axis=0) @ np.count_nonzero(self.weights_, axis=1)),
            state_updates=len(encoded) * self.n_units,
        )

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_units), in units of the encoded sample."""
        return {"layer_1": self.weights_.copy("C")}

    # -- keeping ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Array]:
        return {"weights": self.weights_, **self.homeostasis_.arrays()}

    def _restore(self, state: dict[str, Array]) -> None:
        self.weights_ = np.array(state["weights"], order="F")
        self.homeostasis_.restore(state)
