"""A description that contradicts itself is refused where a message can still name the field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_circuits import LEAKY, ON_COMMAND, PAIR, SINK, busy_circuit

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
from neurosim.snn.construction import check_circuit, declared_names, start_values, synapse_count, topology
from neurosim.snn.models import Normal, Uniform
from neurosim.snn.units import Quantity, parse_unit, si_values

SOURCE, TARGET = Population("source", 4, ON_COMMAND), Population("target", 3, SINK)
PATH = Pathway("path", "source", "target", "sum", Quantity(0.5))


def circuit(*pathways, populations=(SOURCE, TARGET), **others):
    """Join parts to a circuit."""
    return Circuit("test", populations, pathways, **others)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (circuit(replace(PATH, name="not a name")), "not a name"),
        (circuit(replace(PATH, name="path_pre")), "path_pre"),
        (circuit(replace(PATH, name="source")), "two parts"),
        (circuit(replace(PATH, source="sauce")), "sauce"),
        (circuit(replace(PATH, receptor="product")), "product.*sum"),
        (circuit(replace(PATH, receptor="")), "neither transmits"),
        (circuit(replace(PATH, connect=OneToOne())), "4 and 3"),
        (circuit(replace(PATH, connect=FixedInDegree(5))), "k = 5.*1 to 4"),
        (circuit(replace(PATH, connect=Pairs((0, 1), (0,)))), "2 sources and 1 targets"),
        (circuit(replace(PATH, connect=Pairs((0, 4), (0, 1)))), "outside"),
        (circuit(replace(PATH, delay=Quantity(-1.0, "ms"))), "delay = -1 ms"),
        (circuit(replace(PATH, delay=Quantity(1.0, "mV"))), "delay = 1 mV"),
        (circuit(replace(PATH, rule=PAIR, weight=Quantity(1.0, "nS"))), "1 nS"),
        (circuit(replace(PATH, rule=PAIR, parameters={"potency": Quantity(1.0)})), "potency"),
        (circuit(replace(PATH, rule=PAIR, parameters={"potentiation": Quantity(1.0, "ms")})), "potentiation = 1 ms"),
        (circuit(replace(PATH, rule=replace(PAIR, signals=("w",)))), "w would stand for two"),
        (circuit(replace(PATH, rule=replace(PAIR, w_max="w_most"))), "w_most"),
        (circuit(replace(PATH, rule=replace(PAIR, initial={"trace": Quantity(1.0)}))), "trace"),
        (
            circuit(replace(PATH, rule=replace(PAIR, parameters={**PAIR.parameters, "tau_pre": Quantity(1.0)}))),
            "tau_pre",
        ),
        (circuit(PATH, populations=(SOURCE, replace(TARGET, n=0))), "n = 0"),
        (circuit(PATH, populations=(SOURCE, replace(TARGET, initial={"sum": Quantity(0.0)}))), "'sum'.*total"),
        (circuit(PATH, populations=(replace(SOURCE, model=replace(ON_COMMAND, threshold="")), TARGET)), "never spikes"),
        (circuit(PATH, dt=Quantity(0.0, "ms")), "dt = 0 ms"),
        (circuit(PATH, precision="float16"), "float16"),
        (circuit(PATH, inhibition=(LateralInhibition("a", "tarjet", Quantity(1.0), Quantity(1.0, "ms")),)), "tarjet"),
        (
            circuit(inhibition=tuple(LateralInhibition(n, "target", Quantity(1.0), Quantity(1.0, "ms")) for n in "ab")),
            "two lateral inhibitions",
        ),
        (
            circuit(populations=(Population("cell", 2, replace(LEAKY, parameters={"drive": Quantity(1.0)})),)),
            "needs a LateralInhibition",
        ),
    ],
)
def test_mistakes_are_named(wrong, told):
    """One line with the field and its value."""
    with pytest.raises(ValueError, match=told):
        check_circuit(wrong)


def test_the_busy_circuit_is_in_order():
    """The guard of the list above: not everything is refused."""
    check_circuit(busy_circuit())


def test_fixed_in_degree_gives_every_target_distinct_sources():
    """Stored source-major; another seed, another choice; other parts of the circuit do not matter."""
    path = replace(PATH, connect=FixedInDegree(2))
    sources, targets = topology(circuit(path), path, 3)
    assert np.bincount(targets).tolist() == [2, 2, 2]
    assert len(set(zip(sources.tolist(), targets.tolist(), strict=True))) == 6
    assert np.all(np.diff(sources) >= 0)
    again = topology(circuit(replace(PATH, name="earlier"), path), path, 3)
    np.testing.assert_array_equal(again[0], sources)
    assert not np.array_equal(topology(circuit(path), path, 4)[0], sources)


@pytest.mark.parametrize(
    ("connect", "expected"),
    [
        (AllToAll(), [(i, j) for i in range(4) for j in range(3)]),
        (Pairs((3, 0, 3), (1, 2, 0)), [(3, 1), (0, 2), (3, 0)]),
    ],
)
def test_topologies_in_the_order_of_storage(connect, expected):
    """All to all is source-major; given pairs keep their order."""
    path = replace(PATH, connect=connect)
    sources, targets = topology(circuit(path), path, 0)
    assert list(zip(sources.tolist(), targets.tolist(), strict=True)) == expected
    assert synapse_count(circuit(path), path) == len(expected)


def test_start_values_are_drawn_in_their_unit():
    """Uniform and normal draws in SI, overrides win, traces are found in their neuron group."""
    rule = replace(PAIR, initial={"postsynaptic_trace": Quantity(0.25)})
    path = replace(PATH, weight=Uniform(0.2, 0.4), rule=rule, parameters={"depression": Quantity(0.5)})
    target = replace(TARGET, n=4000, initial={"total": Normal(3.0, 0.5)})
    values = start_values(circuit(path, populations=(SOURCE, target)), 1)
    assert values["path.depression"] == 0.5
    assert values["path.presynaptic_time_constant"] == 0.017
    assert values["path.w"].shape == (16000,)
    assert 0.2 <= values["path.w"].min() < 0.201 and 0.399 < values["path.w"].max() < 0.4
    assert abs(values["target.total"].mean() - 3.0) < 4 * 0.5 / 4000**0.5
    np.testing.assert_array_equal(values["target.postsynaptic_trace_of_path"], np.full(4000, 0.25))


def test_declared_names():
    """Derivatives, parameters and subexpressions; not what stands on their right."""
    text = "dv/dt = (I - v)/tau : volt (unless refractory)\n  I : volt\nx = v*2 : volt\n"
    assert declared_names(text) == ("v", "I", "x")


@pytest.mark.parametrize(
    ("name", "factor", "base"),
    [
        ("mS/cm**2", 10.0, "siemens/metre**2"),
        ("1/ms", 1e3, "1/second"),
        ("mV/ms", 1.0, "volt/second"),
        ("nS*mV", 1e-12, "siemens*volt"),
    ],
)
def test_units_are_composed(name, factor, base):
    """Products, quotients and powers of what is known."""
    unit = parse_unit(name)
    assert unit.factor == pytest.approx(factor, rel=1e-15)
    assert unit.base == base


def test_unit_dimensions_agree_with_brian2():
    """The table of our own says what Brian2 says, for every unit."""
    from neurosim.snn.brian import b2
    from neurosim.snn.units import ATOMS

    spelled = {"um": "umetre", "uV": "uvolt", "pS": "psiemens", "cm": "cmetre", "mm": "mmetre"}
    for name, (factor, base, _) in ATOMS.items():
        if name == "1":
            continue
        theirs = getattr(b2.units.allunits, spelled[name]) if name in spelled else getattr(b2, name)
        assert float(theirs) == pytest.approx(factor, rel=1e-12), name
        assert tuple(float(d) for d in theirs.dim._dims) == parse_unit(name).dimensions, name
        assert b2.Equations(f"x : {base}")["x"].dim is theirs.dim, name


def test_brian2_quantities_are_accepted():
    """Their dimensions are checked like our own."""
    from neurosim.snn.brian import b2

    seconds = Quantity(1.0, "second").dimensions
    assert si_values(3 * b2.ms, seconds, "x") == 0.003
    with pytest.raises(ValueError, match="volt"):
        si_values(3 * b2.mV, seconds, "x")
