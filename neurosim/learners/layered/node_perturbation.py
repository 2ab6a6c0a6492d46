"""``node-perturbation``: a multilayer perceptron told one bit a trial, whose hidden units find their share by noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import first_layers, weight_matrices
from neurosim.ann.perturbation import NOISE, draw_noise, noisy_forward, perturbation_gradient
from neurosim.ann.training import add_weight_decay
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.counting import n_weights
from neurosim.learners.layered.policy import REWARD_LEDGER, PolicyActor
from neurosim.learners.rewarded import RewardedClassifier
from neurosim.parameters import bounded, named

Array = NDArray[Any]
HIDDEN = ("learned", "frozen")


class NodePerturbationActor(PolicyActor):
    r"""Choose an action with noisy hidden units, hear its reward, and credit the noise.

    Each hidden unit's input carries Gaussian noise :math:`\xi` of variance :math:`\sigma^2`. The network's softmax
    output :math:`\pi` draws one action :math:`a`, which earns the reward :math:`R`. With :math:`M = R - \bar R`,
    :math:`h` the hidden activities and :math:`x` the input,

    .. math:: \Delta W_{hidden} \propto M \, \frac{\xi}{\sigma^2} x^T , \qquad
              \Delta W_{output} \propto M \, (1_a - \pi) h^T

    This is REINFORCE with Gaussian hidden units and a softmax choice (Williams 1992, doi:10.1007/BF00992696, section
    6): uphill on the expected reward on average. Told is exactly what ``rstdp`` and ``mlp-reward`` are told, one bit
    a trial, broadcast to all synapses as one number; unlike in ``mlp-reward``, nothing is carried back. The price is
    variance: each unit's share is found among the noise of all others.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.policy.PolicyActor`.

    Parameters
    ----------
    hidden : {"learned", "frozen"}, default="learned"
        ``"frozen"`` keeps the random hidden weights, noise included: the control for this learner.
    optimizer : {"adam", "gradient-descent", "momentum", "adagrad", "rmsprop"}, default="adam"
        How a slope becomes a step, in the output layer.
    learning_rate : float, default=0.01
        Size of a step of the output layer.
    hidden_rate : float, default=0.001
        Size of the hidden layers' steps, which follow the slope itself, under the same schedule.
    exploration : float, default=0.2
        Weight of the policy's entropy beside the reward, in the output layer.
    noise : float, default=0.1
        Standard deviation of the noise on the input of each hidden unit.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="node perturbation (noise x reward minus its expectation)",
        teacher="reward",
        locality=REWARD_LEDGER,
    )
    hidden_by_optimizer = False

    hidden: str = named("learned", HIDDEN)
    hidden_rate: float = bounded(0.001, low=1e-9, high=10.0)
    exploration: float = 0.2
    noise: float = bounded(0.1, low=NOISE[0], high=NOISE[1])

    def _pass(self, X: Array, rng: np.random.Generator) -> tuple[Array, list[Any]]:
        self._noise = draw_noise(rng, len(X), tuple(self.hidden_units), self.noise)
        return noisy_forward(self.layers_, self.parameters_.by_layer, X, self._noise)

    def _descend(self, delta: Array, modulator: Array) -> None:
        by_layer, gradients = self.parameters_.by_layer, self.gradients_.by_layer
        self.layers_[-2].backward(by_layer[-2], self._memories[-2], delta, gradients[-2], False)
        if self.hidden == "learned":
            # Noise is credited with the reward, so what is to become small is its negative.
            lost = -modulator / np.float32(len(modulator))
            perturbation_gradient(self.layers_, by_layer, self._memories, self._noise, lost, self.noise, gradients)

    def _write_slopes(self, rewards: Array, rate: float) -> None:
        super()._write_slopes(rewards, rate)
        if self.hidden == "learned":
            # Plain steps: an optimizer that scales slopes by their size would walk on noise as far as on signal.
            hidden, slopes = first_layers(self.parameters_, -2), first_layers(self.gradients_, -2)
            add_weight_decay(hidden, slopes, self.weight_decay)
            hidden.flat[:] -= np.float32(self.hidden_rate * rate / self.learning_rate) * slopes.flat

    def _hidden_counts(self) -> EventCounts:
        if self.hidden == "frozen":
            return EventCounts()
        # One product for each weight's change; nothing is carried back.
        return EventCounts(
            feedback_connections=n_weights(weight_matrices(self.parameters_)[:-1]),
            weight_writes=first_layers(self.parameters_, -2).flat.size,
        )


class NodePerturbation(RewardedClassifier):
    """Guess a class with noisy hidden units, hear right or wrong, and credit the noise.

    All parameters are those of :class:`neurosim.learners.layered.node_perturbation.NodePerturbationActor`.
    """

    actor = NodePerturbationActor
    bench: ClassVar[str] = "neurosim.learners.layered.bench:RateBench"
    frozen_twin: ClassVar[Mapping[str, Any]] = {"hidden": "frozen"}
