"""``snn-gradient``: a spiking hidden layer trained by the gradient of a surrogate network, computed online."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import Locality, Traits
from neurosim.learners.surrogate import SurrogateLearner

Array = NDArray[Any]


class SNNGradient(SurrogateLearner):
    """Follow the surrogate gradient of the loss at the end of each presentation.

    One layer of leaky integrate-and-fire neurons between regular inputs and leaky integrators. Errors reach hidden
    neurons over the transposed output weights, so that the weight changes are the gradient of the cross-entropy in the
    network whose spikes are replaced by a smooth function with the surrogate derivative, resets kept as they were.

    Which signals are local: the input's filtered spike train (presynaptic), the hidden potential and its surrogate
    derivative (postsynaptic), and their product summed forwards in time, the eligibility (at the synapse). Adam's two
    moments are kept at the synapse too. Which are not: the error of each output, softmax probability minus target,
    which needs all outputs and the label; a hidden neuron's own error, which arrives over the transposed
    output weights (weight transport); the end of the presentation, at which the error is
    formed; the sum of changes over a batch.

    The forward dynamics run step by step in the engine. Eligibilities are formed after the presentation from recorded
    spikes and potentials, which gives the same sum as building them up on the way
    (:mod:`neurosim.learners.eligibility`).

    Parameters
    ----------
    n_hidden : int, default=100
        Hidden neurons.
    hidden : {"learned", "frozen"}, default="learned"
        ``"frozen"`` keeps the random hidden weights and trains the output alone: the control for this learner.
    encoder : {"auto", "intensity", "population"}, default="auto"
        How values become rates; see :mod:`neurosim.coding.rates`.
    n_fields : int, default=8
        Receptive fields a feature, for population coding.
    peak_rate_hz : float, default=1300
        Spikes a second of an input that alone makes up a sample (encoded samples have unit length); at most 900 are
        sent by one neuron.
    presentation_ms : float, default=50
        How long a sample is shown.
    membrane_ms : float, default=20
        Time constant of hidden potentials.
    output_ms : float, default=100
        Time constant of the outputs.
    surrogate_slope : float, default=2
        How fast the surrogate derivative falls off with the distance from the threshold.
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
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order and phases.

    References
    ----------
    Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (e-prop with symmetric feedback; exact here, as there is no
    recurrence); Zenke and Ganguli 2018, doi:10.1162/neco_a_01086 (the surrogate).
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="surrogate gradient by eligibility traces, symmetric feedback",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="while learning",
            feedback_bits_per_trial="log2(classes)",
            weight_transport=True,
            global_signal=True,
            resets_between_trials=True,
            known_end=True,
        ),
    )

    def __init__(
        self,
        n_hidden: int = 100,
        hidden: str = "learned",
        encoder: str = "auto",
        n_fields: int = 8,
        peak_rate_hz: float = 1300.0,
        presentation_ms: float = 50.0,
        membrane_ms: float = 20.0,
        output_ms: float = 100.0,
        surrogate_slope: float = 2.0,
        initial_gain: float | None = None,
        initial_bias: float = 0.3,
        learning_rate: float | None = None,
        schedule: str = "linear",
        batch_size: int = 8,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.n_hidden = n_hidden
        self.hidden = hidden
        self.encoder = encoder
        self.n_fields = n_fields
        self.peak_rate_hz = peak_rate_hz
        self.presentation_ms = presentation_ms
        self.membrane_ms = membrane_ms
        self.output_ms = output_ms
        self.surrogate_slope = surrogate_slope
        self.initial_gain = initial_gain
        self.initial_bias = initial_bias
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _feedback(self) -> Array:
        return self._parts(self.parameters_)[2]
