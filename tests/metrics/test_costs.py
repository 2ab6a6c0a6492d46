"""Operations from raw events: small networks counted by hand, and what real learners report."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from neurosim.ann.activations import ACTIVATIONS
from neurosim.data import Costs, EventCounts, Locality, Traits
from neurosim.learners import learner_class, make_learner
from neurosim.metrics.costs import (
    COUNTED_NO_OPERATION,
    COUNTED_NOTHING,
    NOT_A_NETWORK,
    NOT_COUNTED,
    PHASES,
    mean_operations,
    operations,
    uncounted,
    unknown_events,
)
from neurosim.metrics.neurobench import synaptic_operations
from neurosim.registry import open_registry
from tests.learners.asking import begun
from tests.learners.settings import QUICK, UNCOUNTED

LEDGER = Locality(True, True, "for read-out", "0", False, False)
SPIKING = Traits("spike", "none", "nothing", LEDGER)
RATE = Traits("rate", "none", "label", LEDGER)
CONTROL = Traits("rate", "none", "label", LEDGER, role="control")
NOTHING = Traits("none", "none", "label", LEDGER, role="control")


def test_a_spiking_network_counted_by_hand() -> None:
    """Two inputs to three neurons for 10 steps, twice: 5 input spikes in all reach 3 neurons each, 2 spikes nobody."""
    counts = EventCounts(presentations=2, connections=2 * 10 * 6, active_connections=15, spike_deliveries=15,
                         state_updates=2 * 10 * 5, input_spikes=5, spikes=2)  # fmt: skip
    found = operations(counts, SPIKING)
    assert (found.dense, found.effective_macs, found.effective_acs, found.effective) == (120, 0, 15, 15)
    each = found.per_presentation()
    assert each is not None
    assert (each.presentations, each.dense, each.effective_acs, each.state_updates) == (1, 60, 7.5, 50)
    assert (each.input_spikes, each.spikes, each.unavailable) == (2.5, 1, {})


def test_numbers_are_multiplied_and_spikes_added() -> None:
    """A network of both kinds: of 70 active connections 50 deliver spikes, so 20 multiply."""
    counts = EventCounts(presentations=1, connections=100, active_connections=70, spike_deliveries=50,
                         feedback_connections=11)  # fmt: skip
    found = operations(counts, SPIKING)
    assert (found.effective_macs, found.effective_acs, found.effective, found.feedback_macs) == (20, 50, 70, 11)


def test_what_is_not_counted_is_none_and_says_why() -> None:
    """Effective operations that a learner did not count, and how a control prepares itself."""
    counts = EventCounts(presentations=4, connections=12, state_updates=8)
    found = operations(counts, RATE)
    assert (found.dense, found.effective, found.state_updates) == (12, None, 8)
    assert found.unavailable == {"effective_macs": NOT_COUNTED, "effective_acs": NOT_COUNTED}
    solved = operations(counts, CONTROL, "learning")
    assert solved.dense is None and solved.weight_writes is None and solved.unavailable["dense"] == NOT_A_NETWORK
    assert operations(counts, CONTROL).dense == 12


def test_nothing_that_happened_is_zero() -> None:
    """A silent network delivered nothing; majority has no connections; both are known."""
    silent = operations(EventCounts(presentations=1, connections=60), SPIKING)
    assert (silent.dense, silent.effective) == (60, 0)
    counted = operations(EventCounts(presentations=5), NOTHING)
    assert (counted.dense, counted.effective, counted.unavailable) == (0, 0, {})
    assert operations(EventCounts(), RATE).per_presentation() is None


def test_zeros_that_are_no_counts_are_told_from_those_that_are() -> None:
    """By what was presented, and by whether there are weights to evaluate."""
    shown, nothing = EventCounts(presentations=5, labels=5), EventCounts()
    network = EventCounts(presentations=5, connections=30, state_updates=10)
    counted, silent, told = Costs(network, network), Costs(), Costs(shown, shown)
    assert uncounted(counted, RATE, learned=True, has_weights=True) == {}
    assert uncounted(Costs(nothing, network), RATE, learned=False, has_weights=True) == {}
    assert uncounted(Costs(nothing, network), RATE, learned=True, has_weights=True) == {"learning": COUNTED_NOTHING}
    everything = dict.fromkeys(("learning", "inference", "readout"), COUNTED_NOTHING)
    assert uncounted(silent, RATE, learned=True, has_weights=True) == everything
    assert uncounted(silent, NOTHING, learned=True, has_weights=False) == everything
    no_operation = dict.fromkeys(("learning", "inference"), COUNTED_NO_OPERATION)
    assert uncounted(told, SPIKING, learned=True, has_weights=True) == no_operation
    assert uncounted(told, RATE, learned=True, has_weights=False) == {}
    # How a control prepares itself is said to be uncounted elsewhere.
    assert uncounted(Costs(shown, network), CONTROL, learned=True, has_weights=True) == {}


def test_what_a_learner_did_not_count_is_not_zero() -> None:
    """What it was shown and told stays, where it counted that."""
    told = EventCounts(presentations=5, labels=5)
    found = operations(told, SPIKING, "inference", COUNTED_NO_OPERATION)
    assert (found.presentations, found.labels, found.feedback_bits) == (5, 5, 0)
    assert (found.dense, found.effective, found.state_updates, found.spikes, found.input_spikes) == (None,) * 5
    each = found.per_presentation()
    assert each is not None and (each.presentations, each.labels, each.dense) == (1, 1, None)
    blind = operations(EventCounts(), RATE, "inference", COUNTED_NOTHING)
    assert set(blind.numbers().values()) == {None} and blind.per_presentation() is None
    assert set(blind.unavailable.values()) == {COUNTED_NOTHING}
    assert "labels" not in unknown_events(told, COUNTED_NO_OPERATION) and not unknown_events(told, "")


def test_phases_are_never_mixed() -> None:
    """Each phase has its own operations."""
    costs = Costs(EventCounts(presentations=1, weight_writes=3), EventCounts(presentations=2), EventCounts(labels=5))
    found = {phase: operations(getattr(costs, phase), SPIKING, phase) for phase in PHASES}
    assert [found[phase].presentations for phase in ("learning", "inference", "readout")] == [1, 2, 0]
    assert (found["learning"].weight_writes, found["inference"].weight_writes, found["readout"].labels) == (3, 0, 5)


def test_the_mean_over_seeds() -> None:
    """Number by number; None where one seed could not measure it."""
    one = operations(EventCounts(presentations=2, connections=10, active_connections=4), RATE)
    two = operations(EventCounts(presentations=4, connections=30, active_connections=10), RATE)
    blind = operations(EventCounts(presentations=4, connections=30), RATE)
    assert mean_operations([one, two]).dense == 20 and mean_operations([one, two]).effective == 7
    mixed = mean_operations([one, blind])
    assert mixed.effective is None and mixed.unavailable["effective_macs"] == NOT_COUNTED
    with pytest.raises(ValueError, match="no operations"):
        mean_operations([])


# -- what learners report ---------------------------------------------------------------------------------------


def samples(n: int = 24, n_features: int = 6, n_classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Make sparse samples."""
    rng = np.random.default_rng(3)
    X = rng.uniform(0.1, 1, (n, n_features)).astype(np.float32) * (rng.random((n, n_features)) < 0.6)
    return X, np.arange(n) % n_classes


