"""Actors: what they are told, in which order they may be asked, and that no label has a way in."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.learners import rewarded as world
from neurosim.learners.actor import NO_ACTION, Actor
from neurosim.learners.base import Learner
from neurosim.learners.competing.rstdp import RSTDPActor
from neurosim.learners.layered.mlp_reward import MLPRewardActor
from neurosim.learners.rewarded import RewardedClassifier
from neurosim.learners.roles import Classifier
from neurosim.learners.taught import Taught
from neurosim.tasks import load_task
from tests.learners.ledger import state_bytes
from tests.learners.settings import NAMES, QUICK, brief

REWARDED = tuple(name for name in NAMES if learner_class(name).traits.teacher == "reward")
N_CLASSES, N_TRIALS = 3, 24
WORDS_FOR_LABELS = {"y", "code", "codes", "label", "labels", "target", "targets", "classes"}


def actor_of(name: str, **changes: Any) -> Any:
    """Make a small actor that knows how many actions there are, and nothing else of the task."""
    parameters = QUICK[name] | {"random_state": 7} | changes
    return learner_class(name).actor(**parameters).begin(2 * N_TRIALS, N_CLASSES, 4)


def trials() -> tuple[np.ndarray, np.ndarray]:
    train = load_task("iris").load(0, 60).train
    return train.X.reshape(len(train), -1)[:N_TRIALS], train.labels[:N_TRIALS]


def test_all_that_hear_rewards_are_actors_in_a_world() -> None:
    assert {"rstdp", "mlp-reward", "node-perturbation"} <= set(REWARDED)
    for name in REWARDED:
        cls = learner_class(name)
        assert issubclass(cls, RewardedClassifier) and issubclass(cls.actor, Actor)


@pytest.mark.parametrize("name", REWARDED)
def test_no_method_of_an_actor_takes_a_label(name: str) -> None:
    """Neither its own nor what it has from its family: there is no _learn, and no argument by the name of a label."""
    actor = learner_class(name).actor
    assert issubclass(actor, Learner) and not issubclass(actor, Taught | Classifier)
    for way_in in ("_learn", "_present", "_fit_readout", "fit", "partial_fit", "fit_readout", "classes_"):
        assert hasattr(Classifier, way_in) or way_in == "classes_"
        assert not hasattr(actor, way_in) and not hasattr(actor_of(name), way_in), way_in
    methods = inspect.getmembers(actor, inspect.isfunction)
    own = [method for _, method in methods if method.__module__.startswith("neurosim")]
    assert len(own) > 20
    for method in own:
        assert not WORDS_FOR_LABELS & set(inspect.signature(method).parameters), method


def test_the_world_hands_over_samples_and_rewards_alone() -> None:
    """In the text of the adapter: codes are compared in one place, and what that gives is what is heard."""
    tree = ast.parse(Path(inspect.getfile(world)).read_text(encoding="utf-8"))
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "codes"]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (attended,) = [call for call in calls if ast.unparse(call.func) == "self.actor_.attend"]
    assert [ast.unparse(one) for one in attended.args] == ["X", "judge", "self.batch_size"]
    (judge,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "judge"]
    assert len(uses) == 1 and uses[0] in list(ast.walk(judge))
    assert [ast.unparse(line) for line in judge.body] == ["return np.asarray(guesses == codes[rows], np.float32)"]


@pytest.mark.parametrize("name", REWARDED)
def test_in_its_world_an_actor_ends_where_the_bits_alone_lead_it(name: str) -> None:
    """Bit by bit the same state as of one that is handed samples and rewards by hand, which saw no label at all."""
    X, y = trials()
    learner = brief(name).begin(2 * N_TRIALS, range(N_CLASSES), 4)
    alone, n_right = actor_of(name), 0
    for start in range(0, N_TRIALS, learner.batch_size):
        rows = slice(start, start + learner.batch_size)
        rewards = alone.act(X[rows]) == y[rows]
        alone.reinforce(rewards)
        n_right += int(rewards.sum())
    before = state_bytes(learner.actor_)
    learner.partial_fit(X, y)
    assert 0 < n_right < N_TRIALS
    assert before != state_bytes(learner.actor_) == state_bytes(alone)
    assert alone.costs().learning == learner.costs().learning
    assert alone.presentations_ == learner.presentations_ == learner.actor_.presentations_ == N_TRIALS


@pytest.mark.parametrize("name", REWARDED)
def test_other_labels_with_the_same_rewards_leave_no_trace(name: str) -> None:
    """Right labels are permuted among the wrong answers: every guess is as right or wrong as before, no bit differs."""
    X, _ = trials()
    ends, labels = [], []
    for offset in (1, 2):
        learner = brief(name).begin(2 * N_TRIALS, range(N_CLASSES), 4)
        told = []
        for row in range(0, N_TRIALS, learner.batch_size):
            shown = X[row : row + learner.batch_size]
            guesses = np.maximum(copy.deepcopy(learner.actor_).act(shown), 0)
            # Every other batch is right.
            told += list((guesses + offset * (row // learner.batch_size % 2)) % N_CLASSES)
            learner.partial_fit(shown, told[row:])
        ends.append(state_bytes(learner.actor_))
        labels.append(told)
    assert np.mean(np.array(labels[0]) != np.array(labels[1])) > 0.3
    assert ends[0] == ends[1]


@pytest.mark.parametrize("name", REWARDED)
def test_saved_copied_and_pickled_an_actor_goes_on_exactly(name: str, tmp_path: Path) -> None:
    X, y = trials()
    actor = actor_of(name)
    n = actor.batch_size
    for start in range(0, 2 * n, n):
        actor.reinforce(actor.act(X[start : start + n]) == y[start : start + n])
    actor.save(tmp_path / "actor.npz")
    others = type(actor).load(tmp_path / "actor.npz"), copy.deepcopy(actor), pickle.loads(pickle.dumps(actor))
    for one in (actor, *others):
        one.reinforce(one.act(X[2 * n : 3 * n]) == y[2 * n : 3 * n])
        assert state_bytes(one) == state_bytes(actor) and one.presentations_ == 3 * n
        assert one.costs().learning == actor.costs().learning


def test_chance_comes_from_where_the_caller_says() -> None:
    """The same generator, the same actions; another one, others. By default it is the learner's own seed."""
    X = np.tile(trials()[0], (4, 1))
    chosen = {}
    for name, rng in {"a": 1, "again": 1, "b": 2, "own": None, "own again": None}.items():
        actor = MLPRewardActor(hidden_units=(5,), random_state=3).begin(None, 4, 4)
        chosen[name] = list(actor.act(X, None if rng is None else np.random.default_rng(rng)))
        assert set(chosen[name]) == set(range(4))
    assert chosen["a"] == chosen["again"] != chosen["b"] and chosen["own"] == chosen["own again"] != chosen["a"]
    starts = set()
    for seed in range(4):
        spiking = actor_of("rstdp", exploration=1.0)
        spiking.act(trials()[0][:1], np.random.default_rng(seed))
        starts.add(spiking.network_.views["chooser_spikes"].tobytes())
    assert len(starts) > 1


