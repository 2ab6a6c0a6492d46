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


def at_work(folder: Path) -> bool:
    return (folder / "cells").is_dir() and not (folder / "results.json").exists()


def wait_for_cells(process: subprocess.Popen[bytes], folder: Path) -> None:
    while process.poll() is None and not at_work(folder):
        time.sleep(0.02)


@pytest.mark.slow
def test_twice_with_two_processes_and_killed_at_20_moments(tmp_path: Path) -> None:
    """SIGKILL, to the process alone or to its whole group: at any moment, and at moments when cells are at work."""
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
        if n_kills % 2:
            # How long a start takes differs between machines and moments; that cells are at work can be seen.
            wait_for_cells(process, folder)
            longest = 0.2 * took
        else:
            longest = 0.6 * took
        try:
            process.wait(timeout=moments.uniform(0.0, longest))
        except subprocess.TimeoutExpired:
            kill = moments.choice((os.kill, os.killpg))
            kill(process.pid, signal.SIGKILL)
            n_kills += 1
            n_at_work += at_work(folder)
        if process.wait() == 0:
            assert [results(folder), (folder / "results.csv").read_text()] == alone
            shutil.rmtree(folder)
            n_whole += 1
    *resumed, _ = finish(folder, "--resume")
    assert resumed == alone
    assert n_at_work >= 5, "the moments met a run at work"
