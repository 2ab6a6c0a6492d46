"""The locality ledger is checked, not believed: every entry that an experiment can decide, for every learner."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neurosim.coding.noise import TRAINING
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners import learner_class
from neurosim.learners.hidden_spikes.base import Batch
from neurosim.learners.layered.base import LayeredNetwork
from neurosim.learners.roles import Classifier
from neurosim.registry import open_registry
from neurosim.snn import Circuit, Pathway, Population, Quantity, Rule, open_engine
from neurosim.snn.neurons.given_times import given_times, load
from neurosim.tasks import load_task
from tests.learners import ledger
from tests.learners.settings import NAMES, QUICK, quick, with_slow

N_TRIALS = 60
SLOW = (
    "rstdp", "stdp-supervised", "diehl-cook", "mlp-spiking", "snn-gradient", "e-prop-random", "snn-hebb-hidden",
    "snn-node-perturbation-loss", "snn-regressor", "stdp",
)  # fmt: skip
NO_WEIGHTS = ("majority", "mean", "neighbour-regressor", "forest-regressor", "nearest-neighbour", "svm", "lda")
WHOLE = ("raw-linear", "kmeans", "exemplars", "linear-regressor", "neighbour-regressor", "forest-regressor")
"""Controls that fit all they have seen at once: they have no trials, and hence nothing that a trial could hear."""


CLASSES = {name: learner_class(name) for name in NAMES}


def of(name: str) -> Locality:
    return CLASSES[name].traits.locality


def make(name: str) -> Callable[[], Any]:
    """Let a learner take trials one by one."""
    single = {"batch_size": 1} if "batch_size" in inspect.signature(CLASSES[name]).parameters else {}
    settings = QUICK.get(name, {}) | {"random_state": 7} | single
    return lambda: CLASSES[name](**settings)


def cases(names: Any) -> list[Any]:
    return with_slow(names, SLOW)


@pytest.fixture(scope="module")
def split() -> Any:
    return load_task("patterns:n_classes=4,flip=0.05").load(9000, 80)


@pytest.fixture
def trials(split: Any) -> tuple[np.ndarray, np.ndarray]:
    return split.train.X[:N_TRIALS], split.train.y[:N_TRIALS]


@pytest.mark.parametrize("name", cases(name for name in NAMES if name not in NO_WEIGHTS))
def test_weights_hear_labels_only_if_the_ledger_says_so(name: str, trials: Any) -> None:
    """A reward is made from the label, so a permutation reaches those that hear one, though no label does."""
    hears = ledger.hears_labels(make(name), *trials)
    assert hears == (of(name).labels == "while learning" or of(name).feedback_bits_per_trial == "1")
    assert name in WHOLE or ledger.moved(make(name), *trials), "an idle learner hears nothing"


@pytest.mark.parametrize("name", cases(name for name in NAMES if name not in WHOLE))
def test_a_trial_tells_no_more_than_the_ledger_says(name: str, trials: Any) -> None:
    """With four classes: all labels alike, one against three, or more groups than that."""
    groups = ledger.outcomes_by_label(make(name), *trials)
    allowed = {"0": ([4],), "1": ([4], [1, 3])}.get(of(name).feedback_bits_per_trial)
    if allowed is None:
        assert any(len(group) > 2 for group in groups), groups
    else:
        assert all(group in allowed for group in groups), groups
        assert allowed[-1] in groups, groups


@pytest.mark.parametrize("name", cases(name for name in NAMES if name not in NO_WEIGHTS))
def test_the_end_is_known_only_if_the_ledger_says_so(name: str, trials: Any) -> None:
    assert ledger.knows_the_end(make(name), *trials) == of(name).known_end


# Their score, not their weight, is divided by the length of a unit's weights.
BY_SCORE = ("stdp", "hebb", "hebb-supervised")
# Prototypes are copies of samples, which are encoded to unit length; no weight is normalised.
COPIES = ("exemplars",)
# One unit alone has one length.
ALONE = ("linear-regressor",)
# The scale is found once after training, by the percentiles of activity.
AFTER_TRAINING = ("mlp-spiking",)


@pytest.mark.parametrize(
    "name", cases(name for name in NAMES if name not in (*NO_WEIGHTS, *BY_SCORE, *COPIES, *ALONE, *AFTER_TRAINING))
)
def test_lengths_of_weights_are_kept_only_if_the_ledger_says_so(name: str, trials: Any) -> None:
    learner = ledger.trained(make(name), *trials)
    assert ledger.keeps_lengths(learner) == of(name).weight_normalisation, ledger.column_lengths(learner)


@pytest.mark.parametrize("name", cases(BY_SCORE))
def test_the_length_of_a_units_weights_decides_no_competition(name: str, trials: Any) -> None:
    """Twice the weights win no more: a length over all incoming weights is known to the unit."""
    learner = ledger.trained(make(name), *trials)
    state = {key: np.array(value) for key, value in learner._state().items()}
    before = learner.activity(trials[0]).argmax(axis=1)
    assert of(name).weight_normalisation
    assert len(set(before)) > 3
    doubled = np.unique(before)[::2]
    state["weights"][:, doubled] *= 2
    if "lengths" in state:
        state["lengths"][doubled] *= 2
    learner._restore(state)
    after = learner.activity(trials[0]).argmax(axis=1)
    assert np.mean(after == before) > 0.9


@pytest.mark.parametrize("name", cases(name for name in NAMES if of(name).local_in_space and name not in NO_WEIGHTS))
def test_a_synapse_knows_nothing_of_units_that_are_idle(name: str, trials: Any) -> None:
    if name in WHOLE:
        pytest.skip("no weight changes: prototypes are samples as they came")
    learner = ledger.trained(make(name), trials[0][:20], trials[1][:20], N_TRIALS)
    matters, n_tried = ledger.unrelated_units_matter(learner, trials[0][20:40], trials[1][20:40])
    assert n_tried >= 3
    assert not matters


SCALAR = ("node-perturbation", "node-perturbation-loss")
"""Noise in the hidden units is what they learn by, so no change of the output leaves the answer as it was. That hidden
layers hear a number only is shown by what a trial tells, and by the tests of the ladder."""


@pytest.mark.parametrize(
    "name",
    [n for n in NAMES if issubclass(CLASSES[n], LayeredNetwork) and n not in SCALAR and n not in SLOW],
)
def test_hidden_changes_depend_on_output_weights_only_if_they_are_transported(name: str, trials: Any) -> None:
    accepted = inspect.signature(CLASSES[name]).parameters
    changes = {"hidden_units": (20,), "batch_size": 1, "optimizer": "gradient-descent", "dropout": 0.0}
    changes |= {"weight_decay": 0.0}
    given = {field: value for field, value in changes.items() if field in accepted}

    def plain() -> Any:
        return CLASSES[name](**QUICK[name] | {"random_state": 7} | given)

    learner = ledger.trained(plain, *trials, 10 * N_TRIALS)
    if name == "frozen-hidden":
        start = ledger.begun(plain, *trials, None)
        np.testing.assert_array_equal(start.weights()["layer_1"], learner.weights()["layer_1"])
        assert not of(name).weight_transport
        return
    difference, share = ledger.transport_matters(learner, trials[0][7:8], trials[1][7])
    assert share > 0.5
    assert (difference > 0.1) == of(name).weight_transport
    assert difference > 0.1 or difference < 1e-3


@pytest.mark.parametrize("feedback", ["random", "symmetric"])
def test_a_spiking_regressor_hears_over_output_weights_only_with_symmetric_feedback(feedback: str, trials: Any) -> None:
    """The same presentations and the same error, at other output weights."""
    learner = ledger.trained(lambda: quick("snn-regressor", feedback=feedback, batch_size=1), *trials)
    encoded = learner.encoder_.encode(trials[0][:8])
    batch = Batch(encoded, range(8), np.zeros((8, 12), np.float32), learner.present(encoded, TRAINING, range(8)))
    error, changes = np.random.default_rng(3).normal(size=(8, 12)).astype(np.float32), []
    for factor in (1, -2):
        learner.parameters_.by_layer[1][0][:] *= factor
        learner._teach_hidden(batch, error, 0.01)
        changes.append(learner.gradients_.by_layer[0][0].copy())
    assert np.abs(changes[0]).max() > 0
    assert (not np.array_equal(*changes)) == learner.own_traits().locality.weight_transport == (feedback != "random")


# -- resets between trials --------------------------------------------------------------------------------------------

COMPETING = {
    "stdp": ("neurons.v", "neurons.lateral_inhibition", "inputs.presynaptic_trace_of_synapses"),
    "stdp-supervised": ("neurons.v", "neurons.lateral_inhibition", "inputs.presynaptic_trace_of_synapses"),
    "rstdp": ("neurons.v", "neurons.lateral_inhibition", "inputs.presynaptic_trace_of_synapses", "choosers.v"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPETING)
def test_what_a_trial_leaves_does_not_reach_the_next_one_where_states_are_reset(name: str, trials: Any) -> None:
    """Potentials, inhibition and traces are spoilt before a trial; it learns the same bits."""
    X, y = trials
    assert of(name).resets_between_trials
    states = []
    for spoil in (False, True):
        learner = ledger.trained(make(name), X[:20], y[:20], N_TRIALS)
        before = learner.weights()["layer_1"]
        if spoil:
            engine = learner.network_.engine
            for key in COMPETING[name]:
                view = engine.view(key)
                view[:] = np.linspace(0.1, 0.7, len(view))
        learner.partial_fit(X[20:24], y[20:24])
        assert not np.array_equal(before, learner.weights()["layer_1"])
        states.append(ledger.state_bytes(learner))
    assert states[0] == states[1]


@pytest.mark.slow
def test_what_a_trial_leaves_reaches_the_next_one_where_nothing_is_reset(trials: Any) -> None:
    """Diehl and Cook's network only rests between trials: its membranes go on from where they are."""
    X, y = trials
    assert not of("diehl-cook").resets_between_trials
    weights = []
    for spoil in (False, True):
        learner = ledger.trained(make("diehl-cook"), X[:10], y[:10], N_TRIALS)
        if spoil:
            potential = learner.network_.state()["potential"]
            learner.network_.take({"potential": potential - np.float32(5e-3)})
        learner.partial_fit(X[10:30], y[10:30])
        weights.append(learner.weights()["layer_1"])
    assert not np.array_equal(*weights)


