"""Time to a validation accuracy: ``snn-gradient`` and the same kind of network in snnTorch, one thread each, on MNIST.

    NEUROSIM_DATA=... python benchmarks/snn_against_snntorch.py --only neurosim [--hidden 300] [--batches 16]
    NEUROSIM_DATA=... OTHER/python benchmarks/snn_against_snntorch.py --only snntorch [--batches 32,128,512]

The two sides may run in different interpreters: only ``--only neurosim`` needs neurosim, only ``--only snntorch`` needs
PyTorch and snnTorch. Each prints a JSON line at every look at the held-out images and one at the end of a run.

Both train 784-HIDDEN-10 for 50 steps a sample: leaky integrate-and-fire neurons, reset by subtraction, time constant 20
steps, outputs that integrate without spikes; fast sigmoid as the surrogate derivative; Adam; images from the same
58,000, the same 2,000 held out, looked at every 5,000 presentations. snnTorch takes what its tutorials take: rate-coded
spikes from ``spikegen.rate``, the cross-entropy of the output potentials summed over steps, slope 25, time stepped by
a Python loop, a constant learning rate. neurosim takes its learner's own settings but for what the command line says:
its rate falls to zero over the presentations. Counted are the process's own seconds while training, not while looking.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

HELD_OUT, LOOK_EVERY, STEPS, MEMBRANE_STEPS = 2_000, 5_000, 50, 20.0
Trainer = tuple[Callable[[np.ndarray, np.ndarray], None], Callable[[np.ndarray], np.ndarray]]
"""Learns from images and labels; gives labels."""


def load_images() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give images, shape (n, 784), from 0 to 1, and labels: those to train on, then those held out."""
    folder = Path(os.environ["NEUROSIM_DATA"]) / "mnist"
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as file:
        X = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255
    with gzip.open(folder / "train-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)
    order = np.random.default_rng(0).permutation(len(X))
    train, held_out = order[HELD_OUT:], order[:HELD_OUT]
    return X[train], y[train], X[held_out], y[held_out]


def neurosim_trainer(hidden: int, batch: int, rate: float | None, seed: int, horizon: int) -> Trainer:
    """Open ``snn-gradient``."""
    from neurosim.learners import make_learner

    learner = make_learner(
        "snn-gradient", random_state=seed, n_hidden=hidden, batch_size=batch, learning_rate=rate,
        presentation_ms=float(STEPS), membrane_ms=MEMBRANE_STEPS,
    )  # fmt: skip
    learner.begin(horizon, np.arange(10), 784)
    return lambda X, y: learner.partial_fit(X, y), learner.predict


def snntorch_trainer(hidden: int, batch: int, rate: float | None, seed: int, horizon: int) -> Trainer:
    """Make the network in snnTorch, as its tutorials on training do."""
    import snntorch
    import torch
    from snntorch import spikegen, surrogate

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    decay, slope = float(np.exp(-1 / MEMBRANE_STEPS)), surrogate.fast_sigmoid(slope=25)
    to_hidden, to_outputs = torch.nn.Linear(784, hidden), torch.nn.Linear(hidden, 10)
    neurons = snntorch.Leaky(beta=decay, spike_grad=slope, reset_mechanism="subtract")
    outputs = snntorch.Leaky(beta=decay, spike_grad=slope, reset_mechanism="none")
    weights = [*to_hidden.parameters(), *to_outputs.parameters()]
    optimizer = torch.optim.Adam(weights, lr=5e-4 if rate is None else rate, betas=(0.9, 0.999))
    loss = torch.nn.CrossEntropyLoss()

    def potentials(X: np.ndarray) -> torch.Tensor:
        inputs = spikegen.rate(torch.from_numpy(X), num_steps=STEPS)
        v, y = neurons.init_leaky(), outputs.init_leaky()
        seen = []
        for step in range(STEPS):
            spikes, v = neurons(to_hidden(inputs[step]), v)
            _, y = outputs(to_outputs(spikes), y)
            seen.append(y)
        return torch.stack(seen)

    def learn(X: np.ndarray, y: np.ndarray) -> None:
        labels = torch.from_numpy(y)
        for start in range(0, len(X), batch):
            rows = slice(start, start + batch)
            seen = potentials(X[rows])
            value = sum(loss(seen[step], labels[rows]) for step in range(STEPS))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()

    def predict(X: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            parts = [potentials(part).sum(dim=0).argmax(dim=1).numpy() for part in np.array_split(X, 4)]
        return np.concatenate(parts)

    return learn, predict


def presentations(n_images: int, batch: int, horizon: int, seed: int) -> Iterator[np.ndarray]:
    """Give rows to train on between two looks, whole batches, pass after pass in an order of its own."""
    rng = np.random.default_rng(seed)
    passes = -(-horizon // n_images)
    order = np.concatenate([rng.permutation(n_images) for _ in range(passes)])[:horizon]
    each = -(-LOOK_EVERY // batch) * batch
    yield from (order[start : start + each] for start in range(0, horizon, each))


def train(name: str, batch: int, given: argparse.Namespace) -> None:
    """Train until the accuracy is reached, presentations are over or too much time has passed; print what happens."""
    X, y, X_held_out, y_held_out = load_images()
    make = {"neurosim": neurosim_trainer, "snntorch": snntorch_trainer}[name]
    learn, predict = make(given.hidden, batch, given.rate, given.seed, given.presentations)
    spent, shown, accuracy = 0.0, 0, 0.0
    run = {"library": name, "hidden": given.hidden, "batch": batch, "seed": given.seed}
    for rows in presentations(len(X), batch, given.presentations, given.seed):
        began = time.process_time()
        learn(X[rows], y[rows])
        spent += time.process_time() - began
        shown += len(rows)
        accuracy = float(np.mean(predict(X_held_out) == y_held_out))
        print(json.dumps(run | {"shown": shown, "seconds": round(spent, 2), "accuracy": accuracy}), flush=True)
        if accuracy >= given.accuracy or spent > 60 * given.minutes:
            break
    end = {
        "samples_a_second": round(shown / spent, 1),
        "reached": accuracy >= given.accuracy,
        f"seconds_to_{given.accuracy}": round(spent, 2) if accuracy >= given.accuracy else None,
    }
    print(json.dumps(run | {"presentations": shown} | end), flush=True)


def main() -> None:
    """Run one side, or both that are installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("neurosim", "snntorch"))
    parser.add_argument("--hidden", type=int, default=300)
    parser.add_argument("--batches", help="sizes, by default 16 for neurosim and 32,128,512 for snnTorch")
    parser.add_argument("--rate", type=float, help="of Adam; by default neurosim's own, and 0.0005 of the tutorials")
    parser.add_argument("--presentations", type=int, default=120_000, help="at most; neurosim's rate falls to 0 there")
    parser.add_argument("--accuracy", type=float, default=0.975)
    parser.add_argument("--minutes", type=float, default=20.0, help="of a run, at most")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for name, default in (("neurosim", "16"), ("snntorch", "32,128,512")):
        if given.only in (None, name):
            try:
                for batch in map(int, (given.batches or default).split(",")):
                    train(name, batch, given)
            except ImportError as error:
                print(json.dumps({"library": name, "left_out": f"not installed: {error.name}"}), flush=True)


if __name__ == "__main__":
    main()
