"""The learners whose neurons are wired to classes: what teacher and reward do to the weights, in numbers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from neurosim.coding.noise import TRAINING
from neurosim.data import EventCounts
from neurosim.learners.actor import Actor
from neurosim.learners.competing.counting import Tally
from neurosim.learners.competing.rstdp import RSTDP, RSTDPActor
from neurosim.learners.competing.stdp_supervised import STDPSupervised
from neurosim.learners.layered.mlp_reward import MLPReward, MLPRewardActor
from neurosim.snn.networks.choosers import DECISION_MS
from neurosim.snn.networks.onsets import Onsets
from tests.learners.mixed_writers import digits_of_mixed_writers

N_INPUTS, N_NEURONS = 5, 6
SAMPLE = np.array([0.7, 0.1, 0.5, 0.0, 0.5], np.float32)


def opened(cls: type, n_classes: int = 2, **changes: Any) -> Any:
    """Open a small learner and its network with one sample, before any learning.

    Rewarded learners have four classes everywhere, so that their network is built once.
    """
    learner = cls(**({"n_neurons": N_NEURONS, "encoder": "intensity", "threshold": 0.4, "random_state": 3} | changes))
    learner.begin(100, n_classes if issubclass(cls, Actor) else np.arange(n_classes), N_INPUTS)
    (u,) = learner.encoder_.encode(SAMPLE[None])
    learner.stimulus_.measure(u, 0)
    learner._open_network(u)
    return learner


def onsets_of(learner: Any) -> Onsets:
    onsets: Onsets = learner.stimulus_.onsets(learner.encoder_.encode(SAMPLE[None]), TRAINING, [0])
    return onsets


def test_the_teacher_lets_only_the_right_class_spike() -> None:
    """Under the veto one class's neurons answer, whichever was strongest; without it the strongest does."""
    for code in (0, 1, 2):
        learner = opened(STDPSupervised, n_classes=3)
        before = learner.network_.weights.copy()
        learner._teach(onsets_of(learner), 0, learner._lessons(np.array([code]), [0]), Tally())
        moved = (learner.network_.weights != before).any(axis=0)
        assert moved.any()
        assert set(learner.unit_classes_[moved]) == {code}


def test_no_teacher_when_predicting() -> None:
    """A sample that one neuron matches gets that neuron's class."""
    learner = opened(STDPSupervised)
    u = learner.encoder_.encode(SAMPLE[None])[0]
    for unit in range(N_NEURONS):
        learner.network_.weights[:] = 1e-3
        learner.network_.weights[:, unit] = u
        assert learner.activity(SAMPLE[None])[0].argmax() == unit
        assert learner.predict(SAMPLE[None])[0] == unit % 2


@pytest.mark.parametrize("right", [True, False])
def test_the_second_stage_is_lvq1(right: bool) -> None:
    """Right: the winner's similarity to the sample grows. Wrong: it falls. All others stay."""
    learner = opened(STDPSupervised)
    u = learner.encoder_.encode(SAMPLE[None])[0]
    # One neuron in the right direction, but not yet there; it spikes once, late.
    learner.network_.weights[:] = 0.05
    learner.network_.weights[:, 3] = (u + 0.2) / np.linalg.norm(u + 0.2)
    learner.homeostasis_.level = 0.45
    before = learner.network_.weights.copy()
    winner = int(learner._show(onsets_of(learner), 0, Tally()).counts.argmax())
    learner.network_.modulate(0.0)
    code = int(learner.unit_classes_[winner]) if right else 1 - int(learner.unit_classes_[winner])
    learner._correct(onsets_of(learner), 0, learner._lessons(np.array([code]), [50]), Tally())
    after = learner.network_.weights
    assert (after != before).any(axis=0)[winner]
    change = u @ after[:, winner] - u @ before[:, winner] / np.linalg.norm(before[:, winner])
    assert change > 1e-4 if right else change < -1e-4


def test_outputs_are_wired_before_any_data() -> None:
    """Neuron k stands for class k modulo the number of classes, whatever the labels say."""
    X, y = np.tile(SAMPLE, (12, 1)), np.array([0, 1, 1, 1, 2, 3] * 2)
    for labels in (y, (y + 1) % 4):
        learner = STDPSupervised(n_neurons=N_NEURONS, encoder="intensity", random_state=1)
        learner.begin(12, [0, 1, 2, 3], N_INPUTS).partial_fit(X, labels)
        np.testing.assert_array_equal(learner.unit_classes_, [0, 1, 2, 3, 0, 1])


