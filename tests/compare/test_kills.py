"""A run that is killed at random moments and resumed ends in the results of one that was left alone."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import COMMAND, ENVIRONMENT
from tests.compare.runs import results

N_KILLS = 20
WORDS = [*COMMAND, "compare", "--task", "iris", "--learners", "mlp,stdp", "--seeds", "3", "--presentations", "3000",
         "--set", "learners.stdp.n_neurons=20"]  # fmt: skip


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*WORDS, "--out", str(folder), *words], env=ENVIRONMENT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def finish(folder: Path, *words: str) -> tuple[dict[str, Any], str, float]:
    """Run to the end; gives the results, the tidy table and the seconds it took."""
    began = time.monotonic()
    assert start(folder, *words).wait(timeout=600) == 0
    took = time.monotonic() - began
    assert not list(folder.rglob("*.part")) and not (folder / ".news").exists()
    return results(folder), (folder / "results.csv").read_text(), took


@pytest.mark.slow
def test_twice_with_two_processes_and_killed_at_20_moments(tmp_path: Path) -> None:
    """SIGKILL, to the process alone or to its whole group, at moments from its start to well after its end."""
    *alone, took = finish(tmp_path / "alone")
    *again, _ = finish(tmp_path / "again")
    *parallel, _ = finish(tmp_path / "parallel", "--jobs", "2")
    assert alone == again == parallel
    moments = random.Random(5)
    n_kills, n_at_work, n_whole = 0, 0, 0
    folder = tmp_path / "killed"
    while n_kills < N_KILLS:
        jobs = str(moments.choice((1, 2)))
        process = start(folder, "--resume", "--jobs", jobs)
        try:
            process.wait(timeout=moments.uniform(0.2, 0.6) * took)
        except subprocess.TimeoutExpired:
            kill = moments.choice((os.kill, os.killpg))
            kill(process.pid, signal.SIGKILL)
            n_kills += 1
            n_at_work += (folder / "cells").is_dir() and not (folder / "results.json").exists()
        if process.wait() == 0:
            assert [results(folder), (folder / "results.csv").read_text()] == alone
            shutil.rmtree(folder)
            n_whole += 1
    *resumed, _ = finish(folder, "--resume")
    assert resumed == alone
    assert n_at_work >= 5, "the moments met a run at work"
