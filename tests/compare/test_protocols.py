"""Protocols: noise on the input worked by hand, wrong fields, and a protocol of one's own under two conditions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.protocols.making import make_protocol
from neurosim.compare.protocols.noisy_input import NoisyInput
from neurosim.compare.protocols.work import Budget
from neurosim.compare.running.runner import run_experiment
from neurosim.data import Dataset, Split
from neurosim.errors import InputError
from neurosim.registry import open_registry
from neurosim.report.page import write_report
from tests.compare.stubs import Recorder, work
from tests.compare.test_summary import problems

PLUGIN = '''
"""How a learner answers when some of the features are hidden."""

from dataclasses import dataclass, replace

import numpy as np

from neurosim.compare.protocols.judging import judged
from neurosim.compare.protocols.learning import learn
from neurosim.compare.protocols.work import Findings


@dataclass(frozen=True)
class HiddenFeatures:
    share: float = 0.5

    def measures(self, asked):
        return (replace(asked[0], name="hidden", title="accuracy with hidden features"),)

    def run(self, work):
        curve, test = learn(work), work.split.test
        hidden = work.stream("noise").random(test.X.shape) < self.share
        answers = work.learner.predict(np.where(hidden, 0, test.X))
        values, items = judged(self.measures(work.measures), answers, test.labels)
        return Findings(values, items, curve=curve)


PLUGIN = {"protocols": {"hidden-features": HiddenFeatures}}
'''


class Threshold(Recorder):
    """Answers whether the first feature is above one half."""

    def partial_fit(self, X: np.ndarray, y: np.ndarray) -> Threshold:
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        self.calls.append(("predict", X[:, 0].tolist()))
        return (X[:, 0] > 0.5).astype(int)


def one_feature(values: list[float]) -> Split:
    X = np.array(values)[:, None]
    part = Dataset(X, (X[:, 0] > 0.5).astype(int), np.arange(len(X)))
    return Split(part, part, part)


def test_the_area_is_formed_for_each_item_before_anything_is_averaged() -> None:
    """Four samples, three levels: right or wrong at each level by the stream's own noise, weighted as a trapezoid."""
    split, seed = one_feature([0.05, 0.45, 0.55, 0.9]), 11
    found = NoisyInput((0.0, 0.2, 0.6)).run(work(Threshold(), seed, split, Budget(8, 1)))
    test = split.test
    right = [np.ones(4)]
    for number, level in ((1, 0.2), (2, 0.6)):
        noise = work(Threshold(), seed, split, Budget(8, 1)).stream("noise", number).normal(0, level, (4, 1))
        right.append(((np.clip(test.X + noise, 0, 1)[:, 0] > 0.5) == (test.labels == 1)).astype(float))
    area = (0.2 * (right[0] + right[1]) / 2 + 0.4 * (right[1] + right[2]) / 2) / 0.6
    assert found.items["accuracy-over-noise"] == pytest.approx(area, abs=1e-6)
    assert found.values["accuracy-over-noise"]["test"] == pytest.approx(area.mean())
    assert found.values["accuracy"]["test"] == 1.0 and found.items["accuracy"].dtype == bool
    assert 0 < area.mean() < 1, "noise turned some of the answers"
    series = found.series["noise"]
    assert series.x == (0.0, 0.2, 0.6) and series.y == pytest.approx([one.mean() for one in right])


def test_all_learners_of_a_seed_see_the_same_noise() -> None:
    """Whatever else they draw."""
    seen = []
    for role in ("learner", "control"):
        learner = Threshold(role)
        NoisyInput().run(work(learner, 5, one_feature([0.3, 0.7]), Budget(8, 1)))
        seen.append(learner.rows("predict")[-1])
    assert seen[0] == seen[1] != [0.3, 0.7]


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("noisy_input", {"levels": [0.1, 0.2]}, r"levels is \[0.1, 0.2\]; accepted: two numbers or more that rise"),
        ("noisy_input", {"levels": [0.0, 0.0]}, "rise from 0"),
        ("noisy_input", {"levels": ["high"]}, r"protocol.levels.0 is 'high'; accepted: input should be a valid number"),
        ("noisy_input", {"level": [0.0, 1.0]}, "protocol: field 'level' is unknown; did you mean levels"),
        ("trials", {"linear_probe": "perhaps"}, "protocol.linear_probe is 'perhaps'; accepted: "),
        ("directions", {"trials": 0}, "trials is 0; accepted: a whole number from 1"),
        ("noise", {}, "protocol 'noise' is unknown; did you mean noisy_input"),
    ],
)
def test_wrong_fields_are_named(kind: str, fields: dict[str, Any], said: str) -> None:
    """The field, the value, what would be accepted."""
    with pytest.raises(InputError, match=said):
        make_protocol(kind, fields)


def test_what_is_no_protocol_is_refused(tmp_path: Path) -> None:
    """A function, or a class without the two methods."""
    path = tmp_path / "none.py"
    path.write_text("PLUGIN = {'protocols': {'nothing': len}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="accepted: a frozen dataclass with methods measures and run"):
        make_protocol("nothing", {}, open_registry([path]))


def test_a_protocol_of_ones_own_under_two_conditions(tmp_path: Path) -> None:
    """One short file: two conditions, a contrast between them, a page; hiding more features costs accuracy."""
    plugin = tmp_path / "hidden.py"
    plugin.write_text(PLUGIN, encoding="utf-8")
    experiment = make_experiment(
        task="iris", n_seeds=2, presentations=600, controls=False,
        plugins=(str(plugin),), learners={"mlp": {"hidden_units": [12]}},
        protocol="hidden-features", conditions={"protocol.share": [0.0, 0.9]},
    )  # fmt: skip
    outcome = run_experiment(experiment, tmp_path / "run")
    assert outcome.summary is not None, outcome.failures
    assert problems(outcome.summary) == []
    seen, hidden = (condition["learners"]["mlp"] for condition in outcome.summary["conditions"])
    assert seen["test"]["mean"] > hidden["test"]["mean"] + 0.2 and hidden["validation"] is None
    assert outcome.summary["conditions"][0]["tested"] == "hidden"
    (change,) = outcome.summary["contrasts"]
    assert change["change"]["mean"] == pytest.approx(hidden["test"]["mean"] - seen["test"]["mean"])
    assert change["change"]["over"] == "folds" and "each fold" in change["unavailable"]["seeds_ci95"]
    page = write_report(tmp_path / "run").read_text(encoding="utf-8")
    assert "Accuracy with hidden features" in page and "2 conditions" in page
    assert (tmp_path / "run/figures/levels-1.svg").is_file()
