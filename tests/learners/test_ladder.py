"""The rungs of the ladder: what reaches hidden layers, against backpropagation, differences and fixed points."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from neurosim.ann.feedback import random_feedback
from neurosim.ann.hebbian import SoftWinnerTakeAll, activity_change
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import forward, loss_gradient, zeros_like
from neurosim.ann.perturbation import draw_noise, noisy_forward
from neurosim.learners import make_learner
from neurosim.learners.layered.feedback_alignment import DirectFeedbackAlignment, FeedbackAlignment
from neurosim.learners.layered.frozen_hidden import FrozenHidden
from neurosim.learners.layered.hebb_hidden import HebbHidden
from neurosim.learners.layered.mlp import MLP
from neurosim.learners.layered.node_perturbation import NodePerturbation
from neurosim.learners.layered.node_perturbation_loss import NodePerturbationLoss
from neurosim.tasks import load_task

Array = np.ndarray[Any, Any]
SMALL: dict[str, Any] = {"hidden_units": (14, 9), "batch_size": 6, "learning_rate": 0.01, "weight_decay": 0.001}
RUNGS = ("feedback-alignment", "direct-feedback-alignment", "node-perturbation-loss", "hebb-hidden", "frozen-hidden")


class Transposed(FeedbackAlignment):
    """Feedback alignment over the forward weights of this moment: backpropagation."""

    def _feedback(self) -> tuple[Array, ...]:
        return tuple(theta[0].T for theta in self.parameters_.by_layer[2:] if theta)


class OneStep:
    """A learner that is about to learn from one batch of digits, and the gradient of that batch."""

    def __init__(self, learner: Any, n_samples: int = 6) -> None:
        split = load_task("digits").load(0, 60)
        self.X = split.train.X[:n_samples].reshape(n_samples, -1)
        self.y = split.train.y[:n_samples]
        self.learner = learner
        learner.begin(None, range(10), 64)
        self.target = np.eye(10, dtype=np.float32)[self.y]
        gradients = zeros_like(learner.parameters_)
        loss_gradient(
            learner.layers_, LOSSES["cross-entropy"], learner.parameters_.by_layer, self.X, self.target,
            gradients.by_layer,
        )  # fmt: skip
        self.gradient = gradients

    def changes(self) -> Any:
        """Let it learn, and give minus what it changed, by layer; with plain descent at rate 1, its slopes."""
        before = self.learner.parameters_.flat.copy()
        self.learner.partial_fit(self.X, self.y)
        changed = zeros_like(self.learner.parameters_)
        changed.flat[:] = before - self.learner.parameters_.flat
        return changed


def plain(cls: Any, **settings: Any) -> Any:
    """Make a learner whose change is minus its slope."""
    descent = {"optimizer": "gradient-descent", "learning_rate": 1.0, "schedule": "constant", "weight_decay": 0.0}
    return cls(**({"hidden_units": (14, 9), "batch_size": 6, "random_state": 3} | descent | settings))


def cosine(a: Array, b: Array) -> float:
    return float(np.sum(a * b) / np.linalg.norm(a) / np.linalg.norm(b))


def test_the_top_rung_is_mlp_bit_for_bit() -> None:
    """Feedback over the transposed weights of the moment: the same numbers as ``mlp``, all through training."""
    split = load_task("digits").load(0, 300)
    mlp = MLP(**SMALL, dropout=0.0, epochs=3, random_state=5).fit(split.train.X, split.train.y)
    rung = Transposed(**SMALL, epochs=3, random_state=5).fit(split.train.X, split.train.y)
    np.testing.assert_array_equal(rung.parameters_.flat, mlp.parameters_.flat)
    fresh = MLP(**SMALL, random_state=5).begin(None, range(10), 64)
    assert np.abs(fresh.parameters_.flat - mlp.parameters_.flat).max() > 0.05


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_feedback_over_transposed_weights_is_the_gradient(activation: str) -> None:
    """By the definition of backpropagation, and as fixed copies of the weights too."""
    step = OneStep(plain(FeedbackAlignment, activation=activation))
    matrices = [theta[0] for theta in step.learner.parameters_.by_layer if theta]
    step.learner.feedback_ = tuple(np.ascontiguousarray(matrix.T) for matrix in matrices[1:])
    np.testing.assert_allclose(step.changes().flat, step.gradient.flat, atol=1e-6)
    assert np.abs(step.gradient.by_layer[0][0]).max() > 1e-3


@pytest.mark.parametrize("cls", [FeedbackAlignment, DirectFeedbackAlignment])
def test_errors_by_hand(cls: Any) -> None:
    """Two hidden layers written out; the two rules agree in the last one and differ in the first."""
    step = OneStep(plain(cls, activation="tanh"))
    (w1, b1), (w2, b2), (w3, b3) = (theta for theta in step.learner.parameters_.by_layer if theta)
    first, second = step.learner.feedback_
    a1 = np.tanh(step.X @ w1 + b1)
    a2 = np.tanh(a1 @ w2 + b2)
    z = a2 @ w3 + b3
    error = (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - step.target) / 6
    delta_2 = (error @ second) * (1 - a2**2)
    delta_1 = ((error if cls.direct else delta_2) @ first) * (1 - a1**2)
    found = [theta for theta in step.changes().by_layer if theta]
    for (weight, bias), below, delta in zip(found, (step.X, a1, a2), (delta_1, delta_2, error), strict=True):
        np.testing.assert_allclose(weight, below.T @ delta, atol=1e-6)
        np.testing.assert_allclose(bias, delta.sum(axis=0), atol=1e-6)
    assert first.shape == ((10, 14) if cls.direct else (9, 14)) and second.shape == (10, 9)
    assert np.abs(found[0][0] - step.gradient.by_layer[0][0]).max() > 1e-3


def test_direct_and_layerwise_feedback_are_the_same_for_one_hidden_layer_only() -> None:
    """The same draws from the same streams; with two layers only the lower one hears something else."""
    split = load_task("digits").load(0, 120)
    for sizes, same in (((14,), True), ((14, 9), False)):
        learners = [cls(**(SMALL | {"hidden_units": sizes}), epochs=1, random_state=2) for cls in
                    (FeedbackAlignment, DirectFeedbackAlignment)]  # fmt: skip
        a, b = (learner.fit(split.train.X, split.train.y).parameters_.flat for learner in learners)
        assert np.array_equal(a, b) is same
    np.testing.assert_array_equal(learners[0].feedback_[1], learners[1].feedback_[1])


def test_feedback_weights_are_drawn_like_forward_weights_and_stay() -> None:
    """He: variance 2 over the units below; another seed, other weights; learning leaves them alone."""
    rngs = [np.random.default_rng(k) for k in (1, 2)]
    lower, upper = random_feedback((400, 300, 200), "he-normal", rngs)
    assert lower.shape == (300, 400) and upper.shape == (200, 300)
    assert lower.var() == pytest.approx(2 / 400, rel=0.02) and upper.var() == pytest.approx(2 / 300, rel=0.02)
    split = load_task("digits").load(0, 120)
    learner = FeedbackAlignment(**SMALL, random_state=4).begin(None, range(10), 64)
    before = [weight.copy() for weight in learner.feedback_]
    learner.partial_fit(split.train.X, split.train.y)
    for weight, kept, theta in zip(learner.feedback_, before, learner.parameters_.by_layer[2::2], strict=True):
        np.testing.assert_array_equal(weight, kept)
        assert abs(cosine(weight, theta[0].T)) < 0.5


def test_forward_weights_lean_towards_the_feedback() -> None:
    """What gave feedback alignment its name: the angle between output weights and feedback falls from 90 degrees."""
    split = load_task("digits").load(0)
    learner = FeedbackAlignment(hidden_units=(60,), weight_decay=0.0, random_state=1)
    learner.begin(None, range(10), 64)
    start = cosine(learner.feedback_[0], learner.weights()["layer_2"].T)
    for _ in range(5):
        learner.partial_fit(split.train.X, split.train.y)
    assert abs(start) < 0.15
    assert cosine(learner.feedback_[0], learner.weights()["layer_2"].T) > start + 0.2


def test_node_perturbation_goes_down_the_gradient_on_average() -> None:
    """Over many draws of small noise the mean change points along the gradient in both layers; one draw does not."""
    step = OneStep(plain(NodePerturbationLoss, noise=0.01, activation="tanh"))
    total, start = zeros_like(step.learner.parameters_), step.learner.parameters_.flat.copy()
    single = None
    for _ in range(3000):
        # Every step draws noise of its own; the weights are put back.
        change = step.changes()
        step.learner.parameters_.flat[:] = start
        total.flat[:] += change.flat
        single = single or change
    assert single is not None
    for layer in (0, 2):
        exact = step.gradient.by_layer[layer][0]
        assert cosine(total.by_layer[layer][0], exact) > 0.95
        assert cosine(single.by_layer[layer][0], exact) < 0.8
        # Along it in size as well.
        assert np.sum(total.by_layer[layer][0] * exact) / 3000 / np.sum(exact**2) == pytest.approx(1, abs=0.05)
    np.testing.assert_allclose(single.by_layer[4][0], step.gradient.by_layer[4][0], atol=1e-6)


def _expected_reward_slope(learner: NodePerturbation, x: Array, label: int, n_draws: int) -> Array:
    """Give the gradient of the probability of the right answer, averaged over the noise, with respect to weights."""
    rng, slope = np.random.default_rng(9), zeros_like(learner.parameters_)
    X = np.repeat(x[None], n_draws, axis=0)
    noise = draw_noise(rng, n_draws, learner.hidden_units, learner.noise)
    (w1, b1), (w2, b2) = (theta for theta in learner.parameters_.by_layer if theta)
    a = np.tanh(X @ w1 + b1 + noise[0])
    z = a @ w2 + b2
    policy = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    right = np.eye(policy.shape[1])[label]
    # d policy_label / dz = policy_label (1_label - policy).
    delta = policy[:, [label]] * (right - policy) / n_draws
    back = (delta @ w2.T) * (1 - a**2)
    slope.by_layer[0][0][:], slope.by_layer[0][1][:] = X.T @ back, back.sum(axis=0)
    slope.by_layer[2][0][:], slope.by_layer[2][1][:] = a.T @ delta, delta.sum(axis=0)
    return slope


def test_one_bit_goes_uphill_on_the_expected_reward_on_average() -> None:
    """Guesses and noise drawn 200,000 times: the mean change of both layers is the slope of P(right)."""
    n = 50_000
    learner = plain(
        NodePerturbation, hidden_units=(7,), activation="tanh", noise=0.5, batch_size=n, exploration=0.0,
        baseline_rate=0.0, hidden_rate=1.0,
    )  # fmt: skip
    x, label = np.linspace(0, 1, 5, dtype=np.float32), 2
    learner.begin(None, [0, 1, 2, 3], 5)
    start, total = learner.parameters_.flat.copy(), zeros_like(learner.parameters_)
    for _ in range(4):
        learner.partial_fit(np.repeat(x[None], n, axis=0), np.full(n, label))
        total.flat[:] += learner.parameters_.flat - start
        learner.parameters_.flat[:] = start
    exact = _expected_reward_slope(learner, x, label, n)
    for layer in (0, 2):
        for found, wanted in zip(total.by_layer[layer], exact.by_layer[layer], strict=True):
            assert cosine(found, wanted) > 0.95
    assert np.sum(total.by_layer[0][0] * exact.by_layer[0][0]) / 4 / np.sum(exact.by_layer[0][0] ** 2) == pytest.approx(
        1, abs=0.15
    )


def test_one_bit_learner_sees_the_label_through_the_bit_alone() -> None:
    """Where every answer is wrong, it does not matter which label made it wrong."""
    X = np.random.default_rng(0).random((40, 6)).astype(np.float32)
    flats = []
    for label in (3, 4):
        learner = NodePerturbation(hidden_units=(8,), random_state=1).begin(None, range(5), 6)
        # Biases that rule out both labels' answers.
        learner.parameters_.by_layer[2][1][3:] = -50
        learner.partial_fit(X, np.full(40, label))
        flats.append(learner.parameters_.flat.copy())
        assert learner.costs().learning.labels == 0 and learner.costs().learning.feedback_bits == 40
    np.testing.assert_array_equal(*flats)


def test_noise_enters_hidden_layers_only_and_deciding_is_free_of_it() -> None:
    """With no noise it is the plain forward pass; each hidden layer's noise changes the output; answers repeat."""
    step = OneStep(plain(NodePerturbationLoss))
    learner, by_layer = step.learner, step.learner.parameters_.by_layer
    nothing = [np.zeros((6, n), np.float32) for n in (14, 9)]
    exact = forward(learner.layers_, by_layer, step.X)[0]
    np.testing.assert_array_equal(noisy_forward(learner.layers_, by_layer, step.X, nothing)[0], exact)
    for layer in (0, 1):
        noise = [np.full_like(one, 0.3 * (number == layer)) for number, one in enumerate(nothing)]
        assert np.abs(noisy_forward(learner.layers_, by_layer, step.X, noise)[0] - exact).max() > 1e-3
    learner.partial_fit(step.X, step.y)
    np.testing.assert_array_equal(learner.predict_proba(step.X), learner.predict_proba(step.X))


