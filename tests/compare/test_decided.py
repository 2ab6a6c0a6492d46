"""When a spiking network has decided: spike trains made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neurosim.compare.protocols.decision import first_spike_ms, input_share, timed
from neurosim.compare.summary.decision import NEVER_SPIKED, READ_AT_THE_END, decision_of
from neurosim.compare.words.takes import what_it_takes
from neurosim.data import SampleSpikes
from tests.compare.made_records import RATE, SPIKE, near, record, records, summary_of


def train(*spikes: tuple[float, int, str]) -> SampleSpikes:
    """Make the spikes of one sample: time in ms, unit, population."""
    times, units, names = zip(*spikes, strict=True) if spikes else ((), (), ())
    sizes = {"inputs": 5, "hidden": 4, "answers": 3}
    return SampleSpikes(np.array(times, float), np.array(units, int), np.array(names, dtype=object), sizes)


BUSY = train(
    (1.0, 0, "inputs"), (2.0, 0, "inputs"), (3.0, 4, "hidden"), (7.0, 2, "answers"), (7.0, 3, "inputs"),
    (5.0, 1, "answers"), (9.0, 0, "inputs"), (11.0, 3, "inputs"),
)  # fmt: skip
SILENT = train((1.0, 2, "inputs"), (4.0, 2, "hidden"), (6.0, 1, "inputs"))
AT_ONCE = train((5.0, 1, "inputs"), (5.0, 0, "answers"), (5.5, 1, "inputs"), (30.0, 0, "answers"))


class Spiking:
    """Answers each of the made trains by the sample's number."""

    answer_population, presentation_ms = "answers", 20.0

    def spikes(self, X: Any) -> SampleSpikes:
        return (BUSY, SILENT, AT_ONCE)[int(X[0, 0])]


SAMPLES = np.array([[0.0], [1.0], [2.0]])


def test_first_spikes_and_input_shares_by_hand() -> None:
    """The earliest of the answering neurons, in whatever order spikes come; inputs at that time have come."""
    assert [first_spike_ms(one, "answers") for one in (BUSY, AT_ONCE)] == [5.0, 5.0]
    assert first_spike_ms(BUSY, "hidden") == 3.0 and np.isnan(first_spike_ms(SILENT, "answers"))
    assert input_share(BUSY, 5.0) == 2 / 5 and input_share(BUSY, 7.0) == 3 / 5 and input_share(BUSY, 0.5) == 0
    assert input_share(AT_ONCE, 5.0) == 1 / 2
    assert input_share(SILENT, float("nan")) == 1.0
    assert input_share(train((3.0, 0, "answers")), 3.0) == 1.0, "no input spikes at all"


def test_a_silent_sample_has_no_time_and_takes_all_its_input() -> None:
    """NaN and 1; the busiest input fires three times in 20 ms, 150 times a second."""
    found = timed(Spiking(), SAMPLES)  # type: ignore[arg-type]
    np.testing.assert_array_equal(found["decision_ms"], np.array([5.0, np.nan, 5.0], np.float32))
    np.testing.assert_allclose(found["decision_share"], [0.4, 1.0, 0.5])
    assert found["busiest_input_hz"].tolist() == [150.0]


def test_who_answers_otherwise_is_not_timed() -> None:
    """No answering population, no samples, no spikes to be seen; without a duration there is no rate of inputs."""

    class Counting(Spiking):
        answer_population = ""

    class Blind(Spiking):
        def spikes(self, X: Any) -> SampleSpikes:
            raise NotImplementedError

    class Open(Spiking):
        presentation_ms = None  # type: ignore[assignment]

    for learner in (Counting(), Blind()):
        assert timed(learner, SAMPLES) == {}  # type: ignore[arg-type]
    assert timed(Spiking(), SAMPLES[:0]) == {}  # type: ignore[arg-type]
    assert set(timed(Open(), SAMPLES)) == {"decision_ms", "decision_share"}  # type: ignore[arg-type]


def seen(ms: list[float], share: list[float], hz: float, **settings: Any) -> dict[str, Any]:
    arrays = {"decision_ms": np.array(ms, np.float32), "decision_share": np.array(share, np.float32)}
    return {"arrays": arrays | {"busiest_input_hz": np.array([hz], np.float32)}, "settings": settings}


