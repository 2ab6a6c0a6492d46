"""What a network that fails says."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from neurosim.learners.competing.stdp_supervised import STDPSupervised
from neurosim.learners.diagnosis import complain
from neurosim.learners.hidden_spikes.snn_gradient import SNNGradient

BUSY = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 2], [0, 1, 0]])


def test_silence_comes_first_then_one_that_wins_all() -> None:
    with pytest.warns(UserWarning, match="75 % of the samples leave all neurons silent: do this"):
        complain(BUSY * np.array([[0], [0], [0], [1]]), "do this", "do that", learned=True)
    with pytest.warns(UserWarning, match="one neuron gives 60 % of all spikes: do that"):
        complain(np.array([[3, 0], [0, 2]]), "do this", "do that", learned=True)


@pytest.mark.parametrize("activity", [BUSY, np.array([[3, 0], [0, 3]]), np.array([[1], [1]])])
def test_a_network_that_works_says_nothing(activity: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        complain(activity, "do this", "do that", learned=True)
        complain(np.array([[3, 0], [0, 2]]), "do this", "do that", learned=False)


@pytest.mark.parametrize(
    "learner",
    [
        STDPSupervised(n_neurons=4, encoder="intensity", random_state=0),
        SNNGradient(n_hidden=5, encoder="intensity", initial_bias=0.0, random_state=0),
    ],
    ids=["wired", "hidden layer"],
)
def test_a_learner_that_never_spikes_says_so(learner: object) -> None:
    """Samples of zeros send no spikes."""
    X, y = np.zeros((40, 20), np.float32), np.arange(40) % 2
    learner.begin(40, [0, 1], 20).partial_fit(X, y)  # type: ignore[attr-defined]
    with pytest.warns(UserWarning, match="100 % of the samples leave all neurons silent"):
        learner.score(X, y)  # type: ignore[attr-defined]
