"""Many presentations in one call: what compiled loops do is what driving a network step by step does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise
from neurosim.errors import InputError
from neurosim.learners.noise_rows import noise_rows
from neurosim.seeding import noise_words
from neurosim.snn import Circuit, LateralInhibition, Pathway, Population, Quantity
from neurosim.snn.engine.live import looping
from neurosim.snn.homeostasis import normalise_incoming
from neurosim.snn.neurons.competitor import COMPETITOR
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.playing import Part
from neurosim.snn.session import Session

N_INPUTS, N_NEURONS, N_SAMPLES = 6, 5, 7
PARTS = (Part(30), Part(11, {"rate": 0.0}))
VIEWS = {
    "rate": "inputs.rate", "hazard": "inputs.hazard_left", "scale": "neurons.own_threshold", "v": "neurons.v",
    "n_spikes": "neurons.n_spikes", "inhibition": "neurons.lateral_inhibition", "time_constant":
    "neurons.membrane_time_constant",
}  # fmt: skip
FRESH = {"v": 0.0, "n_spikes": 0.0, "inhibition": 0.0}


def session(engine: str = "auto") -> Session:
    """Poisson inputs, which draw while they run, over fixed weights to competing neurons."""
    circuit = Circuit(
        "played",
        (Population("inputs", N_INPUTS, POISSON), Population("neurons", N_NEURONS, COMPETITOR)),
        (Pathway("synapses", "inputs", "neurons", "excitatory", weight=Quantity(0.3)),),
        (LateralInhibition("inhibition", "neurons", Quantity(0.2), Quantity(20.0, "ms")),),
        dt=Quantity(1.0, "ms"),
    )
    return Session(circuit, VIEWS, fresh=FRESH, engine=engine)


def samples() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    return {
        "rate": rng.uniform(50, 400, (N_SAMPLES, N_INPUTS)),
        "hazard": rng.exponential(size=(N_SAMPLES, N_INPUTS)),
        "scale": rng.uniform(0.4, 0.9, (N_SAMPLES, N_NEURONS)),
        "time_constant": rng.uniform(0.02, 0.1, N_SAMPLES),
    }


def one_by_one(net: Session, writes: dict[str, np.ndarray], seeds: Sequence[int]) -> dict[str, np.ndarray]:
    found: dict[str, list[np.ndarray]] = {"n_spikes": [], "v": []}
    for row, seed in enumerate(seeds):
        views = net.begin(learning=False)
        for name, values in writes.items():
            views[name][:] = values[row]
        net.engine.seed(seed)
        net.run(30)
        views["rate"][:] = 0
        net.run(11)
        for name, kept in found.items():
            kept.append(views[name].copy())
    return {name: np.array(kept) for name, kept in found.items()}


@pytest.mark.parametrize("engine", ["auto", "runtime"])
def test_playing_is_presenting_one_after_the_other(engine: str) -> None:
    seeds = range(40, 40 + N_SAMPLES)
    played = session(engine).play(samples(), PARTS, ["n_spikes", "v"], seeds=seeds)
    expected = one_by_one(session(engine), samples(), seeds)
    for name, values in expected.items():
        np.testing.assert_array_equal(played[name], values, err_msg=name)
    assert played["n_spikes"].shape == (N_SAMPLES, N_NEURONS)
    assert len(np.unique(played["n_spikes"], axis=0)) > 3 and np.abs(played["v"]).max() > 0


def test_a_short_budget_cuts_playing_into_pieces_that_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = session().play(samples(), PARTS, ["n_spikes", "v"], seeds=range(N_SAMPLES))
    monkeypatch.setattr(looping, "SLICE_NS", 1)
    pieces = session().play(samples(), PARTS, ["n_spikes", "v"], seeds=range(N_SAMPLES))
    for name, values in whole.items():
        np.testing.assert_array_equal(pieces[name], values)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rate": np.ones((N_SAMPLES, N_INPUTS + 1))}, "shape of rows for 'rate'"),
        ({"scale": np.ones((N_SAMPLES - 1, N_NEURONS))}, "number of rows for 'scale'"),
        ({"rates": np.ones((N_SAMPLES, N_INPUTS))}, "'rates' is unknown"),
    ],
)
def test_rows_that_do_not_fit_are_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        session().play(samples() | changes, PARTS, ["n_spikes"])


@pytest.mark.parametrize(("purpose", "attempt"), [(TRAINING, 0), (PREDICTION, 0), (TRAINING, 3)])
def test_compiled_noise_is_that_of_numpy(purpose: int, attempt: int) -> None:
    noise, keys = PresentationNoise(noise_words(3), attempts=True), [0, 5, 2**32 - 1]
    rows = noise_rows(noise, purpose, keys, 13, attempt)
    assert looping.loops_work()
    expected = [noise.uniform(purpose, key, 13, attempt) for key in keys]
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_array_equal(noise.rows(purpose, keys, 13, attempt), expected)
    assert len(np.unique(rows)) > 30


def test_noise_of_another_purpose_is_refused_compiled_as_well() -> None:
    with pytest.raises(ValueError, match="would draw another's numbers"):
        noise_rows(PresentationNoise(noise_words(3)), TRAINING, [1], 4, attempt=1)


def test_compiled_normalisation_has_the_bits_of_numpys() -> None:
    weights = np.random.default_rng(1).uniform(-0.2, 1, (37, 11)).astype(np.float32)
    weights[:, 4] = 0
    expected = weights.copy()
    normalise_incoming(expected, 3.7)
    looping.normalise_columns(weights, 3.7)
    np.testing.assert_array_equal(weights, expected)
    np.testing.assert_allclose(np.abs(weights).sum(axis=0)[[0, 10]], 3.7, rtol=1e-5)
    assert not weights[:, 4].any()
