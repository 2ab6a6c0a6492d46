"""The registry: lazy, extended by files and entry points, helpful about wrong names."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from neurosim.errors import InputError
from neurosim.learners import make_learner
from neurosim.learners.competing.stdp import STDP
from neurosim.registry import BUILT_IN, KINDS, Entry, load_registered, open_registry
from neurosim.tasks import load_task

HEAVY = ("sklearn", "scipy", "pandas", "brian2", "matplotlib", "joblib")

RING = """
    '''A ring around a disc: a task in one file.'''
    import numpy as np
    from neurosim.data import Classes, Dataset, Signature, Split
    from neurosim.tasks import Task


    def ring(radius: float = 0.3) -> Task:
        '''Make the ring task.'''
        X = np.random.default_rng(5).random((400, 2)).astype(np.float32)
        y = (np.hypot(*(X - 0.5).T) > radius).astype(np.int64)
        everything = Dataset(X, y, np.arange(400))
        rows = np.split(np.arange(400), [200, 300])
        parts = Split(*(everything.take(part) for part in rows))
        return Task(name="ring", summary="a ring around a disc", load=lambda seed, train_size=None: parts,
                    signature=Signature((2,), Classes((0, 1))),
                    source="generated", licence="none needed", checksum="generated")


    PLUGIN = {"tasks": {"ring": ring}}
"""

CONTRARIAN = """
    '''Answers the rarest class.'''
    from neurosim.learners.controls.majority import Majority


    class Contrarian(Majority):
        '''Answer the rarest class seen.'''

        def _scores(self, X):
            scores, counts = super()._scores(X)
            return 1 - scores, counts


    PLUGIN = {"learners": {"contrarian": Contrarian}}
"""


SQUARED = """
    from neurosim.coding.vote import Vote


    class Squared(Vote):
        def scores(self, activity):
            return super().scores(activity**2 + 0.1)


    PLUGIN = {'readouts': {'squared': Squared}}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def loaded_after(code: str) -> list[str]:
    """Give the heavy packages that a fresh interpreter has imported after running some code."""
    code += f"\nimport sys, json; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return json.loads(found.splitlines()[-1])


def test_opening_listing_and_describing_imports_nothing_heavy() -> None:
    """Built-ins carry their own line, so a list needs no import."""
    code = """
from neurosim.registry import KINDS, open_registry
import neurosim, neurosim.cli, neurosim.learners, neurosim.tasks
registry = open_registry()
lines = [entry.describe() for kind in KINDS for entry in registry.of_kind(kind)]
assert len(lines) >= 15 and all(lines)
"""
    assert loaded_after(code) == []


def test_wrong_names_are_answered_before_anything_heavy_is_imported() -> None:
    """A typing error costs no second."""
    code = """
from neurosim.compare.experiment.making import make_experiment
from neurosim.errors import InputError
for fields in ({"task": "digts", "learners": {"mlp": {}}}, {"task": "digits", "learners": {"mpl": {}}}):
    try:
        make_experiment(**fields)
    except InputError as error:
        assert "did you mean" in str(error), error
    else:
        raise SystemExit("accepted")
"""
    assert loaded_after(code) == []


@pytest.mark.parametrize("entry", BUILT_IN, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_every_built_in_can_be_imported_and_says_what_it_is(entry: Entry) -> None:
    """Path and text of every entry are right, in one line."""
    loaded = entry.load()
    assert callable(loaded) or loaded.name == entry.name
    assert entry.text and "\n" not in entry.text
    assert entry.origin == "built-in"


def test_names_are_unique_within_a_kind() -> None:
    """A name picks one thing."""
    assert len({(entry.kind, entry.name) for entry in BUILT_IN}) == len(BUILT_IN)
    assert {entry.kind for entry in BUILT_IN} <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "name", "close"),
    [("tasks", "digts", "digits"), ("tasks", "spiral", "spirals"), ("learners", "raw_linear", "raw-linear")],
)
def test_an_unknown_name_is_answered_with_the_closest_known_one(kind: str, name: str, close: str) -> None:
    """The message names the field, the value and the nearest name."""
    with pytest.raises(InputError) as caught:
        open_registry().find(kind, name)
    assert str(caught.value).startswith(f"{kind[:-1]} {name!r} is unknown; did you mean {close}")


def test_a_name_like_no_other_is_answered_with_all() -> None:
    """Where nothing is close, everything accepted is listed, in order."""
    with pytest.raises(InputError, match=r"accepted: diabetes, digits, fashion-mnist, iris, mnist, moons.*xor"):
        open_registry().find("tasks", "qqqqq")
    with pytest.raises(InputError, match="kind 'task' is unknown; did you mean tasks"):
        open_registry().of_kind("task")


