"""Copies of a competition that do not learn, to which several samples are shown at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import Circuit
from neurosim.snn.networks.competition_neurons import VETO
from neurosim.snn.networks.competition_rules import TRANSMISSION_SCALE
from neurosim.snn.networks.onsets import Onsets, Responses
from neurosim.snn.playing import Part
from neurosim.snn.session import Session
from neurosim.snn.side_by_side import can_run_side_by_side, side_by_side

if TYPE_CHECKING:
    from neurosim.snn.networks.competition import CompetitiveNetwork

Array = NDArray[Any]
N_COPIES = 8
"""More of them gain nothing: what they write in a step no longer fits the first cache."""
MANY, WIDEST = 1000, 200
"""Samples from which on it is worth compiling another network, and neurons up to which it is the faster one."""
LEARNED = ("weights", "choices")
LEFT = (
    *LEARNED, "thresholds", "n_spikes", "inhibition", TRANSMISSION_SCALE, VETO, "rate", "phase", "latency",
    "elapsed_steps", "chooser_v", "chooser_current", "chooser_spikes", "chooser_inhibition",
)  # fmt: skip
"""Views of a competition that its copies have as well."""


class Copies(Session):
    """Copies of a competitive network; each of them has the spikes that the network would have alone.

    Parameters
    ----------
    network : CompetitiveNetwork
        One of which :func:`copies_of` has found that it can be copied.
    """

    def __init__(self, network: CompetitiveNetwork) -> None:
        assert isinstance(network.circuit, Circuit)
        circuit = side_by_side(network.circuit, N_COPIES, (f"synapses.{TRANSMISSION_SCALE}",))
        states = [key for key in network.fresh if key.startswith(("neurons.", "choosers.")) and "_of_" not in key]
        views = {name: network.keys[name] for name in (*LEFT, *states) if name in network.keys}
        fresh = {**network.fresh, VETO: 0.0, "chooser_v": 0.0}
        fresh = {name: value for name, value in fresh.items() if name in views}
        super().__init__(circuit, views, fresh=fresh, plastic=())

    def respond(
        self, onsets: Onsets, thresholds: Array, learned: Mapping[str, Array], parts: tuple[Part, ...]
    ) -> Responses:
        """Show samples; as :meth:`neurosim.snn.networks.competition.CompetitiveNetwork.respond` does.

        Parameters
        ----------
        onsets : Onsets
            What samples write into the inputs.
        thresholds : ndarray, shape (n_neurons,)
            Of all presentations.
        learned : mapping of str to ndarray
            The network's weights, by view.
        parts : tuple of Part
            Of a presentation, without what is fresh.

        Returns
        -------
        Responses
        """
        for name, values in learned.items():
            self.views[name].reshape(values.shape)[:] = values
        every = np.broadcast_to(thresholds, (len(onsets), len(thresholds)))
        writes = {**onsets.writes, TRANSMISSION_SCALE: onsets.scales[:, None], "thresholds": every}
        chosen = ["chooser_spikes"] if "chooser_spikes" in self.keys else []
        read = self.play({name: _abreast(rows) for name, rows in writes.items()}, parts, ["n_spikes", *chosen])
        counts, *choices = (
            read[name].reshape(-1, read[name].shape[1] // N_COPIES)[: len(onsets)] for name in ("n_spikes", *chosen)
        )
        n_spikes = np.zeros(len(onsets), np.int64) if onsets.n_spikes is None else onsets.n_spikes
        return Responses(counts, n_spikes, choices[0] if choices else None)


def copies_of(network: CompetitiveNetwork) -> Copies | None:
    """Give copies of a network; None where samples have to be shown to it one after the other."""
    wide = network.weights.shape[1] > WIDEST
    assert isinstance(network.circuit, Circuit)
    return None if wide or can_run_side_by_side(network.circuit) else Copies(network)


def _abreast(rows: Array) -> Array:
    """Put the samples that are shown at once into one row; the last row is filled up with zeros."""
    lacking = -len(rows) % N_COPIES
    filled = np.concatenate([rows, np.zeros((lacking, *rows.shape[1:]), rows.dtype)])
    return filled.reshape(len(filled) // N_COPIES, -1)
