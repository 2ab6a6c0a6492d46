"""Weights held fixed, trials drawn with replacement, changes averaged: angles to descents, over the number of trials.

Trials are independent draws from one population of training samples, and a descent over all of that population is
what their mean would meet without noise and without bias. Everything is set against three things: the same draws' own
descent, a descent for labels that mean nothing, and random updates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.linear_probe import LinearProbe
from neurosim.learners.bench import Bench, Layers
from neurosim.metrics.directions import (
    angle_deg,
    angle_without_noise_deg,
    random_interval_deg,
    trials_per_signal,
)
from neurosim.seeding import integer_seed, stream

Array = NDArray[Any]
MOST_BLOCKS = 10
"""Disjoint blocks of trials over which an angle is averaged, where there are as many."""
AT_ONCE = 128
"""Trials that are handed to a learner together."""
N_SHUFFLES = 3
N_REPEATS = 5
"""Presentations of every sample that make the full descent, where chance has a part in it."""
N_GROUPS = 10
"""Independent groups of trials from which bias and noise are told apart."""
DRAW, SHUFFLE, RANDOM, FULL = range(4)
"""Keys of the resampling stream."""
UNCHANGED = "the rule does not change these weights"
FLAT = "the gradient is zero here"


@dataclass(frozen=True)
class LayerAngles:
    """One layer's angles to one objective's descent, at one moment of training.

    Attributes
    ----------
    layer, objective : str
        Which.
    n_weights : int
        Of the layer.
    undefined : str
        Why there is no angle; empty where there is one.
    full, same, shuffled : tuple of float or None
        For each number of trials, degrees to the descent over the whole population, to that over the same trials, and,
        averaged over shuffles, to that for shuffled labels (empty where labels do not enter).
    shuffled_range : tuple of float or None
        Least and greatest over shuffles, at the largest number of trials.
    without_noise : float or None
        Degrees that endlessly many trials would have; None where the mean change does not stand out of its noise.
    trials_per_signal : float or None
        Trials to average until the mean change is as long as its noise.
    random : tuple of float or None
        95 % interval of random updates as long and as bounded.
    """

    layer: str
    objective: str
    n_weights: int
    undefined: str = ""
    full: tuple[float | None, ...] = ()
    same: tuple[float | None, ...] = ()
    shuffled: tuple[float | None, ...] = ()
    shuffled_range: tuple[float, float] | None = None
    without_noise: float | None = None
    trials_per_signal: float | None = None
    random: tuple[float, float] | None = None


def numbers_of_trials(largest: int) -> tuple[int, ...]:
    """Give 1, 3, 10, 30, ... up to ``largest``, which is the last."""
    steps = {n * 10**power for power in range(len(str(largest))) for n in (1, 3)}
    return tuple(sorted({n for n in steps if n < largest} | {largest}))


def measure_angles(
    bench: Bench, X: Array, codes: NDArray[np.int64], n_classes: int, largest: int, seed: int
) -> list[LayerAngles]:
    """Measure every layer's angles to every objective's descent.

    Parameters
    ----------
    bench : Bench
        A learner at fixed weights.
    X, codes : ndarray, shapes (n_samples, ...) and (n_samples,)
        The population, labels as numbers from 0.
    n_classes : int
        Number of labels.
    largest : int
        Trials to be averaged at most.
    seed : int
        Of draws, of trials and of what is random in the nulls.

    Returns
    -------
    list of LayerAngles
        Layer by layer, objective by objective.
    """
    shuffles = [stream(seed, "resampling", SHUFFLE, k).permutation(codes) for k in range(N_SHUFFLES)]
    # The first are the labels themselves.
    labellings = [codes, *shuffles]
    activity = bench.activity(X)
    probes = [LinearProbe.fit(activity, labels, n_classes) for labels in labellings]
    descents = {name: _full_descents(bench, name, X, labellings, probes, seed) for name in bench.objectives}
    tally = _Tally(numbers_of_trials(largest), largest)
    rows = stream(seed, "resampling", DRAW).integers(len(X), size=largest)
    for number, (start, end) in enumerate(tally.stretches()):
        drawn = rows[start:end]
        trial_seed = integer_seed(seed, "noise", number)
        found = {"change": bench.change(X[drawn], codes[drawn], trial_seed)}
        for name in bench.objectives:
            found[name] = bench.descent(name, X[drawn], codes[drawn], trial_seed, probes[0])
        tally.add(start, end, found)
    weights = bench.weights()
    return [
        _angles(bench, layer, name, weights[layer], tally, [by_label.get(layer) for by_label in descents[name]], seed)
        for layer in weights
        for name in bench.objectives
    ]


def _full_descents(
    bench: Bench, name: str, X: Array, labellings: list[NDArray[np.int64]], probes: list[LinearProbe], seed: int
) -> list[Layers]:
    """Give an objective's descent over the whole population, for each labelling and its read-out."""
    sums: list[Layers] = [{} for _ in labellings]
    n_repeats = N_REPEATS if bench.noisy_descents else 1
    starts = [start for _ in range(n_repeats) for start in range(0, len(X), AT_ONCE)]
    for number, start in enumerate(starts):
        block = slice(start, start + AT_ONCE)
        for total, labels, probe in zip(sums, labellings, probes, strict=True):
            block_seed = integer_seed(seed, "resampling", FULL, number)
            found = bench.descent(name, X[block], labels[block], block_seed, probe)
            share = len(X[block]) / (len(X) * n_repeats)
            for layer, descent in found.items():
                total[layer] = total.get(layer, 0) + share * descent.astype(np.float64)
    return sums