def test_a_plugin_file_adds_a_task(tmp_path: Path) -> None:
    """A newcomer's file outside the package appears in the list, takes parameters and loads."""
    registry = open_registry([write(tmp_path, "ring.py", RING)])
    entry = registry.find("tasks", "ring")
    assert entry.describe() == "Make the ring task."
    assert entry.origin.endswith("ring.py") and len(entry.checksum) == 64
    assert registry.of_kind("tasks")[-1] == entry, "built-ins come first"
    wide, narrow = (load_task(text, registry).load(0).train.labels.mean() for text in ("ring:radius=0.2", "ring"))
    assert 0.5 < narrow < wide < 1
    with pytest.raises(InputError, match="parameter 'radus' is unknown; did you mean radius"):
        load_task("ring:radus=0.2", registry)
    with pytest.raises(InputError, match="'ring' is unknown"):
        open_registry().find("tasks", "ring")


def test_a_plugin_file_adds_a_learner(tmp_path: Path) -> None:
    """The class behaves as the file says: it answers the rarer label."""
    registry = open_registry([write(tmp_path, "contrarian.py", CONTRARIAN)])
    learner = make_learner("contrarian", registry, random_state=3)
    learner.fit([[0.0], [0.5], [1.0]], ["often", "often", "rarely"])
    assert learner.predict([[0.2], [0.9]]).tolist() == ["rarely", "rarely"]


def test_a_plugin_file_adds_a_readout(tmp_path: Path) -> None:
    """A learner reads its activity out by it: squares of what the vote is given."""
    registry = open_registry([write(tmp_path, "squared.py", SQUARED)])
    learner = make_learner("hebb", registry, readout="squared", n_units=8, random_state=3)
    usual = make_learner("hebb", readout="vote", n_units=8, random_state=3)
    split = load_task("iris").split(0)
    for one in (learner, usual):
        one.fit(split.train.X, split.train.y)
    activity = usual.activity(split.test.X)
    np.testing.assert_array_equal(learner.activity(split.test.X), activity)
    np.testing.assert_allclose(learner.predict_proba(split.test.X), usual.readout_.scores(activity**2 + 0.1))
    assert not np.allclose(learner.predict_proba(split.test.X), usual.predict_proba(split.test.X))
    with pytest.raises(InputError, match=r"readout is <class .*Squared'>, code that a file does not hold"):
        learner.save(tmp_path / "learner.npz")


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("{'squared': Squared}", "{'squared': 3}", r"readout is 3, which is no read-out \(lacks fit, scores, arrays, "),
    ("class Squared(Vote)", "class Squared", r"lacks fit, arrays, from_arrays\); accepted: a registered name, or"),
])  # fmt: skip
def test_a_plugin_that_is_no_readout_is_refused_before_anything_is_learned(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert SQUARED.count(right) == 1
    registry = open_registry([write(tmp_path, "squared.py", SQUARED.replace(right, wrong))])
    with pytest.raises(InputError, match=said):
        make_learner("hebb", registry, readout="squared").begin(10, [0, 1], 4)


def test_a_changed_plugin_file_is_read_anew(tmp_path: Path) -> None:
    """An old module of the same path is not taken for the new content."""
    path = write(tmp_path, "ring.py", RING)
    first = open_registry([path]).find("tasks", "ring")
    write(tmp_path, "ring.py", RING.replace("a ring around a disc", "a wheel"))
    second = open_registry([path]).find("tasks", "ring")
    assert first.checksum != second.checksum
    assert second.load()().summary == "a wheel"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PLUGIN = {'tasks': {'digits': 1}}", "tasks 'digits' of .* is taken by built-in"),
        ("x = 1", "no dictionary PLUGIN"),
        ("PLUGIN = ['ring']", "no dictionary PLUGIN"),
        ("PLUGIN = {'task': {}}", "kind 'task' is unknown; did you mean tasks"),
        ("PLUGIN = {'tasks': ['ring']}", "accepted: a dictionary of names to objects"),
        ("PLUGIN = {'tasks': {'my.ring': 1}}", "name in tasks is 'my.ring'; accepted: letters"),
        ("PLUGIN = {'tasks': {3: 1}}", "name in tasks is 3; accepted: letters"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        ("def", "cannot be imported: SyntaxError"),
        ("import no_such_module_at_all", "cannot be imported: ModuleNotFoundError"),
        ("raise SystemExit(0)", "cannot be imported: SystemExit"),
    ],
)
def test_a_broken_plugin_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    """The message names the file; nothing of it stays behind."""
    path = write(tmp_path, "broken.py", text)
    before = set(sys.modules)
    with pytest.raises(InputError, match=said) as caught:
        open_registry([path])
    assert "broken.py" in str(caught.value)
    if "cannot be imported" in said:
        assert not any("plugin" in name for name in set(sys.modules) - before)


