"""Learners with a spiking hidden layer: their weight changes against finite differences, their events by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.learners import learner_class
from neurosim.learners.hidden_spikes.eligibility import hidden_changes, seen_by_inputs, surrogate_derivative
from neurosim.learners.hidden_spikes.output_layer import filtered_spikes, output_changes, softmax_error
from neurosim.snn.networks.hidden_layer import STRETCH, Timing
from neurosim.tasks import load_task
from tests.snn.networks.hidden_layer_case import (
    N_CLASSES,
    N_HIDDEN,
    N_INPUTS,
    N_SAMPLES,
    TIMING,
    Case,
    read_out,
    simulate,
)

SLOPE = 2.5
NAMES = ("snn-gradient", "e-prop-random")


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


def smooth_spike(potential: np.ndarray) -> np.ndarray:
    """Give the function whose derivative is the surrogate: ``x / (1 + slope |x|)``."""
    distance = potential - 1
    return distance / (1 + SLOPE * np.abs(distance))


def surrogate_loss(parameters: list[np.ndarray], case: Case, reference: np.ndarray) -> float:
    """Give the loss of the surrogate network.

    Its activity is the spikes that were seen plus the change of the smooth spike function since; resets are given.
    """
    inputs, spikes = case.trains()
    tested, _ = simulate(parameters, inputs, spikes)
    outputs = read_out(parameters, spikes + smooth_spike(tested) - reference)
    log_total = np.log(np.exp(outputs).sum(axis=1))
    return float(np.mean(log_total - outputs[np.arange(N_SAMPLES), case.codes]))


def own_gradient(case: Case, feedback: np.ndarray | None = None) -> list[np.ndarray]:
    error = softmax_error(case.shown.outputs, np.eye(N_CLASSES, dtype=np.float32)[case.codes])
    output, output_bias = output_changes(filtered_spikes(case.shown, TIMING), error, TIMING)
    signal = error @ (case.parameters[2] if feedback is None else feedback).T
    hidden, bias = hidden_changes(case.shown, signal, TIMING, SLOPE, N_INPUTS)
    return [hidden, bias, output, output_bias]


def test_weight_changes_are_the_gradient_of_the_surrogate_network(case: Case) -> None:
    """Central differences of a loss written independently, in float64, for every single parameter."""
    parameters = [p.astype(np.float64) for p in case.parameters]
    inputs, spikes = case.trains()
    reference = smooth_spike(simulate(parameters, inputs, spikes)[0])
    h = 1e-6
    for number, mine in enumerate(own_gradient(case)):
        expected = np.empty_like(parameters[number])
        for index in np.ndindex(expected.shape):
            sides = []
            for sign in (1, -1):
                moved = [p.copy() for p in parameters]
                moved[number][index] += sign * h
                sides.append(surrogate_loss(moved, case, reference))
            expected[index] = (sides[0] - sides[1]) / (2 * h)
        assert np.abs(expected).max() > 1e-3
        np.testing.assert_allclose(mine, expected, rtol=2e-4, atol=2e-6)


def test_regrouped_eligibilities_equal_those_built_up_forwards_in_time(case: Case) -> None:
    """A synapse that knows its trace, the surrogate and the final error arrives at the same change."""
    inputs, _ = case.trains()
    feedback = np.random.default_rng(5).normal(size=(N_HIDDEN, N_CLASSES)).astype(np.float32)
    signal = softmax_error(case.shown.outputs, np.eye(N_CLASSES, dtype=np.float32)[case.codes]) @ feedback.T
    trace = np.zeros((N_SAMPLES, N_INPUTS))
    eligibility = np.zeros((N_SAMPLES, N_INPUTS, N_HIDDEN))
    psi = surrogate_derivative(case.shown.tested, SLOPE)
    for step in range(TIMING.n_steps):
        trace *= TIMING.membrane_decay
        eligibility = TIMING.output_decay * eligibility + trace[:, :, None] * psi[:, step, None, :]
        trace += inputs[:, step]
    expected = np.einsum("nij,nj->ij", eligibility, signal)
    np.testing.assert_allclose(own_gradient(case, feedback)[0], expected, rtol=1e-4, atol=1e-6)
    assert not np.allclose(expected, own_gradient(case)[0], rtol=0.1)


@pytest.mark.parametrize("n_steps", [1, 2, STRETCH, STRETCH + 1, 3 * STRETCH - 5])
def test_what_a_charge_contributes_until_the_end_in_one_stretch_of_steps_or_several(n_steps: int) -> None:
    """The definition, summed term by term in float64."""
    timing = Timing(presentation_ms=float(n_steps), membrane_ms=30.0, output_ms=90.0)
    driven = np.random.default_rng(7).uniform(0.5, 1, (2, n_steps, 3)).astype(np.float32)
    expected = np.zeros((2, n_steps, 3))
    for step in range(n_steps):
        for later in range(step + 1, n_steps):
            kept = timing.membrane_decay ** (later - step) * timing.output_decay ** (n_steps - 1 - later)
            expected[:, step] += kept * driven[:, later].astype(np.float64)
    assert expected[:, :-1].all()
    np.testing.assert_allclose(seen_by_inputs(driven, timing), expected, rtol=2e-5)


def test_weight_changes_agree_with_automatic_differentiation(case: Case) -> None:
    """PyTorch, where it is installed, with the reset detached and the surrogate as the spike's derivative."""
    torch = pytest.importorskip("torch")

    class Spike(torch.autograd.Function):
        @staticmethod
        def forward(ctx, v):
            ctx.save_for_backward(v)
            return (v >= 1).to(v.dtype)

        @staticmethod
        def backward(ctx, gradient):
            (v,) = ctx.saved_tensors
            return gradient / (1 + SLOPE * (v - 1).abs()) ** 2

    w, b, o, c = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in case.parameters)
    inputs = torch.tensor(case.trains()[0])
    v, y = torch.zeros(N_SAMPLES, N_HIDDEN, dtype=torch.float64), torch.zeros(N_SAMPLES, N_CLASSES, dtype=torch.float64)
    for step in range(TIMING.n_steps):
        v = TIMING.membrane_decay * v + (1 - TIMING.membrane_decay) * b
        z = Spike.apply(v)
        v = v + inputs[:, step] @ w - z.detach()
        y = TIMING.output_decay * y + (1 - TIMING.output_decay) * c + z @ o
    torch.nn.functional.cross_entropy(y, torch.tensor(case.codes)).backward()
    for mine, expected in zip(own_gradient(case), (w, b, o, c), strict=True):
        np.testing.assert_allclose(mine, expected.grad.numpy(), rtol=2e-4, atol=2e-6)


