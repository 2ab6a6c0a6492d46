"""Noise that depends on its key alone, and encoders to relative rates."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosim.coding.noise import EXPLORATION, PREDICTION, TRAINING, PresentationNoise, packed_seed
from neurosim.coding.rates import rate_encoder
from neurosim.errors import InputError
from neurosim.seeding import noise_words


def test_noise_depends_on_seed_purpose_and_key_only() -> None:
    noise, other = PresentationNoise(noise_words(3)), PresentationNoise(noise_words(3))
    wanted = noise.uniform(TRAINING, 17, 50)
    for key in (0, 5, 2**31):
        other.uniform(PREDICTION, key, 33)
    np.testing.assert_array_equal(other.uniform(TRAINING, 17, 50), wanted)
    for different in (
        noise.uniform(TRAINING, 18, 50), noise.uniform(PREDICTION, 17, 50),
        PresentationNoise(noise_words(4)).uniform(TRAINING, 17, 50),
    ):  # fmt: skip
        assert (different != wanted).mean() > 0.9


def test_noise_is_uniform_and_uncorrelated_between_neighbouring_keys() -> None:
    noise = PresentationNoise(noise_words(0))
    draws = np.array([noise.uniform(TRAINING, key, 200) for key in range(500)])
    assert draws.min() >= 0 and draws.max() < 1
    # 100,000 draws: the mean strays by 0.0009, its tenths by 0.1 per cent each.
    assert abs(draws.mean() - 0.5) < 0.004
    assert np.abs(np.histogram(draws, 10, (0, 1))[0] / draws.size - 0.1).max() < 0.004
    assert abs(np.corrcoef(draws[:-1].ravel(), draws[1:].ravel())[0, 1]) < 0.015


def test_no_two_purposes_or_attempts_draw_the_same_numbers() -> None:
    """Samples shown again draw anew each time; exploration shares a word with their second attempt, so is refused."""
    once, again = PresentationNoise(noise_words(5)), PresentationNoise(noise_words(5), attempts=True)
    drawn = [once.uniform(purpose, 7, 20) for purpose in (TRAINING, PREDICTION, EXPLORATION)]
    tried = [again.uniform(purpose, 7, 20, k) for k in range(4) for purpose in (TRAINING, PREDICTION)]
    for draws in (drawn, tried):
        assert len({one.tobytes() for one in draws}) == len(draws)
    np.testing.assert_array_equal(drawn[EXPLORATION], tried[2], err_msg="why it is refused")
    for noise, purpose, attempt in ((again, EXPLORATION, 0), (once, TRAINING, 1), (once, 3, 0)):
        with pytest.raises(ValueError, match=f"purpose {purpose}, attempt {attempt} would draw another's numbers"):
            noise.uniform(purpose, 7, 20, attempt)


@pytest.mark.parametrize("attempts", [False, True])
def test_copied_and_pickled_noise_goes_on_the_same(attempts: bool) -> None:
    noise = PresentationNoise(noise_words(5), attempts)
    wanted = noise.uniform(PREDICTION, 3, 9, 2 * attempts)
    for other in (copy.deepcopy(noise), pickle.loads(pickle.dumps(noise))):
        noise.uniform(TRAINING, 4, 2)
        np.testing.assert_array_equal(other.uniform(PREDICTION, 3, 9, 2 * attempts), wanted)


def test_a_packed_seed_uses_every_bit() -> None:
    """Numbers in [0, 1) in steps of 2^-24: the first stands in the upper half."""
    step = np.float32(2.0**-24)
    assert packed_seed(np.array([0, step])) == 1
    assert packed_seed(np.array([step, 0])) == 2**24
    assert packed_seed(np.array([1 - step, 1 - step], np.float32)) == 2**48 - 1


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 20)), elements=st.floats(0, 1, width=32)))
def test_encoded_samples_have_unit_length(X: np.ndarray) -> None:
    for kind in ("intensity", "population"):
        encoder = rate_encoder(kind, X.shape[1], 6)
        u = encoder.encode(X)
        assert u.shape == (len(X), encoder.n_inputs)
        length = np.linalg.norm(u, axis=1)
        empty = ~X.astype(bool).any(axis=1) if kind == "intensity" else np.zeros(len(X), bool)
        assert (u >= 0).all()
        np.testing.assert_allclose(length[~empty], 1, rtol=1e-4)
        assert (length[empty] == 0).all()


def test_a_receptive_field_answers_most_at_its_centre() -> None:
    """Five fields at 0, 1/4, ... 1, width 0.7/4: at a centre the neighbours stand at exp(-1/2 (1/0.7)^2) = 0.360."""
    encoder = rate_encoder("population", 1, 5)
    u = encoder.encode(np.array([[0.25]], np.float32))[0]
    assert u.argmax() == 1
    np.testing.assert_allclose(u / u[1], [0.36045, 1, 0.36045, 0.01688, 0.000103], atol=1e-4)


def test_auto_takes_fields_for_few_features() -> None:
    assert rate_encoder("auto", 4, 8).n_inputs == 32
    assert rate_encoder("auto", 64, 8).n_inputs == 64
    with pytest.raises(InputError, match="did you mean population"):
        rate_encoder("populaton", 4, 8)
