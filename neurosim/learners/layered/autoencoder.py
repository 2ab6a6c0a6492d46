"""``autoencoder``: one hidden layer that learns by backpropagation to give its input again; the teacher tells nothing.

The unsupervised partner on the gradient side, on the layers of :mod:`neurosim.ann`. Labels serve the read-out of hidden
activity only. With few hidden units the bottleneck decides what is kept; with many, sparsity does: an L1 penalty, or
only the ``n_active`` largest units of a sample (k-sparse autoencoder, Makhzani and Frey 2014, arXiv:1312.5663).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Activate, ActivityPenalty, Dense, KWinners, Layer
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import forward, initial_parameters, named_matrices, zeros_like
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import restored_training, training_arrays, training_step
from neurosim.data import EventCounts, Traits
from neurosim.learners.bitwise import row_by_row
from neurosim.learners.layered.stepping import SteppingLearner
from neurosim.learners.readout import LEDGER, ReadoutLearner
from neurosim.parameters import bounded, named, whole
from neurosim.seeding import stream

Array = NDArray[Any]
SPARSITIES = ("none", "l1", "k-winners")
RECONSTRUCTION_LOSSES = ("mean-squared-error", "binary-cross-entropy")


class Autoencoder(SteppingLearner, ReadoutLearner):
    """Learn to reconstruct samples from a hidden layer; read labels out of that layer.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.stepping.SteppingLearner` and
    :class:`neurosim.learners.readout.ReadoutLearner`.

    Parameters
    ----------
    n_units : int, default=100
        Hidden units; fewer than inputs make a bottleneck.
    encoder : str or callable, default="auto"
        What is reconstructed: by default the values themselves or, where there are fewer than 16 features, Gaussian
        receptive fields over them; see :mod:`neurosim.coding.rates`.
    sparsity : {"k-winners", "l1", "none"}, default="k-winners"
        What keeps hidden activity sparse.
    n_active : int, default=1
        ``"k-winners"``: how many units answer a sample.
    narrowing : float, default=0.5
        ``"k-winners"``: over this share of the horizon, the number that may be active falls exponentially from all to
        ``n_active``; with few from the start, most units would never learn.
    penalty : float, default=0.001
        ``"l1"``: strength of the penalty on the sum of a sample's hidden activity.
    activation : {"relu", "sigmoid", "tanh", "identity"}, default="relu"
        Of the hidden layer. A vote counts activity, so it wants one without negative values.
    loss : {"mean-squared-error", "binary-cross-entropy"}, default="mean-squared-error"
        Between reconstruction (sigmoid outputs) and sample.
    learning_rate : float, default=0.02
        Size of a step.
    weight_decay : float, default=0
        Strength of the penalty on squared weights.
    """

    bench: ClassVar[str] = "neurosim.learners.layered.autoencoder_bench:AutoencoderBench"
    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="backpropagation of the reconstruction error",
        teacher="nothing",
        locality=replace(LEDGER, local_in_space=False, weight_transport=True, global_signal=True),
    )

    unit_length: ClassVar[bool] = False

    n_units: int = whole(100)
    sparsity: str = named("k-winners", SPARSITIES)
    n_active: int = whole(1)
    narrowing: float = bounded(0.5, low=0.0, high=1.0)
    penalty: float = bounded(0.001, low=0.0, high=1e3)
    loss: str = named("mean-squared-error", RECONSTRUCTION_LOSSES)
    learning_rate: float = bounded(0.02, low=1e-9, high=1e3)
    weight_decay: float = bounded(0.0, low=0.0, high=1e3)

    def _start(self) -> None:
        super()._start()
        self.layers_ = self._layers(self.n_active)
        self.parameters_ = initial_parameters(self.layers_, stream(self.seed_, "init"))
        self.gradients_ = zeros_like(self.parameters_)
        self.optimizer_state_ = OPTIMIZERS[self.optimizer]().initial(self.parameters_.flat)

    def layers_at(self, presentations: int) -> tuple[Layer, ...]:
        """Give the layers as they learn after so many presentations, with as many winners as may be active then."""
        return self._layers(self.n_active_at(presentations))

    def _layers(self, n_active: int) -> tuple[Layer, ...]:
        n_in, n = self.encoder_.n_inputs, self.n_units
        sparse: dict[str, tuple[Layer, ...]] = {
            "none": (),
            "l1": (ActivityPenalty(self.penalty),),
            "k-winners": (KWinners(n_active),),
        }
        first: tuple[Layer, ...] = (Dense(n_in, n, self.initialiser), Activate(self.activation))
        return (*first, *sparse[self.sparsity], Dense(n, n_in, self.initialiser), Activate("sigmoid"))

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        encoded, optimizer, n_steps, n_active = self.encoder_.encode(X), OPTIMIZERS[self.optimizer](), 0, 0
        for start in range(0, len(X), self.batch_size):
            batch, number = encoded[start : start + self.batch_size], self.presentations_ + start
            active = self.n_active_at(number)
            self.optimizer_state_, _ = training_step(
                self._layers(active), LOSSES[self.loss], optimizer, self.parameters_, self.gradients_,
                self.optimizer_state_, batch, batch, self.rate_at(number), self.weight_decay,
            )  # fmt: skip
            n_steps += 1
            n_active += active * len(batch)
        n_in = self.encoder_.n_inputs
        n_weights = 2 * n_in * self.n_units
        return EventCounts(
            presentations=len(X),
            connections=len(X) * n_weights,
            # Hidden activity is not re-evaluated for counting: only zeros of the input and losers count as inactive.
            active_connections=int(np.count_nonzero(encoded)) * self.n_units + n_active * n_in,
            # Every weight's own gradient, and the error carried back through the output layer.
            feedback_connections=len(X) * (n_weights + n_weights // 2),
            state_updates=len(X) * (self.n_units + n_in),
            trace_updates=n_steps * sum(vector.size for vector in self.optimizer_state_.vectors),
            weight_writes=n_steps * self.parameters_.flat.size,
        )

    def n_active_at(self, presentations: int) -> int:
        """Give how many hidden units may be active after so many presentations."""
        if self.sparsity != "k-winners":
            return self.n_units
        last = min(self.n_active, self.n_units)
        if self.horizon_ is None or not self.narrowing:
            return last
        progress = min(presentations / (self.narrowing * self.horizon_), 1.0)
        n_active: int = round(self.n_units * (last / self.n_units) ** progress)
        return max(n_active, last)

    def _outputs(self, encoded: Array, layers: tuple[Layer, ...]) -> Array:
        parameters = self.parameters_.by_layer[: len(layers)]
        return row_by_row(lambda block: forward(layers, parameters, block)[0], encoded)

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        # Answering takes the hidden layer only: nothing is reconstructed.
        encoded, weight = self.encoder_.encode(X), self.parameters_.by_layer[0][0]
        return self._outputs(encoded, self.layers_[:-2]), EventCounts(
            presentations=len(X),
            connections=len(X) * weight.size,
            active_connections=int(np.count_nonzero(encoded, axis=0) @ np.count_nonzero(weight, axis=1)),
            state_updates=len(X) * self.n_units,
        )

    def reconstruct(self, X: Array) -> Array:
        """Give encoded samples as the network reconstructs them, shape (n_samples, n_inputs), from 0 to 1."""
        return self._outputs(self.encoder_.encode(self.prepared(X)), self.layers_)

    def loss_value(self, X: Array) -> float:
        """Give the reconstruction loss, averaged over samples, without penalties."""
        return LOSSES[self.loss].value(self.reconstruct(X), self.encoder_.encode(self.prepared(X)))

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_units), and ``layer_2``, back to the inputs."""
        return {name: matrix.copy() for name, matrix in named_matrices(self.parameters_).items()}

    def _state(self) -> dict[str, Array]:
        return super()._state() | training_arrays(self.parameters_, self.optimizer_state_)

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.optimizer_state_ = restored_training(state, self.parameters_, self.optimizer_state_)
