"""Which neuron models can compete, and what of them starts anew with each presentation."""

from __future__ import annotations

import re

from neurosim.errors import InputError, out_of_range
from neurosim.registry import load_registered
from neurosim.snn.checking import check_model
from neurosim.snn.counting import counted
from neurosim.snn.models import NeuronModel
from neurosim.snn.naming import LATERAL_INHIBITION, declared_names
from neurosim.snn.units import Quantity

OWN_THRESHOLD, COUNTER, VETO = "own_threshold", "n_spikes", "veto"


def find_neuron(neuron: str | NeuronModel) -> NeuronModel:
    """Find a neuron model by its registered name, and check that such neurons can compete.

    Parameters
    ----------
    neuron : str or NeuronModel
        A registered name, or the model itself.

    Returns
    -------
    NeuronModel
        One that counts its spikes.

    Raises
    ------
    InputError
        If the name is unknown, the model's texts cannot be read, or the model lacks what a competition writes or
        reads: a potential, a threshold of each neuron, inhibition by the others, input spikes as pure numbers.
    """
    found = load_registered("neurons", neuron) if isinstance(neuron, str) else neuron
    if not isinstance(found, NeuronModel):
        raise out_of_range("neuron", neuron, "the name of a registered neuron model, or a neurosim.snn.NeuronModel")
    try:
        check_model(found)
    except ValueError as error:
        raise InputError(str(error)) from error
    weight_unit, texts = found.receives_units.get("excitatory", "1"), found.equations
    lacking = {
        "has no threshold": not found.threshold,
        "integrates no potential v as a pure number": not _has(texts, r"dv/dt[ \t]*=[^:]*:\s*1\s*(\(.*)?"),
        "declares no own_threshold : 1, which the learner sets": not _has(texts, rf"{OWN_THRESHOLD}\s*:\s*1\s*"),
        "does not read lateral_inhibition, by which others hold it back": (
            re.search(rf"\b{LATERAL_INHIBITION}\b", f"{texts} {found.threshold}") is None
        ),
        "receives no excitatory spikes": "excitatory" not in found.receives,
        f"receives excitatory spikes in {weight_unit}, not as pure numbers": weight_unit != "1",
        "has a refractory period, which would reach into the next presentation": bool(found.refractory),
        "draws start values at random": not all(isinstance(value, Quantity) for value in found.initial.values()),
    }
    reasons = [reason for reason, holds in lacking.items() if holds]
    if reasons:
        raise InputError(
            f"neuron {found.name!r} cannot compete: it {' and '.join(reasons)}; accepted: a model like competitor"
        )
    return found if COUNTER in declared_names(found.equations) else counted(found)


def fresh_neurons(model: NeuronModel, population: str) -> dict[str, float]:
    """Give the keys of a model's variables, with the values at which a presentation begins.

    Left out is what is set for each presentation: thresholds, and a teacher's veto.
    """
    names = [name for name in declared_names(model.equations) if name not in (OWN_THRESHOLD, VETO)]
    starts = {name: model.initial.get(name, Quantity(0.0)) for name in names if not _is_expression(model, name)}
    return {f"{population}.{name}": value.si for name, value in starts.items() if isinstance(value, Quantity)}


def _is_expression(model: NeuronModel, name: str) -> bool:
    return _has(model.equations, rf"{name}[ \t]*=[^:]*:.*")


def _has(equations: str, pattern: str) -> bool:
    return re.search(rf"^[ \t]*{pattern}$", equations, flags=re.MULTILINE) is not None
