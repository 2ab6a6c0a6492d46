"""What is the perceptron's own: XOR after the article, operation counts by hand, schedules, parameters."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.ann.network import loss_gradient, zeros_like
from neurosim.learners.layered.mlp import MLP
from neurosim.tasks import load_task

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
Y = np.array([0, 1, 1, 0])
ARTICLE = {
    "hidden_units": (3,),
    "activation": "sigmoid",
    "loss": "mean-squared-error",
    "optimizer": "gradient-descent",
    "schedule": "constant",
    "batch_size": 4,
    "weight_decay": 0.0,
    "dropout": 0.0,
    "initialiser": "xavier-uniform",
    "learning_rate": 5.0,
    "epochs": 3000,
}


def _solved(learner: MLP) -> bool:
    return learner.loss_value(X, Y) < 0.01 and bool((learner.predict(X) == Y).all())


def test_the_articles_network_learns_xor() -> None:
    """2-3-1 sigmoid units, mean squared error, full-batch gradient descent; 100 seeds run in the slow suite."""
    assert sum(_solved(MLP(**ARTICLE, random_state=seed).fit(X, Y)) for seed in range(8)) >= 7


@pytest.mark.slow
def test_the_articles_network_learns_xor_for_95_of_100_seeds() -> None:
    assert sum(_solved(MLP(**ARTICLE, random_state=seed).fit(X, Y)) for seed in range(100)) >= 95


def test_the_articles_listing_does_not() -> None:
    """Uniform positive weights, rate 0.1 and 1,000 steps leave the loss where it began, near a quarter."""
    listing = ARTICLE | {"initialiser": "uniform-positive", "learning_rate": 0.1, "epochs": 1000}
    learners = [MLP(**listing, random_state=seed).fit(X, Y) for seed in range(5)]
    assert not any(_solved(learner) for learner in learners)
    assert all(0.2 < learner.loss_value(X, Y) < 0.3 for learner in learners)


def test_operations_of_2_3_1_counted_by_hand() -> None:
    """XOR's four patterns hold 4 ones; 2 x 3 + 3 x 1 = 9 connections; see the test vector of NeuroBench's rule."""
    learner = MLP(**(ARTICLE | {"epochs": 1}), random_state=0).fit(X, Y)
    learner.predict(X)
    inference, learning = learner.costs().inference, learner.costs().learning
    assert inference.presentations == 4
    assert inference.connections == 4 * 9
    # Each of the 4 ones meets 3 hidden units; all 4 x 3 hidden activations are above zero.
    assert inference.active_connections == 4 * 3 + 4 * 3
    assert inference.state_updates == 4 * (3 + 1)
    assert learning.connections == 4 * 9
    # Gradients of 9 weights, and the error carried back over the 3 output weights.
    assert learning.feedback_connections == 4 * (9 + 3)
    assert learning.weight_writes == 9 + 4
    assert learning.labels == 4
    assert learning.feedback_bits == 4.0


def test_adam_updates_two_traces_for_each_parameter() -> None:
    learner = MLP(hidden_units=(3,), batch_size=2, epochs=1, random_state=0).fit(X, Y)
    n_parameters = 2 * 3 + 3 + 3 * 2 + 2
    assert learner.costs().learning.trace_updates == 2 * n_parameters * 2
    assert learner.costs().learning.weight_writes == n_parameters * 2


def test_one_presentation_moves_the_weights_down_the_gradient() -> None:
    split = load_task("iris").load(0)
    learner = MLP(
        hidden_units=(5,), optimizer="gradient-descent", learning_rate=0.1, schedule="constant", batch_size=10,
        dropout=0.0, weight_decay=0.0, random_state=3,
    )  # fmt: skip
    learner.begin(None, [0, 1, 2], 4)
    before, gradients = learner.parameters_.flat.copy(), zeros_like(learner.parameters_)
    from neurosim.ann.losses import LOSSES

    x, target = split.train.X[:10], np.eye(3, dtype=np.float32)[split.train.y[:10]]
    loss_gradient(learner.layers_, LOSSES["cross-entropy"], learner.parameters_.by_layer, x, target, gradients.by_layer)
    learner.partial_fit(x, split.train.y[:10])
    np.testing.assert_allclose(learner.parameters_.flat - before, -0.1 * gradients.flat, atol=1e-7)
    assert np.abs(gradients.flat).max() > 1e-3


def test_the_linear_schedule_ends_at_zero() -> None:
    """The last of four equal batches moves the weights a quarter as far as a constant rate would."""
    learner = MLP(optimizer="gradient-descent", learning_rate=0.4, schedule="linear", batch_size=1, random_state=0)
    learner.begin(4, [0, 1], 2)
    assert [learner.rate_at(k) for k in range(5)] == pytest.approx([0.4, 0.3, 0.2, 0.1, 0.0])
    learner.begin(None, [0, 1], 2)
    assert learner.rate_at(10**6) == 0.4


def test_the_untrained_control_trains_its_output_layer_alone() -> None:
    split = load_task("digits").load(0, 300)
    fresh = MLP(random_state=1)
    fresh.begin(None, range(10), 64)
    hidden, output = fresh.weights().values()
    fresh.fit_readout(split.train.X, split.train.y)
    hidden_after, output_after = fresh.weights().values()
    np.testing.assert_array_equal(hidden, hidden_after)
    assert np.abs(output - output_after).max() > 0.05
    assert fresh.score(split.validation.X, split.validation.y) > 0.7


def test_fit_readout_leaves_a_trained_network_alone() -> None:
    split = load_task("iris").load(0)
    learner = MLP(random_state=1).fit(split.train.X, split.train.y)
    before = learner.weights()
    learner.fit_readout(split.train.X, split.train.y)
    for name, matrix in learner.weights().items():
        np.testing.assert_array_equal(matrix, before[name])


def test_activity_is_the_last_hidden_layer() -> None:
    learner = MLP(hidden_units=(6, 5), random_state=0).fit(X, Y)
    w, b = learner.parameters_.by_layer[0], learner.parameters_.by_layer[2 + 1]
    first = np.maximum(X @ w[0] + w[1], 0)
    np.testing.assert_allclose(learner.activity(X), np.maximum(first @ b[0] + b[1], 0), rtol=1e-5)


def test_float32_throughout() -> None:
    learner = MLP(random_state=0).fit(X.astype(np.float64), Y)
    arrays = [learner.parameters_.flat, learner.gradients_.flat, *learner.optimizer_state_.vectors]
    assert all(array.dtype == np.float32 for array in (*arrays, *learner.weights().values(), learner.activity(X)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "at_least", "settings"),
    [
        ("mnist", 0.98, {"learning_rate": 0.001, "weight_decay": 0.0}),
        ("fashion-mnist", 0.885, {"learning_rate": 0.001, "weight_decay": 0.0}),
    ],
)
def test_784_300_10_reaches_its_accuracy(task: str, at_least: float, settings: dict, mnist_data: object) -> None:
    split = load_task(task).load(0)
    learner = MLP(hidden_units=(300,), batch_size=128, epochs=20, random_state=0, **settings)
    learner.fit(split.train.X, split.train.y)
    assert learner.score(split.test.X, split.test.y) >= at_least
