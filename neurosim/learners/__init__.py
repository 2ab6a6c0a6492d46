"""Learners: scikit-learn estimators that learn online, one short file each. They know of no experiment.

What a new learner is written with can be imported from here.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import InputError, unknown_name
from neurosim.parameters import bounded, layer_sizes, named, truth, whole
from neurosim.registry import Registry, open_registry

if TYPE_CHECKING:
    from neurosim.learners.actor import Actor
    from neurosim.learners.base import Learner
    from neurosim.learners.bench import Objective
    from neurosim.learners.regressor import Regressor
    from neurosim.learners.rewarded import RewardedClassifier
    from neurosim.learners.roles import Classifier

__all__ = [
    "Actor",
    "Classifier",
    "EventCounts",
    "Learner",
    "Locality",
    "Objective",
    "Regressor",
    "RewardedClassifier",
    "Traits",
    "answering",
    "bounded",
    "layer_sizes",
    "learner_class",
    "make_learner",
    "named",
    "traits_of",
    "truth",
    "whole",
    "with_registered",
]
HOW = "see docs/extending.md"
ROLES = "a subclass of Classifier or Regressor"
LATE = {
    "Actor": "neurosim.learners.actor",
    "Classifier": "neurosim.learners.roles",
    "Learner": "neurosim.learners.base",
    "Objective": "neurosim.learners.bench",
    "Regressor": "neurosim.learners.regressor",
    "RewardedClassifier": "neurosim.learners.rewarded",
}


def __getattr__(name: str) -> Any:
    # scikit-learn is imported with the first learner, not before.
    if name in LATE:
        return getattr(importlib.import_module(LATE[name]), name)
    raise AttributeError(f"module 'neurosim.learners' has no attribute {name!r}")


def learner_class(kind: str, registry: Registry | None = None) -> Any:
    """Find a learner's class by its registry name.

    Raises
    ------
    InputError
        If the name is unknown, or what it names is not a learner.
    """
    found: Any = (registry or open_registry()).find("learners", kind).load()
    required = ("traits", "begin", "partial_fit", "fit_readout", "predict", "costs")
    if not isinstance(found, type):
        raise InputError(f"learner {kind!r} is {found!r}, no learner class; accepted: {ROLES}, {HOW}")
    lacking = [name for name in required if not hasattr(found, name)]
    for part in (found, getattr(found, "actor", None)):
        lacking += sorted(getattr(part, "__abstractmethods__", ()))
    if lacking:
        hint = (
            "it extends Learner itself, which answers nothing; extend Classifier or Regressor, "
            if _has_no_role(found)
            else ""
        )
        raise InputError(f"learner {kind!r} is no learner class (lacks {', '.join(lacking)}); {hint}{HOW}")
    traits = getattr(found, "traits", None)
    if not isinstance(traits, Traits):
        raise InputError(f"learner {kind!r}: traits is {traits!r}; accepted: a neurosim.learners.Traits, {HOW}")
    return found


def answering(target: type, registry: Registry | None = None) -> list[str]:
    """Name the learners, controls left out, that answer what a task asks for; this loads all of them."""
    registry = registry or open_registry()
    names = [entry.name for entry in registry.of_kind("learners")]
    classes = {name: learner_class(name, registry) for name in names}
    return [
        name for name, cls in classes.items() if target in getattr(cls, "accepts", ()) and cls.traits.role == "learner"
    ]


def _has_no_role(cls: type) -> bool:
    from neurosim.learners.base import Learner

    return issubclass(cls, Learner) and not cls.accepts


def with_registered(cls: Any, parameters: Mapping[str, Any], registry: Registry | None = None) -> dict[str, Any]:
    """Put what a plugin registered in the place of its name.

    A learner finds built-ins by their names itself; what stands in a file of the user's is known to ``registry``
    alone. Which parameters name something registered is said by the class attribute ``registered``.

    Parameters
    ----------
    cls : type
        The learner's class.
    parameters : mapping of str to object
        Constructor arguments.
    registry : Registry, optional
        Where names are looked up.

    Returns
    -------
    dict of str to object
    """
    replaced = dict(parameters)
    for parameter, kind in getattr(cls, "registered", {}).items():
        name = replaced.get(parameter)
        if registry is not None and isinstance(name, str):
            entry = registry.find(kind, name)
            replaced[parameter] = name if entry.origin == "built-in" else entry.load()
    return replaced


def make_learner(kind: str, registry: Registry | None = None, **parameters: Any) -> Any:
    """Make a learner by its registry name.

    Parameters
    ----------
    kind : str
        A registered name, for example ``"mlp"``.
    registry : Registry, optional
        Where the name is looked up; built-ins and entry points by default.
    **parameters
        The learner's constructor arguments.

    Returns
    -------
    Learner

    Raises
    ------
    InputError
        If the name or a parameter is unknown.
    """
    cls = learner_class(kind, registry)
    accepted = inspect.signature(cls).parameters
    for key in parameters:
        if key not in accepted:
            raise unknown_name(f"learner {kind!r}: parameter", key, accepted)
    return cls(**with_registered(cls, parameters, registry))


def traits_of(kind: str, parameters: Mapping[str, Any], registry: Registry | None = None) -> Traits:
    """Give what a learner is with these parameters, or what its class is where it does not tell them apart.

    Raises
    ------
    InputError
        If the name or a parameter is unknown.
    """
    learner = make_learner(kind, registry, **parameters)
    traits: Traits = learner.own_traits() if hasattr(learner, "own_traits") else learner.traits
    return traits
