"""A network in use: what survives closing and copying, what stands still, what is recorded, and what is refused."""

from __future__ import annotations

import pickle
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
import pytest
from small_circuits import ON_COMMAND, PAIR, REFERENCE, SINK, open_or_skip, pair_circuit

from neurosim.errors import InputError
from neurosim.snn import Circuit, NeuronModel, OneToOne, Pathway, Population, Quantity, Session, session
from neurosim.snn.brian import b2
from neurosim.snn.counting import counted

START = np.array([[0.2, 0.3, 0.4], [0.5, 0.6, 0.7]])
VIEWS = {
    "weights": "plastic.w",
    "sources": "source.command",
    "targets": "target.command",
    "total": "target.total",
    "rate": "plastic.reward_rate",
    "trace": "source.presynaptic_trace_of_plastic",
    "target_trace": "target.postsynaptic_trace_of_plastic",
}
FRESH = {"total": 0.0, "trace": 0.0, "target_trace": 0.0}


def pair(**changes: Any) -> Session:
    """Two sources and three targets on command, in steps of 0.5 ms; see ``small_circuits``."""
    settings = {"kept": {"weights": START}, "fresh": FRESH, "engine": "runtime"} | changes
    return Session(pair_circuit(), VIEWS, **settings)


def presented(running: Session, learning: bool, source: int = 0, target: int = 1) -> None:
    """Let a source spike in step 1 and a target in step 5 of eight."""
    views = running.begin(learning)
    running.run(1)
    views["sources"][source] = 1
    running.run(4)
    views["targets"][target] = 1
    running.run(3)


def counting_openings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    opened: list[Any] = []

    def open_and_note(*arguments: Any) -> Any:
        opened.append(open_engine(*arguments))
        return opened[-1]

    open_engine = session.open_engine
    monkeypatch.setattr(session, "open_engine", open_and_note)
    return opened


# -- opening and closing ----------------------------------------------------------------------------------------------


def test_it_is_opened_when_first_needed_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = counting_openings(monkeypatch)
    one = pair()
    assert one.state()["weights"].shape == (2, 3)
    deepcopy(one), pickle.dumps(one), one.close()
    assert opened == []
    presented(one, learning=True)
    assert one.engine is opened[0] and len(one.views) == 7
    assert len(opened) == 1
    one.close()
    presented(one, learning=True)
    assert len(opened) == 2 and one.engine is opened[1]


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_leaving_a_block_closes_an_engine(kind: str) -> None:
    with open_or_skip(pair_circuit(), kind) as engine:
        engine.run_steps(3)
        assert engine.step == 3
    with pytest.raises(RuntimeError, match="closed"):
        engine.run_steps(1)


def test_leaving_a_block_closes_the_engine_and_keeps_what_was_learned() -> None:
    with pair() as one:
        presented(one, learning=True)
        engine, learned = one.engine, one.state()
    assert np.abs(learned["weights"] - START).max() > 1e-3
    with pytest.raises(RuntimeError, match="closed"):
        engine.run_steps(1)
    np.testing.assert_array_equal(one.state()["weights"], learned["weights"])
    np.testing.assert_array_equal(one.views["weights"], learned["weights"])


def test_an_engine_that_cannot_be_prepared_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unprepared(Session):
        def prepare(self, engine: Any) -> None:
            raise RuntimeError("no")

    opened = counting_openings(monkeypatch)
    one = Unprepared(pair_circuit(), VIEWS, engine="runtime")
    for number in range(2):
        with pytest.raises(RuntimeError, match=r"^no$"):
            one.run(1)
        with pytest.raises(RuntimeError, match="closed"):
            opened[number].run_steps(1)


def test_a_subclass_prepares_each_fresh_engine_before_what_is_kept_is_written() -> None:
    class Prepared(Session):
        def prepare(self, engine: Any) -> None:
            engine.view("plastic.w")[:] = 0.9
            engine.set("plastic.reward_rate", 0.75)

    one = Prepared(pair_circuit(), VIEWS, kept={"weights": START}, engine="runtime")
    for _ in range(2):
        np.testing.assert_array_equal(one.views["weights"], START)
        assert one.views["rate"][0] == 0.75
        one.views["rate"][:] = 0.1
        one.close()