def _learner(name: str, **settings: Any) -> Any:
    return learner_class(name)(**({"n_hidden": 4, "epochs": 2, "random_state": 1} | settings))


@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_hidden_layer_does_not_move_and_the_output_does(name: str) -> None:
    split = load_task("iris").load(0, 60)
    for hidden, moves in (("frozen", False), ("learned", True)):
        learner = _learner(name, hidden=hidden, n_hidden=16)
        learner.begin(60, np.unique(split.train.y), 4)
        before = learner.weights()
        bias = learner.parameters_.by_layer[0][1].copy()
        learner.partial_fit(split.train.X, split.train.y)
        after = learner.weights()
        assert np.array_equal(before["layer_1"], after["layer_1"]) is not moves
        assert np.array_equal(bias, learner.parameters_.by_layer[0][1]) is not moves
        assert np.abs(after["layer_2"] - before["layer_2"]).max() > 0.01


def test_the_two_learners_differ_in_the_way_back_only() -> None:
    """Same start; same first step of the output; equal throughout with the hidden layer frozen."""
    split = load_task("iris").load(0, 64)
    pairs = {}
    for hidden in ("learned", "frozen"):
        for name in NAMES:
            learner = _learner(name, hidden=hidden, n_hidden=16, batch_size=64)
            learner.begin(64, np.unique(split.train.y), 4)
            start = learner.weights()
            learner.partial_fit(split.train.X, split.train.y)
            pairs[hidden, name] = start, learner.weights(), learner
    for a, b in ((pairs[h, NAMES[0]], pairs[h, NAMES[1]]) for h in ("learned", "frozen")):
        np.testing.assert_array_equal(a[0]["layer_1"], b[0]["layer_1"])
        np.testing.assert_array_equal(a[1]["layer_2"], b[1]["layer_2"])
    np.testing.assert_array_equal(pairs["frozen", NAMES[0]][1]["layer_1"], pairs["frozen", NAMES[1]][1]["layer_1"])
    assert not np.allclose(pairs["learned", NAMES[0]][1]["layer_1"], pairs["learned", NAMES[1]][1]["layer_1"])


