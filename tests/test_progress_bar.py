"""The progress bar: the run, the cells at work, how accurate they are, and the time left."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from neurosim import terminal
from neurosim.compare.running.progress import RunningCell, Standing
from neurosim.terminal import progress_bar

STANDING = Standing(
    finished=3,
    failed=1,
    total=16,
    running=(RunningCell("stdp/3", 0.4, 0.9124, 12.2), RunningCell("mlp/4", 0.0, None, None)),
    left_s=3725.0,
)


def drawn(monkeypatch: pytest.MonkeyPatch, standings: list[Standing], is_terminal: bool) -> str:
    """Show standings one after the other and give what came to the terminal, without colours."""
    written = io.StringIO()

    def console(**_: Any) -> Console:
        return Console(file=written, force_terminal=is_terminal, width=100, color_system=None)

    monkeypatch.setattr(terminal, "Console", console)
    with progress_bar("comparing") as show:
        for standing in standings:
            show(standing)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written.getvalue())


def test_the_run_and_each_running_cell_have_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With accuracy and time left where they are known; hours only where there are any."""
    text = drawn(monkeypatch, [STANDING], True)
    assert re.search(r"comparing .*3/16 cells, 1 failed +1:02:0[45] left", text)
    assert re.search(r"stdp/3 .*validation 0\.912 +0:12 left", text)
    (line,) = {line.rstrip() for line in re.split(r"[\r\n]", text) if "mlp/4" in line}
    assert "validation" not in line and "left" not in line


def test_the_line_of_a_finished_cell_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last picture shows what still runs."""
    text = drawn(monkeypatch, [STANDING, Standing(5, 1, 16, (RunningCell("mlp/5", 0.5, 0.7, 1.0),), 9.0)], True)
    last = text[text.rindex("comparing") :]
    assert "5/16 cells, 1 failed" in last and "mlp/5" in last and "stdp/3" not in last and "mlp/4" not in last


def test_nothing_is_drawn_into_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe or a file is no terminal."""
    assert drawn(monkeypatch, [STANDING], False) == ""
