"""``kmeans``: a control that places as many centres as a spiking learner has neurons; scikit-learn does the work."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import Locality, Traits
from neurosim.learners.controls.prototypes import PrototypeLearner
from neurosim.seeding import integer_seed

Array = NDArray[Any]


class KMeansCentres(PrototypeLearner):
    """Place prototypes by k-means (Lloyd 1982, doi:10.1109/TIT.1982.1056489).

    All parameters are those of :class:`neurosim.learners.controls.prototypes.PrototypeLearner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="k-means on all samples at once",
        teacher="nothing",
        locality=Locality(False, False, "for read-out", "0", weight_transport=False, global_signal=True),
        role="control",
    )

    def _prototypes(self, X: Array, n_units: int) -> Array:
        from sklearn.cluster import KMeans
        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            # Fewer distinct points than centres: scikit-learn says so and returns what there is.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = KMeans(n_units, n_init=1, random_state=integer_seed(self.seed_, "init")).fit(X)
        centres: Array = model.cluster_centers_
        return centres
