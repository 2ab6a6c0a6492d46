"""The Learner protocol: a scikit-learn classifier that learns online, one trial or batch after the other.

Written once here: checking and scaling of input, opening and forgetting, the order of trials in ``fit``, counting,
saving. A learner adds what is its own in the methods that begin with an underscore.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from neurosim.data import Costs, EventCounts, SampleSpikes, Traits
from neurosim.errors import InputError, out_of_range
from neurosim.learners.bounds import OrNone, WholeNumber
from neurosim.learners.checkpoint import read_checkpoint, write_checkpoint
from neurosim.learners.parameters import Parametrised, accepting, check_parameters
from neurosim.learners.recording import spikes_of
from neurosim.seeding import stream

Array = NDArray[Any]
STRETCH = 512
KEPT_ALREADY = frozenset(
    ("classes_", "n_features_in_", "feature_names_in_", "horizon_", "presentations_", "seed_")
    + ("feature_low_", "feature_width_", "warned_", "counts_")
)
"""Fitted values that every learner has, and that :meth:`Learner.save` keeps itself."""


class Learner(Parametrised, ClassifierMixin, BaseEstimator, ABC):
    """What all learners share.

    A subclass's parameters are its annotated attributes (:mod:`neurosim.learners.parameters`): ``random_state`` is one
    of them, ``epochs``, ``n_presentations`` and ``batch_size`` are where a subclass states them anew. Learned values
    end in an underscore. Which parameters name something registered stands in ``registered``, with the kind of thing.

    Five things are needed: ``traits``, ``_start``, ``_learn``, ``_scores`` and ``weights``; see docs/extending.md. The
    rest has defaults: ``_activity`` gives the scores, and what is kept in a file is every fitted array and number.

    Parameters
    ----------
    random_state : int, optional
        Seed of all that is random.
    """

    traits: ClassVar[Traits]
    registered: ClassVar[Mapping[str, str]] = MappingProxyType({})
    bench: ClassVar[str] = ""
    """Where single trials' weight changes are measured (``module:class``); empty where nobody has said how."""
    random_state: Any = None
    epochs: int = field(default=1, init=False, metadata=accepting(WholeNumber()))
    n_presentations: int | None = field(default=None, init=False, metadata=accepting(OrNone(WholeNumber())))
    batch_size: int = field(default=1, init=False, metadata=accepting(WholeNumber()))

    # -- what a learner adds ------------------------------------------------------------------------------------

    @abstractmethod
    def _start(self) -> None:
        """Create fresh state for ``n_features_in_`` features and ``classes_``; check what no bound says."""

    @abstractmethod
    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        """Learn from trials in this order; ``X`` is float32, shape (n_samples, n_features), in [0, 1]."""

    @abstractmethod
    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        """Give class probabilities, shape (n_samples, n_classes), and what that cost."""

    @abstractmethod
    def weights(self) -> dict[str, Array]:
        """Give all weight matrices, each of shape (n_in, n_out), from input to output."""

    def _activity(self, X: Array) -> Array:
        """Give activations or spike counts, shape (n_samples, n_units); where nothing is hidden, the scores."""
        return self._scores(X)[0]

    def _state(self) -> dict[str, Array]:
        """Give everything that ``_restore`` needs to go on exactly here: every fitted array and number."""
        kept = {name: value for name, value in vars(self).items() if _is_fitted(name)}
        for name, value in kept.items():
            if not isinstance(value, np.ndarray | bool | int | float | np.generic):
                raise InputError(
                    f"{type(self).__name__}.{name} is a {type(value).__name__}; accepted: an array or a number, or "
                    "methods _state and _restore that turn it into arrays"
                )
        return {name: np.array(value) for name, value in kept.items()}

    def _restore(self, state: dict[str, Array]) -> None:
        """Take over what ``_state`` gave, after ``_start``."""
        for name, array in state.items():
            is_array = isinstance(getattr(self, name, array), np.ndarray)
            setattr(self, name, array.copy() if is_array else array.item())

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        """Assign labels with plasticity frozen; nothing to do where the output itself learns."""
        return EventCounts()

    def own_traits(self) -> Traits:
        """Give the traits that these parameters make; the class's, where no parameter changes what is local."""
        return self.traits

    # -- learning -----------------------------------------------------------------------------------------------

    def begin(
        self, n_presentations: int | None = None, classes: ArrayLike | None = None, n_features: int | None = None
    ) -> Self:
        """Forget everything and open training.

        Parameters
        ----------
        n_presentations : int or None
            How many presentations will come, which fixes every schedule; None for a run without a known end.
        classes : array-like
            All labels that can occur.
        n_features : int
            Number of inputs.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range, or there are fewer than two classes.
        """
        check_parameters(self)
        if classes is None or n_features is None:
            raise InputError("begin needs classes and n_features; accepted: all labels that occur, number of inputs")
        if n_presentations is not None and n_presentations < 1:
            raise out_of_range("n_presentations", n_presentations, "1 or more, or None")
        self._forget()
        self.classes_ = np.unique(np.asarray(classes))
        if len(self.classes_) < 2:
            raise InputError(f"a classifier needs two classes or more, got {len(self.classes_)} class")
        self.n_features_in_ = int(n_features)
        self.horizon_ = n_presentations
        self.presentations_ = 0
        self.seed_ = _as_seed(self.random_state)
        self.feature_low_: Array | None = None
        self.feature_width_: Array | None = None
        self.warned_ = False
        self.counts_ = {phase: EventCounts() for phase in ("learning", "inference", "readout")}
        self._start()
        return self

    def partial_fit(self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Go on learning from these trials, in this order.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Trials. A learner that was not given a range by ``fit`` takes [0, 1] as given and clips, with one warning.
        y : array-like, shape (n_samples,)
            Their labels.
        classes : array-like, optional
            All labels that can occur; needed by the first call.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the input is not finite, a label is unknown, or the first call lacks ``classes``.
        """
        fresh = not hasattr(self, "classes_")
        X, y = self._checked(X, y, reset=fresh)
        if fresh:
            if classes is None:
                raise InputError("classes is None in the first call of partial_fit; accepted: all labels that occur")
            self.begin(self.n_presentations, classes, X.shape[1])
        self._present(self._scaled(X), self._codes(y))
        return self

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Forget, then learn in ``epochs`` passes over the data, each shuffled by its own stream.

        Each feature's range is learned and mapped to [0, 1]; data that fill [0, 1] already are taken as they are.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Samples, any finite numbers.
        y : array-like, shape (n_samples,)
            Labels.

        Returns
        -------
        self
        """
        # How many trials there will be is known from a parameter.
        check_parameters(self)
        X, y = self._checked(X, y, reset=True)
        self.begin(self.epochs * len(X), np.unique(y), X.shape[1])
        self._learn_range(X)
        X, codes = self._scaled(X), self._codes(y)
        # Whole batches, few enough to stay in the cache between being gathered and being used.
        stretch = self.batch_size * max(1, STRETCH // self.batch_size)
        for epoch in range(self.epochs):
            order = stream(self.seed_, "order", epoch).permutation(len(X))
            for start in range(0, len(X), stretch):
                rows = order[start : start + stretch]
                self._present(X[rows], codes[rows])
        self.counts_["readout"] += self._fit_readout(X, codes)
        return self

    def fit_readout(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Assign labels to what was learned, with plasticity frozen.

        Opens a fresh learner first, so that a fresh learner and this call make the untrained control.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Training samples.
        y : array-like, shape (n_samples,)
            Their labels.

        Returns
        -------
        self
        """
        fresh = not hasattr(self, "classes_")
        X, y = self._checked(X, y, reset=fresh)
        if fresh:
            self.begin(self.n_presentations, np.unique(y), X.shape[1])
        self.counts_["readout"] += self._fit_readout(self._scaled(X), self._codes(y))
        return self

    # -- using --------------------------------------------------------------------------------------------------

    def predict(self, X: ArrayLike) -> Array:
        """Give the likeliest label of each sample, shape (n_samples,)."""
        scores = self.predict_proba(X)
        return self.classes_[scores.argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> Array:
        """Give class probabilities, shape (n_samples, n_classes), in the order of ``classes_``."""
        scores, counts = self._scores(self._ready(X))
        self.counts_["inference"] += counts
        return scores

    def activity(self, X: ArrayLike) -> Array:
        """Give activations or spike counts of the units, shape (n_samples, n_units)."""
        return self._activity(self._ready(X))

    @available_if(lambda learner: learner.traits.unit == "spike")
    def spikes(self, X: ArrayLike) -> SampleSpikes:
        """Give all spikes with which a learner of spiking units answers one sample, shape (1, ...)."""
        return spikes_of(self, X)

    def costs(self) -> Costs:
        """Give the events counted so far, learning, inference and read-out apart."""
        check_is_fitted(self, "classes_")
        return Costs(**self.counts_)

    # -- keeping ------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write parameters and state to a ``.npz`` file, whole or not at all, without pickle.

        Raises
        ------
        InputError
            If a parameter or the labels cannot be written without pickle.
        """
        check_is_fitted(self, "classes_")
        classes = np.array(self.classes_.tolist())
        if classes.dtype.kind == "O":
            raise InputError("labels of mixed types cannot be saved; accepted: all numbers or all text")
        header = {
            "learner": type(self).__name__,
            "parameters": self.get_params(deep=False) | {"random_state": self.seed_},
            "horizon": self.horizon_,
            "presentations": self.presentations_,
            "n_features": self.n_features_in_,
            "counts": {phase: vars(self.counts_[phase]) for phase in ("learning", "readout")},
        }
        arrays = {f"state_{name}": array for name, array in self._state().items()}
        if self.feature_low_ is not None and self.feature_width_ is not None:
            arrays |= {"feature_low": self.feature_low_, "feature_width": self.feature_width_}
        write_checkpoint(Path(path), header, {"classes": classes, **arrays})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` wrote; the learner goes on exactly where it was.

        Raises
        ------
        InputError
            If the file is damaged, or holds another kind of learner.
        """
        header, arrays = read_checkpoint(Path(path), cls.__name__)
        learner = cls(**header["parameters"])
        learner.begin(header["horizon"], arrays["classes"], header["n_features"])
        learner.presentations_ = header["presentations"]
        learner.counts_ |= {phase: EventCounts(**counts) for phase, counts in header["counts"].items()}
        learner.feature_low_, learner.feature_width_ = arrays.get("feature_low"), arrays.get("feature_width")
        learner._restore({k.removeprefix("state_"): v for k, v in arrays.items() if k.startswith("state_")})
        return learner

    # -- inside -------------------------------------------------------------------------------------------------

    def _present(self, X: Array, codes: NDArray[np.int64]) -> None:
        self.counts_["learning"] += self._learn(X, codes)
        self.presentations_ += len(X)

    def _forget(self) -> None:
        for name in [name for name in vars(self) if name.endswith("_") and not name.startswith("_")]:
            delattr(self, name)

    def _checked(self, X: ArrayLike, y: ArrayLike, reset: bool) -> tuple[Array, Array]:
        samples, labels = validate_data(self, _flat(X), y, reset=reset, dtype=np.float32)
        check_classification_targets(labels)
        return samples, labels

    def _ready(self, X: ArrayLike) -> Array:
        check_is_fitted(self, "classes_")
        return self._scaled(validate_data(self, _flat(X), reset=False, dtype=np.float32))

    def _codes(self, y: Array) -> NDArray[np.int64]:
        known = np.isin(y, self.classes_)
        if not known.all():
            raise InputError(
                f"y holds {y[~known].tolist()[0]!r}; accepted: {', '.join(map(repr, self.classes_.tolist()))}"
            )
        return np.searchsorted(self.classes_, y).astype(np.int64)

    def _learn_range(self, X: Array) -> None:
        low, high = X.min(axis=0), X.max(axis=0)
        if low.min() >= 0 and 0.5 < high.max() <= 1:
            low, high = np.zeros_like(low), np.ones_like(high)
        self.feature_low_ = low
        self.feature_width_ = np.where(high > low, high - low, 1).astype(np.float32)

    def _scaled(self, X: Array) -> Array:
        if self.feature_low_ is not None and self.feature_width_ is not None:
            if not self.feature_low_.any() and (self.feature_width_ == 1).all() and _inside_unit(X):
                return X
            return np.clip((X - self.feature_low_) / self.feature_width_, 0, 1)
        if _inside_unit(X):
            return X
        if not self.warned_:
            self.warned_ = True
            warnings.warn(
                f"X ranges from {X.min():g} to {X.max():g}; without fit, [0, 1] is taken as given and X is clipped",
                stacklevel=3,
            )
        return np.clip(X, 0, 1)


def not_read_out(learner: Learner) -> NotFittedError:
    """Make the error for a prediction before labels were assigned."""
    return NotFittedError(f"{type(learner).__name__} has no labels yet; call fit, or fit_readout after partial_fit")


def _is_fitted(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_") and name not in KEPT_ALREADY


def _inside_unit(X: Array) -> bool:
    return bool(len(X) == 0 or (X.min() >= 0 and X.max() <= 1))


def _flat(X: ArrayLike) -> Any:
    return X.reshape(len(X), -1) if isinstance(X, np.ndarray) and X.ndim > 2 and len(X) else X


def _as_seed(random_state: Any) -> int:
    if random_state is None:
        return int(np.random.SeedSequence().entropy) % 2**63  # type: ignore[arg-type]
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31 - 1))
    if isinstance(random_state, int | np.integer) and random_state >= 0:
        return int(random_state)
    raise out_of_range("random_state", random_state, "a whole number from 0 up, a generator, or None")
