"""The user's own table: a ``.csv`` with a header, or a ``.npz`` with the arrays ``X`` and ``y``."""

from __future__ import annotations

import hashlib
import warnings
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from neurosim.data import Classes, Dataset, Reals, Signature, Split
from neurosim.errors import InputError
from neurosim.tasks.base import Task
from neurosim.tasks.partition import SharedPool
from neurosim.tasks.splitting import N_FOLDS, fifth_tested, repeated_fold, scaled_by_training
from neurosim.tasks.table_target import CLASS, NUMBER, checked_target, parse_target

SUFFIXES = (".csv", ".npz")
FOLDS_BELOW = 1000
"""Tables with fewer rows are judged by repeated folds: one test part of them would be too small to say anything."""


def table(path: str | Path, target: str | None = None) -> Task:
    """Make a task of a file.

    Parameters
    ----------
    path : path
        A ``.csv`` whose first line names the columns, or a ``.npz`` with ``X``, shape (n_samples, ...), and ``y``.
    target : str, optional
        The column of a CSV that holds the labels or numbers; the last one by default. ``NAME:class`` or ``NAME:number``
        says how it is to be taken where the values leave that open (:mod:`neurosim.tasks.table_target`); of a ``.npz``,
        ``y:class`` or ``y:number``.

    Returns
    -------
    Task
        With a fixed stratified test part of a fifth of the rows, and folds where there are fewer than 1,000.

    Raises
    ------
    InputError
        If the file cannot be read, or holds anything that cannot be learned from.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"task {str(path)!r} ends in {path.suffix!r}; accepted: {' or '.join(SUFFIXES)}")
    if not path.is_file():
        raise InputError(f"task {str(path)!r} does not exist; accepted: a readable file")
    X, y, name, kind = (_read_csv if path.suffix.lower() == ".csv" else _read_npz)(path, target)
    data = _checked(path, X, y, kind)
    asked = Reals() if data.labels.dtype.kind == "f" else Classes(tuple(np.unique(data.labels).tolist()))
    folded, n_pool = len(data) < FOLDS_BELOW, len(data) - len(data) // N_FOLDS
    return Task(
        name=path.stem,
        summary=f"own table {path.name}: {len(data)} rows, {int(np.prod(data.X.shape[1:]))} features; "
        f"{name} is {asked.in_words}",
        load=partial(_load, data=data),
        load_fold=partial(_load_fold, data=data) if folded else None,
        partition=SharedPool(len(data) if folded else n_pool, n_pool - n_pool // N_FOLDS),
        signature=Signature(data.X.shape[1:], asked),
        source=f"the user's file {path.name}",
        licence="the user's",
        checksum=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _read_csv(path: Path, target: str | None) -> tuple[NDArray[Any], NDArray[Any], str, str]:
    import pandas as pd

    try:
        with warnings.catch_warnings():
            # Rows longer than the header: without this, pandas shifts columns, or drops values with a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(path, index_col=False, low_memory=False)
    except (ValueError, OSError, pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError(f"task {str(path)!r} cannot be read as CSV: {str(error).strip()}") from error
    if len(frame.columns) < 2:
        raise InputError(
            f"task {str(path)!r} has {len(frame.columns)} column; accepted: at least one feature and the label, "
            "separated by commas"
        )
    if not len(frame):
        raise InputError(f"task {str(path)!r} has no rows below its header; accepted: {N_FOLDS} or more a class")
    columns = list(map(str, frame.columns))
    label, kind = parse_target(f"task {str(path)!r}", target, columns, columns[-1])
    missing = np.flatnonzero(frame[label].isna())
    if len(missing):
        raise InputError(
            f"task {str(path)!r}: label {label!r} is missing in {_lines(path, missing)}; accepted: no gaps"
        )
    features = frame.drop(columns=[label])
    for column in features.columns:
        if not pd.api.types.is_numeric_dtype(features[column]):
            found = next((v for v in features[column] if not _is_number(v)), features[column].iloc[0])
            raise InputError(
                f"task {str(path)!r}: column {column!r} holds {found!r}; accepted: numbers (the label is {label!r})"
            )
        gaps = np.flatnonzero(~np.isfinite(features[column].to_numpy(dtype=float)))
        if len(gaps):
            raise InputError(f"task {str(path)!r}: column {column!r} has NaN or infinity in {_lines(path, gaps)}")
    return features.to_numpy(dtype=np.float64), frame[label].to_numpy(), label, kind


def _read_npz(path: Path, target: str | None) -> tuple[NDArray[Any], NDArray[Any], str, str]:
    name, kind = ("y", "") if target is None else _target_of_npz(target)
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, NpzFile):
            raise InputError(f"task {str(path)!r} holds one bare array; accepted: a .npz with the arrays X and y")
        with loaded as arrays:
            lacking = {"X", "y"} - set(arrays.files)
            if lacking:
                raise InputError(
                    f"task {str(path)!r} has the arrays {sorted(arrays.files)}; accepted: X and y (lacks "
                    f"{', '.join(sorted(lacking))})"
                )
            return arrays["X"], arrays["y"], name, kind
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"task {str(path)!r} cannot be read as .npz: {error}") from error


def _target_of_npz(target: str) -> tuple[str, str]:
    name, _, kind = target.rpartition(":")
    if name not in ("", "y") or kind not in (CLASS, NUMBER):
        accepted = f"no --target, y:{CLASS} or y:{NUMBER}"
        raise InputError(f"target is {target!r}, but a .npz holds its labels in y; accepted: {accepted}")
    return "y", kind


def _checked(path: Path, X: NDArray[Any], y: NDArray[Any], kind: str) -> Dataset:
    where = f"task {str(path)!r}"
    if X.ndim < 2 or X.dtype.kind not in "biuf" or 0 in X.shape:
        raise InputError(f"{where}: X has shape {X.shape} and type {X.dtype}; accepted: numbers, (n_samples, ...)")
    if y.ndim != 1 or len(y) != len(X):
        raise InputError(f"{where}: y has shape {y.shape}; accepted: ({len(X)},), one label for each row of X")
    if not np.isfinite(X).all():
        raise InputError(f"{where}: X has NaN or infinity; accepted: finite numbers")
    target = checked_target(where, y, kind)
    # Wide types stay wide until they are scaled: float32 would round dates and large numbers, or overflow.
    return Dataset(X.astype(np.result_type(X, np.float32)), target, np.arange(len(X)))


def _load(seed: int, train_size: int | None = None, *, data: Dataset) -> Split:
    return scaled_by_training(fifth_tested(data, seed, train_size))


def _load_fold(seed: int, train_size: int | None = None, *, data: Dataset) -> Split:
    return scaled_by_training(repeated_fold(data, seed, train_size))


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _lines(path: Path, rows: NDArray[np.integer]) -> str:
    # Line 1 of a CSV is its header, and pandas passes blank lines over.
    text = path.read_text(encoding="utf-8", errors="replace")
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    shown = ", ".join(str(numbers[row + 1]) if row + 1 < len(numbers) else "the last" for row in rows[:5])
    return f"line {shown}" if len(rows) == 1 else f"lines {shown}{'…' if len(rows) > 5 else ''}"
