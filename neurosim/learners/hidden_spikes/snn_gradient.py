"""``snn-gradient``: a spiking hidden layer trained by the gradient of a surrogate network, computed online."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from neurosim.data import Traits
from neurosim.learners.hidden_spikes.base import LEDGER, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.surrogate import SurrogateLearner


class SNNGradient(SurrogateLearner, HiddenSpikesLearner):
    """Follow the surrogate gradient of the loss at the end of each presentation.

    One layer of leaky integrate-and-fire neurons between regular inputs and leaky integrators. Errors reach hidden
    neurons over the transposed output weights, so that the weight changes are the gradient of the cross-entropy in the
    network whose spikes are replaced by a smooth function with the surrogate derivative, resets kept as they were.

    Which signals are local says :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`. A hidden neuron's
    own error arrives over the transposed output weights (weight transport).

    All parameters are those of :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`.

    References
    ----------
    Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (e-prop with symmetric feedback; exact here, as there is no
    recurrence); Zenke and Ganguli 2018, doi:10.1162/neco_a_01086 (the surrogate).
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="surrogate gradient by eligibility traces, symmetric feedback",
        teacher="label",
        locality=replace(LEDGER, weight_transport=True),
    )
