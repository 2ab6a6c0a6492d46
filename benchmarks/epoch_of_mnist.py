"""One pass over the 60,000 training images of MNIST with 400 competing STDP neurons, and answers to the 10,000 others.

    NEUROSIM_DATA=... python benchmarks/epoch_of_mnist.py [--n-neurons 400] [--images 60000]

100 steps of 1 ms an image, one thread, everything compiled before. The same network's rival is BindsNET's, which is run
in an interpreter of its own (bindsnet_diehl_cook.py); a log of both lies in logs/epoch_of_mnist.txt.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.learners.competing.stdp import STDP
from neurosim.seeding import stream
from neurosim.tasks import load_task

PIECE = 4096


def main() -> None:
    """Learn, read out, answer; print the seconds of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n-neurons", type=int, default=400)
    parser.add_argument("--images", type=int, default=60_000)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    split = load_task("mnist").load(0)
    X, y = (
        np.concatenate([getattr(part, name) for part in (split.train, split.validation)]) for name in ("X", "labels")
    )
    X, y = X[: arguments.images], y[: arguments.images]
    order = stream(0, "order", 0).permutation(len(X))
    with threadpool_limits(1):
        warm = STDP(n_neurons=arguments.n_neurons, random_state=1).begin(500, np.unique(y), 784)
        warm.partial_fit(X[:300], y[:300]).fit_readout(X[:300], y[:300]).predict(X[:1500])
        learner = STDP(n_neurons=arguments.n_neurons, random_state=0).begin(len(X), np.unique(y), 784)
        began = time.perf_counter()
        for start in range(0, len(X), PIECE):
            rows = order[start : start + PIECE]
            learner.partial_fit(X[rows], y[rows])
        learned = time.perf_counter()
        learner.fit_readout(X[order[:10_000]], y[order[:10_000]])
        read_out = time.perf_counter()
        accuracy = float(np.mean(learner.predict(split.test.X) == split.test.labels))
        answered = time.perf_counter()
    print(f"mnist, {len(X):,} images, {arguments.n_neurons} neurons, 100 steps an image, one thread")
    print(f"learning    {learned - began:7.1f} s  {len(X) / (learned - began):7.0f} images a second")
    print(f"read-out    {read_out - learned:7.1f} s  10,000 images")
    print(f"prediction  {answered - read_out:7.1f} s  {len(split.test.X):,} images  accuracy {accuracy:.4f}, one seed")


if __name__ == "__main__":
    main()
