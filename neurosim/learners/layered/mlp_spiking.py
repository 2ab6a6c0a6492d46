"""``mlp-spiking``: a trained multilayer perceptron carried over to integrate-and-fire neurons; a test of the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.ann.activations import softmax
from neurosim.ann.layers import Activate
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import bias_vectors, first_layers, loss_gradient, weight_matrices
from neurosim.data import EventCounts, Traits
from neurosim.errors import out_of_range
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import answering_counts, backpropagation_counts, n_weights
from neurosim.learners.layered.network import LEDGER
from neurosim.learners.roles import not_read_out
from neurosim.parameters import bounded, layer_sizes
from neurosim.seeding import stream
from neurosim.snn.networks.integrators import DT_MS, INPUT_RATE_HZ, STEPS_A_SECOND, IntegratorNetwork, Presentations

Array = NDArray[Any]
LOOKED_AT = 2000
"""Training samples at most whose activations give the scales."""


class MLPSpiking(LayeredLearner):
    r"""Learn as ``mlp`` does, then answer with spikes.

    Each rectified linear unit becomes a neuron that integrates without a leak and whose reset subtracts the threshold,
    so that its rate is the unit's activation; biases become constant drives. With :math:`\lambda_l` a high percentile
    of layer :math:`l`'s activations on training samples, a neuron at :math:`\lambda_l` spikes once a step:

    .. math:: W_l \leftarrow W_l \lambda_{l-1} / \lambda_l, \qquad b_l \leftarrow b_l / \lambda_l

    (Diehl et al. 2015, doi:10.1109/IJCNN.2015.7280696, data-based normalisation; Rueckauer et al. 2017,
    doi:10.3389/fnins.2017.00682, percentiles, biases and reset by subtraction; the scaling as in their toolbox).
    Inputs send regular spikes; outputs only integrate, and their potential over the time is the perceptron's output in
    the limit.

    A test of the code, not a finding about spikes: the error of the conversion goes to zero with simulated time by
    construction. With ``membrane_ms`` the neurons leak, which their weights do not make up for.

    What is converted is a rectified network. Parameters that are not listed are those of
    :class:`neurosim.learners.layered.base.LayeredLearner`; activation, optimizer, initialiser and initial gain are not
    to be chosen.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer, at least one layer.
    presentation_ms : float, default=100
        Simulated time a sample, in steps of 1 ms.
    percentile : float, default=99.9
        Of a layer's activations; what lies above cannot be told from it.
    membrane_ms : float, optional
        Time constant of hidden neurons; by default they do not leak.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0.2
        Probability that a hidden unit is silenced in a training step.
    """

    # Converted from a network that learned by backpropagation: no spike ever changes a weight.
    bench: ClassVar[str] = ""
    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="backpropagation in rate units, then carried over to spikes (a test of the code, not a finding)",
        teacher="label",
        locality=replace(LEDGER, weight_transport=True, weight_normalisation=True, resets_between_trials=True),
        role="control",
    )

    hidden_units: tuple[int, ...] = layer_sizes((100,), some=True)
    activation: str = field(default="relu", init=False)
    optimizer: str = field(default="adam", init=False)
    initialiser: str = field(default="he-normal", init=False)
    initial_gain: float = field(default=1.0, init=False)
    presentation_ms: float = bounded(100.0, low=1.0, high=100_000.0)
    percentile: float = bounded(99.9, low=1.0, high=100.0)
    membrane_ms: float | None = bounded(None, low=1.0, high=1e6)
    weight_decay: float = 0.001
    dropout: float = bounded(0.2, low=0.0, below=1.0)

    def _start(self) -> None:
        super()._start()
        sizes = (self.n_features_in_, *self.hidden_units, len(self.classes_))
        self.network_ = IntegratorNetwork(sizes, self.membrane_ms)
        self.phases_ = stream(self.seed_, "encoding").random(self.n_features_in_, dtype=np.float32)
        self.scales_: Array = np.zeros(0)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        rng = self._step_noise() if self.dropout else None
        loss_gradient(self.layers_, LOSSES[self.loss], by_layer, x, target, slopes, rng)

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        counts = super()._fit_readout(X, codes)
        seen = X[:: -(-len(X) // LOOKED_AT)]
        activated = [number for number, layer in enumerate(self.layers_[:-1]) if isinstance(layer, Activate)]
        hidden = [self._outputs(seen, self.layers_[: number + 1]) for number in activated]
        # A layer that is hardly ever active takes its largest activation, one that never is any number.
        self.scales_ = np.array([np.percentile(a, self.percentile) or a.max() or 1.0 for a in hidden], np.float64)
        below = answering_counts(seen, first_layers(self.parameters_, -2), self.activation)
        return counts + replace(below, presentations=0)

    def predict_over_time(self, X: ArrayLike, times_ms: Sequence[float]) -> Array:
        """Give the labels that the network would have answered at several times of one presentation.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Samples.
        times_ms : sequence of float
            Since the onset, growing, each 1 or more.

        Returns
        -------
        ndarray, shape (n_times, n_samples)
        """
        steps = [round(time / DT_MS) for time in times_ms]
        if not steps or steps[0] < 1 or sorted(set(steps)) != steps:
            raise out_of_range("times_ms", list(times_ms), "growing times, the first 1 or more")
        return self.classes_[self._run(self.prepared(X), steps).potentials.argmax(axis=2)]

    def perceptron_proba(self, X: ArrayLike) -> Array:
        """Give the class probabilities of the perceptron itself, shape (n_samples, n_classes)."""
        return self._outputs(self.prepared(X))

    def _run(self, X: Array, n_steps: Sequence[int]) -> Presentations:
        if not len(self.scales_):
            raise not_read_out(self)
        matrices, above = weight_matrices(self.parameters_), [*self.scales_, 1.0]
        # An input of 1 sends less than a spike a step; a neuron at its layer's scale sends one.
        below = [STEPS_A_SECOND / INPUT_RATE_HZ, *self.scales_]
        weights = [w * np.float32(low / high) for w, low, high in zip(matrices, below, above, strict=True)]
        biases = [b / np.float32(high) for b, high in zip(bias_vectors(self.parameters_), above, strict=True)]
        self.network_.load(weights, biases)
        return self.network_.present(X, self.phases_, n_steps)

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        n_steps = self._n_steps()
        found = self._run(X, [n_steps])
        sizes = self.network_.sizes
        n_spikes = [int(count.sum()) for count in found.counts]
        deliveries = sum(n * size for n, size in zip([found.n_input_spikes, *n_spikes], sizes[1:], strict=True))
        counts = EventCounts(
            presentations=len(X),
            connections=len(X) * n_steps * n_weights(weight_matrices(self.parameters_)),
            active_connections=deliveries,
            spike_deliveries=deliveries,
            state_updates=len(X) * n_steps * sum(sizes),
            input_spikes=found.n_input_spikes,
            spikes=sum(n_spikes),
            silent_samples=int((found.counts[-1].sum(axis=1) == 0).sum()),
        )
        return softmax(found.potentials[0].astype(np.float64) / n_steps), counts

    def _activity(self, X: Array) -> Array:
        return self._run(X, [self._n_steps()]).counts[-1]

    def _n_steps(self) -> int:
        return round(self.presentation_ms / DT_MS)

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"scales": self.scales_}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.scales_ = np.array(state["scales"])
