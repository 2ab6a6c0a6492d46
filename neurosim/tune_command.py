"""What ``neurosim tune`` does: try configurations, tell of each, keep the log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from neurosim.compare.experiment.reading import with_overrides
from neurosim.compare.running.choosing import Trial, winner
from neurosim.compare.running.files import write_json
from neurosim.compare.running.spaces import search_space
from neurosim.compare.running.tuning import N_LAST_SEEDS, N_SEEDS, log_of, tune
from neurosim.learners import make_learner
from neurosim.registry import open_registry
from neurosim.tasks import load_task


def tune_and_tell(
    task: str,
    learner: str,
    configs: int,
    seeds: tuple[int | None, int | None],
    presentations: int | None,
    train_size: int | None,
    target: str | None,
    fixed: Sequence[str],
    space: Path | None,
    out: Path | None,
    kept: Path | None,
    plugins: Sequence[str],
) -> None:
    """Tune a learner; tell of each configuration on standard error, of the best and the taken one on standard output.

    Parameters
    ----------
    task, learner : str
        What is learned, and by whom.
    configs : int
        How many configurations.
    seeds : (int or None, int or None)
        Tuning seeds of all configurations, and of those tied with the best; the usual ones, or as many as the first.
    presentations, train_size, target
        The budget, and the label's column of a table.
    fixed : sequence of str
        ``parameter=value``, in every configuration.
    space, out, kept : Path or None
        A file to draw from, the log, and a folder to go on from.
    plugins : sequence of str
        Files that add to the registry.
    """
    registry = open_registry(plugins)
    registry.find("learners", learner)
    values = search_space(learner, registry, space)
    constants = with_overrides({}, fixed)

    def report(number: int, trial: Trial) -> None:
        typer.echo(f"{number:3}  {trial.in_words}  {dict(trial.parameters) or 'defaults'}{trial.error}", err=True)

    first = N_SEEDS if seeds[0] is None else seeds[0]
    last = (N_LAST_SEEDS if seeds[0] is None else first) if seeds[1] is None else seeds[1]
    trials = tune(
        load_task(task, registry, target=target), learner, registry, configs, first, train_size, presentations,
        constants, report, values, last, kept,
    )  # fmt: skip
    taken = winner(trials, values, make_learner(learner, registry, **constants).get_params())
    if out is not None:
        asked = {"task": task, "learner": learner, "train_size": train_size, "presentations": presentations}
        write_json(out, asked | log_of(trials, taken))
    for title, trial in {"best": trials[0], "taken": taken}.items():
        reached = f"{trial.wording.in_words(trial.score)} {trial.wording.title}"
        typer.echo(f"{title}: {reached} on validation data with {dict(trial.parameters) or 'the defaults'}")
