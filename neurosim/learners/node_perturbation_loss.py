"""``node-perturbation-loss``: hidden layers that hear one number a trial, by how much their noise raised the loss."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.perturbation import draw_noise, noisy_forward, perturbation_gradient
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.checks import check_ranges
from neurosim.learners.ladder import Batch, Ladder
from neurosim.learners.node_perturbation import NOISE
from neurosim.seeding import stream

Array = NDArray[Any]


class NodePerturbationLoss(Ladder):
    r"""Show each sample twice, once with noise in hidden units, and credit the noise with the change of the loss.

    The output layer learns by the delta rule from the pass without noise. With :math:`\xi` of variance
    :math:`\sigma^2` on the inputs of hidden units, and :math:`\Delta E` the sample's loss with noise minus without,

    .. math:: \Delta W_{hidden} \propto - \Delta E \, \frac{\xi}{\sigma^2} x^T

    which is the gradient on average, for small noise (Werfel, Xie and Seung 2005, doi:10.1162/089976605774320539). A
    rung of the ladder: hidden layers are told one scalar a trial, the same for all synapses. That scalar is a real
    number made from the label, so that this learner is told far more than ``node-perturbation`` is with its one bit
    about one guess; and its output layer is told the label.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer.
    activation : {"relu", "sigmoid", "tanh", "identity"}, default="relu"
        Of the hidden layers.
    optimizer : {"adam", "gradient-descent", "momentum", "adagrad", "rmsprop"}, default="adam"
        How a slope becomes a step.
    learning_rate : float, default=0.01
        Size of a step.
    schedule : {"constant", "linear"}, default="linear"
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    batch_size : int, default=8
        Samples a step.
    weight_decay : float, default=0.0001
        Strength of the penalty on squared weights.
    noise : float, default=0.1
        Standard deviation of the noise on the input of each hidden unit.
    initialiser : str, default="he-normal"
        See :mod:`neurosim.ann.initialisers`.
    initial_gain : float, default=1
        Factor on the initial weights.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order and noise.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="node perturbation (noise x change of the loss) in hidden layers, delta rule at the output",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="while learning",
            feedback_bits_per_trial="log2(classes), and a scalar to hidden layers",
            weight_transport=False,
            global_signal=True,
            known_end=True,
        ),
    )

    def __init__(
        self,
        hidden_units: tuple[int, ...] = (100,),
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        schedule: str = "linear",
        batch_size: int = 8,
        weight_decay: float = 0.0001,
        noise: float = 0.1,
        initialiser: str = "he-normal",
        initial_gain: float = 1.0,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.noise = noise
        self.initialiser = initialiser
        self.initial_gain = initial_gain
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _change_hidden(self, batch: Batch) -> None:
        rng = stream(self.seed_, "noise", self.optimizer_state_.n_steps)
        noise = draw_noise(rng, len(batch.x), self._hidden_sizes(), self.noise)
        by_layer = self.parameters_.by_layer
        noisy, _ = noisy_forward(self.layers_, by_layer, batch.x, noise)
        raised = _losses(noisy, batch.target) - _losses(batch.y, batch.target)
        perturbation_gradient(
            self.layers_, by_layer, batch.memories, noise, raised / np.float32(len(raised)), self.noise,
            self.gradients_.by_layer,
        )  # fmt: skip

    def _hidden_counts(self) -> EventCounts:
        # A second pass, whose noise and activations are states; one product for each hidden weight's change.
        n_weights = sum(theta[0].size for theta in self.parameters_.by_layer if theta)
        n_units = sum(self._hidden_sizes()) + len(self.classes_)
        return EventCounts(connections=n_weights, feedback_connections=self._n_hidden_weights(), state_updates=n_units)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_ranges(self, {"noise": NOISE})


def _losses(y: Array, target: Array) -> Array:
    """Give each sample's cross-entropy, shape (n_samples,)."""
    return -np.log(np.maximum((y * target).sum(axis=1), np.finfo(y.dtype).tiny))
