"""docs/extending.md as a newcomer meets it: every block is written into an empty folder, every command is run."""

from __future__ import annotations

import importlib
import json
import pickle
import re
import shlex
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from neurosim import load_task, make_learner
from neurosim.compare.protocols.directions import SAME
from neurosim.compare.summary.comparison import views_of
from neurosim.errors import InputError
from neurosim.learners.bench import make_bench
from neurosim.learners.competing.stdp import STDP
from neurosim.registry import open_registry
from neurosim.report.angle_plots import angles_in
from neurosim.snn import Circuit, Pathway, Population, Quantity, Rule, Uniform, open_engine
from neurosim.snn.checking import check_model, check_rule
from neurosim.snn.neurons.given_times import given_times, load
from neurosim.snn.neurons.lif import LIF
from neurosim.snn.neurons.poisson import POISSON

PAGE = (Path(__file__).parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
WRITTEN = (
    "querlioz.py", "", "means.py", "gambler.py", "race.py", "slow.py", "on_off.py", "measured.py", "hidden_features.py",
    "own_brian.py",
)  # fmt: skip
FILES = {name: text for name, text in zip(WRITTEN, PYTHON, strict=True) if name}
TOML = [text for kind, text in BLOCKS if kind == "toml"]
FILES |= dict(zip(("two_rules.toml", "sharpness.toml", "hidden.toml"), TOML, strict=True))
RUNS = [line for line in COMMANDS if line.split()[1] in ("compare", "run")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _here() -> None:
    """Let the fixture ``neurosim`` find the page's files: it runs in a folder of its own."""
    for name, text in FILES.items():
        (Path.cwd() / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("command", [line for line in COMMANDS if " list " in line])
def test_every_list_shows_what_is_new(neurosim: Any, command: str) -> None:
    _here()
    said = neurosim(*shlex.split(command)[1:])
    assert said.code == 0, said.err
    names = (
        "querlioz",
        "",
        "means",
        "gambler",
        "theta",
        "slow-competitor",
        "on-off",
        "measured",
        "hidden-features",
        "own-brian",
    )
    new = dict(zip(WRITTEN, names, strict=True))[shlex.split(command)[-1]]
    assert said.out.splitlines()[-1].startswith(f"{new} ")


@pytest.mark.slow
@pytest.mark.parametrize("command", RUNS)
def test_every_run_of_the_page_runs_and_learns(neurosim: Any, command: str) -> None:
    _here()
    said = neurosim(*shlex.split(command)[1:], "--json", "--no-controls")
    assert said.code == 0, said.err
    for condition in json.loads(said.out)["conditions"]:
        assert len(condition["learners"]) == 2
        assert all(row["test"]["mean"] > 0.5 for row in condition["learners"].values())


def test_the_page_holds_what_the_tests_read() -> None:
    assert len(PYTHON) == 10 and len(COMMANDS) == 20 and len(RUNS) == 9
    assert all("PLUGIN" in FILES[name] for name in FILES if name.endswith(".py"))


def test_the_rule_follows_its_window(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(PYTHON[1], "docs/extending.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    pairs = [re.fullmatch(r"([+-]\d) ms: ([+-][\d.]+), by the window ([+-][\d.]+)", line).groups() for line in lines]
    assert [delta for delta, _, _ in pairs] == ["-4", "+1", "+4"]
    changes = [float(change) for _, change, _ in pairs]
    assert changes == [float(expected) for _, _, expected in pairs]
    assert changes[1] > 0.03 and changes[0] == changes[2] < -0.005, "lately means within 2.2 ms"


def _iris() -> Any:
    return load_task("iris").load(9000)


def test_the_rate_learner_keeps_its_promises(folder: Path) -> None:
    split = _iris()
    learner = make_learner("means", open_registry(["means.py"])).fit(split.train.X, split.train.y)
    inside = learner.prepared(split.train.X)
    for code, label in enumerate(learner.classes_):
        expected = inside[split.train.y == label].mean(axis=0)
        np.testing.assert_allclose(learner.means_[:, code], expected, atol=1e-5)
    assert learner.score(split.test.X, split.test.y) > 0.8
    learner.save("means.npz")
    np.testing.assert_array_equal(type(learner).load("means.npz").predict(split.test.X), learner.predict(split.test.X))


def test_the_actor_of_the_page_is_driven_by_hand_as_by_its_world(folder: Path) -> None:
    """Its rewards alone bring it to the bits that its world brings it to; and it learns what is rewarded."""
    split, gambler = _iris(), open_registry(["gambler.py"]).find("learners", "gambler").load()
    X, y = split.train.X.reshape(-1, 4), split.train.labels
    world = gambler(random_state=1).begin(len(X), range(3), 4).partial_fit(X, y)
    actor = gambler.actor(random_state=1).begin(len(X), 3, 4)
    for x, label in zip(X, y, strict=True):
        actor.reinforce(actor.act(x[None]) == label)
    np.testing.assert_array_equal(world.values_, actor.values_)
    assert world.costs().learning == actor.costs().learning and actor.costs().learning.presentations == len(X)
    assert gambler(random_state=1, epochs=20).fit(split.train.X, split.train.y).score(split.test.X, split.test.y) > 0.6
    world.save("gambler.npz")
    again = gambler.load("gambler.npz")
    np.testing.assert_array_equal(again.partial_fit(X, y).values_, world.partial_fit(X, y).values_)


def test_an_actor_that_lacks_a_method_is_refused_with_its_name(folder: Path) -> None:
    Path("half.py").write_text(FILES["gambler.py"].replace("def _reinforce(", "def _reinforced("), encoding="utf-8")
    with pytest.raises(InputError, match=r"'gambler' is no learner class \(lacks _reinforce\)"):
        make_learner("gambler", open_registry(["half.py"]))


def _keeps_its_promises(learner: Any, X: np.ndarray, file: str) -> None:
    """Copied, pickled, saved and loaded, a learner answers the same; what it records are the spikes it counts."""
    answers = learner.predict_proba(X)
    assert len(np.unique(answers.argmax(axis=1))) == 3, "all classes are given"
    np.testing.assert_array_equal(deepcopy(learner).predict_proba(X), answers)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(learner)).predict_proba(X), answers)
    learner.save(file)
    np.testing.assert_array_equal(type(learner).load(file).predict_proba(X), answers)
    spikes = learner.spikes(X[:1])
    counts = np.bincount(spikes.unit[spikes.population != "inputs"], minlength=3)
    assert counts.sum() > 2 and np.sum(spikes.population == "inputs") > 10
    np.testing.assert_allclose((counts + 1e-3) / (counts + 1e-3).sum(), answers[0])


@pytest.mark.parametrize(
    ("name", "parameter", "accepted"),
    [("means", "sharpness", "a number above 0"), ("race", "learning_rate", "a number from 0 to 1")],
)
def test_a_parameter_of_the_page_is_refused_outside_its_bounds(
    neurosim: Any, name: str, parameter: str, accepted: str
) -> None:
    _here()
    words = ["compare", "--task", "iris", "--learners", name, "--set", f"learners.{name}.{parameter}=-1"]
    said = neurosim(*words, "--plugin", f"{name}.py")
    assert said.code == 2
    assert said.err.strip() == f"neurosim: learners.{name}: {parameter} is -1; accepted: {accepted}"


@pytest.mark.slow
def test_the_spiking_learner_can_be_copied_saved_and_recorded(folder: Path) -> None:
    split = load_task("patterns:n_classes=3,flip=0.05").load(9000, 60)
    learner = make_learner("race", open_registry(["race.py"]), random_state=3).fit(split.train.X, split.train.y)
    _keeps_its_promises(learner, split.test.X[:20], "race.npz")
    sent = np.sum(learner.spikes(split.test.X[:1]).population == "inputs")
    before = learner.costs().inference.input_spikes
    learner.predict(split.test.X[:1])
    assert learner.costs().inference.input_spikes - before == sent


@pytest.mark.slow
def test_an_own_brian2_network_learns_and_keeps_its_promises(folder: Path) -> None:
    split = load_task("patterns:n_classes=3,flip=0.05").load(9000, 60)
    registry = open_registry(["own_brian.py"])
    learner, twin, other = (make_learner("own-brian", registry, random_state=seed) for seed in (3, 3, 4))
    learner.begin(None, np.unique(split.train.y), split.train.X[0].size)
    before = learner.weights()["layer_1"]
    for one in (learner, twin, other):
        one.fit(split.train.X, split.train.y)
    weights = learner.weights()["layer_1"]
    np.testing.assert_array_equal(twin.weights()["layer_1"], weights)
    assert not np.array_equal(other.weights()["layer_1"], weights)
    assert weights.shape == before.shape == (16, 3)
    assert np.abs(weights - before).max() > 0.1
    np.testing.assert_allclose(np.linalg.norm(weights, axis=0), 1)
    assert learner.score(split.test.X, split.test.y) > 0.8
    np.testing.assert_array_equal(learner.weights()["layer_1"], weights), "predicting changes no weight"
    _keeps_its_promises(learner, split.test.X[:20], "own.npz")


def test_the_theta_neuron_fires_at_the_root_of_its_current(folder: Path) -> None:
    model = open_registry(["race.py"]).find("neurons", "theta").load()
    engine = open_engine(Circuit("thetas", (Population("cells", 4, model),), dt=Quantity(0.05, "ms")), "runtime")
    currents = np.array([-0.5, 0.02, 0.3, 1.7])
    engine.view("cells.input_current")[:] = currents
    engine.run(Quantity(500, "ms"))
    values = {name: quantity.si for name, quantity in model.parameters.items()}
    expected = [0.5 * model.rate(values, current) for current in currents]
    np.testing.assert_allclose(engine.view("cells.n_spikes"), expected, atol=1.1)
    assert expected[0] == 0 and expected[3] > 100
    engine.close()


# -- a rule in an existing learner ------------------------------------------------------------------------------------


def _querlioz() -> Rule:
    return open_registry(["querlioz.py"]).find("rules", "querlioz").load()


def test_stdp_learns_by_a_rule_of_the_users(folder: Path) -> None:
    split = load_task("patterns:n_classes=4,flip=0.05").load(9000, 80)
    settings = {"n_neurons": 20, "epochs": 8, "random_state": 7}
    registry = open_registry(["querlioz.py"])
    learner = make_learner("stdp", registry, rule="querlioz", **settings).fit(split.train.X, split.train.y)
    usual = STDP(**settings).fit(split.train.X, split.train.y)
    w = learner.weights()["layer_1"]
    assert w.min() >= 0 and w.max() <= 1
    assert not np.allclose(w, usual.weights()["layer_1"], atol=0.05)
    assert learner.score(split.test.X, split.test.y) > 0.8
    learner.save("learner.npz")
    loaded = STDP.load("learner.npz")
    assert loaded.rule == replace(_querlioz(), window=None)
    np.testing.assert_array_equal(loaded.predict_proba(split.test.X), learner.predict_proba(split.test.X))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("querliz", "rule 'querliz' is unknown"),
        ("stdp-three-factor", "needs reward from outside"),
        ("stdp-inhibitory", "needs target_rate"),
        ("stp-depressing", "changes transmission"),
        ("stdp-additive", "has no parameter learning_rate"),
        (3, "accepted: the name of a registered rule"),
    ],
)
def test_a_rule_that_cannot_compete_is_refused_with_the_reason(rule: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        STDP(rule=rule).begin(10, [0, 1], 4)


# -- a neuron in an existing learner ------------------------------------------------------------------------------


def _patterns() -> Any:
    return load_task("patterns:n_classes=4,flip=0.05").load(9000, 80)


def test_stdp_competes_by_a_neuron_of_the_users(folder: Path) -> None:
    split, settings = _patterns(), {"n_neurons": 20, "epochs": 8, "random_state": 7}
    registry = open_registry(["slow.py"])
    learner = make_learner("stdp", registry, neuron="slow-competitor", **settings).fit(split.train.X, split.train.y)
    usual = STDP(**settings).fit(split.train.X, split.train.y)
    assert not np.allclose(learner.weights()["layer_1"], usual.weights()["layer_1"], atol=0.05)
    assert learner.score(split.test.X, split.test.y) > 0.8
    # Nothing that the synapse holds is left to the next presentation: the order of samples changes no answer.
    answers = learner.predict_proba(split.test.X)
    np.testing.assert_array_equal(learner.predict_proba(split.test.X[::-1])[::-1], answers)
    assert len(np.unique(answers.argmax(axis=1))) == 4
    learner.save("slow.npz")
    loaded = STDP.load("slow.npz")
    assert loaded.neuron == open_registry(["slow.py"]).find("neurons", "slow-competitor").load()
    np.testing.assert_array_equal(loaded.predict_proba(split.test.X), answers)


def test_a_neuron_of_the_users_follows_its_equations_and_each_of_its_states_is_counted(folder: Path) -> None:
    """One input spike of weight w brings w (exp(-t/100) - exp(-t/20)) / (1 - 20/100), t in ms after it."""
    model = open_registry(["slow.py"]).find("neurons", "slow-competitor").load()
    circuit = Circuit(
        "one_spike",
        (Population("before", 1, given_times(1)), Population("cells", 1, model)),
        (Pathway("path", "before", "cells", "excitatory", Quantity(0.7)),),
        dt=Quantity(0.05, "ms"),
        precision="float64",
    )
    with open_engine(circuit, "runtime") as engine:
        load(engine, "before", [[0.0]])
        engine.view("cells.own_threshold")[:] = 10.0
        engine.run(Quantity(60, "ms"))
        v = float(engine.view("cells.v")[0])
    slow, fast = np.exp(-60 / 100), np.exp(-60 / 20)
    assert v == pytest.approx(0.7 * (slow - fast) / (1 - 20 / 100), rel=0.01)
    settings = {"n_neurons": 5, "encoder": "intensity", "random_state": 1, "epochs": 1}
    split, updates = _patterns(), []
    for neuron in ("competitor", model):
        learner = STDP(neuron=neuron, **settings).fit(split.train.X, split.train.y)
        learner.predict(split.test.X[:1])
        inference = learner.costs().inference
        updates.append(inference.state_updates / (16 + (2 if neuron == "competitor" else 3) * 5))
    assert updates[0] == updates[1] == 100, "16 inputs and 5 neurons of two states or three, in each of 100 steps"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": "", "reset": ""}, "cannot compete: it has no threshold and does not read .*; accepted: a model"),
        ({"receives": {}}, "receives no excitatory spikes"),
        ({"receives_units": {"excitatory": "nS"}}, "receives excitatory spikes in nS, not as pure numbers"),
        ({"refractory": "5*ms"}, "has a refractory period, which would reach into the next presentation"),
        ({"initial": {"v": Uniform(0, 1)}}, "draws start values at random"),
        ({"threshold": "v > own_threshold"}, "does not read lateral_inhibition"),
        ({"threshold": "v > lateral_inhibition + own_treshold"}, "name 'own_treshold' is unknown; did you mean own_th"),
    ],
)
def test_a_neuron_that_cannot_compete_is_refused_with_what_it_lacks(
    folder: Path, changes: dict[str, Any], said: str
) -> None:
    model = open_registry(["slow.py"]).find("neurons", "slow-competitor").load()
    STDP(neuron=model).begin(10, [0, 1], 4)
    with pytest.raises(InputError, match=said):
        STDP(neuron=replace(model, **changes)).begin(10, [0, 1], 4)