@pytest.mark.parametrize(
    "learner", [FrozenHidden(**SMALL, random_state=1), NodePerturbation(**SMALL, hidden="frozen", random_state=1)]
)
def test_frozen_hidden_weights_do_not_move(learner: Any) -> None:
    """Not by learning, not by decay; the output does move."""
    split = load_task("digits").load(0, 120)
    learner.begin(None, range(10), 64)
    before = learner.parameters_.flat.copy()
    learner.partial_fit(split.train.X, split.train.y)
    n_output = 9 * 10 + 10
    np.testing.assert_array_equal(learner.parameters_.flat[:-n_output], before[:-n_output])
    assert np.abs(learner.parameters_.flat[-n_output:] - before[-n_output:]).max() > 0.05
    written = learner.costs().learning
    assert written.weight_writes == 20 * n_output and written.trace_updates == 20 * 2 * n_output


def test_the_output_layer_follows_the_delta_rule_on_every_rung() -> None:
    """The same initial weights, and the same first change of the output, which is the gradient."""
    slopes = []
    for cls in (FeedbackAlignment, DirectFeedbackAlignment, NodePerturbationLoss, HebbHidden, FrozenHidden):
        step = OneStep(plain(cls))
        slopes.append(step.changes().by_layer[4][0])
        np.testing.assert_allclose(slopes[-1], step.gradient.by_layer[4][0], atol=1e-6)
    for one, other in pairwise(slopes):
        np.testing.assert_array_equal(one, other)


