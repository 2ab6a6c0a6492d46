"""``snn-node-perturbation-loss``: spiking hidden neurons hear one number a trial, by how much noise raised the loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax
from neurosim.ann.perturbation import NOISE, draw_noise, sample_losses
from neurosim.coding.noise import TRAINING
from neurosim.data import EventCounts, Traits
from neurosim.learners.hidden_spikes.base import LEDGER, Batch, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.eligibility import input_counts
from neurosim.parameters import bounded
from neurosim.seeding import stream

Array = NDArray[Any]


class SNNNodePerturbationLoss(HiddenSpikesLearner):
    r"""Show each sample twice, once with noise in hidden neurons, and credit the noise with the change of the loss.

    The output layer learns by the delta rule from the presentation without noise. Noise :math:`\xi` of variance
    :math:`\sigma^2` is a current into each hidden neuron, held for the second presentation of the same input spikes.
    With :math:`\Delta E` the sample's loss with noise minus without, and :math:`\hat x` the current for which an
    input's spikes stand, counted over the presentation,

    .. math:: \Delta w_{ij} \propto - \Delta E \, \frac{\xi_j}{\sigma^2} \hat x_i

    (Werfel, Xie and Seung 2005, doi:10.1162/089976605774320539; Fiete and Seung 2006,
    doi:10.1103/PhysRevLett.97.048104). Spikes need no derivative: for Gaussian noise of any size,
    :math:`\Delta E \, \xi / \sigma^2` is on average the gradient of the noise-averaged loss along a neuron's current.
    For biases this is exact; for weights it takes input spikes for a steady current. A rung of the ladder: the hidden
    layer is told one scalar a trial, a real number made from the label, the same for all synapses. The rate counterpart
    is ``node-perturbation-loss``.

    Parameters that are not listed are those of :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner`.

    Parameters
    ----------
    initial_gain : float, optional
        Standard deviation of the initial drive, in units of the threshold; by default 27.5 over the square root of the
        hidden neurons, at most 2.75.
    learning_rate : float, optional
        Of Adam; by default 0.139 over the square root of the hidden neurons.
    batch_size : int, default=16
        Presentations whose weight changes are summed before a step.
    noise : float, default=0.0353
        Standard deviation of the noise on the current of each hidden neuron, in units of the threshold.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="node perturbation (noise x change of the loss) in the hidden layer, delta rule at the output",
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial="log2(classes), and a scalar to the hidden layer"),
    )
    rate_x_root = 0.139
    gain_x_root = 27.5
    highest_gain = 2.75

    batch_size: int = 16
    noise: float = bounded(0.0353, low=NOISE[0], high=NOISE[1])

    def _teach_hidden(self, batch: Batch, error: Array, rate: float) -> EventCounts:
        n_samples, (n_inputs, n_hidden, _) = len(batch.target), self.network_.sizes
        rng = stream(self.seed_, "noise", self.optimizer_state_.n_steps)
        (noise,) = draw_noise(rng, n_samples, (n_hidden,), self.noise)
        noisy = self.present(batch.encoded, TRAINING, batch.keys, noise)
        before, after = ((softmax(shown.outputs) * batch.target).sum(axis=1) for shown in (batch.shown, noisy))
        raised = sample_losses(after) - sample_losses(before)
        credit = (raised / np.float32(n_samples * self.noise**2))[:, None] * noise
        (hidden, hidden_bias), _ = self.gradients_.by_layer
        hidden[:] = self._currents(input_counts(batch.shown, self.timing_, n_inputs)).T @ credit
        hidden_bias[:] = credit.sum(axis=0)
        # The presentation with noise, a count an input, and one product for each hidden weight's change.
        return replace(self._counted(noisy), presentations=0, silent_samples=0) + EventCounts(
            feedback_connections=n_samples * n_inputs * n_hidden,
            state_updates=n_samples * n_hidden,
            trace_updates=len(batch.shown.input_steps),
        )

    def _currents(self, counts: Array) -> Array:
        """Give the steady drives for which spikes of a presentation stand, in units of encoded samples."""
        return counts * np.float32(1e3 / (self.peak_rate_hz * self.presentation_ms))
