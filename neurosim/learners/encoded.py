"""What learners share that see samples as relative rates of input neurons."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from neurosim.coding.rates import MakesEncoder, RelativeRates, rate_encoder
from neurosim.learners.base import Learner
from neurosim.parameters import whole


class EncodedLearner(Learner):
    """Samples are encoded before anything else is done with them.

    Parameters
    ----------
    encoder : str or callable, default="auto"
        How values become rates: any registered encoder (see ``neurosim list encoders``), by default receptive fields
        where there are fewer than 16 features, else the values themselves; or what makes an encoder. See
        :mod:`neurosim.coding.rates`.
    n_fields : int, default=8
        Receptive fields a feature, for encoders that have them.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of all that is random: initial weights, order, and what else the learner draws.
    """

    registered: ClassVar[Mapping[str, str]] = MappingProxyType({"encoder": "encoders"})
    unit_length: ClassVar[bool] = True
    """Whether an encoded sample is scaled to unit length."""

    encoder: str | MakesEncoder = "auto"
    n_fields: int = whole(8, least=2)
    epochs: int = 20
    n_presentations: int | None = None

    def _start(self) -> None:
        self.encoder_: RelativeRates = rate_encoder(
            self.encoder, self.n_features_in_, self.n_fields, type(self).unit_length
        )
