"""Learners at fixed weights: what trials would change, against gradients that are known."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from neurosim.ann.objectives import turning
from neurosim.coding.linear_probe import LinearProbe
from neurosim.coding.noise import PresentationNoise
from neurosim.errors import InputError
from neurosim.learners import learner_class, make_learner
from neurosim.learners.bench import OWN, READOUT, bench_class, make_bench
from neurosim.learners.layered.feedback_alignment import FeedbackAlignment
from neurosim.metrics.directions import angle_deg
from neurosim.seeding import integer_seed, noise_words
from neurosim.tasks import load_task
from tests.learners.settings import SIBLINGS, quick, with_slow

Array = np.ndarray[Any, Any]
MEASURED = (
    "mlp", "frozen-hidden", "hebb-hidden", "node-perturbation-loss", "feedback-alignment", "direct-feedback-alignment",
    "node-perturbation", "mlp-reward", "hebb", "hebb-supervised", "autoencoder", "stdp", "stdp-supervised", "rstdp",
    "diehl-cook", "snn-gradient", "e-prop-random", "snn-hebb-hidden", "snn-node-perturbation-loss",
)  # fmt: skip
FROZEN = ("frozen-hidden",)


class Transposed(FeedbackAlignment):
    """Feedback alignment over the forward weights of this moment: backpropagation."""

    def _feedback(self) -> tuple[Array, ...]:
        return tuple(theta[0].T for theta in self.parameters_.by_layer[2:] if theta)


def samples(n: int = 60) -> tuple[Array, Array]:
    """Give samples and labels, which are also their numbers."""
    train = load_task("iris").load(0, 60).train
    return train.X.reshape(len(train), -1)[:n], train.labels[:n]


def any_probe(n_units: int) -> LinearProbe:
    """Give a read-out of random weights: gradients hold for every read-out, and a fitted one takes long."""
    return LinearProbe(np.random.default_rng(8).normal(0, 1, (n_units, 3)), np.linspace(-1, 1, 3))


def begun(learner: Any, n_learned: int = 40, horizon: int | None = 200) -> Any:
    """Let a learner see some trials."""
    X, y = samples()
    learner.begin(horizon, range(3), 4)
    return learner.partial_fit(X[:n_learned], y[:n_learned]) if n_learned else learner


def bench_of(name: str, **changes: Any) -> Any:
    """Put a learner that has seen some trials on its bench."""
    return make_bench(begun(quick(name, **changes)), name)


@pytest.mark.parametrize("name", with_slow(MEASURED, SIBLINGS))
def test_a_bench_changes_nothing_and_repeats_itself(name: str) -> None:
    """Same seed, same bits, in any order of questions; the learner stays as it was, and changes are no accident."""
    learner, (X, y) = begun(quick(name)), samples(20)
    before = {key: np.array(value) for key, value in learner._state().items()}
    bench = make_bench(learner, name)
    weights, first = bench.weights(), bench.change(X[:6], y[:6], 5)
    probe = any_probe(bench.activity(X).shape[1])
    asked = [bench.descent(objective, X[:6], y[:6], 5, probe) for objective in (READOUT, OWN)]
    again = bench.change(X[:6], y[:6], 5)
    assert first.keys() == weights.keys()
    for layer, change in first.items():
        assert change.shape == weights[layer].shape
        assert np.array_equal(change, again[layer])
        assert np.array_equal(bench.weights()[layer], weights[layer])
        assert np.any(change) or name in FROZEN
    for descents, objective in zip(asked, (READOUT, OWN), strict=True):
        undefined = bench.objectives[objective].undefined
        assert descents.keys() | undefined.keys() == weights.keys() and not descents.keys() & undefined.keys()
    after = learner._state()
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_a_spiking_layer_without_a_teacher_moves_as_it_says() -> None:
    """Of one trial: the sum over pairs of spikes, its neurons' shares and the pull of their weights, by hand.

    Silent neurons stay; and what the bench reports is what the learner's own step does, per unit of its rate.
    """
    learner, (X, y) = begun(quick("snn-hebb-hidden", temperature=0.7)), samples(5)
    bench, checked = make_bench(learner, "snn-hebb-hidden"), 0
    for k in range(5):
        change = bench.change(X[k : k + 1], y[k : k + 1], k)["layer_1"]
        shown, weights = bench._present(X[k : k + 1], k), bench.weights()["layer_1"]
        decay, counts = learner.timing_.membrane_decay, shown.counts[0]
        raised = np.exp(counts / 0.7) * (counts > 0)
        expected = np.zeros_like(weights)
        for unit in np.flatnonzero(counts):
            times = shown.hidden_steps[shown.hidden_indices == unit]
            traces = np.zeros(len(weights))
            for time, source in zip(shown.input_steps, shown.input_indices, strict=True):
                traces[source] += sum(decay ** (t - time) for t in times if t > time)
            length = learner.first_gain * len(weights) ** 0.5
            pull = length * learner.charge * traces / counts[unit] - weights[:, unit]
            expected[:, unit] = raised[unit] / raised.sum() * pull
        assert np.allclose(change, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())
        assert not change[:, counts == 0].any()
        checked += int((counts > 0).sum())
    assert checked > 5


def test_spiking_node_perturbation_finds_its_descent() -> None:
    """On average downhill of the loss through real spikes, where the surrogate is only a stand-in; single trials not.

    The descent for a fixed sample by finite differences of the noise-averaged loss is expensive; what is asked here is
    that many trials of one sample agree with each other, and with the surrogate's descent far better than few do.
    """
    bench, (X, y) = bench_of("snn-node-perturbation-loss", noise=0.2), samples(3)
    repeated = [np.repeat(a[:1], 400, axis=0) for a in (X, y)]
    descent = bench.descent(OWN, *repeated, 0, None)["layer_1"]
    many = [bench.change(*repeated, seed)["layer_1"] for seed in (1, 2)]
    few = [bench.change(*(a[:2] for a in repeated), seed)["layer_1"] for seed in range(3, 9)]
    agreement = angle_deg(*many)
    assert agreement is not None and agreement < 60
    to_many, to_few = (np.mean([angle_deg(change, descent) for change in changes]) for changes in (many, few))
    assert to_many < 70 and to_few > to_many + 10


def test_the_bench_of_diehl_and_cook_does_what_a_trial_does() -> None:
    """The part of the learner's own change that turns weights; its sum and its length are none of it."""
    learner, (X, y) = begun(quick("diehl-cook"), 8), samples(20)
    bench = make_bench(learner, "diehl-cook")
    before, moved = bench.weights()["layer_1"], 0
    for k in range(10, 14):
        change = bench.change(X[k : k + 1], y[k : k + 1], k)["layer_1"]
        twin = copy.deepcopy(learner)
        twin.noise_ = PresentationNoise(noise_words(integer_seed(k, "noise", 0)), attempts=True)
        twin.partial_fit(X[k : k + 1], y[k : k + 1])
        after = twin.weights()["layer_1"]
        assert np.allclose(change, turning(before, after - before), atol=1e-7)
        assert np.abs((change * before).sum(axis=0)).max() < 1e-5 * np.abs(before).max()
        moved += int(np.any(change))
    assert moved == 4
    assert "no loss" in bench.objectives[OWN].undefined["layer_1"]


