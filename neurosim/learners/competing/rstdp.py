"""``rstdp``: spiking layers that are told one bit a trial, right or wrong, and no label.

Which chooser stands for which class is wired before any data; what a neuron of the first layer stands for is found out
by trying. Every trial the first chooser to spike answers. Then one global signal, the reward minus its running
expectation, meets the eligibilities of both layers: the winner of the first layer has moved its weights towards the
sample or away from it, the chooser's one eligible weight has moved towards the signal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import EXPLORATION, TRAINING
from neurosim.coding.vote import vote
from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import InputError
from neurosim.learners.actor import NO_ACTION, Actions, Actor
from neurosim.learners.competing.class_wired import WiredLearner
from neurosim.learners.competing.counting import chooser_counts
from neurosim.learners.competing.schedule import between
from neurosim.learners.rewarded import RewardedClassifier
from neurosim.parameters import bounded
from neurosim.snn.networks.choosers import DECISION_MS
from neurosim.snn.networks.competition import CompetitiveNetwork, Presentation

Array = NDArray[Any]
FORGETTING = 0.01
"""Share of a bias that a presentation takes away at the end: handicaps then spread trials, not samples."""


class RSTDPActor(WiredLearner, Actor):
    r"""Learn from reward alone, by three-factor rules in two layers.

    With :math:`M = R - \bar R` (:math:`R` is the reward), :math:`x` the presynaptic traces,
    :math:`w` the weights of the neuron that won, and :math:`a` the weight from it to the chooser that answered,

    .. math:: \Delta w = \eta \, (\beta + g M)(x - w), \qquad \Delta a = \alpha \, e \, (M - a), \qquad
              \bar R \leftarrow \bar R + \gamma (R - \bar R)

    The first is the general form of reward-modulated STDP (Fremaux and Gerstner 2016, doi:10.3389/fncir.2015.00085)
    with an unsupervised bias :math:`\beta` that fades as the reward's share :math:`g` grows. The second makes ``a`` the
    reward above average that this choice brings (Rescorla and Wagner 1972). Once the second layer is right, the first
    rule moves a winner towards the sample or away by right and wrong as LVQ1 does, but nobody has told a neuron its
    class.

    Parameters that are not listed are those of :class:`neurosim.learners.competing.class_wired.WiredLearner`.

    Parameters
    ----------
    presentation_ms : float, default=100
        How long a sample is shown; the choosers may go on for 60 ms after it.
    learning_rate, final_learning_rate : float, default=0.5 and 0.079
        Of the first layer, at the start and at the end, exponentially between; without a horizon their geometric mean.
    bias, final_bias : float, default=1 and 0.092
        Part of the first layer's learning that needs no reward, linearly between. The reward's part goes from 0 to 1.
    choice_rate : float, default=0.025
        Learning rate of the second layer.
    exploration : float, default=0.34
        Largest random head start of a chooser while learning, as a share of the way to its threshold.
    baseline_rate : float, default=0.01
        How fast the expected reward follows the rewards.
    threshold_adaptation : float, default=0.124
        By how much of itself a winner's threshold rises above the others, fading to 0 and, later on, soon forgotten.
    epochs : int, default=25
        Passes of ``fit``.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="reward-modulated STDP in two layers (eligibility x reward minus its expectation)",
        teacher="reward",
        locality=Locality(
            local_in_space=False,
            local_in_time=False,
            labels="never",
            feedback_bits_per_trial="1",
            weight_transport=False,
            global_signal=True,
            population_homeostasis=True,
            weight_normalisation=True,
            resets_between_trials=True,
            known_end=True,
        ),
    )

    learning_rate: float = bounded(0.5, low=1e-9, high=1.0)
    final_learning_rate: float = bounded(0.079, low=1e-9, high=1.0)
    bias: float = bounded(1.0, low=0.0, high=1.0)
    final_bias: float = bounded(0.092, low=0.0, high=1.0)
    choice_rate: float = bounded(0.025, low=1e-9, high=1.0)
    exploration: float = bounded(0.34, low=0.0, high=1.0)
    baseline_rate: float = bounded(0.01, low=0.0, high=1.0)
    threshold_adaptation: float = bounded(0.124, low=0.0, high=1.0)
    epochs: int = 25

    def _start(self) -> None:
        super()._start()
        # What guessing earns where one action of all is right.
        self.expected_reward_ = 1 / self.n_actions_

        self._counts, self._n_rewarded = EventCounts(), 0

    def shown(self, X: Array) -> Array:
        return self.encoder_.encode(X)

    def _act(self, X: Array, rng: np.random.Generator) -> Actions:
        if len(X) > 1:
            raise InputError(f"X holds {len(X)} observations; accepted: one at a time, as synapses remember one trial")
        # Drawn before the stimulus sets the same generator to its own numbers.
        head_starts = self.exploration * rng.random(self.n_actions_, dtype=np.float32)
        self._adapt_gain(X[0], self.presentations_)
        self._response = self._show(X[0], TRAINING, self.presentations_, fading=1.0, head_starts=head_starts)
        return np.array([self._chosen(self._response.choices)])

    def _chance(self) -> np.random.Generator:
        return self.stimulus_.chance(EXPLORATION, self.presentations_)

    def take_counts(self) -> EventCounts:
        counts, n = self._counts, self._n_rewarded
        self._counts, self._n_rewarded = EventCounts(), 0
        return counts + EventCounts(presentations=n, feedback_bits=float(n))

    def _conscience_a_spike(self) -> float:
        return self.threshold_adaptation

    def _chosen(self, choices: Array | None) -> int:
        """Give the action whose chooser spiked most, the first of equals, if any did."""
        return NO_ACTION if choices is None or not choices.any() else int(np.argmax(choices))

    def _reinforce(self, rewards: Array) -> None:
        """Turn eligibilities into weight; all that is known of the action is its reward."""
        progress = 0.5 if self.horizon_ is None else min(self.presentations_ / self.horizon_, 1.0)
        modulator = float(rewards[0]) - self.expected_reward_
        self.expected_reward_ += self.baseline_rate * modulator
        network, response, pace = self._network(), self._response, 1 - progress
        network.modulate_choices(self.choice_rate, modulator)
        rate = between(self.learning_rate, self.final_learning_rate, progress)
        bias = self.bias * pace + self.final_bias * progress
        n_written = network.modulate(rate * (bias + progress * modulator), 1.0)
        self.homeostasis_.share_out(response.counts, strength=pace)
        self.homeostasis_.forget(FORGETTING * progress)
        self.homeostasis_.settle(float(response.counts.sum()), rate / self.learning_rate)
        self._counts += self._counted(response, n_written, learning=True)
        self._n_rewarded += 1

    def _new_network(self, weights: Array, choices: Array | None = None) -> CompetitiveNetwork:
        if choices is None:
            choices = np.zeros((self.n_neurons, self.n_actions_))
        thresholds = np.zeros(self.n_neurons)
        return CompetitiveNetwork(
            weights, thresholds, self.presentation_ms, modulated=True, choices=choices, code=self.spike_code
        )

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        responses, counts = self._presented(X)
        n_actions = self.n_actions_
        self._warn_of_failure(np.array([response.counts for response in responses]).reshape(len(X), self.n_neurons))
        choices = np.array([response.choices for response in responses]).reshape(len(X), n_actions)
        return vote(choices, np.arange(n_actions), np.full(n_actions, 1 / n_actions)), counts

    def weights(self) -> dict[str, Array]:
        """Give ``layer_1``, shape (n_inputs, n_neurons), and ``layer_2``, shape (n_neurons, n_actions)."""
        return super().weights() | ({} if self.network_ is None else {"layer_2": self.network_.choices.copy()})

    def _counted(self, response: Presentation, n_written: int = 0, learning: bool = False) -> EventCounts:
        first = super()._counted(response, n_written, learning)
        choices = np.zeros(0, np.int64) if response.choices is None else response.choices
        n_spikes, n_after = (int(response.counts.sum()), int(choices.sum())), round(DECISION_MS)
        second = chooser_counts(
            round(self.presentation_ms) + n_after,
            n_after,
            (self.encoder_.n_inputs, self.n_neurons, self.n_actions_),
            n_spikes,
            int(np.count_nonzero(choices)) if learning else None,
        )
        return replace(first + second, silent_samples=int(n_spikes[1] == 0))

    def _state(self) -> dict[str, Array]:
        state = super()._state() | {"expected_reward": np.array(self.expected_reward_)}
        return state if self.network_ is None else state | {"choices": self.network_.choices.copy()}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.expected_reward_ = float(state["expected_reward"])


class RSTDP(RewardedClassifier):
    """Learn classes from reward alone, by three-factor rules in two layers.

    All parameters are those of :class:`neurosim.learners.competing.rstdp.RSTDPActor`.
    """

    actor = RSTDPActor
    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"
