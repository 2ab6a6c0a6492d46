"""What presentations of competing spiking neurons take, in events."""

from __future__ import annotations

import ctypes
from typing import SupportsInt

from neurosim.data import EventCounts
from neurosim.snn.models import Rule
from neurosim.snn.naming import declared_names


class Tally(ctypes.Structure):
    """What trials were made of, added up trial by trial, in Python or in compiled code.

    Attributes
    ----------
    presentations : int
        Of samples; those that nobody answered are shown again.
    input_spikes, spikes, choices : int
        Spikes of inputs, competing neurons and choosers.
    silent : int
        Samples to which nobody spiked.
    written : int
        Weights written after presentations.
    choosers : int
        Choosers that spiked, in all presentations.
    """

    _fields_ = tuple(
        (name, ctypes.c_int64)
        for name in ("presentations", "input_spikes", "spikes", "silent", "written", "choices", "choosers")
    )

    def add(self, **more: SupportsInt) -> None:
        """Add to what is counted."""
        for name, number in more.items():
            setattr(self, name, getattr(self, name) + int(number))


def trace_updates(rule: Rule, n_steps: int, n_inputs: int, n_neurons: int) -> int:
    """Count the updates of the traces that a rule's texts declare on both sides of its synapses."""
    n_before, n_after = (len(declared_names(text)) for text in (rule.pre_model, rule.post_model))
    return n_steps * (n_before * n_inputs + n_after * n_neurons)


def weight_writes(rule: Rule, n_inputs: int, n_neurons: int, n_input_spikes: int, n_spikes: int) -> int:
    """Count the weights that a rule writes at spikes, between all inputs and all neurons."""
    return n_spikes * n_inputs * bool(rule.on_post) + n_input_spikes * n_neurons * bool(rule.on_pre)


def chooser_counts(
    n_steps: int,
    n_extra_steps: int,
    sizes: tuple[int, int, int],
    n_spikes: tuple[int, int],
    learning: tuple[int, int] | None,
) -> EventCounts:
    """Count a layer of choosers above a competition, and the steps for which the competition waits for them.

    Parameters
    ----------
    n_steps, n_extra_steps : int
        For which the choosers run, and of these those after presentations.
    sizes : tuple of int
        Inputs, competing neurons, choosers.
    n_spikes : tuple of int
        Of the competing neurons, of the choosers.
    learning : tuple of int or None
        Choosers whose synapses became eligible, and rewards; None where nothing is learned.
    """
    (n_inputs, n_neurons, n_choosers), (n_that_learn, n_rewards) = sizes, learning or (0, 0)
    waiting = n_extra_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1))
    deliveries = n_spikes[0] * n_choosers + n_spikes[1] * (n_choosers - 1)
    traces = n_extra_steps * n_inputs + n_steps * n_neurons + n_that_learn * n_neurons
    return EventCounts(
        connections=waiting + n_steps * (n_neurons * n_choosers + n_choosers * (n_choosers - 1)),
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_extra_steps * (n_inputs + 2 * n_neurons) + n_steps * 3 * n_choosers,
        trace_updates=traces if learning else 0,
        weight_writes=n_rewards * n_neurons * n_choosers,
        spikes=n_spikes[1],
    )


def excitation_inhibition_counts(
    n_steps: int,
    n_inputs: int,
    n_neurons: int,
    n_spikes: tuple[int, int, int],
    n_learning: int,
    at_all_spikes: bool,
) -> EventCounts:
    """Count excitatory and as many inhibitory neurons, each of which excites one and inhibits all others.

    Parameters
    ----------
    n_steps, n_inputs, n_neurons : int
        Steps of all presentations, and sizes.
    n_spikes : tuple of int
        Of inputs, excitatory and inhibitory neurons.
    n_learning : int
        How many presentations these were, if plasticity was on; 0 if it was not.
    at_all_spikes : bool
        Whether the rule writes at presynaptic spikes too, with two postsynaptic traces.
    """
    n, (n_input, n_excitatory, n_inhibitory) = n_neurons, n_spikes
    deliveries = n_input * n + n_excitatory + n_inhibitory * (n - 1)
    at_spikes = n_excitatory * n_inputs + n_input * n * at_all_spikes
    return EventCounts(
        connections=n_steps * (n_inputs * n + n + n * (n - 1)),
        active_connections=deliveries,
        spike_deliveries=deliveries,
        # A potential and two conductances a neuron, one interval an input; the threshold counts as a trace.
        state_updates=n_steps * (n_inputs + 6 * n),
        trace_updates=n_steps * (n_inputs + 2 * n * at_all_spikes) + n * n_learning if n_learning else 0,
        # Weights are scaled to a fixed sum once a presentation.
        weight_writes=at_spikes + n_inputs * n * n_learning if n_learning else 0,
        input_spikes=n_input,
        spikes=n_excitatory + n_inhibitory,
    )
