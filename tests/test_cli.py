"""The command line: what it does, and that whatever is wrong is one line on standard error and exit code 2."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from neurosim.errors import InputError
from neurosim.options import named_learners
from tests.command import COMMAND, ENVIRONMENT, Said
from tests.compare.runs import view_in

HEAVY = ("sklearn", "scipy", "pandas", "brian2", "matplotlib", "joblib")


def test_help_lists_the_commands(neurosim: Any) -> None:
    """Everything that can be typed, and the short form."""
    said = neurosim("--help")
    assert said.code == 0 and said.err == ""
    for command in ("compare", "run", "list", "report", "doctor", "data"):
        assert re.search(rf"\b{command}\b", said.out)
    assert neurosim("-h").out == said.out


@pytest.mark.parametrize("words", [[], ["data"]])
def test_no_argument_gives_help(neurosim: Any, words: list[str]) -> None:
    """The help, and nothing that looks like an error."""
    said = neurosim(*words)
    assert "Usage" in said.out and said.err == ""


@pytest.mark.parametrize(
    "words", [["--help"], ["compare", "--help"], ["list", "tasks"], ["list", "learners"], ["compare", "--jobs", "x"]]
)
def test_help_lists_and_usage_errors_import_nothing_heavy(words: list[str]) -> None:
    """They answer at once because no scientific package is loaded for them."""
    code = (
        "import sys\nfrom neurosim import cli\n"
        f"sys.argv = ['neurosim', *{words!r}]\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "HEAVY []"


def test_lists_have_one_line_each(neurosim: Any) -> None:
    """Name, then what it is."""
    said = neurosim("list", "tasks")
    assert said.code == 0
    lines = dict(line.split("  ", 1) for line in said.out.splitlines())
    assert {"xor", "parity", "moons", "spirals", "iris", "digits", "patterns", "mnist"} <= {
        name.strip() for name in lines
    }
    assert all(text.strip() for text in lines.values())
    assert "control: logistic regression" in neurosim("list", "learners").out
    experiments = neurosim("list", "experiments").out
    assert experiments.startswith("learning_rule_or_unit ") and "xor" in experiments
    assert neurosim("list", "encoders").out.startswith("auto ")
    assert neurosim("list", "scenes").code == 0


def test_a_plugin_appears_in_the_list(neurosim: Any) -> None:
    """Its task and its learner, each with the first line of what it says about itself."""
    assert re.search(r"^ring +A ring around a disc\.$", neurosim("list", "tasks", "--plugin", "../ring.py").out, re.M)
    assert re.search(r"^failing +Fails while", neurosim("list", "learners", "--plugin", "../ring.py").out, re.M)
    assert "ring" not in neurosim("list", "tasks").out


QUICK = ["--seeds", "1", "--presentations", "20"]


def test_debug_shows_the_traceback(neurosim: Any) -> None:
    """For those who look for a fault in neurosim or in their plugin."""
    said = neurosim("compare", "--task", "digts", "--debug")
    assert said.code == 2 and "Traceback" in said.err and "InputError: task 'digts'" in said.err


def test_compare_leaves_results_a_table_and_a_report(neurosim: Any) -> None:
    """Two seeds of iris: the table is printed, the files are there, and the report's path is said."""
    said = neurosim(
        "compare", "--task", "iris", "--learners", "mlp", "--seeds", "2", "--presentations", "300", "--out", "run"
    )
    assert said.code == 0 and said.err == ""
    for told in ("mlp on iris", "linear", "k-means", "nearest neighbour", "SVM", "Not shown"):
        assert told in " ".join(said.out.split())
    assert "report: run/report.html" in said.out.replace("\n", "")
    files = {str(path.relative_to("run")) for path in Path("run").glob("**/*") if "cells" not in path.parts}
    figures = {f"figures/{name}.svg" for name in ("tested", "curves")}
    assert files - figures >= {"experiment.toml", "results.json", "results.csv", "report.html"} and files >= figures
    summary = view_in(Path("run"))
    assert summary["n_seeds"] == 2 and len(summary["learners"]["mlp"]["test"]["per_seed"]) == 2
    assert summary["learners"]["mlp"]["test"]["mean"] > 0.6 > summary["controls"]["majority"]["test"]["mean"]
    page = Path("run/report.html").read_text()
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page), "the page needs no network"
    Path("run/report.html").unlink()
    assert neurosim("report", "run").out.strip() == "report: run/report.html"
    assert Path("run/report.html").read_text() == page
    assert not list(Path("run").glob("figures/*.png"))
    neurosim("report", "run", "--png")
    drawn = {kind: {path.stem for path in Path("run/figures").glob(f"*.{kind}")} for kind in ("svg", "png")}
    assert len(drawn["png"]) > 3 and drawn["png"] == drawn["svg"]
    assert Path("run/report.html").read_text() == page


