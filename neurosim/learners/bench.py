"""What a bench offers: one learner at fixed weights, the change that trials would make, and descents."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.linear_probe import LinearProbe
from neurosim.errors import InputError, unknown_name
from neurosim.registry import Registry, open_registry

if TYPE_CHECKING:
    from neurosim.learners.base import Learner

Array = NDArray[Any]
Layers = dict[str, Array]
Codes = NDArray[np.int64]
READOUT, OWN = "readout", "own"
ATTRIBUTES = ("step", "objectives", "bounds", "noisy_descents")
METHODS = ("weights", "activity", "change", "descent")
NOT_SEEN = "the read-out is fitted on the layer below, so that its loss does not see these weights"


@dataclass(frozen=True)
class Objective:
    """A loss whose descent a rule's change is set against.

    Attributes
    ----------
    loss : str
        What is to become small.
    through : str
        What exactly is differentiated.
    surrogate : bool
        Whether that is a smooth stand-in for what the learner computes.
    undefined : mapping of str to str
        Layers for which there is no honest gradient, with the reason.
    """

    loss: str
    through: str
    surrogate: bool = False
    undefined: Mapping[str, str] = field(default_factory=dict)


class Bench(Protocol):
    """A learner at fixed weights; nothing that is asked of it changes what it answers next.

    Attributes
    ----------
    step : str
        What the measured change is, in words.
    objectives : mapping of str to Objective
        ``"readout"``, the cross-entropy of a linear read-out fitted on current activity, ``"own"``, or both.
    bounds : mapping of str to tuple of float
        Lowest and highest weight of the layers where the rule keeps to them.
    noisy_descents : bool
        Whether chance has a part in descents, as where inputs spike.
    """

    step: str
    objectives: Mapping[str, Objective]
    bounds: Mapping[str, tuple[float, float]]
    noisy_descents: bool

    def weights(self) -> Layers:
        """Give all weight matrices, each (n_in, n_out), from input to output."""
        ...

    def activity(self, X: Array) -> Array:
        """Give what the linear read-out is fitted on, shape (n_samples, n_units)."""
        ...

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean of the changes that single trials would make, each from the fixed weights.

        Parameters
        ----------
        X, codes : ndarray, shapes (n_samples, ...) and (n_samples,)
            Trials, labels as numbers from 0.
        seed : int
            Of whatever is random in these trials.
        """
        ...

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient of an objective, averaged over samples, for the layers where it is defined.

        Parameters
        ----------
        objective : {"readout", "own"}
            Which.
        X, codes : ndarray
            Samples and labels.
        seed : int
            Of whatever is random; as given to :meth:`change`, the same presentations.
        probe : LinearProbe or None
            The read-out; needed by the objective ``"readout"``.
        """
        ...


def one_hot(codes: Codes, n_classes: int) -> Array:
    """Give labels as rows with a single 1, shape (n_samples, n_classes), float64."""
    return np.eye(n_classes)[codes]


def probe_slope(probe: LinearProbe, activity: Array, codes: Codes) -> Array:
    """Give the gradient of the read-out's mean cross-entropy with respect to activity, float64."""
    error = (probe.scores(activity) - one_hot(codes, probe.weights.shape[1])) / len(codes)
    return np.asarray(error @ probe.weights.T)


def bench_class(learner_class: type, kind: str, registry: Registry | None = None) -> Any:
    """Find the bench that a class of learners names in its attribute ``bench``, or holds there.

    Parameters
    ----------
    learner_class : type
        Of the learner.
    kind : str
        Its registry name, for the error.
    registry : Registry, optional
        Whose learners the error lists; the built-in ones by default.

    Raises
    ------
    InputError
        If nobody has written down how a single trial's change can be had from such a learner, or what is named is
        no bench.
    """
    path = getattr(learner_class, "bench", "")
    if not path:
        entries = (registry or open_registry()).of_kind("learners")
        measured = [entry.name for entry in entries if getattr(entry.load(), "bench", "")]
        raise InputError(
            f"learner {kind!r} has no weight change of a single trial that could be measured; "
            f"accepted: {', '.join(measured)}, or a learner whose class names a bench, see docs/extending.md"
        )
    found = path if isinstance(path, type) else _imported(path, kind)
    lacking = [name for name in METHODS if not callable(getattr(found, name, None))]
    if not isinstance(found, type) or lacking:
        raise InputError(
            f"learner {kind!r}: bench is {path!r}, which is no bench (lacks {', '.join(lacking) or 'a class'}); "
            "accepted: a class as neurosim.learners.bench.Bench describes"
        )
    return found


def _imported(path: object, kind: str) -> Any:
    module, _, name = str(path).partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"learner {kind!r}: bench is {path!r}, which cannot be found: {error}; accepted: a class, or module:class"
        ) from error


def make_bench(learner: Learner, kind: str) -> Bench:
    """Put a copy of a learner on its bench.

    Parameters
    ----------
    learner : Learner
        Begun or trained, with weights; it is not changed.
    kind : str
        Its registry name.

    Returns
    -------
    Bench

    Raises
    ------
    InputError
        If such a learner cannot be measured, or its bench does not say what is measured.
    """
    bench: Bench = bench_class(type(learner), kind)(learner)
    lacking = [name for name in ATTRIBUTES if not hasattr(bench, name)]
    if lacking:
        raise InputError(f"learner {kind!r}: its bench lacks {', '.join(lacking)}; accepted: all of {ATTRIBUTES}")
    for name in bench.objectives:
        if name not in (READOUT, OWN):
            raise unknown_name(f"learner {kind!r}: its bench's objective", name, (READOUT, OWN))
    return bench