# -- views ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_synapses_that_join_all_to_all_are_seen_as_a_matrix(kind: str) -> None:
    """Also where nothing says so but the synapses themselves; what they share is one number; one to one stays flat."""
    open_or_skip(pair_circuit(), kind).close()
    one = Session(pair_circuit(), VIEWS, engine=kind)
    assert one.views["weights"].shape == (2, 3)
    assert one.views["rate"].shape == (1,) and one.views["total"].shape == (3,)
    one.views["weights"][1, 2] = 0.875
    assert one.engine.view("plastic.w")[5] == 0.875
    one.close()


def test_other_synapses_stay_flat() -> None:
    circuit = Circuit(
        "flat",
        (Population("source", 3, ON_COMMAND), Population("target", 3, SINK)),
        (
            Pathway("single", "source", "target", "sum", Quantity(0.5), OneToOne()),
            Pathway("whole", "source", "target", "sum", Quantity(0.25)),
        ),
    )
    with Session(circuit, {"single": "single.w", "whole": "whole.w"}, engine="runtime") as one:
        assert one.views["single"].shape == (3,) and one.views["whole"].shape == (3, 3)


def test_one_neuron_on_one_neuron_is_a_matrix_too() -> None:
    circuit = Circuit(
        "single",
        (Population("source", 1, ON_COMMAND), Population("target", 1, SINK)),
        (Pathway("plastic", "source", "target", "sum", Quantity(0.5), rule=PAIR),),
    )
    with Session(circuit, {"weights": "plastic.w"}, engine="runtime") as one:
        assert one.views["weights"].shape == (1, 1)


def test_what_is_kept_has_the_shape_of_its_start_values() -> None:
    one = pair(kept={"weights": START.reshape(3, 2)})
    np.testing.assert_array_equal(one.engine.view("plastic.w"), START.ravel())
    assert one.views["weights"].shape == one.state()["weights"].shape == (3, 2)


