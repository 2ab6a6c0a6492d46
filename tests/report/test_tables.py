"""Tables say what the summary says, number by number, and a dash where nothing was measured."""

from __future__ import annotations

from typing import Any

import pytest

from neurosim.report import tables
from neurosim.report.tables import Table
from tests.compare.made_records import RATE, SPIKE, records, summary_of


@pytest.fixture
def summary() -> dict[str, Any]:
    learners = {"mlp": ((0.94, 0.96, 0.95), RATE), "stdp": ((0.90, 0.92, 0.88), SPIKE)}
    return summary_of(learners, {"kmeans": (0.95, 0.95, 0.95)}, n_items=200)


def row(table: Table, head: str) -> tuple[str, ...]:
    """Give the cells of the row with this head."""
    (found,) = [cells[1:] for cells in table.rows if cells[0] == head]
    return found


def test_every_row_is_as_long_as_the_head(summary: dict[str, Any]) -> None:
    """Of all tables."""
    made = [tables.ledger(summary), tables.pairs(summary), tables.use(summary), *tables.costs(summary)]
    assert len(made) == 8
    for table in made:
        assert table.caption and table.rows and {len(cells) for cells in table.rows} == {len(table.header)}


def test_one_decision_by_hand(summary: dict[str, Any]) -> None:
    """A rate network has no spikes, which is not the same as none; a spiking one multiplies nothing."""
    table = tables.operations(summary, "inference")
    assert table.header == ("", "mlp", "stdp")
    assert row(table, "connections if nothing is skipped (dense)") == ("7,400", "7.4 M")
    assert row(table, "multiply-accumulates, zeros skipped") == ("2,500", "0")
    assert row(table, "accumulates, zeros skipped") == ("0", "5,000")
    assert row(table, "spikes of inputs") == ("–", "48") and row(table, "spikes of neurons") == ("–", "2")
    assert "labels" not in [cells[0] for cells in table.rows]


def test_energy_has_both_bounds_and_its_terms(summary: dict[str, Any]) -> None:
    """Lower bound of the rate network: 2,500 MACs of 4.6 pJ, 110 updates of 4.6 pJ, 2,720 words of 5 pJ."""
    table = tables.energy(summary)
    low = 2500 * 4.6 + 110 * 4.6 + (2500 + 220) * 5
    assert low == 25606 and row(table, "45nm-float32")[0].startswith("25.6 nJ to ")
    terms = [cells[1] for cells in table.rows if cells[0].endswith("compute")]
    assert terms[0] == "11.5 nJ to 34 nJ"
    assert row(table, "loihi")[0] == "–", "hardware that adds only cannot run a rate network"


def test_pairs_say_when_seeds_are_too_few(summary: dict[str, Any]) -> None:
    """Three seeds: no p below 0.25."""
    table = tables.pairs(summary)
    points, over_both, over_seeds, other_pool, ratio, p = row(table, "mlp − stdp")
    assert over_both.startswith("+") and other_pool != "–", "the seeds share training samples"
    assert (points, ratio) == ("+5.0", "0.50") and p == "too few seeds (≥ 0.25)"
    assert over_seeds.startswith("+") and " to +" in over_seeds
    assert [cells[0] for cells in table.rows] == ["mlp − stdp", "mlp − kmeans", "stdp − kmeans"]


def test_pairs_with_enough_seeds_have_a_p() -> None:
    """Eight seeds, all in one direction: 2 / 2^8."""
    learners = {
        "mlp": ([0.9 + 0.001 * k for k in range(8)], RATE),
        "stdp": ([0.8 - 0.002 * k for k in range(8)], SPIKE),
    }
    assert row(tables.pairs(summary_of(learners)), "mlp − stdp")[-1] == "0.00781"


def test_one_seed_has_neither_interval_nor_test() -> None:
    """A dash and the reason."""
    cells = row(tables.pairs(summary_of({"mlp": ((0.9,), RATE), "stdp": ((0.8,), SPIKE)})), "mlp − stdp")
    assert cells[1] == "–" and cells[-1] == "one seed"


def test_the_ledger_is_in_words(summary: dict[str, Any]) -> None:
    """Yes and no instead of True and False."""
    table = tables.ledger(summary)
    assert row(table, "local in space") == ("yes", "yes") and row(table, "weight transport") == ("no", "no")
    assert row(table, "labels") == ("while learning", "for read-out")
    assert row(table, "unit") == ("rate", "spike")


def test_how_much_answers(summary: dict[str, Any]) -> None:
    """Shares in per cent; a rate network has no silent samples."""
    table = tables.use(summary)
    assert row(table, "mlp") == ("–", "90.0 %", "80.0 %") and row(table, "stdp")[0] == "0.0 %"


def test_settings_leave_out_what_the_run_decides() -> None:
    """The seed and the horizon are the run's; lists and switches are written as words."""
    settings = {"hidden_units": [20, 10], "retry": True, "rule": None, "random_state": 3, "n_presentations": None}
    table = tables.settings({"mine": records("mlp", (0.9,), RATE, settings=settings)})
    assert table is not None
    assert table.rows == (("mine (mlp)", "hidden_units = 20, 10, retry = yes, rule = none"),)
    assert tables.settings({}) is None


@pytest.mark.parametrize(
    ("picojoules", "text"), [(0, "0 pJ"), (12.34, "12.3 pJ"), (4.6e3, "4.6 nJ"), (2.5e6, "2.5 µJ"), (7e9, "7 mJ")]
)
def test_energies_have_units(picojoules: float, text: str) -> None:
    """From picojoules to millijoules."""
    assert tables.in_joules(picojoules) == text


def test_nothing_to_break_even_without_a_spiking_learner() -> None:
    """No table instead of an empty one."""
    assert tables.break_even(summary_of({"mlp": ((0.9, 0.8), RATE)})) is None
