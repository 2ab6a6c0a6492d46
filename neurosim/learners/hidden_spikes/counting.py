"""What presentations and steps of a network with a spiking hidden layer take, in events."""

from __future__ import annotations

from neurosim.data import EventCounts
from neurosim.snn.networks.hidden_layer import Presentations, Timing

Sizes = tuple[int, int, int]
"""Inputs, hidden neurons, outputs."""


def presentation_counts(shown: Presentations, sizes: Sizes, timing: Timing) -> EventCounts:
    """Count the forward dynamics of presentations, each step of each neuron and each spike's deliveries."""
    (n_inputs, n_hidden, n_outputs), n_samples = sizes, len(shown.outputs)
    n_input_spikes, n_spikes = len(shown.input_steps), len(shown.hidden_steps)
    deliveries = n_input_spikes * n_hidden + n_spikes * n_outputs
    return EventCounts(
        presentations=n_samples,
        connections=n_samples * timing.n_steps * (n_inputs + n_outputs) * n_hidden,
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_samples * timing.n_steps * (n_inputs + n_hidden + n_outputs),
        input_spikes=n_input_spikes,
        spikes=n_spikes,
        silent_samples=int((shown.counts.sum(axis=1) == 0).sum()),
    )


def output_step_counts(n_samples: int, sizes: Sizes, n_written: int, told: EventCounts) -> EventCounts:
    """Count a step of the output layer by the delta rule, and of the optimizer over ``n_written`` numbers.

    ``told`` is what one sample's teacher tells.
    """
    _, n_hidden, n_outputs = sizes
    # Filtered hidden spikes, then Adam's two moments.
    return EventCounts(
        labels=n_samples * told.labels,
        feedback_bits=n_samples * told.feedback_bits,
        feedback_connections=n_samples * n_hidden * n_outputs,
        trace_updates=n_samples * n_hidden + 2 * n_written,
        weight_writes=n_written,
    )


def output_fitting_counts(n_presentations: int, n_steps: int, sizes: Sizes, told: EventCounts) -> EventCounts:
    """Count the fitting of an output layer over hidden spikes that were filtered once; ``told`` is a sample's."""
    _, n_hidden, n_outputs = sizes
    n_written = (n_hidden + 1) * n_outputs
    return EventCounts(
        labels=n_presentations * told.labels,
        connections=n_presentations * n_hidden * n_outputs,
        feedback_connections=n_presentations * n_hidden * n_outputs,
        trace_updates=2 * n_steps * n_written,
        weight_writes=n_steps * n_written,
    )
