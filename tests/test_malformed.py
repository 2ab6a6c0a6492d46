"""Whatever is wrong with a command or an experiment is one clear line and exit code 2, and nothing is written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command import COMMAND, ENVIRONMENT, RING, Said

XOR = ["compare", "--task", "xor", "--learners", "mlp", "--seeds", "1", "--presentations", "20"]
THREE = ["compare", "--task", "xor", "--learners", "mlp,stdp,rstdp", "--seeds", "1", "--presentations", "20"]
"""With spiking learners."""

COMMANDS: dict[str, tuple[list[str], str]] = {
    "no such command": (["comprae"], "comprae"),
    "no such option": (["compare", "--sedes", "3"], "--sedes"),
    "missing argument": (["list"], "Missing argument"),
    "number in words": (["compare", "--jobs", "two"], "--jobs"),
    "missing value": (["compare", "--seeds"], "--seeds"),
    "superfluous argument": (["compare", "digits"], "digits"),
    "flag with a value": (["compare", "--controls=no"], "--controls"),
    "unknown task": (["compare", "--task", "digts"], "task 'digts' is unknown; did you mean digits"),
    "unknown task parameter": (["compare", "--task", "moons:nois=1"], "'nois' is unknown; did you mean noise"),
    "task parameter without a value": (["compare", "--task", "moons:noise"], "parameter is 'noise'; accepted: key=v"),
    "unknown learner": (["compare", "--learners", "mpl"], "learner 'mpl' is unknown; did you mean mlp"),
    "learner twice": (["compare", "--learners", "mlp,mlp"], "--learners is 'mlp,mlp'"),
    "no learner": (["compare", "--learners", ","], "--learners is ','"),
    "a control as learner": (["compare", "--task", "xor", "--learners", "kmeans"], "already stands among the controls"),
    "no seeds": (["compare", "--seeds", "0"], "--seeds is '0'; accepted: at least one seed"),
    "negative seeds": (["compare", "--seeds", "-3"], "--seeds is '-3'"),
    "seeds backwards": (["compare", "--seeds", "5:3"], "--seeds is '5:3'"),
    "seeds in words": (["compare", "--seeds", "a:b"], "--seeds is 'a:b'; accepted: a number of seeds, or FIRST:END"),
    "half a seed": (["compare", "--seeds", "1.5"], "--seeds is '1.5'"),
    "too many seeds": (["compare", "--task", "xor", "--seeds", "5000"], "n_seeds is 5000; accepted: .* from 1 to 1000"),
    "no presentations": (["compare", "--task", "xor", "--presentations", "0"], "presentations is 0; accepted: a whole"),
    "negative size": (["compare", "--train-size", "-5"], "train_size is -5; accepted: a whole number, 2 or more"),
    "size too large": (["compare", "--train-size", "9999"], "train_size is 9999; accepted: 10 .one a class. to 775"),
    "no jobs": (["compare", "--task", "xor", "--jobs", "0"], "--jobs is 0; accepted: 1 or more"),
    "override without a value": (["compare", "--set", "n_seeds"], "--set is 'n_seeds'; accepted: path.to.field=value"),
    "override of nothing": (["compare", "--set", "seeds=3"], "field 'seeds' is unknown; did you mean n_seeds"),
    "override of no learner": ([*XOR, "--set", "learners.stpd.tau=1"], "'stpd' is unknown"),
    "override of no parameter": ([*XOR, "--set", "learners.mlp.epoch=1"], "did you mean epochs"),
    "override of a seed": ([*XOR, "--set", "learners.mlp.random_state=1"], "random_state is 1; accepted: nothing"),
    "parameter out of range": ([*XOR, "--set", "learners.mlp.dropout=1"], "dropout is 1; accepted"),
    "parameter that is not a number": ([*XOR, "--set", "learners.mlp.learning_rate=nan"], "learning_rate is nan"),
    "text for a number": ([*XOR, "--set", "learners.mlp.learning_rate=fast"], "learning_rate is 'fast'; accepted: a n"),
    "number for text": ([*XOR, "--set", "learners.mlp.activation=3"], "learners.mlp.activation is 3; accepted: text"),
    "negative number of neurons": ([*THREE, "--set", "learners.stdp.n_neurons=-3"], "n_neurons is -3; accepted"),
    "half a neuron": ([*THREE, "--set", "learners.stdp.n_neurons=2.5"], "learners.stdp.n_neurons is 2.5; accepted"),
    "more neurons than fit": ([*THREE, "--set", "learners.stdp.n_neurons=10000000000"], "n_neurons is 10000000000"),
    "unknown encoder": ([*THREE, "--set", "learners.rstdp.encoder=tempral"], "encoder 'tempral' is unknown"),
    "missing table": (["compare", "--task", "none.csv"], "'none.csv' does not exist; accepted: a readable file"),
    "table with NaN": (["compare", "--task", "../nan.csv"], "column 'a' has NaN or infinity in line 4"),
    "table with gaps": (["compare", "--task", "../gap.csv"], "label 'b' is missing in line 3"),
    "wrong target": (["compare", "--task", "../good.csv", "--target", "bb"], "target 'bb' is unknown; did you mean b"),
    "target without a table": (["compare", "--task", "xor", "--target", "b"], "target is 'b'"),
    "missing plugin": (["list", "tasks", "--plugin", "none.py"], "plugin 'none.py' is not a file"),
    "broken plugin": (["compare", "--plugin", "../broken.py"], "cannot be imported: ZeroDivisionError"),
    "plugin that adds nothing": (["compare", "--plugin", "../empty.py"], "no dictionary PLUGIN; accepted"),
    "plugin's careless learner": (
        [*THREE, "--plugin", "../ring.py", "--plugin", "../careless.py", "--learners", "careless"],
        "learners.careless: ZeroDivisionError|learners.careless: ValueError: math domain error",
    ),
    "out is a file": ([*XOR, "--out", "../good.csv"], "which is a file; accepted: a folder"),
    "out below a file": ([*XOR, "--out", "../good.csv/x"], "cannot be written"),
    "out with other things": ([*XOR, "--out", ".."], "something else than results"),
    "out with results": ([*XOR, "--out", "../done"], "holds results; accepted: --resume, or another folder"),
    "another experiment": ([*XOR, "--out", "../done", "--resume"], "holds another experiment"),
    "unknown experiment": (["run", "nowhere"], "experiment 'nowhere' is unknown"),
    "missing experiment file": (["run", "nowhere.toml"], "'nowhere.toml' is not a file"),
    "report of nothing": (["report", "nowhere"], "'nowhere' holds no readable results.json"),
    "report of something else": (["report", "../other"], "results.json is not a summary"),
    "unknown kind": (["list", "task"], "kind 'task' is unknown; did you mean tasks"),
    "unknown data": (["data", "fetch", "minst"], "data 'minst' is unknown; did you mean mnist"),
    "tuning an unknown learner": (["tune", "xor", "mpl"], "learner 'mpl' is unknown; did you mean mlp"),
    "tuning on an unknown task": (["tune", "xro", "mlp"], "task 'xro' is unknown"),
    "tuning by nothing": (["tune", "xor", "mlp", "--configs", "0"], "configs is 0"),
    "tuning without a seed": (["tune", "xor", "mlp", "--seeds", "0"], "seeds is 0"),
}
FILES: dict[str, tuple[str, str]] = {
    "not TOML": ("task = ", "cannot be read as TOML"),
    "no learners": ('task = "xor"', "learners is missing; accepted: label to settings"),
    "empty learners": ("[learners]", "learners is {}; accepted: at least one learner"),
    "learners as a list": ('learners = ["mlp"]', r"learners is \['mlp'\]; accepted: a table"),
    "settings as a number": ("learners.mlp = 3", "learners.mlp is 3; accepted: a table of settings"),
    "misspelled field": ("n_sedes = 3\n[learners.mlp]", "field 'n_sedes' is unknown; did you mean n_seeds"),
    "misspelled table": ("[learner.mlp]", "field 'learner' is unknown; did you mean learners"),
    "seeds as text": ('n_seeds = "8"\n[learners.mlp]', "n_seeds is '8'; accepted: a whole number from 1 to 1000"),
    "true for a number": ("n_seeds = true\n[learners.mlp]", "n_seeds is True; accepted: a whole number"),
    "number for true": ("controls = 1\n[learners.mlp]", "controls is 1; accepted: true or false"),
    "negative first seed": ("first_seed = -1\n[learners.mlp]", "first_seed is -1; accepted: a whole number from 0"),
    "evaluations": ("n_evaluations = 0\n[learners.mlp]", "n_evaluations is 0; accepted: a whole number from 1 to 1000"),
    "name with a path": ('name = "../x"\n[learners.mlp]', "name is '../x'; accepted: letters, digits"),
    "task as a number": ("task = 3\n[learners.mlp]", "task is 3; accepted: text"),
    "table that is not beside it": (
        'task = "good.csv"\n[learners.mlp]',
        "task '../files/good.csv' does not exist; accepted: a readable file",
    ),
    "plugin that is not beside it": (
        'plugins = ["ring.py"]\n[learners.mlp]',
        "plugin '../files/ring.py' is not a file; accepted: a Python file",
    ),
    "plugins as text": ('plugins = "../ring.py"\n[learners.mlp]', "plugins is '../ring.py'; accepted: a list$"),
    "unknown kind": ('[learners.net]\nkind = "mpl"', "learner 'mpl' is unknown; did you mean mlp"),
    "kind as a number": ("[learners.net]\nkind = 3", "learners.net.kind is 3; accepted: text"),
    "label with a path": ('[learners."../mlp"]\nkind = "mlp"', "learner label is '../mlp'; accepted: letters"),
    "label of an untrained twin": (
        '[learners.mlp]\n[learners.mlp-untrained]\nkind = "mlp"',
        "'mlp-untrained' already stands among the controls",
    ),
    "label of a frozen twin": (
        '[learners.a]\nkind = "mlp"\n[learners.a-frozen]\nkind = "mlp"',
        "'a-frozen' already stands among the controls",
    ),
    "misspelled parameter": ("[learners.mlp]\nlerning_rate = 1", "'lerning_rate' is unknown; did you mean learning_r"),
    "parameter as a date": ("[learners.mlp]\nlearning_rate = 2020-01-01", "learning_rate is datetime.date"),
    "parameter as a table": ("[learners.mlp.learning_rate]\na = 1", "learners.mlp.learning_rate is {'a': 1}"),
    "negative margin": ("margin = -0.1\n[learners.mlp]", "margin is -0.1; accepted: a number, 0 or more"),
    "margin that is no number": ('margin = "1 %"\n[learners.mlp]', "margin is '1 %'; accepted: a number, 0"),
    "endless margin": ("margin = inf\n[learners.mlp]", "margin is inf; accepted: a number, 0"),
    "expectation of nothing": ("[learners.mlp]\n[[expected]]", "expected is {}; accepted: learner with one of beats"),
    "expectation of two things": (
        '[learners.mlp]\n[[expected]]\nlearner = "mlp"\nat_least = 0.1\nat_most = 0.9',
        "expected is {.*}; accepted: learner with one of beats, does_not_beat, at_least or at_most, or effect with r",
    ),
    "budget in the wrong place": (
        "[learners.mlp]\nn_presentations = 9",
        "n_presentations is 9; accepted: nothing: pre",
    ),
}


@pytest.fixture
def surroundings(tmp_path: Path) -> Path:
    """Give a folder with what the commands of the table refer to."""
    (tmp_path / "good.csv").write_text("a,b\n" + "1,x\n2,y\n" * 10)
    (tmp_path / "nan.csv").write_text("a,b\n1,x\n2,y\nnan,x\n" + "1,x\n2,y\n" * 10)
    (tmp_path / "gap.csv").write_text("a,b\n1,x\n2,\n" + "1,x\n2,y\n" * 10)
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "careless.py").write_text(
        "import math\nfrom neurosim.learners.controls.majority import Majority\n\n\nclass Careless(Majority):\n"
        "    '''Checks nothing.'''\n\n    def _start(self):\n        math.sqrt(-1)\n\n\n"
        "PLUGIN = {'learners': {'careless': Careless}}\n"
    )
    for name, content in (("other/results.json", '{"results": 3}'), ("done/experiment.toml", 'task = "iris"\n')):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    (tmp_path / "files").mkdir()
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    """Give all files with their content, and all folders."""
    return {
        str(path): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def assert_refused(said: Said, expected: str) -> None:
    """Exit code 2, one line on standard error, no traceback, nothing on standard output."""
    assert said.code == 2, said
    assert re.fullmatch(r"neurosim: [^\n]+\n", said.err), said.err
    assert re.search(expected, said.err), said.err
    assert said.out == "" and "Traceback" not in said.err


def test_there_are_enough_of_them() -> None:
    """A table that shrinks would go unnoticed."""
    assert len(COMMANDS) + len(FILES) >= 60


@pytest.mark.parametrize("what", COMMANDS)
def test_a_malformed_command_is_refused(neurosim: Any, surroundings: Path, what: str) -> None:
    """And changes no file."""
    words, expected = COMMANDS[what]
    before = everything(surroundings)
    assert_refused(neurosim(*words), expected)
    assert everything(surroundings) == before


@pytest.mark.parametrize("what", FILES)
def test_a_malformed_experiment_file_is_refused(neurosim: Any, surroundings: Path, what: str) -> None:
    """And changes no file."""
    content, expected = FILES[what]
    (surroundings / "files" / "bad.toml").write_text(content)
    before = everything(surroundings)
    assert_refused(neurosim("run", "../files/bad.toml"), expected)
    assert everything(surroundings) == before


@pytest.mark.parametrize("what", ["no such option", "negative number of neurons", "out with other things"])
def test_a_process_of_its_own_says_the_same(surroundings: Path, what: str) -> None:
    """As a shell sees it."""
    (surroundings / "ring.py").write_text(RING)
    (surroundings / "work").mkdir()
    before = everything(surroundings)
    words, expected = COMMANDS[what]
    run = subprocess.run([*COMMAND, *words], cwd=surroundings / "work", capture_output=True, text=True, env=ENVIRONMENT)
    assert_refused(Said(run.returncode, run.stdout, run.stderr), expected)
    assert everything(surroundings) == before