def test_unknown_views_are_told_with_what_exists() -> None:
    one = pair()
    with pytest.raises(InputError, match=r"view 'weight' is unknown; did you mean weights"):
        one.views["weight"]
    with pytest.raises(InputError, match=r"view 'zzz' is unknown; accepted: rate, sources, target_trace, targets, to"):
        one.begin(True)["zzz"]
    assert "zzz" not in one.views
    one = Session(pair_circuit(), {"weights": "plastic.weight"}, engine="runtime")
    with pytest.raises(InputError, match=r"view 'weights': variable 'plastic\.weight' is unknown; close to it: pl"):
        one.run(1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kept": {"weight": START}}, "kept 'weight' is unknown; did you mean weights"),
        ({"fresh": {"totals": 0.0}}, "fresh 'totals' is unknown; did you mean total"),
    ],
)
def test_names_that_are_no_views_are_refused_at_once(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        pair(**changes)


def test_start_values_of_another_size_are_refused() -> None:
    with pytest.raises(InputError, match=r"shape of view 'weights' is \(2, 2\); accepted: 6 elements, as pla"):
        pair(kept={"weights": START[:, :2]}).run(1)


def test_only_a_circuit_without_contradictions_or_a_function_is_accepted() -> None:
    population = Population("neurons", 0, ON_COMMAND)
    with pytest.raises(InputError, match="population 'neurons': n = 0"):
        Session(Circuit("none", (population,)), {})
    with pytest.raises(InputError, match="circuit is 'competition'; accepted: a Circuit, or a function"):
        Session("competition", {})  # type: ignore[arg-type]


# -- presentations ----------------------------------------------------------------------------------------------------


def test_a_presentation_begins_with_what_is_fresh() -> None:
    """Whatever the last one left; the weights go on."""
    one = pair(fresh={"total": 0.0, "trace": 0.25})
    presented(one, learning=True)
    assert one.views["total"].max() > 0.1 and one.views["trace"].max() > 0.5
    weights = one.state()["weights"]
    views = one.begin(True)
    assert views is one.views
    np.testing.assert_array_equal(views["total"], 0)
    np.testing.assert_array_equal(views["trace"], 0.25)
    np.testing.assert_array_equal(views["weights"], weights)


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_nothing_learns_while_predicting(kind: str) -> None:
    """A source 2 ms before a target: w grows by 0.01 exp(-2 / 17); without learning, the target hears it still."""
    open_or_skip(pair_circuit(), kind).close()
    one = pair(engine=kind)
    presented(one, learning=False)
    np.testing.assert_array_equal(one.views["weights"], START)
    np.testing.assert_allclose(one.views["total"], START[0])
    presented(one, learning=True)
    change = one.views["weights"] - START
    assert change[0, 1] == pytest.approx(0.01 * np.exp(-2 / 17), rel=1e-6)
    assert np.count_nonzero(change) == 1
    learned = one.state()["weights"]
    presented(one, learning=False)
    np.testing.assert_array_equal(one.views["weights"], learned)
    one.close()


def test_freezing_stays_until_a_learning_presentation() -> None:
    one = pair()
    one.freeze()
    one.run(1)
    one.views["sources"][0] = 1
    one.run(4)
    one.views["targets"][:] = 1
    one.run(3)
    np.testing.assert_array_equal(one.views["weights"], START)
    one.unfreeze()
    one.views["targets"][:] = 1
    one.run(2)
    assert (one.views["weights"] > START).any()


def test_a_reopened_network_learns_again() -> None:
    """Frozen, closed, and used for learning: the fresh engine is not taken for a frozen one."""
    one = pair()
    presented(one, learning=False)
    one.close()
    presented(one, learning=True)
    assert one.views["weights"][0, 1] > START[0, 1]
    presented(one, learning=False)
    one.close()
    learned = one.state()["weights"]
    presented(one, learning=False)
    np.testing.assert_array_equal(one.views["weights"], learned)


# -- recording --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_recorded_is_the_last_presentation_and_no_other(kind: str) -> None:
    """Steps of 0.5 ms: a source in step 1 and a target in step 5, however many presentations were made before."""
    open_or_skip(pair_circuit(), kind).close()
    one = pair(engine=kind)
    presented(one, learning=True, source=0, target=0)
    one.record()
    presented(one, learning=True, source=0, target=2)
    presented(one, learning=False, source=1, target=1)
    for _ in range(2):
        spikes = one.recorded()
        assert dict(spikes.n_units) == {"source": 2, "target": 3} and list(spikes.n_units) == ["source", "target"]
        assert spikes.population.tolist() == ["source", "target"]
        assert spikes.unit.tolist() == [1, 1]
        np.testing.assert_allclose(spikes.times_ms, [0.5, 2.5])
        presented(one, learning=True, source=1, target=1)
    one.close()


def test_only_the_named_populations_are_recorded_in_their_order() -> None:
    one = pair(populations=("target", "source"))
    one.record()
    presented(one, learning=False)
    assert list(one.recorded().n_units) == ["target", "source"]
    one = pair(populations=("target",))
    one.record()
    presented(one, learning=False, target=2)
    assert one.recorded().unit.tolist() == [2] and dict(one.recorded().n_units) == {"target": 3}
    with pytest.raises(InputError, match="population 'targets' is unknown; did you mean target"):
        pair(populations=("targets",)).record()
    with pytest.raises(InputError, match="populations is empty"):
        pair(populations=()).record()


def test_what_was_not_recorded_cannot_be_handed_out() -> None:
    one = pair()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"no spikes were recorded; accepted: record\(\) before"):
            one.recorded()
        presented(one, learning=False)
    one.record()
    one.close()
    with pytest.raises(RuntimeError, match="no spikes were recorded"):
        one.recorded()


