"""What one cell of a comparison leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from neurosim.data.costs import Costs
from neurosim.data.series import Series


@dataclass(frozen=True)
class CurvePoint:
    """One evaluation on validation data: after how many presentations, how good, at what cost of learning so far.

    Attributes
    ----------
    presentations : int
        Trials so far.
    validation : float
        Value of the first measure on validation data.
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
    values : mapping of str to mapping of str to float or None
        Of every measure, by name: its value on the test part, ``"test"``, perhaps on ``"validation"`` and ``"train"``,
        and the best one that looks at no sample, ``"chance"``; None where the part holds nothing to judge by.
    items : mapping of str to ndarray
        Of measures, by name: one number a test item, shape (n_test,), whose mean is the value. What a protocol sweeps
        inside the learner is reduced for each item first.
    series : mapping of str to Series
        What varies inside the trained learner, for pictures.
    n_units : int or None
        Hidden units or neurons; None where the learner has none.
    n_parameters : int
        Learned numbers.
    costs : Costs
        Events of learning, inference (per test pass) and read-out.
    curve : tuple of CurvePoint
        What validation data said along the way.
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
    n_train, n_test : int or None
        Samples of the parts that were learned from and tested; None where the record does not hold them.
    arrays : mapping of str to ndarray
        Evidence that tables and figures need; a name is missing where the learner has nothing of the kind.

        ``classes`` (n_classes,); ``confusion`` (n_classes, n_classes), test samples by true label and answer;
        ``probe_penalty`` (1,), of a linear probe, chosen on validation data;
        ``weights`` (n_inputs, at most 100 units) of the first layer, float16.
        ``decision_ms`` and ``decision_share`` (n,) of at most 30 test samples, ``busiest_input_hz`` (1,), see
        :mod:`neurosim.compare.protocols.decision`.
        ``unit_activity`` (n_units,): share of the test samples (of at most 2,000) on which each unit is active.
        Of the first test sample: ``sample``, in its own shape; ``sample_label`` and ``sample_answer``, (1,); and either
        ``activations`` (n_units,) or ``spike_times_ms``, ``spike_unit`` and ``spike_population`` (n_spikes,) with
        ``population_names`` and ``population_sizes``.
    """

    label: str
    kind: str
    seed: int
    values: Mapping[str, Mapping[str, float | None]]
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
    n_train: int | None = None
    n_test: int | None = None
    items: Mapping[str, NDArray[Any]] = field(default_factory=dict, compare=False)
    series: Mapping[str, Series] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, compare=False)

    def value(self, measure: str, part: str = "test") -> float | None:
        """Give what a measure gave on a part; None where nobody measured it."""
        return self.values.get(measure, {}).get(part)
