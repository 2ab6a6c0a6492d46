"""Learners: scikit-learn estimators that learn online, one short file each. They know of no experiment."""

from __future__ import annotations

import inspect
from typing import Any

from neurosim.errors import InputError, unknown_name
from neurosim.registry import Registry, open_registry

__all__ = ["learner_class", "make_learner"]


def learner_class(kind: str, registry: Registry | None = None) -> Any:
    """Find a learner's class by its registry name.

    Raises
    ------
    InputError
        If the name is unknown, or what it names is not a learner.
    """
    found = (registry or open_registry()).find("learners", kind).load()
    required = ("traits", "begin", "partial_fit", "fit_readout", "predict", "costs")
    lacking = [name for name in required if not hasattr(found, name)]
    if not inspect.isclass(found) or lacking:
        raise InputError(f"learner {kind!r} is no learner class (lacks {', '.join(lacking) or 'a class'})")
    return found


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
    return cls(**parameters)