def test_a_plugin_that_is_no_python_file_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and another ending each say what is accepted."""
    for path, said in (
        (tmp_path / "none.py", "accepted: a Python file"),
        (tmp_path, "accepted: a Python file"),
        (write(tmp_path, "notes.txt", "PLUGIN = {}"), r"ends in \.py"),
    ):
        with pytest.raises(InputError, match=said):
            open_registry([path])


def test_two_plugins_with_one_name_are_refused(tmp_path: Path) -> None:
    """The message says who has the name already."""
    one, two = write(tmp_path, "one.py", RING), write(tmp_path, "two.py", RING)
    with pytest.raises(InputError, match=r"'ring' of .*two\.py is taken by .*one\.py"):
        open_registry([one, two])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PLUGIN = {'tasks': {'odd': 5}}", "gives int; accepted: a neurosim.tasks.Task"),
        ("def odd():\n    return 'no task'\nPLUGIN = {'tasks': {'odd': odd}}", "gives str"),
    ],
)
def test_a_plugin_task_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """What is registered as a task has to be one."""
    registry = open_registry([write(tmp_path, "odd.py", text)])
    with pytest.raises(InputError, match=said):
        load_task("odd", registry)


def test_a_plugin_learner_that_is_none_is_refused(tmp_path: Path) -> None:
    """The message lists what is lacking."""
    registry = open_registry([write(tmp_path, "odd.py", "class Odd:\n    pass\nPLUGIN = {'learners': {'odd': Odd}}")])
    with pytest.raises(InputError, match=r"'odd' is no learner class .lacks traits, begin"):
        make_learner("odd", registry)


def test_an_entry_point_adds_a_task(tmp_path: Path) -> None:
    """An installed distribution is found by its metadata; a broken one is named when it is used, not before."""
    write(tmp_path, "ring_package.py", RING)
    info = tmp_path / "ring_tasks-1.0.dist-info"
    info.mkdir()
    write(info, "METADATA", "Metadata-Version: 2.1\nName: ring-tasks\nVersion: 1.0\n")
    write(info, "entry_points.txt", "[neurosim.tasks]\nring = ring_package:ring\nbroken = ring_package:missing\n")
    code = """
from neurosim.errors import InputError
from neurosim.registry import open_registry
from neurosim.tasks import load_task
entry = open_registry().find("tasks", "ring")
import sys
assert "ring_package" not in sys.modules, "an entry point was imported before it was used"
print(entry.origin, load_task("ring").load(0).train.X.shape, entry.describe(), sep="|")
try:
    load_task("broken")
except InputError as error:
    print(error)
"""
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert run.returncode == 0, run.stderr
    good, bad = run.stdout.splitlines()
    assert good == "ring-tasks|(200, 2)|Make the ring task."
    assert bad.startswith("tasks 'broken' of ring-tasks cannot be loaded")


def test_an_entry_point_cannot_take_a_name(tmp_path: Path) -> None:
    """A distribution that claims a built-in's name is named."""
    info = tmp_path / "impostor-1.0.dist-info"
    info.mkdir()
    write(info, "METADATA", "Metadata-Version: 2.1\nName: impostor\nVersion: 1.0\n")
    write(info, "entry_points.txt", "[neurosim.learners]\nmlp = os:path\n")
    code = "from neurosim.registry import open_registry; open_registry()"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert "learners 'mlp' of impostor is taken by built-in; choose another name" in run.stderr


def test_a_built_in_name_is_loaded_without_a_look_at_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learners ask for rules, neurons, encoders and read-outs by name whenever they begin."""
    looked_for: list[str] = []

    class Installed:
        def select(self, group: str) -> tuple[()]:
            looked_for.append(group)
            return ()

    monkeypatch.setattr(importlib.metadata, "entry_points", Installed)
    assert load_registered("rules", "competitive").name == "competitive" and looked_for == []
    STDP(n_neurons=3).begin(10, [0, 1], 4)
    assert looked_for == []
    with pytest.raises(InputError, match="rule 'competitve' is unknown; did you mean competitive"):
        load_registered("rules", "competitve")
    assert "neurosim.rules" in looked_for, "what is installed may go by that name"
