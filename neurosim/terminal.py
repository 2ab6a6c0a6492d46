"""What the command line draws: a progress bar on standard error, the answer on standard output."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from neurosim.compare.running.progress import Standing
from neurosim.compare.summary.comparison import views_of
from neurosim.report.conditions import level_tables
from neurosim.report.directions import is_measurement, sentences
from neurosim.report.effects import CAPTION, effect_header, effect_rows
from neurosim.report.table import OPERATIONS, QUICK, header, result_rows
from neurosim.report.text_screen import answer_lines, bar_lines, effect_lines, level_lines_as_text


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[Standing], None]]:
    """Show a bar for what is done and one for each running cell, with the time left; gives what moves them."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[state]}"), _TimeLeft())
    # In a log or a pipe a bar is litter: it would leave an empty line before every error.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        run = progress.add_task(what, total=None, state="", ends=None)
        rows: dict[str, TaskID] = {}

        def show(standing: Standing) -> None:
            progress.update(run, completed=standing.finished + standing.failed, total=standing.total,
                            state=_state_of_run(standing), ends=_ends(standing.left_s))  # fmt: skip
            running = {cell.name: cell for cell in standing.running}
            for name in [name for name in rows if name not in running]:
                progress.remove_task(rows.pop(name))
            for name, cell in running.items():
                if name not in rows:
                    rows[name] = progress.add_task(f"  {name}", total=1, state="", ends=None)
                said = "" if cell.validation is None else f"validation {cell.validation:.3f}"
                progress.update(rows[name], completed=cell.share, state=said, ends=_ends(cell.left_s))

        yield show


def _state_of_run(standing: Standing) -> str:
    failed = f", {standing.failed} failed" if standing.failed else ""
    return f"{standing.finished}/{standing.total} cells{failed}"


def _ends(left_s: float | None) -> float | None:
    return None if left_s is None else time.monotonic() + left_s


class _TimeLeft(ProgressColumn):
    """Count down to the time at which a bar is expected to end."""

    def render(self, task: Task) -> Text:
        """Give the time left, as minutes and seconds, hours before them if there are any."""
        ends = task.fields["ends"]
        if ends is None:
            return Text("")
        minutes, seconds = divmod(max(round(ends - time.monotonic()), 0), 60)
        hours, minutes = divmod(minutes, 60)
        return Text(f"{f'{hours}:{minutes:02}' if hours else minutes}:{seconds:02} left")


def show_result(summary: Mapping[str, Any], page: Path) -> None:
    """Print what a reader needs first, tables where they fit, and where the report lies."""
    console = Console()
    views = views_of(summary)
    marked = [QUICK, ""] if summary["quick"] else []
    for line in (*marked, *answer_lines(summary["answer"], _picture(summary, console.width), console.width), ""):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if len(views) == 1:
        _show_condition(views[0], console)
    else:
        _show_conditions(summary, console)
    console.print(f"report: {page}", highlight=False, markup=False, soft_wrap=True)


def _picture(summary: Mapping[str, Any], width: int) -> list[str]:
    views = views_of(summary)
    if len(views) > 1:
        return level_lines_as_text(summary, width)
    found = effect_lines(views[0], width) if views[0]["effects"] else []
    return found or bar_lines(views[0], width)


def _show_condition(summary: Mapping[str, Any], console: Console) -> None:
    effects = summary["effects"]
    if effects and effect_rows(effects):
        _show_where_it_fits(Text(CAPTION), effect_header(effects), effect_rows(effects), console)
    if is_measurement(summary):
        for sentence in sentences(summary):
            console.print(f"• {sentence}", highlight=False, markup=False)
    _show_where_it_fits(
        _title(summary["task"], summary), header(summary), result_rows(summary), console,
        caption=f"operations: {OPERATIONS}", n_learners=len(summary["learners"]),
    )  # fmt: skip


def _show_conditions(summary: Mapping[str, Any], console: Console) -> None:
    for found in level_tables(summary):
        # Controls stand on the page.
        n_columns = len(summary["factors"]) + len(summary["conditions"][0]["learners"])
        rows = [row[:n_columns] for row in found.rows]
        _show_where_it_fits(_title(found.caption, summary), found.header[:n_columns], rows, console)


def _show_where_it_fits(
    title: Text,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    console: Console,
    caption: str | None = None,
    n_learners: int | None = None,
) -> None:
    """Print a table if no cell has to be broken; the page has it in any case."""
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=caption)
    for name in head:
        table.add_column(Text(name), no_wrap=True)
    for number, row in enumerate(rows):
        # What a label or a level is called is text, whatever it holds.
        table.add_row(*map(Text, row), style="dim" if n_learners is not None and number >= n_learners else None)
    boundless = console.options.update(max_width=10_000)
    if Measurement.get(console, boundless, table).maximum <= console.width:
        console.print(table)


def _title(what: str, summary: Mapping[str, Any]) -> Text:
    n_seeds = summary["n_seeds"]
    marked = f" ({QUICK})" if summary["quick"] else ""
    return Text(f"{what}, {n_seeds} seed{'s' if n_seeds != 1 else ''}{marked}")
