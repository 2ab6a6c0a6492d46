"""Trials of competing neurons as compiled code: the same, one after the other, as the learners describe them in Python.

The loops stand in ``competition.cpp``. They go from sample to sample without coming back to Python, but where their
time is up, so that an interrupt is heard.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.retries import Retries
from neurosim.learners.competing.counting import Tally
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.structures import (
    JUDGE,
    VARIABLES,
    CCompeting,
    CCompetition,
    CLessons,
    COnsets,
    CRewarded,
    Lessons,
    Rewarded,
)
from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.engine.live.looping import (
    INTEGER,
    Rows,
    address,
    is_plain,
    network,
    repeat,
    rows,
    seed_words,
    typed,
)
from neurosim.snn.networks.competition import CompetitiveNetwork
from neurosim.snn.networks.onsets import Onsets

Array = NDArray[Any]
SOURCE = Path(__file__).with_name("competition.cpp")


class CompiledTrials:
    """A competitive network and a learner's homeostasis, driven by compiled code.

    A copy or a pickle of what holds it has none, and makes its own. Parameters as :func:`compiled_trials` has them.
    """

    def __init__(self, net: CompetitiveNetwork, engine: LiveEngine, homeostasis: Homeostasis) -> None:
        self.of = (net, engine, homeostasis)
        self._loops = _loops()
        views = net.views
        parts = [([(views[name], value) for name, value in part.begins.items()], part.n_steps) for part in net.parts]
        self._kept = (network(engine, parts), dict(views), homeostasis.memory())
        n_inputs, n_neurons = net.weights.shape
        has_choosers = "chooser_spikes" in views
        lowest, highest = (float(views[name][0]) if name in views else 0.0 for name in ("w_min", "w_max"))
        conscious = homeostasis.spikes_per_sample
        self._competition = CCompetition(
            self._kept[0],
            *(n_inputs, n_neurons, views["chooser_spikes"].size if has_choosers else 0),
            *(address(views[view]) if view in views else None for view in VARIABLES.values()),
            *(net.trace_share, lowest, highest),
            engine.operation("choices", "modulate") if has_choosers else 0,
            *map(address, homeostasis.memory()),
            *(homeostasis.conscience, np.nan if conscious is None else conscious),
        )

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        # Compiled code and the memory that it works on belong to this process and this network.
        return type(None), ()

    def compete(
        self,
        onsets: Onsets,
        schedule: Array,
        factors: Array | None,
        lengths: Array,
        n_wins: Array,
        retries: Retries,
        tally: Tally,
    ) -> None:
        """Let neurons compete and learn as ``stdp`` does; ``schedule`` has rows of rates, fading and slowing."""
        rates, fading, slowing = (np.ascontiguousarray(row, np.float64) for row in schedule)
        given = None if factors is None else address(factors)
        trials = CCompeting(
            *map(address, (rates, fading, slowing)),
            given, address(lengths), address(n_wins), retries.increment, retries.at_most + 1,
        )  # fmt: skip
        self._all(self._loops["compete"], onsets, trials, tally)

    def learn_lessons(
        self, onsets: Onsets, lessons: Lessons, unit_classes: Array, n_classes: int, retry: bool, tally: Tally
    ) -> None:
        """Teach and correct as ``stdp-supervised`` does."""
        arrays = [np.ascontiguousarray(lessons.codes), unit_classes, lessons.free, lessons.rates, lessons.fading]
        arrays += [lessons.paces, lessons.threshold_steps, np.empty(n_classes)]
        described = CLessons(*map(address, arrays), n_classes, retry)
        self._all(self._loops["learn_lessons"], onsets, described, tally)

    def attend(
        self, onsets: Onsets, trials: Rewarded, judge: Callable[[int, int], float], expected: Array, tally: Tally
    ) -> None:
        """Act and hear as ``rstdp`` does; ``judge(row, action)`` gives the reward, ``expected`` is what it moves."""
        raised: list[BaseException] = []
        reward, attend = np.empty(1), self._loops["attend"]

        def judged(row: int, action: int) -> None:
            # An error cannot cross compiled code; it is raised behind it.
            try:
                reward[0] = judge(row, action)
            except BaseException as error:
                raised.append(error)

        def attended(*arguments: Any) -> int:
            done: int = attend(*arguments)
            if np.isnan(reward[0]):
                # An interrupt may have come before the judge was asked.
                raise raised[0] if raised else KeyboardInterrupt
            return done

        schedule = [np.ascontiguousarray(array) for array in (trials.progress, trials.rates, trials.head_starts)]
        rewarded = CRewarded(
            *map(address, schedule), JUDGE(judged), address(reward), address(expected),
            *(trials.choice_rate, trials.baseline_rate, trials.first_rate),
            *(trials.bias, trials.final_bias, trials.forgetting),
        )  # fmt: skip
        self._all(attended, onsets, rewarded, tally)

    def _all(self, loop: Callable[..., int], onsets: Onsets, trials: ctypes.Structure, tally: Tally) -> None:
        net, engine, _ = self.of
        net.let_learn(True)
        described, _kept = self._describe(onsets)
        repeat(engine, loop, self._competition, described, trials, tally, n=len(onsets))

    def _describe(self, onsets: Onsets) -> tuple[COnsets, list[Any]]:
        views = self.of[0].views
        matrices = {
            name: np.ascontiguousarray(values, views[name].dtype).reshape(len(onsets), -1)
            for name, values in onsets.writes.items()
        }
        writes = (Rows * len(matrices))(*(rows(views[name], matrix) for name, matrix in matrices.items()))
        scales = np.ascontiguousarray(onsets.scales, np.float64)
        n_spikes = None if onsets.n_spikes is None else np.ascontiguousarray(onsets.n_spikes, np.int64)
        seeds = seed_words(onsets.seeds)
        pointers = (None if array is None else address(array) for array in (scales, n_spikes, seeds))
        return COnsets(writes, len(matrices), *pointers), [matrices, scales, n_spikes, seeds]


def compiled_trials(
    found: CompiledTrials | None, net: CompetitiveNetwork, homeostasis: Homeostasis
) -> CompiledTrials | None:
    """Give compiled trials of a network, where its engine runs compiled code.

    Parameters
    ----------
    found : CompiledTrials or None
        What an earlier call gave; it is given again where it still holds.
    net : CompetitiveNetwork
        What is driven.
    homeostasis : Homeostasis
        What is adapted between presentations.

    Returns
    -------
    CompiledTrials or None
        None where Python has to do the same.
    """
    engine = net.engine
    if found is not None and found.of == (net, engine, homeostasis):
        return found
    if not isinstance(engine, LiveEngine) or not all(map(is_single, net.views.values())):
        return None
    return CompiledTrials(net, engine, homeostasis)


def is_single(view: Array) -> bool:
    """Say whether a variable is kept in contiguous single precision, as the loops take it."""
    return is_plain(view) and view.dtype == np.float32


@functools.lru_cache(maxsize=1)
def _loops() -> Mapping[str, Any]:
    shown = (ctypes.POINTER(CCompetition), ctypes.POINTER(COnsets))
    stretch = (ctypes.POINTER(Tally), INTEGER, INTEGER, INTEGER)
    arguments = {
        "compete": (*shown, ctypes.POINTER(CCompeting), *stretch),
        "learn_lessons": (*shown, ctypes.POINTER(CLessons), *stretch),
        "attend": (*shown, ctypes.POINTER(CRewarded), *stretch),
    }
    size_of = typed(SOURCE, "size_of", (INTEGER,))
    for number, one in enumerate((CCompetition, COnsets, Tally, CCompeting, CLessons, CRewarded)):
        if size_of(number) != ctypes.sizeof(one):
            raise RuntimeError(f"{one.__name__} has {ctypes.sizeof(one)} bytes, in {SOURCE.name} {size_of(number)}")
    return {name: typed(SOURCE, name, types) for name, types in arguments.items()}
