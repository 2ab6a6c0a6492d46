"""The constants of Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099), and what they become on other tasks and runs."""

from __future__ import annotations

import numpy as np

MNIST_SUM = 102.5
"""Mean sum of an MNIST image in [0, 1] (0.1307 x 784), for which the published conductances were chosen."""
MEAN_WEIGHT = 78 / 784
"""The published column sum of 78 for 784 inputs."""
FULL_RUN = 60_000
LEARNING_RATE, INCREMENT_MV, TIME_CONSTANT_MS = 0.01, 0.05, 1e7


def conductance_ns(mean_sum: float) -> float:
    """Give the conductance that a spike over a weight of 1 opens: 1 nS as published, times a power of 2.

    The power is the one that brings the drive of a mean sample closest to what MNIST's would be.

    Parameters
    ----------
    mean_sum : float
        Of an encoded sample; 0 before any was seen.
    """
    return float(2.0 ** np.round(np.log2(MNIST_SUM / mean_sum))) if mean_sum > 0 else 1.0


def constants_for_length(n_neurons: int, horizon: int | None, trial_ms: float) -> tuple[float, float, float]:
    """Give learning rate, threshold increment (mV) and its time constant (ms) for a run of this length.

    With 60,000 presentations or more, or an open end, they are the published ones. A shorter run would end long before
    the thresholds are in balance: there the time constant shrinks to the same third of the run, and the increment is
    such that the balance, ``increment x spikes a neuron and trial = threshold x trial / time constant``, holds with as
    many spikes a sample as 400 neurons give. The learning rate grows with the shortage of presentations a neuron,
    fivefold at most.

    Parameters
    ----------
    n_neurons : int
        Excitatory neurons.
    horizon : int or None
        Presentations to come.
    trial_ms : float
        Presentation and rest.
    """
    if horizon is None or horizon >= FULL_RUN:
        return LEARNING_RATE, INCREMENT_MV, TIME_CONSTANT_MS
    haste = FULL_RUN / horizon
    share = haste * n_neurons / 400
    rate = LEARNING_RATE * min(max(share, 1.0), 5.0)
    return rate, INCREMENT_MV * share, TIME_CONSTANT_MS / haste * trial_ms / 500