@pytest.mark.parametrize("name", ["mlp", "hebb-hidden", "feedback-alignment", "autoencoder", "hebb-supervised"])
def test_the_mean_change_is_the_mean_of_single_trials(name: str) -> None:
    """Where nothing is random, trials shown together and one by one give the same."""
    bench, (X, y) = bench_of(name), samples(8)
    together = bench.change(X, y, 3)
    single = [bench.change(X[k : k + 1], y[k : k + 1], 3) for k in range(len(X))]
    for layer, change in together.items():
        mean = np.mean([one[layer] for one in single], axis=0)
        assert np.abs(change - mean).max() < 1e-5 * np.abs(mean).max()


@pytest.mark.parametrize("name", ["mlp", "snn-gradient", "autoencoder"])
def test_backpropagation_descends_its_own_loss(name: str) -> None:
    """An angle of 0 in every layer, at one trial as at many, whatever optimizer and regularisers it learns with."""
    bench, (X, y) = bench_of(name), samples(20)
    for n in (1, 20):
        change, descent = bench.change(X[:n], y[:n], 5), bench.descent(OWN, X[:n], y[:n], 5, None)
        for layer in change:
            assert angle_deg(change[layer], descent[layer]) == pytest.approx(0, abs=0.01)


def test_feedback_over_transposed_weights_is_backpropagation() -> None:
    """And over random weights it is not, in the hidden layers."""
    X, y = samples(20)
    for cls, nought in ((Transposed, True), (FeedbackAlignment, False)):
        bench = make_bench(begun(cls(hidden_units=(14, 9), random_state=2)), "feedback-alignment")
        change, descent = bench.change(X, y, 0), bench.descent(OWN, X, y, 0, None)
        angles = [angle_deg(change[layer], descent[layer]) for layer in change]
        assert angles[-1] == pytest.approx(0, abs=0.01)
        assert all((angle < 0.01) is nought for angle in angles[:-1] if angle is not None)


def test_e_prop_over_the_output_weights_is_the_surrogate_gradient() -> None:
    """Its random feedback, set to the output weights, brings the angle of the hidden layer to 0."""
    X, y = samples(10)
    for set_equal in (True, False):
        learner = begun(quick("e-prop-random"))
        if set_equal:
            learner.random_feedback_ = learner.weights()["layer_2"]
        bench = make_bench(learner, "e-prop-random")
        angle = angle_deg(bench.change(X, y, 4)["layer_1"], bench.descent(OWN, X, y, 4, None)["layer_1"])
        assert angle is not None and (angle < 0.01) is set_equal


