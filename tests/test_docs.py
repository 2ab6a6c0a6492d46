"""What the documents show is run: code blocks do what the text beside them says."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from neurosim.compare.summary.comparison import views_of

ROOT = Path(__file__).resolve().parents[1]


def _blocks(document: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)


def _neurosim(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "neurosim", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_new_task_in_one_file_is_listed_and_runs(tmp_path: Path) -> None:
    (tmp_path / "ring.py").write_text(_blocks("docs/tasks.md")[0], encoding="utf-8")
    listed = _neurosim(tmp_path, "list", "tasks", "--plugin", "ring.py")
    assert re.search(r"^ring +is a point inside the ring\?$", listed, re.MULTILINE)
    words = [
        "compare",
        "--task",
        "ring",
        "--learners",
        "mlp",
        "--seeds",
        "2",
        "--plugin",
        "ring.py",
        "--out",
        "out",
        "--json",
    ]
    (summary,) = views_of(json.loads(_neurosim(tmp_path, *words)))
    # Points inside the ring cannot be told by a line, but by a hidden layer.
    assert summary["learners"]["mlp"]["test"]["mean"] > summary["controls"]["raw-linear"]["test"]["mean"] + 0.1
    assert next(iter(summary["provenance"]["plugins"].values()))


def test_the_exclusive_or_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(_blocks("docs/xor.md")[0], "docs/xor.md", "exec"), {})
    predicted, loss = capsys.readouterr().out.splitlines()
    assert predicted == "[0 1 1 0]"
    assert float(loss) < 0.01


@pytest.mark.slow
def test_the_readmes_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    comparison, learner = _blocks("README.md")
    exec(compile(comparison.replace('"n_seeds": 10', '"n_seeds": 2, "presentations": 3000'), "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 seeds are too few")
    for label, line in zip(("mlp", "stdp", "rstdp"), lines[1:], strict=True):
        assert re.fullmatch(rf"{label} +0\.\d{{3}}, 95 % interval [\d.]+ to [\d.]+", line)
    exec(compile(learner, "README.md", "exec"), {})
    assert float(capsys.readouterr().out) > 0.95
    monkeypatch.chdir(ROOT)


def test_the_spiking_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    circuit, alone, at_once, own = _blocks("docs/spiking.md")
    exec(compile(circuit, "docs/spiking.md", "exec"), {})
    ran, frozen, restored = capsys.readouterr().out.splitlines()
    n_spikes, change = re.fullmatch(r"(\d+) spikes; mean change ([\d.]+)", ran).groups()
    assert int(n_spikes) > 10 and float(change) > 0.1
    assert (frozen, restored) == ("frozen: True", "as it was: True")
    exec(compile(alone + at_once, "docs/spiking.md", "exec"), {})
    shown, equal = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\(8, 4\) [1-9]\d+ spikes", shown) and equal == "the same spikes: True"
    exec(compile(own, "docs/spiking.md", "exec"), {})
    n_spikes, weight = re.fullmatch(r"(\d+) spikes; mean weight ([\d.]+)", capsys.readouterr().out.strip()).groups()
    assert int(n_spikes) > 5 and 0 < float(weight) < 0.1


@pytest.mark.parametrize("name", ["learning_rule_or_unit", "learning_rule_or_unit_few_spikes"])
def test_the_documents_have_tables_of_the_first_experiment(name: str) -> None:
    """Filled, with many spikes and with few."""
    text = (ROOT / "docs/measured.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"<!-- {name}: [a-z, ]+ -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert block.count("| told the label |") == 3


def _drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_structure", ROOT / "docs" / "draw_structure.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_structure_is_that_of_the_code() -> None:
    """Rooms and imports as they are; `python docs/draw_structure.py` draws them anew."""
    drawing = _drawing()
    assert drawing.PICTURE.read_text(encoding="utf-8") == drawing.drawn(), "run python docs/draw_structure.py"
    imports = drawing.rooms_and_imports()
    assert "snn" in imports["learners"] and "learners" not in imports["snn"]
    ranks = drawing.ranks(imports)
    assert all(ranks[other] < ranks[room] for room, others in imports.items() for other in others)
    assert ranks["coding"] == ranks["learners"] - 1, "close to whoever imports it"


def test_a_way_that_no_import_carries_is_not_drawn() -> None:
    """Tasks and spikes know nothing of each other."""
    drawing = _drawing()
    with pytest.raises(ValueError, match="no import joins tasks and snn"):
        drawing.drawn([drawing.Step("tasks", "snn", "samples")])
    with pytest.raises(ValueError, match="in a circle: a, b"):
        drawing.ranks({"a": ["b"], "b": ["a"], "c": []})


def test_the_walk_names_files_that_exist() -> None:
    """A newcomer who opens what is named finds it."""
    walk = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## A walk")[1].split("\n## ")[0]
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)+(?:\.py|/))`", walk)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / "neurosim" / name).exists()] == []


def test_the_measure_of_the_page_on_tasks_is_one() -> None:
    """It is a mean over items, and nobody who does not look does better than it says."""
    found: dict[str, Any] = {}
    exec(compile(_blocks("docs/tasks.md")[1], "docs/tasks.md", "exec"), found)
    (name, measure), *_ = found["PLUGIN"]["metrics"].items()
    answers, targets = np.array([1, 2, 5, 7]), np.array([1, 3, 3, 9])
    assert (name, measure.value(answers, targets)) == ("within-one", 0.5)
    assert measure.chance(targets) == 0.5, "always 3 is right twice"
