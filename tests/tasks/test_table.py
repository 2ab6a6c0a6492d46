"""The user's own table: what is right is read exactly, what is wrong is named with its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosim.data import Classes, Reals, Signature
from neurosim.errors import InputError
from neurosim.tasks import load_task

FINE = "width,height,kind\n" + "".join(f"{k},{k * k / 7},{'even' if k % 2 == 0 else 'odd'}\n" for k in range(30))


def csv_task(folder: Path, text: str, target: str | None = None, name: str = "own.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_task(str(path), target=target)


def npz_task(folder: Path, **arrays: np.ndarray):
    np.savez(folder / "own.npz", **arrays)
    return load_task(str(folder / "own.npz"))


def with_line(number: int, line: str) -> str:
    """Give the sound table with one line replaced; the header is line 1."""
    lines = FINE.splitlines()
    lines[number - 1] = line
    return "\n".join(lines) + "\n"


def test_a_csv_becomes_a_task(tmp_path: Path) -> None:
    """Name, classes and shape are those of the file; the last column is the label."""
    task = csv_task(tmp_path, FINE)
    assert (task.name, task.signature) == ("own", Signature((2,), Classes(("even", "odd"))))
    split = task.load(0)
    rows = np.concatenate([part.index for part in (split.train, split.validation, split.test)])
    assert sorted(rows.tolist()) == list(range(30))
    assert [len(part) for part in (split.train, split.validation, split.test)] == [20, 4, 6]
    for part in (split.train, split.validation, split.test):
        assert part.labels.tolist() == ["even" if k % 2 == 0 else "odd" for k in part.index]


def test_features_are_scaled_by_the_training_part(tmp_path: Path) -> None:
    """Each value is where it stands between the training part's smallest and largest, by its row's own number."""
    split = csv_task(tmp_path, FINE).load(3)
    low, high = split.train.index.min(), split.train.index.max()
    for part in (split.train, split.validation, split.test):
        expected = np.clip((part.index - low) / (high - low), 0, 1)
        assert np.allclose(part.X[:, 0], expected, atol=1e-6)
        squares = np.clip((part.index**2 - low**2) / (high**2 - low**2), 0, 1)
        assert np.allclose(part.X[:, 1], squares, atol=1e-6)


def test_another_column_can_be_the_label(tmp_path: Path) -> None:
    """The rest are features, in their order."""
    text = "kind,a,b\n" + "".join(f"{k % 3},{k},{-k}\n" for k in range(30))
    task = csv_task(tmp_path, text, target="kind")
    assert task.signature == Signature((2,), Classes((0, 1, 2)))
    train = task.load(0).train
    assert np.allclose(train.X[:, 0], 1 - train.X[:, 1], atol=1e-6)


def test_small_tables_come_in_folds_and_large_ones_do_not(tmp_path: Path) -> None:
    """Five seeds test each row once below 1,000 rows; from there on one test part is enough."""
    small = csv_task(tmp_path, FINE)
    tested = np.concatenate([small.split(seed).test.index for seed in range(5)])
    assert sorted(tested.tolist()) == list(range(30))
    rows = "".join(f"{k},{k % 2}\n" for k in range(1000))
    large = csv_task(tmp_path, "a,b\n" + rows, name="large.csv")
    assert large.load_fold is None
    assert np.array_equal(large.split(0).test.index, large.split(1).test.index)
    assert len(large.split(0).test) == 200


def test_dates_and_large_numbers_keep_their_differences(tmp_path: Path) -> None:
    """Seconds since 1970 differ by less than float32 holds, until they are scaled; 1e300 is not infinite."""
    stamps = 1_700_000_000 + np.arange(40)
    task = npz_task(tmp_path, X=np.column_stack([stamps, 1e300 * np.arange(40)]), y=np.arange(40) % 2)
    train = task.load(0).train
    assert len(np.unique(train.X[:, 0])) == len(train)
    assert np.allclose(train.X[:, 0], train.X[:, 1], atol=1e-6)


def test_images_of_an_npz_keep_their_shape(tmp_path: Path) -> None:
    """Samples of any shape, bytes among them."""
    X = np.random.default_rng(0).integers(0, 256, (50, 4, 3), dtype=np.uint8)
    task = npz_task(tmp_path, X=X, y=np.repeat(["a", "b"], 25))
    assert task.signature == Signature((4, 3), Classes(("a", "b")))
    assert task.load(0).train.X.shape == (32, 4, 3)


def test_whole_numbers_stored_as_floats_are_labels(tmp_path: Path) -> None:
    """A column of 1.0 and 2.0 names classes 1 and 2."""
    assert npz_task(tmp_path, X=np.eye(12), y=np.repeat([1.0, 2.0], 6)).signature.target == Classes((1, 2))


def test_the_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    """Another content is another source."""
    first = csv_task(tmp_path, FINE).checksum
    assert first == csv_task(tmp_path, FINE).checksum
    assert first != csv_task(tmp_path, with_line(4, "2,0.6,even")).checksum


MALFORMED = {
    "NaN": (with_line(5, "nan,1,odd"), "column 'width' has NaN or infinity in line 5"),
    "gap": (with_line(9, "7,,odd"), "column 'height' has NaN or infinity in line 9"),
    "infinity": (with_line(31, "inf,1,odd"), "column 'width' has NaN or infinity in line 31"),
    "missing label": (with_line(7, "5,3.5,"), "label 'kind' is missing in line 7; accepted: no gaps"),
    "blank lines": ("\n" + with_line(7, "\n\n5,3.5,"), "label 'kind' is missing in line 10"),
    "text column": (with_line(4, "2,tall,even"), "column 'height' holds 'tall'; accepted: numbers"),
    "number out of range": (with_line(4, f"{'9' * 400},1,even"), "column 'width'"),
    "digits with underscores": (with_line(4, "1_000,1,even"), "column 'width' holds"),
    "short row": (with_line(4, "2"), "label 'kind' is missing in line 4"),
    "long row": (with_line(4, "2,3,even,4"), "cannot be read as CSV"),
    "long rows": ("a,b\n" + "1,2,x\n3,4,y\n" * 9, "cannot be read as CSV"),
    "one class": ("a,b\n" + "1,x\n" * 20, "only 1 class; accepted: two or more"),
    "rare class": ("a,b\n" + "1,x\n" * 20 + "2,rare\n" * 4, "class 'rare' has 4 rows; accepted: 5 or more a class"),
    "few measured values": ("a,b\n" + "".join(f"1,{k / 4}\n" for k in range(9)), "9 rows; accepted: 10 or more"),
    "one measured value": ("a,b\n" + "1,0.5\n" * 20, "all targets are 0.5; accepted: two different ones or more"),
    "rare whole number": ("a,b\n" + "1,1\n" * 9 + "1,2\n", "class '2' has 1 rows.*, or NAME:number as the target"),
    "one column": ("a\n" + "1\n" * 20, "has 1 column; accepted: at least one feature"),
    "semicolons": (FINE.replace(",", ";"), "has 1 column.*separated by commas"),
    "header alone": ("a,b\n", "has no rows below its header"),
    "empty": ("", "cannot be read as CSV"),
    "open quote": (FINE + '"1,2,odd', "own.csv"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_csv_is_refused_by_place(tmp_path: Path, what: str) -> None:
    """One line: the file, the column, the line as an editor counts it, and what would be accepted."""
    text, said = MALFORMED[what]
    with pytest.raises(InputError, match=said) as caught:
        csv_task(tmp_path, text)
    assert "own.csv" in str(caught.value)


def test_many_gaps_are_counted_not_listed(tmp_path: Path) -> None:
    """The first five lines, and that there are more."""
    text = "a,b\n" + ",x\n" * 8 + "1,y\n" * 8
    with pytest.raises(InputError, match="in lines 2, 3, 4, 5, 6…"):
        csv_task(tmp_path, text)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8."""
    (tmp_path / "own.csv").write_bytes(b"a,b\n\xff\xfe\x00,1\n")
    with pytest.raises(InputError, match="cannot be read as CSV"):
        load_task(str(tmp_path / "own.csv"))