# -- keeping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opened", [False, True], ids=["before it is opened", "while it is open"])
def test_copies_carry_what_was_learned_and_go_their_own_way(opened: bool) -> None:
    one = pair(kept={"weights": START + 1e-12})
    if opened:
        presented(one, learning=True)
    learned = one.state()["weights"]
    for twin in (deepcopy(one), pickle.loads(pickle.dumps(one))):
        np.testing.assert_array_equal(twin.state()["weights"], learned)
        presented(twin, learning=True, source=1, target=2)
        assert twin.views["weights"][1, 2] > learned[1, 2]
        np.testing.assert_array_equal(one.state()["weights"], learned)
    presented(one, learning=True, source=1, target=2)
    np.testing.assert_array_equal(one.views["weights"], twin.views["weights"])


def test_a_copy_of_a_frozen_network_starts_unfrozen_and_not_recording() -> None:
    one = pair()
    one.record()
    presented(one, learning=False)
    twin = deepcopy(one)
    presented(twin, learning=True)
    assert twin.views["weights"][0, 1] > START[0, 1]
    with pytest.raises(RuntimeError, match="no spikes were recorded"):
        twin.recorded()
    np.testing.assert_array_equal(one.views["weights"], START)


def test_subclasses_share_no_array_with_their_copies() -> None:
    class Counting(Session):
        def __init__(self) -> None:
            super().__init__(pair_circuit(), VIEWS, engine="runtime")
            self.seen = np.zeros(2)

    one = Counting()
    twin = deepcopy(one)
    twin.seen += 1
    np.testing.assert_array_equal(one.seen, 0)
    assert twin.circuit is one.circuit, "what never changes is not copied"


@pytest.mark.parametrize("opened", [False, True], ids=["before it is opened", "while it is open"])
def test_a_state_is_taken_and_given_as_it_was(opened: bool) -> None:
    one, other = pair(), pair(kept={"weights": np.zeros((2, 3))})
    presented(one, learning=True)
    if opened:
        other.run(1)
    state = one.state()
    other.take(state)
    np.testing.assert_array_equal(other.state()["weights"], state["weights"])
    np.testing.assert_array_equal(other.views["weights"], state["weights"])
    state["weights"][:] = 0.9
    assert not np.any(other.views["weights"] == 0.9) and not np.any(one.views["weights"] == 0.9), "states are copies"
    with pytest.raises(InputError, match="state 'weight' is unknown; did you mean weights"):
        other.take({"weight": START})
    with pytest.raises(InputError, match=r"shape of state 'weights' is \(3, 2\); accepted: \(2, 3\)"):
        other.take({"weights": START.T})


