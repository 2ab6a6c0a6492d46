"""What happens to a run when its surroundings fail: a killed process, a full disk, a second run in the same folder."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neurosim.compare.running import files
from neurosim.compare.running.progress import Standing
from neurosim.compare.running.runner import run_experiment
from neurosim.compare.running.store import Store
from neurosim.errors import InputError, RunStopped
from tests.command import ENVIRONMENT
from tests.compare.runs import fast, results

PLUGIN = """
import os
import signal
from pathlib import Path

from neurosim.learners.controls.majority import Majority


class Doomed(Majority):
    '''Its process is killed, as if for want of memory, as long as a file beside this one is missing.'''

    def _learn(self, X, codes):
        remedy = Path(__file__).with_name(f"remedy-{self.random_state}")
        if self.random_state in (4, 5) and not remedy.exists():
            if self.random_state == 4:
                remedy.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._learn(X, codes)


PLUGIN = {"learners": {"doomed": Doomed}}
"""


def test_a_killed_process_costs_its_own_cell_only(tmp_path: Path) -> None:
    """Seed 5 kills its process whenever it runs; seed 4 only once, and is run again, as are innocent neighbours."""
    plugin = tmp_path / "doomed.py"
    plugin.write_text(PLUGIN)
    experiment = fast(learners={"doomed": {}}, controls=False, plugins=[str(plugin)], n_seeds=6, first_seed=2)
    told: list[Standing] = []
    outcome = run_experiment(experiment, tmp_path / "run", jobs=2, report=told.append)
    assert outcome.failures == {"doomed/5": "RuntimeError: its process died (killed, or out of memory)"}
    cells = tmp_path / "run/cells/default/doomed"
    assert sorted(path.name for path in cells.iterdir()) == ["2", "3", "4", "6", "7"]
    assert (told[-1].finished, told[-1].failed, told[-1].running) == (5, 1, ())
    assert not (tmp_path / "run/.news").exists()
    (tmp_path / "remedy-5").touch()
    assert run_experiment(experiment, tmp_path / "run", resume=True).failures == {}
    run_experiment(experiment, tmp_path / "whole")
    assert results(tmp_path / "run") == results(tmp_path / "whole")


def full_after(monkeypatch: pytest.MonkeyPatch, n_files: int) -> None:
    """Let the disk be full after some files."""
    written = 0

    def fsync(handle: int) -> None:
        nonlocal written
        written += 1
        if written > n_files:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", fsync)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give the results of the small experiment, run without any disturbance."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    run_experiment(fast(), folder)
    return results(folder)


@pytest.mark.parametrize(
    ("n_files", "jobs"),
    [(1, 1), (9, 2), (49, 1), *(pytest.param(n, k, marks=pytest.mark.slow) for n, k in ((12, 1), (50, 2)))],
)
def test_a_full_disk_stops_the_run_and_resuming_ends_in_the_same_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: dict[str, Any], jobs: int, n_files: int
) -> None:
    """It is said which file could not be written; nothing half-written is left; what was finished is kept."""
    with monkeypatch.context() as patch:
        full_after(patch, n_files)
        with pytest.raises(RunStopped, match=r"cannot be written: No space left on device; --resume goes on"):
            run_experiment(fast(), tmp_path / "run", jobs=jobs)
    assert not list((tmp_path / "run").rglob("*.part")) and not (tmp_path / "run/.news").exists()
    finished = list((tmp_path / "run").glob("cells/*/*/*"))
    # The first file is the experiment, then three a cell.
    assert len(finished) == min((n_files - 1) // 3, 16)
    run_experiment(fast(), tmp_path / "run", resume=True, jobs=jobs)
    assert results(tmp_path / "run") == whole


def test_a_full_disk_at_the_start_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is the folder that was chosen badly."""
    full_after(monkeypatch, 0)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        run_experiment(fast(), tmp_path / "run")


def test_a_full_disk_is_exit_code_1(neurosim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one line."""
    full_after(monkeypatch, 5)
    said = neurosim("compare", "--task", "xor", "--learners", "mlp", "--seeds", "1", "--presentations", "20")
    assert said.code == 1 and said.out == "" and said.err.count("\n") == 1
    assert "No space left on device; --resume goes on" in said.err


def test_one_run_at_a_time_writes_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this process nor another one is let in, and nothing changes, until the first run is over."""
    store = Store(tmp_path / "run", fast(), resume=False)
    before = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*")}
    with pytest.raises(InputError, match="is in use by another process; accepted: wait for it, or another folder"):
        run_experiment(fast(), tmp_path / "run", resume=True)
    code = (
        "import sys\nfrom pathlib import Path\nfrom neurosim.compare.running.claim import claim_folder\n"
        "from neurosim.errors import InputError\n"
        "folder = Path(sys.argv[1])\n"
        "try:\n    claim_folder(folder, (folder / 'experiment.toml').read_text(), True)\n"
        "except InputError as error:\n    sys.exit(str(error))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    other = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert other.returncode == 1 and "in use by another process" in other.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "run").rglob("*")} == before
    store.close()
    assert subprocess.run(command, capture_output=True, env=ENVIRONMENT).returncode == 0
    assert run_experiment(fast(), tmp_path / "run", resume=True).failures == {}


def test_what_a_killed_run_left_half_written_is_removed(tmp_path: Path) -> None:
    """Also where it was killed before it had written down what it runs."""
    folder = tmp_path / "run"
    (folder / "cells/default/mlp/.3.999.part").mkdir(parents=True)
    (folder / ".news").mkdir()
    for name in (".experiment.toml.999.part", ".results.json.999.part", "cells/default/mlp/.3.999.part/record.json"):
        (folder / name).write_text("{")
    with pytest.raises(InputError, match="holds something else"):
        Store(folder, fast(), resume=True)
    (folder / "experiment.toml").write_text("")
    with pytest.raises(InputError, match="holds another experiment"):
        Store(folder, fast(), resume=True)
    assert (folder / ".news").exists()
    Store(tmp_path / "fresh", fast(), resume=True).close()
    (folder / "experiment.toml").write_bytes((tmp_path / "fresh/experiment.toml").read_bytes())
    Store(folder, fast(), resume=True).close()
    assert {path.name for path in folder.iterdir()} == {".lock", "cells", "experiment.toml"}
    assert not list((folder / "cells").rglob("*.part"))
    (tmp_path / "early").mkdir()
    (tmp_path / "early/.experiment.toml.999.part").write_text("na")
    Store(tmp_path / "early", fast(), resume=True).close()
    assert {path.name for path in (tmp_path / "early").iterdir()} == {".lock", "experiment.toml"}


def test_results_of_a_run_that_fails_later_are_those_of_its_last_success(tmp_path: Path) -> None:
    """A summary is replaced whole or not at all."""
    run_experiment(fast(), tmp_path / "run")
    text = (tmp_path / "run/results.json").read_text()
    assert json.loads(text)["n_seeds"] == 2
    with pytest.raises(InputError):
        files.write_text(tmp_path / "run/results.json/x", "")
    assert (tmp_path / "run/results.json").read_text() == text
