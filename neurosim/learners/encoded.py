"""What learners share that see samples as relative rates of input neurons."""

from __future__ import annotations

from neurosim.coding.rates import ENCODERS, RateEncoder, rate_encoder
from neurosim.learners.roles import Classifier
from neurosim.parameters import named, whole


class EncodedLearner(Classifier):
    """Samples are encoded before anything else is done with them.

    Parameters
    ----------
    encoder : {"auto", "intensity", "population"}, default="auto"
        How values become rates; population coding where there are fewer than 16 features. See
        :mod:`neurosim.coding.rates`.
    n_fields : int, default=8
        Receptive fields a feature, for population coding.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of all that is random: initial weights, order, and what else the learner draws.
    """

    encoder: str = named("auto", ENCODERS)
    n_fields: int = whole(8, least=2)
    epochs: int = 20
    n_presentations: int | None = None

    def _start(self) -> None:
        self.encoder_: RateEncoder = rate_encoder(self.encoder, self.n_features_in_, self.n_fields)
