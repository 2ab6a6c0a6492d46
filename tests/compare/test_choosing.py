"""Which configuration tuning takes: standard errors, ties and distances by hand, further seeds, going on from a
folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosim.compare.running import tuning
from neurosim.compare.running.choosing import (
    Judged,
    Trial,
    distance,
    standard_error,
    tied_with_best,
    winner,
)
from neurosim.compare.running.tuning import log_of, tune
from neurosim.errors import InputError
from neurosim.registry import open_registry
from neurosim.tasks import load_task
from tests.compare.made_records import near


def on_own_items(values: Sequence[float], groups: Sequence[str] = ()) -> tuple[Judged, ...]:
    """Judge by two items a seed that no other seed has."""
    return tuple(
        Judged(
            9000 + k,
            np.array([value - 0.125, value + 0.125]),
            np.array([2 * k, 2 * k + 1]),
            (groups[k],) if groups else (),
        )
        for k, value in enumerate(values)
    )


def on_shared_items(table: Any) -> tuple[Judged, ...]:
    """Judge by the same items for each seed."""
    numbers = np.asarray(table, float)
    return tuple(Judged(9000 + k, row, np.arange(10, 10 + len(row))) for k, row in enumerate(numbers))


def trial(*values: float, **parameters: Any) -> Trial:
    return Trial(parameters, on_own_items(values))


# -- the standard error -------------------------------------------------------------------------------------------


def test_over_shared_items_it_is_of_seeds_and_items() -> None:
    """By hand for two seeds and three items: mean squares 24 between seeds, 14 between items, 2 left, of six
    numbers."""
    judged = on_shared_items([[1.0, 4.0, 4.0], [3.0, 8.0, 10.0]])
    assert standard_error(judged) == near(np.sqrt((24 + 14 - 2) / 6))
    assert Trial({}, judged).score == 5 and Trial({}, judged).standard_error == standard_error(judged)
    # Of a difference, item by item: what both have in common is no doubt.
    other = on_shared_items([[1.5, 4.5, 4.5], [3.5, 8.5, 10.5]])
    assert standard_error(judged, other) == near(0)


def test_over_own_items_it_is_of_seeds() -> None:
    """0.9, 0.92 and 0.85 have a standard error of 0.0208: their items stand in them."""
    assert standard_error(on_own_items([0.90, 0.92, 0.85])) == near(np.std([0.90, 0.92, 0.85], ddof=1) / np.sqrt(3))


def test_seeds_that_share_a_group_count_as_one() -> None:
    """Seeds 0, 3 and 5 validate on one writer: two clusters of three and one of the third, by hand."""
    values, writers = [0.90, 0.80, 0.86, 0.92, 0.82, 0.88], ["a", "b", "c", "a", "b", "a"]
    mean = np.mean(values)
    sums = [sum(v - mean for v, w in zip(values, writers, strict=True) if w == name) for name in "abc"]
    expected = np.sqrt(sum(one**2 for one in sums) / 6**2 * 3 / 2)
    found = standard_error(on_own_items(values, writers))
    assert found == near(expected) and found is not None
    assert found > 1.3 * (standard_error(on_own_items(values)) or 1)


def test_what_cannot_be_told_is_none() -> None:
    """Nothing, one seed with own items and one item, seeds of one group; one seed on several items has theirs."""
    assert standard_error(()) is None
    assert standard_error(on_shared_items([[0.3]])) is None
    assert standard_error(on_own_items([0.3, 0.4], ["a", "a"])) is None
    assert standard_error(on_shared_items([[0.2, 0.4, 0.9]])) == near(np.std([0.2, 0.4, 0.9], ddof=1) / np.sqrt(3))
    failed = Trial({}, (), "refused")
    assert failed.standard_error is None and np.isnan(failed.score) and failed.rank == -np.inf


# -- ties ---------------------------------------------------------------------------------------------------------

SPACE: dict[str, Any] = {
    "rate": {"low": 0.001, "high": 0.1, "log": True},
    "share": {"low": 0.0, "high": 0.5},
    "rule": ["one", "other", "third"],
    "size": [4, 8, 16],
}
DEFAULTS = {"rate": 0.01, "share": 0.1, "rule": "one", "size": 8, "fixed": 3}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, 0.0),
        (DEFAULTS, 0.0),
        # Half of two tenfolds, whichever way.
        ({"rate": 0.1}, 0.5),
        ({"rate": 0.001}, 0.5),
        ({"share": 0.35}, 0.5),
        # Of choices without an order one is as far as another; ordered ones by their range of 4 to 16.
        ({"rule": "other"}, 1.0),
        ({"rule": "third"}, 1.0),
        ({"size": 16}, 8 / 12),
        ({"size": 4}, 4 / 12),
        ({"rate": 0.1, "share": 0.35, "rule": "other", "size": 4}, 2 + 4 / 12),
        # What is not drawn does not count.
        ({"fixed": 99}, 0.0),
    ],
)
def test_distance_by_hand(parameters: dict[str, Any], expected: float) -> None:
    """Each parameter by its range, numbers drawn by their logarithm by that."""
    assert distance(parameters, SPACE, DEFAULTS) == near(expected)


def test_of_those_tied_the_nearest_to_the_defaults_wins() -> None:
    """By 0.01, which is less than a standard error; the better of two that are as near."""
    wobbling = (0.00, 0.03, -0.03)
    best = trial(0.90, 0.92, 0.91, rate=0.1, rule="other")
    near_by = trial(*(0.90 + w for w in wobbling), rate=0.012)
    as_near = trial(*(0.905 + w for w in wobbling), rate=0.01**2 / 0.012)
    far_behind = trial(0.70, 0.72, 0.71)
    trials = [best, near_by, far_behind]
    assert tied_with_best(trials) == [best, near_by]
    assert winner(trials, SPACE, DEFAULTS) is near_by
    assert winner([best, near_by, as_near, far_behind], SPACE, DEFAULTS) is as_near
    assert winner([near_by, as_near, best], SPACE, DEFAULTS) is as_near, "whatever the order"


@pytest.mark.parametrize(
    ("scores", "wins"),
    [((0.90, 0.92, 0.95), True), ((0.90, 0.92, 0.84), False), ((0.891, 0.913, 0.888), False)],
)
def test_the_defaults_stay_unless_the_best_is_ahead_by_a_standard_error(scores: tuple[float, ...], wins: bool) -> None:
    """Differences from (0.88, 0.90, 0.90): means 0.030, -0.007 and 0.004; standard errors 0.010, 0.027 and 0.008."""
    trials = [trial(*scores, rate=0.05), trial(0.88, 0.90, 0.90)]
    assert (winner(trials, SPACE, DEFAULTS).parameters == {"rate": 0.05}) is wins


def test_one_value_shows_no_spread_and_what_failed_never_wins() -> None:
    """Nor is the first tried taken before something that ran."""
    one = Trial({"rate": 0.05}, on_shared_items([[0.9]])), Trial({}, on_shared_items([[0.8]]))
    assert winner(one, SPACE, DEFAULTS).parameters == {}
    failed = Trial({}, (), "refused")
    assert tied_with_best([failed]) == [] and winner([failed], SPACE, DEFAULTS) is failed
    assert winner([failed, one[0]], SPACE, DEFAULTS) is one[0]


def test_what_was_dropped_after_the_first_seeds_cannot_win() -> None:
    """Not even with a higher mean: the others went on because it had fallen behind by then."""
    dropped = trial(0.99, 0.98)
    going_on = [trial(0.90, 0.92, 0.91, 0.90, rate=0.05), trial(0.90, 0.92, 0.89, 0.93, rate=0.02)]
    assert dropped not in tied_with_best([dropped, *going_on])
    assert winner([dropped, *going_on], SPACE, DEFAULTS) in going_on


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(0, 10**6))
def test_the_order_of_trials_decides_nothing(scores: list[list[int]], seed: int) -> None:
    """The best is among the tied, the winner too, and both are the same for every order."""
    rng = np.random.default_rng(seed)
    trials = [trial(*(value / 20 for value in values), rate=float(0.001 * 1.3**k)) for k, values in enumerate(scores)]
    trials = [one for k, one in enumerate(trials) if one.score not in {other.score for other in trials[:k]}]
    tied = tied_with_best(trials)
    assert max(trials, key=lambda one: one.score) in tied and winner(trials, SPACE, DEFAULTS) in tied
    mixed = [trials[k] for k in rng.permutation(len(trials))]
    assert set(map(id, tied_with_best(mixed))) == set(map(id, tied))
    assert winner(mixed, SPACE, DEFAULTS) is winner(trials, SPACE, DEFAULTS)


# -- further seeds, and going on ----------------------------------------------------------------------------------

CHOICES = {"inverse_penalty": [0.0001, 0.9, 1.1]}


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, int]]:
    """Count what is trained."""
    seen: list[tuple[Any, int]] = []

    def counting(work: Any) -> Any:
        seen.append((work.learner.get_params()["inverse_penalty"], work.seed))
        return learn(work)

    learn = tuning.learn
    monkeypatch.setattr(tuning, "learn", counting)
    return seen


def tuned(n_configurations: int = 5, first: int = 2, last: int | None = 4, kept: Path | None = None) -> list[Trial]:
    return tune(
        load_task("iris"), "raw-linear", open_registry(), n_configurations, first, presentations=200, space=CHOICES,
        n_last_seeds=last, kept=kept,
    )  # fmt: skip


def test_only_those_tied_with_the_best_go_on(learned: list[tuple[Any, int]]) -> None:
    """All with two seeds, those tied with four, of which the first two are not learned again."""
    trials = tuned()
    lengths = [len(one.judged) for one in trials]
    assert set(lengths) == {2, 4} and lengths == sorted(lengths, reverse=True)
    assert len(learned) == len(trials) * 2 + 2 * lengths.count(4)
    for one in trials:
        assert [judged.seed for judged in one.judged] == list(range(9000, 9000 + len(one.judged)))
        assert one.parameters.get("inverse_penalty") != 0.0001 or len(one.judged) == 2, "underfits by far"
    log = log_of(trials, winner(trials, CHOICES, {"inverse_penalty": 1.0}))
    assert log["n_seeds"] == 4
    assert all(len(one["validation"]) == 4 for one in log["trials"] if one["tied_with_best"])
    assert log["taken"] in [one["parameters"] for one in log["trials"] if one["tied_with_best"]]


def test_a_single_best_needs_no_further_seeds(learned: list[tuple[Any, int]]) -> None:
    """Nor does anybody where no more are asked for; fewer than the first are refused."""
    assert len(tuned(1)[0].judged) == 2 and len(learned) == 2
    assert {len(one.judged) for one in tuned(3, 2, None)} == {2}
    with pytest.raises(InputError, match=r"last_seeds is 1; accepted: 2 \(the first seeds\) or more"):
        tuned(3, 2, 1)


def test_going_on_from_what_was_kept_trains_nothing_again(learned: list[tuple[Any, int]], tmp_path: Path) -> None:
    """The same trials, bit by bit, and none trained; half of the folder lost, that half alone is trained."""
    first = tuned(kept=tmp_path)
    n_learned, files = len(learned), sorted(tmp_path.iterdir())
    distinct = len(set(learned))
    assert n_learned >= distinct == len(files) and {path.suffix for path in files} == {".npy"}
    learned.clear()
    again = tuned(kept=tmp_path)
    assert learned == []
    assert [one.parameters for one in again] == [one.parameters for one in first]
    assert [one.validation for one in again] == [one.validation for one in first]
    assert [one.standard_error for one in again] == [one.standard_error for one in first]
    for path in files[::2]:
        path.unlink()
    assert [one.validation for one in tuned(kept=tmp_path)] == [one.validation for one in first]
    assert len(set(learned)) == len(files[::2])
    learned.clear()
    assert [one.validation for one in tuned()] == [one.validation for one in first] and len(learned) >= distinct


def test_a_folder_that_cannot_be_written_is_refused_before_anything_learns(
    learned: list[tuple[Any, int]], tmp_path: Path
) -> None:
    """A full disk that comes later ends the tuning too: it is no fault of a configuration."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        tuned(kept=tmp_path / "file" / "folder")
    assert learned == [] and (tmp_path / "file").read_text() == "mine"


