"""``snn-regressor``: a spiking hidden layer below a population of outputs that stands for a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.coding.population import bumps, preferred_values, weighted_means
from neurosim.data import EventCounts, Traits
from neurosim.learners.hidden_spikes.base import LEDGER
from neurosim.learners.hidden_spikes.surrogate import FEEDBACKS, SurrogateLearner
from neurosim.learners.regressor import FEEDBACK, ONE_NUMBER, Regressor
from neurosim.parameters import bounded, named, whole

Array = NDArray[Any]


class SNNRegressor(SurrogateLearner, Regressor):
    """Answer with the mean of the values that output units prefer, weighted by their activity.

    The network, eligibilities and optimizer are those of ``e-prop-random`` or, with symmetric feedback, of
    ``snn-gradient``. The teacher shows the activity that the outputs should have: a Gaussian bump over preferred
    values (:mod:`neurosim.coding.population`). Learning lowers the cross-entropy between bump and softmax of the
    outputs. One population stands for one number, so there is one target.

    Which signals are local says :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`. An output's error
    needs the activity of its whole population; with symmetric feedback, weights are transported besides.

    Parameters that are not listed are those of :class:`neurosim.learners.hidden_spikes.surrogate.SurrogateLearner`.

    Parameters
    ----------
    n_preferred : int, default=20
        Output units.
    bump_width : float, default=0.1
        Standard deviation of the bump, as a share of the target's training range.
    feedback : {"random", "symmetric"}, default="random"
        Over which weights errors reach hidden neurons: fixed random ones, or the transposed output weights.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="random e-prop (three factors, fixed random feedback), population read-out",
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial=FEEDBACK),
        task_kinds=("regression",),
    )
    answers_may_be: ClassVar[Mapping[str, Any]] = ONE_NUMBER

    n_preferred: int = whole(20, least=2)
    bump_width: float = bounded(0.1, low=0.01, high=1.0)
    feedback: str = named("random", FEEDBACKS)

    @property
    def n_outputs(self) -> int:
        """How many output units there are."""
        return self.n_preferred

    def targets(self, asked: Array) -> Array:
        """Give the bumps that stand for numbers, shape (n_samples, n_outputs)."""
        return bumps(asked[:, 0], preferred_values(self.n_preferred, self.bump_width), self.bump_width)

    def own_traits(self) -> Traits:
        """Give the traits, which the way of the feedback decides."""
        if self.feedback == "random":
            return self.traits
        return replace(
            self.traits,
            rule="surrogate gradient by eligibility traces, symmetric feedback, population read-out",
            locality=replace(self.traits.locality, weight_transport=True),
        )

    def _answers(self, X: Array) -> tuple[Array, EventCounts]:
        shares, counts = self._shares(X)
        return weighted_means(shares, preferred_values(self.n_preferred, self.bump_width))[:, None], counts