def test_a_wrong_target_is_answered_with_the_closest_column(tmp_path: Path) -> None:
    """As any other name."""
    with pytest.raises(InputError, match="target 'knd' is unknown; did you mean kind"):
        csv_task(tmp_path, FINE, target="knd")


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    """A missing file and a folder with such a name."""
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "none.npz", "folder.csv"):
        with pytest.raises(InputError, match="does not exist; accepted: a readable file"):
            load_task(str(tmp_path / name))


def test_a_table_takes_no_parameters(tmp_path: Path) -> None:
    """They belong to tasks that are generated."""
    (tmp_path / "own.csv").write_text(FINE)
    with pytest.raises(InputError, match="parameter 'noise' is unknown; accepted: nothing"):
        load_task(str(tmp_path / "own.csv"), noise=3)


X, Y = np.random.default_rng(1).random((20, 3)), np.arange(20) % 2
BROKEN_NPZ = {
    "no y": ({"X": X}, r"arrays \['X'\]; accepted: X and y .lacks y"),
    "no X": ({"x": X, "y": Y}, "lacks X"),
    "NaN": ({"X": np.where(X > 0.9, np.nan, X), "y": Y}, "X has NaN or infinity"),
    "one axis": ({"X": X[:, 0], "y": Y}, r"X has shape \(20,\)"),
    "no features": ({"X": X[:, :0], "y": Y}, r"X has shape \(20, 0\)"),
    "no samples": ({"X": X[:0], "y": Y[:0]}, r"X has shape \(0, 3\)"),
    "text": ({"X": X.astype(str), "y": Y}, "X has shape .* and type"),
    "complex": ({"X": X * 1j, "y": Y}, "type complex128"),
    "lengths differ": ({"X": X, "y": Y[:-1]}, r"y has shape \(19,\); accepted: \(20,\)"),
    "y of two axes": ({"X": X, "y": np.eye(20)}, r"y has shape \(20, 20\)"),
    "missing labels": ({"X": X, "y": np.where(Y == 1, np.nan, 0.0)}, "y has NaN or infinity"),
    "one measured value": ({"X": X, "y": np.full(20, 0.5)}, "all targets are 0.5; accepted: two different ones"),
    "dates": ({"X": X, "y": np.array(["2020-01-01"] * 20, "M8[D]")}, "y has type datetime64"),
    "one class": ({"X": X, "y": np.zeros(20)}, "only 1 class"),
    "pickled": ({"X": X, "y": np.array(["a", None] * 10, object)}, "cannot be read as .npz: Object arrays"),
}


