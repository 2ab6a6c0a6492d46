"""One network as many copies side by side, for prediction: what a sample needs to run beside others, without learning.

Copy ``c`` of neuron ``k`` of ``n`` is neuron ``c * n + k``. Copies have their own neurons and share the weights of
pathways that join all to all. Each of them does what the network alone does, bit for bit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import AllToAll, Blockwise, Circuit, OneToOne, Pathway, Population
from neurosim.snn.grammar import FUNCTIONS
from neurosim.snn.models import Initial, NeuronModel, Repeated, Rule
from neurosim.snn.naming import declared_names, integrated_names
from neurosim.snn.units import Quantity

RANDOM = frozenset({"rand", "randn", "poisson", "xi"})
TIME = frozenset({"t", "t_in_timesteps", "lastspike", "lastupdate"})
PLACE = frozenset({"i", "j", "N"})
METHODS = ("exponential_euler", "euler")
ELEMENTARY = frozenset({"abs", "ceil", "clip", "floor", "int", "sign", "timestep"})


def can_run_side_by_side(circuit: Circuit) -> str | None:
    """Say why copies of a circuit would not do what the circuit alone does; None if they would."""
    return next(_reasons(circuit), None)


def side_by_side(circuit: Circuit, n_copies: int, per_copy: Sequence[str] = ()) -> Circuit:
    """Describe many copies of a circuit that learn nothing.

    Pathways that only learn are left out, and so are traces that only learning reads. All-to-all pathways keep one
    weight matrix, shape (n_sources, n_targets), for all copies; of others, and of all neurons, every array consists of
    ``n_copies`` stretches, one after the other. The live engine alone runs such a circuit.

    Parameters
    ----------
    circuit : Circuit
        The one.
    n_copies : int
        How many.
    per_copy : sequence of str, optional
        Parameters and signals of rules, ``"pathway.parameter"``, of which each copy has its own: their view has shape
        (n_copies,). All-to-all pathways only.

    Returns
    -------
    Circuit

    Raises
    ------
    ValueError
        If copies would not do what the circuit alone does (see :func:`can_run_side_by_side`), or ``n_copies`` or
        ``per_copy`` are none of those accepted.
    """
    check_circuit(circuit)
    if reason := can_run_side_by_side(circuit):
        raise ValueError(f"circuit {circuit.name!r} cannot run side by side: {reason}")
    if isinstance(n_copies, bool) or not isinstance(n_copies, int) or n_copies < 1:
        raise ValueError(f"n_copies = {n_copies!r}; accepted: a whole number above 0")
    heard = [pathway for pathway in circuit.pathways if pathway.receptor]
    own = {pathway.name: tuple(_own_parameters(pathway, per_copy)) for pathway in heard}
    accepted = [f"{name}.{parameter}" for name, parameters in _settable(heard).items() for parameter in parameters]
    for key in per_copy:
        if key not in accepted:
            raise ValueError(f"per_copy {key!r}; accepted: {', '.join(accepted) or 'nothing'}")
    several = replace(
        circuit,
        populations=tuple(_population(population, n_copies) for population in circuit.populations),
        pathways=tuple(_pathway(pathway, n_copies, own[pathway.name]) for pathway in heard),
        inhibition=tuple(replace(part, n_copies=n_copies) for part in circuit.inhibition),
    )
    check_circuit(several)
    return several


def _reasons(circuit: Circuit) -> Iterator[str]:
    for population in circuit.populations:
        model = population.model
        for reason in (*_odd_words(_texts_of_model(model)), *_inexact(_texts_of_model(model), model.equations)):
            yield f"population {population.name!r} {reason}"
        if model.method not in METHODS and integrated_names(model.equations):
            yield (
                f"population {population.name!r} is integrated by {model.method!r}, whose long sums are rounded "
                f"otherwise among several copies; accepted: {', '.join(map(repr, METHODS))}"
            )
    for part in circuit.inhibition:
        if part.n_copies > 1:
            yield f"inhibition {part.name!r} already is of several copies"
    for pathway in circuit.pathways:
        if isinstance(pathway.connect, Blockwise):
            yield f"pathway {pathway.name!r} already joins several copies"
        elif pathway.receptor and pathway.rule is not None:
            for reason in _odd_words(_texts_of_rule(_without_learning(pathway.rule))):
                yield f"pathway {pathway.name!r} {reason}"
            own = _state_of_synapses(pathway.rule)
            if own and (isinstance(pathway.connect, AllToAll) or pathway.rule.modifies == "weight"):
                yield (
                    f"pathway {pathway.name!r} transmits by {own}, which single synapses hold and copies would share; "
                    "accepted: transmission by the weight, parameters, and traces of neurons"
                )


def _odd_words(text: str) -> Iterator[str]:
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    if found := words & RANDOM:
        yield f"draws random numbers while it runs ({', '.join(sorted(found))}), which copies cannot have as if alone"
    if found := words & TIME:
        yield f"reads the clock ({', '.join(sorted(found))}), which differs between samples that follow one another"
    if found := words & PLACE:
        yield f"reads the number of a neuron ({', '.join(sorted(found))}), which differs between copies"


def _inexact(text: str, equations: str) -> Iterator[str]:
    """Find functions of what each neuron has of its own: compiled, their last bits depend on the place in a vector."""
    own = set(declared_names(equations))
    for found in re.finditer(r"\b(\w+)\(", text):
        if found[1] in FUNCTIONS - ELEMENTARY and own & set(re.findall(r"\w+", _in_brackets(text[found.end() :]))):
            yield f"computes {found[1]}() of variables of a neuron, which is rounded otherwise among several copies"


def _in_brackets(text: str) -> str:
    """Give what lies before the bracket that closes one opened before."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth:
            return text[:place]
    return text