def test_competing_units_end_on_unit_length_and_share_out_directions() -> None:
    """SoftHebb's fixed points: unit length, pointing at the mean of what each unit answers."""
    rng = np.random.default_rng(0)
    centres = np.eye(4)[:2] + 0.1
    X = np.concatenate([centre + 0.02 * rng.standard_normal((200, 4)) for centre in centres])
    X *= rng.uniform(0.5, 2, (400, 1))
    weight = 0.5 + 0.3 * rng.standard_normal((4, 2))
    for _ in range(400):
        weight += 0.2 * SoftWinnerTakeAll(0.02).mean_change(weight, X)
    np.testing.assert_allclose(np.linalg.norm(weight, axis=0), 1, atol=0.01)
    directions = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    best = (directions @ weight).max(axis=0)
    assert best.min() > 0.99 and set((directions @ weight).argmax(axis=0)) == {0, 1}
    silent = np.zeros((3, 4))
    np.testing.assert_array_equal(SoftWinnerTakeAll(0.02).mean_change(weight, silent), 0)


def test_hidden_biases_rest_where_units_are_active_as_often_as_asked() -> None:
    """Up where too seldom, down where too often, nothing where it fits."""
    a = np.array([[0, 1, 1], [0, 1, 0], [0, 1, 0], [0, 1, 0]], np.float32)
    np.testing.assert_allclose(activity_change(a, 0.25), [0.25, -0.75, 0], atol=1e-7)
    split = load_task("digits").load(0)
    learner = HebbHidden(hidden_units=(40,), active_share=0.3, epochs=10, random_state=0)
    learner.fit(split.train.X, split.train.y)
    assert np.mean(learner.activity(split.train.X) > 0) == pytest.approx(0.3, abs=0.03)


