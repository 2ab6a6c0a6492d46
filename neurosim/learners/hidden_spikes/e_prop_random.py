"""``e-prop-random``: a spiking hidden layer trained by a three-factor rule; errors travel over fixed random weights."""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar

from neurosim.data import Traits
from neurosim.learners.hidden_spikes.base import LEDGER, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.surrogate import SurrogateLearner


class EPropRandom(SurrogateLearner, HiddenSpikesLearner):
    """Multiply eligibilities with errors that arrive over fixed random weights.

    The same network, eligibility, error and optimizer as ``snn-gradient``. The one difference: each hidden neuron
    receives the output errors over random weights that never change, instead of over the transposed output weights.

    Which signals are local says :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`. A hidden neuron's
    own error arrives over random weights (a vector over dedicated wires, no weight transport).

    All parameters are those of :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`.

    References
    ----------
    Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (random e-prop; made for recurrent networks, used here without
    recurrence); Lillicrap et al. 2016, doi:10.1038/ncomms13276 (feedback alignment); Zenke and Ganguli 2018,
    doi:10.1162/neco_a_01086 (the surrogate).
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="random e-prop (three factors, fixed random feedback)",
        teacher="label",
        locality=LEDGER,
    )

    feedback: str = field(default="random", init=False)
