"""What the learners with a spiking hidden layer share: everything but how the hidden layer learns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.ann.activations import softmax
from neurosim.ann.network import Parameters, last_layers, zeros_like
from neurosim.ann.optimizers import State, adam
from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise
from neurosim.data import EventCounts, Locality, SampleSpikes
from neurosim.learners.diagnosis import warn_of_failure
from neurosim.learners.encoded import EncodedLearner
from neurosim.learners.hidden_spikes.counting import output_fitting_counts, output_step_counts, presentation_counts
from neurosim.learners.hidden_spikes.output_layer import filtered_spikes, fit_output, output_changes, softmax_error
from neurosim.learners.noise_rows import noise_rows
from neurosim.learners.roles import Classifier
from neurosim.learners.schedules import SCHEDULES, scheduled
from neurosim.parameters import bounded, named, whole
from neurosim.seeding import noise_words, sample_key, stream
from neurosim.snn.networks.hidden_layer import DT_MS, HIGHEST_RATE_HZ, HiddenLayerNetwork, Presentations, Timing

Array = NDArray[Any]
HIDDEN = ("learned", "frozen")
LEDGER = Locality(
    local_in_space=False,
    local_in_time=True,
    labels="while learning",
    feedback_bits_per_trial="log2(classes)",
    weight_transport=False,
    global_signal=True,
    resets_between_trials=True,
    known_end=True,
)
"""That of a delta rule at the output; learners say where theirs differs."""
MANY = 20
"""Samples from which on a silent hidden layer is a failure; a few hidden neurons are silent for whole classes."""
BLOCK = 64
"""Samples that are run between two looks at the recorders while predicting."""


@dataclass(frozen=True)
class Batch:
    """Presentations whose weight changes are summed before a step.

    Attributes
    ----------
    encoded : ndarray, shape (n_samples, n_inputs)
        What the inputs' rates stand for.
    keys : sequence of int
        Which presentations these are; they fix the inputs' phases.
    target : ndarray, shape (n_samples, n_outputs)
        What the softmax of the outputs should be; rows add up to 1.
    shown : Presentations
        What the network did.
    """

    encoded: Array
    keys: Sequence[int]
    target: Array
    shown: Presentations


class HiddenSpikesNetwork(EncodedLearner):
    """Run samples through a spiking network; teach its output by the delta rule, its hidden layer by the subclass.

    Filtered hidden spikes times the error of each output, softmax probability minus target, move the output's weights
    by Adam, whose two moments are kept at the synapse. Not local are that error, which needs all outputs and the label;
    the end of the presentation, at which it is formed; the sum of changes over a batch.

    The forward dynamics run step by step in the engine. What synapses build up on the way is formed after the
    presentation from recorded spikes and potentials, with the same result
    (:mod:`neurosim.learners.hidden_spikes.eligibility`).

    Parameters that are not listed are those of :class:`neurosim.learners.encoded.EncodedLearner`.

    Parameters
    ----------
    n_hidden : int, default=100
        Hidden neurons.
    hidden : {"learned", "frozen"}, default="learned"
        ``"frozen"`` keeps the random hidden weights and trains the output alone: the control for this learner.
    peak_rate_hz : float, default=1300
        Spikes a second of an input that alone makes up a sample (encoded samples have unit length); at most 900 are
        sent by one neuron.
    presentation_ms : float, default=50
        How long a sample is shown.
    membrane_ms : float, default=20
        Time constant of hidden potentials.
    output_ms : float, default=100
        Time constant of the outputs.
    initial_gain : float, optional
        Standard deviation of the initial drive, in units of the threshold; by default 10 over the square root of the
        hidden neurons, at most 1.5.
    initial_bias : float, default=0.3
        Initial constant drive, in units of the threshold.
    learning_rate : float, optional
        Of Adam; by default 0.1 over the square root of the hidden neurons.
    schedule : {"constant", "linear"}, default="linear"
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    batch_size : int, default=8
        Presentations whose weight changes are summed before a step.
    """

    frozen_twin: ClassVar[Mapping[str, Any]] = {"hidden": "frozen"}
    """Parameters of this learner's control: the same network, whose hidden layer stays as it began."""
    hidden_by_optimizer: ClassVar[bool] = True
    """Whether Adam takes the steps of the hidden layer, as it does at the output."""
    rate_x_root: ClassVar[float] = 0.1
    """Default learning rate times the square root of the hidden neurons: a sum of n weights moves as the root of n."""
    gain_x_root: ClassVar[float] = 10.0
    """Default initial gain times the square root of the hidden neurons: wide layers start sparsely."""
    highest_gain: ClassVar[float] = 1.5
    """Where the default initial gain of narrow layers ends."""

    n_hidden: int = whole(100)
    hidden: str = named("learned", HIDDEN)
    peak_rate_hz: float = bounded(1300.0, low=1.0, high=1e6)
    presentation_ms: float = bounded(50.0, low=2.0, high=10_000.0)
    membrane_ms: float = bounded(20.0, low=1.0, high=10_000.0)
    output_ms: float = bounded(100.0, low=1.0, high=1e6)
    initial_gain: float | None = bounded(None, low=0.0, high=1e3)
    initial_bias: float = bounded(0.3, low=-1e3, high=1e3)
    learning_rate: float | None = bounded(None, low=1e-9, high=10.0)
    schedule: str = named("linear", SCHEDULES)
    batch_size: int = 8

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """How many output units there are."""

    @abstractmethod
    def targets(self, asked: Array) -> Array:
        """Give what the outputs' softmax should be where this is asked, shape (n_samples, n_outputs), float32."""

    @abstractmethod
    def _teach_hidden(self, batch: Batch, error: Array, rate: float) -> EventCounts:
        """Write the hidden layer's gradients, or move it where no optimizer does; give what that cost.

        Parameters
        ----------
        batch : Batch
            What was shown.
        error : ndarray, shape (n_samples, n_outputs)
            Gradient of the batch's mean loss with respect to the output potentials.
        rate : float
            Of Adam at this moment.
        """

    def _start(self) -> None:
        super()._start()
        self.timing_ = Timing(self.presentation_ms, self.membrane_ms, self.output_ms)
        sizes = (self.encoder_.n_inputs, self.n_hidden, self.n_outputs)
        self.network_ = HiddenLayerNetwork(*sizes, self.timing_)
        self.noise_ = PresentationNoise(noise_words(self.seed_))
        n_inputs, n_hidden, n_outputs = sizes
        shapes = (((n_inputs, n_hidden), (n_hidden,)), ((n_hidden, n_outputs), (n_outputs,)))
        n_numbers = (n_inputs + 1) * n_hidden + (n_hidden + 1) * n_outputs
        self.parameters_ = Parameters(np.zeros(n_numbers, np.float32), shapes)
        self.gradients_ = zeros_like(self.parameters_)
        self._draw(stream(self.seed_, "init"))
        self.optimizer_state_: State = adam().initial(self._optimized(self.parameters_).flat)

    def _draw(self, rng: np.random.Generator) -> None:
        """Draw initial weights."""
        (weights, bias), (output, _) = self.parameters_.by_layer
        # Encoded samples have unit length, so the drive's standard deviation over neurons is the gain itself.
        weights[:] = rng.normal(0, self.first_gain, weights.shape)
        bias[:] = self.initial_bias
        output[:] = rng.normal(0, self.n_hidden**-0.5, output.shape)

    def _optimized(self, parameters: Parameters) -> Parameters:
        """Give the part that the optimizer steps."""
        return parameters if self.hidden == "learned" and self.hidden_by_optimizer else last_layers(parameters, 1)

    def _learn(self, X: Array, targets: Array) -> EventCounts:
        counts = EventCounts()
        encoded, wanted = self.encoder_.encode(X), self.targets(targets)
        for start in range(0, len(X), self.batch_size):
            batch = slice(start, start + self.batch_size)
            first = self.presentations_ + start
            keys = range(first, first + len(encoded[batch]))
            shown = self.present(encoded[batch], TRAINING, keys)
            counts += self._counted(shown)
            counts += self.step(Batch(encoded[batch], keys, wanted[batch], shown), self.rate_at(first))
        return counts

    def step(self, batch: Batch, rate: float) -> EventCounts:
        """Learn from presentations as they were, in one step.

        Parameters
        ----------
        batch : Batch
            What was shown.
        rate : float
            Of Adam.

        Returns
        -------
        EventCounts
            What that took, beyond the presentations.
        """
        error = softmax_error(batch.shown.outputs, batch.target)
        _, (output, output_bias) = self.gradients_.by_layer
        output[:], output_bias[:] = output_changes(filtered_spikes(batch.shown, self.timing_), error, self.timing_)
        stepped = self._optimized(self.parameters_).flat
        counts = output_step_counts(len(batch.target), self.network_.sizes, stepped.size, self._told())
        if self.hidden == "learned":
            counts += self._teach_hidden(batch, error, rate)
        slopes = self._optimized(self.gradients_).flat
        self.optimizer_state_ = adam().update(stepped, slopes, self.optimizer_state_, rate)
        return counts

    @property
    def charge(self) -> np.float32:
        """The potential that a spike brings over a weight of 1: a steady input u then drives to w u."""
        return np.float32(1e3 / (self.peak_rate_hz * self.membrane_ms))

    def present(self, encoded: Array, purpose: int, keys: Sequence[int], drives: Array | None = None) -> Presentations:
        """Show encoded samples one after the other, at the weights of this moment.

        Parameters
        ----------
        encoded : ndarray, shape (n_samples, n_inputs)
            What the inputs' rates stand for.
        purpose, keys : int, sequence of int
            Which phases the inputs take; see :class:`neurosim.coding.noise.PresentationNoise`.
        drives : ndarray, shape (n_samples, n_hidden), optional
            Currents into hidden neurons, held for a presentation, in units of the threshold.

        Returns
        -------
        Presentations
        """
        (hidden, hidden_bias), (output, output_bias) = self.parameters_.by_layer
        self.network_.load(hidden, hidden_bias, output, output_bias, self.charge)
        rates = np.minimum(encoded * np.float32(self.peak_rate_hz), np.float32(HIGHEST_RATE_HZ))
        phases = noise_rows(self.noise_, purpose, keys, rates.shape[1])
        return self.network_.present(rates, phases, drives)

    def _shown_in_blocks(self, X: Array) -> tuple[Array, Array, Array, EventCounts]:
        """Give outputs, spike counts and filtered spikes of samples, and what they cost."""
        _, n_hidden, n_outputs = self.network_.sizes
        outputs, activity, filtered = (np.empty((len(X), n), np.float32) for n in (n_outputs, n_hidden, n_hidden))
        counts, encoded = EventCounts(), self.encoder_.encode(X)
        for start in range(0, len(X), BLOCK):
            rows = slice(start, start + BLOCK)
            shown = self.present(encoded[rows], PREDICTION, [sample_key(x) for x in X[rows]])
            outputs[rows], activity[rows] = shown.outputs, shown.counts
            filtered[rows] = filtered_spikes(shown, self.timing_)
            counts += self._counted(shown)
        return outputs, activity, filtered, counts

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        # A trained network has learned its output; an untrained one gets it here, over its random hidden layer.
        if self.presentations_:
            return EventCounts()
        _, _, filtered, counts = self._shown_in_blocks(X)
        output = last_layers(self.parameters_, 1)
        wanted = self.targets(targets)
        n_steps = fit_output(output, filtered, wanted, self.timing_, self._output_batches(len(X)))
        return counts + output_fitting_counts(self.epochs * len(X), n_steps, self.network_.sizes, self._told())

    def _output_batches(self, n_samples: int) -> Iterator[tuple[NDArray[np.int64], float]]:
        for epoch in range(self.epochs):
            order = stream(self.seed_, "readout", epoch).permutation(n_samples)
            rate = self.first_rate * (1 - epoch / self.epochs if self.schedule == "linear" else 1)
            for start in range(0, n_samples, self.batch_size):
                yield order[start : start + self.batch_size], rate

    def _shares(self, X: Array) -> tuple[Array, EventCounts]:
        """Give each output's share in the answer to a sample, its softmax, and what that cost."""
        outputs, activity, _, counts = self._shown_in_blocks(X)
        if len(X) >= MANY and np.mean(activity.sum(axis=1) == 0) > 0.9:
            warn_of_failure(activity, "raise initial_bias or initial_gain", "", learned=False)
        return softmax(outputs.astype(np.float64)), counts

    def _activity(self, X: Array) -> Array:
        return self._shown_in_blocks(X)[1]

    def spikes(self, X: ArrayLike) -> SampleSpikes:
        """Give all spikes that answer one sample, shape (1, ...)."""
        one = self.prepared(X)[:1]
        shown = self.present(self.encoder_.encode(one), PREDICTION, [sample_key(one[0])])
        n_inputs, n_hidden, _ = self.network_.sizes
        steps = np.concatenate([shown.input_steps, shown.hidden_steps])
        units = np.concatenate([shown.input_indices, shown.hidden_indices])
        names = np.repeat(["inputs", "hidden"], [len(shown.input_steps), len(shown.hidden_steps)])
        return SampleSpikes(steps * DT_MS, units, names, {"inputs": n_inputs, "hidden": n_hidden})

    def weights(self) -> dict[str, Array]:
        """Give ``layer_1``, in units of the encoded sample, and ``layer_2``, in units of potential a spike."""
        (hidden, _), (output, _) = self.parameters_.by_layer
        return {"layer_1": hidden.copy(), "layer_2": output.copy()}

    @property
    def first_gain(self) -> float:
        """Standard deviation of the initial drive, in units of the threshold."""
        if self.initial_gain is not None:
            return self.initial_gain
        gain: float = self.gain_x_root / self.n_hidden**0.5
        return min(self.highest_gain, gain)

    @property
    def first_rate(self) -> float:
        """Learning rate of the first presentation."""
        return self.rate_x_root / self.n_hidden**0.5 if self.learning_rate is None else self.learning_rate

    def rate_at(self, presentations: int) -> float:
        """Give the learning rate after so many presentations."""
        return scheduled(self.schedule, self.first_rate, presentations, self.horizon_)

    def _counted(self, shown: Presentations) -> EventCounts:
        return presentation_counts(shown, self.network_.sizes, self.timing_)

    def _state(self) -> dict[str, Array]:
        first, second = self.optimizer_state_.vectors
        return {
            "parameters": self.parameters_.flat,
            "optimizer_steps": np.array(self.optimizer_state_.n_steps),
            "optimizer_first": first,
            "optimizer_second": second,
        }

    def _restore(self, state: dict[str, Array]) -> None:
        self.parameters_.flat[:] = state["parameters"]
        vectors = (state["optimizer_first"].copy(), state["optimizer_second"].copy())
        self.optimizer_state_ = State(int(state["optimizer_steps"]), vectors)


class HiddenSpikesLearner(HiddenSpikesNetwork, Classifier):
    """A spiking hidden layer below one output a class.

    Parameters are those of :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesNetwork`.
    """

    bench: ClassVar[str] = "neurosim.learners.hidden_spikes.bench:HiddenSpikesBench"

    @property
    def n_outputs(self) -> int:
        """How many output units there are: one a class."""
        return len(self.classes_)

    def targets(self, asked: NDArray[np.int64]) -> Array:
        """Give 1 for the output of the right class and 0 for all others, shape (n_samples, n_classes)."""
        return np.eye(self.n_outputs, dtype=np.float32)[asked]

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        return self._shares(X)
