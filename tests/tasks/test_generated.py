"""Generated tasks: truth tables by hand, optimal accuracies by simulation, geometry by its equations."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.tasks import load_task, parity, patterns
from neurosim.tasks.moons import moons
from neurosim.tasks.patterns import prototypes_of
from neurosim.tasks.sine import sine
from neurosim.tasks.spirals import spirals
from neurosim.tasks.xor import noisy_xor, xor


def test_xor_is_the_table_by_hand() -> None:
    """Four patterns, and one is true where the bits differ; every part is the table."""
    split = xor().load(7)
    for part in (split.train, split.validation, split.test):
        assert part.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert part.labels.tolist() == [0, 1, 1, 0]
    assert xor().best_possible == 1


def test_parity_of_three_bits_is_the_table_by_hand() -> None:
    """Odd numbers of ones are true."""
    table = load_task("parity:n_bits=3").load(0).test
    assert table.X.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]
    assert table.labels.tolist() == [0, 1, 1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("n_bits", [2, 5, 12])
def test_a_truth_table_holds_every_pattern_once(n_bits: int) -> None:
    """As many rows as patterns, half of them odd; flipping any bit flips the label."""
    table = load_task("parity", n_bits=n_bits).load(1).train
    codes = table.X.astype(int) @ (1 << np.arange(n_bits)[::-1])
    assert codes.tolist() == list(range(2**n_bits))
    for bit in range(n_bits):
        assert np.array_equal(table.labels[codes ^ (1 << bit)], 1 - table.labels)


@pytest.mark.parametrize(("noise", "published"), [(0.15, 0.999), (0.20, 0.988), (0.25, 0.956)])
def test_bayes_accuracy_of_noisy_xor_is_the_stated_one(noise: float, published: float) -> None:
    """To the three digits that the documentation gives."""
    assert round(parity.bayes_accuracy(2, noise), 3) == published
    assert noisy_xor(noise).best_possible == parity.bayes_accuracy(2, noise)


@pytest.mark.parametrize(("n_bits", "noise"), [(2, 0.25), (3, 0.4), (5, 0.3)])
def test_bayes_accuracy_of_parity_is_what_the_likeliest_label_reaches(n_bits: int, noise: float) -> None:
    """The full posterior over all patterns, on 100,000 noisy samples, agrees with the formula and with rounding."""
    rng = np.random.default_rng(n_bits)
    corners, labels = parity.patterns_of(n_bits)
    which = rng.integers(len(corners), size=100_000)
    X = corners[which] + noise * rng.standard_normal((100_000, n_bits))
    squares = ((X[:, None] - corners) ** 2).sum(axis=2)
    likelihood = np.exp(-(squares - squares.min(axis=1, keepdims=True)) / (2 * noise**2))
    odd = likelihood[:, labels == 1].sum(axis=1) > likelihood[:, labels == 0].sum(axis=1)
    rounded = (X > 0.5).sum(axis=1) % 2 == 1
    assert np.array_equal(odd, rounded)
    accuracy = np.mean(odd == labels[which])
    # Four standard errors of a share of 100,000.
    assert accuracy == pytest.approx(parity.bayes_accuracy(n_bits, noise), abs=4 * 0.5 / np.sqrt(100_000))
    assert 0.6 < accuracy < 0.96, "neither trivial nor hopeless, or nothing would be tested"


@pytest.mark.parametrize("noise", [0.15, 0.25])
def test_noisy_xor_has_the_stated_noise_and_optimal_accuracy(noise: float) -> None:
    """Bits stand at 0.25 and 0.75, so that the noise is half the stated one; rounding reaches the stated accuracy."""
    task = noisy_xor(noise)
    test = task.load(0).test
    bits = (test.X > 0.5).astype(int)
    rule = (bits[:, 0] != bits[:, 1]).astype(int)
    assert np.mean(rule == test.labels) == pytest.approx(task.best_possible, abs=4 * np.sqrt(0.05 / len(test)))
    assert (test.X - 0.25 - 0.5 * bits).std() == pytest.approx(noise / 2, rel=0.06)


@pytest.mark.parametrize("n_bits", [3, 9, 11, 12])
def test_noisy_parity_draws_all_patterns_alike(n_bits: int) -> None:
    """Training and test part come from one distribution: every bit is set half of the time, both labels too."""
    split = load_task("parity", n_bits=n_bits, noise=0.05).load(2)
    for part in (split.train, split.validation, split.test):
        bits = part.X > 0.5
        assert np.array_equal(bits.sum(axis=1) % 2, part.labels)
        assert part.labels.mean() == 0.5
        assert np.abs(bits.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / np.sqrt(len(part))
        codes = bits @ (1 << np.arange(n_bits))
        occurrences = np.bincount(codes, minlength=2**n_bits)
        assert occurrences.max() - occurrences.min() <= 1


def test_patterns_are_flipped_prototypes() -> None:
    """Ten distinct prototypes; the share of inverted bits is the stated one; classes are equally frequent."""
    prototypes = prototypes_of(10)
    assert prototypes.shape == (10, 16) and len(np.unique(prototypes, axis=0)) == 10
    train = patterns.patterns(flip=0.15).load(4).train
    flipped = np.abs(train.X - prototypes[train.labels])
    assert set(np.unique(train.X)) == {0, 1}
    assert flipped.mean() == pytest.approx(0.15, abs=4 * np.sqrt(0.15 * 0.85 / flipped.size))
    assert np.abs(flipped.mean(axis=0) - 0.15).max() < 4.5 * np.sqrt(0.15 * 0.85 / 1000)
    assert np.bincount(train.labels).tolist() == [100] * 10


@pytest.mark.parametrize(("n_classes", "flip"), [(10, 0.15), (4, 0.3), (25, 0.1)])
def test_optimal_accuracy_of_patterns_is_what_the_nearest_prototype_reaches(n_classes: int, flip: float) -> None:
    """200,000 fresh samples, answered by the prototype that differs in the fewest bits, ties broken at random."""
    rng = np.random.default_rng(n_classes)
    prototypes = prototypes_of(n_classes)
    y = rng.integers(n_classes, size=200_000)
    X = np.abs(prototypes[y] - (rng.random((200_000, 16)) < flip))
    distance = X @ (1 - prototypes).T + (1 - X) @ prototypes.T
    answers = (distance + 0.5 * rng.random(distance.shape)).argmin(axis=1)
    stated = patterns.patterns(n_classes, flip).best_possible
    assert stated is not None and 0.6 < stated < 0.97
    assert np.mean(answers == y) == pytest.approx(stated, abs=4 * 0.5 / np.sqrt(200_000))


def test_optimal_accuracy_of_patterns_at_the_ends() -> None:
    """Without noise everything can be known, at one half nothing; two prototypes by hand."""
    assert patterns.patterns(10, 0).best_possible == 1
    assert patterns.patterns(8, 0.5).best_possible == pytest.approx(1 / 8)
    ends = np.zeros((2, 16), np.float32)
    ends[1, 5] = 1
    # They differ in one bit, which is right with probability 1 - flip.
    assert patterns.bayes_accuracy(ends, 0.2) == pytest.approx(0.8)


def test_spirals_lie_on_their_curves() -> None:
    """Without noise, the angle of every point is 2 pi turns r, plus pi for the second arm."""
    split = spirals(turns=1.5, noise=0.0).load(3)
    X = split.train.X.astype(float) * 2.2 - 1.1
    radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    off = (angle - 2 * np.pi * 1.5 * radius - np.pi * split.train.labels + np.pi) % (2 * np.pi) - np.pi
    assert np.abs(off * radius).max() < 1e-5
    assert 0.14 < radius.min() < 0.2 and 0.99 < radius.max() <= 1
    # Evenly along an arm whose length grows with the square of the radius: r squared is uniform.
    assert np.mean(radius**2) == pytest.approx(0.51, abs=0.04)


def test_spirals_have_the_stated_noise_and_cannot_be_told_apart_by_a_line() -> None:
    """The distance from the curve grows as stated; a linear rule stays near chance."""
    still, noisy = (spirals(noise=noise).load(3).test.X.astype(float) * 2.2 - 1.1 for noise in (0.0, 0.05))
    assert (noisy - still).std() == pytest.approx(0.05, rel=0.05)
    test = spirals().load(0).test
    A = np.column_stack([test.X, np.ones(len(test))])
    line = A @ np.linalg.lstsq(A, test.labels, rcond=None)[0] > 0.5
    assert np.mean(line == test.labels) < 0.7


@pytest.mark.parametrize("noise", [0.05, 0.3])
def test_nobody_does_better_on_the_sine_than_its_noise(noise: float) -> None:
    """Who knows the sine misses by the stated error; any other function of the sample, by more."""
    task = sine(noise=noise, n_train=300)
    split = task.load(3)
    x, y = split.test.X[:, 0].astype(float) * 2 * np.pi, split.test.labels
    error = np.sqrt(np.mean((np.sin(x) - y) ** 2))
    assert task.best_possible == noise == pytest.approx(error, rel=4 / np.sqrt(2 * len(y)))
    assert np.sqrt(np.mean((np.sin(x) + 0.2 - y) ** 2)) > error
    assert len(split.train) == 300 and len(sine().load(3).train) == 1000
    assert abs(x.mean() - np.pi) < 4 * 2 * np.pi / np.sqrt(12 * len(x))


def test_moons_lie_on_their_half_circles() -> None:
    """Without noise, class 0 is the upper half circle about (0, 0), class 1 the lower one about (1, 0.5)."""
    test = moons(noise=0.0).load(0).test
    X = test.X.astype(float) * np.array([4.4, 2.9]) - np.array([1.7, 1.2])
    upper, lower = X[test.labels == 0], X[test.labels == 1]
    assert np.abs(np.hypot(*upper.T) - 1).max() < 1e-6 and upper[:, 1].min() > -1e-6
    assert np.abs(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5) - 1).max() < 1e-6 and lower[:, 1].max() < 0.5 + 1e-6
    assert len(upper) == len(lower) == 1000


def test_moons_noise_has_the_stated_width() -> None:
    """The distance from the half circles has the stated standard deviation across them."""
    test = moons(noise=0.05).load(0).test
    X = (test.X.astype(float) * np.array([4.4, 2.9]) - np.array([1.7, 1.2]))[test.labels == 0]
    middle = X[(X[:, 0] > -0.8) & (X[:, 0] < 0.8)]
    assert (np.hypot(*middle.T) - 1).std() == pytest.approx(0.05, rel=0.15)
