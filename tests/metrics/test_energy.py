"""Energy estimates, computed on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neurosim.data import EventCounts, Locality, Traits
from neurosim.metrics.costs import Operations, operations
from neurosim.metrics.energy import TABLES, Estimate, break_even, energy_rows, estimate

LEDGER = Locality(True, True, "for read-out", "0", False, False)
FLOAT32, LOIHI = TABLES["45nm-float32"], TABLES["loihi"]


def rate(**events: int) -> Operations:
    counted = {"presentations": 1, "connections": 100, "active_connections": 40, "state_updates": 10} | events
    return operations(EventCounts(**counted), Traits("rate", "none", "label", LEDGER))


def spiking(**events: int) -> Operations:
    counted = {"presentations": 1, "connections": 1000, "active_connections": 60, "spike_deliveries": 60,
               "state_updates": 7, "input_spikes": 12, "spikes": 3} | events  # fmt: skip
    return operations(EventCounts(**counted), Traits("spike", "none", "nothing", LEDGER))


def sound(found: Estimate | str) -> Estimate:
    assert isinstance(found, Estimate), found
    return found


def test_constants_are_those_of_the_source() -> None:
    """Horowitz 2014: multiplying 3.7 and adding 0.9 pJ; half of 10 pJ and of 2.6 nJ for half of 64 bits."""
    assert FLOAT32.mac == pytest.approx(3.7 + 0.9) and FLOAT32.ac == 0.9
    assert FLOAT32.word == (5.0, 1300.0) and TABLES["45nm-int8"].word == (1.25, 325.0)
    assert pytest.approx(23.6 + 3.5) == LOIHI.ac
    assert all(table.source for table in TABLES.values())


def test_a_rate_network_on_paper() -> None:
    """At best 40 products, at worst 100; 10 updates; a word a product and two an update."""
    found = sound(estimate(rate(), FLOAT32))
    assert found.low.compute == pytest.approx(40 * 4.6) and found.high.compute == pytest.approx(100 * 4.6)
    assert found.low.neurons == found.high.neurons == pytest.approx(10 * 4.6)
    assert found.low.memory == pytest.approx((40 + 20) * 5) and found.high.memory == pytest.approx((100 + 20) * 1300)
    assert found.low.total == pytest.approx(60 * 5 + 50 * 4.6)


def test_a_spiking_network_on_paper() -> None:
    """Additions instead of products; at worst every connection at every step, because a clocked machine skips none."""
    found = sound(estimate(spiking(), FLOAT32))
    assert found.low.compute == pytest.approx(60 * 0.9) and found.high.compute == pytest.approx(1000 * 0.9)
    assert found.low.memory == pytest.approx((60 + 14) * 5)
    assert found.low.neurons == pytest.approx(7 * 4.6)


def test_learning_adds_errors_traces_and_writes() -> None:
    """11 feedback products, 3 trace updates, 2 weights written: none of them is skipped."""
    plain = sound(estimate(spiking(), FLOAT32))
    found = sound(estimate(spiking(feedback_connections=11, trace_updates=3, weight_writes=2), FLOAT32))
    assert found.low.compute - plain.low.compute == pytest.approx(11 * 4.6)
    assert found.low.neurons - plain.low.neurons == pytest.approx(3 * 4.6)
    assert found.low.memory - plain.low.memory == pytest.approx((11 + 2 * 3 + 2 * 2) * 5)


def test_event_driven_hardware_has_one_bound() -> None:
    """Its constants contain the memory, and a connection without a spike costs nothing."""
    found = sound(estimate(spiking(), LOIHI))
    assert found.low == found.high
    assert found.low.numbers() == {"compute": pytest.approx(60 * 27.1), "neurons": 7 * 81, "memory": 0,
                                   "total": pytest.approx(60 * 27.1 + 7 * 81)}  # fmt: skip


def test_what_cannot_be_estimated_says_why() -> None:
    """Products on hardware without a constant for them, and operations that were not counted."""
    assert estimate(rate(), LOIHI) == "loihi has no constant for a multiply-accumulate"
    assert "active" in str(estimate(rate(active_connections=0), FLOAT32))
    rows, reasons = energy_rows(rate(), ("45nm-float32", "loihi"))
    assert rows["loihi"] is None and set(reasons) == {"loihi"}
    assert rows["45nm-float32"]["low"]["total"] == pytest.approx(530)


@pytest.mark.parametrize("state_updates", [7, 30, 5000])
def test_break_even_is_where_both_take_the_same(state_updates: int) -> None:
    """At the factor found, a spiking network with so many spikes takes what the rate network takes."""
    ours = spiking(state_updates=state_updates)
    found = break_even(ours, rate(), FLOAT32)
    assert found.factor is not None and found.spikes_per_sample == pytest.approx(15 * found.factor)
    scaled = replace(ours, effective_acs=60 * found.factor)
    assert sound(estimate(scaled, FLOAT32)).low.total == pytest.approx(sound(estimate(rate(), FLOAT32)).low.total)


def test_break_even_on_paper() -> None:
    """530 pJ buy 25.9 deliveries with an update each (20.5 pJ), or more where only 7 updates are ever made."""
    assert break_even(spiking(state_updates=5000), rate(), FLOAT32).factor == pytest.approx(530 / 20.5 / 60)
    assert break_even(spiking(), rate(), FLOAT32).factor == pytest.approx((530 - 7 * 14.6) / 5.9 / 60)


def test_a_clocked_machine_may_lose_without_any_spike() -> None:
    """Where all neurons are updated at every step whatever happens, no activity is low enough."""
    machine = replace(LOIHI, mac=100.0)
    found = break_even(spiking(state_updates=500), rate(), machine)
    assert (found.factor, found.spikes_per_sample) == (None, None) and found.reason == "it takes more without any spike"
    assert break_even(spiking(), rate(), machine).factor == pytest.approx((40 * 100 + 10 * 81 - 7 * 81) / 27.1 / 60)


def test_without_spikes_or_products_there_is_no_such_point() -> None:
    """A silent network, one that also multiplies, and hardware without a constant for products."""
    for ours in (spiking(active_connections=0, spike_deliveries=0), spiking(active_connections=70)):
        assert break_even(ours, rate(), FLOAT32).reason == "its operations are not all caused by spikes"
    assert "multiply" in break_even(spiking(), rate(), LOIHI).reason


def test_between_spikes_a_neuron_costs_nothing_at_best() -> None:
    """An event-driven machine updates once a delivery at most; a clocked one at every step."""
    found = sound(estimate(spiking(state_updates=5000), FLOAT32))
    assert found.low.neurons == pytest.approx(60 * 4.6) and found.high.neurons == pytest.approx(5000 * 4.6)
