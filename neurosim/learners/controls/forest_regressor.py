"""``forest-regressor``: a control: a random forest; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

from neurosim.data import Locality, Traits
from neurosim.learners.controls.fitted_at_once import RegressorFittedAtOnce
from neurosim.learners.regressor import FEEDBACK
from neurosim.parameters import bounded, whole


class ForestRegressor(RegressorFittedAtOnce):
    """Average regression trees that were grown on random parts of samples and features (Breiman 2001,
    doi:10.1023/A:1010933404324).

    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    n_trees : int, default=100
        Trees.
    feature_share : float, default=0.33
        Share of the features that each split may choose from, at least one.
    least_leaf : int, default=1
        Samples that a leaf holds at least.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="random forest on all samples at once",
        teacher="label",
        locality=Locality(False, False, "while learning", FEEDBACK, weight_transport=False, global_signal=True),
        role="control",
        task_kinds=("regression",),
    )

    n_trees: int = whole(100)
    feature_share: float = bounded(0.33, above=0, high=1.0)
    least_leaf: int = whole(1)

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(
            self.n_trees, max_features=self.feature_share, min_samples_leaf=self.least_leaf, n_jobs=1
        )