@pytest.mark.parametrize("what", BROKEN_NPZ)
def test_a_malformed_npz_is_refused(tmp_path: Path, what: str) -> None:
    """One line that names the array, its form and what would be accepted; pickled objects are never opened."""
    arrays, said = BROKEN_NPZ[what]
    with pytest.raises(InputError, match=said) as caught:
        npz_task(tmp_path, **arrays)
    assert "own.npz" in str(caught.value) and "\n" not in str(caught.value)


def test_a_damaged_npz_is_refused_wherever_it_is_cut_or_changed(tmp_path: Path) -> None:
    """Cut anywhere, or with any stretch of bytes overwritten, it is refused or the same."""
    path = tmp_path / "own.npz"
    np.savez_compressed(path, X=X, y=Y)
    sound, expected = path.read_bytes(), load_task(str(path)).load(0).train.X
    for place in range(0, len(sound), 37):
        for damaged in (sound[:place], sound[:place] + b"\x00\xff\x7f" + sound[place + 3 :]):
            path.write_bytes(damaged)
            try:
                assert np.array_equal(load_task(str(path)).load(0).train.X, expected)
            except InputError as error:
                assert "own.npz" in str(error)


def test_a_bare_array_or_a_pickle_by_the_name_of_npz_is_refused(tmp_path: Path) -> None:
    """The ending does not decide what is inside."""
    with open(tmp_path / "bare.npz", "wb") as file:
        np.save(file, X)
    with pytest.raises(InputError, match=r"one bare array; accepted: a \.npz with the arrays X and y"):
        load_task(str(tmp_path / "bare.npz"))
    (tmp_path / "pickle.npz").write_bytes(b"\x80\x04N.")
    with pytest.raises(InputError, match=r"cannot be read as \.npz"):
        load_task(str(tmp_path / "pickle.npz"))


def test_an_npz_takes_no_target(tmp_path: Path) -> None:
    """Its labels are y."""
    np.savez(tmp_path / "own.npz", X=X, y=Y)
    with pytest.raises(InputError, match=r"a \.npz holds its labels in y"):
        load_task(str(tmp_path / "own.npz"), target="y")


# -- measured targets -------------------------------------------------------------------------------------------------

MEASURED = "width,height\n" + "".join(f"{k},{k * k / 7}\n" for k in range(30))
AGES = np.arange(60) * 7 % 53
"""53 different whole numbers in 60 rows: too many, and too rare, to name classes."""
GRADES = np.arange(60) % 6