def test_what_was_kept_of_another_question_is_passed_over(learned: list[tuple[Any, int]], tmp_path: Path) -> None:
    """Another budget, training size or task gives other results."""
    tuned(2, 1, None, tmp_path)
    asked: list[dict[str, Any]] = [{"presentations": 300}, {"presentations": 200, "train_size": 60}]
    for changes in asked:
        learned.clear()
        tune(
            load_task("iris"), "raw-linear", open_registry(), 2, 1, space=CHOICES, kept=tmp_path, **changes
        )  # fmt: skip
        assert len(learned) == 2, changes
    learned.clear()
    tune(load_task("moons"), "raw-linear", open_registry(), 2, 1, presentations=200, space=CHOICES, kept=tmp_path)
    assert len(learned) == 2


def test_tuning_seeds_let_every_writer_of_digits_validate_once() -> None:
    """Seven last seeds by default, seven writers to learn from."""
    task = load_task("digits")
    seeds = range(tuning.FIRST_TUNING_SEED, tuning.FIRST_TUNING_SEED + tuning.N_LAST_SEEDS)
    validate = [set(task.split(seed, None, seeds, tuning=True).validation.groups) for seed in seeds]
    assert [len(one) for one in validate] == [1] * 7 and set.union(*validate) == set(range(7))
