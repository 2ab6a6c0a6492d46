"""``stdp-supervised``: competing neurons wired to classes; a teacher lets only the right class's neurons spike.

First each class's neurons share out its samples among them: competitive STDP within a class. Then the teacher lets all
compete and says right or wrong: the winner moves towards the sample or away from it. With neurons that belong to
classes, this second stage *is* learning vector quantisation, LVQ1 (Kohonen 1990, doi:10.1109/5.58325), carried out by
spikes; with ``retry``, where the teacher then has the right class's best neuron move towards the sample as well, it is
close to LVQ2.1 without its window. Nothing more is claimed for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import TRAINING
from neurosim.coding.vote import vote
from neurosim.data import EventCounts, Traits
from neurosim.learners.competing.class_wired import VETO, WiredLearner
from neurosim.learners.competing.counting import Tally
from neurosim.learners.competing.schedule import between
from neurosim.learners.competing.structures import Lessons
from neurosim.learners.competing.two_stages import LEDGER, TwoStageLearner
from neurosim.snn.networks.onsets import Onsets

Array = NDArray[Any]


class STDPSupervised(TwoStageLearner, WiredLearner):
    """Let each class's own neurons compete for its samples, then correct the winners of a free competition.

    Neuron ``k`` stands for class ``k`` modulo the number of classes before any data. While predicting nobody teaches:
    all neurons compete, and the class whose neurons spike answers.

    All parameters are those of :class:`neurosim.learners.competing.two_stages.TwoStageLearner` and
    :class:`neurosim.learners.competing.class_wired.WiredLearner`. With ``retry``, the sample is shown again with only
    the right class's neurons free.
    """

    answer_population: ClassVar[str] = "neurons"
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
        encoded, tally, first = self.encoder_.encode(X), Tally(), self.presentations_
        if self.network_ is None:
            self._open_network(encoded[0])
        numbers = range(first, first + len(X))
        for rows, onsets in self._onsets(encoded, TRAINING, numbers):
            lessons, compiled = self._lessons(codes[rows], numbers[rows]), self._compiled_trials()
            if compiled is not None:
                n_classes = len(self.classes_)
                compiled.learn_lessons(onsets, lessons, self.unit_classes_, n_classes, self.retry, tally)
                continue
            for row, free in enumerate(lessons.free):
                (self._correct if free else self._teach)(onsets, row, lessons, tally)
        bits = len(X) * float(np.log2(len(self.classes_)))
        told = EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)
        return self._counted(tally, learning=True) + told

    def _lessons(self, codes: NDArray[np.int64], numbers: Sequence[int]) -> Lessons:
        """Say what a teacher does in presentations of these numbers."""
        stages = [self._stage(number) for number in numbers]
        free = np.array([is_free for is_free, _ in stages], bool)
        teaching = (self.learning_rate, self.final_learning_rate)
        correcting = (self.correction_rate, self.final_correction_rate)
        rates = np.array([between(*(correcting if is_free else teaching), share) for is_free, share in stages])
        shares = np.array([share for _, share in stages])
        return Lessons(
            np.ascontiguousarray(codes),
            free,
            rates,
            fading=np.where(free, 0.0, 1.0 if self.horizon_ is None else 1 - shares),
            paces=np.where(free, rates / self.correction_rate, 1.0),
            threshold_steps=self.threshold_correction * rates / self.correction_rate,
        )

    def _teach(self, onsets: Onsets, row: int, lessons: Lessons, tally: Tally) -> None:
        """Let the class's neurons compete among themselves; the winner moves towards the sample."""
        own = self.unit_classes_ == lessons.codes[row]
        response = self._show(onsets, row, tally, np.where(own, 0, VETO), float(lessons.fading[row]))
        tally.add(written=self._network().modulate(float(lessons.rates[row]), 1.0), silent=not response.counts.any())
        self.homeostasis_.share_out(response.counts, own)
        self.homeostasis_.settle(float(response.counts.sum()), 1.0)

    def _conscience_a_spike(self) -> float:
        return self._conscience_of(self.n_neurons)

    def _correct(self, onsets: Onsets, row: int, lessons: Lessons, tally: Tally) -> None:
        """Let all compete; the winner moves towards the sample if it is of the right class, else away from it."""
        network, rate, code = self._network(), float(lessons.rates[row]), lessons.codes[row]
        response = self._show(onsets, row, tally)
        answer = self._answer(response.counts)
        n_written = network.modulate(rate if answer == code else -rate, 1.0)
        tally.add(written=n_written, silent=not response.counts.any())
        self.homeostasis_.settle(float(response.counts.sum()), float(lessons.paces[row]))
        if answer == code:
            return
        step = float(lessons.threshold_steps[row])
        self.homeostasis_.corrections += step * np.minimum(response.counts, 1)
        if self.retry:
            response = self._show(onsets, row, tally, np.where(self.unit_classes_ == code, 0, VETO))
            tally.add(written=network.modulate(rate, 1.0), silent=not response.counts.any())
            self.homeostasis_.corrections -= step * np.minimum(response.counts, 1)

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
