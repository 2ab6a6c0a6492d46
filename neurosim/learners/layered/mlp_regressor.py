"""``mlp-regressor``: a multilayer perceptron that answers with numbers, trained by backpropagation."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.backpropagation import RULE, BackpropagationNetwork
from neurosim.learners.layered.counting import answering_counts
from neurosim.learners.layered.network import LEDGER
from neurosim.learners.regressor import FEEDBACK, Regressor

Array = NDArray[Any]


class MLPRegressor(BackpropagationNetwork, Regressor):
    """Learn numbers by gradient descent on the squared error, layer by layer backwards.

    Outputs are the weighted sums themselves. Parameters that are not listed are those of
    :class:`neurosim.learners.layered.backpropagation.BackpropagationNetwork`.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer; empty for a linear regression.
    dropout : float, default=0
        Probability that a hidden unit is silenced in a training step.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule=RULE,
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial=FEEDBACK, weight_transport=True),
        task_kinds=("regression",),
    )

    loss: str = field(default="mean-squared-error", init=False)
    dropout: float = 0.0

    def _output(self) -> tuple[int, str]:
        return self.n_targets_, "identity"

    def targets(self, asked: Array) -> Array:
        """Give what the output should answer: what is asked, shape (n_samples, n_targets)."""
        return asked

    def _answers(self, X: Array) -> tuple[Array, EventCounts]:
        return self._outputs(X), answering_counts(X, self.parameters_, self.activation)
