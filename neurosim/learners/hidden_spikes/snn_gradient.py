"""``snn-gradient``: a spiking hidden layer trained by the gradient of a surrogate network, computed online."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import Locality, Traits
from neurosim.learners.hidden_spikes.surrogate import SurrogateLearner

Array = NDArray[Any]


class SNNGradient(SurrogateLearner):
    """Follow the surrogate gradient of the loss at the end of each presentation.

    One layer of leaky integrate-and-fire neurons between regular inputs and leaky integrators. Errors reach hidden
    neurons over the transposed output weights, so that the weight changes are the gradient of the cross-entropy in the
    network whose spikes are replaced by a smooth function with the surrogate derivative, resets kept as they were.

    Which signals are local says :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`. A hidden neuron's
    own error arrives over the transposed output weights (weight transport).

    Parameters
    ----------
    n_hidden, hidden, encoder, n_fields, peak_rate_hz, presentation_ms, membrane_ms, output_ms, surrogate_slope
        As in :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`, with the defaults there.
    initial_gain, initial_bias, learning_rate, schedule, batch_size, epochs, n_presentations, random_state
        As there, too.

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

    def _feedback(self) -> Array:
        return self.parameters_.by_layer[1][0]
