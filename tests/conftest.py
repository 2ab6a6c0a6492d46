"""What holds for every test: global state stays as it was, and data that are not at hand are skipped with a reason."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim import cli
from tests.command import RING, Said
from tests.ledger import Ledger


def pytest_configure(config: pytest.Config) -> None:
    """Keep a ledger of seconds; let Ctrl-C be heard, which a shell's background work ignores, and children inherit."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger())
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def unchanged_surroundings() -> Iterator[None]:
    """Fail a test that leaves NumPy's global random state or the working folder changed, and put both back."""
    folder, state = Path.cwd(), np.random.get_state()
    yield
    left, now = Path.cwd(), np.random.get_state()
    os.chdir(folder)
    np.random.set_state(state)
    assert left == folder, f"the test left the working folder at {left}"
    unchanged = all(np.array_equal(a, b) for a, b in zip(state, now, strict=True))
    assert unchanged, "the test changed NumPy's global random state"


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """Give the folder that NEUROSIM_DATA names, as it was when the tests began; skip where there is none."""
    given = os.environ.get("NEUROSIM_DATA")
    if not given:
        pytest.skip("NEUROSIM_DATA is not set: no MNIST files at hand")
    folder = Path(given)
    lacking = [name for name in ("mnist", "fashion-mnist") if not (folder / name).is_dir()]
    if lacking:
        pytest.skip(f"the folder that NEUROSIM_DATA names lacks {' and '.join(lacking)}")
    return folder


@pytest.fixture
def mnist_data(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the MNIST files the ones that are found; gives their folder."""
    monkeypatch.setenv("NEUROSIM_DATA", str(mnist_folder.resolve()))
    return mnist_folder


@pytest.fixture
def neurosim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Give a function that runs a command in this process, in an empty folder with a plugin beside it."""
    (tmp_path / "ring.py").write_text(RING)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["neurosim", *words])
        with pytest.raises(SystemExit) as leaving:
            cli.main()
        return Said(int(leaving.value.code or 0), *capfd.readouterr())

    return run
