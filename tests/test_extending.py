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

from neurosim import load_task, make_learner
from neurosim.errors import InputError
from neurosim.learners.competing.stdp import STDP
from neurosim.registry import open_registry
from neurosim.snn import Circuit, Pathway, Population, Quantity, Rule, open_engine
from neurosim.snn.checking import check_model, check_rule
from neurosim.snn.neurons.lif import LIF
from neurosim.snn.neurons.poisson import POISSON

PAGE = (Path(__file__).parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
FILES = {"querlioz.py": PYTHON[0], "means.py": PYTHON[2], "race.py": PYTHON[3], "own_brian.py": PYTHON[4]}
FILES["two_rules.toml"] = next(text for kind, text in BLOCKS if kind == "toml")


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
    new = {"querlioz.py": "querlioz", "means.py": "means", "race.py": "theta", "own_brian.py": "own-brian"}
    new = new[shlex.split(command)[-1]]
    assert said.out.splitlines()[-1].startswith(f"{new} ")


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for line in COMMANDS if " list " not in line])
def test_every_run_of_the_page_runs_and_learns(neurosim: Any, command: str) -> None:
    _here()
    said = neurosim(*shlex.split(command)[1:], "--json", "--no-controls")
    assert said.code == 0, said.err
    learners = json.loads(said.out)["learners"]
    assert len(learners) == 2
    assert all(row["test"]["mean"] > 0.5 for row in learners.values())


def test_the_page_holds_what_the_tests_read() -> None:
    assert len(PYTHON) == 5 and len(COMMANDS) == 9
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
