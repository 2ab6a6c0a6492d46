"""What an engine knows of a network beside its state: names, types, units, what can be frozen or called. No Brian2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from neurosim.snn.units import Dimensions


@dataclass(frozen=True)
class VariableEntry:
    """One state array.

    Attributes
    ----------
    dtype : str
        NumPy's name of the type.
    dimensions : tuple of float
        Exponents of the SI base units.
    size : int
        Number of elements; -1 where only the running network knows.
    read_only : bool
        Whether writing it would break the network (indices, clocks).
    """

    dtype: str
    dimensions: Dimensions
    size: int
    read_only: bool


@dataclass(frozen=True)
class PathwayEntry:
    """One projection.

    Attributes
    ----------
    source, target : str
        Names of the groups.
    dense : bool
        All sources to all targets, stored source-major.
    transmitting, learning : tuple of str
        Names of the objects that do it; freezing stops those that learn.
    on_demand : mapping of str to str
        Operation to the name of the object that carries it out and that has no place in the loop over time.
    freezable : bool
        Whether it is known what would have to be frozen.
    """

    source: str
    target: str
    dense: bool
    transmitting: tuple[str, ...]
    learning: tuple[str, ...]
    on_demand: Mapping[str, str] = field(default_factory=dict)
    freezable: bool = True


@dataclass(frozen=True)
class Manifest:
    """A network's table of contents.

    Attributes
    ----------
    name : str
        The circuit's, or that of the function that built the objects.
    dt : float
        Length of a step in seconds.
    precision : str
        ``"float32"`` or ``"float64"``.
    variables : mapping of str to VariableEntry
        By ``"object.variable"``.
    populations : mapping of str to int
        Groups that can spike, and their sizes.
    pathways : mapping of str to PathwayEntry
        Projections by name.
    """

    name: str
    dt: float
    precision: str
    variables: Mapping[str, VariableEntry]
    populations: Mapping[str, int]
    pathways: Mapping[str, PathwayEntry]

    @property
    def on_demand_objects(self) -> frozenset[str]:
        """Names of all objects that run only when called."""
        return frozenset(name for entry in self.pathways.values() for name in entry.on_demand.values())