def test_json_is_the_summary_and_nothing_else(neurosim: Any) -> None:
    """Made for scripts; without --out the folder has the experiment's name."""
    said = neurosim(
        "compare", "--task", "xor", "--learners", "mlp", *QUICK, "--json", "--set", "learners.mlp.hidden_units=[3]"
    )
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("compare-")
    assert json.loads(said.out) == json.loads((folder / "results.json").read_text())
    assert json.loads(said.out)["conditions"][0]["learners"]["mlp"]["n_units"] == 3
    assert said.err == ""


def test_seeds_options_and_overrides_reach_the_experiment(neurosim: Any) -> None:
    """FIRST:END, the training size, and a plugin's task."""
    words = ["--seeds", "5:7", "--presentations", "30", "--plugin", "../ring.py", "--set", "controls=false"]
    said = neurosim(
        "compare", "--task", "ring", "--learners", "mlp", *words, "--set", "n_evaluations=2", "--out", "run"
    )
    assert said.code == 0, said.err
    import tomllib

    written = tomllib.loads(Path("run/experiment.toml").read_text())
    assert (written["first_seed"], written["n_seeds"], written["presentations"], written["n_evaluations"]) == (
        5,
        2,
        30,
        2,
    )
    assert sorted(path.name for path in Path("run/cells/default/mlp").iterdir()) == ["5", "6"]
    provenance = json.loads(Path("run/results.json").read_text())["provenance"]
    assert [len(checksum) for checksum in provenance["plugins"].values()] == [64]


def test_own_tables_can_be_compared(neurosim: Any) -> None:
    """A CSV by its path, with another label column."""
    rows = "".join(f"{'ab'[k % 2]},{k % 2 + k / 100},{k}\n" for k in range(40))
    Path("own.csv").write_text("kind,x,z\n" + rows)
    said = neurosim(
        "compare", "--task", "own.csv", "--learners", "mlp", "--target", "kind", *QUICK, "--out", "run", "--json"
    )
    assert said.code == 0, said.err
    (condition,) = json.loads(said.out)["conditions"]
    assert condition["chance"] == 0.5
    assert condition["task"] == "own.csv", "in results its name, for results do not depend on the folder"
    import tomllib

    written = tomllib.loads(Path("run/experiment.toml").read_text())
    assert written["task"] == str(Path("own.csv").absolute()), (
        "in the experiment its place, to be run again from anywhere"
    )


def test_an_experiment_finds_what_lies_beside_it(neurosim: Any) -> None:
    """Paths of tables and plugins in a file are relative to the file, wherever the command is given."""
    Path("study").mkdir()
    Path("study/own.csv").write_text("x,y\n" + "".join(f"{k % 2 + k / 100},{'ab'[k % 2]}\n" for k in range(40)))
    Path("own.csv").write_text("another,table\n")
    Path("study/claim.toml").write_text(
        'task = "own.csv"\nplugins = ["../../ring.py"]\ncontrols = false\n[learners.mlp]\nhidden_units = [3]\n'
    )
    said = neurosim("run", "study/claim.toml", *QUICK, "--out", "run", "--json")
    assert said.code == 0, said.err
    # What was written down runs again from another folder.
    Path("elsewhere").mkdir()
    shutil.copy("run/experiment.toml", "elsewhere/again.toml")
    (again,) = json.loads(neurosim("run", "elsewhere/again.toml", "--json").out)["conditions"]
    (first,) = json.loads(said.out)["conditions"]
    assert again["learners"]["mlp"]["test"] == first["learners"]["mlp"]["test"]


