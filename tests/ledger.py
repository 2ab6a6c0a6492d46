"""Where a test run's time goes: seconds and tests of each folder, printed at the end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pytest


@dataclass(eq=False)
class Ledger:
    """Seconds of every test, set-up and tear-down included, by its file's folder."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Book a phase of a test; of tests run elsewhere, the report comes here too."""
        folder = folder_of(report.nodeid)
        self.seconds[folder] += report.duration
        self.tests[folder].add(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the folders, the longest first."""
        terminalreporter.section("seconds per test folder (all processes together)")
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> list[str]:
        """Give one line a folder, and one for all."""
        longest_first = sorted(self.seconds, key=lambda folder: -self.seconds[folder])
        rows = [(folder, self.seconds[folder], len(self.tests[folder])) for folder in longest_first]
        rows.append(("all", sum(self.seconds.values()), sum(map(len, self.tests.values()))))
        return [f"{folder:24} {seconds:8.1f} s {n:6} tests" for folder, seconds, n in rows]


def folder_of(nodeid: str) -> str:
    """Give the folder of a test's file, two steps deep at most."""
    return "/".join(nodeid.partition("::")[0].split("/")[:-1][:3])
