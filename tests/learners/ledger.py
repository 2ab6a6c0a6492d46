"""Experiments that tell whether an entry of a locality ledger is true; each takes any learner, also one that lies."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from neurosim.ann.network import weight_matrices
from tests.learners import asking

Array = np.ndarray
Make = Callable[[], Any]


def begun(make: Make, X: Array, y: Array, horizon: int | None) -> Any:
    return asking.begun(make(), X, y, horizon)


def trained(make: Make, X: Array, y: Array, horizon: int | None = None) -> Any:
    return begun(make, X, y, horizon or len(X)).partial_fit(X, y)


def state_bytes(learner: Any) -> tuple[tuple[str, bytes], ...]:
    """Give all that a learner keeps, to be compared bit by bit."""
    return tuple(sorted((name, np.array(value).tobytes()) for name, value in learner._state().items()))


def same_weights(a: Any, b: Any) -> bool:
    one, two = a.weights(), b.weights()
    return one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one)


def moved(make: Make, X: Array, y: Array) -> bool:
    """Tell whether learning changes weights at all, beyond the start that a first trial decides."""
    learner = trained(make, X, y)
    return not same_weights(trained(make, X[: len(X) // 2], y[: len(X) // 2], len(X)), learner)


def hears_labels(make: Make, X: Array, y: Array) -> bool:
    """Tell whether weights depend on which label stands beside which sample."""
    shuffled = np.random.default_rng(5).permutation(y)
    assert np.mean(shuffled != y) > 0.3, "the permutation moved no labels"
    return not same_weights(trained(make, X, y), trained(make, X, shuffled))


def outcomes_by_label(make: Make, X: Array, y: Array, n_trials: int = 6) -> list[list[int]]:
    """For each of some trials: into what groups all possible labels fall by what the trial does to the learner.

    ``[4]``: no label makes a difference; ``[1, 3]``: one label differs from three that are alike, which is one bit.
    """
    classes = np.unique(y)
    learner, groups = begun(make, X, y, len(X)).partial_fit(X[:30], y[:30]), []
    for row in range(30, 30 + n_trials):
        twins = [deepcopy(learner).partial_fit(X[row : row + 1], [label]) for label in classes]
        results = [state_bytes(twin) for twin in twins]
        groups.append(sorted(results.count(result) for result in set(results)))
        learner.partial_fit(X[row : row + 1], y[row : row + 1])
    return groups


def knows_the_end(make: Make, X: Array, y: Array) -> bool:
    """Tell whether the same trials change weights otherwise if more are to come."""
    return not same_weights(trained(make, X, y, 2 * len(X)), trained(make, X, y, 20 * len(X)))


def column_lengths(learner: Any) -> tuple[Array, Array]:
    """Give sums and Euclidean lengths of the first layer's incoming weights."""
    first = next(iter(learner.weights().values())).astype(np.float64)
    return np.abs(first).sum(axis=0), np.linalg.norm(first, axis=0)


def keeps_lengths(learner: Any) -> bool:
    """Tell whether all units' incoming weights have one length."""
    return any(np.ptp(lengths) < 1e-3 * lengths.mean() for lengths in column_lengths(learner))


def _with_weights(learner: Any, weights: Array) -> Any:
    """Copy a learner, with other first weights."""
    twin, first = deepcopy(learner), next(iter(learner.weights().values()))
    state = {name: np.array(value) for name, value in learner._state().items()}
    (name,) = [name for name, value in state.items() if value.shape == first.shape and np.array_equal(value, first)]
    twin._restore(state | {name: weights.astype(state[name].dtype)})
    return twin


def unrelated_units_matter(learner: Any, X: Array, y: Array) -> tuple[bool, int]:
    """Tell whether a learning unit's change depends on the weights of units that do nothing in that trial.

    Returns
    -------
    bool
        Whether any learning unit changed otherwise.
    int
        In how many trials a unit learned while another, whose weights were altered, did not.
    """
    matters, n_tried = False, 0
    for row in range(len(X)):
        trial = (X[row : row + 1], y[row : row + 1])
        before = next(iter(learner.weights().values())).copy()
        after = next(iter(deepcopy(learner).partial_fit(*trial).weights().values()))
        # Normalisation may round; what learned moved by more.
        change = np.abs(after - before).max(axis=0)
        learns, idle = change > 1e-4, np.flatnonzero(change < 1e-6)
        if not learns.any() or len(idle) < 2:
            learner.partial_fit(*trial)
            continue
        altered = before.copy()
        # The same weights from other inputs: sums and lengths stay.
        altered[:, idle[::2]] = np.roll(before[:, idle[::2]], 1, axis=0)
        twin = _with_weights(learner, altered).partial_fit(*trial)
        found = next(iter(twin.weights().values()))
        still_idle = np.abs(found - altered)[:, idle].max() < 1e-6
        if still_idle:
            n_tried += 1
            matters |= not np.array_equal(found[:, learns], after[:, learns])
        learner.partial_fit(*trial)
    return matters, n_tried


def transport_matters(learner: Any, x: Array, label: Any) -> tuple[float, float]:
    """Change the output weights such that the answer to one sample stays, and see what its hidden change does.

    Parameters
    ----------
    learner : Learner
        A layered rate network with one hidden layer, trained by plain gradient descent, one sample a step.
    x : ndarray, shape (1, n_features)
        The sample.
    label
        Its label.

    Returns
    -------
    float
        By how much the hidden change differs, as a share of the change.
    float
        The largest change of an output weight, as a share of the largest output weight: not to be near nothing.
    """
    hidden = learner.activity(x)[0].astype(np.float64)
    twin = deepcopy(learner)
    output = weight_matrices(twin.parameters_)[-1]
    other = np.random.default_rng(8).normal(0, np.abs(output).max(), output.shape)
    # What is orthogonal to the hidden activity adds nothing to any output, and so to no error.
    other -= np.outer(hidden, hidden @ other) / (hidden @ hidden)
    share = np.abs(other).max() / np.abs(output).max()
    output += other.astype(output.dtype)
    np.testing.assert_allclose(asking.answers(twin, x), asking.answers(learner, x), atol=1e-5)
    before = learner.weights()["layer_1"]
    changes = [one.partial_fit(x, [label]).weights()["layer_1"] - before for one in (deepcopy(learner), twin)]
    scale = np.linalg.norm(changes[0])
    assert scale > 1e-6, "nothing was learned from this sample"
    return float(np.linalg.norm(changes[1] - changes[0]) / scale), float(share)
