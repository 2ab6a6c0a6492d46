"""``autoencoder``: gradients with sparsity against central differences, reconstruction, principal subspace, counts."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.ann.layers import Activate, ActivityPenalty, Dense, KWinners
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import forward, initial_parameters, loss_gradient, zeros_like
from neurosim.learners.layered.autoencoder import Autoencoder
from neurosim.tasks import load_task
from tests.learners.mixed_writers import digits_of_mixed_writers


@pytest.fixture(scope="module")
def digits():
    return load_task("digits").load(0, 400)


def _numeric_gradient(value, flat: np.ndarray, epsilon: float = 1e-6) -> np.ndarray:
    numeric = np.empty_like(flat)
    for k in range(flat.size):
        kept = flat[k]
        flat[k] = kept + epsilon
        above = value()
        flat[k] = kept - epsilon
        below = value()
        flat[k] = kept
        numeric[k] = (above - below) / (2 * epsilon)
    return numeric


@pytest.mark.parametrize("loss_name", ["mean-squared-error", "binary-cross-entropy"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("sparse", [(), (ActivityPenalty(0.3),), (KWinners(2),)], ids=["none", "l1", "k-winners"])
def test_gradients_of_the_reconstruction_equal_central_differences(sparse, activation: str, loss_name: str) -> None:
    """With the penalty, those of the loss plus the penalised sum of absolute activity, averaged over samples."""
    rng = np.random.default_rng(4)
    layers = (Dense(6, 5), Activate(activation), *sparse, Dense(5, 6), Activate("sigmoid"))
    parameters = initial_parameters(layers, rng, np.float64)
    parameters.flat[:] += 0.1 * rng.standard_normal(parameters.flat.size)
    x, loss, gradients = rng.random((7, 6)), LOSSES[loss_name], zeros_like(parameters)
    loss_gradient(layers, loss, parameters.by_layer, x, x, gradients.by_layer)

    def value() -> float:
        hidden = forward(layers[:2], parameters.by_layer[:2], x)[0]
        penalty = sum(layer.strength for layer in sparse if isinstance(layer, ActivityPenalty))
        reconstructed = forward(layers, parameters.by_layer, x)[0]
        return loss.value(reconstructed, x) + penalty * float(np.abs(hidden).sum(axis=1).mean())

    numeric = _numeric_gradient(value, parameters.flat)
    assert np.abs(numeric).max() > 1e-3
    np.testing.assert_allclose(gradients.flat, numeric, rtol=1e-5, atol=1e-8)


def test_k_winners_by_hand() -> None:
    """The two largest of each row pass; of equals, the first."""
    x = np.array([[0.1, 0.9, 0.5, 0.7], [0.3, 0.3, 0.3, -1.0]])
    y, memory = KWinners(2).forward((), x, None)
    np.testing.assert_array_equal(y, [[0, 0.9, 0, 0.7], [0.3, 0.3, 0, 0]])
    back = KWinners(2).backward((), memory, np.ones_like(x), (), True)
    np.testing.assert_array_equal(back, [[0, 1, 0, 1], [1, 1, 0, 0]])
    np.testing.assert_array_equal(KWinners(9).forward((), x, None)[0], x)


def test_a_narrow_linear_code_spans_the_principal_subspace() -> None:
    """Baldi and Hornik 1989: a linear bottleneck of mean squared error is the leading principal subspace.

    Values near one half keep the sigmoid outputs nearly linear.
    """
    rng = np.random.default_rng(8)
    axes = np.linalg.qr(rng.standard_normal((20, 20)))[0][:, :3]
    X = (0.5 + 0.1 * rng.standard_normal((500, 3)) * [1.0, 0.8, 0.6] @ axes.T).astype(np.float32)
    X += 0.005 * rng.standard_normal(X.shape).astype(np.float32)
    learner = Autoencoder(
        n_units=3, sparsity="none", activation="identity", learning_rate=0.01, epochs=120, random_state=0
    ).fit(X, np.arange(500) % 2)
    principal = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][:3]
    decoder = np.linalg.qr(learner.weights()["layer_2"].T)[0]
    assert np.linalg.svd(principal @ decoder)[1].min() > 0.99
    assert learner.loss_value(X) < 0.1 * X.var(axis=0).mean()


@pytest.mark.parametrize(
    "parameters", [{"sparsity": "none", "n_units": 32}, {"sparsity": "l1"}, {"n_active": 8}], ids=["none", "l1", "k"]
)
def test_it_learns_to_reconstruct_better_than_the_mean(parameters: dict, digits) -> None:
    """Samples it has not seen (validation data), against reconstructing the training mean of each pixel."""
    X, held_out = digits.train.X.reshape(400, -1), digits.validation.X.reshape(len(digits.validation), -1)
    learner = Autoencoder(**parameters, epochs=30, random_state=0).fit(X, digits.train.y)
    mean_alone = float(np.mean((held_out - X.mean(axis=0)) ** 2))
    assert learner.loss_value(held_out) < 0.6 * mean_alone
    np.testing.assert_allclose(
        learner.loss_value(held_out), np.mean((learner.reconstruct(held_out) - held_out) ** 2), rtol=1e-5
    )


def test_narrowing_leaves_few_active_and_more_in_use(digits) -> None:
    """One unit answers a sample either way; narrowing gradually, many more units come into use."""
    in_use = []
    for narrowing in (0.0, 0.5):
        learner = Autoencoder(narrowing=narrowing, epochs=20, random_state=0).fit(digits.train.X, digits.train.y)
        activity = learner.activity(digits.train.X)
        assert np.count_nonzero(activity, axis=1).max() == 1
        in_use.append(np.mean(activity.any(axis=0)))
    assert in_use[1] > 2 * in_use[0]


def test_how_many_may_be_active() -> None:
    """From all 100 over the square root of 100 x 4 halfway, to 4 from then on; at once without a horizon."""
    learner = Autoencoder(n_active=4, narrowing=0.5).begin(1000, [0, 1], 64)
    assert [learner.n_active_at(number) for number in (0, 250, 500, 1500)] == [100, 20, 4, 4]
    assert Autoencoder(n_active=4).begin(None, [0, 1], 64).n_active_at(0) == 4
    assert Autoencoder(sparsity="l1").begin(1000, [0, 1], 64).n_active_at(900) == 100


def test_labels_touch_the_readout_alone_and_a_probe_reads_more() -> None:
    """A linear probe of a narrow dense code does what a linear classifier does; a vote over it does not."""
    digits = digits_of_mixed_writers(0)
    X, y, held_out = digits.train.X, digits.train.y, digits.validation
    dense = {"sparsity": "none", "n_units": 32, "epochs": 30, "random_state": 0}
    vote, probe = (Autoencoder(**dense, readout=readout).fit(X, y) for readout in ("vote", "linear-probe"))
    np.testing.assert_array_equal(vote.weights()["layer_1"], probe.weights()["layer_1"])
    assert probe.score(held_out.X, held_out.y) > 0.88
    assert vote.score(held_out.X, held_out.y) < probe.score(held_out.X, held_out.y) - 0.1


def test_operations_counted_by_hand() -> None:
    """16 inputs (3 of them not zero), 5 units, 16 outputs: 160 connections, one step for a batch of two."""
    X = np.zeros((2, 16), np.float32)
    X[0, :3], X[1, 5:8] = 1, 0.5
    learner = Autoencoder(n_units=5, n_active=2, batch_size=2, random_state=0).begin(None, [0, 1], 16)
    learner.partial_fit(X, [0, 1]).fit_readout(X, [0, 1]).predict(X)
    learning, inference = learner.costs().learning, learner.costs().inference
    n_parameters = 16 * 5 + 5 + 5 * 16 + 16
    assert learning.connections == 2 * 160
    assert learning.active_connections == 2 * (3 * 5 + 2 * 16)
    assert learning.feedback_connections == 2 * (160 + 80)
    assert learning.state_updates == 2 * (5 + 16)
    assert (learning.weight_writes, learning.trace_updates) == (n_parameters, 2 * n_parameters)
    assert learning.labels == 0 and learning.feedback_bits == 0
    # Answering takes the hidden layer only.
    assert inference.connections == 2 * 80 and inference.active_connections == 2 * 3 * 5
