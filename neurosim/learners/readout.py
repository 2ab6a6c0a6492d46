"""What learners share whose labels serve a read-out only: they learn without one, then activity is read out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.readouts import Readout, readout_class
from neurosim.data import EventCounts, Locality
from neurosim.learners.bitwise import in_blocks
from neurosim.learners.encoded import EncodedLearner
from neurosim.learners.roles import Classifier, not_read_out

Array = NDArray[Any]
LEDGER = Locality(
    local_in_space=True,
    local_in_time=True,
    labels="for read-out",
    feedback_bits_per_trial="0",
    weight_transport=False,
    global_signal=False,
    known_end=True,
)
"""That of a local rule with schedules; learners say where theirs differs."""


class ReadoutLearner(EncodedLearner, Classifier):
    """Units answer encoded samples; a registered read-out turns their activity into labels.

    Parameters that are not listed are those of :class:`neurosim.learners.encoded.EncodedLearner`.

    Parameters
    ----------
    readout : str, default="vote"
        How activity becomes a label: any registered read-out; see ``neurosim list readouts``.
    """

    registered: ClassVar[Mapping[str, str]] = {**EncodedLearner.registered, "readout": "readouts"}
    readout: str = "vote"

    @abstractmethod
    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        """Give the activity that is read out, shape (n_samples, n_units), and what it cost."""

    def _warn_of_failure(self, activity: Array) -> None:
        """Warn if what is about to be read out shows that the network does not work."""
        return

    def _start(self) -> None:
        readout_class(self.readout)
        super()._start()
        self.readout_: Readout | None = None

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        activity, counts = self._responses(X)
        self.readout_ = readout_class(self.readout).fit(activity, codes, len(self.classes_))
        self._warn_of_failure(activity)
        return counts + EventCounts(labels=len(X))

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        if self.readout_ is None:
            raise not_read_out(self)
        activity, counts = self._responses(X)
        return in_blocks(self.readout_.scores, activity), counts

    def _activity(self, X: Array) -> Array:
        return self._responses(X)[0]

    def _state(self) -> dict[str, Array]:
        arrays = {} if self.readout_ is None else self.readout_.arrays()
        return {f"readout_{name}": array for name, array in arrays.items()}

    def _restore(self, state: dict[str, Array]) -> None:
        arrays = part_of(state, "readout_")
        self.readout_ = readout_class(self.readout).from_arrays(arrays) if arrays else None


def part_of(state: dict[str, Array], prefix: str) -> dict[str, Array]:
    """Give the arrays whose names begin with ``prefix``, without it."""
    return {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
