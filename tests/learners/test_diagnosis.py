"""What a network that fails says, and where."""

from __future__ import annotations

import warnings
from typing import Any

import brian2  # noqa: F401  When it is imported it changes how warnings are shown: not in the middle of a test.
import numpy as np
import pytest

from neurosim.learners import make_learner
from neurosim.learners.diagnosis import warn_of_failure

BUSY = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 2], [0, 1, 0]])
SILENT = "100 % of the samples leave all neurons silent"
X, Y = np.zeros((40, 32), np.float32), np.arange(40) % 3
"""Samples of zeros send no spikes."""
SETTINGS: dict[str, dict[str, Any]] = {
    "stdp": {"n_neurons": 20, "encoder": "intensity", "epochs": 1},
    "stdp-supervised": {"n_neurons": 20, "encoder": "intensity", "epochs": 1},
    "rstdp": {"n_neurons": 20, "encoder": "intensity", "epochs": 1},
    "diehl-cook": {"n_neurons": 20, "encoder": "intensity", "presentation_ms": 20.0, "rest_ms": 10.0, "max_retries": 0},
    "snn-gradient": {"n_hidden": 16, "encoder": "intensity", "initial_bias": 0.0, "epochs": 1},
    "mlp": {"hidden_units": (3,), "epochs": 1},
}


def test_silence_comes_first_then_one_that_wins_all() -> None:
    with pytest.warns(UserWarning, match="75 % of the samples leave all neurons silent: do this"):
        warn_of_failure(BUSY * np.array([[0], [0], [0], [1]]), "do this", "do that", learned=True)
    with pytest.warns(UserWarning, match="one neuron gives 60 % of all spikes: do that"):
        warn_of_failure(np.array([[3, 0], [0, 2]]), "do this", "do that", learned=True)


@pytest.mark.parametrize("activity", [BUSY, np.array([[3, 0], [0, 3]]), np.array([[1], [1]])])
def test_a_network_that_works_says_nothing(activity: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_failure(activity, "do this", "do that", learned=True)
        warn_of_failure(np.array([[3, 0], [0, 2]]), "do this", "do that", learned=False)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("stdp", "learner.fit(X, y)", SILENT),
        ("stdp", "learner.fit_readout(X, y)", SILENT),
        ("stdp-supervised", "learner.partial_fit(X, y, [0, 1, 2]).predict(X)", SILENT),
        ("rstdp", "learner.partial_fit(X, y, [0, 1, 2]).predict_proba(X)", SILENT),
        ("diehl-cook", "learner.fit_readout(X, y)", SILENT),
        ("snn-gradient", "learner.partial_fit(X, y, [0, 1, 2]).predict(X)", SILENT),
        ("snn-gradient", "learner.partial_fit(X, y, [0, 1, 2]).score(X, y)", SILENT),
        ("mlp", "learner.partial_fit(X - 1, y, [0, 1, 2])", "without fit, .* X is clipped"),
        ("mlp", "learner.begin(10, [0, 1, 2], 32).fit_readout(X - 1, y)", "without fit, .* X is clipped"),
        ("mlp", "learner.begin(10, [0, 1, 2], 32).activity(X - 1)", "without fit, .* X is clipped"),
        ("mlp", "cross_val_score(learner.begin(10, [0, 1, 2], 32), X, y, cv=2, scoring=asking)", "is clipped"),
    ],
)
def test_a_warning_stands_at_the_users_own_line(name: str, line: str, said: str) -> None:
    """However deep in this package, or in scikit-learn, it arose: in the second line of a script that is none of ours.

    The last script's own function is called by scikit-learn and asks a learner in its turn.
    """
    from sklearn.model_selection import cross_val_score

    script = compile(f"asking = lambda fitted, X, y: begun.predict(X)[0]\n{line}", "script.py", "exec")
    begun = make_learner("mlp", **SETTINGS["mlp"], random_state=0).begin(10, [0, 1, 2], 32)
    scope = {"learner": make_learner(name, **SETTINGS[name], random_state=0), "X": X, "y": Y, "__name__": "script"}
    if "asking" in line:
        scope |= {"cross_val_score": cross_val_score, "begun": begun, "X": X - 1}
    with pytest.warns(UserWarning, match=said) as seen:
        exec(script, scope)
    (warning,) = [w for w in seen if "silent" in str(w.message) or "clipped" in str(w.message)]
    assert (warning.filename, warning.lineno) == ("script.py", 1 if "asking" in line else 2)
