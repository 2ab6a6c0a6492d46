"""Train 784-300-10 with neurosim, scikit-learn and (where installed) PyTorch in one run, and compare time and accuracy.

    NEUROSIM_DATA=... python benchmarks/mlp_speed.py [--quick] [--repeats 3]

Same data, architecture, batch size (128), epochs, optimizer (Adam, 0.001), no penalty, float32, one thread each. Rounds
alternate between the libraries, so that a busy machine slows all of them; the ratio is that of the medians.

Beside them run the matrix products alone that this training cannot do without: same shapes, same number, same linear
algebra library as NumPy's, into arrays that are there already. What share of a library's time they make up is printed
with it; no library that calls them can be faster than they are.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from statistics import median

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from neurosim.learners.layered.mlp import MLP
from neurosim.tasks import load_task

BATCH, RATE, HIDDEN = 128, 0.001, 300


def train_neurosim(X: np.ndarray, y: np.ndarray, epochs: int) -> Callable[[np.ndarray], np.ndarray]:
    """Train the ``mlp`` learner."""
    settings = {"learning_rate": RATE, "schedule": "constant", "weight_decay": 0.0, "dropout": 0.0}
    return MLP(hidden_units=(HIDDEN,), batch_size=BATCH, epochs=epochs, random_state=0, **settings).fit(X, y).predict


def train_sklearn(X: np.ndarray, y: np.ndarray, epochs: int) -> Callable[[np.ndarray], np.ndarray]:
    """Train ``MLPClassifier``, in float32 as well."""
    model = MLPClassifier(
        (HIDDEN,), batch_size=BATCH, learning_rate_init=RATE, alpha=0.0, max_iter=epochs, n_iter_no_change=epochs + 1,
        random_state=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y).predict


def train_torch(X: np.ndarray, y: np.ndarray, epochs: int) -> Callable[[np.ndarray], np.ndarray]:
    """Train the same network with PyTorch on the CPU."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    loss = torch.nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(BATCH):
            optimizer.zero_grad()
            loss(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()
    return lambda part: model(torch.from_numpy(part)).argmax(dim=1).numpy()


def multiply_only(X: np.ndarray, epochs: int) -> None:
    """Multiply what one pass forward and one back multiply, batch after batch."""
    rng = np.random.default_rng(0)
    shapes = {"hidden": (784, HIDDEN), "output": (HIDDEN, 10), "units": (BATCH, HIDDEN), "errors": (BATCH, 10)}
    drawn = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    hidden, output, units, errors = drawn.values()
    hidden_slopes, output_slopes, back = np.empty_like(hidden), np.empty_like(output), np.empty_like(units)
    for _ in range(epochs):
        for start in range(0, len(X), BATCH):
            x = X[start : start + BATCH]
            h, e, d = units[: len(x)], errors[: len(x)], back[: len(x)]
            np.dot(x, hidden, out=h)
            np.dot(h, output, out=e)
            np.dot(h.T, e, out=output_slopes)
            np.dot(e, output.T, out=d)
            np.dot(x.T, d, out=hidden_slopes)


def main() -> None:
    """Run the benchmark and print one line a library."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 images, 2 epochs")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    split = load_task("mnist").load(0, 10_000 if arguments.quick else None)
    X, y = split.train.X.reshape(-1, 784), split.train.y
    held_out = split.validation.X.reshape(-1, 784)
    epochs = 2 if arguments.quick else 5
    libraries = {"neurosim": train_neurosim, "scikit-learn": train_sklearn}
    try:
        import torch  # noqa: F401

        libraries["PyTorch"] = train_torch
    except ImportError:
        print("PyTorch is not installed: its line is left out")
    seconds: dict[str, list[float]] = {name: [] for name in ("products", *libraries)}
    accuracy: dict[str, float] = {}
    with threadpool_limits(1):
        for _ in range(arguments.repeats):
            began = time.perf_counter()
            multiply_only(X, epochs)
            seconds["products"].append(time.perf_counter() - began)
            for name, train in libraries.items():
                began = time.perf_counter()
                predict = train(X, y, epochs)
                seconds[name].append(time.perf_counter() - began)
                accuracy[name] = float(np.mean(predict(held_out) == split.validation.y))
    print(f"mnist, {len(X)} images, {epochs} epochs, 784-{HIDDEN}-10, batch {BATCH}, Adam, float32, one thread")
    needed = median(seconds["products"])
    for name in libraries:
        taken = median(seconds[name])
        ratio = taken / median(seconds["neurosim"])
        print(
            f"{name:12}  {taken:7.2f} s  {ratio:5.2f} x neurosim  validation {accuracy[name]:.4f}"
            f"  matrix products {needed / taken:4.0%}"
        )
    print(f"matrix products alone, as both need them: {needed:.2f} s")


if __name__ == "__main__":
    main()