class _Tally:
    """Means over the first blocks of every number of trials, and over groups, from one pass through all trials."""

    def __init__(self, numbers: tuple[int, ...], largest: int) -> None:
        self.numbers, self.largest = numbers, largest
        self.n_each = largest // N_GROUPS
        ends = {n: [n * (k + 1) for k in range(min(largest // n, MOST_BLOCKS))] for n in numbers}
        self._spans = {("block", n, k): (end - n, end) for n in numbers for k, end in enumerate(ends[n])}
        if self.n_each:
            self._spans |= {
                ("group", self.n_each, k): (k * self.n_each, (k + 1) * self.n_each) for k in range(N_GROUPS)
            }
        self._sums: dict[tuple[str, int, int], dict[str, Layers]] = {}

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Cut all trials where a block begins or ends, and where a stretch would be too long."""
        cuts = {0, self.largest, *range(0, self.largest, AT_ONCE)} | {
            end for span in self._spans.values() for end in span
        }
        marks = sorted(cut for cut in cuts if cut <= self.largest)
        yield from pairwise(marks)

    def add(self, start: int, end: int, found: dict[str, Layers]) -> None:
        """Add the means over one stretch of trials."""
        for key, (low, high) in self._spans.items():
            if low <= start and end <= high:
                share, sums = (end - start) / (high - low), self._sums.setdefault(key, {})
                for name, layers in found.items():
                    kept = sums.setdefault(name, {})
                    for layer, mean in layers.items():
                        kept[layer] = kept.get(layer, 0) + share * mean

    def means(self, number: int, name: str, layer: str) -> list[Array]:
        """Give the means over the blocks of so many trials; empty where there is nothing of the kind."""
        return self._of("block", number, name, layer)

    def groups(self, name: str, layer: str) -> list[Array]:
        """Give the means over the groups; empty where there are too few trials."""
        return self._of("group", self.n_each, name, layer)

    def _of(self, kind: str, number: int, name: str, layer: str) -> list[Array]:
        keys = sorted(key for key in self._sums if key[:2] == (kind, number))
        found = (self._sums[key][name].get(layer) for key in keys)
        return [mean for mean in found if mean is not None]


def _angles(
    bench: Bench, layer: str, name: str, weights: Array, tally: _Tally, descents: list[Array | None], seed: int
) -> LayerAngles:
    change = tally.means(tally.largest, "change", layer)[0]
    descent, *shuffled = descents
    reason = bench.objectives[name].undefined.get(layer, "")
    if not reason and (descent is None or not np.any(descent)):
        reason = FLAT
    if not reason and not np.any(change):
        reason = UNCHANGED
    if reason or descent is None:
        return LayerAngles(layer, name, weights.size, reason)

    def to(wanted: Array) -> tuple[float | None, ...]:
        return tuple(_mean_angle((m, wanted) for m in tally.means(n, "change", layer)) for n in tally.numbers)

    same = tuple(
        _mean_angle(zip(tally.means(n, "change", layer), tally.means(n, name, layer), strict=True))
        for n in tally.numbers
    )
    # Where labels do not enter, other labels make no other loss.
    label_free = any(s is None or angle_deg(s, descent) in (None, 0.0) for s in shuffled)
    nulls = [] if label_free else [to(s) for s in shuffled if s is not None]
    ends = [null[-1] for null in nulls if null[-1] is not None]
    groups = tally.groups("change", layer)
    towards = tally.groups(name, layer) if bench.noisy_descents else [descent]
    rng = stream(seed, "resampling", RANDOM)
    bounds = bench.bounds.get(layer, (-np.inf, np.inf))
    return LayerAngles(
        layer,
        name,
        weights.size,
        full=to(descent),
        same=same,
        shuffled=tuple(_mean(values) for values in zip(*nulls, strict=True)),
        shuffled_range=(min(ends), max(ends)) if ends else None,
        without_noise=angle_without_noise_deg(groups, towards) if groups else None,
        trials_per_signal=trials_per_signal(groups, tally.n_each) if groups else None,
        random=random_interval_deg(rng, weights, change, descent, *bounds),
    )


def _mean_angle(pairs: Any) -> float | None:
    return _mean([angle_deg(a, b) for a, b in pairs])


def _mean(values: Any) -> float | None:
    """Average what there is; None where nothing is."""
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None
