"""What tuning took is what digits is compared with: its settings and the marked tables of experiments are the logs'."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from neurosim.compare.experiment.task_settings import SETTINGS, settings_of
from neurosim.compare.running.choosing import DIFFERENT
from neurosim.learners import make_learner
from neurosim.registry import open_registry

FOLDER = Path(__file__).resolve().parents[1] / "experiments"
sys.path.insert(0, str(FOLDER / "tuning"))
import take  # noqa: E402

sys.path.pop(0)

MARKED = sorted(path for path in FOLDER.glob("*.toml") if take.MARK.search(path.read_text(encoding="utf-8")))
LOGS = sorted((FOLDER / "tuning").glob("digits-*.json"))


def test_the_settings_of_digits_are_what_the_logs_took() -> None:
    """To the letter, as the script writes them; every learner takes them."""
    text = (SETTINGS / "digits.toml").read_text(encoding="utf-8")
    assert text == take.settings_text() and text.count("[learners.") > 10
    for label, values in settings_of("digits").learners.items():
        make_learner(label, open_registry(), **{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
        assert take.taken(label) == values
    assert DIFFERENT == 1.0


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_marked_tables_of_experiments_are_what_the_logs_took(path: Path) -> None:
    """Filling them anew changes nothing, and each of them holds what was taken."""
    text = path.read_text(encoding="utf-8")
    assert take.filled(text) == text
    learners = tomllib.loads(text)["learners"]
    names = [match[2] for match in take.MARK.finditer(text)]
    assert names
    for name in names:
        assert any(take.taken(name).items() <= table.items() for table in learners.values()), name


def test_filling_keeps_what_stands_above_a_mark_and_drops_what_stands_below() -> None:
    """By hand, on a table with another value below the mark."""
    values = take.taken("mlp")
    text = "[learners.mlp]\nhidden_units = [7]\n# tuned: mlp\nlearning_rate = 99.0\nold = 3\n\n[learners.b]\nx = 1\n"
    found = take.filled(text)
    assert tomllib.loads(found)["learners"] == {"mlp": {"hidden_units": [7]} | values, "b": {"x": 1}}
    assert "99.0" not in found and "old" not in found and take.filled(found) == found


def test_there_is_something_marked() -> None:
    """So that the tests above do not pass for want of marks."""
    assert len(MARKED) >= 3 and len(LOGS) >= 20


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_what_a_log_took_is_tied_with_its_best(path: Path) -> None:
    """It was tried with most seeds, did not fail, and nobody else's log is behind it."""
    log = json.loads(path.read_text(encoding="utf-8"))
    taken = [one for one in log["trials"] if one["parameters"] == log["taken"]]
    assert log["task"] == "digits" and any(one["tied_with_best"] and not one["error"] for one in taken)
    assert max(len(one["validation"]) for one in taken) == log["n_seeds"]