def _texts_of_model(model: NeuronModel) -> str:
    return "\n".join((model.equations, model.threshold, model.reset, model.refractory))


def _texts_of_rule(rule: Rule) -> str:
    return "\n".join((rule.model, rule.pre_model, rule.post_model, rule.pre_reset, rule.post_reset, rule.on_pre,
                      rule.on_post, rule.transmitted))  # fmt: skip


def _state_of_synapses(rule: Rule) -> str:
    """Name what a rule's transmission reads of single synapses besides the weight, or changes there."""
    names = set(re.findall(r"\w+", rule.transmitted)) & set(declared_names(rule.model))
    if rule.modifies == "transmission" and (rule.on_pre.strip() or rule.on_post.strip()):
        names |= set(declared_names(rule.model)) or {"w"}
    return ", ".join(sorted(names))


def _without_learning(rule: Rule) -> Rule:
    """Leave of a rule what transmission reads; all parameters stay settable."""
    if rule.modifies == "transmission":
        return replace(rule, on_demand={})
    read = set(re.findall(r"\w+", rule.transmitted))
    left = replace(rule, model="", on_pre="", on_post="", on_demand={})
    if not read & set(declared_names(rule.pre_model)):
        left = replace(left, pre_model="", pre_reset="")
    if not read & set(declared_names(rule.post_model)):
        left = replace(left, post_model="", post_reset="")
    declared = {*declared_names(left.pre_model), *declared_names(left.post_model)}
    return replace(left, initial={name: value for name, value in rule.initial.items() if name in declared})


def _settable(pathways: Sequence[Pathway]) -> dict[str, list[str]]:
    """Name by pathway what each copy could have of its own: what transmission alone reads."""
    found: dict[str, list[str]] = {}
    for pathway in pathways:
        if pathway.rule is not None and isinstance(pathway.connect, AllToAll):
            left = _without_learning(pathway.rule)
            texts = f"{left.pre_model}\n{left.post_model}\n{left.pre_reset}\n{left.post_reset}"
            words = set(re.findall(r"\w+", texts))
            found[pathway.name] = [name for name in (*left.parameters, *left.signals) if name not in words]
    return found


def _own_parameters(pathway: Pathway, per_copy: Sequence[str]) -> Iterator[str]:
    for key in per_copy:
        owner, _, name = key.partition(".")
        if owner == pathway.name:
            yield name


def _population(population: Population, n_copies: int) -> Population:
    initial = _repeated({**population.model.initial, **population.initial}, n_copies)
    return replace(population, n=n_copies * population.n, initial=initial)


def _pathway(pathway: Pathway, n_copies: int, per_copy: tuple[str, ...]) -> Pathway:
    rule, weight = pathway.rule, pathway.weight
    if rule is not None:
        rule = _without_learning(rule)
        rule = replace(rule, initial=_repeated(rule.initial, n_copies))
    connect = pathway.connect
    if not isinstance(connect, AllToAll):
        weight = _repeated({"w": weight}, n_copies)["w"]
    if not isinstance(connect, OneToOne | Blockwise):
        connect = Blockwise(n_copies, connect, per_copy)
    return replace(pathway, connect=connect, weight=weight, rule=rule)


def _repeated(initial: Mapping[str, Initial], n_copies: int) -> dict[str, Initial]:
    """Let every copy start as the circuit alone does."""
    return {
        name: value if isinstance(value, Quantity | Repeated) else Repeated(value, n_copies)
        for name, value in initial.items()
    }
