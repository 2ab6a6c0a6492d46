"""Who learns from what: blocks, reserve, groups, and what a task says of it to the statistics."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from neurosim.compare.experiment.conditions import conditions_of
from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import open_experiment
from neurosim.compare.experiment.reading import read_fields
from neurosim.compare.running import cell as cell_module
from neurosim.compare.running.cell import CellSpec, run_cell
from neurosim.compare.running.runner import cells_under
from neurosim.compare.running.tuning import tune
from neurosim.data import Dataset, Resampling, Split
from neurosim.errors import InputError
from neurosim.registry import open_registry
from neurosim.seeding import stream
from neurosim.tasks import Task, images28, load_task
from neurosim.tasks.idx import parse_idx
from neurosim.tasks.mnist import DATA
from neurosim.tasks.partition import DisjointBlocks, DrawnAfresh, SharedPool
from neurosim.tasks.splitting import hold_out, repeated_fold, scaled_by_training, training_sample
from tests.tasks.test_contract import BUILT_IN, DOWNLOADED, FOLDED, OFFLINE, TRUTH_TABLES

N_CLASSES = 4


def labels_of(n: int, seed: int = 0) -> np.ndarray:
    """Give labels of four classes, of which class 3 is half as frequent as the others."""
    return stream(seed, "task").permutation(np.arange(n) % 7 % N_CLASSES)


def blocks(n_pool: int = 220, n_validation: int = 40, n_reserve: int = 60) -> DisjointBlocks:
    return DisjointBlocks("own", n_pool, n_validation, n_reserve)


def is_disjoint(*parts: np.ndarray) -> bool:
    rows = np.concatenate(parts)
    return len(np.unique(rows)) == len(rows)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(30, 90), st.integers(30, 90), st.integers(60, 300), st.integers(1, 9), st.integers(0, 10**6), st.data()
)
def test_no_two_seeds_learn_from_one_sample(
    n_validation: int, n_reserve: int, n_rest: int, n_seeds: int, first: int, data: st.DataObject
) -> None:
    """Blocks, the reserve's blocks and validation are disjoint, whatever the sizes; validation is one for all."""
    n_pool = n_validation + n_reserve + n_rest
    cut, labels = DisjointBlocks("own", n_pool, n_validation, n_reserve), labels_of(n_pool)
    seeds, tuning_seeds = range(first, first + n_seeds), range(9000, 9002)
    assume(n_rest // n_seeds >= 2 * N_CLASSES)
    size = data.draw(st.integers(N_CLASSES, n_rest // n_seeds))
    tuning_size = data.draw(st.integers(N_CLASSES, n_reserve // 2))
    found = [cut.rows(labels, seed, size, seeds) for seed in seeds]
    tuned = [cut.rows(labels, seed, tuning_size, tuning_seeds, tuning=True) for seed in tuning_seeds]
    validation = found[0][1]
    assert {len(train) for train, _ in found} == {size} and {len(train) for train, _ in tuned} == {tuning_size}
    assert all(np.array_equal(other, validation) for _, other in [*found, *tuned])
    assert len(validation) == n_validation
    assert is_disjoint(validation, *(train for train, _ in [*found, *tuned]))
    whole_reserve = cut.rows(labels, 9000, None, tuning_seeds, tuning=True)[0]
    assert set(np.concatenate([train for train, _ in tuned])) <= set(whole_reserve) and len(whole_reserve) == n_reserve
    assert is_disjoint(whole_reserve, validation, *(train for train, _ in found))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 10**6), st.data())
def test_sizes_nest_within_a_seed_and_hold_every_class(n_seeds: int, seed: int, data: st.DataObject) -> None:
    """For the same seeds a smaller size is a prefix of a larger one, and of each class there is its share."""
    cut, labels = blocks(), labels_of(220)
    seeds = range(seed, seed + n_seeds)
    small, large = sorted(data.draw(st.lists(st.integers(N_CLASSES, 120 // n_seeds), min_size=2, max_size=2)))
    for one in seeds:
        taken, more = (cut.rows(labels, one, size, seeds)[0] for size in (small, large))
        assert np.array_equal(taken, more[:small])
        share = np.bincount(labels) / 220
        counts = np.bincount(labels[taken], minlength=N_CLASSES)
        assert counts.min() >= 1 and np.abs(counts - small * share).max() <= 3


def test_without_a_size_all_learn_from_all_but_validation() -> None:
    """The reserve too: nothing is judged by it. In tuning it is all there is."""
    cut, labels = blocks(), labels_of(220)
    (a, validation), (b, _) = (cut.rows(labels, seed, None, range(5)) for seed in (1, 4))
    assert np.array_equal(a, b) and len(a) == 180
    assert np.array_equal(np.sort(np.concatenate([a, validation])), np.arange(220))
    assert len(cut.rows(labels, 9001, None, range(9000, 9003), tuning=True)[0]) == 60


@pytest.mark.parametrize(
    ("size", "n_seeds", "tuning", "accepted"),
    [
        (30, 5, False, "n_seeds up to 4 or train_size up to 24"),
        (121, 1, False, "train_size up to 120"),
        (50, 2, True, "n_seeds up to 1 or train_size up to 30"),
        (5, 121, False, "n_seeds up to 24"),
        (130, 121, False, "at most 120 of either"),
    ],
)
def test_more_than_there_is_is_refused(size: int, n_seeds: int, tuning: bool, accepted: str) -> None:
    """One line names both numbers and what each could be; what it names is accepted."""
    with pytest.raises(
        InputError, match=rf"train_size is {size} and n_seeds is {n_seeds}: .*; accepted: {accepted}$"
    ) as e:
        blocks().rows(labels_of(220), 3, size, range(n_seeds), tuning)
    assert "\n" not in str(e.value) and ("for tuning" in str(e.value)) is tuning
    blocks().check(24, 5)
    blocks().check(30, 4)
    blocks().check(30, 2, tuning=True)


def test_a_block_with_no_room_for_every_class_is_refused() -> None:
    """As for any other task."""
    with pytest.raises(InputError, match=r"train_size is 3; accepted: 4 \(one a class\) to 60"):
        blocks().rows(labels_of(220), 1, 3, range(2))


def test_a_pool_of_another_size_than_stated_is_noticed() -> None:
    """Rows beyond the stated number would never be learned from."""
    with pytest.raises(ValueError, match="own: the pool has 221 samples, not the 220"):
        blocks().rows(labels_of(221), 0, 10, range(2))
    with pytest.raises(ValueError, match="accepted: 1 or more each, fewer than 100 together"):
        DisjointBlocks("own", 100, 40, 60)


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> Task:
    """Let mnist's own code cut 600 images that carry their row in the first two pixels, and 70 to test."""
    rows = np.arange(670)
    X = np.zeros((670, 28, 28), np.uint8)
    X[:, 0, 0], X[:, 0, 1] = rows // 256, rows % 256
    y = (rows * 7 % 10).astype(np.uint8)
    arrays = dict(zip((file.name for file in DATA.files), (X[:600], y[:600], X[600:], y[600:]), strict=True))
    monkeypatch.setattr(images28, "read_remote", lambda data, file: file.name)
    monkeypatch.setattr(images28, "parse_idx", arrays.__getitem__)
    monkeypatch.setattr(images28, "N_POOL", 600)
    monkeypatch.setattr(images28, "N_VALIDATION", 100)
    monkeypatch.setattr(images28, "N_RESERVE", 100)
    return load_task("mnist")


def rows_in(part: Dataset) -> np.ndarray:
    """Read the rows that the images of ``small_mnist`` carry."""
    pixels = np.round(part.X * 255).astype(int)
    return pixels[:, 0, 0] * 256 + pixels[:, 0, 1]


def test_mnist_hands_out_disjoint_blocks_of_its_images(small_mnist: Task) -> None:
    """Images, labels and index go together; ten seeds of 40 and three tuning seeds of 33 share nothing."""
    seeds, tuning_seeds = range(5, 15), range(9000, 9003)
    splits = [small_mnist.split(seed, 40, seeds) for seed in seeds]
    tuned = [small_mnist.split(seed, 33, tuning_seeds, tuning=True) for seed in tuning_seeds]
    for split in [*splits, *tuned]:
        for part in (split.train, split.validation, split.test):
            assert np.array_equal(rows_in(part), part.index)
            assert np.array_equal(part.labels, part.index * 7 % 10)
        assert np.array_equal(split.validation.index, splits[0].validation.index)
        assert split.test.index.tolist() == list(range(600, 670))
    first = splits[0]
    assert is_disjoint(*(split.train.index for split in [*splits, *tuned]), first.validation.index, first.test.index)
    assert len(np.unique(np.concatenate([split.train.index for split in splits]))) == 400
    alone = small_mnist.split(7, 40), small_mnist.load(7, 40)
    assert np.array_equal(alone[0].train.index, alone[1].train.index) and len(alone[0].train) == 40
    assert len(small_mnist.split(7, None, seeds).train) == 500


def test_mnist_itself_is_cut_as_stated(mnist_data: Any) -> None:
    """Ten blocks of 4,000 or eight of 5,000, a reserve of 10,000, 10,000 to validate: nothing twice."""
    from neurosim.tasks.fetching import read_remote

    labels = parse_idx(read_remote(DATA, DATA.files[1])).astype(np.int64)
    cut = images28.blocks_of(DATA)
    reserve, validation = cut.rows(labels, 9000, None, range(9000, 9003), tuning=True)
    assert (len(reserve), len(validation)) == (10_000, 10_000)
    for n_seeds, size in ((10, 4000), (8, 5000)):
        found = [cut.rows(labels, seed, size, range(n_seeds)) for seed in range(n_seeds)]
        assert is_disjoint(reserve, validation, *(train for train, _ in found))
        assert sum(len(train) for train, _ in found) == 40_000
        share = np.bincount(labels) / 60_000
        for train, _ in found:
            assert np.abs(np.bincount(labels[train]) - size * share).max() <= 4
    assert np.abs(np.bincount(labels[validation]) - 10_000 * share).max() <= 2
    split = load_task("mnist").split(3, 4000, range(10))
    assert np.array_equal(split.train.index, cut.rows(labels, 3, 4000, range(10))[0])
    assert np.array_equal(split.validation.index, validation) and split.test.index.min() == 60_000


def test_an_experiment_that_asks_for_too_much_is_refused_before_its_data_are_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is fetched, nothing is trained."""
    monkeypatch.setattr(images28, "read_remote", lambda *_: pytest.fail("the data were sought"))
    fields: dict[str, Any] = {"task": "mnist", "train_size": 5000, "n_seeds": 10, "learners": {"mlp": {}}}
    with pytest.raises(
        InputError, match=r"mnist has 40000 to learn from, not 50000; accepted: n_seeds up to 8 or train_s"
    ):
        make_experiment(**fields)
    with pytest.raises(InputError, match="mnist has 10000 for tuning, not 15000"):
        tune(load_task("mnist"), "raw-linear", open_registry(), 1, 3, train_size=5000)


def test_the_committed_experiments_fit() -> None:
    """None asks for more blocks than there are, and some ask for blocks."""
    asking: set[str] = set()
    for path in sorted((Path(__file__).parents[2] / "experiments").glob("*.toml")):
        table = read_fields(path)
        for condition in conditions_of(Experiment(**table)):
            experiment = condition.experiment
            partition, size = load_task(experiment.task).partition, experiment.train_size
            if isinstance(partition, DisjointBlocks):
                partition.check(size, experiment.n_seeds)
                asking |= {path.stem} if size is not None else set()
    assert len(asking) >= 2


def told(asked: list[tuple[Any, ...]]) -> Task:
    """Make a task that writes down which block it is asked for."""

    def load_block(seed: int, train_size: int | None, seeds: range, tuning: bool) -> Split:
        asked.append((seed, train_size, seeds, tuning))
        return load_task("iris").load(seed, train_size)

    return replace(load_task("iris"), load_fold=None, load_block=load_block)


def test_a_comparison_tells_its_seeds_and_tuning_that_it_tunes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell knows among which seeds the pool is shared out."""
    asked: list[tuple[Any, ...]] = []
    experiment = make_experiment(task="iris", train_size=50, first_seed=3, n_seeds=4, learners={"mlp": {}})
    (condition,) = open_experiment(experiment).conditions
    opened = replace(condition, task=told(asked))
    specs = cells_under(opened, ())
    assert {spec.seeds for spec in specs} == {range(3, 7)} and {spec.seed for spec in specs} == {3, 4, 5, 6}
    # Where nothing is shared out, other seeds have no part in a cell, and it stays valid beside more of them.
    assert {spec.seeds for spec in cells_under(condition, ())} == {None}
    whole = replace(opened, experiment=experiment.model_copy(update={"train_size": None}))
    assert {spec.seeds for spec in cells_under(whole, ())} == {None}
    monkeypatch.setattr(cell_module, "load_task", lambda *_, **__: told(asked))
    run_cell(next(spec for spec in specs if spec.label == "majority" and spec.seed == 5))
    run_cell(CellSpec("majority", "majority", 8, "iris"))
    tune(told(asked), "majority", open_registry(), 1, 2, train_size=30)
    assert asked == [
        (5, 50, range(3, 7), False),
        (8, None, range(8, 9), False),
        (9000, 30, range(9000, 9002), True),
        (9001, 30, range(9000, 9002), True),
    ]


def grouped(sizes: list[int], seed: int) -> Dataset:
    """Make a table whose groups have these sizes, in a random order."""
    groups = stream(seed, "order").permutation(np.repeat([f"writer {k}" for k in range(len(sizes))], sizes))
    n = len(groups)
    return Dataset(np.arange(2.0 * n).reshape(n, 2), np.arange(n) % 3, 500 + np.arange(n), groups)


def groups_in(part: Dataset) -> set[str]:
    assert part.groups is not None
    return set(part.groups)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(2, 12), min_size=2, max_size=8), st.integers(0, 10**6), st.data())
def test_validation_holds_whole_groups_and_takes_turns(sizes: list[int], seed: int, data: st.DataObject) -> None:
    """No group is on both sides; over as many seeds as groups each validates, and each begins a turn once."""
    table = grouped(sizes, seed)
    n_validation = data.draw(st.integers(1, len(table) - 1))
    n_turns = np.zeros(len(sizes), int)
    for one in range(seed, seed + len(sizes)):
        split = hold_out(table, table, one, n_validation, None)
        assert is_disjoint(split.train.index, split.validation.index)
        assert not groups_in(split.train) & groups_in(split.validation)
        assert len(split.train) + len(split.validation) == len(table)
        assert len(split.train) >= 1
        of_validation = groups_in(split.validation)
        assert len(split.validation) >= n_validation or len(of_validation) == len(sizes) - 1
        n_turns += [f"writer {k}" in of_validation for k in range(len(sizes))]
    assert n_turns.min() >= 1


def test_one_group_alone_cannot_be_held_out() -> None:
    """There would be nothing left to learn from."""
    with pytest.raises(InputError, match="own: all samples are of group 'writer 0'; accepted: two groups or more"):
        hold_out(grouped([9], 0), grouped([3], 1), 0, 3, None, "own")


def test_folds_sub_samples_and_scaling_keep_groups() -> None:
    """A fold's test part holds whole groups too, and groups stay beside their samples."""
    table = grouped([9, 12, 15, 9, 9, 12, 15, 18], 2)
    tested = []
    for seed in range(5, 10):
        split = scaled_by_training(repeated_fold(table, seed, 20))
        tested.append(split.test.index)
        assert len(split.train) == 20
        sides = [groups_in(part) for part in (split.train, split.validation, split.test)]
        assert not any(a & b for a, b in combinations(sides, 2))
        for part in (split.train, split.validation, split.test):
            assert np.array_equal(part.groups, table.take(part.index - 500).groups)
    assert np.array_equal(np.sort(np.concatenate(tested)), table.index)
    assert training_sample(table, None, 0).groups is table.groups


@pytest.mark.parametrize("name", OFFLINE)
@pytest.mark.parametrize("tuning", [False, True])
def test_what_a_comparison_gets_is_disjoint_and_does_not_depend_on_other_seeds(name: str, tuning: bool) -> None:
    """Of every task; small ones are cut by the seed alone, so nothing changes with the experiment's seeds."""
    task = load_task(name)
    alone = task.split(9001, None, tuning=tuning)
    among = task.split(9001, None, range(9000, 9004), tuning=tuning)
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(alone, part).X, getattr(among, part).X)
        assert np.array_equal(getattr(alone, part).index, getattr(among, part).index)
    parts = [part.index for part in (alone.train, alone.validation, alone.test)]
    assert is_disjoint(*parts) is (name not in TRUTH_TABLES)


def shared_by(task: Task, train_size: int | None, n_seeds: int) -> float:
    """Measure the share of training samples that pairs of seeds have in common, by index."""
    taken = [set(task.split(seed, train_size).train.index) for seed in range(n_seeds)]
    return float(np.mean([len(a & b) / len(a) for a, b in combinations(taken, 2)]))


@pytest.mark.parametrize(
    ("name", "size"), [("digits", None), ("digits", 300), ("xor", None), ("parity", None), ("parity", 6)]
)
def test_the_stated_overlap_is_what_seeds_share(name: str, size: int | None) -> None:
    """Measured over the 190 pairs of 20 seeds."""
    task = load_task(name)
    stated = task.resampling(size)
    assert stated.kind == "one test part" and stated.grouped is (name == "digits")
    assert stated.overlap == pytest.approx(shared_by(task, size, 20), abs=0.01 if name == "digits" else 0.06)


@pytest.mark.parametrize(("name", "n_rows", "n_train", "fewer"), [("iris", 150, 96, 40), ("diabetes", 442, 284, 150)])
def test_folds_share_what_is_stated_or_slightly_less(name: str, n_rows: int, n_train: int, fewer: int) -> None:
    """Two folds of one repetition share 15/16 as much: 60 of the table in common, of which each takes what it takes."""
    task = load_task(name)
    for size in (None, fewer):
        stated = task.resampling(size)
        assert stated.overlap == (n_train if size is None else size) / n_rows
        assert stated.overlap * 15 / 16 - 0.02 < shared_by(task, size, 5) < stated.overlap
        assert stated.overlap - 0.03 < shared_by(task, size, 30) < stated.overlap + 0.02


RATIOS: dict[str, dict[int | None, float]] = {
    "iris": {None: 30 / 96, 50: 30 / 50},
    "diabetes": {None: 442 / 5 / 284, 50: 442 / 5 / 50},
}
"""Rows that are tested over rows that are learned from: a fifth of what is not tested validates."""


@pytest.mark.parametrize("name", FOLDED)
def test_the_ratio_of_folds_is_that_of_their_parts(name: str) -> None:
    """Measured over the five folds, for all rows and for some; more of it where less is learned from."""
    task, found = load_task(name), []
    for size in (None, 60, 20):
        folds = [task.split(seed, size) for seed in range(5)]
        measured = np.mean([len(fold.test) / len(fold.train) for fold in folds])
        found.append(task.resampling(size).test_to_train)
        assert found[-1] == pytest.approx(measured, rel=5e-3)
    assert found == sorted(found) and found[0] == pytest.approx(30 / 96, rel=0.01)
    opened = make_experiment(task=name, train_size=20, learners={KINDS[name]: {}})
    (condition,) = open_experiment(opened).conditions
    assert condition.resampling.test_to_train == found[-1], "as an experiment with that size is judged"


KINDS = {"iris": "mlp", "diabetes": "mlp-regressor"}


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_task_says_how_its_seeds_relate(name: str) -> None:
    """Kind and ratio as the correction takes them; the overlap stated, never left open."""
    task = load_task(name)
    for size in (None, 50):
        stated = task.resampling(size if name not in TRUTH_TABLES else None)
        assert (stated.kind, stated.test_to_train) == (
            ("repeated folds", RATIOS[name][size]) if name in FOLDED else ("one test part", 0.0)
        )
        assert stated.exhaustive is (name == "xor" or name == "parity")
        assert stated.overlap is not None
        if name in DOWNLOADED:
            assert stated.overlap == (1.0 if size is None else 0.0)
        assert (stated.overlap == 0) is (isinstance(task.partition, DrawnAfresh) or (name in DOWNLOADED and size == 50))


def test_generated_samples_are_drawn_afresh() -> None:
    """Their index counts from the same number for each seed; their values tell that they are others."""
    for name in ("noisy-xor", "moons", "spirals"):
        a, b = (load_task(name).split(seed).train.X for seed in (0, 1))
        inside = [{row.tobytes() for row in X if ((row > 0) & (row < 1)).all()} for X in (a, b)]
        assert min(map(len, inside)) > 900 and not inside[0] & inside[1]


def test_a_task_that_does_not_say_leaves_it_open() -> None:
    """A plugin's own loader may do anything; no number is made up."""
    assert replace(load_task("digits"), partition=None).resampling(100) == Resampling("one test part", 0.0, None)
    assert replace(load_task("digits"), partition=SharedPool(898, 718, grouped=True)).resampling(449) == Resampling(
        "one test part", 0.0, 0.5, True
    )
