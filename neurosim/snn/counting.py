"""Lets neurons of any model count their own spikes."""

from __future__ import annotations

from dataclasses import replace

from neurosim.snn.models import NeuronModel


def counted(model: NeuronModel, counter: str = "n_spikes") -> NeuronModel:
    """Add a variable that each spike of a neuron raises by one.

    Parameters
    ----------
    model : NeuronModel
        Left as it is.
    counter : str, default="n_spikes"
        Name of the variable; nobody but the user sets it back.

    Returns
    -------
    NeuronModel
    """
    return replace(
        model, equations=f"{model.equations}\n{counter} : 1", reset=f"{model.reset}; {counter} += 1".lstrip("; ")
    )
