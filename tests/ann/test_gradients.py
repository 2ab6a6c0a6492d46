"""Gradients of every activation and loss against central differences, one step by hand, and PyTorch as an oracle."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from neurosim.ann.activations import ACTIVATIONS
from neurosim.ann.layers import Activate, Dense, Dropout
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import forward, initial_parameters, last_layers, loss_gradient, zeros_like
from neurosim.ann.optimizers import gradient_descent
from neurosim.ann.training import training_step

OUTPUTS = {
    "mean-squared-error": ("identity", "sigmoid", "tanh", "relu", "softmax"),
    "binary-cross-entropy": ("sigmoid", "softmax"),
    "cross-entropy": ("softmax", "sigmoid"),
}


def _network(hidden: str, output: str, rng: np.random.Generator):
    layers = (Dense(5, 4), Activate(hidden), Dense(4, 3), Activate(output))
    parameters = initial_parameters(layers, rng, np.float64)
    parameters.flat[:] += 0.1 * rng.standard_normal(parameters.flat.size)
    return layers, parameters


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


@pytest.mark.parametrize(
    ("hidden", "loss_name", "output"),
    [
        (hidden, loss, output)
        for hidden, (loss, outputs) in product(sorted(set(ACTIVATIONS) - {"softmax"}), OUTPUTS.items())
        for output in outputs
    ],
)
def test_backpropagation_equals_central_differences(hidden: str, loss_name: str, output: str) -> None:
    rng = np.random.default_rng(3)
    layers, parameters = _network(hidden, output, rng)
    x, target = rng.standard_normal((7, 5)), np.eye(3)[rng.integers(0, 3, 7)]
    loss, gradients = LOSSES[loss_name], zeros_like(parameters)

    _, dx = loss_gradient(layers, loss, parameters.by_layer, x, target, gradients.by_layer, to_input=True)

    def value() -> float:
        return loss.value(forward(layers, parameters.by_layer, x)[0], target)

    numeric = _numeric_gradient(value, parameters.flat)
    assert np.abs(numeric).max() > 1e-3
    np.testing.assert_allclose(gradients.flat, numeric, rtol=1e-5, atol=1e-8)
    flat_x = x.ravel()
    np.testing.assert_allclose(dx.ravel(), _numeric_gradient(value, flat_x), rtol=1e-5, atol=1e-8)


def test_the_canonical_shortcut_equals_the_long_way() -> None:
    """Softmax with cross-entropy: (y - t) / n against the chain through the Jacobian."""
    rng = np.random.default_rng(0)
    y = ACTIVATIONS["softmax"].function(rng.standard_normal((6, 4)))
    target = np.eye(4)[rng.integers(0, 4, 6)]
    long_way = ACTIVATIONS["softmax"].pullback(y, LOSSES["cross-entropy"].gradient(y, target))
    np.testing.assert_allclose(long_way, (y - target) / 6, rtol=1e-12)
    assert np.abs(long_way).max() > 0.01


def test_a_saturated_output_still_has_its_gradient() -> None:
    layers = (Dense(1, 1), Activate("sigmoid"))
    parameters = initial_parameters(layers, np.random.default_rng(0))
    parameters.flat[:] = [200.0, 0.0]
    gradients = zeros_like(parameters)
    x, target = np.array([[1.0]], np.float32), np.array([[0.0]], np.float32)
    loss_gradient(layers, LOSSES["binary-cross-entropy"], parameters.by_layer, x, target, gradients.by_layer)
    assert gradients.flat.tolist() == [1.0, 1.0]


def test_one_step_worked_out_by_hand() -> None:
    """A 2-2-1 network of sigmoids, one sample, mean squared error, rate 0.5.

    x = (1, 0.5), W1 = [[0.1, -0.2], [0.4, 0.2]], b1 = (0, 0.1), W2 = [[0.3], [-0.5]], b2 = 0.2, t = 1.
    z1 = (0.1 + 0.2, -0.2 + 0.1 + 0.1) = (0.3, 0);  h = (0.5744425, 0.5)
    z2 = 0.3 * 0.5744425 - 0.5 * 0.5 + 0.2 = 0.1223328;  y = 0.5305451
    d2 = 2 (y - t) y (1 - y) = -0.9389098 * 0.2490670 = -0.2338515
    dW2 = (-0.1343342, -0.1169257), db2 = -0.2338515
    d1 = d2 W2 h (1 - h) = (-0.2338515 * 0.3 * 0.2444583, -0.2338515 * -0.5 * 0.25) = (-0.0171500, 0.0292314)
    """
    layers = (Dense(2, 2), Activate("sigmoid"), Dense(2, 1), Activate("sigmoid"))
    parameters = initial_parameters(layers, np.random.default_rng(0), np.float64)
    parameters.flat[:] = [0.1, -0.2, 0.4, 0.2, 0.0, 0.1, 0.3, -0.5, 0.2]
    training_step(
        layers, LOSSES["mean-squared-error"], gradient_descent(), parameters, zeros_like(parameters),
        gradient_descent().initial(parameters.flat), np.array([[1.0, 0.5]]), np.array([[1.0]]), 0.5,
    )  # fmt: skip
    expected = [
        0.1 + 0.5 * 0.0171500, -0.2 - 0.5 * 0.0292314, 0.4 + 0.5 * 0.5 * 0.0171500, 0.2 - 0.5 * 0.5 * 0.0292314,
        0.5 * 0.0171500, 0.1 - 0.5 * 0.0292314,
        0.3 + 0.5 * 0.1343342, -0.5 + 0.5 * 0.1169257, 0.2 + 0.5 * 0.2338515,
    ]  # fmt: skip
    np.testing.assert_allclose(parameters.flat, expected, atol=2e-7)


def test_weight_decay_pulls_weights_but_not_biases() -> None:
    layers = (Dense(2, 1),)
    parameters = initial_parameters(layers, np.random.default_rng(1), np.float64)
    parameters.flat[:] = [2.0, -3.0, 5.0]
    zero = np.zeros((1, 2))
    training_step(
        layers, LOSSES["mean-squared-error"], gradient_descent(), parameters, zeros_like(parameters),
        gradient_descent().initial(parameters.flat), zero, np.array([[5.0]]), 0.1, weight_decay=0.4,
    )  # fmt: skip
    np.testing.assert_allclose(parameters.flat, [2 * 0.96, -3 * 0.96, 5.0])


def test_dropout_keeps_the_mean_and_blocks_the_gradient_of_silenced_units() -> None:
    layer, rng = Dropout(0.3), np.random.default_rng(5)
    x = np.ones((200, 500), np.float32)
    y, kept = layer.forward((), x, rng)
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.7)}
    assert abs((y == 0).mean() - 0.3) < 0.01
    assert abs(y.mean() - 1) < 0.01
    np.testing.assert_array_equal(layer.backward((), kept, x, (), True) == 0, y == 0)
    assert layer.forward((), x, None)[0] is x


def test_sigmoid_and_softmax_do_not_overflow() -> None:
    z = np.array([[-1e4, 0, 1e4]], np.float32)
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].function(z), [[0, 0.5, 1]])
    np.testing.assert_allclose(ACTIVATIONS["softmax"].function(z), [[0, 0, 1]])


def test_parameters_stay_views_of_one_vector_through_a_copy() -> None:
    import copy
    import pickle

    layers = (Dense(3, 2), Activate("tanh"), Dense(2, 4), Activate("softmax"))
    parameters = initial_parameters(layers, np.random.default_rng(0))
    assert parameters.flat.dtype == np.float32
    for twin in (copy.deepcopy(parameters), pickle.loads(pickle.dumps(parameters)), last_layers(parameters, 2)):
        twin.flat[:] = 7
        assert all((array == 7).all() for theta in twin.by_layer for array in theta)
    assert (parameters.by_layer[2][0] == 7).all()
    assert not (parameters.by_layer[0][0] == 7).any()


def test_pytorch_gives_the_same_gradient() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it serves as an oracle only")
    rng = np.random.default_rng(11)
    layers, parameters = _network("tanh", "softmax", rng)
    x, codes = rng.standard_normal((9, 5)), rng.integers(0, 3, 9)
    gradients = zeros_like(parameters)
    loss_gradient(layers, LOSSES["cross-entropy"], parameters.by_layer, x, np.eye(3)[codes], gradients.by_layer)
    arrays = [torch.tensor(a, requires_grad=True) for theta in parameters.by_layer for a in theta]
    hidden = torch.tanh(torch.tensor(x) @ arrays[0] + arrays[1])
    torch.nn.functional.cross_entropy(hidden @ arrays[2] + arrays[3], torch.tensor(codes)).backward()
    oracle = np.concatenate([a.grad.numpy().ravel() for a in arrays])
    np.testing.assert_allclose(gradients.flat, oracle, rtol=1e-9)