def test_only_the_reward_reaches_the_network() -> None:
    """Other labels that earn the same rewards leave every weight the same: here every answer is wrong in both."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 1, (40, N_INPUTS)).astype(np.float32)
    learners = [
        RSTDP(n_neurons=N_NEURONS, encoder="intensity", threshold=0.4, random_state=2).begin(40, np.arange(4), N_INPUTS)
        for _ in range(2)
    ]
    # Find out what is answered, trial by trial, then call it wrong in two ways.
    for x in X:
        answers = []
        for learner, offset in zip(learners, (1, 2), strict=True):
            trial = int(copy.deepcopy(learner.actor_).act(x[None])[0])
            answers.append(trial)
            learner.partial_fit(x[None], [(trial + offset) % 4])
        assert answers[0] == answers[1] is not None
    for one, two in zip(learners[0].weights().values(), learners[1].weights().values(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert learners[0].expected_reward_ < 0.25
    assert learners[0].costs().learning.labels == 0
    assert learners[0].costs().learning.feedback_bits == 40


def test_the_expected_reward_follows_the_rewards() -> None:
    """R_bar moves by gamma (R - R_bar), from the reward of guessing."""
    learner = opened(RSTDPActor, n_classes=4, baseline_rate=0.1)
    assert learner.expected_reward_ == 0.25
    for reward in (1.0, 0.0):
        learner.act(SAMPLE[None])
        learner.reinforce([reward])
    assert learner.expected_reward_ == pytest.approx((0.25 + 0.1 * 0.75) * 0.9)


def test_rewards_alone_teach_a_policy_gradient() -> None:
    """Averaged over guesses, the step is the gradient of the expected reward: pi_y (one-hot(y) - pi), by hand."""
    learner = MLPRewardActor(hidden_units=(), exploration=0.0, weight_decay=0.0, baseline_rate=0.0, random_state=4)
    learner.begin(10, 3, 2)
    x, y, n = np.array([[0.3, 0.9]], np.float32), 1, 40_000
    learner.expected_reward_ = 0.6
    X = np.repeat(x, n, axis=0)
    guesses = learner.act(X, np.random.default_rng(0))
    policy = learner._policy[0].astype(np.float64)
    np.testing.assert_allclose(np.bincount(guesses) / n, policy, atol=0.01)
    learner.reinforce(guesses == y)
    uphill = policy[y] * (np.eye(3)[y] - policy)
    np.testing.assert_allclose(-learner.gradients_.by_layer[0][0], np.outer(x[0], uphill), atol=0.005)
    assert np.abs(uphill).max() > 0.1


def test_exploration_is_the_gradient_of_entropy() -> None:
    """With nothing to gain from reward, the step equals a finite difference of the policy's entropy."""
    learner = MLPRewardActor(hidden_units=(), exploration=0.3, weight_decay=0.0, random_state=4)
    learner.begin(10, 3, 2)
    x = np.array([[0.3, 0.9]], np.float32)
    learner.expected_reward_ = 1.0
    learner.act(x, np.random.default_rng(0))
    logits = np.log(learner._policy[0].astype(np.float64))
    learner.reinforce([1.0])

    def entropy(z: np.ndarray) -> float:
        p = np.exp(z) / np.exp(z).sum()
        return float(-(p * np.log(p)).sum())

    slopes = [(entropy(logits + h) - entropy(logits - h)) / 2e-6 for h in 1e-6 * np.eye(3)]
    np.testing.assert_allclose(-learner.gradients_.by_layer[0][0], 0.3 * np.outer(x[0], slopes), rtol=1e-3, atol=1e-6)


def test_events_of_a_presentation_are_counted_by_hand() -> None:
    """One predicted sample: what 100 steps of 5 inputs, 6 neurons and 4 choosers cost."""
    learner, tally = opened(STDPSupervised, n_classes=3), Tally()
    counts = learner._show(onsets_of(learner), 0, tally)
    tally.add(written=5 * counts.counts.sum())
    n_in, n = counts.n_input_spikes, int(counts.counts.sum())
    assert n >= 1
    expected = EventCounts(
        connections=100 * (5 * 6 + 6 * 5), active_connections=6 * n_in + 5 * n, spike_deliveries=6 * n_in + 5 * n,
        state_updates=100 * (5 + 12), trace_updates=100 * 5 + 5 * n, weight_writes=5 * n, input_spikes=n_in, spikes=n,
    )  # fmt: skip
    assert learner._counted(tally, learning=True) == expected
    rewarded, tally = opened(RSTDPActor, n_classes=4), Tally()
    counts = rewarded._show(onsets_of(rewarded), 0, tally)
    tally.add(written=5 * counts.counts.sum(), choices=counts.choices.sum(), choosers=(counts.choices > 0).sum())
    n_in, n, m = counts.n_input_spikes, int(counts.counts.sum()), int(counts.choices.sum())
    assert n >= 1 and m >= 1 and DECISION_MS == 60
    expected = EventCounts(
        connections=160 * (5 * 6 + 6 * 5 + 6 * 4 + 4 * 3),
        active_connections=6 * n_in + 5 * n + 4 * n + 3 * m,
        spike_deliveries=6 * n_in + 5 * n + 4 * n + 3 * m,
        state_updates=160 * (5 + 12 + 12),
        trace_updates=160 * (5 + 6) + 5 * n + 6 * np.count_nonzero(counts.choices),
        weight_writes=5 * n + 24, input_spikes=n_in, spikes=n + m,
    )  # fmt: skip
    assert rewarded._counted(tally, learning=True) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cls", "changes", "floor"),
    [
        (STDPSupervised, {"epochs": 10}, 0.93),
        (RSTDP, {"epochs": 20}, 0.88),
        (MLPReward, {"epochs": 20}, 0.88),
    ],
)
def test_digits_are_learned(cls: type, changes: dict[str, Any], floor: float) -> None:
    """Validation accuracy on digits; one bit a trial brings a network from a tenth to nine tenths."""
    split = digits_of_mixed_writers(9000)
    learner = cls(random_state=9000, **changes).fit(split.train.X, split.train.y)
    assert learner.score(split.validation.X, split.validation.y) > floor