def test_run_takes_a_file_and_quick_shortens_it(neurosim: Any) -> None:
    """Three seeds, named after the file, and marked wherever it is shown; an option stands above the shortening."""
    Path("claim.toml").write_text(
        'task = "xor"\nn_seeds = 10\ncontrols = false\n[learners.mlp]\nhidden_units = [3]\nepochs = 2\n'
    )
    said = neurosim("run", "claim.toml", "--quick", "--presentations", "40", "--json")
    summary = json.loads(said.out)
    assert (said.code, summary["name"], summary["n_seeds"]) == (0, "claim", 3)
    (condition,) = summary["conditions"]
    assert condition["learners"]["mlp"]["costs"]["learning"]["presentations"] == 40
    assert summary["quick"] is True
    assert [len(row["curve"]) for row in condition["learners"].values()] == [2] * len(condition["learners"])
    shown = neurosim("run", "claim.toml", "--quick", "--presentations", "40", "--out", "run").out
    assert "quick: not for citing" in shown and "quick: not for citing" in Path("run/report.html").read_text()
    full = neurosim("run", "claim.toml", "--presentations", "40", "--seeds", "2", "--out", "full").out
    assert "quick" not in full and "not for citing" not in Path("full/report.html").read_text()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_failing_cell_is_exit_code_1(neurosim: Any, jobs: str) -> None:
    """The cell and its error in one line each; there is no summary to show. With --debug, where it happened."""
    words = ["compare", "--task", "xor", "--learners", "failing", *QUICK, "--plugin", "../ring.py", "--out", "run",
             "--no-controls", "--jobs", jobs]  # fmt: skip
    said = neurosim(*words)
    assert (said.code, said.out, said.err) == (1, "", "cell failing/0 failed: RuntimeError: no luck\n")
    assert not Path("run/results.json").exists()
    debugged = neurosim(*words, "--resume", "--debug")
    assert debugged.code == 1 and "Traceback" in debugged.err and "ring.py" in debugged.err