LIKE_IRIS = samples(n_features=4, n_classes=3)
"""For spiking learners in sizes that other tests have built already."""


def trained(name: str, data: tuple[np.ndarray, np.ndarray] | None = None, **parameters: Any) -> Any:
    """Give a learner that has seen the samples once and answered them once."""
    X, y = data or samples()
    learner = make_learner(name, open_registry(), **parameters, random_state=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begun(learner, X, y, len(X)).partial_fit(X, y).fit_readout(X, y)
    learner.predict(X)
    return learner


def test_a_perceptron_skips_exactly_its_zeros() -> None:
    """Its counted operations are those of its own weights and activations; rectified units are zero now and then."""
    X, _ = samples()
    learner = trained("mlp", hidden_units=(5,), dropout=0.0)
    found = operations(learner.costs().inference, learner.traits).per_presentation()
    first, second = learner.weights().values()
    hidden = ACTIVATIONS["relu"].function(X @ first + learner.parameters_.by_layer[0][1])
    assert 0 < np.mean(hidden == 0) < 1
    expected = synaptic_operations([(first, X), (second, hidden)], ["numbers", "numbers"])
    assert found is not None
    assert (found.dense, found.effective_macs) == (expected.dense, expected.effective_macs)
    assert found.effective_acs == 0 and found.effective_macs < found.dense
    assert found.state_updates == first.shape[1] + second.shape[1]


def test_backpropagation_is_counted_apart_from_the_forward_pass() -> None:
    """A gradient for each weight (30 + 10), and the error carried back over the second layer (10)."""
    learner = trained("mlp", hidden_units=(5,), dropout=0.0)
    found = operations(learner.costs().learning, learner.traits, "learning").per_presentation()
    assert found is not None
    assert (found.dense, found.feedback_macs, found.labels, found.feedback_bits) == (40, 50, 1, 1)


def test_competing_neurons_counted_by_hand() -> None:
    """Dense is steps times connections, the lateral ones included; an input spike reaches all, a spike all others."""
    learner = trained("stdp", LIKE_IRIS, n_neurons=20, presentation_ms=30.0, n_fields=8)
    X, _ = LIKE_IRIS
    counts = learner.costs().inference
    found = operations(counts, learner.traits)
    n_shown = counts.connections / (30 * (32 * 20 + 20 * 19))
    # A sample that nobody answers is shown again, at most four times.
    assert n_shown == int(n_shown) and len(X) <= n_shown <= 5 * len(X)
    assert found.state_updates == n_shown * 30 * (32 + 2 * 20)
    assert found.spikes > 0 and found.effective_acs == found.input_spikes * 20 + found.spikes * 19
    assert (found.effective_macs, found.weight_writes, found.trace_updates, found.labels) == (0, 0, 0, 0)
    learning = operations(learner.costs().learning, learner.traits, "learning")
    assert learning.weight_writes == learning.spikes * 32 + 20 * len(X)
    assert learning.labels == 0 and operations(learner.costs().readout, learner.traits, "readout").labels == len(X)


@pytest.mark.parametrize("entry", open_registry().of_kind("learners"), ids=lambda entry: entry.name)
def test_every_learner_counts_what_a_decision_takes(entry: Any) -> None:
    """Dense bounds effective; spikes are added and numbers multiplied; deciding writes no weight."""
    learner = trained(entry.name, LIKE_IRIS, **QUICK.get(entry.name, {}))
    traits = learner_class(entry.name, open_registry()).traits
    found = operations(learner.costs().inference, traits)
    if entry.name in UNCOUNTED:
        unknown = uncounted(learner.costs(), traits, learned=True, has_weights=bool(learner.weights()))
        assert unknown == dict.fromkeys(PHASES, COUNTED_NOTHING)
        return
    assert found.presentations == len(LIKE_IRIS[0])
    assert uncounted(learner.costs(), traits, learned=True, has_weights=bool(learner.weights())) == {}
    if not learner.weights() and not found.dense:
        assert (found.dense, found.effective) == (0, 0)
        return
    assert found.dense is not None and found.effective is not None
    assert 0 < found.effective <= found.dense
    assert (found.effective_macs if traits.unit == "spike" else found.effective_acs) == 0
    assert (found.spikes > 0) == (traits.unit == "spike") == (found.input_spikes > 0)
    assert found.weight_writes == 0 and found.trace_updates == 0 and found.feedback_macs == 0
    assert (found.state_updates or 0) > 0 and found.labels == 0


FAN_OUTS: dict[str, tuple[dict[str, int], int]] = {
    # To how many neurons each neuron of a population sends, for three classes; time steps of a presentation.
    "stdp": ({"inputs": 20, "neurons": 19}, 100),
    "stdp-supervised": ({"inputs": 20, "neurons": 19}, 100),
    "rstdp": ({"inputs": 20, "neurons": 19 + 3, "choosers": 2}, 160),
    "diehl-cook": ({"inputs": 20, "excitatory": 1, "inhibitory": 19}, 100),
    "snn-gradient": ({"inputs": 16, "hidden": 3}, 50),
    "e-prop-random": ({"inputs": 16, "hidden": 3}, 50),
    "snn-hebb-hidden": ({"inputs": 16, "hidden": 3}, 50),
    "snn-node-perturbation-loss": ({"inputs": 16, "hidden": 3}, 50),
    "snn-regressor": ({"inputs": 40, "hidden": 12}, 50),
    "mlp-spiking": ({"inputs": 12, "hidden": 3}, 40),
}


def test_no_spiking_learner_is_left_out() -> None:
    """The table above names all of them."""
    registry = open_registry()
    spiking = {e.name for e in registry.of_kind("learners") if learner_class(e.name, registry).traits.unit == "spike"}
    assert spiking == set(FAN_OUTS)


@pytest.mark.parametrize("name", FAN_OUTS)
def test_operations_are_those_of_the_recorded_spikes(name: str) -> None:
    """A recorded spike reaches as many neurons as its population projects to; dense is all of them, at every step."""
    fan_out, n_steps = FAN_OUTS[name]
    learner = trained(name, LIKE_IRIS, **QUICK[name])
    answered_at_once = 0
    for x in LIKE_IRIS[0][:6]:
        before = learner.costs().inference
        learner.predict(x[None])
        after, recorded = learner.costs().inference, learner.spikes(x[None])
        n_spikes = {population: int((recorded.population == population).sum()) for population in recorded.n_units}
        assert set(n_spikes) == set(fan_out)
        dense = sum(size * fan_out[population] for population, size in recorded.n_units.items())
        shown = (after.connections - before.connections) / (dense * n_steps)
        assert shown == int(shown) >= 1
        # A sample that was shown again has spikes of earlier attempts, which are counted and not recorded.
        if shown == 1:
            answered_at_once += 1
            assert after.input_spikes - before.input_spikes == n_spikes["inputs"]
            assert after.spikes - before.spikes == sum(n_spikes.values()) - n_spikes["inputs"]
            delivered = sum(n * fan_out[population] for population, n in n_spikes.items())
            assert after.spike_deliveries - before.spike_deliveries == delivered > 0
    assert answered_at_once >= 1


def test_the_read_out_of_an_untrained_perceptron() -> None:
    """24 samples through 6 x 5 random weights once, then the 5 x 2 output twice; Adam keeps two traces a number."""
    X, y = samples()
    learner = make_learner("mlp", open_registry(), hidden_units=(5,), epochs=2, batch_size=8, random_state=5)
    learner.begin(None, np.unique(y), 6).fit_readout(X, y)
    found = operations(learner.costs().readout, learner.traits, "readout")
    first = learner.weights()["layer_1"]
    hidden = ACTIVATIONS["relu"].function(X @ first)
    assert (found.presentations, found.dense, found.feedback_macs) == (48, 24 * 30 + 48 * 10, 48 * 10)
    assert found.effective_macs == np.count_nonzero(X) * 5 + 2 * np.count_nonzero(hidden) * 2
    assert (found.weight_writes, found.trace_updates) == (6 * 12, 6 * 24)
    assert found.state_updates == 24 * 5 + 48 * 2


@pytest.mark.parametrize("name", ["kmeans", "exemplars"])
def test_the_read_out_of_prototypes_is_one_look_at_each_sample(name: str) -> None:
    """It costs what as many decisions cost, and its labels."""
    learner = trained(name, n_units=4)
    decided, looked = learner.costs().inference, learner.costs().readout
    assert looked.labels == 24 and decided.labels == 0
    took = operations(looked, learner.traits, "readout").numbers()
    assert took | {"labels": 0} == operations(decided, learner.traits).numbers()
