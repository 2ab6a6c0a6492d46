"""Codes from relative rates to spikes: their statistics, their order, and what the compiled sources make of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosim.coding.rates import Encoder, rate_encoder
from neurosim.coding.spike_codes import LatencyCode, PoissonCode, RegularCode
from neurosim.errors import InputError
from neurosim.registry import open_registry
from neurosim.snn.circuits import Circuit, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.neurons.latency import LATENCY
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.units import Quantity

RELATIVE = arrays(np.float32, st.integers(1, 12), elements=st.floats(0, 1, width=32))
GAIN = st.floats(0, 2000)
SOURCES = {PoissonCode: POISSON, RegularCode: REGULAR, LatencyCode: LATENCY}


def played(code, relative: np.ndarray, rng: np.random.Generator, duration_ms: float, trials: int):
    """Let the code's own source fire; gives counts, shape (trials, n_inputs), and the steps of the last trial."""
    model = SOURCES[type(code)]
    engine = open_engine(Circuit("coded", (Population("inputs", len(relative), model),)), "runtime")
    engine.record_spikes("inputs")
    engine.seed(3)
    counts = np.empty((trials, len(relative)), int)
    for trial in range(trials):
        for variable, values in code.writes(relative, rng.uniform(size=len(relative))).items():
            engine.view(f"inputs.{variable}")[:] = values
        begin = engine.step
        engine.run(Quantity(duration_ms, "ms"))
        spikes = engine.spikes("inputs")
        counts[trial] = np.bincount(spikes.indices, minlength=len(relative))
    last = {int(index): int(step - begin) for step, index in zip(spikes.steps, spikes.indices, strict=True)}
    engine.close()
    return counts, last


def test_poisson_counts_have_the_expected_mean_and_a_variance_equal_to_it() -> None:
    """One long trial of many equal inputs: the mean within 4 standard errors, the Fano factor within 4 of its own."""
    n, code = 4000, PoissonCode(gain_hz=50.0)
    relative = np.full(n, 0.8)
    counts, _ = played(code, relative, np.random.default_rng(1), 200.0, 1)
    mean = code.expected_spikes(relative, 200.0)[0]
    assert mean == pytest.approx(8.0)
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / n))
    # At most one spike a step of 0.5 ms: variance / mean is 1 - rate x dt = 0.98.
    assert counts.var() / counts.mean() == pytest.approx(0.98, abs=4 * np.sqrt(2 / n))


def test_the_first_poisson_intervals_are_exponential_with_mean_1() -> None:
    uniform = (np.arange(100_000) + 0.5) / 100_000
    hazards = PoissonCode(10.0).writes(np.ones(100_000), uniform)["hazard_left"]
    assert hazards.mean() == pytest.approx(1, rel=1e-3)
    assert hazards.var() == pytest.approx(1, rel=1e-2)
    assert np.mean(hazards > 2) == pytest.approx(np.exp(-2), rel=1e-3)
    assert np.isfinite(PoissonCode(10.0).writes(np.ones(1), np.float32([1 - 2**-24]))["hazard_left"]).all()


def test_regular_counts_are_those_of_the_formula() -> None:
    code, relative = RegularCode(gain_hz=100.0), np.array([0.0, 0.13, 0.5, 0.97])
    counts, _ = played(code, relative, np.random.default_rng(5), 101.5, 3)
    rng = np.random.default_rng(5)
    wanted = [code.spikes(relative, rng.uniform(size=4), 101.5) for _ in range(3)]
    np.testing.assert_array_equal(counts, wanted)
    assert counts.sum() > 30


def test_latencies_come_in_the_order_of_strength() -> None:
    """x = 1, 0.75, 0.5, 0 of the strongest in a window of 40 ms: 0, 10, 20 ms (steps of 0.5 ms) and never."""
    code = LatencyCode(window_ms=40.0)
    counts, last = played(code, np.array([0.2, 0.4, 0.0, 0.3]), np.random.default_rng(0), 50.0, 1)
    np.testing.assert_array_equal(counts, [[1, 1, 0, 1]])
    assert last == {1: 0, 3: 20, 0: 40}
    early = code.latencies_ms(np.array([0.2, 0.4, 0.0, 0.3])) < 15.0
    np.testing.assert_array_equal(early, [False, True, False, True])


def test_weak_inputs_stay_silent_under_latency_code() -> None:
    code = LatencyCode(window_ms=40.0, silent_below=0.25)
    np.testing.assert_array_equal(np.isfinite(code.latencies_ms(np.array([1.0, 0.25, 0.26]))), [True, False, True])
    assert code.writes(np.zeros(3))["latency"].tolist() == [-1, -1, -1]