# -- false ledgers are caught -----------------------------------------------------------------------------------------


class Liar(Classifier):
    """A delta rule with every fault, which claims none: labels, wide feedback, other units' weights, a known end.

    Parameters
    ----------
    random_state : int, optional
        Not used.
    """

    traits = Traits("rate", "delta", "nothing", Locality(True, True, "never", "1", False, False))

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def _start(self) -> None:
        self.w_ = np.random.default_rng(1).random((self.n_features_in_, 8)).astype(np.float32)

    def _learn(self, X: Any, codes: Any) -> EventCounts:
        for x, code in zip(X, codes, strict=True):
            rate = 0.1 / (self.horizon_ or 1) ** 0.5
            self.w_[:, code] += np.float32(rate * self.w_[0].mean()) * (x - self.w_[:, code])
            self.w_ /= np.linalg.norm(self.w_, axis=0)
        return EventCounts(presentations=len(X))

    def _scores(self, X: Any) -> Any:
        raised = np.exp(X @ self.w_[:, : len(self.classes_)])
        return raised / raised.sum(axis=1, keepdims=True), EventCounts()

    def weights(self) -> dict[str, Any]:
        return {"layer_1": self.w_.copy()}


def test_a_false_ledger_is_caught(trials: Any) -> None:
    X, y = trials
    assert ledger.hears_labels(Liar, X, y)
    assert any(len(group) > 2 for group in ledger.outcomes_by_label(Liar, X, y))
    assert ledger.knows_the_end(Liar, X, y)
    assert ledger.keeps_lengths(ledger.trained(Liar, X, y))
    matters, n_tried = ledger.unrelated_units_matter(ledger.trained(Liar, X[:20], y[:20], 20), X[20:40], y[20:40])
    assert n_tried >= 3 and matters


