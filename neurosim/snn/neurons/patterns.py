"""A named firing pattern of a neuron model: the parameters and the current that produce it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurosim.snn.models import Initial
from neurosim.snn.units import Quantity


@dataclass(frozen=True)
class FiringPattern:
    """One published parameter set.

    Attributes
    ----------
    name : str
        Name of the pattern.
    where : str
        Figure or text of the model's ``reference`` that shows it.
    parameters : mapping of str to Quantity
        For ``Population(parameters=...)``.
    initial : mapping of str to Initial
        Resting state under these parameters, for ``Population(initial=...)``.
    current : Quantity
        Constant ``input_current`` from rest that evokes the pattern.
    """

    name: str
    where: str
    parameters: Mapping[str, Quantity]
    initial: Mapping[str, Initial]
    current: Quantity