@given(RELATIVE, st.floats(0.1, 1000), st.floats(0.01, 100))
def test_latency_is_monotone_bounded_and_blind_to_intensity(relative: np.ndarray, window: float, size: float) -> None:
    code = LatencyCode(window)
    latencies = code.latencies_ms(relative)
    order = np.argsort(relative, kind="stable")
    ordered = latencies[order]
    assert (ordered[:-1] >= ordered[1:]).all()
    spiking = np.isfinite(latencies)
    np.testing.assert_array_equal(spiking, relative > 0)
    assert (latencies[spiking] >= 0).all() and (latencies[spiking] <= window).all()
    if spiking.any():
        assert latencies.min() == 0
    np.testing.assert_allclose(
        code.latencies_ms(relative.astype(float) * size)[spiking], latencies[spiking], atol=1e-5 * window
    )


@given(RELATIVE, GAIN, st.floats(0, 1000), st.floats(0, 1, exclude_max=True))
def test_regular_counts_are_the_mean_rounded_up_or_down(
    relative: np.ndarray, gain: float, duration: float, phase: float
) -> None:
    code = RegularCode(gain, highest_rate_hz=700.0)
    expected = code.expected_spikes(relative, duration)
    counts = code.spikes(relative, np.full(len(relative), phase), duration)
    assert (np.abs(counts - expected) < 1 + 1e-4).all()
    assert (expected <= 0.7001 * duration).all()


@given(RELATIVE, GAIN)
def test_rates_grow_with_the_input_and_both_rate_codes_expect_the_same(relative: np.ndarray, gain: float) -> None:
    poisson, regular = PoissonCode(gain), RegularCode(gain)
    np.testing.assert_array_equal(poisson.expected_spikes(relative, 80.0), regular.expected_spikes(relative, 80.0))
    rates = poisson.rates_hz(np.sort(relative))
    assert (np.diff(rates) >= 0).all() and (rates >= 0).all() and (rates <= 900).all()


@given(arrays(np.float32, (3, 2), elements=st.floats(0, 1, width=32)))
@settings(max_examples=50)
def test_population_code_peaks_at_the_field_whose_centre_is_nearest(X: np.ndarray) -> None:
    """Eight fields with centres at k / 7; every sample has unit length and is told apart from its neighbours."""
    encoded = rate_encoder("population", 2, 8).encode(X)
    assert encoded.shape == (3, 16)
    np.testing.assert_allclose(np.linalg.norm(encoded, axis=1), 1, rtol=1e-5)
    peaks = encoded.reshape(3, 2, 8).argmax(axis=2)
    assert (np.abs(peaks / 7 - X) <= 1 / 14 + 1e-4).all()


@given(arrays(np.float32, (2, 5), elements=st.floats(0, 1, width=32)))
def test_intensity_code_keeps_proportions_or_the_values_themselves(X: np.ndarray) -> None:
    from dataclasses import replace

    encoder = rate_encoder("intensity", 5, 2)
    encoded = encoder.encode(X)
    length = np.linalg.norm(X.astype(float), axis=1, keepdims=True)
    np.testing.assert_allclose(encoded * length, X, atol=1e-5)
    np.testing.assert_array_equal(replace(encoder, unit_length=False).encode(X), X)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: PoissonCode(-1.0), "gain_hz"),
        (lambda: RegularCode(1.0, highest_rate_hz=0.0), "highest_rate_hz"),
        (lambda: LatencyCode(0.0), "window_ms"),
        (lambda: LatencyCode(10.0, silent_below=1.0), "silent_below"),
        (lambda: PoissonCode(1.0).rates_hz(np.array([-0.1])), "relative rates"),
        (lambda: LatencyCode(1.0).latencies_ms(np.array([np.nan])), "relative rates"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(make, field: str) -> None:
    with pytest.raises(InputError, match=field):
        make()


def test_every_registered_encoder_gives_relative_rates() -> None:
    X, sizes = np.random.default_rng(1).random((3, 4)).astype(np.float32), {}
    for entry in open_registry().of_kind("encoders"):
        assert isinstance(entry.load()(4), Encoder)
        rates = rate_encoder(entry.name, 4, 5)
        sizes[entry.name] = rates.n_inputs
        np.testing.assert_allclose(np.linalg.norm(rates.encode(X), axis=1), 1, rtol=1e-6)
    assert sizes == {"auto": 20, "intensity": 4, "population": 20}


@pytest.mark.parametrize("code", [PoissonCode(20.0), RegularCode(20.0), LatencyCode(30.0)])
def test_a_code_writes_what_the_registered_model_of_its_name_starts_with(code) -> None:
    model = SOURCES[type(code)]
    assert open_registry().find("neurons", model.name).load() is model
    written = code.writes(np.array([0.2, 0.7, 0.5]), np.array([0.1, 0.6, 0.9]))
    assert written.keys() == model.initial.keys()
    assert all(values.shape == (3,) for values in written.values())
