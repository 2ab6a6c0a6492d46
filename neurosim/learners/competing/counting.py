"""What presentations of competing spiking neurons take, in events."""

from __future__ import annotations

from neurosim.data import EventCounts
from neurosim.snn.models import Rule
from neurosim.snn.naming import declared_names


def trace_updates(rule: Rule, n_steps: int, n_inputs: int, n_neurons: int) -> int:
    """Count the updates of the traces that a rule's texts declare on both sides of its synapses."""
    n_before, n_after = (len(declared_names(text)) for text in (rule.pre_model, rule.post_model))
    return n_steps * (n_before * n_inputs + n_after * n_neurons)


def weight_writes(rule: Rule, n_inputs: int, n_neurons: int, n_input_spikes: int, n_spikes: int) -> int:
    """Count the weights that a rule writes at spikes, between all inputs and all neurons."""
    return n_spikes * n_inputs * bool(rule.on_post) + n_input_spikes * n_neurons * bool(rule.on_pre)


def chooser_counts(
    n_steps: int, n_extra_steps: int, sizes: tuple[int, int, int], n_spikes: tuple[int, int], n_that_learn: int | None
) -> EventCounts:
    """Count a layer of choosers above a competition, and the steps for which the competition waits for them.

    Parameters
    ----------
    n_steps, n_extra_steps : int
        For which the choosers run, and of these those after the presentation.
    sizes : tuple of int
        Inputs, competing neurons, choosers.
    n_spikes : tuple of int
        Of the competing neurons, of the choosers.
    n_that_learn : int or None
        Choosers whose synapses became eligible; None where nothing is learned.
    """
    (n_inputs, n_neurons, n_choosers), learns = sizes, n_that_learn is not None
    waiting = n_extra_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1))
    deliveries = n_spikes[0] * n_choosers + n_spikes[1] * (n_choosers - 1)
    traces = n_extra_steps * n_inputs + n_steps * n_neurons + (n_that_learn or 0) * n_neurons
    return EventCounts(
        connections=waiting + n_steps * (n_neurons * n_choosers + n_choosers * (n_choosers - 1)),
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_extra_steps * (n_inputs + 2 * n_neurons) + n_steps * 3 * n_choosers,
        trace_updates=traces if learns else 0,
        weight_writes=n_neurons * n_choosers if learns else 0,
        spikes=n_spikes[1],
    )


def excitation_inhibition_counts(
    n_steps: int,
    n_inputs: int,
    n_neurons: int,
    n_spikes: tuple[int, int, int],
    learning: bool,
    at_all_spikes: bool,
) -> EventCounts:
    """Count excitatory and as many inhibitory neurons, each of which excites one and inhibits all others.

    Parameters
    ----------
    n_steps, n_inputs, n_neurons : int
        Of one attempt.
    n_spikes : tuple of int
        Of inputs, excitatory and inhibitory neurons.
    learning : bool
        Whether plasticity is on.
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
        trace_updates=n_steps * (n_inputs + 2 * n * at_all_spikes) + n if learning else 0,
        # Weights are scaled to a fixed sum once an attempt.
        weight_writes=at_spikes + n_inputs * n if learning else 0,
        input_spikes=n_input,
        spikes=n_excitatory + n_inhibitory,
    )
