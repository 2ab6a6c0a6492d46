"""Say in words when a spiking network fails, and say it where the user called."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST = 0.5
INSIDE = ("neurosim", "sklearn")
"""Packages whose frames are not the user's: this one, and the one whose methods learners inherit."""


def warn_user(text: str) -> None:
    """Warn at the line of the user's code from which a call came here.

    Parameters
    ----------
    text : str
        What is wrong and what to change.
    """
    # warnings.warn(skip_file_prefixes=...) does this from Python 3.12 on.
    depth, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in INSIDE:
        depth, frame = depth + 1, frame.f_back
    warnings.warn(text, UserWarning, stacklevel=depth - 1 if frame is None else depth)


def warn_of_failure(activity: Array, if_silent: str, if_one_wins: str, learned: bool) -> None:
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
    """
    silent, share = float(np.mean(activity.sum(axis=1) == 0)), activity.sum(axis=0)
    if silent > MOST:
        warn_user(f"{100 * silent:.0f} % of the samples leave all neurons silent: {if_silent}")
    elif len(share) > 1 and learned and share.max() > MOST * share.sum():
        warn_user(f"one neuron gives {100 * share.max() / share.sum():.0f} % of all spikes: {if_one_wins}")
