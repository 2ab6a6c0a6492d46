"""``exemplars``: a control that learns nothing: random training samples as weights, with the vote read-out."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Locality, Traits
from neurosim.learners.controls.prototypes import PrototypeLearner
from neurosim.seeding import stream

Array = NDArray[Any]


class Exemplars(PrototypeLearner):
    """Take random training samples as prototypes.

    All parameters are those of :class:`neurosim.learners.controls.prototypes.PrototypeLearner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="random training samples as weights, nothing learned",
        teacher="nothing",
        locality=Locality(True, True, "for read-out", "0", weight_transport=False, global_signal=False),
        role="control",
    )

    def _prototypes(self, X: Array, n_units: int) -> Array:
        return X[np.sort(stream(self.seed_, "init").choice(len(X), n_units, replace=False))]