def test_fractions_are_measured(tmp_path: Path) -> None:
    """A column with a fraction is a number for each row, in its own unit; parts hold small and large ones."""
    task = csv_task(tmp_path, MEASURED)
    assert task.signature == Signature((1,), Reals()) and task.measures == ("rmse", "r2")
    assert "height is a number" in task.summary and "kind is one of 2 classes" in csv_task(tmp_path, FINE).summary
    for split in (task.load(0), task.split(3)):
        for part in (split.train, split.validation, split.test):
            assert np.allclose(part.labels, part.index**2 / 7) and part.labels.dtype == np.float64
            assert np.ptp(part.labels) > 40
    tested = np.concatenate([task.split(seed).test.index for seed in range(5)])
    assert sorted(tested.tolist()) == list(range(30))


@pytest.mark.parametrize(
    ("y", "measured"),
    [
        (AGES, True),
        (AGES.astype(float), True),
        (GRADES, False),
        (np.arange(130) % 26, False),
        (np.repeat([0.5, 1.5], 6), True),
        (np.array([True, False] * 6), False),
        (np.array(["1.5", "2.5"] * 6), False),
    ],
)
def test_values_decide_what_a_target_is(tmp_path: Path, y: np.ndarray, measured: bool) -> None:
    """Fractions are measured; whole numbers only where they are many and some are too rare for a class."""
    target = npz_task(tmp_path, X=np.arange(len(y))[:, None], y=y).signature.target
    assert target == (Reals() if measured else Classes(tuple(np.unique(y).tolist())))


def test_the_user_may_say_what_a_target_is(tmp_path: Path) -> None:
    """Beside the column's name, or alone for the last column; a name that holds a colon itself is that column."""
    text = "x,grade,a:class\n" + "".join(f"{k},{grade},{k % 2}\n" for k, grade in enumerate(GRADES))
    assert csv_task(tmp_path, text, target="grade").signature.target == Classes(tuple(range(6)))
    task = csv_task(tmp_path, text, target="grade:number")
    assert task.signature.target == Reals() and sorted(set(task.load(0).train.labels)) == [0, 1, 2, 3, 4, 5]
    for target, expected in (("a:class", Classes((0, 1))), ("a:class:number", Reals()), (":number", Reals())):
        assert csv_task(tmp_path, text, target=target).signature.target == expected
    np.savez(tmp_path / "own.npz", X=np.arange(60)[:, None], y=GRADES)
    for target in ("y:number", ":number"):
        assert load_task(str(tmp_path / "own.npz"), target=target).signature.target == Reals()


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        (MEASURED, "height:class", r"y holds 0\.14.*; accepted: whole numbers or text, as the target is to be a class"),
        (FINE, "kind:number", "y holds 'even'; accepted: numbers, as the target is to be one"),
        (MEASURED, "height:numbr", "target 'height' as 'numbr' is unknown; did you mean number"),
        (MEASURED, "hight:number", "target 'hight:number' is unknown; did you mean height"),
    ],
)
def test_what_a_target_cannot_be_is_refused(tmp_path: Path, text: str, target: str, said: str) -> None:
    """One line that names the value and what would be accepted."""
    with pytest.raises(InputError, match=said) as caught:
        csv_task(tmp_path, text, target=target)
    assert "own.csv" in str(caught.value) and "\n" not in str(caught.value)


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 6))
TEXT = st.text("abcXYZ äß'\";#,.", min_size=1, max_size=6).map(str.strip).filter(bool)
LABELS = st.lists(TEXT | st.integers(-5, 5).map(str), min_size=2, max_size=3, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LABELS, st.integers(1, 3), st.data())
def test_random_tables_come_back(tmp_path: Path, labels: list[str], n_features: int, data: st.DataObject) -> None:
    """Written with the csv module, read as a task: every row keeps its label, and its features up to their scale."""
    n = 5 * len(labels) + data.draw(st.integers(0, 6))
    X = np.array(
        data.draw(st.lists(st.lists(NUMBERS, min_size=n_features, max_size=n_features), min_size=n, max_size=n))
    )
    y = [labels[k % len(labels)] for k in range(n)]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([f"feature {k}" for k in range(n_features)] + ["the label"])
    writer.writerows([*map(repr, map(float, row)), label] for row, label in zip(X, y, strict=True))
    split = csv_task(tmp_path, buffer.getvalue()).load(data.draw(st.integers(0, 99)))
    parts = (split.train, split.validation, split.test)
    assert sorted(np.concatenate([part.index for part in parts]).tolist()) == list(range(n))
    low, high = X[split.train.index].min(axis=0), X[split.train.index].max(axis=0)
    width = np.where(high > low, high - low, 1)
    for part in parts:
        assert [str(label) for label in part.labels] == [y[row] for row in part.index]
        assert np.allclose(part.X, np.clip((X[part.index] - low) / width, 0, 1), atol=1e-5)
