"""What one cell of a comparison leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from neurosim.data.costs import Costs


@dataclass(frozen=True)
class CurvePoint:
    """One evaluation on validation data: after how many presentations, how accurate, at what cost of learning so far.

    Attributes
    ----------
    presentations : int
        Trials so far.
    validation : float
        Accuracy on validation data.
    connections, active_connections, feedback_connections : int or None
        Of learning so far, as in :class:`EventCounts`; None where the learner did not count.
    """

    presentations: int
    validation: float
    connections: int | None
    active_connections: int | None = 0
    feedback_connections: int | None = 0


@dataclass(frozen=True)
class Record:
    """What one cell (learner × seed × condition) leaves behind.

    Attributes
    ----------
    label, kind : str
        The learner's label in the experiment, and its registry name.
    seed : int
        The cell's seed.
    train, validation, test : float
        What the tested measure gives on the three parts.
    values : mapping of str to mapping of str to float or None
        Of every measure, by name: its value on the test part, ``"test"``, and the best one that looks at no sample,
        ``"chance"``; None where the part holds nothing to judge by.
    n_units : int or None
        Hidden units or neurons; None where the learner has none.
    n_parameters : int
        Learned numbers.
    costs : Costs
        Events of learning, inference (per test pass) and read-out.
    curve : tuple of CurvePoint
        Validation accuracy along the way.
    settings : mapping
        All constructor parameters.
    unavailable : mapping of str to str
        Names of fields that could not be measured, with the reason; ``costs.learning``, ``costs.inference`` and
        ``costs.readout`` where zeros are no counts.
    wall_s : mapping of str to float
        Seconds spent; may differ between equal runs.
    silent_samples : float or None
        Share of test samples on which no output neuron spiked; None where there are no spikes.
    units_in_use : float or None
        Share of the units that are active on one test sample or more (of at most 2,000); None without units.
    n_layers : int
        Matrices of weights between input and answer; 0 where there are none.
    connection_sparsity : float or None
        Share of the weights that are zero; None without weights.
    linear_probe : float or None
        Test accuracy of a linear probe on the units' activity; None where nobody asked for it, or without units.
    probe_penalty : float or None
        The probe's penalty, chosen on validation data.
    arrays : mapping of str to ndarray
        Evidence that tables and figures need; a name is missing where the learner has nothing of the kind.

        ``classes`` (n_classes,); ``confusion`` (n_classes, n_classes), test samples by true label and answer;
        ``test_correct`` and, of the linear probe, ``probe_correct`` (n_test,), bool;
        ``weights`` (n_inputs, at most 100 units) of the first layer, float16.
        ``unit_activity`` (n_units,): share of the test samples (of at most 2,000) on which each unit is active.
        Of the first test sample: ``sample``, in its own shape; ``sample_label`` and ``sample_answer``, (1,); and either
        ``activations`` (n_units,) or ``spike_times_ms``, ``spike_unit`` and ``spike_population`` (n_spikes,) with
        ``population_names`` and ``population_sizes``.
    """

    label: str
    kind: str
    seed: int
    train: float
    validation: float
    test: float
    n_units: int | None
    n_parameters: int
    costs: Costs
    curve: tuple[CurvePoint, ...]
    settings: Mapping[str, Any]
    unavailable: Mapping[str, str]
    wall_s: Mapping[str, float]
    silent_samples: float | None = None
    units_in_use: float | None = None
    n_layers: int = 0
    connection_sparsity: float | None = None
    linear_probe: float | None = None
    probe_penalty: float | None = None
    values: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, compare=False)
