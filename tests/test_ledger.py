"""The ledger of seconds: what it adds up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.ledger import Ledger, folder_of


def report(nodeid: str, duration: float) -> Any:
    return SimpleNamespace(nodeid=nodeid, duration=duration)


def test_phases_of_a_test_are_added_up_in_its_folder() -> None:
    """Set-up, call and tear-down of one test are one test; folders come longest first, then their sum."""
    ledger = Ledger()
    for nodeid, duration in (
        ("tests/snn/rules/test_a.py::test_one[x/y]", 0.25),
        ("tests/snn/rules/test_a.py::test_one[x/y]", 0.5),
        ("tests/test_b.py::test_two", 2.0),
    ):
        ledger.pytest_runtest_logreport(report(nodeid, duration))
    assert [line.split()[:2] for line in ledger.lines()] == [
        ["tests", "2.0"],
        ["tests/snn/rules", "0.8"],
        ["all", "2.8"],
    ]
    assert [line.split()[3] for line in ledger.lines()] == ["1", "1", "2"]
    assert folder_of("tests/snn/neurons/deep/test_c.py::test") == "tests/snn/neurons"
