"""How many images a second BindsNET's ``DiehlAndCook2015`` learns from, 100 steps of 1 ms each, on one thread.

    NEUROSIM_DATA=... python benchmarks/bindsnet_diehl_cook.py [--n-neurons 400] [--images 40]

To be run where BindsNET and PyTorch are installed; it needs nothing of neurosim. Images are Poisson-coded as in
BindsNET's own example (at most 128 Hz), the weights are normalised after each image.
"""

from __future__ import annotations

import argparse
import gzip
import os
import time
from pathlib import Path

import numpy as np
import torch
from bindsnet.encoding import poisson
from bindsnet.models import DiehlAndCook2015

STEPS, HIGHEST_RATE_HZ = 100, 128.0


def images(n: int) -> np.ndarray:
    """Read the first training images, shape (n, 784), from 0 to 1."""
    folder = Path(os.environ["NEUROSIM_DATA"]) / "mnist"
    file = next(iter(sorted(folder.glob("train-images*"))))
    content = (gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())[16:]
    return np.frombuffer(content, np.uint8)[: n * 784].reshape(n, 784) / 255


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n-neurons", type=int, default=400)
    parser.add_argument("--images", type=int, default=40)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = DiehlAndCook2015(
        n_inpt=784, n_neurons=arguments.n_neurons, exc=22.5, inh=120.0, dt=1.0, norm=78.4, nu=(1e-4, 1e-2),
        theta_plus=0.05, inpt_shape=(1, 28, 28),
    )  # fmt: skip
    shown = torch.from_numpy(images(arguments.images + 2)).float().view(-1, 1, 28, 28) * HIGHEST_RATE_HZ
    seconds = []
    for image in shown:
        spikes = poisson(image, time=STEPS, dt=1.0).view(STEPS, 1, 1, 28, 28)
        began = time.perf_counter()
        network.run(inputs={"X": spikes}, time=STEPS)
        network.reset_state_variables()
        seconds.append(time.perf_counter() - began)
    each = float(np.median(seconds[2:]))
    print(f"BindsNET DiehlAndCook2015, {arguments.n_neurons} neurons, {STEPS} steps an image, one thread")
    print(f"{1 / each:.2f} images a second while learning (median of {arguments.images})")


if __name__ == "__main__":
    main()