def test_random_feedback_never_changes_and_symmetric_feedback_follows_the_output() -> None:
    split = load_task("iris").load(0, 60)
    for name in NAMES:
        learner = _learner(name, n_hidden=16)
        learner.begin(60, np.unique(split.train.y), 4)
        before = learner._feedback().copy()
        learner.partial_fit(split.train.X, split.train.y)
        assert np.array_equal(before, learner._feedback()) is (name == "e-prop-random")
        assert np.array_equal(learner.weights()["layer_2"], learner._feedback()) is (name == "snn-gradient")
    assert learner_class("snn-gradient").traits.locality.weight_transport
    assert not learner_class("e-prop-random").traits.locality.weight_transport


@pytest.mark.parametrize("hidden", ["learned", "frozen"])
def test_events_are_counted_as_by_hand(hidden: str) -> None:
    """20 presentations of 16 features over 16 inputs, 4 hidden neurons, 2 classes, 40 steps, batches of 8."""
    X = np.random.default_rng(0).uniform(0.2, 1, (20, 16)).astype(np.float32)
    y = np.arange(20) % 2
    learner = _learner("snn-gradient", hidden=hidden, presentation_ms=40.0, batch_size=8)
    learner.begin(None, [0, 1], 16)
    learner.partial_fit(X, y)
    counts = learner.costs().learning
    n_parameters = 16 * 4 + 4 + 4 * 2 + 2
    written = n_parameters if hidden == "learned" else 4 * 2 + 2
    assert counts.presentations == counts.labels == counts.feedback_bits == 20
    assert counts.connections == 20 * 40 * (16 * 4 + 4 * 2)
    assert counts.state_updates == 20 * 40 * (16 + 4 + 2)
    assert counts.weight_writes == 3 * written
    assert counts.input_spikes > 20 * 16 and counts.spikes > 20
    assert counts.spike_deliveries == counts.active_connections == counts.input_spikes * 4 + counts.spikes * 2
    if hidden == "learned":
        assert counts.feedback_connections == 2 * 20 * 4 * 2 + counts.input_spikes * 4
        assert counts.trace_updates == 20 * 4 * (2 * 40 + 1) + 3 * 2 * written
    else:
        assert counts.feedback_connections == 20 * 4 * 2
        assert counts.trace_updates == 20 * 4 + 3 * 2 * written
    activity = learner.activity(X)
    learner.predict(X)
    assert learner.costs().inference.spikes == activity.sum()


def test_silent_samples_are_counted() -> None:
    learner = _learner("snn-gradient", initial_gain=0.0, initial_bias=-1.0)
    learner.begin(None, [0, 1], 16)
    learner.predict(np.full((5, 16), 0.5))
    assert learner.costs().inference.silent_samples == 5


@pytest.mark.parametrize("name", NAMES)
def test_four_hidden_neurons_learn_exclusive_or_and_frozen_ones_do_not(name: str) -> None:
    split = load_task("noisy-xor").load(9000)
    learned, frozen = (
        _learner(name, epochs=8, hidden=h).fit(split.train.X, split.train.y) for h in ("learned", "frozen")
    )
    right = learned.score(split.validation.X, split.validation.y)
    assert right > 0.9
    assert right > frozen.score(split.validation.X, split.validation.y) + 0.05
