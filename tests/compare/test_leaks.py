"""No learner is told what it will be tested on: one suite for all that are registered, and for some that cheat."""

from __future__ import annotations

from typing import Any

import pytest

from neurosim.data import Split
from neurosim.learners import learner_class
from neurosim.tasks import load_task
from tests.compare.leaks import (
    NearestMean,
    Oracle,
    Peeker,
    Standardiser,
    assert_order_of_tests_changes_nothing,
    assert_test_inputs_change_nothing,
    assert_wrong_labels_teach_nothing,
)
from tests.learners.settings import CLASSIFIERS, LONG, NAMES, REGRESSORS, SIBLINGS, quick, with_slow

ENOUGH: dict[str, dict[str, Any]] = {
    "mlp": {"hidden_units": (40,)},
    "stdp": {"n_neurons": 100},
    "stdp-supervised": {"n_neurons": 100},
    "diehl-cook": {"n_neurons": 100, "presentation_ms": 50.0, "rest_ms": 10.0, "highest_rate_hz": 255.0},
    "snn-gradient": {"n_hidden": 60},
    "e-prop-random": {"n_hidden": 60},
    "snn-hebb-hidden": {"n_hidden": 60},
    "snn-node-perturbation-loss": {"n_hidden": 60},
    "rstdp": {"n_neurons": 100},
    "mlp-reward": {"hidden_units": (60,), "learning_rate": 0.01},
    "node-perturbation": {"hidden_units": (100,), "learning_rate": 0.02},
    "feedback-alignment": {"hidden_units": (60,)},
    "direct-feedback-alignment": {"hidden_units": (60, 40)},
    "node-perturbation-loss": {"hidden_units": (60,)},
    "hebb-hidden": {"hidden_units": (100,)},
    "mlp-spiking": {"hidden_units": (40,), "dropout": 0.0},
    "exemplars": {"n_units": 240},
    "kmeans": {"n_units": 60},
}
"""Settings with which 60 random patterns can be learned by heart; a new learner needs a line if its defaults cannot."""
SLOW = ("diehl-cook", "snn-gradient", "stdp-supervised")
ORDERED = with_slow(NAMES, LONG)
"""That order and batch change no bit is in the contract of every learner; here it is asked of whole runs."""


@pytest.fixture(scope="module")
def splits() -> dict[str, Split]:
    return {name: load_task(name).load(0, 80) for name in ("iris", "diabetes")}


@pytest.fixture
def split(splits: dict[str, Split], request: pytest.FixtureRequest) -> Split:
    """Give parts of what the learner of this test can answer."""
    parameters = getattr(request.node, "callspec", None)
    return splits["diabetes" if parameters and parameters.params["name"] in REGRESSORS else "iris"]


@pytest.mark.parametrize("name", with_slow(NAMES, SIBLINGS))
def test_noise_for_test_inputs_changes_nothing_learned(name: str, split: Split) -> None:
    assert_test_inputs_change_nothing(lambda: quick(name), split)


@pytest.mark.parametrize("name", ORDERED)
def test_the_order_of_test_samples_changes_no_prediction(name: str, split: Split) -> None:
    assert_order_of_tests_changes_nothing(lambda: quick(name), split)


@pytest.mark.parametrize("name", with_slow(CLASSIFIERS, (*SLOW, *SIBLINGS)))
def test_permuted_training_labels_lead_to_guessing(name: str) -> None:
    assert_wrong_labels_teach_nothing(
        lambda: learner_class(name)(**ENOUGH.get(name, {}), random_state=1), must_learn=name != "majority"
    )


def test_an_honest_learner_passes(split: Split) -> None:
    """What the cheats below are made of is not caught itself."""
    assert_test_inputs_change_nothing(NearestMean, split)
    assert_order_of_tests_changes_nothing(NearestMean, split)
    assert_wrong_labels_teach_nothing(NearestMean)


def test_a_learner_that_tunes_itself_on_what_it_is_asked_is_caught(split: Split) -> None:
    """By what it has become, and by answers that depend on the order of questions."""
    with pytest.raises(AssertionError, match="the test inputs change means"):
        assert_test_inputs_change_nothing(Peeker, split)
    with pytest.raises(AssertionError):
        assert_order_of_tests_changes_nothing(Peeker, split)


def test_a_learner_that_answers_by_the_neighbours_is_caught(split: Split) -> None:
    """It changes nothing in itself, but a sample's answer depends on its place."""
    assert_test_inputs_change_nothing(Standardiser, split)
    with pytest.raises(AssertionError):
        assert_order_of_tests_changes_nothing(Standardiser, split)


def test_a_learner_that_knows_the_answers_is_caught() -> None:
    """It answers rightly although it was taught nonsense."""
    with pytest.raises(AssertionError, match=r"with permuted labels 1\.000"):
        assert_wrong_labels_teach_nothing(Oracle)