def test_asking_out_of_order_is_refused(tmp_path: Path) -> None:
    X, _ = trials()
    with pytest.raises(NotFittedError):
        MLPRewardActor().act(X)
    with pytest.raises(NotFittedError):
        MLPRewardActor().reinforce([1.0])
    with pytest.raises(InputError, match="begin needs n_actions and n_features"):
        MLPRewardActor().begin(10)
    with pytest.raises(InputError, match=r"n_actions is 1; accepted: .* 2 or more: there has to be a choice"):
        MLPRewardActor().begin(10, 1, 4)
    actor = actor_of("mlp-reward")
    with pytest.raises(InputError, match="no action waits for its reward; accepted: act first"):
        actor.reinforce([1.0])
    before = state_bytes(actor)
    actor.act(X[:2])
    with pytest.raises(InputError, match="act: 2 actions wait for their rewards; accepted: reinforce first"):
        actor.act(X[:2])
    with pytest.raises(InputError, match="save: 2 actions wait"):
        actor.save(tmp_path / "a.npz")
    for rewards in ([1.0], [1.0, np.nan], [[1.0, 0.0]], 1.0):
        with pytest.raises(InputError, match="accepted: 2 finite numbers, one for each action"):
            actor.reinforce(rewards)
    assert state_bytes(actor) == before and actor.presentations_ == 0
    actor.reinforce([1.0, 0.0])
    assert state_bytes(actor) != before and actor.presentations_ == 2
    with pytest.raises(ValueError, match="features"):
        actor.act(X[:, :3])
    assert actor.n_pending_ == 0
    with pytest.raises(InputError, match="one at a time"):
        actor_of("rstdp").act(X[:2])


def test_a_task_of_labels_is_refused_and_the_world_named() -> None:
    with pytest.raises(InputError, match=r"one of 3 classes; accepted: .*RewardedClassifier around"):
        MLPRewardActor().begin_for(load_task("iris").signature)


def test_silence_is_no_action_and_never_right() -> None:
    actor = RSTDPActor(n_neurons=6, encoder="intensity", random_state=1).begin(10, 3, 4)
    assert actor.act(np.zeros((1, 4), np.float32)) == [NO_ACTION]


def test_a_world_without_an_actor_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Lonely.actor is 3; accepted: a subclass of neurosim\.learners\.Actor"):
        type("Lonely", (RewardedClassifier,), {"actor": 3})


def test_parameters_of_a_begun_learner_reach_its_actor() -> None:
    learner = brief("mlp-reward").begin(None, range(3), 4).set_params(exploration=0.5, learning_rate=0.1)
    assert learner.actor_.get_params() == learner.get_params()
    assert learner.parameters_ is learner.actor_.parameters_ and learner.n_actions_ == 3
    with pytest.raises(AttributeError, match="has no attribute 'nothing_'"):
        _ = learner.nothing_
