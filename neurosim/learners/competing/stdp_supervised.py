"""``stdp-supervised``: competing neurons wired to classes; a teacher lets only the right class's neurons spike.

First each class's neurons share out its samples among them: competitive STDP within a class. Then the teacher lets all
compete and says right or wrong: the winner moves towards the sample or away from it. With neurons that belong to
classes, this second stage *is* learning vector quantisation, LVQ1 (Kohonen 1990, doi:10.1109/5.58325), carried out by
spikes; with ``retry``, where the teacher then has the right class's best neuron move towards the sample as well, it is
close to LVQ2.1 without its window. Nothing more is claimed for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import TRAINING
from neurosim.coding.vote import vote
from neurosim.data import EventCounts, Traits
from neurosim.learners.competing.class_wired import VETO, WiredLearner
from neurosim.learners.competing.schedule import between
from neurosim.learners.competing.two_stages import LEDGER, TwoStageLearner

Array = NDArray[Any]


class STDPSupervised(TwoStageLearner, WiredLearner):
    """Let each class's own neurons compete for its samples, then correct the winners of a free competition.

    Neuron ``k`` stands for class ``k`` modulo the number of classes before any data. While predicting nobody teaches:
    all neurons compete, and the class whose neurons spike answers.

    All parameters are those of :class:`neurosim.learners.competing.two_stages.TwoStageLearner` and
    :class:`neurosim.learners.competing.class_wired.WiredLearner`. With ``retry``, the sample is shown again with only
    the right class's neurons free.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="competitive STDP within the taught class, then LVQ1 by spikes",
        teacher="label",
        locality=replace(LEDGER, local_in_time=False, resets_between_trials=True),
    )

    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"

    def _start(self) -> None:
        super()._start()
        self.unit_classes_: NDArray[np.int64] = np.arange(self.n_neurons) % len(self.classes_)

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        counts = EventCounts()
        for row, u in enumerate(self.encoder_.encode(X)):
            number, code = self.presentations_ + row, int(codes[row])
            self._adapt_gain(u, number)
            free, progress = self._stage(number)
            counts += (self._correct if free else self._teach)(u, code, number, progress)
        bits = len(X) * float(np.log2(len(self.classes_)))
        return counts + EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)

    def _teach(self, u: Array, code: int, number: int, progress: float) -> EventCounts:
        """Let the class's neurons compete among themselves; the winner moves towards the sample."""
        own = self.unit_classes_ == code
        fading = 1.0 if self.horizon_ is None else 1 - progress
        response = self._show(u, TRAINING, number, np.where(own, 0, VETO), fading)
        rate = between(self.learning_rate, self.final_learning_rate, progress)
        n_written = self._network().modulate(rate, 1.0)
        self.homeostasis_.share_out(response.counts, own)
        self.homeostasis_.settle(float(response.counts.sum()), 1.0)
        return self._counted(response, n_written, learning=True)

    def _conscience_a_spike(self) -> float:
        return self._conscience_of(self.n_neurons)

    def _correct(self, u: Array, code: int, number: int, progress: float) -> EventCounts:
        """Let all compete; the winner moves towards the sample if it is of the right class, else away from it."""
        rate = between(self.correction_rate, self.final_correction_rate, progress)
        network, response = self._network(), self._show(u, TRAINING, number)
        answer = self._answer(response.counts)
        n_written = network.modulate(rate if answer == code else -rate, 1.0)
        self.homeostasis_.settle(float(response.counts.sum()), rate / self.correction_rate)
        counts = self._counted(response, n_written, learning=True)
        if answer == code:
            return counts
        step = self.threshold_correction * rate / self.correction_rate
        self.homeostasis_.corrections += step * np.minimum(response.counts, 1)
        if self.retry:
            response = self._show(u, TRAINING, number, np.where(self.unit_classes_ == code, 0, VETO))
            n_written = network.modulate(rate, 1.0)
            self.homeostasis_.corrections -= step * np.minimum(response.counts, 1)
            counts += self._counted(response, n_written, learning=True)
        return counts

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        activity, counts = self._responses(X)
        self._warn_of_failure(activity)
        even = np.full(len(self.classes_), 1 / len(self.classes_))
        return vote(activity, self.unit_classes_, even), counts

    def _answer(self, counts: Array) -> int | None:
        """Give the class whose neurons spiked most; None if none did."""
        if not counts.any():
            return None
        return int(np.argmax(np.bincount(self.unit_classes_, counts, len(self.classes_))))
