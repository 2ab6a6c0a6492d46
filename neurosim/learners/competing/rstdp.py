"""``rstdp``: spiking layers that are told one bit a trial, right or wrong, and no label.

Which chooser stands for which class is wired before any data; what a neuron of the first layer stands for is found out
by trying. Every trial the first chooser to spike answers. Then one global signal, the reward minus its running
expectation, meets the eligibilities of both layers: the winner of the first layer has moved its weights towards the
sample or away from it, the chooser's one eligible weight has moved towards the signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import EXPLORATION, TRAINING
from neurosim.coding.vote import vote
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.actor import NO_ACTION, Actions, Actor, Judge
from neurosim.learners.competing.class_wired import WiredLearner
from neurosim.learners.competing.counting import Tally, chooser_counts
from neurosim.learners.competing.schedule import between
from neurosim.learners.competing.structures import Rewarded
from neurosim.learners.rewarded import RewardedClassifier
from neurosim.parameters import bounded
from neurosim.snn.networks.choosers import DECISION_MS
from neurosim.snn.networks.competition import CompetitiveNetwork

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

    one_at_a_time: ClassVar[bool] = True

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

        self._tally, self._n_rewarded = Tally(), 0

    def shown(self, X: Array) -> Array:
        return self.encoder_.encode(X)

    def _act(self, X: Array, rng: np.random.Generator) -> Actions:
        # Drawn before the stimulus sets the same generator to its own numbers.
        head_starts = np.float32(self.exploration) * rng.random(self.n_actions_, dtype=np.float32)
        if self.network_ is None:
            self._open_network(X[0])
        onsets = self.stimulus_.onsets(X, TRAINING, [self.presentations_])
        shown = self._show(onsets, 0, self._tally, fading=1.0, head_starts=head_starts)
        choices = np.zeros(0) if shown.choices is None else shown.choices
        self._tally.add(choices=choices.sum(), choosers=np.count_nonzero(choices), silent=not choices.any())
        # The first of equals.
        return np.array([int(np.argmax(choices)) if choices.any() else NO_ACTION])

    def _chance(self) -> np.random.Generator:
        return self.stimulus_.chance(EXPLORATION, self.presentations_)

    def attend(self, X: Array, judge: Judge, n_at_once: int = 1) -> None:
        """Act upon observations in their order and learn from what each action brings."""
        encoded, first = self.encoder_.encode(X), self.presentations_
        if self.network_ is None:
            self._open_network(encoded[0])
        compiled, numbers = self._compiled_trials(), range(first, first + len(X))
        if compiled is None:
            super().attend(X, judge, n_at_once)
            return
        expected, one = np.array([self.expected_reward_]), np.empty(1, np.int64)
        n_heard = 0
        for rows, onsets in self._onsets(encoded, TRAINING, numbers):

            def judged(row: int, action: int, start: int = rows.start) -> float:
                nonlocal n_heard
                one[0] = action
                reward = float(judge(slice(start + row, start + row + 1), one)[0])
                n_heard += 1
                return reward

            try:
                compiled.attend(onsets, self._rewarded(numbers[rows]), judged, expected, self._tally)
            finally:
                # Also where the world has raised an error: what was heard before it was learned from.
                self.expected_reward_ = float(expected[0])
                self.presentations_ += n_heard
                self._n_rewarded += n_heard
                n_heard = 0

    def _rewarded(self, numbers: Sequence[int]) -> Rewarded:
        """Say how presentations of these numbers follow their rewards."""
        progress = [self._progress(number) for number in numbers]
        rates = [between(self.learning_rate, self.final_learning_rate, share) for share in progress]
        head_starts = np.float32(self.exploration) * self.stimulus_.rows(EXPLORATION, numbers, self.n_actions_)
        fixed = (self.choice_rate, self.baseline_rate, self.learning_rate, self.bias, self.final_bias, FORGETTING)
        return Rewarded(np.array(progress), np.array(rates), head_starts, *fixed)

    def _progress(self, number: int) -> float:
        return 0.5 if self.horizon_ is None else min(number / self.horizon_, 1.0)

    def take_counts(self) -> EventCounts:
        tally, n = self._tally, self._n_rewarded
        self._tally, self._n_rewarded = Tally(), 0
        return self._counted(tally, learning=True) + EventCounts(presentations=n, feedback_bits=float(n))

    def _conscience_a_spike(self) -> float:
        return self.threshold_adaptation

    def _reinforce(self, rewards: Array) -> None:
        """Turn eligibilities into weight; all that is known of the action is its reward."""
        progress = self._progress(self.presentations_)
        modulator = float(rewards[0]) - self.expected_reward_
        self.expected_reward_ += self.baseline_rate * modulator
        self._n_rewarded += 1
        network, pace = self._network(), 1 - progress
        counts = network.views["n_spikes"]
        network.modulate_choices(self.choice_rate, modulator)
        rate = between(self.learning_rate, self.final_learning_rate, progress)
        step = rate * (self.bias * pace + self.final_bias * progress + progress * modulator)
        self._tally.add(written=network.modulate(step, 1.0))
        self.homeostasis_.share_out(counts, strength=pace)
        self.homeostasis_.forget(FORGETTING * progress)
        self.homeostasis_.settle(float(counts.sum()), rate / self.learning_rate)

    def _new_network(self, weights: Array, choices: Array | None = None) -> CompetitiveNetwork:
        if choices is None:
            choices = np.zeros((self.n_neurons, self.n_actions_))
        thresholds = np.zeros(self.n_neurons)
        return CompetitiveNetwork(
            weights, thresholds, self.presentation_ms, modulated=True, choices=choices, code=self.spike_code
        )

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        activity, choices, tally = self._presented(X)
        tally.add(choices=choices.sum(dtype=np.float64), silent=np.count_nonzero(~choices.any(axis=1)))
        n_actions = self.n_actions_
        self._warn_of_failure(activity)
        scores = vote(choices.reshape(len(X), n_actions), np.arange(n_actions), np.full(n_actions, 1 / n_actions))
        return scores, self._counted(tally, learning=False) + EventCounts(presentations=len(X))

    def weights(self) -> dict[str, Array]:
        """Give ``layer_1``, shape (n_inputs, n_neurons), and ``layer_2``, shape (n_neurons, n_actions)."""
        return super().weights() | ({} if self.network_ is None else {"layer_2": self.network_.choices.copy()})

    def _counted(self, tally: Tally, learning: bool) -> EventCounts:
        n_after = round(DECISION_MS) * tally.presentations
        choosing = chooser_counts(
            round(self.presentation_ms) * tally.presentations + n_after,
            n_after,
            (self.encoder_.n_inputs, self.n_neurons, self.n_actions_),
            (tally.spikes, tally.choices),
            (tally.choosers, tally.presentations) if learning else None,
        )
        return super()._counted(tally, learning) + choosing

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
    answer_population: ClassVar[str] = "choosers"
    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"
