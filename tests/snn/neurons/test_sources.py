"""Spike sources: statistics, exact counts, exact steps, and rates that change between runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from spike_trains import by_neuron

from neurosim.snn.circuits import Population
from neurosim.snn.engine.interface import Engine
from neurosim.snn.neurons.given_times import GIVEN_TIMES, given_times, load
from neurosim.snn.neurons.latency import LATENCY, present
from neurosim.snn.neurons.poisson import POISSON, redraw
from neurosim.snn.neurons.regular import REGULAR, set_phase

BOTH = pytest.mark.parametrize("precision", ["float64", "float32"])


@pytest.fixture
def source(opened):
    """Give a function that opens one population called ``source``."""

    def open_(model, n: int, dt: float = 0.5, precision: str = "float64", seed: int = 5) -> Engine:
        engine = opened(Population("source", n, model), dt=dt, precision=precision, seed=seed)
        engine.seed(seed)
        return engine

    return open_


def counts(engine: Engine, n: int) -> np.ndarray:
    """Count the spikes of each neuron."""
    return np.bincount(engine.spikes("source").indices, minlength=n)


@BOTH
def test_poisson_mean_and_variance(source, precision: str) -> None:
    """Counts have the mean of the rate and the variance of a Bernoulli process, at low and at high rates."""
    rates, n_each, n_steps, dt = np.array([0.0, 3.0, 63.75, 200.0]), 500, 4000, 0.5
    engine = source(POISSON, 4 * n_each, dt, precision)
    engine.view("source.rate")[:] = np.repeat(rates, n_each)
    engine.run_steps(n_steps)
    found = counts(engine, 4 * n_each).reshape(4, n_each)
    assert found[0].sum() == 0
    for rate, sample in zip(rates[1:], found[1:], strict=True):
        p = rate * dt * 1e-3
        mean, variance = n_steps * p, n_steps * p * (1 - p)
        assert abs(sample.mean() - mean) < 4 * np.sqrt(variance / n_each)
        assert sample.var(ddof=1) / mean == pytest.approx(1 - p, abs=4 * np.sqrt(2 / n_each))


def test_poisson_intervals_are_exponential(source) -> None:
    """Intervals pass a Kolmogorov-Smirnov test against the exponential, and do not depend on one another."""
    rate, dt, n = 40.0, 0.1, 100
    engine = source(POISSON, n, dt)
    engine.view("source.rate")[:] = rate
    engine.run_steps(10_000)
    rng = np.random.default_rng(11)
    trains = by_neuron(engine.spikes("source"), n)
    # Each time is spread over its own step, which turns the geometric law back into the exponential.
    intervals = [np.diff(steps + rng.uniform(size=len(steps))) * dt * 1e-3 for steps in trains]
    early = np.concatenate([own[:12] for own in intervals if len(own) >= 12])
    assert len(early) > 1100
    assert stats.kstest(early, "expon", args=(0, 1 / rate)).pvalue > 0.01
    assert stats.kstest(early, "expon", args=(0, 1.15 / rate)).pvalue < 0.01, "the test could tell"
    pairs = np.concatenate([np.stack([own[:-1], own[1:]]) for own in intervals if len(own) > 1], axis=1)
    assert abs(np.corrcoef(pairs)[0, 1]) < 4 / np.sqrt(pairs.shape[1])


@BOTH
def test_poisson_rate_change_holds_from_the_next_step(source, precision: str) -> None:
    """Nothing is left of an old rate: 0 Hz is silent at once, and a new rate shows in its very first step."""
    n, dt = 4000, 0.5
    engine = source(POISSON, n, dt, precision)
    rate = engine.view("source.rate")
    rate[:] = 0.5
    engine.run_steps(200)
    assert 0 < counts(engine, n).sum() < 1000
    rate[:] = 0.0
    engine.run_steps(100)
    assert counts(engine, n).sum() == 0
    rate[:] = 180.0
    p = 180.0 * dt * 1e-3
    for _ in range(3):
        engine.run_steps(1)
        assert abs(counts(engine, n).sum() - n * p) < 4 * np.sqrt(n * p * (1 - p))
    rate[: n // 2] = 0.0
    engine.run_steps(50)
    found = counts(engine, n)
    assert found[: n // 2].sum() == 0 and found[n // 2 :].mean() == pytest.approx(50 * p, rel=0.05)


def test_poisson_trial_depends_on_its_seeds_alone(source) -> None:
    """After ``redraw`` and ``seed`` a trial is the same whatever came before it; another seed gives another."""
    found = []
    for before, seed in ((0, 3), (321, 3), (0, 4)):
        engine = source(POISSON, 60)
        engine.view("source.rate")[:] = np.linspace(1.0, 90.0, 60)
        engine.run_steps(before)
        engine.spikes("source")
        engine.seed(seed)
        redraw(engine, "source", np.random.default_rng(seed))
        engine.run_steps(400)
        spikes = engine.spikes("source")
        found.append(list(zip(spikes.steps - before, spikes.indices, strict=True)))
    assert found[0] == found[1] != found[2]
    assert len(found[0]) > 200


@BOTH
def test_regular_count_is_the_floor_of_its_phase(source, precision: str) -> None:
    """After 20 s a neuron has spiked floor(rate T + phase) times."""
    rng = np.random.default_rng(8)
    n, dt, n_steps = 80, 0.5, 40_000
    phases = rng.uniform(size=n)
    expected = rng.integers(0, 4000, n)
    rates = np.maximum(expected + rng.uniform(0.05, 0.95, n) - phases, 0.0) / (n_steps * dt * 1e-3)
    engine = source(REGULAR, n, dt, precision)
    engine.view("source.rate")[:] = rates
    set_phase(engine, "source", phases)
    engine.run_steps(n_steps)
    np.testing.assert_array_equal(counts(engine, n), np.floor(rates * n_steps * dt * 1e-3 + phases))


def test_regular_intervals_and_rate_change(source) -> None:
    """Intervals are equal; a change of the rate keeps the phase and holds from the next step."""
    engine = source(REGULAR, 2, 1.0)
    set_phase(engine, "source", [0.0, 0.505])
    engine.view("source.rate")[:] = 100.0
    engine.run_steps(44)
    first, second = by_neuron(engine.spikes("source"), 2)
    np.testing.assert_array_equal(second, [4, 14, 24, 34])
    assert set(np.diff(first)) == {10} and len(first) == 4
    engine.view("source.rate")[:] = [0.0, 20.0]
    engine.run_steps(100)
    first, second = by_neuron(engine.spikes("source"), 2)
    assert len(first) == 0
    # At step 44 the second one's phase is 0.905: 0.095 are left, at 0.02 a step.
    np.testing.assert_array_equal(second, [48, 98])


@BOTH
def test_regular_phases(source, precision: str) -> None:
    """Phases start spread over the cycle, can be drawn anew, and are refused outside of it."""
    engine = source(REGULAR, 400, precision=precision)
    assert stats.kstest(engine.view("source.phase"), "uniform").pvalue > 0.01
    set_phase(engine, "source", np.random.default_rng(2))
    drawn = engine.view("source.phase").copy()
    assert stats.kstest(drawn, "uniform").pvalue > 0.01 and len(np.unique(drawn)) > 390
    set_phase(engine, "source", 1 - 1e-12)
    engine.run_steps(5)
    assert counts(engine, 400).sum() == 0
    with pytest.raises(ValueError, match=r"phase of 'source'.*accepted: 0 up to"):
        set_phase(engine, "source", 1.0)


@BOTH
def test_latency_to_the_step(source, precision: str) -> None:
    """Each neuron spikes once, in the step nearest to its latency, and again in the next trial."""
    latencies = np.array([0.0, 0.2, 0.26, 0.5, 7.0, 123.4, 349.9, -1.0, np.inf, 1e9])
    expected = [0, 0, 1, 1, 14, 247, 700, None, None, None]
    engine = source(LATENCY, 10, 0.5, precision)
    for onset in (0, 800, 1600):
        present(engine, "source", latencies if onset != 800 else latencies + 3.0)
        engine.run_steps(800)
        for train, step in zip(by_neuron(engine.spikes("source"), 10), expected, strict=True):
            shift = 6 if onset == 800 else 0
            if step is not None:
                assert list(train) == [onset + step + shift]
            elif onset != 800:
                assert len(train) == 0
    with pytest.raises(ValueError, match="NaN"):
        present(engine, "source", np.full(10, np.nan))


@BOTH
def test_given_times_to_the_step(source, precision: str) -> None:
    """Every given spike comes in its step, bursts of neighbouring steps and 32 spikes a neuron included."""
    rng = np.random.default_rng(4)
    dt, n = 0.1, 40
    steps = [np.sort(rng.choice(5000, size, replace=False)) for size in rng.integers(0, 33, n)]
    steps[0], steps[1], steps[2] = np.arange(32), np.array([4999]), np.array([], int)
    engine = source(GIVEN_TIMES, n, dt, precision)
    load(engine, "source", [own * dt + 0.03 for own in steps])
    engine.run_steps(5000)
    for own, train in zip(steps, by_neuron(engine.spikes("source"), n), strict=True):
        np.testing.assert_array_equal(train, own)
    engine.run_steps(200)
    assert counts(engine, n).sum() == 0


def test_given_times_are_replaced_between_runs(source) -> None:
    """A second load forgets what the first one left, and counts from now."""
    engine = source(given_times(3), 2, 1.0)
    load(engine, "source", [[2.0, 8.0, 40.0], [5.0]])
    engine.run_steps(10)
    assert [list(own) for own in by_neuron(engine.spikes("source"), 2)] == [[2, 8], [5]]
    load(engine, "source", [[0.0], [1.0, 3.0]])
    engine.run_steps(50)
    assert [list(own) for own in by_neuron(engine.spikes("source"), 2)] == [[10], [11, 13]]


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([[1.0]], "holds 1 neurons; population 'source' has 2"),
        ([[1.0, 1.2], []], r"times_ms\[0\].*ascend"),
        ([[], [5.0, 3.0]], r"times_ms\[1\].*ascend"),
        ([[-3.0], []], r"times_ms\[0\].*0 or more"),
        ([[float("nan")], []], r"times_ms\[0\]"),
        ([[1.0, 2.0, 3.0, 4.0], []], r"4 spikes; its model holds 3.*given_times\(capacity=4\)"),
    ],
)
def test_given_times_refuses_what_it_cannot_play(source, times, message: str) -> None:
    """A mistake names the neuron and what would be accepted, and leaves the old times in place."""
    engine = source(given_times(3), 2, 1.0)
    load(engine, "source", [[4.0], [6.0]])
    with pytest.raises(ValueError, match=message):
        load(engine, "source", times)
    engine.run_steps(10)
    assert [list(own) for own in by_neuron(engine.spikes("source"), 2)] == [[4], [6]]
    with pytest.raises(ValueError, match="capacity = 0; accepted: 1 or more"):
        given_times(0)