def test_an_unforeseen_error_is_one_line_and_exit_code_1(neurosim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kind and its message."""

    def broken() -> None:
        raise ZeroDivisionError("by\nnothing")

    monkeypatch.setattr("neurosim.doctor.findings", broken)
    assert neurosim("doctor") == Said(1, "", "neurosim: ZeroDivisionError: by nothing\n")


def test_resuming_and_refusing(neurosim: Any) -> None:
    """The same command again is refused, and goes on with --resume."""
    words = ["compare", "--task", "xor", "--learners", "mlp", *QUICK, "--no-controls", "--out", "run"]
    assert neurosim(*words).code == 0
    said = neurosim(*words)
    assert said.code == 2 and "accepted: --resume, or another folder" in said.err
    shutil.rmtree("run/cells")
    Path("run/results.json").unlink()
    assert neurosim(*words, "--resume").code == 0
    assert Path("run/results.json").is_file()


def test_doctor_says_what_is_there(neurosim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python, packages, compiler, data folder."""
    monkeypatch.setenv("NEUROSIM_DATA", "/some/where")
    said = neurosim("doctor")
    assert said.code == 0
    for name in ("python", "numpy", "brian2", "engine", "/some/where"):
        assert name in said.out


def test_doctor_clears_the_cache(neurosim: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is there is counted and removed; nothing outside is touched."""
    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path))
    entry = tmp_path / "builds" / ("0" * 64)
    entry.mkdir(parents=True)
    (entry / "manifest.json").write_text("{}")
    (tmp_path / "kept").write_text("")
    said = neurosim("doctor", "--clear-cache")
    assert said.code == 0 and "removed 1 compiled network" in said.out
    assert not entry.exists() and (tmp_path / "kept").exists()


def test_data_fetch_checks_what_is_there(neurosim: Any, mnist_data: Path) -> None:
    """Four files, each with its place."""
    said = neurosim("data", "fetch", "mnist")
    assert said.code == 0 and said.err == ""
    lines = said.out.splitlines()
    assert len(lines) == 4 and all(line.endswith("sound") and str(mnist_data.resolve()) in line for line in lines)


@pytest.mark.parametrize("jobs", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_ctrl_c_leaves_a_run_that_can_be_resumed(tmp_path: Path, jobs: str) -> None:
    """Exit code 130 and one line; every cell on disk is whole; the same command with --resume goes on."""
    words = [*COMMAND, "compare", "--task", "moons", "--learners", "mlp", "--presentations", "2000", "--jobs", jobs,
             "--out", "run", "--no-controls"]  # fmt: skip
    process = subprocess.Popen(
        [*words, "--seeds", "200"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=ENVIRONMENT, start_new_session=True,
    )  # fmt: skip
    cells = tmp_path / "run" / "cells" / "default" / "mlp"
    deadline = time.monotonic() + 60
    while len(list(cells.glob("[0-9]*/record.json"))) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    # As a terminal does it: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err and out == ""
    assert [line for line in err.splitlines() if line] == [
        "neurosim: interrupted; the same command with --out and --resume goes on"
    ]
    finished = {path.name: (path / "record.json").stat().st_mtime_ns for path in cells.glob("[0-9]*")}
    assert 2 <= len(finished) < 200 and not list(cells.glob(".*"))
    assert not (tmp_path / "run" / "results.json").exists()
    # With fewer seeds it would be another experiment; the rest is put there, so that the test need not wait for it.
    kept = tmp_path / "run" / "experiment.toml"
    kept.write_text(kept.read_text().replace("n_seeds = 200", f"n_seeds = {len(finished) + 1}"))
    again = subprocess.run(
        [*words, "--seeds", str(len(finished) + 1), "--jobs", "1", "--resume", "--json"],
        cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["n_seeds"] == len(finished) + 1
    for name, written in finished.items():
        assert (cells / name / "record.json").stat().st_mtime_ns == written


def test_directions_prints_sentences_and_writes_files(neurosim: Any) -> None:
    """One learner, in seconds: results, page and figures like any run, and what they say in words."""
    words = ("directions", "xor", "--learners", "mlp", "--seeds", "2", "--trials", "30", "--presentations", "64")
    said = neurosim(*words, "--set", "learners.mlp.hidden_units=[6]", "--out", "out")
    assert said.code == 0, said.err
    assert "on training samples: mlp" in said.out and "stands off the descent of" in " ".join(said.out.split())
    assert "test part" not in said.out and " to test" not in said.out and "chance" not in said.out
    assert said.err == ""
    assert sorted(path.stem for path in Path("out/cells/default/mlp").iterdir()) == ["0", "1"]
    assert {path.name for path in Path("out").iterdir()} >= {"results.json", "results.csv", "report.html", "figures"}
    assert Path("out/figures/directions-own.svg").is_file()
    assert neurosim(*words, "--out", "out").code == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--learners", "mlp,mlp"], "--learners is 'mlp,mlp'; accepted: different names"),
        (["--learners", "mpl"], "did you mean mlp"),
        (["--learners", "kmeans"], "learner 'kmeans' has no weight change of a single trial"),
        (["--shares", "half"], "--shares is 'half'; accepted: numbers"),
        (["--shares", "2"], "shares is [2.0]; accepted: numbers from 0 to 1"),
        (["--trials", "0"], "trials is 0; accepted: a whole number"),
    ],
)
def test_directions_says_what_is_wrong_in_one_line(neurosim: Any, words: list[str], message: str) -> None:
    """Before anything runs, and with no folder left behind."""
    said = neurosim("directions", "xor", *words, "--out", "out")
    assert said.code == 2 and message in said.err and said.err.count("\n") == 1
    assert not Path("out").exists()


def test_an_estimator_from_elsewhere_is_labelled_by_its_class() -> None:
    """Two of one name need labels in a file."""
    found = named_learners("mlp, estimator:sklearn.svm.SVC")
    assert found == {"mlp": {}, "SVC": {"kind": "estimator:sklearn.svm.SVC"}}
    with pytest.raises(InputError, match="classes of different names"):
        named_learners("estimator:a.SVC,estimator:b.SVC")
