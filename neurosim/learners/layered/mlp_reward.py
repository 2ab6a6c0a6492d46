"""``mlp-reward``: a multilayer perceptron that is told one bit a trial; the rate partner of ``rstdp``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import backward, forward, weight_matrices
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.counting import backpropagation_counts
from neurosim.learners.layered.policy import REWARD_LEDGER, PolicyActor
from neurosim.learners.rewarded import RewardedClassifier
from neurosim.parameters import bounded

Array = NDArray[Any]


class MLPRewardActor(PolicyActor):
    r"""Choose an action, hear its reward, follow the policy gradient (REINFORCE with a baseline).

    The network's softmax output :math:`\pi` is a policy. In a trial it draws one action :math:`a` and earns the reward
    :math:`R`. It then follows

    .. math:: (R - \bar R) \, \nabla \log \pi_a , \qquad \bar R \leftarrow \bar R + \beta (R - \bar R)

    which goes uphill on the expected reward on average (Williams 1992, doi:10.1007/BF00992696, Eq. 4 and theorem 1).
    Beside the reward, the entropy of :math:`\pi` is worth ``exploration`` (Williams and Peng 1991,
    doi:10.1080/09540099108946587).
    The one bit is broadcast, but each hidden weight's share of it is found by
    backpropagation: the feedback is as poor as that of ``rstdp``, the transport of errors is that of ``mlp``.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.policy.PolicyActor`.

    Parameters
    ----------
    learning_rate : float, default=0.0043
        Size of a step.
    batch_size : int, default=4
        Trials a step.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0
        Probability that a hidden unit is silenced in a training step.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="REINFORCE with a baseline (policy gradient), by backpropagation",
        teacher="reward",
        locality=replace(REWARD_LEDGER, weight_transport=True),
    )

    learning_rate: float = 0.0043
    batch_size: int = 4
    weight_decay: float = 0.001
    dropout: float = bounded(0.0, low=0.0, below=1.0)

    def _pass(self, X: Array, rng: np.random.Generator) -> tuple[Array, list[Any]]:
        return forward(self.layers_, self.parameters_.by_layer, X, rng)

    def _descend(self, delta: Array, modulator: Array) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        backward(self.layers_[:-1], by_layer[:-1], self._memories[:-1], delta, slopes[:-1])

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))


class MLPReward(RewardedClassifier):
    """Guess a class, hear right or wrong, follow the policy gradient.

    All parameters are those of :class:`neurosim.learners.layered.mlp_reward.MLPRewardActor`.
    """

    actor = MLPRewardActor
    bench: ClassVar[str] = "neurosim.learners.layered.bench:RateBench"
