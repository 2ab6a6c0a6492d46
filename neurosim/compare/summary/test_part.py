"""What a condition was tested on, in words and numbers, and which classes were never answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurosim.compare.experiment.opening import OpenedCondition
from neurosim.compare.summary.counted import mean_of
from neurosim.data import Record

RARE = 0.1
"""Share of the test samples below which a class is rare."""


def tested_on(opened: OpenedCondition, records: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    """Say how many samples were learned from and tested, and what is special about them.

    Returns
    -------
    dict
        ``n_train`` and ``n_test``, means over seeds, or None; ``tested_on`` in words; ``samples``, what one is called;
        ``rarest_class`` with its name and share, None where no class is rare; ``never_answered``, label to classes that
        it answered to no test sample of any seed.
    """
    anybody = next(iter(records.values()))
    samples = "images" if len(opened.task.signature.sample_shape) > 1 else "samples"
    n_train, n_test = (mean_of([getattr(record, name) for record in anybody]) for name in ("n_train", "n_test"))
    told = opened.task.tested_on or (f"{n_test:,.0f} {samples}" if n_test is not None else samples)
    return {
        "n_train": n_train,
        "n_test": n_test,
        "samples": samples,
        "tested_on": told,
        "rarest_class": _rarest(anybody),
        "never_answered": {label: never for label, of in records.items() if (never := _never_answered(of))},
    }


def _confusion(records: Sequence[Record]) -> tuple[list[str], np.ndarray[Any, Any]] | None:
    found = [
        (record.arrays["classes"], record.arrays["confusion"]) for record in records if "confusion" in record.arrays
    ]
    if not found or len(found) < len(records) or len({tuple(classes.tolist()) for classes, _ in found}) > 1:
        return None
    return [str(one) for one in found[0][0].tolist()], np.sum([counts for _, counts in found], axis=0)


def _rarest(records: Sequence[Record]) -> dict[str, Any] | None:
    if (found := _confusion(records)) is None:
        return None
    classes, counts = found
    shares = counts.sum(axis=1) / max(counts.sum(), 1)
    # Twenty classes of equal size are none of them rare.
    if not len(shares) or shares.min() >= RARE or shares.min() >= 0.5 / len(shares):
        return None
    rarest = int(np.argmin(shares))
    return {"name": classes[rarest], "share": float(shares[rarest])}


def _never_answered(records: Sequence[Record]) -> list[str]:
    if (found := _confusion(records)) is None:
        return []
    classes, counts = found
    return [
        name
        for name, answered, there in zip(classes, counts.sum(axis=0), counts.sum(axis=1), strict=True)
        if there and not answered
    ]
