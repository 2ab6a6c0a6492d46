"""``node-perturbation-loss``: hidden layers that hear one number a trial, by how much their noise raised the loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import weight_matrices
from neurosim.ann.perturbation import NOISE, draw_noise, noisy_forward, perturbation_gradient, sample_losses
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import n_units, n_weights
from neurosim.learners.layered.delta_rule import by_delta_rule
from neurosim.learners.layered.network import LEDGER
from neurosim.parameters import bounded

Array = NDArray[Any]


class NodePerturbationLoss(LayeredLearner):
    r"""Show each sample twice, once with noise in hidden units, and credit the noise with the change of the loss.

    The output layer learns by the delta rule from the pass without noise. With :math:`\xi` of variance
    :math:`\sigma^2` on the inputs of hidden units, and :math:`\Delta E` the sample's loss with noise minus without,

    .. math:: \Delta W_{hidden} \propto - \Delta E \, \frac{\xi}{\sigma^2} x^T

    which is the gradient on average, for small noise (Werfel, Xie and Seung 2005, doi:10.1162/089976605774320539). A
    rung of the ladder: hidden layers are told one scalar a trial, the same for all synapses. That scalar is a real
    number made from the label, so that this learner is told far more than ``node-perturbation`` is with its one bit
    about one guess; and its output layer is told the label.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.base.LayeredLearner`.

    Parameters
    ----------
    learning_rate : float, default=0.0128
        Size of a step.
    batch_size : int, default=32
        Samples a step.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    noise : float, default=0.043
        Standard deviation of the noise on the input of each hidden unit.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="node perturbation (noise x change of the loss) in hidden layers, delta rule at the output",
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial="log2(classes), and a scalar to hidden layers"),
    )

    learning_rate: float = 0.0128
    batch_size: int = 32
    weight_decay: float = 0.001
    noise: float = bounded(0.043, low=NOISE[0], high=NOISE[1])

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        found = by_delta_rule(self.layers_, self.parameters_, x, target, self.gradients_)
        noise = draw_noise(self._step_noise(), len(x), tuple(map(int, self.hidden_units)), self.noise)
        by_layer = self.parameters_.by_layer
        noisy, _ = noisy_forward(self.layers_, by_layer, x, noise)
        before, after = ((y * target).sum(axis=1) for y in (found.y, noisy))
        raised = sample_losses(after) - sample_losses(before)
        perturbation_gradient(
            self.layers_, by_layer, found.memories, noise, raised / np.float32(len(raised)), self.noise,
            self.gradients_.by_layer,
        )  # fmt: skip

    def _hidden_counts(self) -> EventCounts:
        # A second pass, whose noise and activations are states; one product for each hidden weight's change.
        matrices = weight_matrices(self.parameters_)
        return EventCounts(
            connections=n_weights(matrices),
            feedback_connections=n_weights(matrices[:-1]),
            state_updates=n_units(matrices),
        )
