"""``mlp-reward``: a multilayer perceptron that is told one bit a trial; the rate partner of ``rstdp``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import backward, forward
from neurosim.ann.optimizers import OPTIMIZERS, Optimizer
from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import out_of_range
from neurosim.learners.mlp import MLP
from neurosim.seeding import stream

Array = NDArray[Any]


class MLPReward(MLP):
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
    loss = "cross-entropy"

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
        self.hidden_units = hidden_units
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.baseline_rate = baseline_rate
        self.exploration = exploration
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.initialiser = initialiser
        self.initial_gain = initial_gain
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _start(self) -> None:
        super()._start()
        # The reward that guessing earns.
        self.expected_reward_ = 1 / len(self.classes_)

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        optimizer = OPTIMIZERS[self.optimizer]()
        for start in range(0, len(X), self.batch_size):
            batch = slice(start, start + self.batch_size)
            rng = stream(self.seed_, "noise", self.optimizer_state_.n_steps)
            guesses = self._try(X[batch], rng)
            self._follow(guesses, (guesses == codes[batch]).astype(np.float32))
            self._decay()
            self._step(optimizer, self._rate(self.presentations_ + start))
        counts = self._learning_counts(X, -(-len(X) // self.batch_size))
        return replace(counts, labels=0, feedback_bits=float(len(X)))

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

    def _pass(self, X: Array, rng: np.random.Generator) -> tuple[Array, list[Any]]:
        """Give the policy and what each layer remembers."""
        return forward(self.layers_, self.parameters_.by_layer, X, rng)

    def _descend(self, delta: Array, modulator: Array) -> None:
        """Write every layer's slope, given that with respect to the softmax's input; shapes (n, n_classes) and (n,)."""
        backward(
            self.layers_[:-1], self.parameters_.by_layer[:-1], self._memories[:-1], delta, self.gradients_.by_layer[:-1]
        )

    def _step(self, optimizer: Optimizer, rate: float) -> None:
        """Change the weights by what stands in ``gradients_``."""
        self.optimizer_state_ = optimizer.update(
            self.parameters_.flat, self.gradients_.flat, self.optimizer_state_, rate
        )

    def _decay(self) -> None:
        for theta, gradient in zip(self.parameters_.by_layer, self.gradients_.by_layer, strict=True):
            if theta:
                gradient[0][...] += theta[0].dtype.type(self.weight_decay) * theta[0]

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        return EventCounts()

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"expected_reward": np.array(self.expected_reward_)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.expected_reward_ = float(state["expected_reward"])

    def _check_parameters(self) -> None:
        super()._check_parameters()
        for field in ("baseline_rate", "exploration"):
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 <= value <= 1:
                raise out_of_range(field, value, "a number from 0 to 1")
