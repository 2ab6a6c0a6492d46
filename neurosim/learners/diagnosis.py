"""Say in words when a spiking network fails: when it is silent, or when one neuron answers everything."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST = 0.5


def complain(activity: Array, if_silent: str, if_one_wins: str, learned: bool, stacklevel: int = 5) -> None:
    """Warn of a network that does not work, and say what to change.

    Parameters
    ----------
    activity : ndarray, shape (n_samples, n_neurons)
        Spike counts.
    if_silent, if_one_wins : str
        What to change where more than half of the samples meet silence, or more than half of all spikes come from one
        neuron.
    learned : bool
        Before learning, one neuron may win all.
    stacklevel : int, default=5
        Frames between the warning and the user's call.
    """
    silent, share = float(np.mean(activity.sum(axis=1) == 0)), activity.sum(axis=0)
    if silent > MOST:
        warnings.warn(
            f"{100 * silent:.0f} % of the samples leave all neurons silent: {if_silent}", stacklevel=stacklevel
        )
    elif len(share) > 1 and learned and share.max() > MOST * share.sum():
        warnings.warn(
            f"one neuron gives {100 * share.max() / share.sum():.0f} % of all spikes: {if_one_wins}",
            stacklevel=stacklevel,
        )
