"""Many presentations in one call: rows of what each one writes go in, rows of what is read come out.

For presentations that do not depend on each other. On a live network a compiled loop walks through them; elsewhere
Python does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from neurosim.errors import out_of_range
from neurosim.snn.engine.interface import Engine
from neurosim.snn.engine.live import looping
from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.views import Array, Views


@dataclass(frozen=True)
class Part:
    """A part of a presentation.

    Attributes
    ----------
    n_steps : int
        How long it lasts.
    begins : mapping of str to float
        Views, by name, with the value that all their elements have at its beginning.
    """

    n_steps: int
    begins: Mapping[str, float] = field(default_factory=dict)


def play(
    engine: Engine,
    views: Views,
    parts: Sequence[Part],
    writes: Mapping[str, ArrayLike],
    reads: Sequence[str],
    seeds: Sequence[int] | None = None,
) -> dict[str, Array]:
    """Present samples one after the other.

    Parameters
    ----------
    engine : Engine
        What runs.
    views : Views
        Its arrays by name.
    parts : sequence of Part
        Of every presentation, in order. What a sample writes comes after the beginning of the first part.
    writes : mapping of str to array-like, each of shape (n_samples, ...)
        By view: what each sample writes; broadcast to the view's shape.
    reads : sequence of str
        Views that are copied at the end of each presentation.
    seeds : sequence of int, optional
        Of the engine's own generator, one a sample.

    Returns
    -------
    dict of str to ndarray, each of shape (n_samples, ...)
        By view: what was read.

    Raises
    ------
    InputError
        If a view does not exist, or the rows do not fit it or each other.
    """
    n_samples = len(np.asarray(next(iter(writes.values()))))
    rows_in = {name: _rows_for(name, views[name], values, n_samples) for name, values in writes.items()}
    rows_out = {name: np.empty((n_samples, *views[name].shape), views[name].dtype) for name in reads}
    begins = [[(views[name], value) for name, value in part.begins.items()] for part in parts]
    if isinstance(engine, LiveEngine) and _all_plain(begins):
        described = [(filled, part.n_steps) for part, filled in zip(parts, begins, strict=True)]
        written, read = ([looping.rows(views[name], some[name]) for name in some] for some in (rows_in, rows_out))
        network, words = looping.network(engine, described), looping.seed_words(seeds)
        looping.play(engine, network, written, read, words, n_samples)
        return rows_out
    for row in range(n_samples):
        for number, (part, filled) in enumerate(zip(parts, begins, strict=True)):
            for view, value in filled:
                view[...] = value
            if not number:
                for name, values in rows_in.items():
                    views[name][...] = values[row]
                if seeds is not None:
                    engine.seed(int(seeds[row]))
            engine.run_steps(part.n_steps)
        for name, values in rows_out.items():
            values[row] = views[name]
    return rows_out


def _rows_for(name: str, view: Array, values: ArrayLike, n_samples: int) -> Array:
    given = np.asarray(values)
    if len(given) != n_samples:
        raise out_of_range(f"number of rows for {name!r}", len(given), f"{n_samples}, one a sample")
    if given.ndim == 1 and view.shape != (1,):
        given = given.reshape(-1, *[1] * view.ndim)
    try:
        whole = np.broadcast_to(given.reshape(n_samples, 1) if view.shape == (1,) else given, (n_samples, *view.shape))
    except ValueError as error:
        raise out_of_range(f"shape of rows for {name!r}", given.shape, str((n_samples, *view.shape))) from error
    return np.ascontiguousarray(whole, view.dtype)


def _all_plain(begins: Sequence[Sequence[tuple[Array, float]]]) -> bool:
    return all(looping.is_plain(view) for filled in begins for view, _ in filled)
