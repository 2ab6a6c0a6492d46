"""What every learner is, whatever its answers are: an estimator in scikit-learn's sense that learns trial after trial.

Written once here: opening and forgetting, checking and scaling of input, the order of trials, counting, keeping. What
an answer is stands in :mod:`neurosim.learners.roles`; a learner adds what is its own in the methods that begin with an
underscore.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.data import Costs, EventCounts, SampleSpikes, Signature, Traits
from neurosim.errors import InputError, out_of_range
from neurosim.learners.checked_input import checked_samples, note_columns
from neurosim.learners.checkpoint import PlainForm, plain_parameters, read_checkpoint, rich_parameters, write_checkpoint
from neurosim.learners.diagnosis import warn_user
from neurosim.learners.recording import spikes_of
from neurosim.learners.scaling import FeatureRange, inside_unit
from neurosim.learners.scikit import Estimator, available_if, not_fitted
from neurosim.parameters import Parametrised, accepting, check_parameters
from neurosim.parameters.bounds import OrNone, WholeNumber

Array = NDArray[Any]


@runtime_checkable
class _Keeping(Protocol):
    """What gives its state as arrays and goes on from it, as a :class:`neurosim.snn.Session` does."""

    def state(self) -> dict[str, Array]: ...

    def take(self, state: Mapping[str, Array]) -> None: ...


class Learner(Parametrised, Estimator, ABC):
    """What all learners share. A learner extends a role, such as :class:`neurosim.learners.roles.Classifier`.

    A subclass's parameters are its annotated attributes (:mod:`neurosim.parameters`): ``random_state`` is one of them,
    ``epochs``, ``n_presentations`` and ``batch_size`` are where a subclass states them anew. Learned values
    end in an underscore. Which parameters name something registered stands in ``registered``, with the kind of thing.

    What is kept in a file is every fitted array, number and session, unless ``_state`` and ``_restore`` say otherwise.

    Parameters
    ----------
    random_state : int, optional
        Seed of all that is random.
    """

    traits: ClassVar[Traits]
    registered: ClassVar[Mapping[str, str]] = MappingProxyType({})
    plain_forms: ClassVar[Mapping[str, PlainForm]] = MappingProxyType({})
    """Of parameters that may be objects: how a file holds them."""
    accepts: ClassVar[tuple[type, ...]] = ()
    """Targets of tasks that it can learn, said by its role."""
    search_space: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """What tuning draws from: parameter to a list of choices, or to ``{"low": ..., "high": ..., "log": ...}``. Of a
    built-in learner it stands in a file instead, beside :mod:`neurosim.compare.running.spaces`."""
    bench: ClassVar[str | type] = ""
    """What measures single trials' weight changes: a class, or where it is (``module:class``); empty where nobody has
    said how."""
    answer_population: ClassVar[str] = ""
    """Name of the spiking neurons whose first spike is a decision; empty where an answer is read otherwise."""
    kept_by_save: ClassVar[frozenset[str]] = frozenset(
        ("n_features_in_", "feature_names_in_", "horizon_", "presentations_", "seed_", "range_", "met_", "warned_")
        + ("counts_",)
    )
    """Fitted values that every learner has, and that :meth:`save` keeps itself."""
    random_state: Any = None
    epochs: int = field(default=1, init=False, metadata=accepting(WholeNumber()))
    n_presentations: int | None = field(default=None, init=False, metadata=accepting(OrNone(WholeNumber())))
    batch_size: int = field(default=1, init=False, metadata=accepting(WholeNumber()))

    # -- what a learner adds ------------------------------------------------------------------------------------

    @abstractmethod
    def _start(self) -> None:
        """Create fresh state for ``n_features_in_`` features and what is to be answered; check what no bound says."""

    @abstractmethod
    def _activity(self, X: Array) -> Array:
        """Give activations or spike counts, shape (n_samples, n_units)."""

    @abstractmethod
    def weights(self) -> dict[str, Array]:
        """Give all weight matrices, each of shape (n_in, n_out), from input to output."""

    def _state(self) -> dict[str, Array]:
        """Give everything that ``_restore`` needs to go on exactly here: every fitted array, number and session."""
        state: dict[str, Array] = {}
        for name, value in vars(self).items():
            if not _is_fitted(name) or name in self.kept_by_save:
                continue
            if isinstance(value, _Keeping):
                state |= {f"{name}.{own}": array for own, array in value.state().items()}
            elif isinstance(value, np.ndarray | bool | int | float | np.generic):
                state[name] = np.array(value)
            else:
                raise InputError(
                    f"{type(self).__name__}.{name} is a {type(value).__name__}; accepted: an array, a number or a "
                    "Session, or methods _state and _restore that turn it into arrays"
                )
        return state

    def _restore(self, state: dict[str, Array]) -> None:
        """Take over what ``_state`` gave, after ``_start``."""
        for name, array in state.items():
            holder, _, own = name.partition(".")
            if own:
                getattr(self, holder).take({own: array})
                continue
            is_array = isinstance(getattr(self, name, array), np.ndarray)
            setattr(self, name, array.copy() if is_array else array.item())

    def own_traits(self) -> Traits:
        """Give the traits that these parameters make; the class's, where no parameter changes what is local."""
        return self.traits

    # -- what a role adds ---------------------------------------------------------------------------------------

    @abstractmethod
    def begin_for(self, signature: Signature, n_presentations: int | None = None) -> Self:
        """Forget everything and open training for what a task asks.

        Parameters
        ----------
        signature : Signature
            Of the task.
        n_presentations : int or None
            How many presentations will come; None for a run without a known end.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If the target is none that the learner accepts, or a parameter is out of range.
        """

    @abstractmethod
    def _n_outputs(self) -> int:
        """Give how many outputs an answer takes, for example one a class."""

    @abstractmethod
    def _asked(self) -> dict[str, Array]:
        """Give what learning was opened for besides the number of features, as arrays for a file."""

    @abstractmethod
    def _open_again(self, n_presentations: int | None, n_features: int, asked: Mapping[str, Array]) -> None:
        """Open learning for what ``_asked`` gave; ``asked`` may hold more."""

    @abstractmethod
    def _told(self) -> EventCounts:
        """Give what one sample's teacher tells: labels, and bits."""

    def _clear(self, n_presentations: int | None) -> None:
        """Forget everything, if parameters and the number of presentations are in range."""
        check_parameters(self)
        if n_presentations is not None and n_presentations < 1:
            raise out_of_range("n_presentations", n_presentations, "1 or more, or None")
        self._forget()

    def _open(self, n_presentations: int | None, n_features: int) -> None:
        """Start for this number of features; what was fitted before has to be forgotten."""
        self.n_features_in_ = int(n_features)
        self.horizon_ = n_presentations
        self.presentations_ = 0
        self.seed_ = _as_seed(self.random_state)
        self.range_: FeatureRange | None = None
        self.met_ = False
        self.warned_ = False
        self.counts_ = {phase: EventCounts() for phase in ("learning", "inference", "readout")}
        self._start()

    def _is_open(self) -> bool:
        return hasattr(self, "presentations_")

    def _check_open(self) -> None:
        # scikit-learn's own check takes nothing for an estimator that has no fit, as an actor has none.
        if not self._is_open():
            raise not_fitted(f"This {type(self).__name__} instance is not fitted yet; call fit or begin first")

    def _forget(self) -> None:
        for name in [name for name in vars(self) if _is_fitted(name)]:
            delattr(self, name)

    # -- input --------------------------------------------------------------------------------------------------

    def prepared(self, X: ArrayLike) -> Array:
        """Give samples as the learner is shown them: checked, flat, in float32, every feature brought to [0, 1].

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Samples.

        Returns
        -------
        ndarray of float32, shape (n_samples, n_features)

        Raises
        ------
        ValueError
            If a value is not finite, or the features are not those of the samples that were learned from.
        """
        self._check_open()
        return self._scaled(checked_samples(self, flat(X)))

    def _meet(self, X: ArrayLike) -> None:
        """Hold later samples to the columns of the first ones."""
        self._name_columns(X)
        self.met_ = True

    def _name_columns(self, X: ArrayLike) -> None:
        # How many columns there are was said when learning was opened, what they are called was not.
        if not self.met_:
            told = self.n_features_in_
            note_columns(self, flat(X))
            self.n_features_in_ = told

    def _scaled(self, X: Array) -> Array:
        if self.range_ is not None:
            return self.range_.scaled(X)
        if inside_unit(X):
            return X
        if not self.warned_:
            self.warned_ = True
            seen = f"X ranges from {X.min():g} to {X.max():g}"
            warn_user(f"{seen}; without fit, [0, 1] is taken as given and X is clipped")
        clipped: Array = np.clip(X, 0, 1)
        return clipped

    # -- looking ------------------------------------------------------------------------------------------------

    def activity(self, X: ArrayLike) -> Array:
        """Give activations or spike counts of the units, shape (n_samples, n_units)."""
        return self._activity(self.prepared(X))

    @available_if(lambda learner: learner.traits.unit == "spike")
    def spikes(self, X: ArrayLike) -> SampleSpikes:
        """Give all spikes with which a learner of spiking units answers one sample, shape (1, ...)."""
        return spikes_of(self, X)

    def costs(self) -> Costs:
        """Give the events counted so far, learning, inference and read-out apart."""
        self._check_open()
        return Costs(**self.counts_)

    # -- keeping ------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write parameters and state to a ``.npz`` file, whole or not at all, without pickle.

        Raises
        ------
        InputError
            If a parameter, or what is to be answered, cannot be written without pickle.
        """
        self._check_open()
        parameters = self.get_params(deep=False) | {"random_state": self.seed_}
        header = {
            "learner": type(self).__name__,
            "parameters": plain_parameters(parameters, self.plain_forms),
            "horizon": self.horizon_,
            "presentations": self.presentations_,
            "n_features": self.n_features_in_,
            "feature_names": [str(name) for name in getattr(self, "feature_names_in_", ())],
            "met": self.met_,
            "counts": {phase: vars(self.counts_[phase]) for phase in ("learning", "readout")},
        }
        arrays = self._asked() | {f"state_{name}": array for name, array in self._state().items()}
        if self.range_ is not None:
            arrays |= {"feature_low": self.range_.low, "feature_width": self.range_.width}
        write_checkpoint(Path(path), header, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` wrote; the learner goes on exactly where it was.

        Raises
        ------
        InputError
            If the file is damaged, or holds another kind of learner.
        """
        header, arrays = read_checkpoint(Path(path), cls.__name__)
        learner = cls(**rich_parameters(header["parameters"], cls.plain_forms))
        learner._open_again(header["horizon"], header["n_features"], arrays)
        learner.presentations_ = header["presentations"]
        # Files of earlier versions hold no names; the samples that were learned from had none, as far as is known.
        learner.met_ = header.get("met", True)
        if header.get("feature_names"):
            learner.feature_names_in_ = np.array(header["feature_names"], dtype=object)
        learner.counts_ |= {phase: EventCounts(**counts) for phase, counts in header["counts"].items()}
        if "feature_low" in arrays:
            learner.range_ = FeatureRange(arrays["feature_low"], arrays["feature_width"])
        learner._restore({k.removeprefix("state_"): v for k, v in arrays.items() if k.startswith("state_")})
        return learner


def _is_fitted(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def flat(X: ArrayLike) -> Any:
    """Give samples of any shape as rows; what is no array is left as it is."""
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
