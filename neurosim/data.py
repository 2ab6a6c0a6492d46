"""The frozen records that every room of neurosim shares. NumPy only; knows nothing of tasks, networks or spikes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

TaskKind = Literal["classification"]
Teacher = Literal["nothing", "reward", "label"]
Labels = Literal["never", "for read-out", "while learning"]


@dataclass(frozen=True)
class Dataset:
    """Samples and what is to be said about them.

    Attributes
    ----------
    X : ndarray, shape (n_samples, *sample_shape)
        The samples.
    y : ndarray, shape (n_samples,), or None
        The labels; None where a task has none.
    index : ndarray of int, shape (n_samples,)
        Row of each sample in the task's source, so that parts can be compared without comparing values.

    Raises
    ------
    ValueError
        If the lengths of ``X``, ``y`` and ``index`` differ.
    """

    X: NDArray[Any]
    y: NDArray[Any] | None
    index: NDArray[np.int64]

    def __post_init__(self) -> None:
        lengths = {"X": len(self.X), "index": len(self.index)}
        if self.y is not None:
            lengths["y"] = len(self.y)
        if len(set(lengths.values())) != 1:
            raise ValueError(f"a data set needs parts of equal length, got {lengths}")

    def __len__(self) -> int:
        return len(self.X)

    @property
    def labels(self) -> NDArray[Any]:
        """The labels of a task that has them.

        Raises
        ------
        ValueError
            If the data set carries no labels.
        """
        if self.y is None:
            raise ValueError("this data set has no labels (y is None)")
        return self.y

    def take(self, rows: NDArray[np.integer]) -> Dataset:
        """Pick rows by position, in the order given."""
        return Dataset(self.X[rows], None if self.y is None else self.y[rows], self.index[rows])


@dataclass(frozen=True)
class Split:
    """The three parts of one run: learn from, select by, report on."""

    train: Dataset
    validation: Dataset
    test: Dataset


@dataclass(frozen=True)
class EventCounts:
    """Raw events of one phase, cumulative. Only ``metrics`` turns them into operations, bytes or energy.

    Attributes
    ----------
    presentations : int
        Samples presented.
    labels : int
        Labels that reached the learner.
    feedback_bits : float
        Bits that a teacher or a reward handed over.
    connections : int
        Connections evaluated if nothing is skipped (dense).
    active_connections : int
        Of these, those with an input and a weight other than zero.
    spike_deliveries : int
        Arrivals of a spike over a connection.
    feedback_connections : int
        Connections evaluated to carry an error back, and to form weight changes from it.
    state_updates : int
        Updates of a neuron's state or activation.
    trace_updates : int
        Updates of a plasticity or optimizer trace.
    weight_writes : int
        Weights written.
    input_spikes, spikes : int
        Spikes of the input and of all other neurons.
    silent_samples : int
        Samples on which no output neuron spiked.
    """

    presentations: int = 0
    labels: int = 0
    feedback_bits: float = 0.0
    connections: int = 0
    active_connections: int = 0
    spike_deliveries: int = 0
    feedback_connections: int = 0
    state_updates: int = 0
    trace_updates: int = 0
    weight_writes: int = 0
    input_spikes: int = 0
    spikes: int = 0
    silent_samples: int = 0

    def __add__(self, other: EventCounts) -> EventCounts:
        return EventCounts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True)
class Costs:
    """Event counts of the three phases of a learner's life, never mixed."""

    learning: EventCounts = field(default_factory=EventCounts)
    inference: EventCounts = field(default_factory=EventCounts)
    readout: EventCounts = field(default_factory=EventCounts)


@dataclass(frozen=True)
class Locality:
    """The locality ledger: which information a learner's weight change needs.

    Attributes
    ----------
    local_in_space, local_in_time : bool
        Does a weight change use only what its own two neurons know? Only what they know now?
    labels : {"never", "for read-out", "while learning"}
        Where labels enter.
    feedback_bits_per_trial : str
        What the teacher hands over in one trial, in words or bits.
    weight_transport : bool
        Does an error travel back over the forward weights?
    global_signal : bool
        Is one signal broadcast to all synapses?
    population_homeostasis, weight_normalisation, resets_between_trials, known_end : bool
        Aids that reach beyond the synapse: a population mean, a norm over incoming weights, a reset at trial
        boundaries, a schedule that knows when training ends.
    """

    local_in_space: bool
    local_in_time: bool
    labels: Labels
    feedback_bits_per_trial: str
    weight_transport: bool
    global_signal: bool
    population_homeostasis: bool = False
    weight_normalisation: bool = False
    resets_between_trials: bool = False
    known_end: bool = False


@dataclass(frozen=True)
class Traits:
    """What a learner is: its unit, its rule, its teacher, its ledger.

    Attributes
    ----------
    unit : {"rate", "spike", "none"}
        What a unit computes.
    rule : str
        How a weight learns, in a few words.
    teacher : {"nothing", "reward", "label"}
        What the teacher tells.
    locality : Locality
        The ledger.
    role : {"learner", "control"}
        Controls learn little or nothing and stand in every table.
    task_kinds : tuple of str
        Kinds of task it can do.
    """

    unit: Literal["rate", "spike", "none"]
    rule: str
    teacher: Teacher
    locality: Locality
    role: Literal["learner", "control"] = "learner"
    task_kinds: tuple[TaskKind, ...] = ("classification",)


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
class SampleSpikes:
    """The spikes with which a network answers one sample.

    Attributes
    ----------
    times_ms : ndarray, shape (n_spikes,)
        Since the sample's onset.
    unit : ndarray of int, shape (n_spikes,)
        Which neuron of its population.
    population : ndarray of str, shape (n_spikes,)
        Name of the population.
    n_units : mapping of str to int
        Name of each population, from input to output, and its number of neurons.
    """

    times_ms: NDArray[np.floating]
    unit: NDArray[np.integer]
    population: NDArray[np.str_]
    n_units: Mapping[str, int]


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
        Accuracy on the three parts.
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
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, compare=False)