def test_a_name_of_no_competing_neuron_is_refused() -> None:
    with pytest.raises(InputError, match="neuron 'competitr' is unknown; did you mean competitor"):
        STDP(neuron="competitr").begin(10, [0, 1], 4)
    with pytest.raises(InputError, match="neuron is 3; accepted: the name of a registered neuron model"):
        STDP(neuron=3).begin(10, [0, 1], 4)
    with pytest.raises(InputError, match=r"'lif' cannot compete: it integrates no potential v .* and declares no own_"):
        STDP(neuron="lif").begin(10, [0, 1], 4)


# -- an encoder in existing learners ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["hebb", "hebb-supervised", "autoencoder", "stdp", "rstdp", "snn-gradient"])
def test_a_learner_sees_samples_by_an_encoder_of_the_users(folder: Path, kind: str) -> None:
    registry, X = open_registry(["on_off.py"]), np.array([[0.2, 0.9, 0.5, 0.0]], np.float32)
    learner = make_learner(kind, registry, encoder="on-off", random_state=2).begin(10, [0, 1, 2], 4)
    raw = np.array([[0.2, 0.9, 0.5, 0.0, 0.8, 0.1, 0.5, 1.0]])
    expected = raw if kind == "autoencoder" else raw / np.sqrt((raw**2).sum())
    np.testing.assert_allclose(learner.encoder_.encode(X), expected, rtol=1e-6)
    learner.partial_fit(np.tile(X, (3, 1)), [0, 1, 2])
    assert next(iter(learner.weights().values())).shape[0] == 8
    with pytest.raises(InputError, match=r"parameter cannot be saved: encoder is <class .*OnOff'>, code that a file"):
        learner.save("coded.npz")
    assert not Path("coded.npz").exists()