def test_a_backpropagating_learner_that_denies_transport_is_caught(trials: Any) -> None:
    changes = {"hidden_units": (20,), "batch_size": 1, "optimizer": "gradient-descent", "dropout": 0.0}
    learner = ledger.trained(lambda: quick("mlp", **changes, weight_decay=0.0), *trials, 10 * N_TRIALS)
    assert ledger.transport_matters(learner, trials[0][7:8], trials[1][7])[0] > 0.1


# -- rules ------------------------------------------------------------------------------------------------------------

RULES = [entry.load() for entry in open_registry().of_kind("rules") if entry.origin == "built-in"]
LEARNING = [rule for rule in RULES if rule.modifies == "weight"]
PRE = [[3.0, 9.0, 15.0, 30.0], [5.0, 11.0, 40.0]]
POST = [[4.0, 13.0, 21.0, 33.0], [7.0, 8.0, 29.0]]
OTHER_PRE, OTHER_POST = [2.0, 26.0, 27.0, 44.0], [1.0, 14.0, 43.0]


def _changes(rules: list[Rule], pre: Any, post: Any, signal: float = 0.7) -> dict[str, np.ndarray]:
    """Let two sources and two targets spike; give every rule's weight changes, shape (2, 2)."""
    source = given_times(8)
    pathways = tuple(
        Pathway(f"p{number}", "pre", "post", "", Quantity(0.4, rule.weight_unit), rule=rule)
        for number, rule in enumerate(rules)
    )
    populations = (Population("pre", 2, source), Population("post", 2, source))
    circuit = Circuit("ledger", populations, pathways, dt=Quantity(0.5, "ms"), precision="float64")
    engine = open_engine(circuit, "runtime")
    load(engine, "pre", pre)
    load(engine, "post", post)
    views = {rule.name: engine.view(f"p{number}.w").reshape(2, 2) for number, rule in enumerate(rules)}
    before = {name: view.copy() for name, view in views.items()}
    engine.run(Quantity(50, "ms"))
    for number, rule in enumerate(rules):
        for name in rule.signals:
            engine.view(f"p{number}.{name}")[:] = signal
        for operation in rule.on_demand:
            if operation != "forget":
                engine.call(f"p{number}", operation)
    engine.run(Quantity(5, "ms"))
    for number, rule in enumerate(rules):
        if "settle" in rule.on_demand:
            engine.call(f"p{number}", "settle")
    changes = {name: views[name] - before[name] for name in views}
    engine.close()
    return changes


