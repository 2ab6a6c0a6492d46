r"""Hebbian rules for one layer of rate units: pure functions of weights, one sample, and who learns how much.

Weights have shape (n_inputs, n_units). A rule says three things: how strongly each unit is driven (its score), which
share each unit has in learning from a sample, and how weights change. With a unit's weights :math:`w`, the sample
:math:`x`, the score :math:`u`, the share :math:`s` and the rate :math:`\eta`:

.. math::

    \text{competitive} \quad & \Delta w = \eta s (x - w) \\
    \text{Oja} \quad & \Delta w = \eta s u (x - u w) \\
    \text{Sanger} \quad & \Delta w_j = \eta u_j (x - \textstyle\sum_{i \le j} u_i w_i) \\
    \text{soft winner-take-all} \quad & \Delta w = \eta s (x - u w) \\
    \text{Krotov-Hopfield} \quad & \Delta w = \eta s (x - u w)

In the last, :math:`u = \sum_i |w_i|^{p-1} \mathrm{sgn}(w_i) x_i`; in the first, the cosine; in all others, :math:`w x`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax

Array = NDArray[Any]


class HebbianRule(ABC):
    """What every rule says; immutable. Where a rule says nothing else, its units compete for samples as they come."""

    competes: ClassVar[bool] = True
    """Whether units share samples out among them, so that each is to get its part."""
    centred: ClassVar[bool] = False
    """Whether samples are to come less their running mean."""

    @abstractmethod
    def scores(self, weights: Array, X: Array) -> Array:
        """Give the drive of each unit, shape (n_samples, n_units)."""

    @abstractmethod
    def shares(self, scores: Array) -> Array:
        """Give each unit's share in learning from one sample, shape (n_units,), given scores of that shape."""

    @abstractmethod
    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """Change ``weights`` in place by one sample, shape (n_inputs,); give how many were written."""

    def first_weights(self, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Draw weights to begin with, shape (n_inputs, n_units): none negative, each unit's of length 1."""
        return unit_p_norm(rng.uniform(0, 1, shape), 2)

    def sides(self, scores: Array) -> Array:
        """Give what of scores may be the largest, shape (..., n_answers): an answer for each unit."""
        return scores

    def graded(self, sides: Array) -> Array:
        """Give answers in proportion, of the shape of ``sides``, none negative."""
        return np.maximum(sides, 0)


def winner(scores: Array) -> Array:
    """Give 1 for the unit with the largest score and 0 for all others; the first of equals."""
    shares = np.zeros_like(scores)
    shares[int(np.argmax(scores))] = 1
    return shares


@dataclass(frozen=True)
class Competitive(HebbianRule):
    """Instar (Grossberg 1976, doi:10.1007/BF00344744): the winner moves towards the sample, to its samples' mean.

    Scores are cosines with unit-length samples: a weight vector's length is no advantage.
    """

    def scores(self, weights: Array, X: Array) -> Array:
        """Give ``x w / |w|``."""
        return X @ weights / lengths(weights)

    def shares(self, scores: Array) -> Array:
        """Give all to the winner."""
        return winner(scores)

    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """``w += rate * share * (x - w)`` for all units with a share."""
        for unit in np.flatnonzero(shares):
            weights[:, unit] += weights.dtype.type(rate * shares[unit]) * (x - weights[:, unit])
        return int(np.count_nonzero(shares)) * len(weights)


@dataclass(frozen=True)
class Oja(HebbianRule):
    """Hebb with a decay that keeps unit length (Oja 1982, doi:10.1007/BF00275687), for the winner.

    A unit that learns from all samples finds their first principal axis; units that compete, those of their shares.
    """

    def scores(self, weights: Array, X: Array) -> Array:
        """Give ``x w``."""
        return X @ weights

    def shares(self, scores: Array) -> Array:
        """Give all to the winner."""
        return winner(scores)

    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """``w += rate * share * u (x - u w)`` for all units with a share."""
        for unit in np.flatnonzero(shares):
            u = scores[unit]
            weights[:, unit] += weights.dtype.type(rate * shares[unit]) * u * (x - u * weights[:, unit])
        return int(np.count_nonzero(shares)) * len(weights)


@dataclass(frozen=True)
class Sanger(HebbianRule):
    """Generalised Hebbian algorithm (Sanger 1989, doi:10.1016/0893-6080(89)90044-0).

    Unit ``j`` learns what the units before it leave over: principal components in their order. It needs the scores and
    weights of all units before it, so it is not local. A unit answers with either sign.
    """

    competes = False
    centred = True

    def first_weights(self, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Draw weights of either sign, of length 1 in the mean square."""
        return rng.normal(0, 1 / np.sqrt(shape[0]), shape).astype(np.float32)

    def sides(self, scores: Array) -> Array:
        """Give two answers for each unit: all scores, then all with the other sign."""
        return np.concatenate([scores, -scores], axis=-1)

    def scores(self, weights: Array, X: Array) -> Array:
        """Give ``x w``."""
        return X @ weights

    def shares(self, scores: Array) -> Array:
        """Let all learn."""
        return np.ones_like(scores)

    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """``w_j += rate * share_j * u_j (x - sum over i <= j of u_i w_i)``."""
        left_over = x[:, None] - np.cumsum(weights * scores, axis=1)
        weights += left_over * (weights.dtype.type(rate) * shares * scores)
        return weights.size


@dataclass(frozen=True)
class SoftWinnerTakeAll(HebbianRule):
    """Posterior shares (Moraitis, Toichkin, Journé et al. 2022, doi:10.1088/2634-4386/aca710).

    At rest a unit's weights are the mean of the samples, weighted by the unit's share in each, scaled to unit length.

    Attributes
    ----------
    temperature : float
        Of the softmax that turns scores into shares; small: one winner.
    anti_hebbian : float
        Factor by which all but the winner learn in the opposite direction (Journé et al. 2023, arXiv:2209.11883,
        there 1); at 0 their shares stay as they are.
    """

    temperature: float = 0.01
    anti_hebbian: float = 0.0

    def scores(self, weights: Array, X: Array) -> Array:
        """Give ``x w``."""
        return X @ weights

    def shares(self, scores: Array) -> Array:
        """Give the softmax of ``scores / temperature``, and to losers its negative where they unlearn."""
        shares: Array = self._shares(scores[None])[0]
        return shares

    def _shares(self, scores: Array) -> Array:
        shares = self.posterior(scores)
        if self.anti_hebbian:
            best = np.eye(scores.shape[1], dtype=bool)[scores.argmax(axis=1)]
            shares *= np.where(best, 1, -self.anti_hebbian).astype(shares.dtype)
        return shares

    def graded(self, sides: Array) -> Array:
        """Give the shares before anybody unlearns."""
        return self.posterior(sides)

    def posterior(self, scores: Array) -> Array:
        """Give the softmax of ``scores / temperature``, shape (n_samples, n_units)."""
        return softmax(scores / scores.dtype.type(self.temperature))

    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """``w += rate * share * (x - u w)`` for all units."""
        strength = weights.dtype.type(rate) * shares
        weights *= 1 - strength * scores
        weights += x[:, None] * strength
        return weights.size

    def mean_change(self, weights: Array, X: Array) -> Array:
        """Give what :meth:`learn` does at rate 1, averaged over samples, each first brought to unit length.

        Parameters
        ----------
        weights : ndarray, shape (n_inputs, n_units)
            Left as they are.
        X : ndarray, shape (n_samples, n_inputs)
            Samples; one that is all zero teaches nothing.

        Returns
        -------
        ndarray, shape (n_inputs, n_units)
        """
        length = np.linalg.norm(X, axis=1, keepdims=True)
        direction = X / np.where(length > 0, length, 1)
        u = self.scores(weights, direction)
        y = self._shares(u) * (length > 0)
        change: Array = direction.T @ y
        change -= (y * u).sum(axis=0) * weights
        change /= change.dtype.type(len(X))
        return change


@dataclass(frozen=True)
class KrotovHopfield(HebbianRule):
    """Competing hidden units (Krotov and Hopfield 2019, doi:10.1073/pnas.1820458116, eq. 3), with radius 1.

    The winner learns, the unit of another rank unlearns. A winner's weights approach a p-norm of 1, and point, raised
    to the power ``p - 1``, where its samples do. With ``p = 2`` and nothing unlearned, it is Oja's rule without the
    factor ``u``.

    Attributes
    ----------
    p : float
        Exponent of the norm, 2 or more; the larger, the more a few strong weights decide.
    rank : int
        Which unit unlearns; 2 is the best loser.
    anti_hebbian : float
        How strongly it unlearns.
    """

    p: float = 3.0
    rank: int = 2
    anti_hebbian: float = 0.0

    def first_weights(self, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Draw weights to begin with, none negative, each unit's of a p-norm of 1."""
        return unit_p_norm(rng.uniform(0, 1, shape), self.p)

    def scores(self, weights: Array, X: Array) -> Array:
        """Give ``sum over i of sgn(w_i) |w_i|^(p-1) x_i``."""
        if self.p == 2:
            return X @ weights
        size = np.abs(weights)
        # The general power takes far longer, and p = 3 is the default (the authors' released notebook has p = 2).
        scores: Array = X @ (weights * (size if self.p == 3 else size ** weights.dtype.type(self.p - 2)))
        return scores

    def shares(self, scores: Array) -> Array:
        """Give 1 to the winner and ``-anti_hebbian`` to the unit of the given rank."""
        shares = winner(scores)
        if self.anti_hebbian and len(scores) >= self.rank:
            shares[int(np.argsort(-scores, kind="stable")[self.rank - 1])] = -self.anti_hebbian
        return shares

    def learn(self, weights: Array, x: Array, scores: Array, shares: Array, rate: float) -> int:
        """``w += rate * share * (x - u w)`` for all units with a share."""
        for unit in np.flatnonzero(shares):
            strength = weights.dtype.type(rate * shares[unit])
            weights[:, unit] += strength * (x - scores[unit] * weights[:, unit])
        return int(np.count_nonzero(shares)) * len(weights)


def activity_change(a: Array, share: float) -> Array:
    """Give the change of biases that keeps each unit active on the same share of the samples, looking at it alone.

    Parameters
    ----------
    a : ndarray, shape (n_samples, n_units)
        Activity.
    share : float
        Where a unit was active on fewer of the samples its bias goes up, where on more it goes down.

    Returns
    -------
    ndarray, shape (n_units,)
    """
    return np.asarray(share - np.mean(a > 0, axis=0, dtype=np.float32), np.float32)


def lengths(weights: Array) -> Array:
    """Give the Euclidean length of each unit's weights, shape (n_units,); 1 where all are zero."""
    length = np.sqrt(np.einsum("ij,ij->j", weights, weights))
    return np.where(length > 0, length, 1).astype(weights.dtype)


def unit_p_norm(weights: Array, p: float) -> NDArray[np.float32]:
    """Scale each unit's weights, none of them negative, to a p-norm of 1."""
    return (weights / np.sum(weights**p, axis=0) ** (1 / p)).astype(np.float32)


RULES: MappingProxyType[str, Callable[..., HebbianRule]] = MappingProxyType(
    {
        "competitive": Competitive,
        "oja": Oja,
        "sanger": Sanger,
        "soft-wta": SoftWinnerTakeAll,
        "krotov-hopfield": KrotovHopfield,
    }
)
