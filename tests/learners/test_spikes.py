"""``spikes(x)`` of every spiking learner: the very spikes of a prediction, none more, and without a trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from neurosim.learners import learner_class
from neurosim.tasks import load_task
from tests.learners.asking import begun
from tests.learners.settings import NAMES, quick

SPIKING = tuple(name for name in NAMES if learner_class(name).traits.unit == "spike")
COUNTED = ("neurons", "excitatory", "hidden")
"""Populations whose spike counts are the learner's activity."""


@pytest.fixture(scope="module")
def split():
    return load_task("iris").load(0, 80)


@pytest.fixture(params=SPIKING)
def learner(request: pytest.FixtureRequest, split) -> Any:
    fresh = quick(request.param)
    begun(fresh, split.train.X, split.train.y, len(split.train))
    fresh.partial_fit(split.train.X, split.train.y)
    return fresh.fit_readout(split.train.X, split.train.y)


def test_there_are_spiking_learners_and_others_have_no_spikes() -> None:
    """The suite is about somebody; a rate learner has no such method to call by mistake."""
    assert {"stdp", "rstdp", "diehl-cook", "snn-gradient"} <= set(SPIKING)
    assert [name for name in NAMES if hasattr(quick(name), "spikes")] == list(SPIKING)


def test_they_are_the_spikes_of_a_prediction(learner: Any, split) -> None:
    """Neuron by neuron as in ``activity``, and in number as a prediction counts them, inputs apart."""
    for row in range(3):
        x = split.test.X[row : row + 1]
        spikes, before = learner.spikes(x), learner.costs().inference
        learner.predict(x)
        after = learner.costs().inference
        names, sizes = list(spikes.n_units), spikes.n_units
        (counted,) = [name for name in names if name in COUNTED]
        own = np.bincount(spikes.unit[spikes.population == counted], minlength=sizes[counted])
        np.testing.assert_array_equal(own, learner.activity(x)[0])
        n_inputs = int((spikes.population == "inputs").sum())
        assert n_inputs == after.input_spikes - before.input_spikes > 0
        assert len(spikes.times_ms) - n_inputs == after.spikes - before.spikes > 0


def test_times_lie_within_the_presentation_and_units_within_their_population(learner: Any, split) -> None:
    """Inputs come first; nobody spikes before the onset."""
    spikes = learner.spikes(split.test.X[:1])
    # Choosers may go on for a while after the sample.
    assert spikes.times_ms.min() >= 0 and spikes.times_ms.max() < learner.presentation_ms + 60
    assert spikes.times_ms[spikes.population == "inputs"].max() < learner.presentation_ms
    assert next(iter(spikes.n_units)) == "inputs" and set(spikes.population) <= set(spikes.n_units)
    for name, n in spikes.n_units.items():
        assert (spikes.unit[spikes.population == name] < n).all()


def test_looking_leaves_no_trace_and_finds_the_same_again(learner: Any, split) -> None:
    """State and counts stay; a second look, and one after other samples, gives the same spikes."""
    x = split.test.X[:1]
    before, counts = {k: np.array(v) for k, v in learner._state().items()}, learner.costs()
    first = learner.spikes(x)
    assert learner.costs() == counts
    assert all(np.array_equal(value, learner._state()[name]) for name, value in before.items()) and before
    learner.predict(split.test.X[1:5])
    second = learner.spikes(x)
    for a, b in ((first.times_ms, second.times_ms), (first.unit, second.unit), (first.population, second.population)):
        np.testing.assert_array_equal(a, b)


def test_looking_does_not_change_what_is_learned_afterwards(split) -> None:
    """A learner that was watched goes on to the same weights as one that was not."""
    watched, alone = quick("stdp"), quick("stdp")
    for learner in (watched, alone):
        learner.begin(60, np.unique(split.train.y), split.train.X[0].size)
        learner.partial_fit(split.train.X[:30], split.train.y[:30])
        if learner is watched:
            assert len(learner.spikes(split.test.X[:1]).times_ms)
        learner.partial_fit(split.train.X[30:60], split.train.y[30:60])
    np.testing.assert_array_equal(watched.weights()["layer_1"], alone.weights()["layer_1"])


@pytest.mark.parametrize("name", SPIKING)
def test_a_fresh_learner_has_nothing_to_show(name: str, split) -> None:
    """The usual error."""
    with pytest.raises(NotFittedError):
        quick(name).spikes(split.test.X[:1])
