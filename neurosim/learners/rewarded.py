"""The world of a learner that hears rewards alone: it knows the labels, compares, and hands over one bit a trial.

The actor is an object of its own. It was made from parameters, a seed and the numbers of features and of actions, and
what it is handed in a trial is a sample and then a reward; it holds no reference to what stands here.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.actor import Actor
from neurosim.learners.base import Array
from neurosim.learners.roles import Classifier
from neurosim.parameters import adopt_parameters

OF_THE_ACTOR = ("traits", "registered", "plain_forms")


class RewardedClassifier(Classifier):
    """A classifier whose actions are guesses at the class, each told right (1) or wrong (0).

    A subclass names its actor, ``actor = MyActor``, and has the traits and parameters of that class, beside those that
    it states itself. Predictions are the actor's choices without exploration. What a fitted actor holds can be looked
    at here as well.
    """

    @property
    @abstractmethod
    def actor(self) -> type[Actor]:
        """Class of what guesses."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        if "actor" in vars(cls):
            actor = vars(cls)["actor"]
            if not (isinstance(actor, type) and issubclass(actor, Actor)):
                raise TypeError(f"{cls.__name__}.actor is {actor!r}; accepted: a subclass of neurosim.learners.Actor")
            adopt_parameters(cls, actor)
            for name in set(OF_THE_ACTOR) - set(vars(cls)):
                setattr(cls, name, getattr(actor, name))
        super().__init_subclass__(**keywords)

    def _start(self) -> None:
        self.actor_ = self.actor(**self._for_the_actor(self.get_params(deep=False) | {"random_state": self.seed_}))
        self.actor_.begin(self.horizon_, len(self.classes_), self.n_features_in_)

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters, those of an actor that has begun as well."""
        super().set_params(**parameters)
        if self._is_open():
            self.actor_.set_params(**self._for_the_actor(parameters))
        return self

    def _for_the_actor(self, parameters: dict[str, Any]) -> dict[str, Any]:
        known = {one.name for one in fields(self.actor) if one.init}
        return {name: value for name, value in parameters.items() if name in known}

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        def judge(rows: slice, guesses: NDArray[np.int64]) -> NDArray[np.float32]:
            # Here the world compares guess and label; only the bit goes on.
            return np.asarray(guesses == codes[rows], np.float32)

        self.actor_.attend(X, judge, self.batch_size)
        return self.actor_.take_counts()

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        return self.actor_.preferences(X)

    def _activity(self, X: Array) -> Array:
        return self.actor_.activity(X)

    def weights(self) -> dict[str, Array]:
        """Give the actor's weight matrices, each (n_in, n_out)."""
        return self.actor_.weights()

    def _state(self) -> dict[str, Array]:
        return self.actor_.state()

    def _restore(self, state: dict[str, Array]) -> None:
        self.actor_.take(state, self.presentations_)

    def __getattr__(self, name: str) -> Any:
        # What was learned is the actor's.
        if name.endswith("_") and not name.startswith("_") and "actor_" in vars(self):
            return getattr(self.actor_, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
