"""``mlp``: a multilayer perceptron trained by backpropagation, on the layers of :mod:`neurosim.ann`."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from neurosim.ann.losses import LOSSES
from neurosim.data import Traits
from neurosim.learners.layered.backpropagation import RULE, BackpropagationNetwork
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.network import LEDGER
from neurosim.parameters import named


class MLP(BackpropagationNetwork, LayeredLearner):
    """Learn classes by gradient descent on a loss, layer by layer backwards.

    Parameters that are not listed are those of
    :class:`neurosim.learners.layered.backpropagation.BackpropagationNetwork`.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer; empty for a linear classifier.
    loss : {"cross-entropy", "binary-cross-entropy", "mean-squared-error"}, default="cross-entropy"
        With softmax outputs for the first, sigmoid outputs for the others (one output where there are two classes).
    batch_size : int, default=8
        Samples a step; gradient descent proper takes them all.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule=RULE,
        teacher="label",
        locality=replace(LEDGER, weight_transport=True),
    )

    loss: str = named("cross-entropy", LOSSES)
