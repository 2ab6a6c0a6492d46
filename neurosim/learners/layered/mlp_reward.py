"""``mlp-reward``: a multilayer perceptron that is told one bit a trial; the rate partner of ``rstdp``."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import backward, forward, weight_matrices
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.layered.counting import backpropagation_counts
from neurosim.learners.layered.policy import PolicyLearner

Array = NDArray[Any]


class MLPReward(PolicyLearner):
    r"""Guess a class, hear right or wrong, follow the policy gradient (REINFORCE with a baseline).

    The network's softmax output :math:`\pi` is a policy. In a trial it draws one class :math:`a` and is paid
    :math:`R = 1` if that is the right one, else 0. It then follows

    .. math:: (R - \bar R) \, \nabla \log \pi_a , \qquad \bar R \leftarrow \bar R + \beta (R - \bar R)

    which goes uphill on the expected reward on average (Williams 1992, doi:10.1007/BF00992696, Eq. 4 and theorem 1).
    Beside the reward, the entropy of :math:`\pi` is worth ``exploration`` (Williams and Peng 1991,
    doi:10.1080/09540099108946587). Predictions take the likeliest class.
    The one bit is broadcast, but each hidden weight's share of it is found by
    backpropagation: the feedback is as poor as that of ``rstdp``, the transport of errors is that of ``mlp``.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer.
    activation : {"relu", "sigmoid", "tanh", "identity"}, default="relu"
        Of the hidden layers.
    optimizer : {"adam", "gradient-descent", "momentum", "adagrad", "rmsprop"}, default="adam"
        How a gradient becomes a step.
    learning_rate : float, default=0.0043
        Size of a step.
    schedule : {"constant", "linear"}, default="linear"
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    batch_size : int, default=4
        Trials a step.
    baseline_rate : float, default=0.01
        How fast the expected reward follows the rewards, from each batch's mean.
    exploration : float, default=0.064
        Weight of the policy's entropy beside the reward.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0
        Probability that a hidden unit is silenced in a training step.
    initialiser : str, default="he-normal"
        See :mod:`neurosim.ann.initialisers`.
    initial_gain : float, default=1
        Factor on the initial weights.
    epochs : int, default=40
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order, dropout and guesses.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="REINFORCE with a baseline (policy gradient), by backpropagation",
        teacher="reward",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="never",
            feedback_bits_per_trial="1",
            weight_transport=True,
            global_signal=True,
            known_end=True,
        ),
    )

    def __init__(
        self,
        hidden_units: tuple[int, ...] = (100,),
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 0.0043,
        schedule: str = "linear",
        batch_size: int = 4,
        baseline_rate: float = 0.01,
        exploration: float = 0.064,
        weight_decay: float = 0.001,
        dropout: float = 0.0,
        initialiser: str = "he-normal",
        initial_gain: float = 1.0,
        epochs: int = 40,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            hidden_units=hidden_units, activation=activation, optimizer=optimizer, learning_rate=learning_rate,
            schedule=schedule, batch_size=batch_size, weight_decay=weight_decay, initialiser=initialiser,
            initial_gain=initial_gain, epochs=epochs, n_presentations=n_presentations, random_state=random_state,
        )  # fmt: skip
        self.baseline_rate = baseline_rate
        self.exploration = exploration
        self.dropout = dropout

    def _pass(self, X: Array, rng: np.random.Generator) -> tuple[Array, list[Any]]:
        return forward(self.layers_, self.parameters_.by_layer, X, rng)

    def _descend(self, delta: Array, modulator: Array) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        backward(self.layers_[:-1], by_layer[:-1], self._memories[:-1], delta, slopes[:-1])

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))