def test_decisions_are_averaged_over_samples_and_seeds() -> None:
    """Median time of those that were decided, mean share of all, the highest rate."""
    made = [
        record("a", 0, 0.9, SPIKE, **seen([5, np.nan, 9], [0.25, 1, 0.5], 150, presentation_ms=20.0)),
        record("a", 1, 0.9, SPIKE, **seen([6, 40], [0.5, 0.75], 180, presentation_ms=20.0)),
    ]
    found, missing = decision_of(made)
    assert found == near({"ms": 7.5, "presentation_ms": 20.0, "input_share": 0.6, "busiest_input_hz": 180.0})
    assert missing == {}
    unlike = [made[0], replace(made[1], settings={"presentation_ms": 30.0})]
    assert decision_of(unlike)[1] == {"decision.presentation_ms": "the learner does not say"}


def test_nothing_timed_is_none_with_its_reason() -> None:
    """Read at the end, or no neuron spiked; a seed without what the others have counts as none."""
    assert decision_of(records("a", [0.9, 0.8], SPIKE)) == (None, {"decision": READ_AT_THE_END})
    silent = records("a", [0.1], SPIKE, **seen([np.nan, np.nan], [1, 1], 90))
    assert decision_of(silent) == (None, {"decision": NEVER_SPIKED})
    half = [*silent, *records("a", [0.1], SPIKE)]
    assert decision_of(half)[0] is None


def test_it_is_said_when_the_answer_is_out() -> None:
    """In the row of what an answer takes, set against the rate learner."""
    summary = summary_of({"mlp": ([0.9, 0.8], RATE), "stdp": ([0.8, 0.7], SPIKE)})
    assert summary["learners"]["mlp"]["decision"] is None
    assert what_it_takes(summary) == [
        "An answer of `stdp` takes 2.0 times the operations of `mlp` (5,000 additions against 2,500 multiplications)."
    ]
    summary["learners"]["stdp"]["decision"] = {
        "ms": 7.4, "presentation_ms": 20.0, "input_share": 0.6, "busiest_input_hz": 180.0
    }  # fmt: skip
    assert what_it_takes(summary)[1:] == [
        "Answers are out: `stdp` after 7 of 20 ms and 60 % of its input spikes."
    ]  # fmt: skip
    summary["learners"]["stdp"]["decision"]["ms"] = 24.6
    assert "`stdp` after 25 ms and" in what_it_takes(summary)[1], "after the presentation, whatever its length"
    summary["learners"]["stdp"]["operations"]["inference"]["per_presentation"] = None
    assert what_it_takes(summary) == [
        "Multiplications an answer: `mlp` 2,500.", "What an answer takes `stdp` was not counted."
    ]  # fmt: skip


def test_those_that_take_as_much_are_named_together() -> None:
    """What they take is said once; whoever takes another number has it beside his name."""
    summary = summary_of(
        {name: ([0.9, 0.8], RATE if name == "mlp" else SPIKE) for name in ("mlp", "one", "two", "less")}
    )
    summary["learners"]["less"]["operations"]["inference"]["per_presentation"]["effective"] = 2000
    for label, ms in (("one", 7.0), ("two", 9.0)):
        summary["learners"][label]["decision"] = {
            "ms": ms, "presentation_ms": 20.0, "input_share": 0.5, "busiest_input_hz": 180.0
        }  # fmt: skip
    assert what_it_takes(summary) == [
        "An answer of `one` and `two` takes 2.0 times the operations of `mlp` (5,000 additions against 2,500 "
        "multiplications), of `less` 0.8 times.",
        "Answers are out: `one` after 7 of 20 ms and 50 % of its input spikes and `two` after 9 of 20 ms and 50 %.",
    ]


@pytest.mark.parametrize("ms", [np.nan, 3.0])
def test_the_row_matches_the_schema(ms: float) -> None:
    """With a decision and without."""
    from tests.compare.test_summary import problems

    summary = summary_of({"stdp": ([0.9, 0.8], SPIKE)}, **seen([ms, ms], [0.5, 1], 90, presentation_ms=20.0))
    assert problems(summary) == [] and (summary["learners"]["stdp"]["decision"] is None) is bool(np.isnan(ms))
