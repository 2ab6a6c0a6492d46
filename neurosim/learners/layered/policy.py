r"""What rate networks share that are told one bit a trial: choose an action, hear its reward, credit the choice.

In a trial the softmax output :math:`\pi` draws one action :math:`a` and earns the reward :math:`R`. The output layer's
input follows

.. math:: (R - \bar R) \, \nabla \log \pi_a , \qquad \bar R \leftarrow \bar R + \beta (R - \bar R)

uphill on the expected reward on average (Williams 1992, doi:10.1007/BF00992696), and uphill on the entropy of
:math:`\pi` (Williams and Peng 1991, doi:10.1080/09540099108946587). Actors differ in how hidden layers get their share.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import add_weight_decay
from neurosim.data import EventCounts
from neurosim.learners.actor import Actions, Actor
from neurosim.learners.layered.network import LEDGER, LayeredNetwork
from neurosim.parameters import bounded

Array = NDArray[Any]
REWARD_LEDGER = replace(LEDGER, labels="never", feedback_bits_per_trial="1")


class PolicyActor(LayeredNetwork, Actor):
    """A layered network whose output is a policy.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.network.LayeredNetwork`.

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
        """Write every layer's slope, given that with respect to the softmax's input; shapes (n, n_actions) and (n,)."""

    def _start(self) -> None:
        super()._start()
        # What guessing earns where one action of all is right.
        self.expected_reward_ = 1 / self.n_actions_
        self._seen: list[Array] = []

    def _act(self, X: Array, rng: np.random.Generator) -> Actions:
        policy, memories = self._pass(X, rng)
        ends = policy.cumsum(axis=1, dtype=np.float64)
        drawn = rng.random((len(X), 1)) * ends[:, -1:]
        actions = np.asarray((drawn >= ends).sum(axis=1).clip(max=ends.shape[1] - 1))
        self._seen.append(X)
        self._policy, self._memories, self._actions = policy, memories, actions
        return actions

    def _reinforce(self, rewards: Array) -> None:
        parameters, slopes = self._stepped(self.parameters_), self._stepped(self.gradients_)
        rate = self.rate_at(self.presentations_)
        self._write_slopes(rewards, rate)
        add_weight_decay(parameters, slopes, self.weight_decay)
        optimizer = OPTIMIZERS[self.optimizer]()
        self.optimizer_state_ = optimizer.update(parameters.flat, slopes.flat, self.optimizer_state_, rate)

    def _write_slopes(self, rewards: Array, rate: float) -> None:
        """Write minus the policy gradient of the trials that were acted upon last, at this learning rate."""
        modulator = rewards - np.float32(self.expected_reward_)
        delta = self._policy.copy()
        delta[np.arange(len(delta)), self._actions] -= 1
        delta *= modulator[:, None]
        # Uphill on the policy's entropy: without it an action that was not met in time is never chosen again.
        log_policy = np.log(np.maximum(self._policy, np.finfo(np.float32).tiny))
        entropy = -(self._policy * log_policy).sum(axis=1, keepdims=True)
        delta += np.float32(self.exploration) * self._policy * (log_policy + entropy)
        delta /= np.float32(len(rewards))
        self._descend(delta, modulator)
        self.expected_reward_ += self.baseline_rate * float(modulator.mean())

    def take_counts(self) -> EventCounts:
        seen, self._seen = self._seen, []
        return self._learning_counts(np.concatenate(seen), len(seen)) if seen else EventCounts()

    def _chance(self) -> np.random.Generator:
        return self._step_noise()

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"expected_reward": np.array(self.expected_reward_)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.expected_reward_ = float(state["expected_reward"])
