"""What competition.cpp is handed, member by member as it is declared there, and the same as records for Python."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.engine.live.looping import INTEGER, POINTER, REAL, Network, Rows
from neurosim.snn.networks.competition_neurons import VETO
from neurosim.snn.networks.competition_rules import TRACE_SCALE, TRANSMISSION_SCALE

VARIABLES = {
    "weights": "weights",
    "thresholds": "thresholds",
    "n_spikes": "n_spikes",
    "learning_rate": "learning_rate",
    "transmission_scale": TRANSMISSION_SCALE,
    "trace_scale": TRACE_SCALE,
    "veto": VETO,
    "n_input_spikes": "n_input_spikes",
    "eligibility": "eligibility",
    "chooser_v": "chooser_v",
    "chooser_spikes": "chooser_spikes",
    "choice_rate": "choice_rate",
    "modulator": "modulator",
}
"""Members of ``Competition`` in competition.cpp, in order, and the network's views that they point to."""


class CCompetition(ctypes.Structure):
    _fields_ = (
        ("network", Network),
        *((name, INTEGER) for name in ("n_inputs", "n_neurons", "n_choosers")),
        *((name, POINTER) for name in VARIABLES),
        *((name, REAL) for name in ("trace_share", "w_min", "w_max")),
        ("modulate_choices", INTEGER),
        *((name, POINTER) for name in ("level", "biases", "corrections")),
        *((name, REAL) for name in ("conscience", "spikes_per_sample")),
    )


class COnsets(ctypes.Structure):
    _fields_ = (
        ("writes", ctypes.POINTER(Rows)),
        ("n_writes", INTEGER),
        *((name, POINTER) for name in ("scales", "n_spikes", "seeds")),
    )


class CCompeting(ctypes.Structure):
    _fields_ = (
        *(
            (name, POINTER)
            for name in ("learning_rates", "fading", "slowing", "threshold_factors", "lengths", "n_wins")
        ),
        ("more_intense", REAL),
        ("n_attempts", INTEGER),
    )


class CLessons(ctypes.Structure):
    _fields_ = (
        *((name, POINTER) for name in ("codes", "unit_classes", "free", "rates", "fading", "paces")),
        *((name, POINTER) for name in ("threshold_steps", "votes")),
        ("n_classes", INTEGER),
        ("retry", INTEGER),
    )


JUDGE = ctypes.CFUNCTYPE(None, INTEGER, INTEGER)


class CRewarded(ctypes.Structure):
    _fields_ = (
        *((name, POINTER) for name in ("progress", "rates", "head_starts")),
        ("judge", JUDGE),
        *((name, POINTER) for name in ("reward", "expected_reward")),
        *((name, REAL) for name in ("choice_rate", "baseline_rate", "first_rate")),
        *((name, REAL) for name in ("bias", "final_bias", "forgetting")),
    )


@dataclass(frozen=True)
class Rewarded:
    """How a stretch of trials follows its rewards.

    Attributes
    ----------
    progress, rates : ndarray of float64, shape (n_samples,)
        How far the run has come, from 0 to 1, and the first layer's learning rate.
    head_starts : ndarray of float32, shape (n_samples, n_actions)
        Where the choosers begin.
    choice_rate, baseline_rate, first_rate, bias, final_bias, forgetting : float
        As the learner's parameters; ``first_rate`` is its ``learning_rate``.
    """

    progress: NDArray[np.float64]
    rates: NDArray[np.float64]
    head_starts: NDArray[np.float32]
    choice_rate: float
    baseline_rate: float
    first_rate: float
    bias: float
    final_bias: float
    forgetting: float


@dataclass(frozen=True)
class Lessons:
    """What a teacher says in a stretch of trials, one a row.

    Attributes
    ----------
    codes : ndarray of int64, shape (n_samples,)
        The right classes.
    free : ndarray of bool, shape (n_samples,)
        Whether all compete.
    rates, fading, paces, threshold_steps : ndarray of float64, shape (n_samples,)
        Learning rate, share of the biases that counts, pace of the level, step of the thresholds' correction.
    """

    codes: NDArray[np.int64]
    free: NDArray[np.bool_]
    rates: NDArray[np.float64]
    fading: NDArray[np.float64]
    paces: NDArray[np.float64]
    threshold_steps: NDArray[np.float64]
