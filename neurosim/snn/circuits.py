"""A frozen description of a spiking circuit: populations, pathways, inhibition. Brian2 comes later, in building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from neurosim.snn.models import Initial, NeuronModel, Rule
from neurosim.snn.units import Quantity

NO_DELAY = Quantity(0.0, "ms")
HALF_A_MILLISECOND = Quantity(0.5, "ms")


@dataclass(frozen=True)
class Population:
    """``n`` neurons of one model.

    Attributes
    ----------
    name : str
        An identifier; ``engine.view("name.variable")`` finds its state.
    n : int
        Number of neurons.
    model : NeuronModel
        The equations.
    parameters : mapping of str to Quantity
        Overrides of the model's defaults; settable later without a rebuild.
    initial : mapping of str to Initial
        Overrides of the model's start values.
    """

    name: str
    n: int
    model: NeuronModel
    parameters: Mapping[str, Quantity] = field(default_factory=dict)
    initial: Mapping[str, Initial] = field(default_factory=dict)


@dataclass(frozen=True)
class AllToAll:
    """Every source neuron to every target neuron: a dense weight matrix, stored row by row (source-major)."""


@dataclass(frozen=True)
class OneToOne:
    """Neuron k to neuron k; source and target have the same size."""


@dataclass(frozen=True)
class FixedInDegree:
    """Each target neuron gets ``k`` distinct sources drawn from the construction seed; stored source-major."""

    k: int


@dataclass(frozen=True)
class Pairs:
    """Given pairs ``(source index, target index)``."""

    sources: tuple[int, ...]
    targets: tuple[int, ...]


@dataclass(frozen=True)
class Blockwise:
    """Source and target consist of ``n_copies`` equal blocks of neurons; only blocks of the same number are joined.

    Attributes
    ----------
    n_copies : int
        Number of blocks.
    within : AllToAll, OneToOne, FixedInDegree or Pairs
        The topology of each block. All to all, the blocks share one matrix of weights, that of a block; otherwise each
        has its own synapses, stored block after block.
    per_copy : tuple of str
        Parameters and signals of the rule of which each block has its own value; all to all only.
    """

    n_copies: int
    within: AllToAll | OneToOne | FixedInDegree | Pairs = AllToAll()
    per_copy: tuple[str, ...] = ()

    @property
    def shares_weights(self) -> bool:
        """Whether the blocks have one matrix of weights in common."""
        return isinstance(self.within, AllToAll)


@dataclass(frozen=True)
class Pathway:
    """A projection between two populations, with transmission and (optionally) plasticity kept apart.

    Attributes
    ----------
    name : str
        An identifier; ``engine.view("name.w")`` finds its weights.
    source, target : str
        Names of populations.
    receptor : str
        Key of the target model's ``receives``; empty when the pathway only learns and transmits nothing.
    connect : AllToAll, OneToOne, FixedInDegree, Pairs or Blockwise
        The topology.
    weight : Initial
        Start value of the weights.
    delay : Quantity
        One delay shared by all synapses of the pathway, rounded to whole steps. Presynaptic spikes reach the
        membrane and the rule after it; postsynaptic spikes reach the rule at once.
    rule : Rule or None
        How the weights learn; None for static weights.
    parameters : mapping of str to Quantity
        Overrides of the rule's defaults.
    """

    name: str
    source: str
    target: str
    receptor: str
    weight: Initial
    connect: AllToAll | OneToOne | FixedInDegree | Pairs | Blockwise = AllToAll()
    delay: Quantity = NO_DELAY
    rule: Rule | None = None
    parameters: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class LateralInhibition:
    """All-to-all inhibition with one shared weight, without the all-to-all synapses.

    Each spike adds ``weight`` to the inhibition of every *other* neuron of the population, which decays with
    ``time_constant``. One hub neuron counts the spikes of the step, every neuron adds the count once and takes its
    own share off again when it spikes: O(1) per spike, O(N) per step and memory. The population's equations read
    the inhibition as ``lateral_inhibition``; ``engine.view("population.lateral_inhibition")`` shows it, and
    ``"name.weight"`` and ``"name.time_constant"`` are the parameters. At most one for each population. Of a population
    that consists of ``n_copies`` equal blocks, each inhibits only itself and has a hub neuron of its own.
    """

    name: str
    population: str
    weight: Quantity
    time_constant: Quantity
    n_copies: int = 1


@dataclass(frozen=True)
class Circuit:
    """Everything that decides a compiled network.

    Attributes
    ----------
    name : str
        An identifier; part of the build's key.
    populations, pathways, inhibition : tuple
        The parts, in the order in which they are built.
    dt : Quantity
        Time step of the one clock.
    precision : {"float32", "float64"}
        Type of all state variables.
    """

    name: str
    populations: tuple[Population, ...]
    pathways: tuple[Pathway, ...] = ()
    inhibition: tuple[LateralInhibition, ...] = ()
    dt: Quantity = HALF_A_MILLISECOND
    precision: Literal["float32", "float64"] = "float32"