def test_a_copy_of_a_learner_with_an_encoder_of_the_users_answers_the_same(folder: Path) -> None:
    split, registry = _iris(), open_registry(["on_off.py"])
    learner = make_learner("hebb", registry, encoder="on-off", random_state=2).fit(split.train.X, split.train.y)
    answers = learner.predict_proba(split.test.X)
    assert learner.score(split.test.X, split.test.y) > 0.7
    np.testing.assert_array_equal(deepcopy(learner).predict_proba(split.test.X), answers)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(learner)).predict_proba(split.test.X), answers)
    np.testing.assert_array_equal(clone(learner).fit(split.train.X, split.train.y).predict_proba(split.test.X), answers)


ENCODING = {
    "no shape": ("np.hstack([X, 1 - X])", "X", r"'OnOff' gives shape \(2, 4\); accepted: .*here \(2, 8\)"),
    "negative": ("[X, 1 - X]", "[X, X - 1]", r"'OnOff' gives -0\.5; accepted: relative rates, finite and 0 or more"),
    "no number": ("[X, 1 - X]", "[X, X + np.inf]", "'OnOff' gives inf; accepted: relative rates"),
    "no array": ("np.hstack([X, 1 - X])", "[1, 2]", "'OnOff' gives a list; accepted: an array of shape"),
    "no method": ("def encode(", "def code(", "encoder 'OnOff' makes .* without encode; accepted: an object with n_"),
    "no inputs": ("2 * self.n_features", "0", "'OnOff': n_inputs is 0; accepted: a whole number, 1 or more"),
    "no maker": ('{"on-off": OnOff}', '{"on-off": 3}', "encoder is 3; accepted: a registered name, or a class or fu"),
    "failing": ("1 - X", "1 - Y", "encoder 'OnOff' fails for samples of 4 features: NameError: name 'Y' is not d"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODING)
def test_what_is_wrong_with_an_encoder_is_one_line(neurosim: Any, name: str) -> None:
    right, wrong, said = ENCODING[name]
    assert FILES["on_off.py"].count(right) >= 1, "the page no longer holds what is made wrong here"
    Path("bad.py").write_text(FILES["on_off.py"].replace(right, wrong), encoding="utf-8")
    answer = neurosim(*USED, "--learners", "hebb", "--set", "learners.hebb.encoder=on-off")
    assert answer.code == 2, answer
    assert len(answer.err.strip().splitlines()) == 1
    assert re.search(said, answer.err), answer.err
    assert not Path("results").exists()


# -- a learner of the user's, tuned and measured ------------------------------------------------------------------


@pytest.mark.parametrize("command", [line for line in COMMANDS if " tune " in line])
def test_a_learner_of_the_users_is_tuned_over_its_own_values_or_a_files(neurosim: Any, command: str) -> None:
    _here()
    said = neurosim(*shlex.split(command)[1:], "--out", "log.json")
    assert said.code == 0, said.err
    trials = json.loads(Path("log.json").read_text(encoding="utf-8"))["trials"]
    assert len(trials) == 4 and {} in [trial["parameters"] for trial in trials]
    assert all(len(trial["validation"]) == 2 and not trial["error"] for trial in trials)
    tried = [trial["parameters"]["sharpness"] for trial in trials if trial["parameters"]]
    if "--space" in command:
        assert len(set(tried)) == 3 and all(1 <= value <= 300 for value in tried)
    else:
        assert set(tried) <= {3.0, 10.0, 30.0}


def test_a_learner_of_the_users_is_measured_by_its_bench(neurosim: Any) -> None:
    """Before anything is learned a mean goes to its class's first sample, so a trial's change is its descent."""
    _here()
    command = next(line for line in COMMANDS if " directions " in line)
    said = neurosim(*shlex.split(command)[1:], "--json")
    assert said.code == 0, said.err
    (view,) = views_of(json.loads(said.out))
    first, later = angles_in(view)["measured"]
    assert {one.about["step"] for one in (first, later)} == {"one trial of the learner itself"}
    assert [one.about[key] for one in (first,) for key in ("layer", "objective", "undefined")] == ["layer_1", "own", ""]
    assert float(first.about["share"]) < float(later.about["share"])
    assert [one["mean"] for one in first.figures[SAME]] == pytest.approx([0.0] * 5, abs=0.01)
    towards = [one["mean"] for one in first.full]
    assert towards == sorted(towards, reverse=True) and towards[0] > 30 > 15 > towards[-1]
    # Later a class that was seen more often has the shorter step, which is no longer the descent's.
    assert 0.1 < later.last(SAME)["mean"] < 20


BENCHES = {
    "no method": ("def descent(", "def descend(", "learner 'measured': bench is .* is no bench .lacks descent.; acc"),
    "no word": ("    noisy_descents = False\n", "", "learner 'measured': its bench lacks noisy_descents; accepted"),
    "objective": ('{"own": Obj', '{"mine": Obj', "learner 'measured': its bench's objective 'mine' is unknown; acce"),
    "nowhere": ("bench = MeansBench", 'bench = "nowhere:Bench"', "bench is 'nowhere:Bench', which cannot be found"),
}  # fmt: skip


@pytest.mark.parametrize("name", BENCHES)
def test_what_is_wrong_with_a_bench_is_said(folder: Path, name: str) -> None:
    right, wrong, said = BENCHES[name]
    assert FILES["measured.py"].count(right) == 1, "the page no longer holds what is made wrong here"
    Path("bad.py").write_text(FILES["measured.py"].replace(right, wrong), encoding="utf-8")
    learner = make_learner("measured", open_registry(["bad.py"])).begin(10, [0, 1], 4)
    with pytest.raises(InputError, match=said):
        make_bench(learner, "measured")


# -- what goes wrong --------------------------------------------------------------------------------------------------

USED = ["compare", "--task", "iris", "--seeds", "1", "--presentations", "10", "--plugin", "bad.py"]
BAD = {
    "no PLUGIN": ("PLUGIN =", "ADDED =", "querlioz.py", "plugin .*bad.py: no dictionary PLUGIN; accepted"),
    "name taken": ('{"querlioz"', '{"bcm"', "querlioz.py", "rules 'bcm' of .*bad.py is taken by built-in"),
    "syntax": ("w += learning_rate*(", "w += learning_rate*((", "querlioz.py", "on_post: 'w \\+= .*' cannot be read"),
    "equation": ("-presynaptic_trace/presyn", "-presynaptic_trace//*presyn", "querlioz.py", "pre_model: .*cannot be r"),
    "no unit": ("time_constant : 1", "time_constant", "querlioz.py", "pre_model: .* has no unit"),
    "unknown": ("lately*up", "latly*up", "querlioz.py", "name 'latly' is unknown; did you mean lately"),
    "function": ("exp(-depression", "epx(-depression", "querlioz.py", "function 'epx' is unknown; did you mean exp"),
    "no method": ("def _learn(", "def learn(", "means.py", "learner 'means' is no learner class .lacks _learn.; see"),
    "no role": ("Classifier", "Learner", "means.py", "lacks .*predict.* extends Learner itself.*; extend Classifier"),
    "no annotation": ("sharpness: float =", "sharpness =", "means.py", "Means: 'sharpness' is a field but has no"),
    "no traits": ("traits = Traits(", "traits_ = Traits(", "means.py", "learner 'means' .*traits"),
    "no learner": ('{"means": Means}', '{"means": 3}', "means.py", "learner 'means' is 3, no learner class"),
    "neuron": ("cos(theta) + (1", "cos(thta) + (1", "race.py", "model 'theta': equations: .*name 'thta' is unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_file_is_one_line(neurosim: Any, name: str) -> None:
    _here()
    right, wrong, file, said = BAD[name]
    assert FILES[file].count(right) >= 1, "the page no longer holds what is made wrong here"
    Path("bad.py").write_text(FILES[file].replace(right, wrong), encoding="utf-8")
    learner = {"querlioz.py": ["stdp", "--set", "learners.stdp.rule=querlioz"], "means.py": ["means"]}
    answer = neurosim(*USED, "--learners", *learner.get(file, ["race"]))
    assert answer.code == 2, answer
    assert len(answer.err.strip().splitlines()) == 1
    assert re.search(said, answer.err), answer.err
    assert not Path("results").exists()


def test_units_that_do_not_fit_are_named_by_the_circuit(folder: Path) -> None:
    rule = replace(_querlioz(), on_post="w += presynaptic_time_constant")
    pathway = Pathway("path", "a", "b", "excitatory", Quantity(1.0), rule=rule)
    circuit = Circuit("units", (Population("a", 2, POISSON), Population("b", 2, LIF)), (pathway,))
    with pytest.raises(ValueError, match=r"path_learn_post: .*inconsistent units") as caught:
        open_engine(circuit, "runtime")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["rules", "neurons"])
def test_no_built_in_text_is_refused(kind: str) -> None:
    entries = [entry for entry in open_registry().of_kind(kind) if entry.origin == "built-in"]
    assert len(entries) > 9
    for entry in entries:
        (check_rule if kind == "rules" else check_model)(entry.load())


def test_documented_names_can_be_imported() -> None:
    for module in ("neurosim.snn", "neurosim.learners", "neurosim.tasks"):
        found = importlib.import_module(module)
        assert all(hasattr(found, name) for name in found.__all__)
