"""The frozen records that describe a neuron model and a plasticity rule as data. Imports neither Brian2 nor SciPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from neurosim.snn.units import Quantity

NOTHING: Mapping[str, Quantity] = MappingProxyType({})


@dataclass(frozen=True)
class Reference:
    """Where a model comes from.

    Attributes
    ----------
    authors, title, doi : str
        As in the publication.
    year : int
        Year of publication.
    where : str
        The equation, table or figure that the text implements.
    """

    authors: str
    year: int
    title: str
    doi: str
    where: str


@dataclass(frozen=True)
class Uniform:
    """Initial values drawn uniformly from ``[low, high)``, in ``unit``."""

    low: float
    high: float
    unit: str = "1"


@dataclass(frozen=True)
class Normal:
    """Initial values drawn from a normal distribution, in ``unit``."""

    mean: float
    standard_deviation: float
    unit: str = "1"


@dataclass(frozen=True)
class Exponential:
    """Initial values drawn from an exponential distribution with this mean, in ``unit``."""

    mean: float
    unit: str = "1"


@dataclass(frozen=True)
class Repeated:
    """The same initial values for each of ``n_copies`` equal parts, drawn as for one part alone."""

    initial: Quantity | Uniform | Normal | Exponential
    n_copies: int

    @property
    def unit(self) -> str:
        """Unit of what is repeated."""
        return self.initial.unit


Initial = Quantity | Uniform | Normal | Exponential | Repeated


@dataclass(frozen=True)
class NeuronModel:
    """A neuron (or a spike source) as Brian2 text with units, parameters and a check.

    Attributes
    ----------
    name, summary : str
        Registry name, and one line for ``neurosim list neurons``.
    equations : str
        Brian2 equations of the state variables. Parameters are not declared here: the builder declares each as
        ``(shared, constant)``, so that setting one needs no rebuild.
    threshold, reset : str
        Brian2 expressions; an empty threshold means that the neuron never spikes.
    refractory : str
        Brian2 expression in seconds, or empty.
    method : str
        Integration method of Brian2.
    parameters : mapping of str to Quantity
        Defaults of all numeric parameters, from ``reference``. A model that reads ``lateral_inhibition`` may list it
        here with value 0: it is then a constant in circuits that have none, and the circuit's otherwise.
    initial : mapping of str to Initial
        Start values of state variables; 0 where not named.
    receives : mapping of str to str
        Receptor name (``"excitatory"``, ``"inhibitory"``, ``"current"``) to the state variable a spike adds to.
    receives_units : mapping of str to str
        Receptor name to the unit in which a synaptic weight is given.
    reference : Reference
        The paper the equations and defaults come from.
    departures : str
        What differs from the paper.
    largest_step : Quantity or None
        Longest time step for which the model's checks hold; None where any sensible one will do.
    rate : callable or None
        Closed form to check against, for example the f-I curve ``rate(parameters, current) -> Hz``.
    """

    name: str
    summary: str
    equations: str
    threshold: str
    reset: str
    parameters: Mapping[str, Quantity]
    reference: Reference
    refractory: str = ""
    method: str = "exact"
    initial: Mapping[str, Initial] = field(default_factory=dict)
    receives: Mapping[str, str] = field(default_factory=dict)
    receives_units: Mapping[str, str] = field(default_factory=dict)
    departures: str = ""
    largest_step: Quantity | None = None
    rate: Callable[..., float] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Rule:
    """A plasticity rule as Brian2 text: traces of the two neurons, what a spike does to the synapse, a closed form.

    Inside the texts a presynaptic trace is written by its bare name (``presynaptic_trace``), a postsynaptic one
    likewise (the two sets of names differ); the builder puts them into the neuron groups and renames them, so that
    several rules can share a population. All of ``on_pre`` reads traces before the spike's own update, and so does
    ``on_post``. No name may end in ``_pre`` or ``_post``: Brian2 keeps these for the variables of the two neurons, as
    in ``v_post``. With a delay, a presynaptic spike counts from its arrival: ``on_pre`` runs and the presynaptic traces
    jump one delay after the spike, postsynaptic spikes count at once.

    The statements of a rule that modifies the weight stop while its pathway is frozen, those called on demand
    included; those of a rule that modifies transmission (short-term plasticity) go on, for they are transmission.
    In the latter, ``on_pre`` runs after ``transmitted`` has been delivered.

    Attributes
    ----------
    name, summary : str
        Registry name, and one line for ``neurosim list rules``.
    model : str
        Brian2 equations of further synaptic variables (eligibility...). The weight ``w`` and all parameters are
        declared by the builder.
    on_pre, on_post : str
        Learning statements at a presynaptic and a postsynaptic spike. They never touch a membrane or conductance.
    parameters : mapping of str to Quantity
        Defaults, from the paper's own tables.
    pre_model, post_model : str
        Brian2 equations of presynaptic and postsynaptic traces.
    pre_reset, post_reset : str
        What a spike does to these traces (``presynaptic_trace += 1`` for all-to-all, ``= 1`` for nearest neighbour).
    method : str
        Integration method of the clock-driven equations of ``model``.
    on_demand : mapping of str to str
        Named statements for all synapses that run when the driver asks for them (a reward arrives), not at spikes.
    transmitted : str
        Amount a presynaptic spike delivers; ``"w"`` unless the rule shapes transmission itself.
    weight_unit : str
        Unit of ``w``.
    w_min, w_max : str
        Names of the parameters that bound the weight, or empty for no bound. The builder clips the weight after every
        learning statement that assigns to it, so the texts need not.
    initial : mapping of str to Initial
        Start values of synaptic variables and traces; 0 where not named. The weight's is the pathway's.
    signals : tuple of str
        Shared variables written from outside (``"reward"``, ``"teacher"``), dimensionless.
    needs : tuple of {"reward", "teacher", "target_rate"}
        What a learner has to supply.
    modifies : {"weight", "transmission"}
        What the rule changes.
    local_in_space, local_in_time : bool
        Entries of the locality ledger.
    reference : Reference
        The paper, with its equation number.
    departures : str
        What differs from the paper, and what circulating copies disagree on.
    window : callable or None
        Closed form: weight change for one pair, ``window(parameters, delta_t, w) -> dw`` with
        ``delta_t = t_post - t_pre`` in seconds; SI floats.
    fixed_point : callable or None
        Closed form of what the rule settles at, where it has one: a weight, or a postsynaptic rate in Hz.
    """

    name: str
    summary: str
    on_pre: str
    on_post: str
    parameters: Mapping[str, Quantity]
    reference: Reference
    model: str = ""
    method: str = "exact"
    pre_model: str = ""
    post_model: str = ""
    pre_reset: str = ""
    post_reset: str = ""
    on_demand: Mapping[str, str] = field(default_factory=dict)
    transmitted: str = "w"
    weight_unit: str = "1"
    w_min: str = "w_min"
    w_max: str = "w_max"
    initial: Mapping[str, Initial] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    modifies: Literal["weight", "transmission"] = "weight"
    local_in_space: bool = True
    local_in_time: bool = True
    departures: str = ""
    window: Callable[..., float] | None = field(default=None, compare=False, repr=False)
    fixed_point: Callable[..., float] | None = field(default=None, compare=False, repr=False)
