"""``stdp-supervised``: competing neurons wired to classes; a teacher lets only the right class's neurons spike.

First each class's neurons share out its samples among them: competitive STDP within a class. Then the teacher lets all
compete and says right or wrong: the winner moves towards the sample or away from it. With neurons that belong to
classes, this second stage *is* learning vector quantisation, LVQ1 (Kohonen 1990, doi:10.1109/5.58325), carried out by
spikes; with ``retry``, where the teacher then has the right class's best neuron move towards the sample as well, it is
close to LVQ2.1 without its window. Nothing more is claimed for it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import TRAINING
from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import out_of_range
from neurosim.learners.competing.class_wired import VETO, WiredLearner
from neurosim.learners.competing.schedule import between, conscience_a_spike, fair_share, stage

Array = NDArray[Any]


class STDPSupervised(WiredLearner):
    """Let each class's own neurons compete for its samples, then correct the winners of a free competition.

    Neuron ``k`` stands for class ``k`` modulo the number of classes before any data. While predicting nobody teaches:
    all neurons compete, and the class whose neurons spike answers.

    Parameters
    ----------
    n_neurons : int, default=100
        Competing neurons, at least one a class.
    encoder : {"auto", "intensity", "population"}, default="auto"
        How values become rates; see :mod:`neurosim.coding.rates`.
    n_fields : int, default=8
        Receptive fields a feature, for population coding.
    spike_code : {"regular", "poisson", "latency"}, default="regular"
        How rates become spikes; see :mod:`neurosim.coding.spike_codes`.
    presentation_ms : float, default=100
        How long a sample is shown.
    input_rate_hz : float, default=20000
        Spikes a second of all inputs together, for a typical sample.
    learning_rate, final_learning_rate : float, default=0.3 and 0.02
        Of the first stage, at its start and its end, exponentially between.
    correction : float, default=0.5
        Share of the presentations that belongs to the second stage. Without a horizon the stages take turns.
    correction_rate, final_correction_rate : float, default=0.05 and 0.002
        Learning rate of the second stage, at its start and its end.
    retry : bool, default=True
        After a wrong or missing answer, show the sample again with only the right class's neurons free.
    threshold : float, default=0.8
        Start value, in units of the first response.
    conscience : float, default=4
        First stage: by how much of itself a threshold would rise for a fair share of spikes, if the spikes of its
        class's others did not lower it; fades to nothing towards the stage's end. See
        :mod:`neurosim.learners.competing.schedule`.
    threshold_correction : float, default=0.002
        Second stage: by how much of itself a wrong winner's threshold rises, and falls that of the neuron that should
        have won.
    spikes_per_sample : float, default=1.2
        All thresholds move up or down together until this many spikes answer a sample: late decisions are good ones.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order and phases.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="competitive STDP within the taught class, then LVQ1 by spikes",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=False,
            labels="while learning",
            feedback_bits_per_trial="log2(classes)",
            weight_transport=False,
            global_signal=True,
            population_homeostasis=True,
            weight_normalisation=True,
            resets_between_trials=True,
            known_end=True,
        ),
    )

    def __init__(
        self,
        n_neurons: int = 100,
        encoder: str = "auto",
        n_fields: int = 8,
        spike_code: str = "regular",
        presentation_ms: float = 100.0,
        input_rate_hz: float = 20_000.0,
        learning_rate: float = 0.3,
        final_learning_rate: float = 0.02,
        correction: float = 0.5,
        correction_rate: float = 0.05,
        final_correction_rate: float = 0.002,
        retry: bool = True,
        threshold: float = 0.8,
        conscience: float = 4.0,
        threshold_correction: float = 0.002,
        spikes_per_sample: float = 1.2,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.n_neurons = n_neurons
        self.encoder = encoder
        self.n_fields = n_fields
        self.spike_code = spike_code
        self.presentation_ms = presentation_ms
        self.input_rate_hz = input_rate_hz
        self.learning_rate = learning_rate
        self.final_learning_rate = final_learning_rate
        self.correction = correction
        self.correction_rate = correction_rate
        self.final_correction_rate = final_correction_rate
        self.retry = retry
        self.threshold = threshold
        self.conscience = conscience
        self.threshold_correction = threshold_correction
        self.spikes_per_sample = spikes_per_sample
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        counts = EventCounts()
        for row, u in enumerate(self.encoder_.encode(X)):
            number, code = self.presentations_ + row, int(codes[row])
            self._adapt_gain(u, number)
            free, progress = self._stage(number)
            counts += (self._correct if free else self._teach)(u, code, number, progress)
        bits = len(X) * float(np.log2(len(self.classes_)))
        return counts + EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)

    def _stage(self, number: int) -> tuple[bool, float]:
        return stage(number, self.horizon_, self.correction)

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
        sharing_out = None if self.horizon_ is None else self.horizon_ * (1 - self.correction or 1)
        return conscience_a_spike(self.conscience, fair_share(sharing_out, self.n_neurons))

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

    def _ranges(self) -> dict[str, tuple[float, float]]:
        rates = ("learning_rate", "final_learning_rate", "correction_rate", "final_correction_rate")
        return super()._ranges() | dict.fromkeys(rates, (1e-9, 1.0)) | {
            "correction": (0.0, 1.0),
            "conscience": (0.0, 1e3),
            "threshold_correction": (0.0, 10.0),
        }  # fmt: skip

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if not isinstance(self.retry, bool | np.bool_):
            raise out_of_range("retry", self.retry, "True or False")
