"""Columns with names, as in a data frame: scikit-learn's own convention, also across a file."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.utils.estimator_checks import check_dataframe_column_names_consistency

from neurosim.learners import learner_class
from tests.learners.settings import LONG, NAMES, brief, quick, with_slow

X, Y = load_iris(return_X_y=True, as_frame=True)
REVERSED = X[X.columns[::-1]]
"""The same columns in another order, which a learner that does not look takes for the first ones."""
ENTRANCES: dict[str, Any] = {
    "fit": lambda learner: learner.fit(X, Y),
    "partial_fit": lambda learner: learner.partial_fit(X, Y, [0, 1, 2]),
    "partial_fit after begin": lambda learner: learner.begin(300, [0, 1, 2], 4).partial_fit(X, Y),
    "fit_readout": lambda learner: learner.fit_readout(X, Y),
    "fit after fit": lambda learner: learner.fit(REVERSED.to_numpy(), Y).fit(X, Y),
}


@pytest.fixture(autouse=True)
def no_warning() -> Any:
    """Let any warning fail a test, but for the range that only fit learns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "X ranges from")
        yield


@pytest.mark.parametrize("name", with_slow(NAMES, LONG))
def test_scikit_learns_own_check_of_columns_passes(name: str) -> None:
    check_dataframe_column_names_consistency(name, quick(name, **({"epochs": 1} if name in LONG else {})))


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_names_are_kept_and_other_columns_refused(entrance: str) -> None:
    """By every way in; and a learner that was begun afresh has forgotten them."""
    learner = ENTRANCES[entrance](brief("mlp"))
    assert list(learner.feature_names_in_) == list(X.columns) and learner.n_features_in_ == 4
    learner.predict(X)
    for ask in (learner.predict, learner.activity, lambda frame: learner.partial_fit(frame, Y)):
        with pytest.raises(ValueError, match="must be in the same order as they were in fit"):
            ask(REVERSED)
        with pytest.raises(ValueError, match="Feature names unseen at fit time"):
            ask(X.rename(columns={X.columns[0]: "something else"}))
    with pytest.warns(UserWarning, match="X does not have valid feature names, but MLP was fitted with"):
        learner.predict(X.to_numpy())
    assert not hasattr(learner.begin(300, [0, 1, 2], 4), "feature_names_in_")


def test_the_order_of_columns_would_matter() -> None:
    """What is refused would have been answered wrongly."""
    learner = quick("mlp", epochs=30, dropout=0.0).fit(X, Y)
    assert learner.score(X, Y) > 0.9
    swapped = pd.DataFrame(REVERSED.to_numpy(), columns=X.columns)
    assert learner.score(swapped, Y) < 0.7


def test_a_call_that_fails_names_no_columns() -> None:
    learner = brief("mlp").begin(300, [0, 1, 2], 4)
    with pytest.raises(ValueError, match="NaN"):
        learner.partial_fit(REVERSED.mask(REVERSED > 5), Y)
    with pytest.raises(ValueError, match="y holds 7"):
        learner.partial_fit(REVERSED, [7] * len(Y))
    with pytest.raises(ValueError, match="X has 3 features, but MLP is expecting 4"):
        learner.partial_fit(X[X.columns[:3]], Y)
    assert list(learner.partial_fit(X, Y).feature_names_in_) == list(X.columns)


def test_without_names_nothing_is_asked() -> None:
    learner = brief("mlp").fit(X.to_numpy(), Y)
    assert not hasattr(learner, "feature_names_in_")
    with pytest.warns(UserWarning, match="X has feature names, but MLP was fitted without"):
        learner.predict(X)


@pytest.mark.parametrize("frame", [X, X.to_numpy()], ids=["names", "no names"])
def test_a_file_keeps_names(frame: Any, tmp_path: Path) -> None:
    learner = brief("mlp").fit(frame, Y)
    learner.save(tmp_path / "a.npz")
    loaded = learner_class("mlp").load(tmp_path / "a.npz")
    assert vars(loaded).keys() == vars(learner).keys()
    np.testing.assert_array_equal(loaded.predict_proba(frame), learner.predict_proba(frame))
    if frame is X:
        assert loaded.feature_names_in_.dtype == learner.feature_names_in_.dtype == object
        with pytest.raises(ValueError, match="must be in the same order"):
            loaded.predict(REVERSED)


def test_a_learner_saved_before_it_met_a_sample_still_takes_names(tmp_path: Path) -> None:
    brief("mlp").begin(300, [0, 1, 2], 4).save(tmp_path / "a.npz")
    loaded = learner_class("mlp").load(tmp_path / "a.npz").partial_fit(X, Y)
    assert list(loaded.feature_names_in_) == list(X.columns)


def test_a_file_from_before_names_were_kept_is_read(tmp_path: Path) -> None:
    learner = brief("mlp").fit(X, Y)
    learner.save(tmp_path / "new.npz")
    with np.load(tmp_path / "new.npz") as file:
        arrays = dict(file)
    header = json.loads(str(arrays["header"]))
    del header["feature_names"], header["met"]
    np.savez(tmp_path / "old.npz", **arrays | {"header": np.array(json.dumps(header))})
    loaded = learner_class("mlp").load(tmp_path / "old.npz")
    np.testing.assert_array_equal(loaded.predict_proba(X.to_numpy()), learner.predict_proba(X))
    with pytest.warns(UserWarning, match="X has feature names, but MLP was fitted without"):
        loaded.predict(X)
