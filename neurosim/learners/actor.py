"""The role of a learner that acts and hears how well that was, and nothing else: no label has a way in.

What turns its actions into rewards is the world: an adapter that knows the labels
(:mod:`neurosim.learners.rewarded`), or an environment.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.data import EventCounts, Signature
from neurosim.errors import InputError
from neurosim.learners.base import Array, Learner
from neurosim.parameters import check_whole
from neurosim.seeding import stream

Actions = NDArray[np.int64]
Judge = Callable[[slice, Actions], NDArray[np.float32]]
"""The world: gives the rewards of the actions that were chosen for some rows."""
NO_ACTION = -1
"""Of an observation on which nothing was decided."""


class Actor(Learner):
    """A learner that gives one of several actions for each observation and learns from rewards.

    Needed are ``traits``, ``_start``, ``_act``, ``_reinforce``, ``take_counts``, ``_scores`` and ``weights``; see
    docs/extending.md.
    """

    one_at_a_time: ClassVar[bool] = False
    """Whether it has to hear of one action before it can take another."""
    kept_by_save: ClassVar[frozenset[str]] = Learner.kept_by_save | {"n_actions_", "n_pending_"}

    # -- what an actor adds -------------------------------------------------------------------------------------

    @abstractmethod
    def _act(self, X: Array, rng: np.random.Generator) -> Actions:
        """Choose an action from 0 up for each observation, or ``NO_ACTION``; keep what ``_reinforce`` needs.

        ``X`` is what ``shown`` gave, shape (n_samples, n_inputs).
        """

    @abstractmethod
    def _reinforce(self, rewards: Array) -> None:
        """Learn from what the actions brought that were chosen last, float32, shape (n_samples,)."""

    @abstractmethod
    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        """Give each action's share without exploration, shape (n_samples, n_actions), and what that cost."""

    def _told(self) -> EventCounts:
        return EventCounts(feedback_bits=1.0)

    def _chance(self) -> np.random.Generator:
        """Give the random numbers of the coming choices, by this learner's own seed."""
        return stream(self.seed_, "noise", self.presentations_)

    def _activity(self, X: Array) -> Array:
        """Give activations or spike counts, shape (n_samples, n_units); where nothing is hidden, the scores."""
        return self._scores(X)[0]

    # -- the role -----------------------------------------------------------------------------------------------

    def begin(
        self, n_presentations: int | None = None, n_actions: int | None = None, n_features: int | None = None
    ) -> Self:
        """Forget everything and open training.

        Parameters
        ----------
        n_presentations : int or None
            How many observations will be acted upon, which fixes every schedule; None for a run without a known end.
        n_actions : int
            Number of actions, two or more.
        n_features : int
            Length of an observation.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If a parameter is out of range, or there are fewer than two actions.
        """
        if n_actions is None or n_features is None:
            raise InputError("begin needs n_actions and n_features; accepted: number of actions, number of inputs")
        check_whole("n_actions", n_actions, 2, "there has to be a choice")
        self._clear(n_presentations)
        self.n_actions_ = int(n_actions)
        self.n_pending_ = 0
        self._open(n_presentations, n_features)
        return self

    def act(self, X: ArrayLike, rng: np.random.Generator | None = None) -> Actions:
        """Choose an action for each observation; :meth:`reinforce` has to follow.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Observations in [0, 1]; what lies outside is clipped, with one warning.
        rng : numpy.random.Generator, optional
            Where the choices' chance comes from; by default a stream of the learner's own seed.

        Returns
        -------
        ndarray of int, shape (n_samples,)
            From 0 up; -1 where the learner decided on nothing.

        Raises
        ------
        InputError
            If earlier actions still wait for their rewards.
        ValueError
            If the input is not finite or of another length.
        """
        observed = self.prepared(X)
        if self.n_pending_:
            raise InputError(f"act: {self.n_pending_} actions wait for their rewards; accepted: reinforce first")
        if self.one_at_a_time and len(observed) > 1:
            raise InputError(
                f"X holds {len(observed)} observations; accepted: one at a time, as synapses remember one trial"
            )
        return self.choose(self.shown(observed), rng)

    def reinforce(self, rewards: ArrayLike) -> Self:
        """Learn from the rewards of the actions that :meth:`act` gave last.

        Parameters
        ----------
        rewards : array-like, shape (n_samples,)
            One finite number for each of them.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If no action waits for its reward, or there is not one finite number for each that does.
        """
        self._check_open()
        if not self.n_pending_:
            raise InputError("reinforce: no action waits for its reward; accepted: act first")
        given = np.asarray(rewards, np.float32)
        if given.shape != (self.n_pending_,) or not np.isfinite(given).all():
            raise InputError(f"rewards is {rewards!r}; accepted: {self.n_pending_} finite numbers, one for each action")
        self.hear(given)
        self.counts_["learning"] += self.take_counts()
        return self

    # -- the same without a check, for a world that has checked ---------------------------------------------------

    def attend(self, X: Array, judge: Judge, n_at_once: int = 1) -> None:
        """Act upon observations in their order and learn from what each action brings.

        Parameters
        ----------
        X : ndarray of float32, shape (n_samples, n_features)
            Observations in [0, 1].
        judge : callable
            ``judge(rows, actions)`` gives the rewards of the actions chosen for these rows, a slice; asked once for
            each, in order, before the next ones are chosen.
        n_at_once : int, default=1
            Observations that are acted upon together.
        """
        shown = self.shown(X)
        for start in range(0, len(X), n_at_once):
            rows = slice(start, start + n_at_once)
            self.hear(judge(rows, self.choose(shown[rows])))

    def shown(self, X: Array) -> Array:
        """Give observations, float32 in [0, 1], as the inputs are shown them: each by itself, whatever is beside it."""
        return X

    def choose(self, X: Array, rng: np.random.Generator | None = None) -> Actions:
        """Act upon observations that :meth:`shown` gave; see :meth:`act`."""
        actions = self._act(X, self._chance() if rng is None else rng)
        self.n_pending_ = len(X)
        return actions

    def hear(self, rewards: Array) -> None:
        """Learn from rewards, float32, one for each action chosen last; see :meth:`reinforce`."""
        self._reinforce(rewards)
        self.presentations_ += len(rewards)
        self.n_pending_ = 0

    @abstractmethod
    def take_counts(self) -> EventCounts:
        """Give what acting and learning took since this was last asked."""

    def preferences(self, X: Array) -> tuple[Array, EventCounts]:
        """Give each action's share without exploration, shape (n_samples, n_actions), and what that cost."""
        return self._scores(X)

    def state(self) -> dict[str, Array]:
        """Give everything that is needed to go on exactly here."""
        return self._state()

    def take(self, state: dict[str, Array], presentations: int) -> None:
        """Go on from what :meth:`state` gave after so many presentations."""
        self.presentations_ = presentations
        self._restore(state)

    # -- opening and keeping ------------------------------------------------------------------------------------

    def begin_for(self, signature: Signature, n_presentations: int | None = None) -> Self:
        """Refuse a task: what it asks is not told to an actor; see :meth:`Learner.begin_for`."""
        raise InputError(
            f"{type(self).__name__} answers with actions, but asked for is {signature.target.in_words}; accepted: a "
            "neurosim.learners.RewardedClassifier around it"
        )

    def save(self, path: str | Path) -> None:
        """Write parameters and state to a file; see :meth:`Learner.save`. No action may wait for its reward."""
        if getattr(self, "n_pending_", 0):
            raise InputError(f"save: {self.n_pending_} actions wait for their rewards; accepted: reinforce first")
        super().save(path)

    def _n_outputs(self) -> int:
        return self.n_actions_

    def _asked(self) -> dict[str, Array]:
        return {"n_actions": np.array(self.n_actions_)}

    def _open_again(self, n_presentations: int | None, n_features: int, asked: Mapping[str, Array]) -> None:
        self.begin(n_presentations, int(asked["n_actions"]), n_features)
