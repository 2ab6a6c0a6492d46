"""When spiking learners have decided, and how busy their busiest input is, averaged over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Record

READ_AT_THE_END = "its answer is not read from the first spike of an output neuron"
NEVER_SPIKED = "no output neuron spiked"


def decision_of(records: Sequence[Record]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Average what was seen of decisions over samples and seeds.

    Returns
    -------
    decision : dict or None
        ``ms``, from a sample's onset to the first spike of an output neuron, median; ``presentation_ms``, how long a
        sample is shown; ``input_share``, of the input spikes that had come by then, and with them of the operations;
        ``busiest_input_hz``.
    missing : dict of str to str
        Which are None, by their path in the learner's row, and why.
    """
    times, shares, busiest = (
        _gathered(records, name) for name in ("decision_ms", "decision_share", "busiest_input_hz")
    )
    if times is None or shares is None:
        return None, {"decision": READ_AT_THE_END}
    if np.isnan(times).all():
        return None, {"decision": NEVER_SPIKED}
    durations = {record.settings.get("presentation_ms") for record in records}
    duration_ms = durations.pop() if len(durations) == 1 else None
    missing = {} if duration_ms is not None else {"decision.presentation_ms": "the learner does not say"}
    found = {
        "ms": float(np.nanmedian(times)),
        "presentation_ms": duration_ms,
        "input_share": float(np.mean(shares)),
        "busiest_input_hz": None if busiest is None else float(np.max(busiest)),
    }
    return found, missing | ({"decision.busiest_input_hz": "the learner does not say"} if busiest is None else {})


def _gathered(records: Sequence[Record], name: str) -> NDArray[Any] | None:
    found = [record.arrays[name] for record in records if name in record.arrays]
    return np.concatenate(found) if found and len(found) == len(records) else None
