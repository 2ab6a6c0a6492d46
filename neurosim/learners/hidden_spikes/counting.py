"""What presentations and steps of a network with a spiking hidden layer take, in events."""

from __future__ import annotations

import numpy as np

from neurosim.data import EventCounts
from neurosim.snn.networks.hidden_layer import Presentations, Timing

Sizes = tuple[int, int, int]
"""Inputs, hidden neurons, classes."""


def presentation_counts(shown: Presentations, sizes: Sizes, timing: Timing) -> EventCounts:
    """Count the forward dynamics of presentations, each step of each neuron and each spike's deliveries."""
    (n_inputs, n_hidden, n_classes), n_samples = sizes, len(shown.outputs)
    n_input_spikes, n_spikes = len(shown.input_steps), len(shown.hidden_steps)
    deliveries = n_input_spikes * n_hidden + n_spikes * n_classes
    return EventCounts(
        presentations=n_samples,
        connections=n_samples * timing.n_steps * (n_inputs + n_classes) * n_hidden,
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_samples * timing.n_steps * (n_inputs + n_hidden + n_classes),
        input_spikes=n_input_spikes,
        spikes=n_spikes,
        silent_samples=int((shown.counts.sum(axis=1) == 0).sum()),
    )


def output_step_counts(n_samples: int, sizes: Sizes, n_written: int) -> EventCounts:
    """Count a step of the output layer by the delta rule, and of the optimizer over ``n_written`` numbers."""
    _, n_hidden, n_classes = sizes
    # Filtered hidden spikes, then Adam's two moments.
    return EventCounts(
        labels=n_samples,
        feedback_bits=n_samples * float(np.log2(n_classes)),
        feedback_connections=n_samples * n_hidden * n_classes,
        trace_updates=n_samples * n_hidden + 2 * n_written,
        weight_writes=n_written,
    )


def output_fitting_counts(n_presentations: int, n_steps: int, sizes: Sizes) -> EventCounts:
    """Count the fitting of an output layer over hidden spikes that were filtered once."""
    _, n_hidden, n_classes = sizes
    n_written = (n_hidden + 1) * n_classes
    return EventCounts(
        labels=n_presentations,
        connections=n_presentations * n_hidden * n_classes,
        feedback_connections=n_presentations * n_hidden * n_classes,
        trace_updates=2 * n_steps * n_written,
        weight_writes=n_steps * n_written,
    )