def test_node_perturbation_is_noisy_and_feedback_alignment_is_biased() -> None:
    """One sample over and over: the first follows its law, the second stays where it is.

    With n trials, H units and small noise, the estimate is the gradient plus a part at right angles whose squared
    length is (H - 1) / n of the gradient's, so that the tangent of the angle is sqrt((H - 1) / n).
    """
    n_units, (X, y) = 24, samples(10)
    settings: dict[str, Any] = {"hidden_units": (n_units,), "activation": "tanh", "random_state": 3}
    bench = make_bench(begun(make_learner("node-perturbation-loss", noise=0.01, **settings)), "node-perturbation-loss")
    descent = bench.descent(OWN, X[:1], y[:1], 0, None)["layer_1"]
    for n in (100, 1600):
        repeated = np.repeat(X[:1], n, axis=0), np.repeat(y[:1], n)
        tangents = [np.tan(np.radians(angle_deg(bench.change(*repeated, k)["layer_1"], descent))) for k in range(12)]
        assert np.sqrt(np.mean(np.square(tangents))) == pytest.approx(np.sqrt((n_units - 1) / n), rel=0.25)
    fixed = make_bench(begun(make_learner("feedback-alignment", **settings)), "feedback-alignment")
    descent = fixed.descent(OWN, X[:1], y[:1], 0, None)["layer_1"]
    angles = [
        angle_deg(fixed.change(*(np.repeat(a[:1], n, axis=0) for a in (X, y)), 0)["layer_1"], descent)
        for n in (1, 1600)
    ]
    assert angles[0] == pytest.approx(angles[1], abs=0.01)
    assert angles[0] is not None and angles[0] > 20


@pytest.mark.parametrize("name", ["hebb", "hebb-supervised"])
def test_a_competition_without_conscience_is_spherical_k_means(name: str) -> None:
    """The winner of one trial turns exactly along the descent; and its length, left out, is no part of it."""
    bench, (X, y) = bench_of(name, conscience=0.0), samples(12)
    for k in range(12):
        change = bench.change(X[k : k + 1], y[k : k + 1], 0)["layer_1"]
        descent = bench.descent(OWN, X[k : k + 1], y[k : k + 1], 0, None)["layer_1"]
        assert angle_deg(change, descent) == pytest.approx(0, abs=0.01)
        assert np.count_nonzero(np.abs(change).max(axis=0)) == 1


def test_readout_gradients_agree_with_differences() -> None:
    """The loss of a fixed read-out, one hidden weight moved: of the perceptron, and of the soft competition."""
    X, y = samples(30)
    for name, attribute in (("mlp", "parameters_"), ("hebb", "weights_")):
        bench = bench_of(name, **({"activation": "tanh"} if name == "mlp" else {}))
        probe = any_probe(bench.activity(X).shape[1])
        descent = bench.descent(READOUT, X, y, 0, probe)["layer_1"]
        unit = int(np.abs(descent).max(axis=0).argmax())
        inputs = np.argsort(-np.abs(descent[:, unit]))[:3]
        moved = make_bench(bench._learner, name)
        for i in inputs:
            losses = []
            for step in (0.004, -0.004):
                kept = (
                    moved._learner.parameters_.by_layer[0][0]
                    if attribute == "parameters_"
                    else moved._weights["layer_1"]
                )
                before = kept[i, unit]
                kept[i, unit] = before + step
                scores = probe.scores(moved.activity(X))
                losses.append(-np.log(scores[np.arange(len(y)), y]).mean())
                kept[i, unit] = before
            assert (losses[1] - losses[0]) / 0.008 == pytest.approx(descent[i, unit], rel=0.05)


def test_what_has_no_gradient_has_a_reason() -> None:
    """Votes by winners, rewards for races, the second stage of a teacher; and learners that learn in no trial."""
    assert "smooth" in bench_of("rstdp").objectives[OWN].undefined["layer_1"]
    late = begun(quick("hebb-supervised"), n_learned=60, horizon=80)
    assert "no continuous loss" in make_bench(late, "hebb-supervised").objectives[OWN].undefined["layer_1"]
    assert make_bench(begun(quick("hebb-supervised"), 10, 80), "hebb-supervised").objectives[OWN].undefined == {}
    assert bench_of("hebb").objectives[READOUT].surrogate and not bench_of("mlp").objectives[READOUT].surrogate
    assert "oja" in bench_of("hebb", rule="oja").objectives[OWN].undefined["layer_1"]
    assert "spike counts" in bench_of("snn-hebb-hidden").objectives[OWN].undefined["layer_1"]
    for name in ("kmeans", "majority", "mlp-spiking"):
        with pytest.raises(InputError, match=f"learner '{name}' has no weight change of a single trial"):
            bench_class(learner_class(name), name)