def test_hebbian_hidden_layers_do_not_hear_the_label() -> None:
    """Other labels, the same hidden weights and another output."""
    split = load_task("digits").load(0, 200)
    permuted = np.random.default_rng(0).permutation(split.train.y)
    learners = [HebbHidden(**SMALL, random_state=1) for _ in range(2)]
    for learner, labels in zip(learners, (split.train.y, permuted), strict=True):
        learner.begin(None, range(10), 64).partial_fit(split.train.X, labels)
    a, b = (learner.weights() for learner in learners)
    fresh = HebbHidden(**SMALL, random_state=1).begin(None, range(10), 64).weights()
    for name in ("layer_1", "layer_2"):
        np.testing.assert_array_equal(a[name], b[name])
        assert np.abs(a[name] - fresh[name]).max() > 0.01
    assert np.abs(a["layer_3"] - b["layer_3"]).max() > 0.01


def test_what_a_sample_costs_to_learn_counted_by_hand() -> None:
    """64-14-9-10: hidden weights 896 + 126, output weights 90; one batch of 6 samples."""
    hidden, output = 64 * 14 + 14 * 9, 9 * 10
    carried = {
        "feedback-alignment": 10 * 9 + 9 * 14,
        "direct-feedback-alignment": 10 * 9 + 10 * 14,
        "node-perturbation-loss": 0,
        "hebb-hidden": 0,
        "frozen-hidden": -hidden,
        "node-perturbation": 0,
    }
    for name, extra in carried.items():
        step = OneStep(make_learner(name, **SMALL, random_state=1))
        step.changes()
        found = step.learner.costs().learning
        assert found.feedback_connections == 6 * (output + hidden + extra), name
        again = {"node-perturbation-loss": hidden + output, "hebb-hidden": hidden}.get(name, 0)
        assert found.connections == 6 * (hidden + output + again), name
        bias = 14 + 9 + 10
        expected = output + 10 if name == "frozen-hidden" else hidden + output + bias
        assert found.weight_writes == expected, name
        assert found.labels == (0 if name == "node-perturbation" else 6)


def test_hidden_learning_is_needed_and_found() -> None:
    """Six hidden units on noisy exclusive or: random ones do not suffice; a vector or a scalar over noise solves it."""
    split = load_task("noisy-xor").load(9000, 800)
    scores = {}
    for name in ("feedback-alignment", "node-perturbation-loss", "frozen-hidden"):
        learner = make_learner(
            name, hidden_units=(6,), activation="tanh", epochs=30, weight_decay=0.0, random_state=9000
        )
        learner.fit(split.train.X, split.train.y)
        scores[name] = learner.score(split.validation.X, split.validation.y)
    assert min(scores["feedback-alignment"], scores["node-perturbation-loss"]) > 0.95
    assert scores["frozen-hidden"] < 0.85


def test_ledgers_say_who_transports_weights() -> None:
    """Nobody below the top rung."""
    assert MLP.traits.locality.weight_transport
    for name in (*RUNGS, "node-perturbation"):
        assert not make_learner(name).traits.locality.weight_transport, name
