"""What the command line draws: a progress bar on standard error, the result table on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from neurosim.report.table import HEADER, pair_lines, result_rows

WIDE = 110
LEFT_OUT = ("validation", "weights")
"""Columns that a narrow terminal does without; the page has them."""


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar with the time left; gives the function that moves it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells, elapsed"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    # In a log or a pipe a bar is litter: it would leave an empty line before every error.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("comparing", total=None)

        def report(finished: int, total: int, last: str) -> None:
            progress.update(bar, completed=finished, total=total, description=f"comparing {last}")

        yield report


def show_result(summary: Mapping[str, Any], page: Path) -> None:
    """Print the table, the paired differences and where the report lies."""
    console = Console()
    title = f"{summary['task']}, {summary['n_seeds']} seeds"
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown = [number for number, name in enumerate(HEADER) if console.width >= WIDE or name not in LEFT_OUT]
    for number in shown:
        table.add_column(HEADER[number], overflow="fold", no_wrap=number == 0)
    for number, row in enumerate(result_rows(summary)):
        table.add_row(*(row[k] for k in shown), style=None if number < len(summary["learners"]) else "dim")
    console.print(table)
    for line in pair_lines(summary):
        console.print(line, highlight=False)
    console.print(f"report: {page}", highlight=False, soft_wrap=True)
