"""Tables that come with scikit-learn, read from its files: its loaders would load all of scikit-learn with them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class ShippedTable:
    """One of scikit-learn's tables.

    Attributes
    ----------
    files : tuple of str
        Whose columns stand beside each other; the last column of all is the target.
    loader : str
        scikit-learn's own, asked where the files lie elsewhere.
    delimiter : str or None
        Between values; None for white space.
    n_header : int
        Lines before the first row.
    options : mapping
        Of the loader.
    """

    files: tuple[str, ...]
    loader: str
    delimiter: str | None = ","
    n_header: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Table:
        """Give samples, shape (n_samples, n_features), and targets, shape (n_samples,)."""
        paths = [data_folder() / file for file in self.files]
        if not all(path.is_file() for path in paths):
            X, y = getattr(importlib.import_module("sklearn.datasets"), self.loader)(return_X_y=True, **self.options)
            return np.asarray(X, np.float64), np.asarray(y, np.float64)
        columns = np.column_stack(
            [np.loadtxt(path, delimiter=self.delimiter, skiprows=self.n_header) for path in paths]
        )
        return np.ascontiguousarray(columns[:, :-1]), np.ascontiguousarray(columns[:, -1])


def data_folder() -> Path:
    """Give the folder of scikit-learn's tables, which is there if it is laid out as it has been."""
    found = importlib.util.find_spec("sklearn")
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places or ("",)))) / "datasets" / "data"