@pytest.mark.slow
def test_a_synapse_changes_by_its_own_two_neurons_and_by_what_is_broadcast() -> None:
    """Other spikes elsewhere change no bit here; a signal changes all, exactly where the rule is not local."""
    assert len(LEARNING) > 15
    first = _changes(LEARNING, PRE, POST)
    elsewhere = _changes(LEARNING, [PRE[0], OTHER_PRE], [POST[0], OTHER_POST])
    told = _changes(LEARNING, PRE, POST, signal=-0.4)
    for rule in LEARNING:
        assert first[rule.name][0, 0] != 0, rule.name
        assert first[rule.name][0, 0] == elsewhere[rule.name][0, 0], rule.name
        assert first[rule.name][1, 1] != elsewhere[rule.name][1, 1], rule.name
        assert (first[rule.name][0, 0] != told[rule.name][0, 0]) == (not rule.local_in_space), rule.name
        assert rule.local_in_space == (not rule.signals)


@pytest.mark.slow
def test_a_rule_that_denies_its_signal_is_caught() -> None:
    rule = next(rule for rule in LEARNING if rule.name == "stdp-three-factor")
    liar = replace(rule, local_in_space=True)
    one, two = (_changes([liar], PRE, POST, signal)[liar.name][0, 0] for signal in (0.7, -0.4))
    assert one != two


@pytest.mark.slow
def test_the_past_is_not_changed_by_what_follows() -> None:
    """Local in time: until they differ, two spike trains change weights by the same bits."""
    early = [time for time in PRE[0] if time < 20], [time for time in POST[0] if time < 20]
    rules = [rule for rule in LEARNING if not rule.signals]
    late = _changes(rules, [[*early[0], 60.0], []], [[*early[1], 61.0], []])
    never = _changes(rules, [early[0], []], [early[1], []])
    for rule in rules:
        assert rule.local_in_time
        assert late[rule.name][0, 0] == never[rule.name][0, 0] != 0, rule.name


def test_every_quick_setting_is_of_a_learner() -> None:
    """The suite runs over what is registered, so nobody is left out by a typing error."""
    assert set(QUICK) <= set(NAMES) and len(NAMES) > 20
