r"""What rate networks share that are told one bit a trial: guess a class, hear right or wrong, credit the guess.

In a trial the softmax output :math:`\pi` draws one class :math:`a` and is paid :math:`R = 1` if that is the right one,
else 0. The output layer's input follows

.. math:: (R - \bar R) \, \nabla \log \pi_a , \qquad \bar R \leftarrow \bar R + \beta (R - \bar R)

uphill on the expected reward on average (Williams 1992, doi:10.1007/BF00992696), and uphill on the entropy of
:math:`\pi` (Williams and Peng 1991, doi:10.1080/09540099108946587). Learners differ in how hidden layers get
their share.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.layered.base import LEDGER, LayeredLearner
from neurosim.parameters import bounded

Array = NDArray[Any]
REWARD_LEDGER = replace(LEDGER, labels="never", feedback_bits_per_trial="1")


class PolicyLearner(LayeredLearner):
    """A layered network whose output is a policy.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.base.LayeredLearner`.

    Parameters
    ----------
    baseline_rate : float, default=0.01
        How fast the expected reward follows the rewards, from each batch's mean.
    exploration : float, default=0.064
        Weight of the policy's entropy beside the reward.
    epochs : int, default=40
        Passes of ``fit``.
    """

    baseline_rate: float = bounded(0.01, low=0.0, high=1.0)
    exploration: float = bounded(0.064, low=0.0, high=1.0)
    epochs: int = 40

    @abstractmethod
    def _pass(self, X: Array, rng: np.random.Generator) -> tuple[Array, list[Any]]:
        """Give the policy and what each layer remembers."""

    @abstractmethod
    def _descend(self, delta: Array, modulator: Array) -> None:
        """Write every layer's slope, given that with respect to the softmax's input; shapes (n, n_classes) and (n,)."""

    def _start(self) -> None:
        super()._start()
        # The reward that guessing earns.
        self.expected_reward_ = 1 / len(self.classes_)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        guesses = self._try(x, self._step_noise())
        # Here the world compares answer and label; only the bit goes on.
        self._follow(guesses, target[np.arange(len(x)), guesses])

    def _try(self, X: Array, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw a class for each sample; keeps what the backward pass needs."""
        self._policy, self._memories = self._pass(X, rng)
        ends = self._policy.cumsum(axis=1, dtype=np.float64)
        drawn = rng.random((len(X), 1)) * ends[:, -1:]
        return np.asarray((drawn >= ends).sum(axis=1).clip(max=ends.shape[1] - 1))

    def _follow(self, guesses: NDArray[np.int64], rewards: Array) -> None:
        """Write minus the policy gradient of the batch; no label enters, only the rewards."""
        modulator = rewards - np.float32(self.expected_reward_)
        chosen = np.eye(self._policy.shape[1], dtype=np.float32)[guesses]
        delta = (self._policy - chosen) * modulator[:, None]
        # Uphill on the policy's entropy: without it a class that was not met in time is never guessed again.
        log_policy = np.log(np.maximum(self._policy, np.finfo(np.float32).tiny))
        entropy = -(self._policy * log_policy).sum(axis=1, keepdims=True)
        delta += np.float32(self.exploration) * self._policy * (log_policy + entropy)
        delta /= np.float32(len(guesses))
        self._descend(delta, modulator)
        self.expected_reward_ += self.baseline_rate * float(modulator.mean())

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        # Labels are never told, not even to an untrained network.
        return EventCounts()

    def _told(self) -> EventCounts:
        return EventCounts(feedback_bits=1.0)

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"expected_reward": np.array(self.expected_reward_)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.expected_reward_ = float(state["expected_reward"])
