"""``snn-hebb-hidden``: a spiking hidden layer that learns without a teacher, and an output layer that is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax
from neurosim.data import EventCounts, Traits
from neurosim.learners.hidden_spikes.base import LEDGER, Batch, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.eligibility import traces_at_own_spikes
from neurosim.parameters import bounded
from neurosim.snn.networks.hidden_layer import Presentations

Array = NDArray[Any]


class SNNHebbHidden(HiddenSpikesLearner):
    r"""Let hidden neurons compete for samples by their spikes while the output layer learns by the delta rule.

    When hidden neuron j spikes, its weights move towards the inputs' traces :math:`\hat x_i` of that moment, which
    estimate the sample (the instar rule, Grossberg 1976, doi:10.1007/BF00344744). With :math:`n_j` spikes in a
    presentation

    .. math:: \Delta w_{ij} \propto \frac{y_j}{n_j} \sum_{\text{spikes of } j} (L \hat x_i - w_{ij}),
        \qquad y_j = \frac{[n_j > 0] \, e^{n_j/\tau}}{\sum_k [n_k > 0] \, e^{n_k/\tau}}

    where the share :math:`y_j` is a soft competition by spike counts (after SoftHebb, Moraitis et al. 2022,
    doi:10.1088/2634-4386/aca710), and L the length at which weight vectors began. A neuron that does not spike does not
    learn. Hidden biases keep every neuron active on the same share of samples. The label reaches the output layer only:
    hidden weights are the same whatever the labels are. A rung of the ladder: the rate counterpart is ``hebb-hidden``.

    Parameters that are not listed are those of :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner`.

    Parameters
    ----------
    initial_gain : float, optional
        Standard deviation of the initial drive, in units of the threshold; by default 23.5 over the square root of the
        hidden neurons, at most 2.35.
    initial_bias : float, default=0.0
        Initial constant drive, in units of the threshold.
    learning_rate : float, optional
        Of Adam; by default 0.101 over the square root of the hidden neurons.
    batch_size : int, default=8
        Presentations over which weight changes are averaged or summed before a step.
    hidden_rate : float, default=0.154
        Learning rate of the hidden layer, under the same schedule.
    temperature : float, default=0.103
        How softly neurons compete, in spikes; near 0 those with the most spikes take all.
    active_share : float, default=0.377
        Share of the samples on which a hidden neuron is to spike.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="competitive instar STDP in the hidden layer, delta rule at the output",
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial="log2(classes), to the output alone"),
    )
    hidden_by_optimizer = False
    rate_x_root = 0.101
    gain_x_root = 23.5
    highest_gain = 2.35

    initial_bias: float = 0.0
    hidden_rate: float = bounded(0.154, low=1e-9, high=1.0)
    temperature: float = bounded(0.103, low=1e-3, high=1e3)
    active_share: float = bounded(0.377, low=0.0, high=1.0)

    def _teach_hidden(self, batch: Batch, error: Array, rate: float) -> EventCounts:
        shown = batch.shown
        (weights, bias), _ = self.parameters_.by_layer
        hidden_rate = np.float32(self.hidden_rate * (rate / self.first_rate))
        weights += hidden_rate * self._instar_change(shown, weights)
        active = np.mean(shown.counts > 0, axis=0, dtype=np.float32)
        bias += hidden_rate * (np.float32(self.active_share) - active)
        # A trace an input, read at each hidden spike; one change a weight and a share a neuron.
        n_samples, (n_inputs, n_hidden, _) = len(shown.counts), self.network_.sizes
        return EventCounts(
            feedback_connections=len(shown.hidden_steps) * n_inputs,
            state_updates=n_samples * n_hidden,
            trace_updates=n_samples * self.timing_.n_steps * n_inputs,
            weight_writes=(n_inputs + 1) * n_hidden,
        )

    def _instar_change(self, shown: Presentations, weights: Array) -> Array:
        shares = count_shares(shown.counts, self.temperature)
        traces = traces_at_own_spikes(shown, shares / np.maximum(shown.counts, 1), self.timing_, len(weights))
        # Encoded samples have unit length; weights that stand for one get the length at which weights began.
        traces *= self.charge * np.float32(self.first_gain * len(weights) ** 0.5)
        change: Array = (traces - shares.sum(axis=0) * weights) / np.float32(len(shares))
        return change


def count_shares(counts: Array, temperature: float) -> Array:
    """Give each neuron's part in a sample: a softmax of spike counts over those that spiked.

    Parameters
    ----------
    counts : ndarray, shape (n_samples, n_neurons)
        Spikes.
    temperature : float
        In spikes.

    Returns
    -------
    ndarray, shape (n_samples, n_neurons)
        Rows add up to 1, or to 0 where nobody spiked.
    """
    active = counts > 0
    shares = softmax(counts / counts.dtype.type(temperature)) * active
    total = shares.sum(axis=1, keepdims=True)
    return np.asarray(shares / np.where(total > 0, total, 1))