def test_a_snapshot_brings_back_everything() -> None:
    one = pair()
    one.record()
    one.begin(True)
    one.run(2)
    one.views["sources"][1] = 1
    one.run(2)
    snapshot = one.snapshot()

    def go_on() -> list[np.ndarray]:
        one.views["targets"][:] = 1
        one.run(4)
        return [one.views[name].copy() for name in ("weights", "total", "trace")] + [one.recorded().times_ms]

    first = go_on()
    assert (first[0][1] > START[1]).all() and first[2][1] > 0.5
    one.run(3)
    one.restore(snapshot)
    assert one.engine.step == 4
    again = go_on()
    for a, b in zip(first[:3], again[:3], strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(again[3]) == 3, "what was recorded before is dropped"


# -- networks of Brian2's own objects ---------------------------------------------------------------------------------


def own(n_sources: int, n_targets: int, learns: str = "learn", probability: float = 1.0):
    """Sources on command and a trace of what arrives; weights grow at presynaptic spikes."""
    b2.defaultclock.dt = 0.25 * b2.ms
    sources = b2.NeuronGroup(n_sources, "command : 1", threshold="command > 0.5", reset="command = 0", name="sources")
    targets = b2.NeuronGroup(n_targets, "x : 1", name="targets")
    path = b2.Synapses(
        sources, targets, "w : 1", on_pre={"transmit": "x_post += w", learns: "w += 0.125*(i + 1)"}, name="path"
    )
    path.connect(p=probability)
    path.w = "0.5 + i + 0.1*j"
    return sources, targets, path


OWN = {"w": "path.w", "command": "sources.command", "x": "targets.x"}


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_a_function_is_driven_as_a_circuit_is(kind: str) -> None:
    """A matrix, freshness, freezing by name, records, copies and the closed state, with sizes filled in."""
    open_or_skip(partial(own, 2, 3), kind).close()
    start = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    one = Session(partial(own, 2, 3), OWN, kept={"w": start}, fresh={"x": 0.0}, engine=kind)
    assert one.engine.manifest.name == "own"
    one.record()
    for learning, grown in ((False, 0.0), (True, 0.25), (False, 0.25), (True, 0.5)):
        views = one.begin(learning)
        views["command"][1] = 1
        one.run(3)
        # Statements of one order run by their names' order: what learns comes before what transmits.
        np.testing.assert_array_equal(views["x"], views["w"][1])
        np.testing.assert_array_equal(views["w"], start + [[0.0], [grown]])
    spikes = one.recorded()
    assert spikes.unit.tolist() == [1] and spikes.times_ms.tolist() == [0.0] and dict(spikes.n_units) == {"sources": 2}
    twins = [deepcopy(one), pickle.loads(pickle.dumps(one))]
    one.close()
    for twin in (one, *twins):
        np.testing.assert_array_equal(twin.views["w"], start + [[0.0], [0.5]])
        twin.close()


def test_without_start_values_a_function_s_own_stand_and_are_a_matrix() -> None:
    with Session(partial(own, 2, 3), OWN, engine="runtime") as one:
        np.testing.assert_allclose(one.views["w"], [[0.5, 0.6, 0.7], [1.5, 1.6, 1.7]])


def test_chance_in_a_function_is_decided_by_its_seed() -> None:
    """Also after closing: the same synapses are made anew; where some are lacking, they are no matrix."""
    seeds, topologies = (3, 3, 4), []
    for seed in seeds:
        function = partial(own, 20, 30, probability=0.3)
        with Session(function, OWN, construction_seed=seed, engine="runtime") as one:
            before = one.views["w"].copy()
            assert before.ndim == 1 and 100 < before.size < 300
            one.close()
            np.testing.assert_array_equal(one.views["w"], before)
            topologies.append(before)
    np.testing.assert_array_equal(topologies[0], topologies[1])
    assert not np.array_equal(topologies[0], topologies[2])


def test_what_is_kept_but_cannot_be_frozen_is_told_before_it_learns_from_a_test() -> None:
    changing = partial(own, 2, 3, "change")
    with pytest.raises(InputError, match=r"'w' is kept, but nobody can freeze 'path' while predicting; .*learn"):
        Session(changing, OWN, kept={"w": START}, engine="runtime").begin(False)
    with pytest.raises(ValueError, match=r"'path' cannot be frozen: .*'learn'"):
        Session(changing, OWN, plastic=["path"], engine="runtime").run(1)
    with pytest.raises(KeyError, match=r"pathway 'paths' is unknown; close to it: path"):
        Session(partial(own, 2, 3), OWN, plastic=["paths"], engine="runtime").run(1)
    with Session(changing, OWN, kept={"w": START}, plastic=(), engine="runtime") as one:
        one.begin(False)["command"][0] = 1
        one.run(2)
        np.testing.assert_array_equal(one.views["w"], START + [[0.125], [0.0]])


# -- counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", ["command = 0", ""])
def test_counted_neurons_count_their_own_spikes(reset: str) -> None:
    """With a reset of their own or none; the model itself stays as it is."""
    model = NeuronModel("on", "spikes while told to", "command : 1", "command > 0.5", reset, {}, reference=REFERENCE)
    assert "n_seen" not in model.equations
    circuit = Circuit("counted", (Population("cells", 3, counted(model, "n_seen")),))
    with Session(circuit, {"command": "cells.command", "n": "cells.n_seen"}, fresh={"n": 0.0}, engine="runtime") as one:
        for _ in range(2):
            one.begin(False)
            for spiking in ([1, 0, 0], [1, 0, 1]):
                one.views["command"][:] = spiking
                one.run(1)
            one.views["command"][:] = 0
            one.run(2)
            assert one.views["n"].tolist() == [2, 0, 1]
