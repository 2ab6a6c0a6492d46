"""``neighbour-regressor``: a control: the mean over the nearest training samples; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

from neurosim.data import Locality, Traits
from neurosim.learners.controls.fitted_at_once import RegressorFittedAtOnce
from neurosim.learners.regressor import FEEDBACK
from neurosim.parameters import named, whole


class NeighbourRegressor(RegressorFittedAtOnce):
    """Answer with the mean target of the nearest samples (Cover 1968, doi:10.1109/TIT.1968.1054098).

    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    n_neighbours : int, default=5
        How many; all samples where there are fewer.
    weighting : {"uniform", "distance"}, default="uniform"
        Whether near ones count more, by the inverse of their distance.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="keeps all samples, averages the nearest",
        teacher="label",
        locality=Locality(False, True, "while learning", FEEDBACK, weight_transport=False, global_signal=False),
        role="control",
        task_kinds=("regression",),
    )

    n_neighbours: int = whole(5)
    weighting: str = named("uniform", ("uniform", "distance"))

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.neighbors import KNeighborsRegressor

        return KNeighborsRegressor(min(self.n_neighbours, n_samples), weights=self.weighting)
