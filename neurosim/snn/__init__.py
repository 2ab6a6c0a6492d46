"""The spiking world. What a new rule, neuron or circuit is written with can be imported from here; no Brian2 yet."""

from neurosim.snn.circuits import (
    AllToAll,
    Circuit,
    FixedInDegree,
    LateralInhibition,
    OneToOne,
    Pairs,
    Pathway,
    Population,
)
from neurosim.snn.engine import open_engine
from neurosim.snn.models import Exponential, NeuronModel, Normal, Reference, Rule, Uniform
from neurosim.snn.session import Session
from neurosim.snn.units import Quantity

__all__ = [
    "AllToAll",
    "Circuit",
    "Exponential",
    "FixedInDegree",
    "LateralInhibition",
    "NeuronModel",
    "Normal",
    "OneToOne",
    "Pairs",
    "Pathway",
    "Population",
    "Quantity",
    "Reference",
    "Rule",
    "Session",
    "Uniform",
    "open_engine",
]
